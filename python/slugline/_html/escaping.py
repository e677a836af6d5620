"""Text that others wrote, made fit for HTML: it stays text, whatever it holds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape

_NAME = 120
"""Characters shown of a phrase, a concept or an id, which may be as long as anyone liked."""

# What HTML may not hold or browsers do not show, and what would turn the rest of a line round or
# hide a part of it (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\u202a-\u202e\u2066-\u206f\ufff9-\ufffb]"
)
_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
_BREAK = re.compile(f"\r\n|[{_BREAKS}]")
_JUDGED = 300
"""Characters of a line that tell its direction."""


def legible(text: str) -> str:
    """Replace what a page should not hold: each character by one, so that positions stay."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def clean(text: str) -> str:
    """Escape text for HTML, in an element or an attribute in double quotes."""
    return escape(legible(text), quote=True)


def name(text: str) -> str:
    """Escape a phrase, a concept or an id on one line, and cut it where it is long."""
    text = _BREAK.sub(" ", text)
    return clean(text if len(text) <= _NAME else text[: _NAME - 1] + "…")


def isolated(text: str, kind: str = "") -> str:
    """Return a name as an element of its own direction and of a language that is not known."""
    named = f' class="{kind}"' if kind else ""
    return f'<bdi{named} lang="">{name(text)}</bdi>'


def breaks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the line breaks in a part of a text begin and end."""
    for found in _BREAK.finditer(text, start, end):
        yield found.span()


def line_start(text: str, at: int) -> int:
    """Return where the line begins in which something stands, or a place well before it."""
    least = max(0, at - _JUDGED)
    return max(text.rfind(c, least, at) + 1 or least for c in _BREAKS)


def direction(text: str, start: int) -> str:
    """Return the direction of a line: that of most of its letters.

    The first strong character, which ``dir="auto"`` goes by, is often that of a name: Arabic news
    has lines that begin with NATO. A line without letters is left to ``"auto"``.
    """
    balance = 0
    first = "auto"
    for c in text[start : start + _JUDGED]:
        if c in _BREAKS:
            break
        kind = unicodedata.bidirectional(c)
        if kind in ("L", "R", "AL"):
            way = "ltr" if kind == "L" else "rtl"
            first = way if first == "auto" else first
            balance += 1 if way == "ltr" else -1
    if balance == 0:
        return first
    return "ltr" if balance > 0 else "rtl"
