"""Parquet, row group by row group, a few pages at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slugline._optional import require
from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.reading.source import FAULTS, Source, opened, plain, stopped
from slugline.files.reading.tables import batches_of, check_schema, top_names, types_in
from slugline.files.records import Bad, Batch

_AT_ONCE = 1_000_000
"""Bytes that are decoded at once, as far as the average row tells: rows of very different lengths
would make batches of any size, were they many."""
_MOST_ROWS = 8_192


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the types of the columns asked for that the file has, and the names of all."""
    with opened(part, source) as stream:
        schema = _open(stream, part, source).schema_arrow
        return types_in(schema, source), schema.names


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read the file; rows of a row group behind a damaged page are bad, and reading goes on."""
    shown = source.place.shown(part.files[0].path)
    with opened(part, source) as stream:
        file = _open(stream, part, source)
        check_schema(file.schema_arrow, source, shown)
        first = 0
        for number in range(file.num_row_groups):
            rows = file.metadata.row_group(number).num_rows
            done = 0
            try:
                for table in _tables(file, number, source):
                    for batch in batches_of(table, first + done, source, shown):
                        done += batch.rows
                        batch.read = part.size * (first + done) // file.metadata.num_rows
                        yield batch
            except FAULTS as error:
                yield _damaged(source, shown, first + done, rows - done, error)
            first += rows


def _open(stream: Any, part: Part, source: Source) -> Any:
    parquet = require("pyarrow.parquet", "tag_files", install="pyarrow")
    try:
        return parquet.ParquetFile(
            stream,
            # Else whole row groups are read before the first row comes out.
            pre_buffer=False,
            buffer_size=1 << 20,
            page_checksum_verification=True,
        )
    except FAULTS as error:
        raise stopped(part.files[0], source.place, 0, error) from None


def _tables(file: Any, number: int, source: Source) -> Iterator[Any]:
    """Yield tables of about as many bytes as a batch."""
    pa = arrow()
    names = top_names(source, file.schema_arrow)
    group: list[Any] = []
    nbytes = 0
    for batch in file.iter_batches(
        batch_size=_rows_at_once(file.metadata.row_group(number)),
        row_groups=[number],
        columns=names,
        use_threads=False,
    ):
        group.append(batch)
        nbytes += batch.nbytes
        if nbytes >= source.budget.batch:
            yield pa.Table.from_batches(group)
            group, nbytes = [], 0
    if group:
        yield pa.Table.from_batches(group)


def _rows_at_once(group: Any) -> int:
    average = group.total_byte_size / max(group.num_rows, 1)
    return int(min(max(_AT_ONCE / max(average, 1), 1), _MOST_ROWS))


def _damaged(source: Source, file: str, first: int, rows: int, error: BaseException) -> Batch:
    """Return a batch of no texts for rows that cannot be decoded, which are counted."""
    detail = plain(error)
    bad = Bad(
        file, first, "damaged page", f"{rows:,} rows to the end of their group: {detail}", rows
    )
    return source.no_texts(first, rows, bad)
