"""Nested JSON: keys are parts of concepts, leaves are lists of phrases."""

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

from slugline._entry import Entry, Row, Unreadable
from slugline._formats._files import open_for_writing, open_text, undecoded
from slugline._nested import dict_of_entries, rows_of_dict

PathLike = str | os.PathLike[str]


def read(path: PathLike, encoding: str | None) -> Iterator[Row | Unreadable]:
    """Read a nested object."""
    source = os.fspath(path)
    with open_text(path, encoding) as file:
        text = file.read()
    wrong = undecoded(text, encoding)
    if wrong:
        raise ValueError(f"{source}: {wrong}")
    try:
        dictionary = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise ValueError(f"{source}, line {error.lineno}: {error.msg}") from None
    except ValueError as error:
        raise ValueError(f"{source}: {error}") from None
    if not isinstance(dictionary, dict):
        raise ValueError(
            f"{source}: must be an object of concepts, not {type(dictionary).__name__} "
            '(a JSON object a line is format="jsonl")'
        )
    yield from rows_of_dict(dictionary, source)


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
