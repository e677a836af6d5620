"""How often what was found, in all and by document."""

from __future__ import annotations

from typing import Any

from slugline._frames import csr_matrix, frame_kind, frame_of
from slugline._typing import By, FrameKind
from slugline.analysis._base import Analysable


class Counting(Analysable):
    """Counts of concepts and phrases."""

    def counts(
        self,
        by: By = "concept",
        *,
        level: int | None = None,
        weight: bool = False,
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
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            Columns ``concept`` (or ``phrase``), ``matches``, ``documents`` and, where asked for,
            ``weight``. For plain Python texts it is pandas' where that is installed, else polars',
            else an object with ``__arrow_c_stream__``.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("excellent", "tone", weight=2).add("awful", "tone", weight=-3)
        >>> x = sl.PhraseMatcher(gaz).tag(["awful, awful", "excellent"])
        >>> x.counts(weight=True, frame="polars").rows()
        [('tone', 3, 2, -4.0)]
        """
        kind = frame_kind(frame, self._origin)
        return frame_of(self._core.counts(by, level, weight), kind)

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
        return csr_matrix(self._core.matrix(by, level, binary, weight), self._core.rows)
