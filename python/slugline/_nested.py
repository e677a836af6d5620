"""Concepts as nested dictionaries, as quanteda and newsmap write them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slugline._entry import Entry, Row, Unreadable, has_wild_cards, record_of, row_of_record

_SLASH = re.compile(r"(?<!\\)/")


_HERE = "__"
"""The key under which quanteda writes the phrases of a level that has levels below it, too."""


class Text(str):
    """Text from a file, with the line that it stands on."""

    __slots__ = ("line",)
    line: int


def rows_of_dict(dictionary: Mapping[Any, Any], source: str) -> Iterator[Row | Unreadable]:
    """Walk a nested dictionary: a row a phrase, under the concept that its keys make."""
    yield from _walk(dictionary, (), source)


def _walk(node: Any, path: tuple[Any, ...], source: str) -> Iterator[Row | Unreadable]:
    if isinstance(node, Mapping):
        for key, below in node.items():
            if key is not None and not isinstance(key, str):
                reason = f"a concept must be str or None, not {type(key).__name__}: quote {key!r}"
                yield Unreadable(_place(source, path, key), reason, TypeError)
            else:
                yield from _walk(below, path if key == _HERE and path else (*path, key), source)
    elif isinstance(node, str):
        yield Row(node, _concept(path), _place(source, path, node))
    elif isinstance(node, Iterable) and not isinstance(node, bytes):
        for index, item in enumerate(node):
            yield from _item(item, path, index, source)
    else:
        reason = f"there must be a phrase or a list of phrases, not {_say(node)}"
        yield Unreadable(_place(source, path, path[-1] if path else None), reason, TypeError)


def _item(item: Any, path: tuple[Any, ...], index: int, source: str) -> Iterator[Row | Unreadable]:
    place = _place(source, path, item, index)
    if isinstance(item, str):
        yield Row(item, _concept(path), place)
    elif not isinstance(item, Mapping):
        yield Unreadable(place, f"a phrase must be str, not {_say(item)}", TypeError)
    elif isinstance(item.get("phrase"), str):
        place = _place(source, path, item["phrase"], index)
        try:
            yield row_of_record({"concept": _concept(path), **item}, place)
        except (ValueError, TypeError) as error:
            yield Unreadable(place, str(error).removeprefix(f"{place}: "), type(error))
    else:
        yield from _walk(item, path, source)


def _say(value: Any) -> str:
    return "nothing" if value is None else f"{type(value).__name__} ({value!r})"


def _concept(path: tuple[Any, ...]) -> str | None:
    return None if None in path else "/".join(path)


def _place(source: str, path: tuple[Any, ...], at: Any, index: int | None = None) -> str:
    """Say where: by line where that is known, else by the path of keys."""
    if isinstance(at, Text):
        return f"{source}, line {at.line}"
    keys = "/".join("None" if key is None else str(key) for key in path)
    item = "" if index is None else f"[{index}]"
    return f"{source}, at {keys}{item}" if keys or item else source


def dict_of_entries(entries: Iterable[Entry], *, null_key: bool) -> dict[Any, Any]:
    """Nest entries so that `rows_of_dict` yields the same.

    A phrase whose options or attributes are not the default becomes a dictionary. Exclusions
    stand under the key None, or, where the format has no such key, say so one by one.
    """
    root = _Branch()
    for entry in entries:
        parts: list[Any] = [None] if entry.concept is None else _SLASH.split(entry.concept)
        if entry.concept is None and not null_key:
            parts = [""]
        # What the path of keys cannot say, the entry says itself.
        unsaid = (entry.concept is None and not null_key) or _HERE in parts[1:]
        branch = root
        for part in parts[:1] if unsaid else parts:
            branch = branch.below.setdefault(part, _Branch())
        branch.leaves.append(_leaf(entry, keep_concept=unsaid))
    return {key: below.plain() for key, below in root.below.items()}


class _Branch:
    def __init__(self) -> None:
        self.leaves: list[Any] = []
        self.below: dict[Any, _Branch] = {}

    def plain(self) -> Any:
        below = {key: branch.plain() for key, branch in self.below.items()}
        if not self.leaves:
            return below
        return [*self.leaves, below] if below else self.leaves


def _leaf(entry: Entry, *, keep_concept: bool) -> Any:
    record = record_of(entry)
    # Nested formats are read with globs on: a plain star must say that it is one.
    if entry.glob:
        del record["glob"]
    elif has_wild_cards(entry):
        record["glob"] = False
    if not keep_concept:
        del record["concept"]
    return entry.phrase if list(record) == ["phrase"] else record
