"""Columns that say to which group each text belongs."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeAlias

from slugline._optional import try_import
from slugline._texts import library_of

Group: TypeAlias = str | int | bool

NO_GROUP = -1
_TOO_LARGE = 2**63


def group_numbers(groups: Any, rows: int) -> tuple[list[Group], array[int]]:
    """Give each group of a column a number.

    Parameters
    ----------
    groups : list, or column of pandas, polars, pyarrow, numpy or anything Arrow
        One value for each text: text, whole numbers, truth values or whatever else can be told
        apart, such as dates. Texts of a null (None, NaN) belong to no group.
    rows : int
        How many texts there are.

    Returns
    -------
    names : list of str, int or bool
        The groups that occur, in ascending order. What is neither text, whole number nor truth
        value becomes text; floats are whole numbers where all of them are.
    numbers : array of int, shape (rows,)
        For each text the number of its group in `names`, -1 where it is in none.

    Raises
    ------
    TypeError
        Where it is no column, or a value cannot be a group, with its row.
    ValueError
        Where it is not as long as the texts.

    Examples
    --------
    >>> group_numbers(["Le Monde", None, "Правда", "Le Monde"], 4)
    (['Le Monde', 'Правда'], array('i', [0, -1, 1, 0]))
    """
    values, codes = _encoded(_checked(groups))
    if len(codes) != rows:
        raise ValueError(f"there are {len(codes):,} groups for {rows:,} texts")
    names, ranks = _ranked(values)
    ranks.append(NO_GROUP)  # The code -1 finds it at the end.
    return names, array("i", map(ranks.__getitem__, codes))


def _checked(groups: Any) -> Any:
    if isinstance(groups, str | bytes | Mapping | set | frozenset):
        raise TypeError(
            f"groups must be a column with a value for each text, not {type(groups).__name__}"
        )
    if hasattr(type(groups), "columns"):
        raise TypeError(
            f"groups must be one column, not a whole {type(groups).__name__}: pass a column of it, "
            'such as table["source"]'
        )
    is_arrow = hasattr(groups, "__arrow_c_stream__") or hasattr(groups, "__arrow_c_array__")
    if not is_arrow and not isinstance(groups, Iterable):
        raise TypeError(
            f"groups must be a column with a value for each text, not {type(groups).__name__}"
        )
    return groups


def _encoded(column: Any) -> tuple[list[Any], list[int]]:
    """Return the different values of a column, and for each row the number of its own, or -1."""
    library = library_of(column)
    if getattr(column, "ndim", 1) != 1:
        raise TypeError(f"groups must have one dimension, not {column.ndim}")
    pyarrow = try_import("pyarrow")
    if pyarrow and not isinstance(column, list | tuple):
        encoded = _encoded_by_arrow(pyarrow, column)
        if encoded:
            return encoded
    match library:
        case "polars":
            column = column.to_list()
        case "pyarrow":
            column = column.to_pylist()
        case "pandas" | "numpy":
            column = column.tolist()
    numbers: dict[Any, int] = {}
    codes = []
    for row, value in enumerate(column):
        if _is_missing(value):
            codes.append(NO_GROUP)
            continue
        if not isinstance(value, Hashable):
            raise TypeError(f"row {row} of groups is {type(value).__name__}, which is no group")
        # 1 and True are equal, and yet not the same.
        key = (type(value), value)
        codes.append(numbers.setdefault(key, len(numbers)))
    return [value for _, value in numbers], codes


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
    except (pyarrow.ArrowException, TypeError):
        return None
    values = encoded.dictionary.to_pylist()
    codes = encoded.indices.fill_null(NO_GROUP).to_pylist()
    missing = {code for code, value in enumerate(values) if _is_missing(value)}
    if missing:
        codes = [NO_GROUP if code in missing else code for code in codes]
    return values, codes


def _is_missing(value: Any) -> bool:
    # NaN is not itself; pandas.NA answers no such question.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def _ranked(values: list[Any]) -> tuple[list[Group], list[int]]:
    """Return the names of groups in order, and for each of the values the number of its name."""
    used = [value for value in values if not _is_missing(value)]
    named = _names(used)
    distinct = sorted(set(named))
    rank = {name: number for number, name in enumerate(distinct)}
    ranks = iter(rank[name] for name in named)
    return distinct, [NO_GROUP if _is_missing(value) else next(ranks) for value in values]


def _names(values: list[Any]) -> list[Any]:
    """Return values as what a column of groups can hold: all text, whole numbers or bools."""
    values = [value.item() if hasattr(value, "item") else value for value in values]
    for kind in (str, bool):
        if all(isinstance(value, kind) for value in values):
            return values
    if all(_is_whole(value) for value in values):
        return [int(value) for value in values]
    return [str(value) for value in values]


def _is_whole(value: Any) -> bool:
    if isinstance(value, float):
        return value.is_integer() and abs(value) < _TOO_LARGE
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _TOO_LARGE
