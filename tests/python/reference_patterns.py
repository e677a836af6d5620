"""Patterns: what is looked for with its options, whatever it stands for, and where it is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from unicodedata import category

import regex
from reference_fold import (
    CASES,
    FoldProfile,
    Span,
    Unit,
    check_choice,
    is_default_ignorable,
    is_white_space,
)
from reference_globs import Part, ends, read_glob
from reference_words import BOUNDARIES, is_boundary

_UPPER_CASED = regex.compile(r"\p{Lu}")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}\p{Lt}]")


def check_no_surrogates(text: str) -> None:
    for position, char in enumerate(text):
        if category(char) == "Cs":
            raise ValueError(f"lone surrogate at position {position}")


def trim(phrase: str) -> str:
    """A phrase without white space and default-ignorable code points at its ends (reading 2)."""

    def goes(char: str) -> bool:
        return is_default_ignorable(char) or is_white_space(char)

    start, end = 0, len(phrase)
    while start < end and goes(phrase[start]):
        start += 1
    while start < end and goes(phrase[end - 1]):
        end -= 1
    return phrase[start:end]


def smart_case(phrase: str) -> str:
    """What ``case="smart"`` means for a phrase: ``"match"`` or ``"ignore"`` (reading 9)."""
    cased = _CASED.findall(phrase)
    acronym = len(cased) >= 2 and all(_UPPER_CASED.match(char) for char in cased)
    return "match" if acronym else "ignore"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase without what it stands for, ready to be looked for."""

    profile: FoldProfile
    boundary: str
    parts: tuple[Part, ...]
    folded_affixes: frozenset[str] = frozenset()

    @property
    def folded(self) -> str | None:
        """The fold of the phrase if it has no wild cards."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) else None


def read_pattern(phrase: str, options: Mapping[str, Any]) -> Pattern:
    """Check a phrase and the options that decide where it matches, and fold it.

    Raises
    ------
    TypeError
        If the phrase is not text.
    ValueError
        If the phrase or an affix is empty once folded, or an option is unknown.
    """
    if not isinstance(phrase, str):
        raise TypeError(f"phrase is {type(phrase).__name__}, not str")
    check_no_surrogates(phrase)
    case, boundary = options.get("case", "ignore"), options.get("boundary", "word")
    check_choice("case", case, CASES)
    check_choice("boundary", boundary, BOUNDARIES)

    trimmed = trim(phrase)
    profile = FoldProfile(
        case=smart_case(trimmed) if case == "smart" else case,
        accents=options.get("accents", "keep"),
        hyphens=options.get("hyphens", "keep"),
    )
    if options.get("glob", False):
        parts = read_glob(trimmed, profile)
    else:
        parts = tuple(filter(None, [profile.fold(trimmed)]))
    if not parts:
        raise ValueError(f"phrase {phrase!r} is empty once folded")

    affixes = options.get("affixes") or []
    if isinstance(affixes, str):
        raise ValueError("affixes must be a list here; named lists are data, not contract")
    folded_affixes = frozenset(map(profile.fold, affixes))
    if "" in folded_affixes:
        raise ValueError(f"phrase {phrase!r} has an affix that is empty once folded")
    return Pattern(profile, boundary, parts, folded_affixes)


# --- where it is found ---------------------------------------------------------------------


def _affix_after(text: str, text_units: Sequence[Unit], last: int, pattern: Pattern) -> bool:
    """Whether one affix stands between the end of a unit and the next boundary."""
    boundary = text_units[last].end + 1
    while not is_boundary(text, boundary, pattern.boundary):
        boundary += 1
    between = ""
    for index in range(last + 1, len(text_units)):
        unit = text_units[index]
        if unit.start >= boundary:
            break
        if unit.end > boundary:  # cut by the boundary, so not whole
            return False
        between += unit.fold
    return between in pattern.folded_affixes


def _affix_before(text: str, text_units: Sequence[Unit], first: int, pattern: Pattern) -> bool:
    """Whether one affix stands between the boundary before a unit and the unit."""
    boundary = text_units[first].start - 1
    while not is_boundary(text, boundary, pattern.boundary):
        boundary -= 1
    between = ""
    for index in reversed(range(first)):
        unit = text_units[index]
        if unit.end <= boundary:
            break
        if unit.start < boundary:
            return False
        between = unit.fold + between
    return between in pattern.folded_affixes


def boundaries_hold(
    text: str, text_units: Sequence[Unit], first: int, last: int, pattern: Pattern
) -> bool:
    """Whether a pattern has the boundaries it asks for around the units first to last."""
    mode = pattern.boundary
    holds_at_start = (
        mode == "end"
        or is_boundary(text, text_units[first].start, mode)
        or (bool(pattern.folded_affixes) and _affix_before(text, text_units, first, pattern))
    )
    return holds_at_start and (
        mode == "start"
        or is_boundary(text, text_units[last].end, mode)
        or (bool(pattern.folded_affixes) and _affix_after(text, text_units, last, pattern))
    )


@lru_cache(maxsize=256)  # of a phrase in the context of many matches
def spans_of(pattern: Pattern, text: str) -> tuple[Span, ...]:
    """Where a pattern truly matches, whatever its context: from each start but once.

    Tries it at every unit, which is what the contract says and no more.
    """
    units = pattern.profile.fold_in_units(text)
    spans: list[Span] = []
    for first in range(len(units)):
        holding = [
            end
            for end in ends(pattern.parts, text, units, first)
            if boundaries_hold(text, units, first, end - 1, pattern)
        ]
        if holding:
            spans.append((units[first].start, units[max(holding) - 1].end))
    return tuple(spans)
