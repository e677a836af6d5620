"""The engine beside the slow reference, over generated gazetteers and texts."""

import time

import pytest
from engine_checks import FILLER, check_long_document, check_matches, check_storages
from hazards import cases, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Reference, fold
from support import POLICIES, gazetteer_of, rows_by_doc

import slugline as sl
from slugline import _core

THOROUGH = settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRIEF = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# For what takes long each time.
FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(cases(), st.integers(0, len(FILLER)))
def test_matches_are_those_of_the_reference(case, filled):
    check_matches(case, filled)


@BRIEF
@given(cases(), st.sampled_from(["char", "byte", "utf16"]))
def test_every_storage_gives_the_same(case, offsets):
    check_storages(case, offsets)


@BRIEF
@given(
    texts(),
    st.sampled_from(["ignore", "match"]),
    st.sampled_from(["keep", "fold"]),
    st.sampled_from(["keep", "space"]),
)
def test_folds_are_those_of_the_reference(text, case, accents, hyphens):
    assert _core.fold(text, case, accents, hyphens) == fold(text, case, accents, hyphens)


@FEW
@given(cases(), st.sampled_from(POLICIES))
def test_one_long_document_is_cut_without_loss(case, overlap):
    check_long_document(case, overlap)


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.parametrize(
    ("head", "repeated"), [("e", "\u0301"), ("", " "), ("", "\u00ad"), ("", "\u0640")]
)
def test_long_runs_of_what_folds_away_stay_fast(head, repeated):
    """Whatever is repeated, the rows are right and time stays linear."""
    entries = [
        {"phrase": phrase, "concept": boundary, "accents": "fold", "boundary": boundary}
        for phrase in ("e", "a b", "\u20dd", "ـا")
        for boundary in ("word", "none")
    ]
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    reference = Reference(entries)

    def texts_of(length):
        run = head + repeated * length
        return [f"a{run}b", run * 2, f"\u20dd{run}"]

    for overlap in POLICIES:
        texts = texts_of(300)
        expected = [reference.match(text, overlap) for text in texts]
        assert any(expected)
        assert rows_by_doc(matcher.tag(texts, overlap=overlap), 3) == expected

    shorter, longer = texts_of(10_000), texts_of(40_000)
    short = seconds(lambda: matcher.tag(shorter, threads=1))
    long = seconds(lambda: matcher.tag(longer, threads=1))
    assert long < 12 * short + 0.2
    assert short + long < 5
