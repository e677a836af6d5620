"""Matching in Ray's datasets, block by block, on one machine or many.

Examples
--------
>>> import ray
>>> import slugline as sl
>>> news = ray.data.from_items([{"id": 1, "text": "中国政府在NATO总部"}, {"id": 2, "text": None}])
>>> gaz = {"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}}
>>> [tuple(row.values()) for row in sl.ray.tag(news, gaz, id="id").take_all()]
[(1, 0, 2, '中国', 'place/China'), (1, 5, 9, 'NATO', 'org/NATO')]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from slugline._batches import check_columns, check_new_column, match_schema, tag_batch, texts_of
from slugline._optional import require
from slugline._typing import By, Offsets, OnBadText, Overlap
from slugline._workers import Parcel, matcher_for
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher

__all__ = ["contains", "count", "tag"]

_ray = require("ray", "slugline.ray", install="ray[data]")
_data = require("ray.data", "slugline.ray", install="ray[data]")
_pyarrow = require("pyarrow", "slugline.ray")

_ADDED_UP = 1_000_000
"""Rows of counts that are added up at a time, before all come together in one place."""


def tag(
    ds: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    *,
    text: str = "text",
    id: str | None = None,
    columns: Sequence[str] = (),
    overlap: Overlap = "longest",
    offsets: Offsets = "char",
    errors: OnBadText = "raise",
) -> Any:
    """Find all matches.

    Parameters
    ----------
    ds : ray.data.Dataset
        The documents. Only the columns that are named here are read.
    gaz : Gazetteer, PhraseMatcher, dict, or list of str
        What finds them. It is put into Ray's object store once; each process fetches it and makes
        a matcher of it once.
    text : str
        The column of texts. A null has no matches.
    id : str, optional
        A column that is carried along as ``id``.
    columns : sequence of str
        Others that are carried along under their own names.
    overlap, offsets, errors
        As for `PhraseMatcher.tag`.

    Returns
    -------
    ray.data.Dataset
        ``[id,] columns…, start, end, phrase, concept`` with a row for each match. What is carried
        along keeps its Arrow type; positions are int32, phrase and concept strings. The matches
        of a document stand together; blocks come in order only where Ray is told to keep it.

    Raises
    ------
    ValueError
        Where a column would stand twice, an option has no such value, or there is no such column,
        which is told at once only where Ray knows the columns before it reads.
    TypeError
        Where ds is no dataset of Ray, or gaz nothing that a matcher can be made of.
    ray.exceptions.RayTaskError
        In the run, where a row is not text, or a text has a lone surrogate. Its message has that
        of the TypeError or ValueError, whose row counts within its block.

    Examples
    --------
    >>> import ray
    >>> import slugline as sl
    >>> news = ray.data.from_items([{"url": "/1", "text": "the EU and NATO"}])
    >>> found = sl.ray.tag(news, ["NATO", "EU"], columns=["url"])
    >>> [tuple(row.values()) for row in found.take_all()]
    [('/1', 4, 6, 'EU', 'EU'), ('/1', 11, 15, 'NATO', 'NATO')]
    """
    columns = columns if isinstance(columns, str) else list(columns)
    _check_dataset(ds, text, id, columns)
    needed = list(dict.fromkeys([text, *([] if id is None else [id]), *columns]))
    return _map(
        ds.select_columns(needed),
        gaz,
        needed,
        _tag,
        {
            "text": text,
            "id": id,
            "columns": columns,
            "overlap": overlap,
            "offsets": offsets,
            "errors": errors,
        },
    )


def count(
    ds: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    *,
    text: str = "text",
    by: By = "concept",
    level: int | None = None,
    overlap: Overlap = "longest",
    errors: OnBadText = "raise",
) -> Any:
    """Count matches by concept or phrase, without making a row for each.

    Parameters
    ----------
    ds, gaz, text
        As for `tag`.
    by, level, overlap, errors
        As for `PhraseMatcher.count`.

    Returns
    -------
    ray.data.Dataset
        The table of `PhraseMatcher.count`, of one block: ``concept`` (or ``phrase``), ``matches``
        and ``documents``, the most frequent first.

    Raises
    ------
    ValueError, TypeError, ray.exceptions.RayTaskError
        As `tag`, and ValueError where only a concept has a level.

    Examples
    --------
    >>> import ray
    >>> import slugline as sl
    >>> news = ray.data.from_items([{"text": "the EU and NATO"}, {"text": "NATO, NATO"}])
    >>> [tuple(row.values()) for row in sl.ray.count(news, ["NATO", "EU"]).take_all()]
    [('NATO', 3, 2), ('EU', 1, 1)]
    """
    _check_dataset(ds, text, None, ())
    options = {"text": text, "by": by, "level": level, "overlap": overlap, "errors": errors}
    counts = _map(ds.select_columns([text]), gaz, [text], _count, options)
    # In two steps, so that what comes together in one place are not the counts of every block. The
    # first has a task of its own: Ray would else make one step of it and of what is before it, and
    # hand a million documents to one task.
    one = _data.TaskPoolStrategy(size=1)
    sums = counts.map_batches(_sum, batch_format="pyarrow", batch_size=_ADDED_UP, compute=one)
    return sums.repartition(1).map_batches(_sum, batch_format="pyarrow", batch_size=None)


def contains(
    ds: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    *,
    text: str = "text",
    column: str = "contains",
    overlap: Overlap = "longest",
    errors: OnBadText = "raise",
) -> Any:
    """Tell for each document whether anything matches.

    Parameters
    ----------
    ds, gaz, text
        As for `tag`.
    column : str
        What the new column is called.
    overlap, errors
        As for `PhraseMatcher.contains`.

    Returns
    -------
    ray.data.Dataset
        The documents with one column more, of bools: False for nulls.

    Raises
    ------
    ValueError, TypeError, ray.exceptions.RayTaskError
        As `tag`, and ValueError where there is such a column already.

    Examples
    --------
    >>> import ray
    >>> import slugline as sl
    >>> news = ray.data.from_items([{"text": "anti-China"}, {"text": "Chinatown"}, {"text": None}])
    >>> [row["contains"] for row in sl.ray.contains(news, ["China"]).take_all()]
    [True, False, False]
    """
    _check_dataset(ds, text, None, ())
    check_new_column(column, _columns(ds) or ())
    options = {"text": text, "column": column, "overlap": overlap, "errors": errors}
    return _map(ds, gaz, [text], _contains, options)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A gazetteer in Ray's object store, as tasks refer to it."""

    key: tuple[str, int]
    reference: Any

    @classmethod
    def of(cls, gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str]) -> _Stored:
        parcel = Parcel.of(gaz)
        return cls(parcel.key, _ray.put(parcel))

    def matcher(self) -> PhraseMatcher:
        return matcher_for(self.key, partial(_ray.get, self.reference))


def _columns(ds: Any) -> list[str] | None:
    """Return the columns where Ray knows them without reading anything."""
    schema = ds.schema(fetch_if_missing=False)
    return None if schema is None else list(schema.names)


def _check_dataset(ds: Any, text: str, id: str | None, columns: Sequence[str]) -> None:
    if not isinstance(ds, _data.Dataset):
        raise TypeError(f"ds must be a Dataset of Ray, not {type(ds).__name__}")
    there = _columns(ds)
    if there is None:
        there = [text, *([] if id is None else [id]), *columns]
    check_columns(text, id, columns, there)


def _map(
    ds: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    needed: list[str],
    work: Callable[..., Any],
    options: Mapping[str, Any],
) -> Any:
    """Let each block be worked on with the matcher of the process that has it."""
    # What is wrong with the options is said here, and not in the workers.
    sample = _pyarrow.table({name: _pyarrow.nulls(1, _pyarrow.string()) for name in needed})
    work(sample, PhraseMatcher([]), **options)
    return ds.map_batches(
        _on_block,
        # Within an object, so that Ray does not fetch what it refers to for each task.
        fn_kwargs={"stored": _Stored.of(gaz), "work": work, "options": options},
        batch_format="pyarrow",
        batch_size=None,
        zero_copy_batch=True,
    )


def _on_block(
    block: Any, stored: _Stored, work: Callable[..., Any], options: Mapping[str, Any]
) -> Any:
    m = stored.matcher()
    try:
        return work(block, m, **options)
    except (TypeError, ValueError) as error:
        # The row in the error is one of the block, which the user has never seen.
        error.add_note(f"in a block of {block.num_rows:,} rows")
        raise


def _tag(
    block: Any,
    m: PhraseMatcher,
    *,
    text: str,
    id: str | None,
    columns: Sequence[str],
    **options: Any,
) -> Any:
    schema = match_schema(
        None if id is None else block.schema.field(id),
        [block.schema.field(name) for name in columns],
    )
    found = [
        tag_batch(m, batch, text=text, id=id, columns=columns, **options)
        for batch in block.to_batches()
    ]
    return _pyarrow.Table.from_batches(found, schema)


def _count(block: Any, m: PhraseMatcher, *, text: str, by: By, **options: Any) -> Any:
    # Ray has a task for each core already.
    counts = m.count(texts_of(block[text]), by=by, threads=1, frame="pyarrow", **options)
    names = counts[by].cast(_pyarrow.string())
    return counts.set_column(0, by, names)


def _sum(counts: Any) -> Any:
    """Add up the counts of several blocks: no document lies in two of them."""
    by = counts.column_names[0]
    sums = counts.group_by(by).aggregate([("matches", "sum"), ("documents", "sum")])
    sums = sums.rename_columns([by, "matches", "documents"])
    return sums.sort_by([("matches", "descending"), (by, "ascending")])


def _contains(block: Any, m: PhraseMatcher, *, text: str, column: str, **options: Any) -> Any:
    check_new_column(column, block.column_names)
    found = m.contains(texts_of(block[text]), threads=1, **options)
    if isinstance(found, list):  # As the texts were.
        found = _pyarrow.array(found, _pyarrow.bool_())
    return block.append_column(column, found)
