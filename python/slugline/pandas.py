"""``slug`` on pandas' Series.

It is there if pandas is imported before slugline, or before a matcher is made or loaded; else after
``import slugline.pandas``.

Examples
--------
>>> import pandas as pd
>>> import slugline as sl
>>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}})
>>> texts = pd.Series(["中国政府在NATO总部", None, "l’OTAN"], index=["a", "b", "c"])
>>> texts.slug.count(m).to_dict()
{'a': 2, 'b': 0, 'c': 1}
"""

from __future__ import annotations

from typing import Any

from slugline._each_text import concepts_like, count_each
from slugline._namespaces import NAME
from slugline._optional import require
from slugline._typing import Attributes, Offsets, OnBadText, Overlap
from slugline.matcher import matcher_of

__all__ = ["SlugAccessor"]

_pandas = require("pandas", "slugline.pandas")


class SlugAccessor:
    """``slug`` on Series of texts: ``news["text"].slug``.

    All methods take a `PhraseMatcher`, or what one is made of, which is then built for this call,
    and the options of the methods of `PhraseMatcher` that they are named for. What they return has
    the index of the Series.
    """

    def __init__(self, series: Any) -> None:
        self._series = series

    def tag(
        self,
        m: Any,
        *,
        text: bool = False,
        attributes: Attributes = (),
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
        text, attributes
            As for `Matches.to_pandas`.
        overlap, offsets, errors, threads
            As for `PhraseMatcher.tag`.

        Returns
        -------
        pandas.DataFrame
            The table of `Matches.to_pandas`, with the index of the texts: a text that has several
            matches has several rows, and one without has none. ``doc`` is its place in the Series.

        Examples
        --------
        >>> import pandas as pd
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO"], "EU": ["EU"]}})
        >>> news = pd.DataFrame({"text": ["the EU and NATO", "nobody"]}, index=["a", "b"])
        >>> list(news["text"].slug.tag(m)[["start", "end", "concept"]].itertuples(name=None))
        [('a', 4, 6, 'org/EU'), ('a', 11, 15, 'org/NATO')]
        """
        matches = matcher_of(m).tag(
            self._series, overlap=overlap, offsets=offsets, errors=errors, threads=threads
        )
        table = matches.to_pandas(text, attributes)
        return table.set_index(self._series.index.take(table["doc"]))

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
        pandas.Series
            Of int64. Two phrases of one concept with the same span count once; a null has none.

        Examples
        --------
        >>> import pandas as pd
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}, "place": {"China": ["China"]}})
        >>> pd.Series(["NATO and China", None]).slug.count(m, "org/*").tolist()
        [1, 0]
        """
        m = matcher_of(m)
        counts = count_each(
            self._series,
            m=m,
            concepts=concepts_like(m, concept),
            overlap=overlap,
            errors=errors,
            threads=threads,
        )
        return _pandas.Series(counts, index=self._series.index, name=self._series.name)

    def contains(self, m: Any, **options: Any) -> Any:
        """Tell for each text whether anything matches.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds it.
        **options
            ``overlap``, ``errors``, ``threads``, ``progress``: see `PhraseMatcher.contains`.

        Returns
        -------
        pandas.Series
            Of bools: False for nulls.

        Examples
        --------
        >>> import pandas as pd
        >>> import slugline as sl
        >>> texts = pd.Series(["anti-China", "Chinatown", None])
        >>> texts[texts.slug.contains(["China"])].tolist()
        ['anti-China']
        """
        return matcher_of(m).contains(self._series, **options)

    def first(self, m: Any, **options: Any) -> Any:
        """Return for each text the concept of its first match.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds it.
        **options
            ``overlap``, ``errors``, ``threads``, ``progress``: see `PhraseMatcher.first`.

        Returns
        -------
        pandas.Series
            Of text: missing where nothing matches.

        Examples
        --------
        >>> import pandas as pd
        >>> import slugline as sl
        >>> pd.Series(["the EU and NATO", "EU"]).slug.first(["NATO", "EU"]).tolist()
        ['EU', 'EU']
        """
        return matcher_of(m).first(self._series, **options)

    def replace(self, m: Any, with_: str = "{concept}", **options: Any) -> Any:
        """Replace every match.

        Parameters
        ----------
        m : PhraseMatcher, Gazetteer, dict, or list of str
            What finds them.
        with_ : str
            What to put in its place, with ``{concept}``, ``{phrase}`` and ``{text}`` filled in.
        **options
            ``overlap``, ``errors``, ``threads``, ``progress``: see `PhraseMatcher.replace`.

        Returns
        -------
        pandas.Series
            Of text: what is missing stays so.

        Examples
        --------
        >>> import pandas as pd
        >>> import slugline as sl
        >>> pd.Series(["l’OTAN"]).slug.replace({"NATO": ["OTAN"]}, "[{concept}]").tolist()
        ['l’[NATO]']
        """
        return matcher_of(m).replace(self._series, with_, **options)


_pandas.api.extensions.register_series_accessor(NAME)(SlugAccessor)
