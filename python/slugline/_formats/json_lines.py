"""One JSON object a line, its keys the columns of a table."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from slugline._entry import Entry, Row, Unreadable, record_of, row_of_record
from slugline._formats._files import PathLike, Source, open_for_writing, rows_of_lines

_FOREIGN = {"spacy": {"label", "pattern"}, "wikidata": {"id", "labels"}}
"""What keys tell other formats of a JSON object a line."""


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read objects, a line each; lines of white space are left out."""

    def rows_of(line: str, place: str) -> Iterator[Row]:
        record = parse(line)
        for name, keys in _FOREIGN.items():
            if keys <= record.keys() and source.columns["phrase"] not in record:
                raise ValueError(f'looks like format="{name}": give that')
        yield row_of_record(record, place, **source.columns)

    # JSON has no line end but this one within a value's text: other readers see more.
    return rows_of_lines(source, rows_of, newline="\n")


def parse(line: str) -> dict[str, Any]:
    """Read one line.

    Raises
    ------
    ValueError
        Where it is not a JSON object.
    """
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(record, dict):
        raise ValueError(f"must be a JSON object, not {type(record).__name__}")
    return record


def write(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write an object a line, with what is not as it is by default."""
    with open_for_writing(path) as file:
        for entry in entries:
            file.write(json.dumps(record_of(entry), ensure_ascii=False) + "\n")
