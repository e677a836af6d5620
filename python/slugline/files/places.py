"""Files wherever they lie: on this machine, or in a filesystem of pyarrow or fsspec."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import url2pathname

from slugline._optional import require, try_import

OWN = "_slugline"
"""The folder beside the parts of a run, for all that is no part."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A file, and by what it is known again."""

    path: str
    size: int
    modified: str
    """When it was written last, as text: it is compared, not computed with."""


class Place:
    """A filesystem, by the interface of pyarrow's."""

    def __init__(self, filesystem: Any, *, scheme: str = "") -> None:
        self.filesystem = filesystem
        self.scheme = scheme
        self.local: bool = filesystem.type_name == "local"

    @classmethod
    def here(cls) -> Place:
        """Return the filesystem of this machine."""
        return cls(_fs().LocalFileSystem())

    @classmethod
    def of(cls, filesystem: Any) -> Place:
        """Return a filesystem of pyarrow, or of fsspec, as a place.

        Raises
        ------
        TypeError
            Where it is neither.
        """
        fs = _fs()
        if isinstance(filesystem, fs.FileSystem):
            return cls(filesystem)
        fsspec = try_import("fsspec")
        if fsspec and isinstance(filesystem, fsspec.AbstractFileSystem):
            return cls(fs.PyFileSystem(fs.FSSpecHandler(filesystem)))
        raise TypeError(
            f"filesystem must be one of pyarrow or fsspec, not {type(filesystem).__name__}"
        )

    @classmethod
    def resolve(cls, path: Any, filesystem: Any = None) -> tuple[Place, str]:
        """Take a path or URI apart into the place and the path there.

        Raises
        ------
        TypeError
            Where it is no path.
        ImportError
            Where its scheme needs a library that is not installed.
        """
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"a path must be a str or a path, not {type(path).__name__}")
        name = os.fspath(path)
        if isinstance(name, bytes):
            name = os.fsdecode(name)
        if not name:
            raise ValueError("a path must not be empty")
        if filesystem is not None:
            return cls.of(filesystem), name
        if not _URI.match(name):
            return cls.here(), os.path.expanduser(name)
        return cls._of_uri(name)

    @classmethod
    def _of_uri(cls, uri: str) -> tuple[Place, str]:
        scheme = uri.partition("://")[0]
        if scheme == "file":
            return cls.here(), url2pathname(uri.removeprefix("file://"))
        fsspec = require("fsspec", f"a path that begins with {scheme}://")
        filesystem, path = fsspec.core.url_to_fs(uri)
        found = cls.of(filesystem)
        found.scheme = f"{scheme}://"
        return found, path

    # -- Looking --------------------------------------------------------------------------------

    def info(self, path: str) -> FileInfo | None:
        """Return what is known of a file; None where there is none."""
        found = self.filesystem.get_file_info(self._plain(path))
        return _file_info(found, path) if found.type == _fs().FileType.File else None

    def is_folder(self, path: str) -> bool:
        """Tell whether it is a folder."""
        found = self.filesystem.get_file_info(self._plain(path))
        return bool(found.type == _fs().FileType.Directory)

    def walk(self, folder: str, *, deep: bool) -> Iterator[tuple[str, FileInfo | None]]:
        """Yield the paths in a folder with their files, or None for folders in it.

        Raises
        ------
        FileNotFoundError
            Where there is no such folder.
        """
        selector = _fs().FileSelector(self._plain(folder) or ".", recursive=deep)
        for found in self.filesystem.get_file_info(selector):
            is_file = found.type == _fs().FileType.File
            yield found.path, _file_info(found, found.path) if is_file else None

    # -- Reading --------------------------------------------------------------------------------

    def open(self, path: str) -> Any:
        """Open a file for reading at any place.

        Raises
        ------
        OSError
            Where it cannot be read.
        """
        try:
            return self.filesystem.open_input_file(self._plain(path))
        except OSError:
            if self.is_folder(path):
                raise IsADirectoryError(errno.EISDIR, "is a folder", path) from None
            raise

    def read(self, path: str) -> bytes:
        """Read a whole file.

        Raises
        ------
        OSError
            Where it cannot be read.
        """
        with self.open(path) as file:
            return bytes(file.read())

    def shown(self, path: str) -> str:
        """Return a path as a user writes it."""
        return f"{self.scheme}{path}"

    def _plain(self, path: str) -> str:
        # pyarrow refuses a slash at the end, and users write it after folders.
        return path.rstrip("/") or path


def _file_info(found: Any, path: str) -> FileInfo:
    modified = found.mtime_ns
    return FileInfo(path, int(found.size or 0), "" if modified is None else str(modified))


def _fs() -> Any:
    return require("pyarrow.fs", "tag_files", install="pyarrow")
