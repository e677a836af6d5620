"""What sets groups of texts apart."""

from __future__ import annotations

from typing import Any

from slugline import _core
from slugline._checks import check_level
from slugline._frames import frame_kind, frame_of
from slugline._typing import By, FrameKind
from slugline.analysis._base import Analysable
from slugline.analysis._groups import grouped


class Keyness(Analysable):
    """Comparisons of groups."""

    def compare(
        self,
        groups: Any,
        by: By = "concept",
        *,
        level: int | None = None,
        frame: FrameKind | None = None,
    ) -> Any:
        """Compare each group of texts with all others: which concepts set it apart (keyness).

        Parameters
        ----------
        groups : list, or column of pandas, polars, pyarrow, numpy or anything Arrow
            One value for each text, such as its source or year, or a mask of true and false, by
            position. Texts whose value is null are left out. Their order and type in the table are
            those of `counts`.
        by : {"concept", "phrase"}
            What to compare.
        level : int, optional
            Cuts concepts to their first parts.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            A row for each group and each concept that any group has, by group, then from what is
            most typical of the group to what it lacks most. Columns ``group`` (or what the Series
            of groups is named), ``concept`` (or ``phrase``), ``matches`` and ``documents`` in the
            group, ``per_million_words`` there, ``elsewhere_per_million_words`` in all other groups
            together, ``log_likelihood`` and ``log_ratio``, both of which are below zero where the
            group has less of it.

        Raises
        ------
        ValueError
            Where there are fewer than two groups, or another number of values than of texts; where
            their column has the name of another or, in pandas, another index than the texts; after
            `detach`.
        TypeError
            Where `groups` is no column, or level no whole number.

        Notes
        -----
        With a matches in a group of c words, and b in the d words elsewhere:

        - ``log_likelihood`` = ±2 (a ln(a / E1) + b ln(b / E2)), where E1 = c (a + b) / (c + d) and
          E2 = d (a + b) / (c + d) [1]_. It tells how sure the difference is: beyond 15.13 it would
          come of chance in one of 10,000 cases.
        - ``log_ratio`` = log2((a / c) / (b / d)), where a count of zero stands for a half [2]_. It
          tells how large the difference is: 1 for twice as often, -1 for half as often.

        Where one side has no words, its rate and ``log_ratio`` are null, and ``log_likelihood`` is
        0. Words are those of `near`; matches of one concept with the same span count once, as in
        `counts`.

        References
        ----------
        .. [1] P. Rayson, R. Garside: Comparing corpora using frequency profiling. Proceedings of
           the Workshop on Comparing Corpora, ACL (2000).
        .. [2] A. Hardie: Log Ratio: an informal introduction. CASS, Lancaster University (2014).

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["NATO", "EU"])
        >>> x = m.tag(["NATO and NATO", "the EU met", "NATO and EU"])
        >>> keyness = x.compare(["A", "B", "B"], frame="polars")
        >>> keyness.select("group", "concept", "matches", "log_ratio").rows()
        [('A', 'NATO', 2, 2.0), ('A', 'EU', 0, -1.0), ('B', 'EU', 2, 1.0), ('B', 'NATO', 1, -2.0)]
        """
        kind = frame_kind(frame, self._origin)
        check_level(level)
        column = grouped(groups, self._core.rows, self._origin, kind)
        if len(column.names) < 2:
            there = f"there is one: {column.names[0]!r}" if column.names else "there is none"
            raise ValueError(f"groups must be two or more to compare; {there}")
        table = _core.compare(self._core, column.for_core, by, level)
        return column.put_back(frame_of(table, kind))
