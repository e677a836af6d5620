"""Memory and speed of several workers on one machine, by the way they come by a matcher.

Each way runs in a process of its own: it makes the matcher, starts the workers, lets all of them
tag for a while, and then, while all still live, reads what Linux says of each in
``/proc/PID/smaps_rollup``. USS is what a process has alone; PSS adds its part of what it shares,
so that the sum over all processes is what they take together. What the machine has less of
besides is of use only where nothing else runs.

    python benchmarks/processes.py [--workers 8] [--seconds 10] [--gazetteer FILE] [--out FILE]
"""

import argparse
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import corpora

import slugline as sl

WAYS = {
    "none": "spawn, without it",
    "threads": "one process, as many threads",
    "fork": "fork, built before",
    "fork-load": "fork, loaded before, never called",
    "fork-load-warm": "fork, loaded before and called once",
    "forkserver": "forkserver, preloaded",
    "spawn-load": "spawn, each loads the file",
    "spawn-build": "spawn, each builds from the gazetteer",
}
PRELOADED = "slugline_preloaded"
TIMEOUT = 300

matcher: sl.PhraseMatcher | None = None
"""What forked workers find."""


def smaps(pid: int | str = "self") -> dict[str, int]:
    """Return ``uss``, ``pss`` and ``rss`` of a process, in bytes."""
    with open(f"/proc/{pid}/smaps_rollup") as lines:
        next(lines)  # The addresses.
        sizes = {name: int(size.split()[0]) * 1024 for name, size in (x.split(":") for x in lines)}
    uss = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return {"uss": uss, "pss": sizes["Pss"], "rss": sizes["Rss"]}


def available() -> int:
    """Return how much memory the machine has left, in bytes."""
    with open("/proc/meminfo") as lines:
        fields = dict(line.split(":", 1) for line in lines)
    return int(fields["MemAvailable"].split()[0]) * 1024


@contextmanager
def lowest_available(every: float = 0.05) -> Iterator[list[int]]:
    """Keep looking how much memory the machine has left; the list's only number is the least."""
    low = [available()]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(every):
            low[0] = min(low[0], available())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield low
    finally:
        ended.set()
        thread.join()


# -- The workers --------------------------------------------------------------------------------


def inherited() -> sl.PhraseMatcher:
    """Return the matcher that was there before the fork."""
    assert matcher is not None
    return matcher


def preloaded() -> sl.PhraseMatcher:
    """Return the matcher of the module that the server of forks has imported."""
    if PRELOADED not in sys.modules:
        raise RuntimeError(f"{PRELOADED} was not preloaded")
    found: sl.PhraseMatcher = sys.modules[PRELOADED].matcher
    return found


def tag_for(seconds: float, m: sl.PhraseMatcher, texts: list[str]) -> dict[str, float]:
    """Tag texts once, which tells how long the first call takes, and then again and again."""
    size = sum(len(text.encode()) for text in texts) / 1e6
    start = time.perf_counter()
    found = len(m.tag(texts, threads=1))
    first = time.perf_counter()
    done = 0.0
    while time.perf_counter() - first < seconds:
        m.tag(texts, threads=1)
        done += size
    taken = time.perf_counter() - first
    return {"megabytes": done, "taken": taken, "first": first - start, "matches": found}


def work(connection: Any, get: Callable[[], sl.PhraseMatcher], texts: str, seconds: float) -> None:
    """Be a worker: get ready, tag, measure, and go, each when told."""
    m = get()
    with open(texts, encoding="utf-8") as file:
        rows = json.load(file)
    connection.send(smaps())
    connection.recv()
    connection.send(tag_for(seconds, m, rows))
    connection.recv()
    connection.send(smaps())
    connection.recv()


def run_processes(
    context: Any, get: Callable[[], sl.PhraseMatcher], texts: list[str], seconds: float
) -> dict[str, Any]:
    """Let processes tag, and measure all of them."""
    start = time.perf_counter()
    processes, pipes = [], []
    for path in texts:
        here, there = context.Pipe()
        process = context.Process(target=work, args=(there, get, path, seconds), daemon=True)
        process.start()
        there.close()
        processes.append(process)
        pipes.append(here)

    def told() -> list[Any]:
        return [pipe.recv() for pipe in pipes]

    def go() -> None:
        for pipe in pipes:
            pipe.send(None)

    at_start = told()
    ready = time.perf_counter() - start
    go()
    done = told()
    go()
    at_end = told()
    workers = {process.pid for process in processes}
    others = [smaps(pid) for pid in descendants(os.getpid()) - workers]
    own = smaps()
    low = available()
    go()
    for process in processes:
        process.join(30)
    return {
        "ready": ready,
        "at_start": at_start,
        "at_end": at_end,
        "others": others,
        "parent": own,
        "done": done,
        "available": low,
    }


def run_threads(m: sl.PhraseMatcher, texts: list[str], seconds: float) -> dict[str, Any]:
    """Let threads tag, and measure their process."""
    rows = [json.loads(Path(path).read_text("utf-8")) for path in texts]
    with ThreadPoolExecutor(len(rows)) as pool:
        done = list(pool.map(partial(tag_for, seconds, m), rows))
    return {
        "ready": 0.0,
        "at_start": [],
        "at_end": [],
        "others": [],
        "parent": smaps(),
        "done": done,
        "available": available(),
    }


def descendants(pid: int) -> set[int]:
    """Return the processes that a process has started, and those that these have."""
    found: set[int] = set()
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (thread / "children").read_text().split()):
            found |= {child} | descendants(child)
    return found


# -- One way ------------------------------------------------------------------------------------


def measure(way: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Run one way, in a process that has done nothing else."""
    global matcher
    texts = sorted(str(path) for path in folder.glob("texts-*.json"))
    saved, gazetteer = folder / "matcher.slugline", folder / "gazetteer.parquet"
    start, before = time.perf_counter(), available()
    with lowest_available() as low:
        if way == "fork":
            matcher = sl.PhraseMatcher(sl.Gazetteer.read(gazetteer))
        elif way == "threads" or way.startswith("fork-load"):
            matcher = sl.PhraseMatcher.load(saved)
            if way.endswith("warm"):
                matcher.tag(matcher.phrases)
        made = time.perf_counter() - start
        if way == "threads":
            found = run_threads(inherited(), texts, seconds)
        else:
            context: Any = multiprocessing.get_context(way.split("-")[0].replace("none", "spawn"))
            get: Callable[[], sl.PhraseMatcher] = inherited
            if way == "forkserver":
                module = f"import slugline\nmatcher = slugline.PhraseMatcher.load({str(saved)!r})\n"
                (folder / f"{PRELOADED}.py").write_text(module + "matcher.tag(matcher.phrases)\n")
                # The server looks where a new interpreter looks, not in this one's sys.path.
                os.environ["PYTHONPATH"] = os.pathsep.join(
                    [str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]
                )
                context.set_forkserver_preload([PRELOADED])
                get = preloaded
            elif way == "spawn-load":
                get = partial(sl.PhraseMatcher.load, saved)
            elif way == "spawn-build":
                get = partial(sl.PhraseMatcher, sl.Gazetteer.read(gazetteer))
            elif way == "none":
                get = partial(sl.PhraseMatcher, ["Reuters"])
            found = run_processes(context, get, texts, seconds)
    everyone = [found["parent"], *found["others"], *found["at_end"]]
    return {
        "way": way,
        "made": made,
        "ready": made + found["ready"],
        "nbytes": matcher.nbytes if matcher else None,
        "worker_uss_at_start": _mean(found["at_start"], "uss"),
        "worker_uss": _mean(found["at_end"], "uss"),
        "worker_rss": _mean(found["at_end"], "rss"),
        "parent_uss": found["parent"]["uss"],
        "total_pss": sum(one["pss"] for one in everyone),
        "machine": before - found["available"],
        "machine_peak": before - low[0],
        "first": max(one["first"] for one in found["done"]),
        "speed": sum(one["megabytes"] / one["taken"] for one in found["done"]),
        "matches": sum(one["matches"] for one in found["done"]),
    }


def _mean(sizes: list[dict[str, int]], kind: str) -> float | None:
    return sum(one[kind] for one in sizes) / len(sizes) if sizes else None


def prepare(folder: Path, workers: int, source: corpora.Source) -> dict[str, Any]:
    """Write the gazetteer, the saved matcher and the texts that all ways read."""
    path = source.gazetteer or corpora.DATA / "gazetteers" / "mixed_max.parquet"
    if path.exists():
        gazetteer = sl.Gazetteer.read(path, **({} if source.gazetteer else {"concept": "label"}))
    else:
        gazetteer = sl.Gazetteer.from_dict({"phrase": corpora.gazetteer(source, "max")})
    gazetteer.write(folder / "gazetteer.parquet")
    m = sl.PhraseMatcher(gazetteer)
    m.save(folder / "matcher.slugline")
    texts = corpora.english(source)
    for worker in range(workers):
        part = folder / f"texts-{worker}.json"
        part.write_text(json.dumps(texts[worker::workers]), "utf-8")
    return {
        "phrases": len(gazetteer),
        "nbytes": m.nbytes,
        "file": (folder / "matcher.slugline").stat().st_size,
        "matches": len(m.tag(texts)),
        "megabytes": sum(len(text.encode()) for text in texts) / 1e6,
    }


def run_way(way: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Run one way in a child, and end it with all that it started if it takes too long."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    command += ["--seconds", str(seconds)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        try:
            out, _ = child.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            return {"way": way, "failed": f"takes more than {TIMEOUT} s"}
    if child.returncode:
        return {"way": way, "failed": f"exit status {child.returncode}"}
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


HEAD = (
    f"{'way':<40}{'ready s':>8}{'first s':>8}{'MB/s':>7}{'USS then':>10}{'USS now':>10}"
    f"{'all (PSS)':>11}{'machine':>9}{'peak':>9}"
)


def line(way: dict[str, Any]) -> str:
    """Return a line of the table: seconds, MB/s, and MB."""
    name = WAYS[way["way"]]
    if "failed" in way:
        return f"{name:<40}  {way['failed']}"

    def size(key: str) -> str:
        return "–" if way[key] is None else f"{way[key] / 1e6:,.0f}"

    return (
        f"{name:<40}{way['ready']:>8.1f}{way['first']:>8.1f}{way['speed']:>7.0f}{size('worker_uss_at_start'):>10}"
        f"{size('worker_uss'):>10}{size('total_pss'):>11}{size('machine'):>9}"
        f"{size('machine_peak'):>9}"
    )


def main() -> None:
    """Print a line for each way, and write all of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10.0, help="of tagging")
    parser.add_argument("--gazetteer", type=Path, help="a file that Gazetteer.read reads")
    parser.add_argument("--only", help=f"some of {','.join(WAYS)}")
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent / "results/processes.json"
    )
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.way:
        print(json.dumps(measure(given.way, given.folder, given.seconds)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = corpora.Source(gazetteer=given.gazetteer)
        facts = prepare(folder, given.workers, source)
        print(
            f"{facts['phrases']:,} phrases, matcher {facts['nbytes'] / 1e6:,.0f} MB, "
            f"file {facts['file'] / 1e6:,.0f} MB; {given.workers} workers; sizes in MB\n{HEAD}",
            flush=True,
        )
        ways = []
        for way in given.only.split(",") if given.only else WAYS:
            ways.append(run_way(way, folder, given.seconds))
            print(line(ways[-1]), flush=True)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps({**facts, "workers": given.workers, "ways": ways}, indent=1))
    wrong = [way["way"] for way in ways if way.get("matches", 0) != facts["matches"]]
    sys.exit(f"failed, or found other matches: {', '.join(wrong)}" if set(wrong) - {"none"} else 0)


if __name__ == "__main__":
    main()
