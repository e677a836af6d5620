"""What the charts share: rows of frames, names that fit on an axis, colours, titles and sizes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from slugline._colours import PALETTE, Colour, branch_of, colours_of
from slugline._core import ArrowTable
from slugline._html import escaping
from slugline._optional import require

COLOURS = {colour.name: colour for colour in PALETTE}
ACCENT = COLOURS["sky blue"]
"""Of what belongs to no branch."""
NEUTRAL = COLOURS["grey"]
LABEL_LIMIT = 280
"""Pixels that a name may take beside a chart; the rest shows in its tooltip."""

NONE_TOGETHER = "no two concepts are found together: there is nothing to draw"

Row = dict[str, Any]
Key = TypeVar("Key", bound=Hashable)

_MARKUP = re.compile("<(?=[/!?a-zA-Z])")

_SPOKEN = {"per_million_words": "matches per million words"}
_COUNTED = {"share_of_documents": "documents", "per_million_words": "matches"}
"""Which counts rates are of."""


def altair() -> Any:
    """Return the library."""
    return require("altair", "a chart", install="altair vl-convert-python")


def legible(text: str) -> str:
    """Return a text as charts may hold it: without what no font has and what turns lines round.

    A control character in a chart ends the process that saves it as a picture. And Altair writes
    charts into pages as they are, within an element ``script``, which ``</script>`` would end: an
    invisible character makes it no markup.
    """
    return _MARKUP.sub("<\N{WORD JOINER}", escaping.legible(text))


def table(rows: Iterable[Row]) -> Any:
    """Return the rows of a chart: all that others wrote comes into charts by here.

    What also stands outside the rows (the order of an axis, the names of colours, titles) is made
    legible by `labelled` and `title_of`.
    """
    return altair().InlineData(
        values=[
            {name: legible(v) if isinstance(v, str) else v for name, v in row.items()}
            for row in rows
        ]
    )


def labelled(texts: Mapping[Key, str]) -> dict[Key, str]:
    """Return a text for each key that can be read on one line, all different.

    Keys are told apart by a number where their texts are alike, so that each keeps its own row.
    """
    labels: dict[Key, str] = {}
    taken: set[str] = set()
    for key, text in texts.items():
        plain = label = " ".join(legible(text).split()) or "–"
        again = 1
        while label in taken:
            again += 1
            label = f"{plain} ({again})"
        taken.add(label)
        labels[key] = label
    return labels


def rows_of(frame: Any, none: str = "there are no matches to plot") -> list[Row]:
    """Return the rows of a frame of any library, or of a table of the core.

    Raises
    ------
    ValueError
        Where there are none, with what is said of that: a chart of nothing would only look broken.
    """
    if isinstance(frame, ArrowTable):
        columns = {name: frame.column(name).to_list() for name in frame.column_names}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    else:
        # Altair brings narwhals, which reads every frame that we make.
        narwhals = require("narwhals", "a chart")
        rows = narwhals.from_native(frame, eager_only=True).rows(named=True)
    if not rows:
        raise ValueError(none)
    return rows


def check_count(name: str, count: int, least: int = 1) -> int:
    """Return a number of things to show.

    Raises
    ------
    TypeError, ValueError
        Where it is no whole number, or too small.
    """
    if isinstance(count, bool) or not isinstance(count, int):
        raise TypeError(f"{name} must be a whole number, not {type(count).__name__}")
    if count < least:
        raise ValueError(f"{name} must be at least {least}, not {count}")
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


def asked_for(row: Row, *keys: str) -> str:
    """Return the column to show where none is named: the last that goes beyond the usual."""
    usual = (*keys, "matches", "documents")
    return next((name for name in reversed(row) if name not in usual), "documents")


def ranked_by(rows: Iterable[Row], key: str, value: str) -> tuple[list[str], str]:
    """Return concepts, the most frequent first, and the column that says so.

    Those of rates are ranked by the counts that the rates are of: a sum of rates of months or
    papers is high where there was little to read.
    """
    column = _COUNTED.get(value, value)
    totals: dict[str, float] = {}
    for row in rows:
        totals[row[key]] = totals.get(row[key], 0) + (row[column] or 0)
    return sorted(totals, key=lambda name: (-totals[name], name)), column


def labels_of(concepts: Iterable[str]) -> dict[str, str]:
    """Return what to call each concept on an axis, all different.

    It is the last part of its path (``Vladimir Putin``), or all of it where another ends alike.
    """
    concepts = list(dict.fromkeys(concepts))
    ends = {concept: legible(_last_part(concept)) for concept in concepts}
    alike = Counter(ends.values())
    return labelled({c: end if end and alike[end] == 1 else c for c, end in ends.items()})


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
    known = {**colours_of(shown), **(colours or {})}
    names = {branch_of(concept): branch_of(concept).replace("\\/", "/") for concept in shown}
    labels = labelled(names)
    branches = {concept: labels[branch_of(concept)] for concept in shown}
    strong = {labels[branch]: known[branch].strong for branch in labels}
    domain = sorted(strong)
    scale = alt.Scale(domain=domain, range=[strong[branch] for branch in domain])
    legend = None
    if len(domain) > 1:
        legend = alt.Legend(title=None, orient="top", columns=6, symbolType="square")
    return alt.Color("branch:N", scale=scale, legend=legend), branches


def title_of(title: str | None, default: str, *notes: str) -> Any:
    """Return a title, with what a reader must know of the chart below it."""
    lines = [note for note in notes if note]
    given = title if title is not None else default
    return altair().Title(
        legible(given) if isinstance(given, str) else [legible(line) for line in given],
        subtitle=lines or altair().Undefined,
        anchor="start",
        fontSize=15,
        subtitleFontSize=11,
        subtitlePadding=4,
        offset=12,
    )


def left_out(shown: int, of: int, key: str, value: str = "documents") -> str:
    """Say how many are shown, and how many are not."""
    if shown >= of:
        return ""
    if value not in ("documents", "matches"):
        most = f"{shown:,} of {of:,} {key}s with the highest {spoken(value)}"
    else:
        most = f"{shown:,} most frequent of {of:,} {key}s"
    return f"The {most}; {of - shown:,} left out"


def number(value: float | None, name: str = "") -> str:
    """Write a number for people."""
    if value is None:
        return "–"
    if name == "share_of_documents":
        return f"{100 * value:.3g}%"
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def least_step(values: Iterable[float | None]) -> float:
    """Return how close the numbers on an axis may be: whole numbers have none between them."""
    return 1 if all(float(value).is_integer() for value in values if value is not None) else 0


def spoken(name: str) -> str:
    """Return what a column is called in a chart."""
    return _SPOKEN.get(name, name.replace("_", " "))


def tip(name: str) -> Any:
    """Return the line of a tooltip that says a number."""
    whole = name in ("matches", "documents")
    return altair().Tooltip(f"{name}:Q", title=spoken(name), format="," if whole else ",.4~r")


def axis_format(name: str) -> Any:
    """Return how an axis writes its numbers."""
    return "~%" if name == "share_of_documents" else altair().Undefined


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
