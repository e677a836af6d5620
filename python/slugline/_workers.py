"""Matchers in the processes of a cluster: a gazetteer is sent once and built once in each."""

from __future__ import annotations

import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher, gazetteer_of

_KEPT = 4
"""Matchers that a process keeps: jobs follow one another with new gazetteers; processes stay."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A gazetteer as it travels to the processes of a cluster."""

    version: str
    """The gazetteer's version, by which a process knows whether it has the matcher already."""
    content: bytes
    """The gazetteer, pickled: half the size of a matcher, which is soon built of it."""

    @classmethod
    def of(cls, given: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str]) -> Parcel:
        """Pack what a matcher can be made of.

        Raises
        ------
        ValueError, TypeError
            Where no matcher can be made of it: here, and not in every process of the cluster.
        """
        gazetteer = given.gazetteer if isinstance(given, PhraseMatcher) else gazetteer_of(given)
        return cls(gazetteer.version, pickle.dumps(gazetteer, protocol=5))

    @property
    def key(self) -> tuple[str, int]:
        """What tells its matcher from others."""
        return self.version, len(self.content)

    def matcher(self) -> PhraseMatcher:
        """Return the matcher, which this process builds the first time that it is asked for."""
        return matcher_for(self.key, lambda: self)


def matcher_for(key: tuple[str, int], parcel: Callable[[], Parcel]) -> PhraseMatcher:
    """Return the matcher of a parcel that is fetched only where this process has not built it.

    Parameters
    ----------
    key : tuple of str and int
        That of the parcel.
    parcel : callable
        Fetches it.
    """
    with _lock:
        found = _matchers.get(key)
        if found is None:
            found = _matchers[key] = PhraseMatcher(pickle.loads(parcel().content))
        _matchers.move_to_end(key)
        while len(_matchers) > _KEPT:
            _matchers.popitem(last=False)
        return found


_matchers: OrderedDict[tuple[str, int], PhraseMatcher] = OrderedDict()
_lock = threading.Lock()


def _after_fork() -> None:
    """Give a forked child a lock of its own: a thread that the child has not may hold the old."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):  # Where processes fork at all.
    os.register_at_fork(after_in_child=_after_fork)
