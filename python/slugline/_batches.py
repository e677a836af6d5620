"""One Arrow batch of texts to one Arrow batch of matches, as engines of data frames want it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from slugline._optional import require
from slugline._sizes import match_bytes, runs
from slugline._typing import Offsets, OnBadText, Overlap
from slugline.matcher import PhraseMatcher

POSITIONS = ("start", "end")
NAMES = ("phrase", "concept")
"""What a match has in the tables of clusters. Rows have no number there, so no `doc`."""

PART_BYTES = 16 << 20
"""How many bytes of matches an engine gets at once, with what they carry."""


def check_columns(text: str, id: str | None, columns: Sequence[str], there: Iterable[str]) -> None:
    """Look whether a table has the columns asked for, and none would be there twice.

    Parameters
    ----------
    text, id : str
        The columns of the texts, and of what becomes ``id``, if anything.
    columns : sequence of str
        Those that are carried along under their own names.
    there : iterable of str
        The columns of the table.

    Raises
    ------
    ValueError
        Where one is not there, or a name would stand twice in the result.
    TypeError
        Where a name is no str.
    """
    if isinstance(columns, str):
        raise TypeError(f"columns must be a list of names, not a str: [{columns!r}]")
    there = list(there)
    for name in [text, *([] if id is None else [id]), *columns]:
        if not isinstance(name, str):
            raise TypeError(f"the name of a column must be a str, not {type(name).__name__}")
        if name not in there:
            raise ValueError(f"no column {name!r}; there are {', '.join(map(repr, there))}")
    taken = [*(["id"] if id is not None else []), *POSITIONS, *NAMES]
    for at, name in enumerate(columns):
        if name in taken or name in columns[:at]:
            raise ValueError(f"column {name!r} would stand twice in the matches: rename it")


def check_new_column(column: str, there: Iterable[str]) -> None:
    """Look whether a table has no column of that name yet.

    Raises
    ------
    ValueError
        Where it has.
    TypeError
        Where the name is no str.
    """
    if not isinstance(column, str):
        raise TypeError(f"column must be a str, not {type(column).__name__}")
    if column in there:
        raise ValueError(f"there is a column {column!r} already: name another by column=")


def match_schema(id: Any | None, columns: Iterable[Any]) -> Any:
    """Return the Arrow schema of the matches.

    Parameters
    ----------
    id : pyarrow.Field, optional
        The column that becomes ``id``.
    columns : iterable of pyarrow.Field
        The columns that are carried along.
    """
    pa = require("pyarrow", "a cluster")
    return pa.schema(
        [
            *([] if id is None else [id.with_name("id")]),
            *columns,
            *(pa.field(name, pa.int32(), nullable=False) for name in POSITIONS),
            *(pa.field(name, pa.string(), nullable=False) for name in NAMES),
        ]
    )


def tag_batch(
    m: PhraseMatcher,
    batch: Any,
    *,
    text: str,
    id: str | None,
    columns: Sequence[str],
    overlap: Overlap = "longest",
    offsets: Offsets = "char",
    errors: OnBadText = "raise",
    threads: int | None = 1,
) -> Any:
    """Tag one batch.

    Parameters
    ----------
    m : PhraseMatcher
        What finds the matches.
    batch : pyarrow.RecordBatch
        With the columns named.
    text, id, columns
        See `check_columns`.
    overlap, offsets, errors, threads
        As for `PhraseMatcher.tag`.

    Returns
    -------
    pyarrow.RecordBatch
        With a row for each match, of `match_schema`.
    """
    found = _find(m, batch[text], overlap, offsets, errors, threads)
    return _with_carried(found, batch, id, columns)


def tag_in_parts(
    m: PhraseMatcher,
    batch: Any,
    *,
    text: str,
    id: str | None,
    columns: Sequence[str],
    overlap: Overlap = "longest",
    offsets: Offsets = "char",
    errors: OnBadText = "raise",
    threads: int | None = 1,
    nbytes: int = PART_BYTES,
) -> Iterator[Any]:
    """Tag one batch, and hand over its matches in parts of bounded size.

    What is carried along is repeated for each match: a long row with many matches would otherwise
    make a batch that fits no memory.

    Parameters
    ----------
    m, batch, text, id, columns, overlap, offsets, errors, threads
        As for `tag_batch`.
    nbytes : int
        How many bytes a part has, roughly: a match more at most, and nested columns are taken to
        be as long in each row.

    Yields
    ------
    pyarrow.RecordBatch
        In order, together what `tag_batch` returns. None of a batch without matches.
    """
    found = _find(m, batch[text], overlap, offsets, errors, threads)
    carried = [batch[name] for name in [*([] if id is None else [id]), *columns]]
    for start, rows in runs(match_bytes(_array(found["doc"]), carried), nbytes):
        yield _with_carried(found.slice(start, rows), batch, id, columns)


def _find(
    m: PhraseMatcher,
    texts: Any,
    overlap: Overlap,
    offsets: Offsets,
    errors: OnBadText,
    threads: int | None,
) -> Any:
    """Return the matches as a table of pyarrow, with the rows of the texts as ``doc``."""
    pa = require("pyarrow", "a cluster")
    found = m.tag(texts_of(texts), overlap=overlap, offsets=offsets, errors=errors, threads=threads)
    return pa.table(found).combine_chunks()


def _with_carried(found: Any, batch: Any, id: str | None, columns: Sequence[str]) -> Any:
    """Return matches as one batch of `match_schema`, with what their rows have besides."""
    pa = require("pyarrow", "a cluster")
    schema = match_schema(
        None if id is None else batch.schema.field(id),
        [batch.schema.field(name) for name in columns],
    )
    docs = _array(found["doc"])
    carried = [batch[name].take(docs) for name in [*([] if id is None else [id]), *columns]]
    positions = [_array(found[name]).cast(pa.int32()) for name in POSITIONS]
    names = [_array(found[name]).cast(pa.string()) for name in NAMES]
    return pa.RecordBatch.from_arrays([*carried, *positions, *names], schema=schema)


def texts_of(column: Any) -> Any:
    """Return an Arrow column of texts as a matcher takes it.

    Python objects that Arrow has no type for travel as an extension of it (texts among other
    things, or with lone surrogates). As objects again, the row that is odd can be named.
    """
    pa = require("pyarrow", "a cluster")
    return column.to_pylist() if isinstance(column.type, pa.BaseExtensionType) else column


def _array(column: Any) -> Any:
    """Return a column of a table as one array, whether or not pyarrow has made it one."""
    return column.combine_chunks() if hasattr(column, "chunks") else column
