"""One colour for each branch of concepts, the same in texts, charts and the widget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Colour(NamedTuple):
    """A colour of a branch, as CSS has it.

    Attributes
    ----------
    name : str
        What people call it.
    strong : str
        For bars, lines and edges: at least 3:1 against white and against near-black.
    light : str
        Behind near-black text.
    dark : str
        Behind near-white text.
    """

    name: str
    strong: str
    light: str
    dark: str


# After Okabe and Ito (https://jfly.uni-koeln.de/color/): told apart under the common colour
# blindnesses. Darkened or lightened where 3:1 against both white and near-black asked for it.
PALETTE = (
    Colour("orange", "#b87700", "#ffd98a", "#6b4500"),
    Colour("sky blue", "#2f8fc4", "#b9e2fa", "#0f4a6b"),
    Colour("green", "#009e73", "#a5e8d2", "#00573f"),
    Colour("purple", "#cc79a7", "#f6cfe3", "#70335a"),
    Colour("vermilion", "#d55e00", "#ffc6a3", "#7a3600"),
    Colour("blue", "#3d84c6", "#c3d7f7", "#173f73"),
    Colour("yellow", "#8f8600", "#f5ef8e", "#4f4a00"),
    Colour("grey", "#808080", "#dedede", "#4a4a4a"),
)


def branch_of(concept: str) -> str:
    """Return the first part of a concept: ``person`` of ``person/Vladimir Putin``."""
    at = 0
    while (at := concept.find("/", at)) > 0 and concept[at - 1] == "\\":
        at += 1
    return concept if at < 0 else concept[:at]


def colours_of(concepts: Iterable[str]) -> dict[str, Colour]:
    """Return the colour of each branch.

    The branches are taken in the order of their names, so that the same concepts have the same
    colours everywhere. Where there are more branches than colours, these begin again.
    """
    branches = sorted({branch_of(concept) for concept in concepts})
    return {branch: PALETTE[at % len(PALETTE)] for at, branch in enumerate(branches)}
