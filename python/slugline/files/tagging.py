"""`tag_files`: corpora that are larger than memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from slugline._typing import Offsets, OnBadText, Overlap
from slugline.files.budget import Budget
from slugline.files.inputs import InputFormat, Inputs, find_inputs, paths_of
from slugline.files.matching import Tagging
from slugline.files.places import Place
from slugline.files.progress import FilesWatcher, Watch
from slugline.files.reading.source import Source
from slugline.files.report import Report
from slugline.files.rows import Layout, Table
from slugline.files.run import Run
from slugline.files.writing.folder import OutputFolder
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher, matcher_of


def tag_files(
    m: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    inputs: Any,
    output: Any,
    *,
    text: str | Sequence[str] = "text",
    id: str | None = None,
    columns: Sequence[str] | None = None,
    table: Table = "matches",
    overlap: Overlap = "longest",
    offsets: Offsets = "char",
    errors: OnBadText = "raise",
    threads: int | None = None,
    progress: bool | FilesWatcher | None = True,
    resume: bool = True,
    memory: int | str = "512MB",
    format: InputFormat | None = None,
    separator: str | None = None,
    filesystem: Any = None,
    output_filesystem: Any = None,
) -> Report:
    r"""Tag files of any size, and write the matches as Parquet.

    Files are read in batches, within a budget of memory, while others are matched and written.
    Each input file becomes a part of the output, which appears when it is whole. Run again with the
    same arguments after whatever broke it off, it goes on where it stopped.

    Parameters
    ----------
    m : PhraseMatcher, Gazetteer, dict, or list of str
        What finds the matches.
    inputs : path, or list of paths
        Files, folders or globs: ``"news/2024-*.parquet"``, ``"s3://bucket/news/"``. Parquet, Arrow
        (file or stream), ``.jsonl``, ``.csv`` and ``.tsv`` (also ``.gz``, ``.zst``, ``.bz2``,
        ``.xz``), and ``.txt``, one text each. In folders, what begins with ``_`` or ``.`` is passed
        by.
    output : path
        A folder for the parts. ``_slugline/`` in it has the journal, the report, and bad records.
    text : str or list of str
        The column of texts, or several (title, lead, body): a column ``field`` of the output says
        which. A dot reaches into nested ones: ``"article.body"``. Text files have ``text``.
    id : str, optional
        The column that becomes ``id``. Without it, documents are known by ``doc``, the number of
        the record in its file, from zero, bad ones counted. Text files have ``path``, which is
        their id unless another is asked for.
    columns : list of str, optional
        Columns that go along with each match, under their own names.
    table : {"matches", "documents", "counts"}
        What the parts have a row for: each match, each concept of each document, with the number
        (``[id,] doc, concept, matches``), or each concept (``concept, matches, documents``; summed
        over the parts it is the corpus's).
    overlap, threads
        As for `PhraseMatcher.tag`.
    offsets : {"char", "byte", "utf16"}
        As for `PhraseMatcher.tag`.
    errors : {"raise", "replace"}
        Whether a text that is not UTF-8 is a bad record, or read with U+FFFD for what is not.
    progress : bool or callable
        True shows a bar; a callable gets a `FilesProgress` some times a second.
    resume : bool
        Whether to go on with the run that the output folder has, if any. With False, a folder that
        has one is an error.
    memory : int or str
        How much the run may take beside the matcher, such as ``"2GB"``. A record of a file of lines
        may be a sixth of it.
    format : {"parquet", "jsonl", "csv", "tsv", "arrow", "txt"}, optional
        The format, for files whose names do not tell.
    separator : str, optional
        What stands between the columns of CSV files, if not a comma.
    filesystem, output_filesystem : pyarrow.fs.FileSystem or fsspec filesystem, optional
        Where inputs and output lie, unless on this machine or where a URI says.

    Returns
    -------
    Report
        What was done, and what could not be used. Bad records and files that cannot be read stop
        nothing.

    Raises
    ------
    FileNotFoundError
        Where inputs lead to no file.
    ValueError
        Where the first file has no such column, its texts are no texts, or an option has no such
        value.
    CannotResume
        Where the folder has a run with another gazetteer, other options, or other inputs: a
        ValueError that says what differs.
    OutputInUse
        Where another run is at work in the output folder: a RuntimeError.
    OSError
        Where the output cannot be written, as on a full disk. Its ``report`` tells what is done.

    Examples
    --------
    >>> import os, tempfile
    >>> import pyarrow.parquet as pq
    >>> import slugline as sl
    >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "НАТО"]}})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with open(f"{folder}/news.jsonl", "w", encoding="utf-8") as file:
    ...         _ = file.write('{"url": "a", "text": "в НАТО"}\n')
    ...         _ = file.write('{"url": "b", "text": "NATO, NATO"}\n')
    ...     report = sl.tag_files(m, f"{folder}/*.jsonl", f"{folder}/tags", id="url")
    ...     tags = pq.read_table(f"{folder}/tags").to_pylist()
    >>> report.rows, report.matches, report.bad
    (2, 3, {})
    >>> tags[0]
    {'id': 'a', 'doc': 0, 'start': 2, 'end': 6, 'phrase': 'НАТО', 'concept': 'org/NATO'}
    """
    budget = Budget.of(memory)
    if id is not None and not isinstance(id, str):
        raise TypeError(f"id must be the name of a column, not {type(id).__name__}")
    if not isinstance(resume, bool):
        raise TypeError(f"resume must be a bool, not {type(resume).__name__}")
    texts = _names("text", text)
    layout = Layout(_checked("table", table, Table), texts, id, _names("columns", columns or ()))
    _checked("errors", errors, OnBadText)
    _check_separator(separator)
    matcher = matcher_of(m)
    # Wrong options are told now.
    matcher.tag([], overlap=overlap, offsets=offsets, threads=threads)
    folder = OutputFolder(*Place.resolve(output, output_filesystem))
    if folder.place.info(folder.path) is not None:
        raise NotADirectoryError(f"output must be a folder, and {folder.shown} is a file")
    place, found = _find(inputs, filesystem, format, folder)
    if id is None and table != "counts" and all(part.format == "txt" for part in found.parts):
        layout = Layout(layout.table, texts, "path", layout.columns)
    layout.check()
    source = Source(
        place, texts, layout.carried, budget, replace=errors == "replace", separator=separator
    )
    options = {
        "text": list(texts),
        "id": layout.id,
        "columns": list(layout.columns),
        "table": table,
        "overlap": overlap,
        "offsets": offsets,
        "errors": errors,
        "format": format,
        "separator": separator,
    }
    files = sum(len(part.files) for part in found.parts)
    watch = Watch(progress, files, sum(part.size for part in found.parts))
    tagging = Tagging(matcher, layout, overlap, offsets, source.replace, threads)
    return Run(found, source, tagging, folder, options, watch).go(resume=resume)


def _find(
    inputs: Any, filesystem: Any, format: InputFormat | None, folder: OutputFolder
) -> tuple[Place, Inputs]:
    """Return the place of the inputs, and what was found there."""
    places = [Place.resolve(path, filesystem) for path in paths_of(inputs)]
    place = places[0][0]
    for other, path in places:
        if not other.filesystem.equals(place.filesystem):
            raise ValueError(
                f"all inputs must lie in one place: {other.shown(path)} does not lie where "
                f"{place.shown(places[0][1])} does"
            )
    within = folder.path if folder.place.filesystem.equals(place.filesystem) else None
    return place, find_inputs(place, [path for _, path in places], format, within)


def _names(argument: str, given: Any) -> tuple[str, ...]:
    """Return names of columns as they were given, be it one or many."""
    names = [given] if isinstance(given, str) and argument == "text" else given
    if isinstance(names, str | bytes) or not isinstance(names, Iterable):
        raise TypeError(f"{argument} must be a list of names, not {type(given).__name__}")
    names = tuple(names)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"{argument} must be names of columns, not {type(name).__name__}")
    if len(set(names)) < len(names):
        raise ValueError(f"{argument} has a column twice: {list(names)}")
    if argument == "text" and not names:
        raise ValueError("text must name at least one column")
    return names


def _check_separator(given: Any) -> None:
    known = isinstance(given, str) and len(given.encode()) == 1 and given not in '"\r\n'
    if given is not None and not known:
        raise ValueError(
            f"separator must be one ASCII character and no quote or line end, not {given!r}"
        )


def _checked(argument: str, given: Any, known: Any) -> Any:
    if given not in get_args(known):
        names = ", ".join(f'"{name}"' for name in get_args(known))
        raise ValueError(f"{argument} must be one of {names}, not {given!r}")
    return given
