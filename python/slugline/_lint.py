"""Lint of gazetteers: what their keepers should look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slugline import _core
from slugline._frames import frame_kind, frame_of
from slugline._optional import try_import
from slugline._typing import FrameKind
from slugline._words import INSTALL, words_by_language

if TYPE_CHECKING:
    from slugline.gazetteer import Gazetteer


def lint(
    gazetteer: Gazetteer,
    texts: Any,
    *,
    lang: str,
    common: float | None,
    frame: FrameKind | None,
) -> Any:
    """Make the table of `Gazetteer.lint`."""
    kind = frame_kind(frame)
    words: list[tuple[list[str], list[str]]] = []
    notes: list[tuple[str, str, str]] = []
    if common is not None:
        if try_import("wordfreq"):
            words = words_by_language(_core.languages(gazetteer._core), lang, common)
        else:
            message = f"common words were not looked for, since wordfreq is not there: `{INSTALL}`"
            notes.append(("common-word", "info", message))
    seen = None if texts is None else _seen(gazetteer, texts)
    return frame_of(_core.lint(gazetteer._core, words, seen, notes), kind)


def _seen(gazetteer: Gazetteer, texts: Any) -> tuple[int, dict[str, tuple[int, int]]]:
    """Return how many texts there are, and by phrase its matches and the texts with any."""
    from slugline._texts import read_texts
    from slugline.matcher import PhraseMatcher

    column, _ = read_texts(texts)
    # Each phrase for itself: one that is always part of a longer one does match.
    counts = PhraseMatcher(gazetteer)._core.count(
        column, "phrase", None, False, "all", "replace", None, None
    )
    names, *numbers = (counts.column(name).to_list() for name in ("phrase", "matches", "documents"))
    return len(column), dict(zip(names, zip(*numbers, strict=True), strict=True))
