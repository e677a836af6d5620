"""Files of text, which may hold bytes that are not text, and their lines."""

import codecs
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import IO, TypeAlias

from slugline._entry import Row, Unreadable

PathLike: TypeAlias = str | os.PathLike[str]

_UNDECODED = re.compile("[\udc00-\udcff]")
_MARKS = (
    # UTF-32's mark of the little end begins with UTF-16's.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KEEP_BYTES = "slugline-undecoded"


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Make text of bytes that are none, which `_UNDECODED` finds and no encoding has."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    kept = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) for byte in kept), error.end


codecs.register_error(_KEEP_BYTES, _keep_bytes)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, and how it is to be read."""

    path: PathLike
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the columns are called that a reader looks for."""
    guessed: bool = False
    """Whether the format is known from the file's suffix alone."""

    @property
    def name(self) -> str:
        """The path as text, for messages."""
        return os.fspath(self.path)

    def place(self, line: int) -> str:
        """Say where a line stands."""
        return f"{self.name}, line {line}"

    def open(self, newline: str = "") -> IO[str]:
        """Open the file as text; bytes that are no text become what `undecoded` finds.

        Raises
        ------
        ValueError
            Where the encoding cannot be right or is not known.
        """
        file = open(self.path, "rb")  # noqa: SIM115  # The caller closes it.
        try:
            return io.TextIOWrapper(file, self._codec(file.peek(64)), _KEEP_BYTES, newline)
        except (LookupError, ValueError) as error:
            file.close()
            where = f"{self.name}: encoding: " if isinstance(error, LookupError) else ""
            raise ValueError(f"{where}{error}") from None

    def text(self) -> str:
        """Return all of the text.

        Raises
        ------
        ValueError
            Where some of it is not text, with its line.
        """
        with self.open() as file:
            text = file.read()
        wrong = self.undecoded(text)
        if wrong:
            line = _line_of(text, _UNDECODED.search(text))
            raise ValueError(f"{self.place(line)}: {wrong}")
        return text

    def undecoded(self, text: str) -> str | None:
        """Say what is wrong with text of which not every byte could be decoded."""
        found = _UNDECODED.search(text)
        if found is None:
            return None
        byte = ord(found.group()) - 0xDC00
        encoding = self.encoding or "UTF-8"
        return f"byte 0x{byte:02x} is not {encoding} (is there another encoding= to give?)"

    def _codec(self, head: bytes) -> str:
        """Return the name of a codec that leaves out a byte order mark: no phrase begins so."""
        marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
        if self.encoding is None:
            self._check_bytes(head, marked)
            return "utf-8-sig"
        codec = codecs.lookup(self.encoding).name
        if codec == "utf-8":
            return "utf-8-sig"
        return marked if marked and codec.startswith(marked) else codec

    def _check_bytes(self, head: bytes, marked: str | None) -> None:
        if marked:
            raise ValueError(
                f"{self.name}: begins with the byte order mark of {marked.upper()}, "
                f'not UTF-8: give encoding="{marked}"'
            )
        for nulls, codec in ((head[1:64:2], "utf-16-le"), (head[0:64:2], "utf-16-be")):
            if len(head) >= 4 and not any(nulls):
                raise ValueError(
                    f"{self.name}: every other byte is null, as UTF-16 has it: "
                    f'give encoding="{codec}"'
                )


def _line_of(text: str, found: re.Match[str] | None) -> int:
    before = text[: found.start()] if found else ""
    return len(re.findall("\r\n|\r|\n", before)) + 1


def rows_of_lines(
    source: Source,
    rows_of: Callable[[str, str], Iterable[Row | Unreadable]],
    *,
    newline: str = "",
) -> Iterator[Row | Unreadable]:
    """Read a file line by line; lines of white space are left out.

    What `rows_of` raises, given a line and its place, makes that line unreadable.
    """
    with source.open(newline) as file:
        for number, line in enumerate(file, 1):
            place = source.place(number)
            wrong = source.undecoded(line)
            if wrong:
                yield Unreadable(place, wrong)
            elif line.strip():
                yield from _rows(rows_of, line.rstrip("\r\n"), place)


def _rows(
    rows_of: Callable[[str, str], Iterable[Row | Unreadable]], line: str, place: str
) -> Iterator[Row | Unreadable]:
    try:
        yield from rows_of(line, place)
    except (ValueError, TypeError) as error:
        yield Unreadable(place, str(error).removeprefix(f"{place}: "), type(error))


def open_for_writing(path: PathLike) -> IO[str]:
    """Open a file for text in UTF-8 with the line ends as given."""
    return open(path, "w", encoding="utf-8", newline="")
