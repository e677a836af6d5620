"""What `tag_files` holds at a time: bytes are counted, not rows."""

import threading
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slugline as sl
from slugline._sizes import row_bytes, runs
from slugline.files.budget import Budget, Gate
from slugline.files.matching import Tagging
from slugline.files.reading.delimited import _Blocks
from slugline.files.records import Batch
from slugline.files.rows import Layout

TEXTS = ["Київ", None, "", "和平 and peace"]


@pytest.mark.parametrize(
    ("column", "sizes"),
    [
        (pa.array(TEXTS), [8, 0, 0, 16]),
        (pa.array(TEXTS, pa.large_string()), [8, 0, 0, 16]),
        (pa.array(TEXTS, pa.string_view()), [8, 0, 0, 16]),
        (pa.array(TEXTS).dictionary_encode(), [8, 0, 0, 16]),
        (pa.chunked_array([TEXTS[:1], TEXTS[1:]]), [8, 0, 0, 16]),
        (pa.array(TEXTS).slice(2), [0, 16]),
        (pa.chunked_array([], pa.string()), []),
        (pa.array([1, None, 3], pa.int64()), [8, 8, 8]),
        (pa.array([["ab", "c"], None, [], ["defg"]]), [3, 0, 0, 4]),
        (pa.array([["ab", "c"], None, [], ["defg"]]).slice(1), [0, 0, 4]),
        (pa.array([{"a": "xy", "b": ["z"]}, {"a": None, "b": None}]), [3, 0]),
        (pa.nulls(2), [0, 0]),
    ],
)
def test_bytes_of_each_row(column, sizes):
    assert row_bytes(column).tolist() == sizes


def test_bytes_of_rows_of_other_nested_types_tell_long_from_short():
    column = pa.array([[("k", "v" * 10_000)], [("k", "v")]], pa.map_(pa.string(), pa.string()))
    long, short = row_bytes(column)
    assert long > 10_000
    assert short < 100


def test_runs_are_cut_by_bytes_and_a_longer_row_is_alone():
    assert list(runs(np.array([3, 3, 3, 50, 1, 9, 1]), 10)) == [(0, 3), (3, 1), (4, 2), (6, 1)]
    assert list(runs(np.array([], dtype=np.int64), 10)) == []


def test_what_goes_along_is_repeated_for_few_matches_at_a_time():
    """A long row among many short ones, where the average row tells nothing."""
    texts = ["NATO"] * 3_000 + ["NATO " + "x" * 100_000 + " NATO" * 400]
    layout = Layout("matches", ("text",), None, ("text",))
    tagging = Tagging(sl.PhraseMatcher(["NATO"]), layout, "longest", "char", False, 1)
    matched = tagging.match(Batch(0, 3_001, [pa.array(texts)], [pa.array(texts)]), "a", 0)
    tables = list(layout.tables(matched, 1_000_000))
    assert max(table.nbytes for table in tables) < 1_100_000
    rows = pa.concat_tables(tables)
    assert rows["doc"].to_pylist() == [*range(3_000), *[3_000] * 401]
    assert rows["text"].to_pylist() == texts + texts[-1:] * 400


def test_bytes_of_matches_are_those_of_the_tables():
    for table in ("matches", "documents"):
        layout = Layout(table, ("text",), None, ())
        tagging = Tagging(sl.PhraseMatcher(["a", "b"]), layout, "longest", "char", False, 1)
        matched = tagging.match(Batch(0, 2, [pa.array(["a b " * 1_000] * 2)], []), "f", 0)
        assert (matched.made > 60_000) == (table == "matches")
        assert matched.made > 0


def test_dictionaries_of_long_texts_are_not_unfolded(tmp_path):
    texts = pa.array(["NATO " + "x" * 1_000_000, "y" * 1_000_000])
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1] * 500, pa.int32()), texts)
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
    before = pa.default_memory_pool().max_memory()
    report = sl.tag_files(["NATO"], tmp_path / "a.parquet", tmp_path / "o", progress=None)
    assert (report.rows, report.matches, report.bytes) == (1_000, 500, 500 * 2_000_005)
    assert pa.default_memory_pool().max_memory() - before < 200_000_000  # Not a gigabyte.


def test_gate_lets_one_of_any_size_through_and_waits_with_the_next():
    gate = Gate(10)
    assert gate.try_enter(50)
    assert not gate.try_enter(1, 0.01)
    gate.leave(50)
    assert gate.try_enter(4)
    assert gate.try_enter(6)
    assert not gate.try_enter(1, 0.01)
    entered = []
    waiting = threading.Thread(target=lambda: entered.append(gate.enter(5)))
    waiting.start()
    gate.leave(6)
    waiting.join(5)
    assert entered == [True]
    closing = threading.Thread(target=lambda: entered.append(gate.enter(5)))
    closing.start()
    gate.close()
    closing.join(5)
    assert entered == [True, False]


def test_a_quote_that_never_closes_is_not_looked_for_again_and_again():
    content = (b"x" * 1_000_000 for _ in range(128))
    source = SimpleNamespace(budget=Budget.of("128MB"))
    blocks = _Blocks(content, source)
    looked = 0
    while (block := blocks.more()) is not None:
        looked += len(block)
        blocks.held = block  # As after a record that is not whole.
    assert looked < 4 * 128_000_000
