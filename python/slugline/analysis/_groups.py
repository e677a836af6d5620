"""Columns that say to which group each text belongs."""

from __future__ import annotations

from array import array
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from slugline._checks import check_column, check_index, check_texts, has_surrogate
from slugline._optional import require, try_import
from slugline._texts import Origin, library_of
from slugline._typing import FrameKind
from slugline.analysis._missing import is_missing

Group: TypeAlias = str | int | bool | float | date

NO_GROUP = -1
_NO_NAME = "group"
_TOO_LARGE = 2**63


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of texts, on their way into a table of the core and out of it."""

    title: str
    """The name of their column: that of their Series, else ``group``."""
    names: list[Group]
    numbers: array[int]
    kind: FrameKind | None
    """The library of the table."""

    @property
    def for_core(self) -> tuple[str, list[Any], array[int]]:
        """What the core makes a column of."""
        return self.title, _core_names(self.names, self.kind), self.numbers

    def put_back(self, frame: Any) -> Any:
        """Return the core's table with the groups as they were given."""
        return _with_names(frame, self.title, self.names, self.kind)


def grouped(groups: Any, rows: int, origin: Origin, kind: FrameKind | None) -> Grouped:
    """Take in a column of groups; see `group_numbers`.

    Raises
    ------
    TypeError
        Where it is no column, or a value cannot be a group, with its row.
    ValueError
        Where it is not as long as the texts, a value has a lone surrogate, or both are Series of
        pandas with different indexes.
    """
    names, numbers = group_numbers(groups, rows)
    check_index("groups", groups, origin)
    return Grouped(_title_of(groups), names, numbers, kind)


def _title_of(groups: Any) -> str:
    """Return the name of a Series, if it has one that a column can have."""
    name = groups.name if library_of(groups) in ("pandas", "polars") else None
    if not isinstance(name, str) or not name:
        return _NO_NAME
    if has_surrogate(name):
        raise ValueError(f"the name of groups has a lone surrogate: {name!r}")
    return name


def group_numbers(groups: Any, rows: int) -> tuple[list[Group], array[int]]:
    """Give each group of a column a number.

    Parameters
    ----------
    groups : list, or column of pandas, polars, pyarrow, numpy or anything Arrow
        One value for each text: text, numbers, truth values, dates or whatever else can be told
        apart. Texts of a null (None, NaN) belong to no group.
    rows : int
        How many texts there are.

    Returns
    -------
    names : list of str, int, bool, float, date or datetime
        The groups that occur: in the order of the categories where these have one (ordered
        categoricals, ``pd.cut``, ``pl.Enum``), else ascending. Floats are whole numbers where all
        of them are. What is none of these, timestamps with a time zone and a mixture of kinds
        become text.
    numbers : array of int, shape (rows,)
        For each text the number of its group in `names`, -1 where it is in none.

    Raises
    ------
    TypeError
        Where it is no column, or a value cannot be a group, with its row.
    ValueError
        Where it is not as long as the texts, or a value has a lone surrogate, with its row.

    Examples
    --------
    >>> group_numbers(["Le Monde", None, "Правда", "Le Monde"], 4)
    (['Le Monde', 'Правда'], array('i', [0, -1, 1, 0]))
    >>> group_numbers([10.5, 2.0], 2)
    ([2.0, 10.5], array('i', [1, 0]))
    """
    check_column("groups", groups, value="value", called="source")
    values, codes = _encoded(groups)
    if len(codes) != rows:
        raise ValueError(f"there are {len(codes):,} groups for {rows:,} texts")
    _check_texts(values, codes)
    names, ranks = _ranked(values, _order_of(groups))
    ranks.append(NO_GROUP)  # The code -1 finds it at the end.
    return names, array("i", map(ranks.__getitem__, codes))


def _core_names(names: list[Group], kind: FrameKind | None) -> list[Any]:
    """Return names as the core takes them: text, whole numbers or truth values.

    Numbers stand for floats and dates where a library will put these back; else they are text.

    Examples
    --------
    >>> _core_names([2.0, 10.5], "polars"), _core_names([date(2022, 1, 1)], None)
    ([0, 1], ['2022-01-01'])
    """
    if _is_put_back(names):
        return list(range(len(names))) if kind else [_text(name) for name in names]
    return names


def _with_names(frame: Any, column: str, names: list[Group], kind: FrameKind | None) -> Any:
    """Put floats and dates into a frame, where `_core_names` put numbers for them."""
    if not _is_put_back(names):
        return frame
    match kind:
        case "pandas":
            pandas = require("pandas", "a pandas frame")
            if type(names[0]) is date:
                made = pandas.DatetimeIndex(pandas.Series(names, dtype="datetime64[ms]"))
            else:
                made = pandas.Index(names)
            frame[column] = made.take(frame[column])
        case "polars":
            polars = require("polars", "a polars frame")
            frame = frame.with_columns(polars.Series(column, names).gather(frame[column]))
        case "pyarrow":
            pyarrow = require("pyarrow", "a pyarrow table")
            at = frame.column_names.index(column)
            named = pyarrow.array(names).take(frame[column])
            frame = frame.set_column(at, column, named)
    return frame


def _is_put_back(names: list[Group]) -> bool:
    # All are of one kind.
    return bool(names) and isinstance(names[0], float | date)


def _check_texts(values: list[Any], codes: list[int]) -> None:
    try:
        check_texts("groups", values)
    except ValueError:
        # Of the rows, not of the different values.
        check_texts("groups", (values[code] if code >= 0 else None for code in codes))
        raise


def _encoded(column: Any) -> tuple[list[Any], list[int]]:
    """Return the different values of a column, and for each row the number of its own, or -1."""
    categories = _categories(column)
    if categories is not None and categories.ordered:
        return _encoded_already(column, categories)
    pyarrow = try_import("pyarrow")
    if pyarrow and not isinstance(column, list | tuple):
        encoded = _encoded_by_arrow(pyarrow, column)
        if encoded:
            return encoded
    match library_of(column):
        case "polars":
            column = column.to_list()
        case "pyarrow":
            column = column.to_pylist()
        case "numpy" if column.dtype.kind == "M":
            # A list of nanoseconds would be one of whole numbers.
            column = column.astype("datetime64[us]").tolist()
        case "pandas" | "numpy":
            column = column.tolist()
    numbers: dict[Any, int] = {}
    codes = []
    for row, value in enumerate(column):
        if is_missing(value):
            codes.append(NO_GROUP)
            continue
        if not isinstance(value, Hashable):
            raise TypeError(f"row {row} of groups is {type(value).__name__}, which is no group")
        # 1 and True are equal, and yet not the same.
        key = (type(value), value)
        codes.append(numbers.setdefault(key, len(numbers)))
    return [value for _, value in numbers], codes


def _encoded_already(column: Any, dtype: Any) -> tuple[list[Any], list[int]]:
    """Do the same for categories of pandas, which may be what Arrow does not have: intervals."""
    codes = getattr(column, "cat", column).codes.tolist()
    used = sorted(set(codes) - {NO_GROUP})
    number = {code: at for at, code in enumerate(used)} | {NO_GROUP: NO_GROUP}
    categories = dtype.categories.tolist()
    return [categories[code] for code in used], [number[code] for code in codes]


def _encoded_by_arrow(pyarrow: Any, column: Any) -> tuple[list[Any], list[int]] | None:
    """Do the same with no Python object for each row; None where it has no such Arrow form."""
    try:
        if hasattr(column, "__arrow_c_stream__"):
            chunks = pyarrow.chunked_array(column)
        else:
            chunks = pyarrow.chunked_array([pyarrow.array(column, from_pandas=True)])
        whole = chunks.combine_chunks()
        if isinstance(whole, pyarrow.ChunkedArray):
            whole = pyarrow.concat_arrays(whole.chunks)
        if pyarrow.types.is_dictionary(whole.type):
            whole = whole.cast(whole.type.value_type)
        encoded = whole.dictionary_encode()
        values = encoded.dictionary.to_pylist()
    except (pyarrow.ArrowException, TypeError, ValueError):
        return None
    codes = encoded.indices.fill_null(NO_GROUP).to_pylist()
    missing = {code for code, value in enumerate(values) if is_missing(value)}
    if missing:
        codes = [NO_GROUP if code in missing else code for code in codes]
    return values, codes


def _categories(column: Any) -> Any:
    """Return the type of a pandas categorical; None for all else."""
    dtype = getattr(column, "dtype", None)
    return dtype if type(dtype).__name__ == "CategoricalDtype" else None


def _order_of(column: Any) -> list[Any] | None:
    """Return the categories of a column that have an order of their own."""
    if (categories := _categories(column)) is not None:
        return categories.categories.tolist() if categories.ordered else None
    match library_of(column):
        case "polars" if type(column.dtype).__name__ == "Enum":
            return list(column.dtype.categories)
        case "pyarrow" if getattr(column.type, "ordered", False):
            if type(column).__name__ == "ChunkedArray":
                column = column.unify_dictionaries()
                column = column.chunk(0) if column.num_chunks else None
            return None if column is None else list(column.dictionary.to_pylist())
    return None


def _ranked(values: list[Any], order: list[Any] | None) -> tuple[list[Group], list[int]]:
    """Return the names of groups in order, and for each of the values the number of its name."""
    used = [value for value in values if not is_missing(value)]
    named = _names(used)
    rank = {name: number for number, name in enumerate(_in_order(used, named, order))}
    ranks = iter(rank[name] for name in named)
    return list(rank), [NO_GROUP if is_missing(value) else next(ranks) for value in values]


def _in_order(values: list[Any], named: list[Any], order: list[Any] | None) -> list[Any]:
    """Return the different names, in the order given, that of the values, or that of the names."""
    if order is not None:
        places = {value: place for place, value in enumerate(order)}
        pairs = sorted(zip(values, named, strict=True), key=lambda pair: places[pair[0]])
        return list(dict.fromkeys(name for _, name in pairs))
    by_name = sorted(zip(values, named, strict=True), key=lambda pair: pair[1])
    if len({type(value) for value in values}) == 1:
        with suppress(TypeError, ArithmeticError):  # What has no order.
            by_name.sort(key=lambda pair: pair[0])
    return list(dict.fromkeys(name for _, name in by_name))


def _names(values: list[Any]) -> list[Any]:
    """Return values as what a column of groups can hold: all of one kind."""
    values = [value.item() if hasattr(value, "item") else value for value in values]
    for kind in (str, bool):
        if all(isinstance(value, kind) for value in values):
            return values
    if all(_is_whole(value) for value in values):
        return [int(value) for value in values]
    if all(_is_number(value) for value in values):
        return [float(value) for value in values]
    if all(type(value) is date for value in values):
        return values
    if all(isinstance(value, datetime) and value.tzinfo is None for value in values):
        return values
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """Return a value as text: a date as ISO 8601 has it, without a time at midnight."""
    if isinstance(value, datetime):
        text = value.isoformat()
        return text.removesuffix("T00:00:00") if value.tzinfo is None else text
    return value.isoformat() if isinstance(value, date) else str(value)


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer() and abs(value) < _TOO_LARGE
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE


def _is_number(value: Any) -> bool:
    return isinstance(value, float) or _is_whole(value)
