"""Building: seconds, the memory that stays, and the peak while it lasts.

Memory is that of a process, so each peer builds in a child process of its own, which also ends
those that take too long.

    python benchmarks/building.py PEER FILE     # FILE: one JSON string a line; prints JSON
"""

import ctypes
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEMORY_LIMIT = 16_000_000_000


def measure(peer: str, phrases: list[str], mode: str, timeout: float) -> dict[str, float]:
    """Return ``seconds``, ``kept`` and ``peak`` (bytes) of building a peer in a child.

    Raises
    ------
    TimeoutError, RuntimeError
        Where it takes too long, or fails.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.writelines(json.dumps(phrase) + "\n" for phrase in phrases)
        file.flush()
        command = [sys.executable, str(Path(__file__)), peer, file.name, mode]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise TimeoutError(f"takes more than {timeout:,.0f} s") from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]
        raise RuntimeError(f"failed: {last}"[:160])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def memory(field: str) -> int:
    """Return a figure that Linux keeps of this process (``VmRSS``, ``VmHWM``), in bytes."""
    with open("/proc/self/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    return int(fields[field].split()[0]) * 1024


def settle() -> None:
    """Give back to the system what is free, and let the peak start anew from what is not."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")


def main() -> None:
    """Build, in the child."""
    import peers

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    name, path, mode = sys.argv[1:]
    kind = peers.BY_NAME[name]
    with open(path, encoding="utf-8") as lines:
        phrases = [json.loads(line) for line in lines]
    peer = kind()
    # Imports, threads and tables that are made once are not part of it.
    kind().prepare(phrases[:10], mode)
    settle()
    before = memory("VmRSS")
    start = time.perf_counter()
    peer.prepare(phrases, mode)
    if kind.builds_in_call:
        peer.build_again()
    seconds = time.perf_counter() - start
    peak = memory("VmHWM") - before
    settle()
    kept = memory("VmRSS") - before
    print(json.dumps({"seconds": seconds, "kept": max(kept, 0), "peak": max(peak, 0)}))


if __name__ == "__main__":
    main()
