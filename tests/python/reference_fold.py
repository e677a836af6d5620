"""Code points, the fold and the units of the contract: what comes before any phrase.

Python's ``unicodedata`` gives normalization, case folding and combining classes, the ``regex``
package gives the properties that ``unicodedata`` lacks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import category, combining, decomposition, normalize

import regex

Span = tuple[int, int]

CASES = ("ignore", "match", "smart")
ACCENTS = ("keep", "fold")
HYPHENS = ("keep", "space")

# Step 1 of the fold.
APOSTROPHES = "\u2018\u2019\u201a\u201b\u2032\u2039\u203a\u0060\u00b4\u02bb\u02bc"
DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
QUOTES_AND_DASHES = {
    **dict.fromkeys(map(ord, APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, DOUBLE_QUOTES), '"'),
    **dict.fromkeys(map(ord, DASHES), "-"),
}

# Step 4 of the fold.
CYRILLIC_VOWELS = frozenset("аеиоуыэюяіє" + "аеиоуыэюяіє".upper())
CYRILLIC_STRESS = frozenset("\u0300\u0301")
CYRILLIC_IE = frozenset("еЕ")
DIAERESIS = "\u0308"
TATWEEL_AND_HARAKAT = frozenset(map(chr, [0x640, *range(0x64B, 0x653), 0x670]))
HEBREW_POINTS = frozenset(
    map(chr, [*range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C4, 0x5C5, 0x5C7])
)
PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ħ": "h", "ŧ": "t", "ŋ": "n", "ı": "i",
        "Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE",
        "Ħ": "H", "Ŧ": "T", "Ŋ": "N",
    }
)  # fmt: skip

# Step 5 of the fold and the boundaries.
# Step 5 of the fold.
LINE_BREAKS = frozenset("\n\v\f\r\x85\u2028\u2029")
ZERO_WIDTH_SPACE = "\u200b"

_ALPHABETIC = regex.compile(r"\p{Alphabetic}")
_DEFAULT_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_WHITE_SPACE = regex.compile(r"\p{White_Space}")
_WHITE_SPACE_RUN = regex.compile(
    r"\p{White_Space}+(?:\p{Default_Ignorable_Code_Point}+\p{White_Space}+)*"
)
_ANY_DASH = regex.compile(f"[-{DASHES}]")
_MARK = regex.compile(r"\p{M}")
_WORD_CATEGORY = regex.compile(r"[\p{M}\p{Nd}\p{Pc}]")
_INHERITED = regex.compile(r"\p{Script=Inherited}")
_LATIN_OR_GREEK = regex.compile(r"[\p{Script=Latin}\p{Script=Greek}]")


def check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")


# --- code points ---------------------------------------------------------------------------


def assigned(text: str) -> bool:
    """Whether every code point is an assigned character in Python's Unicode version.

    Lone surrogates are not characters, so they do not count as assigned.
    """
    return all(category(char) not in ("Cn", "Cs") for char in text)


@cache
def is_default_ignorable(char: str) -> bool:
    return _DEFAULT_IGNORABLE.match(char) is not None


@cache
def is_white_space(char: str) -> bool:
    return _WHITE_SPACE.match(char) is not None


@cache
def is_looked_through(char: str) -> bool:
    """Whether boundaries do not see the character at all."""
    return is_default_ignorable(char) and char != ZERO_WIDTH_SPACE


@cache
def is_mark(char: str) -> bool:
    return _MARK.match(char) is not None


@cache
def is_word_character(char: str) -> bool:
    # Default-ignorable code points never are (reading 6), though some are letters or marks.
    if is_default_ignorable(char) or char in APOSTROPHES or char in DOUBLE_QUOTES:
        return False
    return _ALPHABETIC.match(char) is not None or _WORD_CATEGORY.match(char) is not None


@cache
def nfkc_casefold(char: str) -> str:
    """NFKC_Casefold of one code point: NFKC and case folding until nothing changes."""
    current = char
    while True:
        mapped = normalize("NFKC", current.casefold())
        mapped = "".join(part for part in mapped if not is_default_ignorable(part))
        if mapped == current:
            return current
        current = mapped


def _second_parts_of_compositions() -> frozenset[str]:
    """Characters that canonical composition may join to what stands before them.

    These are the ones whose NFC_Quick_Check is Maybe.
    """
    joined = set(map(chr, [*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)]))  # Hangul vowels, ends
    for code_point in range(0x110000):
        char = chr(code_point)
        parts = decomposition(char).split()
        # A tag such as <compat> makes three or more parts, or two that do not compose.
        if len(parts) == 2 and not parts[0].startswith("<") and normalize("NFC", char) == char:
            joined.add(chr(int(parts[1], 16)))
    return frozenset(joined)


NFC_QUICK_CHECK_MAYBE = _second_parts_of_compositions()


@cache
def begins_unit(char: str) -> bool:
    """Whether a unit begins at the code point wherever it stands ("Units" in the contract)."""
    if is_default_ignorable(char) or combining(char) != 0:
        return False
    # What NFKC_Casefold gives is in NFC, so its quick check is Yes or Maybe, never No.
    first = nfkc_casefold(char)[0]
    return combining(first) == 0 and first not in NFC_QUICK_CHECK_MAYBE


def visible_before(text: str, position: int) -> int | None:
    """The index of the nearest code point before a position that is not looked through."""
    for index in range(position - 1, -1, -1):
        if not is_looked_through(text[index]):
            return index
    return None


def visible_after(text: str, position: int) -> int | None:
    """The index of the nearest code point at or after a position that is not looked through."""
    for index in range(position, len(text)):
        if not is_looked_through(text[index]):
            return index
    return None


# --- folding -------------------------------------------------------------------------------


def space_stretches(text: str, hyphens: str = "keep") -> dict[int, int]:
    """The stretches of a text that become one space, as a map from start to end.

    White-space runs (step 2) and, with ``hyphens="space"``, dashes between two word characters
    and dashes after one with the white space after them that breaks the line (step 5).
    """
    stretches = {run.start(): run.end() for run in _WHITE_SPACE_RUN.finditer(text)}
    if hyphens == "keep":
        return stretches
    for found in _ANY_DASH.finditer(text):
        dash = found.start()
        before, after = visible_before(text, dash), visible_after(text, dash + 1)
        if before is None or after is None or not is_word_character(text[before]):
            continue
        if is_word_character(text[after]):
            stretches[dash] = dash + 1
        elif after in stretches and LINE_BREAKS.intersection(text[after : stretches[after]]):
            stretches[dash] = stretches.pop(after)
    return stretches


def _write_stretches_as_spaces(text: str, stretches: Mapping[int, int]) -> str:
    written = []
    position = 0
    for start, end in sorted(stretches.items()):
        written += [text[position:start], " "]
        position = end
    return "".join([*written, text[position:]])


def _drop_default_ignorables(text: str) -> str:
    return "".join(char for char in text if not is_default_ignorable(char))


def fold_case_and_quotes(text: str, case: str) -> str:
    """Steps 1 and 3 of the fold, step 1 both before and after."""
    text = text.translate(QUOTES_AND_DASHES)
    if case == "ignore":
        text = normalize("NFC", "".join(map(nfkc_casefold, normalize("NFD", text))))
    else:  # reading 3
        text = _drop_default_ignorables(normalize("NFKC", _drop_default_ignorables(text)))
    return text.translate(QUOTES_AND_DASHES)


def _drops_after(base: str, char: str) -> bool:
    """Whether ``accents="fold"`` drops a character that has this base before it."""
    if char in TATWEEL_AND_HARAKAT or char in HEBREW_POINTS:
        return True
    if not is_mark(char):
        return False
    if _LATIN_OR_GREEK.match(base) and _INHERITED.match(char):
        return True
    if base in CYRILLIC_VOWELS and char in CYRILLIC_STRESS:
        return True
    return base in CYRILLIC_IE and char == DIAERESIS


def drop_accents(decomposed: str, base: str = "") -> tuple[str, str]:
    """Drop what ``accents="fold"`` drops from a text in NFD.

    Parameters
    ----------
    decomposed
        Text after steps 1 to 3, in NFD.
    base
        The base that stands before it: the nearest character that is no mark (reading 4).

    Returns
    -------
    kept, base
        What stays, and the base for whatever comes next.
    """
    kept = []
    for char in decomposed:
        if not _drops_after(base, char):
            kept.append(char)
        if not is_mark(char):
            base = char
    return "".join(kept), base


def fold(text: str, case: str = "ignore", accents: str = "keep", hyphens: str = "keep") -> str:
    """The fold of a whole text, ``case`` being ``"ignore"`` or ``"match"``."""
    check_choice("case", case, ("ignore", "match"))
    check_choice("accents", accents, ACCENTS)
    check_choice("hyphens", hyphens, HYPHENS)
    # Step 5 is taken together with step 2: it is judged in the text as given, and no other step
    # tells a space from a dash.
    spaced = _write_stretches_as_spaces(text, space_stretches(text, hyphens))
    folded = fold_case_and_quotes(spaced, case)
    if accents == "fold":
        kept, _ = drop_accents(normalize("NFD", folded))
        folded = normalize("NFC", kept.translate(PLAIN_LETTERS))
    return folded


# --- units ---------------------------------------------------------------------------------


class Unit(NamedTuple):
    """A unit of a text and its fold in that text."""

    start: int
    end: int
    fold: str


def _cut_spans(text: str, stretches: Mapping[int, int]) -> list[Span]:
    """Cut a text into units, before ``accents="fold"`` takes anything away."""
    spans: list[Span] = []
    index = 0
    while index < len(text):
        char = text[index]
        if index in stretches:
            spans.append((index, stretches[index]))
            index = stretches[index]
            continue
        # The first code point begins a unit whatever it is, if not ignorable (reading 1).
        if begins_unit(char) or (not spans and not is_default_ignorable(char)):
            spans.append((index, index + 1))
        elif not is_default_ignorable(char):
            spans[-1] = (spans[-1][0], index + 1)
        index += 1
    return spans


@lru_cache(maxsize=4)  # for the profiles of one text, which differ in little
def _cut(text: str, hyphens: str) -> list[tuple[int, int, str]]:
    """The spans of the units of a text and their texts, with stretches written as a space."""
    stretches = space_stretches(text, hyphens)
    parts = []
    for start, end in _cut_spans(text, stretches):
        if start in stretches:
            parts.append((start, end, " " + text[stretches[start] : end]))
        else:
            parts.append((start, end, text[start:end]))
    return parts


@lru_cache(maxsize=1 << 16)
def _fold_unit_text(unit_text: str, case: str) -> str:
    return fold_case_and_quotes(unit_text, case)


@lru_cache(maxsize=1 << 16)
def _drop_unit_accents(unit_text: str, case: str, base: str) -> tuple[str, str, bool]:
    """What stays of a unit after a base, the base after it, and if its first code point goes."""
    kept, next_base = drop_accents(normalize("NFD", _fold_unit_text(unit_text, case)), base)
    first = normalize("NFD", _fold_unit_text(unit_text[0], case))
    return kept, next_base, drop_accents(first, base)[0] == ""


@lru_cache(maxsize=1 << 16)
def _finish_unit_accents(kept: str) -> str:
    return normalize("NFC", kept.translate(PLAIN_LETTERS))


def _first_that_remains(unit_text: str, case: str, base: str) -> int | None:
    """The index of the first code point of which ``accents="fold"`` leaves anything."""
    for index, char in enumerate(unit_text):
        kept, base = drop_accents(normalize("NFD", _fold_unit_text(char, case)), base)
        if kept:
            return index
    return None


def fold_in_units(
    text: str, case: str = "ignore", accents: str = "keep", hyphens: str = "keep"
) -> list[Unit]:
    """The units of a text with their folds.

    The folds are made unit by unit, with no more context than the base that an accent stands
    on; that they join to `fold` of the whole text is a property of the contract, for tests to
    assert.
    """
    cut = _cut(text, hyphens)
    if accents == "keep":
        return [Unit(start, end, _fold_unit_text(part, case)) for start, end, part in cut]

    units: list[tuple[int, int, str]] = []
    base = ""
    for start, end, unit_text in cut:
        kept, next_base, first_goes = _drop_unit_accents(unit_text, case, base)
        if not first_goes:
            units.append((start, end, kept))
        elif units:  # a code point removed whole begins no unit (reading 4)
            units[-1] = (units[-1][0], end, units[-1][2] + kept)
        else:
            # No unit before it, so none until something remains. A stretch always remains, so
            # that indices into the unit's text are indices into the text here.
            remaining = _first_that_remains(unit_text, case, base)
            if remaining is not None:
                units.append((start + remaining, end, kept))
        base = next_base
    return [Unit(start, end, _finish_unit_accents(kept)) for start, end, kept in units]


def units(
    text: str, accents: str = "keep", hyphens: str = "keep", case: str = "ignore"
) -> list[Span]:
    """The spans of the units of a text.

    ``case`` matters only under ``accents="fold"``, and only around U+0345: case folding makes a
    letter of it, which then is the base of the marks that follow.
    """
    return [(unit.start, unit.end) for unit in fold_in_units(text, case, accents, hyphens)]


def fold_units(
    text: str, case: str = "ignore", accents: str = "keep", hyphens: str = "keep"
) -> list[str]:
    """The folds of the units of a text, in step with `units`."""
    return [unit.fold for unit in fold_in_units(text, case, accents, hyphens)]


@dataclass(frozen=True, slots=True)
class FoldProfile:
    """The options on which the fold of a text depends."""

    case: str
    accents: str
    hyphens: str

    def fold(self, text: str) -> str:
        return fold(text, self.case, self.accents, self.hyphens)

    def fold_in_units(self, text: str) -> list[Unit]:
        return fold_in_units(text, self.case, self.accents, self.hyphens)
