"""Rows of bars: when each concept was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from slugline._colours import Colour
from slugline.plot import _parts as parts
from slugline.plot._time_axis import axis_of_time, date_time, months_later

_WIDTH = 640


def timeline_chart(
    timeline: Any,
    *,
    freq: str | None = None,
    value: str | None = None,
    top: int = 8,
    title: str | None = None,
    colours: Mapping[str, Colour] | None = None,
) -> Any:
    """Draw a row of bars for each concept of a table of `Matches.timeline`."""
    alt = parts.altair()
    rows = parts.rows_of(timeline)
    key = parts.key_of(rows[0])
    known = [name for name in rows[0] if name not in ("period", key)]
    value = value if value is not None else parts.asked_for(rows[0], "period", key)
    value = parts.column(rows, value, known)
    for row in rows:
        row["period"] = _moment(row["period"])
    ranked, counted = parts.ranked_by(rows, key, value)
    shown = ranked[: parts.check_count("top", top)]
    labels = parts.labels_of(shown)
    colour, branches = parts.colour_by(shown, key, colours)
    starts = sorted({row["period"] for row in rows})
    ends = dict(zip(starts, [*starts[1:], _end_of(starts, freq)], strict=True))
    # Periods without a match take no room in the data: their bars would have no height.
    data = [
        {
            "name": row[key],
            "label": labels[row[key]],
            "branch": branches[row[key]],
            "from": row["period"].isoformat(),
            "to": ends[row["period"]].isoformat(),
            "when": _written(row["period"], freq),
            **{name: row[name] for name in known},
        }
        for row in rows
        if row[key] in labels and row[value]
    ]
    step = parts.least_step(row[value] for row in data)
    first, last = starts[0], ends[starts[-1]]
    tooltip = [alt.Tooltip("name:N", title=key), alt.Tooltip("when:N", title=freq or "from")]
    tooltip += [parts.tip(name) for name in known]
    per = f"{parts.spoken(value)} by {freq}" if freq else parts.spoken(value)
    notes = [parts.left_out(len(shown), len(ranked), key, counted)]
    return (
        alt.Chart(parts.table(data))
        .mark_rect(stroke=None, opacity=0.9)
        .encode(
            x=alt.X(
                "from:T",
                title=None,
                scale=alt.Scale(domain=[date_time(first), date_time(last)]),
                axis=axis_of_time(first, last, freq),
            ),
            x2="to:T",
            y=alt.Y(
                f"{value}:Q",
                title=None,
                axis=alt.Axis(
                    format=parts.axis_format(value),
                    # One step for whole numbers up to 1, which have none between them.
                    tickCount=1 if step and max(row[value] for row in data) <= 1 else 2,
                    tickMinStep=step,
                    grid=True,
                    gridOpacity=0.5,
                    domain=False,
                    ticks=False,
                ),
                scale=alt.Scale(zero=True, nice=True),
            ),
            y2=alt.Y2Datum(0),
            color=colour,
            row=alt.Row(
                "label:N",
                sort=[labels[name] for name in shown],
                header=alt.Header(
                    title=None,
                    labelAngle=0,
                    labelAlign="left",
                    labelLimit=parts.LABEL_LIMIT,
                    labelFontSize=11,
                ),
                spacing=10,
            ),
            tooltip=tooltip,
        )
        .properties(
            view=alt.ViewBackground(stroke=None),
            width=_WIDTH,
            height=_height(len(shown)),
            title=parts.title_of(title, f"{key.capitalize()}s over time: {per}", *notes),
        )
        .resolve_scale(x="shared", y="shared")
    )


def _height(rows: int) -> int:
    """Return the pixels of a row: few rows are high, many stay on a page."""
    return 150 if rows == 1 else 70 if rows <= 4 else 46 if rows <= 12 else 30


def _moment(period: Any) -> datetime:
    """Return the start of a period, as the clock on the wall has it."""
    if isinstance(period, str):
        period = datetime.fromisoformat(period)
    if hasattr(period, "to_pydatetime"):
        period = period.to_pydatetime()
    if isinstance(period, datetime):
        return period.replace(tzinfo=None)
    if isinstance(period, date):
        return datetime(period.year, period.month, period.day)
    raise TypeError(f"a period must be a date, not {type(period).__name__}")


def _end_of(starts: list[datetime], freq: str | None) -> datetime:
    """Return when the last period ends."""
    last = starts[-1]
    match freq:
        case "day":
            return last + timedelta(days=1)
        case "week":
            return last + timedelta(days=7)
        case "month":
            return months_later(last, 1)
        case "quarter":
            return months_later(last, 3)
        case "year":
            return last.replace(year=last.year + 1)
    return last + (last - starts[-2] if len(starts) > 1 else timedelta(days=1))


def _written(at: datetime, freq: str | None) -> str:
    match freq:
        case "year":
            return f"{at.year}"
        case "month":
            return f"{at.year}-{at.month:02}"
        case "quarter":
            return f"{at.year}-Q{(at.month + 2) // 3}"
    return at.date().isoformat() if (at.hour, at.minute) == (0, 0) else at.isoformat(" ", "minutes")
