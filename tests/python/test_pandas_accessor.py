"""`s.slug` beside the methods of the matcher, for all the kinds of Series that hold text."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import POLICIES

import slugline as sl

NEWS = sl.datasets.load_news().set_index("id")
M = sl.PhraseMatcher(sl.datasets.load_gazetteer())
COLUMNS = ["doc", "start", "end", "phrase", "concept"]


def check(texts, m, **options):
    """Compare all methods with those of the matcher on a plain list."""
    rows = [text if isinstance(text, str) else None for text in texts]
    table = texts.slug.tag(m, **options)
    expected = [match[:5] for match in m.tag(rows, **options)]
    assert list(table.columns) == COLUMNS
    assert list(table.itertuples(index=False, name=None)) == expected
    assert table.index.tolist() == [texts.index[doc] for doc, *_ in expected]
    assert table.index.names == texts.index.names
    counts = texts.slug.count(m, **options)
    assert counts.tolist() == m.matrix(rows, **options).sum(axis=1).flatten().tolist()[0]
    assert counts.dtype == np.int64
    contains = texts.slug.contains(m, **options)
    assert contains.tolist() == m.contains(rows, **options)
    assert contains.dtype == bool
    first = texts.slug.first(m, **options)
    for found in (counts, contains, first):
        pd.testing.assert_index_equal(found.index, texts.index)
        assert found.name == texts.name
    assert [None if pd.isna(one) else one for one in first] == m.first(rows, **options)
    if options.get("overlap") != "all":
        replaced = texts.slug.replace(m, "<{concept}>", **options)
        pd.testing.assert_index_equal(replaced.index, texts.index)
        expected = m.replace(rows, "<{concept}>", **options)
        assert [None if pd.isna(one) else one for one in replaced] == expected


@pytest.mark.parametrize("overlap", POLICIES)
@pytest.mark.parametrize(
    "dtype", ["str", object, "category", pd.ArrowDtype(pa.large_string()), "string"], ids=str
)
def test_the_sample_in_all_scripts(overlap, dtype):
    texts = NEWS["text"].astype(dtype)
    check(texts, M, overlap=overlap)
    assert texts.slug.count(M, overlap=overlap).sum() > 500


def test_positions_are_code_points():
    table = NEWS["text"].slug.tag(M, text=True)
    assert set(NEWS.loc[table.index, "lang"]) >= {"ru", "zh", "ar", "ja", "th"}
    for row in table.itertuples():
        assert NEWS.loc[row.Index, "text"][row.start : row.end] == row.text
    assert len(table) > 500


WORDS = ["NATO", "Xi", "中国", "НАТО", "colour  revolution", "ｶﾞｻﾞ", "🙂", "é", "\n"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.none() | st.lists(st.sampled_from(WORDS)).map(" ".join), max_size=12),
    st.sampled_from(POLICIES),
    st.sampled_from(["str", object, "category"]),
)
def test_any_texts(rows, overlap, dtype):
    m = sl.PhraseMatcher(["NATO", "NATO Xi", "Xi", "中国", "НАТО", "colour revolution", "ガザ"])
    # Labels that occur twice and are no numbers in a row.
    index = [at // 2 * 10 for at in range(len(rows))]
    check(pd.Series(rows, index=index, name="text", dtype=dtype), m, overlap=overlap)


def test_chunks_and_indices_of_several_levels():
    parts = [NEWS["text"].iloc[:10], NEWS["text"].iloc[10:11], NEWS["text"].iloc[11:]]
    arrow = pd.ArrowDtype(pa.string())
    check(pd.concat([part.astype(arrow) for part in parts]), M)
    check(NEWS.reset_index().set_index(["lang", "id"])["text"], M)
    check(NEWS["text"].iloc[::-3], M)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_what_is_missing(missing):
    texts = pd.Series([missing, "NATO", missing], index=["a", "b", "c"], dtype=object)
    check(texts, M)
    assert texts.slug.contains(M).to_dict() == {"a": False, "b": True, "c": False}


def test_no_rows():
    for dtype in ("str", object, "category"):
        texts = pd.Series([], dtype=dtype, index=pd.Index([], dtype="int64"))
        check(texts, M)
        assert texts.slug.tag(M).empty


def test_it_joins_with_the_table_it_came_from():
    found = NEWS[["lang"]].join(NEWS["text"].slug.tag(M), how="inner")
    assert len(found) == len(M.tag(NEWS["text"]))
    by_hand = M.tag(NEWS["text"]).to_pandas()["doc"].map(dict(enumerate(NEWS["lang"])))
    assert found["lang"].value_counts().to_dict() == by_hand.value_counts().to_dict()


def test_counts_of_some_concepts():
    people = NEWS["text"].slug.count(M, "person/*")
    expected = M.tag(NEWS["text"]).filter("person/*").counts()["matches"].sum()
    assert people.sum() == expected > 0
    with pytest.warns(
        UserWarning, match='no concept .* fits "person"; "person/\\*" would'
    ) as caught:
        assert NEWS["text"].slug.count(M, "person").sum() == 0
    assert caught[0].filename == __file__


def test_texts_and_attributes():
    gaz = sl.Gazetteer().add("OTAN", "org/NATO", qid="Q7184")
    table = pd.Series(["l’OTAN"], index=["a"]).slug.tag(gaz, text=True, attributes=["qid"])
    assert table.loc["a", ["text", "qid"]].tolist() == ["OTAN", "Q7184"]


def test_errors_say_what_is_wrong():
    with pytest.raises(TypeError, match=r"row 0\b.*int"):
        pd.Series([1, 2]).slug.tag(M)
    with pytest.raises(ValueError, match=r"not \{nope\}"):
        NEWS["text"].slug.replace(M, "{nope}")
    with pytest.raises(TypeError, match="needs a Gazetteer"):
        NEWS["text"].slug.contains(3)


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    "imports",
    [
        "import pandas as pd; import slugline as sl",
        "import slugline as sl; import pandas as pd; sl.PhraseMatcher(['a'])",
        "import slugline as sl; import pandas as pd; import slugline.pandas",
    ],
)
def test_it_is_there_whichever_comes_first(imports):
    code = f"{imports}; print(pd.Series(['a b a', None]).slug.count(['a']).tolist())"
    assert run(f"import warnings; warnings.simplefilter('error'); {code}") == "[2, 0]\n"


def test_without_pandas_it_says_so():
    code = (
        "import sys; sys.modules['pandas'] = None\n"
        "import slugline as sl\n"
        "sl.PhraseMatcher(['a'])\n"
        "try: sl.pandas\n"
        "except ImportError as error: print(error)"
    )
    assert run(code) == "slugline.pandas needs pandas: `pip install pandas`\n"
