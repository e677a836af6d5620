"""`pl.col("text").slug` beside the methods of the matcher, in all the ways polars runs a query."""

import io
import subprocess
import sys

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal, assert_series_equal
from support import POLICIES

import slugline as sl
from slugline.polars import MATCHES

NEWS = sl.datasets.load_news(frame="polars")
M = sl.PhraseMatcher(sl.datasets.load_gazetteer())
TEXT = pl.col("text")
ENGINES = ["in-memory", "streaming"]


def answers(texts, m=M, **options):
    """What the matcher itself says of a Series."""
    x = m.tag(texts, **options)
    counts = m.matrix(texts, **options).sum(axis=1)
    return pl.DataFrame(
        {
            "tag": x.by_doc(),
            "count": pl.Series([int(n) for n in counts.flat], dtype=pl.Int64),
            "contains": m.contains(texts, **options),
            "first": m.first(texts, **options),
        }
    )


def asked(m=M, **options):
    """The same, asked of an expression."""
    slug = TEXT.slug
    return {
        "tag": slug.tag(m, **options),
        "count": slug.count(m, **options),
        "contains": slug.contains(m, **options),
        "first": slug.first(m, **options),
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("overlap", POLICIES)
def test_lazy_and_streaming_queries_say_what_the_matcher_says(engine, overlap):
    query = NEWS.lazy().select(**asked(overlap=overlap))
    expected = answers(NEWS["text"], overlap=overlap)
    assert query.collect_schema() == expected.schema
    assert_frame_equal(query.collect(engine=engine), expected)
    assert expected["count"].sum() > 500


@pytest.mark.parametrize("engine", ENGINES)
def test_replace(engine):
    query = NEWS.lazy().select(TEXT.slug.replace(M), marked=TEXT.slug.replace(M, "<{phrase}>"))
    found = query.collect(engine=engine)
    assert found["text"].to_list() == M.replace(NEWS["text"].to_list())
    assert found["marked"].to_list() == M.replace(NEWS["text"].to_list(), "<{phrase}>")


def test_positions_are_code_points():
    rows = (
        NEWS.select("text", match=TEXT.slug.tag(M))
        .explode("match", empty_as_null=False)
        .unnest("match")
    )
    assert set(NEWS.filter(TEXT.slug.contains(M))["lang"]) >= {"ru", "zh", "ar", "ja", "th"}
    texts = [row["text"][row["start"] : row["end"]] for row in rows.iter_rows(named=True)]
    assert texts == [match.text for match in M.tag(NEWS["text"])]
    in_bytes = NEWS.select(TEXT.slug.tag(M, offsets="byte")).to_series()
    assert_series_equal(in_bytes, M.tag(NEWS["text"], offsets="byte").by_doc(), check_names=False)


WORDS = ["NATO", "Xi", "中国", "НАТО", "colour  revolution", "ｶﾞｻﾞ", "🙂", "и", "é", "\n", " "]
ROWS = st.lists(st.none() | st.lists(st.sampled_from(WORDS)).map(" ".join), max_size=20)


@settings(deadline=None, max_examples=40)
@given(ROWS, ROWS, st.sampled_from(POLICIES))
def test_any_texts_in_any_chunks(one, other, overlap):
    m = sl.PhraseMatcher(["NATO", "NATO Xi", "Xi", "中国", "НАТО", "colour revolution", "ガザ"])
    texts = pl.Series("text", one, dtype=pl.String).append(pl.Series(other, dtype=pl.String))
    expected = answers(texts, m, overlap=overlap)
    assert_frame_equal(pl.DataFrame([texts]).select(**asked(m, overlap=overlap)), expected)


@pytest.mark.parametrize("dtype", [pl.Categorical, pl.Enum(NEWS["text"].unique().to_list())])
def test_texts_of_few_values(dtype):
    news = NEWS.select(TEXT.cast(dtype))
    assert_frame_equal(news.select(**asked()), answers(NEWS["text"]))
    assert news.select(TEXT.slug.replace(M)).to_series().to_list() == M.replace(
        NEWS["text"].to_list()
    )


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "texts",
    [
        pl.Series("text", [], dtype=pl.String),
        pl.Series("text", [None, None], dtype=pl.String),
        pl.Series("text", [None, None], dtype=pl.Null),
        pl.Series("text", [None, "", "NATO"]),
    ],
    ids=["empty", "nulls", "of no type", "some"],
)
def test_nulls_and_no_rows(texts, engine):
    query = pl.LazyFrame([texts]).select(**asked(), replace=TEXT.slug.replace(M, "x"))
    found = query.collect(engine=engine)
    assert found.schema == query.collect_schema()
    assert found["tag"].dtype == MATCHES
    null = {"tag": [], "count": 0, "contains": False, "first": None, "replace": None}
    for text, row in zip(texts, found.iter_rows(named=True), strict=True):
        if text is None:
            assert row == null
    assert found["count"].to_list() == [int(text == "NATO") for text in texts]


def test_groups_and_windows():
    expected = NEWS.with_columns(n=answers(NEWS["text"])["count"], f=M.first(NEWS["text"]))
    for frame in (NEWS.lazy(), NEWS.lazy().filter(pl.col("lang") != "de"), NEWS.lazy().head(0)):
        of = expected.join(frame.collect(), on="id", how="semi")
        sums = of.group_by("lang").agg(pl.col("n").sum(), pl.col("f")).sort("lang")
        query = frame.group_by("lang", maintain_order=True).agg(
            n=TEXT.slug.count(M).sum(), f=TEXT.slug.first(M)
        )
        for engine in ENGINES:
            assert_frame_equal(query.collect(engine=engine).sort("lang"), sums)
        over = frame.select(
            n=TEXT.slug.count(M).sum().over("lang"), f=TEXT.slug.first(M).over("lang")
        )
        assert_frame_equal(over.collect(), of.select(pl.col("n").sum().over("lang"), "f"))


def test_filters_and_files(tmp_path):
    pl.concat([NEWS] * 40).write_parquet(tmp_path / "news.parquet", row_group_size=500)
    query = pl.scan_parquet(tmp_path / "news.parquet").filter(TEXT.slug.count(M) > 20).select("id")
    expected = NEWS.filter(answers(NEWS["text"])["count"] > 20)["id"].to_list() * 40
    assert 0 < len(expected) < len(NEWS) * 40
    for engine in ENGINES:
        assert query.collect(engine=engine)["id"].to_list() == expected
    query.sink_parquet(tmp_path / "found.parquet")
    assert pl.read_parquet(tmp_path / "found.parquet")["id"].to_list() == expected


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        (lambda: TEXT.slug.replace(M, 5), TypeError, "with_ must be text, not int"),
        (lambda: TEXT.slug.replace(M, "{x}"), ValueError, "not {x}"),
        (lambda: TEXT.slug.replace(M, overlap="all"), ValueError, "overlap must not be"),
        (lambda: TEXT.slug.count(M, overlap="x"), ValueError, "overlap must be one of"),
        (lambda: TEXT.slug.count(M, 5), TypeError, "concept must be a concept.*not int"),
        (lambda: TEXT.slug.contains(M, errors="x"), ValueError, "errors must be one of"),
        (lambda: TEXT.slug.first(M, threads=-1), ValueError, "threads must be at least 1"),
        (lambda: TEXT.slug.tag(M, offsets="x"), ValueError, "offsets must be one of"),
    ],
)
def test_what_is_wrong_is_said_before_the_query_runs(query, error, message):
    with pytest.raises(error, match=message):
        query()


def test_counts_of_some_concepts():
    with pytest.warns(UserWarning, match="no concept of the gazetteer fits") as caught:
        none = TEXT.slug.count(M, "nothing/*")
    assert caught[0].filename == __file__
    found = NEWS.select(
        TEXT.slug.count(M, "person/*").alias("people"),
        TEXT.slug.count(M, "*").alias("all"),
        none.alias("none"),
    )
    by_concept = M.matrix(NEWS["text"]).toarray()
    people = [concept.startswith("person/") for concept in M.concepts]
    assert found["people"].to_list() == by_concept[:, people].sum(axis=1).tolist()
    assert found["all"].to_list() == by_concept.sum(axis=1).tolist()
    assert found["none"].sum() == 0
    assert found["people"].sum() > 0


def test_a_series_has_it_too():
    texts = NEWS["text"].alias("body")
    expected = answers(texts)
    for call in ("tag", "count", "contains", "first"):
        found = getattr(texts.slug, call)(M)
        assert isinstance(found, pl.Series)
        assert found.name == "body"
        assert_series_equal(found, expected[call], check_names=False)
    assert texts.slug.replace(M, "x").to_list() == M.replace(texts.to_list(), "x")


def test_what_a_matcher_is_made_of_will_do():
    texts = pl.DataFrame({"text": ["l’OTAN", "NATO"]})
    gaz = {"org": {"NATO": ["OTAN", "NATO"]}}
    for given_ in (gaz, sl.Gazetteer.from_dict(gaz), sl.PhraseMatcher(gaz)):
        assert texts.select(TEXT.slug.first(given_))["text"].to_list() == ["org/NATO"] * 2


def test_a_query_can_be_written_down():
    query = NEWS.lazy().select(**asked(), replace=TEXT.slug.replace(M))
    again = pl.LazyFrame.deserialize(io.BytesIO(query.serialize()))
    assert_frame_equal(again.collect(), query.collect())


@pytest.mark.parametrize("engine", ENGINES)
def test_errors_say_what_is_wrong(engine):
    numbers = pl.LazyFrame({"text": [1, 2]})
    with pytest.raises(TypeError, match="int64, not text"):
        numbers.select(TEXT.slug.tag(M)).collect(engine=engine)
    with pytest.raises(ValueError, match=r"not \{nope\}"):
        NEWS.lazy().select(TEXT.slug.replace(M, "{nope}")).collect(engine=engine)
    with pytest.raises(ValueError, match="overlap"):
        NEWS.lazy().select(TEXT.slug.count(M, overlap="some")).collect(engine=engine)
    with pytest.raises(TypeError, match="needs a Gazetteer"):
        TEXT.slug.tag(3)


# -- How it comes to be there ----------------------------------------------------------------------


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    "imports",
    [
        "import polars as pl; import slugline as sl",
        "import slugline as sl; import polars as pl; sl.PhraseMatcher(['a'])",
        "import slugline as sl; m = sl.PhraseMatcher(['a']); import polars as pl; sl.polars",
        "import polars as pl; import slugline.polars",
        "import slugline.polars; import polars as pl; import slugline.polars",
    ],
)
def test_it_is_there_whichever_comes_first(imports):
    code = f"{imports}; print(pl.Series(['a b a', None]).slug.count(['a']).to_list())"
    assert run(f"import warnings; warnings.simplefilter('error'); {code}") == "[2, 0]\n"


def test_importing_slugline_imports_none_of_them():
    names = ("polars", "pandas", "pyarrow", "sklearn", "spacy", "duckdb", "numpy")
    code = "import slugline as sl, sys; m = sl.PhraseMatcher(['a']); m.tag(['a'])\n"
    assert run(f"{code}print([name for name in {names} if name in sys.modules])") == "[]\n"


def test_a_name_that_is_taken_stays_taken():
    code = (
        "import polars as pl\n"
        "@pl.api.register_series_namespace('slug')\n"
        "class Other:\n"
        "    def __init__(self, series): pass\n"
        "    answer = 42\n"
        "import slugline as sl; sl.PhraseMatcher(['a'])\n"
        "print(pl.Series(['a']).slug.answer)"
    )
    assert run(code) == "42\n"


def test_without_polars_it_says_so():
    code = (
        "import sys; sys.modules['polars'] = None\n"
        "import slugline as sl\n"
        "sl.PhraseMatcher(['a'])\n"
        "try: import slugline.polars\n"
        "except ImportError as error: print(error)"
    )
    assert run(code) == "slugline.polars needs polars: `pip install polars`\n"


def test_counting_without_numpy_says_so():
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "import polars as pl, slugline as sl\n"
        "texts = pl.Series(['a b'])\n"
        "assert texts.slug.contains(['a'])[0]\n"
        "try: texts.slug.count(['a'])\n"
        "except ImportError as error: print(error)"
    )
    needs = "counting the matches of each text needs numpy: `pip install numpy`"
    assert run(code) == f"{needs}\n"


def test_names_of_the_package():
    assert {"duckdb", "pandas", "polars", "sklearn", "spacy"} <= set(dir(sl))
    with pytest.raises(AttributeError, match="no attribute 'sparkle'"):
        sl.sparkle  # noqa: B018
