"""The file formats of gazetteers: a module and an entry in the registry for each."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slugline._entry import Entry, Row, Unreadable
from slugline._formats import (
    delimited,
    flashtext,
    gate,
    json_lines,
    lexicoder,
    liwc,
    nested_json,
    nested_yaml,
    parquet,
    plain,
    spacy,
    wikidata,
    wordstat,
    yoshikoder,
)
from slugline._formats._files import PathLike, Source

__all__ = ["FORMATS", "Format", "Source", "format_of", "source_of"]

_TABLE = {"phrase": "phrase", "concept": "concept"}
_GLOBS = {"glob": True}


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is read and written."""

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source], Iterator[Row | Unreadable]]
    write: Callable[[PathLike, Sequence[Entry]], None] | None = None
    read_arrow: Callable[[Source], Any] | None = None
    """Reads the file whole, as Arrow, where no row has to be looked at alone."""
    write_arrow: Callable[[PathLike, Any], None] | None = None
    """Writes the core's own table, with no object made for each row."""
    defaults: dict[str, Any] = field(default_factory=dict)
    """Options of the gazetteer unless the caller gives them."""
    columns: dict[str, str] = field(default_factory=dict)
    """What the columns are called, where the caller may call them something else."""


FORMATS = {
    format.name: format
    for format in (
        Format("csv", (".csv",), delimited.read_csv, delimited.write_csv, columns=_TABLE),
        Format("tsv", (".tsv", ".tab"), delimited.read_tsv, delimited.write_tsv, columns=_TABLE),
        Format("jsonl", (".jsonl", ".ndjson"), json_lines.read, json_lines.write, columns=_TABLE),
        Format(
            "parquet",
            (".parquet", ".pq"),
            parquet.read,
            read_arrow=parquet.read_arrow,
            write_arrow=parquet.write_arrow,
            columns=_TABLE,
        ),
        Format("yaml", (".yaml", ".yml"), nested_yaml.read, nested_yaml.write, defaults=_GLOBS),
        Format("json", (".json",), nested_json.read, nested_json.write, defaults=_GLOBS),
        # spaCy and GATE compare text as it is written unless they are told otherwise.
        Format("spacy", (), spacy.read, defaults={"case": "match"}),
        Format("flashtext", (), flashtext.read),
        Format("liwc", (".dic",), liwc.read, defaults=_GLOBS),
        Format("wordstat", (".cat",), wordstat.read, defaults=_GLOBS),
        Format("yoshikoder", (".ykd",), yoshikoder.read, defaults=_GLOBS),
        Format("lexicoder", (".lcd", ".lc3"), lexicoder.read, defaults=_GLOBS),
        Format("gate", (".def", ".lst"), gate.read, defaults={"case": "match"}),
        Format("wikidata", (), wikidata.read, columns={"concept": "label"}),
        Format("txt", (".txt",), plain.read),
    )
}


def source_of(
    format: Format, path: PathLike, encoding: str | None, guessed: bool, **columns: str | None
) -> Source:
    """Say what is to be read, where the columns may have other names than by default.

    Raises
    ------
    TypeError
        Where the format has no such column.
    """
    given = {name: column for name, column in columns.items() if column is not None}
    for name in given:
        if name not in format.columns:
            raise TypeError(f"{name}= names a column, and {format.name} has no columns to choose")
    return Source(path, encoding, {**format.columns, **given}, guessed)


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
