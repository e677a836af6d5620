"""The rows of the output: matches, counts of each document, or counts of each part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from slugline._optional import require
from slugline._sizes import match_bytes, runs
from slugline.files.columns import arrow, compute

if TYPE_CHECKING:
    from slugline.files.matching import Matched

Table: TypeAlias = Literal["matches", "documents", "counts"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns the parts have."""

    table: Table
    texts: tuple[str, ...]
    id: str | None
    columns: tuple[str, ...]

    def check(self) -> None:
        """Look whether no column of the parts would be there twice.

        Raises
        ------
        ValueError
            Where one would.
        """
        if self.table == "counts":
            if self.columns or self.id is not None:
                raise ValueError(
                    'with table="counts" there are no documents, so neither id nor columns'
                )
            return
        taken = [*self.own, *(["id"] if self.id is not None else [])]
        for name in self.columns:
            if name in taken:
                raise ValueError(f"column {name!r} would stand twice in the output")

    @property
    def carried(self) -> tuple[str, ...]:
        """The columns of the input that go along, the id first."""
        if self.table == "counts":
            return ()
        return (*([] if self.id is None else [self.id]), *self.columns)

    @property
    def _along(self) -> tuple[str, ...]:
        """What these are called in the parts."""
        return (*([] if self.id is None else ["id"]), *self.columns)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that are not of the input."""
        match self.table:
            case "counts":
                return ("concept", "matches", "documents")
            case "documents":
                return ("doc", "concept", "matches")
        field = ("field",) if len(self.texts) > 1 else ()
        return ("doc", *field, "start", "end", "phrase", "concept")

    def schema(self, types: dict[str, Any]) -> Any:
        """Return the schema of the parts, where the carried columns have these types."""
        pa = arrow()
        names = pa.dictionary(pa.int32(), pa.string())
        kinds = {"phrase": names, "concept": names, "field": names}
        kinds |= {"start": pa.int32(), "end": pa.int32()}
        fields = [pa.field(name, kinds.get(name, pa.int64()), nullable=False) for name in self.own]
        if self.table == "counts":
            return pa.schema(fields)
        given = dict(zip(self._along, (types[name] for name in self.carried), strict=True))
        along = [pa.field(name, kind) for name, kind in given.items()]
        begins = 0 if self.id is None else 1
        return pa.schema([*along[:begins], *fields, *along[begins:]])

    def tables(self, matched: Matched, size: int) -> Iterator[Any]:
        """Yield the rows of a batch as tables of about so many bytes, not yet of `schema`."""
        match self.table:
            case "matches":
                yield from self._with_carried(self._matches(matched), matched, size)
            case "documents":
                yield from self._with_carried(_documents(matched), matched, size)
            case _:
                yield _counts(matched)

    def _matches(self, matched: Matched) -> Any:
        """Return the matches of all columns of texts, those of a document together."""
        pa = arrow()
        if len(matched.found) == 1:
            return matched.found[0]
        numpy = _numpy()
        names = pa.array(self.texts, pa.string())
        tables = []
        for at, table in enumerate(matched.found):
            codes = pa.array(numpy.full(len(table), at, dtype=numpy.int32))
            field = pa.DictionaryArray.from_arrays(codes, names)
            tables.append(table.append_column("field", field))
        joined = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
        return joined.take(pa.array(numpy.argsort(joined["doc"].to_numpy(), kind="stable")))

    def _with_carried(self, table: Any, matched: Matched, size: int) -> Iterator[Any]:
        """Yield the rows with what goes along, which stands beside each: few bytes become many."""
        pa = arrow()
        carried = [_whole(column) for column in matched.carried]
        docs = _whole(table["doc"])
        for start, rows in runs(match_bytes(docs, carried), size):
            piece, at = table.slice(start, rows), docs.slice(start, rows)
            columns = {name: _whole(piece[name]) for name in self.own}
            columns["doc"] = compute().add(at.cast(pa.int64()), matched.first)
            for name, column in zip(self._along, carried, strict=True):
                columns[name] = column.take(at)
            yield pa.table(columns)


def _documents(matched: Matched) -> Any:
    """Return a row for each document and concept."""
    numpy = _numpy()
    counted = [_triples(found) for found in matched.found]
    names = matched.found[0][3]
    docs, concepts, counts = (numpy.concatenate(each) for each in zip(*counted, strict=True))
    if len(counted) > 1:
        key, where = numpy.unique(docs * max(len(names), 1) + concepts, return_inverse=True)
        counts = numpy.bincount(where, weights=counts, minlength=len(key)).astype(numpy.int64)
        docs, concepts = numpy.divmod(key, max(len(names), 1))
    return arrow().table({"doc": docs, "concept": _named(concepts, names), "matches": counts})


def _counts(matched: Matched) -> Any:
    """Return a row for each concept."""
    table = _documents(matched)
    counted = table.group_by("concept").aggregate([("matches", "sum"), ("doc", "count")])
    return counted.rename_columns(["concept", "matches", "documents"])


def add_up(tables: list[Any]) -> Any:
    """Return counts of several batches as one, in the order of the concepts."""
    table = arrow().concat_tables(tables).unify_dictionaries().combine_chunks()
    counted = table.group_by("concept").aggregate([("matches", "sum"), ("documents", "sum")])
    names = counted["concept"].cast(arrow().string())
    order = compute().sort_indices(names)
    return counted.take(order).rename_columns(["concept", "matches", "documents"])


def _triples(found: Any) -> tuple[Any, Any, Any]:
    """Return document, concept and count of each cell of a matrix that is not zero."""
    numpy = _numpy()
    data, indices, starts = (
        numpy.frombuffer(part, dtype=memoryview(part).format) for part in found[:3]
    )
    docs = numpy.repeat(numpy.arange(len(starts) - 1, dtype=numpy.int64), numpy.diff(starts))
    return docs, indices.astype(numpy.int64), data


def _named(codes: Any, names: list[str]) -> Any:
    """Return names by their numbers, with a dictionary of those alone that there are."""
    pa = arrow()
    used, where = _numpy().unique(codes, return_inverse=True)
    dictionary = pa.array([names[code] for code in used.tolist()], pa.string())
    return pa.DictionaryArray.from_arrays(pa.array(where.astype("int32")), dictionary)


def _whole(column: Any) -> Any:
    """Return a column as one array."""
    return column.combine_chunks() if hasattr(column, "chunks") else column


def _numpy() -> Any:
    return require("numpy", "tag_files")
