"""Generators of input that is likely to go wrong: texts, gazetteers and altered documents.

Everything keeps to characters assigned in the Unicode version of the running Python, since
only of those do the engine and the reference know the same. Alphabets are small on purpose, so
that phrases and texts collide often.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from unicodedata import normalize

from hypothesis import strategies as st
from reference import (
    APOSTROPHES,
    BOUNDARIES,
    DASHES,
    DOUBLE_QUOTES,
    assigned,
    is_default_ignorable,
    prepare,
)

GazetteerEntry = dict[str, Any]

# --- pieces --------------------------------------------------------------------------------


def _characters(*ranges: tuple[int, int]) -> list[str]:
    """The assigned characters of some inclusive ranges."""
    chars = [chr(point) for first, last in ranges for point in range(first, last + 1)]
    return [char for char in chars if assigned(char)]


DEFAULT_IGNORABLES = [
    char for char in _characters((0, 0xD7FF), (0xE000, 0x10FFFF)) if is_default_ignorable(char)
]
COMMON_IGNORABLES = ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u034f", "\ufe0f"]
WHITE_SPACE = [
    *"\t\n\v\f\r \x85\xa0\u1680",
    *map(chr, range(0x2000, 0x200B)),
    *"\u2028\u2029\u202f\u205f\u3000",
]
SPACES = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2009", "\u3000", "\u2028", "\x85", " \u00ad "]
QUOTES = [*"'\"", *APOSTROPHES, *DOUBLE_QUOTES, "\u2034", "\u2057", "\uff07", "\uff02", "\u1fef"]
ALL_DASHES = ["-", *DASHES, "\u207b", "\ufe31", "\ufe32", "\u30a0", "\u058a", "\u05be"]

WORDS = [
    "a", "A", "s", "S", "i", "I", "ss", "fi", "us", "US", "Us", "WHO", "China", "CHINA", "town",
    "New", "York", "Stock", "Sino", "Russian", "caf\u00e9", "cafe", "na\u00efve", "Erdo\u011fan",
    "Istanbul", "\u0130stanbul", "\u0131", "stra\u00dfe", "STRASSE", "\u1e9e", "\u017f", "\ufb01",
    "\ufb00", "\u0149", "\u01c6", "\u1e9a", "\u0141\u00f3d\u017a", "S\u00f8ren", "\u01fd",
    "\u00de\u00f3r", "\u0110\u1eb7ng", "\u0153uvre", "Qu\u1ed1c", "\u0127\u0167\u014b",
    "\u039f\u03b4\u03c5\u03c3\u03c3\u03b5\u03cd\u03c2", "\u1fb3", "\u1fbe", "\u1f82", "\u03c2",
    "\u041f\u0443\u0442\u0438\u043d", "\u043c\u043e\u0301\u0441\u043a\u0432\u0430", "\u0451",
    "\u0439", "\u0457", "\u0438", "\u0435", "\u0456", "\u0450", "\u045d", "\u0401",
    "\u043e\u0431'\u0454\u043a\u0442", "\u4e2d\u56fd", "\u4e2d", "\u3007", "\u3005", "\u8fbb",
    "\u3053\u308c", "\u30bf\u30a4", "\u30bf", "\u30fc", "\uff76\uff9e\uff7b\uff9e", "\uff76",
    "\uff9e", "\uff9f", "\u30ac", "\u30ab\u3099", "\u3099", "\u30fb", "\u32ff", "\u3300",
    "\uac00", "\uac01", "\uc911\uad6d", "\u1100", "\u1161", "\u11a8", "\u1112\u1161\u11ab",
    "\u314f", "\uffc2", "\u3131", "\u0995\u09cb", "\u0995\u09c7\u09be", "\u09be", "\u0b95\u0bca",
    "\u0b95\u0bc6\u0bbe", "\u0cc6\u0cc2\u0cd5", "\u0dd9\u0dcf\u0dca", "\u0928\u093c", "\u0929",
    "\u0915\u094d\u0937", "\u0e08\u0e35\u0e19", "\u0e01", "\u0e33", "\u0e33\u0e35", "\u0e56",
    "\u0e81\u0eb3", "\u1780\u17d2\u1780", "\u1010\u101b\u102f\u1010\u103a", "\u0f77", "\u0f73",
    "\u0f71\u0f72", "\u0627\u0644\u0635\u064a\u0646", "\u0623", "\u0627\u0654", "\u0627",
    "\u0648", "\u0628", "\u0640", "\u0640\u0640", "\u064b", "\u0651\u064e", "\u0670", "\u0653",
    "\ufe70", "\ufe71", "\ufe77", "\ufdfa", "\ufefb", "\ufcf2", "\u05e9\u05c1", "\ufb2a",
    "\u05d9\u05b4\u05e9\u05b0", "\u05e1\u05d9\u05df", "\u05bf", "\u13e3", "\uab73", "\u10d0",
    "\u1c90", "\U00010400", "\U00010428", "\U0001d402\U0001d421", "\U0001d7d8",
    "\uff2e\uff21\uff34\uff2f", "\uff53", "\u24b6", "\u24d1", "\u216b", "\u00b2", "\u00bd",
    "\u2122", "\u212a", "\u2126", "\u00b5", "\u2026", "\u2025", "\u02e2", "\u1d2c", "\u02b0",
]  # fmt: skip
MARKS = [
    "\u0300", "\u0301", "\u0302", "\u0306", "\u0307", "\u0308", "\u0323", "\u0327", "\u0328",
    "\u0338", "\u0342", "\u0344", "\u0345", "\u035c", "\u20dd", "\u20e3", "\u0483", "\u0488",
    "\u064b", "\u0651", "\u0670", "\u0653", "\u0654", "\u05b4", "\u05c1", "\u05bc", "\u3099",
    "\u309a", "\u093c", "\u094d", "\u09be", "\u0bbe", "\u0e31", "\u0e35", "\u0e49", "\u0eb4",
    "\u102e", "\u17b6", "\u1161", "\u11a8", "\u1ab0", "\u1cd0", "\u1df5", "\U0001d165",
    "\U0001d16d", "\U00011133", "\U00011127",
]  # fmt: skip
SIGNS = [
    *".,!?&#$%()/\\*+=<>|~^@_:;",
    "\u00a8", "\u00af", "\u00b8", "\u1ffd", "\u1fbd", "\u1fc0", "\u037a", "\u0384", "\u2017",
    "\u203e", "\u203f", "\uff3f", "\u0375", "\u00b7", "\u2027", "\u3002", "\u2044", "\u2260",
    "\u2192", "\u00a9", "\u2764", "\u200e", "\u202b", "\U0001f44d", "\U0001f3fd", "\U0001f468",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1fa\U0001f1f8", "\u2764\ufe0f",
    "1\ufe0f\u20e3", "\ufffd", "\ufffc", "\ue000", "\U000f0000", "\x00", "\x1f", "\x7f", "\ufdd0",
    "0", "1", "19", "\u0661", "\u0967", "\U0001d7ce", "\uff11", "'s", "\u2019s", "\u2019S",
    "\u02bcs", "`s", "\u00b4s", "\uff07s", "'s\u0301", "s'",
]  # fmt: skip
_PIECES = {
    name: [piece for piece in pieces if assigned(piece)]
    for name, pieces in {"words": WORDS, "marks": MARKS, "signs": SIGNS}.items()
}
# Blocks in which a random character is worth having: letters with marks, other scripts, signs
# with compatibility mappings.
_HAZARDOUS_BLOCKS = _characters(
    (0x00A0, 0x036F), (0x0370, 0x052F), (0x0591, 0x06FF), (0x0900, 0x0DFF), (0x0E00, 0x0FFF),
    (0x1000, 0x11FF), (0x1780, 0x17FF), (0x1E00, 0x214F), (0x2460, 0x24FF), (0x3000, 0x33FF),
    (0xA960, 0xA97F), (0xAC00, 0xAC40), (0xD7B0, 0xD7FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF),
    (0xFE20, 0xFFEF), (0x10400, 0x1044F), (0x11080, 0x114FF), (0x1D150, 0x1D1FF),
    (0x1D400, 0x1D4FF), (0x1F100, 0x1F1FF), (0x2F800, 0x2FA1F),
)  # fmt: skip


@cache  # Hypothesis takes its time over a new strategy
def characters() -> st.SearchStrategy[str]:
    """Any one assigned character, hazardous ones more often."""
    return st.one_of(
        st.sampled_from(_HAZARDOUS_BLOCKS),
        st.characters(exclude_categories=("Cn", "Cs")),
    )


@cache
def separators() -> st.SearchStrategy[str]:
    """What may stand between two words: spaces, dashes, apostrophes, ignorables or nothing."""
    return st.one_of(
        st.just(" "),
        st.sampled_from([*SPACES, *COMMON_IGNORABLES, "", "", "_"]),
        st.sampled_from(["-", "\u2010", "\u2011", "\u2013", "-\n", "\u2014 \n ", "\u00ad-\u00ad"]),
        st.sampled_from(["'", "\u2019", "\u02bc", "-\u200b", "\u200b-"]),
    )


@cache
def pieces() -> st.SearchStrategy[str]:
    """One piece of a hazardous text: a word, mark, sign, space or other character."""
    return st.one_of(
        st.sampled_from(_PIECES["words"]),
        st.sampled_from(_PIECES["marks"]),
        st.sampled_from(_PIECES["signs"]),
        separators(),
        st.sampled_from(WHITE_SPACE),
        st.sampled_from(DEFAULT_IGNORABLES),
        st.sampled_from(QUOTES),
        st.sampled_from(ALL_DASHES),
        characters(),
    )


def texts(max_pieces: int = 20) -> st.SearchStrategy[str]:
    """Texts put together from hazardous pieces."""
    return st.lists(pieces(), max_size=max_pieces).map("".join)


# --- gazetteers ----------------------------------------------------------------------------

CONCEPTS: list[str | None] = [
    "place", "place/NY", "place/York", "media/NYT", "media", "a\\/b", "a\\/b/c", "a\\/x/c", "a/b",
    "a", "\u00e9", "e\u0301", "\U00010400", "\uff41", None,
]  # fmt: skip
AFFIXES = ["s", "S", "ing", "\u0648", "\u0627\u0644", "\uc5d0\uc11c", "\uc740", "\u00df", "\u00e9",
           "'s", "-", "ism", "\u30a4", "\u0301", "a"]  # fmt: skip


_OPTIONS: dict[str, st.SearchStrategy[Any]] = {
    "case": st.sampled_from(["ignore", "match", "smart", "match"]),
    "accents": st.sampled_from(["keep", "fold", "fold"]),
    "hyphens": st.sampled_from(["keep", "space", "space"]),
    "boundary": st.sampled_from([*BOUNDARIES, "compound"]),
    "affixes": st.lists(st.sampled_from(AFFIXES), min_size=1, max_size=4, unique=True),
}


@cache
def options() -> st.SearchStrategy[GazetteerEntry]:
    """Options of an entry, often none."""
    return st.one_of(st.just({}), st.fixed_dictionaries({}, optional=_OPTIONS))


def is_sound(entry: Mapping[str, Any]) -> bool:
    """Whether an entry can be added to a gazetteer, with nothing empty once folded."""
    try:
        prepare(entry)
    except ValueError:
        return False
    return True


@st.composite
def _phrases(draw: st.DrawFn, words: Sequence[str], earlier: Sequence[str]) -> str:
    """A phrase of a few shared words, or one made from an earlier phrase so as to collide."""
    choice = draw(st.integers(0, 5))
    if choice == 0 and earlier:  # a part of another: prefix, suffix or from within
        whole = draw(st.sampled_from(earlier))
        start = draw(st.integers(0, max(0, len(whole) - 1)))
        return whole[start : draw(st.integers(start + 1, len(whole)))]
    if choice == 1 and earlier:  # another with more to it
        more = draw(separators()) + draw(st.sampled_from(words))
        return draw(st.sampled_from(earlier)) + more
    if choice == 2 and earlier:  # another, written otherwise or just the same
        return draw(altered(draw(st.sampled_from(earlier))))
    phrase = draw(st.sampled_from(words))
    for _ in range(draw(st.integers(0, 2))):
        phrase += draw(separators()) + draw(st.sampled_from(words))
    return phrase


@st.composite
def gazetteers(draw: st.DrawFn, max_entries: int = 8) -> list[GazetteerEntry]:
    """Lists of entries that collide: nested, sharing words, excluded, of several concepts."""
    words = draw(st.lists(pieces().filter(bool), min_size=1, max_size=4))
    words += draw(st.lists(st.sampled_from(_PIECES["words"]), min_size=1, max_size=3))
    # What a gazetteer has in common is what its entries collide under.
    common = draw(options())
    entries: list[GazetteerEntry] = []
    for _ in range(draw(st.integers(1, max_entries))):
        earlier = [entry["phrase"] for entry in entries]
        entry = {
            "phrase": draw(_phrases(words, earlier)),
            "concept": draw(st.sampled_from(CONCEPTS)),
            **common,
            **draw(options()),
        }
        if is_sound(entry):
            entries.append(entry)
    return entries


@cache
def _one_of(choices: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(choices)


# --- alterations ---------------------------------------------------------------------------


def _full_width(text: str) -> str:
    """Write ASCII signs and letters full width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _mathematical(text: str) -> str:
    """Write ASCII letters as mathematical bold ones."""
    bold = {chr(65 + n): chr(0x1D400 + n) for n in range(26)}
    bold |= {chr(97 + n): chr(0x1D41A + n) for n in range(26)}
    return "".join(bold.get(c, c) for c in text)


def _half_width(text: str) -> str:
    """Write katakana half width, voiced ones with the sound mark after them."""
    narrow = {normalize("NFKC", chr(n)): chr(n) for n in range(0xFF66, 0xFF9E)}
    narrow |= {"\u3099": "\uff9e", "\u309a": "\uff9f"}
    return "".join(narrow.get(c, c) for c in normalize("NFD", text))


# Alterations of a whole piece of text. Not all of them leave its fold as it was.
_WHOLE: list[Callable[[str], str]] = [
    str.upper,
    str.lower,
    str.title,
    str.swapcase,
    lambda text: normalize("NFC", text),
    lambda text: normalize("NFD", text),
    lambda text: normalize("NFKD", text),
    _full_width,
    _mathematical,
    _half_width,
]
_CHANGES = st.lists(st.sampled_from(_WHOLE), max_size=2)

# Characters that are written in several ways, each with what may stand for it.
_CHOICES: dict[str, tuple[str, ...]] = {
    " ": (*SPACES, "", "-", "-\n", " \u200b "),
    "'": ("'", *APOSTROPHES, "\uff07"),
    '"': ('"', *DOUBLE_QUOTES, "\uff02"),
    "-": ("-", *DASHES, " ", "-\n", "\u00ad"),
}
_CLASS_OF = {char: name for name in "'\"-" for char in _CHOICES[name] if len(char) == 1}
_CLASS_OF |= dict.fromkeys(WHITE_SPACE, " ")

# What to put between two characters.
INSERTED = (*COMMON_IGNORABLES, "\U000e0100", "\u0301", "\u0640", "\u064e", "\u20dd")


@st.composite
def altered(draw: st.DrawFn, text: str) -> str:
    """A text written otherwise: case, form, spaces, quotes, dashes, things put in between."""
    for change in draw(_CHANGES):
        text = change(text)
    if text and draw(st.booleans()):
        position = draw(st.integers(0, len(text) - 1))
        # Something that is written in several ways, if the text has any.
        variable = [index for index, char in enumerate(text) if char in _CLASS_OF]
        if variable:
            position = variable[position % len(variable)]
            choices = _CHOICES[_CLASS_OF[text[position]]]
            text = text[:position] + draw(_one_of(choices)) + text[position + 1 :]
    if draw(st.booleans()):
        position = draw(st.integers(0, len(text)))
        text = text[:position] + draw(_one_of(INSERTED)) + text[position:]
    return text


@st.composite
def texts_for(draw: st.DrawFn, entries: Sequence[Mapping[str, Any]], max_parts: int = 6) -> str:
    """Texts made of the phrases of a gazetteer, altered, with affixes and other words around."""
    phrases = tuple(entry["phrase"] for entry in entries) or ("",)
    listed = tuple(affix for entry in entries for affix in entry.get("affixes", ()))
    affixes = _one_of((*listed, *AFFIXES))
    text = draw(st.one_of(st.just(""), pieces()))
    for _ in range(draw(st.integers(1, max_parts))):
        phrase = draw(st.sampled_from(phrases))
        if draw(st.booleans()):
            phrase = draw(altered(phrase))
        glued = draw(st.integers(0, 7))  # 0: as is; 6: an affix too many
        before = draw(affixes) if glued in (1, 2) else ""
        after = draw(affixes) if glued in (2, 3, 4, 6) else ""
        more = draw(affixes) if glued == 6 else ""
        text += before + phrase + after + more
        text += draw(st.one_of(separators(), separators(), pieces()))
    return text


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[GazetteerEntry], str]:
    """A gazetteer with a text for it, which mostly holds some of its phrases."""
    entries = draw(gazetteers())
    return entries, draw(st.one_of(texts_for(entries), texts_for(entries), texts()))


# --- real documents ------------------------------------------------------------------------


def _sprinkle(inserted: Sequence[str]) -> Callable[[str, random.Random], str]:
    """An alteration that puts one of some characters somewhere in a word."""

    def change(word: str, source: random.Random) -> str:
        position = source.randint(0, len(word))
        return word[:position] + source.choice(inserted) + word[position:]

    return change


def _swap_variants(word: str, source: random.Random) -> str:
    """Write quotes and dashes otherwise."""
    return "".join(
        source.choice(_CHOICES[_CLASS_OF[char]]) if _CLASS_OF.get(char, " ") != " " else char
        for char in word
    )


_WORD_CHANGES: list[Callable[[str, random.Random], str]] = [
    *(lambda word, _, change=change: change(word) for change in _WHOLE),
    _sprinkle(["\u00ad"]),
    _sprinkle(["\u200d", "\u200c", "\u2060"]),
    _sprinkle(COMMON_IGNORABLES),
    _sprinkle(DEFAULT_IGNORABLES),
    _sprinkle(INSERTED),
    _swap_variants,
]


def mangle(text: str, seed: int, share: float = 0.15) -> str:
    """Alter a document as scans, feeds and typists do.

    Parameters
    ----------
    text
        The document.
    seed
        The same seed gives the same alterations.
    share
        How many of its words and spaces are altered, from 0 to 1.

    Returns
    -------
    str
        The document with some words in capitals, NFD, full width and so on, soft hyphens and
        joiners inside of words, and other white space between them.
    """
    source = random.Random(seed)
    mangled = []
    for token in re.split(r"(\s+)", text):
        if source.random() >= share:
            mangled.append(token)
        elif token.isspace():
            mangled.append(source.choice(SPACES))
        else:
            mangled.append(source.choice(_WORD_CHANGES)(token, source))
    return "".join(mangled)
