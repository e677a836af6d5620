"""`sl.dask` on two processes, beside the matcher on one."""

import doctest
import os
import pickle

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import rendezvous
from dask.distributed import Client, LocalCluster
from guide import examples
from support import POLICIES

import slugline as sl
import slugline.dask
from slugline._workers import Parcel

GAZ = sl.datasets.load_gazetteer()
M = sl.PhraseMatcher(GAZ)
NAMES = ["start", "end", "phrase", "concept"]
PARTS = 8


def make_news():
    """Return the sample, some rows of it null or empty, with labels that are no row numbers."""
    news = sl.datasets.load_news(frame="pandas")[["id", "lang", "date", "text"]]
    news = pd.concat([news, news.assign(id=news["id"] + "-again")], ignore_index=True)
    news.loc[[3, 77, 78], "text"] = None
    news.loc[[5, 130], "text"] = ""
    news["lang"] = news["lang"].astype("category")
    news["words"] = news["text"].str.split().str.len()  # With nulls, so float.
    return news.set_index(pd.Index(range(1000, 1000 + len(news)), name="row"))


NEWS = make_news()


@pytest.fixture(scope="module")
def client():
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2, timeout=60)
        client.run(rendezvous.watch)
        yield client


@pytest.fixture
def ddf():
    return dd.from_pandas(NEWS, npartitions=PARTS)


def rows(frame, names=NAMES):
    return list(frame[names].itertuples(name=None))


def expected(news=NEWS, m=M, **options):
    """Return (label, start, end, phrase, concept) of all matches, from one machine."""
    matches = m.tag(news["text"].tolist(), **options)
    return [(news.index[one.doc], one.start, one.end, one.phrase, one.concept) for one in matches]


def met(ddf, folder):
    meta = ddf._meta.assign(pid=np.int64(0))
    return ddf.map_partitions(rendezvous.meet_frame, str(folder), meta=meta)


def test_two_processes_find_what_one_machine_finds(client, ddf, tmp_path):
    found = sl.dask.tag(met(ddf, tmp_path), GAZ, id="id", columns=["lang", "pid"])
    assert list(found.columns) == ["id", "lang", "pid", *NAMES]
    table = found.compute()
    assert rows(table) == expected()
    assert len(table) > 1900
    assert table["id"].tolist() == NEWS["id"].loc[table.index].tolist()
    assert table["lang"].tolist() == NEWS["lang"].loc[table.index].tolist()
    workers = set(client.run(os.getpid).values())
    assert set(table["pid"]) == workers
    assert len(workers) == 2


def test_the_gazetteer_comes_once_and_is_built_once(client, ddf, tmp_path):
    gaz = sl.Gazetteer.from_dict(
        {"org": {"UN": ["UN", "ООН", "联合国"]}, "place": ["Kyiv", "Київ"]}
    )
    found = sl.dask.tag(met(ddf, tmp_path), gaz, columns=["pid"]).compute()
    assert rows(found) == expected(m=sl.PhraseMatcher(gaz))
    # Two threads in each process have asked for it, for eight partitions.
    told = list(client.run(rendezvous.seen, gaz.version).values())
    assert sorted((built, arrived) for _, built, arrived in told) == [(1, 1), (1, 1)]
    sl.dask.count(ddf, gaz).compute()
    told = list(client.run(rendezvous.seen, gaz.version).values())
    assert [built for _, built, _ in told] == [1, 1]


def test_the_graph_has_the_gazetteer_once():
    gaz = sl.Gazetteer.from_dict({f"person/{i}": [f"Nguyễn {i} Петров"] for i in range(5000)})
    content = len(Parcel.of(gaz).content)
    assert content > 200_000
    for work in (sl.dask.tag, sl.dask.count, sl.dask.contains):
        sizes = [
            len(pickle.dumps(work(dd.from_pandas(NEWS, npartitions=parts), gaz).optimize().dask))
            - len(pickle.dumps(dd.from_pandas(NEWS, npartitions=parts).optimize().dask))
            for parts in (2, 60)
        ]
        assert max(sizes) < 1.3 * content, (work, sizes, content)


def test_a_worker_that_dies_loses_nothing(client, ddf, tmp_path):
    gaz = ["NATO", "China", "Россия"]
    found = sl.dask.tag(ddf, gaz)
    found = found.map_partitions(rendezvous.die_once, str(tmp_path), meta=found._meta)
    assert rows(found.compute()) == expected(m=sl.PhraseMatcher(gaz))
    assert (tmp_path / "dead").exists()
    client.wait_for_workers(2, timeout=60)
    client.run(rendezvous.watch)


@pytest.mark.parametrize("overlap", POLICIES)
def test_options(client, ddf, overlap):
    found = sl.dask.tag(ddf, M, overlap=overlap, offsets="byte")
    assert rows(found.compute()) == expected(overlap=overlap, offsets="byte")
    counts = sl.dask.count(ddf, M, overlap=overlap).compute()
    pd.testing.assert_frame_equal(counts, M.count(NEWS["text"], overlap=overlap), check_dtype=False)


def same_types(collection):
    """Compute, and check that each partition is what was promised."""
    promised = collection._meta
    for part in dask.compute(*collection.to_delayed(), scheduler="sync"):
        pd.testing.assert_series_equal(part.dtypes, promised.dtypes)
        assert part.index.dtype == promised.index.dtype
        assert part.index.name == promised.index.name
    return collection.compute(scheduler="threads")


@pytest.mark.parametrize("convert", [True, False])
@pytest.mark.parametrize(
    "kind", ["object", "string[pyarrow]", "string[python]", "category", "arrow"]
)
def test_types_stay_as_promised(kind, convert):
    if kind == "arrow":
        kind = pd.ArrowDtype(pa.large_string())
    news = NEWS.assign(text=NEWS["text"].astype(kind), id=NEWS["id"].astype("category"))
    with dask.config.set({"dataframe.convert-string": convert}):
        ddf = dd.from_pandas(news, npartitions=3)
        strings = dd.from_pandas(pd.DataFrame({"a": ["b"]}), npartitions=1).dtypes["a"]
        columns = ["lang", "date", "words", "text"]
        table = same_types(sl.dask.tag(ddf, GAZ, id="id", columns=columns))
        assert table.dtypes[columns].equals(ddf.dtypes[columns])
        assert table["id"].dtype == news["id"].dtype
        assert table["start"].dtype == table["end"].dtype == np.int32
        assert table["phrase"].dtype == table["concept"].dtype == strings
        assert rows(table) == expected()
        assert same_types(sl.dask.count(ddf, GAZ))["concept"].dtype == strings
        assert same_types(sl.dask.contains(ddf, GAZ))["contains"].dtype == np.bool_


def test_labels_and_divisions_are_those_of_the_documents(ddf):
    found = sl.dask.tag(ddf, GAZ)
    assert found.divisions == ddf.divisions
    assert found.index.name == "row"
    joined = ddf[["id"]].join(found, how="inner").compute(scheduler="threads")
    assert rows(joined) == expected()
    assert joined["id"].tolist() == NEWS["id"].loc[joined.index].tolist()


def test_unknown_divisions_and_empty_partitions(ddf):
    nothing = ddf.partitions[2:3][ddf.partitions[2:3]["id"] == "none such"]
    some = dd.concat([nothing, ddf.partitions[:2], nothing, ddf.partitions[2:]]).clear_divisions()
    assert not some.known_divisions
    found = sl.dask.tag(some, GAZ, columns=["lang"])
    assert not found.known_divisions
    assert rows(same_types(found)) == expected()
    counts = sl.dask.count(some, GAZ).compute(scheduler="threads")
    pd.testing.assert_frame_equal(counts, M.count(NEWS["text"]), check_dtype=False)
    seen = same_types(sl.dask.contains(some, GAZ))
    assert seen["contains"].tolist() == M.contains(NEWS["text"].tolist())


def test_it_is_lazy(tmp_path):
    def never(part):
        raise AssertionError("computed")

    meta = NEWS.iloc[:0]
    ddf = dd.from_pandas(NEWS, npartitions=2).map_partitions(never, meta=meta)
    for work in (sl.dask.tag, sl.dask.count, sl.dask.contains):
        work(ddf, GAZ)


def test_only_the_columns_asked_for_are_taken(ddf):
    found = sl.dask.tag(ddf, GAZ, id="id", columns=["lang"])
    taken = [step.operand("columns") for step in found.walk() if "columns" in step._parameters]
    assert ["text", "id", "lang"] in taken


@pytest.mark.parametrize(
    "options", [{}, {"by": "phrase"}, {"level": 1}, {"level": 2, "overlap": "all"}]
)
def test_counts(ddf, options):
    counts = sl.dask.count(ddf, GAZ, **options)
    assert counts.npartitions == 1
    wanted = M.count(NEWS["text"], **options)
    assert len(wanted) > 3
    found = counts.compute(scheduler="threads")
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    assert found.dtypes.iloc[1:].tolist() == wanted.dtypes.iloc[1:].tolist()


def test_counts_of_many_partitions_are_added_up_step_by_step():
    ddf = dd.from_pandas(NEWS, npartitions=70)
    counts = sl.dask.count(ddf, GAZ).compute(scheduler="threads")
    pd.testing.assert_frame_equal(counts, M.count(NEWS["text"]), check_dtype=False)


def test_nothing_is_found(ddf):
    for gaz in (["Tlön Uqbar"], []):
        found = same_types(sl.dask.tag(ddf, gaz, id="id"))
        assert list(found.columns) == ["id", *NAMES]
        assert len(found) == 0
        assert len(same_types(sl.dask.count(ddf, gaz))) == 0
        assert not same_types(sl.dask.contains(ddf, gaz))["contains"].any()


def test_contains_adds_a_column(client, ddf):
    seen = sl.dask.contains(ddf, ["NATO", "北约"], column="alliance").compute()
    assert list(seen.columns) == [*NEWS.columns, "alliance"]
    assert seen["alliance"].tolist() == sl.PhraseMatcher(["NATO", "北约"]).contains(
        NEWS["text"].tolist()
    )
    assert 0 < seen["alliance"].sum() < len(NEWS)


def test_mistakes_are_told_before_anything_runs(ddf):
    with pytest.raises(TypeError, match="ddf must be a DataFrame of Dask, not DataFrame"):
        sl.dask.tag(NEWS, GAZ)
    with pytest.raises(TypeError, match="ddf must be a DataFrame of Dask, not Series"):
        sl.dask.count(ddf["text"], GAZ)
    with pytest.raises(ValueError, match="no column 'body'; there are 'id', 'lang'"):
        sl.dask.contains(ddf, GAZ, text="body")
    with pytest.raises(ValueError, match="no column 'url'"):
        sl.dask.tag(ddf, GAZ, id="url")
    with pytest.raises(TypeError, match="columns must be a list of names"):
        sl.dask.tag(ddf, GAZ, columns="lang")
    with pytest.raises(ValueError, match="'id' would stand twice"):
        sl.dask.tag(ddf, GAZ, id="lang", columns=["id"])
    with pytest.raises(ValueError, match="there is a column 'lang' already"):
        sl.dask.contains(ddf, GAZ, column="lang")
    with pytest.raises(TypeError, match="column must be a str"):
        sl.dask.contains(ddf, GAZ, column=3)
    for work in (sl.dask.tag, sl.dask.count, sl.dask.contains):
        with pytest.raises(ValueError, match="overlap must be one of"):
            work(ddf, GAZ, overlap="shortest")
        with pytest.raises(TypeError, match="PhraseMatcher needs a Gazetteer"):
            work(ddf, "NATO")
    with pytest.raises(ValueError, match="offsets must be one of"):
        sl.dask.tag(ddf, GAZ, offsets="line")
    with pytest.raises(ValueError, match="by must be one of"):
        sl.dask.count(ddf, GAZ, by="row")
    with pytest.raises(TypeError, match="level must be a whole number"):
        sl.dask.count(ddf, GAZ, level="1")


def test_a_row_that_is_not_text_is_named(client):
    news = NEWS.assign(text=NEWS["text"].astype(object))
    news.loc[1040, "text"] = 3
    with dask.config.set({"dataframe.convert-string": False}):
        ddf = dd.from_pandas(news, npartitions=4)
        with pytest.raises(TypeError, match="row 7 is int, not text") as caught:
            sl.dask.tag(ddf, GAZ).compute()
    assert caught.value.__notes__ == [
        "in a partition of 33 rows, whose index goes from 1033 to 1065"
    ]


def test_lone_surrogates(client):
    news = pd.DataFrame({"text": ["NATO", "\ud800 NATO", None]}, dtype=object)
    with dask.config.set({"dataframe.convert-string": False}):
        ddf = dd.from_pandas(news, npartitions=2)
        with pytest.raises(ValueError, match="row 1"):
            sl.dask.tag(ddf, ["NATO"]).compute(scheduler="threads")
        found = sl.dask.tag(ddf, ["NATO"], errors="replace").compute(scheduler="threads")
    assert rows(found) == [(0, 0, 4, "NATO", "NATO"), (1, 2, 6, "NATO", "NATO")]


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(slugline.dask)
    assert result.attempted >= 15
    assert result.failed == 0


def test_the_examples_of_the_guide(capsys):
    ((code, shown),) = examples("Dask")
    exec(code, {})
    assert capsys.readouterr().out == shown
