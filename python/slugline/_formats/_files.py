"""Text files that may hold bytes that are not text."""

import os
import re
from typing import IO

_ESCAPED = re.compile("[\udc80-\udcff]")


def open_text(path: str | os.PathLike[str], encoding: str | None, *, newline: str = "") -> IO[str]:
    """Open a file for reading; bytes that are no text become what `undecoded` finds."""
    # A byte order mark belongs to the file, not to its first phrase.
    return open(path, encoding=encoding or "utf-8-sig", errors="surrogateescape", newline=newline)


def open_for_writing(path: str | os.PathLike[str]) -> IO[str]:
    """Open a file for text in UTF-8 with the line ends as given."""
    return open(path, "w", encoding="utf-8", newline="")


def undecoded(text: str, encoding: str | None) -> str | None:
    """Say what is wrong with text of which not every byte could be decoded."""
    found = _ESCAPED.search(text)
    if found is None:
        return None
    byte = ord(found.group()) - 0xDC00
    return f"byte 0x{byte:02x} is not {encoding or 'UTF-8'} (is there another encoding= to give?)"
