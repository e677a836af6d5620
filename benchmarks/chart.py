"""The chart: MB/s by number of phrases, one line for each package, named at its end."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import peers
from timing import SLUGLINE

# Okabe and Ito's colours, which colour-blind people can tell apart, and markers besides.
COLOURS = ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A7A7A", "#000000")
MARKERS = "osD^vPX"
WITHIN_WORDS = (4, 1.5)  # The dashes of those that judge no word boundaries.
OWN = "#0072B2"
INK = "#222222"


def draw(rows: list[dict[str, Any]], picture: Path) -> bool:
    """Write the chart as SVG (or PNG, by its name); tell whether there was anything to draw."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        if row["axis"] == "phrases" and "value" in row:
            lines.setdefault(row["contender"], []).append((row["x"], row["value"]))
    if max(map(len, lines.values()), default=0) < 2:
        return False
    import matplotlib as mpl

    mpl.use("svg" if picture.suffix == ".svg" else "agg")
    import matplotlib.pyplot as plt

    mpl.rcParams |= {
        "font.family": "DejaVu Sans",  # Comes with matplotlib.
        "svg.fonttype": "path",  # The same picture wherever it is seen.
        "svg.hashsalt": SLUGLINE,  # And the same file, for the same figures.
    }
    # A white card of its own is read as well on a dark page.
    figure, axes = plt.subplots(figsize=(9, 6.2), facecolor="white", layout="constrained")
    axes.set(xscale="log", yscale="log")
    styles = _styles(lines)
    for name, points in lines.items():
        style = styles.get(name, {"color": OWN, "linewidth": 3.2, "marker": "o", "zorder": 5})
        axes.plot(*zip(*points, strict=True), markersize=6, **style)
    last = max(x for points in lines.values() for x, _ in points)
    _name_lines(axes, lines, styles, last)
    axes.set_xlim(right=last * 14)
    ticks = [10**power for power in range(2, round(math.log10(last)) + 1)]
    axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.set_xlabel("phrases", color=INK, loc="left")
    axes.set_title("MB of text a second, one thread\n", color=INK, loc="left", fontsize=13)
    axes.text(
        *(0, 1.02),
        "solid: judges word boundaries; dashed: finds phrases inside words too",
        transform=axes.transAxes,
        color="#555555",
        fontsize=9.5,
    )
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.8)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, colors=INK)
    options = {"metadata": {"Date": None}} if picture.suffix == ".svg" else {"dpi": 110}
    figure.savefig(picture, facecolor="white", **options)
    plt.close(figure)
    return True


def _styles(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return how each peer's line looks: no two of one kind have one colour."""
    styles = {}
    others = [name for name in names if name != SLUGLINE]
    for words in (True, False):
        kind = [name for name in others if peers.BY_NAME[name].words == words]
        for number, name in enumerate(kind):
            styles[name] = {
                "color": COLOURS[number % len(COLOURS)],
                "linestyle": "-" if words else (0, WITHIN_WORDS),
                "linewidth": 1.5,
                "marker": MARKERS[(number + 3 * (not words)) % len(MARKERS)],
            }
    return styles


def _darker(colour: str) -> str:
    """Return a colour in which small letters can be read on white."""
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{int(part * 0.72):02X}" for part in parts)


def _name_lines(
    axes: Any,
    lines: dict[str, list[tuple[float, float]]],
    styles: dict[str, dict[str, Any]],
    last: float,
) -> None:
    """Write each name beside the end of its line, moved apart where they would meet."""
    values = [y for points in lines.values() for _, y in points]
    gap = (math.log10(max(values)) - math.log10(min(values))) / 24
    ends = sorted(
        ((points[-1], name) for name, points in lines.items()), key=lambda end: -end[0][1]
    )
    for at_last in (True, False):
        lowest = math.inf
        for (x, y), name in ends:
            if (x == last) != at_last:
                continue
            height = min(math.log10(y), lowest - gap) if at_last else math.log10(y)
            lowest = height
            axes.annotate(
                name,
                (x, y),
                xytext=(x * 1.25 if at_last else x * 1.15, 10**height),
                color=_darker(styles.get(name, {"color": OWN})["color"]),
                # Other lines pass behind the names of those that end early.
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
                fontweight="bold" if name == SLUGLINE else "normal",
                fontsize=10,
                va="center",
                arrowprops={"arrowstyle": "-", "color": "#BBBBBB", "lw": 0.6},
            )
