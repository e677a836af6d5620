"""The engine beside the slow reference, in one gazetteer and one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from reference import Reference
from support import POLICIES, gazetteer_of, rows_by_doc, rows_of

import slugline as sl

Case = tuple[Sequence[Mapping[str, Any]], str]

FILLER = (
    "a correspondent in the capital wrote of it as news to us who had been there, and I too "
    "was so sure of that story when it ended long ago "
)[:130]
assert len(FILLER) == 130


def check_matches(case: Case, filled: int) -> None:
    """Whatever place in the engine's blocks of 64 a text comes to stand at."""
    entries, text = case
    text = FILLER[:filled] + text
    reference = Reference(entries)
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    for overlap in POLICIES:
        assert rows_of(matcher.tag(text, overlap=overlap)) == reference.match(text, overlap)


def check_storages(case: Case, offsets: str) -> None:
    """Python's own storages (by widening the text) and UTF-8 in Arrow."""
    entries, text = case
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    reference = Reference(entries)
    # A code point far from the text makes all of it two or four bytes a character wide.
    widened = [text, text + " \u0416", text + " \U0001f600"]
    expected = [reference.match(wide, "all", offsets) for wide in widened]
    alone = [rows_of(matcher.tag(wide, overlap="all", offsets=offsets)) for wide in widened]
    together = rows_by_doc(matcher.tag(widened, overlap="all", offsets=offsets), 3)
    in_arrow = matcher.tag(pa.array(widened, pa.string_view()), overlap="all", offsets=offsets)
    assert alone == together == rows_by_doc(in_arrow, 3) == expected


def check_long_document(case: Case, overlap: str) -> None:
    """A document of many parts, on several threads, as on one."""
    entries, text = case
    matcher = sl.PhraseMatcher(gazetteer_of(entries))
    long = " \n".join([text] * (200_000 // (len(text) + 2) + 1))
    one = matcher.tag([long, text], overlap=overlap, threads=1)
    two = matcher.tag([long, text], overlap=overlap, threads=2)
    assert pa.table(one).equals(pa.table(two)) or _rows(one) == _rows(two)
    counts = {"by": "concept", "overlap": overlap, "frame": "pyarrow"}
    assert matcher.count([long, text], threads=2, **counts).equals(one.counts(frame="pyarrow"))
    matrices = [matcher.matrix([long, text], overlap=overlap, threads=n) for n in (1, 2)]
    assert (matrices[0] != matrices[1]).nnz == 0


def _rows(matches: sl.Matches) -> list[Any]:
    table = pa.table(matches)
    return [
        np.asarray(
            table[name].cast(pa.string()) if name in ("phrase", "concept") else table[name]
        ).tolist()
        for name in table.column_names
    ]
