"""The readers of files' blocks, beside Python's own json and csv."""

from __future__ import annotations

import csv
import io
import json
import threading
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slugline import _core

LONGEST = 1 << 30


def read_json(
    block: bytes, *fields: tuple[str, str], replace: bool = False
) -> tuple[list[list[Any]], list[tuple[int, int, int, str, str]], list[int]]:
    table, bad, present = _core.read_json_lines(block, fields, replace)
    columns = pa.table(table)
    columns.validate(full=True)
    assert columns.column_names == [str(position) for position in range(len(fields))]
    return [column.to_pylist() for column in columns.columns], bad, present


def read_csv(
    block: bytes, columns: int, *, last: bool = True, replace: bool = False, delimiter: str = ","
) -> tuple[list[tuple[str | None, ...]], list[tuple[int, int, int, str, str]], int]:
    wanted = list(range(columns))
    table, bad, consumed = _core.read_csv(block, columns, wanted, delimiter, last, replace, LONGEST)
    read = pa.table(table)
    read.validate(full=True)
    return list(zip(*(column.to_pylist() for column in read.columns), strict=True)), bad, consumed


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)
records = st.dictionaries(st.sampled_from(["text", "meta", "n", "x"]), json_values)


class TestJsonLines:
    def test_types_of_columns(self) -> None:
        kinds = ["text", "string", "int", "float", "bool"]
        table = _core.read_json_lines(b"{}", [("x", kind) for kind in kinds], False)[0]
        types = [pa.large_string(), pa.large_string(), pa.int64(), pa.float64(), pa.bool_()]
        assert pa.table(table).schema.types == types
        assert pa.table(table).to_pylist() == [{str(position): None for position in range(5)}]

    def test_bad_records_are_named_with_their_bytes(self) -> None:
        block = '{"text": "Überfall in Köln"}\nnull\r\n\n{"text": ["a"]}\n{"text": "a"'.encode()
        (texts,), bad, present = read_json(block, ("text", "text"))
        assert texts == ["Überfall in Köln", None, None, None]
        assert [(row, block[start:end], reason) for row, start, end, reason, _ in bad] == [
            (1, b"null", "not JSON"),
            (2, b'{"text": ["a"]}', "wrong type"),
            (3, b'{"text": "a"', "not JSON"),
        ]
        assert [detail for *_, detail in bad] == [
            "the line is not an object, column 1",
            "text is an array",
            "the line ends too early, column 13",
        ]
        assert present == [2]

    def test_lone_surrogates_and_bytes_that_are_not_utf8(self) -> None:
        block = b'{"text": "a\\ud800b"}\n{"text": "a\xffb"}'
        (texts,), bad, _ = read_json(block, ("text", "text"))
        assert texts == [None, None]
        assert [(row, reason) for row, _, _, reason, _ in bad] == [
            (0, "not UTF-8"),
            (1, "not UTF-8"),
        ]
        assert read_json(block, ("text", "text"), replace=True)[:2] == (
            [["a\ufffdb", "a\ufffdb"]],
            [],
        )

    @pytest.mark.parametrize(
        "line", [b"[" * 1_000_000, b'{"a":' * 1_000_000, b'{"a":[' * 1_000_000]
    )
    def test_depth_does_no_harm(self, line: bytes) -> None:
        outcomes = []

        def on_a_small_stack() -> None:
            outcomes.append(read_json(line + b'\n{"a": "b"}', ("a", "text")))

        before = threading.stack_size(256 * 1024)
        try:
            thread = threading.Thread(target=on_a_small_stack)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(before)
        ((texts,), bad, _) = outcomes[0]
        assert texts == [None, "b"]
        assert [reason for *_, reason, _ in bad] == ["not JSON"]

    def test_arrays_and_objects_are_carried_as_json(self) -> None:
        block = b'{"a": [1, "\\u00e9", {"b": null}]}\n{"a": {"b": [ ]} }\n{"a": "[1]"}\n'
        (texts,), bad, _ = read_json(block, ("a", "string"))
        assert texts == ['[1, "\\u00e9", {"b": null}]', '{"b": [ ]}', "[1]"]
        assert bad == []

    def test_any_bytes_like_object_will_do(self) -> None:
        block = b'{"a": "x"}'
        for same in (block, bytearray(block), memoryview(block), pa.py_buffer(block)):
            assert pa.table(_core.read_json_lines(same, [("a", "text")], False)[0]).num_rows == 1
        with pytest.raises(TypeError, match="bytes-like object is required"):
            _core.read_json_lines("{}", [("a", "text")], False)  # type: ignore[arg-type]

    def test_what_cannot_be_asked_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r'kind must be one of .*not "date"'):
            _core.read_json_lines(b"", [("a", "date")], False)
        with pytest.raises(ValueError, match="at least one field"):
            _core.read_json_lines(b"", [], False)

    @given(st.lists(records, max_size=4), st.booleans())
    @settings(max_examples=300, deadline=None)
    def test_records_are_read_as_by_json(self, written: list[dict[str, Any]], escape: bool) -> None:
        lines = [json.dumps(record, ensure_ascii=escape) for record in written]
        block = "\n".join(lines).encode("utf-8")
        (texts, floats), bad, present = read_json(block, ("text", "text"), ("n", "float"))
        assert present == [sum(key in record for record in written) for key in ("text", "n")]
        reasons = {row: reason for row, _, _, reason, _ in bad}
        for row, line in enumerate(lines):
            record = json.loads(line)
            text, number = record.get("text"), record.get("n")
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            if not isinstance(text, str | None) or not (number is None or is_number):
                assert reasons.pop(row) == "wrong type"
            else:
                assert texts[row] == text
                assert floats[row] == (None if number is None else float(number))
        assert not reasons

    @given(
        st.lists(st.binary(max_size=12) | st.sampled_from([b'"', b"\\u", b"{", b"\n", b'{"a":']))
    )
    @settings(max_examples=300, deadline=None)
    def test_any_bytes_at_all(self, pieces: list[bytes]) -> None:
        block = b"".join(pieces)
        (texts,), bad, _ = read_json(block, ("a", "string"))
        records = [line for line in block.split(b"\n") if line.strip(b" \t\r")]
        assert len(texts) == len(records)
        for row, start, end, reason, detail in bad:
            assert block[start:end] == records[row].removesuffix(b"\r")
            assert reason in {"not JSON", "not UTF-8", "wrong type"}
            assert detail.isprintable()
            assert len(detail) < 200


cells = st.text(st.sampled_from('a,"\n\r üЖ中😀'), max_size=12)


class TestCsv:
    def test_bad_records_are_named_with_their_bytes(self) -> None:
        block = '1,"Köln"\n2\n3,"a"b\n4,"Bonn\n5,Ulm'.encode()
        rows, bad, consumed = read_csv(block, 2)
        assert rows == [("1", "Köln"), (None, None), (None, None), (None, None), ("5", "Ulm")]
        assert [(row, block[start:end], reason) for row, start, end, reason, _ in bad] == [
            (1, b"2", "wrong number of fields"),
            (2, b'3,"a"b', "broken quoting"),
            (3, b'4,"Bonn', "broken quoting"),
        ]
        assert consumed == len(block)

    def test_only_whole_records_are_taken(self) -> None:
        block = b'1,a\n2,"b\n'
        rows, bad, consumed = read_csv(block, 2, last=False)
        assert (rows, bad, block[consumed:]) == ([("1", "a")], [], b'2,"b\n')
        rows, bad, _ = read_csv(block[consumed:] + b'c"\n', 2)
        assert (rows, bad) == ([("2", "b\nc")], [])

    def test_header(self) -> None:
        block = '\ufeffid;"Text; ganz"\n1;a\n'.encode()
        assert _core.read_csv_header(block, ";", False) == (["id", "Text; ganz"], 18)
        assert _core.read_csv_header(b"id;te", ";", False) is None
        with pytest.raises(ValueError, match=r"the header is broken: .* never closes"):
            _core.read_csv_header(b'id;"te', ";", True)

    def test_what_cannot_be_asked_is_refused(self) -> None:
        with pytest.raises(ValueError, match="the delimiter must be one ASCII character"):
            read_csv(b"", 1, delimiter="··")
        with pytest.raises(ValueError, match="there is no field 2 in records of 2"):
            _core.read_csv(b"", 2, [2], ",", True, False, LONGEST)

    @given(st.lists(st.tuples(cells, cells)), st.booleans())
    @settings(max_examples=300, deadline=None)
    def test_what_csv_wrote_comes_back(
        self, written: list[tuple[str, str]], everything: bool
    ) -> None:
        file = io.StringIO(newline="")
        # Where lines end in "\n" alone, older versions leave a "\r" without quotes.
        end = "\n" if everything else "\r\n"
        quoting = csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL
        csv.writer(file, lineterminator=end, quoting=quoting).writerows(written)
        rows, bad, _ = read_csv(file.getvalue().encode(), 2)
        assert bad == []
        # What is not even quoted is null.
        assert [tuple(cell or "" for cell in row) for row in rows] == written

    @given(st.lists(st.sampled_from(['"', ",", "\n", "\r", "a", '""', '","', "ü"]), max_size=30))
    @settings(max_examples=500, deadline=None)
    def test_good_records_are_read_as_by_csv(self, pieces: list[str]) -> None:
        file = "".join(pieces)
        rows, bad, _ = read_csv(file.encode(), 2)
        try:
            expected = [
                row for row in csv.reader(io.StringIO(file, newline=""), strict=True) if row
            ]
        except csv.Error:
            assert any(reason == "broken quoting" for *_, reason, _ in bad)
            return
        if any(reason == "broken quoting" for *_, reason, _ in bad):
            return
        assert [row if len(row) == 2 else ["", ""] for row in expected] == [
            [cell or "" for cell in row] for row in rows
        ]
        assert len(bad) == sum(len(row) != 2 for row in expected)
