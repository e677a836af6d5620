"""Matches of more rows than one chunk of columns holds, and of fewer than one is worth."""

import pyarrow as pa
import pytest

import slugline as sl

MATCHER = sl.PhraseMatcher(["NATO", "EU"])
TEXTS = ["EU", None, "NATO " * 500_000, *["NATO and EU"] * 1_000, "NATO " * 2_200_000, "-", "EU"]


@pytest.fixture(scope="module")
def matches():
    return MATCHER.tag(TEXTS)


@pytest.fixture(scope="module")
def rows(matches):
    table = pa.table(matches)
    return list(zip(table["doc"].to_pylist(), table["start"].to_pylist(), strict=True))


def test_all_rows_are_there(matches, rows):
    assert len(matches) == len(rows) == 1 + 500_000 + 2 * 1_000 + 2_200_000 + 1
    assert rows == sorted(rows)
    assert rows[-1] == (len(TEXTS) - 1, 0)
    for index in (0, 1, 65_536, 500_001, 502_001, 1_048_576, 1_600_000, 2_702_000, -1):
        assert matches[index][:2] == rows[index]


@pytest.mark.parametrize(
    "part",
    [
        slice(499_990, 500_020),
        slice(502_500, 2, -250_000),
        slice(5, 2),
        slice(None, None, 999_983),
        slice(None, None, -1_000_003),
    ],
)
def test_slices_are_those_of_a_list(matches, rows, part):
    sliced = matches[part]
    assert [match[:2] for match in sliced] == rows[part]
    assert [match[:2] for match in sliced[::-1]] == rows[part][::-1]
    assert pa.table(sliced)["start"].to_pylist() == [row[1] for row in rows[part]]


def test_rows_of_a_document_in_either_order(matches, rows):
    last = len(TEXTS) - 1
    assert matches._core.rows_of(0) == (0, 1)
    assert matches._core.rows_of(1) == (1, 1)
    assert matches._core.rows_of(last) == (len(rows) - 1, len(rows))
    back = matches[500_004:499_997:-1]
    assert [match.doc for match in back] == [4, 4, 3, 3, 2, 2, 2]
    assert back._core.rows_of(3) == (2, 4)
    assert back._core.rows_of(2) == (4, 7)


def test_filter_and_counts(matches):
    found = matches.filter(concept="EU")
    assert len(found) == 1 + 1_000 + 1
    counts = {row["concept"]: row for row in matches.counts(frame="pyarrow").to_pylist()}
    assert counts["EU"]["matches"] == 1_002
    assert counts["NATO"] == {"concept": "NATO", "matches": 2_701_000, "documents": 1_002}
