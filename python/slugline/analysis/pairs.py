"""What is found together, and how close."""

from __future__ import annotations

import operator
from typing import Any

from slugline import _core
from slugline._checks import check_level, check_text, whole_number
from slugline._frames import frame_kind, frame_of
from slugline._typing import By, FrameKind, Unit, Within
from slugline.analysis._base import Analysable
from slugline.analysis._network import Network

_MOST_WORDS = 2**31 - 1
"""More than a text can have."""


class Pairs(Analysable):
    """Pairs of concepts, and of matches."""

    def cooccurrence(
        self,
        by: By = "concept",
        *,
        level: int | None = None,
        within: Within | int = "doc",
        frame: FrameKind | None = None,
    ) -> Any:
        """Count the pairs that are found together, and measure how strongly they belong together.

        Two matches that overlap are one piece of text read in two ways: they are not together.

        Parameters
        ----------
        by : {"concept", "phrase"}
            What to pair.
        level : int, optional
            Cuts concepts to their first parts: 1 leaves ``person`` of ``person/Putin``.
        within : {"doc", "sentence"} or int
            Where two must be found: in one document; in one sentence (by the rules of UAX #29)
            that both touch; or with so many words between them at most.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            A row for each pair that is found together, those that are found most first; columns
            ``concept_a, concept_b`` (or ``phrase_a, phrase_b``; a is before b by code point),
            ``documents`` in which they are found together, ``sentences`` or ``windows`` (see
            below) if it is these that count, ``expected``, ``pmi``, ``npmi`` and
            ``log_likelihood``. No measure is ever null, infinite or NaN.

        Raises
        ------
        ValueError
            Where `within` is no such thing; where it is not ``"doc"``, after `detach`.
        TypeError
            Where `within` is neither text nor a whole number.

        Notes
        -----
        Of N units, let n(a) and n(b) have the one and the other, and n(a,b) both:

        - ``expected`` = n(a) n(b) / N, the units with both if the two were independent
        - ``pmi`` = log2(n(a,b) / expected), in bits [1]_
        - ``npmi`` = pmi / -log2(n(a,b) / N), from -1 to 1; 0 where all units have both [2]_
        - ``log_likelihood`` = 2 Σ O ln(O / E) over the four cells of the table of units with and
          without a and b [3]_: it does not tell whether n(a,b) is more or less than expected

        N is the number of texts that are no nulls, be they empty or without a match; or the number
        of sentences with a letter, digit or match; or that of windows, runs of ``within + 2``
        words: each word begins one unless the text ends before, and a shorter text is one. Slices
        and filters of matches change neither. Units in which the two are found, but only
        overlapping, are left out of all four numbers.

        References
        ----------
        .. [1] K. W. Church, P. Hanks: Word association norms, mutual information, and
           lexicography. Computational Linguistics 16 (1990).
        .. [2] G. Bouma: Normalized (pointwise) mutual information in collocation extraction.
           Proceedings of GSCL (2009).
        .. [3] T. Dunning: Accurate methods for the statistics of surprise and coincidence.
           Computational Linguistics 19 (1993).

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["Xi", "Putin", "Modi"])
        >>> x = m.tag(["Putin met Xi. Modi did not.", "Xi and Putin", "Modi spoke", "Rain"])
        >>> pairs = x.cooccurrence(frame="polars")
        >>> pairs.select("concept_a", "concept_b", "documents", "expected", "pmi").rows()
        [('Putin', 'Xi', 2, 1.0, 1.0), ('Modi', 'Putin', 1, 1.0, 0.0), ('Modi', 'Xi', 1, 1.0, 0.0)]
        >>> len(x.cooccurrence(within="sentence", frame="polars"))
        1
        """
        kind = frame_kind(frame, self._origin)
        check_level(level)
        return frame_of(_core.cooccurrence(self._core, by, level, *_unit_of(within)), kind)

    def network(
        self,
        by: By = "concept",
        *,
        level: int | None = None,
        within: Within | int = "doc",
        min_documents: int = 1,
        frame: FrameKind | None = None,
    ) -> Network:
        """Return what is found together as a network.

        Parameters
        ----------
        by : {"concept", "phrase"}
            What the nodes are.
        level : int, optional
            Cuts concepts to their first parts.
        within : {"doc", "sentence"} or int
            Where two must be found; see `cooccurrence`.
        min_documents : int
            In how many documents two must be found together to be joined.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of its tables, unless it is to be that of the texts.

        Returns
        -------
        Network
            With tables `edges` and `nodes`, and `to_networkx`.

        Raises
        ------
        ValueError
            As in `cooccurrence`; where `min_documents` is below 1.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["Xi", "Putin", "Modi"])
        >>> x = m.tag(["Putin met Xi. Modi did not.", "Xi and Putin", "Modi spoke", "Rain"])
        >>> x.network(min_documents=2, frame="polars")
        Network: 2 nodes, 1 edge
        source  target  documents  npmi
        Putin   Xi              2  1.00
        """
        kind = frame_kind(frame, self._origin)
        check_level(level)
        fewest = whole_number("min_documents", min_documents)
        if fewest < 1:
            raise ValueError(f"min_documents must be at least 1, not {fewest}")
        tables = _core.network(self._core, by, level, *_unit_of(within), fewest)
        return Network._wrap(tables, kind)

    def near(
        self,
        a: str,
        b: str,
        *,
        within: int | None = 10,
        unit: Unit = "word",
        ordered: bool = False,
        same_sentence: bool = False,
        text: bool = False,
        frame: FrameKind | None = None,
    ) -> Any:
        """Find the pairs of matches that are close to each other.

        Parameters
        ----------
        a, b : str
            Which concepts: patterns as `filter` takes them, in which ``*`` stands for anything.
        within : int or None
            How many words or characters may stand between the two at most; None for any number.
        unit : {"word", "char"}
            What `within` and ``distance`` count. Words are those of the option ``near`` of
            phrases: one that a match reaches into is not between. Characters are code points.
        ordered : bool
            Whether the match of `a` must come first.
        same_sentence : bool
            Whether there must be a sentence (by the rules of UAX #29) that both touch.
        text : bool
            Whether to add a column ``text``: the two and all between them.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            A row for each pair, in the order of the matches of `a`, then of `b`; columns
            ``[id,] doc, start_a, end_a, phrase_a, concept_a, start_b, end_b, phrase_b, concept_b,
            distance[, text]``. No match is paired with itself or one that it overlaps. Where both
            fit `a` as well as `b`, the pair comes once: its a is the first in the text. Phrases of
            one concept with the same span count as one, the first.

        Raises
        ------
        ValueError
            Where no concept of the gazetteer fits `a` or `b`; where `within` is below 0; where the
            texts are needed after `detach`: only distances in characters of matches whose offsets
            are characters do without.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"person": {"Xi": ["Xi"]}, "narrative": {"peace": ["peace"]}})
        >>> x = m.tag(["Xi spoke of peace at last.", "No peace. Xi was silent."])
        >>> found = x.near("person/*", "narrative/*", within=5, text=True, frame="polars")
        >>> found.select("doc", "concept_a", "distance", "text").rows()
        [(0, 'person/Xi', 2, 'Xi spoke of peace'), (1, 'person/Xi', 0, 'peace. Xi')]
        >>> len(x.near("person/*", "narrative/*", same_sentence=True, frame="polars"))
        1
        """
        kind = frame_kind(frame, self._origin)
        for name, pattern in (("a", a), ("b", b)):
            check_text(name, pattern, "a concept")
        most = None if within is None else _words(within)
        table = _core.near(self._core, a, b, most, unit, ordered, same_sentence, text)
        return frame_of(table, kind)


def _unit_of(within: Within | int) -> tuple[str, int]:
    """Return the core's name of a unit, and the number of words of a window."""
    if isinstance(within, str):
        if within not in ("doc", "sentence"):
            raise ValueError(
                f'within must be "doc", "sentence" or a number of words, not {within!r}'
            )
        return within, 0
    return "window", _words(within)


def _words(within: Any) -> int:
    if isinstance(within, bool) or not hasattr(within, "__index__"):
        raise TypeError(f"within must be a whole number, not {type(within).__name__}")
    number = operator.index(within)
    if number < 0:
        raise ValueError(f"within must be at least 0, not {number}")
    return min(number, _MOST_WORDS)
