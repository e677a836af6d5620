"""The matching contract of ``docs/semantics.md``, written out slowly and plainly.

It works on whole texts as the contract words it and shares nothing with the engine: Python's
``unicodedata`` gives normalization, case folding and combining classes, the ``regex`` package
gives the properties that ``unicodedata`` lacks. Where the contract can be read in two ways,
``docs/readings.md`` decides; comments name the reading ("reading 4").

The two Unicode sources and the engine may be of different Unicode versions. Normalization,
combining classes and case folding of an assigned character never change, so a test is safe as
long as it keeps to characters for which `assigned` holds.

Globs are not covered.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple
from unicodedata import category, combining, decomposition, normalize

import regex

Span = tuple[int, int]
Row = tuple[int, int, str, str]
TrueMatch = tuple[int, int, str, str | None]

CASES = ("ignore", "match", "smart")
ACCENTS = ("keep", "fold")
HYPHENS = ("keep", "space")
BOUNDARIES = ("word", "start", "end", "none", "compound")
OVERLAPS = ("longest", "all", "longest-per-concept", "longest-per-branch")
OFFSETS = ("char", "byte", "utf16")

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
LINE_BREAKS = frozenset("\n\v\f\r\x85\u2028\u2029")
ZERO_WIDTH_SPACE = "\u200b"
ANY_APOSTROPHE = frozenset("'" + APOSTROPHES)
COMPOUND_JOINERS = frozenset("-\u2010\u2011") | ANY_APOSTROPHE
HALF_WIDTH_SOUND_MARKS = frozenset("\uff9e\uff9f")

_ALPHABETIC = regex.compile(r"\p{Alphabetic}")
_DEFAULT_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_WHITE_SPACE = regex.compile(r"\p{White_Space}")
_WHITE_SPACE_RUN = regex.compile(
    r"\p{White_Space}+(?:\p{Default_Ignorable_Code_Point}+\p{White_Space}+)*"
)
_ANY_DASH = regex.compile(f"[-{DASHES}]")
_MARK = regex.compile(r"\p{M}")
_WORD_CATEGORY = regex.compile(r"[\p{M}\p{Nd}\p{Pc}]")
_KATAKANA = regex.compile(r"\p{Word_Break=Katakana}")
_LETTER = regex.compile(r"[\p{L}\p{Nl}]")
_UNSPACED_SCRIPT = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Bopomofo}\p{scx=Yi}\p{scx=Thai}\p{scx=Lao}"
    r"\p{scx=Khmer}\p{scx=Myanmar}\p{scx=Tai_Le}\p{scx=New_Tai_Lue}\p{scx=Tai_Tham}"
    r"\p{scx=Tai_Viet}]"
)
_INHERITED = regex.compile(r"\p{Script=Inherited}")
_LATIN_OR_GREEK = regex.compile(r"[\p{Script=Latin}\p{Script=Greek}]")
_UPPER_CASED = regex.compile(r"\p{Lu}")
_CASED = regex.compile(r"[\p{Lu}\p{Ll}\p{Lt}]")


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
    _check_choice("case", case, ("ignore", "match"))
    _check_choice("accents", accents, ACCENTS)
    _check_choice("hyphens", hyphens, HYPHENS)
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


# --- boundaries ----------------------------------------------------------------------------


@cache
def _kind_of_character(char: str) -> str:
    if _KATAKANA.match(char):
        return "katakana"
    if _LETTER.match(char) and _UNSPACED_SCRIPT.match(char):
        return "unspaced"
    return "plain"


def _is_boundary_mark(char: str) -> bool:
    return is_mark(char) or char in HALF_WIDTH_SOUND_MARKS


def kind(text: str, index: int) -> str:
    """The kind of the word character at an index: katakana, unspaced or plain."""
    while _is_boundary_mark(text[index]):
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
    if _is_boundary_mark(text[after]):
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
    _check_choice("boundary", mode, BOUNDARIES)
    if mode == "none":
        return True
    # Zero width space is seen here and is no word character, so it makes a boundary.
    before, after = visible_before(text, position), visible_after(text, position)
    if mode == "compound" and (_holds_compound(text, before) or _holds_compound(text, after)):
        return False
    return _is_word_boundary(text, before, after)


# --- entries -------------------------------------------------------------------------------


def _check_choice(name: str, value: str, choices: Sequence[str]) -> None:
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")


def trim(phrase: str) -> str:
    """A phrase without white space and default-ignorable code points at its ends (reading 2)."""

    def goes(char: str) -> bool:
        return is_default_ignorable(char) or _WHITE_SPACE.match(char) is not None

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
class FoldProfile:
    """The options on which the fold of a text depends."""

    case: str
    accents: str
    hyphens: str

    def fold(self, text: str) -> str:
        return fold(text, self.case, self.accents, self.hyphens)

    def fold_in_units(self, text: str) -> list[Unit]:
        return fold_in_units(text, self.case, self.accents, self.hyphens)


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of a gazetteer, ready to be looked for."""

    phrase: str
    concept: str | None
    profile: FoldProfile
    boundary: str
    folded: str
    folded_affixes: frozenset[str]


ENTRY_KEYS = frozenset(("phrase", "concept", "case", "accents", "hyphens", "boundary", "affixes"))


def prepare(entry: Mapping[str, Any]) -> Entry:
    """Check an entry and fold its phrase and affixes.

    Parameters
    ----------
    entry
        ``phrase`` and ``concept`` (None for an exclusion), and where they are not the default
        ``case``, ``accents``, ``hyphens``, ``boundary`` and ``affixes`` (a list of strings).

    Raises
    ------
    TypeError
        If a phrase, concept or affix is not text.
    ValueError
        If the phrase or an affix is empty once folded, or an option is unknown.
    """
    if unknown := entry.keys() - ENTRY_KEYS:
        raise ValueError(f"unknown options {sorted(unknown)}")
    phrase, concept = entry["phrase"], entry["concept"]
    if not isinstance(phrase, str):
        raise TypeError(f"phrase is {type(phrase).__name__}, not str")
    if concept is not None and not isinstance(concept, str):
        raise TypeError(f"concept is {type(concept).__name__}, not str")
    case, boundary = entry.get("case", "ignore"), entry.get("boundary", "word")
    _check_choice("case", case, CASES)
    _check_choice("boundary", boundary, BOUNDARIES)
    _check_no_surrogates(phrase)

    trimmed = trim(phrase)
    profile = FoldProfile(
        case=smart_case(trimmed) if case == "smart" else case,
        accents=entry.get("accents", "keep"),
        hyphens=entry.get("hyphens", "keep"),
    )
    folded = profile.fold(trimmed)
    if not folded:
        raise ValueError(f"phrase {phrase!r} is empty once folded")

    affixes = entry.get("affixes") or []
    if isinstance(affixes, str):
        raise ValueError("affixes must be a list here; named lists are data, not contract")
    folded_affixes = frozenset(map(profile.fold, affixes))
    if "" in folded_affixes:
        raise ValueError(f"phrase {phrase!r} has an affix that is empty once folded")
    return Entry(phrase, concept, profile, boundary, folded, folded_affixes)


def _check_no_surrogates(text: str) -> None:
    for position, char in enumerate(text):
        if category(char) == "Cs":
            raise ValueError(f"lone surrogate at position {position}")


# --- true matches --------------------------------------------------------------------------


def _affix_after(text: str, text_units: Sequence[Unit], last: int, entry: Entry) -> bool:
    """Whether one affix stands between the end of a unit and the next boundary."""
    boundary = text_units[last].end + 1
    while not is_boundary(text, boundary, entry.boundary):
        boundary += 1
    between = ""
    for index in range(last + 1, len(text_units)):
        unit = text_units[index]
        if unit.start >= boundary:
            break
        if unit.end > boundary:  # cut by the boundary, so not whole
            return False
        between += unit.fold
    return between in entry.folded_affixes


def _affix_before(text: str, text_units: Sequence[Unit], first: int, entry: Entry) -> bool:
    """Whether one affix stands between the boundary before a unit and the unit."""
    boundary = text_units[first].start - 1
    while not is_boundary(text, boundary, entry.boundary):
        boundary -= 1
    between = ""
    for index in reversed(range(first)):
        unit = text_units[index]
        if unit.end <= boundary:
            break
        if unit.start < boundary:
            return False
        between = unit.fold + between
    return between in entry.folded_affixes


def _boundaries_hold(
    text: str, text_units: Sequence[Unit], first: int, last: int, entry: Entry
) -> bool:
    """Whether an entry has the boundaries it asks for around the units first to last."""
    mode = entry.boundary
    holds_at_start = (
        mode == "end"
        or is_boundary(text, text_units[first].start, mode)
        or (bool(entry.folded_affixes) and _affix_before(text, text_units, first, entry))
    )
    return holds_at_start and (
        mode == "start"
        or is_boundary(text, text_units[last].end, mode)
        or (bool(entry.folded_affixes) and _affix_after(text, text_units, last, entry))
    )


def _match_order(true_match: TrueMatch) -> tuple[int, int, str, bool, str]:
    start, end, phrase, concept = true_match
    return start, -end, phrase, concept is not None, concept or ""


def true_matches(entries: Iterable[Mapping[str, Any]], text: str) -> list[TrueMatch]:
    """All true matches of all phrases and exclusions, before any overlap policy.

    Tries every entry at every unit, which is what the contract says and no more; for
    gazetteers of any size there is `Reference`.
    """
    _check_no_surrogates(text)
    found: set[TrueMatch] = set()
    for entry in map(prepare, entries):
        text_units = entry.profile.fold_in_units(text)
        for first in range(len(text_units)):
            folded = ""
            for last in range(first, len(text_units)):
                folded += text_units[last].fold
                if len(folded) >= len(entry.folded):
                    break
            if folded == entry.folded and _boundaries_hold(text, text_units, first, last, entry):
                span = text_units[first].start, text_units[last].end
                found.add((*span, entry.phrase, entry.concept))
    return sorted(found, key=_match_order)


class _PhraseIndex:
    """The phrases of one fold profile, to be found by their first folded characters."""

    # Long enough to tell most phrases of a gazetteer from most words of a text.
    KEY_LENGTH = 4

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        self._key_lengths: set[int] = set()

    def add(self, entry: Entry) -> None:
        key = entry.folded[: self.KEY_LENGTH]
        self._entries[entry.folded].append(entry)
        self._lengths[key].add(len(entry.folded))
        self._key_lengths.add(len(key))

    def at(self, folded_text: str, offset: int) -> Iterator[tuple[int, list[Entry]]]:
        """The end offsets and entries of phrases whose folds stand at an offset."""
        for key_length in self._key_lengths:
            key = folded_text[offset : offset + key_length]
            if key not in self._lengths or len(key) < key_length:
                continue
            for length in self._lengths[key]:
                folded = folded_text[offset : offset + length]
                if len(folded) == length and folded in self._entries:
                    yield offset + length, self._entries[folded]


class Reference:
    """A gazetteer prepared once, for many texts.

    Parameters
    ----------
    entries
        Mappings as for `prepare`. Entries that are the same count once.
    """

    def __init__(self, entries: Iterable[Mapping[str, Any]]) -> None:
        self._indexes: dict[FoldProfile, _PhraseIndex] = defaultdict(_PhraseIndex)
        for entry in dict.fromkeys(map(prepare, entries)):
            self._indexes[entry.profile].add(entry)

    def true_matches(self, text: str) -> list[TrueMatch]:
        """All true matches of all phrases and exclusions, before any overlap policy."""
        _check_no_surrogates(text)
        # The same phrase with other options can be true of the same span; that is one match,
        # since a match is document, start, end, phrase and concept.
        found: set[TrueMatch] = set()
        for profile, index in self._indexes.items():
            text_units = profile.fold_in_units(text)
            folded_text = "".join(unit.fold for unit in text_units)
            # No unit has an empty fold, so offsets tell units apart.
            ends = list(accumulate(len(unit.fold) for unit in text_units))
            unit_ending_at = {end: number for number, end in enumerate(ends)}
            for first, offset in enumerate([0, *ends[:-1]]):
                for end, entries in index.at(folded_text, offset):
                    last = unit_ending_at.get(end)
                    if last is None:
                        continue
                    span = text_units[first].start, text_units[last].end
                    found.update(
                        (*span, entry.phrase, entry.concept)
                        for entry in entries
                        if _boundaries_hold(text, text_units, first, last, entry)
                    )
        return sorted(found, key=_match_order)

    def match(self, text: str, overlap: str = "longest", offsets: str = "char") -> list[Row]:
        """The rows that the contract reports for a text, in its order."""
        return convert_offsets(resolve(self.true_matches(text), overlap), text, offsets)


def match(
    entries: Iterable[Mapping[str, Any]],
    text: str,
    overlap: str = "longest",
    offsets: str = "char",
) -> list[Row]:
    """The rows that the contract reports for a text and a list of entries, in its order."""
    return Reference(entries).match(text, overlap, offsets)


# --- overlaps ------------------------------------------------------------------------------


def resolve(true_matches: Iterable[TrueMatch], overlap: str) -> list[Row]:
    """The rows that a policy reports of all true matches, in the contract's order."""
    _check_choice("overlap", overlap, OVERLAPS)
    rows = _POLICIES[overlap](true_matches)
    return sorted(rows, key=lambda row: (row[0], -row[1], row[2], row[3]))


def _reported(true_match: TrueMatch) -> Row:
    start, end, phrase, concept = true_match
    assert concept is not None
    return start, end, phrase, concept


def longest(true_matches: Iterable[TrueMatch]) -> list[Row]:
    """One contest: leftmost, then longest, then on from its end."""
    by_span: dict[Span, list[TrueMatch]] = defaultdict(list)
    for true_match in true_matches:
        by_span[true_match[:2]].append(true_match)
    rows: list[Row] = []
    position = 0
    for start, end in sorted(by_span, key=lambda span: (span[0], -span[1])):
        if start < position:
            continue
        position = end
        winners = by_span[start, end]
        if all(concept is not None for _, _, _, concept in winners):
            rows += map(_reported, winners)
    return rows


def every(true_matches: Iterable[TrueMatch]) -> list[Row]:
    """All true matches but those that have the span of an exclusion or lie inside it."""
    true_matches = list(true_matches)
    excluded = {(start, end) for start, end, _, concept in true_matches if concept is None}
    return [
        _reported(true_match)
        for true_match in true_matches
        if not any(start <= true_match[0] and true_match[1] <= end for start, end in excluded)
    ]


def branch(concept: str) -> str:
    r"""The first part of a concept's path, as written; ``\/`` separates nothing."""
    for position, char in enumerate(concept):
        if char == "/" and concept[position - 1 : position] != "\\":
            return concept[:position]
    return concept


def _contest_by(name: Callable[[str], str]) -> Callable[[Iterable[TrueMatch]], list[Row]]:
    """A policy that holds one contest for each name that it gives to concepts."""

    def policy(true_matches: Iterable[TrueMatch]) -> list[Row]:
        contests: dict[str, list[TrueMatch]] = defaultdict(list)
        exclusions = []
        for true_match in true_matches:
            concept = true_match[3]
            if concept is None:
                exclusions.append(true_match)
            else:
                contests[name(concept)].append(true_match)
        return [row for contest in contests.values() for row in longest(contest + exclusions)]

    return policy


_POLICIES = {
    "longest": longest,
    "all": every,
    "longest-per-concept": _contest_by(str),
    "longest-per-branch": _contest_by(branch),
}


def convert_offsets(rows: Sequence[Row], text: str, offsets: str) -> list[Row]:
    """Count the positions of rows in code points, UTF-8 bytes or UTF-16 units."""
    _check_choice("offsets", offsets, OFFSETS)
    if offsets == "char":
        return list(rows)
    if offsets == "byte":
        sizes = [len(char.encode("utf-8")) for char in text]
    else:
        sizes = [len(char.encode("utf-16-le")) // 2 for char in text]
    positions = [0, *accumulate(sizes)]
    return [
        (positions[start], positions[end], phrase, concept) for start, end, phrase, concept in rows
    ]
