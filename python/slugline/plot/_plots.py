"""`Matches.plot`: the charts of one column's matches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from slugline._colours import Colour, colours_of
from slugline._core import dispersion
from slugline._typing import By, Freq
from slugline.plot._concepts import concepts_chart
from slugline.plot._cooccurrence import cooccurrence_chart
from slugline.plot._dispersion import dispersion_chart
from slugline.plot._network import network_chart
from slugline.plot._parts import altair, check_count
from slugline.plot._timeline import timeline_chart

if TYPE_CHECKING:
    from slugline.matches import Matches


_MOST_COMPARED = 1_000
"""So many concepts, the most frequent, may be in charts of pairs."""

_UNITS: dict[str, tuple[str, Callable[[str], int]]] = {
    "char": ("characters", len),
    "byte": ("bytes", lambda text: len(text.encode("utf-8", "replace"))),
    "utf16": ("UTF-16 units", lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2),
}
"""What positions count, and how long a text is in that."""


class Plots:
    """Charts of matches, made by Altair: `Matches.plot`.

    Each method counts first and draws what it counted, so that a chart stays small whatever the
    corpus. What is not shown is said below the title. A branch has the same colour in every chart
    of the same matches. Each returns an Altair chart, to go on with or to save:
    ``chart.save("x.svg")`` and ``chart.save("x.png", scale_factor=2)`` need vl-convert-python, and
    no browser.
    """

    def __init__(self, matches: Matches) -> None:
        altair()
        self._matches = matches

    def __repr__(self) -> str:
        names = ", ".join(name for name in dir(type(self)) if not name.startswith("_"))
        return f"Plots of {len(self._matches):,} matches: {names}"

    def concepts(
        self,
        *,
        by: By = "concept",
        level: int | None = None,
        value: str | None = None,
        top: int = 20,
        title: str | None = None,
        **counts: Any,
    ) -> Any:
        """Draw a bar for each concept, as long as it is frequent.

        Parameters
        ----------
        by : {"concept", "phrase"}
            What to count.
        level : int, optional
            Cuts concepts to their first parts.
        value : str, optional
            The column of `Matches.counts` to show: ``"documents"`` unless given, or with
            ``normalize`` or ``weight`` the column that this adds.
        top : int
            How many bars: those of the most frequent concepts (with ``weight``, of the highest).
            Of groups, those most frequent in all of them together.
        title : str, optional
            In place of one that says what is shown.
        **counts
            Further arguments of `Matches.counts`. With ``groups`` each group has a column of bars
            of its own, all of one scale and in one order.

        Returns
        -------
        altair.LayerChart or altair.FacetChart
            Bars, and the numbers at their ends; with groups, one such chart beside another.

        Raises
        ------
        ValueError
            Where there are no matches, no such column, or more groups than can be read.
        ImportError
            Where Altair is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO", "EU and NATO"])
        >>> x.plot.concepts().to_dict()["title"]["text"]
        'Concepts by documents'
        """
        counted = self._matches.counts(by, level=level, **counts)
        return concepts_chart(counted, value=value, top=top, title=title, colours=self._colours(by))

    def timeline(
        self,
        dates: Any,
        freq: Freq = "month",
        *,
        by: By = "concept",
        level: int | None = None,
        value: str | None = None,
        top: int = 8,
        title: str | None = None,
        **timeline: Any,
    ) -> Any:
        """Draw when each concept was found: a row of bars for each, all of one scale.

        Parameters
        ----------
        dates : column
            The date of each text, as `Matches.timeline` takes it.
        freq : {"day", "week", "month", "quarter", "year"}
            How long a period is: a bar each.
        by, level
            As in `concepts`.
        value : str, optional
            The column of `Matches.timeline` to show: ``"documents"`` unless given, or with
            ``normalize`` the column that this adds.
        top : int
            How many rows: the concepts with the most documents in all (of rates of matches, the
            most matches), whatever their rates.
        title : str, optional
            In place of one that says what is shown.
        **timeline
            Further arguments of `Matches.timeline`.

        Returns
        -------
        altair.Chart

        Raises
        ------
        ValueError
            Where there are no matches, or no such column.
        ImportError
            Where Altair is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO"]).tag(["NATO met.", "It rained.", "NATO rose."])
        >>> chart = x.plot.timeline(["2025-01-10", "2025-02-03", "2025-04-01"], "month")
        >>> chart.to_dict()["title"]["text"]
        'Concepts over time: documents by month'
        """
        table = self._matches.timeline(dates, freq, by=by, level=level, **timeline)
        return timeline_chart(
            table, freq=freq, value=value, top=top, title=title, colours=self._colours(by)
        )

    def cooccurrence(
        self,
        *,
        by: By = "concept",
        level: int | None = None,
        value: str = "npmi",
        top: int = 20,
        title: str | None = None,
        **cooccurrence: Any,
    ) -> Any:
        """Draw which concepts are found together, as a heat map.

        Parameters
        ----------
        by, level
            As in `concepts`.
        value : str
            The column of `Matches.cooccurrence` to show: ``"npmi"``, ``"pmi"``, ``"documents"``,
            ``"expected"`` or ``"log_likelihood"``.
        top : int
            How many concepts, at least 2: those that are most often together with any.
        title : str, optional
            In place of one that says what is shown.
        **cooccurrence
            Further arguments of `Matches.cooccurrence`, such as ``within="sentence"``.

        Returns
        -------
        altair.Chart

        Raises
        ------
        ValueError
            Where no two concepts are found together, or there is no such column.
        ImportError
            Where Altair is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO", "EU and NATO", "rain"])
        >>> x.plot.cooccurrence(value="documents").to_dict()["title"]["text"]
        'Concepts found together: documents'
        """
        pairs = self._frequent(by, level).cooccurrence(by, level=level, **cooccurrence)
        return cooccurrence_chart(pairs, value=value, top=top, title=title)

    def dispersion(
        self,
        *,
        by: By = "concept",
        level: int | None = None,
        along: Literal["corpus", "texts"] = "corpus",
        doc: int | None = None,
        value: Literal["matches", "documents"] = "matches",
        slices: int = 200,
        top: int = 20,
        title: str | None = None,
    ) -> Any:
        """Draw where each concept was found: in which texts, or in which parts of them.

        What is looked at is cut into slices of equal length. A slice in which a concept was found
        has a mark, the darker the more often.

        Parameters
        ----------
        by, level
            As in `concepts`.
        along : {"corpus", "texts"}
            The corpus, from the first text to the last, in the order in which they came (sort them
            by date, and it is time); or each text from its beginning to its end, all laid over one
            another.
        doc : int, optional
            One text only, from its beginning to its end.
        value : {"matches", "documents"}
            What to count in each slice.
        slices : int
            How many slices at most: no more than there are texts, or positions in the one text.
        top : int
            How many rows: the concepts found most often.
        title : str, optional
            In place of one that says what is shown.

        Returns
        -------
        altair.Chart

        Raises
        ------
        ValueError
            Where there are no matches, or texts are asked for that were let go by `detach`.
        IndexError
            Where there is no such text.
        ImportError
            Where Altair is not installed.

        Notes
        -----
        All matches are counted, without a sample. It is the lexical dispersion plot of text
        linguistics, with counts in place of strokes that would cover one another.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO"]).tag(["NATO met.", "It rained.", "It was NATO."])
        >>> x.plot.dispersion().to_dict()["title"]["text"]
        'Where concepts occur'
        """
        if along not in ("corpus", "texts"):
            raise ValueError(f'along must be one of "corpus", "texts", not {along!r}')
        core = self._matches._core
        slices = check_count("slices", slices)
        in_texts = along == "texts" or doc is not None
        if doc is not None:
            text = core.document(doc)
            unit, width = _UNITS[core.offsets]
            length = float(width(text or ""))
            # A mark of less than one character would be no place.
            slices = max(1, min(slices, int(length)))
            axis, note = f"{unit} of document {doc}", _mark_of(length / slices, unit)
            start, stop = core.rows_of(doc)
            core = core.slice(start, stop, 1)
        elif in_texts:
            length, axis = 100.0, "how far into the text, %"
            note = f"All texts laid over one another; a mark is {length / slices:,.2g} % of a text"
        else:
            slices = max(1, min(slices, core.rows))
            length, axis = float(core.rows), "documents, in the order in which they came"
            note = _mark_of(length / slices, "documents") if slices < core.rows else ""
        return dispersion_chart(
            dispersion(core, by, level, slices, in_texts),
            slices=slices,
            length=length,
            axis=axis,
            slice_note=note,
            value=value,
            top=top,
            title=title,
            colours=self._colours(by),
        )

    def network(
        self,
        *,
        by: By = "concept",
        level: int | None = None,
        top: int = 30,
        min_documents: int = 2,
        title: str | None = None,
        **cooccurrence: Any,
    ) -> Any:
        """Draw concepts as circles, joined where they are found together more often than by chance.

        Parameters
        ----------
        by, level
            As in `concepts`.
        top : int
            How many concepts, at least 2, are considered: those in most documents. Of these, the
            ones that no line reaches are not drawn.
        min_documents : int
            In how many documents two must be found together: what happens once may be chance,
            however high its NPMI.
        title : str, optional
            In place of one that says what is shown.
        **cooccurrence
            Further arguments of `Matches.cooccurrence`, such as ``within="sentence"``.

        Returns
        -------
        altair.LayerChart
            Circles are as large as a concept has documents, lines as thick as the NPMI of the two.
            Only the strongest lines are drawn, twice as many as there are concepts.

        Raises
        ------
        ValueError
            Where no two concepts are found together, or none in so many documents.
        ImportError
            Where Altair is not installed.

        Notes
        -----
        The places are computed by networkx where it is installed, as by springs (Fruchterman and
        Reingold 1991, `doi:10.1002/spe.4380211102 <https://doi.org/10.1002/spe.4380211102>`_), from
        the same start each time; else they lie on a circle, by branch.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO, EU", "EU and NATO", "rain"])
        >>> x.plot.network().to_dict()["title"]["text"]
        'Concepts found together'
        """
        return network_chart(
            self._frequent(by, level).cooccurrence(by, level=level, **cooccurrence),
            self._matches.counts(by, level=level),
            top=top,
            min_documents=min_documents,
            title=title,
            colours=self._colours(by),
        )

    def _frequent(self, by: By, level: int | None) -> Matches:
        """Leave out concepts too rare to be drawn: all pairs of many would be too many."""
        if by != "concept" or level is not None:
            return self._matches
        names = self._matches._core.counts("concept", None, False).column("concept").to_list()
        if len(names) <= _MOST_COMPARED:
            return self._matches
        core = self._matches._core.pick(None, set(names[:_MOST_COMPARED]))
        return self._matches._wrap(core, self._matches._origin)

    def _colours(self, by: By) -> dict[str, Colour] | None:
        return colours_of(self._matches._core.branches()) if by == "concept" else None


def _mark_of(size: float, unit: str) -> str:
    """Say how much a mark stands for, in whole numbers."""
    if size == 1:
        return f"A mark is one {unit.removesuffix('s')}"
    if size < 2:
        return f"A mark is 1 or 2 {unit}"
    about = "" if size.is_integer() else "about "
    return f"A mark is {about}{size:,.0f} {unit}"
