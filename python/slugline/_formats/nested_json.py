"""Nested JSON: keys are parts of concepts, leaves are lists of phrases."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from slugline._entry import Entry, Row, Unreadable
from slugline._formats._files import PathLike, Source, open_for_writing
from slugline._nested import dict_of_entries, rows_of_dict


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read a nested object."""
    yield from rows_of_dict(load(source), source.name)


def load(source: Source) -> dict[str, Any]:
    """Return the object.

    Raises
    ------
    ValueError
        Where it is none, with the line where that is known.
    """
    text = source.text()
    try:
        dictionary = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        hint = _LINES if error.msg == "Extra data" else ""
        raise ValueError(f"{source.place(error.lineno)}: {error.msg}{hint}") from None
    except ValueError as error:
        raise ValueError(f"{source.name}: {error}") from None
    except RecursionError:
        raise ValueError(f"{source.name}: nested too deep") from None
    if not isinstance(dictionary, dict):
        kind = type(dictionary).__name__
        raise ValueError(f"{source.name}: must be an object of concepts, not {kind}{_LINES}")
    return dictionary


_LINES = ' (a JSON object a line is format="jsonl", "spacy" or "wikidata")'


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # Python's own reader keeps the last of two equal keys and drops the phrases of the first.
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise ValueError(f"the key {key!r} is there twice in one object")
        made[key] = value
    return made


def write(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write a nested object. JSON has no null key: exclusions stand under "" and say so."""
    nested = dict_of_entries(entries, null_key=False)
    with open_for_writing(path) as file:
        json.dump(nested, file, ensure_ascii=False, indent=2)
        file.write("\n")
