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


# Hues after Okabe and Ito (https://jfly.uni-koeln.de/color/), lightness and chroma set so that the
# first four, and the next four, are told apart in each of the three families by people without
# red, green or blue cones too; tests/python/test_colours.py says how far apart. No eight colours
# that stand out from both white and black are, so that where the second four are used, or the
# colours begin again, lines under texts are dashed or dotted.
PALETTE = (
    Colour("ochre", "#b5883a", "#e1c793", "#634700"),
    Colour("sky blue", "#3b99ca", "#a4d0e0", "#295569"),
    Colour("green", "#3f8770", "#94efc4", "#003f20"),
    Colour("purple", "#944794", "#fedbff", "#500f48"),
    Colour("red", "#ce5b5b", "#fab9b4", "#580004"),
    Colour("violet", "#7766fa", "#ccccff", "#2a3584"),
    Colour("olive", "#666e07", "#e9dc83", "#4c5135"),
    Colour("grey", "#999196", "#ededea", "#393337"),
)

LINES = ("solid", "dashed", "dotted")
"""How lines are drawn, so that nothing is told by colour alone: each for four branches."""
_BRANCHES_A_LINE = 4


def branch_of(concept: str) -> str:
    """Return the first part of a concept: ``person`` of ``person/Vladimir Putin``."""
    at = 0
    while (at := concept.find("/", at)) > 0 and concept[at - 1] == "\\":
        at += 1
    return concept if at < 0 else concept[:at]


def places_of(concepts: Iterable[str]) -> dict[str, int]:
    """Return the place of each branch among them all, by name, from which its colour follows.

    To have the same colours wherever matches of one gazetteer are shown, take the branches of the
    gazetteer (`_core.Matches.branches`) rather than those that happened to be found.
    """
    branches = sorted({branch_of(concept) for concept in concepts})
    return {branch: place for place, branch in enumerate(branches)}


def colours_of(concepts: Iterable[str]) -> dict[str, Colour]:
    """Return the colour of each branch.

    The branches are taken in the order of their names, so that the same concepts have the same
    colours everywhere. Where there are more branches than colours, these begin again.
    """
    places = places_of(concepts)
    return {branch: PALETTE[place % len(PALETTE)] for branch, place in places.items()}


def line_of(place: int) -> int:
    """Return which of `LINES` a branch has.

    Branches share a colour and a line only where there are more than 24.
    """
    return place // _BRANCHES_A_LINE % len(LINES)
