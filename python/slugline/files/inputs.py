"""Which files are tagged, what formats they have, and which make up a part."""

from __future__ import annotations

import glob
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from slugline.files.places import OWN, FileInfo, Place

InputFormat: TypeAlias = Literal["parquet", "jsonl", "csv", "tsv", "arrow", "txt"]

_SUFFIXES: dict[str, InputFormat] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".arrow": "arrow",
    ".arrows": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
    ".txt": "txt",
}
_COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".xz": "xz"}
_LINES = ("jsonl", "csv", "tsv")
"""The formats that may be compressed as a whole."""

_TEXTS_A_PART = 10_000
_BYTES_A_PART = 64_000_000
"""How many text files, or bytes of them, make up a part: of one each there would be a million."""

_NAME_BYTES = 120
"""How long the name of an input is in that of its part: no name may have more than 255 bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is read together, and written as one part."""

    number: int
    name: str
    """The name of its output file."""
    format: InputFormat
    compression: str | None
    files: tuple[FileInfo, ...]
    """One, or for texts many."""

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was found where inputs were said to lie."""

    parts: list[Part]
    passed_by: dict[str, int]
    """Files of no format that is known, by the ends of their names."""


def find_inputs(
    place: Place, paths: Iterable[str], format: InputFormat | None, output: str | None = None
) -> Inputs:
    """Find the files and make parts of them, in the order of their paths.

    Parameters
    ----------
    place : Place
        Where they lie.
    paths : iterable of str
        Paths, folders and globs.
    format : str, optional
        Their format, if not told by their names.
    output : str, optional
        The output folder, if it lies there, too: what is in it is no input.

    Raises
    ------
    FileNotFoundError
        Where a path or glob leads to no file.
    ValueError
        Where the format of a file is not known.
    """
    if format is not None and format not in get_args(InputFormat):
        known = ", ".join(f'"{name}"' for name in get_args(InputFormat))
        raise ValueError(f"format must be one of {known}, or None, not {format!r}")
    found: dict[str, FileInfo] = {}
    for path in paths:
        for file in _files_at(place, path, format):
            if output is None or not _is_within(place, file.path, output):
                found[file.path] = file
    if not found:
        raise FileNotFoundError("there is no input but for files in the output folder")
    files = sorted(found.values(), key=lambda file: file.path)
    passed_by = Counter(_end_of(file.path) for file in files if not _kind_of(file.path, format))
    kinds = [_kind_of(file.path, format) for file in files]
    texts = [file for file, kind in zip(files, kinds, strict=True) if kind and kind[0] == "txt"]
    groups: list[tuple[InputFormat, str | None, tuple[FileInfo, ...]]] = [
        (kind[0], kind[1], (file,))
        for file, kind in zip(files, kinds, strict=True)
        if kind and kind[0] != "txt"
    ]
    groups += [("txt", None, group) for group in _grouped(texts)]
    parts = [
        Part(number, _part_name(number, group[0].path), kind, compression, group)
        for number, (kind, compression, group) in enumerate(groups)
    ]
    return Inputs(parts, dict(sorted(passed_by.items())))


def _files_at(place: Place, path: str, format: InputFormat | None) -> list[FileInfo]:
    """Return the files that a path, folder or glob leads to, of some format or none."""
    if place.is_folder(path):
        files = _without_outputs(place, _in_folder(place, path))
        _check_some(files, f"in the folder {place.shown(path)}", format)
        return files
    if file := place.info(path):  # A file's name may have brackets, too.
        if _kind_of(path, format) is None:
            known = ", ".join(_SUFFIXES)
            raise ValueError(
                f"{place.shown(path)}: its format is not known by its name; say format=…, "
                f"or name it as one of {known} (also with {', '.join(_COMPRESSED)} for lines)"
            )
        return [file]
    if glob.has_magic(path):
        files = []
        for found in _glob(place, path):
            if place.is_folder(found):
                files += _in_folder(place, found)
            elif file := place.info(found):
                files.append(file)
        files = _without_outputs(place, files)
        _check_some(files, f"fits {place.shown(path)}", format)
        return files
    raise FileNotFoundError(f"there is no file or folder {place.shown(path)}")


def _check_some(files: list[FileInfo], where: str, format: InputFormat | None) -> None:
    if any(_kind_of(file.path, format) for file in files):
        return
    ends = ", ".join(f"*{end}" for end in dict.fromkeys(_end_of(file.path) for file in files))
    hint = f": those there are {ends}; say format=… if their names do not tell" if ends else ""
    raise FileNotFoundError(f"no file to be tagged {where}{hint}")


def _end_of(path: str) -> str:
    """Return by what the name of a file ends."""
    stem, suffix = os.path.splitext(os.path.basename(path).lower())
    return os.path.splitext(stem)[1] + suffix if suffix in _COMPRESSED else suffix or stem


def _in_folder(place: Place, folder: str) -> Iterator[FileInfo]:
    """Yield the files in a folder, but for hidden ones."""
    depth = len(folder.rstrip("/")) + 1
    for path, file in place.walk(folder, deep=True):
        # As Spark and others do: what begins so is no data.
        hidden = any(name.startswith(("_", ".")) for name in path[depth:].split("/"))
        if file is not None and not hidden:
            yield file


def _without_outputs(place: Place, files: Iterable[FileInfo]) -> list[FileInfo]:
    """Leave out what runs have written, beside which their own folder lies."""
    known: dict[str, bool] = {}
    kept = []
    for file in files:
        folder = os.path.dirname(file.path)
        if folder not in known:
            own = os.path.join(folder, OWN)
            known[folder] = place.is_folder(own) or f"{OWN}/" in f"{folder}/"
        if not known[folder]:
            kept.append(file)
    return kept


def _is_within(place: Place, path: str, folder: str) -> bool:
    if place.local:
        path, folder = os.path.abspath(path), os.path.abspath(folder)
    return path.startswith(folder.rstrip("/") + os.sep)


def _glob(place: Place, pattern: str) -> Iterator[str]:
    if place.local:
        yield from glob.iglob(pattern, recursive=True)
        return
    names = pattern.split("/")
    plain = next(at for at, name in enumerate(names) if glob.has_magic(name))
    wanted = re.compile(_regex(names))
    deep = "**" in names or plain < len(names) - 1
    for path, _ in place.walk("/".join(names[:plain]), deep=deep):
        if wanted.fullmatch(path):
            yield path


def _regex(names: list[str]) -> str:
    """Return the regular expression of a glob's parts, of which none crosses a slash but `**`."""
    parts = []
    for name in names:
        if name == "**":
            parts.append("(?:[^/]+/)*")
            continue
        parts.append("".join(map(_of_sign, re.findall(r"\[!?\]?[^\]]*\]|.", name))) + "/")
    return "".join(parts).removesuffix("/")


def _of_sign(sign: str) -> str:
    match sign:
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
    if len(sign) > 1:
        within = sign[1:-1].replace("\\", "\\\\")
        return f"[^{within[1:]}]" if within.startswith("!") else f"[{within}]"
    return re.escape(sign)


def _kind_of(path: str, format: InputFormat | None) -> tuple[InputFormat, str | None] | None:
    """Return format and compression; None where they are not known."""
    stem, suffix = os.path.splitext(path.lower())
    compression = _COMPRESSED.get(suffix)
    if compression:
        suffix = os.path.splitext(stem)[1]
    kind = format or _SUFFIXES.get(suffix)
    if kind is None or (compression and kind not in _LINES):
        return None
    return kind, compression


def _grouped(texts: list[FileInfo]) -> Iterator[tuple[FileInfo, ...]]:
    group: list[FileInfo] = []
    nbytes = 0
    for file in texts:
        if group and (len(group) == _TEXTS_A_PART or nbytes + file.size > _BYTES_A_PART):
            yield tuple(group)
            group, nbytes = [], 0
        group.append(file)
        nbytes += file.size
    if group:
        yield tuple(group)


def _part_name(number: int, path: str) -> str:
    """Return a name that is the part's own, in the order of the inputs, and tells what it is of."""
    stem = os.path.basename(path)
    for suffix in (*_COMPRESSED, *_SUFFIXES):
        if stem.lower().endswith(suffix) and len(stem) > len(suffix):
            stem = stem[: -len(suffix)]
    stem = re.sub(r"[^\w.-]+", "-", stem).encode()[:_NAME_BYTES].decode(errors="ignore")
    stem = stem.strip("-.") or "input"
    return f"part-{number:05}-{stem}.parquet"


def paths_of(inputs: Any) -> list[Any]:
    """Return the paths that were given, be it one or many.

    Raises
    ------
    TypeError
        Where they are no paths.
    ValueError
        Where there is none.
    """
    if isinstance(inputs, str | os.PathLike):
        return [inputs]
    if hasattr(type(inputs), "columns") or hasattr(inputs, "__arrow_c_stream__"):
        raise TypeError(
            f"inputs must be paths of files, not {type(inputs).__name__}: for texts in memory "
            "there is PhraseMatcher.tag"
        )
    if isinstance(inputs, bytes) or not isinstance(inputs, Iterable):
        raise TypeError(
            f"inputs must be a path, a glob or a list of them, not {type(inputs).__name__}"
        )
    paths = list(inputs)
    if not paths:
        raise ValueError("inputs must have at least one path")
    return paths
