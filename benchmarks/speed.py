"""slugline beside ahocorasick_rs: MB of text a second, whole calls from Python.

Both get the same texts as fresh ``str`` (a reused one may hold a cached UTF-8 form) and the same
phrases; ahocorasick_rs gets both lower-cased beforehand, outside of the timing, and judges no
word boundaries. Calls take turns, so that a noisy machine is equally noisy for all; the median of
several rounds counts, and the numbers of matches are printed so that a cheat would show.

    python benchmarks/speed.py [--rounds 7]

Real news and gazetteers are read from ``../shared/data`` (or ``SLUGLINE_DATA``) where they are;
else the bundled sample is repeated, with its own gazetteer.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import ahocorasick_rs
import pyarrow.parquet as pq

import slugline as sl

DATA = Path(os.environ.get("SLUGLINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
GAZETTEERS = ("mixed_1k", "mixed_10k", "mixed_100k")
Call = Callable[[list[str]], int]


def texts_and_gazetteers() -> tuple[list[str], dict[str, list[str]]]:
    """Return the texts, and lists of phrases by name."""
    if DATA.is_dir():
        column = pq.read_table(DATA / "corpora" / "reuters21578.parquet")["text"]
        tables = {name: DATA / "gazetteers" / f"{name}.parquet" for name in GAZETTEERS}
        return [text for text in column.to_pylist() if text], {
            name: list(dict.fromkeys(pq.read_table(path)["phrase"].to_pylist()))
            for name, path in tables.items()
        }
    news = sl.datasets.load_news(frame="pyarrow")["text"].to_pylist()
    gazetteer = [entry.phrase for entry in sl.datasets.load_gazetteer()]
    repeated = [f"{text}\n{number}" for number in range(150) for text in news]
    return repeated, {"sample": list(dict.fromkeys(gazetteer))}


def fresh(texts: list[str]) -> list[str]:
    """Return the same texts as strings that were never used."""
    return [f"{text} "[:-1] for text in texts]


def timed(calls: dict[str, tuple[Call, list[str]]], rounds: int) -> dict[str, tuple[float, int]]:
    """Return for each call the median of its seconds, and its number of matches."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    matches = {}
    for _ in range(rounds):
        for name, (call, texts) in calls.items():
            texts = fresh(texts)
            start = time.perf_counter()
            matches[name] = call(texts)
            seconds[name].append(time.perf_counter() - start)
    return {name: (statistics.median(seconds[name]), matches[name]) for name in calls}


def compare(name: str, phrases: list[str], texts: list[str], rounds: int) -> None:
    """Print a line for one gazetteer."""
    matcher = sl.PhraseMatcher(phrases)
    lower = [text.lower() for text in texts]
    peer = ahocorasick_rs.AhoCorasick(
        sorted({phrase.lower() for phrase in phrases}),
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
    )
    found = timed(
        {
            "one": (lambda texts: len(matcher.tag(texts, threads=1)), texts),
            "two": (lambda texts: len(matcher.tag(texts, threads=2)), texts),
            "peer": (lambda texts: sum(map(len, map(peer.find_matches_as_indexes, texts))), lower),
        },
        rounds,
    )
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    one, two, other = (found[key][0] for key in ("one", "two", "peer"))
    print(
        f"{name:<12}{len(phrases):>9,}{megabytes / one:>12,.0f}{megabytes / two:>12,.0f}"
        f"{megabytes / other:>16,.0f}{other / one:>9.1f}{one / two:>9.2f}"
        f"{found['one'][1]:>12,}{found['peer'][1]:>12,}",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    texts, gazetteers = texts_and_gazetteers()
    print(f"slugline {sl.__version__}, Python {platform.python_version()}, {platform.machine()}")
    print(f"{len(texts):,} texts; MB/s of UTF-8, median of {rounds} rounds in turn\n")
    print(
        f"{'gazetteer':<12}{'phrases':>9}{'1 thread':>12}{'2 threads':>12}{'ahocorasick_rs':>16}"
        f"{'times':>9}{'two/one':>9}{'matches':>12}{'peer’s':>12}"
    )
    for name, phrases in gazetteers.items():
        compare(name, phrases, texts, rounds)


if __name__ == "__main__":
    main()
