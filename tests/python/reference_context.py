"""Context: phrases that a match must not stand beside, or must stand near (readings 17 to 19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reference_fold import DASHES, Span, is_default_ignorable, is_white_space
from reference_patterns import Pattern, read_pattern, spans_of
from reference_words import words

NEAR_KEYS = frozenset(("phrases", "within", "unit"))


@dataclass(frozen=True, slots=True)
class Near:
    """Phrases of which one must be nearby."""

    patterns: tuple[Pattern, ...]
    within: int
    unit: str


@dataclass(frozen=True, slots=True)
class Context:
    """What an entry asks of the text around its matches."""

    not_before: tuple[Pattern, ...] = ()
    not_after: tuple[Pattern, ...] = ()
    near: Near | None = None


# --- reading -------------------------------------------------------------------------------


def _read_phrases(
    name: str, phrases: Iterable[str], options: Mapping[str, Any]
) -> tuple[Pattern, ...]:
    """Fold phrases of a context as the phrase they belong to, each with whole words."""
    if isinstance(phrases, str):
        raise TypeError(f"{name} is str, not a list of them")
    shared = {key: options[key] for key in ("case", "accents", "hyphens", "glob") if key in options}
    return tuple(read_pattern(phrase, shared) for phrase in phrases)


def _read_near(near: Mapping[str, Any], options: Mapping[str, Any]) -> Near:
    if unknown := near.keys() - NEAR_KEYS:
        raise ValueError(f"unknown options {sorted(unknown)} of near")
    patterns = _read_phrases("near", near["phrases"], options)
    within, unit = near.get("within", 10), near.get("unit", "word")
    if not patterns:
        raise ValueError("near has no phrases, so that nothing would match")
    if within < 0:
        raise ValueError(f"within must not be negative, as {within} is")
    if unit not in ("word", "char"):
        raise ValueError(f"unit must be one of word, char, not {unit!r}")
    return Near(patterns, within, unit)


def read_context(entry: Mapping[str, Any]) -> Context:
    """The context that an entry asks for.

    Raises
    ------
    TypeError
        If a phrase is not text.
    ValueError
        If a phrase is empty once folded, an option is unknown or a distance negative.
    """
    near = entry.get("near")
    return Context(
        _read_phrases("not_before", entry.get("not_before") or (), entry),
        _read_phrases("not_after", entry.get("not_after") or (), entry),
        None if near is None else _read_near(near, entry),
    )


# --- judging -------------------------------------------------------------------------------


def _adjoin(text: str, one: Span, other: Span) -> bool:
    """Whether one span stands directly before another (reading 17)."""
    between = text[one[1] : other[0]]
    return one[1] <= other[0] and all(
        is_white_space(char) or char == "-" or char in DASHES or is_default_ignorable(char)
        for char in between
    )


def _distance(text: str, span: Span, other: Span, unit: str) -> int | None:
    """How many words or code points are strictly between two spans, None if they overlap."""
    (_, start), (end, _) = sorted((span, other))
    if start > end:
        return None
    if unit == "char":
        return end - start
    return sum(start <= word[0] and word[1] <= end for word in words(text))


def _is_near(near: Near, text: str, span: Span) -> bool:
    """Whether one of the phrases is as near to a span as it must be (reading 18)."""
    for pattern in near.patterns:
        for other in spans_of(pattern, text):
            distance = _distance(text, span, other, near.unit)
            if distance is not None and distance <= near.within:
                return True
    return False


def allows(context: Context, text: str, span: Span) -> bool:
    """Whether the context lets a match stand (reading 19)."""
    for pattern in context.not_before:
        if any(_adjoin(text, span, other) for other in spans_of(pattern, text)):
            return False
    for pattern in context.not_after:
        if any(_adjoin(text, other, span) for other in spans_of(pattern, text)):
            return False
    return context.near is None or _is_near(context.near, text, span)
