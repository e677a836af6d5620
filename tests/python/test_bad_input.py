"""The contract's table of bad input, row by row, for every call."""

import io

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slugline as sl

M = sl.PhraseMatcher(["NATO"])
CALLS = [M.tag, M.count, M.matrix, M.contains, M.first, M.replace]


@pytest.fixture(params=CALLS, ids=lambda call: call.__name__)
def call(request):
    return request.param


@pytest.mark.parametrize("null", [None, float("nan"), np.nan, pd.NA, pd.NaT], ids=str)
def test_nulls_have_no_matches_and_keep_their_row(null):
    texts = [null, "NATO", null]
    assert [match.doc for match in M.tag(texts)] == [1]
    assert M.contains(texts) == [False, True, False]
    assert M.first(texts) == [None, "NATO", None]
    assert M.replace(texts, "x") == [None, "x", None]
    assert M.matrix(texts).shape == (3, 1)


@pytest.mark.parametrize(
    ("row", "name"),
    [(1.5, "float"), (b"NATO", "bytes"), (["NATO"], "list"), (7, "int"), (True, "bool")],
)
def test_rows_that_are_not_text(call, row, name):
    for texts in (["NATO", None, row], ("NATO", None, row), iter(["NATO", None, row])):
        with pytest.raises(TypeError, match=rf"row 2\b.*{name}"):
            call(texts)
    with pytest.raises(TypeError, match=rf"row 2\b.*{name}"):
        call(pd.Series(["NATO", None, row], dtype=object))
    array = np.empty(3, dtype=object)
    array[:] = ["NATO", None, row]
    with pytest.raises(TypeError, match=rf"row 2\b.*{name}"):
        call(array)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([1, 2]),
        pa.array([b"NATO"]),
        pa.array([["NATO"]]),
        pl.Series([1.5]),
        pd.Series([1, 2]),
        pd.Series([1, 2], dtype=pd.ArrowDtype(pa.int64())),
        np.arange(3),
        pa.chunked_array([pa.array([True])]),
    ],
    ids=str,
)
def test_columns_that_are_not_text(call, column):
    with pytest.raises(TypeError):
        call(column)


@pytest.mark.parametrize("text", ["NATO \ud800 NATO", "\udfff NATO é", "\U0001f600 \udc80 NATO"])
def test_lone_surrogates(call, text):
    at = next(i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff")
    with pytest.raises(ValueError, match=rf"\b1\b.*\b{at}\b"):
        call(["NATO", text])
    call(["NATO", text], errors="replace")


def test_lone_surrogates_keep_positions_true():
    text = "\ud800é NATO \udfff\U0001f600 NATO"
    matches = M.tag([text], errors="replace")
    assert [text[m.start : m.end] for m in matches] == ["NATO", "NATO"]
    assert M.replace([text], "x", errors="replace") == ["\ufffdé x \ufffd\U0001f600 x"]


@pytest.mark.parametrize(
    ("texts", "hint"),
    [
        (pd.DataFrame({"text": ["NATO"]}), "one column"),
        (pl.DataFrame({"text": ["NATO"]}), "one column"),
        (pl.LazyFrame({"text": ["NATO"]}), "one column"),
        (pa.table({"text": ["NATO"]}), "one column"),
        (pa.record_batch({"text": ["NATO"]}), "one column"),
        ({"a": "NATO"}, "values"),
        ({"NATO"}, "order"),
        (frozenset({"NATO"}), "order"),
        (b"NATO", "decode"),
        (bytearray(b"NATO"), "decode"),
        (memoryview(b"NATO"), "decode"),
        (None, "NoneType"),
        (7, "int"),
        (np.array([["NATO"]], dtype=object), "dimension"),
        (np.array("NATO", dtype=object), "dimension"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_column(call, texts, hint):
    with pytest.raises(TypeError, match=hint):
        call(texts)


def test_other_iterables_are_columns():
    assert M.contains(io.StringIO("NATO\nno\n")) == [True, False]


def test_batches_are_not_one_text():
    with pytest.raises(TypeError, match="batches"):
        M.iter_tag("NATO")


@pytest.mark.parametrize(
    "options",
    [
        {"overlap": "shortest"},
        {"errors": "ignore"},
        {"threads": 0},
    ],
    ids=str,
)
def test_unknown_options(call, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        call(["NATO"], **options)


def test_more_unknown_options():
    with pytest.raises(ValueError, match="offsets"):
        M.tag(["NATO"], offsets="lines")
    for make in (M.count, M.matrix):
        with pytest.raises(ValueError, match="by"):
            make(["NATO"], by="document")
        with pytest.raises(ValueError, match="level"):
            make(["NATO"], level=0)
    x = M.tag(["NATO"])
    with pytest.raises(ValueError, match="by"):
        x.counts("document")
    with pytest.raises(ValueError, match="level"):
        x.matrix(level=0)


@pytest.mark.parametrize("phrases", [["NATO", ""], ["NATO", " \u200b"], {"a": ["NATO", "\u00ad"]}])
def test_empty_phrases(phrases):
    with pytest.raises(ValueError, match=r"1.*empty"):
        sl.PhraseMatcher(phrases)


@pytest.mark.parametrize("phrases", [["NATO", 7], ["NATO", None], {"a": ["NATO", 1.5]}])
def test_phrases_that_are_not_text(phrases):
    with pytest.raises((TypeError, ValueError), match="1"):
        sl.PhraseMatcher(phrases)


@pytest.mark.parametrize("given", ["NATO", b"NATO", 7, None, pd.DataFrame({"phrase": ["NATO"]})])
def test_what_is_no_gazetteer(given):
    with pytest.raises(TypeError):
        sl.PhraseMatcher(given)


def test_a_matcher_of_nothing():
    m = sl.PhraseMatcher([])
    assert len(m.tag(["NATO"])) == 0
    assert m.contains(["NATO"]) == [False]
    assert m.matrix(["NATO"]).shape == (1, 0)
