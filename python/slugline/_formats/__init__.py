"""The file formats of gazetteers: a module and an entry in the registry for each."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from slugline._entry import Entry, Row, Unreadable
from slugline._formats import delimited, json_lines, nested_json, nested_yaml, parquet, plain

PathLike: TypeAlias = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is read and written."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[PathLike, str | None], Iterator[Row | Unreadable]]
    write: Callable[[PathLike, Sequence[Entry]], None] | None
    read_arrow: Callable[[PathLike], Any] | None = None
    """Reads the file whole, as Arrow, where no row has to be looked at alone."""
    write_arrow: Callable[[PathLike, Any], None] | None = None
    """Writes the core's own table, with no object made for each row."""
    defaults: dict[str, Any] = field(default_factory=dict)
    """Options of the gazetteer unless the caller gives them."""


FORMATS = {
    format.name: format
    for format in (
        Format("csv", (".csv",), delimited.read_csv, delimited.write_csv),
        Format("tsv", (".tsv", ".tab"), delimited.read_tsv, delimited.write_tsv),
        Format("jsonl", (".jsonl", ".ndjson"), json_lines.read, json_lines.write),
        Format(
            "parquet",
            (".parquet", ".pq"),
            parquet.read,
            None,
            read_arrow=parquet.read_arrow,
            write_arrow=parquet.write_arrow,
        ),
        Format(
            "yaml", (".yaml", ".yml"), nested_yaml.read, nested_yaml.write, defaults={"glob": True}
        ),
        Format("json", (".json",), nested_json.read, nested_json.write, defaults={"glob": True}),
        Format("txt", (".txt",), plain.read, None),
    )
}


def format_of(path: PathLike, name: str | None) -> Format:
    """Find a format by its name, or by the suffix of a file.

    Raises
    ------
    ValueError
        Where there is none.
    """
    known = ", ".join(FORMATS)
    if name is not None:
        if name not in FORMATS:
            raise ValueError(f"format must be one of {known}, not {name!r}")
        return FORMATS[name]
    suffix = Path(path).suffix.lower()
    for format in FORMATS.values():
        if suffix in format.suffixes:
            return format
    raise ValueError(f"{os.fspath(path)}: the suffix names no format; give format= one of {known}")
