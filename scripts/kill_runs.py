"""Kill runs over files 200 times, or as often as is said, and show each moment.

Usage: kill_runs.py [KILLS [SEED]]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1] / "tests" / "python"


def main() -> None:
    """Run the kills of the tests, and print a line for each."""
    kills, seed = (*sys.argv[1:], *["200", "6"][len(sys.argv) - 1 :])
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(TESTS), *sys.path]))
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(TESTS / "files_killed.py"), folder, kills, seed]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, encoding="utf-8", env=environment
        ) as ran:
            wrong = sum(show(json.loads(line)) for line in ran.stdout or ())
    sys.exit(1 if wrong or ran.returncode else 0)


def show(line: dict[str, object]) -> bool:
    """Print what is told; return whether it tells of a fault."""
    print("  ".join(f"{name}: {value}" for name, value in line.items()), flush=True)
    return bool(line.get("differences") or line.get("error"))


if __name__ == "__main__":
    main()
