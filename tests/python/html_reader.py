"""Reads a view as a browser would, and lets nothing pass that no view has."""

import re
from html.parser import HTMLParser

from slugline._html.style import PAGE_SHEET, SHEET

ELEMENTS = {
    *("div", "style", "strong", "p", "span", "bdi", "mark"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    *("dl", "dt", "dd", "details", "summary", "ul", "li"),
}
PAGE_ELEMENTS = {"html", "head", "meta", "title", "body"}
VALUES = {
    "class": re.compile(r"slugline|slg-[a-z0-9]+( slg-[a-z0-9]+)*"),
    "lang": re.compile("|en"),
    "dir": re.compile("auto|ltr|rtl"),
    "role": re.compile("heading"),
    "aria-level": re.compile("[34]"),
    "scope": re.compile("row|col"),
}
PAGE_VALUES = VALUES | {
    "charset": re.compile("utf-8"),
    "name": re.compile("viewport|color-scheme"),
    "http-equiv": re.compile("Content-Security-Policy"),
    "content": re.compile("default-src 'none'; style-src 'unsafe-inline'|width=.*|light dark"),
}


class Mark:
    """One mark: what it says, and what lies in it."""

    def __init__(self, attributes):
        self.classes = set((attributes.get("class") or "").split())
        self.title = attributes.get("title")
        self.text = ""
        self.told = ""


class Reader(HTMLParser):
    """Checks elements and attributes, and that elements nest; gathers texts and marks."""

    def __init__(self, page=False):
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open = []
        self.text = ""
        self.lines = []
        """Of the texts alone, without what only screen readers are told."""
        self.directions = []
        self.covers = []
        """For each character of the lines the titles of the marks around it."""
        self.marks = []
        self.headings = []
        self.styles = 0

    def handle_starttag(self, tag, attrs):
        assert tag in (ELEMENTS | PAGE_ELEMENTS if self.page else ELEMENTS), tag
        attributes = dict(attrs)
        assert len(attributes) == len(attrs)
        for name, value in attrs:
            if name == "title":
                assert tag == "mark"
            else:
                values = PAGE_VALUES if self.page else VALUES
                assert name in values, name
                assert values[name].fullmatch(value), (name, value)
        if tag == "meta":
            return
        made = Mark(attributes) if tag == "mark" else None
        if made:
            self.marks.append(made)
        self.open.append((tag, attributes.get("class") or "", made))
        if "slg-line" in (attributes.get("class") or "").split():
            self.lines.append("")
            self.directions.append(attributes["dir"])
            self.covers.append([])
        if attributes.get("role") == "heading":
            self.headings.append("")

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def _within(self, kind):
        return any(kind in classes.split() for _, classes, _ in self.open)

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "style":
            assert data in (SHEET, PAGE_SHEET)
            self.styles += 1
            return
        marks = [mark for _, _, mark in self.open if mark]
        if self._within("slg-on"):
            marks[-1].told += data
            return
        self.text += data
        if self._within("slg-name") or self._within("slg-head"):
            self.headings[-1] += data
        for mark in marks:
            mark.text += data
        if self._within("slg-line"):
            self.lines[-1] += data
            self.covers[-1] += [sorted(mark.title for mark in marks)] * len(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl):
        assert self.page
        assert decl == "doctype html"

    def handle_pi(self, data):
        raise AssertionError(f"an instruction: {data!r}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data!r}")

    @property
    def texts(self):
        """The marks in texts, those of the legend left out."""
        return [mark for mark in self.marks if mark.title is not None]


def read(html, page=False):
    """Read a view, or a whole page."""
    html.encode("utf-8")
    reader = Reader(page)
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert reader.styles == 1 + page
    assert reader.rawdata == ""
    return reader
