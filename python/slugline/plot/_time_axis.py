"""The axis of time: ticks at the beginnings of days, weeks, months and years, with the years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from slugline.plot import _parts as parts

_TICKS = 12
"""How many have room below a chart."""

_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6)
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_STEPS = [
    *(("day", step) for step in _DAYS),
    *(("month", step) for step in _MONTHS),
    *(("year", step) for step in _YEARS),
]
_FINEST = {"week": ("day", 7), "month": ("month", 1), "quarter": ("month", 3), "year": ("year", 1)}
"""No tick stands within a period: there would be nothing that changes there."""

_LABELS = {"day": "%b %-d", "month": "%b", "year": "%Y"}


def axis_of_time(first: datetime, last: datetime, freq: str | None) -> Any:
    """Return an axis from the first period's beginning to the last one's end.

    The year stands below the first label, and below the first of each year.
    """
    alt = parts.altair()
    unit, step, ticks = _ticks(first, last, freq)
    label = f"timeFormat(datum.value, '{_LABELS[unit]}')"
    if unit == "month" and freq == "quarter":
        label = "'Q' + quarter(datum.value)"
    if unit != "year":
        begins = f"dayofyear(datum.value) <= {step if unit == 'day' else 1}"
        year = "timeFormat(datum.value, '%Y')"
        label = f"datum.index == 0 || {begins} ? [{label}, {year}] : {label}"
    return alt.Axis(
        grid=True,
        gridOpacity=0.5,
        labelOverlap=True,
        values=[date_time(tick) for tick in ticks],
        labelExpr=label,
    )


def date_time(at: datetime) -> Any:
    """Return a moment as Altair has it, of the clock on the wall."""
    return parts.altair().DateTime(
        year=at.year, month=at.month, date=at.day, hours=at.hour, minutes=at.minute
    )


def months_later(at: datetime, months: int) -> datetime:
    """Return the beginning of the month that is so many months later."""
    years, month = divmod(at.month - 1 + months, 12)
    return datetime(at.year + years, month + 1, 1)


def _ticks(first: datetime, last: datetime, freq: str | None) -> tuple[str, int, list[datetime]]:
    """Return the unit and step that leave room for the labels, and where the ticks are."""
    finest = _STEPS.index(_FINEST.get(freq or "", ("day", 1)))
    for unit, step in _STEPS[finest:]:
        ticks: list[datetime] = []
        for tick in _from(first, unit, step):
            if tick >= last or len(ticks) > _TICKS:
                break
            if tick >= first:
                ticks.append(tick)
        if len(ticks) <= _TICKS:
            break
    # Within one day there is no beginning of another.
    return unit, step, ticks or [first]


def _from(first: datetime, unit: str, step: int) -> Iterator[datetime]:
    """Yield the beginnings of a unit, from at or before the first moment."""
    at = datetime(first.year, first.month, first.day)
    if unit == "day" and step >= 7:
        at -= timedelta(days=at.weekday())
    elif unit == "month":
        at = datetime(at.year, at.month - (at.month - 1) % step, 1)
    elif unit == "year":
        at = datetime(max(1, at.year - at.year % step), 1, 1)
    try:
        while True:
            yield at
            if unit == "day":
                at += timedelta(days=step)
            else:
                at = months_later(at, step * (12 if unit == "year" else 1))
    except (OverflowError, ValueError):
        return  # the calendar ends with the year 9999
