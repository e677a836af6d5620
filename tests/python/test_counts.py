"""Counts by group and their rates, beside the same computed by pandas."""

from datetime import date, datetime, time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from reference_words import words
from support import DATA

import slugline as sl

TEXTS = [
    "NATO met in Kyiv. NATO!",
    "قالت القاهرة إنها لن تتراجع",
    "颜色革命 and NATO",
    "",
    None,
    "नाटो की बैठक",
    "Nothing of note in น้ำท่วม",
]
GAZETTEER = {
    "org": {"NATO": ["NATO", "नाटो"]},
    "place": {"Kyiv": ["Kyiv"], "Cairo": ["القاهرة"]},
    "narrative": {"color-revolution": ["颜色革命"]},
}
SOURCES = ["Le Monde", "الأهرام", "Le Monde", "Die Zeit", "Die Zeit", "الأهرام", "Die Zeit"]


@pytest.fixture(scope="module")
def m():
    return sl.PhraseMatcher(GAZETTEER)


@pytest.fixture(scope="module")
def x(m):
    return m.tag(TEXTS)


def by_pandas(x, texts, groups, level=None, count_words=lambda text: len(words(text))):
    """Counts and rates of every group and concept, zeros among them."""
    frame = pd.DataFrame(
        [(match.doc, match.start, match.end, match.concept) for match in x],
        columns=["doc", "start", "end", "concept"],
    )
    frame["doc"] -= x._core.first_doc
    if level:
        frame["concept"] = frame["concept"].str.split("/").str[:level].str.join("/")
    concepts = sorted(frame["concept"].unique())
    frame = frame.drop_duplicates()
    docs = pd.DataFrame({"text": texts, "group": groups})
    frame["group"] = frame["doc"].map(docs["group"])
    names = sorted(docs["group"].dropna().unique())
    grid = pd.MultiIndex.from_product([names, concepts], names=["group", "concept"])
    grouped = frame.groupby(["group", "concept"])
    table = pd.DataFrame({"matches": grouped.size(), "documents": grouped["doc"].nunique()})
    table = table.reindex(grid, fill_value=0).reset_index()
    there = docs.dropna(subset="text")
    documents = there.groupby("group").size()
    number = there["text"].map(count_words).groupby(there["group"]).sum()
    of = table["group"].map
    table["share_of_documents"] = table["documents"] / of(documents)
    table["per_million_words"] = table["matches"] / of(number).astype(float) * 1e6
    order = {"group": True, "matches": False, "concept": True}
    return table.sort_values(list(order), ascending=list(order.values()), ignore_index=True)


def check(x, texts, groups, level=None, **how):
    expected = by_pandas(x, texts, groups, level, **how)
    for rate in ("share_of_documents", "per_million_words"):
        normalize = "documents" if rate == "share_of_documents" else rate
        table = x.counts(groups=groups, level=level, normalize=normalize, frame="pandas")
        assert list(table.columns) == ["group", "concept", "matches", "documents", rate]
        for name in table.columns[:4]:
            assert table[name].tolist() == expected[name].tolist(), name
        np.testing.assert_allclose(table[rate], expected[rate], rtol=1e-12)
    table = x.counts(groups=groups, level=level, frame="pandas")
    found = expected[expected["matches"] > 0]
    assert table.values.tolist() == found[table.columns].values.tolist()


@pytest.mark.parametrize("level", [None, 1])
def test_groups_are_those_of_pandas(x, level):
    check(x, TEXTS, SOURCES, level)


def test_rates_of_all_texts(x):
    number = sum(len(words(text)) for text in TEXTS if text)
    table = x.counts(normalize="per_million_words", frame="polars")
    assert table.columns == ["concept", "matches", "documents", "per_million_words"]
    assert table["per_million_words"].to_list() == pytest.approx(
        [matches / number * 1e6 for matches in table["matches"]]
    )
    assert table.equals(x.counts(normalize="words", frame="polars"))
    share = x.counts(normalize="documents", frame="polars")
    assert share.select("concept", "documents", "share_of_documents").row(0) == ("org/NATO", 3, 0.5)
    assert x.counts(frame="polars").equals(share.drop("share_of_documents"))


def test_groups_of_every_kind(x):
    numbers = [2020, 2021, 2020, 2019, 2019, 2021, 2019]
    expected = x.counts(groups=numbers, frame="polars").rows()
    assert {row[0] for row in expected} == {2020, 2021}
    for column in (
        tuple(numbers),
        np.array(numbers),
        pa.array(numbers),
        pa.chunked_array([numbers[:2], numbers[2:]]),
        pl.Series(numbers),
        pd.Series(numbers, index=range(7, 14)),
    ):
        assert x.counts(groups=column, frame="polars").rows() == expected
    truth = [name == "Le Monde" for name in SOURCES]
    assert set(x.counts(groups=truth, frame="polars")["group"]) == {True, False}
    category = pd.Series(SOURCES, dtype="category")
    named = x.counts(groups=SOURCES, frame="polars")
    assert x.counts(groups=category, frame="polars").equals(named)


def test_the_column_of_groups_is_named_as_its_series(x):
    assert x.counts(groups=pd.Series(SOURCES, name="source")).columns[0] == "source"
    table = x.counts(groups=pl.Series("source", SOURCES), frame="pyarrow")
    assert table.column_names == ["source", "concept", "matches", "documents"]
    for name in (None, 7, ""):
        assert x.counts(groups=pd.Series(SOURCES, name=name)).columns[0] == "group"
    with pytest.raises(ValueError, match='groups: the table has a column "matches" already'):
        x.counts(groups=pd.Series(SOURCES, name="matches"))


@pytest.mark.parametrize("frame", ["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([10.5, 1e6, 2.0], [2.0, 10.5, 1e6]),
        ([date(2022, 1, 1), date(2021, 1, 1), date(1, 1, 1)], None),
        (pd.Series(pd.date_range("2020-01-01 12:00", "2020-03-01", 3)[::-1]), None),
    ],
)
def test_numbers_and_dates_stay_what_they_are(groups, expected, frame):
    x = sl.PhraseMatcher(["a"]).tag(["a", "a", "a"])
    table = x.counts(groups=groups, frame=frame)
    column = pl.Series(table[table.columns[0]] if frame == "pandas" else table["group"])
    expected = sorted(groups) if expected is None else expected
    if frame == "pandas" and type(expected[0]) is date:
        # As in the column `period` of a timeline.
        expected = [datetime.combine(day, time()) for day in expected]
    assert column.to_list() == expected
    compared = x.compare(groups, frame=frame)
    again = pl.Series(compared["group"])
    assert again.dtype == column.dtype
    assert again.to_list() == column.to_list()


def test_groups_without_a_match_keep_their_type():
    x = sl.PhraseMatcher(["a"]).tag(["b", "b"])
    for frame in ("pandas", "polars", "pyarrow"):
        assert len(x.counts(groups=[1.5, 2.5], frame=frame)) == 0
    assert x.counts(groups=[1.5, 2.5], frame="polars").schema["group"] == pl.Float64


@pytest.mark.parametrize(
    "unique",
    [0.5, "yes", 1, None],
)
def test_unique_takes_no_threshold(x, unique):
    with pytest.raises(
        TypeError, match=r"unique must be True or False.*x.unique\(0.5\).counts\(\)"
    ):
        x.counts(unique=unique)


def test_level_is_a_whole_number(m, x):
    for call in (
        lambda: x.counts(level=1.5),
        lambda: x.matrix(level=1.5),
        lambda: x.compare(SOURCES, level=1.5),
        lambda: x.cooccurrence(level=1.5),
        lambda: x.network(level=1.5),
        lambda: x.timeline(["2022-01-01"] * len(TEXTS), level=1.5),
        lambda: m.count(TEXTS, level=1.5),
        lambda: m.matrix(TEXTS, level=1.5),
    ):
        with pytest.raises(TypeError, match=r"^level must be a whole number, not float$"):
            call()


def test_groups_of_another_index_are_refused(m):
    texts = pd.Series(TEXTS)
    sources = pd.Series(SOURCES)
    x = m.tag(texts)
    days = pd.Series(["2022-01-01"] * len(texts))
    shuffled = sources.sample(frac=1, random_state=1)
    for call in (
        lambda: x.counts(groups=shuffled),
        lambda: x.compare(sources.set_axis(list("abcdefg"))),
        lambda: x[:2].compare(shuffled),
    ):
        with pytest.raises(ValueError, match="groups has another index than the texts"):
            call()
    with pytest.raises(ValueError, match="dates has another index than the texts"):
        x.timeline(days[::-1])
    expected = x.counts(groups=SOURCES)
    assert x.counts(groups=sources).equals(expected)
    # Another library, or values without their index: by position.
    assert x.counts(groups=shuffled.loc[texts.index]).equals(expected)
    assert x.counts(groups=shuffled.loc[texts.index].to_numpy()).equals(expected)
    assert len(x.counts(groups=pl.Series(SOURCES))) == len(expected)
    assert m.tag(TEXTS).counts(groups=sources[::-1]) is not None
    with pytest.raises(ValueError, match="there are 2 groups for 7 texts"):
        x.counts(groups=sources[:2])


def test_lone_surrogates_are_told_with_their_row(m, x):
    for call in (
        lambda: x.counts(groups=[*SOURCES[:-1], "\ud800"]),
        lambda: x.compare([*SOURCES[:-1], "\ud800"]),
        lambda: x.compare(np.array([*SOURCES[:-1], "\ud800"])),
    ):
        with pytest.raises(ValueError, match=r"row 6 of groups has a lone surrogate: '.ud800'"):
            call()
    with pytest.raises(ValueError, match="the name of groups has a lone surrogate"):
        x.counts(groups=pd.Series(SOURCES, name="\udfff"))
    for ids in (["a", "\ud800"], pd.Series(["a", "\ud800"], dtype=object)):
        with pytest.raises(ValueError, match="row 1 of ids has a lone surrogate"):
            m.tag(["a", "b"], ids=ids)


def test_texts_of_no_group_are_left_out(x):
    groups = [None, *SOURCES[1:]]
    check(x, TEXTS, groups)
    table = x.counts(groups=groups, frame="polars")
    assert "place/Kyiv" not in table["concept"]
    none = x.counts(groups=[None] * len(TEXTS), normalize="documents", frame="polars")
    assert none.height == 0
    assert none.columns[0] == "group"


def test_a_group_without_a_match_is_told_where_there_are_rates(x):
    assert "Die Zeit" not in x.counts(groups=SOURCES, frame="polars")["group"]
    rates = x.counts(groups=SOURCES, normalize="words", frame="polars")
    zeit = rates.filter(pl.col("group") == "Die Zeit")
    assert zeit["per_million_words"].to_list() == [0.0] * 4
    # A rate of nothing is none: this group has a null and an empty text.
    groups = ["a", "a", "a", "b", "b", "a", "a"]
    rates = x.counts(groups=groups, normalize="words", frame="polars")
    assert rates.filter(pl.col("group") == "b")["per_million_words"].to_list() == [None] * 4


def test_weights_by_group():
    gaz = sl.Gazetteer().add("excellent", "tone", weight=2).add("awful", "tone", weight=-3)
    x = sl.PhraseMatcher(gaz).tag(["awful, awful", "excellent", "excellent awful"])
    table = x.counts(groups=["b", "a", "b"], weight=True, normalize="documents", frame="polars")
    assert table.rows() == [("a", "tone", 1, 1, 2.0, 1.0), ("b", "tone", 4, 2, -7.0, 1.0)]


def test_slices_filters_and_batches(m, x):
    for part in (x[1:4], x[::-1], x[::2], x.filter("org/*")):
        check(part, TEXTS, SOURCES)
    with pytest.warns(UserWarning, match="no concept"):
        nothing = x.filter("nothing")
    for normalize in (None, "words"):
        none = nothing.counts(groups=SOURCES, normalize=normalize, frame="polars")
        assert none.height == 0
    batches = list(m.iter_tag([TEXTS[:3], TEXTS[3:]]))
    check(batches[0], TEXTS[:3], SOURCES[:3])
    check(batches[1], TEXTS[3:], SOURCES[3:])


@pytest.mark.parametrize("offsets", ["byte", "utf16"])
def test_units_of_position_change_nothing(m, x, offsets):
    y = m.tag(pl.Series(TEXTS), offsets=offsets)
    rates = {"groups": SOURCES, "normalize": "words", "frame": "polars"}
    assert y.counts(**rates).equals(x.counts(**rates))


def test_threads_agree(m):
    texts, groups = TEXTS * 3_000, SOURCES * 3_000
    tables = [
        m.tag(texts, threads=threads).counts(
            groups=groups, weight=True, normalize="words", frame="polars"
        )
        for threads in (1, 3)
    ]
    assert tables[0].equals(tables[1])
    assert tables[0]["matches"].sum() == 3_000 * 7


def test_detached_matches_have_counts_but_no_rates(m, x):
    y = m.tag(TEXTS)
    y.detach()
    assert y.counts(groups=SOURCES, frame="polars").equals(x.counts(groups=SOURCES, frame="polars"))
    for normalize in ("documents", "per_million_words"):
        with pytest.raises(ValueError, match="detached from their texts"):
            y.counts(normalize=normalize)


def test_bad_arguments(x):
    with pytest.raises(ValueError, match="there are 1 groups for 7 texts"):
        x.counts(groups=["a"])
    with pytest.raises(TypeError, match="row 0 of groups is list"):
        x.counts(groups=[[]] * 7)
    with pytest.raises(TypeError, match="groups must be"):
        x.counts(groups="source")
    for normalize in ("per_word", 1_000, True):
        with pytest.raises(ValueError, match="normalize must be one of"):
            x.counts(normalize=normalize)


def test_real_news_by_pandas():
    if not DATA.is_dir():
        pytest.skip(f"no real news at {DATA}")
    table = pq.read_table(DATA / "corpora" / "reuters21578.parquet").slice(0, 3_000)
    months = [date and date[3:11] for date in table["date"].to_pylist()]
    phrases = ["Japan", "U.S.", "oil", "trade", "West Germany"]
    x = sl.PhraseMatcher(phrases).tag(table["text"])
    assert len(x) > 2_000
    check(x, table["text"].to_pylist(), months, count_words=lambda text: len(words(text)))


def test_tables_that_would_take_all_memory_are_refused():
    phrases = [f"name{n}" for n in range(2_000)]
    x = sl.PhraseMatcher(phrases).tag([*phrases, *["nothing"] * 20_000])
    groups = list(range(22_000))
    assert len(x.counts(groups=groups)) == 2_000
    for ask in (lambda: x.counts(groups=groups, normalize="words"), lambda: x.compare(groups)):
        with pytest.raises(OverflowError, match="22000 groups times 2000 names are 44000000 rows"):
            ask()
