"""Tables, counts and columns agree with the rows, whatever library takes them."""

import copy
import pickle
import sys
from collections import Counter

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slugline as sl
from slugline import Match

GAZ = {
    "person": {"Xi": ["Xi", "Xi Jinping"], "Putin": ["Putin"]},
    "place": {"China": ["China", "中国"], "Ivory Coast": ["Côte d'Ivoire", "Côte d’Ivoire"]},
}
TEXTS = [
    "Xi Jinping of China, China and 中国",
    None,
    "nobody",
    "Putin, Xi; Côte d’Ivoire",
    "Putin PUTIN putin",
]


@pytest.fixture(scope="module")
def m():
    return sl.PhraseMatcher(GAZ)


@pytest.fixture(params=["longest", "all", "longest-per-concept", "longest-per-branch"])
def overlap(request):
    return request.param


@pytest.fixture
def x(m, overlap):
    return m.tag(TEXTS, overlap=overlap)


COLUMNS = ["doc", "start", "end", "phrase", "concept"]


def rows(x):
    return [match[:5] for match in x]


def test_every_library_reads_the_same_rows(x):
    expected = rows(x)
    assert len(expected) > 8
    table = pa.table(x)
    assert table.column_names == COLUMNS
    assert [tuple(row.values()) for row in table.to_pylist()] == expected
    assert pl.DataFrame(x).rows() == expected
    assert duckdb.sql("from x").fetchall() == expected
    for frame in (x.to_pandas(), x.to_polars().to_pandas(), x.to_arrow().to_pandas()):
        assert list(frame.columns) == COLUMNS
        assert list(frame.itertuples(index=False, name=None)) == expected
    assert x.to_pandas()["concept"].dtype == "category"
    # Any number of times.
    assert pa.table(x) == table


def test_text_on_request(x):
    expected = [match.text for match in x]
    assert x.to_pandas(text=True)["text"].tolist() == expected
    assert x.to_polars(text=True)["text"].to_list() == expected
    assert x.to_arrow(text=True)["text"].to_pylist() == expected


def test_pandas_without_pyarrow(x, m, monkeypatch):
    expected = x.to_pandas(text=True)
    counts = m.count(TEXTS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    plain = x.to_pandas(text=True)
    assert plain.values.tolist() == expected.values.tolist()
    assert plain["concept"].dtype == "category"
    assert m.count(TEXTS).values.tolist() == counts.values.tolist()


def test_sequence(x):
    everything = list(x)
    assert len(x) == len(everything)
    assert isinstance(x[0], Match)
    assert [x[i] for i in range(-len(x), len(x))] == everything * 2
    assert x[np.int64(1)] == everything[1]
    for cut in (slice(1, 4), slice(None), slice(-3, None), slice(0, 99, 2), slice(5, 2)):
        assert list(x[cut]) == everything[cut]
        assert rows(x[cut]) == [tuple(row.values()) for row in pa.table(x[cut]).to_pylist()]
    assert list(x[::-1]) == everything[::-1]
    for wrong in (len(x), -len(x) - 1):
        with pytest.raises(IndexError):
            x[wrong]
    with pytest.raises(TypeError):
        x["doc"]
    with pytest.raises(TypeError):
        sl.Matches()


def test_filter(x):
    assert list(x.filter("person/*")) == [r for r in x if r.concept.startswith("person/")]
    assert x.filter("person/*").concepts == ["person/Putin", "person/Xi"]
    with pytest.warns(UserWarning, match='^concept: no concept of the gazetteer fits "nothing"$'):
        nothing = x.filter("nothing")
    assert len(nothing) == 0
    assert nothing.matrix().shape == (5, 0)


def key(match, by, level):
    if by == "phrase":
        return match.phrase
    return "/".join(match.concept.split("/")[:level])


def expected_counts(x, by, level):
    spans = {(r.doc, r.start, r.end, key(r, by, level)) for r in x}
    matches = Counter(span[3] for span in spans)
    documents = Counter(name for _, name in {(span[0], span[3]) for span in spans})
    return {name: (matches[name], documents[name]) for name in matches}


@pytest.mark.parametrize(("by", "level"), [("concept", None), ("concept", 1), ("phrase", None)])
def test_counts(m, x, overlap, by, level):
    for table in (
        x.counts(by, level=level),
        m.count(TEXTS, by=by, level=level, overlap=overlap),
    ):
        assert list(table.columns) == [by, "matches", "documents"]
        found = {row[0]: row[1:] for row in table.itertuples(index=False, name=None)}
        assert found == expected_counts(x, by, level)


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize(("by", "level"), [("concept", None), ("concept", 1), ("phrase", None)])
def test_matrix(m, x, overlap, by, level, binary):
    spans = {(r.doc, r.start, r.end, key(r, by, level)) for r in x}
    expected = Counter((span[0], span[3]) for span in spans)
    mine = x.matrix(by, level=level, binary=binary)
    whole = m.matrix(TEXTS, by=by, level=level, binary=binary, overlap=overlap)
    for matrix, owner in ((mine, x), (whole, m)):
        names = owner.concepts if by == "concept" else owner.phrases
        if level:
            names = list(dict.fromkeys(name.split("/")[0] for name in names))
        assert matrix.format == "csr"
        assert matrix.dtype == np.int64
        assert matrix.shape == (len(TEXTS), len(names))
        found = {
            (i, names[j]): int(v)
            for i, row in enumerate(matrix.toarray())
            for j, v in enumerate(row)
            if v
        }
        assert found == {k: 1 if binary else v for k, v in expected.items()}
        matrix *= 2  # It is the caller's own.


def test_columns_agree_with_tag(m, x, overlap):
    docs = {r.doc for r in x}
    assert m.contains(TEXTS, overlap=overlap) == [i in docs for i in range(5)]
    firsts = {}
    for match in x:
        firsts.setdefault(match.doc, match.concept)
    assert m.first(TEXTS, overlap=overlap) == [firsts.get(i) for i in range(5)]


def test_replace_agrees_with_tag(m):
    expected = []
    for doc, text in enumerate(TEXTS):
        done, at = [], 0
        for match in m.tag(TEXTS):
            if match.doc == doc and match.start >= at:
                done += [text[at : match.start], f"<{match.concept}|{match.phrase}|{match.text}>"]
                at = match.end
        expected.append(None if text is None else "".join([*done, text[at:]]))
    assert m.replace(TEXTS, "<{concept}|{phrase}|{text}>") == expected
    assert m.replace("Putin", "{{concept}}") == "{concept}"
    for template in ("{other}", "{}", "{text.__class__}", "{0}", "{", "}"):
        with pytest.raises(ValueError, match=r"[{}]"):
            m.replace(TEXTS, template)
    with pytest.raises(ValueError, match="all"):
        m.replace(TEXTS, overlap="all")


INDEX = list("vwxyz")
MAKE = {
    "pandas": lambda: pd.Series(TEXTS, index=INDEX, name="body"),
    "pandas object": lambda: pd.Series(TEXTS, index=INDEX, name="body", dtype=object),
    "pandas python": lambda: pd.Series(TEXTS, index=INDEX, name="body", dtype="string[python]"),
    "pandas arrow": lambda: pd.Series(
        TEXTS, index=INDEX, name="body", dtype=pd.ArrowDtype(pa.string())
    ),
}


@pytest.mark.parametrize("kind", MAKE)
def test_pandas_keeps_index_name_and_type(m, kind):
    series = MAKE[kind]()
    found = m.contains(series)
    assert found.dtype == bool
    assert series[found].index.tolist() == ["v", "y", "z"]
    for column in (m.replace(series), m.first(series)):
        assert column.index.tolist() == INDEX
        assert column.name == "body"
        assert column.dtype == series.dtype
    assert m.replace(series).isna().tolist() == [False, True, False, False, False]
    assert m.replace(series).iloc[4] == m.replace(TEXTS[4])
    assert m.tag(series).by_doc().index.tolist() == INDEX
    assert isinstance(m.count(series), pd.DataFrame)
    categories = m.replace(series.astype("category"))
    assert categories.tolist()[4] == m.replace(TEXTS[4])


def test_polars_keeps_its_kind(m):
    series = pl.Series("body", TEXTS)
    assert m.contains(series).equals(pl.Series("body", m.contains(TEXTS)), check_names=True)
    assert m.first(series).equals(pl.Series("body", m.first(TEXTS)), check_names=True)
    assert m.replace(series).equals(pl.Series("body", m.replace(TEXTS)), check_names=True)
    assert m.replace(series).dtype == pl.String
    assert m.tag(series).by_doc().list.len().to_list() == [
        len(lists) for lists in m.tag(TEXTS).by_doc()
    ]
    assert isinstance(m.count(series), pl.DataFrame)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
@pytest.mark.parametrize("chunked", [False, True])
def test_pyarrow_keeps_its_kind(m, kind, chunked):
    texts = pa.chunked_array([TEXTS[:2], TEXTS[2:]], kind) if chunked else pa.array(TEXTS, kind)
    for column, expected in (
        (m.contains(texts), m.contains(TEXTS)),
        (m.first(texts), m.first(TEXTS)),
        (m.replace(texts), m.replace(TEXTS)),
    ):
        assert isinstance(column, pa.ChunkedArray if chunked else pa.Array)
        assert column.to_pylist() == expected
    assert m.replace(texts).type == kind
    assert len(m.tag(texts).by_doc()) == 5
    assert isinstance(m.count(texts), pa.Table)


def test_numpy_keeps_its_kind(m):
    for dtype in (object, np.dtypes.StringDType(na_object=None)):
        texts = np.array(TEXTS, dtype=dtype)
        assert m.contains(texts).dtype == bool
        assert m.replace(texts).dtype == dtype
        assert m.replace(texts).tolist() == m.replace(TEXTS)
        assert m.first(texts).tolist() == m.first(TEXTS)
    short = np.array(["Xi", "no"])
    assert m.replace(short).tolist() == ["person/Xi", "no"]


def test_frames_on_request(m, x):
    kinds = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table}
    for frame, kind in kinds.items():
        assert isinstance(m.count(TEXTS, frame=frame), kind)
        assert isinstance(x.counts(frame=frame), kind)
    with pytest.raises(ValueError, match="frame"):
        m.count(TEXTS, frame="excel")


def test_frames_where_little_is_installed(m, x, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert isinstance(m.count(TEXTS), pl.DataFrame)
    monkeypatch.setitem(sys.modules, "polars", None)
    assert "concept" in pa.table(m.count(TEXTS)).column_names
    with pytest.raises(ImportError, match="pip install pandas"):
        x.to_pandas()
    monkeypatch.setitem(sys.modules, "scipy.sparse", None)
    with pytest.raises(ImportError, match="pip install scipy"):
        x.matrix()


def test_by_doc(x):
    lists = x.by_doc()
    assert len(lists) == len(TEXTS)
    assert [match for one in lists for match in one] == list(x)
    assert [len(one) for one in x[2:3].by_doc()].count(1) == 1


def test_detach(m):
    x = m.tag(TEXTS)
    before = rows(x)
    x.detach()
    assert rows(x) == before
    assert x[0].text is None
    assert {match.text for match in x} == {None}
    assert "text" not in repr(x).splitlines()[1]
    assert "detach" in x._repr_html_()
    with pytest.raises(ValueError, match="detach"):
        x.to_pandas(text=True)
    assert len(x.counts()) > 0


def test_detach_lets_go(m):
    text = "Xi " * 1000 + "é"
    held = sys.getrefcount(text)
    x = m.tag([text])
    assert sys.getrefcount(text) == held + 1
    x.detach()
    assert sys.getrefcount(text) == held


def test_looks(m):
    x = m.tag(["Xi in\n\x1b[31m中国"], ids=["a1"])
    lines = repr(x).splitlines()
    assert lines[0] == "Matches: 2 in 1 text"
    assert lines[1].split() == ["id", "doc", "start", "end", "phrase", "concept", "text"]
    assert lines[3].startswith("a1")
    many = repr(m.tag(["Xi " * 50]))
    assert many.endswith("… and 40 more")
    assert "\x1b" not in many
    assert repr(m).startswith("PhraseMatcher(7 phrases, 4 concepts, engine=")
    assert m.nbytes > 0


def test_show_versions(capsys):
    sl.show_versions()
    shown = capsys.readouterr().out
    assert sl.__version__ in shown
    assert "pyarrow" in shown


@pytest.mark.parametrize(
    ("frame", "kind"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("pyarrow", pa.Table)]
)
def test_the_sample(frame, kind):
    news = sl.datasets.load_news(frame)
    assert isinstance(news, kind)
    m = sl.PhraseMatcher(sl.datasets.load_gazetteer())
    found = m.tag(news["text"], ids=news["id"])
    assert len(found) > len(news["text"])
    assert len(set(found.concepts)) > 20


def test_the_demo(capsys, monkeypatch):
    from slugline import demo

    monkeypatch.setattr(demo, "_TIMED_BYTES", 1)
    for module in ("pandas", "polars", "pyarrow", "numpy"):
        monkeypatch.setitem(sys.modules, module, None)
    demo.main()
    lines = capsys.readouterr().out.splitlines()
    from slugline._display import width

    assert max(map(width, lines)) <= 100
    assert any("MB/s" in line for line in lines)
    brackets = [line for line in lines if "[" in line and "]" in line]
    assert len({width(line.partition("[")[0]) for line in brackets}) == 1


def test_patterns_that_fit_no_concept_are_told():
    gazetteer = sl.Gazetteer.from_dict(GIVEN)
    y = sl.PhraseMatcher(gazetteer).tag(["Xi in China", "Rain"])
    for owner in (gazetteer, y):
        with pytest.warns(
            UserWarning, match='fits "person"; "person/\\*" would fit some$'
        ) as caught:
            assert len(owner.filter("person").concepts) == 0
        assert caught[0].filename == __file__
        with pytest.warns(UserWarning, match='fits "zzz"$'):
            owner.filter("zzz")
        with pytest.raises(TypeError, match=r"concept must be a concept.*not NoneType"):
            owner.filter(None)
        with pytest.raises(ValueError, match="concept has a lone surrogate"):
            owner.filter("\udfff")
    # What the gazetteer has and the texts have not is no slip of the pen.
    assert len(y.filter("place/Russia")) == 0
    for a, b, name in (("\ud800", "*", "a"), ("*", "\ud800", "b")):
        with pytest.raises(ValueError, match=f"^{name} has a lone surrogate"):
            y.near(a, b)


GIVEN = {"person": {"Xi": ["Xi"]}, "place": {"China": ["China"], "Russia": ["Russia"]}}


def test_numbers_of_another_type_are_told_by_name():
    y = sl.PhraseMatcher(GIVEN).tag(["Xi in China"])
    with pytest.raises(TypeError, match="index must be the number of a match or a slice, not list"):
        y[[0, 1]]
    for doc in (1.0, "d1", [0, 1.5]):
        with pytest.raises(TypeError, match="doc must be the number of a document, or several"):
            y.html(doc)
    with pytest.raises(TypeError, match="documents must be a whole number, not float"):
        y.html(documents=1.5)
    with pytest.raises(TypeError, match="min_documents must be a whole number, not str"):
        y.network(min_documents="2")


def test_matches_say_what_to_keep_instead_of_a_pickle():
    y = sl.PhraseMatcher(GIVEN).tag(["Xi in China"])
    for refused in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match=r"Matches cannot be pickled.*x.to_arrow\(text=True\)"):
            refused(y)
    assert list(copy.copy(y)) == list(y)
