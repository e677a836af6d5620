#!/usr/bin/env python3
"""Draws the pictures of docs/plots.md from the bundled sample: `scripts/plot_images.py [FOLDER]`.

Needs slugline and its extra `plot`. Run it again after a change of the charts.
"""

import sys
from pathlib import Path

import slugline as sl

FOLDER = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs" / "images"

news = sl.datasets.load_news().sort_values("date", kind="stable")
x = sl.PhraseMatcher(sl.datasets.load_gazetteer()).tag(news["text"])
charts = {
    "concepts": x.plot.concepts(top=12),
    "timeline": x.filter("narrative/*").plot.timeline(news["date"], "month", top=5),
    "cooccurrence": x.plot.cooccurrence(top=14),
    "dispersion": x.plot.dispersion(top=12),
    "network": x.plot.network(top=24),
}
FOLDER.mkdir(parents=True, exist_ok=True)
for name, chart in charts.items():
    chart.save(FOLDER / f"plot-{name}.svg")
