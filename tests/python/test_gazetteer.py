"""Making, changing and comparing gazetteers."""

import copy
import pickle
import random

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slugline as sl
from slugline import Entry, Gazetteer


def phrases(gaz):
    return [(entry.phrase, entry.concept) for entry in gaz]


def test_add_returns_the_gazetteer_and_keeps_everything():
    gaz = Gazetteer(case="smart", accents="fold")
    same = gaz.add(
        "OTAN", "org/NATO", case="match", affixes=["s"], lang="fr", weight=0.5, qid="Q7184", rank=3
    )
    assert same is gaz
    (entry,) = gaz
    assert entry == Entry(
        "OTAN",
        "org/NATO",
        case="match",
        accents="fold",
        affixes=("s",),
        lang="fr",
        weight=0.5,
        attributes={"qid": "Q7184", "rank": 3},
    )


def test_an_empty_list_of_affixes_takes_back_the_gazetteers():
    gaz = Gazetteer(affixes=["에서"]).add("중국", "a").add("미국", "b", affixes=[])
    assert [entry.affixes for entry in gaz] == [("에서",), ()]


def test_attributes_keep_their_types_and_none_is_none_given():
    (entry,) = Gazetteer().add("a", "b", s="1", i=1, f=1.5, t=True, n=None, nan=float("nan"))
    assert entry.attributes == {"s": "1", "i": 1, "f": 1.5, "t": True}
    assert [type(value) for value in entry.attributes.values()] == [str, int, float, bool]


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", object()])
def test_attributes_are_scalars(value):
    with pytest.raises(TypeError, match="attribute 'odd'"):
        Gazetteer().add("a", "b", odd=value)


@pytest.mark.parametrize("option", ["case", "accents", "hyphens", "boundary"])
def test_unknown_values_of_options(option):
    with pytest.raises(ValueError, match=option):
        Gazetteer(**{option: "nonsense"})
    with pytest.raises(ValueError, match=option):
        Gazetteer().add("a", "b", **{option: "nonsense"})


@pytest.mark.parametrize("phrase", ["", "  ", "\u200b", "\ufeff \u00ad"])
def test_empty_phrases_are_errors_at_once(phrase):
    with pytest.raises(ValueError, match="empty"):
        Gazetteer().add(phrase, "concept")
    with pytest.raises(ValueError, match=r"row 1.*empty"):
        Gazetteer.from_table({"phrase": ["ok", phrase], "concept": ["a", "b"]})
    with pytest.raises(ValueError, match=r"a/b\[1\].*empty"):
        Gazetteer.from_dict({"a": {"b": ["ok", phrase]}})


@pytest.mark.parametrize(("phrase", "concept"), [(1, "a"), (None, "a"), (b"x", "a"), ("x", 1)])
def test_phrases_and_concepts_are_text(phrase, concept):
    with pytest.raises(TypeError):
        Gazetteer().add(phrase, concept)
    with pytest.raises(TypeError, match="row 0"):
        Gazetteer.from_table([{"phrase": phrase, "concept": concept}])


def test_from_dict_nests_to_any_depth():
    gaz = Gazetteer.from_dict(
        {
            "person": {"Putin": ["Putin"], "Xi": "Xi Jinping"},
            "a": {"b": {"c": {"d": ["deep"]}}},
            "mixed": ["own", {"below": ["under"]}],
            r"w\/o": ["slash"],
            None: ["Orange County"],
            "Orange": ["Orange", {"phrase": "Orange Book", "concept": None}],
        },
        case="smart",
    )
    assert phrases(gaz) == [
        ("Putin", "person/Putin"),
        ("Xi Jinping", "person/Xi"),
        ("deep", "a/b/c/d"),
        ("own", "mixed"),
        ("under", "mixed/below"),
        ("slash", r"w\/o"),
        ("Orange County", None),
        ("Orange", "Orange"),
        ("Orange Book", None),
    ]
    assert {entry.case for entry in gaz} == {"smart"}


def test_from_dict_takes_options_of_one_phrase():
    (entry,) = Gazetteer.from_dict({"NATO": [{"phrase": "OTAN", "case": "match", "qid": "Q1"}]})
    assert (entry.case, entry.attributes) == ("match", {"qid": "Q1"})


@pytest.mark.parametrize(
    ("dictionary", "where"),
    [
        ({"a": {False: ["no"]}}, "False"),
        ({"a": {"b": [["x"]]}}, r"a/b\[0\]"),
        ({"a": {"b": None}}, "nothing"),
        ({"a": {"b": ["x", 3]}}, r"a/b\[1\]"),
        ({"a": 3}, "int"),
    ],
)
def test_from_dict_says_where(dictionary, where):
    with pytest.raises((ValueError, TypeError), match=where):
        Gazetteer.from_dict(dictionary)


RECORDS = [
    {"phrase": "OTAN", "concept": "org/NATO", "case": "match", "lang": "fr", "rank": 1},
    {"phrase": "NATO", "concept": "org/NATO", "case": None, "lang": None, "rank": 2},
    {"phrase": "Orange County", "concept": None, "case": None, "lang": None, "rank": None},
]


@pytest.mark.parametrize(
    "make",
    [
        list,
        lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
        pd.DataFrame,
        lambda rows: pd.DataFrame(rows, index=["x", "y", "z"]),
        lambda rows: pd.DataFrame(rows).convert_dtypes(dtype_backend="pyarrow"),
        pl.DataFrame,
        pa.Table.from_pylist,
        lambda rows: pa.Table.from_pylist(rows).to_batches()[0],
        lambda rows: pa.RecordBatchReader.from_batches(
            pa.Table.from_pylist(rows).schema, pa.Table.from_pylist(rows).to_batches()
        ),
    ],
    ids=[
        "list",
        "dict",
        "pandas",
        "indexed",
        "arrow-pandas",
        "polars",
        "pyarrow",
        "batch",
        "reader",
    ],
)
def test_tables_of_every_kind(make):
    gaz = Gazetteer.from_table(make(RECORDS))
    assert gaz == Gazetteer.from_table(RECORDS)
    assert [entry.attributes for entry in gaz] == [{"rank": 1}, {"rank": 2}, {}]
    assert [entry.case for entry in gaz] == ["match", "ignore", "ignore"]


def test_tables_with_other_names_and_affixes():
    table = pl.DataFrame(
        {"alias": ["중국", "파리"], "label": ["a", "b"], "affixes": ["은 에서", None]}
    )
    gaz = Gazetteer.from_table(table, phrase="alias", concept="label")
    assert sorted(map(sorted, (entry.affixes for entry in gaz))) == [[], ["에서", "은"]]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, dict])
def test_bad_rows_of_tables_are_named(make):
    with pytest.raises(ValueError, match=r"row 1\b"):
        Gazetteer.from_table(make({"phrase": ["a", " "], "concept": ["x", "y"]}))
    with pytest.raises(ValueError, match="concept"):
        Gazetteer.from_table(make({"phrase": ["a"], "label": ["x"]}))
    with pytest.raises(ValueError, match="attribute"):
        Gazetteer.from_table(
            make({"phrase": ["a"], "concept": ["x"], "alias": ["y"]}), phrase="alias"
        )


@pytest.mark.parametrize("table", ["text", 3, {"person": {"Putin": ["Putin"]}}, ["text"]])
def test_what_is_no_table(table):
    with pytest.raises((TypeError, ValueError)):
        Gazetteer.from_table(table)


def test_equality_and_version_do_not_depend_on_order():
    entries = [(f"phrase {i}", f"concept/{i % 7}") for i in range(50)]
    one, other = Gazetteer(), Gazetteer(case="match")
    for phrase, concept in entries:
        one.add(phrase, concept)
    random.Random(1).shuffle(entries)
    for phrase, concept in entries:
        other.add(phrase, concept, case="ignore")
    assert one == other
    assert one.version == other.version
    other.add("one more", "concept/1")
    assert one != other
    assert one.version != other.version
    assert one != "something else"


@pytest.mark.parametrize(
    "change",
    [
        {"case": "match"},
        {"accents": "fold"},
        {"hyphens": "space"},
        {"boundary": "none"},
        {"affixes": ["s"]},
        {"lang": "fr"},
        {"weight": 2.0},
        {"rank": 1},
    ],
    ids=str,
)
def test_everything_counts_for_equality(change):
    assert Gazetteer().add("a", "b", **change) != Gazetteer().add("a", "b")


def test_glob_counts_where_there_is_a_wild_card():
    assert Gazetteer(glob=True).add("a", "b") == Gazetteer().add("a", "b")
    assert Gazetteer(glob=True).add("a*", "b") != Gazetteer().add("a*", "b")
    table = pa.table({"phrase": ["a"], "concept": ["b"]})
    assert Gazetteer.from_table(table, glob=True) == Gazetteer().add("a", "b")


def test_the_same_twice_counts_once():
    assert len(Gazetteer().add("a", "b").add("a", "b")) == 1
    assert len(Gazetteer().add("a", "b").add("a", "c")) == 2


def test_merge_keeps_the_options_of_both():
    one = Gazetteer(case="match").add("a", "x")
    other = Gazetteer().add("b", "y", lang="de")
    assert one.merge(other) is one
    assert [(e.phrase, e.case, e.lang) for e in one] == [
        ("a", "match", None),
        ("b", "ignore", "de"),
    ]
    assert len(one.merge(one)) == 2
    with pytest.raises(TypeError):
        one.merge({"a": ["b"]})


def test_remove_and_filter():
    gaz = Gazetteer.from_dict({"p": {"a": ["1", "2"], "b": ["2"]}, "q": ["2"]})
    assert phrases(gaz.filter("p/*")) == [("1", "p/a"), ("2", "p/a"), ("2", "p/b")]
    assert phrases(gaz.copy().remove(phrase="2")) == [("1", "p/a")]
    assert phrases(gaz.copy().remove(phrase="2", concept="p/*")) == [("1", "p/a"), ("2", "q")]
    assert len(gaz.copy().remove(concept="nowhere")) == 4
    with pytest.raises(TypeError):
        gaz.remove()
    assert len(gaz) == 4


def test_a_matcher_is_a_snapshot():
    gaz = Gazetteer().add("a", "x")
    m = sl.PhraseMatcher(gaz)
    gaz.add("b", "y")
    assert m.contains(["a", "b"]) == [True, False]
    m.gazetteer.add("b", "y")
    assert m.concepts == ["x"]


def full():
    return (
        Gazetteer(case="smart", affixes=["s"])
        .add("a", "x/y", lang="en", weight=2.5, rank=1, seen=True)
        .add("b*", "x", glob=True, boundary="compound", note="ü")
        .add("c", None, accents="fold", hyphens="space")
    )


@pytest.mark.parametrize(
    "clone",
    [lambda g: pickle.loads(pickle.dumps(g)), copy.copy, copy.deepcopy, Gazetteer.copy],
    ids=["pickle", "copy", "deepcopy", "method"],
)
def test_copies_are_equal_and_apart(clone):
    gaz = full()
    other = clone(gaz)
    assert other == gaz
    assert list(other) == list(gaz)
    other.add("US", "new")
    assert list(other)[-1].case == "smart"
    assert len(gaz) == 3


def test_looks():
    gaz = full()
    assert repr(gaz) == "Gazetteer(3 phrases, 2 concepts)"
    assert gaz.concepts == ["x", "x/y"]
    assert gaz.phrases == ["a", "b*", "c"]
    with pytest.raises(TypeError):
        hash(gaz)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Case", "case"), ("hyphen", "hyphens"), ("notbefore", "not_before"), ("boundry", "boundary")],
)
def test_a_misspelt_option_is_no_attribute(name, meant):
    message = f"there is no option '{name}': did you mean '{meant}'"
    with pytest.raises(ValueError, match=message):
        sl.Gazetteer().add("a", "b", **{name: "x"})
    with pytest.raises(ValueError, match=message):
        sl.Gazetteer.from_table([{"phrase": "a", "concept": "b", name: "x"}])
    with pytest.raises(ValueError, match=message):
        sl.Gazetteer.from_table(pa.table({"phrase": ["a"], "concept": ["b"], name: ["x"]}))


def test_a_column_of_nulls_says_nothing():
    table = pa.table({"phrase": ["a"], "concept": ["b"], "case": pa.array([None], pa.float64())})
    assert sl.Gazetteer.from_table(table) == sl.Gazetteer().add("a", "b")


def test_phrases_alone_are_near_within_ten_words():
    plain = sl.Gazetteer().add("a", "b", near=["lava", "magma"])
    full = {"phrases": ["lava", "magma"], "within": 10, "unit": "word"}
    assert plain == sl.Gazetteer().add("a", "b", near=full)
    assert sl.Gazetteer().add("a", "b", near="lava") == sl.Gazetteer.from_table(
        [{"phrase": "a", "concept": "b", "near": "lava"}]
    )
    with pytest.raises(TypeError, match="near must be a dict"):
        sl.Gazetteer().add("a", "b", near=10)
