"""The difference between two gazetteers."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from slugline import _core
from slugline._display import table
from slugline._entry import Entry
from slugline._frames import frame_kind, frame_of
from slugline._typing import FrameKind

if TYPE_CHECKING:
    from slugline.gazetteer import Gazetteer

_ROWS_SHOWN = 10
_COLUMNS = 180
_HEADER = ("change", "phrase", "concept", "detail")
_CELL = 'style="text-align:left"'


class Change(NamedTuple):
    """An entry of which something other than phrase and concept changed.

    Attributes
    ----------
    before, after : Entry
        What it was, and what it is.
    """

    before: Entry
    after: Entry

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """What changed: by name, the value before and after. Attributes have their own names."""
        old, new = (_flat(entry) for entry in self)
        names = [*old, *(name for name in new if name not in old)]
        pairs = {name: (old.get(name), new.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def detail(self) -> str:
        """What changed, as a line: ``case: ignore → match; weight: 1.0 → 2.0``."""
        fields = self.fields.items()
        return "; ".join(f"{name}: {_shown(old)} → {_shown(new)}" for name, (old, new) in fields)


class GazetteerDiff:
    """What changed from one gazetteer to another: made by `Gazetteer.diff`.

    It is false where nothing changed, and its length is how many entries differ.

    Attributes
    ----------
    added, removed : Gazetteer
        What only the other gazetteer has, and what only this one had.

    Examples
    --------
    >>> import slugline as sl
    >>> old = sl.Gazetteer().add("OTAN", "org/NATO").add("Nato", "org/NATO", weight=0.5)
    >>> new = sl.Gazetteer().add("NATO", "org/NATO").add("Nato", "org/NATO")
    >>> diff = old.diff(new)
    >>> diff
    GazetteerDiff: 1 added, 1 removed, 1 changed
    change   phrase  concept   detail
    added    NATO    org/NATO
    removed  OTAN    org/NATO
    changed  Nato    org/NATO  weight: 0.5 → 1.0
    >>> [change.after.weight for change in diff.changed]
    [1.0]
    """

    __slots__ = ("_after", "_before", "added", "removed")

    added: Gazetteer
    removed: Gazetteer
    _before: Gazetteer
    _after: Gazetteer

    def __init__(self) -> None:
        raise TypeError("a GazetteerDiff is made by Gazetteer.diff")

    @classmethod
    def _of(cls, old: Gazetteer, new: Gazetteer) -> GazetteerDiff:
        diff = cls.__new__(cls)
        parts = _core.diff(old._core, new._core)
        diff.added, diff.removed, diff._before, diff._after = (old._wrap(part) for part in parts)
        return diff

    @property
    def changed(self) -> list[Change]:
        """The entries of one phrase and concept in both, with other options, weight and so on."""
        return list(self._changes())

    def _changes(self) -> Iterator[Change]:
        return (Change(*pair) for pair in zip(self._before, self._after, strict=True))

    def __len__(self) -> int:
        return len(self.added) + len(self.removed) + len(self._before)

    def table(self, *, frame: FrameKind | None = None) -> Any:
        """Return the difference as a table with a row for each entry.

        Parameters
        ----------
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table: pandas' where that is installed, else polars', else an object with
            ``__arrow_c_stream__``.

        Returns
        -------
        frame
            Columns ``change`` (``added``, ``removed`` or ``changed``), ``phrase``, ``concept``
            and ``detail``, which tells of a change what the values were and are.

        Raises
        ------
        ImportError
            Where a library that was asked for is not installed.
        """
        kind = frame_kind(frame)
        columns: list[list[str | None]] = [[], [], [], []]
        for change, part in (("added", self.added), ("removed", self.removed)):
            arrow = part._core.to_arrow()
            columns[0] += [change] * len(part)
            columns[1] += arrow.column("phrase").to_list()
            columns[2] += arrow.column("concept").to_list()
            columns[3] += [None] * len(part)
        for changed in self._changes():
            row = ("changed", changed.after.phrase, changed.after.concept, changed.detail)
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
        return frame_of(_core.text_table(list(zip(_HEADER, columns, strict=True))), kind)

    # -- Showing --------------------------------------------------------------------------------

    def _caption(self) -> str:
        return (
            f"{len(self.added):,} added, {len(self.removed):,} removed, "
            f"{len(self._before):,} changed"
        )

    def _first_rows(self) -> list[tuple[str, str, str, str]]:
        """Return what is shown: some of each part."""
        rows = [
            (change, entry.phrase, _shown(entry.concept), "")
            for change, part in (("added", self.added), ("removed", self.removed))
            for entry, _ in zip(part, range(_ROWS_SHOWN), strict=False)
        ]
        for changed, _ in zip(self._changes(), range(_ROWS_SHOWN), strict=False):
            after = changed.after
            rows.append(("changed", after.phrase, _shown(after.concept), changed.detail))
        return rows

    def __repr__(self) -> str:
        lines = [f"GazetteerDiff: {self._caption()}"]
        rows = self._first_rows()
        if rows:
            lines.append(table(_HEADER, rows, columns=_COLUMNS))
        if len(self) > len(rows):
            lines.append(f"… and {len(self) - len(rows):,} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = self._first_rows()
        head = "".join(f"<th {_CELL}>{name}</th>" for name in _HEADER)
        body = "".join(
            "<tr>" + "".join(f"<td {_CELL}>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in rows
        )
        more = f"<p>… and {len(self) - len(rows):,} more</p>" if len(self) > len(rows) else ""
        html = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return f"<div><p>{self._caption()}</p>{html if rows else ''}{more}</div>"


def _flat(entry: Entry) -> dict[str, Any]:
    return {**entry._asdict(), "attributes": None, **entry.attributes}


def _shown(value: Any) -> str:
    """Return a value as it is told of."""
    if value is None:
        return "(none)"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(str, value)) + "]"
    return str(value)
