"""GATE's gazetteers: lists of entries (.lst), and an index of them with their types (.def)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from slugline._entry import RESERVED, Row, Unreadable, row_of_record
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of

_INDEX = "lists.def"
_SEPARATOR = re.compile(r"([\t&:])(?=[A-Za-z_][\w.-]*=)")


@dataclass(frozen=True, slots=True)
class _List:
    """A line of the index."""

    file: str
    types: tuple[str, ...]
    language: str | None = None
    annotation_type: str | None = None


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read all lists that an index names, or one list with the types that its index gives it."""
    path = Path(source.path)
    if path.suffix.lower() == ".def":
        return _read_index(source)
    return _read_list(source, _listed(source, path))


def _read_index(source: Source) -> Iterator[Row | Unreadable]:
    folder = Path(source.path).parent

    def rows_of(line: str, place: str) -> Iterator[Row | Unreadable]:
        listed = _list_of(line)
        path = folder / listed.file
        if not path.is_file():
            raise ValueError(f"there is no list {listed.file!r} beside it")
        yield from _read_list(replace(source, path=path), listed)

    return rows_of_lines(source, rows_of)


def _listed(source: Source, path: Path) -> _List:
    """Find a list in the index beside it; one that is not there has its own name for a type."""
    index = replace(source, path=path.with_name(_INDEX))
    if Path(index.path).is_file():
        for number, line in enumerate(index.text().splitlines(), 1):
            if line.partition(":")[0].strip() == path.name:
                try:
                    return _list_of(line)
                except ValueError as error:
                    raise ValueError(f"{index.place(number)}: {error}") from None
    return _List(path.name, (path.stem,))


def _list_of(line: str) -> _List:
    file, *fields = (field.strip() for field in line.split(":"))
    if not file or not fields or not fields[0] or len(fields) > 4:
        raise ValueError(
            f"{line.strip()!r} is not list:major:minor:language:annotationType, "
            "of which all after major may be left out"
        )
    major, minor, language, annotation_type = (*fields, *[""] * (4 - len(fields)))
    types = (major, minor) if minor else (major,)
    return _List(file, types, language or None, annotation_type or None)


def _read_list(source: Source, listed: _List) -> Iterator[Row | Unreadable]:
    about: dict[str, Any] = {"lang": listed.language, "annotation_type": listed.annotation_type}

    def rows_of(line: str, place: str) -> Iterator[Row]:
        phrase, features = _entry(line.strip())
        concept = concept_of(listed.types)
        yield row_of_record({**about, **features, "phrase": phrase, "concept": concept}, place)

    return rows_of_lines(source, rows_of)


def _entry(line: str) -> tuple[str, dict[str, Any]]:
    """Part an entry from its features: ``Minsk&country=BY``, with a tab, ``&`` or ``:``.

    GATE is told the separator from without. Here it is one where a name and ``=`` come after it,
    so that ``AT&T`` stays whole.
    """
    first = _SEPARATOR.search(line)
    if first is None:
        if "\t" in line:
            raise ValueError(f"what follows the tab in {line!r} is not name=value")
        return line, {}
    phrase, *features = re.split(f"{first[1]}(?=[A-Za-z_][\\w.-]*=)", line)
    values: dict[str, Any] = {}
    for feature in features:
        name, _, value = feature.partition("=")
        if name in RESERVED and name not in ("lang", "weight"):
            raise ValueError(f"{name!r} cannot be the name of a feature: it means something else")
        if value.strip():
            values[name] = float(value) if name == "weight" else value.strip()
    return phrase.strip(), values
