"""Marks in rows: in which part of the corpus, or of the texts, each concept was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slugline._colours import Colour
from slugline.plot import _parts as parts


def dispersion_chart(
    dispersion: Any,
    *,
    slices: int,
    length: float,
    axis: str,
    slice_note: str,
    value: str = "matches",
    top: int = 20,
    title: str | None = None,
    colours: Mapping[str, Colour] | None = None,
) -> Any:
    """Draw a mark for each slice in which a concept was found.

    Parameters
    ----------
    dispersion : frame
        Columns ``concept`` (or ``phrase``), ``slice`` (from zero), ``matches`` and ``documents``.
    slices : int
        How many slices there are.
    length : float
        What all slices together are, in the unit of the axis.
    axis, slice_note : str
        What the axis shows, and what a slice is.
    """
    alt = parts.altair()
    rows = parts.rows_of(dispersion)
    key = parts.key_of(rows[0])
    value = parts.column(rows, value, ("matches", "documents"))
    ranked, _ = parts.ranked_by(rows, key, value)
    shown = ranked[: parts.check_count("top", top)]
    labels = parts.labels_of(shown)
    colour, branches = parts.colour_by(shown, key, colours)
    wide = length / slices
    data = [
        {
            "name": row[key],
            "label": labels[row[key]],
            "branch": branches[row[key]],
            "from": row["slice"] * wide,
            "to": (row["slice"] + 1) * wide,
            "matches": row["matches"],
            "documents": row["documents"],
        }
        for row in rows
        if row[key] in labels
    ]
    most = max(row[value] for row in data)
    legend = (
        None
        if most == 1
        else alt.Legend(
            title=parts.spoken(value), values=sorted({1, (most + 1) // 2, most}), format=",d"
        )
    )
    strength = alt.Opacity(
        f"{value}:Q",
        scale=alt.Scale(type="sqrt", domain=[0, most], range=[0.25, 1]),
        legend=legend,
    )
    notes = [parts.left_out(len(shown), len(ranked), key), slice_note]
    return (
        alt.Chart(parts.table(data))
        .mark_rect(stroke=None)
        .encode(
            x=alt.X(
                "from:Q",
                title=axis,
                scale=alt.Scale(domain=[0, length], nice=False),
                axis=alt.Axis(grid=False, format=",~f", tickCount=8, tickMinStep=1),
            ),
            x2="to:Q",
            y=alt.Y(
                "label:N",
                sort=[labels[name] for name in shown],
                axis=parts.axis_of_names(grid=True, gridOpacity=0.4, tickBand="extent"),
                scale=alt.Scale(padding=0.2),
            ),
            color=colour,
            opacity=alt.value(1) if most == 1 else strength,
            tooltip=[
                alt.Tooltip("name:N", title=key),
                alt.Tooltip("from:Q", format=",.1~f"),
                alt.Tooltip("to:Q", format=",.1~f"),
                alt.Tooltip("matches:Q", format=","),
                alt.Tooltip("documents:Q", format=","),
            ],
        )
        .properties(
            view=alt.ViewBackground(stroke=None),
            width=700,
            height=alt.Step(parts.row_height(len(shown))),
            title=parts.title_of(title, f"Where {key}s occur", *notes),
        )
    )
