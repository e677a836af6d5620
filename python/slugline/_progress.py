"""How far a long call has come."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slugline._optional import try_import
from slugline._typing import Progress, Watcher

_PATIENCE = 0.5
"""Seconds before anything is shown: a bar that flashes by is worse than none."""


@contextmanager
def reporting(progress: Progress) -> Iterator[Watcher | None]:
    """Yield what the core calls with the rows done and their total, if anything.

    Raises
    ------
    TypeError
        Where `progress` is neither a bool, None, nor callable.
    """
    if progress is None or progress is False:
        yield None
    elif callable(progress):
        yield progress
    elif progress is True:
        bar = _Bar()
        try:
            yield bar
        finally:
            bar.close()
    else:
        raise TypeError(f"progress must be a bool or callable, not {type(progress).__name__}")


class _Bar:
    """A bar by tqdm, or a line where tqdm is not installed, once the call has lasted a while."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.shown: Any = None

    def __call__(self, done: int, total: int) -> None:
        if self.shown is None:
            if time.monotonic() - self.started < _PATIENCE:
                return
            tqdm = try_import("tqdm.auto")
            self.shown = (
                tqdm.tqdm(total=total, unit="row", unit_scale=True) if tqdm else _Line(total)
            )
        self.shown.update(done - self.shown.n)

    def close(self) -> None:
        if self.shown is not None:
            self.shown.close()


class _Line:
    """As much of tqdm's interface as the bar needs, in one line of plain text."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.n = 0

    def update(self, more: int) -> None:
        self.n += more
        print(f"\r{self.n:,} of {self.total:,} rows", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        print(file=sys.stderr)
