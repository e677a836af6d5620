"""Times co-occurrence, nearness and keyness beside polars doing the same on the table of matches.

Made-up texts of a hundred names among plain words; a name is one word, so that distances in words
are plain differences. Contenders take turns; what is printed are medians and their ratio.

Run it as ``python benchmarks/analysis_pairs.py [MILLIONS OF MATCHES …]`` (1 and 10 if none).
"""

import random
import sys

import polars as pl
from analysis import HEADER, Call, compare

import slugline as sl

NAMES = [f"Name{number:03}" for number in range(100)]
MATCHES_IN_A_TEXT = 10
WORDS_BETWEEN = 4
ROUNDS = 5
WITHIN = 10


def texts_of(count: int) -> pl.Series:
    """Make texts, a thousand different ones."""
    chance = random.Random(1)
    plain = ["the", "president", "said", "that", "talks", "would", "go", "on", "in", "spring"]
    some = []
    for _ in range(1000):
        words = []
        for _ in range(MATCHES_IN_A_TEXT):
            words += [chance.choice(NAMES), *chance.choices(plain, k=WORDS_BETWEEN)]
        some.append(" ".join(words))
    return pl.Series("text", some * (count // 1000))


def gazetteer() -> sl.Gazetteer:
    """Put the names under concepts of ten branches."""
    gaz = sl.Gazetteer()
    for number, name in enumerate(NAMES):
        gaz.add(name, f"branch{number % 10}/{name}")
    return gaz


def polars_cooccurrence(table: pl.DataFrame, documents: int) -> pl.DataFrame:
    """Join the concepts of documents with themselves, count the pairs, and measure them."""
    once = table.lazy().select("doc", pl.col("concept").to_physical()).unique()
    single = once.group_by("concept").len("n")
    pairs = once.join(once, on="doc", suffix="_b").filter(pl.col("concept") < pl.col("concept_b"))
    counted = pairs.group_by("concept", "concept_b").len("documents")
    both = counted.join(single, on="concept").join(
        single, left_on="concept_b", right_on="concept", suffix="_b"
    )
    o, a, b = (pl.col(name).cast(pl.Float64) for name in ("documents", "n", "n_b"))
    n = float(documents)
    cells = [(o, a, b), (a - o, a, n - b), (b - o, n - a, b), (n - a - b + o, n - a, n - b)]
    terms = [pl.when(c > 0).then(c * (c * n / (r * k)).log()).otherwise(0) for c, r, k in cells]
    pmi = (o * n / (a * b)).log(2)
    return (
        both.with_columns(expected=a * b / n, pmi=pmi, npmi=pmi / -(o / n).log(2))
        .with_columns(log_likelihood=2 * sum(terms, start=pl.lit(0.0)))
        .sort("documents", descending=True)
        .collect()
    )


def polars_near(table: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """Number the words of matches by the spaces before them; join two branches by document."""
    text = texts.to_frame().with_row_index("doc").with_columns(pl.col("doc").cast(pl.Int32))
    sides = (
        table.lazy()
        .filter(pl.col("concept").cast(pl.String).str.starts_with(f"branch{branch}/"))
        .join(text.lazy(), on="doc")
        .with_columns(
            word=pl.col("text").str.slice(0, pl.col("start")).str.count_matches(" ", literal=True)
        )
        .drop("text")
        for branch in (0, 1)
    )
    a, b = sides
    distance = (pl.col("word").cast(pl.Int64) - pl.col("word_b").cast(pl.Int64)).abs() - 1
    return (
        a.join(b, on="doc", suffix="_b")
        .with_columns(distance=distance)
        .filter(pl.col("distance") <= WITHIN)
        .sort("doc", "start", "start_b")
        .collect()
    )


def polars_compare(table: pl.DataFrame, texts: pl.Series, groups: pl.Series) -> pl.DataFrame:
    """Count words and matches by group, and measure each against the rest."""
    corpus = pl.LazyFrame({"text": texts, "group": groups}).with_row_index("doc")
    corpus = corpus.with_columns(pl.col("doc").cast(pl.Int32))
    words = corpus.group_by("group").agg(c=pl.col("text").str.count_matches(r"\w+").sum())
    matches = table.lazy().join(corpus.select("doc", "group"), on="doc")
    counted = matches.group_by("group", "concept").agg(
        a=pl.len(), documents=pl.col("doc").n_unique()
    )
    whole = counted.group_by("concept").agg(found=pl.col("a").sum())
    joined = counted.join(whole, on="concept").join(words, on="group")
    a, c = pl.col("a").cast(pl.Float64), pl.col("c").cast(pl.Float64)
    b, d = pl.col("found") - a, words.select(pl.col("c").sum()).collect().item() - c
    shares = [(a, c * (a + b) / (c + d)), (b, d * (a + b) / (c + d))]
    strength = 2 * sum((o * (o / e).log() for o, e in shares), start=pl.lit(0.0))
    return (
        joined.with_columns(log_likelihood=strength, log_ratio=((a / c) / (b / d)).log(2))
        .sort("group", "log_likelihood")
        .collect()
    )


def races(size: float) -> dict[str, tuple[Call, Call | None]]:
    """Return what is to be timed, by name: ours, and what polars does instead, if anything."""
    texts = texts_of(int(size * 1e6) // MATCHES_IN_A_TEXT)
    groups = pl.Series([("left", "centre", "right")[row % 3] for row in range(len(texts))])
    x = sl.PhraseMatcher(gazetteer()).tag(texts)
    table = pl.DataFrame(x)
    print(f"{len(x):,} matches in {len(texts):,} texts; medians of {ROUNDS} rounds")
    print(HEADER)
    return {
        "cooccurrence()": (x.cooccurrence, lambda: polars_cooccurrence(table, len(texts))),
        f"near(within={WITHIN})": (
            lambda: x.near("branch0/*", "branch1/*", within=WITHIN),
            lambda: polars_near(table, texts),
        ),
        "compare()": (lambda: x.compare(groups), lambda: polars_compare(table, texts, groups)),
        f"cooccurrence(within={WITHIN})": (lambda: x.cooccurrence(within=WITHIN), None),
        'cooccurrence(within="sentence")': (lambda: x.cooccurrence(within="sentence"), None),
    }


if __name__ == "__main__":
    for millions in [float(argument) for argument in sys.argv[1:]] or [1, 10]:
        for name, (ours, theirs) in races(millions).items():
            rows = compare(name, ours, theirs, ROUNDS)
            assert len({*rows}) == 1, f"{name}: the contenders' rows differ: {rows}"
