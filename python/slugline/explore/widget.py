"""The Python side of the widget: keeps what is chosen, and answers what the browser asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from slugline._checks import check_index, check_text
from slugline._colours import LINES, branch_of, colours_of, line_of, places_of
from slugline._html.escaping import legible
from slugline._html.excerpts import spans_of
from slugline.analysis._missing import is_missing
from slugline.explore.concepts import Listing, opened_at_first, toggled
from slugline.explore.index import Index
from slugline.explore.passages import context, finder_of, passage
from slugline.explore.periods import Periods

if TYPE_CHECKING:
    from slugline.analysis.exploring import Exploring
    from slugline.matches import Matches

Order = Literal["given", "matches", "newest", "oldest"]
_ORDERS = ("given", "matches", "newest", "oldest")
_PAGE = 20
_LINES = 40
_HERE = Path(__file__).parent


@dataclass(frozen=True, eq=False, slots=True)
class Selection:
    """What is chosen in the widget.

    Attributes
    ----------
    concepts : list of str
        The concepts that are ticked: of a branch, all that were found in it. Empty where none is,
        which means all.
    every : bool
        Whether the documents must have everything that is ticked, rather than any of it.
    query : str
        What is searched for in the texts.
    dates : tuple of date, or None
        The first and the last day of the period.
    docs : numpy.ndarray of int64
        The documents that fit, as numbered in the tables of matches, in the order shown.
    """

    concepts: list[str]
    every: bool
    query: str
    dates: tuple[date, date] | None
    docs: NDArray[np.int64]


class Explorer(anywidget.AnyWidget):
    """The widget that `Matches.explore` shows."""

    _esm = _HERE / "widget.js"
    _css = _HERE / "widget.css"
    _setup = traitlets.Dict().tag(sync=True)
    _view = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        matches: Exploring,
        *,
        dates: Any,
        freq: str | None,
        tz: str | tzinfo | None,
        titles: Any,
        height: int,
    ) -> None:
        if isinstance(height, bool) or not isinstance(height, int) or height < 200:
            raise ValueError(f"height must be a number of pixels from 200 on, not {height!r}")
        check_index("dates", dates, matches._origin)
        check_index("titles", titles, matches._origin)
        self._origin_matches: Any = matches
        self._core = matches._core
        self._places = places_of(self._core.branches())
        self._index = Index(self._core)
        self._periods = None if dates is None else Periods(dates, self._core.rows, freq, tz)
        if freq is not None and dates is None:
            raise ValueError("freq needs dates")
        self._titles = _column(titles, self._core.rows, "titles")
        self._tagged = self._index.docs_with(self._index.roots, every=False)
        self._found = lru_cache(maxsize=16)(self._search)
        self._chosen: list[int] = []
        self._every = False
        self._query = ""
        self._span: tuple[int, int] | None = None
        self._order: Order = "given"
        self._version = 0
        self._apply()
        super().__init__(_setup=self._described(height), _view=self._viewed())
        self.on_msg(self._answer)

    def __repr__(self) -> str:
        shown, documents = len(self._shown), int(self._tagged.sum())
        return f"Explorer: {shown:,} of {documents:,} documents, {self._total:,} matches"

    def _repr_html_(self) -> str:
        """Return what exported notebooks show, where no kernel answers: the matches chosen."""
        static: str = self.matches._repr_html_()
        return static

    # -- For the user ---------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        """What is chosen, as a `Selection`."""
        return Selection(
            concepts=list(self._concepts),
            every=self._every,
            query=self._query,
            dates=self._periods.days(*self._span) if self._periods and self._span else None,
            docs=self._shown + self._core.first_doc,
        )

    @property
    def matches(self) -> Matches:
        """The matches of the chosen concepts in the chosen documents; all where none is chosen."""
        picked = self._core.pick(self._fitting.tobytes(), set(self._concepts) or None)
        made: Matches = self._origin_matches._wrap(picked, self._origin_matches._origin)
        return made

    def select(
        self,
        *,
        concepts: Iterable[str] | None = None,
        every: bool | None = None,
        query: str | None = None,
        dates: Sequence[Any] | None = None,
        order: Order | None = None,
    ) -> None:
        """Choose from Python what else one would click; what is not given stays.

        Parameters
        ----------
        concepts : iterable of str, optional
            Concepts or branches, such as ``person``; none of them for no filter.
        every : bool, optional
            Whether documents must have every one of them.
        query : str, optional
            What to search for in the texts.
        dates : tuple of two dates, optional
            The first and the last day; periods that hold them are chosen whole. ``()`` for all.
        order : {"given", "matches", "newest", "oldest"}, optional
            How to sort the documents.

        Raises
        ------
        ValueError
            Where a concept was not found, there are no dates, or no such order.
        """
        changes: dict[str, Any] = {}
        if concepts is not None:
            if isinstance(concepts, str):
                raise TypeError(f"concepts must be a list of concepts: [{concepts!r}]")
            changes["chosen"] = list(concepts)
        if dates is not None:
            if self._periods is None:
                raise ValueError("there are no dates: give them to explore()")
            if len(dates) not in (0, 2):
                raise ValueError(f"dates must be the first and the last day, not {dates!r}")
            changes["span"] = list(self._periods.holding(*dates)) if dates else None
        given = {"every": every, "query": query, "order": order}
        changes |= {name: value for name, value in given.items() if value is not None}
        self._change(changes)

    # -- What is chosen -------------------------------------------------------------------------

    def _change(self, changes: Mapping[str, Any]) -> None:
        """Take over a new state, or none of it where something is wrong with it."""
        before = (self._chosen, self._every, self._query, self._span, self._order)
        try:
            for name, value in changes.items():
                getattr(self, f"_set_{name}")(value)
            self._apply()
        except BaseException:
            self._chosen, self._every, self._query, self._span, self._order = before
            raise
        self._version += 1
        self._view = self._viewed()

    def _set_chosen(self, names: list[str]) -> None:
        chosen: list[int] = []
        for name in names:
            chosen = toggled(self._index, chosen, self._index.number(name), True)
        self._chosen = chosen

    def _set_toggle(self, box: Mapping[str, Any]) -> None:
        node = self._index.number(box["name"])
        self._chosen = toggled(self._index, self._chosen, node, bool(box["on"]))

    def _set_every(self, every: bool) -> None:
        self._every = bool(every)

    def _set_query(self, query: str) -> None:
        check_text("query", query)
        self._query = query.strip()

    def _set_span(self, span: list[int] | None) -> None:
        if span is None or self._periods is None:
            self._span = None
            return
        last = len(self._periods) - 1
        first, end = sorted(min(max(int(at), 0), last) for at in span)
        self._span = first, end

    def _set_order(self, order: Order) -> None:
        if order not in _ORDERS:
            raise ValueError(f"order must be one of {', '.join(_ORDERS)}, not {order!r}")
        if order in ("newest", "oldest") and self._periods is None:
            raise ValueError(f"order {order!r} needs dates: give them to explore()")
        self._order = order

    def _apply(self) -> None:
        """Find the documents that fit, and count what is in them."""
        docs = self._tagged
        if self._chosen:
            docs = self._index.docs_with(self._chosen, self._every)
        if self._query:
            docs = docs & self._found(self._query)
        self._bars = self._periods.documents(docs) if self._periods else []
        if self._periods and self._span:
            docs = docs & self._periods.within(*self._span)
        self._concepts = self._index.concepts_of(self._chosen)
        self._is_chosen = frozenset(self._concepts or self._core.concepts()).__contains__
        self._fitting = docs
        by_doc = self._index.matches_by_doc(self._chosen or self._index.roots)
        self._shown = self._sorted(np.flatnonzero(docs), by_doc)
        self._total = int(by_doc[docs].sum())
        self._listing = Listing(self._index, self._chosen, *self._index.counts(docs))

    def _search(self, query: str) -> NDArray[np.bool_]:
        return np.frombuffer(self._core.search(query), dtype=bool)

    def _sorted(self, docs: NDArray[np.int64], by_doc: NDArray[np.int64]) -> NDArray[np.int64]:
        if self._order == "matches":
            return docs[np.argsort(-by_doc[docs], kind="stable")]
        if self._order == "given" or self._periods is None:
            return docs
        return docs[self._periods.order(docs, newest=self._order == "newest")]

    # -- What the browser is told ---------------------------------------------------------------

    def _described(self, height: int) -> dict[str, Any]:
        """Describe what never changes."""
        # Of all branches of the gazetteer, so that they are the same wherever it is used.
        colours = colours_of(self._core.branches())
        found = sorted({branch_of(name) for name in self._index.names})
        return {
            "colours": {
                name: [*colours[name][1:], LINES[line_of(self._places[name])]] for name in found
            },
            "concepts": len(self._index.names),
            "opened": opened_at_first(self._index),
            "documents": int(self._tagged.sum()),
            "periods": self._periods.described(self._tagged) if self._periods else None,
            "height": height,
        }

    def _viewed(self) -> dict[str, Any]:
        """Describe what is chosen, but for the lists: the browser asks for what it shows."""
        return {
            "version": self._version,
            "chosen": [self._index.names[node] for node in self._chosen],
            "every": self._every,
            "query": self._query,
            "span": self._span,
            "order": self._order,
            "documents": len(self._shown),
            "matches": self._total,
            "bars": self._bars,
        }

    def _answer(self, _widget: Any, asked: Mapping[str, Any], _buffers: Any) -> None:
        """Answer a message; whatever goes wrong is told where it was asked."""
        reply: dict[str, Any] = {"request": asked.get("request")}
        try:
            answers = {
                "change": self._change_asked,
                "concepts": self._concepts_asked,
                "documents": self._documents_asked,
                "document": self._document_asked,
                "contexts": self._contexts_asked,
            }
            reply |= answers[asked["kind"]](asked)
        except Exception as error:  # Else it would only be in a log that nobody reads.
            reply["error"] = f"{type(error).__name__}: {error}"
        self.send(reply)

    def _change_asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        names = ("chosen", "toggle", "every", "query", "span", "order")
        self._change({name: asked["to"][name] for name in names if name in asked["to"]})
        return {}

    def _concepts_asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {"rows": self._listing.rows(asked["opened"], asked["find"], asked["limits"])}

    def _documents_asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        start = int(asked["start"])
        page = self._shown[start : start + _PAGE].tolist()
        return {
            "version": self._version,
            "documents": [self._document(row, is_whole=False) for row in page],
            "next": start + len(page) if start + len(page) < len(self._shown) else None,
        }

    def _document_asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        row = int(asked["doc"]) - self._core.first_doc
        return {"document": self._document(row, is_whole=bool(asked["whole"]))}

    def _document(self, row: int, is_whole: bool) -> dict[str, Any]:
        doc = row + self._core.first_doc
        text = self._core.document(doc) or ""
        rows = range(*self._core.rows_of(doc))
        spans = spans_of(self._core, text, rows, self._places)
        shown = passage(
            text,
            spans,
            self._is_chosen,
            finder_of(self._query),
            is_whole=is_whole,
        )
        return {"doc": doc, "places": len(spans), **self._heading(row), **shown}

    def _heading(self, row: int) -> dict[str, Any]:
        doc = row + self._core.first_doc
        title = self._titles[row] if self._titles is not None else None
        if title is None and self._core.has_ids:
            first, end = self._core.rows_of(doc)
            title = self._core.id(first) if first < end else None
        return {
            "title": "" if title is None else legible(str(title)),
            "date": self._periods.date_of(row) if self._periods else "",
        }

    def _contexts_asked(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """List the matches of a concept or branch in the documents that fit, some at a time."""
        node = self._index.number(asked["concept"])
        docs = self._shown[self._index.docs_with([node], every=False)[self._shown]]
        at, skip = asked["start"]
        lines: list[dict[str, Any]] = []
        while at < len(docs) and len(lines) < _LINES:
            in_doc = self._lines(int(docs[at]), asked["concept"])
            taken = in_doc[skip : skip + _LINES - len(lines)]
            lines += taken
            skip += len(taken)
            if skip >= len(in_doc):
                at, skip = at + 1, 0
        return {
            "version": self._version,
            "lines": lines,
            "next": [at, skip] if at < len(docs) else None,
            "concept": legible(asked["concept"]),
            "documents": len(docs),
            "matches": int(self._index.matches_by_doc([node])[docs].sum()),
        }

    def _lines(self, row: int, name: str) -> list[dict[str, Any]]:
        doc = row + self._core.first_doc
        text = self._core.document(doc) or ""
        spans = spans_of(self._core, text, range(*self._core.rows_of(doc)), self._places)
        heading = {"doc": doc, **self._heading(row)}
        return [
            {**heading, **context(text, span)}
            for span in spans
            if any(_is_under(concept, name) for _, concept in span.told)
        ]


def _is_under(concept: str, name: str) -> bool:
    return concept == name or concept.startswith(name + "/")


def _column(values: Any, rows: int, name: str) -> list[Any] | None:
    """Take in a column of headings.

    Raises
    ------
    TypeError
        Where it is no column.
    ValueError
        Where it is not as long as the texts.
    """
    if values is None:
        return None
    if isinstance(values, str | bytes | Mapping) or not hasattr(values, "__iter__"):
        raise TypeError(f"{name} must be a column, not {type(values).__name__}")
    listed = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
    if len(listed) != rows:
        raise ValueError(f"there are {len(listed):,} {name} for {rows:,} texts")
    return [None if is_missing(value) else value for value in listed]
