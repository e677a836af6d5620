"""Names from files whose formats know no paths, as concepts; what a wild card is in them."""

import re
from collections.abc import Iterable
from typing import Any

_SLASH = re.compile(r"(?<!\\)/")
_WORD = re.compile(r"\w")


def concept_of(names: Iterable[str]) -> str:
    """Make a path of names, of which each is one part: their slashes part nothing.

    Raises
    ------
    ValueError
        Where a name is empty.
    """
    parts = [_SLASH.sub(r"\\/", name.strip()) for name in names]
    if not all(parts):
        raise ValueError("a concept has no name")
    return "/".join(parts)


def star_glob(phrase: str) -> tuple[str, dict[str, Any]]:
    """Return phrase and options where a star is a wild card and a question mark is not.

    In what has no letter or digit (``:*``) a star is no wild card: it would stand for all of
    any word beside it.
    """
    if "*" not in phrase or not _WORD.search(phrase):
        return phrase, {"glob": False}
    if "?" not in phrase:
        return phrase, {}
    return phrase.replace("?", r"\?"), {"glob": True}


class Outline:
    """The categories that a line stands under, told by how far each line is indented."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, indent: int, name: str) -> str:
        """Go into a category; return its concept."""
        self._leave(indent)
        concept_of([name])
        self._open.append((indent, name))
        return self._concept()

    def concept(self, indent: int) -> str:
        """Return the concept of a phrase.

        Raises
        ------
        ValueError
            Where it stands under no category.
        """
        self._leave(indent)
        if not self._open:
            raise ValueError("it stands under no category")
        return self._concept()

    def _leave(self, indent: int) -> None:
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()

    def _concept(self) -> str:
        return concept_of(name for _, name in self._open)


def indent_of(line: str) -> int:
    """Return how far a line is indented, in columns."""
    line = line.expandtabs(8)
    return len(line) - len(line.lstrip())
