"""From results to a page: machine, versions, method, tables, and where slugline loses.

python benchmarks/report.py RESULTS.json [FOLDER]     # writes benchmarks.md and .svg there
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import chart
import peers
from timing import SLUGLINE

Row = dict[str, Any]

# What stands above each table.
AXES = {
    "phrases": "Throughput by number of phrases; `max` is all there are.",
    "languages": "Throughput by language, with up to 10,000 phrases in the language's own script.",
    "documents": "Throughput by length of the documents, with 1,000 phrases.",
    "density": "Phrases that hardly ever match (10,000 names from sanctions lists), and such that "
    "match at nearly every word (an English dictionary).",
    "matches": "10,000 phrases, of which a growing share of the words of the text is one.",
    "containers": "The same texts in other containers; 10,000 phrases.",
    "threads": "One thread and two.",
    "calls": "What can be asked; 10,000 phrases.",
    "substring": 'ASCII phrases anywhere, as written: `boundary="none"`, `case="match"`. This is '
    "what Aho–Corasick packages are made for.",
    "linearity": "Throughput by the size of the column, with 1,000 phrases.",
    "building: seconds": "Building from a list of phrases: seconds.",
    "building: kept memory": "Building: MB that stay.",
    "building: peak memory": "Building: MB at the peak.",
    "loading": "A gazetteer comes back: seconds until there is a matcher.",
    "memory of a call": "`tag` of a large column: MB beyond the column and the result.",
}

# Where it is all the same whether a peer judges word boundaries.
WITHIN_WORDS = ("substring", "building: seconds", "building: kept memory", "building: peak memory")

METHOD = """\
All contenders of a table run in one process, on the same text and the same phrases, one thread
each unless it says otherwise. They take turns within each round, and the median counts (rounds:
{rounds}). MB are bytes of the text as UTF-8. Strings are new in each round, since a used one may
hold a cached form. What can be done once beforehand is outside of the timing: building,
lower-casing, encoding. A package that can be used in several fair ways is tried in each, and the
fastest is timed. A slow one gets an even part of the texts, its size is under *All figures*.
Numbers of matches differ where packages mean different things by a match: most judge no word
boundaries, some report every overlapping match.

**Figures of one table can be compared, those of different tables cannot**: tables are made one
after the other, with other amounts of text, and a shared machine may run at half its speed for
minutes.

Bold is the best of a column. A dash was not measured, for the reason below its table; what is
empty is not part of the table. Numbers of matches are documents for `contains` and `first`. A DFA
is the larger and faster form of an Aho–Corasick automaton, SOM is what hyperscan calls telling
where a match starts."""

AGAIN = """\
`make bench` takes a few minutes, `make bench-full` makes all tables here in half an hour. Both
take texts and phrases of your own: `make bench ARGS="--corpus news.parquet --gazetteer
names.jsonl"`, with columns `text` and `phrase`. The texts and phrases named above are public, but
not part of the repository; where they are not, the bundled sample is repeated with variations. It
is short, and its figures are not those of this page."""


def write(results: Path, page: Path, picture: Path) -> None:
    """Write the page and its chart."""
    found = json.loads(results.read_text(encoding="utf-8"))
    has_chart = chart.draw(found["rows"], picture)
    page.write_text(markdown(found, picture.name if has_chart else None), encoding="utf-8")


def markdown(results: dict[str, Any], picture: str | None) -> str:
    """Return the page."""
    about, rows = results["about"], results["rows"]
    parts = ["# Benchmarks", _about(about), "## How", METHOD.format(rounds=about["rounds"])]
    parts += [_peers(about["versions"]), "## Once more, with your texts", AGAIN]
    if picture:
        parts += ["## By number of phrases", f"![MB/s by number of phrases]({picture})"]
    axes = {axis: list(group) for axis, group in groupby(sorted(rows, key=_axis), key=_axis)}
    for axis in dict.fromkeys(row["axis"] for row in rows):
        parts += [f"## {axis[0].upper()}{axis[1:]}", AXES.get(axis, ""), _table(axes[axis])]
        parts += [_remark(axis, axes[axis]), _reasons(axes[axis]), _details(axes[axis])]
    parts += ["## Where slugline loses", _losses(rows)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _axis(row: Row) -> str:
    return str(row["axis"])


def _about(about: Row) -> str:
    shown = ("date", "machine", "system", "texts and phrases", "command", "commit", "minutes")
    lines = [f"| {key} | {about[key]} |" for key in shown if key in about]
    return "\n".join(["| | |", "| --- | --- |", *lines])


def _peers(versions: dict[str, str]) -> str:
    names = {"ahocorasick_rs": "ahocorasick-rs", "polars find_many": "polars"}
    names |= {"spaCy PhraseMatcher": "spacy", "CountVectorizer": "scikit-learn"}
    lines = [
        "| package | version | how it is used | word boundaries |",
        "| --- | --- | --- | --- |",
    ]
    for peer in peers.ALL:
        version = versions.get(names.get(peer.name, peer.name), "")
        about = peer.about.replace("|", "\\|")
        lines.append(f"| {peer.name} | {version} | {about} | {'yes' if peer.words else 'no'} |")
    lines.append(
        "| vectorscan | see hyperscan | no Python package of that name; the wheels of `hyperscan` "
        "hold it | |"
    )
    return "\n".join(lines)


def _number(value: float) -> str:
    """Return three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if value >= 10 else 2 if value >= 1 else 3}f}"


def _cases(rows: list[Row]) -> list[str]:
    return list(dict.fromkeys(row["case"] for row in rows))


def _better(first: float, second: float, unit: str) -> bool:
    return first > second if unit == "MB/s" else first < second


def _table(rows: list[Row]) -> str:
    """Return contenders by cases: the figure, and matches per MB of text."""
    cases, unit = _cases(rows), rows[0]["unit"]
    at = {(row["contender"], row["case"]): row for row in rows}
    best = {}
    for case in cases:
        values = [row["value"] for row in rows if row["case"] == case and "value" in row]
        best[case] = (max if unit == "MB/s" else min)(values, default=None)
    with_matches = unit == "MB/s"
    head = f"{unit} (matches per MB)" if with_matches else unit
    lines = [f"| {head} | {' | '.join(cases)} |", f"| --- |{' ---: |' * len(cases)}"]
    for name in dict.fromkeys(row["contender"] for row in rows):
        cells = []
        for case in cases:
            row = at.get((name, case), {})
            if "value" not in row:
                cells.append("–" if row else "")
                continue
            cell = _number(row["value"])
            # Where nothing stands beside it, bold would tell nothing.
            if row["value"] == best[case] and any(n != name for n, c in at if c == case):
                cell = f"**{cell}**"
            if with_matches:
                cell += f" ({row['matches'] / row['megabytes']:,.0f})"
            cells.append(cell)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _remark(axis: str, rows: list[Row]) -> str:
    own = [row["value"] for row in rows if row["contender"] == SLUGLINE and "value" in row]
    if axis == "linearity" and own:
        share = 1 - min(own) / max(own)
        return f"The slowest is {share:.0%} below the fastest: 0 % if time is linear in the text."
    if axis == "threads":
        at = {(row["contender"], row["case"]): row["value"] for row in rows}
        two = [
            f"{at[f'{SLUGLINE}, 2 threads', case] / at[SLUGLINE, case]:.2f} times ({case})"
            for case in _cases(rows)
        ]
        return f"Two threads are {', '.join(two)} as fast as one."
    return ""


def _reasons(rows: Iterable[Row]) -> str:
    """Say why cells are empty."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if "value" not in row:
            reasons.setdefault((row["contender"], row.get("note", "")), []).append(row["case"])
    return "\n".join(
        f"- {name} ({', '.join(cases)}): {reason}" for (name, reason), cases in reasons.items()
    )


def _details(rows: list[Row]) -> str:
    """Return all figures of an axis, folded away."""
    lines = [
        "| case | contender | phrases | median | worst – best | MB | matches | remarks |",
        "| --- | --- | ---: | ---: | --- | ---: | ---: | --- |",
    ]
    for row in rows:
        if "value" not in row:
            continue
        spread = f"{_number(row['low'])} – {_number(row['high'])}" if "low" in row else ""
        if row["unit"] == "s" and spread:
            spread = f"{_number(row['high'])} – {_number(row['low'])}"
        size = f"{row['megabytes']:,.2f}" if "megabytes" in row else ""
        matches = f"{row['matches']:,}" if "matches" in row else ""
        remarks = "; ".join(filter(None, (row.get("mode", ""), row.get("note", ""))))
        phrases = f"{row['phrases']:,}" if "phrases" in row else ""
        lines.append(
            f"| {row['case']} | {row['contender']} | {phrases} | {_number(row['value'])} "
            f"| {spread} | {size} | {matches} | {remarks} |"
        )
    table = "\n".join(lines)
    return f"<details><summary>All figures</summary>\n\n{table}\n\n</details>"


def _losses(rows: list[Row]) -> str:
    """Return every cell in which another package has the better figure."""
    own = {
        (row["axis"], row["case"]): row["value"]
        for row in rows
        if row["contender"] == SLUGLINE and "value" in row
    }
    lines, lost = [], []
    for row in rows:
        at = row["axis"], row["case"]
        if "value" not in row or at not in own or row["contender"].startswith(SLUGLINE):
            continue
        value, mine, unit = row["value"], own[at], row["unit"]
        if _better(value, mine, unit):
            times = value / mine if unit == "MB/s" else mine / max(value, 1e-9)
            known = peers.BY_NAME.get(row["contender"])
            looser = known and not known.words and row["axis"] not in WITHIN_WORDS
            name = row["contender"] + (" (no word boundaries)" if looser else "")
            lost.append(row["axis"])
            lines.append(
                f"| {row['axis']} | {row['case']} | {name} | {_number(value)} {unit} "
                f"| {_number(mine)} {unit} | {_number(times)} |"
            )
    if not lines:
        return "Nowhere in these tables."
    head = ["| axis | case | better | its figure | slugline’s | times |"]
    return "\n".join(
        [
            f"{len(lines)} cells in which another package has the better figure "
            f"({_by_axis(lost)}):\n",
            *head,
            "| --- | --- | --- | ---: | ---: | ---: |",
            *lines,
        ]
    )


def _by_axis(axes: list[str]) -> str:
    """Say how many cells are of which axis, the most first."""
    counted = Counter(axes).most_common()
    return ", ".join(f"{axis} {times}" for axis, times in counted)


def main() -> None:
    """Write the page of results that are there."""
    results = Path(sys.argv[1])
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else results.parent
    write(results, folder / "benchmarks.md", folder / "benchmarks.svg")


if __name__ == "__main__":
    main()
