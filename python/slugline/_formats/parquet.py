"""Parquet, by pyarrow or polars, whichever is installed."""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from slugline._entry import Row, Unreadable, row_of_record
from slugline._optional import missing, try_import

PathLike = str | os.PathLike[str]


def read_arrow(path: PathLike) -> Any:
    """Read the file whole, as an Arrow table."""
    if try_import("pyarrow"):
        return import_module("pyarrow.parquet").read_table(path)
    polars = try_import("polars")
    if polars:
        return polars.read_parquet(path)
    raise missing("reading Parquet", "pyarrow", "polars")


def read(path: PathLike, encoding: str | None) -> Iterator[Row | Unreadable]:
    """Read row by row, so that bad rows can be left out."""
    table = read_arrow(path)
    records = table.to_pylist() if hasattr(table, "to_pylist") else table.to_dicts()
    for index, record in enumerate(records):
        yield row_of_record(record, f"{os.fspath(path)}: row {index}")


def write_arrow(path: PathLike, table: Any) -> None:
    """Write an Arrow table."""
    if pyarrow := try_import("pyarrow"):
        import_module("pyarrow.parquet").write_table(pyarrow.table(table), path)
    elif polars := try_import("polars"):
        polars.DataFrame(table).write_parquet(path)
    else:
        raise missing("writing Parquet", "pyarrow", "polars")
