"""Columns as every part has them: found in whatever the files have, and brought to one type."""

from __future__ import annotations

from typing import Any

from slugline._optional import require
from slugline._sizes import row_bytes
from slugline.files.records import Bad


def arrow() -> Any:
    """Return pyarrow.

    Raises
    ------
    ImportError
        Where it is not installed.
    """
    return require("pyarrow", "tag_files")


def compute() -> Any:
    """Return pyarrow's functions on columns."""
    return require("pyarrow.compute", "tag_files", install="pyarrow")


class Release:
    """Gives memory back that Arrow keeps for a thread, which no other thread can let go.

    Parameters
    ----------
    every : int
        After how many bytes: each time costs as much as copying some megabytes.
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._used = 0

    def after(self, nbytes: int) -> None:
        """Count bytes that the thread that calls has used and let go."""
        self._used += nbytes
        if self._used >= self._every:
            arrow().default_memory_pool().release_unused()
            self._used = 0


def common_type(given: Any) -> Any:
    """Return the type that stands for all written alike: every width of integers is one."""
    types = arrow().types
    if is_text(given):
        return arrow().string()
    if types.is_dictionary(given):
        return common_type(given.value_type)
    if types.is_integer(given) and not types.is_uint64(given):
        return arrow().int64()
    if types.is_floating(given):
        return arrow().float64()
    if types.is_binary_view(given):
        return arrow().binary()
    return given


def check_carried(name: str, given: Any) -> None:
    """Look whether a column of this type can stand beside matches, and be written.

    Raises
    ------
    ValueError
        Where Parquet or pyarrow has not what it takes.
    """
    pa = arrow()
    parquet = require("pyarrow.parquet", "tag_files", install="pyarrow")
    try:
        pa.nulls(1, given).take(pa.array([0]))
        parquet.ParquetWriter(pa.BufferOutputStream(), pa.schema([(name, given)])).close()
    except pa.ArrowException as error:
        raise ValueError(f"column {name!r} is {given}, which cannot go along: {error}") from None


def is_text(given: Any) -> bool:
    """Tell whether a column of this type is one of texts."""
    types = arrow().types
    if types.is_dictionary(given):
        return is_text(given.value_type)
    if types.is_null(given):
        return True
    return bool(
        types.is_string(given) or types.is_large_string(given) or types.is_string_view(given)
    )


def as_text(column: Any) -> Any:
    """Return a column of texts for the matcher; bytes are taken for UTF-8, which it checks.

    Raises
    ------
    TypeError
        Where it is neither.
    """
    pa = arrow()
    if is_text(column.type):
        return column
    as_texts = {
        pa.binary(): pa.string(),
        pa.large_binary(): pa.large_string(),
        pa.binary_view(): pa.string_view(),
    }.get(column.type)
    if as_texts is not None:
        # By their buffers, since a cast would look at the bytes, and refuse all for one.
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        texts = [
            pa.Array.from_buffers(as_texts, len(chunk), chunk.buffers(), offset=chunk.offset)
            for chunk in chunks
        ]
        return pa.chunked_array(texts, as_texts)
    raise TypeError(f"is {column.type}, not text")


def conform(column: Any, wanted: Any, name: str) -> tuple[Any, list[tuple[int, str]]]:
    """Bring a column to the type that all parts have.

    Returns
    -------
    (column, bad)
        With nulls for values that cannot be brought to it, and these as pairs of row and reason.
    """
    pa = arrow()
    if column.type == wanted:
        return column, []
    try:
        return column.cast(wanted), []
    except pa.ArrowException:
        pass
    values, bad = [], []
    for row, value in enumerate(column):
        try:
            values.append(value.cast(wanted).as_py())
        except pa.ArrowException:
            bad.append((row, f"{name} is {value.type}, and no {wanted}: {str(value)[:80]}"))
            values.append(None)
    return pa.array(values, wanted), bad


def pick(table: Any, path: str) -> Any:
    """Return a column by its name, or by a path such as ``a.b`` into structs.

    Raises
    ------
    KeyError
        Where there is none.
    """
    if path in table.schema.names:
        return table.column(table.schema.names.index(path))
    first, _, rest = path.partition(".")
    if not rest or first not in table.schema.names:
        raise KeyError(path)
    column = table.column(table.schema.names.index(first))
    for name in rest.split("."):
        if not arrow().types.is_struct(column.type) or column.type.get_field_index(name) < 0:
            raise KeyError(path)
        column = compute().struct_field(column, name)
    return column


def type_at(schema: Any, path: str) -> Any | None:
    """Return the type of the column that `pick` would return; None where there is none."""
    try:
        return pick(schema.empty_table(), path).type
    except KeyError:
        return None


def text_bytes(column: Any) -> int:
    """Return how many bytes of UTF-8 a column of texts has."""
    return int(row_bytes(column).sum())


def mend_texts(
    column: Any, name: str, file: str, first: int, *, replace: bool
) -> tuple[Any, list[Bad]]:
    """Find the texts that are not UTF-8, after the matcher has refused the column for one.

    Returns
    -------
    (column, bad)
        With nulls in their place, or U+FFFD in place of what is wrong.
    """
    pa = arrow()
    texts: list[str | None] = []
    bad = []
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.large_string())
    for row, scalar in enumerate(column):
        raw = scalar.as_buffer() if scalar.is_valid else None
        try:
            texts.append(None if raw is None else str(raw.to_pybytes(), "utf-8"))
        except UnicodeDecodeError as error:
            content = raw.to_pybytes() if raw else b""
            if replace:
                texts.append(content.decode("utf-8", "replace"))
                continue
            detail = f"{name} is not UTF-8 at byte {error.start}"
            bad.append(Bad(file, first + row, "not UTF-8", detail).keep(content))
            texts.append(None)
    return pa.array(texts, pa.large_string()), bad
