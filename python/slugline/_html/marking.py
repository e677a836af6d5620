"""Spans marked in a text: elements that nest, however the spans lie to each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from slugline._html.escaping import breaks, clean, direction, isolated, line_start, name
from slugline._html.style import DEEPEST, classes

_OPEN_AT_ONCE = 64
"""Browsers do not nest elements without end (Chromium: 512): what lies deeper is not marked."""

_PHRASES_TOLD = 8
"""Phrases told of one mark, where many have the same span."""


@dataclass(slots=True)
class Span:
    """A stretch of a text, and what of one branch matched there."""

    start: int
    end: int
    place: int | None = None
    """The place of the branch, from which the colour follows; none where it is not known."""
    told: list[tuple[str, str]] = field(default_factory=list)
    """The phrases and concepts."""
    level: int = 0
    """How many levels of others lie within."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text that is shown."""

    start: int
    end: int


def mark(text: str, spans: list[Span], windows: list[Window]) -> tuple[str, int]:
    """Return the lines of a text with its spans marked, and how many matches are marked whole.

    Parameters
    ----------
    text : str
        The text.
    spans : list of Span
        Ordered by start, then by end descending, each within the text and not empty. Their levels
        are set.
    windows : list of Window
        What to show, in order, none touching another. What reaches into one begins in it.
    """
    _set_levels(spans)
    starts = [span.start for span in spans]
    parts = []
    shown = 0
    deepest = 0
    for window in windows:
        inside = spans[bisect_left(starts, window.start) : bisect_left(starts, window.end)]
        painter = _Painter(text, window)
        parts.append("".join(painter.paint(inside)))
        shown += painter.whole
        deepest = max((deepest, *(span.level for span in inside)))
    return f'<div class="slg-text slg-d{deepest}" lang="">{"".join(parts)}</div>', shown


def _set_levels(spans: list[Span]) -> None:
    """Count for each span the levels of those that are opened after it before it ends.

    Elements nest in the order of opening, whether or not the spans do: with these levels the line
    under a span has the same height in all its pieces.
    """
    starts = [span.start for span in spans]
    for at in range(len(spans) - 1, -1, -1):
        span = spans[at]
        span.level = 0
        for later in range(at + 1, bisect_left(starts, span.end)):
            span.level = max(span.level, spans[later].level + 1)
            if span.level >= DEEPEST - 1:
                span.level = DEEPEST - 1
                break


class _Painter:
    """Writes one window of a text.

    Where a span ends inside another that began later, and where a line ends, the marks within are
    closed before and opened again after it.
    """

    def __init__(self, text: str, window: Window) -> None:
        self.text = text
        self.window = window
        self.open: list[Span] = []
        self.whole = 0
        """Matches that are marked from their start to their end."""

    def paint(self, spans: list[Span]) -> Iterator[str]:
        start, end = self.window.start, self.window.end
        lines = dict(breaks(self.text, start, end))
        cuts = {start, end, *lines, *lines.values()}
        cuts.update(min(max(at, start), end) for span in spans for at in (span.start, span.end))
        # A span that begins or ends between the two characters of one line break does so behind it.
        within = {at + 1: behind for at, behind in lines.items() if behind - at == 2}
        cuts = {within.get(cut, cut) for cut in cuts}
        coming = iter(spans)
        following = next(coming, None)
        line_ends = iter([*sorted(lines), end])
        line_end = next(line_ends)
        again: list[Span] = []
        yield self._line(start)
        for here, there in pairwise(sorted(cuts)):
            again += yield from self._close(here)
            while following is not None and max(following.start, start) <= here:
                if following.end > here and len(self.open) + len(again) < _OPEN_AT_ONCE:
                    if following.start >= start and following.end <= end:
                        self.whole += len(following.told)
                    again.append(following)
                following = next(coming, None)
            if here in lines:
                again = [*(yield from self._close(here, all_of_them=True)), *again]
                yield "</div>" + self._line(there)
                line_end = next(line_ends)
                continue
            again = [span for span in again if span.end > here]
            yield from self._open(again, here, line_end)
            again = []
            yield clean(self.text[here:there])
        yield from self._close(end, all_of_them=True)
        yield (" …" if end < len(self.text) else "") + "</div>"

    def _line(self, start: int) -> str:
        """Begin an element for the line that starts at a place, or for what is shown of it.

        Copied, a `div` is a line, where a `p` would have an empty one behind it.
        """
        if start > self.window.start or start == 0:
            return f'<div class="slg-line" dir="{direction(self.text, start)}">'
        turned = direction(self.text, line_start(self.text, start))
        return f'<div class="slg-line slg-more" dir="{turned}">… '

    def _close(self, here: int, all_of_them: bool = False) -> Generator[str, None, list[Span]]:
        """Close marks down to the first that ends here, and return which of them go on."""
        ended = 0
        if not all_of_them:
            at = (i for i, span in enumerate(self.open) if span.end <= here)
            ended = next(at, len(self.open))
        taken = self.open[ended:]
        del self.open[ended:]
        for span in reversed(taken):
            yield (_told(span) if span.end <= here or here == self.window.end else "") + "</mark>"
        return [span for span in taken if span.end > here]

    def _open(self, spans: list[Span], here: int, line_end: int) -> Iterator[str]:
        until = min((line_end, *(span.end for span in self.open)))
        for span in spans:
            kinds = [] if span.place is None else [classes(span.place)]
            if span.level:
                kinds.append(f"slg-h{span.level}")
            if span.start < here:
                kinds.append("slg-from")
            if span.end > until:
                kinds.append("slg-goes")
            until = min(until, span.end)
            named = f' class="{" ".join(kinds)}"' if kinds else ""
            yield f'<mark{named} title="{_title(span)}">'
        self.open += spans


def _title(span: Span) -> str:
    told = [f"{name(phrase)} → {name(concept)}" for phrase, concept in span.told[:_PHRASES_TOLD]]
    return "; ".join(told) + ("; …" if len(span.told) > _PHRASES_TOLD else "")


def _told(span: Span) -> str:
    """Return the concepts of a mark for those who do not see colours, or no style at all."""
    concepts = list(dict.fromkeys(concept for _, concept in span.told))
    if not concepts:
        return ""
    told = ", ".join(isolated(concept) for concept in concepts[:_PHRASES_TOLD])
    return f'<span class="slg-on" lang=""> [{told}]</span>'
