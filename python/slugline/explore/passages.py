"""What the browser is told of a text: pieces of it, each with the matches that it lies in.

The text goes over as text, never as markup, and what would disturb the page around it (control
characters, marks that turn the direction of writing round) is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from slugline._colours import branch_of
from slugline._html.escaping import direction, legible
from slugline._html.excerpts import around, whole
from slugline._html.marking import Span, Window

_SHORT = 900
"""Texts of up to so many characters are shown whole, and so many of longer ones."""
_AROUND = 140
"""Characters shown on either side of a match in a longer one."""
_LONGEST = 200_000
"""Characters of a text that are shown even where all of it is asked for."""
_SIDE = 90
"""Characters on either side of a keyword in its context."""
_DEEPEST = 64
"""Matches within matches that are marked: browsers do not nest elements without end."""
_JUDGED = 1_000
"""Characters that tell in which direction a text is written."""
_BREAK = re.compile(r"(?<!\n)\n(?!\n)")


def finder_of(query: str) -> re.Pattern[str] | None:
    """Return a pattern for what was typed into the search box, as the core searches for it."""
    kinds = (("'‘’ʼ", "['‘’ʼ]"), ('"“”„«»', '["“”„«»]'))
    parts = []
    for c in query.strip():
        quotes = next((pattern for quotes, pattern in kinds if c in quotes), None)
        parts.append(quotes or (r"\s" if c.isspace() else re.escape(c)))
    return re.compile("".join(parts), re.IGNORECASE) if parts else None


def passage(
    text: str,
    spans: Sequence[Span],
    is_chosen: Callable[[str], bool],
    finder: re.Pattern[str] | None,
    *,
    is_whole: bool = False,
) -> dict[str, Any]:
    """Return a text for the browser, or what stands around its matches.

    Parameters
    ----------
    text : str
        The text.
    spans : sequence of Span
        What was found in it, ordered by start, then by end descending.
    is_chosen : callable
        Whether a concept is one that the reader looks for; others are marked less loudly.
    finder : re.Pattern, optional
        Finds what was searched for.
    is_whole : bool
        Whether to show all of a long text.

    Returns
    -------
    dict
        ``pieces``: each a list of its text, of the numbers of the ``marks`` around it from the
        outermost to the innermost, and of 1 where it was searched for; null stands for a gap.
        ``marks``: by number the branch, title and concept of each, and whether it is chosen.
        ``cut``: whether anything was left out. ``dir``: the direction of writing.
    """
    chosen = [any(is_chosen(concept) for _, concept in span.told) for span in spans]
    hits = [Span(*hit.span()) for hit in finder.finditer(text)] if finder else []
    if is_whole or len(text) <= _SHORT:
        windows = whole(text[:_LONGEST])
    else:
        loud = [span for span, is_loud in zip(spans, chosen, strict=True) if is_loud]
        places = sorted([*loud, *hits], key=lambda span: (span.start, -span.end))
        windows = around(text, places, _AROUND, _SHORT)
    # An excerpt has the paragraphs of its text, and breaks its lines anew.
    shown = text if is_whole else _BREAK.sub(" ", text)
    pieces: list[Any] = []
    at = 0
    for window in windows:
        if window.start > at:
            pieces.append(None)
        pieces += _pieces(shown, window, spans, hits)
        at = window.end
    if at < len(text):
        pieces.append(None)
    used = {number for piece in pieces if piece for number in piece[1]}
    return {
        "pieces": pieces,
        "marks": {str(number): _mark(spans[number], chosen[number]) for number in used},
        "cut": None in pieces,
        "dir": _direction(pieces),
    }


def _direction(pieces: Iterable[Any]) -> str:
    """Return the direction of most letters that are shown."""
    shown = "".join(piece[0] for piece in pieces if piece)
    return direction(re.sub(r"\s+", " ", shown[:_JUDGED]), 0)


def _mark(span: Span, is_chosen: bool) -> dict[str, Any]:
    concept = span.told[0][1]
    titles = dict.fromkeys(f"{phrase} → {concept}" for phrase, concept in span.told)
    return {
        "branch": branch_of(concept),
        "concept": concept,
        "title": legible("\n".join(titles)),
        "chosen": is_chosen,
    }


def _pieces(
    text: str, window: Window, spans: Sequence[Span], hits: Sequence[Span]
) -> Iterator[list[Any]]:
    """Yield what lies between any two places in a window where something begins or ends."""
    first, last = window.start, window.end
    inside = [n for n, span in enumerate(spans) if span.start < last and first < span.end]
    searched = [hit for hit in hits if hit.start < last and first < hit.end]
    edges = [
        at for span in [*(spans[n] for n in inside), *searched] for at in (span.start, span.end)
    ]
    cuts = sorted({first, last, *(min(max(at, first), last) for at in edges)})
    open_spans: list[int] = []
    coming = hit = 0
    for here, there in pairwise(cuts):
        open_spans = [n for n in open_spans if spans[n].end > here]
        while coming < len(inside) and spans[inside[coming]].start <= here:
            if spans[inside[coming]].end > here:
                open_spans.append(inside[coming])
            coming += 1
        while hit < len(searched) and searched[hit].end <= here:
            hit += 1
        is_hit = hit < len(searched) and searched[hit].start <= here
        yield [legible(text[here:there]), open_spans[:_DEEPEST], int(is_hit)]


def context(text: str, span: Span) -> dict[str, str]:
    """Return a match with what stands on either side of it, in one line."""
    left = text[max(0, span.start - _SIDE) : span.start]
    right = text[span.end : span.end + _SIDE]
    match = text[span.start : span.end]
    return {
        "left": _in_one_line(_from_a_word_on(left) if span.start > _SIDE else left),
        "match": _in_one_line(match),
        "right": _in_one_line(right),
        "dir": direction(_in_one_line(left + match + right), 0),
        "concept": legible(span.told[0][1]),
        "branch": branch_of(span.told[0][1]),
    }


def _from_a_word_on(text: str) -> str:
    """Leave out the beginning of a text that is the rest of a word, if a word begins soon."""
    _, space, rest = text.partition(" ")
    return rest if space and len(rest) > _SIDE // 2 else text


def _in_one_line(text: str) -> str:
    return legible(re.sub(r"\s+", " ", text))
