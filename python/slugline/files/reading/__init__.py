"""Readers: a part's files come in, batches of records in columns go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from slugline.files.reading import delimited, ipc, json_lines, parquet, texts
from slugline.files.reading.source import FAULTS, stopped

if TYPE_CHECKING:
    from slugline.files.inputs import Part
    from slugline.files.reading.source import Source
    from slugline.files.records import Batch

_READERS: dict[str, Any] = {
    "arrow": ipc,
    "csv": delimited,
    "jsonl": json_lines,
    "parquet": parquet,
    "tsv": delimited,
    "txt": texts,
}


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the types of the columns asked for that a part has, and the names of all columns.

    Raises
    ------
    ReadingStopped
        Where its file cannot be read.
    """
    found: tuple[dict[str, Any], list[str]] = _READERS[part.format].probe(part, source)
    return found


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read a part.

    Yields
    ------
    Batch
        In the order of the records, each with those that were bad.

    Raises
    ------
    ReadingStopped
        Where the rest cannot be read.
    """
    reader: Callable[[Part, Source], Iterator[Batch]] = _READERS[part.format].read
    known = 0
    try:
        for batch in reader(part, source):
            known = batch.first + batch.rows
            yield batch
    except FAULTS as error:
        # Readers name what they know to go wrong; whatever else does must not stop other files.
        raise stopped(part.files[0], source.place, known, error) from None
