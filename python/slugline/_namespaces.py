"""How the columns of pandas and polars come to have ``slug``."""

import sys
from importlib import import_module

NAME = "slug"


def register() -> None:
    """Give columns their ``slug``, in those libraries that someone has imported already.

    It imports no library itself, and takes the name from nobody who has it already.
    """
    for library in ("pandas", "polars"):
        series = getattr(sys.modules.get(library), "Series", None)
        if series is not None and not hasattr(series, NAME):
            import_module(f"slugline.{library}")
