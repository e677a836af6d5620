"""Generators of gazetteers with wild cards and of texts that they match, or nearly."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hazards import (
    AFFIXES,
    MARKS,
    WORDS,
    GazetteerEntry,
    gazetteers,
    is_sound,
    pieces,
    texts_for,
)
from hypothesis import strategies as st
from reference import assigned

# What is put into a phrase: wild cards as they are written, wrongly and beside other things too.
_WILD_CARDS = [
    "*", "*", "*", "?", "?", "**", "*?", "?*", "??", " * ", "* ", " *", " ? ", " * * ", "\\*",
    "\\?", "\\", "\\\\*", "*\u00ad*", "*\u200b", "\u00ad*", "-*", "*-", "'*", "*\u2019",
    "*\u0301", "?\u093f", "*\u0640", "*\u30fc", "\u3000*\n",
]  # fmt: skip

# Words with wild cards, in scripts and at places where they are easily got wrong.
_GLOBS = [
    "afghan*", "colo*r", "*stan", "?utin", "s*", "*", "?", "a * b", "U?", "US*", "*'s", "l'*",
    "sino-*", "*-russian", "stra?e", "stra*e", "*sse", "o*ce", "f?", "\u0130*", "caf?", "cafe*",
    "\u4e2d*", "*\u4e2d", "\u4e2d*\u56fd", "?\u56fd", "\u30bf\u30a4*", "*\u30bf",
    "\u30ab*\u30b6", "\u0e08*", "?\u0e19", "* \u0e08\u0e35\u0e19", "\uc911?", "\uc911\uad6d*",
    "*\uad6d", "\u1100*", "\u0627\u0644*", "*\u0635\u064a\u0646", "?\u0635\u064a\u0646",
    "\u0628*\u0640", "\u05e1?\u05df", "\u05e9*", "\u0928*", "?\u094d\u0937", "\u0915*",
    "\u0995?", "\u041f\u0443\u0442*", "*\u0438\u043d",
]  # fmt: skip
GLOBS = [glob for glob in _GLOBS if assigned(glob)]

# What a star or a question mark may come to stand for, and some that they may not.
_STAR_FILLS = [
    "", "", "s", "u", "istan", "\u0301", "\u30e0\u30ba", "\u30fc", "\uff9e", "\u56fd", "a-b",
    "a\u00adb", "a\u200bb", "a b", "\u094d\u0937", "\u093f", "\u0640", "\u0e35", "\ufb01",
    "\u00df", "\u20dd", "\uc5d0\uc11c", "\u0627\u0644", "_1", "\u0661", *AFFIXES,
]  # fmt: skip
_LETTER_FILLS = [
    "a", "E", "\u00e9", "e\u0301", "o\u0323\u0302", "\u0438\u0306", "\u4e2d", "\u0915\u093f",
    "\u0e08\u0e35", "\u30ac", "\uff76\uff9e", "\uac01", "\u1112\u1161\u11ab", "\u05e9\u05c1",
    "\u0628\u0651", "\u0640", "7", "_", "\u00df", "\ufb03", "\u00bd", "-", "", "ab",
    "a\u00ad\u0301", "a\u200b\u093f", "\u0301", "\u093f",
]  # fmt: skip
_WILD_CARD = re.compile(r"(\\[*?]|\*+|\?)")


@cache
def _star_fills() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(_STAR_FILLS), st.sampled_from(WORDS), pieces())


@cache
def _letter_fills() -> st.SearchStrategy[str]:
    marked = st.tuples(st.sampled_from(_LETTER_FILLS), st.sampled_from(MARKS)).map("".join)
    return st.one_of(st.sampled_from(_LETTER_FILLS), marked, pieces())


@st.composite
def with_wild_cards(draw: st.DrawFn, phrase: str) -> str:
    """A phrase with wild cards put in, or in the place of some of it."""
    for _ in range(draw(st.integers(1, 2))):
        start = draw(st.one_of(st.just(0), st.just(len(phrase)), st.integers(0, len(phrase))))
        end = min(len(phrase), start + draw(st.sampled_from([0, 0, 1, 2])))
        phrase = phrase[:start] + draw(st.sampled_from(_WILD_CARDS)) + phrase[end:]
    return phrase


@st.composite
def filled(draw: st.DrawFn, phrase: str) -> str:
    """A text that a glob may match: something in the place of each wild card."""
    parts = _WILD_CARD.split(phrase)
    for position in range(1, len(parts), 2):
        wild_card = parts[position]
        if wild_card.startswith("\\"):
            parts[position] = wild_card[1]
        elif wild_card == "?":
            parts[position] = draw(_letter_fills())
        else:
            parts[position] = draw(_star_fills())
    return "".join(parts)


@st.composite
def glob_gazetteers(draw: st.DrawFn, max_entries: int = 6) -> list[GazetteerEntry]:
    """Gazetteers most of whose phrases are globs."""
    entries: list[GazetteerEntry] = []
    for plain in draw(gazetteers(max_entries)):
        choice = draw(st.integers(0, 4))
        if choice == 0:
            entry = plain
        elif choice == 1:
            entry = {**plain, "phrase": draw(st.sampled_from(GLOBS)), "glob": True}
        else:
            entry = {**plain, "phrase": draw(with_wild_cards(plain["phrase"])), "glob": True}
        if is_sound(entry):
            entries.append(entry)
    return entries


@st.composite
def texts_for_globs(draw: st.DrawFn, entries: Sequence[Mapping[str, Any]]) -> str:
    """Texts made of what the phrases of a gazetteer may stand for, altered, with more around."""
    written = [
        {**entry, "phrase": draw(filled(entry["phrase"])) if entry.get("glob") else entry["phrase"]}
        for entry in entries
        for _ in range(2)
    ]
    return draw(texts_for(written))


@st.composite
def glob_cases(draw: st.DrawFn) -> tuple[list[GazetteerEntry], str]:
    """A gazetteer with wild cards, and a text that holds what they stand for, or nearly."""
    entries = draw(glob_gazetteers())
    return entries, draw(texts_for_globs(entries))
