"""A gazetteer that leaves a trace wherever it is unpacked. Workers import this by its name."""

import uuid
from collections import Counter
from pathlib import Path

import psutil

import slugline as sl


class TracedGazetteer(sl.Gazetteer):
    """Unpacked as the gazetteer that it is, with a file in a folder for each time."""

    __slots__ = ("folder",)

    @classmethod
    def of(cls, gazetteer, folder):
        traced = cls._wrap(gazetteer._core)
        traced.folder = str(folder)
        return traced

    def __reduce__(self):
        return _unpacked, (sl.Gazetteer._wrap(self._core), self.folder)


def _unpacked(gazetteer, folder):
    """Note which process it is, and by which others it was started."""
    here = psutil.Process()
    chain = [here.pid, *(parent.pid for parent in here.parents())]
    Path(folder, uuid.uuid4().hex).write_text(" ".join(map(str, chain)), "utf-8")
    return gazetteer


def unpacked_in(folder):
    """Return how often it was unpacked, by the process and those above it."""
    traces = (file.read_text("utf-8").split() for file in Path(folder).iterdir())
    return Counter(tuple(map(int, trace)) for trace in traces)
