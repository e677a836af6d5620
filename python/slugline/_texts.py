"""The kinds of columns that texts come in, and answers of the same kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from slugline import _core
from slugline._optional import require, try_import

Kind: TypeAlias = Literal["str", "list", "numpy", "pandas", "polars", "pyarrow", "arrow"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a column of texts was, so that an answer can be one too. It keeps no text alive."""

    kind: Kind
    index: Any = None
    """The index of a pandas Series."""
    name: Any = None
    """The name of a pandas or polars Series."""
    dtype: Any = None
    """The type of the column, as its library has it."""
    chunked: bool = False
    """Whether a pyarrow column was a ChunkedArray."""


def read_texts(texts: Any) -> tuple[_core.Texts, Origin]:
    """Take in a column of texts of any kind, without a copy where it is Arrow.

    Raises
    ------
    TypeError
        Where it is no column of texts, with what to pass instead.
    """
    if isinstance(texts, str):
        return _core.Texts.from_list([texts]), Origin("str")
    if type(texts) is list:
        return _core.Texts.from_list(texts), Origin("list")
    _refuse(texts)
    match library_of(texts):
        case "pandas":
            return _read_pandas(texts)
        case "polars":
            return _read_polars(texts)
        case "pyarrow":
            chunked = type(texts).__name__ == "ChunkedArray"
            return _core.Texts.from_arrow(texts), Origin(
                "pyarrow", dtype=texts.type, chunked=chunked
            )
        case "numpy":
            return _read_numpy(texts)
    if hasattr(texts, "__arrow_c_stream__") or hasattr(texts, "__arrow_c_array__"):
        return _core.Texts.from_arrow(texts), Origin("arrow")
    return _core.Texts.from_list(list(texts)), Origin("list")


def library_of(column: Any) -> Literal["pandas", "polars", "pyarrow", "numpy"] | None:
    """Tell whose column this is, without importing any library."""
    kind = type(column)
    match kind.__module__.partition(".")[0]:
        case "pandas" if kind.__name__ == "Series":
            return "pandas"
        case "polars" if kind.__name__ == "Series":
            return "polars"
        case "pyarrow" if hasattr(column, "type") and hasattr(column, "null_count"):
            return "pyarrow"
        case "numpy" if kind.__name__ == "ndarray":
            return "numpy"
    # A subclass of a library's own class lives in a module of someone else's.
    for base in kind.__mro__[1:-1]:
        if base.__name__ == "Series" and base.__module__.partition(".")[0] == "pandas":
            return "pandas"
    return None


def _refuse(texts: Any) -> None:
    kind = type(texts).__name__
    if hasattr(type(texts), "columns"):
        raise TypeError(
            f"texts must be one column of texts, not a whole {kind}: pass a column of it, "
            'such as table["text"]'
        )
    if isinstance(texts, Mapping):
        raise TypeError(f"texts must be a column of texts, not a {kind}: pass list(texts.values())")
    if isinstance(texts, set | frozenset):
        raise TypeError(f"texts must be in an order, which a {kind} has not: pass sorted(texts)")
    if isinstance(texts, bytes | bytearray | memoryview):
        raise TypeError(f'texts must be text, not {kind}: decode it, such as texts.decode("utf-8")')
    arrow = hasattr(texts, "__arrow_c_stream__") or hasattr(texts, "__arrow_c_array__")
    if not arrow and not isinstance(texts, Iterable):
        raise TypeError(f"texts must be a str or a column of them, not {kind}")


def _read_pandas(series: Any) -> tuple[_core.Texts, Origin]:
    origin = Origin("pandas", index=series.index, name=series.name, dtype=series.dtype)
    storage = getattr(series.dtype, "storage", "")
    if storage.startswith("pyarrow") or type(series.dtype).__name__ == "ArrowDtype":
        return _core.Texts.from_arrow(series.array.__arrow_array__()), origin
    return _core.Texts.from_list(series.tolist()), origin


def _read_polars(series: Any) -> tuple[_core.Texts, Origin]:
    origin = Origin("polars", name=series.name, dtype=series.dtype)
    if str(series.dtype) == "Object":
        # Python objects have no Arrow form.
        return _core.Texts.from_list(series.to_list()), origin
    if str(series.dtype) == "Null":
        # polars exports this type with a buffer that the Arrow format does not have.
        series = series.cast(require("polars", "a polars Series").String)
    return _core.Texts.from_arrow(series), origin


def _read_numpy(array: Any) -> tuple[_core.Texts, Origin]:
    if array.ndim != 1:
        raise TypeError(f"texts must have one dimension, not {array.ndim}")
    return _core.Texts.from_list(array.tolist()), Origin("numpy", dtype=array.dtype)


def read_ids(ids: Any, texts: _core.Texts) -> Any:
    """Take in a column of ids: anything Arrow as it is, everything else as a list.

    Raises
    ------
    TypeError
        Where it is no column.
    ValueError
        Where it is not as long as the texts.
    """
    if ids is None:
        return None
    if isinstance(ids, str | bytes | Mapping) or hasattr(type(ids), "columns"):
        raise TypeError(f"ids must be a column, not {type(ids).__name__}")
    if library_of(ids) in ("pandas", "numpy"):
        ids = _ids_of_array(ids)
    elif library_of(ids) is None and not hasattr(ids, "__arrow_c_stream__"):
        ids = ids if hasattr(ids, "__arrow_c_array__") else list(ids)
    if hasattr(ids, "__len__") and len(ids) != len(texts):
        raise ValueError(f"there are {len(ids):,} ids for {len(texts):,} texts")
    return ids


def _ids_of_array(ids: Any) -> Any:
    """Return ids of pandas or numpy as Arrow, of whatever type they are; else as a list."""
    pyarrow = try_import("pyarrow")
    if pyarrow:
        try:
            return pyarrow.array(ids, from_pandas=True)
        except (
            pyarrow.ArrowInvalid,
            pyarrow.ArrowTypeError,
            pyarrow.ArrowNotImplementedError,
            UnicodeEncodeError,
        ):
            pass  # Objects of several types: the list says which row is odd.
    return ids.tolist()


def bools_like(column: _core.ArrowColumn, origin: Origin) -> Any:
    """Return a column of bools as the kind that the texts were."""
    match origin.kind:
        case "str":
            return column.to_list()[0]
        case "list":
            return column.to_list()
        case "numpy":
            return _numpy(column, bool)
        case "pandas":
            return _series(column, origin, "bool")
    return arrow_like(column, origin)


def texts_like(column: _core.ArrowColumn, origin: Origin) -> Any:
    """Return a column of text as the kind that the texts were, with their type."""
    match origin.kind:
        case "str":
            return column.to_list()[0]
        case "list":
            return column.to_list()
        case "numpy":
            return _numpy_texts(column, origin)
        case "pandas":
            return _series(column, origin, _pandas_text(origin.dtype))
        case "pyarrow":
            return _pyarrow_texts(column, origin)
    return arrow_like(column, origin)


def lists_like(lists: list[Any], origin: Origin) -> Any:
    """Return lists, one for each text, as a Series where the texts were one of pandas'."""
    if origin.kind == "pandas":
        pandas = require("pandas", "a pandas Series")
        return pandas.Series(lists, index=origin.index, name=origin.name, dtype="object")
    return lists


def arrow_like(column: _core.ArrowColumn, origin: Origin) -> Any:
    """Return a column as polars' or pyarrow's, or as it is."""
    if origin.kind == "polars":
        return require("polars", "a polars Series").Series(column).alias(origin.name)
    if origin.kind == "pyarrow":
        pyarrow = require("pyarrow", "a pyarrow array")
        array = pyarrow.array(column)
        return pyarrow.chunked_array([array]) if origin.chunked else array
    return column


def _pyarrow_texts(column: _core.ArrowColumn, origin: Origin) -> Any:
    pyarrow = require("pyarrow", "a pyarrow array")
    array = arrow_like(column, origin)
    wanted = origin.dtype
    if pyarrow.types.is_dictionary(wanted):
        wanted = wanted.value_type
    if pyarrow.types.is_null(wanted):
        return array
    try:
        return array.cast(wanted)
    except pyarrow.ArrowInvalid:
        # More text than the offsets of the type can number: it stays as the core made it.
        return array


def _numpy(column: _core.ArrowColumn, dtype: Any) -> Any:
    return require("numpy", "a numpy array").array(column.to_list(), dtype=dtype)


def _numpy_texts(column: _core.ArrowColumn, origin: Origin) -> Any:
    values = column.to_list()
    dtype = origin.dtype
    if type(dtype).__name__ != "StringDType":
        # Of fixed width, `U7` would cut what has become longer; objects do not.
        dtype = object
    elif None in values:
        numpy = require("numpy", "a numpy array")
        missing = getattr(dtype, "na_object", None)
        values = [missing if value is None else value for value in values]
        dtype = dtype if hasattr(dtype, "na_object") else numpy.dtypes.StringDType(na_object=None)
    return require("numpy", "a numpy array").array(values, dtype=dtype)


def _series(column: _core.ArrowColumn, origin: Origin, dtype: Any) -> Any:
    pandas = require("pandas", "a pandas Series")
    return pandas.Series(column.to_list(), index=origin.index, name=origin.name, dtype=dtype)


def _pandas_text(dtype: Any) -> Any:
    """Return the type for new texts: that of the old, unless it holds only certain texts."""
    if type(dtype).__name__ == "ArrowDtype":
        arrow = dtype.pyarrow_dtype
        while hasattr(arrow, "value_type"):
            arrow = arrow.value_type
        return dtype if arrow == dtype.pyarrow_dtype else type(dtype)(arrow)
    return dtype if type(dtype).__name__ == "StringDtype" else "object"
