"""Matches marked in their texts, as HTML that no text can break out of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

from slugline import _core

_DOCUMENTS = 5
_BUDGET = 2_000
"""Characters shown of one document."""
_CONTEXT = 120
"""Characters shown on either side of a match in a document that is too long to show whole."""

# Both colours are given, so that the contrast (at least 8:1) is the same on light and dark pages.
_MARK = "color:#1f1a00;border-radius:2px;outline:1px solid #a06a00;outline-offset:-1px;background:"
_SHADES = ("#ffe08a", "#ffc34d", "#ffa31a")
"""By depth: what lies inside another match is darker."""
_BOX = "white-space:pre-wrap;overflow-wrap:anywhere;margin:.4em 0;padding:.3em 0 .3em .8em;"
_BOX += "border-inline-start:3px solid #8a8a8a"

# What HTML may not hold or browsers do not show, and what would turn the rest of a line round.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)


@dataclass(slots=True)
class Span:
    """A stretch of a text, with what matched there."""

    start: int
    end: int
    titles: list[str] = field(default_factory=list)


def html_of(matches: _core.Matches, caption: str) -> str:
    """Return the first documents that have matches, with their matches marked."""
    parts = [f"<p><b>Matches:</b> {escape(caption)}</p>"]
    if not matches.has_texts:
        parts.append("<p>The texts were let go by <code>detach()</code>.</p>")
    else:
        for doc, rows in _first_documents(matches):
            parts.append(_document(matches, doc, rows))
    return f'<div style="max-width:60em;line-height:1.5">{"".join(parts)}</div>'


def _first_documents(matches: _core.Matches) -> Iterator[tuple[int, range]]:
    at = 0
    for _ in range(_DOCUMENTS):
        if at >= len(matches):
            return
        doc = matches.row(at)[0]
        start, at = matches.rows_of(doc)
        yield doc, range(start, at)


def _document(matches: _core.Matches, doc: int, rows: range) -> str:
    text = matches.document(doc) or ""
    spans = _spans(matches, text, rows)
    body, shown = mark(text, spans)
    heading = f"doc {doc}"
    if matches.has_ids and rows:
        heading += f" · {matches.id(rows[0])}"
    more = len(spans) - shown
    note = f"<p>… and {more:,} more places in this text</p>" if more else ""
    return (
        f'<div style="font-size:.85em">{clean(heading)}</div>'
        f'<div dir="auto" style="{_BOX}">{body}</div>{note}'
    )


def _spans(matches: _core.Matches, text: str, rows: range) -> list[Span]:
    """Collect the spans, each once, by start and then by end descending, in code points."""
    spans: dict[tuple[int, int], Span] = {}
    for index in rows:
        _, start, end, phrase, concept = matches.row(index)
        span = spans.setdefault((start, end), Span(start, end))
        span.titles.append(f"{phrase} → {concept}")
    found = sorted(spans.values(), key=lambda span: (span.start, -span.end))
    if matches.offsets != "char":
        _to_code_points(found, text, matches.offsets)
    return found


def _to_code_points(spans: list[Span], text: str, offsets: str) -> None:
    wanted = {at for span in spans for at in (span.start, span.end)}
    places = {}
    at = 0
    for index, c in enumerate(text):
        if at in wanted:
            places[at] = index
        code = ord(c)
        at += 1 + (code > 0xFFFF) if offsets == "utf16" else _utf8_len(code)
    places[at] = len(text)
    for span in spans:
        span.start, span.end = places[span.start], places[span.end]


def _utf8_len(code: int) -> int:
    return 1 + (code > 0x7F) + (code > 0x7FF) + (code > 0xFFFF)


def clean(text: str) -> str:
    """Escape text for HTML, in an element or an attribute."""
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text), quote=True)


def mark(text: str, spans: list[Span]) -> tuple[str, int]:
    """Return a text's HTML, shortened around its spans, and how many of them are shown whole.

    Parameters
    ----------
    text : str
        The text.
    spans : list of Span
        Ordered by start, then by end descending.
    """
    windows = _windows(len(text), spans)
    parts = []
    for start, end in windows:
        if start > 0:
            parts.append(" … ")
        inside = [span for span in spans if span.start < end and start < span.end]
        parts.append("".join(_marked(text, start, end, inside)))
    if windows and windows[-1][1] < len(text):
        parts.append(" …")
    shown = sum(any(a <= span.start and span.end <= b for a, b in windows) for span in spans)
    return "".join(parts), shown


def _windows(length: int, spans: list[Span]) -> list[tuple[int, int]]:
    """Choose what to show: all of a short text, else what stands around the first spans."""
    if length <= _BUDGET:
        return [(0, length)]
    windows: list[tuple[int, int]] = []
    left = _BUDGET
    for span in spans:
        start, end = max(0, span.start - _CONTEXT), min(length, span.end + _CONTEXT)
        if windows and start <= windows[-1][1]:
            previous = windows.pop()
            left += previous[1] - previous[0]
            start, end = previous[0], max(previous[1], end)
        end = min(end, start + left)
        windows.append((start, end))
        left -= end - start
        if left <= 0:
            break
    return windows


def _marked(text: str, start: int, end: int, spans: list[Span]) -> Iterator[str]:
    """Yield the HTML of `text[start:end]`.

    Spans may cross. Where one ends inside another that began later, the later one is closed
    before it and opened again after it, so that elements always nest.
    """
    cuts = sorted(
        {start, end} | {min(max(at, start), end) for span in spans for at in (span.start, span.end)}
    )
    open_spans: list[Span] = []
    following = iter(spans)
    coming = next(following, None)
    for here, there in pairwise(cuts):
        reopen = _close(open_spans, here)
        yield "</mark>" * reopen[0]
        while coming is not None and max(coming.start, start) <= here:
            if coming.end > here:
                reopen[1].append(coming)
            coming = next(following, None)
        for depth, span in enumerate(reopen[1], len(open_spans)):
            style = _MARK + _SHADES[min(depth, len(_SHADES) - 1)]
            yield f'<mark title="{clean("; ".join(span.titles))}" style="{style}">'
        open_spans += reopen[1]
        yield clean(text[here:there])
    yield "</mark>" * len(open_spans)


def _close(open_spans: list[Span], here: int) -> tuple[int, list[Span]]:
    """Take off the spans down to the first that ends here: how many, and which go on."""
    ended = next((i for i, span in enumerate(open_spans) if span.end <= here), len(open_spans))
    taken = open_spans[ended:]
    del open_spans[ended:]
    return len(taken), [span for span in taken if span.end > here]
