"""What stands for a value that is not there."""

from typing import Any


def is_missing(value: Any) -> bool:
    """Tell None, NaN, NaT and pandas.NA from values."""
    # NaT and NaN are not themselves; pandas.NA answers no such question.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value
