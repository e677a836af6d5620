"""WordStat's dictionaries (.cat): an indented outline of categories, and words with weights."""

import re
from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import Outline, indent_of

_ENTRY = re.compile(r"(.*?)\s*\(([+-]?\d+(?:[.,]\d+)?)\)")
_RULE = re.compile(r"[@#].*|.*\S (?:NOT )?(?:NEAR|AFTER|BEFORE) \S.*|.*\s/[CDPSW]\d*\b.*")


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read the words; what has no weight behind it is a category."""
    outline = Outline()

    def rows_of(line: str, place: str) -> Iterator[Row]:
        indent, text = indent_of(line), line.strip()
        if _RULE.fullmatch(text):
            raise ValueError(
                f"{text!r} reads like a rule, which is not carried "
                "(a phrase has _ between its words)"
            )
        found = _ENTRY.fullmatch(text)
        if found is None:
            outline.enter(indent, text)
        else:
            weight = float(found[2].replace(",", "."))
            phrase = found[1].replace("_", " ")
            yield Row(phrase, outline.concept(indent), place, weight=weight)

    return rows_of_lines(source, rows_of)
