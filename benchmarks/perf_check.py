"""Count the instructions of fixed pieces of work, and compare with what they were.

    python benchmarks/perf_check.py             # fails where one takes 5 % more
    python benchmarks/perf_check.py --record    # makes today's counts the baseline

Counts, unlike times, are the same whatever else the machine does. They say nothing of memory and of
branches: a change that moves them is worth timing (``make bench-kernels``).
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
KERNELS = ROOT / "benchmarks" / "kernels"
BASELINE = KERNELS / "baseline.json"
# Beyond this a change is one; hash maps with random seeds move counts by a tenth of that.
TOLERATED = 0.05
# The function of perf_check.rs from whose entry on instructions are counted, as good as to its end.
MEASURED = "perf_check::measured*"


class Counted(NamedTuple):
    """What one workload took."""

    instructions: int
    # How many matches: if it finds something else, it is not the same work.
    found: int


def output(*command: str) -> str:
    """Run a command and return what it prints, without the white space around."""
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def need_valgrind() -> None:
    """Say what is missing, and end, where nothing can be counted."""
    if platform.machine() not in ("x86_64", "AMD64"):
        sys.exit("The baseline is of x86-64: on another processor nothing compares with it.")
    if shutil.which("valgrind") is None:
        sys.exit("This needs valgrind: install it with `apt-get install valgrind` or the like.")


def build() -> Path:
    """Build the program, and return where it is."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target" / "kernels"))
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--bin", "perf_check"]
    command += ["--manifest-path", str(KERNELS / "Cargo.toml"), "--target-dir", str(target)]
    subprocess.run(command, check=True)
    return target / "release" / "perf_check"


def count(program: Path, workload: str) -> Counted:
    """Run a workload once, slowly."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "counts"
        found = output(
            "valgrind",
            "--quiet",
            "--tool=callgrind",
            f"--callgrind-out-file={out}",
            # Not --toggle-collect, which counts one thread: building has threads of its own.
            f"--zero-before={MEASURED}",
            str(program),
            workload,
        )
        dump = out.read_text("utf-8")
    totals = re.search(r"^totals: (\d+)$", dump, re.MULTILINE)
    # Under another name it would not be noticed, and all counted.
    if totals is None or MEASURED.rstrip("*") not in dump:
        sys.exit(f"{workload}: callgrind did not see {MEASURED}")
    return Counted(int(totals[1]), int(found))


def compare(workload: str, now: Counted, before: dict[str, int] | None) -> tuple[str, str]:
    """Return the rest of the workload's line, and what is to be said of it below."""
    if before is None:
        return f"{'–':>15}{'new':>9}", f"{workload} is new: record it"
    change = now.instructions / before["instructions"] - 1
    line = f"{before['instructions']:>15,}{change:>+9.1%}"
    if now.found != before["found"]:
        return line, f"{workload} FAILS: it finds {now.found:,} rather than {before['found']:,}"
    if change > TOLERATED:
        return line, f"{workload} FAILS: it takes {change:.1%} more instructions"
    if change < -TOLERATED:
        return line, f"{workload} improved by {-change:.1%}: record it, so that it stays so"
    return line, ""


def main() -> None:
    """Count, compare and record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="make the counts the baseline")
    parser.add_argument("--only", default="", help="some workloads, separated by commas")
    given = parser.parse_args()
    need_valgrind()
    program = build()
    workloads = output(str(program)).splitlines()
    only = [name for name in given.only.split(",") if name] or workloads
    if unknown := set(only) - set(workloads):
        parser.error(f"no such workload: {', '.join(sorted(unknown))}; there are {workloads}")

    rustc = output("rustc", "--version")
    baseline = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {"workloads": {}}
    other = baseline.get("rustc", rustc)
    if other != rustc:
        print(f"*** THE BASELINE IS OF {other}, THIS IS {rustc}: compilers change counts too ***\n")

    # One processor, so that building has one thread and none that waits busily for others.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    os.environ["RAYON_NUM_THREADS"] = "1"
    print(f"{'workload':<20}{'instructions':>15}{'baseline':>15}{'change':>9}")
    counts, remarks = {}, []
    for workload in only:
        counts[workload] = count(program, workload)
        before = baseline["workloads"].get(workload)
        line, remark = compare(workload, counts[workload], before)
        print(f"{workload:<20}{counts[workload].instructions:>15,}{line}", flush=True)
        remarks += [remark] if remark else []
    if given.record:
        recorded = baseline["workloads"] | {name: now._asdict() for name, now in counts.items()}
        # Of the workloads that are still there.
        kept = {name: recorded[name] for name in workloads if name in recorded}
        date = datetime.date.today().isoformat()
        text = json.dumps({"rustc": rustc, "date": date, "workloads": kept}, indent=2)
        BASELINE.write_text(f"{text}\n", encoding="utf-8")
        print(f"\nRecorded in {BASELINE.relative_to(ROOT)}")
        return
    print("", *remarks, sep="\n")
    if any("FAILS" in remark for remark in remarks):
        sys.exit(1)
    print(f"No workload takes over {TOLERATED:.0%} more instructions than it did.")


if __name__ == "__main__":
    main()
