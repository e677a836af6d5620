"""One run at a time in an output folder."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from slugline.files.places import OWN
from slugline.files.writing.folder import OutputFolder

_LOCK = f"{OWN}/lock"
_BEAT = 10.0
_STALE = 60.0
"""Seconds without a sign of life, after which a run on another machine is taken for dead."""
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class OutputInUse(RuntimeError):
    """Another run works in the output folder."""


@contextmanager
def locked(folder: OutputFolder) -> Iterator[None]:
    """Keep other runs out of the folder.

    On this machine the system knows who holds the lock, and lets go of it when a process ends,
    however it ends. An object store knows no locks: there a file tells who works, renewed every ten
    seconds.

    Raises
    ------
    OutputInUse
        Where another run is at work there.
    """
    with _system_lock(folder) if folder.place.local else _written_lock(folder):
        yield


@contextmanager
def _system_lock(folder: OutputFolder) -> Iterator[None]:
    with open(folder.at(_LOCK), "a+b") as file:
        try:
            _lock_file(file, lock=True)
        except OSError as error:
            if error.errno in _TAKEN:
                raise _in_use(folder, _who_holds(file)) from None
            with _written_lock(folder):  # Some network filesystems have none.
                yield
            return
        try:
            file.truncate(0)
            file.write(_who(""))
            file.flush()
            yield
        finally:
            file.truncate(0)
            # Closing does not, where a process that was forked meanwhile has the file, too.
            _lock_file(file, lock=False)


def _who_holds(file: Any) -> bytes:
    """Return what the one that holds the lock has written; it may be about to."""
    content = b""
    for _ in range(10):
        file.seek(0)
        if content := file.read():
            break
        time.sleep(0.02)
    return content


def _lock_file(file: Any, *, lock: bool) -> None:
    """Take the lock, or let it go; so does the end of a process, whatever ends it."""
    if os.name == "posix":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB if lock else fcntl.LOCK_UN)
    else:
        msvcrt: Any = import_module("msvcrt")
        file.seek(1 << 20)  # Not what is read of it by others.
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK if lock else msvcrt.LK_UNLCK, 1)


@contextmanager
def _written_lock(folder: OutputFolder) -> Iterator[None]:
    token = uuid.uuid4().hex
    found = folder.read(_LOCK)
    if found is not None and time.time() - _beat_of(found) < _STALE and not _is_dead(found):
        raise _in_use(folder, found)
    done = threading.Event()
    beating = threading.Thread(target=_beat, args=(folder, token, done), daemon=True)
    try:
        _write(folder, token)
        time.sleep(0.2)  # Of two that began at once, the one that wrote last goes on.
        if not _is_ours(folder, token):
            raise _in_use(folder, folder.read(_LOCK) or b"")
        beating.start()
        yield
    finally:
        done.set()
        if beating.is_alive():
            beating.join()
        with contextlib.suppress(OSError):
            if _is_ours(folder, token):
                folder.remove(_LOCK)


def _is_ours(folder: OutputFolder, token: str) -> bool:
    return _read(folder.read(_LOCK) or b"").get("token") == token


def _is_dead(content: bytes) -> bool:
    """Tell whether the process that wrote it was one of this machine, and is no more."""
    who = _read(content)
    if os.name != "posix" or who.get("host") != socket.gethostname():
        return False
    try:
        os.kill(int(who.get("process", 0)), 0)
    except ProcessLookupError:
        return True
    except (OSError, ValueError, OverflowError):
        return False
    return False


def _beat(folder: OutputFolder, token: str, done: threading.Event) -> None:
    while not done.wait(_BEAT):
        try:
            if _is_ours(folder, token):  # Else it was held for dead, and another run goes on.
                _write(folder, token)
        except OSError:
            continue  # The store may answer the next time.


def _write(folder: OutputFolder, token: str) -> None:
    if folder.place.local:
        folder.write_whole(_LOCK, _who(token))  # Nobody may find it empty.
        return
    with folder.place.filesystem.open_output_stream(folder.at(_LOCK)) as stream:
        stream.write(_who(token))


def _who(token: str) -> bytes:
    who = {"host": socket.gethostname(), "process": os.getpid(), "beat": time.time()}
    return json.dumps(who | {"token": token}).encode()


def _read(content: bytes) -> dict[str, Any]:
    try:
        read = json.loads(content)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _beat_of(content: bytes) -> float:
    beat = _read(content).get("beat", 0)
    return float(beat) if isinstance(beat, int | float) else 0.0


def _in_use(folder: OutputFolder, content: bytes) -> OutputInUse:
    who = _read(content)
    by = f"process {who['process']} on {who['host']}" if "host" in who else "another process"
    return OutputInUse(f"another run is at work in {folder.shown}: {by}; wait for it, or stop it")
