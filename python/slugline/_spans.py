"""Matches as spaCy's spans: what they are called, and on which tokens they lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from slugline import _core
from slugline._colours import branch_of
from slugline._optional import require
from slugline._positions import code_points_at

Label: TypeAlias = Literal["branch", "concept"]
Alignment: TypeAlias = Literal["strict", "contract", "expand"]

LEFT_OUT = "slugline_left_out"
"""The extension attribute of a Doc for the matches that became no span."""


class Found(NamedTuple):
    """A match in one document, its positions in code points."""

    start: int
    end: int
    phrase: str
    concept: str
    kb_id: str


@dataclass(frozen=True, slots=True)
class Marking:
    """How matches become spans.

    Raises
    ------
    ValueError
        Where a setting has no such value, or there is nowhere to put the spans.
    """

    ents: bool = True
    spans_key: str | None = None
    label: Label = "branch"
    kb_id: str | None = None
    alignment_mode: Alignment = "expand"
    overwrite: bool = False

    def __post_init__(self) -> None:
        check_choice("label", self.label, get_args(Label))
        check_choice("alignment_mode", self.alignment_mode, get_args(Alignment))
        if not self.ents and not self.spans_key:
            raise ValueError("matches need a place: ents=True, or the name of a spans_key, or both")

    def label_of(self, concept: str) -> str:
        """Return the label of a concept."""
        return label_of(concept, self.label)


def check_choice(name: str, value: str, known: tuple[str, ...]) -> None:
    """Refuse what is none of some names."""
    if value not in known:
        names = ", ".join(f'"{one}"' for one in known)
        raise ValueError(f"{name} must be one of {names}, not {value!r}")


def label_of(concept: str, label: Label) -> str:
    """Return what a concept is labelled with: its first part, or itself."""
    return branch_of(concept) if label == "branch" else concept


def knowledge_of(matches: _core.Matches, attribute: str | None) -> list[Any] | None:
    """Return the attribute of each match that links it to a knowledge base, if any does.

    Raises
    ------
    ValueError
        Where no entry has such an attribute.
    """
    if attribute is None:
        return None
    return matches.to_arrow(False, [(attribute, "kb_id")]).column("kb_id").to_list()


def found_in(
    matches: _core.Matches, doc: int, text: str, knowledge: list[Any] | None
) -> list[Found]:
    """Return the matches of a document by start, the longest first."""
    rows = range(*matches.rows_of(doc))
    found = []
    for index in rows:
        _, start, end, phrase, concept = matches.row(index)
        kb_id = concept if knowledge is None else knowledge[index]
        found.append(Found(start, end, phrase, concept, "" if kb_id is None else str(kb_id)))
    if matches.offsets != "char":
        places = code_points_at(text, {at for one in found for at in one[:2]}, matches.offsets)
        found = [one._replace(start=places[one.start], end=places[one.end]) for one in found]
    return sorted(found, key=lambda one: (one.start, -one.end, one.phrase, one.concept))


def know_left_out() -> None:
    """Give documents the attribute for the matches that became no span."""
    doc = require("spacy.tokens", "spans", install="spacy").Doc
    if not doc.has_extension(LEFT_OUT):
        doc.set_extension(LEFT_OUT, default=[])


def set_spans(doc: Any, found: Iterable[Found], marking: Marking) -> Any:
    """Set the spans of a document, and note what became none: `Doc._.slugline_left_out`.

    Parameters
    ----------
    doc : spacy.tokens.Doc
        The document, which is changed.
    found : list of Found
        Its matches, by start, the longest first.
    marking : Marking
        How and where.

    Returns
    -------
    spacy.tokens.Doc
        The document.
    """
    spans, left_out = [], []
    for one in found:
        span = doc.char_span(
            one.start,
            one.end,
            label=marking.label_of(one.concept),
            kb_id=one.kb_id,
            span_id=one.concept,
            alignment_mode=marking.alignment_mode,
        )
        if span is None:
            left_out.append(_note(one, "alignment"))
        else:
            spans.append((one, span))
    if marking.spans_key:
        there = [] if marking.overwrite else list(doc.spans.get(marking.spans_key, ()))
        doc.spans[marking.spans_key] = there + _distinct(span for _, span in spans)
    if marking.ents:
        left_out += _set_ents(doc, spans, marking.overwrite)
    if left_out:
        setattr(doc._, LEFT_OUT, [*getattr(doc._, LEFT_OUT), *left_out])
    return doc


def _set_ents(doc: Any, spans: list[tuple[Found, Any]], overwrite: bool) -> list[dict[str, Any]]:
    """Set the entities, of which no two may share a token, and return what found no room."""
    there = list(doc.ents)
    taken = set() if overwrite else {at for ent in there for at in range(ent.start, ent.end)}
    ents, left_out = [], []
    for one, span in spans:
        tokens = range(span.start, span.end)
        if taken.isdisjoint(tokens):
            ents.append(span)
            taken.update(tokens)
        else:
            left_out.append(_note(one, "overlap"))
    there = [ent for ent in there if not overwrite or taken.isdisjoint(range(ent.start, ent.end))]
    doc.set_ents(sorted(there + ents))
    return left_out


def _distinct(spans: Iterable[Any]) -> list[Any]:
    """Return spans each once: two phrases of one concept may have the same tokens."""
    seen: dict[tuple[Any, ...], Any] = {}
    for span in spans:
        seen.setdefault((span.start, span.end, span.label, span.id, span.kb_id), span)
    return list(seen.values())


def _note(one: Found, reason: str) -> dict[str, Any]:
    """Return a match as what can be written with the document."""
    values = one._asdict()
    del values["kb_id"]
    return {**values, "reason": reason}
