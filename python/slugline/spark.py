"""Matching on Spark: DataFrames in, DataFrames out, with one matcher in each Python worker.

`tag`, `count` and `contains` take a DataFrame with a column of texts, of a batch or of a stream.
They run nothing by themselves: the job runs when its result is asked for. The package, with
pyarrow, must be installed where Spark's Python workers run.

Examples
--------
With a SparkSession ``spark``::

    import slugline as sl

    gaz = sl.Gazetteer.from_dict({"org": {"NATO": ["NATO", "OTAN"]}})
    news = spark.read.parquet("news/")
    sl.spark.tag(news, gaz, id="url", columns=["date"]).write.parquet("tags/")
    sl.spark.count(news, gaz, level=1).show()
    news_of_nato = sl.spark.contains(news, gaz).where("contains")
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from slugline._batches import NAMES, POSITIONS, check_columns, tag_in_parts
from slugline._checks import check_level
from slugline._core import __version__
from slugline._optional import require
from slugline._typing import By, Offsets, OnBadText, Overlap
from slugline._workers import Parcel
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher

__all__ = ["contains", "count", "tag"]

_NUMBERS = ("matches", "documents")


def tag(
    df: Any,
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
    df : pyspark.sql.DataFrame
        The texts, of a batch or of a stream.
    gaz : PhraseMatcher, Gazetteer, dict, or list of str
        What finds them. It is broadcast, and built into a matcher once in each Python worker.
    text : str
        The column of the texts: strings. A null has no matches.
    id : str, optional
        The column that becomes ``id`` (article ids, urls), of any type.
    columns : sequence of str
        Columns that are carried along under their own names, of any type that Arrow has.
    overlap, offsets
        As for `PhraseMatcher.tag`.
    errors : {"raise", "replace"}
        ``"replace"`` reads what is not valid UTF-8 as U+FFFD, as Spark's ``make_valid_utf8`` does;
        positions are then those in its result. Otherwise such a text fails the job.

    Returns
    -------
    pyspark.sql.DataFrame
        With a row for each match: ``[id,]``, the columns carried along, ``start, end`` (int) and
        ``phrase, concept`` (string), these four never null. In no order that Spark would keep.

    Raises
    ------
    ValueError
        Where a column is not there or its name is ambiguous, an option has no such value, or a
        phrase is wrong. A text that is not valid UTF-8 fails the job with one that names its row.
    TypeError
        Where df is no DataFrame of Spark's, or the texts are no strings.

    Examples
    --------
    ::

        sl.spark.tag(news, gaz, id="url", columns=["date", "source"]).write.parquet("tags/")
    """
    _check_frame(df)
    check_columns(text, id, columns, df.columns)
    given = [text, *([] if id is None else [id]), *columns]
    fields = [_field_of(df, name) for name in given]
    _check_text_field(fields[0])
    options: dict[str, Any] = {"overlap": overlap, "offsets": offsets, "errors": errors}
    PhraseMatcher([]).tag([], **options)  # Wrong options are errors now, not in the job.

    types = require("pyspark.sql.types", "slugline.spark", install="pyspark")
    renamed = [*([] if id is None else ["id"]), *columns]
    schema = types.StructType(
        [
            *(
                types.StructField(name, field.dataType, field.nullable, field.metadata)
                for name, field in zip(renamed, fields[1:], strict=True)
            ),
            *(types.StructField(name, types.IntegerType(), False) for name in POSITIONS),
            *(types.StructField(name, types.StringType(), False) for name in NAMES),
        ]
    )
    _check_names(schema.names, df, "the matches")
    selected, called = _by_position(df, [df.columns.index(one) for one in given[1:]], text, errors)
    function = partial(
        _tag_batches,
        sent=_Sent.to(df, gaz),
        text=called,
        name=text,
        carried=[str(at) for at in range(len(renamed))],
        names=schema.names,
        options=options,
    )
    return _map_in_arrow(selected, function, schema)


def count(
    df: Any,
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
    df, gaz, text, overlap, errors
        As for `tag`.
    by, level
        As for `PhraseMatcher.count`.

    Returns
    -------
    pyspark.sql.DataFrame
        Columns ``concept`` (or ``phrase``; string), ``matches`` and ``documents`` (long), the most
        frequent first, as `PhraseMatcher.count` has them. Of a stream they are running totals, in
        no order: write them with ``outputMode("complete")`` or ``"update"``.

    Raises
    ------
    ValueError, TypeError
        As for `tag`.

    Examples
    --------
    ::

        sl.spark.count(news, gaz, level=1).show()
    """
    _check_frame(df)
    check_columns(text, None, (), df.columns)
    _check_text_field(_field_of(df, text))
    check_level(level)
    options: dict[str, Any] = {"by": by, "level": level, "overlap": overlap, "errors": errors}
    PhraseMatcher([]).count([], **options)

    functions = require("pyspark.sql.functions", "slugline.spark", install="pyspark")
    types = require("pyspark.sql.types", "slugline.spark", install="pyspark")
    selected, called = _by_position(df, [], text, errors)
    sent = _Sent.to(df, gaz)
    function = partial(_count_batches, sent=sent, text=called, name=text, options=options)
    numbers = (types.StructField(name, types.LongType(), False) for name in _NUMBERS)
    schema = types.StructType([types.StructField(by, types.StringType(), False), *numbers])
    partial_counts = _map_in_arrow(selected, function, schema)
    zero = functions.lit(0).cast("bigint")
    counts = partial_counts.groupBy(by).agg(
        # Spark calls any sum nullable; that of a group, which has a row at least, is not.
        *(functions.coalesce(functions.sum(name), zero).alias(name) for name in _NUMBERS)
    )
    if df.isStreaming:  # Where rows have an order in one output mode alone.
        return counts
    return counts.orderBy(functions.desc("matches"), functions.asc(by))


def contains(
    df: Any,
    gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    *,
    text: str = "text",
    column: str = "contains",
    overlap: Overlap = "longest",
    errors: OnBadText = "raise",
) -> Any:
    """Tell for each row whether anything matches.

    Parameters
    ----------
    df, gaz, text, overlap, errors
        As for `tag`.
    column : str
        What the new column is called.

    Returns
    -------
    pyspark.sql.DataFrame
        With all columns of df and one more, a boolean that is never null: false for null texts.
        All of them travel through Python: select first those that are needed.

    Raises
    ------
    ValueError
        Where there is a column of that name already; and as for `tag`.
    TypeError
        As for `tag`.

    Examples
    --------
    ::

        sl.spark.contains(news, gaz).where("contains").drop("contains")
    """
    _check_frame(df)
    check_columns(text, None, (), df.columns)
    _check_text_field(_field_of(df, text))
    if not isinstance(column, str):
        raise TypeError(f"column must be a name, not {type(column).__name__}")
    _check_names([column], df, "the result", df.columns)
    options: dict[str, Any] = {"overlap": overlap, "errors": errors}
    PhraseMatcher([]).contains([], **options)

    types = require("pyspark.sql.types", "slugline.spark", install="pyspark")
    schema = types.StructType([*df.schema, types.StructField(column, types.BooleanType(), False)])
    width = len(df.columns)
    selected, called = _by_position(df, range(width), text, errors)
    function = partial(
        _contains_batches,
        sent=_Sent.to(df, gaz),
        text=called,
        name=text,
        width=width,
        options=options,
    )
    return _map_in_arrow(selected, function, schema)


# -- What is wrong is said before the job ---------------------------------------------------------


def _check_frame(df: Any) -> None:
    """Make sure that it is a DataFrame of Spark's."""
    sql = require("pyspark.sql", "slugline.spark", install="pyspark")
    if not isinstance(df, sql.DataFrame):
        hint = ": take its .to_spark()" if hasattr(df, "to_spark") else ""
        of = type(df).__module__.partition(".")[0]
        raise TypeError(
            f"df must be a DataFrame of pyspark.sql, not {type(df).__name__} of {of}{hint}"
        )


def _field_of(df: Any, name: str) -> Any:
    """Return a column's name and type.

    Raises
    ------
    ValueError
        Where several columns have the name, as after a join.
    """
    fields = [field for field in df.schema if field.name == name]
    if len(fields) > 1:
        raise ValueError(f"df has {len(fields)} columns {name!r}: rename or drop one")
    return fields[0]


def _check_text_field(field: Any) -> None:
    types = require("pyspark.sql.types", "slugline.spark", install="pyspark")
    if not isinstance(field.dataType, types.StringType):
        kind = field.dataType.simpleString()
        raise TypeError(f"the texts must be strings, but column {field.name!r} is {kind}")


def _check_names(new: Sequence[str], df: Any, where: str, there: Iterable[str] = ()) -> None:
    """Make sure that a name is not there twice, by Spark's rules of what is the same name."""
    exact = df.sparkSession.conf.get("spark.sql.caseSensitive") == "true"
    taken = {name if exact else name.lower() for name in there}
    for name in new:
        key = name if exact else name.lower()
        if key in taken:
            raise ValueError(f"column {name!r} would stand twice in {where}: name it otherwise")
        taken.add(key)


# -- What travels ---------------------------------------------------------------------------------

_KEPT = 4
"""Broadcasts that are used again where the same gazetteer comes in the same application."""
_broadcasts: OrderedDict[tuple[str, str, int], Any] = OrderedDict()


@dataclass(frozen=True, slots=True)
class _Sent:
    """A gazetteer on its way to the workers."""

    slugline: str
    """The version of the package that sends it."""
    parcel: Any
    """A Parcel, or a broadcast of one."""

    @classmethod
    def to(
        cls, df: Any, gaz: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str]
    ) -> _Sent:
        """Send a gazetteer to where a DataFrame is computed."""
        parcel = Parcel.of(gaz)
        if type(df).__module__.startswith("pyspark.sql.connect."):
            # Spark Connect has no broadcasts: there it goes with the function.
            return cls(__version__, parcel)
        context = df.sparkSession.sparkContext
        key = (context.applicationId, *parcel.key)
        broadcast = _broadcasts.pop(key, None) or context.broadcast(parcel)
        _broadcasts[key] = broadcast
        while len(_broadcasts) > _KEPT:
            # Not destroyed: DataFrames that were made with it hold it, and may run yet.
            _broadcasts.popitem(last=False)
        return cls(__version__, broadcast)

    def matcher(self) -> PhraseMatcher:
        """Return the matcher, in a worker."""
        if self.slugline != __version__:
            raise RuntimeError(
                f"this worker has slugline {__version__}, and the driver {self.slugline}: install "
                "the same on all machines"
            )
        parcel = self.parcel if isinstance(self.parcel, Parcel) else self.parcel.value
        matcher: PhraseMatcher = parcel.matcher()
        return matcher


def _by_position(df: Any, positions: Sequence[int], text: str, errors: OnBadText) -> Any:
    """Select columns by position, and the texts, as ``text``, unless they are among them.

    They are called by their new positions, so that no name needs escaping, nor to be unique.

    Returns
    -------
    tuple of (DataFrame, str)
        The columns, and the name of that of the texts.
    """
    functions = require("pyspark.sql.functions", "slugline.spark", install="pyspark")
    plain = df.toDF(*map(str, range(len(df.columns))))
    columns = [functions.col(f"`{at}`") for at in positions]
    texts_at = df.columns.index(text)
    if texts_at in positions and errors == "raise":
        called = str(list(positions).index(texts_at))
    else:
        texts = functions.col(f"`{texts_at}`")
        columns.append(functions.make_valid_utf8(texts) if errors == "replace" else texts)
        called = str(len(positions))
    return plain.select(*(one.alias(str(at)) for at, one in enumerate(columns))), called


def _map_in_arrow(df: Any, function: Any, schema: Any) -> Any:
    """Run a function on the rows, when they are asked for.

    Raises
    ------
    TypeError
        Where a column has a type that Arrow has not: here, and not in the job.
    """
    try:
        return df.mapInArrow(function, schema)
    except NotImplementedError:
        types = require("pyspark.sql.types", "slugline.spark", install="pyspark")
        for field in schema:
            try:
                df.mapInArrow(function, types.StructType([field]))
            except NotImplementedError:
                kind = field.dataType.simpleString()
                raise TypeError(
                    f"column {field.name!r} cannot be carried along, since Spark hands no {kind} "
                    "to Python: cast or leave it"
                ) from None
        raise


# -- In the workers: functions of the module, which are pickled by name ---------------------------


def _tag_batches(
    batches: Iterator[Any],
    *,
    sent: _Sent,
    text: str,
    name: str,
    carried: Sequence[str],
    names: Sequence[str],
    options: Mapping[str, Any],
) -> Iterator[Any]:
    for m, batch in _with_matcher(batches, sent):
        try:
            found = tag_in_parts(m, batch, text=text, id=None, columns=carried, **options)
            for part in found:
                yield part.rename_columns(list(names))
        except ValueError as error:
            raise _explained(error, batch[text], name) from None


def _count_batches(
    batches: Iterator[Any], *, sent: _Sent, text: str, name: str, options: Mapping[str, Any]
) -> Iterator[Any]:
    pa = require("pyarrow", "slugline.spark")
    for m, batch in _with_matcher(batches, sent):
        try:
            counts = pa.table(m.count(batch[text], threads=1, frame="pyarrow", **options))
        except ValueError as error:
            raise _explained(error, batch[text], name) from None
        called, *numbers = counts.schema
        schema = pa.schema([called.with_type(pa.string()), *numbers])
        yield from counts.cast(schema).to_batches()


def _contains_batches(
    batches: Iterator[Any],
    *,
    sent: _Sent,
    text: str,
    name: str,
    width: int,
    options: Mapping[str, Any],
) -> Iterator[Any]:
    pa = require("pyarrow", "slugline.spark")
    for m, batch in _with_matcher(batches, sent):
        try:
            found = m.contains(batch[text], threads=1, **options)
        except ValueError as error:
            raise _explained(error, batch[text], name) from None
        columns = [*batch.columns[:width], found]
        yield pa.RecordBatch.from_arrays(columns, names=[str(at) for at in range(len(columns))])


def _with_matcher(batches: Iterator[Any], sent: _Sent) -> Iterator[tuple[PhraseMatcher, Any]]:
    """Yield each batch with the matcher, which a task without rows needs not."""
    m = None
    for batch in batches:
        if batch.num_rows:
            m = m or sent.matcher()
            yield m, batch


def _explained(error: ValueError, texts: Any, name: str) -> ValueError:
    """Name the column of a text that is wrong, and show how it begins: rows have no numbers."""
    row = re.match(r"row (\d+) (.*)", str(error))
    if row is None:
        return error
    begin = texts[int(row[1])].as_buffer().to_pybytes()[:40]
    return ValueError(
        f"a text of column {name!r} {row[2]}: it begins {begin!r}. "
        f'errors="replace" reads it, and is_valid_utf8 finds it'
    )
