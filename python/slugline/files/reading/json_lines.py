"""JSON, an object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from slugline import _core
from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.reading.source import FAULTS, Source, opened, position, reject, stopped
from slugline.files.reading.streams import chunks
from slugline.files.records import Bad, Batch, ReadingStopped

_PROBED = 1_000
"""Records that tell the types of the columns."""


def probe(part: Part, source: Source) -> tuple[dict[str, Any], list[str]]:
    """Return the types of the columns asked for as the first records have them, and all names.

    Raises
    ------
    ReadingStopped
        Where the file cannot be read.
    ValueError
        Where a column of texts has nothing but objects or arrays.
    """
    records = []
    with opened(part, source) as stream:
        try:
            for block in _blocks(stream, part, source):
                records += block.split(b"\n")
                if len(records) > _PROBED:
                    break
        except FAULTS as error:
            raise stopped(part.files[0], source.place, 0, error) from None
    seen = [record for line in records[:_PROBED] if (record := _loaded(line)) is not None]
    types = {}
    for name in source.names:
        values = [value for record in seen for value in _at(record, name)]
        if values:
            if name in source.texts:
                _check_text(name, values, source.place.shown(part.files[0].path))
            types[name] = _type_of(values)
    return types, list(dict.fromkeys(name for record in seen for name in record))


def read(part: Part, source: Source) -> Iterator[Batch]:
    """Read the file, in blocks of whole lines."""
    shown = source.place.shown(part.files[0].path)
    fields = [(name, "text") for name in source.texts]
    fields += [(name, _kind(source.types[name])) for name in source.carried]
    first = 0
    seen = [0] * len(fields)
    with opened(part, source) as stream:
        blocks = _blocks(stream, part, source)
        while True:
            try:
                block = next(blocks, None)
            except FAULTS as error:
                raise stopped(part.files[0], source.place, first, error) from None
            if block is None:
                break
            batch = _batch(block, first, fields, seen, shown, source)
            batch.read = position(stream, part)
            first += batch.rows
            yield batch
    if first and not any(seen[: len(source.texts)]):
        # Of other columns, and of several texts, files may have some and not all.
        detail = f"no record has {' or '.join(map(repr, source.texts))}"
        raise ReadingStopped(Bad(shown, 0, "no such column", detail, rows=None))


def _batch(
    block: bytes,
    first: int,
    fields: list[tuple[str, str]],
    seen: list[int],
    file: str,
    source: Source,
) -> Batch:
    if len(block) > source.budget.record and b"\n" not in block:
        return source.too_long(block, first, file)
    table, wrong, there = _core.read_json_lines(block, fields, source.replace)
    for at, count in enumerate(there):
        seen[at] += count
    columns = arrow().table(table).columns
    texts = len(source.texts)
    batch = source.batch(first, columns[:texts], columns[texts:], file)
    reject(batch, wrong, block, file)
    return batch


def _blocks(stream: Any, part: Part, source: Source) -> Iterator[bytes]:
    """Yield blocks of whole lines; of a line that is too long its beginning, alone in a block."""
    limit = source.budget.record
    held: list[bytes] = []
    size = 0
    skipping = False
    begun = False
    try:
        for chunk in chunks(stream, part.compression):
            if not begun and _begins_array(chunk):
                raise ValueError("it is one JSON array, where an object a line is needed")
            begun = True
            if skipping:
                _, newline, chunk = chunk.partition(b"\n")
                skipping = not newline
            cut = chunk.rfind(b"\n") + 1
            if cut and size + cut >= source.budget.batch:
                yield b"".join([*held, chunk[:cut]])
                held, size = [chunk[cut:]], len(chunk) - cut
            elif chunk:
                held.append(chunk)
                size += len(chunk)
            if size > limit:
                # Whole lines before it, and then what is too long.
                block = b"".join(held)
                cut = block.rfind(b"\n") + 1
                if cut:
                    yield block[:cut]
                held, size = [block[cut:]], len(block) - cut
                if size > limit:
                    yield held[0]
                    held, size, skipping = [], 0, True
    except FAULTS:
        # A line that the end cuts through is no record.
        block = b"".join(held)
        if cut := block.rfind(b"\n") + 1:
            yield block[:cut]
        raise
    if size:
        yield b"".join(held)


def _begins_array(chunk: bytes) -> bool:
    """Tell whether a file that begins so is one array, and not lines, of which one may be one."""
    line, _, rest = chunk.lstrip().partition(b"\n")
    if not line.startswith(b"["):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return True
    return not rest.strip()


def _loaded(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _at(record: dict[str, Any], path: str) -> list[Any]:
    """Return the value at a path, if there is one."""
    if path in record:
        return [record[path]]
    value: Any = record
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            return []
        value = value[name]
    return [value]


def _check_text(name: str, values: list[Any], file: str) -> None:
    """Look whether a column of texts has any text, number or bool: else all records would be bad.

    Raises
    ------
    ValueError
        Where it has none of these.
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds == {list}:
        raise ValueError(f"{file}: {name!r} is an array, not text")
    if kinds and kinds <= {dict, list}:
        some = next(iter(next(value for value in values if isinstance(value, dict))), "key")
        raise ValueError(f"{file}: {name!r} is an object: name what is in it, as {name}.{some}")


def _type_of(values: list[Any]) -> Any:
    """Return the narrowest type that holds the values; text holds numbers, too."""
    pa = arrow()
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int} and all(-(2**63) <= value < 2**63 for value in values if value is not None):
        return pa.int64()
    if kinds and kinds <= {int, float} and all(map(_is_double, values)):
        return pa.float64()
    return pa.string()


def _is_double(value: Any) -> bool:
    """Tell whether a number of 64 bits holds it, as an id of twenty digits is not held."""
    return value is None or isinstance(value, float) or abs(value) <= 2**53


def _kind(wanted: Any) -> str:
    """Return what the core reads values as that are brought to a type then."""
    types = arrow().types
    if types.is_integer(wanted):
        return "int"
    if types.is_floating(wanted):
        return "float"
    return "bool" if types.is_boolean(wanted) else "string"
