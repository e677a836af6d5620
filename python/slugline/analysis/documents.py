"""Matches as spaCy's documents, and as what displaCy draws."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape
from typing import Any, Literal, TypeAlias, get_args

from slugline._colours import branch_of, colours_of
from slugline._optional import require
from slugline._spans import (
    Alignment,
    Found,
    Label,
    Marking,
    check_choice,
    found_in,
    know_left_out,
    knowledge_of,
    label_of,
    set_spans,
)
from slugline.analysis._base import Analysable

Style: TypeAlias = Literal["ent", "span"]

_SURROGATES = re.compile("[\ud800-\udfff]")
# What would turn round how the rest of a page is read.
_OVERRIDES = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class Documents(Analysable):
    """Matches on their way to spaCy."""

    def to_spacy(
        self,
        nlp: Any,
        *,
        ents: bool = True,
        spans_key: str | None = "slugline",
        label: Label = "branch",
        kb_id: str | None = None,
        alignment_mode: Alignment = "expand",
    ) -> Iterator[Any]:
        """Make a spaCy document of each text, with its matches as entities and spans.

        Parameters
        ----------
        nlp : spacy.Language
            Whose tokenizer cuts the texts: its components are not run (``nlp.pipe(docs)`` does).
        ents : bool
            Whether to set ``doc.ents``. Of matches that share a token the first, and then the
            longest, is an entity.
        spans_key : str, optional
            The key of ``doc.spans`` under which all matches are set; None for none.
        label : {"branch", "concept"}
            What ``span.label_`` is: the first part of the concept, or all of it.
        kb_id : str, optional
            The attribute of phrases that ``span.kb_id_`` is to hold (``"qid"``); the concept
            unless given. ``span.id_`` always is the concept.
        alignment_mode : {"expand", "contract", "strict"}
            What becomes of a match that begins or ends within a token: the span grows to whole
            tokens, shrinks to them, or there is none.

        Returns
        -------
        iterator of spacy.tokens.Doc
            One for each text, made when it is asked for; of a null an empty one. What became no
            span is listed in ``doc._.slugline_left_out``.

        Raises
        ------
        ValueError
            Where a setting has no such value, no phrase has the attribute, or the texts were let
            go.
        ImportError
            Where spaCy is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> import spacy
        >>> x = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}}).tag(["NATO", "l’OTAN"])
        >>> for doc in x.to_spacy(spacy.blank("fr")):
        ...     print([(ent.text, ent.label_, ent.id_) for ent in doc.ents])
        [('NATO', 'org', 'org/NATO')]
        [('OTAN', 'org', 'org/NATO')]
        """
        require("spacy", "to_spacy")
        if not hasattr(nlp, "make_doc"):
            raise TypeError(f"nlp must be a pipeline of spaCy, not {type(nlp).__name__}")
        marking = Marking(
            ents=ents,
            spans_key=spans_key,
            label=label,
            kb_id=kb_id,
            alignment_mode=alignment_mode,
        )
        self._need_texts("to_spacy")
        know_left_out()
        return self._documents(nlp, marking, knowledge_of(self._core, kb_id))

    def _documents(self, nlp: Any, marking: Marking, knowledge: list[Any] | None) -> Iterator[Any]:
        first = self._core.first_doc
        for doc in range(first, first + self._core.rows):
            text = self._core.document(doc) or ""
            found = found_in(self._core, doc, text, knowledge)
            yield set_spans(nlp.make_doc(_SURROGATES.sub(_UNKNOWN, text)), found, marking)

    def to_displacy(
        self, doc: int = 0, *, style: Style = "ent", label: Label = "branch"
    ) -> dict[str, Any]:
        """Return a text with its matches as displaCy draws it by hand.

        Parameters
        ----------
        doc : int
            The row of the text.
        style : {"ent", "span"}
            ``"ent"`` marks the text, without the matches that overlap others; ``"span"`` draws a
            line for each match below it.
        label : {"branch", "concept"}
            What a match is labelled with: the first part of its concept, or all of it.

        Returns
        -------
        dict
            For ``displacy.render(shown, style=style, manual=True, options=shown["options"])``.
            Labels are escaped for HTML, which displaCy itself does of texts alone.

        Raises
        ------
        ValueError
            Where a setting has no such value, or the texts were let go.
        IndexError
            Where there is no such text.

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher({"org": {"NATO": ["OTAN"]}}).tag(["l’OTAN"])
        >>> x.to_displacy(0)["ents"]
        [{'start': 2, 'end': 6, 'label': 'org'}]
        """
        check_choice("style", style, get_args(Style))
        check_choice("label", label, get_args(Label))
        self._need_texts("to_displacy")
        text = self._core.document(doc) or ""
        found = found_in(self._core, doc, text, None)
        text = _OVERRIDES.sub(_UNKNOWN, text)
        marked = _entities(found, label) if style == "ent" else _token_spans(text, found, label)
        direction = {"direction": "rtl"} if _reads_leftwards(text) else {}
        colours = self._label_colours(found, style, label)
        return {"text": text, **marked, "settings": direction, "options": {"colors": colours}}

    def _label_colours(self, found: list[Found], style: Style, label: Label) -> dict[str, str]:
        """Return the colours of labels: those of their branches among all that was found."""
        colours = colours_of(self._core.branches())
        # A mark stands behind its text; a line must be seen beside it.
        shade = "light" if style == "ent" else "strong"
        return {
            escape(label_of(one.concept, label)): getattr(colours[branch_of(one.concept)], shade)
            for one in found
        }

    def _need_texts(self, purpose: str) -> None:
        if not self._core.has_texts:
            raise ValueError(f"{purpose} needs the texts, which were let go by detach()")


def _entities(found: list[Found], label: Label) -> dict[str, Any]:
    """Return what does not overlap: displaCy would write the text of what does twice."""
    ents: list[dict[str, Any]] = []
    for one in found:
        if not ents or one.start >= ents[-1]["end"]:
            name = escape(label_of(one.concept, label))
            ents.append({"start": one.start, "end": one.end, "label": name})
    return {"ents": ents}


def _token_spans(text: str, found: list[Found], label: Label) -> dict[str, Any]:
    """Return tokens, cut at white space and where matches begin and end, and spans of them."""
    cuts = {at for one in found for at in one[:2]}
    tokens: list[str] = []
    first: dict[int, int] = {}  # The number of the token that begins at, or first after, a cut.
    at = 0
    for cut in sorted({*cuts, len(text)}):
        tokens += text[at:cut].split()
        first[cut] = len(tokens)
        at = cut
    spans: dict[tuple[int, int, str], dict[str, Any]] = {}
    for one in found:
        name = escape(label_of(one.concept, label))
        place = first[one.start], first[one.end]
        spans.setdefault(
            (*place, name), {"start_token": place[0], "end_token": place[1], "label": name}
        )
    return {"tokens": tokens, "spans": list(spans.values())}


def _reads_leftwards(text: str) -> bool:
    """Tell whether the first letter with a direction goes from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
