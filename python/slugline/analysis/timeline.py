"""When what was found: counts by day, week, month, quarter or year."""

from __future__ import annotations

import warnings
from datetime import tzinfo
from typing import Any

from slugline._checks import check_index, check_level
from slugline._frames import frame_kind, frame_of
from slugline._typing import By, FrameKind, Freq, Normalize
from slugline.analysis._base import Analysable
from slugline.analysis._dates import NO_DAY, day_numbers
from slugline.analysis._rates import rate_of


class Timelines(Analysable):
    """Counts over time."""

    def timeline(
        self,
        dates: Any,
        freq: Freq = "day",
        by: By = "concept",
        *,
        level: int | None = None,
        normalize: Normalize | None = None,
        tz: str | tzinfo | None = None,
        frame: FrameKind | None = None,
    ) -> Any:
        """Count matches and documents by period and concept or phrase.

        Parameters
        ----------
        dates : column of shape (n_texts,)
            When each text appeared: a list of ISO 8601 strings, dates or datetimes, or a column of
            dates, timestamps or such strings of pandas, polars, numpy, pyarrow or anything Arrow,
            by position.
            Texts without a date (None, NaT) are left out, with a warning that says how many.
        freq : {"day", "week", "month", "quarter", "year"}
            How long a period is. Weeks begin on Monday.
        by : {"concept", "phrase"}
            What to count.
        level : int, optional
            Cuts concepts to their first parts: 1 leaves ``person`` of ``person/Putin``.
        normalize : {"documents", "words", "per_million_words"}, optional
            Whether to add a column of rates: ``share_of_documents``, the documents with a match by
            all documents of the period, or ``per_million_words``, the matches by all its words, in
            millions (``"words"`` and ``"per_million_words"`` mean the same). Null in periods
            without any.
        tz : str or tzinfo, optional
            The time zone whose calendar counts, such as ``"Europe/Kyiv"``. Timestamps with a zone
            or an offset are converted to it; all else is taken as it stands. Without it, each
            timestamp is of the day that it shows in its own zone.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            Columns ``period`` (its first day, a date), ``concept`` (or ``phrase``), ``matches``,
            ``documents`` and that of the rates, ordered by period and concept. Every period from
            that of the first text to that of the last has a row for each concept that was found,
            with zeros where it was not.

        Raises
        ------
        TypeError
            Where dates is no column, or holds something that is no date, with its row.
        ValueError
            Where a date cannot be read, with its row; where there are more or fewer dates than
            texts or, in pandas, dates have another index than the texts; where the texts are
            needed and were let go by `detach`.
        OverflowError
            Where a date far off makes more rows than can have been meant.

        Warns
        -----
        UserWarning
            Where texts have no date.

        Notes
        -----
        (document, start, end, concept) counts once. All texts of the call count as documents and
        give words, also those without a match and those whose matches were filtered out; nulls
        do not.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO"]).tag(["NATO met.", "NATO, NATO!", "Nothing."])
        >>> dates = ["2022-01-31T23:50:00+01:00", "2022-03-01", "2022-03-02"]
        >>> for row in x.timeline(dates, "month", normalize="documents", frame="polars").rows():
        ...     print(*row)
        2022-01-01 NATO 1 1 1.0
        2022-02-01 NATO 0 0 None
        2022-03-01 NATO 2 1 0.5
        """
        kind = frame_kind(frame, self._origin)
        rate = rate_of(normalize)
        check_level(level)
        check_index("dates", dates, self._origin)
        days = day_numbers(dates, self._core.rows, tz)
        undated = days.count(NO_DAY)
        if undated:
            warnings.warn(
                f"{undated:,} of {len(days):,} texts have no date and are left out of the timeline",
                UserWarning,
                stacklevel=2,
            )
        return frame_of(self._core.timeline(days, freq, by, level, rate), kind)
