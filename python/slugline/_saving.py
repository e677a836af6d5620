"""Files that appear when they are whole."""

import contextlib
import os


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file aside and put it in place once all of it is on the disk.

    Raises
    ------
    OSError
        Where it cannot be written; what was there before then still is.
    """
    target = os.fspath(path)
    if not os.path.basename(target):
        raise FileNotFoundError(f"there is no name of a file in {str(target)!r}")
    aside = f"{target}.{os.getpid()}.part"
    try:
        with open(aside, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        if isinstance(error, OSError) and error.filename == aside:
            error.filename = target  # Users know of no other.
        raise
