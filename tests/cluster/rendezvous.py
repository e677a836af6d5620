"""What runs in the workers of the tests, to tell which processes worked and what they were sent."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from slugline import _workers

WAIT = 30
"""Seconds until a process that is left alone goes on; the test then sees that it was alone."""

BUILT: Counter[str] = Counter()
"""How many matchers this process has built of each version of a gazetteer."""
ARRIVED: Counter[str] = Counter()
"""How often each version of a gazetteer has come to this process."""


def watch() -> None:
    """Count from now on, in this process, what its parcels do."""
    if hasattr(_workers, "watched"):
        return
    _workers.watched = True
    build, arrive = _workers.PhraseMatcher, _workers.Parcel.__setstate__

    def counted_build(gazetteer: Any) -> Any:
        BUILT[gazetteer.version] += 1
        return build(gazetteer)

    def counted_arrive(parcel: Any, state: Any) -> None:
        arrive(parcel, state)
        ARRIVED[parcel.version] += 1

    _workers.PhraseMatcher = counted_build
    _workers.Parcel.__setstate__ = counted_arrive


def meet(folder: str, processes: int = 2) -> int:
    """Leave a mark, wait until so many processes have, and return the id of this one."""
    watch()
    Path(folder, str(os.getpid())).touch()
    until = time.monotonic() + WAIT
    while len(os.listdir(folder)) < processes and time.monotonic() < until:
        time.sleep(0.02)
    return os.getpid()


def seen(version: str) -> tuple[int, int, int]:
    """Return the process, the matchers it built of a gazetteer, and the times that this came."""
    return os.getpid(), BUILT[version], ARRIVED[version]


def meet_frame(part: Any, folder: str) -> Any:
    """Add the process that has the partition, once it is not the only one at work."""
    return part.assign(pid=meet(folder))


def meet_table(table: pa.Table, folder: str) -> pa.Table:
    """Add the process that has the block, once it is not the only one at work."""
    return table.append_column("pid", pa.array([meet(folder)] * table.num_rows, pa.int64()))


def seen_table(table: pa.Table, version: str) -> pa.Table:
    """Tell of a block only what its process has seen."""
    names = ["pid", "built", "arrived"]
    return pa.table([pa.array([number], pa.int64()) for number in seen(version)], names)


def die_once(part: Any, folder: str) -> Any:
    """Kill the first process that comes here, after it has been sent everything."""
    try:
        Path(folder, "dead").touch(exist_ok=False)
    except FileExistsError:
        return part
    os.kill(os.getpid(), signal.SIGKILL)
    return part
