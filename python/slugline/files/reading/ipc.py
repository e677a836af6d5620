"""Arrow's own files and streams, record batch by record batch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slugline._optional import require
from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.reading.source import FAULTS, Source, opened, stopped
from slugline.files.reading.tables import batches_of, check_schema, top_names, types_in
from slugline.files.records import Batch

_MAGIC = b"ARROW1"


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the types of the columns asked for that the file has, and the names of all."""
    with opened(part, source) as stream:
        try:
            schema = _reader(stream, None).schema
            return types_in(schema, source), schema.names
        except FAULTS as error:
            raise stopped(part.files[0], source.place, 0, error) from None


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read the file. A record batch is the least that can be read at once."""
    shown = source.place.shown(part.files[0].path)
    first = 0
    with opened(part, source) as stream:
        try:
            schema = _reader(stream, None).schema
        except FAULTS as error:
            raise stopped(part.files[0], source.place, 0, error) from None
        check_schema(schema, source, shown)
        stream.seek(0)
        wanted = [schema.names.index(name) for name in top_names(source, schema)]
        batches = _batches(_reader(stream, wanted))
        while True:
            try:
                batch = next(batches, None)
            except FAULTS as error:
                raise stopped(part.files[0], source.place, first, error) from None
            if batch is None:
                return
            table = arrow().Table.from_batches([batch])
            for cut in batches_of(table, first, source, shown):
                cut.read = stream.tell()
                yield cut
            first += len(batch)


def _reader(stream: Any, wanted: list[int] | None) -> Any:
    """Return a reader of a file or of a stream, of some of the columns."""
    ipc = require("pyarrow.ipc", "tag_files", install="pyarrow")
    options = ipc.IpcReadOptions(use_threads=False, included_fields=wanted)
    is_file = bytes(stream.read(len(_MAGIC))) == _MAGIC
    stream.seek(0)
    return (ipc.open_file if is_file else ipc.open_stream)(stream, options=options)


def _batches(reader: Any) -> Iterator[Any]:
    if hasattr(reader, "num_record_batches"):
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            _check(batch)
            yield batch
    else:
        for batch in reader:
            _check(batch)
            yield batch


def _check(batch: Any) -> None:
    """Look whether all offsets lie within the buffers: what reads the batch relies on it.

    Raises
    ------
    ValueError
        Where they do not, for the file is damaged.
    """
    batch.validate()
    for column in batch.columns:
        _check_column(column)


def _check_column(column: Any) -> None:
    pa = arrow()
    if pa.types.is_struct(column.type):
        for field in range(column.type.num_fields):
            _check_column(column.field(field))
        return
    # Whether texts are UTF-8 is asked of each of them, later.
    as_bytes = {
        pa.string(): pa.binary(),
        pa.large_string(): pa.large_binary(),
        pa.string_view(): pa.binary_view(),
    }.get(column.type)
    (column.view(as_bytes) if as_bytes else column).validate(full=True)
