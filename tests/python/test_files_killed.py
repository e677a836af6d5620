"""Nothing is lost: runs over files that are killed at any moment, and taken up again."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT

KILLS = int(os.environ.get("SLUGLINE_KILLS", "48"))
"""More of them, say 200, take some minutes; `scripts/kill_runs.py` shows them as they come."""
HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="it kills forked processes")


def test_killed_runs_end_as_whole_ones(tmp_path):
    environment = dict(os.environ, PYTHONPATH=os.pathsep.join([str(HERE), *sys.path]))
    ran = subprocess.run(
        [sys.executable, str(HERE / "files_killed.py"), str(tmp_path), str(KILLS), "6"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        timeout=60 + KILLS * 5,
    )
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    table = kills_table(lines)
    (ROOT / "target").mkdir(exist_ok=True)
    (ROOT / "target" / "kills.md").write_text(table, encoding="utf-8")
    print(table)
    assert ran.returncode == 0, ran.stderr + ran.stdout[-2_000:]
    kills = [line for line in lines if "kill" in line]
    compared = [line for line in lines if "compared" in line]
    assert len(kills) == KILLS
    assert [line for line in compared if line["differences"]] == []
    assert len(compared) == kills[-1]["folder"]
    at_commits = [line for line in kills if not line["moment"].startswith("random")]
    assert len(at_commits) >= KILLS // 3
    assert {"rename of a part", "rename of the journal"} <= {
        line["moment"].partition(" ")[2].rpartition(" ")[0] for line in at_commits
    }
    parts = next(line["parts"] for line in lines if "whole" in line)
    places = {4 * line["parts"] // parts for line in kills if line["parts"] < parts}
    assert places == {0, 1, 2, 3}, "the kills are spread over the whole run"


def kills_table(lines):
    """Return what was told of kills as a table."""
    rows = [
        "| kill | folder | seconds since start | moment | under way | parts in place |",
        "|-----:|-------:|--------------------:|--------|-----------|---------------:|",
    ]
    for line in lines:
        if "kill" in line:
            under_way = ", ".join(line["under way"]) or "between"
            rows.append(
                f"| {line['kill']} | {line['folder']} | {line['seconds']:.3f} | {line['moment']} "
                f"| {under_way} | {line['parts']} |"
            )
    return "\n".join(rows) + "\n"
