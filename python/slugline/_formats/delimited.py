"""Tables in text: comma- and tab-separated values."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from slugline._context import context_out
from slugline._entry import (
    DEFAULTS,
    OPTIONS,
    Entry,
    Row,
    Unreadable,
    affixes_out,
    check_names,
    row_of_record,
)
from slugline._formats._files import PathLike, Source, open_for_writing

_TYPED = re.compile(r"(.*):(str|int|float|bool|json)", re.DOTALL)
_BOOLS = {"true": True, "1": True, "false": False, "0": False}


def read_csv(source: Source) -> Iterator[Row | Unreadable]:
    """Read comma-separated values."""
    return _read(source, ",")


def read_tsv(source: Source) -> Iterator[Row | Unreadable]:
    """Read tab-separated values."""
    return _read(source, "\t")


def write_csv(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write comma-separated values."""
    _write(path, entries, ",")


def write_tsv(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write tab-separated values."""
    _write(path, entries, "\t")


# -- Reading ------------------------------------------------------------------------------------


def _read(source: Source, delimiter: str) -> Iterator[Row | Unreadable]:
    with source.open() as file:
        records = _records(file, delimiter)
        header_line, header = next(records, (1, None))
        if header is None:
            raise ValueError(f"{source.name}: there is no header, the file is empty")
        columns = _header(header, source, source.place(header_line))
        for line, cells in records:
            yield _row(cells, columns, source, source.place(line))


def _records(file: IO[str], delimiter: str) -> Iterator[tuple[int, Any]]:
    """Yield each record's first line and its cells, or in their place what is wrong with it."""
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells: Any = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells = error
        if cells:
            yield line, cells


def _header(cells: Any, source: Source, place: str) -> list[tuple[str, Callable[[str], Any]]]:
    """Return each column's name, and what makes a value of its cells."""
    if isinstance(cells, csv.Error):
        raise ValueError(f"{place}: {cells}")
    columns = []
    for number, cell in enumerate(cells, 1):
        if wrong := source.undecoded(cell):
            raise ValueError(f"{place}: {wrong}")
        if not cell:
            raise ValueError(f"{place}: column {number} has no name")
        typed = _TYPED.fullmatch(cell)
        if typed:
            check_names([typed[1]], place)
            columns.append((typed[1], _TYPES[typed[2]]))
        else:
            columns.append((cell, _OPTIONS.get(cell, str)))
    names = [name for name, _ in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{place}: there are two columns {twice[0]!r}")
    for name in source.columns.values():
        if name not in names:
            known = ", ".join(map(repr, names))
            raise ValueError(
                f"{place}: there is no column {name!r} (there is: {known}){_hint(names)}"
            )
    check_names({"phrase", "concept"} & {*names} - {*source.columns.values()}, place)
    return columns


def _hint(names: list[str]) -> str:
    """Say what may be wrong with a header that was not parted."""
    if len(names) > 1:
        return ""
    if ";" in names[0]:
        return (
            ": the cells seem parted by semicolons; read such a file with pandas or polars "
            '(sep=";") and give the table to from_table'
        )
    if "\t" in names[0]:
        return ': the cells seem parted by tabs, which is format="tsv"'
    if "," in names[0]:
        return ': the cells seem parted by commas, which is format="csv"'
    return ""


def _row(
    cells: Any,
    columns: list[tuple[str, Callable[[str], Any]]],
    source: Source,
    place: str,
) -> Row | Unreadable:
    if isinstance(cells, csv.Error):
        return Unreadable(place, str(cells))
    if len(cells) != len(columns):
        return Unreadable(place, f"{len(cells)} cells where the header has {len(columns)}")
    record: dict[str, Any] = {}
    for (name, value_of), cell in zip(columns, cells, strict=True):
        wrong = source.undecoded(cell)
        if wrong:
            return Unreadable(place, f"{name}: {wrong}")
        try:
            # An empty cell is one that was not given; but a phrase must be there.
            record[name] = value_of(cell) if cell or name == source.columns["phrase"] else None
        except ValueError as error:
            return Unreadable(place, f"{name}: {error}")
    return row_of_record(record, place, **source.columns)


def _bool(cell: str) -> bool:
    try:
        return _BOOLS[cell.lower()]
    except KeyError:
        raise ValueError(f"must be true or false, not {cell!r}") from None


_TYPES: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": _bool,
    "json": json.loads,
}
_OPTIONS: dict[str, Callable[[str], Any]] = {"glob": _bool, "weight": float}


# -- Writing ------------------------------------------------------------------------------------


def _write(path: PathLike, entries: Sequence[Entry], delimiter: str) -> None:
    options = [
        name
        for name, default in DEFAULTS.items()
        if any(getattr(entry, name) != default for entry in entries)
    ]
    attributes = _attribute_columns(entries)
    with open_for_writing(path) as file:
        header = ["phrase", "concept", *options, *(header for header, _ in attributes.values())]
        file.write(_line(header, delimiter))
        for entry in entries:
            cells = [entry.phrase, entry.concept or ""]
            cells += [_option_cell(name, getattr(entry, name)) for name in options]
            for name, (_, cell_of) in attributes.items():
                value = entry.attributes.get(name)
                cells.append("" if value is None else cell_of(value))
            file.write(_line(cells, delimiter))


def _line(cells: Sequence[str], delimiter: str) -> str:
    # Not the csv module's writer: before Python 3.13 it leaves a lone carriage return bare.
    special = re.compile(f'["\r\n{delimiter}]')
    return (
        delimiter.join(
            '"' + cell.replace('"', '""') + '"' if special.search(cell) else cell for cell in cells
        )
        + "\n"
    )


def _option_cell(name: str, value: Any) -> str:
    if name == "affixes":
        return affixes_out(value)
    if name in ("not_before", "not_after", "near"):
        return context_out(name, value) if value else ""
    if name in OPTIONS:
        return str(value).lower()
    return "" if value is None else str(value)


def _attribute_columns(
    entries: Sequence[Entry],
) -> dict[str, tuple[str, Callable[[Any], str]]]:
    """Return, by name, a header that tells the attribute's type, and what writes its cells."""
    types: dict[str, set[type]] = {}
    for entry in entries:
        for name, value in entry.attributes.items():
            # An empty cell would be no attribute at all.
            types.setdefault(name, set()).add(object if value == "" else type(value))
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {}
    for name, found in types.items():
        if found == {str}:
            plain = name and not _TYPED.fullmatch(name)
            columns[name] = (name if plain else f"{name}:str", str)
        elif len(found) == 1 and found <= {bool, int, float}:
            (kind,) = found
            columns[name] = (f"{name}:{kind.__name__}", _number_cell)
        else:
            columns[name] = (f"{name}:json", _json_cell)
    return columns


def _number_cell(value: bool | int | float) -> str:
    return str(value).lower()


def _json_cell(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
