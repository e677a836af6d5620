"""Parquet, by pyarrow or polars, whichever is installed."""

from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

from slugline._entry import Row, Unreadable, row_of_record
from slugline._formats._files import PathLike, Source
from slugline._optional import missing, try_import

_REPEATED = ("case", "accents", "hyphens", "boundary", "lang", "near_unit")
"""Columns of few different texts, which are sooner read as numbers of them."""


def read_arrow(source: Source) -> Any:
    """Read the file whole, as an Arrow table."""
    if try_import("pyarrow"):
        read_table = _read_by_pyarrow
    elif polars := try_import("polars"):
        read_table = polars.read_parquet
    else:
        raise missing("reading Parquet", "pyarrow", "polars")
    with open(source.path, "rb") as file:
        magic = file.read(4)
    if magic != b"PAR1":
        raise ValueError(f"{source.name}: is not Parquet")
    try:
        return read_table(source.path)
    except Exception as error:
        raise ValueError(f"{source.name}: cannot be read as Parquet: {error}") from error


def _read_by_pyarrow(path: PathLike) -> Any:
    parquet, types = import_module("pyarrow.parquet"), import_module("pyarrow.types")
    repeated = []
    # What is wrong with a file without a schema is best said by reading it.
    with suppress(Exception):
        repeated = [
            field.name
            for field in parquet.read_schema(path)
            if field.name in _REPEATED
            and (types.is_string(field.type) or types.is_large_string(field.type))
        ]
    return parquet.read_table(path, read_dictionary=repeated)


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read row by row, so that bad rows can be left out."""
    table = read_arrow(source)
    records = table.to_pylist() if hasattr(table, "to_pylist") else table.to_dicts()
    for index, record in enumerate(records):
        yield row_of_record(record, f"{source.name}: row {index}", **source.columns)


def write_arrow(path: PathLike, table: Any) -> None:
    """Write an Arrow table."""
    if pyarrow := try_import("pyarrow"):
        import_module("pyarrow.parquet").write_table(pyarrow.table(table), path)
    elif polars := try_import("polars"):
        polars.DataFrame(table).write_parquet(path)
    else:
        raise missing("writing Parquet", "pyarrow", "polars")
