"""Where the circles of a network lie: near what they are linked with, with room for their names."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import combinations

from slugline._colours import branch_of
from slugline._optional import try_import

Points = dict[str, tuple[float, float]]
Edge = tuple[str, str, float]

_LETTER = 6.5
"""Pixels of a letter, about: Chinese ones are wider, but names in Chinese are shorter."""
_LINE = 18
"""Pixels of the height of a name, with room around it."""
_MARGIN = 40
_ROUNDS = 300


def layout(
    labels: Mapping[str, str],
    radii: Mapping[str, float],
    edges: list[Edge],
    width: float,
    height: float,
) -> Points:
    """Return a place for each circle, in pixels: the same each time.

    Each has its name above it, and neither should lie over those of another.
    As by springs where networkx and numpy are installed, else on a circle, branch by branch.
    """
    names = list(labels)
    springs = len(names) > 2 and edges and try_import("networkx") and try_import("numpy")
    placed = _springs(names, edges) if springs else _circle(names)
    room = {
        name: max(30.0, 2 * radii[name], min(180.0, _LETTER * len(labels[name]))) for name in names
    }
    return _parted(_stretched(placed, width, height), room, radii, width, height)


def _circle(names: list[str]) -> Points:
    order = sorted(names, key=branch_of)
    step = 2 * math.pi / len(order)
    return {name: (math.sin(at * step), math.cos(at * step)) for at, name in enumerate(order)}


def _springs(names: list[str], edges: list[Edge]) -> Points:
    """Let edges pull and all else push (Fruchterman and Reingold 1991)."""
    networkx = try_import("networkx")
    graph = networkx.Graph()  # type: ignore[union-attr]
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(edges)
    near = 2.5 / math.sqrt(len(names))
    placed = networkx.spring_layout(  # type: ignore[union-attr]
        graph, k=near, pos=_circle(names), iterations=200, seed=0
    )
    return {name: (float(at[0]), float(at[1])) for name, at in placed.items()}


def _stretched(points: Points, width: float, height: float) -> Points:
    """Fill the picture: half by distance, half by rank, which makes room where there is a crowd."""
    axes = []
    for axis, length in ((0, width), (1, height)):
        values = {name: at[axis] for name, at in points.items()}
        low, high = min(values.values()), max(values.values())
        order = sorted(values, key=lambda name: (values[name], name))
        ranks = {name: rank / max(1, len(order) - 1) for rank, name in enumerate(order)}
        room = length - 2 * _MARGIN
        axes.append(
            {
                name: _MARGIN + room * (0.5 * (at - low) / ((high - low) or 1) + 0.5 * ranks[name])
                for name, at in values.items()
            }
        )
    return {name: (axes[0][name], axes[1][name]) for name in points}


def _parted(
    points: Points,
    room: Mapping[str, float],
    radii: Mapping[str, float],
    width: float,
    height: float,
) -> Points:
    """Move apart what lies over one another, along the shorter way, a little at a time."""
    at = {name: list(point) for name, point in points.items()}
    for _ in range(_ROUNDS):
        moved = False
        for a, b in combinations(at, 2):
            dx, dy = at[b][0] - at[a][0], at[b][1] - at[a][1]
            over_x = (room[a] + room[b]) / 2 + 6 - abs(dx)
            over_y = radii[a] + radii[b] + _LINE - abs(dy)
            if over_x <= 0 or over_y <= 0:
                continue
            moved = True
            axis, by = (
                (0, math.copysign(over_x, dx))
                if over_x < over_y
                else (1, math.copysign(over_y, dy))
            )
            at[a][axis] -= by / 4
            at[b][axis] += by / 4
        for name, point in at.items():
            side = max(_MARGIN, room[name] / 2)
            point[0] = min(max(point[0], side), width - side)
            point[1] = min(max(point[1], _MARGIN), height - _MARGIN)
        if not moved:
            break
    return {name: (round(x, 1), round(y, 1)) for name, (x, y) in at.items()}
