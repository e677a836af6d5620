"""How far a run over files has come."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from slugline._progress import PATIENCE, tqdm_bar


@dataclass(frozen=True, slots=True)
class FilesProgress:
    """How far `tag_files` has come: what a callable for ``progress`` gets.

    Attributes
    ----------
    files, files_total : int
        Input files that are done, and all of them.
    rows : int
        Records that were tagged.
    matches : int
        Matches that were written.
    text_bytes : int
        Bytes of text that were tagged, as UTF-8.
    read_bytes, total_bytes : int
        Bytes of the input files that are done with, and all of them.
    seconds : float
        Seconds since the run began.
    seconds_left : float or None
        Seconds that the rest takes if it goes on as so far; None as long as nobody knows.
    """

    files: int
    files_total: int
    rows: int
    matches: int
    text_bytes: int
    read_bytes: int
    total_bytes: int
    seconds: float
    seconds_left: float | None


FilesWatcher: TypeAlias = Callable[[FilesProgress], object]


class Watch:
    """Counts, and shows or tells it now and then."""

    def __init__(self, progress: bool | FilesWatcher | None, files: int, nbytes: int) -> None:
        if not (progress is None or isinstance(progress, bool) or callable(progress)):
            raise TypeError(f"progress must be a bool or callable, not {type(progress).__name__}")
        self.rows = 0
        self.matches = 0
        self.text_bytes = 0
        self.files = 0
        self.read_bytes = 0
        """Of files that are done."""
        self.under_way: dict[int, int] = {}
        """Bytes that were read of each part that is not done."""
        self._files = files
        self._total = nbytes
        self._before = 0
        self._began = time.monotonic()
        self._told = self._began
        self._watcher = progress if callable(progress) else None
        self._bar = _Bar() if progress is True else None

    def skip(self, files: int, nbytes: int, rows: int, matches: int) -> None:
        """Count what a run before has done, which says nothing of how fast this one is."""
        self.files += files
        self.rows += rows
        self.matches += matches
        self.read_bytes += nbytes
        self._before += nbytes

    def state(self) -> FilesProgress:
        """Return how far it has come."""
        seconds = time.monotonic() - self._began
        read = min(self.read_bytes + sum(list(self.under_way.values())), self._total)
        fresh = read - self._before
        left = (self._total - read) / fresh * seconds if fresh > 0 else None
        return FilesProgress(
            self.files,
            self._files,
            self.rows,
            self.matches,
            self.text_bytes,
            read,
            self._total,
            seconds,
            left,
        )

    def tell(self, *, last: bool = False) -> None:
        """Show how far it has come, some times a second."""
        now = time.monotonic()
        if not last and now - self._told < 0.2:
            return
        self._told = now
        if self._watcher:
            self._watcher(self.state())
        if self._bar:
            self._bar.show(self.state())

    def close(self, *, failed: bool) -> None:
        """Take the bar away, or leave it as it ended."""
        if self._bar:
            self._bar.close(wipe=failed)


_BAR = "{percentage:3.0f}%|{bar}| {postfix} [{elapsed}<{remaining}]"
"""Without what tqdm counts itself: bytes of files that may be compressed."""


def _short(count: int) -> str:
    """Return a number in few characters, since a terminal has 80 of them."""
    for unit, name in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= 10 * unit:
            return f"{count / unit:,.0f}{name}"
        if count >= unit:
            return f"{count / unit:.1f}{name}"
    return str(count)


class _Bar:
    """A bar of bytes by tqdm, with rows and speed; or a line where tqdm is not installed."""

    def __init__(self) -> None:
        self._shown: Any = None

    def show(self, state: FilesProgress) -> None:
        if state.seconds < PATIENCE:
            return
        if self._shown is None:
            self._shown = tqdm_bar(state.total_bytes, unit="B", bar_format=_BAR)
            if self._shown is None:
                self._shown = _Line()
            else:
                self._shown.delay = 0
        speed = state.text_bytes / 1e6 / max(state.seconds, 1e-9)
        files = f"{state.files:,}/{state.files_total:,} files"
        said = f"{files}, {_short(state.rows)} rows, {speed:,.0f} MB/s"
        if isinstance(self._shown, _Line):
            self._shown.show(said, state)
            return
        self._shown.set_postfix_str(said, refresh=False)
        self._shown.update(state.read_bytes - self._shown.n)

    def close(self, *, wipe: bool) -> None:
        if self._shown is not None:
            self._shown.leave = not wipe
            self._shown.close()


class _Line:
    def __init__(self) -> None:
        self.leave = True
        self._wide = 0

    def show(self, said: str, state: FilesProgress) -> None:
        left = "" if state.seconds_left is None else f", {state.seconds_left:,.0f} s left"
        text = f"{state.read_bytes / max(state.total_bytes, 1):4.0%} {said}{left}"
        self._wide = max(self._wide, len(text))
        print(f"\r{text:<{self._wide}}", end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        end = "\n" if self.leave else f"\r{' ' * self._wide}\r"
        print(end, end="", file=sys.stderr, flush=True)
