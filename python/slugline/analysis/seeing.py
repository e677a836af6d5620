"""Matches marked in their texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from slugline._checks import whole_number
from slugline._html import DOCUMENTS, html_of_matches, page_of
from slugline.analysis._base import Analysable

_NUMBERS = "the number of a document, or several"


class Seeing(Analysable):
    """Views of matches for notebooks and for pages of their own."""

    def html(
        self,
        doc: int | Iterable[int] | None = None,
        *,
        documents: int = DOCUMENTS,
        context: int | None = None,
        page: bool = False,
    ) -> str:
        """Show matches in their texts, as HTML.

        Each branch of concepts has its colour, the same for all matches of one gazetteer; matches
        within others or across them are lined one below the other. Nothing of a text, phrase,
        concept or id becomes markup, and there is no script.

        Parameters
        ----------
        doc : int or iterable of int, optional
            Which documents to show whole, by their numbers in the column ``doc``. Otherwise the
            first that have matches, long ones cut around these.
        documents : int
            How many are shown where none are named.
        context : int, optional
            Characters shown on either side of each match, so that documents are cut that would
            be whole otherwise; 120 where they are cut anyway.
        page : bool
            Whether to return a whole page, which can be written to a file and opened, sent or
            printed. Otherwise it is a part of one, with its own style.

        Returns
        -------
        str
            HTML.

        Raises
        ------
        TypeError
            Where a number is none.
        IndexError
            Where there is no such document.
        ValueError
            Where documents are asked for after `detach`, or a number is negative.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}})
        >>> html = m.tag(["<b>NATO</b> and l’OTAN"]).html(0)
        >>> "&lt;b&gt;" in html, html.count("</mark>")
        (True, 3)

        The third is in the legend. To keep a page:

        >>> from pathlib import Path
        >>> page = m.tag(["l’OTAN"]).html(page=True)
        >>> _ = Path("nato.html").write_text(page, encoding="utf-8")  # doctest: +SKIP
        """
        _check_count("documents", documents)
        if context is not None:
            _check_count("context", context)
        docs = None if doc is None else self._docs(doc)
        html = html_of_matches(self._core, docs, documents=documents, context=context)
        return page_of(html, "slugline: matches") if page else html

    def _docs(self, doc: int | Iterable[int]) -> Sequence[int]:
        if not self._core.has_texts:
            raise ValueError("the texts were let go by detach()")
        several = isinstance(doc, Iterable) and not isinstance(doc, str | bytes)
        asked = cast("Iterable[int]", doc) if several else [doc]
        docs = [whole_number("doc", number, _NUMBERS) for number in asked]
        first, rows = self._core.first_doc, self._core.rows
        for number in docs:
            if not first <= number < first + rows:
                known = f"they are {first:,} to {first + rows - 1:,}" if rows else "there are none"
                raise IndexError(f"there is no document {number:,}: {known}")
        return list(dict.fromkeys(docs))

    def _repr_html_(self) -> str:
        return html_of_matches(self._core)


def _check_count(name: str, value: int) -> None:
    if whole_number(name, value) < 0:
        raise ValueError(f"{name} must not be negative, not {value}")
