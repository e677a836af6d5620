"""Plain lists: a phrase a line, each its own concept."""

import os
from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import open_text, undecoded

PathLike = str | os.PathLike[str]


def read(path: PathLike, encoding: str | None) -> Iterator[Row | Unreadable]:
    """Read phrases; lines of white space are left out."""
    with open_text(path, encoding) as file:
        for number, line in enumerate(file, 1):
            phrase = line.strip()
            place = f"{os.fspath(path)}, line {number}"
            wrong = undecoded(phrase, encoding)
            if wrong:
                yield Unreadable(place, wrong)
            elif phrase:
                yield Row(phrase, own_concept(phrase), place)


def own_concept(phrase: str) -> str:
    """Return the concept of a phrase that stands for itself: a path of one part."""
    return phrase.replace("/", "\\/")
