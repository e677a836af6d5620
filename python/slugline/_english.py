"""Variants of English phrases."""

import re
import warnings
from functools import lru_cache, partial
from typing import Any

from slugline._optional import require, try_import
from slugline._words import common_words

_WORD = re.compile(r"[A-Za-z]+")
_LAST_WORD = re.compile(r"[A-Za-z]+\Z")
_HYPHENATED = re.compile(r"(?<=\w)-(?=\w)")
_TWO_WORDS = re.compile(r"\A([A-Za-z]+) ([A-Za-z]+)\Z")


def is_latin(phrase: str) -> bool:
    """Tell whether the letters of a phrase may be English: Latin ones, with or without accents."""
    return all(c < "\u0250" or not c.isalpha() for c in phrase) and any(c.isalpha() for c in phrase)


def plurals(phrase: str) -> list[str]:
    """Return the plural of a phrase, unless it is one: that of the word which has it.

    ``attorney general`` becomes ``attorneys general``; an acronym takes an ``s``.

    Raises
    ------
    ImportError
        Where inflect is not installed.
    """
    engine = _inflect()
    found = _LAST_WORD.search(phrase)
    if found is None or phrase.endswith("'s"):
        return []
    last = found[0]
    if last.isupper():
        # Else `NATOES`. What ends in S may be a plural, or has none that anyone writes.
        return [] if len(last) < 2 or last.endswith("S") else [phrase + "s"]
    if _is_plural(last):
        return []
    if last[0].isupper() and not _is_known(engine.plural_noun(last.lower())):
        # A name: `Kennedys`, `Lukashenkos`; but `Counties`.
        return [phrase + ("es" if last.endswith(("s", "x", "z", "ch", "sh")) else "s")]
    small = phrase[: -len(last)] + last.lower()
    plural: str = engine.plural_noun(small)
    if plural == small:
        return []
    if plural.endswith(last.lower()):
        return [plural[: -len(last)] + last]
    end = len(phrase) - len(last)
    return [plural[:end] + _in_case(last, plural[end:])]


def _in_case(word: str, form: str) -> str:
    return form[:1].upper() + form[1:] if word[0].isupper() else form


def _is_known(word: str) -> bool:
    """Tell whether this is a word that a list of frequencies has, where one is installed."""
    return try_import("wordfreq") is not None and word in common_words("en", 3.0)


@lru_cache(maxsize=100_000)
def _is_plural(word: str) -> bool:
    singular = _inflect().singular_noun(word.lower())
    # It takes away the s of `bus`, too; `ss`, `us` and `is` end no plural.
    return bool(singular) and not word.lower().endswith(("ss", "us", "is"))


@lru_cache(maxsize=1)
def _inflect() -> Any:
    return require("inflect", "plural=").engine()


def possessives(phrase: str, *, plural: bool = False) -> list[str]:
    """Return a phrase with an apostrophe and s; after an s also, or of a plural only, without."""
    if not phrase[-1].isalpha() or phrase.endswith(("'s", "\u2019s")):
        return []
    if phrase.endswith(("s", "S")):
        return [f"{phrase}'"] if plural else [f"{phrase}'", f"{phrase}'s"]
    return [f"{phrase}'s"]


def spellings(phrase: str) -> list[str]:
    """Return a phrase in American spelling, and in British.

    Raises
    ------
    ImportError
        Where eng is not installed.
    """
    found = []
    for words in _spellings():
        other = _WORD.sub(partial(_respelt, words), phrase)
        if other != phrase:
            found.append(other)
    return found


def _respelt(words: dict[str, str], found: re.Match[str]) -> str:
    """Return the other spelling of a word, in the case in which that one is."""
    word = found[0]
    other = words.get(word.lower())
    if other is None:
        return word
    if word.isupper():
        return other.upper()
    return other.capitalize() if word[0].isupper() else other


@lru_cache(maxsize=1)
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    eng = require("eng", "spelling=")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # It leaves its file open.
        lists = [eng.TextFixer(target=target, content="").words for target in eng.Target]
    american, british = (dict(words) for words in lists)
    return american, british


def hyphens(phrase: str) -> list[str]:
    """Return a phrase with its hyphens as spaces and left out; one of two words with a hyphen.

    Names only with spaces: ``ceasefire``, ``arms-control``, but not ``SinoRussian``.
    """
    if phrase.islower() and (two := _TWO_WORDS.match(phrase)):
        return [f"{two[1]}-{two[2]}"]
    spaced = _HYPHENATED.sub(" ", phrase)
    if spaced == phrase:
        return []
    return [spaced, _HYPHENATED.sub("", phrase)] if phrase.islower() else [spaced]
