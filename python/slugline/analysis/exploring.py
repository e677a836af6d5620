"""The interactive view."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from slugline._optional import require
from slugline.analysis._base import Analysable

if TYPE_CHECKING:
    from slugline.explore.widget import Explorer


class Exploring(Analysable):
    """Looking around in a notebook."""

    def explore(
        self,
        dates: Any = None,
        *,
        freq: str | None = None,
        tz: str | tzinfo | None = None,
        titles: Any = None,
        height: int = 560,
    ) -> Explorer:
        """Show the matches in Jupyter, to filter, search and read.

        Concepts are on the left, with their counts: a box chooses the documents that have a
        concept, its name shows it in context. The documents are on the right; more are fetched as
        one scrolls. Where dates are given, a period can be drawn out above.

        Parameters
        ----------
        dates : column, optional
            When each text appeared: as for `timeline`. Texts without a date are shown as long as
            no period is chosen.
        freq : {"day", "week", "month", "quarter", "year"}, optional
            What one bar above stands for; by default as fits the time that the dates span.
        tz : str or tzinfo, optional
            The zone to which dates with a zone are converted first, as for `timeline`.
        titles : column, optional
            A heading for each text, such as its headline or address. Without, the ids serve that
            were given to `PhraseMatcher.tag`, if any.
        height : int
            Pixels that the lists take.

        Returns
        -------
        slugline.explore.widget.Explorer
            The widget. Keep it to go on with what was chosen: ``w.selection`` has the concepts,
            the search, the dates and the documents, and ``w.matches`` the `Matches`.

        Raises
        ------
        ImportError
            Where anywidget or numpy is not installed.
        ValueError
            After `detach`; where there is another number of dates or titles than of texts or, in
            pandas, they have another index.
        TypeError
            Where dates or titles are no column, or hold something else.

        Notes
        -----
        The browser is told only what it shows, so that a hundred thousand documents are no
        trouble. Documents without any match are not shown. The search looks for what is typed
        anywhere in the texts, within words too, in whatever case. The widget needs a running
        kernel: what a saved or exported notebook shows without one is the view of
        `_repr_html_`.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"person": {"Xi": ["Xi"]}, "place": {"China": ["China"]}})
        >>> w = m.tag(["China’s Xi", "China"]).explore()
        >>> w.select(concepts=["person/Xi"])
        >>> w.selection.docs.tolist()
        [0]
        >>> len(w.matches)
        1
        """
        require("numpy", "explore()")
        require("anywidget", "explore()")
        if not self._core.has_texts:
            raise ValueError("the texts were let go by detach()")
        from slugline.explore.widget import Explorer

        return Explorer(self, dates=dates, freq=freq, tz=tz, titles=titles, height=height)
