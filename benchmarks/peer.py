"""What every package does that takes part: the base of those in `peers`."""

import importlib
from typing import Any, ClassVar

import corpora


class Peer:
    """A package. Subclasses say how it is used best.

    Parameters
    ----------
    fold : bool
        Whether case is to be ignored.
    """

    name: ClassVar[str]
    module: ClassVar[str]
    about: ClassVar[str]
    words: ClassVar[bool] = False  # Whether it judges word boundaries.
    limit: ClassVar[int] = 10_000_000
    limit_reason: ClassVar[str] = ""
    short_limit: ClassVar[int] = 10_000_000  # What takes too long unless all is timed.
    # MB of text at most, for those whose text takes long to prepare.
    most: ClassVar[float] = float("inf")
    # Whether it builds anew in each call, which then is timed too and taken off.
    builds_in_call: ClassVar[bool] = False

    def __init__(self, fold: bool = True) -> None:
        self.fold = fold
        self.mode = ""

    @classmethod
    def missing(cls) -> str:
        """Return why the package cannot be imported, or nothing."""
        try:
            importlib.import_module(cls.module)
        except Exception as error:
            return f"{cls.module} is not installed here ({error})"
        return ""

    @classmethod
    def why_not(cls, phrases: int, full: bool = True) -> str:
        """Return why it is of no use with so many phrases, or nothing."""
        if phrases > cls.limit:
            return cls.missing() or cls.limit_reason
        return cls.missing() or (
            "timed by `make bench-full` only" if phrases > cls.short_limit and not full else ""
        )

    def modes(self, phrases: int) -> tuple[str, ...]:
        """Return the ways in which it can be used, to try which is fastest."""
        return ("",)

    def prepare(self, phrases: list[str], mode: str) -> None:
        """Build what can be built beforehand."""
        raise NotImplementedError

    def prepare_text(self, texts: list[str]) -> Any:
        """Return the texts as it takes them, never used before."""
        return corpora.fresh(texts)

    def run(self, texts: Any) -> int:
        """Find all matches, with their places, and return their number."""
        raise NotImplementedError

    def build_again(self) -> object:
        """Do what is to be taken off, for those that build in each call."""
        raise NotImplementedError

    def phrases(self, phrases: list[str]) -> list[str]:
        """Return the phrases, lower-cased if case is to be ignored, each once."""
        return sorted({phrase.lower() for phrase in phrases} if self.fold else set(phrases))

    def lower(self, texts: list[str]) -> list[str]:
        """Return fresh texts, lower-cased if case is to be ignored."""
        return [text.lower() for text in texts] if self.fold else corpora.fresh(texts)
