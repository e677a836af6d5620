"""Readers: a part's files come in, batches of records in columns go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from slugline.files.reading import delimited, ipc, json_lines, parquet, texts

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
    return reader(part, source)
