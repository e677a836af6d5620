"""The output folder: files appear in it when they are whole, and stay when the power goes."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slugline.files.places import OWN, Place

# Readers of Parquet pass by what begins with `_`.
ASIDE = f"{OWN}/aside"
JOURNAL = f"{OWN}/journal"
BAD = f"{OWN}/bad"
_FOLDERS = (ASIDE, JOURNAL, BAD)
_RESERVE = "reserve"
_RESERVED = 1 << 16
_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
"""What some network filesystems say to forcing a folder to the disk."""


class OutputFolder:
    """A folder at any place.

    On this machine a file is written aside, forced to the disk, and renamed. Object stores show an
    object when all of it is there; it is written aside and moved there, too, so that no reader
    finds a part that the run has not ended.
    """

    def __init__(self, place: Place, path: str) -> None:
        self.place = place
        self.path = path.rstrip("/") or path
        self.shown = place.shown(self.path)

    def at(self, name: str) -> str:
        """Return the path of a file in it."""
        return f"{self.path}/{name}"

    def make(self) -> None:
        """Make the folder and those within.

        Raises
        ------
        OSError
            Where it cannot be made.
        """
        for name in _FOLDERS:
            self.place.filesystem.create_dir(self.at(name), recursive=True)
        self.sync("..", "", OWN)

    def exists(self, name: str) -> int | None:
        """Return the size of a file; None where there is none."""
        info = self.place.info(self.at(name))
        return None if info is None else info.size

    def read(self, name: str) -> bytes | None:
        """Read a file; None where there is none."""
        try:
            return self.place.read(self.at(name))
        except FileNotFoundError:
            return None

    def names(self, folder: str) -> list[str]:
        """Return the names of the files in a folder of it, in order."""
        try:
            walked = list(self.place.walk(self.at(folder) if folder else self.path, deep=False))
        except FileNotFoundError:
            return []
        return sorted(path.rsplit("/", 1)[-1] for path, file in walked if file is not None)

    # -- Writing --------------------------------------------------------------------------------

    @contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """Open a file, aside, for writing, and see to it that it is on the disk when closed.

        Raises
        ------
        OSError
            Where it cannot be written.
        """
        path = self.at(f"{ASIDE}/{name}")
        if not self.place.local:
            with self.place.filesystem.open_output_stream(path) as stream:
                yield stream
            return
        with open(path, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def put(self, aside: str, name: str) -> None:
        """Put a file that was written aside in its place.

        Raises
        ------
        OSError
            Where that cannot be done.
        """
        source, target = self.at(f"{ASIDE}/{aside}"), self.at(name)
        if self.place.local:
            os.replace(source, target)
        else:
            self.place.filesystem.move(source, target)

    def sync(self, *folders: str) -> None:
        """Make sure that what was put in folders of it stays there."""
        if self.place.local:
            for folder in folders:
                _sync_folder(self.at(folder) if folder else self.path)

    def write_whole(self, name: str, content: bytes) -> None:
        """Write a small file, which appears whole."""
        aside = name.replace("/", "-")
        try:
            with self.writing(aside) as file:
                file.write(content)
            self.put(aside, name)
        except BaseException:
            with contextlib.suppress(OSError):
                self.remove(f"{ASIDE}/{aside}")
            raise
        self.sync(name.rpartition("/")[0])

    def reserve(self) -> None:
        """Take some room, so that on a disk that gets full the last word can be written.

        Raises
        ------
        OSError
            Where there is not so much.
        """
        if self.place.local:
            with self.writing(_RESERVE) as file:
                file.write(os.urandom(_RESERVED))

    def release(self) -> None:
        """Give the room back."""
        if self.place.local:
            self.remove(f"{ASIDE}/{_RESERVE}")

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self.place.filesystem.delete_file(self.at(name))

    def clear_aside(self) -> None:
        """Remove what a run that was broken off left aside."""
        for name in self.names(ASIDE):
            self.remove(f"{ASIDE}/{name}")


def _sync_folder(path: str) -> None:
    """Force the names in a folder to the disk; where that is not known, the files are enough."""
    if os.name != "posix":
        return
    try:
        folder = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise
    finally:
        os.close(folder)
