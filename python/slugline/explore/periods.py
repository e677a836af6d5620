"""When the documents appeared, in periods of one length."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slugline.analysis._dates import NO_DAY, day_numbers

_FREQS = ("day", "week", "month", "quarter", "year")
_MOST = {"day": 120, "week": 160, "month": 240}
"""Up to how many periods of a kind are shown where nobody asks for one."""


class Periods:
    """The periods from the first date to the last, and which of them each text is of.

    Attributes
    ----------
    freq : str
        How long they are.
    starts : numpy.ndarray of datetime64[D]
        The first day of each.
    """

    def __init__(
        self, dates: Any, rows: int, freq: str | None, tz: str | tzinfo | None = None
    ) -> None:
        numbers = np.array(day_numbers(dates, rows, tz), dtype=np.int64)
        days = numbers.astype("datetime64[D]")
        days[numbers == NO_DAY] = np.datetime64("NaT")
        known = days[~np.isnat(days)]
        if not len(known):
            raise ValueError("dates has no date at all")
        first, last = known.min(), known.max()
        self.freq = freq if freq is not None else _fitting(first, last)
        if self.freq not in _FREQS:
            raise ValueError(f"freq must be one of {', '.join(_FREQS)}, not {freq!r}")
        self._days = days
        number = _numbers(days, self.freq)
        self._first = int(_numbers(first, self.freq))
        self._of_row = np.where(np.isnat(days), -1, number - self._first)
        count = int(_numbers(last, self.freq)) - self._first + 1
        self.starts = _starts(np.arange(self._first, self._first + count + 1), self.freq)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def days(self, first: int, last: int) -> tuple[date, date]:
        """Return the first and the last day of some periods."""
        end = self.starts[last + 1] - np.timedelta64(1, "D")
        return self.starts[first].astype(date), end.astype(date)

    def holding(self, first: Any, last: Any) -> tuple[int, int]:
        """Return the periods that hold two days."""
        days = np.array(day_numbers([first, last], 2), dtype=np.int64).astype("datetime64[D]")
        numbers = _numbers(days, self.freq) - self._first
        return int(numbers[0]), int(numbers[1])

    def documents(self, docs: NDArray[np.bool_]) -> list[int]:
        """Count the documents of each period, among some of the texts."""
        within = self._of_row[docs]
        counted: list[int] = np.bincount(within[within >= 0], minlength=len(self)).tolist()
        return counted

    def within(self, first: int, last: int) -> NDArray[np.bool_]:
        """Return for each text whether it is of some periods."""
        return (self._of_row >= first) & (self._of_row <= last)

    def order(self, docs: NDArray[np.int64], *, newest: bool) -> NDArray[np.int64]:
        """Return the order of some texts by date; those without one come last."""
        days = self._days[docs].astype(np.int64)
        keys = np.where(
            np.isnat(self._days[docs]), np.iinfo(np.int64).max, -days if newest else days
        )
        return np.argsort(keys, kind="stable")

    def date_of(self, row: int) -> str:
        """Return the date of a text, as ISO 8601 has it; nothing where it has none."""
        return "" if np.isnat(self._days[row]) else str(self._days[row])

    def described(self, docs: NDArray[np.bool_]) -> dict[str, Any]:
        """Describe the periods to the browser."""
        names = [_name(start, self.freq) for start in self.starts[:-1]]
        return {"freq": self.freq, "names": names, "documents": self.documents(docs)}


def _fitting(first: np.datetime64, last: np.datetime64) -> str:
    for freq, most in _MOST.items():
        if int(_numbers(last, freq)) - int(_numbers(first, freq)) < most:
            return freq
    return "year"


_UNITS = {"day": "datetime64[D]", "month": "datetime64[M]", "year": "datetime64[Y]"}
_EPOCH = np.datetime64("1969-12-29", "D")  # A Monday, where the weeks of ISO 8601 begin.


def _numbers(days: Any, freq: str) -> Any:
    """Return the numbers of the periods that hold some days, counted from 1970 on."""
    if freq == "week":
        return (days - _EPOCH).astype(np.int64) // 7
    if freq == "quarter":
        return _numbers(days, "month") // 3
    return days.astype(_UNITS[freq]).astype(np.int64)


def _starts(numbers: NDArray[np.int64], freq: str) -> Any:
    if freq == "week":
        return _EPOCH + (numbers * 7).astype("timedelta64[D]")
    if freq == "quarter":
        return _starts(numbers * 3, "month")
    return numbers.astype(_UNITS[freq]).astype("datetime64[D]")


def _name(start: np.datetime64, freq: str) -> str:
    return str(start)[: {"month": 7, "quarter": 7, "year": 4}.get(freq, 10)]
