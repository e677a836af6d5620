"""Boundaries and words, as the contract tells them."""

from functools import cache, lru_cache

import regex
from reference_fold import (
    APOSTROPHES,
    Span,
    check_choice,
    is_mark,
    is_word_character,
    visible_after,
    visible_before,
)

BOUNDARIES = ("word", "start", "end", "none", "compound")

ANY_APOSTROPHE = frozenset("'" + APOSTROPHES)
COMPOUND_JOINERS = frozenset("-\u2010\u2011") | ANY_APOSTROPHE
HALF_WIDTH_SOUND_MARKS = frozenset("\uff9e\uff9f")

_KATAKANA = regex.compile(r"\p{Word_Break=Katakana}")
_LETTER = regex.compile(r"[\p{L}\p{Nl}]")
_UNSPACED_SCRIPT = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Bopomofo}\p{scx=Yi}\p{scx=Thai}\p{scx=Lao}"
    r"\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tai_Le}\p{scx=New_Tai_Lue}\p{scx=Tai_Tham}"
    r"\p{scx=Tai_Viet}]"
)


@cache
def _kind_of_character(char: str) -> str:
    if _KATAKANA.match(char):
        return "katakana"
    if _LETTER.match(char) and _UNSPACED_SCRIPT.match(char):
        return "unspaced"
    return "plain"


def is_boundary_mark(char: str) -> bool:
    return is_mark(char) or char in HALF_WIDTH_SOUND_MARKS


def kind(text: str, index: int) -> str:
    """The kind of the word character at an index: katakana, unspaced or plain."""
    while is_boundary_mark(text[index]):
        before = visible_before(text, index)
        if before is None or not is_word_character(text[before]):
            return "plain"
        index = before
    return _kind_of_character(text[index])


def _is_word_boundary(text: str, before: int | None, after: int | None) -> bool:
    """Whether a boundary runs between two neighbours, given by index, None being a text's end."""
    if before is None or after is None:
        return True
    if not is_word_character(text[before]) or not is_word_character(text[after]):
        return True
    if is_boundary_mark(text[after]):
        return False
    kinds = (kind(text, before), kind(text, after))
    return "unspaced" in kinds or kinds.count("katakana") == 1


def _holds_compound(text: str, index: int | None) -> bool:
    """Whether the character at an index joins two words into a compound."""
    if index is None or text[index] not in COMPOUND_JOINERS:
        return False
    before, after = visible_before(text, index), visible_after(text, index + 1)
    if before is None or not is_word_character(text[before]):
        return False
    if after is None or not is_word_character(text[after]):
        return False
    possessive = text[index] in ANY_APOSTROPHE and text[after] in "sS"
    return not (possessive and is_boundary(text, after + 1, "word"))


def is_boundary(text: str, position: int, mode: str = "word") -> bool:
    """Whether a position of a text is a boundary.

    ``"start"`` and ``"end"`` ask for the boundary of ``"word"`` (at one end only, which is for
    the caller to see to); ``"none"`` is content with any position.
    """
    check_choice("boundary", mode, BOUNDARIES)
    if mode == "none":
        return True
    # Zero width space is seen here and is no word character, so it makes a boundary.
    before, after = visible_before(text, position), visible_after(text, position)
    if mode == "compound" and (_holds_compound(text, before) or _holds_compound(text, after)):
        return False
    return _is_word_boundary(text, before, after)


@lru_cache(maxsize=64)
def words(text: str) -> tuple[Span, ...]:
    """The spans of the words of a text: runs of word characters with no boundary inside."""
    spans: list[Span] = []
    for index, char in enumerate(text):
        if not is_word_character(char):
            continue
        before = visible_before(text, index)
        goes_on = spans and before == spans[-1][1] - 1 and not is_boundary(text, index)
        if goes_on:
            spans[-1] = (spans[-1][0], index + 1)
        else:
            spans.append((index, index + 1))
    return tuple(spans)
