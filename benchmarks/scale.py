"""Tag corpora larger than memory with `sl.tag_files`, and show speed and memory as they go.

    python benchmarks/scale.py corpus --megabytes 10000   # one run, memory over time
    python benchmarks/scale.py stages                     # reading, matching, writing each alone
    python benchmarks/scale.py growth                     # files, rows, dictionary, budget, threads
    python benchmarks/scale.py spark                      # the same input by Spark (.venv-cluster)

Each run is a process of its own, whose memory is read from outside twice a second. Results are
added to ``benchmarks/results/scale.json``; the corpora lie in ``benchmarks/results/scale/`` until
they are removed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import corpora
import psutil
from environment import describe
from scale_corpus import write_parquet

HERE = Path(__file__).parent
RESULTS = HERE / "results"
CORPORA = RESULTS / "scale"
TAGS = CORPORA / "tags"
SPARK = HERE.parent / ".venv-cluster" / "bin" / "python"

CHILD = """
import json, sys, time
import psutil
import scale
import slugline as sl

given = json.loads(sys.argv[1])
m = scale.matcher(given["phrases"])
m.contains(["a first text, so that the automata are there"])
before = psutil.Process().memory_info().rss
print(json.dumps({"ready": before, "matcher": m.nbytes}), flush=True)
report = sl.tag_files(
    m, given["inputs"], given["output"], id="url", progress=None, resume=False, **given["options"]
)
print(json.dumps({
    "rows": report.rows, "text": report.bytes, "read": report.read_bytes,
    "matches": report.matches, "seconds": report.seconds, "stages": report.stages,
    "bad": sum(report.bad.values()),
}))
"""


def matcher(size: str) -> Any:
    """Return the matcher of a gazetteer that `corpora` knows."""
    import slugline as sl

    return sl.PhraseMatcher(corpora.gazetteer(corpora.Source(), size))


def run(inputs: Path | str, phrases: str = "10k", **options: Any) -> dict[str, Any]:
    """Tag files in a process of its own, and watch its memory."""
    shutil.rmtree(TAGS, ignore_errors=True)
    given = {"inputs": str(inputs), "output": str(TAGS), "phrases": phrases, "options": options}
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, json.dumps(given)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])},
    )
    assert child.stdout is not None
    ready = json.loads(child.stdout.readline())
    watched = psutil.Process(child.pid)
    began = time.perf_counter()
    memory: list[tuple[float, int]] = []
    while child.poll() is None:
        try:
            memory.append((time.perf_counter() - began, watched.memory_info().rss - ready["ready"]))
        except psutil.Error:
            break
        time.sleep(0.5)
    told = json.loads(child.stdout.read())
    if child.wait():
        raise SystemExit(f"the run failed: {given}")
    seconds = told["seconds"]
    return {
        "phrases": phrases,
        "options": options,
        "rows": told["rows"],
        "matches": told["matches"],
        "bad": told["bad"],
        "text_mb": round(told["text"] / 1e6, 1),
        "read_mb": round(told["read"] / 1e6, 1),
        "seconds": seconds,
        "rows_per_second": round(told["rows"] / seconds),
        "mb_per_second": round(told["text"] / 1e6 / seconds, 1),
        "stages": told["stages"],
        "matcher_mb": round(ready["matcher"] / 1e6, 1),
        "peak_mb": round(max((mb for _, mb in memory), default=0) / 1e6, 1),
        "peaks_by_tenth_mb": _by_tenth(memory),
        "output_mb": round(sum(file.stat().st_size for file in TAGS.glob("*.parquet")) / 1e6, 1),
    }


def _by_tenth(memory: list[tuple[float, int]]) -> list[float]:
    """Return the peaks within each tenth of the time, which should be alike."""
    if len(memory) < 10:
        return []
    step = len(memory) / 10
    tenths = [memory[int(at * step) : int((at + 1) * step)] for at in range(10)]
    return [round(max(rss for _, rss in tenth) / 1e6, 1) for tenth in tenths]


def corpus(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Tag one large corpus."""
    folder = CORPORA / f"corpus-{given.megabytes}"
    began = time.perf_counter()
    write_parquet(folder, given.megabytes, files=max(1, given.megabytes // 250))
    print(f"made in {time.perf_counter() - began:.0f} s: {_size(folder):,.0f} MB on disk")
    return [{"what": "corpus", **run(folder, given.phrases)}]


def stages(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Time reading, matching and writing alone, and all of them together, in turn."""
    import scale_stages

    folder = CORPORA / "stages"
    write_parquet(folder, given.megabytes, files=8)
    return scale_stages.measure(folder, matcher(given.phrases), given.rounds)


def growth(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Tag the same amount of text in other shapes."""
    rows = []

    def one(what: str, value: Any, inputs: Path, **options: Any) -> None:
        row = {"what": what, "value": value, **run(inputs, **options)}
        print(
            f"{what} {value}: {row['mb_per_second']} MB/s, {row['rows_per_second']:,} rows/s, "
            f"peak {row['peak_mb']} MB, {row['seconds']} s",
            flush=True,
        )
        rows.append(row)

    for files in (1, 10, 100, 1_000):
        folder = CORPORA / f"files-{given.megabytes}-{files}"
        write_parquet(folder, given.megabytes, files=files)
        one("files", files, folder)
    for mean in (300, 3_000, 30_000, 300_000):
        folder = CORPORA / f"mean-{given.megabytes}-{mean}"
        write_parquet(folder, given.megabytes, files=10, mean=mean)
        one("bytes of an article", mean, folder)
    folder = CORPORA / f"files-{given.megabytes}-10"
    for phrases in ("100", "1k", "10k", "100k", "max"):
        one("phrases", phrases, folder, phrases=phrases)
    for memory in ("128MB", "256MB", "512MB", "2GB"):
        one("memory", memory, folder, memory=memory)
    for threads in (1, 2):
        one("threads", threads, folder, threads=threads)
    for table in ("matches", "documents"):
        one("table", table, folder, table=table)
    return rows


def spark(given: argparse.Namespace) -> list[dict[str, Any]]:
    """Tag the same files by Spark on this machine, and by `tag_files`."""
    folder = CORPORA / f"files-{given.megabytes}-10"
    write_parquet(folder, given.megabytes, files=10)
    phrases = CORPORA / "phrases.csv"
    m = matcher(given.phrases)
    m.gazetteer.write(phrases)
    command = [SPARK, HERE / "spark_overhead.py", folder, phrases, "--id", "url", "--rounds", "3"]
    done = subprocess.run(
        [*map(str, command), "--pass-through"],
        env=os.environ | {"PYTHONPATH": str(HERE.parent / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    by_spark = json.loads(done.stdout[done.stdout.index("{") :])
    return [
        {"what": "spark", **by_spark},
        {"what": "tag_files", **run(folder, given.phrases)},
    ]


def _size(folder: Path) -> float:
    return sum(file.stat().st_size for file in folder.glob("*.parquet")) / 1e6


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["corpus", "stages", "growth", "spark"])
    parser.add_argument("--megabytes", type=int, help="of text (10,000 for corpus, else 500)")
    parser.add_argument("--phrases", default="10k", choices=list(corpora.SIZES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="leave the corpora on the disk")
    given = parser.parse_args()
    given.megabytes = given.megabytes or (10_000 if given.what == "corpus" else 500)
    CORPORA.mkdir(parents=True, exist_ok=True)
    rows = globals()[given.what](given)
    for row in rows:
        print(json.dumps(row, ensure_ascii=False))
    path = RESULTS / f"scale-{given.what}.json"
    about = describe(f"python benchmarks/scale.py {given.what}", "sentences of news", 1)
    path.write_text(json.dumps({"about": about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    if not given.keep:
        shutil.rmtree(CORPORA)


if __name__ == "__main__":
    main()
