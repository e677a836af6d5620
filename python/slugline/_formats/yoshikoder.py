"""Yoshikoder's dictionaries (.ykd): XML."""

from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source
from slugline._formats._xml import read_text, text_of


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read the patterns of all categories."""
    for row in read_text(source, text_of(source)):
        if isinstance(row, Row):
            row.phrase = row.phrase.strip()
        yield row
