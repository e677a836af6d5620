"""Batches of matches for engines of data frames: the same in parts as in one piece."""

import pyarrow as pa
import pytest

import slugline as sl
from slugline._batches import tag_batch, tag_in_parts

M = sl.PhraseMatcher({"org": {"NATO": ["NATO", "НАТО"]}, "place": {"China": ["中国"]}})
TEXTS = ["NATO, NATO", None, "", "nobody", "中国与北约 НАТО 中国", "NATO " * 50]
BATCH = pa.record_batch(
    {
        "text": TEXTS,
        "n": list(range(6)),
        "long": [None, "", "x" * 10_000, "ü", "y" * 4_000, "z" * 700],
        "bytes": pa.array([b"\xff" * 10 * n for n in range(6)], pa.large_binary()),
        "nested": [["a"], None, [], ["b", "c"], [None], ["d"]],
    }
)


@pytest.mark.parametrize("nbytes", [1, 64, 1000, 5000, 1 << 30])
@pytest.mark.parametrize("columns", [[], ["n"], ["long", "nested", "bytes", "text"]])
def test_parts_make_up_the_whole(nbytes, columns):
    wanted = {"text": "text", "id": "n", "columns": columns}
    whole = tag_batch(M, BATCH, **wanted)
    parts = list(tag_in_parts(M, BATCH, nbytes=nbytes, **wanted))
    assert whole.num_rows == 2 + 3 + 50
    assert pa.Table.from_batches(parts, whole.schema) == pa.Table.from_batches([whole])
    assert all(part.num_rows for part in parts)
    if nbytes == 1:
        assert len(parts) == whole.num_rows
    if nbytes == 1 << 30:
        assert len(parts) == 1


def test_parts_are_as_long_as_they_may_be():
    texts = ["NATO " * 1000, "nobody", "NATO"]
    batch = pa.record_batch({"text": texts, "carried": ["x" * 9_936, "", "y" * 36]})
    parts = list(tag_in_parts(M, batch, text="text", id=None, columns=["carried"], nbytes=100_000))
    # A match of the first row has 10,000 bytes with what a match has besides.
    assert {part.num_rows for part in parts[1:-1]} == {10}
    assert sum(part.num_rows for part in parts) == 1001
    assert max(part.nbytes for part in parts) < 110_000


def test_a_batch_without_matches_has_no_parts():
    for batch in (BATCH.slice(1, 3), BATCH.slice(0, 0)):
        assert list(tag_in_parts(M, batch, text="text", id="n", columns=["long"])) == []
        assert tag_batch(M, batch, text="text", id="n", columns=["long"]).num_rows == 0
