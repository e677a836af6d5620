"""Which texts are near-identical, so that the same wire story counts once."""

from __future__ import annotations

import math
import numbers
from itertools import pairwise
from typing import Any, Self

from slugline import _core
from slugline._frames import frame_kind, frame_of
from slugline._optional import require
from slugline._progress import reporting
from slugline._texts import Origin
from slugline._typing import FrameKind, Progress
from slugline.analysis._base import Analysable

_SHINGLE = 4
_SIGNATURE = 128
"""Numbers of a signature: the standard error of a similarity guessed from them is 0.035 at 0.8."""
_MISSED = 1e-3
"""Of pairs that are just as similar as asked, this share at most may be overlooked."""
_BATCH = 1_024
_HASHES_AT_ONCE = 1 << 14


class Duplicates(Analysable):
    """Near-identical texts."""

    @classmethod
    def _wrap(cls, core: _core.Matches, origin: Origin) -> Self:
        raise NotImplementedError

    def duplicates(
        self,
        threshold: float = 0.8,
        *,
        shingle: int = _SHINGLE,
        frame: FrameKind | None = None,
        progress: Progress = None,
    ) -> Any:
        """Find groups of near-identical texts: the same wire story under other headings.

        Two texts are as similar as the share of the runs of four words (shingles) that they have in
        common, of all those that either has: their Jaccard similarity. Case and the forms of
        letters do not count (``Straße`` is ``STRASSE``), nor do punctuation and white space; in
        scripts without spaces every character is a word. The first text of a group stands for it,
        and each other one is at least so similar to that one: none is grouped by way of a third.

        Parameters
        ----------
        threshold : float
            How similar at least, above 0 and up to 1.
        shingle : int
            How many words are compared at a time. Texts of fewer words are near-identical only to
            those of the same words.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.
        progress : bool or callable, optional
            True shows a bar if the call is long; a callable gets the rows done and their number.

        Returns
        -------
        frame
            Columns ``[id,] doc, group, similarity``: a row for each text of a group of two or more,
            by group and then by document. ``group`` is the document that stands for the group, its
            first, and ``similarity`` that to it, exact; so ``doc == group`` says which to keep.
            Nulls and texts without words are in no group.

        Raises
        ------
        ValueError
            Where threshold or shingle is out of range, or the texts were let go by `detach`.
        ImportError
            Where datasketch is not installed.

        See Also
        --------
        unique : Matches without the texts that another stands for.

        Notes
        -----
        Candidates are found by MinHash signatures (datasketch) and locality-sensitive hashing, and
        each is then compared shingle by shingle, so that no pair comes out that is not as similar
        as asked. One that is may be overlooked: at the very threshold one in a thousand, well
        above it next to none. The result is the same each time. Shingles and signatures are
        described in Broder 1997, "On the resemblance and containment of documents"
        (`doi:10.1109/SEQUEN.1997.666900 <https://doi.org/10.1109/SEQUEN.1997.666900>`_), bands in
        Leskovec, Rajaraman and Ullman 2020, *Mining of Massive Datasets*, chapter 3.

        Examples
        --------
        >>> import slugline as sl
        >>> wire = "The ministers met in Astana on Friday and agreed to meet again in the spring."
        >>> texts = [wire, "Nothing of the kind was said.", "ASTANA: " + wire]
        >>> x = sl.PhraseMatcher(["Astana"]).tag(texts)
        >>> x.duplicates(frame="polars").rows()
        [(0, 0, 1.0), (2, 0, 0.9230769230769231)]
        """
        kind = frame_kind(frame, self._origin)
        return frame_of(self._near_identical(threshold, shingle, progress), kind)

    def unique(
        self,
        threshold: float = 0.8,
        *,
        shingle: int = _SHINGLE,
        progress: Progress = None,
    ) -> Self:
        """Return the matches without those of texts that repeat an earlier one.

        What is left out counts as null from then on, in numbers of words, too.

        Parameters
        ----------
        threshold : float
            How similar at least; see `duplicates`.
        shingle : int
            How many words are compared at a time.
        progress : bool or callable, optional
            True shows a bar if the call is long; a callable gets the rows done and their number.

        Returns
        -------
        Matches
            Of the first text of each group, and of all texts in no group. Documents keep
            their numbers.

        Raises
        ------
        ValueError
            Where threshold or shingle is out of range, or the texts were let go by `detach`.
        ImportError
            Where datasketch is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["NATO"]).tag(["NATO met.", "It rained.", "NATO MET"])
        >>> [match.doc for match in x.unique()]
        [0]
        """
        table = self._near_identical(threshold, shingle, progress)
        docs, groups = table.column("doc").to_list(), table.column("group").to_list()
        others = [doc for doc, group in zip(docs, groups, strict=True) if doc != group]
        return self._wrap(self._core.without(others), self._origin)

    def _near_identical(
        self, threshold: float, shingle: int, progress: Progress
    ) -> _core.ArrowTable:
        _check(threshold, shingle)
        rows = self._core.rows
        finder = _core.Duplicates(self._core, float(threshold), shingle, _band(threshold))
        signer = _Signer()
        with reporting(progress) as watcher:
            for start in range(0, rows, _BATCH):
                finder.place(signer.sign(*finder.shingles(start, start + _BATCH)), _SIGNATURE)
                if watcher is not None:
                    watcher(min(start + _BATCH, rows), rows)
        return finder.table()


def _check(threshold: float, shingle: int) -> None:
    if isinstance(threshold, bool) or not isinstance(threshold, numbers.Real):
        raise TypeError(f"threshold must be a number, not {type(threshold).__name__}")
    if not 0 < threshold <= 1:
        raise ValueError(f"threshold must be above 0 and at most 1, not {threshold}")
    if isinstance(shingle, bool) or not isinstance(shingle, int):
        raise TypeError(f"shingle must be a whole number of words, not {type(shingle).__name__}")
    if shingle < 1:
        raise ValueError(f"shingle must be at least 1 word, not {shingle}")


def _band(threshold: float) -> int:
    """Return how many numbers of a signature make a band: as many as overlook few enough pairs.

    Two texts of similarity s agree in a band of r numbers with probability s to the power of r, and
    the more numbers a band has, the fewer pairs need be compared.
    """
    for band in range(_SIGNATURE // 2, 1, -1):
        bands = _SIGNATURE // band
        if math.pow(1 - math.pow(threshold, band), bands) <= _MISSED:
            return band
    return 1


class _Signer:
    """Makes the signatures of texts from the hashes of their shingles."""

    def __init__(self) -> None:
        self._numpy = require("numpy", "duplicates", install="datasketch")
        datasketch = require("datasketch", "duplicates")
        # The hashes are hashes already.
        self._sketch = datasketch.MinHash(_SIGNATURE, seed=1, hashfunc=_as_is)

    def sign(self, hashes: _core.Buffer, ends: _core.Buffer) -> bytes:
        """Return the numbers of all signatures, 32 bits each."""
        # A buffer of nothing has no address, which numpy asks for.
        hashed: Any = self._numpy.frombuffer(hashes, dtype="uint32") if len(hashes) else ()
        borders = memoryview(ends).tolist()
        signatures = self._numpy.zeros((len(borders) - 1, _SIGNATURE), dtype="uint32")
        for row, (start, end) in enumerate(pairwise(borders)):
            self._sketch.clear()
            # The library makes a table of hashes by numbers: a long text goes through it in parts.
            for at in range(start, end, _HASHES_AT_ONCE):
                part = hashed[at : min(at + _HASHES_AT_ONCE, end)]
                self._sketch.update_batch(part.tolist())
            signatures[row] = self._sketch.digest()
        return bytes(signatures.tobytes())


def _as_is(value: int) -> int:
    return value
