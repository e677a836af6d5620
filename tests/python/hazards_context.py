"""Generators of gazetteers whose phrases have a context, and of texts in which it stands."""

from collections.abc import Mapping, Sequence
from typing import Any

from hazards import (
    WORDS,
    GazetteerEntry,
    altered,
    gazetteers,
    is_sound,
    pieces,
    separators,
    texts,
)
from hazards_globs import filled, glob_gazetteers, with_wild_cards
from hypothesis import strategies as st

# Short and common, so that contexts stand beside matches often.
_CONTEXT_WORDS = [
    "a", "US", "us", "China", "cafe", "caf\u00e9", "a b", "Sino-Russian", "\u4e2d",
    "\u30bf\u30a4", "\u0e08\u0e35\u0e19", "\uc911\uad6d", "\u0627\u0644\u0635\u064a\u0646",
    "-a", "1",
]  # fmt: skip


@st.composite
def _context_phrases(draw: st.DrawFn, earlier: Sequence[str], glob: bool) -> list[str]:
    """One to three phrases, some of them phrases of the gazetteer itself."""
    known = st.sampled_from([*earlier, *_CONTEXT_WORDS])
    phrases = draw(
        st.lists(st.one_of(known, known, st.sampled_from(WORDS)), min_size=1, max_size=3)
    )
    if glob and draw(st.booleans()):
        phrases[0] = draw(with_wild_cards(phrases[0]))
    return phrases


@st.composite
def _contexts(draw: st.DrawFn, earlier: Sequence[str], glob: bool) -> dict[str, Any]:
    """The context of one entry, often none."""
    context: dict[str, Any] = {}
    kind = draw(st.integers(0, 7))
    if kind in (1, 2, 5):
        context["not_before"] = draw(_context_phrases(earlier, glob))
    if kind in (3, 4, 5):
        context["not_after"] = draw(_context_phrases(earlier, glob))
    if kind in (2, 6, 7):
        context["near"] = {"phrases": draw(_context_phrases(earlier, glob))}
        if draw(st.booleans()) or kind == 6:
            context["near"]["within"] = draw(st.integers(0, 4))
        if draw(st.booleans()):
            context["near"]["unit"] = draw(st.sampled_from(["word", "char"]))
    return context


def phrases_of(context: Mapping[str, Any]) -> list[str]:
    """All phrases of an entry's context."""
    near = context.get("near") or {"phrases": []}
    return [*context.get("not_before", ()), *context.get("not_after", ()), *near["phrases"]]


# What may stand between a phrase and its context: what counts as nothing, and what does not.
_BETWEEN = [
    " ", " ", "-", "", "\n", " \u2013 ", "\u00ad", "\u00ad -\u200b", "\u2011", " -- ", "\u3000",
    ", ", "'", "/", "_", " x ", " b c ", " b-c ", "\u4e2d\u56fd", "\u200b", " e\u0301 ", " \u00ad",
]  # fmt: skip


@st.composite
def _phrase_in_context(draw: st.DrawFn, entry: Mapping[str, Any]) -> str:
    """A phrase with one of the phrases of its context before or behind it, or between two."""
    parts = [draw(filled(entry["phrase"])) if entry.get("glob") else entry["phrase"]]
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 0]))):
        phrase = draw(st.sampled_from(phrases_of(entry) or ["x"]))
        beside = draw(filled(phrase)) if entry.get("glob") else phrase
        between = draw(st.sampled_from(_BETWEEN))
        parts = [beside, between, *parts] if draw(st.booleans()) else [*parts, between, beside]
    return "".join(parts)


@st.composite
def _texts_with_contexts(draw: st.DrawFn, entries: Sequence[GazetteerEntry]) -> str:
    """Phrases in their contexts, one after another."""
    text = ""
    for entry in draw(st.lists(st.sampled_from(entries), min_size=1, max_size=4)):
        together = draw(_phrase_in_context(entry))
        text += draw(altered(together)) if draw(st.integers(0, 3)) == 0 else together
        text += draw(st.one_of(st.just(". "), separators(), pieces()))
    return text


@st.composite
def context_cases(draw: st.DrawFn) -> tuple[list[GazetteerEntry], str]:
    """A gazetteer with contexts, and a text in which they stand beside its phrases or near."""
    plain = draw(st.one_of(gazetteers(4), gazetteers(4), glob_gazetteers(4)))
    earlier = [entry["phrase"] for entry in plain]
    entries: list[GazetteerEntry] = []
    for entry in plain:
        with_context = {**entry, **draw(_contexts(earlier, entry.get("glob", False)))}
        entries.append(with_context if is_sound(with_context) else entry)
    return entries, draw(_texts_with_contexts(entries)) if entries else draw(texts())
