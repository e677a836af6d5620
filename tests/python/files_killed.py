"""Runs over files that are killed at many moments, taken up again, and compared with a whole one.

Usage: files_killed.py FOLDER KILLS SEED

Writes a corpus into the folder, tags it once without a break, and then again and again: every run
is a process of its own, forked from this one, which is killed by SIGKILL, in turns at a random
moment and just before or after a call that commits (a rename, an fsync), and then taken up by the
next one until all is done. A JSON object a line tells each kill and each comparison.
"""

from __future__ import annotations

import json
import mmap
import os
import random
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import files_support as support

from slugline.files import pipeline, run, tagging
from slugline.files.matching import Tagging
from slugline.files.writing import journal as journals
from slugline.files.writing.part import PartWriter

PARTS = 40
ROWS = 300
BETWEEN = 0.05
"""Seconds between two commits here, so that there are many to be hit."""
STAGES = ("begin", "read", "match", "write", "end of a part", "commit", "rename", "sync")
_OFTEN = ("rename of a part", "rename of the journal", "sync of a file", "sync of a folder")
_COMMITS = (*_OFTEN, "rename of bad records", "rename of the report")
"""Calls that commit. The plan is renamed once, before there is anything to be lost."""


class Watched:
    """What goes on in the process that will be killed, in memory that outlives it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, mmap.PAGESIZE)
        self._lock = threading.Lock()
        self._calls: dict[str, int] = {}
        self.fatal: tuple[str, str, int] | None = None
        """Which call kills, on which side of it, and the how manieth."""

    def clear(self) -> None:
        self._shared[:] = bytes(len(self._shared))

    def under_way(self) -> list[str]:
        return [stage for at, stage in enumerate(STAGES) if self._shared[at]]

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        at = STAGES.index(name)
        with self._lock:
            self._shared[at] += 1
        try:
            yield
        finally:
            with self._lock:
                self._shared[at] -= 1

    @contextmanager
    def call(self, name: str) -> Iterator[None]:
        with self._lock:
            self._calls[name] = count = self._calls.get(name, 0) + 1
        if self.fatal == (name, "before", count):
            os.kill(os.getpid(), signal.SIGKILL)
        yield
        if self.fatal == (name, "after", count):
            os.kill(os.getpid(), signal.SIGKILL)

    def patch(self) -> None:
        """Wrap what the stages are, and the calls that commit."""
        read, replace, fsync = pipeline.read, os.replace, os.fsync

        def watched_read(part: Any, source: Any) -> Iterator[Any]:
            batches = read(part, source)
            while True:
                with self.stage("read"):
                    batch = next(batches, None)
                if batch is None:
                    return
                yield batch

        def watched_replace(source: str, target: str) -> None:
            with self.stage("rename"), self.call(_kind_of_rename(target)):
                replace(source, target)

        def watched_fsync(file: int) -> None:
            is_folder = os.path.isdir(f"/proc/self/fd/{file}") or os.path.isdir(f"/dev/fd/{file}")
            with self.stage("sync"), self.call(f"sync of a {'folder' if is_folder else 'file'}"):
                fsync(file)

        pipeline.read = watched_read  # type: ignore[assignment]
        os.replace = watched_replace  # type: ignore[assignment]
        os.fsync = watched_fsync  # type: ignore[assignment]
        for owner, name, stage in (
            (run.Run, "_plan", "begin"),
            (Tagging, "match", "match"),
            (PartWriter, "add", "write"),
            (PartWriter, "end", "end of a part"),
            (journals.Journal, "_commit", "commit"),
        ):
            setattr(owner, name, self._within(stage, getattr(owner, name)))
        journals._BETWEEN = BETWEEN

    def _within(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **options: Any) -> Any:
            with self.stage(stage):
                return function(*args, **options)

        return watched


def _kind_of_rename(target: str) -> str:
    if "/_slugline/bad/" in target:
        return "rename of bad records"
    if "/_slugline/journal/" in target:
        return "rename of the journal"
    if target.endswith("plan.json"):
        return "rename of the plan"
    return "rename of a part" if target.endswith(".parquet") else "rename of the report"


def start(watched: Watched, job: Callable[[], None]) -> tuple[int, int]:
    """Fork a process for a job; return its number, and a pipe that tells that the job began."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    code = 1
    try:
        os.close(reader)
        watched.patch()
        os.write(writer, b"!")
        job()
        code = 0
    except BaseException as error:  # Whatever it is, the process that was forked ends here.
        traceback.print_exception(error)
        print(json.dumps({"error": repr(error)}), flush=True)
    finally:
        os._exit(code)


def tag(corpus: Path, output: Path) -> None:
    """Tag the corpus, or go on with it."""
    tagging.tag_files(
        support.matcher(), corpus, output, id="url", columns=["day"], progress=None, memory="128MB"
    )


def compare(expected: Path, got: Path) -> None:
    """Print in what a folder differs from one that was made without a break."""
    support.check_clean(got)
    said = support.differences(support.contents(expected), support.contents(got))
    print(json.dumps({"compared": got.name, "differences": said}), flush=True)


def run_to_end(watched: Watched, job: Callable[[], None]) -> float:
    """Run a job in a process of its own, which must end well; return the seconds that it took."""
    child, pipe = start(watched, job)
    os.read(pipe, 1)
    began = time.monotonic()
    _, status = os.waitpid(child, 0)
    os.close(pipe)
    if status:
        raise SystemExit(f"a run that was not killed ended with {status}")
    return time.monotonic() - began


def run_killed(
    watched: Watched, job: Callable[[], None], moment: float, reached: Callable[[], bool]
) -> tuple[float, bool]:
    """Run a job, and kill it some seconds after something is reached, unless it is fatal by itself.

    Returns
    -------
    (seconds, killed)
        When it ended, and whether it was killed.
    """
    watched.clear()
    child, pipe = start(watched, job)
    os.read(pipe, 1)
    began = time.monotonic()
    # The pipe closes when the process ends, whatever ends it.
    ended = False
    while not ended and not reached():
        ended = bool(select.select([pipe], [], [], 0.005)[0])
    if not ended and not select.select([pipe], [], [], moment)[0]:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - began
    os.close(pipe)
    if status and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        raise SystemExit(f"a run ended with {status}")
    return seconds, bool(status)


def has_parts(output: Path, least: int) -> bool:
    """Tell whether so many parts are in place."""
    return support.parts_in(output) >= least


def campaign(folder: Path, kills: int, seed: int) -> None:
    """Kill runs until so many were killed, and take each up until it is done."""
    choose = random.Random(seed)
    watched = Watched()
    corpus, expected = folder / "corpus", folder / "whole"
    support.write_corpus(corpus, PARTS, ROWS, seed)
    whole = run_to_end(watched, partial(tag, corpus, expected))
    print(json.dumps({"whole": round(whole, 2), "parts": support.parts_in(expected)}), flush=True)
    killed = number = 0
    while killed < kills:
        number += 1
        output = folder / f"killed-{number}"
        job = partial(tag, corpus, output)
        while killed < kills:
            watched.fatal = None
            least = 0
            what = "random"
            moment = choose.uniform(0, whole * 0.45)
            if killed % 2:
                # Half of the kills hit a commit: each kind of call in turn, and both sides of it.
                call = _COMMITS[killed // 2 % len(_COMMITS)]
                side = ("before", "after")[killed // 2 // len(_COMMITS) % 2]
                watched.fatal = (call, side, choose.randint(1, 4) if call in _OFTEN else 1)
                what = "{1} {0} {2}".format(*watched.fatal)
                moment = 60.0
            elif killed % 4:
                # However fast the machine is, some come late in the run.
                least = choose.randint(min(support.parts_in(output), PARTS - 1), PARTS - 1)
                moment = choose.uniform(0, 0.1)
                what = f"random, once {least} parts were there"
            seconds, was_killed = run_killed(
                watched, job, moment, partial(has_parts, output, least)
            )
            if not was_killed:
                break
            killed += 1
            told = {
                "kill": killed,
                "folder": number,
                "seconds": round(seconds, 3),
                "moment": what,
                "under way": watched.under_way(),
                "parts": support.parts_in(output),
            }
            print(json.dumps(told), flush=True)
        watched.fatal = None
        run_to_end(watched, job)
        run_to_end(watched, partial(compare, expected, output))


if __name__ == "__main__":
    campaign(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
