"""What of a run is done: parts that were put in place, with what was found out about each."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from slugline.files.records import Bad
from slugline.files.writing.folder import BAD, JOURNAL, OutputFolder

_BETWEEN = 1.0
"""Seconds between two entries: forcing files to the disk costs some milliseconds each time, and a
run that is broken off does at most so much again."""
_OF_THE_RUN = 1_000
"""A run of many hours may lose one in so many of its seconds: it has some thousand entries."""


@dataclass(slots=True)
class Done:
    """A part that was put in place."""

    part: int
    name: str
    input: str
    """Its file, or the first of them."""
    status: str = "whole"
    """``whole``; ``cut``, where the rest of its input could not be read; or ``unread``."""
    reason: str = ""
    detail: str = ""
    size: int = 0
    """Bytes of the part; 0 where there is none."""
    read: int = 0
    """Bytes of its input."""
    rows: int = 0
    nulls: int = 0
    texts: int = 0
    """Bytes of text."""
    matches: int = 0
    record: int = 0
    """How many bytes a record could have."""
    bad: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def read_from(cls, line: dict[str, Any]) -> Done:
        """Make one of a line of the journal."""
        return cls(**line)

    @property
    def has_bad(self) -> bool:
        """Whether it has a side file of bad records."""
        return bool(self.bad) or self.status != "whole"

    def is_whole(self, record: int) -> bool:
        """Tell whether it needs no other attempt, now that a record may have so many bytes."""
        return self.status == "whole" and not ("too long" in self.bad and record > self.record)

    def count_bad(self, bad: Bad) -> None:
        """Count records that could not be used."""
        if bad.rows is not None:
            self.bad[bad.reason] = self.bad.get(bad.reason, 0) + bad.rows


class Journal:
    """Puts parts in place, some at once, and keeps account of them."""

    def __init__(self, folder: OutputFolder) -> None:
        self.folder = folder
        self.done: dict[int, Done] = {}
        self._waiting: list[tuple[Done, list[tuple[str, str]]]] = []
        """Parts, and the names of their files that are not in place."""
        self._found: set[str] = set()
        """Parts and side files that were there when the run began."""
        self._written = 0
        self._began = self._last = time.monotonic()
        self._lock = threading.Lock()

    def load(self) -> None:
        """Read what runs before have done; a part that was taken away since is not done.

        Raises
        ------
        ValueError
            Where the journal is damaged.
        """
        self._found = {*self.folder.names(""), *self.folder.names(BAD)}
        for name in self.folder.names(JOURNAL):
            content = self.folder.read(f"{JOURNAL}/{name}") or b""
            self._written = max(self._written, _number(name) + 1)
            for line in content.splitlines():
                try:
                    done = Done.read_from(json.loads(line))
                except (ValueError, TypeError):
                    raise ValueError(
                        f"{self.folder.shown}/{JOURNAL}/{name} is damaged: remove it, and its "
                        "parts are tagged again"
                    ) from None
                self.done[done.part] = done
        for done in list(self.done.values()):
            if done.status != "unread" and self.folder.exists(done.name) != done.size:
                del self.done[done.part]

    @property
    def waiting(self) -> list[Done]:
        """The parts that lie aside, or in place without the word that they do."""
        return [done for done, _ in self._waiting]

    def end_part(self, done: Done, placed: list[tuple[str, str]]) -> None:
        """Take a part that lies aside, with its bad records, to be put in place.

        Parameters
        ----------
        done : Done
            The part.
        placed : list of (str, str)
            The names that its files have aside and shall have.

        Raises
        ------
        OSError
            Where the folder cannot be written to.
        """
        with self._lock:
            self._waiting.append((done, placed))
            now = time.monotonic()
            if now - self._last >= max(_BETWEEN, (now - self._began) / _OF_THE_RUN):
                self._commit()

    def commit(self) -> None:
        """Put all that waits in place, and write it down.

        Raises
        ------
        OSError
            Where the folder cannot be written to.
        """
        with self._lock:
            self._commit()

    def _commit(self) -> None:
        self._last = time.monotonic()
        if not self._waiting:
            return
        # First the parts, then the word that they are there: in between, they are only done again.
        for _, placed in self._waiting:
            while placed:  # One by one, so that after an error the rest can be tried again.
                self.folder.put(*placed[0])
                del placed[0]
        self.folder.sync("", BAD)
        for done, _ in self._waiting:
            self._remove_stale(done)
        lines = [json.dumps(asdict(done), ensure_ascii=False) for done, _ in self._waiting]
        self.folder.write_whole(
            f"{JOURNAL}/{self._written:06}.jsonl", "\n".join([*lines, ""]).encode()
        )
        self._written += 1
        for done, _ in self._waiting:
            self.done[done.part] = done
        self._waiting.clear()

    def _remove_stale(self, done: Done) -> None:
        """Remove what an earlier attempt at a part has left, and this one has not."""
        if done.status == "unread" and done.name in self._found:
            self.folder.remove(done.name)
        if not done.has_bad and bad_name(done.name) in self._found:
            self.folder.remove(f"{BAD}/{bad_name(done.name)}")


def bad_name(part: str) -> str:
    """Return the name of the side file of a part's bad records."""
    return part.removesuffix(".parquet") + ".jsonl"


def _number(name: str) -> int:
    stem = name.partition(".")[0]
    return int(stem) if stem.isdigit() else -1
