"""Tables of the core as frames of the library that the user works with."""

from datetime import date
from typing import Any, get_args

from slugline import _core
from slugline._optional import require, try_import
from slugline._texts import Origin
from slugline._typing import FrameKind

_NAMES = frozenset(
    ["concept", "concept_a", "concept_b", "phrase", "phrase_a", "phrase_b", "source", "target"]
)
"""Columns of what the gazetteer calls things."""


def frame_kind(frame: FrameKind | None, origin: Origin | None = None) -> FrameKind | None:
    """Choose the library: as asked for, as the texts came in, or whichever is installed.

    Raises
    ------
    ValueError
        Where there is no such library.
    """
    known = get_args(FrameKind)
    if frame is not None:
        if frame not in known:
            names = ", ".join(f'"{name}"' for name in known)
            raise ValueError(f"frame must be one of {names}, or None, not {frame!r}")
        return frame
    if origin is not None and origin.kind in ("pandas", "polars", "pyarrow"):
        return origin.kind
    if try_import("pandas"):
        return "pandas"
    return "polars" if try_import("polars") else None


def frame_of(table: _core.ArrowTable, kind: FrameKind | None) -> Any:
    """Return the table as a frame; as it is, with `__arrow_c_stream__`, where kind is None."""
    match kind:
        case "pandas":
            return pandas_frame(table)
        case "polars":
            return _polars_frame(table)
        case "pyarrow":
            return require("pyarrow", "a pyarrow table").table(table)
    return table


def _polars_frame(table: _core.ArrowTable) -> Any:
    """Return the table as polars', with names as Categorical, so that all tables can be joined."""
    polars = require("polars", "a polars frame")
    frame = polars.DataFrame(table)
    texts = [
        name for name in frame.columns if name in _NAMES and frame[name].dtype == polars.String
    ]
    return frame.with_columns(polars.col(texts).cast(polars.Categorical)) if texts else frame


def pandas_frame(table: _core.ArrowTable, categorical: tuple[str, ...] = ()) -> Any:
    """Return the table as a pandas frame, by way of pyarrow where it is installed.

    Parameters
    ----------
    table : ArrowTable
        The table.
    categorical : tuple of str
        The columns that are dictionaries if they are of text: pyarrow knows them by itself.
    """
    pandas = require("pandas", "a pandas frame")
    pyarrow = try_import("pyarrow")
    if pyarrow:
        arrow = pyarrow.table(table)
        # Dates as pandas has them, not as Python objects.
        frame = arrow.to_pandas(date_as_object=False)
        for name in arrow.column_names:
            if pyarrow.types.is_integer(arrow.schema.field(name).type) and arrow[name].null_count:
                # Ids above 2**53 would not survive as floats, which pandas makes of them.
                frame[name] = pandas.array(arrow[name].to_pylist(), dtype="Int64")
        return frame
    columns = {}
    for name in table.column_names:
        values = table.column(name).to_list()
        kinds = {type(value) for value in values if value is not None}
        if name in categorical and kinds <= {str}:
            columns[name] = pandas.Categorical(pandas.Series(values, dtype=object))
        elif kinds == {date}:
            columns[name] = pandas.Series(values, dtype="datetime64[ms]")
        elif None in values and kinds == {int}:
            columns[name] = pandas.array(values, dtype="Int64")
        else:
            columns[name] = values
    return pandas.DataFrame(columns)


def csr_matrix(parts: tuple[_core.Buffer, _core.Buffer, _core.Buffer, list[str]], rows: int) -> Any:
    """Return the core's compressed rows as a scipy matrix."""
    sparse = require("scipy.sparse", "a sparse matrix", install="scipy")
    numpy = require("numpy", "a sparse matrix")
    data, indices, indptr, names = parts
    arrays = (
        # Copied: scipy changes its arrays in place, and the core's are not to be changed.
        numpy.frombuffer(data, dtype=memoryview(data).format).copy(),
        numpy.frombuffer(indices, dtype=numpy.int32),
        numpy.frombuffer(indptr, dtype=numpy.int64),
    )
    return sparse.csr_matrix(arrays, shape=(rows, len(names)), copy=False)
