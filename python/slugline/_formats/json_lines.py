"""One JSON object a line, its keys the columns of a table."""

import json
import os
from collections.abc import Iterator, Sequence

from slugline._entry import Entry, Row, Unreadable, record_of, row_of_record
from slugline._formats._files import open_for_writing, open_text, undecoded

PathLike = str | os.PathLike[str]


def read(path: PathLike, encoding: str | None) -> Iterator[Row | Unreadable]:
    """Read objects, a line each; lines of white space are left out."""
    with open_text(path, encoding, newline="\n") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _row(line, f"{os.fspath(path)}, line {number}", encoding)


def _row(line: str, place: str, encoding: str | None) -> Row | Unreadable:
    wrong = undecoded(line, encoding)
    if wrong:
        return Unreadable(place, wrong)
    try:
        record = json.loads(line)
    except ValueError as error:
        return Unreadable(place, f"not JSON: {error}")
    if not isinstance(record, dict):
        return Unreadable(place, f"must be a JSON object, not {type(record).__name__}")
    try:
        return row_of_record(record, place)
    except ValueError as error:
        return Unreadable(place, str(error).removeprefix(f"{place}: "))


def write(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write an object a line, with what is not as it is by default."""
    with open_for_writing(path) as file:
        for entry in entries:
            file.write(json.dumps(record_of(entry), ensure_ascii=False) + "\n")
