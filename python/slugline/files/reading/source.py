"""What readers need to know, and how they open files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from slugline.files.budget import Budget
from slugline.files.columns import arrow, as_text, compute, conform, mend_texts
from slugline.files.inputs import Part
from slugline.files.places import FileInfo, Place
from slugline.files.records import Bad, Batch, ReadingStopped, reason_of


@dataclass(slots=True)
class Source:
    """Where files lie, and what is read of them."""

    place: Place
    texts: tuple[str, ...]
    """The columns of texts."""
    carried: tuple[str, ...]
    """The columns that go along, the id first."""
    budget: Budget
    replace: bool
    """Whether U+FFFD stands for what is not UTF-8."""
    separator: str | None = None
    types: dict[str, Any] = field(default_factory=dict)
    """The types that the carried columns have in all parts."""

    @property
    def names(self) -> tuple[str, ...]:
        """All the columns that are read."""
        return self.texts + self.carried

    def missing(self, there: dict[str, Any]) -> str | None:
        """Return the first of the columns that a file has not."""
        return next((name for name in self.names if name not in there), None)

    def batch(self, first: int, texts: list[Any], carried: list[Any], file: str) -> Batch:
        """Make a batch of columns as they were read.

        Raises
        ------
        ReadingStopped
            Where a column of texts is none.
        """
        columns = []
        for name, column in zip(self.texts, texts, strict=True):
            try:
                columns.append(as_text(column))
            except TypeError as error:
                detail = f"column {name!r} {error}"
                raise ReadingStopped(Bad(file, first, "wrong type", detail, rows=None)) from None
        along = []
        bad: dict[int, Bad] = {}
        for name, column in zip(self.carried, carried, strict=True):
            column, wrong = self._brought(name, column, first, file)
            along.append(column)
            bad = {one.row: one for one in wrong} | bad
        batch = Batch(first, len(columns[0]), columns, along, list(bad.values()))
        if bad:
            silence(batch, [row - first for row in bad])
        batch.nulls = null_rows(batch.texts) - len(bad)
        return batch

    def _brought(self, name: str, column: Any, first: int, file: str) -> tuple[Any, list[Bad]]:
        """Bring a column that goes along to its type, and tell what cannot be brought to it."""
        column, wrong = conform(column, self.types[name], name)
        if arrow().types.is_string(column.type):
            try:
                column.validate(full=True)
            except ValueError:
                column, bad = mend_texts(column, name, file, first, replace=self.replace)
                return column.cast(arrow().string()), bad
        return column, [Bad(file, first + row, "wrong type", detail) for row, detail in wrong]

    def no_texts(self, first: int, rows: int, bad: Bad) -> Batch:
        """Return a batch of records that could not be read, and why."""
        pa = arrow()
        texts = [pa.nulls(0, pa.string()) for _ in self.texts]
        return Batch(
            first, rows, texts, [pa.nulls(0, self.types[name]) for name in self.carried], [bad]
        )

    def too_long(self, block: bytes, first: int, file: str) -> Batch:
        """Return the batch of one record that is too long, of which this is the beginning."""
        detail = f"longer than {self.budget.record:,} bytes: more memory= lets it in"
        return self.no_texts(first, 1, Bad(file, first, "too long", detail).keep(block))


def reject(
    batch: Batch, wrong: list[tuple[int, int, int, str, str]], block: bytes, file: str
) -> None:
    """Take out of a batch the records that the core found to be bad in a block of a file."""
    if not wrong:
        return
    silence(batch, [row for row, *_ in wrong])
    batch.nulls -= len(wrong)  # These have no text, but are not good.
    batch.bad += [
        Bad(file, batch.first + row, reason, detail).keep(block, start, end)
        for row, start, end, reason, detail in wrong
    ]


def silence(batch: Batch, rows: list[int]) -> None:
    """Take the texts out of rows, so that nothing matches in them."""
    pa = arrow()
    flags = [True] * batch.rows
    for row in rows:
        flags[row] = False
    mask = pa.array(flags)
    batch.texts = [mask_out(column, mask) if len(column) else column for column in batch.texts]


def mask_out(column: Any, keep: Any) -> Any:
    """Return a column with nulls where `keep` is false."""
    column = column.cast(arrow().large_string())
    return compute().if_else(keep, column, arrow().scalar(None, arrow().large_string()))


def null_rows(columns: list[Any]) -> int:
    """Return in how many rows all the columns are null."""
    if len(columns) == 1:
        return int(columns[0].null_count)
    nulls = columns[0].is_null()
    for column in columns[1:]:
        nulls = compute().and_(nulls, column.is_null())
    return int(compute().sum(nulls).as_py() or 0)


def stopped(file: FileInfo, place: Place, row: int, error: BaseException) -> ReadingStopped:
    """Make of an error of the file the word that its rest cannot be read."""
    detail = f"from record {row:,} on: {plain(error)}" if row else plain(error)
    return ReadingStopped(Bad(place.shown(file.path), row, reason_of(error), detail, rows=None))


def plain(error: BaseException) -> str:
    """Return what an error says, on one line that is not too long."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:500]


FAULTS: tuple[type[BaseException], ...] = (
    OSError,
    EOFError,
    ValueError,
    MemoryError,
    NotImplementedError,
)
"""What a damaged file raises: pyarrow's errors are of these kinds, too."""


@contextmanager
def opened(part: Part, source: Source) -> Iterator[Any]:
    """Open a part's one file, which is the same at the end as it was when the run began.

    Raises
    ------
    ReadingStopped
        Where it cannot be opened, or was changed meanwhile.
    """
    (file,) = part.files
    try:
        stream = source.place.open(file.path)
    except FAULTS as error:
        raise stopped(file, source.place, 0, error) from None
    with stream:
        yield stream
    check_unchanged(file, source.place)


def position(stream: Any, part: Part) -> int:
    """Return how many bytes of a part's file were read; decompressors close it at its end."""
    return part.size if stream.closed else int(stream.tell())


def check_unchanged(file: FileInfo, place: Place) -> None:
    """Look whether a file still is the one that was listed.

    Raises
    ------
    ReadingStopped
        Where it was written to, so that what was read of it may be of neither state.
    """
    try:
        now = place.info(file.path)
    except OSError:
        return
    if now is not None and now != file:
        detail = f"was written to while it was read: {changes(file, now)}"
        raise ReadingStopped(Bad(place.shown(file.path), 0, "file was changed", detail, rows=None))


def changes(before: FileInfo, now: FileInfo) -> str:
    """Say what differs between two states of a file."""
    if before.size != now.size:
        return f"{now.size:,} bytes, not {before.size:,}"
    return "same size, but written at another time"
