"""Circles and lines: concepts, and which of them are found together more often than by chance."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from slugline._colours import Colour
from slugline.plot import _parts as parts
from slugline.plot._layout import Edge, layout

_LINES_PER_CONCEPT = 2
_LARGEST = 900
"""Square pixels of the circle with the most documents."""
_SMALLEST = 20


def network_chart(
    pairs: Any,
    counts: Any,
    *,
    top: int = 30,
    min_documents: int = 2,
    title: str | None = None,
    colours: Mapping[str, Colour] | None = None,
) -> Any:
    """Draw a table of `Matches.cooccurrence` with the documents of a table of `Matches.counts`."""
    alt = parts.altair()
    found = parts.rows_of(counts)
    key = parts.key_of(found[0])
    documents = {row[key]: row["documents"] for row in found}
    ranked = sorted(documents, key=lambda name: (-documents[name], name))
    chosen = ranked[: parts.check_count("top", top, 2)]
    min_documents = parts.check_count("min_documents", min_documents)
    links = _links(pairs, set(chosen), key, min_documents)
    often = f"{min_documents:,} documents or more" if min_documents > 1 else "a document"
    if not links:
        raise ValueError(
            f"no two of the {len(chosen):,} most frequent {key}s are found together in {often}, "
            "and more often than by chance: try a lower min_documents or a higher top"
        )
    edges = links[: _LINES_PER_CONCEPT * len(chosen)]
    linked = {name for one, other, _ in edges for name in (one, other)}
    shown = [name for name in chosen if name in linked]
    labels = parts.labels_of(shown)
    colour, branches = parts.colour_by(shown, key, colours)
    width, height = (720, 560) if len(shown) <= 40 else (960, 800)
    # All links pull, also those too weak to be drawn.
    pulls: list[Edge] = [(one, other, row["npmi"]) for one, other, row in links]
    pulls = [pull for pull in pulls if {*pull[:2]} <= set(shown)]
    most = max(documents[name] for name in shown)
    radii = {name: _radius(documents[name] / most) for name in shown}
    at = layout(labels, radii, pulls, width, height)
    nodes = [
        {
            "name": name,
            "label": labels[name],
            "branch": branches[name],
            "documents": documents[name],
            "x": at[name][0],
            "y": at[name][1],
        }
        for name in shown
    ]
    lines = [
        {
            "one": one,
            "other": other,
            "npmi": row["npmi"],
            "documents": row["documents"],
            "x": at[one][0],
            "y": at[one][1],
            "x2": at[other][0],
            "y2": at[other][1],
        }
        for one, other, row in edges
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], nice=False))
    between = (
        alt.Chart(parts.table(lines))
        .mark_rule(color=parts.NEUTRAL.strong, opacity=0.5, strokeCap="round")
        .encode(
            x=x,
            y=y,
            x2="x2:Q",
            y2="y2:Q",
            strokeWidth=alt.StrokeWidth(
                "npmi:Q",
                scale=alt.Scale(domain=[0, 1], range=[0.4, 6]),
                legend=alt.Legend(title="NPMI", values=[0.2, 0.5, 0.8]),
            ),
            tooltip=[
                alt.Tooltip("one:N", title=key),
                alt.Tooltip("other:N", title="with"),
                alt.Tooltip("documents:Q", format=","),
                alt.Tooltip("npmi:Q", title="NPMI", format=".3f"),
            ],
        )
    )
    base = alt.Chart(parts.table(nodes)).encode(x=x, y=y)
    circles = base.mark_circle(opacity=1).encode(
        size=alt.Size(
            "documents:Q",
            scale=alt.Scale(domain=[0, most], range=[_SMALLEST, _LARGEST]),
            legend=alt.Legend(
                title="documents",
                format=",d",
                values=sorted({(most + 3) // 4, (most + 1) // 2, most}),
            ),
        ),
        color=colour,
        tooltip=[alt.Tooltip("name:N", title=key), alt.Tooltip("documents:Q", format=",")],
    )
    # Above its circle, whatever that measures.
    area = f"{_SMALLEST} + {_LARGEST - _SMALLEST} * datum.documents / {most}"
    names = base.mark_text(
        baseline="bottom", fontSize=11, dy=alt.ExprRef(f"-sqrt(({area}) / PI) - 2"), limit=180
    ).encode(text="label:N")
    notes = [
        _left_out(len(shown), len(chosen), len(ranked), key),
        f"Lines: found together in {often}, and more often than by chance",
    ]
    return alt.layer(between, circles, names, view=alt.ViewBackground(stroke=None)).properties(
        width=width,
        height=height,
        title=parts.title_of(title, f"{key.capitalize()}s found together", *notes),
    )


def _radius(share: float) -> float:
    """Return the pixels from a circle's middle to its edge."""
    return math.sqrt((_SMALLEST + (_LARGEST - _SMALLEST) * share) / math.pi)


def _left_out(shown: int, chosen: int, of: int, key: str) -> str:
    if shown == of:
        return ""
    considered = f"of the {chosen:,} most frequent, " if chosen < of else ""
    return f"{shown:,} of {of:,} {key}s: {considered}those that a line reaches"


def _links(
    pairs: Any, chosen: set[str], key: str, min_documents: int
) -> list[tuple[str, str, parts.Row]]:
    """Return the pairs of the chosen that are together more often than by chance, by strength."""
    rows = parts.rows_of(pairs, parts.NONE_TOGETHER)
    links = [
        (row[f"{key}_a"], row[f"{key}_b"], row)
        for row in rows
        if {row[f"{key}_a"], row[f"{key}_b"]} <= chosen
        and row["documents"] >= min_documents
        and (row["npmi"] or 0) > 0
    ]
    return sorted(links, key=lambda link: (-link[2]["npmi"], link[0], link[1]))
