"""The recipes of docs/larger-than-memory.md, on a table much larger than they may take.

``SLUGLINE_LARGE_MB`` makes the table larger than usual.
"""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import duckdb
import polars as pl
import pytest
from large_news import GAZETTEER, write_news
from pages import code_of
from polars.testing import assert_frame_equal
from support import ROOT

import slugline as sl

SETUP, POLARS, DUCKDB = code_of("docs/larger-than-memory.md")
RECIPES = {
    "polars": (f"{SETUP}\nimport polars\nimport slugline.polars", POLARS),
    "duckdb": (f"{SETUP}\nimport duckdb, slugline.duckdb", DUCKDB),
}
TEXT_MB = int(os.environ.get("SLUGLINE_LARGE_MB", 520))
LIMIT_MB = 250
"""What a recipe may take beyond its imports and the matcher, whatever the table's size."""

CHILD = """
import json, os, resource, sys

os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])  # What is under way goes by threads.
os.environ["POLARS_MAX_THREADS"] = "2"
os.environ["POLARS_ROW_GROUP_PREFETCH_SIZE"] = "2"  # The page sets it, before its own import.
setup, recipe = json.load(sys.stdin)

def memory(field):
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields[field].split()[0]) * 1024

names = {}
exec(setup, names)
names["m"].tag(["NATO 北约"])
before = memory("VmRSS")
limit = int(sys.argv[1])
# What can be written, so that more than this fails, even where nothing looks at the peak.
resource.setrlimit(resource.RLIMIT_DATA, (memory("VmData") + limit, memory("VmData") + limit))
exec(recipe, names)
print(json.dumps({"peak": memory("VmHWM") - before}))
"""


def expected(folder):
    """What the matcher itself finds, one file at a time."""
    m = sl.PhraseMatcher(GAZETTEER)
    tags, counts, found = [], [], []
    for path in sorted((folder / "news").glob("*.parquet")):
        news = pl.read_parquet(path)
        x = m.tag(news["text"], ids=news["url"])
        tags.append(x.to_polars().drop("doc").rename({"id": "url"}))
        numbers = m.matrix(news["text"])
        narratives = [name.startswith("narrative/") for name in m.concepts]
        each = {"n": numbers.sum(axis=1).A1, "narratives": numbers[:, narratives].sum(axis=1).A1}
        counts.append(news.select("url").with_columns(**{k: pl.Series(v) for k, v in each.items()}))
        found.append(news.filter(m.contains(news["text"])))
        assert m.count(news["text"])["matches"].sum() == len(x)
    plain = pl.col("phrase", "concept").cast(pl.String), pl.col("start", "end").cast(pl.Int32)
    return SimpleNamespace(
        tags=pl.concat(tags).with_columns(*plain),
        counts=pl.concat(counts),
        found=pl.concat(found),
    )


def check_polars(folder, truth):
    assert_frame_equal(pl.read_parquet(folder / "tags.parquet"), truth.tags)
    assert_frame_equal(pl.read_parquet(folder / "counts.parquet"), truth.counts)
    assert_frame_equal(pl.read_parquet(folder / "found.parquet"), truth.found)


def check_duckdb(folder, truth):
    order = ["url", "start", "end", "phrase"]
    tags = pl.read_parquet(folder / "tags" / "*.parquet").sort(order)
    assert_frame_equal(tags, truth.tags.sort(order))


CHECKS = {"polars": check_polars, "duckdb": check_duckdb}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    write_news(folder / "news", 4, rows=200)
    return folder, expected(folder)


def test_the_page_is_what_it_says(small, monkeypatch, capsys):
    folder, truth = small
    monkeypatch.chdir(folder)
    names = {}
    for code in (SETUP, POLARS, DUCKDB):
        exec(code, names)
    assert names["m"].gazetteer == sl.Gazetteer.from_dict(GAZETTEER)
    totals = truth.tags.group_by("concept").len().sort("concept").rows()
    assert capsys.readouterr().out == f"{totals}\n"
    assert len(totals) == 4
    for check in CHECKS.values():
        check(folder, truth)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    if not os.path.exists("/proc/self/status"):
        pytest.skip("no /proc/self/status to read the memory of a process from")
    folder = tmp_path_factory.mktemp("large")
    size = write_news(folder / "news", TEXT_MB)
    assert size > 2 * LIMIT_MB * 1_000_000
    return folder, expected(folder)


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_table_larger_than_the_memory_allowed(large, recipe):
    folder, truth = large
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(2 * LIMIT_MB * 1_000_000)],
        input=json.dumps(RECIPES[recipe]),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300 + TEXT_MB,
        env={**os.environ, "PYTHONPATH": str(ROOT / "python")},
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    peak = json.loads(done.stdout.splitlines()[-1])["peak"]
    print(f"{recipe}: {TEXT_MB} MB of text, {peak / 1e6:,.0f} MB taken")
    CHECKS[recipe](folder, truth)
    assert peak < LIMIT_MB * 1_000_000


def test_too_little_memory_is_an_error_and_kills_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    texts = [f"NATO {number} " + "x" * 500_000 for number in range(200)]
    pl.DataFrame({"text": texts}).write_parquet("news/long.parquet")
    with duckdb.connect(config={"memory_limit": "60MB"}) as con:
        sl.duckdb.register(con, GAZETTEER)
        with pytest.raises(duckdb.OutOfMemoryException):
            con.sql("select sum(slug_count(text)) from read_parquet('news/*.parquet')").fetchall()
        con.execute("set memory_limit = '1GB'")
        found = con.sql("select sum(slug_count(text)) from read_parquet('news/*.parquet')")
        assert found.fetchall() == [(200,)]
