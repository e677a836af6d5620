"""Attributes travel into tables, weights are summed, levels cut concepts wherever they count."""

import math
import sys
from collections import Counter, defaultdict

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hazards import gazetteers, texts_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import POLICIES, gazetteer_of

import slugline as sl

TEXTS = ["NATO und OTAN", None, "l’OTAN, НАТО", "nobody", "Otan otan NATO"]
BASIC = ["doc", "start", "end", "phrase", "concept"]


@pytest.fixture(scope="module")
def gaz():
    gaz = sl.Gazetteer()
    gaz.add("NATO", "org/NATO", lang="en", weight=2.5, qid="Q7184", rank=1, seen=True)
    gaz.add("OTAN", "org/NATO", lang="fr", weight=-1, qid="Q7184", case="match", ratio=0.5)
    gaz.add("НАТО", "org/NATO", lang="ru", affixes=["ом", "у"])
    gaz.add("unused", "org/none", lang="xx", qid="Q0", rank=9)
    return gaz


@pytest.fixture(scope="module")
def x(gaz):
    return sl.PhraseMatcher(gaz).tag(TEXTS)


def test_columns_of_attributes(x):
    names = ["qid", "rank", "ratio", "seen", "lang", "weight", "case", "affixes", "near_within"]
    table = x.to_arrow(attributes=names)
    assert table.column_names == [*BASIC, *names]
    rows = {row["phrase"]: [row[name] for name in names] for row in table.to_pylist()}
    assert rows == {
        "NATO": ["Q7184", 1, None, True, "en", 2.5, "ignore", [], None],
        "OTAN": ["Q7184", None, 0.5, None, "fr", -1.0, "match", [], None],
        "НАТО": [None, None, None, None, "ru", 1.0, "ignore", ["ом", "у"], None],
    }
    assert x.to_polars(attributes=names).rows(named=True) == table.to_pylist()
    assert pa.types.is_dictionary(table.schema.field("lang").type)
    # Only what occurs is in the dictionary.
    assert set(table["lang"].combine_chunks().dictionary.to_pylist()) == {"en", "fr", "ru"}


def test_text_stands_before_attributes(x):
    table = x.to_polars(text=True, attributes=["lang"])
    assert table.columns == [*BASIC, "text", "lang"]
    assert table["text"].to_list() == [match.text for match in x]


@pytest.mark.parametrize("with_pyarrow", [True, False])
def test_in_pandas(x, with_pyarrow, monkeypatch):
    if not with_pyarrow:
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    names = ["qid", "rank", "ratio", "seen", "lang", "weight"]
    frame = x.to_pandas(attributes=names)
    assert list(frame.columns) == [*BASIC, *names]
    assert [str(frame[name].dtype) for name in ("qid", "rank", "lang", "weight")] == [
        "category", "Int64", "category", "float64",
    ]  # fmt: skip
    first = frame.iloc[0]
    assert [first["qid"], first["rank"], first["seen"], first["lang"]] == ["Q7184", 1, True, "en"]
    assert pd.isna(frame[frame["phrase"] == "НАТО"]["seen"]).all()
    assert frame[frame["phrase"] == "OTAN"]["ratio"].tolist() == [0.5, 0.5]


def test_none_asked_for(x):
    assert x.to_arrow(attributes=[]).equals(pa.table(x))
    assert x[:0].to_arrow(attributes=["qid", "rank"]).column_names == [*BASIC, "qid", "rank"]


def test_rows_chosen_keep_their_attributes(x):
    for some in (x[1:4], x[::-1], x.filter("org/*"), x[::2]):
        expected = [{"NATO": "en", "OTAN": "fr", "НАТО": "ru"}[match.phrase] for match in some]
        assert some.to_polars(attributes=["lang"])["lang"].to_list() == expected


def test_unknown_attribute(x):
    for call in (x.to_arrow, x.to_pandas, x.to_polars):
        with pytest.raises(ValueError, match=r'no entry has an attribute "colour".*"lang".*"qid"'):
            call(attributes=["lang", "colour"])
    with pytest.raises(TypeError, match=r"a list of names: \['lang'\]"):
        x.to_arrow(attributes="lang")


def test_names_that_clash():
    gaz = sl.Gazetteer().add("NATO", "org", id="Q7184", doc="d", text="t")
    m = sl.PhraseMatcher(gaz)
    assert m.tag("NATO").to_polars(attributes=["id"])["id"].to_list() == ["Q7184"]
    x = m.tag(["NATO"], ids=["article"])
    for name in ("id", "doc"):
        with pytest.raises(ValueError, match=rf'column "{name}" already.*"entry_{name}"'):
            x.to_arrow(attributes=[name])
    with pytest.raises(ValueError, match='"text"'):
        x.to_arrow(text=True, attributes=["text"])
    with pytest.raises(ValueError, match='"lang"'):
        x.to_arrow(attributes=["lang", "lang"])
    table = x.to_arrow(attributes={"id": "entry_id", "doc": "d"})
    assert table.column_names == ["id", *BASIC, "entry_id", "d"]
    assert table.to_pylist()[0]["entry_id"] == "Q7184"


@pytest.mark.parametrize("overlap", POLICIES)
def test_the_first_of_entries_that_are_one_match(overlap):
    """Entries that differ in options only are one row: that of the first of those that match."""
    gaz = sl.Gazetteer()
    gaz.add("Who", "org/WHO", case="match", n=1, weight=10)
    gaz.add("Who", "org/WHO", n=2, weight=20)
    gaz.add("Who", "org/WHO", case="ignore", n=3, weight=30)  # the same as before, and left out
    gaz.add("Who", "org/WHO", boundary="none", n=4, weight=40)
    m = sl.PhraseMatcher(gaz)
    texts = ["Who", "who", "whose"]
    x = m.tag(texts, overlap=overlap)
    assert x.to_polars(attributes=["n"]).select("doc", "n").rows() == [(0, 1), (1, 2), (2, 4)]
    for counts in (x.counts, lambda **more: m.count(texts, overlap=overlap, **more)):
        assert counts(weight=True, frame="polars").rows() == [("org/WHO", 3, 3, 70.0)]


# --- weights -------------------------------------------------------------------------------


def weights_of(x, by, level):
    """Sums of weights by document and key: of each span the first row's."""
    seen = set()
    sums = defaultdict(float)
    for row in x.to_arrow(attributes=["weight"]).to_pylist():
        key = row["phrase"] if by == "phrase" else cut(row["concept"], level)
        span = (row["doc"], row["start"], row["end"], key)
        if span not in seen:
            seen.add(span)
            sums[row["doc"], key] += row["weight"]
    return sums


def cut(concept, level):
    parts = concept.replace("\\/", "\0").split("/")[:level]
    return "/".join(parts).replace("\0", "\\/")


@st.composite
def weighted(draw):
    entries = draw(gazetteers())
    weights = st.sampled_from([1.0, -1.0, 0.1, 0.2, 1e9, -3.7])
    entries = [{**entry, "weight": draw(weights)} for entry in entries]
    return entries, draw(st.lists(texts_for(entries), min_size=1, max_size=4))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    weighted(),
    st.sampled_from(POLICIES),
    st.sampled_from([("concept", None), ("concept", 1), ("concept", 2), ("phrase", None)]),
)
def test_weights_and_levels(case, overlap, keyed):
    entries, texts = case
    by, level = keyed
    m = sl.PhraseMatcher(gazetteer_of(entries))
    x = m.tag(texts, overlap=overlap)
    expected = weights_of(x, by, level)
    names = {"by": by, "level": level}
    table = x.counts(**names, weight=True, frame="polars")
    assert table.columns == [by, "matches", "documents", "weight"]
    assert table.drop("weight").equals(x.counts(**names, frame="polars"))
    # Whatever the threads, to the last bit.
    for threads in (1, 2):
        count = m.count(
            texts, **names, weight=True, overlap=overlap, threads=threads, frame="polars"
        )
        assert count.equals(table)
    sums = defaultdict(list)
    for (_, key), weight in expected.items():
        sums[key].append(weight)
    assert {row[0] for row in table.rows()} == set(sums)
    for key, _, _, weight in table.rows():
        assert math.isclose(weight, math.fsum(sums[key]), rel_tol=1e-9, abs_tol=1e-6)
    # By document.
    mine = x.matrix(**names, weight=True)
    whole = m.matrix(texts, **names, weight=True, overlap=overlap)
    assert mine.dtype == whole.dtype == np.float64
    for doc in range(len(texts)):
        of_doc = sorted(weight for (at, _), weight in expected.items() if at == doc)
        assert np.allclose(sorted(mine[doc].data), of_doc, rtol=1e-9, atol=1e-6)
        assert sorted(mine[doc].data) == sorted(whole[doc].data)
        assert x.matrix(**names)[doc].nnz == len(of_doc)


def test_sentiment_scores_documents():
    gaz = sl.Gazetteer(glob=True)
    gaz.add("good", "positive", weight=1).add("excellen*", "positive", weight=2)
    gaz.add("awful", "negative", weight=-2).add("not good", "negative", weight=-1)
    m = sl.PhraseMatcher(gaz)
    texts = ["good, an excellent start", None, "not good, awful", "nothing"]
    scores = m.matrix(texts, weight=True).sum(axis=1)
    assert scores.ravel().tolist()[0] == [3.0, 0.0, -3.0, 0.0]
    assert m.tag(texts).matrix(weight=True).toarray().tolist() == [
        [0.0, 3.0], [0.0, 0.0], [-3.0, 0.0], [0.0, 0.0],
    ]  # fmt: skip
    assert m.count(texts, weight=True, frame="polars").rows() == [
        ("negative", 2, 1, -3.0),
        ("positive", 2, 1, 3.0),
    ]


def test_weight_where_several_share_a_span():
    """The first row counts: the first phrase by code point, then the first concept."""
    gaz = sl.Gazetteer()
    gaz.add("Mali", "place/Mali", weight=5).add("MALI", "place/Mali", weight=3)
    gaz.add("Mali", "place/Africa", weight=7)
    m = sl.PhraseMatcher(gaz)
    for table in (
        m.count("mali", weight=True, frame="polars"),
        m.tag("mali").counts(weight=True, frame="polars"),
    ):
        assert table.rows() == [("place/Africa", 1, 1, 7.0), ("place/Mali", 1, 1, 3.0)]
    for reading in (1, -1):
        x = m.tag("mali Mali")[::reading]
        assert x.counts(level=1, weight=True, frame="polars").rows() == [("place", 2, 1, 6.0)]
    # Of rows that were chosen, the first of these.
    x = m.tag("mali").filter("place/Africa")
    assert x.counts(level=1, weight=True, frame="polars").rows() == [("place", 1, 1, 7.0)]


def test_a_long_document_is_summed_exactly():
    gaz = (
        sl.Gazetteer()
        .add("one", "n", weight=0.1)
        .add("two", "n", weight=1e8)
        .add("six", "n", weight=-0.7)
    )
    m = sl.PhraseMatcher(gaz)
    texts = ["one two six " * 100_000, "two"]
    tables = [m.count(texts, weight=True, threads=n, frame="polars") for n in (1, 2)]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(m.tag(texts).counts(weight=True, frame="polars"))
    matrices = [m.matrix(texts, weight=True, threads=n).toarray().tolist() for n in (1, 2)]
    assert matrices[0] == matrices[1] == m.tag(texts).matrix(weight=True).toarray().tolist()


def test_binary_has_no_weights():
    m = sl.PhraseMatcher(["NATO"])
    for call in (lambda: m.matrix("NATO", binary=True, weight=True),
                 lambda: m.tag("NATO").matrix(binary=True, weight=True)):  # fmt: skip
        with pytest.raises(ValueError, match="either binary or weight"):
            call()


# --- levels --------------------------------------------------------------------------------


def test_levels_wherever_concepts_are_counted():
    gaz = sl.Gazetteer()
    gaz.add("Putin", "person/politician/Putin").add("Zola", "person/writer/Zola").add(
        "km/h", r"unit/km\/h"
    )
    gaz.add("AC/DC", r"AC\/DC/band").add("person", "person").add("Zola Budd", None)
    texts = ["Putin, Zola; AC/DC at 9 km/h", "Zola Budd, person, Putin Putin"]
    m = sl.PhraseMatcher(gaz)
    x = m.tag(texts)
    expected = {
        1: {r"AC\/DC": [1, 0], "person": [2, 3], "unit": [1, 0]},
        2: {r"AC\/DC/band": [1, 0], "person": [0, 1], "person/politician": [1, 2],
            "person/writer": [1, 0], r"unit/km\/h": [1, 0]},
    }  # fmt: skip
    expected[3] = {cut(c, 3): n for c, n in {
        r"AC\/DC/band": [1, 0], "person": [0, 1], "person/politician/Putin": [1, 2],
        "person/writer/Zola": [1, 0], r"unit/km\/h": [1, 0]}.items()}  # fmt: skip
    expected[9] = expected[None] = expected[3]
    for level, names in expected.items():
        counts = {name: (sum(n), sum(map(bool, n))) for name, n in names.items()}
        for table in (x.counts(level=level), m.count(texts, level=level)):
            assert {row[0]: row[1:] for row in table.itertuples(index=False)} == counts
        for matrix in (x.matrix(level=level), m.matrix(texts, level=level)):
            assert matrix.toarray().T.tolist() == [names[name] for name in sorted(names)]
    for call in (x.counts, x.matrix, lambda **more: m.count(texts, **more),
                 lambda **more: m.matrix(texts, **more)):  # fmt: skip
        with pytest.raises(ValueError, match="level must be at least 1"):
            call(level=0)
        with pytest.raises(ValueError, match="only concepts have a level"):
            call(by="phrase", level=1)


def test_a_level_counts_a_span_once():
    gaz = (
        sl.Gazetteer().add("Georgia", "place/country/Georgia").add("Georgia", "place/state/Georgia")
    )
    m = sl.PhraseMatcher(gaz)
    assert m.count("Georgia", level=1, frame="polars").rows() == [("place", 1, 1)]
    assert Counter(match.concept for match in m.tag("Georgia")).total() == 2
    assert isinstance(m.count(pl.Series(["Georgia"]), level=2), pl.DataFrame)
