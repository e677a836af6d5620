"""The phrase matcher: finds a gazetteer's phrases in columns of texts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from slugline import _core
from slugline._checks import check_level, check_text, check_texts
from slugline._frames import csr_matrix, frame_kind, frame_of
from slugline._html import html_of_matcher
from slugline._memory import give_back
from slugline._namespaces import register
from slugline._progress import reporting
from slugline._saving import write_whole
from slugline._texts import bools_like, read_ids, read_texts, texts_like
from slugline._typing import By, FrameKind, Offsets, OnBadText, Overlap, Progress
from slugline.gazetteer import Gazetteer
from slugline.matches import Matches


class PhraseMatcher:
    """Finds the phrases of a gazetteer in texts.

    It is a snapshot: later changes of the gazetteer do not touch it. It can be shared between
    threads, used after a fork, and pickled (as its gazetteer, from which it is built anew).

    Parameters
    ----------
    gazetteer : Gazetteer, dict, or list of str
        A dict is taken as by `Gazetteer.from_dict`; of a list each phrase is its own concept.

    Raises
    ------
    ValueError, TypeError
        Where a phrase is wrong.

    Notes
    -----
    All methods take *texts* as one ``str``, a list, tuple or any iterable of ``str`` and None,
    a numpy array, a pandas or polars Series, a pyarrow Array or ChunkedArray, or any object with
    ``__arrow_c_array__`` or ``__arrow_c_stream__``. Arrow data is read where it lies. A null (None,
    NaN, NA) has no matches and keeps its row.

    They share these options:

    ``overlap`` : {"longest", "all", "longest-per-concept", "longest-per-branch"}
        Which of several overlapping matches are reported: the leftmost and longest, every one, or
        the leftmost and longest of each concept, or of each first part of a concept.
    ``errors`` : {"raise", "replace"}
        ``"replace"`` reads a lone surrogate as U+FFFD, where otherwise it is an error.
    ``threads`` : int, optional
        How many threads work. All cores unless given here or in ``SLUGLINE_NUM_THREADS``; with 1,
        none but the caller's.
    ``progress`` : bool or callable, optional
        True shows a bar if the call is long; a callable gets the rows done and their total.

    A row that is not text is a TypeError that names the row.

    Examples
    --------
    >>> import slugline as sl
    >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}})
    >>> [match[:5] for match in m.tag(["中国政府在NATO总部", None, "l’OTAN"])]
    [(0, 0, 2, '中国', 'place/China'), (0, 5, 9, 'NATO', 'org/NATO'), (2, 2, 6, 'OTAN', 'org/NATO')]
    """

    def __init__(self, gazetteer: Gazetteer | Mapping[Any, Any] | Iterable[str]) -> None:
        self._core = _core.Matcher(gazetteer_of(gazetteer)._core)
        give_back(len(self._core.gazetteer))
        register()

    # -- Matching -------------------------------------------------------------------------------

    def tag(
        self,
        texts: Any,
        *,
        ids: Any = None,
        overlap: Overlap = "longest",
        offsets: Offsets = "char",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
    ) -> Matches:
        """Find all matches.

        Parameters
        ----------
        texts
            A column of texts, or one ``str``; see the notes of the class.
        ids : column, optional
            As long as the texts (article ids, urls), carried into every table as ``id``.
        overlap, errors, threads, progress
            See the notes of the class.
        offsets : {"char", "byte", "utf16"}
            What positions count: code points, so that ``text[start:end]`` is the match, bytes of
            UTF-8, or units of UTF-16.

        Returns
        -------
        Matches
            Ordered by document, start, end descending, phrase and concept.

        Raises
        ------
        TypeError
            Where a row is not text, with its number (from zero), or texts are no column.
        ValueError
            Where a text has a lone surrogate, or ids are not as long as the texts.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["New York", "New York Stock Exchange", "Stock"])
        >>> [(match.start, match.text) for match in m.tag("New York Stock fell")]
        [(0, 'New York'), (9, 'Stock')]
        """
        return self._tag(texts, ids, overlap, offsets, errors, threads, progress, 0)

    def _tag(
        self,
        texts: Any,
        ids: Any,
        overlap: Overlap,
        offsets: Offsets,
        errors: OnBadText,
        threads: int | None,
        progress: Progress,
        first_doc: int,
    ) -> Matches:
        column, origin = read_texts(texts)
        ids = read_ids(ids, column)
        try:
            with reporting(progress) as watcher:
                core = self._core.tag(
                    column, ids, overlap, offsets, errors, threads, watcher, first_doc
                )
        except UnicodeEncodeError:
            # Of the ids: texts come with an error of their own.
            check_texts("ids", ids)
            raise
        return Matches._wrap(core, origin)

    def iter_tag(
        self,
        batches: Iterable[Any],
        *,
        ids: Iterable[Any] | None = None,
        overlap: Overlap = "longest",
        offsets: Offsets = "char",
        errors: OnBadText = "raise",
        threads: int | None = None,
    ) -> Iterator[Matches]:
        """Find the matches of one batch of texts after the other.

        Parameters
        ----------
        batches : iterable of texts
            Each is a column as for `tag`. The next is taken when its matches are asked for.
        ids : iterable of columns, optional
            One for each batch.
        overlap, offsets, errors, threads
            As for `tag`.

        Yields
        ------
        Matches
            Those of one batch. Documents are numbered through all batches.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["NATO"])
        >>> batches = [["NATO", "EU"], ["the EU", "and NATO"]]
        >>> [match.doc for matches in m.iter_tag(batches) for match in matches]
        [0, 3]
        """
        if isinstance(batches, str | bytes):
            raise TypeError("batches must be an iterable of columns of texts, not one text")
        pairs = (
            ((batch, None) for batch in batches) if ids is None else zip(batches, ids, strict=True)
        )
        return self._iter_tag(pairs, overlap, offsets, errors, threads)

    def _iter_tag(
        self,
        pairs: Iterable[tuple[Any, Any]],
        overlap: Overlap,
        offsets: Offsets,
        errors: OnBadText,
        threads: int | None,
    ) -> Iterator[Matches]:
        first_doc = 0
        for number, (batch, ids) in enumerate(pairs):
            try:
                matches = self._tag(batch, ids, overlap, offsets, errors, threads, None, first_doc)
            except (TypeError, ValueError) as error:
                error.add_note(f"in batch {number}, whose row 0 is document {first_doc}")
                raise
            first_doc += matches._core.rows
            yield matches

    def count(
        self,
        texts: Any,
        *,
        by: By = "concept",
        level: int | None = None,
        weight: bool = False,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
        frame: FrameKind | None = None,
    ) -> Any:
        """Count matches by concept or phrase, without making a row for each.

        Parameters
        ----------
        texts, overlap, errors, threads, progress
            See the notes of the class.
        by : {"concept", "phrase"}
            What to count.
        level : int, optional
            Cuts concepts to their first parts: 1 leaves ``person`` of ``person/Putin``.
        weight : bool
            Whether to add up the weights of the matches, too. Where several entries that count as
            one share a span, it is the weight of the first of them by phrase and concept.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table, unless it is to be that of the texts.

        Returns
        -------
        frame
            Columns ``concept`` (or ``phrase``), ``matches``, ``documents`` and, where asked for,
            ``weight``. For plain Python texts it is pandas' where that is installed, else polars',
            else an object with ``__arrow_c_stream__``.
        """
        column, origin = read_texts(texts)
        kind = frame_kind(frame, origin)
        check_level(level)
        with reporting(progress) as watcher:
            table = self._core.count(column, by, level, weight, overlap, errors, threads, watcher)
        return frame_of(table, kind)

    def matrix(
        self,
        texts: Any,
        *,
        by: By = "concept",
        level: int | None = None,
        binary: bool = False,
        weight: bool = False,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
    ) -> Any:
        """Count matches by document and concept (or phrase).

        Parameters
        ----------
        texts, overlap, errors, threads, progress
            See the notes of the class.
        by, level
            As for `count`.
        binary : bool
            Whether a concept counts once a document.
        weight : bool
            Whether to add up the weights of the matches instead of counting them, which scores
            each text; see `count`.

        Returns
        -------
        scipy.sparse.csr_matrix of shape (n_texts, n_columns)
            int64 counts, or float64 sums of weights. Columns are in the order of `concepts` (or
            `phrases`); with a level, of the concepts cut to it.

        Raises
        ------
        ValueError
            Where both binary and weight are asked for.
        ImportError
            Where scipy is not installed.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["NATO", "EU"])
        >>> m.concepts
        ['EU', 'NATO']
        >>> m.matrix(["NATO and the EU", "NATO, NATO"]).toarray().tolist()
        [[1, 1], [0, 2]]
        """
        check_level(level)
        column, _ = read_texts(texts)
        with reporting(progress) as watcher:
            parts = self._core.matrix(
                column, by, level, binary, weight, overlap, errors, threads, watcher
            )
        return csr_matrix(parts, len(column))

    def contains(
        self,
        texts: Any,
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
    ) -> Any:
        """Tell for each text whether anything matches.

        Parameters
        ----------
        texts, overlap, errors, threads, progress
            See the notes of the class.

        Returns
        -------
        bool, list of bool, or a column of the kind of the texts
            False for nulls.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher(["China"])
        >>> m.contains(["China’s", "Chinatown", None])
        [True, False, False]
        >>> m.contains("anti-China")
        True
        """
        column, origin = read_texts(texts)
        with reporting(progress) as watcher:
            found = self._core.contains(column, overlap, errors, threads, watcher)
        return bools_like(found, origin)

    def first(
        self,
        texts: Any,
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
    ) -> Any:
        """Return for each text the concept of its first match.

        Parameters
        ----------
        texts, overlap, errors, threads, progress
            See the notes of the class.

        Returns
        -------
        str or None, list of them, or a column of the kind of the texts
            Null where nothing matches.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"org": {"NATO": ["NATO"], "EU": ["EU"]}})
        >>> m.first(["the EU and NATO", "nobody"])
        ['org/EU', None]
        """
        column, origin = read_texts(texts)
        with reporting(progress) as watcher:
            concepts = self._core.first(column, overlap, errors, threads, watcher)
        return texts_like(concepts, origin)

    def replace(
        self,
        texts: Any,
        with_: str = "{concept}",
        *,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        progress: Progress = None,
    ) -> Any:
        """Replace every match.

        Parameters
        ----------
        texts, overlap, errors, threads, progress
            See the notes of the class. ``overlap="all"`` is an error.
        with_ : str
            What to put in its place. ``{concept}``, ``{phrase}`` and ``{text}`` are filled in;
            a doubled brace is a brace. Of several rows with one span the first counts.

        Returns
        -------
        str, list of str, or a column of the kind of the texts
            Nulls stay nulls.

        Raises
        ------
        ValueError
            Where overlap is ``"all"``, or anything else stands in braces.

        Examples
        --------
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"NATO": ["OTAN", "НАТО"]})
        >>> m.replace(["l’OTAN", "в НАТО", None], "[{concept}: {text}]")
        ['l’[NATO: OTAN]', 'в [NATO: НАТО]', None]
        """
        check_text("with_", with_)
        column, origin = read_texts(texts)
        with reporting(progress) as watcher:
            replaced = self._core.replace(column, with_, overlap, errors, threads, watcher)
        return texts_like(replaced, origin)

    # -- Keeping it -----------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the matcher, with its gazetteer, to a file that `load` reads.

        Takes as long as building it: a matcher does not keep all that is written. The file
        appears when it is whole, in place of one that was there.

        Parameters
        ----------
        path : path
            The file. It serves this release of slugline alone: keep the gazetteer as well.

        Raises
        ------
        OSError
            Where the file cannot be written.

        Examples
        --------
        >>> import os, tempfile
        >>> import slugline as sl
        >>> m = sl.PhraseMatcher({"place": {"China": ["China", "中国"]}})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "places.slugline")
        ...     m.save(path)
        ...     sl.PhraseMatcher.load(path).contains(["中国政府", "Chinatown"])
        [True, False]
        """
        write_whole(path, self._core.to_bytes())
        give_back(len(self._core.gazetteer))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a matcher that `save` wrote.

        Several times faster than building it, since automata are built when texts first ask for
        them.

        Parameters
        ----------
        path : path
            The file.

        Returns
        -------
        PhraseMatcher

        Raises
        ------
        ValueError
            Where the file is damaged, of something else, or of another release of slugline.
        OSError
            Where it cannot be read.
        """
        with open(os.fspath(path), "rb") as file:
            content = file.read()
        matcher = cls.__new__(cls)
        try:
            matcher._core = _core.Matcher.from_bytes(content)
        except ValueError as error:
            raise ValueError(f"{os.fspath(path)}: {error}") from None
        del content
        give_back(len(matcher._core.gazetteer))
        register()
        return matcher

    # -- Looking at it --------------------------------------------------------------------------

    @property
    def gazetteer(self) -> Gazetteer:
        """The gazetteer that the matcher was built of: a copy."""
        return Gazetteer._wrap(self._core.gazetteer.copy())

    @property
    def concepts(self) -> list[str]:
        """The concepts, each once, in the order of the columns of `matrix`."""
        return self._core.concepts()

    @property
    def phrases(self) -> list[str]:
        """The phrases, each once, in the order of the columns of ``matrix(by="phrase")``."""
        return self._core.phrases()

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the matcher keeps."""
        return self._core.nbytes

    def __repr__(self) -> str:
        gazetteer = self._core.gazetteer
        phrases = len(gazetteer)
        concepts = sum(concepts for _, _, concepts in gazetteer.branches())
        return (
            f"PhraseMatcher({phrases:,} phrase{'s'[: phrases != 1]}, "
            f"{concepts:,} concept{'s'[: concepts != 1]}, "
            f"engine={self._core.engine!r}, {self.nbytes / 1e6:,.1f} MB)"
        )

    def _repr_html_(self) -> str:
        return html_of_matcher(self._core)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.gazetteer,)

    def __copy__(self) -> Self:
        return self  # Nothing can change it.

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def matcher_of(
    given: PhraseMatcher | Gazetteer | Mapping[Any, Any] | Iterable[str],
) -> PhraseMatcher:
    """Return a matcher as it is, and build one of anything else that makes one."""
    return given if isinstance(given, PhraseMatcher) else PhraseMatcher(given)


def gazetteer_of(given: Gazetteer | Mapping[Any, Any] | Iterable[str]) -> Gazetteer:
    """Return a gazetteer as it is, and make one of a dict or a list of phrases.

    Raises
    ------
    TypeError
        Where it is none of these.
    """
    if isinstance(given, Gazetteer):
        return given
    if isinstance(given, Mapping):
        return Gazetteer.from_dict(given)
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise TypeError(
            "PhraseMatcher needs a Gazetteer, a dict or a list of phrases, "
            f"not {type(given).__name__}"
        )
    if hasattr(type(given), "columns"):
        raise TypeError("for a table of phrases there is Gazetteer.from_table")
    gazetteer = Gazetteer()
    gazetteer._core.add_phrases(given)
    return gazetteer
