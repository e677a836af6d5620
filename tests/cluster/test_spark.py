"""Spark finds what one machine finds: in batches, in streams, whatever the columns are."""

import datetime as dt
import decimal
import re
from pathlib import Path

import pytest
from traces import TracedGazetteer, unpacked_in

import slugline as sl

GAZETTEER = {
    "org": {"NATO": ["NATO", "OTAN", "НАТО", "北约"], "EU": ["EU", "European Union"]},
    "place": {"China": ["China", "中国"], "Union": ["Union"]},
}
TEXTS = [
    "NATO and the European Union",
    "中国政府在北约总部",
    None,
    "l’OTAN, «НАТО», l’OTAN",
    "",
    "𝔘 nobody 👩‍👩‍👧 EU",
]


@pytest.fixture(scope="module")
def news(spark):
    """Many times the same texts, numbered, in eight parts."""
    rows = list(enumerate(TEXTS * 40))
    return spark.createDataFrame(rows, "id int, text string").repartition(8)


@pytest.fixture
def small_batches(spark):
    """Several Arrow batches in each task."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = spark.conf.get(name)
    spark.conf.set(name, 7)
    yield
    spark.conf.set(name, before)


def rows(df):
    return sorted(tuple(row) for row in df.collect())


def on_one_machine(gaz, texts, **options):
    """Return the rows of ``tag`` with the number of the text as id."""
    matches = sl.PhraseMatcher(gaz).tag(texts, **options)
    return sorted((m.doc, m.start, m.end, m.phrase, m.concept) for m in matches)


# -- The same as on one machine -------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"overlap": "all", "offsets": "byte"},
        {"overlap": "longest-per-concept", "offsets": "utf16"},
    ],
)
def test_tag_finds_what_one_machine_finds(news, small_batches, options):
    expected = on_one_machine(GAZETTEER, TEXTS * 40, **options)
    assert len(expected) >= 280
    assert rows(sl.spark.tag(news, GAZETTEER, id="id", **options)) == expected


def test_the_sample_of_news_is_tagged_and_counted_as_on_one_machine(spark):
    sample = sl.datasets.load_news()
    gaz = sl.datasets.load_gazetteer()
    df = spark.createDataFrame(sample[["id", "text", "lang"]]).repartition(4)
    m = sl.PhraseMatcher(gaz)
    matches = m.tag(sample["text"], ids=sample["id"]).to_pandas()
    expected = sorted(
        (row.id, sample["lang"][row.doc], row.start, row.end, row.phrase, row.concept)
        for row in matches.itertuples()
    )
    assert len(expected) > 100
    assert rows(sl.spark.tag(df, m, id="id", columns=["lang"])) == expected
    for options in ({}, {"level": 1}, {"by": "phrase", "overlap": "all"}):
        expected = list(m.count(sample["text"], **options).itertuples(index=False, name=None))
        assert [tuple(row) for row in sl.spark.count(df, gaz, **options).collect()] == expected


def test_count_adds_up_what_all_parts_have(news, small_batches):
    m = sl.PhraseMatcher(GAZETTEER)
    counts = sl.spark.count(news, m)
    assert counts.columns == ["concept", "matches", "documents"]
    assert not any(field.nullable for field in counts.schema)
    expected = m.count(TEXTS * 40, frame="pandas")
    assert [tuple(row) for row in counts.collect()] == list(expected.itertuples(False, None))


def test_contains_keeps_all_columns(news, small_batches):
    marked = sl.spark.contains(news, GAZETTEER)
    assert marked.schema[:2] == news.schema[:2]
    assert marked.schema["contains"].simpleString() == "contains:boolean"
    assert not marked.schema["contains"].nullable
    expected = sl.PhraseMatcher(GAZETTEER).contains(TEXTS * 40)
    assert {row.id: (row.text, row.contains) for row in marked.collect()} == {
        number: (text, found)
        for number, (text, found) in enumerate(zip(TEXTS * 40, expected, strict=True))
    }


def test_what_is_asked_of_the_matches_runs_on_them(news):
    tags = sl.spark.tag(news, GAZETTEER, id="id", columns=["text"])
    cut = tags.selectExpr("substring(text, start + 1, end - start) as found", "phrase").distinct()
    assert {row.found for row in cut.collect()} == {
        *("NATO", "OTAN", "НАТО", "北约", "EU", "European Union", "中国")
    }


# -- The processes --------------------------------------------------------------------------------


def test_each_worker_process_builds_one_matcher(spark, news, small_batches, tmp_path, monkeypatch):
    sent = []
    context = type(spark.sparkContext)
    broadcast = context.broadcast

    def noted(self, value):
        sent.append(value)
        return broadcast(self, value)

    monkeypatch.setattr(context, "broadcast", noted)
    gaz = TracedGazetteer.of(
        sl.Gazetteer.from_dict({"test": {"once": ["NATO", "China"]}}), tmp_path
    )
    for _ in range(2):  # A gazetteer equal to one before is neither sent nor built again.
        assert sl.spark.tag(news, gaz, id="id").count() == 40
        assert sl.spark.count(news, gaz).collect()[0].matches == 40
        assert sl.spark.contains(news, gaz).where("contains").count() == 40
    assert len(sent) == 1

    traces = unpacked_in(tmp_path)
    # A worker's parent is the daemon that forked it, whose parent is the executor.
    executors = {trace[2] for trace in traces}
    assert len(executors) == 2
    assert set(traces.values()) == {1}
    # One core each: a job that has ended may leave a second process, but no more.
    assert 2 <= len(traces) <= 4


def test_a_worker_with_another_slugline_says_so(news, monkeypatch):
    monkeypatch.setattr("slugline.spark.__version__", "0.0.1")
    tags = sl.spark.tag(news, GAZETTEER)
    with pytest.raises(Exception, match=r"this worker has slugline .*, and the driver 0\.0\.1"):
        tags.collect()


# -- Columns --------------------------------------------------------------------------------------


def test_the_schema_of_matches(spark):
    df = spark.createDataFrame([("NATO", 3)], "text string, n bigint not null")
    tags = sl.spark.tag(df, GAZETTEER, id="n", columns=["text"])
    fields = [(f.name, f.dataType.simpleString(), f.nullable) for f in tags.schema]
    assert fields == [
        ("id", "bigint", False),
        ("text", "string", True),
        ("start", "int", False),
        ("end", "int", False),
        ("phrase", "string", False),
        ("concept", "string", False),
    ]
    assert tags.collect() == [(3, "NATO", 0, 4, "NATO", "org/NATO")]
    assert sl.spark.tag(df, GAZETTEER).columns == ["start", "end", "phrase", "concept"]


TYPES = {
    "timestamp": dt.datetime(2026, 3, 29, 2, 30),
    "timestamp_ntz": dt.datetime(1969, 12, 31, 23, 59, 59, 999999),
    "date": dt.date(1066, 10, 14),
    "decimal(38,18)": decimal.Decimal("12345678901234567890.123456789012345678"),
    "binary": b"\x00\xff",
    "array<string>": ["a", None, "ü"],
    "struct<a:int,b:array<struct<c:double>>>": (1, [(1.5,)]),
    "map<string,array<int>>": {"k": [1, None]},
    "boolean": True,
    "tinyint": -128,
    "float": 0.25,
    "interval day to second": dt.timedelta(days=1, microseconds=1),
    "string": "’“ ”",
}


def test_columns_of_any_type_are_carried_along(spark):
    names = [f"c{at}" for at in range(len(TYPES))]
    schema = ", ".join(f"{name} {kind}" for name, kind in zip(names, TYPES, strict=True))
    full = ("NATO, NATO", *TYPES.values())
    empty = ("EU", *[None] * len(TYPES))
    df = spark.createDataFrame([full, empty], f"text string, {schema}")
    carried = [row[1:] for row in df.collect()]
    tags = sl.spark.tag(df, GAZETTEER, columns=names)
    assert tags.schema[: len(names)] == df.schema[1:]
    found = tags.orderBy("concept", "start").collect()
    assert [tuple(row[: len(names)]) for row in found] == [carried[1], carried[0], carried[0]]
    marked = sl.spark.contains(df, GAZETTEER)
    assert sorted(row.contains for row in marked.collect()) == [True, True]


def test_a_type_that_spark_does_not_hand_to_python_is_told_at_once(spark):
    df = spark.sql("select 'NATO' as text, 1 as n, interval '1' month as `per month`")
    with pytest.raises(TypeError, match=r"'per month' cannot be carried along.* interval month"):
        sl.spark.contains(df, GAZETTEER)
    with pytest.raises(TypeError, match="'per month'"):
        sl.spark.tag(df, GAZETTEER, columns=["n", "per month"])
    assert sl.spark.tag(df, GAZETTEER, columns=["n"]).count() == 1


HOSTILE = ["a.b", "back`tick", "текст", " space ", "本文", "", "select", "*", "0", "1", 'q"uote']


@pytest.mark.parametrize("text", ["a.b", "back`tick", "", "1"])
def test_columns_may_be_called_anything(spark, text):
    at = HOSTILE.index(text)
    row = [f"v{n}" for n in range(len(HOSTILE))]
    row[at] = "the EU"
    types = spark.createDataFrame([row], [f"_{n}" for n in range(len(HOSTILE))])
    df = types.toDF(*HOSTILE)
    others = [name for name in HOSTILE if name != text]
    tags = sl.spark.tag(df, GAZETTEER, text=text, id=others[0], columns=others[1:])
    assert tags.columns == ["id", *others[1:], "start", "end", "phrase", "concept"]
    values = [value for value in row if value != "the EU"]
    assert [tuple(one) for one in tags.collect()] == [(*values, 4, 6, "EU", "org/EU")]
    marked = sl.spark.contains(df, GAZETTEER, text=text, column="new.`name`")
    assert marked.columns == [*HOSTILE, "new.`name`"]
    assert [tuple(one) for one in marked.collect()] == [(*row, True)]
    assert sl.spark.count(df, GAZETTEER, text=text).collect() == [("org/EU", 1, 1)]


def test_columns_of_one_name_matter_only_where_they_are_asked_for(spark):
    df = spark.sql("select 'the EU' as text, 1 as n, 2 as n")
    marked = sl.spark.contains(df, GAZETTEER)
    assert marked.columns == ["text", "n", "n", "contains"]
    assert [tuple(row) for row in marked.collect()] == [("the EU", 1, 2, True)]
    with pytest.raises(ValueError, match="df has 2 columns 'n'"):
        sl.spark.tag(df, GAZETTEER, id="n")


def test_an_empty_frame_and_one_of_nulls_have_no_matches(spark):
    nothing = spark.createDataFrame([], "id int, text string")
    nulls = spark.createDataFrame([(1, None), (2, None)], "id int, text string")
    for df in (nothing, nulls):
        assert sl.spark.tag(df, GAZETTEER, id="id").collect() == []
        assert sl.spark.count(df, GAZETTEER).collect() == []
        assert {row.contains for row in sl.spark.contains(df, GAZETTEER).collect()} <= {False}
    assert sl.spark.contains(nulls, GAZETTEER).count() == 2


def test_long_rows_with_many_matches_are_carried_in_parts(spark):
    # 3,000 matches that each carry the whole text of 120 KB: 360 MB, which no batch may be.
    df = spark.createDataFrame(
        [("NATO filler of some length, 40 bytes... " * 3000,)], "text string"
    )
    tags = sl.spark.tag(df, GAZETTEER, columns=["text"])
    summed = tags.selectExpr("count(*)", "sum(length(text))", "max(start)").collect()[0]
    assert tuple(summed) == (3000, 3000 * 120_000, 2999 * 40)


def test_large_arrow_types_are_taken_as_well(spark, news):
    name = "spark.sql.execution.arrow.useLargeVarTypes"
    spark.conf.set(name, "true")
    try:
        tags = sl.spark.tag(news, GAZETTEER, id="id", columns=["text"])
        assert tags.count() == len(on_one_machine(GAZETTEER, TEXTS * 40))
        assert sl.spark.count(news, GAZETTEER).count() == 3
        assert sl.spark.contains(news, GAZETTEER).where("contains").count() == 160
    finally:
        spark.conf.unset(name)


# -- Bad input ------------------------------------------------------------------------------------


def test_texts_that_are_no_utf8_fail_the_job_or_are_replaced(spark):
    sql = "select 7 as id, cast(X'4e41544f20ff20eda0802045550a' as string) as text"
    bad = spark.sql(sql)
    for job in (sl.spark.tag, sl.spark.count, sl.spark.contains):
        with pytest.raises(
            Exception, match=r"a text of column 'text' is not valid UTF-8 at byte 5"
        ):
            job(bad, GAZETTEER).collect()
    tags = sl.spark.tag(bad, GAZETTEER, id="id", errors="replace", columns=["text"])
    valid = bad.selectExpr("make_valid_utf8(text) as text").collect()[0].text
    found = tags.drop("text").collect()
    assert [tuple(row) for row in found] == [
        (7, 0, 4, "NATO", "org/NATO"),
        (7, valid.index("EU"), valid.index("EU") + 2, "EU", "org/EU"),
    ]
    assert sl.spark.count(bad, GAZETTEER, errors="replace").count() == 2
    # What is carried along stays as it was.
    marked = sl.spark.contains(bad, GAZETTEER, errors="replace")
    assert marked.columns == ["id", "text", "contains"]
    assert marked.selectExpr("hex(text)", "contains").collect() == [
        ("4E41544F20FF20EDA0802045550A", True)
    ]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda s, df: s.tag(df, GAZETTEER, text="body"),
            ValueError,
            "no column 'body'; there are",
        ),
        (lambda s, df: s.count(df, GAZETTEER, text="body"), ValueError, "no column 'body'"),
        (lambda s, df: s.contains(df, GAZETTEER, text="body"), ValueError, "no column 'body'"),
        (lambda s, df: s.tag(df, GAZETTEER, id="url"), ValueError, "no column 'url'"),
        (lambda s, df: s.tag(df, GAZETTEER, columns="id"), TypeError, "columns must be a list"),
        (lambda s, df: s.tag(df, GAZETTEER, columns=["start"]), ValueError, "no column 'start'"),
        (lambda s, df: s.tag(df, GAZETTEER, columns=["id", "id"]), ValueError, "stand twice"),
        (
            lambda s, df: s.tag(df.withColumnRenamed("id", "End"), GAZETTEER, columns=["End"]),
            ValueError,
            "column 'end' would stand twice",
        ),
        (lambda s, df: s.tag(df, GAZETTEER, text="id"), TypeError, "column 'id' is int"),
        (lambda s, df: s.count(df, GAZETTEER, text="id"), TypeError, "column 'id' is int"),
        (lambda s, df: s.tag(df, GAZETTEER, overlap="most"), ValueError, "overlap must be one of"),
        (lambda s, df: s.tag(df, GAZETTEER, offsets="word"), ValueError, "offsets must be one of"),
        (lambda s, df: s.contains(df, GAZETTEER, errors="skip"), ValueError, "errors must be one"),
        (lambda s, df: s.count(df, GAZETTEER, by="text"), ValueError, "by must be one of"),
        (lambda s, df: s.count(df, GAZETTEER, level=0), ValueError, "level must be at least 1"),
        (lambda s, df: s.count(df, GAZETTEER, level="1"), TypeError, "level must be a whole"),
        (
            lambda s, df: s.contains(df, GAZETTEER, column="ID"),
            ValueError,
            "'ID' would stand twice",
        ),
        (lambda s, df: s.contains(df, GAZETTEER, column=None), TypeError, "column must be a name"),
        (lambda s, df: s.tag(df, "NATO"), TypeError, "needs a Gazetteer, a dict or a list"),
        (lambda s, df: s.tag(df, {"org": {"NATO": [""]}}), ValueError, "phrase"),
        (lambda s, df: s.tag(df.toPandas(), GAZETTEER), TypeError, "df must be a DataFrame of pys"),
    ],
)
def test_mistakes_are_told_before_any_job(spark, call, error, message):
    df = spark.createDataFrame([(1, "NATO")], "id int, text string")
    with pytest.raises(error, match=message):
        call(sl.spark, df)


# -- Streams --------------------------------------------------------------------------------------


def test_a_stream_is_tagged_file_by_file_and_goes_on_where_it_stopped(spark, tmp_path):
    incoming, tags, marked = (str(tmp_path / name) for name in ("news", "tags", "marked"))
    schema = "id int, text string, `at.utc` timestamp"
    m = sl.PhraseMatcher(GAZETTEER)

    def arrive(first, last):
        rows = [(n, TEXTS[n % len(TEXTS)], dt.datetime(2026, 1, 1)) for n in range(first, last)]
        spark.createDataFrame(rows, schema).repartition(3).write.mode("append").parquet(incoming)

    def run():
        stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 2).parquet(incoming)
        jobs = {
            tags: sl.spark.tag(stream, m, id="id", columns=["at.utc"]),
            marked: sl.spark.contains(stream, m),
        }
        for out, df in jobs.items():
            assert df.isStreaming
            writer = df.writeStream.format("parquet").option("checkpointLocation", f"{out}.state")
            query = writer.trigger(availableNow=True).start(out)
            assert query.awaitTermination(100)
            assert query.exception() is None

    for first, last in [(0, 60), (60, 90)]:
        arrive(first, last)
        run()
        texts = [TEXTS[n % len(TEXTS)] for n in range(last)]
        written = spark.read.parquet(tags)
        assert written.columns == ["id", "at.utc", "start", "end", "phrase", "concept"]
        assert rows(written.drop("at.utc")) == on_one_machine(GAZETTEER, texts)
        found = {row.id: row.contains for row in spark.read.parquet(marked).collect()}
        assert [found[n] for n in range(last)] == m.contains(texts)


def test_counts_of_a_stream_are_running_totals(spark, tmp_path):
    incoming = str(tmp_path / "news")
    seen = {}

    def keep(counts, number):
        seen[number] = rows(counts)

    for text in ("NATO, NATO", "NATO and China"):
        df = spark.createDataFrame([(text,)], "text string").coalesce(1)
        df.write.mode("append").parquet(incoming)
    stream = (
        spark.readStream.schema("text string").option("maxFilesPerTrigger", 1).parquet(incoming)
    )
    query = (
        sl.spark.count(stream, GAZETTEER)
        .writeStream.outputMode("complete")
        .option("checkpointLocation", str(tmp_path / "state"))
        .trigger(availableNow=True)
        .foreachBatch(keep)
        .start()
    )
    assert query.awaitTermination(100)
    assert seen[0] in ([("org/NATO", 2, 1)], [("org/NATO", 1, 1), ("place/China", 1, 1)])
    assert seen[1] == [("org/NATO", 3, 2), ("place/China", 1, 1)]


def test_a_watermark_goes_along_with_its_column(spark, tmp_path):
    from pyspark.sql.functions import window

    incoming = str(tmp_path / "news")
    rows = [(dt.datetime(2026, 1, day), "NATO, EU") for day in (1, 1, 2, 9)]
    spark.createDataFrame(rows, "at timestamp, text string").write.parquet(incoming)
    stream = spark.readStream.schema("at timestamp, text string").parquet(incoming)
    tags = sl.spark.tag(stream.withWatermark("at", "1 hour"), ["NATO"], columns=["at"])
    counts = tags.groupBy(window("at", "1 day"), "concept").count()
    writer = counts.writeStream.outputMode("append").format("memory").queryName("days_of_matches")
    query = writer.trigger(availableNow=True).start()
    assert query.awaitTermination(100)
    # Without a watermark it would be an error; the last day is not over yet.
    days = spark.table("days_of_matches").orderBy("window.start").select("concept", "count")
    assert list(map(tuple, days.collect())) == [("NATO", 2), ("NATO", 1)]


# -- The guide ------------------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "clusters.md"
BLOCK = re.compile(r"```(python|text)\n((?:(?!```).)*)```", re.DOTALL)


def test_the_guide_shows_what_comes_out(spark, tmp_path, capsys):
    part = PAGE.read_text("utf-8").split("\n## Spark\n")[1].split("\n## ")[0]
    names = {"spark": spark}
    kinds = []
    for kind, block in BLOCK.findall(part):
        kinds.append(kind)
        if kind == "text":
            assert capsys.readouterr().out == block
        elif "incoming/" in block:
            names["news"].write.parquet(f"{tmp_path}/incoming/")
            for folder in ("incoming/", "tags.state", "tags/"):
                block = block.replace(f'"{folder}"', repr(f"{tmp_path}/{folder}"))
            exec(block, names)
            for query in spark.streams.active:
                assert query.awaitTermination(100)
            assert spark.read.parquet(f"{tmp_path}/tags/").count() == 3
        else:
            exec(block, names)
    assert kinds == ["python", "text", "python"]
