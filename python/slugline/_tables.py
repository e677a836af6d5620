"""Tables of phrases, whatever library made them."""

from collections.abc import Iterator, Mapping
from typing import Any

from slugline._entry import Row, Unreadable, row_of_record
from slugline._optional import try_import


def is_table(table: Any) -> bool:
    """Tell whether the table can go to the core as Arrow, with no object made for each row."""
    if type(table).__name__ == "Series":
        raise TypeError("from_table needs a table with a column of phrases, not a Series")
    if is_pandas_frame(table):
        return try_import("pyarrow") is not None
    return hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__")


def is_pandas_frame(table: Any) -> bool:
    """Tell whether this is a pandas DataFrame, without importing pandas."""
    kind = type(table)
    return kind.__module__.partition(".")[0] == "pandas" and hasattr(kind, "columns")


def arrow_of(table: Any) -> tuple[Any, list[str]]:
    """Return the table as something Arrow, and the names of its columns where they are known."""
    if is_pandas_frame(table):
        # An index other than 0, 1, 2, … would become a column, and so an attribute.
        table = table.reset_index(drop=True)
        return table, [str(name) for name in table.columns]
    names = getattr(table, "column_names", None)
    if names is None:
        names = getattr(table, "columns", [])
    return table, [name for name in names if isinstance(name, str)]


def rows_of_table(table: Any, *, phrase: str, concept: str) -> Iterator[Row | Unreadable]:
    """Read the rows of a list of dicts, a dict of lists, or a pandas frame without pyarrow.

    Raises
    ------
    TypeError
        Where it is none of these.
    """
    if is_pandas_frame(table):
        table = {name: table[name].tolist() for name in table.columns}
    if isinstance(table, Mapping):
        records = _records_of_columns(table)
    elif isinstance(table, str | bytes) or not hasattr(table, "__iter__"):
        raise TypeError(
            "from_table needs a pandas, polars or Arrow table, a list of dicts or a dict of lists, "
            f"not {type(table).__name__}"
        )
    else:
        records = iter(table)
    for index, record in enumerate(records):
        place = f"row {index}"
        if not isinstance(record, Mapping):
            raise TypeError(f"{place} must be a dict, not {type(record).__name__}")
        yield row_of_record(record, place, phrase=phrase, concept=concept)


def _records_of_columns(columns: Mapping[Any, Any]) -> Iterator[dict[Any, Any]]:
    lists = {}
    for name, values in columns.items():
        if isinstance(values, str | bytes) or not hasattr(values, "__iter__"):
            raise TypeError(
                f"column {name!r} must be a list, not {type(values).__name__}; "
                "for nested concepts there is from_dict"
            )
        lists[name] = list(values)
    lengths = {name: len(values) for name, values in lists.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns must have one length: {lengths}")
    for values in zip(*lists.values(), strict=True):
        yield dict(zip(lists, values, strict=True))
