"""Time what is computed from matches beside polars doing the same on the table of matches.

``python benchmarks/analysis.py --matches 1_000_000`` prints, for each analysis, the medians of both
and their ratio. They take turns. The texts are repeated until they have so many matches.
"""

import argparse
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import corpora
import polars as pl
from timing import SLUGLINE, Contender, race

import slugline as sl

Call: TypeAlias = Callable[[], Any]
"""Makes one table."""


@dataclass
class Tagged:
    """Texts, their matches, and what else there is of each text.

    Parameters
    ----------
    texts : polars.Series
        The texts.
    x : Matches
        Their matches.
    """

    texts: pl.Series
    x: sl.Matches

    @cached_property
    def table(self) -> pl.DataFrame:
        """The matches as polars has them."""
        return self.x.to_polars()

    @cached_property
    def documents(self) -> pl.DataFrame:
        """A row for each text: its number, text, group and date."""
        rows = range(len(self.texts))
        first = date(2015, 1, 1)
        return pl.DataFrame(
            {
                "doc": pl.Series(rows, dtype=pl.Int32),
                "text": self.texts,
                "group": [f"source {row % 20}" for row in rows],
                "date": [first + timedelta(days=row % 3_000) for row in rows],
            }
        )

    def once(self) -> pl.DataFrame:
        """Each span of a concept once, as counts have it."""
        return self.table.unique(["doc", "start", "end", "concept"])


def tagged(matches: int) -> Tagged:
    """Tag as many texts as have that many matches."""
    source = corpora.Source()
    m = sl.PhraseMatcher(corpora.gazetteer(source, "10k"))
    texts = corpora.english(source)
    copies = -(-matches // max(1, len(m.tag(texts))))
    column = pl.Series("text", texts * copies)
    return Tagged(column, m.tag(column))


def _counted() -> list[pl.Expr]:
    return [pl.len().alias("matches"), pl.col("doc").n_unique().alias("documents")]


def counts(data: Tagged) -> tuple[Call, Call]:
    return data.x.counts, lambda: data.once().group_by("concept").agg(_counted())


def counts_by_group(data: Tagged) -> tuple[Call, Call]:
    groups = data.documents["group"]

    def theirs() -> pl.DataFrame:
        joined = data.once().join(data.documents.select("doc", "group"), on="doc")
        return joined.group_by("group", "concept").agg(_counted())

    return lambda: data.x.counts(groups=groups), theirs


def counts_per_million_words(data: Tagged) -> tuple[Call, Call]:
    groups = data.documents["group"]

    def theirs() -> pl.DataFrame:
        joined = data.once().join(data.documents.select("doc", "group"), on="doc")
        counted = joined.group_by("group", "concept").agg(_counted())
        words = data.documents.group_by("group").agg(
            pl.col("text").str.count_matches(r"\w+").sum().alias("words")
        )
        rate = pl.col("matches") / pl.col("words") * 1e6
        return counted.join(words, on="group").with_columns(rate.alias("per_million_words"))

    return lambda: data.x.counts(groups=groups, normalize="per_million_words"), theirs


def _kwic(data: Tagged, reach: int, cut: Callable[[pl.Expr, str], pl.Expr]) -> pl.DataFrame:
    start, end = pl.col("start"), pl.col("end")
    text = pl.col("text")
    before = pl.min_horizontal(start, reach)
    left = text.str.slice(start - before, before)
    joined = data.table.join(data.documents.select("doc", "text"), on="doc", maintain_order="left")
    sides = {
        "left": cut(left, r"((?:\w+\W+){0,8})$"),
        "match": text.str.slice(start, end - start),
        "right": cut(text.str.slice(end, reach), r"^((?:\W+\w+){0,8})"),
    }
    columns = [side.str.replace_all(r"\s+", " ").alias(name) for name, side in sides.items()]
    return joined.select("doc", "start", "end", *columns, "phrase", "concept")


def kwic_words(data: Tagged) -> tuple[Call, Call]:
    def cut(side: pl.Expr, words: str) -> pl.Expr:
        return side.str.extract(words)

    return data.x.kwic, lambda: _kwic(data, 120, cut)


def kwic_characters(data: Tagged) -> tuple[Call, Call]:
    return lambda: data.x.kwic(40, "char"), lambda: _kwic(data, 40, lambda side, _: side)


def _timeline(data: Tagged, every: str) -> pl.DataFrame:
    period = pl.col("date").dt.truncate(every).alias("period")
    dates = data.documents.select("doc", period)
    counted = data.once().join(dates, on="doc").group_by("period", "concept").agg(_counted())
    first, last = dates["period"].min(), dates["period"].max()
    periods = pl.date_range(first, last, every, eager=True).alias("period").to_frame()
    whole = periods.join(data.table.select(pl.col("concept").unique()), how="cross")
    filled = whole.join(counted, on=["period", "concept"], how="left")
    return filled.with_columns(pl.col("matches", "documents").fill_null(0))


def timeline_by_month(data: Tagged) -> tuple[Call, Call]:
    dates = data.documents["date"]
    return lambda: data.x.timeline(dates, "month"), lambda: _timeline(data, "1mo")


def timeline_of_shares(data: Tagged) -> tuple[Call, Call]:
    dates = data.documents["date"]

    def theirs() -> pl.DataFrame:
        period = pl.col("date").dt.truncate("1w").alias("period")
        documents = data.documents.group_by(period).agg(pl.len().alias("of"))
        table = _timeline(data, "1w").join(documents, on="period", how="left")
        return table.with_columns((pl.col("documents") / pl.col("of")).alias("share_of_documents"))

    return lambda: data.x.timeline(dates, "week", normalize="documents"), theirs


ANALYSES: list[Callable[[Tagged], tuple[Call, Call]]] = [
    counts,
    counts_by_group,
    counts_per_million_words,
    kwic_words,
    kwic_characters,
    timeline_by_month,
    timeline_of_shares,
]


HEADER = f"{'analysis':<34}{SLUGLINE:>11}{'polars':>11}{'ratio':>8}{'rows':>13}{'rows':>13}"


def compare(name: str, ours: Call, theirs: Call | None, rounds: int) -> list[int]:
    """Let both take turns, print a line, and return the rows of each."""
    calls = {SLUGLINE: ours} if theirs is None else {SLUGLINE: ours, "polars": theirs}
    contenders = [
        Contender(who, run=lambda call: len(call()), prepare=lambda call=call: call)
        for who, call in calls.items()
    ]
    for contender in contenders:
        contender.run(contender.prepare())
    race(contenders, rounds)
    taken = [statistics.median(contender.seconds) for contender in contenders]
    rows = [contender.matches for contender in contenders]
    line = f"{name:<34}{taken[0]:>9.3f} s"
    if theirs is not None:
        line += f"{taken[1]:>9.3f} s{taken[0] / taken[1]:>8.2f}{rows[0]:>13,}{rows[1]:>13,}"
    print(line, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--matches", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", help="analyses, by the names of their functions")
    args = parser.parse_args()
    data = tagged(args.matches)
    megabytes = data.texts.str.len_bytes().sum() / 1e6
    print(
        f"{len(data.x):,} matches in {len(data.texts):,} texts of {megabytes:,.0f} MB", flush=True
    )
    print(HEADER)
    for analysis in ANALYSES:
        if not args.only or analysis.__name__ in args.only:
            compare(analysis.__name__, *analysis(data), args.rounds)


if __name__ == "__main__":
    main()
