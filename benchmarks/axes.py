"""What is timed: each axis is a function that varies one thing."""

import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import corpora
import peers
from bench import Bench, call
from building import measure
from memory import KINDS, call_memory
from peer import Peer
from timing import SLUGLINE, Contender, Row

Axis = Callable[[Bench], None]
SOME = (*peers.FAST, peers.HyperscanLiterals, peers.Pyahocorasick, peers.Polars, peers.Flashtext2)


def phrases(bench: Bench) -> None:
    """Time every peer from a hundred phrases to a million."""
    texts = bench.texts(16 if bench.full else 6)
    # To tokenize beforehand takes long, and tells of spaCy's tokenizer rather than of the rest.
    kinds = tuple(kind for kind in peers.ALL if bench.full or kind is not peers.SpacyTokenized)
    sizes = list(corpora.SIZES)[: None if bench.full else -1]
    for size, given in corpora.gazetteers(bench.source, sizes):
        bench.compare("phrases", size, kinds, size, given, texts, x=len(given))
        # Others use the smaller ones again; the larger take gigabytes.
        if size in ("100k", "max"):
            bench.forget(size)


def languages(bench: Bench) -> None:
    """Time ten languages, each with up to 10,000 phrases of its own script."""
    for name in corpora.CORPORA:
        texts, given = corpora.language(name)
        if not texts:
            continue
        texts = corpora.thinned(texts, 8 if bench.full else 2)
        kinds = SOME if bench.full else peers.FAST
        bench.compare("languages", name, kinds, name, given, texts)
        bench.forget(name)


def documents(bench: Bench) -> None:
    """Time the same text in documents of 200 B to 5 MB."""
    given = corpora.gazetteer(bench.source, "1k")
    kinds = (*peers.FAST, peers.Hyperscan)
    if bench.full:
        kinds = (*kinds, peers.Polars, peers.Flashtext2)
    for case, size in {"200 B": 200, "3 KB": 3_000, "100 KB": 100_000, "5 MB": 5_000_000}.items():
        texts = corpora.recut(corpora.english(bench.source), size, 20 if bench.full else 10)
        bench.compare("documents", case, kinds, "1k", given, texts, x=size)


def density(bench: Bench) -> None:
    """Time phrases that hardly ever match beside such that match at nearly every word."""
    kinds = SOME if bench.full else peers.FAST
    texts = bench.texts(8 if bench.full else 4)
    for case, find in (("sparse", corpora.sparse), ("dense", corpora.dense)):
        bench.compare("density", case, kinds, case, find(bench.source), texts)
        bench.forget(case)


def matches(bench: Bench) -> None:
    """Time 10,000 phrases of which a growing share of all words is one."""
    texts = bench.texts(8 if bench.full else 4)
    counted = Counter(word for text in texts for word in re.findall(r"[a-z]{2,}", text.lower()))
    common = counted.most_common(10_000)
    total = sum(count for _, count in common)
    cases = {}
    for share in (0, 0.001, 0.01, 0.1, 0.5, 1):
        random.Random(1).shuffle(common)
        left = share * total
        chosen = []
        for word, count in common:
            if count <= left:
                left -= count
                chosen.append(word)
        # As many phrases in each case, so that only the matches differ.
        padding = [f"{word}zq{number}" for number, (word, _) in enumerate(common)]
        given = chosen + padding[len(chosen) :]
        slugline = peers.Slugline()
        slugline.prepare(given, "")
        cases[f"{share:.1%} of words"] = call(SLUGLINE, slugline.run, texts)
    bench.title("matches", ", ".join(cases))
    bench.time_cases("matches", cases, phrases=len(common))


def containers(bench: Bench) -> None:
    """Time the same texts as a list, and as columns of pandas, polars and pyarrow."""
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    texts = bench.texts(16)
    given = corpora.gazetteer(bench.source, "10k")
    slugline, _ = bench.peer(peers.Slugline, "10k", given, texts)
    made = {
        "list of str": corpora.fresh,
        "pandas str": lambda texts: pd.Series(texts, dtype="str"),
        "polars": pl.Series,
        "pyarrow": lambda texts: pa.array(texts, pa.large_string()),
        "pyarrow view": lambda texts: pa.array(texts, pa.string_view()),
    }
    bench.title("containers", ", ".join(made))
    cases = {case: call(SLUGLINE, slugline.run, texts, make) for case, make in made.items()}
    bench.time_cases("containers", cases, phrases=len(given))


def threads(bench: Bench) -> None:
    """Time one thread beside two."""
    # So much that starting threads and taking hold of the strings are small beside it.
    texts = bench.texts(100 if bench.full else 50)
    sizes = ("100", "1k", "10k", "100k") if bench.full else ("1k", "100k")
    for size, given in corpora.gazetteers(bench.source, sizes):
        slugline, _ = bench.peer(peers.Slugline, size, given, texts)
        tag = slugline.matcher.tag
        contenders = [
            call(name, lambda texts, tag=tag, n=n: len(tag(texts, threads=n)), texts)
            for name, n in ((SLUGLINE, 1), (f"{SLUGLINE}, 2 threads", 2))
        ]
        bench.title("threads", size)
        bench.time("threads", size, contenders, phrases=len(given), x=len(given))


def calls(bench: Bench) -> None:
    """Time what can be asked, beside what peers have for it."""
    texts = bench.texts(16 if bench.full else 6)
    given = corpora.gazetteer(bench.source, "10k")
    slugline, _ = bench.peer(peers.Slugline, "10k", given, texts)
    matcher = slugline.matcher

    def any_of(texts: object) -> int:
        return int(texts.str.contains_any(patterns, ascii_case_insensitive=True).sum())

    import polars as pl

    patterns = pl.Series(given).implode()
    nothing = pl.Series(["x"])
    # So much text that building does not hide matching.
    polars_any = call("polars contains_any", any_of, bench.texts(50), pl.Series)
    polars_any.overhead = lambda: any_of(nothing)
    polars_any.mode = "ascii_case_insensitive"
    ours: dict[str, Callable[[list[str]], int]] = {
        "tag": lambda texts: len(matcher.tag(texts, threads=1)),
        "count": lambda texts: sum(
            matcher.count(texts, threads=1, frame="pyarrow")["matches"].to_pylist()
        ),
        "contains": lambda texts: sum(matcher.contains(texts, threads=1)),
        "first": lambda texts: sum(x is not None for x in matcher.first(texts, threads=1)),
        "matrix": lambda texts: int(matcher.matrix(texts, threads=1).sum()),
    }
    for case, run in ours.items():
        contenders = [call(SLUGLINE, run, texts)]
        if case == "contains":
            contenders.append(polars_any)
        if case == "matrix" and not peers.CountVectorizer.missing():
            peer, speed = bench.peer(peers.CountVectorizer, "10k", given, texts)
            some = corpora.thinned(texts, speed * bench.seconds)
            contenders.append(call(peer.name, peer.run, some, mode=peer.mode))
        bench.title("calls", case)
        bench.time("calls", case, contenders, phrases=len(given))


def substring(bench: Bench) -> None:
    """Time ASCII phrases anywhere, as written: what Aho–Corasick packages are made for."""
    texts = bench.texts(16 if bench.full else 6)
    sizes = ("100", "1k", "10k", "100k") if bench.full else ("1k", "10k")
    for size, all_of_them in corpora.gazetteers(bench.source, sizes):
        given = [phrase for phrase in all_of_them if phrase.isascii()]
        if not given:
            continue
        kinds = (*peers.FAST, peers.HyperscanLiterals, peers.Pyahocorasick, peers.Polars)
        key = f"substring {size}"
        bench.compare("substring", size, kinds, key, given, texts, x=len(given), fold=False)
        bench.forget(key)


def linearity(bench: Bench) -> None:
    """Time ever longer columns: the speed should stay."""
    sizes = (10, 100, 1000) if bench.full else (10, 100)
    given = corpora.gazetteer(bench.source, "1k")
    slugline, _ = bench.peer(peers.Slugline, "1k", given, bench.texts(1))
    bench.title("linearity", ", ".join(f"{size:,} MB" for size in sizes))
    cases = {f"{n:,} MB": call(SLUGLINE, slugline.run, bench.texts(n)) for n in sizes}
    bench.time_cases("linearity", cases, phrases=len(given))


def building(bench: Bench) -> None:
    """Measure seconds, kept and peak memory of building, in processes of their own."""
    sizes = list(corpora.SIZES) if bench.full else ["1k", "100k"]
    gave_up: set[type[Peer]] = set()
    for size, given in corpora.gazetteers(bench.source, sizes):
        bench.title("building", f"{size}: {len(given):,} phrases")
        for kind in peers.ALL:
            # Built as spaCy is; compiles at once; took too long with fewer phrases.
            if kind not in (peers.SpacyTokenized, peers.Re, *gave_up):
                if not _build(bench, kind, size, given):
                    gave_up.add(kind)
            elif kind in gave_up:
                note = "given up, as with fewer phrases"
                bench.add(Row("building: seconds", size, kind.name, "s", note=note))


def _build(bench: Bench, kind: type[Peer], size: str, given: list[str]) -> bool:
    """Measure one; tell whether it could be."""
    reason = kind.missing() if bench.full else kind.why_not(len(given), full=False)
    more = {"x": len(given), "phrases": len(given)}
    mode = kind().modes(len(given))[0]
    try:
        if reason:
            raise RuntimeError(reason)
        runs = [measure(kind.name, given, mode, 300 if bench.full else 60)]
        # What takes long is measured once; the rest as often as all else, if there is time.
        rounds = bench.rounds if bench.full else 3
        while len(runs) < rounds and sum(run["seconds"] for run in runs) < 2:
            runs.append(measure(kind.name, given, mode, 300))
    except (RuntimeError, TimeoutError) as error:
        bench.add(Row("building: seconds", size, kind.name, "s", note=str(error), **more))
        return False
    for what, unit, scale in (("seconds", "s", 1), ("kept", "MB", 1e6), ("peak", "MB", 1e6)):
        values = sorted(run[what] / scale for run in runs)
        title = what if what == "seconds" else f"{what} memory"
        row = Row(f"building: {title}", size, kind.name, unit, values[len(values) // 2], **more)
        row.low, row.high, row.mode = values[-1], values[0], mode
        bench.add(row)
    return True


def loading(bench: Bench) -> None:
    """Time how a gazetteer comes back, beside building a matcher of it."""
    import pickle

    import slugline as sl

    sizes = ("100k", "max") if bench.full else ("100k",)
    for size, given in corpora.gazetteers(bench.source, sizes):
        rows = [{"phrase": name, "concept": f"a/{n // 3}"} for n, name in enumerate(given)]
        gazetteer = sl.Gazetteer.from_table(rows)
        start = time.perf_counter()
        pickled = pickle.dumps(gazetteer), pickle.dumps(sl.PhraseMatcher(gazetteer))
        # What takes so long is timed once, or the rest would have to wait for a quarter of an hour.
        rounds = bench.rounds if time.perf_counter() - start < 10 else 1
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "gazetteer.parquet"
            gazetteer.write(path)
            todo: dict[str, Callable[..., sl.PhraseMatcher]] = {
                "building alone": partial(sl.PhraseMatcher, gazetteer),
                "unpickle gazetteer, build": lambda p=pickled[0]: sl.PhraseMatcher(pickle.loads(p)),
                "unpickle matcher": partial(pickle.loads, pickled[1]),
                "read Parquet, build": lambda path=path: sl.PhraseMatcher(sl.Gazetteer.read(path)),
                "from list of str": partial(sl.PhraseMatcher, given),
            }
            contenders = [
                Contender(f"{SLUGLINE}: {name}", _phrases_in, partial(_itself, make))
                for name, make in todo.items()
            ]
            bench.title("loading", f"{size}, rounds: {rounds}")
            bench.time("loading", size, contenders, rounds, phrases=len(given), x=len(given))


def _itself(call: Callable[..., object]) -> Callable[..., object]:
    return call


def _phrases_in(make: Callable[[], Any]) -> int:
    return len(make().gazetteer)


def call_peak(bench: Bench) -> None:
    """Measure what a call takes beyond its input and its result."""
    size = 1000 if bench.full else 200
    bench.title("memory of a call", f"{size:,} MB")
    for kind in KINDS:
        found = call_memory(kind, size)
        note = "strings have GROWN" if found["grown"] else ""
        row = Row("memory of a call", kind, SLUGLINE, "MB", found["call"] / 1e6, note=note)
        row.megabytes, row.matches = size, found["matches"]
        bench.add(row, by_case=True)


AXES: dict[str, Axis] = {
    "phrases": phrases,
    "languages": languages,
    "documents": documents,
    "density": density,
    "matches": matches,
    "containers": containers,
    "threads": threads,
    "calls": calls,
    "substring": substring,
    "linearity": linearity,
    "building": building,
    "loading": loading,
    "memory": call_peak,
}
