"""Bars: how often each concept was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slugline._colours import Colour
from slugline.plot import _parts as parts


def concepts_chart(
    counts: Any,
    *,
    value: str = "documents",
    top: int = 20,
    title: str | None = None,
    colours: Mapping[str, Colour] | None = None,
) -> Any:
    """Draw a bar for each concept of a table of `Matches.counts`."""
    alt = parts.altair()
    rows = parts.rows_of(counts)
    key = parts.key_of(rows[0])
    value = parts.column(rows, value, [name for name in rows[0] if name not in (key, "group")])
    rows.sort(key=lambda row: (-row[value], row[key]))
    shown = rows[: parts.check_count("top", top)]
    labels = parts.labels_of(row[key] for row in shown)
    colour, branches = parts.colour_by(labels, key, colours)
    data = [
        {
            "name": row[key],
            "label": labels[row[key]],
            "branch": branches[row[key]],
            "value": row[value],
            "written": parts.number(row[value]),
            **{name: row[name] for name in row if name not in (key, "group")},
        }
        for row in shown
    ]
    step = parts.least_step(row[value] for row in shown)
    order = [row["label"] for row in data]
    tooltip = [alt.Tooltip("name:N", title=key)]
    for name in data[0]:
        if name in shown[0]:
            tooltip.append(alt.Tooltip(f"{name}:Q", title=parts.spoken(name), format=",.4~g"))
    base = alt.Chart(alt.InlineData(values=data)).encode(
        y=alt.Y("label:N", sort=order, axis=parts.axis_of_names()),
        x=alt.X(
            "value:Q",
            title=parts.spoken(value),
            axis=alt.Axis(grid=False, ticks=False, labelFlush=True, tickCount=5, tickMinStep=step),
            scale=alt.Scale(zero=True),
        ),
        tooltip=tooltip,
    )
    bars = base.mark_bar(height={"band": 0.75}).encode(color=colour)
    dx = [4 if row["value"] >= 0 else -4 for row in data]
    align = "left" if min(dx) > 0 else "center"
    written = base.mark_text(align=align, dx=min(dx), fontSize=11).encode(text="written:N")
    default = f"{key.capitalize()}s by {parts.spoken(value)}"
    note = parts.left_out(len(data), len(rows), key)
    return alt.layer(bars, written, view=alt.ViewBackground(stroke=None)).properties(
        width=460,
        height=alt.Step(parts.row_height(len(data))),
        title=parts.title_of(title, default, note),
    )
