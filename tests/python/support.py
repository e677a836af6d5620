"""What several tests share: gazetteers from the cases' entries, the corpora, their paths."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import slugline as sl

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
DATA = Path(os.environ.get("SLUGLINE_DATA", ROOT.parent / "shared" / "data"))
"""Real news and gazetteers, which are not part of the project."""

POLICIES = ("longest", "all", "longest-per-concept", "longest-per-branch")


def read_jsonl(path: Path) -> list[Any]:
    """Read a file of one JSON value a line."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def gazetteer_of(entries: Iterable[Mapping[str, Any]]) -> sl.Gazetteer:
    """Make a gazetteer of entries as the cases write them."""
    gazetteer = sl.Gazetteer()
    for entry in entries:
        options = {key: value for key, value in entry.items() if key not in ("phrase", "concept")}
        gazetteer.add(entry["phrase"], entry["concept"], **options)
    return gazetteer


def rows_of(matches: sl.Matches) -> list[tuple[int, int, str, str]]:
    """Return (start, end, phrase, concept) of matches in one document."""
    return [(match.start, match.end, match.phrase, match.concept) for match in matches]


def rows_by_doc(matches: sl.Matches, docs: int) -> list[list[tuple[int, int, str, str]]]:
    """Return the same for each of several documents."""
    rows: list[list[tuple[int, int, str, str]]] = [[] for _ in range(docs)]
    for doc, start, end, phrase, concept in matches._core:
        rows[doc].append((start, end, phrase, concept))
    return rows
