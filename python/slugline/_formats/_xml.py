"""Dictionaries in XML, as Yoshikoder and Lexicoder 2 write them: cnodes that hold pnodes."""

import re
from dataclasses import replace
from typing import Any
from xml.parsers import expat

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source
from slugline._formats._names import concept_of, star_glob

_DECLARED = re.compile(rb"\s*<\?xml[^>]*\sencoding\s*=\s*[\"']([\w.:-]+)")


def text_of(source: Source) -> str:
    """Return the text of a file in the encoding that it declares, unless another is given."""
    if source.encoding is None:
        with open(source.path, "rb") as file:
            head = file.read(200)
        found = _DECLARED.match(head.removeprefix(b"\xef\xbb\xbf"))
        if found:
            source = replace(source, encoding=found[1].decode())
        elif head.startswith((b"\xff\xfe", b"\xfe\xff")):
            source = replace(source, encoding="utf-16")
    return source.text()


def read_text(source: Source, text: str) -> list[Row | Unreadable]:
    """Read the pnodes of all cnodes; phrases keep the white space at their ends.

    Raises
    ------
    ValueError
        Where it is not such a dictionary, with the line.
    """
    reader = _Reader(source)
    try:
        reader.parser.Parse(text.lstrip(), True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ValueError(f"{source.place(error.lineno)}: not XML: {reason}") from None
    return reader.rows


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.rows: list[Row | Unreadable] = []
        self.names: list[str] = []
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.EntityDeclHandler = self.entity

    @property
    def place(self) -> str:
        return self.source.place(self.parser.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth == 1:
            self.check_root(tag, attributes)
        elif tag == "cnode":
            self.names.append(attributes.get("name", ""))
        elif tag == "pnode":
            try:
                self.rows.append(self.row(attributes))
            except ValueError as error:
                self.rows.append(Unreadable(self.place, str(error)))
        else:
            self.rows.append(Unreadable(self.place, f"<{tag}> is neither <cnode> nor <pnode>"))

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag == "cnode":
            self.names.pop()

    def check_root(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "dictionary":
            raise ValueError(f"{self.place}: must be <dictionary>, not <{tag}>")
        if attributes.get("patternengine", "").lower().startswith("reg"):
            raise ValueError(
                f"{self.place}: its patterns are regular expressions, which are not carried"
            )

    def row(self, attributes: dict[str, str]) -> Row:
        if not self.names:
            raise ValueError("a <pnode> stands in no <cnode>")
        if "name" not in attributes:
            raise ValueError("a <pnode> has no name")
        phrase, options = star_glob(attributes["name"])
        row = Row(phrase, concept_of(self.names), self.place, options)
        if attributes.get("score"):
            row.weight = float(attributes["score"])
        if attributes.get("desc"):
            row.attributes["desc"] = attributes["desc"]
        return row

    def entity(self, *declared: Any) -> None:
        raise ValueError(f"{self.place}: a dictionary cannot declare entities")
