"""Concepts as features, for scikit-learn's pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from slugline import _core
from slugline._optional import require
from slugline._typing import By, OnBadText, Overlap
from slugline.gazetteer import Gazetteer
from slugline.matcher import PhraseMatcher, matcher_of

__all__ = ["ConceptVectorizer"]

require("sklearn", "slugline.sklearn", install="scikit-learn")

from sklearn.base import BaseEstimator, TransformerMixin  # noqa: E402
from sklearn.utils._set_output import _get_output_config  # noqa: E402
from sklearn.utils.validation import check_is_fitted  # noqa: E402


class ConceptVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turns texts into counts of concepts: a document a row, a concept a column.

    It learns nothing from the texts: the columns are the gazetteer's concepts, found or not, so
    that they are the same for training and for use. Like `CountVectorizer` it takes one column of
    texts, not a table.

    Parameters
    ----------
    gaz : Gazetteer, PhraseMatcher, dict, or list of str
        What to look for. `fit` builds a matcher of it; one that is built already is taken as it
        is, which is worth it for a large gazetteer in cross-validation.
    by : {"concept", "phrase"}
        What the columns are.
    level : int, optional
        Cuts concepts to their first parts: 1 leaves ``person`` of ``person/Putin``.
    binary : bool
        Whether a concept counts once a document.
    weight : bool
        Whether to add up the weights of the matches instead of counting them.
    overlap : {"longest", "all", "longest-per-concept", "longest-per-branch"}
        Which of several overlapping matches count.
    errors : {"raise", "replace"}
        ``"replace"`` reads a lone surrogate as U+FFFD, where otherwise it is an error.
    threads : int, optional
        How many threads work: all cores unless given. Give 1 where scikit-learn runs several
        processes itself (``n_jobs``).
    sparse_output : bool
        Whether `transform` returns a sparse matrix; an array otherwise.

    Attributes
    ----------
    matcher_ : PhraseMatcher
        What finds the phrases.

    Notes
    -----
    ``set_output(transform="pandas")`` and ``"polars"`` give dense frames, since scikit-learn has
    no sparse ones: eight bytes a document and concept. A null text is a row of zeros.

    In a `ColumnTransformer` the column is to be named by a str (``"text"``), not by a list
    (``["text"]``), which hands over a table.

    Examples
    --------
    >>> import slugline as sl
    >>> v = sl.sklearn.ConceptVectorizer({"org": {"NATO": ["NATO", "OTAN"], "EU": ["EU"]}})
    >>> v.fit_transform(["l’OTAN et l’UE", "the EU, NATO and the EU"]).toarray().tolist()
    [[0, 1], [2, 1]]
    >>> v.get_feature_names_out().tolist()
    ['org/EU', 'org/NATO']
    """

    matcher_: PhraseMatcher

    def __init__(
        self,
        gaz: Gazetteer | PhraseMatcher | Mapping[Any, Any] | Iterable[str],
        by: By = "concept",
        *,
        level: int | None = None,
        binary: bool = False,
        weight: bool = False,
        overlap: Overlap = "longest",
        errors: OnBadText = "raise",
        threads: int | None = None,
        sparse_output: bool = True,
    ) -> None:
        # Kept as given, and looked at by `fit` alone: scikit-learn sets parameters one by one.
        self.gaz = gaz
        self.by = by
        self.level = level
        self.binary = binary
        self.weight = weight
        self.overlap = overlap
        self.errors = errors
        self.threads = threads
        self.sparse_output = sparse_output

    def fit(self, X: Any = None, y: Any = None) -> Self:
        """Build the matcher. The texts are not read.

        Parameters
        ----------
        X : column of texts, optional
            Any that `PhraseMatcher.tag` takes.
        y
            Not used.

        Returns
        -------
        ConceptVectorizer
            The vectorizer itself.

        Raises
        ------
        ValueError, TypeError
            Where a parameter or a phrase is wrong, or the texts are one single str.
        """
        _refuse_one_text(X)
        self.matcher_ = matcher_of(self.gaz)
        self._columns: list[str] = self._parts()[-1]
        # Parameters that are set later count from the next fit on, as the columns do.
        self._asked: dict[str, Any] = {
            "by": self.by,
            "level": self.level,
            "binary": self.binary,
            "weight": self.weight,
            "overlap": self.overlap,
            "errors": self.errors,
        }
        return self

    def transform(self, X: Any) -> Any:
        """Count the concepts in texts.

        Parameters
        ----------
        X : column of texts
            Any that `PhraseMatcher.tag` takes.

        Returns
        -------
        scipy.sparse.csr_matrix, numpy array or frame, of shape (n_texts, n_columns)
            int64 counts, or float64 sums of weights. A frame where `set_output` asked for one.

        Raises
        ------
        TypeError
            Where a row is not text, or X is a table or one single str.
        sklearn.exceptions.NotFittedError
            Where it was not fitted.
        """
        check_is_fitted(self)
        _refuse_one_text(X)
        counts = self.matcher_.matrix(X, threads=self.threads, **self._asked)
        return counts if self.sparse_output and not self._makes_frames() else counts.toarray()

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Return the names of the columns.

        Parameters
        ----------
        input_features
            Not used: there is one column of texts.

        Returns
        -------
        numpy array of str objects
            Concepts (cut to the level) or phrases, by code point.
        """
        check_is_fitted(self)
        return require("numpy", "an array of names").array(self._columns, dtype=object)

    def _parts(self) -> tuple[Any, Any, Any, list[str]]:
        """Make the matrix of no texts: it has the columns, and checks the parameters."""
        none = _core.Texts.from_list([])
        return self.matcher_._core.matrix(
            none,
            self.by,
            self.level,
            self.binary,
            self.weight,
            self.overlap,
            self.errors,
            self.threads,
            None,
        )

    def _makes_frames(self) -> bool:
        """Tell whether `set_output`, or scikit-learn's configuration, asks for frames."""
        return bool(_get_output_config("transform", self)["dense"] != "default")

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "matcher_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.one_d_array = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _refuse_one_text(texts: Any) -> None:
    if isinstance(texts, str):
        raise TypeError("X must be a column of texts, not one str: pass a list of it")
