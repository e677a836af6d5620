"""Patterns of concepts, such as ``person/*``."""

from __future__ import annotations

import warnings
from typing import Protocol

from slugline._checks import check_text


class _Knows(Protocol):
    def misfit(self, concept: str) -> str | None: ...


def check_pattern(name: str, pattern: object, core: _Knows, *, stacklevel: int = 2) -> None:
    """Make sure that an argument is a pattern, and warn where it fits no concept.

    Parameters
    ----------
    name : str
        That of the argument.
    pattern : object
        What was given.
    core : Gazetteer or Matches of the core
        Whose concepts it is for.
    stacklevel : int
        How many calls above this one the user's is.

    Raises
    ------
    TypeError
        Where it is no str.
    ValueError
        Where it has a lone surrogate.

    Warns
    -----
    UserWarning
        Where no concept of the gazetteer fits it, with one that would.
    """
    check_text(name, pattern, "a concept, with * for anything")
    if misfit := core.misfit(str(pattern)):
        warnings.warn(f"{name}: {misfit}", UserWarning, stacklevel=stacklevel + 1)
