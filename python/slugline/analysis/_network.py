"""What is found together, as nodes and edges."""

from __future__ import annotations

from typing import Any

from slugline._core import ArrowTable
from slugline._display import table
from slugline._frames import frame_of
from slugline._optional import require
from slugline._typing import FrameKind

_EDGES_SHOWN = 10


class Network:
    """A network of concepts or phrases: made by `Matches.network`.

    Examples
    --------
    >>> import slugline as sl
    >>> m = sl.PhraseMatcher(["Xi", "Putin", "Modi"])
    >>> m.tag(["Putin met Xi and Modi", "Xi and Putin"]).network()
    Network: 3 nodes, 3 edges
    source  target  documents  npmi
    Putin   Xi              2  0.00
    Modi    Putin           1  0.00
    Modi    Xi              1  0.00
    """

    _tables: tuple[ArrowTable, ArrowTable]
    _kind: FrameKind | None

    def __init__(self) -> None:
        raise TypeError("a Network is made by Matches.network")

    @classmethod
    def _wrap(cls, tables: tuple[ArrowTable, ArrowTable], kind: FrameKind | None) -> Network:
        network = cls.__new__(cls)
        network._tables = tables
        network._kind = kind
        return network

    @property
    def edges(self) -> Any:
        """A row for each pair: ``source, target`` and the counts and measures of `cooccurrence`.

        Edges have no direction: source is before target by code point.
        """
        return frame_of(self._tables[0], self._kind)

    @property
    def nodes(self) -> Any:
        """A row for each ``concept`` (or ``phrase``) that has an edge, those with most first.

        Its other columns are its ``matches`` and ``documents`` in all, and its ``degree``: how many
        edges it has.
        """
        return frame_of(self._tables[1], self._kind)

    def to_networkx(self) -> Any:
        """Return the network as a graph of networkx.

        Returns
        -------
        networkx.Graph
            Nodes have the attributes ``matches`` and ``documents``; edges all counts and measures.

        Raises
        ------
        ImportError
            Where networkx is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["Xi", "Putin"])
        >>> graph = m.tag(["Putin met Xi", "Xi"]).network().to_networkx()
        >>> graph.nodes["Xi"], graph.edges["Putin", "Xi"]["documents"]
        ({'matches': 2, 'documents': 2}, 1)
        """
        graph = require("networkx", "to_networkx").Graph()
        edges, nodes = (_columns(table) for table in self._tables)
        names, *_ = nodes.values()
        about = {name: nodes[name] for name in ("matches", "documents")}
        graph.add_nodes_from(zip(names, _records(about), strict=True))
        ends = edges.pop("source"), edges.pop("target")
        graph.add_edges_from(zip(*ends, _records(edges), strict=True))
        return graph

    def __repr__(self) -> str:
        edges, nodes = (len(table) for table in self._tables)
        lines = [f"Network: {nodes:,} node{'s'[: nodes != 1]}, {edges:,} edge{'s'[: edges != 1]}"]
        columns = _columns(self._tables[0])
        shown = ["source", "target", "documents", "sentences", "windows", "npmi"]
        shown = [name for name in shown if name in columns]
        columns["npmi"] = [f"{value:.2f}" for value in columns["npmi"][:_EDGES_SHOWN]]
        if edges:
            cells = [[str(value) for value in columns[name][:_EDGES_SHOWN]] for name in shown]
            lines.append(table(shown, list(zip(*cells, strict=True))))
        if edges > _EDGES_SHOWN:
            lines.append(f"… and {edges - _EDGES_SHOWN:,} more")
        return "\n".join(lines)


def _columns(table: ArrowTable) -> dict[str, list[Any]]:
    return {name: table.column(name).to_list() for name in table.column_names}


def _records(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
