"""Matches brought up to date equal those of a full run, whatever has changed."""

import random

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hazards import CONCEPTS, GazetteerEntry, cases, gazetteers, texts_for
from hazards import texts as any_texts
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
    more = draw(st.lists(st.one_of(texts_for([*old, *new]), any_texts()), max_size=3))
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


def numbered(*entries: tuple[str, str | None]) -> sl.Gazetteer:
    """A gazetteer in which each entry has a number."""
    return gazetteer_of(tell_apart([{"phrase": p, "concept": c} for p, c in entries]))


PAIRS = {
    "a shorter one shows": (
        [("New York", "a"), ("New York Stock Exchange", "b"), ("Stock", "c")],
        [("New York", "a"), ("Stock", "c")],
    ),
    "a later one shows": (
        [("New York", "a"), ("York Stock", "b"), ("Stock Exchange", "c")],
        [("York Stock", "b"), ("Stock Exchange", "c")],
    ),
    "one that was added takes the place of others": (
        [("York", "a"), ("Stock Exchange", "b")],
        [("York", "a"), ("Stock Exchange", "b"), ("York Stock", "c")],
    ),
    "a hidden exclusion goes": (
        [("New York Stock", None), ("York", "a"), ("New York Stock Exchange", "b")],
        [("York", "a")],
    ),
    "an exclusion comes": ([("York", "a")], [("York", "a"), ("New York", None)]),
    "a phrase becomes an exclusion": (
        [("New York", "a"), ("York", "b")],
        [("New York", None), ("York", "b")],
    ),
    "one span, other order": (
        [("york", "z"), ("York", "b"), ("YORK", "c")],
        [("york", "a"), ("York", "b"), ("YORK", "c"), ("york", "0")],
    ),
    "names change places": ([("New York", "a"), ("York", "b")], [("New York", "b"), ("York", "a")]),
    "a concept is divided": (
        [("New York", "a"), ("York", "a"), ("Stock", "a")],
        [("New York", "a"), ("York", "b"), ("Stock", "a"), ("Stock", "b")],
    ),
    "two concepts become one": (
        [("New York", "a"), ("York", "b")],
        [("New York", "a"), ("York", "a")],
    ),
    "nothing is left": ([("New York", "a"), ("Stock", "b")], []),
    "from nothing": ([], [("New York", "a"), ("Stock", "b")]),
}
NEWS = [
    "The New York Stock Exchange fell; New York did not. York Stock, stock exchange",
    None,
    "YORK and New York Stock",
    "élan à New York — Stock Exchange, New York Stock Exchange",
    "",
]


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("overlap", POLICIES)
@pytest.mark.parametrize("reverse", [False, True])
def test_pinned(name, overlap, reverse):
    old, new = (numbered(*entries) for entries in PAIRS[name][:: -1 if reverse else 1])
    for texts in (
        NEWS,
        pa.array(NEWS),
        pl.Series(NEWS),
        [None if t is None else t + " \U0001f600" for t in NEWS],
    ):
        m = sl.PhraseMatcher(old)
        x = m.tag(texts, overlap=overlap, offsets="byte")
        expected = columns(sl.PhraseMatcher(new).tag(texts, overlap=overlap, offsets="byte"))
        assert columns(sl.retag(x, m, new, texts)) == expected
        assert columns(sl.retag(x, old, sl.PhraseMatcher(new), texts)) == expected


def test_what_comes_back():
    old = sl.Gazetteer().add("New York", "a", n=1).add("York", "b")
    new = sl.Gazetteer().add("New York", "z", n=2, weight=3).add("York", "b")
    m = sl.PhraseMatcher(old)
    batches = list(
        m.iter_tag([pl.Series(NEWS), pl.Series(NEWS)], ids=[list("abcde"), list("fghij")])
    )
    x = sl.retag(batches[1], m, new, pl.Series(NEWS))
    assert x.to_polars(attributes=["n"]).row(0) == ("f", 5, 4, 12, "New York", "z", 2)
    assert x.counts(weight=True).columns == ["concept", "matches", "documents", "weight"]
    assert x[0].text == "New York"
    assert len(x.by_doc()) == len(NEWS)
    batches[1].detach()
    assert sl.retag(batches[1], old, new, NEWS).to_polars().equals(x.to_polars())
    bad = ["\ud800 New York"]
    kept = m.tag(bad, errors="replace")
    assert sl.retag(kept, m, new.add("yo", "c", boundary="none"), bad).concepts == ["z"]


def test_what_does_not_belong_together():
    old = sl.Gazetteer().add("New York", "a").add("York", "b")
    new = sl.Gazetteer().add("York", "b")
    x = sl.PhraseMatcher(old).tag(NEWS)
    with pytest.raises(ValueError, match=f"another gazetteer.*{new.version}.*{old.version}"):
        sl.retag(x, new, old, NEWS)
    with pytest.raises(ValueError, match="there are 1 texts, but the matches are those of 5"):
        sl.retag(x, old, new, ["New York"])
    for some in (x[1:], x.filter("a"), x[::-1]):
        with pytest.raises(ValueError, match="only some of the matches"):
            sl.retag(some, old, new, NEWS)
    assert len(sl.retag(x[:], old, new, NEWS)) == len(sl.PhraseMatcher(new).tag(NEWS))
    for wrong in ({"York": ["York"]}, None):
        with pytest.raises(TypeError, match="new must be a Gazetteer or a PhraseMatcher"):
            sl.retag(x, old, wrong, NEWS)
    with pytest.raises(TypeError, match="retag needs Matches"):
        sl.retag(NEWS, old, new, x)
    with pytest.raises(ValueError, match="another text"):
        sl.retag(x, old, new, ["short"] * 5)
    # An equal gazetteer will do, in whatever order.
    same = sl.Gazetteer().add("York", "b").add("New York", "a")
    assert (
        len(sl.retag(x, same, new, NEWS)) == len(sl.retag(x, sl.PhraseMatcher(same), new, NEWS)) > 0
    )


def test_with_and_without_the_old_matcher():
    """What it needs no new one for is the same when there is no old one either."""
    old = sl.Gazetteer().add("New York", "a").add("York", "b").add("Stock", "c")
    m = sl.PhraseMatcher(old)
    x = m.tag(NEWS)
    new = sl.Gazetteer().add("York", "b2").add("Stock", "c")
    expected = sl.PhraseMatcher(new).tag(NEWS).to_polars()
    assert sl.retag(x, old, new, NEWS).to_polars().equals(expected)
    del m
    assert sl.retag(x, old, new, NEWS).to_polars().equals(expected)


@pytest.mark.parametrize("overlap", POLICIES)
def test_on_real_news(overlap):
    """A percent of a real gazetteer removed, added, renamed and made exclusions."""
    corpus, gazetteer = (
        DATA / "corpora" / "reuters21578.parquet",
        DATA / "gazetteers" / "mixed_10k.parquet",
    )
    if not corpus.exists() or not gazetteer.exists():
        pytest.skip(f"no real news at {DATA}")
    news = pq.read_table(corpus, columns=["text"])["text"][:4000]
    rows = pq.read_table(gazetteer).rename_columns(["phrase", "concept", "id", "lang"]).to_pylist()
    chance = random.Random(overlap)
    fewer = [row for row in rows if chance.random() > 0.01]
    other = [
        {**row, "concept": chance.choice([None, "new", "PERSON/x"])}
        if chance.random() < 0.01
        else row
        for row in rows
    ]
    renamed = [{**row, "concept": f"x/{row['concept']}"} for row in rows]
    matchers = [
        sl.PhraseMatcher(sl.Gazetteer.from_table(some)) for some in (rows, fewer, other, renamed)
    ]
    tagged = [m.tag(news, overlap=overlap) for m in matchers]
    assert len(tagged[0]) > 10_000
    for before in range(4):
        for after in range(4):
            found = sl.retag(tagged[before], matchers[before], matchers[after], news)
            expected = tagged[after]
            assert found.to_arrow(attributes=["id"]).equals(expected.to_arrow(attributes=["id"]))
