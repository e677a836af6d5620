"""The views of matches and of one match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from slugline import _core
from slugline._colours import branch_of, places_of
from slugline._html.escaping import isolated
from slugline._html.excerpts import BUDGET, CONTEXT, around, first_of, spans_of, whole
from slugline._html.marking import Span, mark
from slugline._html.parts import branch_key, definitions, note, plural, table, view

if TYPE_CHECKING:
    from slugline.matches import Match

DOCUMENTS = 5
"""Documents shown, unless others are asked for."""

_COUNTED = 100_000
"""Matches that the legend counts at most: counting ten million takes longer than anyone waits."""
_BRANCHES = 12
_CONCEPTS = 4
"""What the legend has of branches, and of the concepts of each."""
_ROWS = 10
"""Rows of the table that stands for the texts once these were let go."""


def html_of_matches(
    matches: _core.Matches,
    docs: Sequence[int] | None = None,
    *,
    documents: int = DOCUMENTS,
    context: int | None = None,
) -> str:
    """Return the view of matches: a legend with counts, and texts with their matches marked.

    Parameters
    ----------
    matches : _core.Matches
        The matches. Where the texts were let go, a table of them is shown.
    docs : list of int, optional
        The documents to show, whole unless `context` is given; else the first that have matches.
    documents : int
        How many these are.
    context : int, optional
        Characters shown on either side of a match, where a text is cut.
    """
    places = places_of(matches.branches())
    caption = f"{len(matches):,} in {plural(matches.rows, 'text')}"
    if docs is None:
        parts = _first_of(matches, places, documents, context)
    else:
        parts = _these(matches, places, docs, context)
    return view("Matches", caption, parts)


def _first_of(
    matches: _core.Matches, places: dict[str, int], documents: int, context: int | None
) -> Iterator[str]:
    counted = matches.slice(0, min(len(matches), _COUNTED), 1)
    whole_of_it = len(counted) == len(matches)
    if len(matches):
        of = "" if whole_of_it else f" (of the first {len(counted):,} matches)"
        yield _legend([counted], places, f"Branches of concepts{of}")
    if not matches.has_texts:
        yield _rows_table(matches, places)
        yield note("The texts were let go by detach().")
        return
    left = len(matches)
    for doc, rows in _first_documents(matches, documents):
        yield _document(matches, doc, rows, places, context, BUDGET)
        left -= len(rows)
    if left:
        yield note(f"… and {left:,} more in other texts. Any text is shown whole by html(doc=…).")


def _first_documents(matches: _core.Matches, documents: int) -> Iterator[tuple[int, range]]:
    at = 0
    for _ in range(documents):
        if at >= len(matches):
            return
        doc = matches.row(at)[0]
        start, at = matches.rows_of(doc)
        yield doc, range(start, at)


def _these(
    matches: _core.Matches, places: dict[str, int], docs: Sequence[int], context: int | None
) -> Iterator[str]:
    rows = [range(*matches.rows_of(doc)) for doc in docs]
    if any(rows):
        of = "this text" if len(docs) == 1 else "these texts"
        parts = [matches.slice(its.start, its.stop, 1) for its in rows]
        yield _legend(parts, places, f"Branches of concepts in {of}")
    for doc, its_rows in zip(docs, rows, strict=True):
        yield _document(matches, doc, its_rows, places, context, None)


# -- The legend -------------------------------------------------------------------------------


def _legend(parts: Sequence[_core.Matches], places: dict[str, int], caption: str) -> str:
    """Return the branches found, each marked as in the texts, with counts and its main concepts."""
    branches, texts = _counts(parts, 1)
    concepts, _ = _counts(parts, None)
    main: dict[str, list[tuple[str, int]]] = {branch: [] for branch in branches}
    for concept, times in sorted(concepts.items(), key=lambda found: (-found[1], found[0])):
        main[branch_of(concept)].append((concept, times))
    order = sorted(branches, key=lambda branch: (-branches[branch], branch))
    rows = [
        [
            branch_key(branch, places[branch]),
            f"{branches[branch]:,}",
            f"{texts[branch]:,}",
            _concepts(branch, main[branch]),
        ]
        for branch in order[:_BRANCHES]
    ]
    header = ["branch", "matches", "texts", "concepts"]
    more = len(order) - _BRANCHES
    return table(caption, header, rows, numbers=(1, 2)) + (
        note(f"… and {more:,} more branch{'es'[: 2 * (more != 1)]}") if more > 0 else ""
    )


def _counts(parts: Sequence[_core.Matches], level: int | None) -> tuple[Counter[str], Counter[str]]:
    """Count the matches and the documents of each concept, of parts that share no document."""
    matches: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    for part in parts:
        counted = part.counts("concept", level, False)
        names = counted.column("concept").to_list()
        matches.update(dict(zip(names, counted.column("matches").to_list(), strict=True)))
        documents.update(dict(zip(names, counted.column("documents").to_list(), strict=True)))
    return matches, documents


def _concepts(branch: str, main: list[tuple[str, int]]) -> str:
    told = [
        f"{isolated(concept[len(branch) :].removeprefix('/') or concept)} "
        f'<span class="slg-soft">{times:,}</span>'
        for concept, times in main[:_CONCEPTS]
        if concept != branch or len(main) > 1
    ]
    more = len(main) - _CONCEPTS
    if more > 0:
        told.append(f'<span class="slg-soft">and {more:,} more</span>')
    return " · ".join(told)


# -- Texts ------------------------------------------------------------------------------------


def _document(
    matches: _core.Matches,
    doc: int,
    rows: range,
    places: dict[str, int],
    context: int | None,
    budget: int | None,
) -> str:
    heading = f"doc {doc}"
    if matches.has_ids and rows:
        heading += f" · {isolated(str(matches.id(rows[0])))}"
    heading += f" · {len(rows):,} match{'es'[: 2 * (len(rows) != 1)]}"
    return (
        f'<div class="slg-doc"><div class="slg-name" role="heading" aria-level="4">{heading}</div>'
        f"{_text(matches.document(doc), matches, rows, places, context, budget)}</div>"
    )


def _text(
    text: str | None,
    matches: _core.Matches,
    rows: range,
    places: dict[str, int],
    context: int | None,
    budget: int | None,
) -> str:
    if text is None:
        return note("There is no text: the row is null.")
    cut = budget is not None and len(text) > budget
    seen = first_of(matches, rows) if cut else rows
    spans = spans_of(matches, text, seen, places)
    until = None
    if len(seen) < len(rows):
        # What starts at the last place may have more matches, and so may what is behind it.
        until = spans[-1].start
        spans = [span for span in spans if span.start < until]
    if cut or context is not None:
        context = CONTEXT if context is None else context
        windows = around(text, spans, context, budget, until)
    else:
        windows = whole(text)
    html, shown = mark(text, spans, windows)
    more = len(rows) - shown
    return html + (note(f"… and {more:,} more in this text") if more else "")


def _rows_table(matches: _core.Matches, places: dict[str, int]) -> str:
    rows = []
    for index in range(min(len(matches), _ROWS)):
        doc, start, end, phrase, concept = matches.row(index)
        branch = branch_key(concept, places[branch_of(concept)])
        rows.append([isolated(phrase), branch, str(doc), f"{start:,}", f"{end:,}"])
    header = ["phrase", "concept", "doc", "start", "end"]
    return table("First matches", header, rows, numbers=(2, 3, 4))


def html_of_match(match: Match) -> str:
    """Return the view of one match: what matched, and what is known of it.

    Its branch's colour is that of its gazetteer, which a match does not know: it has none.
    """
    told = [("concept", match.concept), ("phrase", match.phrase), ("doc", str(match.doc))]
    told.append(("place", f"{match.start:,} to {match.end:,}"))
    if not match.text:
        return view("Match", "", [definitions(told)])
    span = Span(0, len(match.text), told=[(match.phrase, match.concept)])
    windows = whole(match.text) if len(match.text) <= BUDGET else around(match.text, [span])
    return view("Match", "", [mark(match.text, [span], windows)[0], definitions(told)])
