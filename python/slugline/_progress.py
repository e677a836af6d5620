"""How far a long call has come."""

import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slugline._optional import try_import
from slugline._typing import Progress, Watcher

PATIENCE = 0.5
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
        except BaseException:
            # A bar that stopped half way would stand above the traceback as if work went on.
            bar.close(wipe=True)
            raise
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
            if time.monotonic() - self.started < PATIENCE or done >= total:
                return
            self._begin(total)
        self.shown.update(done - self.shown.n)

    def _begin(self, total: int) -> None:
        self.shown = tqdm_bar(total, unit=" rows")
        if self.shown is None:
            self.shown = _Line(total)
            return
        self.shown.refresh()
        self.shown.delay = 0

    def close(self, *, wipe: bool = False) -> None:
        if self.shown is not None:
            self.shown.leave = not wipe
            self.shown.close()


def tqdm_bar(total: int, **options: Any) -> Any | None:
    """Return a bar by tqdm, not shown yet; None where that is not installed."""
    tqdm = _tqdm()
    if tqdm is None:
        return None
    # Held back until it is ours to take away: Ctrl-C may come while it is being made.
    return tqdm(total=total, unit_scale=True, dynamic_ncols=True, delay=1e-3, **options)


def _tqdm() -> Any | None:
    """Return the kind of bar that fits a terminal, or a notebook."""
    with warnings.catch_warnings():
        # In a notebook without ipywidgets tqdm warns that its bar will be one of text, which is
        # as good, and no business of someone who asked us for a bar.
        warnings.simplefilter("ignore")
        tqdm = try_import("tqdm.auto")
    return tqdm.tqdm if tqdm else None


class _Line:
    """As much of tqdm's interface as the bar needs, in one line of plain text."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.n = 0
        self.leave = True
        self.wide = 0

    def update(self, more: int) -> None:
        self.n += more
        text = f"{self.n:,} of {self.total:,} rows"
        self.wide = len(text)
        print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        end = "\n" if self.leave else f"\r{' ' * self.wide}\r"
        print(end, end="", file=sys.stderr, flush=True)
