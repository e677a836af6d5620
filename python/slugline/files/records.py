"""What readers hand on: batches of records, and the records that could not be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KEPT_OF_A_RECORD = 1 << 20
"""How many bytes of a bad record the side file keeps: it is there to be looked at."""


@dataclass(slots=True)
class Bad:
    """Records that could not be used, and why."""

    file: str
    row: int
    """Number of the first, from zero, counting good and bad ones."""
    reason: str
    """In a few fixed words, by which they are counted."""
    detail: str
    rows: int | None = 1
    """How many; None where nobody knows, as behind the point where a file is cut off."""
    record: bytes | None = None
    """The record as it is in the file, or its beginning, where it could be read so far."""
    record_bytes: int = 0

    def keep(self, block: bytes, start: int = 0, end: int | None = None) -> Bad:
        """Keep the record, which lies there in a block, or so much as is kept of one."""
        end = len(block) if end is None else end
        self.record = bytes(block[start : min(end, start + KEPT_OF_A_RECORD)])
        self.record_bytes = end - start
        return self

    def as_json(self) -> dict[str, Any]:
        """Return what the side file has of it."""
        line: dict[str, Any] = {"file": self.file, "row": self.row, "rows": self.rows}
        line |= {"reason": self.reason, "detail": self.detail}
        if self.record is not None:
            line["record"] = self.record.decode("utf-8", "backslashreplace")
            line["record_bytes"] = self.record_bytes
        return line


@dataclass(slots=True)
class Batch:
    """Records of a part, in columns."""

    first: int
    """Number of its first record within the part."""
    rows: int
    texts: list[Any]
    """A column of pyarrow for each column of texts."""
    carried: list[Any]
    """The columns that go along, the id first."""
    bad: list[Bad] = field(default_factory=list)
    nulls: int = 0
    """Records that are good, and have no text."""
    files: list[str] | None = None
    """The file of each record, where there are many."""
    read: int = 0
    """Bytes of the part's files that were read so far, as nearly as is known."""

    def nbytes(self) -> int:
        """Bytes of memory that it holds."""
        return sum(column.nbytes for column in (*self.texts, *self.carried))


class ReadingStopped(Exception):
    """The rest of a part cannot be read."""

    def __init__(self, bad: Bad) -> None:
        super().__init__(bad.detail)
        self.bad = bad


def reason_of(error: BaseException) -> str:
    """Return in a few words why a file cannot be read."""
    match error:
        case FileNotFoundError():
            return "file is not there"
        case EOFError():
            return "file is cut off"
        case PermissionError() | IsADirectoryError():
            return "file cannot be read"
    return "file is damaged"
