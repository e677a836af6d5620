"""`sl.ray` on two processes, beside the matcher on one."""

import doctest
import os
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import ray
import ray.data
import rendezvous
from guide import examples
from ray.data.expressions import col
from support import POLICIES

import slugline as sl

# What Ray warns of in its own code.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray[.]data")

GAZ = sl.datasets.load_gazetteer()
M = sl.PhraseMatcher(GAZ)
NAMES = ["start", "end", "phrase", "concept"]
BLOCKS = 8


def make_news():
    """Return the sample twice, some rows of it null or empty."""
    news = sl.datasets.load_news(frame="pandas")[["id", "lang", "date", "text"]]
    news = pd.concat([news, news.assign(id=news["id"] + "-again")], ignore_index=True)
    news.loc[[3, 77, 78], "text"] = None
    news.loc[[5, 130], "text"] = ""
    return pa.Table.from_pandas(news, preserve_index=False)


NEWS = make_news()
TEXTS = NEWS["text"].to_pylist()


@pytest.fixture(scope="module", autouse=True)
def cluster():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        # Where the processes find the package and what the tests have run in them.
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        try:
            ray.init(
                num_cpus=2,
                include_dashboard=False,
                log_to_driver=False,
                logging_level="error",
                object_store_memory=200 * 2**20,
            )
            context = ray.data.DataContext.get_current()
            context.enable_progress_bars = False
            context.execution_options.preserve_order = True
            yield
        finally:
            ray.shutdown()


@pytest.fixture
def ds():
    return in_blocks(NEWS)


def in_blocks(table, blocks=BLOCKS):
    size = -(-table.num_rows // blocks)
    return ray.data.from_arrow([table.slice(at, size) for at in range(0, table.num_rows, size)])


def table_of(ds):
    # Blocks without rows have lost their columns on the way, whatever the function.
    blocks = ray.get(ds.to_arrow_refs())
    return pa.concat_tables([block for block in blocks if block.num_rows] or blocks[:1])


def rows(table, names):
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def expected(table=NEWS, m=M, **options):
    """Return (id, start, end, phrase, concept) of all matches, from one machine."""
    ids = table["id"].to_pylist()
    matches = m.tag(table["text"], **options)
    return [(ids[one.doc], one.start, one.end, one.phrase, one.concept) for one in matches]


def met(ds, folder):
    return ds.map_batches(
        rendezvous.meet_table,
        fn_kwargs={"folder": str(folder)},
        batch_format="pyarrow",
        batch_size=None,
    )


def test_two_processes_find_what_one_machine_finds(ds, tmp_path):
    found = table_of(sl.ray.tag(met(ds, tmp_path), GAZ, id="id", columns=["lang", "date", "pid"]))
    assert found.column_names == ["id", "lang", "date", "pid", *NAMES]
    assert rows(found, ["id", *NAMES]) == expected()
    assert found.num_rows > 1900
    pids = set(found["pid"].to_pylist())
    assert len(pids) == 2
    assert os.getpid() not in pids
    for name in ("lang", "date"):
        of = dict(rows(NEWS, ["id", name]))
        assert found[name].to_pylist() == [of[id] for id in found["id"].to_pylist()]
        assert found.schema.field(name).type == NEWS.schema.field(name).type
    types = [pa.int32(), pa.int32(), pa.string(), pa.string()]
    assert [found.schema.field(name).type for name in NAMES] == types


def test_the_gazetteer_comes_once_and_is_built_once(ds, tmp_path):
    gaz = sl.Gazetteer.from_dict(
        {"org": {"UN": ["UN", "ООН", "联合国"]}, "place": ["Kyiv", "Київ"]}
    )
    found = sl.ray.contains(met(ds, tmp_path), gaz)
    told = table_of(
        found.map_batches(
            rendezvous.seen_table,
            fn_kwargs={"version": gaz.version},
            batch_format="pyarrow",
            batch_size=None,
        )
    )
    assert told.num_rows == BLOCKS
    told = set(rows(told, ["pid", "built", "arrived"]))
    assert len({pid for pid, _, _ in told}) == 2
    assert {(built, arrived) for _, built, arrived in told} == {(1, 1)}


def test_a_worker_that_dies_loses_nothing(ds, tmp_path):
    found = sl.ray.tag(ds, ["NATO", "China", "Россия"], id="id").map_batches(
        rendezvous.die_once,
        fn_kwargs={"folder": str(tmp_path)},
        batch_format="pyarrow",
        batch_size=None,
    )
    wanted = expected(m=sl.PhraseMatcher(["NATO", "China", "Россия"]))
    assert rows(table_of(found), ["id", *NAMES]) == wanted
    assert (tmp_path / "dead").exists()


@pytest.mark.parametrize("overlap", POLICIES)
def test_options(ds, overlap):
    found = table_of(sl.ray.tag(ds, M, id="id", overlap=overlap, offsets="byte"))
    assert rows(found, ["id", *NAMES]) == expected(overlap=overlap, offsets="byte")


@pytest.mark.parametrize(
    "options", [{}, {"by": "phrase"}, {"level": 1}, {"level": 2, "overlap": "all"}]
)
def test_counts(ds, options):
    counts = table_of(sl.ray.count(ds, GAZ, **options))
    wanted = M.count(NEWS["text"], **options)
    assert wanted.num_rows > 3
    assert counts.column_names == wanted.column_names
    assert counts.to_pylist() == wanted.to_pylist()


def test_counts_leave_the_documents_in_their_tasks(ds):
    """The step that adds up a million rows at a time must not take a million documents."""
    counts = sl.ray.count(ds, GAZ).materialize()
    matched = [line for line in counts.stats().splitlines() if "_on_block" in line]
    assert matched
    assert not any("_sum" in line for line in matched)
    assert f"{BLOCKS} tasks executed" in matched[0]
    assert counts.num_blocks() == 1


def test_contains_adds_a_column(ds):
    m = sl.PhraseMatcher(["NATO", "北约"])
    seen = table_of(sl.ray.contains(ds, m, column="alliance"))
    assert seen.column_names == [*NEWS.column_names, "alliance"]
    assert seen["alliance"].to_pylist() == m.contains(TEXTS)
    assert seen.drop_columns("alliance").equals(NEWS)
    assert 0 < sum(seen["alliance"].to_pylist()) < len(TEXTS)


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_kinds_of_texts(kind):
    table = NEWS.set_column(3, "text", NEWS["text"].cast(kind))
    ds = in_blocks(table, 3)
    assert rows(table_of(sl.ray.tag(ds, GAZ, id="id")), ["id", *NAMES]) == expected()
    assert table_of(sl.ray.count(ds, GAZ)).to_pylist() == M.count(NEWS["text"]).to_pylist()


def test_pandas_blocks():
    frame = NEWS.to_pandas().assign(lang=lambda news: news["lang"].astype("category"))
    ds = ray.data.from_pandas([frame.iloc[:50], frame.iloc[50:]])
    found = table_of(sl.ray.tag(ds, GAZ, id="id", columns=["lang"]))
    assert rows(found, ["id", *NAMES]) == expected()
    lang = dict(rows(NEWS, ["id", "lang"]))
    assert found["lang"].to_pylist() == [lang[id] for id in found["id"].to_pylist()]
    seen = table_of(sl.ray.contains(ds, GAZ))
    assert seen["contains"].to_pylist() == M.contains(TEXTS)


def test_blocks_without_rows(ds):
    some = ds.filter(expr=col("lang") == "uk")
    wanted = NEWS.filter(np.array([lang == "uk" for lang in NEWS["lang"].to_pylist()]))
    assert wanted.num_rows > 2
    found = table_of(sl.ray.tag(some, GAZ, id="id"))
    assert rows(found, ["id", *NAMES]) == expected(wanted)
    assert table_of(sl.ray.count(some, GAZ)).to_pylist() == M.count(wanted["text"]).to_pylist()


def test_nothing_is_found(ds):
    found = sl.ray.tag(ds, ["Tlön Uqbar"], id="id")
    assert found.count() == 0
    assert found.schema().names == ["id", *NAMES]
    assert sl.ray.count(ds, ["Tlön Uqbar"]).take_all() == []
    assert not any(row["contains"] for row in sl.ray.contains(ds, []).take_all())


def test_it_is_lazy_and_reads_only_what_it_needs(ds, tmp_path):
    def never(batch):
        raise AssertionError("computed")

    for work in (sl.ray.tag, sl.ray.count, sl.ray.contains):
        work(ds.map_batches(never), GAZ)
    ds.write_parquet(str(tmp_path))
    found = sl.ray.tag(ray.data.read_parquet(str(tmp_path)), GAZ, id="id")
    assert sorted(rows(table_of(found), ["id", *NAMES])) == sorted(expected())


def test_mistakes_are_told_before_anything_runs(ds):
    with pytest.raises(TypeError, match="ds must be a Dataset of Ray, not Table"):
        sl.ray.tag(NEWS, GAZ)
    with pytest.raises(ValueError, match="no column 'body'; there are 'id', 'lang'"):
        sl.ray.count(ds, GAZ, text="body")
    with pytest.raises(ValueError, match="no column 'url'"):
        sl.ray.tag(ds, GAZ, id="url")
    with pytest.raises(TypeError, match="columns must be a list of names"):
        sl.ray.tag(ds, GAZ, columns="lang")
    with pytest.raises(ValueError, match="'id' would stand twice"):
        sl.ray.tag(ds, GAZ, id="lang", columns=["id"])
    with pytest.raises(ValueError, match="there is a column 'lang' already"):
        sl.ray.contains(ds, GAZ, column="lang")
    for work in (sl.ray.tag, sl.ray.count, sl.ray.contains):
        with pytest.raises(ValueError, match="overlap must be one of"):
            work(ds, GAZ, overlap="shortest")
        with pytest.raises(TypeError, match="PhraseMatcher needs a Gazetteer"):
            work(ds, "NATO")
    with pytest.raises(ValueError, match="offsets must be one of"):
        sl.ray.tag(ds, GAZ, offsets="line")
    with pytest.raises(ValueError, match="by must be one of"):
        sl.ray.count(ds, GAZ, by="row")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pa.table({"text": [1, 2]}), "the column is int64, not text"),
        (pd.DataFrame({"text": ["NATO", 3, None]}), "row 1 is int, not text"),
        (pd.DataFrame({"text": ["NATO", "\ud800 NATO"]}), "row 1"),
    ],
)
def test_a_row_that_is_not_text_is_named(rows, message):
    ds = ray.data.from_arrow(rows) if isinstance(rows, pa.Table) else ray.data.from_pandas(rows)
    for work in (sl.ray.tag, sl.ray.count, sl.ray.contains):
        with pytest.raises(ray.exceptions.RayTaskError) as caught:
            work(ds, GAZ).take_all()
        assert message in str(caught.value)
        assert f"in a block of {len(rows)} rows" in str(caught.value)


def test_lone_surrogates():
    ds = ray.data.from_pandas(pd.DataFrame({"text": ["NATO", "\ud800 NATO", None]}))
    found = table_of(sl.ray.tag(ds, ["NATO"], errors="replace"))
    assert rows(found, NAMES) == [(0, 4, "NATO", "NATO"), (2, 6, "NATO", "NATO")]
    assert table_of(sl.ray.contains(ds, ["NATO"], errors="replace"))["contains"].to_pylist() == [
        True,
        True,
        False,
    ]


def test_the_examples_of_the_docstrings():
    result = doctest.testmod(sl.ray)
    assert result.attempted >= 15
    assert result.failed == 0


def test_the_examples_of_the_guide(capsys):
    ((code, shown),) = examples("Ray")
    exec(code, {})
    assert capsys.readouterr().out == shown
