"""Matching in Dask's data frames, partition by partition, on one machine or many.

Examples
--------
>>> import dask.dataframe as dd
>>> import pandas as pd
>>> import slugline as sl
>>> news = pd.DataFrame({"text": ["中国政府在NATO总部", None, "l’OTAN"]}, index=["a", "b", "c"])
>>> gaz = {"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}}
>>> found = sl.dask.tag(dd.from_pandas(news, npartitions=2), gaz)
>>> list(found.compute().itertuples(name=None))  # doctest: +NORMALIZE_WHITESPACE
[('a', 0, 2, '中国', 'place/China'), ('a', 5, 9, 'NATO', 'org/NATO'),
 ('c', 2, 6, 'OTAN', 'org/NATO')]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from slugline._batches import NAMES, POSITIONS, check_columns, check_new_column
from slugline._optional import require
from slugline._typing import By, Offsets, OnBadText, Overlap
from slugline._workers import Parcel
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher

__all__ = ["contains", "count", "tag"]

_frames = require("dask.dataframe", "slugline.dask", install="dask[dataframe]")
_dask = require("dask", "slugline.dask")
_pandas = require("pandas", "slugline.dask")


def tag(
    ddf: Any,
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
    ddf : dask.dataframe.DataFrame
        The documents. Only the columns that are named here are read.
    gaz : Gazetteer, PhraseMatcher, dict, or list of str
        What finds them. It goes to each worker once for each computation, and each process makes a
        matcher of it once.
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
    dask.dataframe.DataFrame
        ``[id,] columns…, start, end, phrase, concept`` with a row for each match. What is carried
        along keeps its type; positions are int32, phrase and concept strings of Dask's kind. The
        index and the divisions are those of the documents, a document's label standing with each
        of its matches, so that ``ddf.join(found)`` brings them together.

    Raises
    ------
    ValueError
        Where there is no such column, one would stand twice, or an option has no such value. In
        the computation, where a text has a lone surrogate.
    TypeError
        Where ddf is no data frame of Dask, or gaz nothing that a matcher can be made of. In the
        computation, where a row is not text: the row counts within its partition, and the index
        of the partition is told.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> import slugline as sl
    >>> news = pd.DataFrame({"url": ["/1", "/2"], "text": ["the EU and NATO", "nobody"]})
    >>> found = sl.dask.tag(dd.from_pandas(news, npartitions=2), ["NATO", "EU"], id="url")
    >>> list(found.compute().itertuples(index=False, name=None))
    [('/1', 4, 6, 'EU', 'EU'), ('/1', 11, 15, 'NATO', 'NATO')]
    """
    _check_frame(ddf)
    check_columns(text, id, columns, ddf.columns)
    carried = [*([] if id is None else [id]), *columns]
    return _map(
        ddf[list(dict.fromkeys([text, *carried]))],
        gaz,
        partial(
            _tag,
            text=text,
            carried=carried,
            called=[*([] if id is None else ["id"]), *columns],
            strings=_strings(),
            overlap=overlap,
            offsets=offsets,
            errors=errors,
        ),
        "tag",
    )


def count(
    ddf: Any,
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
    ddf, gaz, text
        As for `tag`.
    by, level, overlap, errors
        As for `PhraseMatcher.count`.

    Returns
    -------
    dask.dataframe.DataFrame
        The table of `PhraseMatcher.count`, of one partition: ``concept`` (or ``phrase``),
        ``matches`` and ``documents``, the most frequent first.

    Raises
    ------
    ValueError, TypeError
        As `tag`, and where only a concept has a level.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> import slugline as sl
    >>> news = pd.DataFrame({"text": ["the EU and NATO", "NATO, NATO"]})
    >>> counts = sl.dask.count(dd.from_pandas(news, npartitions=2), ["NATO", "EU"])
    >>> list(counts.compute().itertuples(index=False, name=None))
    [('NATO', 3, 2), ('EU', 1, 1)]
    """
    _check_frame(ddf)
    check_columns(text, None, (), ddf.columns)
    counts = _map(
        ddf[[text]],
        gaz,
        partial(
            _count,
            text=text,
            by=by,
            level=level,
            strings=_strings(),
            overlap=overlap,
            errors=errors,
        ),
        "count",
        # Its rows are concepts, whose numbers have nothing to do with the labels of documents.
        clear_divisions=True,
    )
    return counts.reduction(_as_is, combine=_sum, aggregate=_sum, meta=counts._meta)


def contains(
    ddf: Any,
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
    ddf, gaz, text
        As for `tag`.
    column : str
        What the new column is called.
    overlap, errors
        As for `PhraseMatcher.contains`.

    Returns
    -------
    dask.dataframe.DataFrame
        The documents with one column more, of bools: False for nulls.

    Raises
    ------
    ValueError, TypeError
        As `tag`, and where there is such a column already.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import pandas as pd
    >>> import slugline as sl
    >>> news = pd.DataFrame({"text": ["anti-China", "Chinatown", None]})
    >>> seen = sl.dask.contains(dd.from_pandas(news, npartitions=2), ["China"])
    >>> seen[seen["contains"]].compute()["text"].tolist()
    ['anti-China']
    """
    _check_frame(ddf)
    check_columns(text, None, (), ddf.columns)
    check_new_column(column, ddf.columns)
    work = partial(_contains, text=text, column=column, overlap=overlap, errors=errors)
    return _map(ddf, gaz, work, "contains")


def _check_frame(ddf: Any) -> None:
    if not isinstance(ddf, _frames.DataFrame):
        of = type(ddf).__module__.partition(".")[0]
        raise TypeError(f"ddf must be a DataFrame of Dask, not {type(ddf).__name__} of {of}")


def _strings() -> Any:
    """Return the type that Dask gives to strings, which depends on its settings and on pandas."""
    sample = _pandas.DataFrame({"name": ["NATO"]})
    return _frames.from_pandas(sample, npartitions=1).dtypes["name"]


def _map(
    ddf: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    work: Callable[[Any, PhraseMatcher], Any],
    name: str,
    **options: Any,
) -> Any:
    """Let each partition be worked on with the matcher of the process that has it."""
    # What is wrong with the options is said here, and not in the workers.
    meta = work(ddf._meta, PhraseMatcher([]))
    parcel = Parcel.of(gaz)
    # One key of the graph, whose value the workers hand to one another: tasks only refer to it.
    key = "-".join(["slugline-gazetteer", *map(str, parcel.key)])
    sent = _dask.delayed(parcel, name=key, traverse=False)
    return ddf.map_partitions(
        _on_partition, sent, work, meta=meta, token=f"slugline-{name}", **options
    )


def _on_partition(part: Any, parcel: Parcel, work: Callable[[Any, PhraseMatcher], Any]) -> Any:
    m = parcel.matcher()
    try:
        return work(part, m)
    except (TypeError, ValueError) as error:
        # The row in the error is one of the partition, which the user has never seen.
        error.add_note(
            f"in a partition of {len(part):,} rows, "
            f"whose index goes from {part.index[0]!r} to {part.index[-1]!r}"
        )
        raise


def _tag(
    part: Any,
    m: PhraseMatcher,
    *,
    text: str,
    carried: list[str],
    called: list[str],
    strings: Any,
    **options: Any,
) -> Any:
    # Dask has a thread for each core already.
    found = m.tag(part[text], threads=1, **options).to_pandas()
    # By pandas, so that types and categories stay as they are.
    table = part[carried].take(found["doc"].to_numpy())
    table.columns = called
    for name in POSITIONS:
        table[name] = found[name].to_numpy()
    for name in NAMES:
        table[name] = found[name].astype(strings).array
    return table


def _count(part: Any, m: PhraseMatcher, *, text: str, by: By, strings: Any, **options: Any) -> Any:
    counts = m.count(part[text], by=by, threads=1, frame="pandas", **options)
    counts[by] = counts[by].astype(strings)
    return counts


def _as_is(counts: Any) -> Any:
    return counts


def _sum(counts: Any) -> Any:
    """Add up the counts of several partitions: no document lies in two of them."""
    by = counts.columns[0]
    total = counts.groupby(by, sort=False, as_index=False).sum()
    return total.sort_values(["matches", by], ascending=[False, True], ignore_index=True)


def _contains(part: Any, m: PhraseMatcher, *, text: str, column: str, **options: Any) -> Any:
    return part.assign(**{column: m.contains(part[text], threads=1, **options)})
