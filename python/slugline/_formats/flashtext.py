"""flashtext's keywords: lines of ``keyword=>name``, or JSON of names with lists of keywords."""

from collections.abc import Iterator

from slugline._entry import Row, Unreadable
from slugline._formats import nested_json
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read either form; which it is, the first character tells."""
    with source.open() as file:
        start = file.read(64).lstrip()
    yield from _read_json(source) if start.startswith("{") else rows_of_lines(source, _rows)


def _rows(line: str, place: str) -> Iterator[Row]:
    keyword, *names = line.split("=>")
    if len(names) > 1:
        raise ValueError(f"{line.strip()!r} has more than one =>")
    if not keyword.strip():
        raise ValueError(f"{line.strip()!r} has no keyword")
    # As in flashtext, a keyword without a name stands for itself.
    name = names[0].strip() if names else ""
    yield Row(keyword.strip(), concept_of([name or keyword]), place)


def _read_json(source: Source) -> Iterator[Row | Unreadable]:
    for name, keywords in nested_json.load(source).items():
        place = f"{source.name}, at {name}"
        if not isinstance(keywords, list):
            reason = (
                f"there must be a list of keywords, not {type(keywords).__name__}: "
                "the mapping goes from names to their keywords"
            )
            yield Unreadable(place, reason)
        elif not name.strip():
            yield Unreadable(place, "a concept has no name")
        else:
            for index, keyword in enumerate(keywords):
                yield Row(keyword, concept_of([name]), f"{place}[{index}]")
