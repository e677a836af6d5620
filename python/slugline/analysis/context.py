"""Keywords in context: what stands to the left and to the right of each match."""

from __future__ import annotations

from typing import Any

from slugline._frames import frame_kind, frame_of
from slugline._typing import FrameKind, Unit
from slugline.analysis._base import Analysable

# No text is longer; the core counts no further.
_WHOLE_TEXT = 2**31 - 1


class Concordance(Analysable):
    """Matches with the text around them."""

    def kwic(
        self,
        window: int = 8,
        unit: Unit = "word",
        *,
        frame: FrameKind | None = None,
    ) -> Any:
        """List the matches with what stands to the left and to the right of them.

        Parameters
        ----------
        window : int
            How much of the text to show on each side.
        unit : {"word", "char"}
            What the window counts: words, of which none is cut unless it is as long as no language
            has any, or characters, for lines of about the same length. In scripts without spaces
            (Chinese, Japanese, Thai and others) each character with its marks is a word, so that
            eight words of Chinese say as much as four or five of English: give them a larger
            window, or ``window=40, unit="char"`` to all.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame of n_matches rows
            Columns ``[id,] doc, start, end, left, match, right, phrase, concept``, in the order of
            the matches.

        Raises
        ------
        TypeError
            Where the window is no whole number.
        ValueError
            Where the window is negative, the unit unknown, or the texts were let go by `detach`.

        Notes
        -----
        ``left + match + right`` is the text as it stands, but that each run of white space, line
        breaks included, is one space, and that there is none at the outer ends. ``start`` and
        ``end`` are those of the match in the text as given. Nothing is added to make right-to-left
        text look right: ``left`` is what comes before the match in the order of reading.

        Words are those of the rest of the package. A word that reaches over an edge of the match
        is shown whole and not counted. Characters are those of a reader, "extended grapheme
        clusters" [1]_: a letter with its marks, a conjunct of Devanagari, an emoji made of several.

        References
        ----------
        .. [1] Unicode Standard Annex #29, "Unicode Text Segmentation",
           https://www.unicode.org/reports/tr29/

        Examples
        --------
        >>> import slugline as sl
        >>> x = sl.PhraseMatcher(["Xi"]).tag(["Relations are good, Xi said in Moscow on Monday."])
        >>> x.kwic(3, frame="polars").select("left", "match", "right").rows()
        [('Relations are good, ', 'Xi', ' said in Moscow')]
        """
        if isinstance(window, bool) or not hasattr(window, "__index__"):
            raise TypeError(f"window must be an int, not {type(window).__name__}")
        size = window.__index__()
        if size < 0:
            raise ValueError(f"window must not be negative, but is {size}")
        kind = frame_kind(frame, self._origin)
        return frame_of(self._core.kwic(min(size, _WHOLE_TEXT), unit), kind)
