"""How often what was found, in all and by document."""

from __future__ import annotations

from typing import Any

from slugline._checks import check_level
from slugline._frames import csr_matrix, frame_kind, frame_of
from slugline._typing import By, FrameKind, Normalize
from slugline.analysis._groups import grouped
from slugline.analysis._rates import rate_of
from slugline.analysis.duplicates import Duplicates


class Counting(Duplicates):
    """Counts of concepts and phrases."""

    def counts(
        self,
        by: By = "concept",
        *,
        level: int | None = None,
        weight: bool = False,
        normalize: Normalize | None = None,
        groups: Any = None,
        unique: bool = False,
        frame: FrameKind | None = None,
    ) -> Any:
        """Count matches and documents by concept or phrase.

        Two phrases of one concept with the same span count once.

        Parameters
        ----------
        by : {"concept", "phrase"}
            What to count.
        level : int, optional
            Cuts concepts to their first parts: 1 leaves ``person`` of ``person/Putin``.
        weight : bool
            Whether to add up the weights of the matches, too. Where several entries that count as
            one share a span, it is the weight of the first row that counts.
        normalize : {"documents", "words", "per_million_words"}, optional
            Whether to add a column of rates: ``share_of_documents``, the documents with a match
            by all documents, or ``per_million_words``, the matches by all words of the texts, in
            millions (``"words"`` and ``"per_million_words"`` mean the same).
        groups : column of shape (n_texts,), optional
            The group of each text, such as its source: a list, or a column of pandas, polars,
            pyarrow or numpy, by position. Each group is counted for itself, and its rates are
            those of its own texts. Texts of a null are left out. Groups ascend: numbers as numbers,
            dates by time, ordered categories (``pd.cut``, ``pl.Enum``) in their own order. Text,
            numbers, truth values, dates and timestamps stay what they are; timestamps with a time
            zone become text as ISO 8601 has it, and so does all else, as `str` has it.
        unique : bool
            Whether each group of near-identical texts counts once, by its first: see `unique`,
            which also takes a threshold.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            Columns ``concept`` (or ``phrase``), ``matches``, ``documents`` and, where asked for,
            ``weight`` and that of the rates; the most frequent first. With groups there is a
            column of these in front, named as their Series is, else ``group``: groups ascend, and
            with rates each has a row for every concept found anywhere, with zeros where it has
            none. For plain Python texts it is pandas' where that is installed, else polars', else
            an object with ``__arrow_c_stream__``.

        Raises
        ------
        TypeError
            Where groups is no column, or a value cannot be a group, with its row; where level or
            unique is of another type.
        ValueError
            Where there are more or fewer groups than texts, their column has the name of another,
            or, in pandas, another index than the texts; where the texts are needed for a rate and
            were let go by `detach`.

        Notes
        -----
        All texts of the call count as documents and give words, also those without a match and
        those whose matches were filtered out; nulls do not. A rate of nothing is null.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("excellent", "tone", weight=2).add("awful", "tone", weight=-3)
        >>> x = sl.PhraseMatcher(gaz).tag(["awful, awful", "excellent"])
        >>> x.counts(weight=True, frame="polars").rows()
        [('tone', 3, 2, -4.0)]
        >>> by_paper = x.counts(groups=["Le Monde", "Die Zeit"], normalize="documents")
        >>> list(by_paper.columns)
        ['group', 'concept', 'matches', 'documents', 'share_of_documents']
        """
        if not isinstance(unique, bool):
            raise TypeError(_not_unique(unique))
        check_level(level)
        if unique:
            rest = self.unique()
            return rest.counts(
                by, level=level, weight=weight, normalize=normalize, groups=groups, frame=frame
            )
        kind = frame_kind(frame, self._origin)
        rate = rate_of(normalize)
        if groups is None:
            return frame_of(self._core.counts(by, level, weight, None, rate), kind)
        column = grouped(groups, self._core.rows, self._origin, kind)
        table = self._core.counts(by, level, weight, column.for_core, rate)
        return column.put_back(frame_of(table, kind))

    def matrix(
        self,
        by: By = "concept",
        *,
        level: int | None = None,
        binary: bool = False,
        weight: bool = False,
    ) -> Any:
        """Count matches by document and concept (or phrase).

        Parameters
        ----------
        by : {"concept", "phrase"}
            What the columns are.
        level : int, optional
            Cuts concepts to their first parts.
        binary : bool
            Whether a concept counts once a document.
        weight : bool
            Whether to add up the weights of the matches instead of counting them, which scores
            each text; see `counts`.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_texts, n_columns)
            int64 counts, or float64 sums of weights. Columns are in the order of `concepts` (or
            `phrases`); with a level, of the concepts cut to it.

        Raises
        ------
        ValueError
            Where both binary and weight are asked for.
        ImportError
            Where scipy is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("excellent", "tone", weight=2).add("awful", "tone", weight=-3)
        >>> x = sl.PhraseMatcher(gaz).tag(["awful, awful", "excellent"])
        >>> x.matrix(weight=True).toarray().tolist()
        [[-6.0], [2.0]]
        """
        check_level(level)
        return csr_matrix(self._core.matrix(by, level, binary, weight), self._core.rows)


def _not_unique(given: Any) -> str:
    threshold = given if isinstance(given, float) else 0.5
    return (
        f"unique must be True or False, not {type(given).__name__}: for another threshold, "
        f"x.unique({threshold}).counts()"
    )
