"""One part as it grows: matches in row groups, or counts; and its bad records beside it."""

from __future__ import annotations

import contextlib
import json
import time
from contextlib import ExitStack
from typing import Any

from slugline._optional import require
from slugline.files.columns import arrow, compute
from slugline.files.inputs import Part
from slugline.files.matching import Matched
from slugline.files.records import Bad
from slugline.files.rows import Layout, add_up
from slugline.files.writing.folder import ASIDE, BAD, OutputFolder
from slugline.files.writing.journal import Done, Journal, bad_name

_NAMES = ("phrase", "concept", "field")
"""The columns that repeat a few names."""
_COMPRESSION = "zstd"


class _GivenUp(Exception):
    """The part comes to nothing."""


class PartWriter:
    """Writes a part aside, and hands it to the journal when it is whole."""

    def __init__(
        self,
        part: Part,
        folder: OutputFolder,
        layout: Layout,
        schema: Any,
        metadata: dict[str, str],
        pending: int,
        record: int,
    ) -> None:
        self.done = Done(part.number, part.name, part.files[0].path, read=part.size, record=record)
        self._layout = layout
        self._folder = folder
        self._pending_limit = pending
        self._schema = schema.with_metadata(
            {f"slugline.{name}": value for name, value in metadata.items()}
        )
        self._stack = ExitStack()
        self._writer: Any = None
        self._bad: Any = None
        self._held: list[Any] = []
        self._held_bytes = 0
        self._handed_over = False
        self.seconds = 0.0

    def add(self, matched: Matched) -> None:
        """Take the matches of a batch.

        Raises
        ------
        OSError
            Where they cannot be written.
        """
        began = time.perf_counter()
        done = self.done
        done.rows += matched.rows
        done.nulls += matched.nulls
        done.texts += matched.text_bytes
        for bad in matched.bad:
            self._note(bad)
        for table in self._layout.tables(matched, self._pending_limit):
            self._hold(table)
        self.seconds += time.perf_counter() - began

    def stop(self, bad: Bad) -> None:
        """Take the word that the rest of the part cannot be read.

        Raises
        ------
        OSError
            Where it cannot be written down.
        """
        self.done.status = "cut" if self.done.rows else "unread"
        self.done.reason = bad.reason
        self.done.detail = bad.detail
        self._note(bad)

    def end(self, journal: Journal, seconds: dict[str, float]) -> None:
        """End the part.

        Raises
        ------
        OSError
            Where it cannot be written.
        """
        began = time.perf_counter()
        placed = []
        done = self.done
        if done.status != "unread":
            self._flush()
            self._open()
            self._writer.close()
            placed.append((done.name, done.name))
        has_bad = self._bad is not None
        self._stack.close()
        if done.status != "unread":
            done.size = self._folder.exists(f"{ASIDE}/{done.name}") or 0
        if has_bad:
            name = bad_name(done.name)
            placed.append((name, f"{BAD}/{name}"))
        self.seconds += time.perf_counter() - began
        done.seconds = {name: round(value, 6) for name, value in seconds.items()}
        done.seconds["write"] = round(self.seconds, 6)
        self._handed_over = True
        journal.end_part(done, placed)

    def abandon(self) -> None:
        """Close what is open of a part that comes to nothing, and remove it."""
        if self._handed_over:
            return  # Its files are the journal's, which another thread may be putting in place.
        if self._writer is not None:
            self._writer.is_open = False  # Else it would try to write its end when it is let go.
        given_up = _GivenUp()
        with contextlib.suppress(Exception):
            # Told so that nothing of it is forced to the disk, which takes its time.
            self._stack.__exit__(_GivenUp, given_up, None)
        for name in (self.done.name, bad_name(self.done.name)):
            with contextlib.suppress(OSError):
                self._folder.remove(f"{ASIDE}/{name}")

    def _note(self, bad: Bad) -> None:
        if self._bad is None:
            self._bad = self._stack.enter_context(self._folder.writing(bad_name(self.done.name)))
        self.done.count_bad(bad)
        line = json.dumps(bad.as_json(), ensure_ascii=False)
        self._bad.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def _hold(self, table: Any) -> None:
        if self._layout.table == "matches":
            self.done.matches += len(table)
        else:
            self.done.matches += compute().sum(table["matches"]).as_py() or 0
        self._held.append(table)
        self._held_bytes += table.nbytes
        if self._held_bytes < self._pending_limit:
            return
        if self._layout.table == "counts":
            self._held = [add_up(self._held)]
            self._held_bytes = 0
        else:
            self._flush()

    def _flush(self) -> None:
        """Write what is held as a row group, with a dictionary of the names in it."""
        if not self._held:
            return
        if self._layout.table == "counts":
            table = add_up(self._held)
        else:
            table = arrow().concat_tables(self._held).unify_dictionaries().combine_chunks()
        self._held, self._held_bytes = [], 0
        self._open()
        self._writer.write_table(
            table.select(self._schema.names).cast(self._schema), row_group_size=max(len(table), 1)
        )

    def _open(self) -> None:
        if self._writer is not None:
            return
        parquet = require("pyarrow.parquet", "tag_files", install="pyarrow")
        file = self._stack.enter_context(self._folder.writing(self.done.name))
        texts = [
            field.name
            for field in self._schema
            if field.name in _NAMES or arrow().types.is_string(field.type)
        ]
        self._writer = parquet.ParquetWriter(
            file,
            self._schema,
            compression=_COMPRESSION,
            use_dictionary=texts,
            # Least and greatest names help nobody, and take as long as all the rest.
            write_statistics=["doc"] if "doc" in self._schema.names else False,
            write_page_checksum=True,
        )
