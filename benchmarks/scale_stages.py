"""Reading, matching and writing, each alone, and all together in the time of the slowest."""

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import slugline as sl
from slugline.files.budget import Budget
from slugline.files.inputs import find_inputs
from slugline.files.matching import Tagging
from slugline.files.places import Place
from slugline.files.reading import probe, read
from slugline.files.reading.source import Source
from slugline.files.rows import Layout
from slugline.files.writing.folder import OutputFolder
from slugline.files.writing.journal import Journal
from slugline.files.writing.part import PartWriter


class Stages:
    """The stages of one run, with what each needs made before it is timed."""

    def __init__(self, folder: Path, matcher: sl.PhraseMatcher) -> None:
        self.place = Place.here()
        self.parts = find_inputs(self.place, [str(folder)], None).parts
        self.layout = Layout("matches", ("text",), "url", ())
        self.source = Source(self.place, ("text",), ("url",), Budget.of("512MB"), replace=False)
        self.source.types = probe(self.parts[0], self.source)[0]
        self.source.types = {"url": self.source.types["url"]}
        self.tagging = Tagging(matcher, self.layout, "longest", "char", False, None)
        self.batches = [(part, list(read(part, self.source))) for part in self.parts]
        self.matched = [
            (part, [self.tagging.match(batch, "", 0) for batch in batches])
            for part, batches in self.batches
        ]
        self.matcher = matcher
        self.folder = folder

    def read(self) -> None:
        """Read all parts, as many at once as a run does."""
        parts = iter(self.parts)
        lock = threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    part = next(parts, None)
                if part is None:
                    return
                for _ in read(part, self.source):
                    pass

        _in_threads(work)

    def match(self, threads: int | None = None) -> None:
        """Tag what was read, with all threads, or some."""
        tagging = replace(self.tagging, threads=threads)
        for _, batches in self.batches:
            for batch in batches:
                tagging.match(batch, "", 0)

    def match_on_one(self) -> None:
        """Tag what was read, on one core, as a stage beside others has it."""
        self.match(1)

    def write(self) -> None:
        """Write what was found, as many parts at once as a run does."""
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as output:
            folder = OutputFolder(self.place, output)
            folder.make()
            journal = Journal(folder)
            matched = iter(self.matched)
            lock = threading.Lock()

            def work() -> None:
                while True:
                    with lock:
                        part, found = next(matched, (None, []))
                    if part is None:
                        return
                    schema = self.layout.schema(self.source.types)
                    writer = PartWriter(part, folder, self.layout, schema, {}, 16_000_000, 0)
                    for one in found:
                        writer.add(one)
                    writer.end(journal, {})

            _in_threads(work)
            journal.commit()

    def together(self) -> None:
        """Do it all, by `tag_files`."""
        output = self.folder.parent / "together"
        shutil.rmtree(output, ignore_errors=True)
        sl.tag_files(self.matcher, self.folder, output, id="url", progress=None)
        shutil.rmtree(output)


def _in_threads(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def measure(folder: Path, matcher: sl.PhraseMatcher, rounds: int) -> list[dict[str, Any]]:
    """Time the stages in turn; the median of the rounds counts."""
    stages = Stages(folder, matcher)
    text = sum(one.text_bytes for _, found in stages.matched for one in found) / 1e6
    times: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name in ("read", "match", "match_on_one", "write", "together"):
            began = time.perf_counter()
            getattr(stages, name)()
            times.setdefault(name, []).append(time.perf_counter() - began)
    medians = {name: statistics.median(all_) for name, all_ in times.items()}
    slowest = max(medians["read"], medians["match"], medians["write"])
    # Alone, a stage has both cores: no run can be faster than the work of all three divided by two.
    least = medians["read"] + medians["match"] + medians["write"]
    row = {f"{name}_mb_per_second": round(text / seconds, 1) for name, seconds in medians.items()}
    share = round(slowest / medians["together"], 3)
    shares = {
        "of_the_slowest": share,
        "of_what_the_cores_allow": round(least / medians["together"], 3),
    }
    return [{"what": "stages", "text_mb": round(text, 1), **row, **shares}]
