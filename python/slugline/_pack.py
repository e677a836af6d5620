"""Entries as columns, for pickles: a million of them must not become a million dictionaries."""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from slugline._entry import OPTIONS, Entry, Row


def pack(entries: Iterable[Entry]) -> dict[str, Any]:
    """Turn entries into columns; equal options are kept once."""
    phrases: list[str] = []
    concepts: list[str | None] = []
    langs: list[str | None] = []
    weights = array("d")
    attributes: dict[int, dict[str, Any]] = {}
    numbers: dict[tuple[Any, ...], int] = {}
    options = array("q")
    for index, entry in enumerate(entries):
        phrases.append(entry.phrase)
        concepts.append(entry.concept)
        langs.append(entry.lang)
        weights.append(entry.weight)
        if entry.attributes:
            attributes[index] = dict(entry.attributes)
        options.append(numbers.setdefault(tuple(entry.options.values()), len(numbers)))
    return {
        "phrases": phrases,
        "concepts": concepts,
        "langs": langs,
        "weights": weights,
        "attributes": attributes,
        "options": options,
        "values": list(numbers),
    }


def unpack(columns: dict[str, Any]) -> Iterator[Row]:
    """Turn the columns of `pack` into rows for a gazetteer."""
    values = [dict(zip(OPTIONS, values, strict=True)) for values in columns["values"]]
    rows = zip(
        columns["phrases"],
        columns["concepts"],
        columns["langs"],
        columns["weights"],
        columns["options"],
        strict=True,
    )
    for index, (phrase, concept, lang, weight, option) in enumerate(rows):
        attributes = columns["attributes"].get(index, {})
        yield Row(phrase, concept, "", dict(values[option]), lang, weight, attributes)
