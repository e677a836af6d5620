"""Matching in DuckDB's SQL: functions that a matcher gives a connection.

Examples
--------
>>> import duckdb
>>> import slugline as sl
>>> con = duckdb.connect()
>>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}})
>>> sl.duckdb.register(con, m)
>>> news = "(values (1, '中国政府在NATO总部'), (2, null), (3, 'l’OTAN')) news(id, text)"
>>> con.sql(f"select id, slug_count(text), slug_first(text) from {news}").fetchall()
[(1, 2, 'place/China'), (2, 0, None), (3, 1, 'org/NATO')]
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slugline._each_text import count_each
from slugline._optional import require
from slugline._typing import OnBadText, Overlap
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher, matcher_of

__all__ = ["register"]

_duckdb = require("duckdb", "slugline.duckdb")
_pyarrow = require("pyarrow", "slugline.duckdb")

_MATCHES = 'STRUCT("start" INTEGER, "end" INTEGER, phrase VARCHAR, concept VARCHAR)[]'
_CALLS = ("contains", "count", "first", "replace", "tag")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def register(
    con: Any,
    m: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
    name: str = "slug",
    *,
    overlap: Overlap = "longest",
    errors: OnBadText = "raise",
    threads: int | None = 1,
) -> None:
    """Give a connection functions that find a matcher's phrases.

    ============================ =========================================================
    function                     returns
    ============================ =========================================================
    ``slug_contains(text)``      BOOLEAN: whether anything matches
    ``slug_count(text)``         BIGINT: how many matches, a concept once for each span
    ``slug_first(text)``         VARCHAR: the concept of the first match, or null
    ``slug_replace(text, with)`` VARCHAR: the text with every match replaced; ``with`` may
                                 hold ``{concept}``, ``{phrase}`` and ``{text}``
    ``slug_tag(text)``           a list of structs ``start, end, phrase, concept``
    ============================ =========================================================

    Of a null text they return what the matcher does: false, 0, null, null and an empty list.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection or the module duckdb
        The connection; the module stands for its default connection.
    m : PhraseMatcher, Gazetteer, dict, or list of str
        What finds them.
    name : str
        What the names of the functions begin with, so that several matchers can have their own.
        Those that were registered under it before are replaced.
    overlap, errors
        As for `PhraseMatcher.tag`. With ``overlap="all"`` there is no ``slug_replace``.
    threads : int, optional
        How many threads work on each call. DuckDB calls with some 2,000 texts at a time, from as
        many threads as it has itself, so that one is right.

    Raises
    ------
    ValueError
        Where the name is none of SQL's, or an option has no such value.
    TypeError
        Where con has no functions to be made, or m is no matcher.
    duckdb.Error
        Where the connection has a function of that name that was not made in Python.

    Notes
    -----
    Start and end count code points, as DuckDB's ``substring`` does, which counts from one:
    ``text[m.start + 1 : m.end]``.

    Examples
    --------
    One row for each match:

    >>> import duckdb
    >>> import slugline as sl
    >>> con = duckdb.connect()
    >>> sl.duckdb.register(con, {"person": {"Xi": ["Xi"]}}, "people")
    >>> news = "(values (1, 'Xi met Xi'), (2, 'nobody')) news(id, text)"
    >>> con.sql(f"select id, unnest(people_tag(text), recursive := true) from {news}").fetchall()
    [(1, 0, 2, 'Xi', 'person/Xi'), (1, 7, 9, 'Xi', 'person/Xi')]
    """
    if not hasattr(con, "create_function"):
        raise TypeError(f"con must be a connection of duckdb, not {type(con).__name__}")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"name must be letters, digits and _, not {name!r}")
    m = matcher_of(m)
    options: dict[str, Any] = {"overlap": overlap, "errors": errors, "threads": threads}
    m.contains([], **options)  # Wrong options are errors now, not in the first query.
    for call in _CALLS:
        with contextlib.suppress(_duckdb.InvalidInputException):  # There is none yet.
            con.remove_function(f"{name}_{call}")
    for call, parameters, result, function in _functions(m, options):
        # Nulls are handed over, since the matcher has its own answer to them.
        con.create_function(
            f"{name}_{call}", function, parameters, result, type="arrow", null_handling="special"
        )


def _functions(
    m: PhraseMatcher, options: Mapping[str, Any]
) -> Iterable[tuple[str, list[str], str, Callable[..., Any]]]:
    """Yield name, types of the arguments, type of the result, and what computes it."""
    text = ["VARCHAR"]
    yield "contains", text, "BOOLEAN", lambda texts: m.contains(texts, **options)
    yield "count", text, "BIGINT", lambda texts: _pyarrow.array(count_each(texts, m=m, **options))
    yield "first", text, "VARCHAR", lambda texts: m.first(texts, **options)
    yield "tag", text, _MATCHES, lambda texts: m.tag(texts, **options).by_doc()
    if options["overlap"] != "all":
        yield (
            "replace",
            text * 2,
            "VARCHAR",
            lambda texts, with_: _replace(m, texts, with_, options),
        )


def _replace(m: PhraseMatcher, texts: Any, templates: Any, options: Mapping[str, Any]) -> Any:
    """Replace with each row's own template, null where that is null."""
    distinct = templates.unique().to_pylist()
    if len(distinct) == 1 and distinct[0] is not None:
        return m.replace(texts, distinct[0], **options)
    rows = texts.to_pylist()
    replaced: list[str | None] = [None] * len(rows)
    given = templates.to_pylist()
    for template in distinct:
        if template is not None:
            those = [at for at, one in enumerate(given) if one == template]
            new = m.replace([rows[at] for at in those], template, **options)
            for at, row in zip(those, new, strict=True):
                replaced[at] = row
    return _pyarrow.array(replaced, _pyarrow.string())
