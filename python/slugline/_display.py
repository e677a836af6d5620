"""Text laid out in columns of a terminal."""

import re
import unicodedata
from collections.abc import Sequence

_WHITE = re.compile(r"\s+")
# Control and format characters, surrogates: they would move the cursor, turn the line round, or
# not print at all.
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def one_line(text: str) -> str:
    """Return text fit for one line: white space as single spaces, nothing unprintable."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) == "Cs" else c
        for c in _WHITE.sub(" ", text)
        if unicodedata.category(c) not in _UNPRINTABLE or unicodedata.category(c) == "Cs"
    )


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(_width(c) for c in text)


def _width(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def clip(text: str, columns: int, *, end: bool = False) -> str:
    """Cut text to a width, with an ellipsis where it was cut; with `end`, keep its end."""
    if width(text) <= columns:
        return text
    if end:
        # Turned round character by character, marks would go before their base.
        kept = list(text)
        while kept and (width("".join(kept)) > columns - 1 or _width(kept[0]) == 0):
            del kept[0]
        return "…" + "".join(kept)
    kept, room = [], columns - 1
    for c in text:
        room -= _width(c)
        if room < 0:
            break
        kept.append(c)
    return "".join(kept) + "…"


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill text up with spaces to a width; with `right`, on its left."""
    spaces = " " * max(0, columns - width(text))
    return spaces + text if right else text + spaces


def table(header: Sequence[str], rows: Sequence[Sequence[str]], columns: int = 100) -> str:
    """Lay out rows under a header; numbers stand to the right, long cells are cut."""
    cells = [list(header), *([one_line(cell) for cell in row] for row in rows)]
    numbers = [all(row[i].isdigit() for row in cells[1:]) for i in range(len(header))]
    widest = [max(width(row[i]) for row in cells) for i in range(len(header))]
    spare = columns - sum(w for w, n in zip(widest, numbers, strict=True) if n) - 2 * len(header)
    limit = max(8, spare // max(1, numbers.count(False)))
    widest = [w if n else min(w, limit) for w, n in zip(widest, numbers, strict=True)]
    lines = (
        "  ".join(
            pad(clip(cell, w), w, right=n) for cell, w, n in zip(row, widest, numbers, strict=True)
        ).rstrip()
        for row in cells
    )
    return "\n".join(lines)


def counted_summary(place: str, what: str, name: str, shown: list[str], count: int) -> str:
    """Tell how many things of a kind there were, and the first of them."""
    first = "; ".join(shown) + ("; …" if count > len(shown) else "")
    return f"{place}: {what} {count:,} {name}{'s'[: count != 1]}: {first}"
