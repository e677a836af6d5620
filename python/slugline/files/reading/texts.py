"""Folders of text files, each of them one record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.reading.source import FAULTS, Source, check_unchanged, plain
from slugline.files.reading.tables import no_column
from slugline.files.records import Bad, Batch, ReadingStopped, reason_of

_BOM = b"\xef\xbb\xbf"
_MOST_ROWS = 4_096
COLUMNS = ("text", "path")
"""What a text file has: what is in it, and where it lies."""


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the columns asked for that there are, and the names of all."""
    return {name: arrow().string() for name in source.names if name in COLUMNS}, list(COLUMNS)


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read the files, as many at once as make a batch."""
    missing = source.missing(dict.fromkeys(COLUMNS))
    if missing is not None:
        shown = source.place.shown(part.files[0].path)
        detail = no_column(missing, list(COLUMNS))
        raise ReadingStopped(Bad(shown, 0, "no such column", detail, rows=None))
    group: list[bytes | None] = []
    bad: list[Bad] = []
    first = nbytes = 0
    for number in range(len(part.files)):
        content, wrong = _content(part, number, source)
        group.append(content)
        if wrong:
            bad.append(wrong)
        nbytes += len(content or b"")
        if nbytes >= source.budget.batch or len(group) == _MOST_ROWS:
            yield _batch(part, first, group, bad, source)
            first, nbytes, group, bad = number + 1, 0, [], []
    if group:
        yield _batch(part, first, group, bad, source)


def _content(part: Part, number: int, source: Source) -> tuple[bytes | None, Bad | None]:
    """Return what is in a file; or nothing, and why."""
    file = part.files[number]
    shown = source.place.shown(file.path)
    if file.size > source.budget.record:
        detail = f"{file.size:,} bytes, not {source.budget.record:,}: more memory= lets it in"
        return None, Bad(shown, number, "too long", detail)
    try:
        content = source.place.read(file.path)
        check_unchanged(file, source.place)
    except FAULTS as error:
        return None, Bad(shown, number, reason_of(error), plain(error))
    except ReadingStopped as error:
        return None, Bad(shown, number, error.bad.reason, error.bad.detail)
    return content.removeprefix(_BOM), None


def _batch(
    part: Part, first: int, group: list[bytes | None], bad: list[Bad], source: Source
) -> Batch:
    pa = arrow()
    paths = [source.place.shown(file.path) for file in part.files[first : first + len(group)]]
    columns = {
        "text": pa.array(group, pa.binary()),
        "path": pa.array(paths, pa.string()),
    }
    batch = source.batch(
        first,
        [columns[name] for name in source.texts],
        [columns[name] for name in source.carried],
        paths[0],
    )
    batch.files = paths
    batch.bad += bad
    batch.nulls -= len(bad)
    batch.read = sum(file.size for file in part.files[: first + len(group)])
    return batch
