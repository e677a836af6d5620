"""Time slugline beside other packages, and write JSON, Markdown and a chart.

All in one process: same text, same phrases, one thread each unless it says otherwise. Contenders
take turns; the median of the rounds counts, and the number of matches stands beside, so that a
cheat would show. MB are bytes of the text as UTF-8.

    python benchmarks/run.py [--full] [--rounds 5] [--only phrases,threads] [--publish]
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

# Before polars is imported: one thread each.
os.environ["POLARS_MAX_THREADS"] = "1"

import corpora
import report
from axes import AXES
from bench import Bench
from environment import describe

HERE = Path(__file__).parent


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="all sizes and peers (half an hour)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="turns of each; fewer than 5 tell little"
    )
    parser.add_argument("--corpus", type=Path, help="Parquet or JSONL, column `text`")
    parser.add_argument("--gazetteer", type=Path, help="Parquet or JSONL, column `phrase`")
    parser.add_argument("--only", default="", help=f"some of: {','.join(AXES)}")
    parser.add_argument("--out", type=Path, default=HERE / "results", help="folder for results")
    parser.add_argument("--publish", action="store_true", help="also write docs/benchmarks.*")
    given = parser.parse_args()
    given.only = [name for name in given.only.split(",") if name] or list(AXES)
    for file in (given.corpus, given.gazetteer):
        if file and not file.is_file():
            parser.error(f"no such file: {file}")
    unknown = set(given.only) - set(AXES)
    if unknown:
        parser.error(f"no such axis: {', '.join(sorted(unknown))}; there are {', '.join(AXES)}")
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    try:
        for file, column in ((given.corpus, "text"), (given.gazetteer, "phrase")):
            if file:
                corpora.read_column(file, column)
    except corpora.UnreadableError as error:
        parser.error(str(error))
    return given


# What takes texts or phrases of its own, whatever is given.
OWN = {
    "languages": "texts and phrases",
    "density": "phrases",
    "matches": "phrases",
}


def main() -> None:
    """Run the axes that were asked for."""
    given = arguments()
    source = corpora.Source(given.corpus, given.gazetteer)
    bench = Bench(source, given.full, given.rounds)
    command = " ".join(["python benchmarks/run.py", *(Path(a).name for a in sys.argv[1:])])
    started = time.perf_counter()
    about = describe(command, source.describe(), given.rounds)
    print("\n".join(f"{key}: {value}" for key, value in about.items() if key != "versions"))
    given.out.mkdir(parents=True, exist_ok=True)
    path = given.out / ("full.json" if given.full else "short.json")
    path.with_suffix(".svg").unlink(missing_ok=True)
    for number, name in enumerate(given.only, 1):
        minutes = (time.perf_counter() - started) / 60
        print(f"\n== {name} ({number} of {len(given.only)}, after {minutes:.1f} minutes)")
        if name in OWN and (given.corpus or given.gazetteer):
            print(f"{name} has {OWN[name]} of its own")
        AXES[name](bench)
        about["minutes"] = round((time.perf_counter() - started) / 60, 1)
        results = {"about": about, "rows": [row.as_dict() for row in bench.rows]}
        # After each axis, so that what was measured is there if a later one is stopped.
        path.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report.write(path, path.with_suffix(".md"), path.with_suffix(".svg"))
    if given.publish:
        docs = HERE.parent / "docs"
        report.write(path, docs / "benchmarks.md", docs / "benchmarks.svg")
    written = [file.name for file in sorted(given.out.glob(f"{path.stem}.*"))]
    print(f"\nWrote to {given.out}: {', '.join(written)}")


if __name__ == "__main__":
    main()
