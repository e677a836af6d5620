"""Memory that was let go, and that the process keeps for itself unless told otherwise."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

_WORTH = 100_000
"""Phrases from which on building leaves tens of megabytes behind."""


def give_back(phrases: int) -> None:
    """Return to the system what building or writing a matcher of so many phrases has let go.

    glibc keeps it for the next time: for a million phrases 150 MB, in each of the processes that
    build a matcher. Takes some hundredths of a second. Elsewhere it does nothing.
    """
    if phrases >= _WORTH and (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Any | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # Another C library.
        return None
