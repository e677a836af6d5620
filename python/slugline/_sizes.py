"""How many bytes rows have, and runs of rows of about so many: rows of news differ vastly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from slugline._optional import require

_MATCH_BYTES = 40
"""What a match takes without what it carries: positions and two names."""
_MEASURED = ("string", "large_string", "binary", "large_binary")
"""The types whose values tell how long they are."""


def match_bytes(docs: Any, carried: Iterable[Any]) -> Any:
    """Return for each match how many bytes it has, with what its row carries along.

    Parameters
    ----------
    docs : pyarrow.Array
        The rows of the matches.
    carried : iterable of pyarrow columns
        What stands beside each match.
    """
    rows = docs.to_numpy()
    sizes = _numpy().full(len(rows), _MATCH_BYTES)
    for column in carried:
        sizes += row_bytes(column)[rows]
    return sizes


def row_bytes(column: Any) -> Any:
    """Return for each row of a column, of any type, about how many bytes its value has."""
    numpy = _numpy()
    if str(column.type) in _MEASURED:
        # All chunks at once: readers make many small ones.
        lengths = _compute().fill_null(_compute().binary_length(column), 0)
        return _numpy().asarray(lengths).astype("int64")
    chunks = column.chunks if isinstance(column, _arrow().ChunkedArray) else [column]
    sizes = [numpy.zeros(0, dtype=numpy.int64), *map(_row_bytes, chunks)]
    return numpy.concatenate(sizes)


def _row_bytes(array: Any) -> Any:
    numpy = _numpy()
    pa, types = _arrow(), _arrow().types
    kind = array.type
    if types.is_dictionary(kind):
        # Not unfolded for it: it may be long texts that stand in many rows.
        sizes = pa.array(row_bytes(array.dictionary)).take(array.indices)
    elif types.is_string_view(kind) or types.is_binary_view(kind):
        sizes = _compute().binary_length(array.cast(pa.large_binary()))
    elif types.is_struct(kind):
        fields = [row_bytes(array.field(at)) for at in range(kind.num_fields)]
        return sum(fields, numpy.zeros(len(array), dtype=numpy.int64))
    elif types.is_list(kind) or types.is_large_list(kind):
        until = numpy.concatenate([[0], numpy.cumsum(row_bytes(array.flatten()))])
        lengths = _compute().fill_null(_compute().list_value_length(array), 0)
        ends = numpy.cumsum(numpy.asarray(lengths, dtype=numpy.int64))
        return until[ends] - until[ends - numpy.asarray(lengths, dtype=numpy.int64)]
    elif types.is_nested(kind) or isinstance(array, pa.ExtensionArray):
        return numpy.array([array.slice(row, 1).nbytes for row in range(len(array))], dtype="int64")
    else:
        return numpy.full(len(array), array.nbytes // max(len(array), 1), dtype=numpy.int64)
    return numpy.asarray(_compute().fill_null(sizes, 0), dtype=numpy.int64)


def runs(sizes: Any, limit: int) -> Iterator[tuple[int, int]]:
    """Cut rows of these sizes into runs of at most `limit`; a longer row is a run of its own.

    Yields
    ------
    (first, rows)
    """
    numpy = _numpy()
    until = numpy.cumsum(sizes)
    first = 0
    while first < len(until):
        before = int(until[first - 1]) if first else 0
        end = max(int(numpy.searchsorted(until, before + limit, side="right")), first + 1)
        yield first, end - first
        first = end


def _arrow() -> Any:
    return require("pyarrow", "columns of Arrow")


def _compute() -> Any:
    return require("pyarrow.compute", "columns of Arrow", install="pyarrow")


def _numpy() -> Any:
    return require("numpy", "columns of Arrow")
