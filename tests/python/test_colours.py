"""The colours of branches: readable on both themes, and told apart by as many people as can be.

Colour blindness is simulated after Machado, Oliveira and Fernandes (2009), "A Physiologically-based
Model for Simulation of Color Vision Deficiency", with their matrices for severity 1, on linear RGB.
Distances are Euclidean in Oklab (Björn Ottosson, https://bottosson.github.io/posts/oklab/), where
about 0.02 is just seen between two patches side by side.
"""

from itertools import combinations, product

import numpy as np
import pytest

from slugline._colours import LINES, PALETTE, branch_of, colours_of, line_of, places_of
from slugline._html.style import INK, PAPER

SIGHTS = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
FAMILIES = ("strong", "light", "dark")


def linear(colour):
    srgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """Return the contrast ratio of WCAG 2."""
    low, high = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb):
    lms = np.cbrt(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
        @ rgb
    )
    return [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ] @ lms


def seen(colour, sight):
    return oklab(np.clip(SIGHTS[sight] @ linear(colour), 0, 1))


def distances(family, sight):
    """Return how far apart each two colours of a family are to people of a sight."""
    colours = [seen(getattr(colour, family), sight) for colour in PALETTE]
    return {
        (a, b): float(np.linalg.norm(colours[a] - colours[b]))
        for a, b in combinations(range(len(colours)), 2)
    }


def test_the_measures_themselves():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert oklab(linear("#ffffff")) == pytest.approx([1, 0, 0], abs=1e-3)
    assert oklab(linear("#ff0000")) == pytest.approx([0.628, 0.225, 0.126], abs=1e-3)
    # White and black stay what they are, red and green come together.
    assert seen("#ffffff", "deuteranopia") == pytest.approx([1, 0, 0], abs=1e-3)
    apart = [np.linalg.norm(seen("#d00000", s) - seen("#7a6a00", s)) for s in SIGHTS]
    assert apart[2] < apart[0] / 2


@pytest.mark.parametrize("colour", PALETTE, ids=lambda colour: colour.name)
def test_contrast(colour):
    assert contrast(colour.strong, "#ffffff") >= 3
    assert contrast(colour.strong, "#111111") >= 3
    assert contrast(colour.light, INK["light"]) >= 7
    assert contrast(colour.dark, INK["dark"]) >= 7
    for theme in ("light", "dark"):
        assert contrast(INK[theme], PAPER[theme]) >= 12
        assert contrast(colour.strong, PAPER[theme]) >= 2.5


@pytest.mark.parametrize(("family", "sight"), list(product(FAMILIES, SIGHTS)))
def test_told_apart(family, sight):
    apart = distances(family, sight)
    assert min(apart.values()) >= 0.03
    # What has lines of the same kind is farther apart.
    alike = {pair: far for pair, far in apart.items() if line_of(pair[0]) == line_of(pair[1])}
    assert min(alike.values()) >= 0.06, alike


def test_no_colour_and_line_twice_before_all_were_had():
    looks = [(place % len(PALETTE), line_of(place)) for place in range(24)]
    assert len(set(looks)) == 24
    assert {line for _, line in looks[:4]} == {0}
    assert line_of(24) == 0
    assert LINES[line_of(5)] == "dashed"


def test_branches_have_their_places_by_name():
    assert places_of(["person/Xi", "org/NATO", "person/Putin"]) == {"org": 0, "person": 1}
    assert list(colours_of("zyxwvutsr").values())[8] == PALETTE[0]
    assert branch_of(r"a\/b/c") == r"a\/b"
    assert branch_of("NATO") == "NATO"
