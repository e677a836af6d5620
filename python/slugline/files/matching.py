"""From a batch of texts to what the matcher finds in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slugline._texts import read_texts
from slugline._typing import Offsets, Overlap
from slugline.files.columns import arrow, mend_texts, text_bytes
from slugline.files.reading.source import silence
from slugline.files.records import Bad, Batch
from slugline.files.rows import Layout
from slugline.matcher import PhraseMatcher


@dataclass(slots=True)
class Matched:
    """What was found in a batch."""

    first: int
    """Number of its first record within the part."""
    rows: int
    nulls: int
    text_bytes: int
    found: list[Any]
    """For each column of texts what the matcher gave."""
    carried: list[Any]
    bad: list[Bad]
    held: int
    """Bytes of texts that are let go when this is written."""

    @property
    def made(self) -> int:
        """Bytes of what was found, which may be many times those of the texts."""
        return sum(_nbytes(found) for found in self.found)


@dataclass(frozen=True, slots=True)
class Tagging:
    """What is asked of the matcher."""

    matcher: PhraseMatcher
    layout: Layout
    overlap: Overlap
    offsets: Offsets
    replace: bool
    threads: int | None

    def match(self, batch: Batch, file: str, held: int) -> Matched:
        """Tag a batch. Texts that are not UTF-8 are told as bad, and the others tagged."""
        try:
            found = list(map(self._found, batch.texts))
        except ValueError:
            self._mend(batch, file)
            found = list(map(self._found, batch.texts))
        return Matched(
            first=batch.first,
            rows=batch.rows,
            nulls=batch.nulls,
            text_bytes=sum(map(text_bytes, batch.texts)),
            found=found,
            carried=batch.carried,
            bad=batch.bad,
            held=held,
        )

    def _mend(self, batch: Batch, file: str) -> None:
        """Take out of a batch the records of which a text is not UTF-8."""
        bad: dict[int, Bad] = {}
        for at, name in enumerate(self.layout.texts):
            batch.texts[at], wrong = mend_texts(
                batch.texts[at], name, file, batch.first, replace=self.replace
            )
            bad = {one.row: one for one in wrong} | bad
        if batch.files is not None:
            for row, one in bad.items():
                one.file = batch.files[row - batch.first]
        batch.bad += bad.values()
        silence(batch, [row - batch.first for row in bad])

    def _found(self, column: Any) -> Any:
        """Return a table of matches, or the parts of a matrix of counts."""
        m = self.matcher
        if self.layout.table == "matches":
            # As Arrow, which does not hold on to the texts.
            return arrow().table(
                m.tag(column, overlap=self.overlap, offsets=self.offsets, threads=self.threads)
            )
        return m._core.matrix(
            read_texts(column)[0],
            "concept",
            None,
            False,
            False,
            self.overlap,
            "raise",
            self.threads,
            None,
        )


def _nbytes(found: Any) -> int:
    if hasattr(found, "nbytes"):
        return int(found.nbytes)
    return sum(memoryview(part).nbytes for part in found[:3])
