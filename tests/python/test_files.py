"""`tag_files`: every format, several columns, other places, and what stands in the parts."""

import bz2
import csv
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.fs
import pyarrow.parquet as pq
import pytest

import slugline as sl

GAZETTEER = {
    "org": {"NATO": ["NATO", "НАТО", "北约"], "EU": ["European Union", "EU", "Євросоюз"]},
    "narrative": {"color-revolution": ["colour revolution*", "color revolution*", "颜色革命"]},
}
RECORDS = [
    {
        "url": "https://a.example/1",
        "title": "NATO meets",
        "text": "The EU and NATO met, “quietly”.",
    },
    {"url": "https://b.example/2", "title": "Євросоюз", "text": "НАТО\r\nй Євросоюз"},
    {"url": "https://c.example/3", "title": None, "text": "警惕“颜色革命”，北约东扩"},
    {"url": "https://d.example/4", "title": "nothing", "text": "nobody, nowhere"},
    {"url": "https://e.example/5", "title": "", "text": ""},
    {"url": "https://f.example/6", "title": "EU", "text": None},
    {
        "url": "https://g.example/7",
        "title": "x",
        "text": 'Fears of "COLOUR  REVOLUTIONS"; NATO, EU',
    },
]
for number, record in enumerate(RECORDS):
    record["number"] = number * 10
    record["meta"] = {"lang": ["en", "uk", "zh", "en", "", "en", "en"][number], "score": number / 4}


@pytest.fixture(scope="module")
def m():
    gazetteer = sl.Gazetteer()
    for branch, concepts in GAZETTEER.items():
        for name, phrases in concepts.items():
            for phrase in phrases:
                gazetteer.add(phrase, f"{branch}/{name}", glob="*" in phrase)
    return sl.PhraseMatcher(gazetteer)


def json_lines(records=RECORDS):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def table():
    return pa.Table.from_pylist(RECORDS)


def delimited(separator):
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=separator)
    names = ["url", "title", "text", "number"]
    writer.writerow(names)
    for record in RECORDS:
        writer.writerow([record[name] for name in names])
    return sink.getvalue().encode()


def write_parquet(path):
    pq.write_table(table(), path, row_group_size=3)


def write_stream(path):
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table().schema) as writer:
        for batch in table().to_batches(max_chunksize=2):
            writer.write_batch(batch)


def zstd_file(path):
    with pa.CompressedOutputStream(str(path), "zstd") as stream:
        stream.write(json_lines())


FORMATS = {
    "news.parquet": write_parquet,
    "news.arrow": lambda path: pa.feather.write_feather(table(), str(path), compression="lz4"),
    "news.arrows": write_stream,
    "news.jsonl": lambda path: path.write_bytes(json_lines()),
    "news.ndjson": lambda path: path.write_bytes(b"\xef\xbb\xbf" + json_lines()[:-1]),
    "news.jsonl.gz": lambda path: path.write_bytes(gzip.compress(json_lines())),
    "news.jsonl.bz2": lambda path: path.write_bytes(bz2.compress(json_lines())),
    "news.jsonl.xz": lambda path: path.write_bytes(lzma.compress(json_lines())),
    "news.jsonl.zst": zstd_file,
    "news.csv": lambda path: path.write_bytes(delimited(",")),
    "news.csv.gz": lambda path: path.write_bytes(gzip.compress(delimited(","))),
    "news.tsv": lambda path: path.write_bytes(delimited("\t")),
}


def rows_of(folder):
    return pq.read_table(folder).to_pylist()


def expected(m, column="text", **options):
    """The same by `tag`, on lists."""
    matches = m.tag(
        [record[column] for record in RECORDS], ids=[record["url"] for record in RECORDS], **options
    )
    return pa.table(matches).to_pylist()


def run(m, inputs, output, **options):
    return sl.tag_files(m, inputs, output, **{"progress": None, **options})


@pytest.mark.parametrize("name", FORMATS)
def test_formats_give_what_tag_gives(m, tmp_path, name):
    FORMATS[name](tmp_path / name)
    report = run(m, tmp_path / name, tmp_path / "tags", id="url")
    assert rows_of(tmp_path / "tags") == expected(m)
    assert (report.rows, report.files, report.parts) == (7, 1, 1)
    assert report.matches == len(expected(m)) == 9
    assert report.bytes == sum(len((record["text"] or "").encode()) for record in RECORDS)
    assert report.bad == {}
    assert report.problems == []
    assert report.complete
    assert report.nulls == (2 if "sv" in name else 1)  # Unquoted, nothing is null.


@pytest.mark.parametrize("name", [name for name in FORMATS if "sv" not in name])
def test_nested_columns_and_types_that_go_along(m, tmp_path, name):
    FORMATS[name](tmp_path / name)
    columns = ["meta.lang", "meta.score", "url"]
    run(m, tmp_path / name, tmp_path / "tags", id="number", columns=columns)
    found = pq.read_table(tmp_path / "tags")
    assert found.schema.names == ["id", "doc", "start", "end", "phrase", "concept", *columns]
    assert found.schema.field("id").type == pa.int64()
    assert found.schema.field("meta.score").type == pa.float64()
    for row in found.to_pylist():
        record = RECORDS[row["doc"]]
        assert row["id"] == record["number"]
        assert row["meta.lang"] == record["meta"]["lang"]
        assert row["meta.score"] == record["meta"]["score"]
        assert row["url"] == record["url"]


@pytest.mark.parametrize("name", ["news.parquet", "news.jsonl", "news.csv", "news.arrow"])
def test_several_columns_of_texts(m, tmp_path, name):
    FORMATS[name](tmp_path / name)
    run(m, tmp_path / name, tmp_path / "tags", text=["title", "text"], id="url")
    found = rows_of(tmp_path / "tags")
    wanted = [row | {"field": "title"} for row in expected(m, "title")]
    wanted += [row | {"field": "text"} for row in expected(m)]
    wanted.sort(key=lambda row: row["doc"])  # Stable: the title comes first.
    assert found == wanted
    assert list(found[0]) == ["id", "doc", "field", "start", "end", "phrase", "concept"]


def test_a_nested_column_of_texts(m, tmp_path):
    records = [
        {"article": {"body": {"main": "NATO"}}},
        {"article": None},
        {"article": {"body": {}}},
    ]
    (tmp_path / "a.jsonl").write_bytes(json_lines(records))
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "b.parquet")
    report = run(
        m, [tmp_path / "a.jsonl", tmp_path / "b.parquet"], tmp_path / "o", text="article.body.main"
    )
    assert [(row["doc"], row["concept"]) for row in rows_of(tmp_path / "o")] == [
        (0, "org/NATO")
    ] * 2
    assert (report.rows, report.nulls) == (6, 4)


def test_text_files_are_one_record_each(m, tmp_path):
    folder = tmp_path / "texts"
    for name, content in {
        "a.txt": b"NATO",
        "sub/b.txt": b"\xef\xbb\xbf" + "НАТО".encode(),
        "c.txt": b"\xff\xfe not UTF-8, NATO",
        "d.txt": b"",
        ".hidden.txt": b"NATO",
        "_apart/e.txt": b"NATO",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    report = run(m, folder, tmp_path / "tags")
    assert [
        (Path(row["id"]).name, row["start"], row["end"]) for row in rows_of(tmp_path / "tags")
    ] == [
        ("a.txt", 0, 4),
        ("b.txt", 0, 4),
    ]
    assert report.bad == {"not UTF-8": 1}
    assert (report.files, report.rows, report.parts) == (4, 4, 1)
    (bad,) = (tmp_path / "tags/_slugline/bad").iterdir()
    told = json.loads(bad.read_text())
    assert told["record"].endswith("not UTF-8, NATO")
    assert told["detail"] == "text is not UTF-8 at byte 0"


def test_counts_alone(m, tmp_path):
    for at in range(3):
        write_parquet(tmp_path / f"news{at}.parquet")
    run(m, tmp_path / "*.parquet", tmp_path / "tags", table="counts")
    found = pd.read_parquet(tmp_path / "tags").astype({"concept": str})
    summed = found.groupby("concept")[["matches", "documents"]].sum()
    alone = m.count([record["text"] for record in RECORDS], frame="pandas").astype({"concept": str})
    wanted = alone.set_index("concept")[["matches", "documents"]] * 3
    pd.testing.assert_frame_equal(summed, wanted.loc[summed.index], check_dtype=False)
    assert len(summed) == 3


def test_counts_of_several_columns_count_a_document_once(m, tmp_path):
    write_parquet(tmp_path / "news.parquet")
    run(m, tmp_path / "news.parquet", tmp_path / "tags", table="counts", text=["title", "text"])
    found = {row["concept"]: row for row in rows_of(tmp_path / "tags")}
    assert found["org/NATO"] == {"concept": "org/NATO", "matches": 5, "documents": 4}
    assert found["org/EU"]["documents"] == 4


def test_counts_by_document(m, tmp_path):
    write_parquet(tmp_path / "news.parquet")
    run(
        m,
        tmp_path / "news.parquet",
        tmp_path / "tags",
        table="documents",
        id="url",
        columns=["number"],
    )
    matrix = m.matrix([record["text"] for record in RECORDS]).toarray()
    found = np.zeros_like(matrix)
    for row in rows_of(tmp_path / "tags"):
        found[row["doc"], m.concepts.index(row["concept"])] = row["matches"]
        assert row["number"] == RECORDS[row["doc"]]["number"]
        assert row["id"] == RECORDS[row["doc"]]["url"]
    assert (found == matrix).all()


def test_a_part_for_each_file_with_its_origin(m, tmp_path):
    (tmp_path / "news/year=2024").mkdir(parents=True)
    write_parquet(tmp_path / "news/year=2024/a b.parquet")
    (tmp_path / "news/b.jsonl").write_bytes(json_lines())
    (tmp_path / "news/none.jsonl").write_bytes(json_lines(RECORDS[3:5]))
    (tmp_path / "news/notes.md").write_bytes(b"NATO")
    run(m, tmp_path / "news", tmp_path / "tags", id="url")
    parts = sorted(path.name for path in (tmp_path / "tags").glob("*.parquet"))
    assert parts == ["part-00000-b.parquet", "part-00001-none.parquet", "part-00002-a-b.parquet"]
    schema = pq.read_schema(tmp_path / "tags" / parts[2])
    assert schema.metadata[b"slugline.input"].endswith(b"news/year=2024/a b.parquet")
    assert schema.metadata[b"slugline.gazetteer"].decode() == m.gazetteer.version
    assert json.loads(schema.metadata[b"slugline.options"])["overlap"] == "longest"
    assert pa.types.is_dictionary(schema.field("concept").type)
    assert pq.read_table(tmp_path / "tags" / parts[1]).num_rows == 0
    assert pq.read_schema(tmp_path / "tags" / parts[1]).equals(schema)


def test_parts_are_read_by_other_libraries(m, tmp_path):
    write_parquet(tmp_path / "news.parquet")
    run(m, tmp_path / "news.parquet", tmp_path / "tags", id="url")
    assert pl.scan_parquet(tmp_path / "tags/*.parquet").collect().height == 9
    duckdb = pytest.importorskip("duckdb")
    query = f"select concept, count(*) from '{tmp_path}/tags/*.parquet' group by 1 order by 1"
    assert duckdb.sql(query).fetchall() == [
        ("narrative/color-revolution", 2),
        ("org/EU", 3),
        ("org/NATO", 4),
    ]


def test_options_are_those_of_tag(m, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_lines([{"text": "𝔘 European Union"}]))
    got = {
        offsets: rows_of(tmp_path / f"o-{offsets}")[0]["start"]
        for offsets in ("char", "byte", "utf16")
        if run(m, tmp_path / "a.jsonl", tmp_path / f"o-{offsets}", offsets=offsets)
    }
    assert got == {"char": 2, "byte": 5, "utf16": 3}


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl", "a.csv"])
def test_text_that_is_not_utf8_is_bad_or_replaced(m, tmp_path, name):
    texts = [b"NATO", b"\xff NATO", b"EU"]
    match name:
        case "a.parquet":
            pq.write_table(pa.table({"text": pa.array(texts, pa.binary())}), tmp_path / name)
        case "a.jsonl":
            (tmp_path / name).write_bytes(b"".join(b'{"text": "%b"}\n' % text for text in texts))
        case _:
            (tmp_path / name).write_bytes(b"text\n" + b"".join(b"%b\n" % text for text in texts))
    report = run(m, tmp_path / name, tmp_path / "o")
    assert [row["doc"] for row in rows_of(tmp_path / "o")] == [0, 2]
    assert report.bad == {"not UTF-8": 1}
    report = run(m, tmp_path / name, tmp_path / "p", errors="replace")
    assert [(row["doc"], row["start"]) for row in rows_of(tmp_path / "p")] == [
        (0, 0),
        (1, 2),
        (2, 0),
    ]
    assert report.bad == {}


def test_bad_json_and_wrong_types_are_told_and_stop_nothing(m, tmp_path):
    lines = [
        b'{"url": 1, "text": "NATO"}',
        b'{"url": 2, "text": "NATO"',
        b"null",
        b"[1, 2]",
        b'{"url": 3, "text": 17}',
        b"",
        b'{"url": "four", "text": "NATO"}',
        b'{"url": 5, "text": "EU"} trailing',
        b'{"url": 6, "text": "\\ud800 NATO"}',
        b'{"url": 7}',
        b'{"url": 8, "text": "EU"}',
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(lines[:1] * 1_000 + lines))
    report = run(m, tmp_path / "a.jsonl", tmp_path / "o", id="url")
    rows = rows_of(tmp_path / "o")
    assert [(row["id"], row["doc"]) for row in rows[1_000:]] == [(1, 1_000), (8, 1_009)]
    assert report.bad == {"not JSON": 4, "not UTF-8": 1, "wrong type": 2}
    assert report.rows == 1_010
    (side,) = (tmp_path / "o/_slugline/bad").iterdir()
    told = [json.loads(line) for line in side.read_text().splitlines()]
    assert {one["row"]: one["record"] for one in told} == {
        1_000 + at - (at > 5): lines[at].decode() for at in (1, 2, 3, 4, 6, 7, 8)
    }


def test_inputs_of_several_kinds_have_one_schema(m, tmp_path):
    pq.write_table(
        pa.table({"n": pa.array([1], pa.int16()), "text": ["NATO"]}), tmp_path / "a.parquet"
    )
    (tmp_path / "b.jsonl").write_bytes(b'{"n": 2, "text": "EU"}\n{"n": "x", "text": "EU"}\n')
    (tmp_path / "c.csv").write_bytes(b"text,n\nNATO,3\nEU,\n")
    report = run(m, tmp_path / "*.*", tmp_path / "o", id="n")
    assert [row["id"] for row in rows_of(tmp_path / "o")] == [1, 2, 3, None]
    assert report.bad == {"wrong type": 1}


def test_csv_with_other_separators(m, tmp_path):
    (tmp_path / "a.csv").write_bytes('id;text\n1;„NATO, EU“\n2;"EU; ""NATO""\n"\n'.encode())
    with pytest.raises(ValueError, match=r"separated by ';'\? Say separator=';'"):
        run(m, tmp_path / "a.csv", tmp_path / "o")
    report = run(m, tmp_path / "a.csv", tmp_path / "o", separator=";", id="id")
    assert [(row["id"], row["start"]) for row in rows_of(tmp_path / "o")] == [
        ("1", 1),
        ("1", 7),
        ("2", 0),
        ("2", 5),
    ]
    assert report.bad == {}


# -- Places --------------------------------------------------------------------------------------


def test_fsspec_and_pyarrow_filesystems(m, tmp_path):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    memory.pipe("/corpus/2024/a.jsonl", json_lines())
    memory.pipe("/corpus/2025/b.jsonl.gz", gzip.compress(json_lines()))
    sink = io.BytesIO()
    pq.write_table(table(), sink)
    memory.pipe("/corpus/2025/c.parquet", sink.getvalue())
    try:
        report = run(m, "memory://corpus/*/*.*", "memory://tags", id="url")
        assert report.matches == 27
        names = sorted(path for path in memory.ls("/tags", detail=False) if "_slugline" not in path)
        assert [name.rsplit("/")[-1] for name in names] == [
            "part-00000-a.parquet",
            "part-00001-b.parquet",
            "part-00002-c.parquet",
        ]
        found = pq.read_table(pa.BufferReader(memory.cat(names[2]))).to_pylist()
        assert found == expected(m)
        again = run(m, "memory://corpus/*/*.*", "memory://tags", id="url")
        assert again.parts_before == 3
        with pytest.raises(ValueError, match="another run: overlap='all', not 'longest'"):
            run(m, "memory://corpus/*/*.*", "memory://tags", id="url", overlap="all")
        report = run(m, "/corpus/2024", tmp_path / "here", id="url", filesystem=memory)
        assert rows_of(tmp_path / "here") == expected(m)
        base = pa.fs.SubTreeFileSystem(str(tmp_path), pa.fs.LocalFileSystem())
        run(m, "/corpus/**/*.jsonl*", "sub", filesystem=memory, output_filesystem=base, id="url")
        assert pq.read_table(tmp_path / "sub").num_rows == 18
    finally:
        memory.rm("/corpus", recursive=True)
        if memory.exists("/tags"):
            memory.rm("/tags", recursive=True)


def test_globs_lists_and_folders(m, tmp_path, monkeypatch):
    for name in ("a1.jsonl", "a2.jsonl", "b[1].jsonl", "deep/er/c.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(json_lines(RECORDS[:1]))
    monkeypatch.chdir(tmp_path)
    inputs = {
        "a?.jsonl": 2,
        "**/*.jsonl": 4,
        "b[1].jsonl": 1,
        ("a1.jsonl", "a*.jsonl"): 2,
        "deep": 1,
        "deep/": 1,
        "d*": 1,
        ".": 4,
    }
    for at, (given, files) in enumerate(inputs.items()):
        given = list(given) if isinstance(given, tuple) else given
        assert run(m, given, f"out{at}").files == files, given


# -- What users get wrong ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"text": "body"}, ValueError, "no column 'body'; there are"),
        ({"id": "link"}, ValueError, "no column 'link'"),
        ({"columns": "lang"}, TypeError, "columns must be a list of names, not str"),
        ({"columns": ["doc"]}, ValueError, "column 'doc' would stand twice"),
        ({"text": []}, ValueError, "text must name at least one column"),
        ({"text": ["text", "text"]}, ValueError, "text has a column twice"),
        ({"table": "rows"}, ValueError, 'table must be one of "matches"'),
        ({"table": "counts", "id": "url"}, ValueError, "neither id nor columns"),
        ({"overlap": "most"}, ValueError, "overlap"),
        ({"offsets": "word"}, ValueError, "offsets"),
        ({"errors": "ignore"}, ValueError, "errors must be one of"),
        ({"memory": "much"}, ValueError, 'memory must be such as "512MB"'),
        ({"memory": "1MB"}, ValueError, 'memory must be at least "128MB"'),
        ({"memory": 1.5}, TypeError, "memory must be such as"),
        ({"format": "xml"}, ValueError, "format must be one of"),
        ({"separator": "--"}, ValueError, "separator must be one"),
        ({"progress": 3}, TypeError, "progress must be a bool or callable"),
        ({"filesystem": "s3"}, TypeError, "filesystem must be one of pyarrow or fsspec"),
        ({"threads": -1}, ValueError, "threads"),
        ({"id": ["url"]}, TypeError, "id must be the name of a column, not list"),
        ({"resume": "no"}, TypeError, "resume must be a bool"),
        ({"text": "titel"}, ValueError, "is 'title' meant"),
    ],
)
def test_wrong_arguments_say_so_before_anything_is_made(m, tmp_path, options, error, said):
    write_parquet(tmp_path / "news.parquet")
    with pytest.raises(error, match=said):
        run(m, tmp_path / "news.parquet", tmp_path / "tags", **options)
    assert not list((tmp_path).glob("tags/*.parquet"))


@pytest.mark.parametrize(
    ("inputs", "error", "said"),
    [
        ("none.parquet", FileNotFoundError, "there is no file or folder .*none.parquet"),
        ("*.json", FileNotFoundError, "no file to be tagged fits"),
        ("empty", FileNotFoundError, "no file to be tagged in the folder"),
        ("notes.md", ValueError, "its format is not known by its name"),
    ],
)
def test_inputs_that_lead_nowhere(m, tmp_path, inputs, error, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.md").write_text("NATO")
    with pytest.raises(error, match=said):
        run(m, str(tmp_path / inputs), tmp_path / "tags")
    assert not (tmp_path / "tags").exists()


def test_progress_and_the_report(m, tmp_path):
    for at in range(4):
        write_parquet(tmp_path / f"{at}.parquet")
    states = []
    report = run(m, tmp_path / "*.parquet", tmp_path / "tags", progress=states.append)
    last = states[-1]
    assert (last.files, last.files_total, last.rows, last.matches) == (4, 4, 28, 36)
    assert (
        last.read_bytes
        == last.total_bytes
        == sum(os.path.getsize(p) for p in tmp_path.glob("*.parquet"))
    )
    assert "28, 4 without text" in repr(report)
    assert "complete" in repr(report)
    assert "<table>" in report._repr_html_()
    kept = json.loads((tmp_path / "tags/_slugline/report.json").read_text())
    assert kept["rows"] == 28
    assert set(kept["stages"]) == {"read", "match", "write"}


def test_what_is_passed_by_is_told(m, tmp_path):
    write_parquet(tmp_path / "a.parquet")
    for name in ("b.log", "c.log", "d.docx", ".hidden", "e.txt.gz"):
        (tmp_path / name).write_bytes(b"NATO")
    report = run(m, tmp_path, tmp_path / "tags")
    assert report.passed_by == {".docx": 1, ".log": 2, ".txt.gz": 1}
    assert "2 files named *.log, of no format that is known" in repr(report)
    with pytest.raises(FileNotFoundError, match=r"those there are \*\.log; say format="):
        run(m, str(tmp_path / "*.log"), tmp_path / "logs")
    assert run(m, str(tmp_path / "*.log"), tmp_path / "logs", format="txt").matches == 2


def test_paths_are_asked_for_where_texts_were_given(m, tmp_path):
    for given in (pd.DataFrame({"text": ["NATO"]}), table(), pl.Series(["NATO"])):
        with pytest.raises(TypeError, match=r"there is PhraseMatcher\.tag"):
            run(m, given, tmp_path / "tags")
    (tmp_path / "news.jsonl").write_bytes(json_lines())
    with pytest.raises(NotADirectoryError, match="is a file"):
        run(m, tmp_path / "news.jsonl", tmp_path / "news.jsonl")


def test_uris_of_files(m, tmp_path):
    folder = tmp_path / "a b"
    folder.mkdir()
    (folder / "ä.jsonl").write_bytes(json_lines())
    run(m, (folder / "ä.jsonl").as_uri(), (folder / "o 2").as_uri(), id="url")
    assert rows_of(folder / "o 2") == expected(m)


def test_a_json_array_and_utf16_are_named_as_such(m, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(json_lines())
    (tmp_path / "b.json").write_bytes(json.dumps(RECORDS).encode())
    (tmp_path / "c.json").write_bytes(json.dumps(RECORDS, indent=1).encode())
    (tmp_path / "d.csv").write_bytes("url,text\n1,NATO\n".encode("utf-16"))
    (tmp_path / "e.jsonl").write_bytes(b"[1, 2]\n" + json_lines())
    report = run(m, tmp_path, tmp_path / "tags", id="url")
    assert [(problem.input[-6:], problem.status) for problem in report.problems] == [
        ("b.json", "unread"),
        ("c.json", "unread"),
        ("/d.csv", "unread"),
    ]
    assert "one JSON array, where an object a line is needed" in report.problems[0].detail
    assert "it is UTF-16" in report.problems[2].detail
    assert "complete, but 3 of 5 files could not be read" in repr(report)
    assert report.parts == 2
    assert report.bad == {"not JSON": 1}


def test_bad_text_files_are_named_each(m, tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_bytes(b"\xff NATO" if name > "a" else b"NATO")
    run(m, tmp_path, tmp_path / "tags")
    (side,) = (tmp_path / "tags/_slugline/bad").iterdir()
    told = [json.loads(line)["file"][-5:] for line in side.read_text().splitlines()]
    assert told == ["b.txt", "c.txt"]


def test_records_that_were_too_long_are_tried_with_more_memory(m, tmp_path):
    records = [{"text": "NATO " * 5_000_000}, {"text": "EU"}]
    (tmp_path / "a.jsonl").write_bytes(json_lines(records))
    report = run(m, tmp_path / "a.jsonl", tmp_path / "tags", memory="128MB")
    assert report.bad == {"too long": 1}
    assert run(m, tmp_path / "a.jsonl", tmp_path / "tags", memory="128MB").parts_before == 1
    report = run(m, tmp_path / "a.jsonl", tmp_path / "tags", memory="512MB")
    assert (report.bad, report.matches, report.parts_before) == ({}, 5_000_001, 0)


def test_files_of_json_may_have_some_of_the_columns(m, tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"lead": "EU", "text": "NATO", "n": 1}\n')
    (tmp_path / "b.jsonl").write_bytes(b'{"text": "NATO"}\n')
    (tmp_path / "c.jsonl").write_bytes(b'{"other": 1}\n')
    report = run(m, tmp_path, tmp_path / "tags", text=["lead", "text"], columns=["n"])
    assert report.matches == 3
    assert [problem.input[-7:] for problem in report.problems] == ["c.jsonl"]


def test_a_column_twice_in_a_csv_is_refused(m, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"text,text\nNATO,EU\n")
    report = run(m, tmp_path / "a.csv", tmp_path / "tags")
    assert "there are 2 columns 'text'" in report.problems[0].detail


def test_ctrl_c_says_what_is_done(m, tmp_path):
    write_parquet(tmp_path / "a.parquet")

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as raised:
        run(m, tmp_path / "a.parquet", tmp_path / "tags", progress=stop)
    assert "run again to go on" in raised.value.__notes__[0]


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="memory is read from /proc")
def test_long_rows_stay_within_the_budget(m, tmp_path):
    """Rows of 50 MB among short ones, in a child that `files_memory.py` measures."""
    child = Path(__file__).parent / "files_memory.py"
    done = subprocess.run(
        [sys.executable, child, tmp_path], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    print(done.stdout)
    for line in done.stdout.splitlines():
        told = json.loads(line)
        assert told["peak"] <= told["budget"], told
        assert told["matches"] == told["expected"], told
