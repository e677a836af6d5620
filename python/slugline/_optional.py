"""The libraries that slugline uses where they are, and does without where they are not."""

from importlib import import_module
from typing import Any


def try_import(name: str) -> Any | None:
    """Return the module, or None where it cannot be imported."""
    try:
        return import_module(name)
    except ImportError:
        return None


def require(name: str, purpose: str, *, install: str | None = None) -> Any:
    """Return the module.

    Raises
    ------
    ImportError
        With what it is needed for and what to install.
    """
    module = try_import(name)
    if module is None:
        raise missing(purpose, install or name)
    return module


def missing(purpose: str, *installs: str) -> ImportError:
    """Make the error for a purpose that any one of some packages would serve."""
    names = " or ".join(installs)
    commands = " or ".join(f"`pip install {name}`" for name in installs)
    return ImportError(f"{purpose} needs {names}: {commands}")
