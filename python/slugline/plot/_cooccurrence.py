"""A heat map: which concepts are found together."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from slugline._colours import branch_of
from slugline.plot import _parts as parts

_EXPLAINED = {
    "npmi": "NPMI: 0 where together as often as by chance, 1 where never apart",
    "pmi": "PMI: 0 where together as often as by chance, 1 where twice as often",
}


def cooccurrence_chart(
    pairs: Any, *, value: str = "npmi", top: int = 20, title: str | None = None
) -> Any:
    """Draw a square for each pair of a table of `Matches.cooccurrence`."""
    alt = parts.altair()
    rows = parts.rows_of(pairs, parts.NONE_TOGETHER)
    key = parts.key_of(rows[0], "_a")
    a, b = f"{key}_a", f"{key}_b"
    value = parts.column(rows, value, [name for name in rows[0] if name not in (a, b)])
    totals: dict[str, float] = defaultdict(int)
    for row in rows:
        totals[row[a]] += row["documents"]
        totals[row[b]] += row["documents"]
    ranked = sorted(totals, key=lambda name: (-totals[name], name))
    chosen = set(ranked[: parts.check_count("top", top, 2)])
    # Branches side by side, and the most frequent first, so that what belongs together shows.
    order = sorted(chosen, key=lambda name: (branch_of(name), -totals[name], name))
    labels = parts.labels_of(order)
    data = [
        {
            "a": labels[one],
            "b": labels[other],
            "one": one,
            "other": other,
            **{name: row[name] for name in row if name not in (a, b)},
        }
        for row in rows
        for one, other in ((row[a], row[b]), (row[b], row[a]))
        if one in chosen and other in chosen and one != other
    ]
    tooltip = [alt.Tooltip("one:N", title=key), alt.Tooltip("other:N", title="with")]
    tooltip += [parts.tip(name) for name in rows[0] if name not in (a, b)]
    names = [labels[name] for name in order]
    size = max(12, min(26, 640 // len(names)))
    small = 11 if size >= 16 else 9
    axis = parts.axis_of_names(labelFontSize=small)
    above = parts.axis_of_names(
        labelFontSize=small, labelAngle=-60, orient="top", labelAlign="left", labelLimit=160
    )
    default = f"{key.capitalize()}s found together: {_spoken(value)}"
    notes = [
        _EXPLAINED.get(value, ""),
        _left_out(len(names), len(ranked), key),
        "Empty: never together",
    ]
    return (
        alt.Chart(parts.table(data))
        .mark_rect()
        .encode(
            x=alt.X("a:N", sort=names, scale=alt.Scale(domain=names, padding=0.06), axis=above),
            y=alt.Y("b:N", sort=names, scale=alt.Scale(domain=names, padding=0.06), axis=axis),
            color=alt.Color(
                f"{value}:Q",
                scale=_scale(value, [row[value] for row in data]),
                legend=alt.Legend(title=_spoken(value), gradientLength=140),
            ),
            tooltip=tooltip,
        )
        .properties(
            view=alt.ViewBackground(stroke=None),
            width=alt.Step(size),
            height=alt.Step(size),
            title=parts.title_of(title, default, *notes),
        )
    )


def _scale(value: str, values: list[float]) -> Any:
    """Return colours: two from a middle where 0 has a meaning, else one from light to dark."""
    alt = parts.altair()
    if value in ("npmi", "pmi"):
        # As far as the values go, so that differences show; as far below 0 as above.
        most = math.ceil(max((abs(v) for v in values if v), default=1.0) * 10) / 10
        colours = parts.COLOURS
        ends = (colours["sky blue"].strong, colours["grey"].light, colours["red"].strong)
        return alt.Scale(domain=[-most, 0, most], range=list(ends), clamp=True)
    blue = parts.COLOURS["sky blue"]
    return alt.Scale(range=[blue.light, blue.strong, blue.dark], zero=False, interpolate="lab")


def _left_out(shown: int, of: int, key: str) -> str:
    if shown == of:
        return ""
    return f"The {shown:,} of {of:,} {key}s most often found with others; {of - shown:,} left out"


def _spoken(value: str) -> str:
    return value.upper() if value in ("pmi", "npmi") else parts.spoken(value)
