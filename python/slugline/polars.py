"""``slug`` on polars' expressions and Series: matching in lazy and streaming queries.

It is there if polars is imported before slugline, or before a matcher is made or loaded; else after
``import slugline.polars``.

Examples
--------
>>> import polars as pl
>>> import slugline as sl
>>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}})
>>> news = pl.LazyFrame({"text": ["中国政府在NATO总部", None, "l’OTAN"]})
>>> news.select(n=pl.col("text").slug.count(m), to=pl.col("text").slug.first(m)).collect().rows()
[(2, 'place/China'), (0, None), (1, 'org/NATO')]
"""

from __future__ import annotations

from functools import partial
from typing import Any

from slugline._each_text import concepts_like, count_each
from slugline._namespaces import NAME
from slugline._optional import require
from slugline._typing import Offsets, OnBadText, Overlap
from slugline.matcher import PhraseMatcher, matcher_of

__all__ = ["MATCHES", "SlugExpr", "SlugSeries"]

_polars = require("polars", "slugline.polars")

MATCHES = _polars.List(
    _polars.Struct(
        {
            "start": _polars.Int32,
            "end": _polars.Int32,
            "phrase": _polars.String,
            "concept": _polars.String,
        }
    )
)
"""The type of what `tag` returns: a list of matches for each text."""


# Functions of the module rather than closures: so that a query that has them can be pickled.
def _tag(texts: Any, *, m: PhraseMatcher, **options: Any) -> Any:
    return m.tag(texts, **options).by_doc()


def _count(texts: Any, **options: Any) -> Any:
    return _polars.Series(texts.name, count_each(texts, **options), dtype=_polars.Int64)


def _contains(texts: Any, *, m: PhraseMatcher, **options: Any) -> Any:
    return m.contains(texts, **options)


def _first(texts: Any, *, m: PhraseMatcher, **options: Any) -> Any:
    return m.first(texts, **options)


def _replace(texts: Any, *, m: PhraseMatcher, **options: Any) -> Any:
    return m.replace(texts, **options)


class _Slug:
    """The methods that expressions and Series share.

    All take a `PhraseMatcher`, or what one is made of, which is then built for this call, and the
    options of the methods of `PhraseMatcher` that they are named for.
    """

    def _map(self, function: Any, dtype: Any) -> Any:
        raise NotImplementedError

    def tag(
        self,
        m: Any,
        *,
        overlap: Overlap = "longest",
        offsets: Offsets = "char",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Any:
        """Find all matches.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds them.
        overlap, offsets, errors, threads
            As for `PhraseMatcher.tag`.

        Returns
        -------
        Expr or Series
            Lists of structs with ``start``, ``end``, ``phrase`` and ``concept``; empty for texts
            without a match, and for nulls.

        Examples
        --------
        >>> import polars as pl
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["NATO", "EU"])
        >>> news = pl.DataFrame({"id": [1, 2], "text": ["the EU and NATO", "nobody"]})
        >>> found = news.select("id", match=pl.col("text").slug.tag(m))
        >>> found.filter(pl.col("match").list.len() > 0).explode("match").unnest("match").rows()
        [(1, 4, 6, 'EU', 'EU'), (1, 11, 15, 'NATO', 'NATO')]
        """
        options = {"overlap": overlap, "offsets": offsets, "errors": errors, "threads": threads}
        return self._map(partial(_tag, m=matcher_of(m), **options), MATCHES)

    def count(
        self,
        m: Any,
        concept: str | None = None,
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Any:
        """Count the matches of each text.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds them.
        concept : str, optional
            Which concepts count, with ``*`` for anything: ``"person/*"``. All unless given.
        overlap, errors, threads
            As for `PhraseMatcher.count`.

        Returns
        -------
        Expr or Series
            Of Int64. Two phrases of one concept with the same span count once; a null has none.

        Examples
        --------
        >>> import polars as pl
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}, "place": {"China": ["China"]}})
        >>> pl.Series(["NATO and China", None]).slug.count(m, "org/*").to_list()
        [1, 0]
        """
        m = matcher_of(m)
        options = {"overlap": overlap, "errors": errors, "threads": threads}
        function = partial(_count, m=m, concepts=concepts_like(m, concept), **options)
        return self._map(function, _polars.Int64)

    def contains(
        self,
        m: Any,
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Any:
        """Tell for each text whether anything matches.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds it.
        overlap, errors, threads
            As for `PhraseMatcher.contains`.

        Returns
        -------
        Expr or Series
            Of bools: False for nulls.

        Examples
        --------
        >>> import polars as pl
        >>> import slugline as sl
        >>> news = pl.LazyFrame({"text": ["anti-China", "Chinatown", None]})
        >>> news.filter(pl.col("text").slug.contains(["China"])).collect()["text"].to_list()
        ['anti-China']
        """
        options = {"overlap": overlap, "errors": errors, "threads": threads}
        return self._map(partial(_contains, m=matcher_of(m), **options), _polars.Boolean)

    def first(
        self,
        m: Any,
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Any:
        """Return for each text the concept of its first match.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds it.
        overlap, errors, threads
            As for `PhraseMatcher.first`.

        Returns
        -------
        Expr or Series
            Of text: null where nothing matches.

        Examples
        --------
        >>> import polars as pl
        >>> import slugline as sl
        >>> pl.Series(["the EU and NATO", "nobody"]).slug.first(["NATO", "EU"]).to_list()
        ['EU', None]
        """
        options = {"overlap": overlap, "errors": errors, "threads": threads}
        return self._map(partial(_first, m=matcher_of(m), **options), _polars.String)

    def replace(
        self,
        m: Any,
        with_: str = "{concept}",
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Any:
        """Replace every match.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds them.
        with_ : str
            What to put in its place, with ``{concept}``, ``{phrase}`` and ``{text}`` filled in.
        overlap, errors, threads
            As for `PhraseMatcher.replace`.

        Returns
        -------
        Expr or Series
            Of text: nulls stay nulls.

        Examples
        --------
        >>> import polars as pl
        >>> import slugline as sl
        >>> pl.Series(["l’OTAN", None]).slug.replace({"NATO": ["OTAN"]}, "[{concept}]").to_list()
        ['l’[NATO]', None]
        """
        options = {"with_": with_, "overlap": overlap, "errors": errors, "threads": threads}
        return self._map(partial(_replace, m=matcher_of(m), **options), _polars.String)


class SlugExpr(_Slug):
    """``slug`` on expressions: ``pl.col("text").slug``."""

    def __init__(self, expr: Any) -> None:
        self._expr = expr

    def _map(self, function: Any, dtype: Any) -> Any:
        # What is wrong with the options is said here, not when the query runs.
        function(_polars.Series([], dtype=_polars.String))
        return self._expr.map_batches(function, return_dtype=dtype, is_elementwise=True)


class SlugSeries(_Slug):
    """``slug`` on Series: ``news["text"].slug``."""

    def __init__(self, series: Any) -> None:
        self._series = series

    def _map(self, function: Any, dtype: Any) -> Any:
        return function(self._series)


_polars.api.register_expr_namespace(NAME)(SlugExpr)
_polars.api.register_series_namespace(NAME)(SlugSeries)
