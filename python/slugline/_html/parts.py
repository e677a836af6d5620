"""What all views are made of: the frame, tables, branches in their colours, whole pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from slugline._html.escaping import clean, isolated
from slugline._html.style import PAGE_SHEET, SHEET, classes

# Nothing is fetched and no script is run, whatever should have got into the page.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def view(kind: str, caption: str, parts: Iterable[str]) -> str:
    """Return a whole view: its style, what it is of, and its parts, which are HTML already."""
    # Headings by role: outlines of notebooks would list real ones.
    return (
        f'<div class="slugline" lang="en"><style>{SHEET}</style>'
        f'<div class="slg-head" role="heading" aria-level="3"><strong>{clean(kind)}</strong> '
        f"{clean(caption)}</div>{''.join(parts)}</div>"
    )


def page_of(html: str, title: str) -> str:
    """Return a view as a whole HTML document."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{clean(title)}</title><style>{PAGE_SHEET}</style></head>"
        f"<body>{html}</body></html>\n"
    )


def plural(number: int, name: str) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {name}{'s'[: number != 1]}"


def note(text: str) -> str:
    """Return a remark below the rest."""
    return f'<p class="slg-note">{clean(text)}</p>'


def branch_key(branch: str, place: int) -> str:
    """Return the name of a branch, marked as its matches are."""
    return f'<mark class="slg-key {classes(place)}">{isolated(branch)}</mark>'


def table(
    caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], numbers: Iterable[int] = ()
) -> str:
    """Return a table whose rows begin with their names.

    Parameters
    ----------
    caption : str
        What it shows.
    header : list of str
        The names of the columns.
    rows : list of list of str
        The cells, which are HTML already.
    numbers : iterable of int
        Which columns hold numbers.
    """
    right = dict.fromkeys(numbers, ' class="slg-no"')
    head = "".join(
        f'<th scope="col"{right.get(at, "")}>{clean(name)}</th>' for at, name in enumerate(header)
    )
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{right.get(at, '')}>{cell}</td>" for at, cell in enumerate(rest, 1))
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="slg-wide"><table><caption>{clean(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def definitions(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names with their values, both plain text."""
    told = "".join(
        f'<div><dt>{clean(name)}</dt><dd lang="">{isolated(value)}</dd></div>'
        for name, value in pairs
    )
    return f"<dl>{told}</dl>"
