"""`sl.sklearn.ConceptVectorizer` beside `PhraseMatcher.matrix`, and in scikit-learn's own hands."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sklearn
from scipy.sparse import issparse
from sklearn.base import clone
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.validation import validate_data

import slugline as sl
from slugline.sklearn import ConceptVectorizer

NEWS = sl.datasets.load_news()
GAZ = sl.datasets.load_gazetteer()
M = sl.PhraseMatcher(GAZ)
SMALL = {
    "tone": {"good": ["excellent", "отлично", "太好了"], "bad": ["awful", "ужасно", "糟糕"]},
    "org": {"NATO": ["NATO", "OTAN", "НАТО"]},
}
REVIEWS = ["excellent", "awful NATO", "отлично!", "это ужасно", "太好了", "糟糕", "OTAN", None]


def columns(vectorizer):
    return vectorizer.get_feature_names_out().tolist()


# -- What it returns -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"by": "phrase"},
        {"level": 1},
        {"level": 2, "binary": True},
        {"weight": True},
        {"overlap": "all"},
        {"overlap": "longest-per-branch", "threads": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("given", [GAZ, M], ids=["gazetteer", "matcher"])
def test_it_is_the_matrix_of_the_matcher(options, given):
    found = ConceptVectorizer(given, **options).fit_transform(NEWS["text"])
    expected = M.matrix(NEWS["text"], **options)
    assert issparse(found)
    assert found.format == "csr"
    assert found.dtype == expected.dtype
    assert (found != expected).nnz == 0
    assert found.sum() != 0


def test_the_columns_are_the_gazetteers_whatever_the_texts():
    assert columns(ConceptVectorizer(GAZ).fit(["nothing"])) == M.concepts
    assert columns(ConceptVectorizer(GAZ, "phrase").fit()) == M.phrases
    branches = columns(ConceptVectorizer(GAZ, level=1).fit())
    assert branches == sorted({concept.partition("/")[0] for concept in M.concepts})
    names = ConceptVectorizer(GAZ).fit().get_feature_names_out()
    assert names.dtype == object
    assert isinstance(names, np.ndarray)


@pytest.mark.parametrize(
    "texts",
    [
        REVIEWS,
        tuple(REVIEWS),
        np.array(REVIEWS, dtype=object),
        pd.Series(REVIEWS, index=list("abcdefgh")),
        pd.Series(REVIEWS, dtype="category"),
        pl.Series(REVIEWS),
        pl.Series(REVIEWS, dtype=pl.Categorical),
        pa.chunked_array([REVIEWS[:3], REVIEWS[3:]]),
        pa.array(REVIEWS).dictionary_encode(),
        iter(REVIEWS),
    ],
    ids=lambda texts: f"{type(texts).__module__}.{type(texts).__name__}",
)
def test_any_column_of_texts(texts):
    vectorizer = ConceptVectorizer(SMALL, sparse_output=False)
    found = vectorizer.fit_transform(texts)
    assert columns(vectorizer) == ["org/NATO", "tone/bad", "tone/good"]
    assert found.tolist() == [
        [0, 0, 1],
        [1, 1, 0],
        [0, 0, 1],
        [0, 1, 0],
        [0, 0, 1],
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 0],
    ]


def test_no_texts():
    assert ConceptVectorizer(SMALL).fit_transform([]).shape == (0, 3)
    assert ConceptVectorizer(["a"]).fit([]).transform(pd.Series([], dtype=str)).shape == (0, 1)


# -- Frames ----------------------------------------------------------------------------------------


def test_set_output_pandas_keeps_the_index():
    texts = pd.Series(REVIEWS, index=list("abcdefgh"))
    table = ConceptVectorizer(SMALL).set_output(transform="pandas").fit_transform(texts)
    assert list(table.columns) == ["org/NATO", "tone/bad", "tone/good"]
    assert list(table.index) == list("abcdefgh")
    assert (table.dtypes == "int64").all()
    assert table.to_numpy().tolist() == M_SMALL.matrix(texts).toarray().tolist()


M_SMALL = sl.PhraseMatcher(SMALL)


def test_set_output_polars():
    table = ConceptVectorizer(SMALL).set_output(transform="polars").fit_transform(REVIEWS)
    assert isinstance(table, pl.DataFrame)
    assert table.columns == ["org/NATO", "tone/bad", "tone/good"]
    assert table.to_numpy().tolist() == M_SMALL.matrix(REVIEWS).toarray().tolist()


def test_frames_by_configuration_and_back():
    vectorizer = ConceptVectorizer(SMALL, weight=True).fit(REVIEWS)
    with sklearn.config_context(transform_output="pandas"):
        table = vectorizer.transform(REVIEWS)
        assert (table.dtypes == "float64").all()
        assert issparse(clone(vectorizer).set_output(transform="default").fit_transform(REVIEWS))
    assert issparse(vectorizer.transform(REVIEWS))


def test_in_a_column_transformer():
    news = NEWS[["lang", "text", "title"]]
    counts = ConceptVectorizer(M)
    both = ColumnTransformer(
        [("text", counts, "text"), ("title", counts, "title"), ("lang", OneHotEncoder(), ["lang"])]
    )
    found = both.fit_transform(news)
    width = len(M.concepts)
    assert found.shape == (len(news), 2 * width + news["lang"].nunique())
    assert (found[:, :width] != M.matrix(news["text"])).nnz == 0
    assert (found[:, width : 2 * width] != M.matrix(news["title"])).nnz == 0
    assert both.get_feature_names_out()[0] == f"text__{M.concepts[0]}"


def test_in_a_column_transformer_that_makes_frames():
    both = make_column_transformer(
        (ConceptVectorizer(M, level=1), "text"),
        (OneHotEncoder(sparse_output=False), ["lang"]),
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    table = both.fit_transform(NEWS)
    assert "narrative" in table.columns
    assert "lang_ru" in table.columns
    assert (
        table["narrative"].sum()
        == M.matrix(NEWS["text"], level=1).sum(axis=0)[
            0, columns(ConceptVectorizer(M, level=1).fit()).index("narrative")
        ]
    )


def test_a_table_of_one_column_is_told_what_to_do():
    with pytest.raises(TypeError, match="one column of texts, not a whole DataFrame"):
        make_column_transformer((ConceptVectorizer(M), ["text"])).fit_transform(NEWS)


# -- In pipelines ----------------------------------------------------------------------------------


def test_a_pipeline_learns():
    texts = [f"an {word} day, number {n}" for n in range(10) for word in ("excellent", "awful")]
    liked = [word for _ in range(10) for word in (1, 0)]
    model = make_pipeline(
        ConceptVectorizer(SMALL), StandardScaler(with_mean=False), LogisticRegression()
    )
    model.fit(texts, liked)
    assert model.predict(["太好了", "糟糕", "ужасно"]).tolist() == [1, 0, 0]
    names = model[:-1].get_feature_names_out().tolist()
    assert names == ["org/NATO", "tone/bad", "tone/good"]
    again = pickle.loads(pickle.dumps(model))
    assert again.predict(["отлично", "awful"]).tolist() == [1, 0]


@pytest.mark.parametrize("gaz", [SMALL, M_SMALL], ids=["dict", "matcher"])
@pytest.mark.parametrize("jobs", [None, 2])
def test_a_grid_over_levels(gaz, jobs):
    texts = [f"an {word} day" for _ in range(12) for word in ("excellent", "awful")]
    liked = [1, 0] * 12
    grid = GridSearchCV(
        make_pipeline(ConceptVectorizer(gaz, threads=1), LogisticRegression()),
        {"conceptvectorizer__level": [1, 2], "conceptvectorizer__binary": [False, True]},
        cv=3,
        n_jobs=jobs,
    )
    grid.fit(texts, liked)
    # One column for both tones tells nothing.
    assert grid.best_params_["conceptvectorizer__level"] == 2
    assert grid.best_score_ == 1.0


# -- Parameters ------------------------------------------------------------------------------------


def test_parameters():
    vectorizer = ConceptVectorizer(SMALL, level=1)
    assert vectorizer.get_params() == {
        "gaz": SMALL,
        "by": "concept",
        "level": 1,
        "binary": False,
        "weight": False,
        "overlap": "longest",
        "errors": "raise",
        "threads": None,
        "sparse_output": True,
    }
    assert vectorizer.set_params(level=None, by="phrase") is vectorizer
    assert columns(vectorizer.fit()) == M_SMALL.phrases
    assert repr(ConceptVectorizer(["NATO"], level=1)) == "ConceptVectorizer(gaz=['NATO'], level=1)"


@pytest.mark.parametrize("gaz", [GAZ, M, SMALL, ["NATO"]], ids=["gaz", "matcher", "dict", "list"])
def test_clones(gaz):
    vectorizer = ConceptVectorizer(gaz, level=1, threads=1).fit()
    twin = clone(vectorizer)
    assert not hasattr(twin, "matcher_")
    assert columns(twin.fit()) == columns(vectorizer)
    assert twin.get_params().keys() == vectorizer.get_params().keys()
    if isinstance(gaz, sl.PhraseMatcher):
        # Nothing can change a matcher, and building one takes time.
        assert twin.matcher_ is gaz
        assert copy.copy(gaz) is gaz
        assert copy.deepcopy([gaz])[0] is gaz
    if isinstance(gaz, sl.Gazetteer):
        assert twin.gaz is not gaz
        assert twin.gaz == gaz


def test_pickles_fitted_and_not():
    for vectorizer in (ConceptVectorizer(GAZ, level=1), ConceptVectorizer(M, weight=True).fit()):
        again = pickle.loads(pickle.dumps(vectorizer))
        assert again.get_params()["level"] == vectorizer.get_params()["level"]
        found = again.fit(NEWS["text"]).transform(NEWS["text"])
        assert (found != vectorizer.fit_transform(NEWS["text"])).nnz == 0


# -- Errors ----------------------------------------------------------------------------------------


def test_it_must_be_fitted_first():
    for call in (lambda v: v.transform(["x"]), lambda v: v.get_feature_names_out()):
        with pytest.raises(NotFittedError):
            call(ConceptVectorizer(["NATO"]))


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"by": "word"}, ValueError, "by must be"),
        ({"level": 0}, ValueError, "level must be at least 1"),
        ({"by": "phrase", "level": 1}, ValueError, "only concepts have a level"),
        ({"binary": True, "weight": True}, ValueError, "binary"),
        ({"overlap": "some"}, ValueError, "overlap"),
        ({"errors": "ignore"}, ValueError, "errors"),
        ({"threads": 0}, ValueError, "threads"),
        ({"gaz": 3}, TypeError, "needs a Gazetteer"),
        ({"gaz": [""]}, ValueError, "phrase"),
    ],
    ids=str,
)
def test_wrong_parameters_are_errors_of_fit(params, error, message):
    vectorizer = ConceptVectorizer(**{"gaz": ["NATO"], **params})
    with pytest.raises(error, match=message):
        vectorizer.fit(["NATO"])


def test_wrong_texts():
    vectorizer = ConceptVectorizer(["NATO"])
    with pytest.raises(TypeError, match="not one str"):
        vectorizer.fit("NATO")
    vectorizer.fit(["NATO"])
    with pytest.raises(TypeError, match="not one str"):
        vectorizer.transform("NATO")
    with pytest.raises(TypeError, match=r"row 1\b.*float"):
        vectorizer.transform(["NATO", 1.5])
    with pytest.raises(TypeError, match="one dimension"):
        vectorizer.transform(np.array([["NATO"]]))


def test_without_scikit_learn_it_says_so():
    code = (
        "import sys; sys.modules['sklearn'] = None\n"
        "import slugline as sl\n"
        "try: sl.sklearn\n"
        "except ImportError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "slugline.sklearn needs scikit-learn: `pip install scikit-learn`\n"


# -- scikit-learn's own checks ---------------------------------------------------------------------


def name_of(check):
    return getattr(check, "func", check).__name__


def test_the_checks_that_scikit_learn_runs_on_estimators_of_texts():
    # As for its own CountVectorizer it runs one, and says that it skips those with numbers.
    with pytest.warns(SkipTestWarning, match="Can't test estimator ConceptVectorizer"):
        checks = list(estimator_checks.estimator_checks_generator(ConceptVectorizer(SMALL)))
    assert [name_of(check) for _, check in checks] == ["check_estimator_cloneable"]
    for estimator, check in checks:
        check(estimator)


# Those that need no data, or none that is ever looked at.
WITHOUT_DATA = [
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_estimators_fit_returns_self",
    "check_estimators_overwrite_params",
    "check_estimators_unfitted",
    "check_fit_check_is_fitted",
    "check_get_feature_names_out_error",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_transformers_unfitted",
    "check_valid_tag_types",
]


@pytest.mark.parametrize("check", WITHOUT_DATA)
def test_the_checks_that_need_no_data(check):
    getattr(estimator_checks, check)("ConceptVectorizer", ConceptVectorizer(SMALL))


class OfNumbers(ConceptVectorizer):
    """Reads a row of numbers as a text of their digits, so that the other checks can be run."""

    def fit(self, X, y=None):
        return super().fit(digits(validate_data(self, X)))

    def transform(self, X):
        estimator_checks.check_is_fitted(self)
        return super().transform(digits(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        tags.input_tags.one_d_array = tags.input_tags.string = False
        return tags


def digits(numbers):
    return [" ".join(str(int(abs(x) * 10) % 10) for x in row) for row in np.asarray(numbers, float)]


def checks_with_numbers():
    gaz = {"digit": {str(n): [str(n)] for n in range(10)}}
    checks = estimator_checks.estimator_checks_generator(OfNumbers(gaz, sparse_output=False))
    # Arrays of other libraries hold numbers, which the vectorizer itself never reads.
    return [pair for pair in checks if name_of(pair[1]) != "check_array_api_input"]


def test_there_are_enough_of_them():
    assert len(checks_with_numbers()) >= 40


@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pytest.param(*pair, id=f"{at}-{name_of(pair[1])}")
        for at, pair in enumerate(checks_with_numbers())
    ],
)
def test_the_checks_with_numbers_read_as_texts(estimator, check):
    check(estimator)


def test_parameters_set_after_fit_count_from_the_next_fit_on():
    v = sl.sklearn.ConceptVectorizer({"p": {"x": ["Xi"], "y": ["Putin"]}}).fit()
    v.set_params(level=1)
    assert v.transform(["Xi"]).toarray().tolist() == [[1, 0]]
    assert v.get_feature_names_out().tolist() == ["p/x", "p/y"]
    v.fit()
    assert v.transform(["Xi"]).toarray().tolist() == [[1]]
    assert v.get_feature_names_out().tolist() == ["p"]
