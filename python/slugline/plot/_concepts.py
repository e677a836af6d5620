"""Bars: how often each concept was found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from slugline._colours import Colour
from slugline.plot import _parts as parts

_GROUPS = 24
"""More would leave each too small to be read."""
_GROUPS_A_ROW = (5, 4, 3)
_WIDTH = 460
_WIDTH_OF_GROUPS = 700


def concepts_chart(
    counts: Any,
    *,
    value: str | None = None,
    top: int = 20,
    title: str | None = None,
    colours: Mapping[str, Colour] | None = None,
) -> Any:
    """Draw a bar for each concept of a table of `Matches.counts`, in a column for each group."""
    alt = parts.altair()
    rows = parts.rows_of(counts)
    keys = list(rows[0])
    keys = keys[: keys.index("matches")]
    key, group = keys[-1], keys[0] if len(keys) > 1 else None
    value = value if value is not None else parts.asked_for(rows[0], *keys)
    value = parts.column(rows, value, [name for name in rows[0] if name not in keys])
    ranked, counted = parts.ranked_by(rows, key, value)
    shown = ranked[: parts.check_count("top", top)]
    labels = parts.labels_of(shown)
    colour, branches = parts.colour_by(shown, key, colours)
    groups = _labels_of_groups(rows, group)
    numbers = [name for name in rows[0] if name not in keys]
    data = [
        {
            "name": row[key],
            "label": labels[row[key]],
            "branch": branches[row[key]],
            "group": groups[row[group]] if group is not None else "",
            "value": row[value],
            "written": parts.number(row[value], value),
            **{name: row[name] for name in numbers},
        }
        for row in _of_all(rows, shown, key, group, groups)
    ]
    tooltip = [alt.Tooltip("name:N", title=key), *map(parts.tip, numbers)]
    if group is not None:
        tooltip.insert(1, alt.Tooltip("group:N", title=parts.legible(group)))
    base = alt.Chart(parts.table(data)).encode(
        y=alt.Y("label:N", sort=list(labels.values()), axis=parts.axis_of_names()),
        x=alt.X(
            "value:Q",
            title=parts.spoken(value),
            axis=alt.Axis(
                grid=False,
                ticks=False,
                labelFlush=True,
                tickCount=5 if group is None else 3,
                tickMinStep=parts.least_step(row["value"] for row in data),
                format=parts.axis_format(value),
            ),
            scale=alt.Scale(zero=True),
        ),
        tooltip=tooltip,
    )
    bars = base.mark_bar(height={"band": 0.75}).encode(color=colour)
    negative = any((row["value"] or 0) < 0 for row in data)
    align, dx = ("center", -4) if negative else ("left", 4)
    written = base.mark_text(align=align, dx=dx, fontSize=11).encode(text="written:N")
    in_a_row = _in_a_row(len(groups))
    chart = alt.layer(bars, written, view=alt.ViewBackground(stroke=None)).properties(
        width=_WIDTH if group is None else min(300, _WIDTH_OF_GROUPS // in_a_row),
        height=alt.Step(parts.row_height(len(shown))),
    )
    default = f"{key.capitalize()}s by {parts.spoken(value)}"
    notes = [parts.left_out(len(shown), len(ranked), key, counted)]
    if group is not None:
        default += f", by {parts.legible(group)}"
        header = alt.Header(title=None, labelLimit=160, labelFontSize=11, labelFontWeight="bold")
        facet = alt.Facet("group:N", sort=list(groups.values()), header=header)
        chart = chart.facet(facet=facet, columns=in_a_row, spacing=36)
    return chart.properties(title=parts.title_of(title, default, *notes))


def _labels_of_groups(rows: Sequence[parts.Row], group: str | None) -> dict[Hashable, str]:
    """Return what to call each group, in the order of the table."""
    if group is None:
        return {}
    groups = parts.labelled({row[group]: str(row[group]) for row in rows})
    if len(groups) > _GROUPS:
        raise ValueError(
            f"groups has {len(groups):,} groups, and a chart has room for {_GROUPS}: give None to "
            "the texts of the lesser ones, or draw a table of counts(groups=...) in another way"
        )
    return groups


def _in_a_row(groups: int) -> int:
    """Return how many groups stand side by side: so many that few places stay empty."""
    if groups <= _GROUPS_A_ROW[0]:
        return groups
    return min(_GROUPS_A_ROW, key=lambda many: -groups % many)


def _of_all(
    rows: Sequence[parts.Row],
    shown: Sequence[str],
    key: str,
    group: str | None,
    groups: Mapping[Hashable, str],
) -> list[parts.Row]:
    """Return a row for each concept shown, in their order, of each group.

    Groups without a rate have no row for what was not found in them; that is nought.
    """
    found = {(row[group] if group is not None else None, row[key]): row for row in rows}
    nothing = dict.fromkeys(rows[0], 0)
    return [
        found.get((one, name)) or {**nothing, key: name, **({group: one} if group else {})}
        for one in (groups or [None])
        for name in shown
    ]
