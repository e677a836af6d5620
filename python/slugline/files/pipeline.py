"""Reading, matching and writing, which go on at the same time.

Readers, each at one part, hand batches to the calling thread, which tags them with all threads of
the matcher, so that Ctrl-C reaches it; writers, each with parts of its own, make columns and write
them. A gate keeps what lies in between within the budget.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from slugline.files.budget import Budget, Gate
from slugline.files.columns import Release
from slugline.files.inputs import Part
from slugline.files.matching import Matched, Tagging
from slugline.files.progress import Watch
from slugline.files.reading import read
from slugline.files.reading.source import Source
from slugline.files.records import Bad, Batch, ReadingStopped
from slugline.files.report import Problem
from slugline.files.writing.folder import OutputFolder
from slugline.files.writing.journal import Journal
from slugline.files.writing.part import PartWriter

_MOST_READERS = 4
_LEAST_HELD = 16_384
"""Bytes that every batch counts for, so that no number of small ones waits."""
_PATIENCE = 0.1
"""Seconds between two looks at what else has happened."""
_LAST_READ = 0.5
_LAST_WRITE = 10.0
"""Seconds that threads have to end in, once a run is broken off: they need far less. A reader whose
disk or store does not answer may be left alone, since it changes nothing and ends then."""


@dataclass(slots=True)
class _Read:
    """What a reader hands on: a batch, or the end of a part."""

    part: Part
    batch: Batch | None = None
    held: int = 0
    stopped: Bad | None = None
    seconds: float = 0.0


@dataclass(slots=True)
class _End:
    """The end of a part, on its way to the writer."""

    stopped: Bad | None
    seconds: dict[str, float]


_ToWrite: TypeAlias = "tuple[Part, Matched | _End] | None"


class OutputFailed(Exception):
    """The output cannot be written, by the error that is its cause."""

    def __init__(self, file: str, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error
        reason = error.strerror or str(error)
        self.problem = Problem(file, "unwritten", "cannot be written", reason)


class Pipeline:
    """One run over parts that are to be done."""

    def __init__(
        self,
        parts: list[Part],
        source: Source,
        tagging: Tagging,
        folder: OutputFolder,
        journal: Journal,
        describe: Callable[[Part], dict[str, str]],
        budget: Budget,
        watch: Watch,
    ) -> None:
        self._parts = parts
        self._source = source
        self._tagging = tagging
        self._folder = folder
        self._journal = journal
        self._describe = describe
        self._budget = budget
        self._watch = watch
        self._schema = tagging.layout.schema(source.types)
        workers = min(tagging.threads or os.cpu_count() or 1, _MOST_READERS, len(parts))
        self._gate = Gate(budget.waiting)
        self._found_gate = Gate(budget.waiting)
        self._next = iter(parts)
        self._choosing = threading.Lock()
        self._read: queue.SimpleQueue[_Read | BaseException] = queue.SimpleQueue()
        self._to_write: list[queue.SimpleQueue[_ToWrite]] = [
            queue.SimpleQueue() for _ in range(workers)
        ]
        self._stop = threading.Event()
        self._fault: BaseException | None = None
        self._readers = [self._thread(self._reading, "read", ()) for _ in range(workers)]
        self._writers = [
            self._thread(self._writing, "write", (waiting,)) for waiting in self._to_write
        ]

    def run(self) -> None:
        """Do it all.

        Raises
        ------
        OutputFailed
            Where the output cannot be written. What was whole by then is in place.
        """
        try:
            self._reserve()
            for thread in (*self._readers, *self._writers):
                thread.start()
            self._match_all()
            for waiting in self._to_write:
                waiting.put(None)
            while any(thread.is_alive() for thread in (*self._readers, *self._writers)):
                self._check()
                self._watch.tell()
                for thread in (*self._readers, *self._writers):
                    thread.join(_PATIENCE)
            self._check()
            self._commit()
            self._watch.tell(last=True)
        except BaseException:
            self._break_off()
            raise

    def _break_off(self) -> None:
        """End the threads, keep the parts that are whole, and leave nothing else behind."""
        self._stop.set()
        self._gate.close()
        for waiting in self._to_write:
            waiting.put(None)
        self._join(self._readers, _LAST_READ)
        self._join(self._writers, _LAST_WRITE)
        with contextlib.suppress(OSError):
            self._folder.release()
            self._journal.commit()
        with contextlib.suppress(OSError):
            self._folder.clear_aside()

    @staticmethod
    def _join(threads: list[threading.Thread], seconds: float) -> None:
        """Wait for threads that end, though Ctrl-C be pressed again, but not for ever."""
        until = time.monotonic() + seconds
        for thread in threads:
            while thread.is_alive() and time.monotonic() < until:
                with contextlib.suppress(KeyboardInterrupt):
                    thread.join(_PATIENCE)

    def _reserve(self) -> None:
        try:
            self._folder.reserve()
        except OSError as error:
            raise OutputFailed(self._parts[0].files[0].path, error) from None

    def _commit(self) -> None:
        try:
            self._folder.release()
            self._journal.commit()
        except OSError as error:
            file = next((done.input for done in self._journal.waiting), self._folder.shown)
            raise OutputFailed(file, error) from None

    @staticmethod
    def _thread(target: Callable[..., None], name: str, args: tuple[Any, ...]) -> threading.Thread:
        return threading.Thread(target=target, args=args, name=f"slugline-{name}", daemon=True)

    def _check(self) -> None:
        if self._fault is not None:
            raise self._fault

    # -- Reading --------------------------------------------------------------------------------

    def _reading(self) -> None:
        try:
            while not self._stop.is_set():
                with self._choosing:
                    part = next(self._next, None)
                if part is None or not self._read_part(part):
                    return
        except BaseException as error:
            self._read.put(error)

    def _read_part(self, part: Part) -> bool:
        """Read a part; False where the run ended meanwhile."""
        batches = read(part, self._source)
        release = Release(self._budget.kept)
        seconds = 0.0
        stopped = None
        while True:
            began = time.perf_counter()
            try:
                batch = next(batches, None)
            except ReadingStopped as error:
                batch, stopped = None, error.bad
            seconds += time.perf_counter() - began
            if batch is None:
                self._read.put(_Read(part, stopped=stopped, seconds=seconds))
                return True
            held = max(batch.nbytes(), _LEAST_HELD)
            if not self._gate.enter(held):
                return False
            self._read.put(_Read(part, batch, held))
            del batch
            release.after(held)

    # -- Matching -------------------------------------------------------------------------------

    def _match_all(self) -> None:
        matching: dict[int, float] = {}
        left = len(self._parts)
        while left:
            self._check()
            self._watch.tell()
            try:
                read = self._read.get(timeout=_PATIENCE)
            except queue.Empty:
                continue
            if isinstance(read, BaseException):
                raise read
            number = read.part.number
            waiting = self._to_write[number % len(self._to_write)]
            if read.batch is None:
                seconds = {"read": read.seconds, "match": matching.pop(number, 0.0)}
                waiting.put((read.part, _End(read.stopped, seconds)))
                left -= 1
                continue
            began = time.perf_counter()
            matched = self._tagging.match(
                read.batch, self._source.place.shown(read.part.files[0].path), read.held
            )
            matching[number] = matching.get(number, 0.0) + time.perf_counter() - began
            self._watch.under_way[number] = read.batch.read
            self._watch.rows += matched.rows
            self._watch.text_bytes += matched.text_bytes
            # Texts that match at every word make more than they are.
            while not self._found_gate.try_enter(matched.made, _PATIENCE):
                self._check()
                self._watch.tell()
            waiting.put((read.part, matched))
            del read, matched

    # -- Writing --------------------------------------------------------------------------------

    def _writing(self, waiting: queue.SimpleQueue[_ToWrite]) -> None:
        writers: dict[int, PartWriter] = {}
        release = Release(self._budget.kept)
        part = self._parts[0]
        try:
            while not self._stop.is_set() and (given := waiting.get()) is not None:
                part, what = given
                writer = writers.get(part.number)
                if writer is None:
                    writer = writers[part.number] = self._writer(part)
                if isinstance(what, Matched):
                    before = writer.done.matches
                    writer.add(what)
                    self._watch.matches += writer.done.matches - before
                    self._gate.leave(what.held)
                    release.after(what.held)
                    self._found_gate.leave(what.made)
                else:
                    self._end_part(writers.pop(part.number), part, what)
                del given, what
        except OSError as error:
            self._fail(OutputFailed(part.files[0].path, error))
        except BaseException as error:
            self._fail(error)
        finally:
            for writer in writers.values():
                writer.abandon()

    def _writer(self, part: Part) -> PartWriter:
        return PartWriter(
            part,
            self._folder,
            self._tagging.layout,
            self._schema,
            self._describe(part),
            self._budget.pending,
            self._budget.record,
        )

    def _end_part(self, writer: PartWriter, part: Part, end: _End) -> None:
        try:
            if end.stopped is not None:
                writer.stop(end.stopped)
            writer.end(self._journal, end.seconds)
        except BaseException:
            writer.abandon()
            raise
        self._watch.under_way.pop(part.number, None)
        self._watch.read_bytes += part.size
        self._watch.files += len(part.files)

    def _fail(self, error: BaseException) -> None:
        if self._fault is None:
            self._fault = error
        self._gate.close()
