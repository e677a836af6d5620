"""CSV and TSV, with a first line of names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slugline import _core
from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.reading.source import FAULTS, Source, opened, position, reject, stopped
from slugline.files.reading.streams import chunks
from slugline.files.reading.tables import no_column
from slugline.files.records import Bad, Batch, ReadingStopped

_SEPARATORS = {"csv": ",", "tsv": "\t"}
_LONGEST_HEADER = 1 << 20


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the columns asked for that the file has, which are text, and the names of all."""
    with opened(part, source) as stream:
        try:
            names, _ = _header(chunks(stream, part.compression), _separator(part, source))
        except FAULTS as error:
            raise stopped(part.files[0], source.place, 0, error) from None
    return {name: arrow().string() for name in source.names if name in names}, names


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read the file, in blocks of whole records."""
    file = source.place.shown(part.files[0].path)
    separator = _separator(part, source)
    first = 0
    with opened(part, source) as stream:
        content = chunks(stream, part.compression)
        blocks = _Blocks(content, source)
        try:
            names, blocks.held = _header(content, separator)
        except FAULTS as error:
            raise stopped(part.files[0], source.place, 0, error) from None
        wanted = _wanted(names, source, file)
        while True:
            try:
                block = blocks.more()
            except FAULTS as error:
                raise stopped(part.files[0], source.place, first, error) from None
            if block is None:
                return
            table, wrong, end = _core.read_csv(
                block, len(names), wanted, separator, blocks.ended, source.replace, blocks.limit
            )
            if not end and blocks.unending(block):
                yield source.too_long(block, first, file)
                first += 1
                blocks.skip_line(block)
                continue
            blocks.held = block[end:]
            columns = arrow().table(table).columns
            texts = len(source.texts)
            batch = source.batch(first, columns[:texts], columns[texts:], file)
            reject(batch, wrong, block, file)
            batch.read = position(stream, part)
            first += batch.rows
            yield batch


class _Blocks:
    """Blocks of bytes, each beginning where a record does."""

    def __init__(self, content: Iterator[bytes], source: Source) -> None:
        self.content = content
        self.held = b""
        """What is left of the block before: the beginning of a record."""
        self.ended = False
        self.fault: BaseException | None = None
        self.limit = source.budget.record
        self.size = source.budget.batch

    def more(self) -> bytes | None:
        """Return the next block; None where all was read.

        Raises
        ------
        OSError, EOFError, ValueError
            Where the file is damaged, after all that came before.
        """
        if self.fault:
            raise self.fault
        if self.ended:
            return None
        held = [self.held]
        size = 0
        try:
            # As much again as is held, so that nothing is gone over more than twice or so.
            while size < max(self.size, len(self.held)):
                chunk = next(self.content, None)
                if chunk is None:
                    self.ended = True
                    break
                held.append(chunk)
                size += len(chunk)
        except FAULTS as error:
            # The record that the end cuts through is none, so this is not called the end.
            self.fault = error
        return b"".join(held)

    def unending(self, block: bytes) -> bool:
        """Tell whether a block that has no whole record is as long as a record may be."""
        return not self.ended and not self.fault and len(block) > self.limit

    def skip_line(self, block: bytes) -> None:
        """Go on behind the end of the line, for a record that is too long."""
        newline = block.find(b"\n")
        while newline < 0:
            block = next(self.content, b"")
            if not block:
                break
            newline = block.find(b"\n")
        self.held = block[newline + 1 :]


def _separator(part: Part, source: Source) -> str:
    return source.separator or _SEPARATORS[part.format]


def _header(content: Iterator[bytes], separator: str) -> tuple[list[str], bytes]:
    """Return the names of the columns, and what was read behind them.

    Raises
    ------
    ValueError
        Where the first record is none of names.
    """
    read = b""
    for chunk in content:
        read += chunk
        if found := _core.read_csv_header(read, separator, False):
            return found[0], read[found[1] :]
        if len(read) > _LONGEST_HEADER:
            break
    found = _core.read_csv_header(read, separator, True)
    if found is None:
        raise ValueError("its first line does not name columns")
    return found[0], read[found[1] :]


def _wanted(names: list[str], source: Source, file: str) -> list[int]:
    """Return the numbers of the columns asked for."""
    twice = next((name for name in source.names if names.count(name) > 1), None)
    if twice is not None:
        detail = f"there are {names.count(twice)} columns {twice!r}"
        raise ReadingStopped(Bad(file, 0, "no such column", detail, rows=None))
    missing = source.missing(dict.fromkeys(names))
    if missing is None:
        return [names.index(name) for name in source.names]
    raise ReadingStopped(Bad(file, 0, "no such column", no_column(missing, names), rows=None))
