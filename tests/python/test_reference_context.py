"""What must hold of the reference's contexts, whatever the contract says of cases."""

from typing import Any

import pytest
from hazards import GazetteerEntry
from hazards_context import context_cases, phrases_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import OVERLAPS, Reference, assigned, match, prepare, true_matches

SEVERAL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Case = tuple[list[GazetteerEntry], str]


def without(entries: list[GazetteerEntry], *names: str) -> list[GazetteerEntry]:
    """The entries without some of their options."""
    return [{key: entry[key] for key in entry if key not in names} for entry in entries]


@pytest.mark.parametrize(
    "context",
    [
        {"not_before": [""]},
        {"not_after": ["a", "\u00ad"]},
        {"near": {"phrases": []}},
        {"near": {"phrases": [" "]}},
        {"near": {"phrases": ["a"], "within": -1}},
        {"near": {"phrases": ["a"], "unit": "words"}},
        {"near": {"phrases": ["a"], "distance": 1}},
    ],
)
def test_bad_context(context: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"empty once folded|no phrases|must|unknown"):
        prepare({"phrase": "a", "concept": "c", **context})


@pytest.mark.parametrize("context", [{"not_before": "a"}, {"near": {"phrases": "a"}}])
def test_context_that_is_text(context: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="is str"):
        prepare({"phrase": "a", "concept": "c", **context})


@given(context_cases())
@SEVERAL
def test_generated_input_is_assigned(case: Case) -> None:
    entries, text = case
    assert assigned(text)
    assert all(assigned(phrase) for entry in entries for phrase in phrases_of(entry))


@given(context_cases())
@SEVERAL
def test_context_only_takes_away(case: Case) -> None:
    entries, text = case
    free = without(entries, "not_before", "not_after", "near")
    assert set(true_matches(entries, text)) <= set(true_matches(free, text))


def test_generated_contexts_decide_often() -> None:
    """Some take matches away, some leave them."""
    kept, taken = [], []

    @given(context_cases())
    @settings(SEVERAL, derandomize=True)
    def look(case: Case) -> None:
        entries = [entry for entry in case[0] if phrases_of(entry)]
        found = set(true_matches(entries, case[1]))
        free = set(true_matches(without(entries, "not_before", "not_after", "near"), case[1]))
        kept.append(bool(found))
        taken.append(found != free)

    look()
    assert sum(kept) > len(kept) / 5
    assert sum(taken) > len(taken) / 6


@given(context_cases(), st.integers(0, 5))
@SEVERAL
def test_nearer_is_fewer(case: Case, more: int) -> None:
    entries, text = case
    wider = [dict(entry) for entry in entries]
    for entry in wider:
        if "near" in entry:
            within = entry["near"].get("within", 10)
            entry["near"] = {**entry["near"], "within": within + more}
    assert set(true_matches(entries, text)) <= set(true_matches(wider, text))


@given(context_cases())
@SEVERAL
def test_context_phrases_are_whole_words_beside_the_match(case: Case) -> None:
    """What is dropped for `not_before` is what a context phrase, as an entry, stands behind."""
    entries, text = case
    entries = without(entries, "not_after", "near")
    for entry in entries:
        shared = {name: entry[name] for name in ("case", "accents", "hyphens") if name in entry}
        shared["glob"] = entry.get("glob", False)
        listed = [{"phrase": p, "concept": "", **shared} for p in entry.get("not_before", ())]
        starts = {start for start, *_ in true_matches(listed, text)}
        kept = {row[:2] for row in true_matches([entry], text)}
        for start, end, *_ in true_matches(without([entry], "not_before"), text):
            gap = end
            while gap not in starts and gap < len(text) and not text[gap].isalnum():
                gap += 1
            if (start, end) not in kept:
                assert gap in starts
            if end in starts:
                assert (start, end) not in kept


@given(context_cases(), st.sampled_from(OVERLAPS))
@SEVERAL
def test_rows_are_true_matches(case: Case, overlap: str) -> None:
    entries, text = case
    reference = Reference(entries)
    assert reference.true_matches(text) == true_matches(entries, text)
    assert reference.match(text, overlap) == match(entries, text, overlap)
