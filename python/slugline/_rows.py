"""Rows into the core's gazetteer, however they were read."""

from collections.abc import Iterable
from typing import Any

from slugline import _core
from slugline._affixes import all_named_affixes
from slugline._entry import (
    RESERVED,
    Row,
    Unreadable,
    check_names,
    clean_attributes,
    clean_options,
)
from slugline._tables import arrow_of
from slugline._typing import OnBadRow


def add_rows(
    gazetteer: _core.Gazetteer, rows: Iterable[Row | Unreadable], errors: OnBadRow = "raise"
) -> list[str]:
    """Add rows; with ``"skip"``, leave out those that are wrong and return why they are."""
    skipped = []
    for row in rows:
        try:
            add_row(gazetteer, row)
        except (ValueError, TypeError, OverflowError) as error:
            if errors == "raise":
                raise
            skipped.append(str(error))
    return skipped


def add_row(gazetteer: _core.Gazetteer, row: Row | Unreadable) -> None:
    """Add a row.

    Raises
    ------
    ValueError, TypeError
        Where the row is wrong, with its place.
    """
    if isinstance(row, Unreadable):
        raise row.error(f"{row.place}: {row.reason}")
    _check_information(row)
    _check_concept(row.concept, row.place)
    options = clean_options(row.options, row.place)
    gazetteer.add(
        row.phrase,
        row.concept,
        options,
        row.lang or None,
        row.weight,
        clean_attributes(row.attributes, row.place),
        row.place or None,
    )


def add_table(
    gazetteer: _core.Gazetteer, table: Any, source: str | None, *, phrase: str, concept: str
) -> None:
    """Add an Arrow table, with no object made for each row.

    Raises
    ------
    ValueError, TypeError
        Where a row is wrong, with its number, or a column has a name that is taken.
    """
    arrow, columns = arrow_of(table)
    others = {*columns} - {phrase, concept}
    check_names(({"phrase", "concept"} & others) | (others - {*RESERVED}), source)
    gazetteer.add_table(arrow, phrase, concept, {}, source, named_affixes=all_named_affixes())
    empty = gazetteer.concept_with_empty_part()
    if empty is not None:
        raise _empty_part(empty, source)


def _check_concept(concept: Any, place: str | None) -> None:
    """Refuse a path with a part that has no name."""
    if isinstance(concept, str) and _core.has_empty_part(concept):
        raise _empty_part(concept, place)


def _empty_part(concept: str, place: str | None) -> ValueError:
    where = f"{place}: " if place else ""
    return ValueError(
        f"{where}the concept {concept!r} has an empty part (a slash that parts nothing is \\/)"
    )


def _check_information(row: Row) -> None:
    """Refuse a language or weight of the wrong type, with the place that the core does not know."""
    where = f"{row.place}: " if row.place else ""
    if row.lang is not None and not isinstance(row.lang, str):
        raise TypeError(f"{where}lang of {row.phrase!r} must be str, not {type(row.lang).__name__}")
    if isinstance(row.weight, str | bytes | bool) or not hasattr(row.weight, "__float__"):
        raise TypeError(
            f"{where}weight of {row.phrase!r} must be a number, not {type(row.weight).__name__}"
        )
