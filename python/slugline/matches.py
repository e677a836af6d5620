"""What was found where, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, Self, overload

from slugline._checks import whole_number
from slugline._core import ArrowTable
from slugline._core import Matches as CoreMatches
from slugline._display import table
from slugline._frames import pandas_frame
from slugline._html import html_of_match
from slugline._optional import require
from slugline._patterns import check_pattern
from slugline._texts import Origin, arrow_like, lists_like
from slugline._typing import Attributes
from slugline.analysis.context import Concordance
from slugline.analysis.counting import Counting
from slugline.analysis.documents import Documents
from slugline.analysis.exploring import Exploring
from slugline.analysis.keyness import Keyness
from slugline.analysis.pairs import Pairs
from slugline.analysis.plotting import Plotting
from slugline.analysis.seeing import Seeing
from slugline.analysis.timeline import Timelines

_ROWS_SHOWN = 10


class Match(NamedTuple):
    """One phrase found in one place.

    Attributes
    ----------
    doc : int
        Row of the text, from zero.
    start, end : int
        Where in the text, so that ``text[start:end]`` is the match.
    phrase : str
        The phrase as the gazetteer has it.
    concept : str
        What it stands for.
    text : str or None
        The text that matched; None once the texts were let go.
    """

    doc: int
    start: int
    end: int
    phrase: str
    concept: str
    text: str | None = None

    def _repr_html_(self) -> str:
        return html_of_match(self)


class Matches(
    Concordance, Counting, Documents, Exploring, Keyness, Pairs, Plotting, Seeing, Timelines
):
    """The matches of a column of texts: made by `PhraseMatcher.tag`.

    A table with the columns ``[id,] doc, start, end, phrase, concept``, ordered by document,
    start, end descending, phrase and concept. It is Arrow inside and has ``__arrow_c_stream__``:
    ``pa.table(matches)``, ``pl.DataFrame(matches)`` and ``duckdb.sql("from matches")`` work.

    It keeps the texts by reference, for the text of matches and for showing them; `detach` lets
    them go.

    Examples
    --------
    >>> import slugline as sl
    >>> m = sl.PhraseMatcher({"person": {"Xi": ["Xi"]}, "place": {"China": ["China"]}})
    >>> matches = m.tag(["China’s Xi", "Xi in anti-China talks"])
    >>> len(matches)
    4
    >>> matches[-1]
    Match(doc=1, start=11, end=16, phrase='China', concept='place/China', text='China')
    >>> matches
    Matches: 4 in 2 texts
    doc  start  end  phrase  concept      text
      0      0    5  China   place/China  China
      0      8   10  Xi      person/Xi    Xi
      1      0    2  Xi      person/Xi    Xi
      1     11   16  China   place/China  China
    """

    _core: CoreMatches
    _origin: Origin

    def __init__(self) -> None:
        raise TypeError("Matches are made by PhraseMatcher.tag")

    @classmethod
    def _wrap(cls, core: CoreMatches, origin: Origin) -> Self:
        matches = cls.__new__(cls)
        matches._core = core
        matches._origin = origin
        return matches

    def __copy__(self) -> Self:
        return self._wrap(self._core, self._origin)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "Matches cannot be pickled, for they refer to the texts: keep x.to_arrow(text=True) "
            "or x.to_pandas(), or tag again (a PhraseMatcher can be pickled)"
        )

    # -- Rows -----------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._core)

    @overload
    def __getitem__(self, index: int) -> Match: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: int | slice) -> Match | Self:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return self._wrap(self._core.slice(start, stop, step), self._origin)
        at = whole_number("index", index, "the number of a match or a slice")
        if at < 0:
            at += len(self)
        if not 0 <= at < len(self):
            raise IndexError(f"there is no match {index} of {len(self):,}")
        return self._match(at)

    def __iter__(self) -> Iterator[Match]:
        if self._core.has_texts:
            for index, row in enumerate(self._core):
                yield Match(*row, self._core.text(index))
        else:
            for row in self._core:
                yield Match(*row)

    def _match(self, index: int) -> Match:
        text = self._core.text(index) if self._core.has_texts else None
        return Match(*self._core.row(index), text)

    def filter(self, concept: str) -> Self:
        """Return the matches whose concepts fit a pattern.

        Parameters
        ----------
        concept : str
            A concept, in which ``*`` stands for anything, slashes included.

        Returns
        -------
        Matches
            Of the same documents.

        Raises
        ------
        TypeError
            Where concept is no str.
        ValueError
            Where it has a lone surrogate.

        Warns
        -----
        UserWarning
            Where no concept of the gazetteer fits, with a pattern that does: ``person`` is the
            concept of that name, ``person/*`` all below it.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"person": {"Xi": ["Xi"]}, "place": {"China": ["China"]}})
        >>> [match.text for match in m.tag("Xi in China").filter("place/*")]
        ['China']
        """
        check_pattern("concept", concept, self._core)
        return self._wrap(self._core.filter(concept), self._origin)

    @property
    def concepts(self) -> list[str]:
        """The concepts that were found, in the order of the columns of `matrix`."""
        return self._core.concepts()

    @property
    def phrases(self) -> list[str]:
        """The phrases that were found, in the order of the columns of ``matrix(by="phrase")``."""
        return self._core.phrases()

    def detach(self) -> None:
        """Let go of the texts: `Match.text` is None from then on, and nothing can be shown."""
        self._core.detach()

    # -- Tables ---------------------------------------------------------------------------------

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._core.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._core.__arrow_c_schema__()

    def to_pandas(self, text: bool = False, attributes: Attributes = ()) -> Any:
        """Return a pandas DataFrame.

        Parameters
        ----------
        text : bool
            Whether to add a column of the texts that matched.
        attributes : list of str, or dict of str to str
            What to add of the entries that matched, a column each: their attributes, ``"lang"``,
            ``"weight"``, or options by their names. A dict gives the columns other names.

        Returns
        -------
        pandas.DataFrame
            ``phrase``, ``concept`` and attributes that are text are categorical.

        Raises
        ------
        ValueError
            Where text is asked for after `detach`, no entry has such an attribute, or a column has
            that name already (``id``, where ids were given).
        ImportError
            Where pandas is not installed.
        """
        asked = _columns_of(attributes)
        names = ("phrase", "concept", *(name for _, name in asked))
        return pandas_frame(self._table(text, asked), categorical=names)

    def to_polars(self, text: bool = False, attributes: Attributes = ()) -> Any:
        """Return a polars DataFrame.

        Parameters
        ----------
        text : bool
            Whether to add a column of the texts that matched.
        attributes : list of str, or dict of str to str
            What to add of the entries that matched, a column each: their attributes, ``"lang"``,
            ``"weight"``, or options by their names. A dict gives the columns other names.

        Returns
        -------
        polars.DataFrame

        Raises
        ------
        ValueError
            Where text is asked for after `detach`, no entry has such an attribute, or a column has
            that name already (``id``, where ids were given).
        ImportError
            Where polars is not installed.

        Notes
        -----
        Columns are ``[id,] doc, start, end, phrase, concept[, text]``, then the attributes, null
        where an entry has none. Where entries of one phrase and concept differ in their options
        only, one row stands for all that match, with the attributes of the first.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("OTAN", "org/NATO", lang="fr", qid="Q7184")
        >>> x = sl.PhraseMatcher(gaz).tag(["l’OTAN"])
        >>> x.to_polars(attributes=["lang", "qid"]).rows()
        [(0, 2, 6, 'OTAN', 'org/NATO', 'fr', 'Q7184')]
        """
        return require("polars", "to_polars").DataFrame(self._table(text, _columns_of(attributes)))

    def to_arrow(self, text: bool = False, attributes: Attributes = ()) -> Any:
        """Return a pyarrow Table.

        Parameters
        ----------
        text : bool
            Whether to add a column of the texts that matched.
        attributes : list of str, or dict of str to str
            What to add of the entries that matched, a column each: their attributes, ``"lang"``,
            ``"weight"``, or options by their names. A dict gives the columns other names.

        Returns
        -------
        pyarrow.Table

        Raises
        ------
        ValueError
            Where text is asked for after `detach`, no entry has such an attribute, or a column has
            that name already (``id``, where ids were given).
        ImportError
            Where pyarrow is not installed.
        """
        return require("pyarrow", "to_arrow").table(self._table(text, _columns_of(attributes)))

    def _table(self, text: bool, attributes: list[tuple[str, str]]) -> ArrowTable:
        if text and not self._core.has_texts:
            raise ValueError("the texts were let go by detach()")
        return self._core.to_arrow(text, attributes)

    def by_doc(self) -> Any:
        """Return the matches of each text, aligned with the texts.

        Returns
        -------
        list, or column of the kind of the texts
            For Python texts, numpy and pandas, lists of `Match`; for polars and pyarrow, lists of
            structs. Nulls have an empty list.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["NATO"])
        >>> [len(matches) for matches in m.tag(["NATO", "EU", "NATO, NATO"]).by_doc()]
        [1, 0, 2]
        """
        if self._origin.kind in ("polars", "pyarrow", "arrow"):
            return arrow_like(self._core.by_doc(), self._origin)
        lists: list[list[Match]] = [[] for _ in range(self._core.rows)]
        for match in self:
            lists[match.doc - self._core.first_doc].append(match)
        return lists_like(lists, self._origin)

    # -- Showing --------------------------------------------------------------------------------

    def _caption(self) -> str:
        rows = self._core.rows
        return f"{len(self):,} in {rows:,} text{'s'[: rows != 1]}"

    def __repr__(self) -> str:
        header = ["doc", "start", "end", "phrase", "concept"]
        rows = []
        for index in range(min(len(self), _ROWS_SHOWN)):
            match = self._match(index)
            cells = [str(cell) for cell in match[:5]]
            if self._core.has_texts:
                cells.append(match.text or "")
            if self._core.has_ids:
                cells.insert(0, str(self._core.id(index)))
            rows.append(cells)
        if self._core.has_texts:
            header.append("text")
        if self._core.has_ids:
            header.insert(0, "id")
        lines = [f"Matches: {self._caption()}"]
        if rows:
            lines.append(table(header, rows))
        if len(self) > _ROWS_SHOWN:
            lines.append(f"… and {len(self) - _ROWS_SHOWN:,} more")
        return "\n".join(lines)


def _columns_of(attributes: Attributes) -> list[tuple[str, str]]:
    """Return attributes and the names of their columns."""
    if isinstance(attributes, str):
        raise TypeError(f"attributes must be a list of names: [{attributes!r}]")
    if isinstance(attributes, Mapping):
        return list(attributes.items())
    return [(name, name) for name in attributes]
