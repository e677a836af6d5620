"""Items of Wikidata, a JSON object a line: labels and aliases by language."""

from collections.abc import Iterator
from typing import Any

from slugline._entry import Row, Unreadable, row_of_record
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of
from slugline._formats.json_lines import parse

_NAMING = ("en", "mul")
"""The languages whose label names the concept, the first that there is."""


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read labels and aliases in all languages."""
    by = source.columns["concept"]
    if by not in ("label", "id"):
        raise ValueError(f'concept must be "label" or "id", not {by!r}')
    items: dict[str, str] = {}

    def rows_of(line: str, place: str) -> Iterator[Row]:
        # A whole dump is one array: its brackets stand on lines of their own.
        line = line.strip().removesuffix(",")
        if line in ("[", "]"):
            return
        item = parse(line)
        names = list(_names(item))
        name = _item_id(item) if by == "id" else _label(item, names)
        if items.setdefault(name, _item_id(item)) != item["id"]:
            raise ValueError(f'the label {name!r} is also that of {items[name]}: give concept="id"')
        yield from _rows(item, concept_of([name]), names, place)

    return rows_of_lines(source, rows_of, newline="\n")


def _rows(
    item: dict[str, Any], concept: str, names: list[tuple[str, str]], place: str
) -> Iterator[Row]:
    others = {
        key: value for key, value in item.items() if isinstance(value, str | int | float | bool)
    }
    languages: dict[str, list[str]] = {}
    for language, phrase in names:
        languages.setdefault(phrase, []).append(language)
    for phrase, found in languages.items():
        record = {**others, "phrase": phrase, "concept": concept, "lang": found[0]}
        if len(set(found)) > 1:
            record["langs"] = " ".join(dict.fromkeys(found))
        yield row_of_record(record, place)


def _item_id(item: dict[str, Any]) -> str:
    if not isinstance(item.get("id"), str) or not item["id"]:
        raise ValueError("there is no 'id'")
    return str(item["id"])


def _label(item: dict[str, Any], names: list[tuple[str, str]]) -> str:
    """Return the label in the first language of `_NAMING` that has one, else the first name."""
    labels = dict(_texts(item, "labels"))
    named = [labels[language] for language in _NAMING if language in labels]
    return (named or [name for _, name in names])[0]


def _names(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield language and name: labels, then aliases."""
    names = [*_texts(item, "labels"), *_texts(item, "aliases")]
    if not names:
        raise ValueError("there are no labels and no aliases")
    yield from names


def _texts(item: dict[str, Any], key: str) -> Iterator[tuple[str, str]]:
    by_language = item.get(key) or {}
    if not isinstance(by_language, dict):
        raise ValueError(f"{key!r} must be an object by language")
    for language, values in by_language.items():
        for value in values if isinstance(values, list) else [values]:
            text = value.get("value") if isinstance(value, dict) else value
            if not isinstance(text, str) or not text.strip():
                raise ValueError(f"{key!r} must have text in {language!r}, not {value!r}")
            yield language, text.strip()
