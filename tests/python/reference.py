"""The matching contract of ``docs/semantics.md``, written out slowly and plainly.

It works on whole texts as the contract words it and shares nothing with the engine: Python's
``unicodedata`` gives normalization, case folding and combining classes, the ``regex`` package
gives the properties that ``unicodedata`` lacks. Where the contract can be read in two ways,
``docs/readings.md`` decides; comments name the reading ("reading 4").

The two Unicode sources and the engine may be of different Unicode versions. Normalization,
combining classes and case folding of an assigned character never change, so a test is safe as
long as it keeps to characters for which `assigned` holds.

This module is where callers start: entries, their true matches and the rows of a text. The rest
stands beside it, by subject: ``reference_fold`` (code points, fold, units), ``reference_words``
(boundaries, words), ``reference_globs``, ``reference_patterns`` (a phrase with its options),
``reference_context`` and ``reference_overlaps``.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from reference_context import Context, allows, read_context
from reference_fold import (
    ACCENTS,
    APOSTROPHES,
    CASES,
    DASHES,
    DOUBLE_QUOTES,
    HYPHENS,
    NFC_QUICK_CHECK_MAYBE,
    FoldProfile,
    Unit,
    assigned,
    begins_unit,
    fold,
    fold_in_units,
    fold_units,
    is_default_ignorable,
    nfkc_casefold,
    units,
)
from reference_overlaps import (
    OFFSETS,
    OVERLAPS,
    Row,
    TrueMatch,
    branch,
    convert_offsets,
    resolve,
)
from reference_patterns import (
    Pattern,
    boundaries_hold,
    check_no_surrogates,
    read_pattern,
    smart_case,
    spans_of,
    trim,
)
from reference_words import BOUNDARIES, is_boundary, kind, words

__all__ = [
    "ACCENTS", "APOSTROPHES", "BOUNDARIES", "CASES", "DASHES", "DOUBLE_QUOTES", "HYPHENS",
    "NFC_QUICK_CHECK_MAYBE", "OFFSETS", "OVERLAPS", "Entry", "FoldProfile", "Reference", "Row",
    "TrueMatch", "Unit", "assigned", "begins_unit", "branch", "convert_offsets", "fold",
    "fold_in_units", "fold_units", "is_boundary", "is_default_ignorable", "kind", "match",
    "nfkc_casefold", "prepare", "resolve", "smart_case", "trim", "true_matches", "units", "words",
]  # fmt: skip

# --- entries -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of a gazetteer, ready to be looked for."""

    phrase: str
    concept: str | None
    pattern: Pattern
    context: Context


ENTRY_KEYS = frozenset(
    (
        *("phrase", "concept", "case", "accents", "hyphens", "boundary", "affixes", "glob"),
        *("not_before", "not_after", "near"),
    )
)


def prepare(entry: Mapping[str, Any]) -> Entry:
    """Check an entry and fold its phrases and affixes.

    Parameters
    ----------
    entry
        ``phrase`` and ``concept`` (None for an exclusion), and where they are not the default
        ``case``, ``accents``, ``hyphens``, ``boundary``, ``affixes`` (a list of strings),
        ``glob`` (a bool), ``not_before`` and ``not_after`` (lists of phrases) and ``near``
        (``phrases``, ``within`` and ``unit``).

    Raises
    ------
    TypeError
        If a phrase, concept or affix is not text.
    ValueError
        If a phrase or an affix is empty once folded, or an option is unknown.
    """
    if unknown := entry.keys() - ENTRY_KEYS:
        raise ValueError(f"unknown options {sorted(unknown)}")
    phrase, concept = entry["phrase"], entry["concept"]
    if concept is not None and not isinstance(concept, str):
        raise TypeError(f"concept is {type(concept).__name__}, not str")
    return Entry(phrase, concept, read_pattern(phrase, entry), read_context(entry))


# --- true matches --------------------------------------------------------------------------


def _match_order(true_match: TrueMatch) -> tuple[int, int, str, bool, str]:
    start, end, phrase, concept = true_match
    return start, -end, phrase, concept is not None, concept or ""


def _true_matches_of(entry: Entry, text: str) -> Iterator[TrueMatch]:
    for start, end in spans_of(entry.pattern, text):
        if allows(entry.context, text, (start, end)):
            yield start, end, entry.phrase, entry.concept


def true_matches(entries: Iterable[Mapping[str, Any]], text: str) -> list[TrueMatch]:
    """All true matches of all phrases and exclusions, before any overlap policy.

    Tries every entry at every unit, which is what the contract says and no more; for
    gazetteers of any size there is `Reference`.
    """
    check_no_surrogates(text)
    # The same phrase with other options can be true of the same span; that is one match,
    # since a match is document, start, end, phrase and concept.
    found = {true for entry in map(prepare, entries) for true in _true_matches_of(entry, text)}
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
        folded = entry.pattern.folded
        assert folded is not None
        key = folded[: self.KEY_LENGTH]
        self._entries[folded].append(entry)
        self._lengths[key].add(len(folded))
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
        # With wild cards there is no fold to look up: these are tried everywhere.
        self._globs: list[Entry] = []
        for entry in dict.fromkeys(map(prepare, entries)):
            if entry.pattern.folded is None:
                self._globs.append(entry)
            else:
                self._indexes[entry.pattern.profile].add(entry)

    def true_matches(self, text: str) -> list[TrueMatch]:
        """All true matches of all phrases and exclusions, before any overlap policy."""
        check_no_surrogates(text)
        found = {true for entry in self._globs for true in _true_matches_of(entry, text)}
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
                        if boundaries_hold(text, text_units, first, last, entry.pattern)
                        and allows(entry.context, text, span)
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
