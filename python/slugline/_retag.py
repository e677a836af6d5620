"""Matches brought up to date with a changed gazetteer."""

from __future__ import annotations

from typing import Any

from slugline import _core
from slugline._texts import read_texts
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher
from slugline.matches import Matches


def retag(
    matches: Matches,
    old: Gazetteer | PhraseMatcher,
    new: Gazetteer | PhraseMatcher,
    texts: Any,
    *,
    threads: int | None = None,
) -> Matches:
    """Return the matches that the new gazetteer gives, from those of the old one.

    They equal ``PhraseMatcher(new).tag(texts)``, called with the options that ``matches`` were
    made with, but only those texts are matched anew in which the change can make a difference.

    Parameters
    ----------
    matches : Matches
        All that `PhraseMatcher.tag` gave: neither filtered nor sliced.
    old : Gazetteer or PhraseMatcher
        What they were made with.
    new : Gazetteer or PhraseMatcher
        What it has become. A matcher that is there already spares building one, which takes longer
        than all else; where phrases were only removed, or their concepts or attributes
        changed, none is built as long as the old one is there.
    texts
        The texts that they were made of: a column as for `PhraseMatcher.tag`.
    threads : int, optional
        As for `PhraseMatcher.tag`.

    Returns
    -------
    Matches
        With the ids of ``matches``.

    Raises
    ------
    ValueError
        Where ``matches`` were made with another gazetteer than ``old`` or of another number of
        texts, or are not all there were.
    TypeError
        Where an argument is of another kind.

    Examples
    --------
    >>> import slugline as sl
    >>> texts = ["New York Stock Exchange", "New York"]
    >>> old = sl.Gazetteer().add("New York", "place").add("New York Stock Exchange", "company")
    >>> m = sl.PhraseMatcher(old)
    >>> x = m.tag(texts)
    >>> new = old.filter("*").remove(phrase="New York Stock Exchange")
    >>> [(match.doc, match.text) for match in sl.retag(x, m, new, texts)]
    [(0, 'New York'), (1, 'New York')]
    """
    if not isinstance(matches, Matches):
        raise TypeError(f"retag needs Matches, not {type(matches).__name__}")
    column, origin = read_texts(texts)
    core = _core.retag(
        matches._core,
        *_gazetteer_and_matcher("old", old),
        *_gazetteer_and_matcher("new", new),
        column,
        threads,
    )
    return Matches._wrap(core, origin)


def _gazetteer_and_matcher(
    name: str, given: Gazetteer | PhraseMatcher
) -> tuple[_core.Gazetteer, _core.Matcher | None]:
    if isinstance(given, PhraseMatcher):
        return given._core.gazetteer, given._core
    if isinstance(given, Gazetteer):
        return given._core, None
    raise TypeError(f"{name} must be a Gazetteer or a PhraseMatcher, not {type(given).__name__}")
