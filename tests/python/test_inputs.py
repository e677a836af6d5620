"""Texts of every kind give the same rows."""

import gc
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slugline as sl

TEXTS = [
    "中国政府在NATO总部",
    None,
    "",
    "l’OTAN, NATO et la Chine",
    "nothing here",
    "\U0001f600 NATO \U0001f600 NATO",
    "naïve NATO",
]
GAZ = {"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国", "Chine"]}}


class OnlyStream:
    """Anything that has the stream interface and nothing else."""

    def __init__(self, column):
        self.column = column

    def __arrow_c_stream__(self, requested_schema=None):
        return self.column.__arrow_c_stream__(requested_schema)


class OnlyArray:
    def __init__(self, column):
        self.column = column

    def __arrow_c_array__(self, requested_schema=None):
        return self.column.__arrow_c_array__(requested_schema)


def sliced(values):
    """The values in the middle of a longer array."""
    return pa.array(["NATO", *values, "NATO"]).slice(1, len(values))


KINDS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "dict values": lambda v: dict(enumerate(v)).values(),
    "numpy object": lambda v: np.array(v, dtype=object),
    "numpy string": lambda v: np.array(v, dtype=np.dtypes.StringDType(na_object=None)),
    "numpy nan": lambda v: np.array(
        [np.nan if x is None else x for x in v], dtype=np.dtypes.StringDType(na_object=np.nan)
    ),
    "pandas": pd.Series,
    "pandas object": lambda v: pd.Series(v, dtype=object),
    "pandas nan": lambda v: pd.Series([np.nan if x is None else x for x in v], dtype=object),
    "pandas python": lambda v: pd.Series(v, dtype="string[python]"),
    "pandas pyarrow": lambda v: pd.Series(v, dtype="string[pyarrow]"),
    "pandas arrow": lambda v: pd.Series(v, dtype=pd.ArrowDtype(pa.string())),
    "pandas categorical": lambda v: pd.Series(v, dtype="category"),
    "pandas indexed": lambda v: pd.Series(v, index=list("gfedcba")),
    "pandas strided": lambda v: pd.Series([x for y in v for x in (y, "NATO")])[::2],
    "polars": pl.Series,
    "polars categorical": lambda v: pl.Series(v, dtype=pl.Categorical),
    "polars object": lambda v: pl.Series(v, dtype=pl.Object),
    "polars chunked": lambda v: pl.concat([pl.Series(v[:3]), pl.Series(v[3:])], rechunk=False),
    "pyarrow": pa.array,
    "pyarrow large": lambda v: pa.array(v, pa.large_string()),
    "pyarrow view": lambda v: pa.array(v, pa.string_view()),
    "pyarrow dictionary": lambda v: pa.array(v).dictionary_encode(),
    "pyarrow sliced": sliced,
    "pyarrow chunked": lambda v: pa.chunked_array([v[:3], [], v[3:]], pa.string()),
    "pyarrow chunked slices": lambda v: pa.chunked_array([sliced(v[:2]), sliced(v[2:])]),
    "stream": lambda v: OnlyStream(pa.chunked_array([v[:3], v[3:]])),
    "array": lambda v: OnlyArray(sliced(v)),
}


@pytest.fixture(scope="module")
def m():
    return sl.PhraseMatcher(GAZ)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("overlap", ["longest", "all"])
def test_every_kind_gives_the_same_rows(m, kind, overlap):
    expected = list(m.tag(TEXTS, overlap=overlap))
    assert [(r.doc, r.start, r.end) for r in expected] == [
        *[(0, 0, 2), (0, 5, 9)],
        *[(3, 2, 6), (3, 8, 12), (3, 19, 24)],
        *[(5, 2, 6), (5, 9, 13)],
        (6, 6, 10),
    ]
    assert all(TEXTS[r.doc][r.start : r.end] == r.text for r in expected)
    matches = m.tag(KINDS[kind](TEXTS), overlap=overlap)
    assert list(matches) == expected
    if kind not in ("stream", "array"):
        assert [len(rows) for rows in matches.by_doc()] == [2, 0, 0, 3, 0, 2, 1]


# The indexed Series has an index for its rows.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "pandas indexed"])
def test_every_kind_can_be_empty(m, kind):
    matches = m.tag(KINDS[kind]([]))
    assert list(matches) == []
    assert m.matrix(KINDS[kind]([])).shape == (0, 2)


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_positions_in_every_unit(m, offsets):
    for kind in ("list", "pyarrow", "polars"):
        for row in m.tag(KINDS[kind](TEXTS), offsets=offsets):
            text = TEXTS[row.doc]
            if offsets == "byte":
                found = text.encode()[row.start : row.end].decode()
            elif offsets == "utf16":
                found = text.encode("utf-16-le")[2 * row.start : 2 * row.end].decode("utf-16-le")
            else:
                found = text[row.start : row.end]
            assert found == row.text


def test_one_text_is_one_document(m):
    assert [r[:3] for r in m.tag(TEXTS[0])] == [(0, 0, 2), (0, 5, 9)]
    assert m.contains("NATO") is True
    assert m.contains("nothing") is False
    assert m.first("NATO") == "org/NATO"
    assert m.first("nothing") is None
    assert m.replace("in NATO.") == "in org/NATO."


def test_all_null_columns(m):
    for column in (
        pa.nulls(3),
        pl.Series([None] * 3),
        pd.Series([None] * 3),
        pd.Series([np.nan] * 3),
        [None, float("nan"), pd.NA],
        [pd.NaT, np.float32("nan"), None],
    ):
        assert len(m.tag(column)) == 0
        assert [str(found) for found in m.contains(column)] == ["False"] * 3


def test_subclasses_of_str(m):
    class Title(str):
        __slots__ = ("more",)

    assert len(m.tag([Title("NATO"), np.str_("NATO é 中")])) == 2


def test_batches_are_numbered_through(m):
    batches = [TEXTS[:2], pa.array(TEXTS[2:5]), pl.Series(TEXTS[5:])]
    parts = list(m.iter_tag(batches, ids=[["a", "b"], ["c", "d", "e"], ["f", "g"]]))
    assert [row for part in parts for row in part] == list(m.tag(TEXTS))
    assert [part.to_arrow()["id"].to_pylist() for part in parts] == [
        ["a", "a"],
        ["d"] * 3,
        ["f", "f", "g"],
    ]
    assert [len(lists) for lists in (part.by_doc() for part in parts)] == [2, 3, 2]
    pulled = []

    def source():
        for batch in batches:
            pulled.append(len(batch))
            yield batch

    stream = m.iter_tag(source())
    assert pulled == []
    next(stream)
    assert pulled == [2]


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        lambda ids: np.array(ids),
        lambda ids: pd.Series(ids, index=range(10, 10 + len(ids))),
        pl.Series,
        pa.array,
        lambda ids: pa.chunked_array([ids[:1], ids[1:]]),
    ],
)
@pytest.mark.parametrize("ids", [list("abcdefg"), list(range(100, 107))], ids=["str", "int"])
def test_ids_of_every_kind(m, make, ids):
    table = pa.table(m.tag(TEXTS, ids=make(ids)))
    assert table.column_names == ["id", "doc", "start", "end", "phrase", "concept"]
    assert table["id"].to_pylist() == [ids[doc] for doc in table["doc"].to_pylist()]


def test_ids_of_other_types(m):
    days = pd.Series(pd.date_range("2024-01-01", periods=7))
    assert m.tag(TEXTS, ids=days).to_pandas()["id"].iloc[-1] == days.iloc[-1]
    holes = pd.Series([1, None, 3, 4, 5, 6, 7])
    assert m.tag(TEXTS, ids=holes).to_pandas()["id"].iloc[-1] == 7


def test_ids_must_fit(m):
    with pytest.raises(ValueError, match="6 ids for 7 texts"):
        m.tag(TEXTS, ids=list("abcdef"))
    with pytest.raises(TypeError, match="ids"):
        m.tag(TEXTS, ids="abcdefg")
    with pytest.raises(TypeError, match="row 1"):
        m.tag(["a", "b"], ids=["a", 1])


def lasting(m):
    """A list of texts that takes long to tag, and its rows."""
    for rows in (400, 800, 1600, 3200, 6400):
        texts = [f"{i} NATO " + "中国 и lorem " * 4_000 + f"the OTAN {i}" for i in range(rows)]
        started = time.perf_counter()
        expected = list(m.tag(texts, threads=1))
        if time.perf_counter() - started > 1:
            break
    return texts, expected


def test_a_list_that_changes_during_the_call():
    """Other threads may empty the list while the interpreter's lock is free."""
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "OTAN"]}})
    texts, expected = lasting(m)
    total = len(texts)
    assert len(expected) == 2 * total
    begun, changed = threading.Event(), threading.Event()
    changed_at = []
    rows_after_change = []

    def spoil():
        # Texts as large as those they replace, so as to lie where those lay, had they been freed.
        assert begun.wait(60)
        for row in range(total):
            texts[row] = "OTAN 中 " * (len(texts[row]) // 7)
        texts.clear()
        gc.collect()
        changed_at.append(time.perf_counter())
        changed.set()

    def watch(done, of):
        if changed.is_set():
            rows_after_change.append(done)
        begun.set()

    spoiler = threading.Thread(target=spoil)
    spoiler.start()
    matches = m.tag(texts, threads=1, progress=watch)
    returned_at = time.perf_counter()
    spoiler.join()
    assert texts == []
    assert changed_at[0] < returned_at
    # Rows were still to be tagged then.
    assert rows_after_change[0] < total
    assert list(matches) == expected
    assert matches[-1].text == "OTAN"


def test_no_utf8_is_left_behind_on_strings(m):
    """CPython's own conversion keeps a copy on each string, which doubles the memory."""
    texts = [f"{i} {sign} NATO" for i, sign in enumerate(["é", "中", "\U0001f600", "я"] * 10)]
    before = [sys.getsizeof(text) for text in texts]
    matches = m.tag(texts)
    m.contains(texts)
    m.replace(texts)
    m.count(texts)
    m.first(texts)
    matches.to_arrow(text=True)
    assert len(matches) == 40
    assert [sys.getsizeof(text) for text in texts] == before


def run(code):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("library", ["pyarrow", "polars", "pandas"])
def test_arrow_is_read_where_it_lies(library):
    """150 MB of text may not raise the memory in use by anything near as much."""
    grown = run(
        f"""
        import re
        import pyarrow as pa, slugline as sl
        def peak():
            return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
        texts = pa.array(["lorem ipsum dolor sit amet " * 40] * 140_000)
        if "{library}" == "polars":
            import polars as pl
            texts = pl.from_arrow(texts)
        if "{library}" == "pandas":
            import pandas as pd
            texts = pd.Series(texts, dtype=pd.ArrowDtype(pa.string()))
        m = sl.PhraseMatcher(["dolor in"])
        m.contains(texts[:10])
        before = peak()
        assert not m.contains(texts).any() if "{library}" != "pyarrow" else m.contains(texts)
        assert len(m.tag(texts)) == 0
        print(peak() - before)
        """
    )
    assert float(grown) < 64
