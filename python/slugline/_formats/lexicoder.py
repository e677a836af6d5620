"""Lexicoder's dictionaries: version 2 is XML (.lcd), version 3 a list under headings (.lc3)."""

from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of, star_glob
from slugline._formats._xml import read_text, text_of

_BOUNDARIES = {(True, True): "word", (True, False): "start", (False, True): "end"}


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read either form; which it is, the first character tells."""
    with open(source.path, "rb") as file:
        head = file.read(64)
    # In UTF-16 there are null bytes about it.
    is_xml = head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")
    yield from _read_xml(source) if is_xml else _read_list(source)


def _read_xml(source: Source) -> Iterator[Row | Unreadable]:
    rows = read_text(source, text_of(source))
    padded = any(isinstance(row, Row) and row.phrase != row.phrase.strip() for row in rows)
    for row in rows:
        if padded and isinstance(row, Row):
            row.options["boundary"] = _boundary(row.phrase)
            row.phrase = row.phrase.strip()
        yield row


def _boundary(phrase: str) -> str:
    """Tell where a phrase begins or ends at a word's edge: where it has a space, and only there.

    Lexicoder 2 looks for what is written, wherever it stands: ``" tax "`` is the word alone.
    """
    return _BOUNDARIES.get((phrase[:1].isspace(), phrase[-1:].isspace()), "none")


def _read_list(source: Source) -> Iterator[Row | Unreadable]:
    heading: list[str] = []

    def rows_of(line: str, place: str) -> Iterator[Row]:
        text = line.strip()
        if text.startswith("+"):
            heading[:] = [text[1:]]
            concept_of(heading)
        elif not heading:
            raise ValueError(f"{text!r} stands under no +category")
        else:
            phrase, options = star_glob(text)
            yield Row(phrase, concept_of(heading), place, options)

    return rows_of_lines(source, rows_of)
