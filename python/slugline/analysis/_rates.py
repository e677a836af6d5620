"""What counts are divided by."""

from __future__ import annotations

from typing import Literal, get_args

from slugline._typing import Normalize


def rate_of(normalize: Normalize | None) -> Literal["documents", "words"] | None:
    """Return what the core calls a rate.

    Raises
    ------
    ValueError
        Where there is no such rate.
    """
    if normalize is not None and normalize not in get_args(Normalize):
        names = ", ".join(f'"{name}"' for name in get_args(Normalize))
        raise ValueError(f"normalize must be one of {names}, or None, not {normalize!r}")
    return "words" if normalize == "per_million_words" else normalize
