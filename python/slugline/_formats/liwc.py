"""LIWC's dictionaries (.dic): numbered categories between lines of %, then entries with numbers."""

import re
from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import Outline, indent_of, star_glob

_CATEGORY = re.compile(r"(\d+)\s+(\S.*)")
_BY_SPACES = re.compile(r"(.*?)((?:\s+(?:\([\d\s]+\)[\d/]+|<\w+>[\d/]+|[\d/]+))+)")
_TOKEN = re.compile(r"\([^)]*\)\S*|\S+")
_CONDITION = re.compile(r"\([\w\s]*\w[\w\s]*\)|<\w+>")


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read each entry once for each of its categories."""
    dictionary = _Dictionary()
    yield from rows_of_lines(source, dictionary.rows)
    if dictionary.marks < 2:
        raise ValueError(
            f"{source.name}: there must be two lines of % around the categories, "
            f"not {dictionary.marks}: is this a dictionary of LIWC?"
        )


class _Dictionary:
    def __init__(self) -> None:
        self.marks = 0
        self.header: list[tuple[int, str, str]] = []
        self.concepts: dict[int, str] = {}

    def rows(self, line: str, place: str) -> Iterator[Row | Unreadable]:
        if line.strip() == "%" and self.marks < 2:
            self.marks += 1
            if self.marks == 2:
                self.concepts = _concepts(self.header)
        elif self.marks == 0:
            raise ValueError("stands before the % that begins the categories")
        elif self.marks == 1:
            self.category(line)
        else:
            yield from self.entry(line.strip(), place)

    def category(self, line: str) -> None:
        found = _CATEGORY.fullmatch(line.strip())
        if not found:
            raise ValueError(f"a category must be a number and a name, not {line.strip()!r}")
        if int(found[1]) in {int(number) for _, number, _ in self.header}:
            raise ValueError(f"there are two categories {found[1]}")
        self.header.append((indent_of(line), found[1], " ".join(found[2].split())))

    def entry(self, line: str, place: str) -> Iterator[Row | Unreadable]:
        text, codes = self.split(line)
        if _CONDITION.search(text) and re.search(r"\w", _CONDITION.sub("", text)):
            raise ValueError(f"the condition in {text!r} (LIWC's context) is not carried")
        phrase, options = star_glob(text)
        for code in codes:
            if not code.isdecimal():
                reason = (
                    f"the condition {code!r} of {text!r} (LIWC's context) is not carried"
                    if re.search(r"[(</]", code)
                    else f"{code!r} of {text!r} is not the number of a category"
                )
                yield Unreadable(place, reason)
            elif int(code) not in self.concepts:
                yield Unreadable(place, f"there is no category {code}, which {text!r} has")
            else:
                yield Row(phrase, self.concepts[int(code)], place, dict(options))

    def split(self, line: str) -> tuple[str, list[str]]:
        """Part an entry from its numbers: by tabs, or by spaces where the line has no tab."""
        text, tab, codes = line.partition("\t")
        text = text.strip()
        if tab:
            before, _, last = text.rpartition(" ")
            if before and last in {number for _, number, _ in self.header}:
                raise ValueError(
                    f"{text!r} ends in the number of a category: part phrase and numbers by a tab"
                )
        else:
            found = _BY_SPACES.fullmatch(line)
            if not found or not found[1]:
                raise ValueError(f"{line!r} has no category")
            text, codes = found[1], found[2]
        return text, _TOKEN.findall(codes)


def _concepts(header: list[tuple[int, str, str]]) -> dict[int, str]:
    """Return the concepts of the numbers; indented categories are below those before them."""
    # Numbers set flush right are indented, too, and mean nothing by it.
    flush_right = len({indent + len(number) for indent, number, _ in header}) == 1
    outline = Outline()
    return {
        int(number): outline.enter(0 if flush_right else indent, name)
        for indent, number, name in header
    }
