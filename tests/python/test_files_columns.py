"""Columns as files really have them: types, nulls, and what is bad in several of them at once."""

import json

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

import slugline as sl

NOT_UTF8 = pa.Array.from_buffers(
    pa.string(), 3, pa.array([b"NATO", b"\xff EU", b"EU"], pa.binary()).buffers()
)


def run(inputs, output, **options):
    return sl.tag_files(["NATO", "EU", "北约"], inputs, output, **{"progress": None, **options})


def lines(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def arrow_file(path, table):
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table)
    return path


@pytest.mark.parametrize("empty", [b"", b"\n\n", b"no JSON\n"])
def test_a_first_file_without_records_tells_nothing_and_stops_nothing(tmp_path, empty):
    (tmp_path / "a.jsonl").write_bytes(empty)
    lines(tmp_path / "b.jsonl", {"n": 5, "text": "NATO"})
    run(tmp_path / "*.jsonl", tmp_path / "o", id="n")
    assert [row["id"] for row in pq.read_table(tmp_path / "o").to_pylist()] == [5]


def test_text_files_can_be_counted_alone(tmp_path):
    (tmp_path / "texts").mkdir()
    for name in ("a.txt", "b.txt"):
        (tmp_path / "texts" / name).write_text("NATO, NATO")
    run(tmp_path / "texts", tmp_path / "o", table="counts")
    assert pq.read_table(tmp_path / "o").to_pylist() == [
        {"concept": "NATO", "matches": 4, "documents": 2}
    ]


def test_names_of_parts_are_no_longer_than_file_systems_allow(tmp_path):
    given = lines(tmp_path / ("北" * 80 + ".jsonl"), {"text": "北约"})
    report = run(given, tmp_path / "o")
    assert (report.matches, report.complete) == (1, True)
    (part,) = (tmp_path / "o").glob("*.parquet")
    assert part.name == f"part-00000-{'北' * 40}.parquet"


@pytest.mark.parametrize(
    ("ids", "read"),
    [
        ([2**63, 2**64 - 1, 7], ["9223372036854775808", "18446744073709551615", "7"]),
        ([2**53 + 1, 0.5], ["9007199254740993", "0.5"]),
        ([1, 0.5, None], [1.0, 0.5, None]),
        ([2**53 + 1, None], [2**53 + 1, None]),
    ],
)
def test_numbers_that_no_type_holds_are_text(tmp_path, ids, read):
    given = lines(tmp_path / "a.jsonl", *({"n": one, "text": "NATO"} for one in ids))
    assert run(given, tmp_path / "o", id="n").bad == {}
    assert pq.read_table(tmp_path / "o")["id"].to_pylist() == read


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": "tags"}, "'tags' is an array, not text"),
        ({"text": "meta"}, "'meta' is an object: name what is in it, as meta.lang"),
        ({"text": "n"}, "column 'n' is int64, not text"),
    ],
)
def test_json_that_is_no_text_is_an_error_at_once(tmp_path, options, said):
    given = lines(
        tmp_path / "a.jsonl", {"text": "NATO", "n": 1, "tags": ["a"], "meta": {"lang": "en"}}
    )
    with pytest.raises(ValueError, match=said):
        run(given, tmp_path / "o", **options)


def test_arrays_and_objects_go_along_as_json(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"text": "NATO", "tags": ["a", "б"], "meta": {"n": 1.0}}\n'
        '{"text": "EU", "tags": "c", "meta": null}\n'
    )
    assert run(tmp_path / "a.jsonl", tmp_path / "o", columns=["tags", "meta"]).bad == {}
    found = pq.read_table(tmp_path / "o").select(["tags", "meta"]).to_pylist()
    assert found == [{"tags": '["a", "б"]', "meta": '{"n": 1.0}'}, {"tags": "c", "meta": None}]


def test_texts_that_are_numbers_and_types_that_parquet_has_not_are_errors_at_once(tmp_path):
    pq.write_table(pa.table({"text": [1, 2]}), tmp_path / "a.parquet")
    with pytest.raises(ValueError, match=r"a\.parquet: column 'text' is int64, not text"):
        run(tmp_path / "a.parquet", tmp_path / "o")
    months = pa.array([pa.MonthDayNano([1, 2, 3])])
    arrow_file(tmp_path / "b.arrow", pa.table({"text": ["NATO"], "time": months}))
    with pytest.raises(ValueError, match="column 'time' is month_day_nano_interval, which cannot"):
        run(tmp_path / "b.arrow", tmp_path / "p", columns=["time"])
    assert run(tmp_path / "b.arrow", tmp_path / "q").matches == 1


@pytest.mark.parametrize("kind", [pa.large_binary(), pa.binary_view(), pa.string_view()])
def test_texts_and_ids_of_every_kind_of_column(tmp_path, kind):
    column = pa.array(["NATO", "nobody", "the EU"]).cast(pa.binary()).cast(kind)
    arrow_file(tmp_path / "a.arrow", pa.table({"text": column, "x": column}))
    run(tmp_path / "a.arrow", tmp_path / "o", id="x")
    found = pq.read_table(tmp_path / "o")
    assert [row["start"] for row in found.to_pylist()] == [0, 4]
    binary = kind != pa.string_view()
    assert found["id"].to_pylist() == ([b"NATO", b"the EU"] if binary else ["NATO", "the EU"])


@pytest.mark.parametrize("column", [NOT_UTF8, NOT_UTF8.dictionary_encode()])
def test_dictionaries_and_ids_that_are_not_utf8(tmp_path, column):
    good = pa.array(["NATO"] * 3)
    for text, id in [(column, good), (good, column)]:
        pq.write_table(pa.table({"text": text, "id": id}), tmp_path / "a.parquet")
        name = f"{text is column}"
        report = run(tmp_path / "a.parquet", tmp_path / name, id="id")
        assert report.bad == {"not UTF-8": 1}
        assert [row["doc"] for row in pq.read_table(tmp_path / name).to_pylist()] == [0, 2]
        report = run(tmp_path / "a.parquet", tmp_path / f"{name}-r", id="id", errors="replace")
        assert report.bad == {}
        rows = pq.read_table(tmp_path / f"{name}-r").to_pylist()
        assert [row["doc"] for row in rows] == [0, 1, 2]
        assert rows[1]["id"] == ("NATO" if text is column else "\ufffd EU")


def test_a_record_that_is_bad_in_two_columns_is_one_bad_record_without_matches(tmp_path):
    texts = pa.table({"title": NOT_UTF8, "text": NOT_UTF8, "lead": ["NATO"] * 3})
    pq.write_table(texts, tmp_path / "a.parquet")
    report = run(tmp_path / "a.parquet", tmp_path / "o", text=["lead", "title", "text"])
    assert (report.rows, report.nulls, report.bad) == (3, 0, {"not UTF-8": 1})
    found = pq.read_table(tmp_path / "o").to_pylist()
    assert [row["doc"] for row in found] == [0, 0, 0, 2, 2, 2]
    typed = lines(tmp_path / "b.jsonl", {"a": 1, "b": 2, "text": "NATO"})
    lines(tmp_path / "c.jsonl", {"a": "x", "b": "y", "text": "NATO"}, {"text": None})
    (tmp_path / "c.csv").write_text("a,b,text\nx,y,NATO\n1,2,EU\n")
    report = run(
        [typed, tmp_path / "c.jsonl", tmp_path / "c.csv"], tmp_path / "p", id="a", columns=["b"]
    )
    assert (report.rows, report.nulls, report.bad) == (5, 1, {"wrong type": 2})


def test_bad_records_are_not_counted_as_good_ones_without_text(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "NATO"}\nno JSON\n{"text": null}\n')
    report = run(tmp_path / "a.jsonl", tmp_path / "o")
    assert (report.rows, report.nulls, report.bad) == (3, 1, {"not JSON": 1})


@pytest.mark.parametrize("separator", ['"', "\n", "é", ""])
def test_separators_that_cannot_be(tmp_path, separator):
    (tmp_path / "a.csv").write_text("text\nNATO\n")
    with pytest.raises(ValueError, match="separator must be one ASCII character"):
        run(tmp_path / "a.csv", tmp_path / "o", separator=separator)


def test_a_damaged_schema_is_a_problem_of_its_file(tmp_path):
    arrow_file(tmp_path / "a.arrow", pa.table({"text": ["NATO"]}))
    arrow_file(tmp_path / "b.arrow", pa.table({"text": ["NATO"], "Ünsinn": [1]}))
    content = (tmp_path / "b.arrow").read_bytes()
    (tmp_path / "b.arrow").write_bytes(content.replace("Ü".encode(), b"\xff\xff"))
    report = run(tmp_path / "*.arrow", tmp_path / "o")
    assert report.matches == 1
    (problem,) = report.problems
    assert (problem.status, problem.reason) == ("unread", "file is damaged")
    assert "can't decode" in problem.detail
