"""Time `slugline.spark.tag` from Parquet to Parquet on this machine, as JSON.

Run it with a Python that has pyspark: `python benchmarks/spark_overhead.py NEWS/ GAZETTEER.csv`.
What Spark takes to start, and to send the gazetteer, stands apart from the job; starting the
Python workers and building the matcher in each is part of its first round, and rates are those of
the fastest. With ``--pass-through`` the same rows are also sent to Python and back with nothing
done to them, which tells Spark's part from slugline's.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

import slugline as sl


def main() -> None:
    given = arguments()
    rows, megabytes = size_of(given.folder, given.text)
    gaz = sl.Gazetteer.read(given.gazetteer)

    spark, start = timed(lambda: session(given.master, given.memory))
    try:
        news = spark.read.parquet(str(given.folder))
        with tempfile.TemporaryDirectory(prefix="slugline-", dir=given.out) as out:
            tags, send = timed(lambda: sl.spark.tag(news, gaz, text=given.text, id=given.id))
            seconds = [
                timed(lambda at=at: tags.write.parquet(f"{out}/{at}"))[1]
                for at in range(given.rounds)
            ]
            matches = spark.read.parquet(f"{out}/0").count()
            passing = pass_through(news, given) if given.pass_through else None
    finally:
        spark.stop()

    best = min(seconds)
    figures = {
        "rows": rows,
        "text_mb": round(megabytes, 3),
        "phrases": len(gaz),
        "matches": matches,
        "master": given.master,
        "start_seconds": round(start, 3),
        "send_seconds": round(send, 3),
        "seconds": [round(one, 3) for one in seconds],
        "rows_per_second": round(rows / best, 1),
        "mb_per_second": round(megabytes / best, 3),
        "pass_through_seconds": passing and round(passing, 3),
    }
    print(json.dumps(figures, indent=2))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="of Parquet files")
    parser.add_argument("gazetteer", type=Path, help="what Gazetteer.read reads")
    parser.add_argument("--text", default="text", help="the column of the texts")
    parser.add_argument("--id", help="the column that becomes id")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument("--memory", default="2g", help="of Spark's Java process")
    parser.add_argument("--rounds", type=int, default=1, help="the first starts the workers, too")
    parser.add_argument("--out", help="where to write (and remove) the matches")
    parser.add_argument("--pass-through", action="store_true", help="time Spark alone as well")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder")
    if given.rounds < 1:
        parser.error("--rounds must be at least 1")
    return given


def size_of(folder: Path, text: str) -> tuple[int, float]:
    """Return how many rows a folder has, and megabytes (10⁶ bytes) of text in UTF-8."""
    rows = nbytes = 0
    for batch in ds.dataset(folder, format="parquet").to_batches(columns=[text]):
        rows += batch.num_rows
        nbytes += pc.sum(pc.binary_length(batch[text])).as_py() or 0
    return rows, nbytes / 1e6


def session(master: str, memory: str) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(master)
        .config("spark.driver.memory", memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def pass_through(news: Any, given: argparse.Namespace) -> float:
    """Return the seconds that the rows take to Python and back, with nothing done and written."""

    def same(batches: Iterator[Any]) -> Iterator[Any]:
        return batches

    wanted = news.select(*dict.fromkeys([given.text, *([given.id] if given.id else [])]))
    job = wanted.mapInArrow(same, wanted.schema).write.format("noop").mode("overwrite")
    return timed(job.save)[1]


def timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
