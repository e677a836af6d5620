"""How much memory a run may take, and how its parts share it."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass

_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_UNITS |= {"KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}
_LEAST = 128_000_000


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes, for everything that a run holds beside the matcher."""

    total: int

    @classmethod
    def of(cls, memory: int | str) -> Budget:
        """Read ``"512MB"``, ``"2 GiB"`` or a number of bytes.

        Raises
        ------
        TypeError, ValueError
            Where it is no amount of memory, or too little to work with.
        """
        if isinstance(memory, bool) or not isinstance(memory, int | str):
            raise TypeError(f'memory must be such as "512MB", not {type(memory).__name__}')
        if isinstance(memory, str):
            read = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?I?B?)\s*", memory.upper())
            unit = read and _UNITS.get(
                read[2] if read[2].endswith("B") or not read[2] else f"{read[2]}B"
            )
            if not read or not unit:
                raise ValueError(f'memory must be such as "512MB" or "2GB", not {memory!r}')
            memory = int(float(read[1]) * unit)
        if memory < _LEAST:
            raise ValueError(f'memory must be at least "{_LEAST // 10**6}MB", not {memory:,} bytes')
        return cls(memory)

    @property
    def batch(self) -> int:
        """How many bytes of text make a batch: enough for all threads, and a small part of all."""
        return min(self.total // 64, 8_000_000)

    @property
    def waiting(self) -> int:
        """How many bytes may wait between reading and writing."""
        return self.total // 6

    @property
    def kept(self) -> int:
        """After how many bytes a thread gives back what it might use again."""
        return self.total // 20

    @property
    def record(self) -> int:
        """How long one record of a file of lines may be."""
        return self.total // 6

    @property
    def pending(self) -> int:
        """How many bytes of matches are held before they are written."""
        return min(self.total // 32, 256_000_000)


class Gate:
    """Lets bytes in as long as there is room, and one batch of any size where there is nothing."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._held = 0
        self._closed = False
        self._changed = threading.Condition()

    def enter(self, nbytes: int) -> bool:
        """Wait until there is room; False where the gate was closed meanwhile."""
        while not self.try_enter(nbytes):
            if self._closed:
                return False
        return True

    def try_enter(self, nbytes: int, seconds: float = 1.0) -> bool:
        """Wait so long for room, and tell whether there was; a closed gate has none."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._open_for(nbytes), seconds) or self._closed:
                return False
            self._held += nbytes
            return True

    def _open_for(self, nbytes: int) -> bool:
        return self._closed or not self._held or self._held + nbytes <= self._room

    def leave(self, nbytes: int) -> None:
        """Give room back."""
        with self._changed:
            self._held -= nbytes
            self._changed.notify_all()

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
