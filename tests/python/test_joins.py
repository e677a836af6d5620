"""Tables of one call go together: names have one type in all of them."""

import itertools

import polars as pl
import pytest

import slugline as sl

GAZETTEER = {
    "person": {"Xi": ["Xi", "习近平"], "Putin": ["Putin", "Путин"]},
    "place": {"China": ["China", "中国"]},
}
TEXTS = pl.Series(["Putin met Xi in China", "习近平访问中国", "Путин и Xi", None, "Rain"])
DATES = ["2022-01-01"] * len(TEXTS)
NAMES = ("concept", "concept_a", "concept_b", "source", "target")
PHRASES = ("phrase", "phrase_a", "phrase_b", "source", "target")


@pytest.fixture(scope="module")
def x():
    return sl.PhraseMatcher(GAZETTEER).tag(TEXTS)


def tables(x, by):
    other = {} if by == "concept" else {"by": by}
    network = x.network(**other)
    made = {
        "to_polars": x.to_polars(),
        "counts": x.counts(**other),
        "counts by group": x.counts(groups=TEXTS.str.len_bytes(), **other),
        "timeline": x.timeline(DATES, **other),
        "compare": x.compare([1, 2, 1, 2, 1], **other),
        "kwic": x.kwic(2),
        "near": x.near("person/*", "*", within=None),
        "cooccurrence": x.cooccurrence(**other),
        "nodes": network.nodes,
        "edges": network.edges,
        "count": sl.PhraseMatcher(GAZETTEER).count(TEXTS, **other),
    }
    assert all(table.height for table in made.values())
    return made


@pytest.mark.parametrize(("by", "names"), [("concept", NAMES), ("phrase", PHRASES)])
def test_all_tables_of_polars_can_be_joined(x, by, names):
    made = tables(x, by)
    keyed = [
        (title, name, table)
        for title, table in made.items()
        for name in names
        if name in table.columns
    ]
    assert {title for title, *_ in keyed} == set(made)
    for (one, left_on, left), (other, right_on, right) in itertools.product(keyed, keyed):
        assert left.schema[left_on] == pl.Categorical, one
        keys = left.select(pl.col(left_on).alias("key")).unique()
        others = right.select(pl.col(right_on).alias("key")).unique()
        joined = keys.join(others, on="key")
        common = set(keys["key"].to_list()) & set(others["key"].to_list())
        assert set(joined["key"].to_list()) == common, (one, other)
        assert keys.lazy().join(others.lazy(), on="key").collect().height == len(common)


def test_names_are_told_from_numbers_and_other_texts(x):
    edges = x.network().edges
    assert edges.schema["documents"] == pl.Int64
    assert x.kwic(2).schema["left"] == pl.String
    # A group of that name is no concept, but a name all the same.
    sources = pl.Series("source", [1, 2, 1, 2, 1])
    assert x.counts(groups=sources).schema["source"] == pl.Int64
