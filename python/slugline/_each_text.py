"""Numbers for each text."""

from __future__ import annotations

from typing import Any

from slugline import _core
from slugline._optional import require
from slugline._patterns import check_pattern
from slugline._texts import read_texts
from slugline._typing import OnBadText, Overlap
from slugline.matcher import PhraseMatcher


def concepts_like(m: PhraseMatcher, pattern: str | None) -> frozenset[str] | None:
    """Return the matcher's concepts that fit a pattern; None for no pattern.

    Raises
    ------
    TypeError
        Where the pattern is no str.

    Warns
    -----
    UserWarning
        Where none fits it.
    """
    if pattern is None:
        return None
    core = m._core.gazetteer
    check_pattern("concept", pattern, core, stacklevel=3)
    return frozenset(core.filter(pattern).concepts())


def count_each(
    texts: Any,
    *,
    m: PhraseMatcher,
    concepts: frozenset[str] | None = None,
    overlap: Overlap,
    errors: OnBadText,
    threads: int | None,
) -> Any:
    """Count the matches of each text, as `Matches.counts` does: a concept once for each span.

    Returns
    -------
    numpy array of int64
        Zero for nulls.
    """
    numpy = require("numpy", "counting the matches of each text")
    column, _ = read_texts(texts)
    parts = m._core.matrix(column, "concept", None, False, False, overlap, errors, threads, None)
    data, indices, starts = map(_array, parts[:3])
    if concepts is not None:
        counted = numpy.array([name in concepts for name in parts[3]], dtype=bool)
        data = numpy.where(counted[indices], data, 0) if len(data) else data
    until = numpy.concatenate(([0], numpy.cumsum(data, dtype=numpy.int64)))
    return until[starts[1:]] - until[starts[:-1]]


def _array(buffer: _core.Buffer) -> Any:
    return require("numpy", "an array").frombuffer(buffer, dtype=memoryview(buffer).format)
