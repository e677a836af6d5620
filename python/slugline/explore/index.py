"""Which document has which concept how often, in columns: what filters and counts are made of."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from slugline import _core

_SLASH = re.compile(r"(?<!\\)/")


class Index:
    """The concepts of a collection as a tree, and the documents that have them.

    A node is a path: a concept, or the beginning of some. Every row of the columns `docs`, `nodes`
    and `matches` says that a document has a node so many times, those below it included.

    Attributes
    ----------
    rows : int
        How many texts there are.
    names : list of str
        The path of each node.
    parents : list of int
        The node above each; -1 at the top.
    children : list of list of int
        The nodes below each, the most frequent first.
    roots : list of int
        The nodes at the top, likewise.
    """

    def __init__(self, core: _core.Matches) -> None:
        self.rows = core.rows
        self.names: list[str] = []
        docs, nodes, matches = [_NONE], [_NONE], [_NONE]
        level = 1
        while True:
            data, indices, indptr, names = core.matrix("concept", level, False, False)
            # A concept that is shorter than the level stands there whole: it was counted before.
            numbers = np.full(len(names), -1, dtype=np.int64)
            for at, name in enumerate(names):
                if len(_SLASH.findall(name)) == level - 1:
                    numbers[at] = len(self.names)
                    self.names.append(name)
            if not (numbers >= 0).any():
                break
            of_cell = numbers[np.frombuffer(memoryview(indices), dtype=np.int32)]
            ends: NDArray[np.int64] = np.frombuffer(memoryview(indptr), dtype=np.int64)
            kept = of_cell >= 0
            docs.append(np.repeat(np.arange(self.rows), ends[1:] - ends[:-1])[kept])
            nodes.append(of_cell[kept])
            matches.append(np.frombuffer(memoryview(data), dtype=np.int64)[kept])
            level += 1
        self.docs = np.concatenate(docs)
        self.nodes = np.concatenate(nodes)
        self.matches = np.concatenate(matches)
        self._numbers = {name: number for number, name in enumerate(self.names)}
        self._concepts = core.concepts()
        self.totals = self.counts(np.ones(self.rows, dtype=bool))[0]
        self._plant()

    def _plant(self) -> None:
        above_each = map(parent_of, self.names)
        self.parents = [-1 if above is None else self._numbers[above] for above in above_each]
        self.children: list[list[int]] = [[] for _ in self.names]
        self.roots: list[int] = []
        # By frequency, then by name, since that is how they are numbered.
        for node in np.argsort(-self.totals, kind="stable").tolist():
            above = self.parents[node]
            (self.roots if above < 0 else self.children[above]).append(node)

    def number(self, name: str) -> int:
        """Return the node of a path.

        Raises
        ------
        ValueError
            Where nothing was found below it.
        """
        try:
            return self._numbers[name]
        except KeyError:
            raise ValueError(f"there is no match of the concept {name!r}") from None

    def above(self, node: int) -> Iterable[int]:
        """Yield the nodes above a node, the nearest first."""
        while (node := self.parents[node]) >= 0:
            yield node

    def below(self, node: int) -> Iterable[int]:
        """Yield a node and all below it."""
        yield node
        for child in self.children[node]:
            yield from self.below(child)

    def concepts_of(self, nodes: Collection[int]) -> list[str]:
        """Return the concepts at or below some nodes, in the order of their names."""
        wanted = set(nodes)
        return [
            concept
            for concept in self._concepts
            if (node := self._numbers[concept]) in wanted or not wanted.isdisjoint(self.above(node))
        ]

    def docs_with(self, nodes: Collection[int], every: bool) -> NDArray[np.bool_]:
        """Return for each text whether it has any of some nodes, or every one of them."""
        if every:
            found = np.ones(self.rows, dtype=bool)
            for node in nodes:
                found &= self.docs_with([node], every=False)
            return found
        found = np.zeros(self.rows, dtype=bool)
        found[self.docs[self._is_among(nodes)]] = True
        return found

    def matches_by_doc(self, nodes: Collection[int]) -> NDArray[np.int64]:
        """Return for each text how often it has some nodes, none of which is below another."""
        among = self._is_among(nodes)
        return np.bincount(self.docs[among], self.matches[among], self.rows).astype(np.int64)

    def counts(self, docs: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each node its matches and its documents, among some of the texts."""
        inside = docs[self.docs]
        nodes = self.nodes[inside]
        matches = np.bincount(nodes, self.matches[inside], len(self.names)).astype(np.int64)
        return matches, np.bincount(nodes, minlength=len(self.names))

    def _is_among(self, nodes: Collection[int]) -> NDArray[np.bool_]:
        among = np.zeros(len(self.names), dtype=bool)
        among[list(nodes)] = True
        return among[self.nodes]


_NONE = np.zeros(0, dtype=np.int64)


def parent_of(name: str) -> str | None:
    """Return the path above a path: ``person`` of ``person/Putin``; None at the top."""
    slashes = list(_SLASH.finditer(name))
    return name[: slashes[-1].start()] if slashes else None


def label_of(name: str) -> str:
    """Return the last name of a path, as people write it."""
    above = parent_of(name)
    label = name if above is None else name[len(above) + 1 :]
    return label.replace("\\/", "/")
