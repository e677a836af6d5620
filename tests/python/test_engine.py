"""The engine beside the slow reference, over generated gazetteers and texts."""

import time

import numpy as np
import pyarrow as pa
import pytest
from hazards import cases, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Reference, fold
from support import POLICIES, gazetteer_of, rows_by_doc, rows_of

import slugline as sl
from slugline import _core

THOROUGH = settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BRIEF = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# For what takes long each time.
FEW = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

FILLER = (
    "a correspondent in the capital wrote of it as news to us who had been there, and I too "
    "was so sure of that story when it ended long ago "
)[:130]
assert len(FILLER) == 130


@THOROUGH
@given(cases(), st.integers(0, len(FILLER)))
def test_matches_are_those_of_the_reference(case, filled):
    """Whatever place in the engine's blocks of 64 a text comes to stand at."""
    entries, text = case
    text = FILLER[:filled] + text
    reference = Reference(entries)
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    for overlap in POLICIES:
        assert rows_of(matcher.tag(text, overlap=overlap)) == reference.match(text, overlap)


@BRIEF
@given(cases(), st.sampled_from(["char", "byte", "utf16"]))
def test_every_storage_gives_the_same(case, offsets):
    """Python's own storages (by widening the text) and UTF-8 in Arrow."""
    entries, text = case
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    expected = Reference(entries).match(text, "all", offsets)
    # A code point far from the text makes all of it two or four bytes a character wide.
    widened = [text, text + " \u0416", text + " \U0001f600"]
    alone = [rows_of(matcher.tag(wide, overlap="all", offsets=offsets)) for wide in widened]
    together = rows_by_doc(matcher.tag(widened, overlap="all", offsets=offsets), 3)
    in_arrow = matcher.tag(pa.array(widened, pa.string_view()), overlap="all", offsets=offsets)
    assert alone == together == rows_by_doc(in_arrow, 3)
    assert alone[0] == expected


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
    """A document of many parts, on several threads, as on one."""
    entries, text = case
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    long = " \n".join([text] * (200_000 // (len(text) + 2) + 1))
    one = matcher.tag([long, text], overlap=overlap, threads=1)
    two = matcher.tag([long, text], overlap=overlap, threads=2)
    assert pa.table(one).equals(pa.table(two)) or _rows(one) == _rows(two)
    counts = {"by": "concept", "overlap": overlap, "frame": "pyarrow"}
    assert matcher.count([long, text], threads=2, **counts).equals(one.counts(frame="pyarrow"))
    matrices = [matcher.matrix([long, text], overlap=overlap, threads=n) for n in (1, 2)]
    assert (matrices[0] != matrices[1]).nnz == 0


def _rows(matches):
    table = pa.table(matches)
    return [
        np.asarray(
            table[name].cast(pa.string()) if name in ("phrase", "concept") else table[name]
        ).tolist()
        for name in table.column_names
    ]


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
