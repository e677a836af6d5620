"""What sets groups apart: by hand, and as pandas counts it; and columns of groups."""

import datetime
import math
from array import array
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_pairs as reference
from reference_words import words

import slugline as sl
from slugline.analysis._groups import group_numbers

GAZETTEER = {
    "person": {"Xi": ["Xi", "习近平"], "Putin": ["Putin", "Путин", "普京", "بوتين"]},
    "place": {"China": ["China", "Китай", "中国", "الصين"]},
}
NEWS = [
    "Putin met Putin in China",
    "Путин прибыл в Китай",
    None,
    "普京访问中国",
    "Xi spoke",
    "",
    "زار بوتين الصين",
    "Rain",
]
GROUPS = ["en", "ru", "ru", "zh", "en", "zh", None, "en"]


def tag(texts, **options):
    return sl.PhraseMatcher(GAZETTEER).tag(texts, **options)


def rows(table):
    return pl.DataFrame(table).rows()


def by_hand(x, texts, groups, level=None):
    frame = reference.frame_of(x, level)
    corpus = pd.DataFrame({"group": groups, "words": [len(words(text or "")) for text in texts]})
    size = corpus.groupby("group")["words"].sum()
    frame["group"] = frame["doc"].map(corpus["group"])
    frame = frame.dropna(subset="group")
    counted = frame.groupby(["group", "concept"]).agg(
        matches=("doc", "size"), documents=("doc", "nunique")
    )
    every = pd.MultiIndex.from_product(
        [sorted(size.index), sorted(set(frame["concept"]))], names=["group", "concept"]
    )
    table = counted.reindex(every, fill_value=0).reset_index()
    a = table["matches"]
    b = table["concept"].map(frame.groupby("concept").size()) - a
    c = table["group"].map(size)
    d = size.sum() - c
    table["per_million_words"] = a / c * 1e6
    table["elsewhere_per_million_words"] = b / d * 1e6
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [o * np.log(o / (t * (a + b) / (c + d))) for o, t in ((a, c), (b, d))]
        strength = 2 * sum(np.where(o > 0, part, 0) for o, part in zip((a, b), parts, strict=True))
    table["log_likelihood"] = np.where(a / c < b / d, -strength, strength)
    table["log_ratio"] = np.log2((a.replace(0, 0.5) / c) / (b.replace(0, 0.5) / d))
    return table.sort_values(
        ["group", "log_likelihood", "concept"], ascending=[True, False, True]
    ).reset_index(drop=True)


def assert_as_by_hand(x, texts, groups, level=None):
    found = pl.DataFrame(x.compare(groups, level=level)).to_pandas()
    expected = by_hand(x, texts, groups, level)
    # Equal strengths may differ in their last digits, and then in their order.
    order = ["group", "concept"]
    assert list(found["group"]) == list(expected["group"])
    assert found["log_likelihood"].groupby(found["group"]).is_monotonic_decreasing.all()
    found, expected = (
        table.sort_values(order)
        .reset_index(drop=True)
        .astype({"group": "object", "concept": "object"})
        for table in (found, expected)
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-9)
    return found


def test_tiny_case_by_hand():
    """NATO: 2 of the 3 words of A, 1 of the 6 of B."""
    x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO and NATO", "the EU met", "NATO and EU"])
    table = pl.DataFrame(x.compare(["A", "B", "B"]))
    assert table.columns == [
        *("group", "concept", "matches", "documents", "per_million_words"),
        *("elsewhere_per_million_words", "log_likelihood", "log_ratio"),
    ]
    found = {row[:2]: row[2:] for row in table.rows()}
    assert list(found) == [("A", "NATO"), ("A", "EU"), ("B", "EU"), ("B", "NATO")]
    # Of 3 in 9 words, 1 is expected in 3 words and 2 in 6.
    strength = 2 * (2 * math.log(2 / 1) + math.log(1 / 2))
    expected = (2, 1, 2e6 / 3, 1e6 / 6, strength, math.log2((2 / 3) / (1 / 6)))
    assert found["A", "NATO"] == pytest.approx(expected)
    assert found["B", "NATO"][4:] == pytest.approx((-strength, -2.0))
    # A count of none stands for a half: (0.5 / 3) / (2 / 6).
    strength = 2 * (2 * math.log(2 / (2 * 6 / 9)))
    assert found["A", "EU"] == pytest.approx((0, 0, 0, 2e6 / 6, -strength, -1.0))


def test_as_by_hand_in_several_scripts():
    x = tag(NEWS)
    assert_as_by_hand(x, NEWS, GROUPS)
    assert_as_by_hand(x, NEWS, GROUPS, level=1)
    assert_as_by_hand(x[1:5], NEWS, GROUPS)
    assert_as_by_hand(x.filter("person/*"), NEWS, GROUPS)
    assert rows(x[::-1].compare(GROUPS)) == rows(x.compare(GROUPS))
    for offsets in ("byte", "utf16"):
        assert rows(tag(NEWS, offsets=offsets).compare(GROUPS)) == rows(x.compare(GROUPS))
    _, second = sl.PhraseMatcher(GAZETTEER).iter_tag([NEWS[:3], NEWS[3:]])
    assert rows(second.compare(GROUPS[3:])) == rows(tag(NEWS[3:]).compare(GROUPS[3:]))
    by_phrase = pl.DataFrame(x.compare(GROUPS, "phrase"))
    assert by_phrase["phrase"].n_unique() == 7


def test_phrases_of_one_concept_with_one_span_count_once():
    gazetteer = sl.Gazetteer().add("Xi", "Xi").add("XI", "Xi")
    x = sl.PhraseMatcher(gazetteer).tag(["Xi", "no"])
    assert len(x) == 2
    assert pl.DataFrame(x.compare([1, 2]))["matches"].to_list() == [1, 0]


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ([2019, 2020, None, 2020, 2019, 2020, 2020, 2019], [2019, 2020]),
        ([True, False, None, True, True, False, False, True], [False, True]),
        (
            [datetime.date(2020, 1, 1), *[datetime.date(2021, 1, 1)] * 7],
            [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)],
        ),
    ],
)
def test_kinds_of_groups(groups, names):
    table = tag(NEWS).compare(groups, frame="polars")
    assert sorted(set(table["group"].to_list())) == names


def test_the_column_of_groups_is_named_as_its_series():
    x = tag(NEWS)
    for groups in (pl.Series("lang", GROUPS), pd.Series(GROUPS, name="lang")):
        table = x.compare(groups, frame="polars")
        assert table.columns[:4] == ["lang", "concept", "matches", "documents"]
        assert table.columns[:4] == x.counts(groups=groups, frame="polars").columns[:4]
    assert x.compare(pd.Series(GROUPS, name=3), frame="polars").columns[0] == "group"
    with pytest.raises(ValueError, match='groups: the table has a column "matches" already'):
        x.compare(pl.Series("matches", GROUPS))


def test_groups_without_words():
    table = pl.DataFrame(tag(["Xi", ""]).compare(["A", "B"]))
    assert table.rows() == [
        ("A", "person/Xi", 1, 1, 1e6, None, 0.0, None),
        ("B", "person/Xi", 0, 0, None, 1e6, 0.0, None),
    ]
    assert len(tag(["Rain", "Snow"]).compare(["A", "B"])) == 0


def test_too_few_groups():
    with pytest.raises(ValueError, match="two or more to compare; there is one: 'A'"):
        tag(["Xi", "Putin"]).compare(["A", None])
    with pytest.raises(ValueError, match="two or more to compare; there is none"):
        tag([]).compare([])


def test_detached():
    x = tag(NEWS)
    x.detach()
    with pytest.raises(ValueError, match="detached from their texts"):
        x.compare(GROUPS)


def test_bad_arguments():
    x = tag(NEWS)
    with pytest.raises(ValueError, match="there are 7 groups for 8 texts"):
        x.compare(GROUPS[1:])
    with pytest.raises(ValueError, match="by must be one of"):
        x.compare(GROUPS, "lemma")
    with pytest.raises(ValueError, match="only concepts have a level"):
        x.compare(GROUPS, "phrase", level=1)
    with pytest.raises(ValueError, match="frame must be one of"):
        x.compare(GROUPS, frame="excel")


def test_frames_are_of_the_kind_asked_for():
    x = tag(pl.Series(NEWS))
    assert isinstance(x.compare(GROUPS), pl.DataFrame)
    assert isinstance(x.compare(GROUPS, frame="pandas"), pd.DataFrame)
    assert isinstance(x.compare(GROUPS, frame="pyarrow"), pa.Table)


def test_threads_change_nothing():
    tables = [rows(tag(NEWS * 200, threads=n).compare(GROUPS * 200)) for n in (1, 2)]
    assert tables[0] == tables[1]


@pytest.mark.parametrize(("name", "column"), [("reuters21578", None), ("ud_pud_news", "lang")])
def test_as_by_hand_on_real_news(name, column):
    table, m = reference.real_news(name)
    table = table.slice(0, 1000)
    texts = [text and text[:2000] for text in table["text"].to_pylist()]
    if column:
        groups = table[column].to_pylist()
    else:
        groups = [("odd", "even", None)[row % 3] for row in range(len(texts))]
    x = m.tag(texts)
    assert len(assert_as_by_hand(x, texts, groups)) > 10


@pytest.mark.parametrize(
    ("column", "names", "numbers"),
    [
        (["b", None, "a", float("nan")], ["a", "b"], [1, -1, 0, -1]),
        (pd.Series([2019, None, 2020.0]), [2019, 2020], [0, -1, 1]),
        (pd.Series(["a", None, pd.NA], dtype=object), ["a"], [0, -1, -1]),
        (pd.Series(["b", "a", None], dtype="category"), ["a", "b"], [1, 0, -1]),
        (pd.array([1, None], dtype="Int64"), [1], [0, -1]),
        (pd.Index(["a"]), ["a"], [0]),
        (pl.Series(["x", None, "y"]), ["x", "y"], [0, -1, 1]),
        (pl.Series(["x", None], dtype=pl.Categorical), ["x"], [0, -1]),
        (pl.Series([None, None]), [], [-1, -1]),
        (pl.Series([datetime.date(2020, 1, 1)]), [datetime.date(2020, 1, 1)], [0]),
        ([10.5, 1e6, 2.0, None], [2.0, 10.5, 1e6], [1, 2, 0, -1]),
        (pl.Series([10.5, 2]), [2.0, 10.5], [1, 0]),
        ([2.5, 1], [1.0, 2.5], [1, 0]),
        ([float("inf"), -1.5], [-1.5, float("inf")], [1, 0]),
        ([Decimal("10.5"), Decimal("9")], ["9", "10.5"], [1, 0]),
        (
            pd.Series(["low", "high", None, "low"]).astype(
                pd.CategoricalDtype(["unused", "low", "high"], ordered=True)
            ),
            ["low", "high"],
            [0, 1, -1, 0],
        ),
        (
            pd.Categorical([2, 10, 2], categories=[10, 2], ordered=True),
            [10, 2],
            [1, 0, 1],
        ),
        (
            pd.cut(pd.Series([150, 3, 20, None]), [0, 10, 100, 1000]),
            ["(0, 10]", "(10, 100]", "(100, 1000]"],
            [2, 0, 1, -1],
        ),
        (pl.Series(["low", "high"], dtype=pl.Enum(["low", "high"])), ["low", "high"], [0, 1]),
        (
            pa.DictionaryArray.from_arrays([1, 0], ["low", "high"], ordered=True),
            ["low", "high"],
            [1, 0],
        ),
        (
            [datetime.datetime(2022, 1, 2), datetime.datetime(2022, 1, 1, 12)],
            [datetime.datetime(2022, 1, 1, 12), datetime.datetime(2022, 1, 2)],
            [1, 0],
        ),
        (
            np.array(["2022-01-02", "NaT", "2021-01-01"], dtype="datetime64[ns]"),
            [datetime.datetime(2021, 1, 1), datetime.datetime(2022, 1, 2)],
            [1, -1, 0],
        ),
        (
            [datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC)],
            ["2022-01-01T00:00:00+00:00"],
            [0],
        ),
        (
            [datetime.date(2022, 1, 1), "2021", datetime.datetime(2022, 1, 1, 9)],
            ["2021", "2022-01-01", "2022-01-01T09:00:00"],
            [1, 0, 2],
        ),
        (pa.array([True, None, False]), [False, True], [1, -1, 0]),
        (pa.chunked_array([["a"], ["b", None]]), ["a", "b"], [0, 1, -1]),
        (np.array([3, 1, 2]), [1, 2, 3], [2, 0, 1]),
        (np.array(["a", "b"]), ["a", "b"], [0, 1]),
        (np.array([1.5, np.nan]), [1.5], [0, -1]),
        (("a" for _ in range(2)), ["a"], [0, 0]),
        ([True, 1, "a"], ["1", "True", "a"], [1, 0, 2]),
        ([10**30, 1], ["1", str(10**30)], [1, 0]),
        ([], [], []),
    ],
)
def test_columns_of_groups(column, names, numbers, monkeypatch):
    if not hasattr(column, "__next__"):
        with monkeypatch.context() as patch:
            patch.setattr("slugline.analysis._groups.try_import", lambda _: None)
            assert group_numbers(column, len(numbers)) == (names, array("i", numbers))
    assert group_numbers(column, len(numbers)) == (names, array("i", numbers))


@pytest.mark.parametrize(
    ("column", "error", "message"),
    [
        ("abc", TypeError, "must be a column with a value for each text, not str"),
        ({"a": 1}, TypeError, "must be a column with a value for each text, not dict"),
        (5, TypeError, "must be a column with a value for each text, not int"),
        (None, TypeError, "must be a column with a value for each text, not NoneType"),
        (pd.DataFrame({"a": [1]}), TypeError, "one column, not a whole DataFrame"),
        ([["a"]], TypeError, "row 0 of groups is list, which is no group"),
        (np.zeros((2, 2)), TypeError, "must have one dimension, not 2"),
        ([1, 2], ValueError, "there are 2 groups for 1 texts"),
    ],
)
def test_columns_that_are_none_of_groups(column, error, message):
    with pytest.raises(error, match=message):
        group_numbers(column, 1)
