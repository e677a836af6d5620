"""What may be said of the text around a phrase: read from cells, checked, and written again."""

import json
from collections.abc import Mapping
from typing import Any

NEIGHBOURS = ("not_before", "not_after")
"""Options that are lists of phrases."""

WITHIN = 10
"""How far `near` reaches unless it says so."""


def clean_neighbours(name: str, value: Any, where: str = "") -> list[str]:
    """Return the phrases of `not_before` or `not_after`; one phrase may stand for a list of it.

    Raises
    ------
    TypeError
        Where it is neither text nor a list of texts.
    """
    phrases = [value] if isinstance(value, str) else value
    if not hasattr(phrases, "__iter__") or isinstance(phrases, Mapping | bytes):
        raise TypeError(f"{where}{name} must be a list of str, not {type(value).__name__}")
    phrases = list(phrases)
    for phrase in phrases:
        if not isinstance(phrase, str):
            raise TypeError(
                f"{where}{name} must be a list of str, not of {type(phrase).__name__} ({phrase!r})"
            )
    return phrases


def clean_near(value: Any, where: str = "") -> dict[str, Any] | None:
    """Return `near` with all its keys; phrases alone may stand for it.

    Raises
    ------
    TypeError
        Where it is no dict, or a value in it has the wrong type.
    ValueError
        Where a key is unknown or missing, or a value is out of range.
    """
    if value is None:
        return None
    if isinstance(value, str | list | tuple):
        value = {"phrases": value}
    if not isinstance(value, Mapping):
        raise TypeError(
            f'{where}near must be a dict such as {{"phrases": ["volcano"], "within": 10, '
            f'"unit": "word"}}, not {type(value).__name__}'
        )
    unknown = [key for key in value if key not in ("phrases", "within", "unit")]
    if unknown:
        raise ValueError(f"{where}near has phrases, within and unit, not {unknown[0]!r}")
    if value.get("phrases") is None:
        raise ValueError(f"{where}near: there must be phrases to be near to")
    within = value.get("within")
    within = WITHIN if within is None else within
    if isinstance(within, bool) or not hasattr(within, "__index__"):
        raise TypeError(f"{where}near: within must be an int, not {type(within).__name__}")
    unit = value.get("unit") or "word"
    if unit not in ("word", "char"):
        raise ValueError(f'{where}near: unit must be "word" or "char", not {unit!r}')
    if not 0 <= (within := int(within)) < 2**31:
        raise ValueError(f"{where}near: within must not be negative or huge, but is {within}")
    phrases = clean_neighbours("near: phrases", value["phrases"], where)
    return {"phrases": phrases, "within": within, "unit": unit}


def context_in(name: str, cell: str) -> Any:
    """Read a cell of a table: phrases parted by ``|``, or JSON.

    Raises
    ------
    ValueError
        Where it is meant as JSON and is none.
    """
    if cell.startswith("[" if name in NEIGHBOURS else ("[", "{")):
        try:
            return json.loads(cell)
        except ValueError as error:
            raise ValueError(f"{name}: no JSON: {error}") from None
    return [phrase.strip() for phrase in cell.split("|")]


def near_of_columns(near: Any, within: Any, unit: Any) -> Any:
    """Join what tables part: the phrases, `near_within` and `near_unit`."""
    if near is None or isinstance(near, Mapping):
        return near
    return {"phrases": near, "within": within, "unit": unit}


def context_out(name: str, value: Any) -> str:
    """Write what `context_in` reads."""
    if name == "near":
        return json.dumps(value, ensure_ascii=False)
    plain = value and not value[0].startswith("[")
    if plain and all(phrase and "|" not in phrase and phrase.strip() == phrase for phrase in value):
        return "|".join(value)
    return json.dumps(list(value), ensure_ascii=False)
