"""The list of concepts: a tree of which some branches are open, with boxes to choose from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from slugline._colours import branch_of
from slugline._html.escaping import legible
from slugline.explore.index import Index, label_of

_OPEN_AT_FIRST = 40
"""Rows that are shown before anyone opens a branch, if there are no more at all."""
_SIBLINGS = 60
"""Rows shown of one branch, unless more are asked for."""
_FOUND = 200


def opened_at_first(index: Index) -> list[str]:
    """Return the branches that are open to begin with: all, or the only one, or none."""
    if len(index.names) <= _OPEN_AT_FIRST or len(index.roots) == 1:
        roots = range(len(index.names)) if len(index.names) <= _OPEN_AT_FIRST else index.roots
        return [index.names[node] for node in roots if index.children[node]]
    return []


def toggled(index: Index, chosen: Collection[int], node: int, on: bool) -> list[int]:
    """Return the chosen nodes after a box was ticked or cleared; none of them is below another."""
    below = set(index.below(node))
    kept = [other for other in chosen if other not in below]
    path = [node, *index.above(node)]
    ticked = next((at for at, above in enumerate(path) if above in chosen), None)
    if on:
        return kept if ticked else [*kept, node]
    if ticked:
        # Something above was chosen, and so all that is below that: now all but this.
        kept.remove(path[ticked])
        for above, left_out in zip(path[1 : ticked + 1], path[:ticked], strict=True):
            kept += [child for child in index.children[above] if child != left_out]
    return kept


class Listing:
    """The rows of the list of concepts, for one state of the widget."""

    def __init__(
        self,
        index: Index,
        chosen: Collection[int],
        matches: NDArray[np.int64],
        documents: NDArray[np.int64],
    ) -> None:
        self._index = index
        self._chosen = set(chosen)
        self._over_chosen = {above for node in chosen for above in index.above(node)}
        self._matches = matches
        self._documents = documents

    def rows(
        self, opened: Collection[str], find: str, limits: Mapping[str, int]
    ) -> list[dict[str, Any]]:
        """List the nodes of open branches or, with `find`, those whose names hold it."""
        if find.strip():
            return list(self._found(find.strip().casefold(), limits.get("", _FOUND)))
        return list(self._opened(self._index.roots, "", 0, set(opened), limits))

    def _found(self, find: str, limit: int) -> Iterator[dict[str, Any]]:
        names = self._index.names
        found = [node for node, name in enumerate(names) if find in name.casefold()]
        found.sort(key=lambda node: -int(self._index.totals[node]))
        for node in found[:limit]:
            label = legible(names[node].replace("\\/", "/"))
            yield self._row(node, 0, False) | {"label": label}
        if len(found) > limit:
            yield {"under": "", "more": len(found) - limit, "shown": limit, "depth": 0}

    def _opened(
        self,
        nodes: list[int],
        under: str,
        depth: int,
        opened: Collection[str],
        limits: Mapping[str, int],
    ) -> Iterator[dict[str, Any]]:
        limit = limits.get(under, _SIBLINGS)
        for node in nodes[:limit]:
            name = self._index.names[node]
            is_open = name in opened and bool(self._index.children[node])
            yield self._row(node, depth, is_open)
            if is_open:
                yield from self._opened(self._index.children[node], name, depth + 1, opened, limits)
        if len(nodes) > limit:
            yield {"under": under, "more": len(nodes) - limit, "shown": limit, "depth": depth}

    def _row(self, node: int, depth: int, is_open: bool) -> dict[str, Any]:
        name = self._index.names[node]
        return {
            "name": name,
            # What is shown; the name above is the key by which it is asked for.
            "label": legible(label_of(name)),
            "path": legible(name),
            "branch": branch_of(name),
            "depth": depth,
            "inner": bool(self._index.children[node]),
            "open": is_open,
            "ticked": self._ticked(node),
            "matches": int(self._matches[node]),
            "documents": int(self._documents[node]),
            "total": int(self._index.totals[node]),
        }

    def _ticked(self, node: int) -> str:
        if node in self._chosen or not self._chosen.isdisjoint(self._index.above(node)):
            return "all"
        return "some" if node in self._over_chosen else "none"
