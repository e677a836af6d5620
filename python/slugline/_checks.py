"""Arguments that are not what they must be, told by their names."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from slugline._texts import Origin, library_of


def check_text(name: str, value: Any, what: str = "text") -> None:
    """Make sure that an argument is a str that UTF-8 can hold.

    Raises
    ------
    TypeError
        Where it is no str.
    ValueError
        Where it has a lone surrogate.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be {what}, not {type(value).__name__}")
    if has_surrogate(value):
        raise ValueError(f"{name} has a lone surrogate: {value!r}")


def check_texts(name: str, values: Iterable[Any]) -> None:
    """Make sure that no text of a column has a lone surrogate; what is no text may stand there.

    Raises
    ------
    ValueError
        Where one has, with its row.
    """
    for row, value in enumerate(values):
        if isinstance(value, str) and has_surrogate(value):
            raise ValueError(f"row {row} of {name} has a lone surrogate: {value!r}")


def has_surrogate(text: str) -> bool:
    """Tell whether a text has a surrogate, which no UTF-8 can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def check_level(level: Any) -> None:
    """Make sure that a level is a whole number or None.

    Raises
    ------
    TypeError
        Where it is neither.
    """
    if level is not None:
        whole_number("level", level)


def whole_number(name: str, value: Any, what: str = "a whole number") -> int:
    """Return an argument as an int.

    Raises
    ------
    TypeError
        Where it is no whole number.
    """
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be {what}, not {type(value).__name__}") from None


def check_column(name: str, column: Any, *, value: str, called: str) -> None:
    """Make sure that an argument is a column of one dimension.

    Parameters
    ----------
    name : str
        That of the argument.
    column : object
        What was given.
    value : str
        What it has for each text.
    called : str
        What such a column may be called in a table.

    Raises
    ------
    TypeError
        Where it is none: a table, one value, or what has no order.
    """
    is_arrow = hasattr(column, "__arrow_c_stream__") or hasattr(column, "__arrow_c_array__")
    is_one = isinstance(column, str | bytes | date | Mapping | set | frozenset)
    if not is_one and hasattr(type(column), "columns"):
        raise TypeError(
            f"{name} must be one column, not a whole {type(column).__name__}: pass a column of it, "
            f'such as table["{called}"]'
        )
    if is_one or not (is_arrow or isinstance(column, Iterable)):
        raise TypeError(
            f"{name} must be a column with a {value} for each text, not {type(column).__name__}"
        )
    if getattr(column, "ndim", 1) != 1:
        raise TypeError(f"{name} must have one dimension, not {column.ndim}")


def check_index(name: str, column: Any, origin: Origin) -> None:
    """Make sure that a Series has the index of the Series of texts, since it goes by position.

    Raises
    ------
    ValueError
        Where both are Series of pandas, as long as each other, and their indexes differ.
    """
    if origin.kind != "pandas" or library_of(column) != "pandas":
        return
    if len(column) == len(origin.index) and not column.index.equals(origin.index):
        raise ValueError(
            f"{name} has another index than the texts, and is taken by position: bring it into "
            f"their order ({name}.loc[texts.index]), or pass {name}.to_numpy() where it is in it"
        )
