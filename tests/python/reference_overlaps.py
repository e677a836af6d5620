"""The overlap policies and the offsets of rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from reference_fold import Span, check_choice

Row = tuple[int, int, str, str]
TrueMatch = tuple[int, int, str, str | None]

OVERLAPS = ("longest", "all", "longest-per-concept", "longest-per-branch")
OFFSETS = ("char", "byte", "utf16")


def resolve(true_matches: Iterable[TrueMatch], overlap: str) -> list[Row]:
    """The rows that a policy reports of all true matches, in the contract's order."""
    check_choice("overlap", overlap, OVERLAPS)
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
    check_choice("offsets", offsets, OFFSETS)
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
