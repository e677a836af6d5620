"""What the widget of `explore` answers: held against the tables of the same matches."""

from __future__ import annotations

import builtins
import random
import re
import time
import warnings
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from support import ROOT

import slugline as sl

COLOR = "narrative/color-revolution"


class Asked:
    """A widget, with what it would send to the browser."""

    def __init__(self, widget: Any) -> None:
        self.widget = widget
        self.sent: list[dict[str, Any]] = []
        widget.send = self.sent.append

    def __call__(self, kind: str, **content: Any) -> dict[str, Any]:
        self.widget._answer(self.widget, {"request": "r1", "kind": kind, **content}, [])
        answer = self.sent.pop()
        assert answer.pop("request") == "r1"
        return answer

    def docs(self) -> list[int]:
        """All documents, page by page."""
        found: list[int] = []
        start: int | None = 0
        while start is not None:
            page = self("documents", start=start)
            found += [document["doc"] for document in page["documents"]]
            start = page["next"]
        return found

    def lines(self, concept: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        start: list[int] | None = [0, 0]
        while start is not None:
            page = self("contexts", concept=concept, start=start)
            found += page["lines"]
            start = page["next"]
        assert page["matches"] == len(found)
        return found


@pytest.fixture(scope="module")
def news() -> Any:
    return sl.datasets.load_news()


@pytest.fixture(scope="module")
def x(news: Any) -> sl.Matches:
    return sl.PhraseMatcher(sl.datasets.load_gazetteer()).tag(news["text"], ids=news["id"])


@pytest.fixture
def w(x: sl.Matches, news: Any) -> Any:
    return x.explore(news["date"], titles=news["title"])


@pytest.fixture
def ask(w: Any) -> Asked:
    return Asked(w)


def docs_with(x: sl.Matches, *patterns: str) -> set[int]:
    return {match.doc for pattern in patterns for match in x.filter(pattern)}


def names_of(rows: list[dict[str, Any]]) -> list[str]:
    return [row["name"] for row in rows]


# -- Concepts -----------------------------------------------------------------------------------


def test_counts_of_concepts_and_branches_are_those_of_the_tables(x: Any, ask: Asked) -> None:
    everything = {name for concept in x.concepts for name in _paths(concept)}
    rows = ask("concepts", opened=list(everything), find="", limits={})["rows"]
    listed = {row["name"]: (row["matches"], row["documents"]) for row in rows}
    for level in (1, 2, 3):
        table = x.counts(level=level, frame="pandas")
        for concept, matches, documents in table.itertuples(index=False):
            assert listed[concept] == (matches, documents)
    assert set(listed) == everything


def _paths(concept: str) -> list[str]:
    parts = concept.split("/")
    return ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]


def test_branches_come_by_frequency_and_open_where_asked(x: Any, ask: Asked) -> None:
    closed = ask("concepts", opened=[], find="", limits={})["rows"]
    assert names_of(closed) == list(x.counts(level=1, frame="pandas")["concept"])
    opened = ask("concepts", opened=["narrative"], find="", limits={})["rows"]
    inside = [row for row in opened if row["name"].startswith("narrative/")]
    assert len(inside) == len([c for c in x.concepts if c.startswith("narrative/")])
    assert [row["total"] for row in inside] == sorted((r["total"] for r in inside), reverse=True)


def test_a_long_branch_is_listed_in_parts() -> None:
    names = [f"name{number}" for number in range(500)]
    x = sl.PhraseMatcher({"a": {name: [name] for name in names}}).tag([" ".join(names)])
    ask = Asked(x.explore())
    rows = ask("concepts", opened=["a"], find="", limits={})["rows"]
    assert rows[-1] == {"under": "a", "more": 440, "shown": 60, "depth": 1}
    assert len(ask("concepts", opened=["a"], find="", limits={"a": 260})["rows"]) == 262
    found = ask("concepts", opened=[], find="NAME49", limits={})["rows"]
    assert sorted(names_of(found)) == sorted(["a/name49", *(f"a/name49{n}" for n in range(10))])
    assert found[0]["label"].startswith("a/name49")


def test_a_concept_may_be_a_branch_and_have_slashes_of_its_own() -> None:
    gaz = sl.Gazetteer().add("one", "a").add("two", "a/b").add("three", "a-b").add("four", r"c\/d")
    x = sl.PhraseMatcher(gaz).tag(["one two", "three", "four"])
    w = x.explore()
    rows = Asked(w)("concepts", opened=["a"], find="", limits={})["rows"]
    assert [(row["name"], row["label"], row["matches"]) for row in rows] == [
        ("a", "a", 2),
        ("a/b", "b", 1),
        ("a-b", "a-b", 1),
        (r"c\/d", "c/d", 1),
    ]
    w.select(concepts=["a"])
    assert w.selection.concepts == ["a", "a/b"]
    assert w.selection.docs.tolist() == [0]


# -- What is chosen -----------------------------------------------------------------------------


def test_ticked_concepts_choose_documents(x: Any, w: Any, ask: Asked) -> None:
    assert ask("change", to={"toggle": {"name": COLOR, "on": True}}) == {}
    assert set(ask.docs()) == docs_with(x, COLOR) == set(w.selection.docs.tolist())
    assert w.selection.concepts == [COLOR]
    assert repr(w) == f"Explorer: {len(ask.docs())} of 66 documents, {w._view['matches']} matches"
    assert w._view["matches"] == len({match[:3] for match in x.filter(COLOR)}) == len(w.matches)
    ask("change", to={"toggle": {"name": "person", "on": True}})
    assert set(ask.docs()) == docs_with(x, COLOR, "person/*")
    ask("change", to={"every": True})
    assert set(ask.docs()) == docs_with(x, COLOR) & docs_with(x, "person/*")
    assert {match.concept for match in w.matches} <= {COLOR, *x.filter("person/*").concepts}


def test_clearing_a_box_in_a_ticked_branch_leaves_its_siblings(x: Any, w: Any, ask: Asked) -> None:
    ask("change", to={"toggle": {"name": "narrative", "on": True}})
    ask("change", to={"toggle": {"name": COLOR, "on": False}})
    others = [c for c in x.concepts if c.startswith("narrative/") and c != COLOR]
    assert w.selection.concepts == others
    rows = ask("concepts", opened=["narrative"], find="", limits={})["rows"]
    ticked = {row["name"]: row["ticked"] for row in rows}
    assert ticked["narrative"] == "some"
    assert ticked[COLOR] == "none"
    assert ticked[others[0]] == "all"
    ask("change", to={"toggle": {"name": "narrative", "on": True}})
    assert w._view["chosen"] == ["narrative"]
    ask("change", to={"toggle": {"name": "narrative", "on": False}})
    assert w.selection.concepts == []


def test_search_is_for_any_part_of_a_text_in_any_case(
    x: Any, w: Any, ask: Asked, news: Any
) -> None:
    texts = list(news["text"])
    for query in ["SANCTION", "anctio", "президент", "颜色", "the o", "thé"]:
        ask("change", to={"query": query})
        expected = [doc for doc, text in enumerate(texts) if query.lower() in _flat(text)]
        assert ask.docs() == [doc for doc in expected if doc in docs_with(x, "*")], query
    ask("change", to={"query": "SANCTION"})
    page = ask("documents", start=0)["documents"][0]
    hits = "".join(piece[0] for piece in page["pieces"] if piece and piece[2])
    assert set(hits.lower().split("sanction")) == {""}


def _flat(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text.lower())


def test_dates_choose_documents(x: Any, w: Any, ask: Asked, news: Any) -> None:
    periods = w._setup["periods"]
    assert periods["freq"] == "week"
    assert sum(periods["documents"]) == len(news) == sum(w._view["bars"])
    ask("change", to={"span": [4, 9]})
    first, last = w.selection.dates
    assert (first, last) == (date(2025, 2, 10), date(2025, 3, 23))
    days = [day.date() for day in news["date"]]
    assert ask.docs() == [doc for doc, day in enumerate(days) if first <= day <= last]
    assert sum(w._view["bars"]) == len(news)
    ask("change", to={"order": "newest"})
    shown = [days[doc] for doc in ask.docs()]
    assert shown == sorted(shown, reverse=True)
    w.select(dates=(date(2025, 2, 12), date(2025, 2, 12)))
    assert w.selection.dates == (date(2025, 2, 10), date(2025, 2, 16))
    w.select(dates=())
    assert w.selection.dates is None


def test_the_most_matches_first(x: Any, w: Any, ask: Asked) -> None:
    w.select(concepts=[COLOR], order="matches")
    found = [len({m[:3] for m in x.filter(COLOR) if m.doc == doc}) for doc in ask.docs()]
    assert found == sorted(found, reverse=True)


def test_matches_and_documents_count_from_the_first_document_of_a_batch() -> None:
    m = sl.PhraseMatcher({"a": ["one"], "b": ["two"]})
    *_, x = m.iter_tag([["one"], ["two", "one two", None]])
    w = x.explore()
    w.select(concepts=["a"])
    assert w.selection.docs.tolist() == [2]
    assert [match[:3] for match in w.matches] == [(2, 0, 3)]
    assert Asked(w)("document", doc=2, whole=True)["document"]["doc"] == 2


def test_no_matches_at_all() -> None:
    w = sl.PhraseMatcher(["x"]).tag(["nothing", None]).explore()
    ask = Asked(w)
    assert ask.docs() == []
    assert ask("concepts", opened=[], find="", limits={})["rows"] == []
    assert len(w.matches) == 0


# -- What is shown ------------------------------------------------------------------------------


def text_of(document: dict[str, Any]) -> str:
    return "".join(piece[0] if piece else "…" for piece in document["pieces"])


def marked(document: dict[str, Any], number: str) -> str:
    return "".join(p[0] for p in document["pieces"] if p and int(number) in p[1])


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_marks_cover_their_matches(news: Any, offsets: Any) -> None:
    m = sl.PhraseMatcher(sl.datasets.load_gazetteer())
    x = m.tag(news["text"], offsets=offsets, overlap="all")
    ask = Asked(x.explore())
    chars = m.tag(news["text"], overlap="all")
    for doc, text in enumerate(news["text"]):
        shown = ask("document", doc=doc, whole=True)["document"]
        assert text_of(shown).replace("\ufffd", "") == "".join(
            t for t, c in zip(text, text_of(shown), strict=True) if c != "\ufffd"
        )
        expected = {(match.concept, match.text) for match in chars if match.doc == doc}
        found = {
            (concept, marked(shown, number))
            for number, mark in shown["marks"].items()
            for concept in [line.split(" → ")[1] for line in mark["title"].split("\n")]
        }
        clean = {(concept, t) for concept, t in expected if "\ufffd" not in t}
        assert clean <= found or "\ufffd" in text_of(shown)


def test_matches_that_cross_keep_their_order_inside_each_other() -> None:
    m = sl.PhraseMatcher(["New York Stock", "York", "Stock Exchange"])
    ask = Asked(m.tag(["at New York Stock Exchange."], overlap="all").explore())
    pieces = ask("document", doc=0, whole=False)["document"]["pieces"]
    assert pieces == [
        ["at ", [], 0],
        ["New ", [0], 0],
        ["York", [0, 1], 0],
        [" ", [0], 0],
        ["Stock", [0, 2], 0],
        [" Exchange", [2], 0],
        [".", [], 0],
    ]


def test_long_texts_are_cut_around_what_is_chosen() -> None:
    text = "Paris " + "word " * 2_000 + "Berlin " + "word " * 2_000
    w = sl.PhraseMatcher(["Paris", "Berlin"]).tag([text]).explore()
    ask = Asked(w)
    assert text_of(ask("documents", start=0)["documents"][0]).startswith("Paris word")
    w.select(concepts=["Berlin"])
    shown = ask("documents", start=0)["documents"][0]
    assert "Berlin" in text_of(shown)
    assert "Paris" not in text_of(shown)
    assert len(text_of(shown)) < 400
    assert shown["cut"]
    assert text_of(ask("document", doc=0, whole=True)["document"]) == text
    w.select(concepts=[], query="word word B")
    assert "Berlin" in text_of(ask("documents", start=0)["documents"][0])


def test_what_would_turn_the_page_round_is_replaced() -> None:
    ask = Asked(sl.PhraseMatcher(["NATO"]).tag(["a\u202eb NATO \x00 <b>"]).explore())
    shown = ask("documents", start=0)["documents"][0]
    assert text_of(shown) == "a\ufffdb NATO \ufffd <b>"


def test_keywords_in_context(x: Any, w: Any, ask: Asked, news: Any) -> None:
    for concept in (COLOR, "person"):
        lines = ask.lines(concept)
        pattern = concept if concept == COLOR else "person/*"
        spans = dict.fromkeys(match[:3] for match in x.filter(pattern))
        assert [line["doc"] for line in lines] == [doc for doc, _, _ in spans]
        for line, (doc, start, end) in zip(lines, spans, strict=True):
            text = news["text"][doc]
            assert line["match"].split() == text[start:end].replace("\u202e", "\ufffd").split()
            assert line["title"] == news["title"][doc]
    w.select(query="sanction")
    assert {line["doc"] for line in ask.lines(COLOR)} <= set(w.selection.docs.tolist())


def test_titles_and_ids_head_documents(news: Any, x: Any) -> None:
    heading = Asked(x.explore())("documents", start=0)["documents"][0]
    assert heading["title"] == news["id"][0]
    titles = [None, *news["title"][1:]]
    documents = Asked(x.explore(titles=titles))("documents", start=0)["documents"]
    assert [one["title"] for one in documents[:2]] == [news["id"][0], news["title"][1]]


def test_strings_are_searched_wherever_they_lie() -> None:
    texts = ["ascii NATO", "Latin: É, NATO", "кириллица NATO", "\U0001f600 NATO", None, "nowhere"]
    pytest.importorskip("pyarrow")
    import pyarrow as pa

    for column in (texts, pa.array(texts)):
        core = sl.PhraseMatcher(["NATO"]).tag(column)._core
        assert list(core.search("nat")) == [1, 1, 1, 1, 0, 0]
        assert list(core.search("é")) == [0, 1, 0, 0, 0, 0]
        assert list(core.search("ЛИЦА n")) == [0, 0, 1, 0, 0, 0]
        with pytest.raises(ValueError, match="nothing but white space"):
            core.search(" \n")


def test_matches_are_picked_by_document_and_concept() -> None:
    core = sl.PhraseMatcher(["a", "b"]).tag(["a b", "b", "a"])._core
    assert [row[:2] for row in core.pick(bytes([0, 1, 1]))] == [(1, 0), (2, 0)]
    assert [row[0] for row in core.pick(None, {"b"})] == [0, 1]
    assert len(core.pick()) == 4
    with pytest.raises(ValueError, match="docs has 2 rows for 3 texts"):
        core.pick(bytes(2))


# -- Faults -------------------------------------------------------------------------------------


def test_faults_are_told_where_they_were_asked_for(w: Any, ask: Asked) -> None:
    assert "no match of the concept 'x/y'" in ask("change", to={"chosen": ["x/y"]})["error"]
    assert "TypeError" in ask("change", to={"query": 7})["error"]
    assert ask("documents")["error"]
    assert "error" in ask("nonsense")
    assert w.selection.query == ""


def test_a_fault_changes_nothing(w: Any) -> None:
    w.select(concepts=[COLOR])
    with pytest.raises(ValueError, match="no match of the concept"):
        w.select(concepts=["nobody"], query="x")
    assert w.selection.concepts == [COLOR]
    with pytest.raises(TypeError, match="list of concepts"):
        w.select(concepts=COLOR)
    with pytest.raises(ValueError, match="order must be one of"):
        w.select(order="best")
    with pytest.raises(ValueError, match="the first and the last day"):
        w.select(dates=("2025-01-01",))


def test_after_detach() -> None:
    x = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO", "EU"])
    ask = Asked(x.explore())
    x.detach()
    assert "detached" in ask("documents", start=0)["error"]
    assert "detached" in ask("change", to={"query": "x", "chosen": ["EU"]})["error"]
    assert ask.widget.selection.concepts == []
    assert ask.widget.selection.docs.tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"let go by detach\(\)"):
        x.explore()


@pytest.mark.parametrize("missing", ["anywidget", "numpy"])
def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    x = sl.PhraseMatcher(["NATO"]).tag(["NATO"])
    whole = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == missing:
            raise ImportError(name)
        return whole(name, *rest, **more)

    monkeypatch.setitem(__import__("sys").modules, missing, None)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=rf"explore\(\) needs {missing}: `pip install {missing}`"):
        x.explore()


def test_bad_arguments(x: Any, news: Any) -> None:
    with pytest.raises(ValueError, match="there are 2 titles for 66 texts"):
        x.explore(titles=["a", "b"])
    with pytest.raises(TypeError, match="titles must be a column, not str"):
        x.explore(titles="title")
    with pytest.raises(ValueError, match="freq needs dates"):
        x.explore(freq="day")
    with pytest.raises(ValueError, match="height"):
        x.explore(height="tall")
    with pytest.raises(ValueError, match="there are no dates"):
        x.explore().select(dates=(date(2025, 1, 1), date(2025, 2, 1)))


def test_dates_are_read_as_for_the_timeline(x: Any, news: Any) -> None:
    days = [day.date() for day in news["date"]]
    for dates in (news["date"], days, [day.isoformat() for day in days]):
        w = x.explore([None, *dates[1:]], freq="month")
        assert w._setup["periods"]["names"][0] == "2025-01"
        assert sum(w._setup["periods"]["documents"]) == 65
        w.select(dates=("2025-02-01", "2025-03-01"))
        assert w.selection.dates == (date(2025, 2, 1), date(2025, 3, 31))
        assert {days[doc].month for doc in w.selection.docs} == {2, 3}
    quarters = x.explore(news["date"], freq="quarter")._setup["periods"]["names"]
    assert quarters == ["2025-01", "2025-04", "2025-07", "2025-10"]
    late = x.explore([f"{day}T23:30:00-05:00" for day in days], freq="day", tz="UTC")
    assert late._setup["periods"]["names"][0] == str(min(days) + timedelta(1))
    with pytest.raises(ValueError, match="there are 2 dates for 66 texts"):
        x.explore(days[:2])
    with pytest.raises(ValueError, match="freq must be one of"):
        x.explore(days, freq="hour")
    with pytest.raises(ValueError, match="no date at all"):
        x.explore([None] * 66)


def test_the_guide_runs() -> None:
    names: dict[str, Any] = {}
    blocks = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs" / "explore.md").read_text("utf-8"), re.S
    )
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)
    assert names["w"].selection.docs.tolist()[:3] == [34, 51, 12]  # The newest first.


# -- Size ---------------------------------------------------------------------------------------


def test_a_hundred_thousand_documents_answer_at_once() -> None:
    """Bounds are far above what it takes (see docs/explore.md), since machines are busy."""
    rng = random.Random(0)
    names = [f"name{number}" for number in range(300)]
    filler = "the quick brown fox jumps over a lazy dog and goes home " * 5
    texts = [filler + " ".join(rng.choices(names, k=10)) for _ in range(100_000)]
    gazetteer = {f"b{number % 7}": {} for number in range(7)}
    for number, name in enumerate(names):
        gazetteer[f"b{number % 7}"][name] = [name]
    x = sl.PhraseMatcher(gazetteer).tag(texts)
    assert len(x) == 1_000_000
    day = date(2020, 1, 1)
    dates = [day + timedelta(rng.randrange(1_000)) for _ in texts]
    w = x.explore(dates)
    ask = Asked(w)
    took: dict[str, float] = {}

    def timed(name: str, *given: Any, **content: Any) -> None:
        started = time.perf_counter()
        answer = ask(*given, **content)
        took[name] = time.perf_counter() - started
        assert "error" not in answer

    timed("tick", "change", to={"toggle": {"name": "b1/name1", "on": True}})
    timed("tick branch", "change", to={"toggle": {"name": "b2", "on": True}})
    timed("every", "change", to={"every": True})
    timed("search", "change", to={"query": "Lazy Dog", "chosen": [], "every": False})
    timed("search for what is nowhere", "change", to={"query": "zebra"})
    timed("brush", "change", to={"query": "", "span": [3, 20]})
    timed("concepts", "concepts", opened=["b1", "b2"], find="", limits={})
    timed("page", "documents", start=0)
    ask("change", to={"span": None, "order": "matches"})
    timed("last page", "documents", start=w._view["documents"] - 15)
    timed("contexts", "contexts", concept="b3", start=[0, 0])
    timed("later contexts", "contexts", concept="b3", start=[9_000, 0])
    print({name: f"{1000 * seconds:.0f} ms" for name, seconds in took.items()})
    assert max(took.values()) < 2


def test_titles_that_are_missing():
    x = sl.PhraseMatcher(["Xi"]).tag(pd.Series(["Xi", "Xi"]))
    titles = pd.Series(["a", pd.NA], dtype="string")
    assert x.explore(titles=titles).selection.docs.tolist() == [0, 1]


# -- What is shown of names, and without a kernel -------------------------------------------------


def test_names_are_shown_without_what_would_disturb_the_page() -> None:
    name = "p\u202er\x00/a\u2066b"
    ask = Asked(sl.PhraseMatcher({name: ["NATO"]}).tag(["NATO"]).explore())
    branch, concept = ask("concepts", opened=["p\u202er\x00"], find="", limits={})["rows"]
    assert (branch["label"], branch["path"]) == ("p\ufffdr\ufffd",) * 2
    assert (concept["label"], concept["path"]) == ("a\ufffdb", "p\ufffdr\ufffd/a\ufffdb")
    # What it is asked for by stays as it is.
    assert concept["name"] == name
    (found,) = ask("concepts", opened=[], find="a", limits={})["rows"]
    assert found["label"] == "p\ufffdr\ufffd/a\ufffdb"
    answer = ask("contexts", concept=name, start=[0, 0])
    assert (answer["concept"], answer["matches"]) == ("p\ufffdr\ufffd/a\ufffdb", 1)
    assert answer["lines"][0]["concept"] == "p\ufffdr\ufffd/a\ufffdb"


def test_the_static_view_stands_in_where_there_is_no_kernel(w: Any, x: Any) -> None:
    assert w._repr_html_() == x._repr_html_()
    w.select(concepts=["narrative/color-revolution"])
    assert w._repr_html_() == w.matches._repr_html_() != x._repr_html_()


def test_exported_notebooks_show_the_static_view() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    nbconvert = pytest.importorskip("nbconvert")
    source = (
        "import slugline as sl\nsl.PhraseMatcher(['NATO']).tag(['<script>NATO</script>']).explore()"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    # As JupyterLab saves a notebook, unless it is told to keep the state of widgets.
    client = nbclient.NotebookClient(notebook, timeout=120, store_widget_state=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Of the kernel's own.
        client.execute()
        html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    (output,) = [one for one in notebook.cells[0].outputs if "data" in one]
    assert "application/vnd.jupyter.widget-view+json" in output["data"]
    assert "&lt;script&gt;" in output["data"]["text/html"]
    assert "widget-view" not in html
    assert html.count("</mark>") == output["data"]["text/html"].count("</mark>") == 2


def test_what_is_searched_for_is_text(w: Any) -> None:
    with pytest.raises(ValueError, match="query has a lone surrogate"):
        w.select(query="\ud800")
    with pytest.raises(TypeError, match="query must be text, not int"):
        w.select(query=5)


def test_dates_and_titles_have_the_index_of_the_texts() -> None:
    pandas = pytest.importorskip("pandas")
    x = sl.PhraseMatcher(["a"]).tag(pandas.Series(["a", "a"]))
    for name in ("dates", "titles"):
        column = pandas.Series(["2022-01-01", "2022-01-02"], index=[1, 0])
        with pytest.raises(ValueError, match=f"{name} has another index than the texts"):
            x.explore(**{name: column})
