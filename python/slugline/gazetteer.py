"""Gazetteers: phrases, what they stand for, and how they are to be matched."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Self

from slugline import _core
from slugline._display import counted_summary
from slugline._entry import Entry, Row, check_names, clean_options, entry_of
from slugline._formats import FORMATS, format_of, source_of
from slugline._html import html_of_gazetteer
from slugline._keeping import Keeping
from slugline._nested import rows_of_dict
from slugline._patterns import check_pattern
from slugline._rows import add_row, add_rows, add_table
from slugline._tables import is_pandas_frame, is_table, rows_of_table
from slugline._typing import (
    Accents,
    Affixes,
    Boundary,
    Case,
    FormatName,
    Hyphens,
    Near,
    Neighbours,
    OnBadRow,
    Scalar,
)


class Gazetteer(Keeping):
    r"""Phrases with their concepts and options.

    Many phrases may stand for one concept, and one phrase for several. Concepts are paths whose
    parts are joined by ``/`` (``person/Vladimir Putin``); a slash that parts nothing is written
    ``\/``. A phrase whose concept is None is an *exclusion*: where it matches, what lies inside
    it is not reported, nor is the exclusion itself.

    The options given here hold for every phrase that does not bring its own.

    Parameters
    ----------
    case : {"ignore", "match", "smart"}
        Whether case counts. ``"smart"`` lets it count for acronyms (``US``, ``U.S.``) only.
    accents : {"keep", "fold"}
        Whether accents count. ``"fold"`` makes ``é`` an ``e`` and ``ł`` an ``l``, and leaves out
        Arabic harakat and Hebrew points.
    hyphens : {"keep", "space"}
        ``"space"`` makes a dash between two words a space.
    boundary : {"word", "start", "end", "none", "compound"}
        Where a match must begin and end at a word's edge: at both ends, at the start, at the end,
        nowhere, or at both ends with hyphens and apostrophes joining words.
    glob : bool
        Whether ``*`` and ``?`` in phrases are wild cards.
    affixes : list of str or {"ko", "ar", "he"}, optional
        What may stand between the phrase and the edge of the word, such as ``에서`` in
        ``중국에서``. The names are those of lists for Korean, Arabic and Hebrew.

    Raises
    ------
    ValueError
        Where an option has no such value.

    Examples
    --------
    >>> import slugline as sl
    >>> gaz = sl.Gazetteer(case="smart")
    >>> gaz.add("US", "place/United States").add("color revolution", "narrative/color-revolution")
    Gazetteer(2 phrases, 2 concepts)
    >>> gaz.concepts
    ['narrative/color-revolution', 'place/United States']
    """

    __slots__ = (
        "__weakref__",
        "_core",
        "not_made",
        "skipped",
    )  # So that a misspelt name is an error.

    skipped: list[str]
    """What `read` could not read with ``errors="skip"``: a line for each row, with its reason."""

    __hash__ = None  # type: ignore[assignment]  # It can change.

    def __init__(
        self,
        *,
        case: Case = "ignore",
        accents: Accents = "keep",
        hyphens: Hyphens = "keep",
        boundary: Boundary = "word",
        glob: bool = False,
        affixes: Affixes | None = None,
    ) -> None:
        options = clean_options({"glob": glob, "affixes": affixes})
        self._core = _core.Gazetteer(case, accents, hyphens, boundary, **options)
        self.skipped = []
        self.not_made = []

    @classmethod
    def _wrap(cls, core: _core.Gazetteer) -> Self:
        gazetteer = cls.__new__(cls)
        gazetteer._core = core
        gazetteer.skipped = []
        gazetteer.not_made = []
        return gazetteer

    # -- Making one -----------------------------------------------------------------------------

    def add(
        self,
        phrase: str,
        concept: str | None,
        *,
        case: Case | None = None,
        accents: Accents | None = None,
        hyphens: Hyphens | None = None,
        boundary: Boundary | None = None,
        glob: bool | None = None,
        affixes: Affixes | None = None,
        not_before: Neighbours | None = None,
        not_after: Neighbours | None = None,
        near: Near | None = None,
        lang: str | None = None,
        weight: float = 1.0,
        **attributes: Scalar | None,
    ) -> Self:
        """Add a phrase.

        Parameters
        ----------
        phrase : str
            What to look for. White space at its ends does not count.
        concept : str or None
            What it stands for; None makes it an exclusion.
        case, accents, hyphens, boundary, glob, affixes
            As for the gazetteer; None takes the gazetteer's own. An empty list of affixes is none.
        not_before, not_after : str or list of str, optional
            Phrases that the phrase must not stand directly before, or behind: "pay" is not meant
            in "pay attention", nor "Guinea" in "Equatorial Guinea". Between the two may be white
            space and dashes. They have the phrase's own options, and whole words.
        near : dict, optional
            ``{"phrases": ["volcano", "eruption"], "within": 10, "unit": "word"}``: the phrase
            counts only where one of these stands before or behind it, with no more than so many
            words (or code points: ``"char"``) between; ten words unless given. A list of phrases
            alone will do.
        lang : str, optional
            The phrase's language: information, which changes no matching.
        weight : float
            A weight for sums.
        **attributes : str, int, float, bool or None
            Anything else to keep with the phrase. None is the same as not giving it.

        Returns
        -------
        Gazetteer
            The gazetteer itself.

        Raises
        ------
        ValueError
            Where nothing of the phrase remains once folded, a part of the concept is empty
            (``a//b``), or an option has no such value.
        TypeError
            Where the phrase or concept is not text, or an attribute is not a scalar.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("Orange", "place/Orange").add("Orange County", None)
        >>> [match.start for match in sl.PhraseMatcher(gaz).tag("Orange County, Orange")]
        [15]
        >>> gaz = sl.Gazetteer().add("Guinea", "place/Guinea", not_after=["Equatorial"])
        >>> sl.PhraseMatcher(gaz).contains(["Equatorial Guinea", "Guinea"])
        [False, True]
        """
        options = {
            "case": case,
            "accents": accents,
            "hyphens": hyphens,
            "boundary": boundary,
            "glob": glob,
            "affixes": affixes,
            "not_before": not_before,
            "not_after": not_after,
            "near": near,
        }
        check_names(attributes)
        add_row(self._core, Row(phrase, concept, "", options, lang, weight, attributes))
        return self

    @classmethod
    def from_dict(cls, dictionary: Mapping[Any, Any], **options: Any) -> Self:
        r"""Make a gazetteer of a nested dictionary.

        Parameters
        ----------
        dictionary : dict
            Keys are parts of concepts, nested to any depth; leaves are lists of phrases, or one
            phrase. A slash in a key parts concepts too, unless it is written ``\/``.
            What stands under the key None is excluded, and what stands under ``"__"`` belongs to
            the level above, as quanteda writes it. In a list, a dictionary that has
            a ``"phrase"`` gives that phrase's options and attributes, and may give
            ``"concept": None`` to make it an exclusion; any other holds concepts below.
        **options
            Options of the gazetteer.

        Returns
        -------
        Gazetteer

        Raises
        ------
        ValueError, TypeError
            Where a phrase, key or option is wrong, with the path to it.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer.from_dict(
        ...     {
        ...         "person": {"Vladimir Putin": ["Putin", "Vladimir Putin"]},
        ...         "org": {"NATO": [{"phrase": "OTAN", "case": "match", "lang": "fr"}]},
        ...         None: ["Putin Street"],
        ...     }
        ... )
        >>> gaz.concepts
        ['org/NATO', 'person/Vladimir Putin']
        """
        if not isinstance(dictionary, Mapping):
            raise TypeError(f"from_dict needs a dict, not {type(dictionary).__name__}")
        gazetteer = cls(**options)
        add_rows(gazetteer._core, rows_of_dict(dictionary, "the dictionary"))
        return gazetteer

    @classmethod
    def from_table(
        cls, table: Any, *, phrase: str = "phrase", concept: str = "concept", **options: Any
    ) -> Self:
        """Make a gazetteer of a table.

        Parameters
        ----------
        table : pandas, polars or pyarrow frame, anything Arrow, list of dicts, or dict of lists
            A row a phrase. Columns named as the options of `add` are those options, where they
            are not null; all others are attributes. A null concept makes an exclusion.
        phrase, concept : str
            Which columns hold the phrases and the concepts.
        **options
            Options of the gazetteer.

        Returns
        -------
        Gazetteer

        Raises
        ------
        ValueError, TypeError
            Where a column is missing or a row is wrong, with its number (from zero).

        Examples
        --------
        >>> import slugline as sl
        >>> rows = [{"alias": "OTAN", "id": "org/NATO", "lang": "fr", "qid": "Q7184"}]
        >>> gaz = sl.Gazetteer.from_table(rows, phrase="alias", concept="id")
        >>> next(iter(gaz)).attributes
        {'qid': 'Q7184'}
        """
        gazetteer = cls(**options)
        if is_table(table):
            try:
                add_table(gazetteer._core, table, None, phrase=phrase, concept=concept)
            except Exception as error:
                if not (is_pandas_frame(table) and type(error).__module__.startswith("pyarrow")):
                    raise
                # Objects that have no Arrow form: row by row, it is known which is wrong.
                rows = rows_of_table(table, phrase=phrase, concept=concept)
                add_rows(gazetteer._core, rows)
        else:
            rows = rows_of_table(table, phrase=phrase, concept=concept)
            add_rows(gazetteer._core, rows)
        return gazetteer

    @classmethod
    def read(
        cls,
        path: str | os.PathLike[str],
        format: FormatName | None = None,
        *,
        encoding: str | None = None,
        errors: OnBadRow = "raise",
        phrase: str | None = None,
        concept: str | None = None,
        **options: Any,
    ) -> Self:
        r"""Read a gazetteer from a file.

        Parameters
        ----------
        path : path
            The file.
        format : str, optional
            How it is written: by the file's suffix, unless given. ``"csv"``, ``"tsv"``,
            ``"jsonl"`` and ``"parquet"`` are tables with the columns that `from_table` knows;
            ``"yaml"`` and ``"json"`` are nested as in `from_dict`. ``"spacy"``, ``"flashtext"``,
            ``"liwc"``, ``"wordstat"``, ``"yoshikoder"``, ``"lexicoder"``, ``"gate"`` and
            ``"wikidata"`` are as those write them. ``"txt"`` has a phrase a line, each its own
            concept. ``docs/formats.md`` tells what is carried of each, and what is not.
        encoding : str, optional
            The encoding of a text format: UTF-8 (with or without a byte order mark) unless given.
        errors : {"raise", "skip"}
            ``"skip"`` leaves out rows that cannot be read, keeps what was wrong with them in the
            attribute `skipped`, and warns of them.
        phrase, concept : str, optional
            Which columns of a table hold the phrases and the concepts: ``"phrase"`` and
            ``"concept"`` unless given. For wikidata, whether the ``"label"`` or the ``"id"``
            of an item is the concept.
        **options
            Options of the gazetteer, for phrases that bring none. Globs are on in formats that
            have them (yaml, json, liwc, wordstat, yoshikoder, lexicoder) and case counts in
            spacy and gate, unless given here.

        Returns
        -------
        Gazetteer

        Raises
        ------
        ValueError, TypeError
            Where a row cannot be read, with file, line and reason.
        ImportError
            Where the format needs a package that is not installed.

        Notes
        -----
        In csv and tsv an empty cell is one that was not given; affixes are the name of a list,
        or parted by single spaces, or a list in JSON. Attributes are text, unless the name of
        their column says otherwise: ``rank:int``, ``score:float``, ``seen:bool``, or ``any:json``
        for values of mixed types (``name:str`` is text too, for names that end in such a suffix).
        `write` names columns so.

        Examples
        --------
        >>> import pathlib, tempfile
        >>> import slugline as sl
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "threat.dic")
        ...     _ = path.write_text("%\n1 threat\n%\nattack* 1\ncivil unrest 1\n")
        ...     gaz = sl.Gazetteer.read(path)
        >>> [(entry.phrase, entry.concept) for entry in gaz]
        [('attack*', 'threat'), ('civil unrest', 'threat')]
        """
        if errors not in ("raise", "skip"):
            raise ValueError(f'errors must be "raise" or "skip", not {errors!r}')
        reader = format_of(path, format)
        source = source_of(reader, path, encoding, format is None, phrase=phrase, concept=concept)
        gazetteer = cls(**{**reader.defaults, **options})
        if reader.read_arrow and errors == "raise":
            add_table(gazetteer._core, reader.read_arrow(source), source.name, **source.columns)
        else:
            gazetteer.skipped = add_rows(gazetteer._core, reader.read(source), errors)
        if gazetteer.skipped:
            skipped, count = gazetteer.skipped[:3], len(gazetteer.skipped)
            message = counted_summary(os.fspath(path), "skipped", "unreadable row", skipped, count)
            warnings.warn(message, stacklevel=2)
        return gazetteer

    def write(
        self,
        path: str | os.PathLike[str],
        format: FormatName | None = None,
    ) -> None:
        """Write the gazetteer to a file, from which `read` makes an equal one.

        Parameters
        ----------
        path : path
            The file. Text is written in UTF-8.
        format : {"csv", "tsv", "jsonl", "parquet", "yaml", "json"}, optional
            How to write it; by the file's suffix unless given.

        Raises
        ------
        ValueError
            Where the format is not known, or is one that is only read.
        ImportError
            Where the format needs a package that is not installed.
        """
        writer = format_of(path, format)
        if writer.write_arrow:
            writer.write_arrow(path, self._core.to_arrow())
        elif writer.write:
            writer.write(path, list(self))
        else:
            known = ", ".join(name for name, one in FORMATS.items() if one.write or one.write_arrow)
            raise ValueError(f"{writer.name} can be read but not written: write one of {known}")

    # -- Changing it ----------------------------------------------------------------------------

    def merge(self, other: Gazetteer) -> Self:
        """Add all phrases of another gazetteer, with the options that they have there.

        Parameters
        ----------
        other : Gazetteer

        Returns
        -------
        Gazetteer
            The gazetteer itself.
        """
        if not isinstance(other, Gazetteer):
            raise TypeError(f"merge needs a Gazetteer, not {type(other).__name__}")
        self._core.merge(other._core.copy() if other is self else other._core)
        return self

    def remove(self, *, phrase: str | None = None, concept: str | None = None) -> Self:
        """Remove what has this phrase and this concept.

        Parameters
        ----------
        phrase : str, optional
            The phrase as it was written; any unless given.
        concept : str, optional
            The concept, in which ``*`` stands for anything; any, and none, unless given.

        Returns
        -------
        Gazetteer
            The gazetteer itself, also where there was nothing to remove.

        Raises
        ------
        TypeError
            Where neither is given.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer.from_dict({"place": {"US": ["US", "us", "America"]}})
        >>> [entry.phrase for entry in gaz.remove(phrase="us")]
        ['US', 'America']
        """
        if phrase is None and concept is None:
            raise TypeError("remove needs a phrase, a concept, or both")
        self._core.remove(phrase, concept)
        return self

    def filter(self, concept: str) -> Self:
        """Return a new gazetteer of the phrases whose concepts fit a pattern.

        Exclusions stay, since what they keep from matching should stay kept.

        Parameters
        ----------
        concept : str
            A concept, in which ``*`` stands for anything, slashes included.

        Returns
        -------
        Gazetteer

        Raises
        ------
        TypeError
            Where concept is no str.
        ValueError
            Where it has a lone surrogate.

        Warns
        -----
        UserWarning
            Where no concept fits, with a pattern that does.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer.from_dict({"person": {"Xi": ["Xi"]}, "place": {"China": ["China"]}})
        >>> gaz.filter("person/*").concepts
        ['person/Xi']
        """
        check_pattern("concept", concept, self._core)
        return self._wrap(self._core.filter(concept))

    def copy(self) -> Self:
        """Return a gazetteer of the same content, apart from this one."""
        return self._wrap(self._core.copy())

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    # -- Looking at it --------------------------------------------------------------------------

    @property
    def concepts(self) -> list[str]:
        """The concepts, each once, by code point; exclusions have none."""
        return self._core.concepts()

    @property
    def phrases(self) -> list[str]:
        """The phrases, each once, by code point."""
        return self._core.phrases()

    @property
    def version(self) -> str:
        """A hash of the content: whatever the order of adding, the same on every machine."""
        return self._core.version()

    def __len__(self) -> int:
        return len(self._core)

    def __iter__(self) -> Iterator[Entry]:
        for index in range(len(self._core)):
            yield entry_of(self._core.entry(index))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Gazetteer):
            return NotImplemented
        return len(self) == len(other) and self.version == other.version

    def __repr__(self) -> str:
        entries = len(self)
        concepts = sum(concepts for _, _, concepts in self._core.branches())
        return (
            f"Gazetteer({entries:,} phrase{'s'[: entries != 1]}, "
            f"{concepts:,} concept{'s'[: concepts != 1]})"
        )

    def _repr_html_(self) -> str:
        return html_of_gazetteer(self._core)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self._core.to_bytes())


def _restore(cls: type[Gazetteer], content: bytes) -> Gazetteer:
    return cls._wrap(_core.Gazetteer.from_bytes(content))
