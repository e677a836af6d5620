"""What to show of a text: its spans in the units of the text, and the parts around them."""

from __future__ import annotations

import unicodedata

from slugline import _core
from slugline._colours import branch_of
from slugline._html.marking import Span, Window
from slugline._positions import code_points_at

CONTEXT = 120
"""Characters shown on either side of a match in a text that is too long to show whole."""
BUDGET = 2_000
"""Characters shown of one such text."""
_MOST = 1_000
"""Matches looked at in one such text: more do not fit in."""
_NEAREST_SPACE = 20
"""How far a cut moves so as not to go through a word."""


def spans_of(matches: _core.Matches, text: str, rows: range, places: dict[str, int]) -> list[Span]:
    """Collect the spans of a text, each once a branch, in code points.

    Parameters
    ----------
    matches : _core.Matches
        The matches.
    text : str
        The text of these rows.
    rows : range
        The rows of one document.
    places : dict of str to int
        The place of each branch.

    Returns
    -------
    list of Span
        By start, then by end descending, then by branch.
    """
    spans: dict[tuple[int, int, int], Span] = {}
    for index in rows:
        _, start, end, phrase, concept = matches.row(index)
        place = places[branch_of(concept)]
        span = spans.setdefault((start, -end, place), Span(start, end, place))
        span.told.append((phrase, concept))
    found = [spans[key] for key in sorted(spans)]
    if matches.offsets != "char":
        wanted = {at for span in found for at in (span.start, span.end)}
        code_points = code_points_at(text, wanted, matches.offsets)
        for span in found:
            span.start, span.end = code_points[span.start], code_points[span.end]
    return found


def first_of(matches: _core.Matches, rows: range) -> range:
    """Return as many of a document's rows as a part of its text can show."""
    if len(rows) <= _MOST or matches.row(rows[0])[1] > matches.row(rows[-1])[1]:
        return rows  # Few, or in descending order.
    return rows[:_MOST]


def whole(text: str) -> list[Window]:
    """Show all of a text."""
    return [Window(0, len(text))]


def around(
    text: str,
    spans: list[Span],
    context: int = CONTEXT,
    budget: int | None = BUDGET,
    until: int | None = None,
) -> list[Window]:
    """Show what stands around spans: the first of them, as far as the budget of characters goes.

    Parameters
    ----------
    text : str
        The text.
    spans : list of Span
        By start, then by end descending.
    context : int
        Characters on either side of a span, give or take the rest of a word.
    budget : int, optional
        Characters in all; None for no limit.
    until : int, optional
        A place behind the starts of all spans, behind which nothing is shown.
    """
    left = len(text) if budget is None else budget
    until = len(text) if until is None else until
    if not spans:
        return [Window(0, _end_of(text, 0, min(left, 2 * context)))] if text else []
    windows: list[Window] = []
    for span in spans:
        start = _start_of(text, max(0, span.start - context), span.start)
        end = _end_of(text, span.end, min(len(text), span.end + context))
        if windows and start <= windows[-1].end:
            previous = windows.pop()
            left += previous.end - previous.start
            start, end = previous.start, max(previous.end, end)
        end = min(end, start + left, until)
        windows.append(Window(start, end))
        left -= end - start
        if left <= 0:
            break
    return windows


def _start_of(text: str, at: int, most: int) -> int:
    """Move a cut forwards behind the next white space, if that is near."""
    if at == 0:
        return 0
    for i in range(at, min(at + _NEAREST_SPACE, most)):
        if text[i].isspace():
            return i + 1
    while at > 0 and unicodedata.combining(text[at]):
        at -= 1
    return at


def _end_of(text: str, least: int, at: int) -> int:
    """Move a cut back to the last white space, if that is near."""
    if at == len(text):
        return at
    for i in range(at, max(at - _NEAREST_SPACE, least), -1):
        if text[i].isspace():
            return i
    while at < len(text) and unicodedata.combining(text[at]):
        at += 1
    return at
