"""`sl.duckdb.register` beside the methods of the matcher."""

import subprocess
import sys
import threading

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import POLICIES

import slugline as sl

NEWS = sl.datasets.load_news(frame="pyarrow")
TEXTS = NEWS["text"].to_pylist()
M = sl.PhraseMatcher(sl.datasets.load_gazetteer())


@pytest.fixture
def con():
    with duckdb.connect() as con:
        con.register("news", NEWS)
        yield con


def counts(rows, m=M, **options):
    return m.matrix(rows, **options).sum(axis=1).flatten().tolist()[0]


def lists(rows, m=M, **options):
    return m.tag(pa.array(rows, pa.string()), **options).by_doc().to_pylist()


@pytest.mark.parametrize("overlap", POLICIES)
@pytest.mark.parametrize("threads", [1, None])
def test_the_functions_say_what_the_matcher_says(con, overlap, threads):
    sl.duckdb.register(con, M, overlap=overlap, threads=threads)
    found = con.sql(
        "select slug_contains(text), slug_count(text), slug_first(text), slug_tag(text) from news"
    ).fetchall()
    assert [row[0] for row in found] == M.contains(TEXTS, overlap=overlap)
    assert [row[1] for row in found] == counts(TEXTS, overlap=overlap)
    assert [row[2] for row in found] == M.first(TEXTS, overlap=overlap)
    assert [row[3] for row in found] == lists(TEXTS, overlap=overlap)
    assert sum(row[1] for row in found) > 500


def test_types(con):
    sl.duckdb.register(con, M)
    query = (
        "select slug_contains(text) a, slug_count(text) b, slug_first(text) c, "
        "slug_replace(text, 'x') d, slug_tag(text) e from news"
    )
    types = con.sql(query).types
    assert types[:4] == ["BOOLEAN", "BIGINT", "VARCHAR", "VARCHAR"]
    fields = [("start", "INTEGER"), ("end", "INTEGER"), ("phrase", "VARCHAR")]
    assert types[4].children[0][1].children == [*fields, ("concept", "VARCHAR")]


def test_replace(con):
    sl.duckdb.register(con, M)
    found = con.sql("select slug_replace(text, '<{concept}: {text}>') from news").fetchall()
    assert [row[0] for row in found] == M.replace(TEXTS, "<{concept}: {text}>")


def test_replace_with_a_column_of_templates(con):
    sl.duckdb.register(con, ["NATO"])
    con.execute("create table t(text varchar, how varchar)")
    rows = [("NATO", "a"), ("in NATO", "{text}!"), ("NATO", None), (None, "b"), ("NATO", "a")]
    con.executemany("insert into t values (?, ?)", rows)
    found = con.sql("select slug_replace(text, how) from t").fetchall()
    assert found == [("a",), ("in NATO!",), (None,), (None,), ("a",)]
    assert con.sql("select slug_replace('NATO', null)").fetchall() == [(None,)]


def test_positions_are_code_points_as_in_sql(con):
    sl.duckdb.register(con, M)
    rows = con.sql(
        "select id, text[m.start + 1 : m.end] from "
        "(select id, text, unnest(slug_tag(text)) as m from news)"
    ).fetchall()
    expected = [(match.doc, match.text) for match in M.tag(TEXTS)]
    ids = NEWS["id"].to_pylist()
    assert rows == [(ids[doc], text) for doc, text in expected]


def test_one_row_for_each_match(con):
    sl.duckdb.register(con, M)
    rows = con.sql("select id, unnest(slug_tag(text), recursive := true) from news")
    assert rows.columns == ["id", "start", "end", "phrase", "concept"]
    ids = NEWS["id"].to_pylist()
    assert rows.fetchall() == [(ids[match[0]], *match[1:5]) for match in M.tag(TEXTS)]


def test_matches_of_some_concepts(con):
    sl.duckdb.register(con, M)
    people = "list_filter(slug_tag(text), lambda m: m.concept like 'person/%')"
    found = con.sql(f"select sum(len({people})) from news").fetchall()
    assert found == [(len(M.tag(TEXTS).filter("person/*")),)]


NULLS = "(values ('a b a'), (null), (''), ('b')) t(x)"


def test_nulls_get_the_matchers_answer(con):
    sl.duckdb.register(con, ["a"])
    a = {"start": 0, "end": 1, "phrase": "a", "concept": "a"}
    query = (
        "select slug_contains(x), slug_count(x), slug_first(x), slug_replace(x, 'z'), slug_tag(x)"
    )
    assert con.sql(f"{query} from {NULLS}").fetchall() == [
        (True, 2, "a", "z b z", [a, {**a, "start": 4, "end": 5}]),
        (False, 0, None, None, []),
        (False, 0, None, "", []),
        (False, 0, None, "b", []),
    ]
    assert con.sql(f"{query} from (select null::varchar as x)").fetchall() == [
        (False, 0, None, None, [])
    ]
    assert con.sql(f"{query} from {NULLS} where x = 'none'").fetchall() == []


WORDS = ["NATO", "Xi", "中国", "НАТО", "colour  revolution", "ｶﾞｻﾞ", "🙂", "é", "\n"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.none() | st.lists(st.sampled_from(WORDS)).map(" ".join), max_size=12))
def test_any_texts(rows):
    m = sl.PhraseMatcher(["NATO", "NATO Xi", "Xi", "中国", "НАТО", "colour revolution", "ガザ"])
    with duckdb.connect() as con:
        con.register("t", pa.table({"x": pa.chunked_array([rows[:5], rows[5:]], pa.string())}))
        sl.duckdb.register(con, m)
        found = con.sql("select slug_count(x), slug_tag(x), slug_replace(x, '_') from t").fetchall()
    expected = zip(counts(rows, m), lists(rows, m), m.replace(rows, "_"), strict=True)
    assert found == list(expected)


@pytest.mark.parametrize("kind", ["varchar", "enum", "dictionary"])
def test_texts_of_few_values(con, kind):
    rows = ["NATO", None, "l’OTAN", "nobody"] * 1500
    column = pa.array(rows)
    con.register(
        "t", pa.table({"x": column.dictionary_encode() if kind == "dictionary" else column})
    )
    sl.duckdb.register(con, {"org": {"NATO": ["NATO", "OTAN"]}})
    if kind == "enum":
        con.execute("create type name as enum ('NATO', 'l’OTAN', 'nobody')")
        con.execute("create table e as select x::name as x from t")
    source = "e" if kind == "enum" else "t"
    found = con.sql(f"select slug_count(x), slug_first(x) from {source}").fetchall()
    assert found == [(1, "org/NATO"), (0, None), (1, "org/NATO"), (0, None)] * 1500


def test_several_matchers_and_one_anew(con):
    sl.duckdb.register(con, {"org": {"NATO": ["NATO"]}}, "orgs")
    sl.duckdb.register(con, {"person": {"Xi": ["Xi"]}}, "people")
    query = "select orgs_first('NATO, Xi'), people_first('NATO, Xi')"
    assert con.sql(query).fetchall() == [("org/NATO", "person/Xi")]
    sl.duckdb.register(con, {"person": {"Xi Jinping": ["Xi"]}}, "people")
    assert con.sql(query).fetchall() == [("org/NATO", "person/Xi Jinping")]
    # With "all" nothing can be replaced, and the old function does not stay behind.
    sl.duckdb.register(con, ["Xi"], "people", overlap="all")
    with pytest.raises(duckdb.CatalogException, match="people_replace"):
        con.sql("select people_replace('Xi', 'x')").fetchall()


@pytest.mark.parametrize("threads", [1, None])
def test_from_many_threads_at_once(con, threads):
    con.execute("create table many as select news.* from news, range(60)")
    con.execute("set threads = 8")
    sl.duckdb.register(con, M, threads=threads)
    expected = [(60 * sum(counts(TEXTS)),)]
    found = []

    def work():
        with con.cursor() as cursor:
            found.append(cursor.sql("select sum(slug_count(text)) from many").fetchall())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
        assert not worker.is_alive()
    assert found == [expected] * 4


def test_the_default_connection():
    sl.duckdb.register(duckdb, ["NATO"], "by_default")
    assert duckdb.sql("select by_default_contains('anti-NATO')").fetchall() == [(True,)]


def test_errors_say_what_is_wrong(con):
    with pytest.raises(TypeError, match="con must be a connection of duckdb, not str"):
        sl.duckdb.register("news.duckdb", M)
    for name in ("a b", "", "x;drop", "1st", 3):
        with pytest.raises(ValueError, match="name must be"):
            sl.duckdb.register(con, M, name)
    for option in ("overlap", "errors"):
        with pytest.raises(ValueError, match=option):
            sl.duckdb.register(con, M, **{option: "some"})
    sl.duckdb.register(con, M)
    with pytest.raises(duckdb.InvalidInputException, match=r"not \{nope\}"):
        con.sql("select slug_replace(text, '{nope}') from news").fetchall()
    with pytest.raises(duckdb.BinderException, match="slug_count"):
        con.sql("select slug_count(3)").fetchall()


@pytest.mark.parametrize("missing", ["duckdb", "pyarrow"])
def test_without_a_library_it_says_so(missing):
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "import slugline as sl\n"
        "try: sl.duckdb\n"
        "except ImportError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == f"slugline.duckdb needs {missing}: `pip install {missing}`\n"
