"""What the charts share: rows of frames, names that fit on an axis, colours, titles and sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slugline._colours import PALETTE, Colour, branch_of, colours_of
from slugline._core import ArrowTable
from slugline._optional import require

COLOURS = {colour.name: colour for colour in PALETTE}
ACCENT = COLOURS["sky blue"]
"""Of what belongs to no branch."""
NEUTRAL = COLOURS["grey"]
LABEL_LIMIT = 280
"""Pixels that a name may take beside a chart; the rest shows in its tooltip."""

Row = dict[str, Any]


def altair() -> Any:
    """Return the library."""
    return require("altair", "a chart", install="altair vl-convert-python")


def rows_of(frame: Any) -> list[Row]:
    """Return the rows of a frame of any library, or of a table of the core.

    Raises
    ------
    ValueError
        Where there are none: a chart of nothing would only look broken.
    """
    if isinstance(frame, ArrowTable):
        columns = {name: frame.column(name).to_list() for name in frame.column_names}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    else:
        # Altair brings narwhals, which reads every frame that we make.
        narwhals = require("narwhals", "a chart")
        rows = narwhals.from_native(frame, eager_only=True).rows(named=True)
    if not rows:
        raise ValueError("there are no matches to plot")
    return rows


def check_count(name: str, count: int) -> int:
    """Return a number of things to show.

    Raises
    ------
    TypeError, ValueError
        Where it is no whole number, or less than 1.
    """
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"{name} must be a whole number, not {type(count).__name__}")
    if count < 1:
        raise ValueError(f"{name} must be at least 1, not {count}")
    return count


def column(rows: Sequence[Row], name: str, choices: Iterable[str]) -> str:
    """Return the name of a column of numbers that is to be shown.

    Raises
    ------
    ValueError
        Where there is no such column.
    """
    known = [choice for choice in choices if choice in rows[0]]
    if name not in known:
        names = ", ".join(f'"{choice}"' for choice in known)
        raise ValueError(f"value must be one of {names}, not {name!r}")
    return name


def labels_of(concepts: Iterable[str]) -> dict[str, str]:
    """Return what to call each concept on an axis, all different.

    It is the last part of its path (``Vladimir Putin``), or all of it where another ends alike.
    """
    concepts = list(dict.fromkeys(concepts))
    ends = {concept: _last_part(concept) for concept in concepts}
    alike = Counter(ends.values())
    labels = {}
    for concept, end in ends.items():
        whole = end if end and alike[end] == 1 else concept
        labels[concept] = " ".join(whole.split()) or "–"
    return labels if len(set(labels.values())) == len(labels) else {c: c for c in concepts}


def _last_part(concept: str) -> str:
    at = len(concept)
    while (at := concept.rfind("/", 0, at)) > 0 and concept[at - 1] == "\\":
        pass
    return concept[at + 1 :].replace("\\/", "/")


def colour_by(
    shown: Iterable[str], key: str, colours: Mapping[str, Colour] | None
) -> tuple[Any, dict[str, str]]:
    """Return the encoding that colours concepts by branch, and the branch of each.

    Parameters
    ----------
    shown : iterable of str
        The concepts in the chart.
    key : str
        What they are: only concepts have branches.
    colours : mapping of str to Colour, optional
        The colours of all branches, so that several charts agree.
    """
    alt = altair()
    shown = list(shown)
    if key != "concept":
        return alt.value(ACCENT.strong), dict.fromkeys(shown, "")
    branches = {concept: branch_of(concept).replace("\\/", "/") for concept in shown}
    known = {**colours_of(shown), **(colours or {})}
    strong = {branches[concept]: known[branch_of(concept)].strong for concept in shown}
    domain = sorted(strong)
    scale = alt.Scale(domain=domain, range=[strong[branch] for branch in domain])
    legend = None
    if len(domain) > 1:
        legend = alt.Legend(title=None, orient="top", columns=6, symbolType="square")
    return alt.Color("branch:N", scale=scale, legend=legend), branches


def title_of(title: str | None, default: str, *notes: str) -> Any:
    """Return a title, with what a reader must know of the chart below it."""
    lines = [note for note in notes if note]
    return altair().Title(
        title if title is not None else default,
        subtitle=lines or altair().Undefined,
        anchor="start",
        fontSize=15,
        subtitleFontSize=11,
        subtitlePadding=4,
        offset=12,
    )


def left_out(shown: int, of: int, key: str) -> str:
    """Say how many are shown, and how many are not."""
    if shown >= of:
        return ""
    return f"The {shown:,} most frequent of {of:,} {key}s; {of - shown:,} left out"


def number(value: float) -> str:
    """Write a number for people."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def least_step(values: Iterable[float | None]) -> float:
    """Return how close the numbers on an axis may be: whole numbers have none between them."""
    return 1 if all(float(value).is_integer() for value in values if value is not None) else 0


def spoken(name: str) -> str:
    """Return what a column is called in a chart."""
    return name.replace("_", " ")


def axis_of_names(**options: Any) -> Any:
    """Return an axis with a name beside each row or column, and nothing else."""
    settings = {"title": None, "labelLimit": LABEL_LIMIT, "ticks": False, "domain": False}
    return altair().Axis(**{**settings, "labelPadding": 6, **options})


def row_height(rows: int) -> int:
    """Return the pixels for each of so many rows: less for long lists, but never unreadable."""
    return 22 if rows <= 30 else 16


def key_of(row: Row, suffix: str = "") -> str:
    """Tell whether a table is of concepts or of phrases, from its columns."""
    return "concept" if f"concept{suffix}" in row else "phrase"
