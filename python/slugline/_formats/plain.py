"""Plain lists: a phrase a line, each its own concept."""

import re
from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of

_FOREIGN = {
    "flashtext": re.compile("=>"),
    "liwc": re.compile(r"\s*%\s*"),
    "wordstat": re.compile(r"\t+\S.* \(\d+\)\s*"),
}
"""How lines look in other formats that people keep in .txt files."""


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read phrases; lines of white space are left out."""

    def rows_of(line: str, place: str) -> Iterator[Row]:
        if source.guessed:
            _check(line)
        phrase = line.strip()
        yield Row(phrase, concept_of([phrase]), place)

    return rows_of_lines(source, rows_of)


def _check(line: str) -> None:
    """Refuse a line that looks as if it were in another format."""
    for name, form in _FOREIGN.items():
        if form.search(line) if name == "flashtext" else form.fullmatch(line):
            raise ValueError(
                f'{line.strip()!r} looks like format="{name}": give that, or format="txt"'
            )
