"""The contests per concept and per branch beside the scopes of quanteda's `tokens_lookup`.

What quanteda gives is modelled here from its documentation and the order in which it goes: the
longest first, from left to right. Where matches nest the two agree; where they partly overlap
they need not, and ``tests/cases/scopes.jsonl`` says of each case what either gives.
"""

from collections import defaultdict
from typing import Any

import pytest
from hazards import cases
from hypothesis import HealthCheck, assume, given, settings
from reference import branch, match, true_matches, words
from support import CASES, read_jsonl

SCOPES = read_jsonl(CASES / "scopes.jsonl")
IN_QUANTEDA = [case for case in SCOPES if case["quanteda"] is not None]
SEVERAL = settings(max_examples=200, deadline=None)

Found = tuple[int, int, str]


def tokens_of(text: str, found: Found) -> set[int]:
    """The numbers of the words in a match."""
    start, end, _ = found
    return {n for n, word in enumerate(words(text)) if start <= word[0] and word[1] <= end}


def longest_first(text: str, matches: list[Found]) -> list[Found]:
    return sorted(set(matches), key=lambda found: (-len(tokens_of(text, found)), found))


def nested_scope_key(text: str, matches: list[Found]) -> set[Found]:
    """Of each key, the longest first, unless a word of it is taken already for that key."""
    taken: dict[str, set[int]] = defaultdict(set)
    kept = set()
    for found in longest_first(text, matches):
        tokens = tokens_of(text, found)
        if not tokens & taken[found[2]]:
            taken[found[2]] |= tokens
            kept.add(found)
    return kept


def nested_scope_dictionary(text: str, matches: list[Found]) -> set[Found]:
    """Likewise, unless all its words are taken already for any key, but by the same span."""
    taken: dict[str, set[int]] = defaultdict(set)
    kept: set[Found] = set()
    for found in longest_first(text, matches):
        tokens = tokens_of(text, found)
        others = (tokens_of(text, other) for other in kept if other[:2] != found[:2])
        if not tokens & taken[found[2]] and not tokens <= set().union(*others):
            taken[found[2]] |= tokens
            kept.add(found)
    return kept


def in_quanteda(text: str, matches: list[Found], overlap: str) -> set[Found]:
    """What quanteda gives under the scope that a policy stands for.

    A branch is one dictionary of several.
    """
    if overlap == "longest-per-concept":
        return nested_scope_key(text, matches)
    if overlap == "longest":
        return nested_scope_dictionary(text, matches)
    branches = defaultdict(list)
    for found in matches:
        branches[branch(found[2])].append(found)
    return set().union(*(nested_scope_dictionary(text, own) for own in branches.values()))


def all_found(entries: list[dict[str, Any]], text: str) -> list[Found]:
    return [
        (start, end, concept)
        for start, end, _, concept in true_matches(entries, text)
        if concept is not None
    ]


def only_nest(matches: list[Found]) -> bool:
    """Whether of any two matches one lies in the other or they are apart."""
    return not any(a[0] < b[0] < a[1] < b[1] for a in matches for b in matches)


@pytest.mark.parametrize("case", IN_QUANTEDA, ids=lambda case: case["name"])
def test_pinned_for_quanteda(case: dict[str, Any]) -> None:
    found = in_quanteda(case["text"], all_found(case["entries"], case["text"]), case["overlap"])
    assert sorted(map(list, found)) == sorted(case["quanteda"])


@pytest.mark.parametrize("case", IN_QUANTEDA, ids=lambda case: case["name"])
def test_the_same_where_matches_nest(case: dict[str, Any]) -> None:
    ours = sorted({(start, end, concept) for start, end, _, concept in case["matches"]})
    if only_nest(all_found(case["entries"], case["text"])):
        assert ours == sorted(map(tuple, case["quanteda"]))


# Most that is drawn does not only nest, and is left out: how much varies with the seed.
@settings(SEVERAL, suppress_health_check=[HealthCheck.filter_too_much])
@given(cases())
def test_the_same_wherever_matches_nest(case: tuple[list[dict[str, Any]], str]) -> None:
    entries = [entry for entry in case[0] if entry["concept"] is not None]
    text = case[1]
    matches = all_found(entries, text)
    assume(matches and only_nest(matches))
    # Of whole words, as quanteda's always are, and no two of the same words.
    spans = {found[:2] for found in matches}
    of_tokens = {frozenset(tokens_of(text, found)) for found in matches}
    assume(len(of_tokens) == len(spans) and frozenset() not in of_tokens)
    assume(
        all(
            tokens_of(text, a).isdisjoint(tokens_of(text, b))
            for a in matches
            for b in matches
            if a[1] <= b[0]
        )
    )
    for overlap in ("longest", "longest-per-concept", "longest-per-branch"):
        ours = {(start, end, concept) for start, end, _, concept in match(entries, text, overlap)}
        assert ours == in_quanteda(text, matches, overlap)
