"""What Parquet and Arrow files share: tables in, batches out."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from slugline._sizes import row_bytes, runs
from slugline.files.columns import common_type, pick, type_at
from slugline.files.reading.source import Source
from slugline.files.records import Bad, Batch, ReadingStopped


def types_in(schema: Any, source: Source) -> dict[str, Any]:
    """Return the types of the columns asked for that a schema has."""
    there = {name: type_at(schema, name) for name in source.names}
    return {name: common_type(kind) for name, kind in there.items() if kind is not None}


def check_schema(schema: Any, source: Source, file: str) -> None:
    """Look whether a file has the columns.

    Raises
    ------
    ReadingStopped
        Where it has not.
    """
    name = source.missing(types_in(schema, source))
    if name is not None:
        raise ReadingStopped(
            Bad(file, 0, "no such column", no_column(name, schema.names), rows=None)
        )


def no_column(name: str, there: list[str]) -> str:
    """Say that there is no such column, and which there are."""
    if not there:
        return f"no column {name!r}, nor any other"
    shown = ", ".join(map(repr, there[:20])) + (", …" if len(there) > 20 else "")
    said = f"no column {name!r}; there are {shown}"
    if near := get_close_matches(name.strip(), there, 1, 0.8):
        said += f"; is {near[0]!r} meant?"
    other = next((sign for sign in ";\t|," if sign in there[0]), None)
    if len(there) == 1 and other:
        said += f": are its columns separated by {other!r}? Say separator={other!r}"
    return said


def batches_of(table: Any, first: int, source: Source, file: str) -> Iterator[Batch]:
    """Cut a table, which has all the columns, into batches."""
    texts = [pick(table, name) for name in source.texts]
    carried = [pick(table, name) for name in source.carried]
    sizes = sum(map(row_bytes, [*texts, *carried]))
    for start, rows in runs(sizes, source.budget.batch):
        yield source.batch(
            first + start,
            [column.slice(start, rows) for column in texts],
            [column.slice(start, rows) for column in carried],
            file,
        )


def top_names(source: Source, schema: Any) -> list[str]:
    """Return the names of the top columns that the columns asked for lie in."""
    names = [name if name in schema.names else name.partition(".")[0] for name in source.names]
    return list(dict.fromkeys(names))
