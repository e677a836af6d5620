"""Matches brought up to date equal those of a full run, whatever has changed."""

import random

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hazards import CONCEPTS, GazetteerEntry, cases, gazetteers, texts, texts_for
from hazards_context import context_cases
from hazards_globs import glob_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import DATA, POLICIES, gazetteer_of

import slugline as sl

SEVERAL = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Columns = list[list[object]]


def columns(matches: sl.Matches) -> Columns:
    """All that is known of matches, with the number of each row's entry."""
    attributes = ["number"] if len(matches) else []
    return [column.to_pylist() for column in matches.to_arrow(attributes=attributes).columns]


def tell_apart(entries: list[GazetteerEntry]) -> list[GazetteerEntry]:
    """Give each entry a number as its attribute, so that rows tell which entry they are of."""
    return [{**entry, "number": number} for number, entry in enumerate(entries)]


@st.composite
def changes(draw: st.DrawFn, old: list[GazetteerEntry], added: list[GazetteerEntry]):
    """Another gazetteer made of one: less, more, renamed, excluded, reordered."""
    new: list[GazetteerEntry] = []
    renamed: dict[str, str | None] = {}
    if draw(st.booleans()):
        names = st.sampled_from([*CONCEPTS, "new", "new/a", "place/new"])
        renamed = draw(st.dictionaries(st.sampled_from(CONCEPTS), names, max_size=3))
    for entry in old:
        fate = draw(st.sampled_from(["keep"] * 5 + ["drop", "drop", "rename", "again", "options"]))
        entry = {**entry, "concept": renamed.get(entry["concept"], entry["concept"])}
        if fate == "rename":
            entry = {**entry, "concept": draw(st.sampled_from([*CONCEPTS, "new"]))}
        elif fate == "again":
            new.append({**entry, "concept": draw(st.sampled_from([*CONCEPTS, "new"]))})
        elif fate == "options":
            case = draw(st.sampled_from(["ignore", "match", "smart"]))
            if draw(st.booleans()):
                new.append(entry)
            entry = {**entry, "case": case}
        if fate != "drop":
            new.append(entry)
    new += [entry for entry in added if draw(st.booleans())]
    return draw(st.permutations(new)) if draw(st.integers(0, 3)) == 0 else new


@st.composite
def changed_cases(draw: st.DrawFn):
    """An old gazetteer, a new one, and texts for both."""
    old, text = draw(st.one_of(cases(), cases(), glob_cases(), context_cases()))
    added = draw(gazetteers(3))
    new = draw(changes(old, added))
    more = draw(st.lists(st.one_of(texts_for([*old, *new]), texts()), max_size=3))
    return old, new, [text, None, *more]


@SEVERAL
@given(
    changed_cases(),
    st.sampled_from(POLICIES),
    st.sampled_from(["char", "byte", "utf16"]),
    st.booleans(),
    st.booleans(),
)
def test_equals_a_full_run(case, overlap, offsets, old_is_kept, new_is_built):
    old, new, texts = case
    old, new = gazetteer_of(tell_apart(old)), gazetteer_of(tell_apart(new))
    before, after = sl.PhraseMatcher(old), sl.PhraseMatcher(new)
    ids = [f"id {row}" for row in range(len(texts))]
    options = {"overlap": overlap, "offsets": offsets, "ids": ids}
    matches = before.tag(texts, **options)
    expected = columns(after.tag(texts, **options))
    given_old = before if old_is_kept else old
    if not old_is_kept:
        del before
    given_new = after if new_is_built else new
    found = sl.retag(matches, given_old, given_new, texts)
    assert columns(found) == expected
    # Once more, and back.
    again = sl.retag(found, given_new, given_new, texts)
    assert columns(again) == expected
    back = sl.retag(found, new, old, texts)
    assert columns(back) == columns(matches)
