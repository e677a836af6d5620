"""Charts: what they show and say, that they stay small, and that they save without a browser."""

import json
import math
import re
import struct
import sys
from datetime import date, datetime, timedelta
from xml.etree import ElementTree

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slugline as sl
from slugline._colours import colours_of
from slugline.plot import _layout
from slugline.plot._concepts import concepts_chart
from slugline.plot._cooccurrence import cooccurrence_chart
from slugline.plot._dispersion import dispersion_chart
from slugline.plot._network import network_chart
from slugline.plot._parts import labels_of
from slugline.plot._timeline import timeline_chart

alt = pytest.importorskip("altair")

SCRIPTS = {
    "person": {"Владимир Путин": ["Путин"], "習近平": ["習近平"]},
    "org": {"حلف شمال الأطلسي": ["الناتو"], "NATO": ["NATO"]},
    "place": {"ประเทศไทย": ["ไทย"], "Ελλάδα": ["Ελλάδα"]},
}
TEXTS = [
    "Путин о NATO",
    "習近平 and NATO and NATO",
    "الناتو و Путин",
    None,
    "ไทย, Ελλάδα, NATO",
    "nothing here",
]
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


@pytest.fixture(scope="module")
def x():
    return sl.PhraseMatcher(sl.Gazetteer.from_dict(SCRIPTS)).tag(TEXTS)


def counts_frame(concepts):
    return {
        "concept": [f"branch {at % 3}/concept {at}" for at in range(concepts)],
        "matches": [2 * (concepts - at) for at in range(concepts)],
        "documents": [concepts - at for at in range(concepts)],
    }


def pairs_frame(concepts):
    names = counts_frame(concepts)["concept"]
    pairs = [(a, b) for a in range(concepts) for b in range(a + 1, concepts) if (a + b) % 4]
    npmi = [math.sin(a * 7 + b) for a, b in pairs]
    return {
        "concept_a": [names[a] for a, _ in pairs],
        "concept_b": [names[b] for _, b in pairs],
        "documents": [1 + (a + b) % 9 for a, b in pairs],
        "expected": [1.5] * len(pairs),
        "pmi": [3 * value for value in npmi],
        "npmi": npmi,
        "log_likelihood": [abs(value) * 10 for value in npmi],
    }


def timeline_frame(concepts, periods, first=date(2025, 1, 1)):
    names = counts_frame(concepts)["concept"]
    days = [first + timedelta(days=at) for at in range(periods)]
    return {
        "period": [day for day in days for _ in names],
        "concept": names * periods,
        "matches": [(at * 5) % 7 for at in range(periods * concepts)],
        "documents": [(at * 5) % 7 // 2 for at in range(periods * concepts)],
    }


def values(chart):
    """Return the rows of all of a chart's tables, in the order in which they are drawn."""
    spec = chart.to_dict()
    tables = [part["data"]["name"] for part in [spec, *spec.get("layer", [])] if "data" in part]
    return [row for name in dict.fromkeys(tables) for row in spec["datasets"][name]]


def notes(chart):
    return " ".join(chart.to_dict()["title"].get("subtitle", []))


def save(chart, folder):
    """Save a chart as PNG and SVG; return the PNG's size and the SVG's writing."""
    chart.save(folder / "chart.png")
    chart.save(folder / "chart.svg")
    png = (folder / "chart.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    size = struct.unpack(">II", png[16:24])
    root = ElementTree.parse(folder / "chart.svg").getroot()
    return size, [text for text in root.itertext() if text.strip()]


@pytest.mark.parametrize("library", FRAMES)
def test_charts_are_made_of_frames_of_any_library(library):
    frame = FRAMES[library]
    assert values(concepts_chart(frame(counts_frame(3))))[0]["value"] == 3
    assert len(values(cooccurrence_chart(frame(pairs_frame(3))))) == 2 * 3
    assert values(network_chart(frame(pairs_frame(5)), frame(counts_frame(5))))
    rows = values(timeline_chart(frame(timeline_frame(2, 4)), freq="day"))
    assert {row["from"] for row in rows} <= {f"2025-01-0{day}T00:00:00" for day in (1, 2, 3, 4)}


def test_bars_are_the_counts_in_their_order(x):
    chart = x.plot.concepts(value="matches")
    counted = x.counts(frame="polars").sort(["matches", "concept"], descending=[True, False])
    rows = values(chart)
    assert [(row["name"], row["value"]) for row in rows] == [
        (concept, matches) for concept, matches, _ in counted.rows()
    ]
    assert rows[0]["label"] == "NATO"
    assert rows[0]["written"] == "4"
    assert notes(chart) == ""


def test_what_is_left_out_is_said():
    chart = concepts_chart(pd.DataFrame(counts_frame(134)), top=20)
    assert len(values(chart)) == 20
    assert notes(chart) == "The 20 most frequent of 134 concepts; 114 left out"
    assert "left out" not in notes(concepts_chart(pd.DataFrame(counts_frame(20)), top=20))
    assert "of 40 concepts; 32 left out" in notes(
        timeline_chart(pd.DataFrame(timeline_frame(40, 3)), freq="day")
    )
    assert "20 of 30 concepts most often found with others; 10 left out" in notes(
        cooccurrence_chart(pd.DataFrame(pairs_frame(30)))
    )
    network = network_chart(
        pd.DataFrame(pairs_frame(50)), pd.DataFrame(counts_frame(50)), top=30, min_documents=3
    )
    assert "of 50 concepts: of the 30 most frequent, those that a line reaches" in notes(network)
    assert "3 documents or more" in notes(network)


def test_a_branch_has_one_colour_everywhere(x):
    strong = {branch: colour.strong for branch, colour in colours_of(x.concepts).items()}
    bars = x.plot.concepts().to_dict()["layer"][0]["encoding"]
    marks = x.plot.dispersion(top=1).to_dict()["encoding"]
    for encoding in (bars, marks):
        scale = encoding["color"]["scale"]
        shown = dict(zip(scale["domain"], scale["range"], strict=True))
        assert shown.items() <= strong.items()
    assert len(bars["color"]["scale"]["domain"]) == len(strong)
    assert len(marks["color"]["scale"]["domain"]) == 1
    phrases = x.plot.concepts(by="phrase").to_dict()["layer"][0]["encoding"]
    assert "scale" not in phrases["color"]


def test_names_are_short_where_they_can_be():
    labels = labels_of(["place/country/Georgia", "place/us/Georgia", "org/AC\\/DC", "a/b", "c"])
    assert labels["place/country/Georgia"] == "place/country/Georgia"
    assert labels["place/us/Georgia"] == "place/us/Georgia"
    assert labels["org/AC\\/DC"] == "AC/DC"
    assert labels["a/b"] == "b"
    assert labels["c"] == "c"
    assert len(set(labels_of(["x", "y/x", "z/x", "x/"]).values())) == 4


def test_dispersion_tells_where_in_the_corpus(x):
    chart = x.plot.dispersion()
    nato = [row for row in values(chart) if row["name"] == "org/NATO"]
    assert [(row["from"], row["to"], row["matches"]) for row in nato] == [
        (0, 1, 1),
        (1, 2, 2),
        (4, 5, 1),
    ]
    assert {row["documents"] for row in nato} == {1}
    merged = x.plot.dispersion(slices=2, value="documents")
    nato = [row for row in values(merged) if row["name"] == "org/NATO"]
    assert [(row["from"], row["to"], row["documents"]) for row in nato] == [(0, 3, 2), (3, 6, 1)]
    assert notes(merged) == "A mark is 3 documents"


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_dispersion_tells_where_in_the_texts(offsets):
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO", "Nato"]}})
    texts = ["NATO" + " 𝄞ж" * 12, "ж" * 36 + " NATO", None, "𝄞ж " * 5 + "NATO" + " 𝄞ж" * 5]
    x = m.tag(texts, offsets=offsets)
    rows = values(x.plot.dispersion(along="texts", slices=10))
    assert sorted(row["from"] for row in rows) == [0, 50, 90]
    assert rows[0]["from"] == 0
    assert rows[-1]["from"] == 90
    assert {row["matches"] for row in rows} == {1}
    one = values(x.plot.dispersion(doc=1, slices=10))
    assert len(one) == 1
    assert one[0]["to"] == x.plot.dispersion(doc=1).to_dict()["encoding"]["x"]["scale"]["domain"][1]
    with pytest.raises(IndexError, match="no document 4"):
        x.plot.dispersion(doc=4)


def test_dispersion_of_many_matches_stays_small():
    m = sl.PhraseMatcher(["NATO", "EU"])
    x = m.tag(["NATO EU NATO"] * 30_000)
    chart = x.plot.dispersion()
    assert len(values(chart)) == 2 * 200
    assert sum(row["matches"] for row in values(chart)) == len(x)
    assert len(json.dumps(chart.to_dict())) < 100_000


def test_bars_of_a_timeline_span_their_periods():
    first = date(2024, 12, 1)
    frame = pd.DataFrame(
        {
            "period": pd.to_datetime([first, date(2025, 1, 1), date(2025, 2, 1)] * 2),
            "concept": ["a/x"] * 3 + ["b/y"] * 3,
            "matches": [4, 0, 6, 0, 0, 0],
            "documents": [2, 0, 3, 0, 0, 0],
        }
    )
    chart = timeline_chart(frame, freq="month")
    rows = values(chart)
    assert [(row["from"], row["to"], row["documents"]) for row in rows] == [
        ("2024-12-01T00:00:00", "2025-01-01T00:00:00", 2),
        ("2025-02-01T00:00:00", "2025-03-01T00:00:00", 3),
    ]
    assert rows[0]["when"] == "2024-12"
    encoding = chart.to_dict()["encoding"]
    # The row of a concept without matches is there, and so are the periods without.
    assert encoding["row"]["sort"] == ["x", "y"]
    assert encoding["x"]["scale"]["domain"][1]["month"] in (3, "mar")


def test_periods_may_be_of_any_type():
    for periods in (
        [date(2025, 1, 6), date(2025, 1, 13)],
        [datetime(2025, 1, 6), datetime(2025, 1, 13)],
        ["2025-01-06", "2025-01-13"],
        list(pd.to_datetime(["2025-01-06", "2025-01-13"], utc=True)),
    ):
        frame = pa.table(
            {"period": periods, "concept": ["a", "a"], "matches": [1, 1], "documents": [1, 1]}
        )
        rows = values(timeline_chart(frame, freq="week"))
        assert rows[1]["from"] == "2025-01-13T00:00:00"
        assert rows[1]["to"] == "2025-01-20T00:00:00"


def test_a_normalised_timeline_shows_what_was_asked_for():
    frame = pd.DataFrame({**timeline_frame(2, 3), "per_million_words": [1.5] * 6})
    chart = timeline_chart(frame, freq="day")
    assert chart.to_dict()["encoding"]["y"]["field"] == "per_million_words"
    assert "per million words by day" in chart.to_dict()["title"]["text"]


def test_heat_maps_are_symmetric_and_without_a_diagonal():
    rows = values(cooccurrence_chart(pd.DataFrame(pairs_frame(6))))
    found = {(row["one"], row["other"]): row["npmi"] for row in rows}
    assert all(found[other, one] == value for (one, other), value in found.items())
    assert all(one != other for one, other in found)


def test_networks_lie_the_same_each_time_and_names_do_not_touch(monkeypatch):
    frames = pd.DataFrame(pairs_frame(60)), pd.DataFrame(counts_frame(60))
    once = network_chart(*frames, top=60).to_dict()
    assert once == network_chart(*frames, top=60).to_dict()
    for without in (None, "networkx"):
        if without:
            monkeypatch.setattr(_layout, "try_import", lambda name: None)
        labels = labels_of(counts_frame(40)["concept"])
        pairs = pairs_frame(40)
        edges = list(
            zip(pairs["concept_a"], pairs["concept_b"], map(abs, pairs["npmi"]), strict=True)
        )
        at = _layout.layout(labels, dict.fromkeys(labels, 5.0), edges, 960, 800)
        assert set(at) == set(labels)
        assert all(0 < px < 960 and 0 < py < 800 for px, py in at.values())
        places = list(at.values())
        touching = sum(
            abs(px - qx) < 60 and abs(py - qy) < 24
            for n, (px, py) in enumerate(places)
            for qx, qy in places[:n]
        )
        assert touching <= 2


def test_names_in_networks_stand_clear_of_large_circles():
    labels = {f"concept {at}": f"concept {at}" for at in range(12)}
    radii = {name: 17.0 if at % 2 else 3.0 for at, name in enumerate(labels)}
    edges = [("concept 0", name, 0.5) for name in list(labels)[1:]]
    places = _layout.layout(labels, radii, edges, 720, 560)
    for one, (x, y) in places.items():
        # The middle of a name, which stands above its circle; heights are counted upwards.
        above = y + radii[one] + 9
        for other, (px, py) in places.items():
            if other != one:
                assert abs(x - px) > radii[other] or abs(above - py) > radii[other]


def test_lines_join_what_is_together_more_often_than_by_chance():
    pairs = pd.DataFrame(pairs_frame(20))
    chart = network_chart(pairs, pd.DataFrame(counts_frame(20)), min_documents=4)
    lines = [row for row in values(chart) if "npmi" in row]
    assert lines
    assert all(line["npmi"] > 0 and line["documents"] >= 4 for line in lines)
    assert len(lines) <= 40
    one = pairs.iloc[[0]].assign(npmi=0.5, documents=1)
    two = pd.DataFrame(counts_frame(2)).assign(
        concept=list(one.iloc[0][["concept_a", "concept_b"]])
    )
    assert (
        len([row for row in values(network_chart(one, two, min_documents=1)) if "npmi" in row]) == 1
    )


@pytest.mark.parametrize("concepts", [1, 100])
def test_all_charts_save_without_a_browser(concepts, tmp_path):
    counts = pd.DataFrame(counts_frame(concepts))
    charts = [
        concepts_chart(counts, top=100),
        timeline_chart(pd.DataFrame(timeline_frame(concepts, 12)), freq="day", top=100),
    ]
    if concepts > 1:
        pairs = pd.DataFrame(pairs_frame(concepts))
        charts += [cooccurrence_chart(pairs, top=100), network_chart(pairs, counts, top=100)]
    for chart in charts:
        (width, height), writing = save(chart, tmp_path)
        assert 200 < width < 2_000
        assert 60 < height < 5_000
        assert "concept 0" in writing
        names = [text for text in writing if text.startswith("concept ")]
        assert len(set(names)) >= 0.9 * concepts


def test_every_script_is_written(x, tmp_path):
    _, writing = save(x.plot.concepts(), tmp_path)
    for branch in SCRIPTS.values():
        assert set(branch) <= set(writing)


def svg_fills(chart, folder):
    chart.save(folder / "chart.svg")
    svg = ElementTree.parse(folder / "chart.svg")
    return {part.get("fill") for part in svg.iter() if part.get("fill")}


def test_charts_go_on(x, tmp_path):
    both = x.plot.concepts() & x.plot.dispersion()
    assert len(both.to_dict()["vconcat"]) == 2
    # Side by side, each keeps the colours of its own branches.
    nato = x.filter("org/*").plot.concepts() & x.filter("place/*").plot.concepts()
    fills = svg_fills(nato.resolve_scale(color="independent"), tmp_path)
    assert {colours_of(x.concepts)[branch].strong for branch in ("org", "place")} <= fills
    assert x.plot.dispersion(title="Mine").to_dict()["title"]["text"] == "Mine"
    assert "background" not in x.plot.dispersion().properties(width=300).to_dict()


def test_altairs_limit_of_rows_hits_nobody():
    frame = pd.DataFrame(timeline_frame(40, 400))
    chart = timeline_chart(frame, freq="day", top=40)
    assert len(values(chart)) > 5_000
    chart.to_json()


def test_hostile_names_are_writing(tmp_path):
    name = 'a/<script>alert("x")</script>&lt;\u202e'
    frame = pd.DataFrame({"concept": [name, "b"], "matches": [1, 1], "documents": [1, 1]})
    concepts_chart(frame).save(tmp_path / "chart.svg")
    svg = (tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "<script" not in svg
    assert ElementTree.fromstring(svg) is not None


def test_nothing_ends_the_script_that_a_page_has_the_chart_in(tmp_path):
    evil = "</script><img src=x onerror=alert(1)><!--<script>"
    gaz = sl.Gazetteer().add("Xi", f"{evil}/a").add("Putin", f"q/{evil}").add("NATO", evil)
    x = sl.PhraseMatcher(gaz).tag(["Xi, Putin, NATO", "Xi, Putin", "Xi"], ids=[evil, "b", "c"])
    charts = [
        x.plot.concepts(title=evil),
        x.plot.concepts(groups=pd.Series([evil, "b", "b"], name=evil)),
        x.plot.timeline(["2025-01-01"] * 3, "day", title=evil),
        x.plot.cooccurrence(title=evil),
        x.plot.dispersion(title=evil),
        x.plot.network(title=evil, min_documents=1),
    ]
    for chart in charts:
        chart.save(tmp_path / "chart.html")
        for page in (
            chart.to_html(),
            (tmp_path / "chart.html").read_text("utf-8"),
            chart._repr_mimebundle_()["text/html"],
        ):
            assert "alert(1)" in page
            assert not re.search("<img|<!--<", page)
            assert page.count("</script") == page.count("<script")


@pytest.mark.parametrize(
    "bad", ["\x00", "\x08\x0b\x0c\x1f", "\ufffe\uffff", "\ud800", "\u202e\u2066"], ids=ascii
)
def test_no_character_ends_the_process(bad, tmp_path):
    names = [f"a{bad}/x{bad}y", f"b/x{bad}y", f"a{bad}{bad}/z"]
    title = f"of {bad}"
    counts = {"concept": names, "matches": [3, 2, 2], "documents": [3, 2, 2]}
    pairs = {key: column[:1] for key, column in pairs_frame(4).items()}
    pairs = {**pairs, "concept_a": names[:1], "concept_b": names[1:2], "npmi": [0.5]}
    dated = {"period": [date(2025, 1, day) for day in (1, 2, 3)], **counts}
    slices = {"concept": names, "slice": [0, 1, 1], "matches": [1, 1, 1], "documents": [1, 1, 1]}
    # Neither pyarrow nor polars can hold a lone surrogate; pandas can, but not in a column's name.
    paper = "paper" if bad == "\ud800" else f"paper{bad}"
    grouped = {paper: [f"le{bad}", f"le{bad}{bad}", "die"], **counts}
    frames = [
        pd.DataFrame(table, dtype=object) for table in (counts, pairs, dated, slices, grouped)
    ]
    charts = [
        concepts_chart(frames[0], title=title),
        cooccurrence_chart(frames[1], title=title),
        network_chart(frames[1], frames[0], title=title, min_documents=1),
        timeline_chart(frames[2], freq="day", title=title),
        dispersion_chart(
            frames[3], slices=2, length=2.0, axis="documents", slice_note="", title=title
        ),
        concepts_chart(frames[4]),
    ]
    for chart in charts:
        chart.save(tmp_path / "chart.png")
        held = json.dumps(chart.to_dict(), ensure_ascii=False)
        assert not [char for char in bad if char in held or json.dumps(char)[1:-1] in held]
    assert charts[0].to_dict()["title"]["text"] == "of " + "\N{REPLACEMENT CHARACTER}" * len(bad)


def test_a_control_character_in_a_phrase_of_a_gazetteer(tmp_path):
    x = sl.PhraseMatcher({"p": {"a\x00b": ["word"]}}).tag(["word"])
    (_, _), writing = save(x.plot.concepts(), tmp_path)
    assert "a\N{REPLACEMENT CHARACTER}b" in writing


def test_concepts_that_look_alike_keep_their_rows(tmp_path):
    names = ["a\x00b", "a\x01b", "a b", "a  b"]
    frame = pd.DataFrame({"concept": names, "matches": [9, 8, 7, 6], "documents": [9, 8, 7, 6]})
    rows = values(concepts_chart(frame))
    bad = "\N{REPLACEMENT CHARACTER}"
    assert [row["label"] for row in rows] == [f"a{bad}b", f"a{bad}b (2)", "a b", "a b (2)"]
    assert len({row["branch"] for row in rows}) == 4
    _, writing = save(concepts_chart(frame), tmp_path)
    assert {row["label"] for row in rows} <= set(writing)
    # A number that another has already is not given again.
    assert len(set(labels_of(["x", "x (2)", "x  (2)", "x ", " x"]).values())) == 5


def test_rates_do_not_choose_what_is_shown():
    frame = pd.DataFrame(
        {
            "period": [date(2025, month, 1) for month in (1, 2, 3) for _ in range(2)],
            "concept": ["rare", "frequent"] * 3,
            "matches": [1, 0, 1, 0, 1, 50],
            "documents": [1, 0, 1, 0, 1, 40],
        }
    )
    for rate, rates in {
        "share_of_documents": [1.0, 0.0, 1.0, None, 0.01, 0.4],
        "per_million_words": [900.0, 0.0, 800.0, None, 7.0, 350.0],
    }.items():
        chart = timeline_chart(frame.assign(**{rate: rates}), freq="month", top=1)
        assert {row["name"] for row in values(chart)} == {"frequent"}
        assert notes(chart) == "The 1 most frequent of 2 concepts; 1 left out"
        groups = frame.rename(columns={"period": "paper"}).assign(**{rate: rates})
        chart = concepts_chart(groups, top=1)
        assert {row["name"] for row in values(chart)} == {"frequent"}


def test_groups_stand_side_by_side(tmp_path):
    x = sl.PhraseMatcher(["NATO", "EU", "UN"]).tag(["NATO", "NATO EU", "EU EU", "UN", "NATO"])
    papers = pd.Series(["Zeit", "Zeit", "Monde", None, "Monde"], name="paper")
    chart = x.plot.concepts(groups=papers, top=2)
    spec = chart.to_dict()
    assert spec["title"]["text"] == "Concepts by documents, by paper"
    assert spec["facet"]["sort"] == ["Monde", "Zeit"]
    rows = [(row["group"], row["name"], row["value"]) for row in values(chart)]
    assert rows == [
        ("Monde", "NATO", 1),
        ("Monde", "EU", 1),
        ("Zeit", "NATO", 2),
        ("Zeit", "EU", 1),
    ]
    _, writing = save(chart, tmp_path)
    assert {"Monde", "Zeit", "NATO", "EU"} <= set(writing)
    shares = x.plot.concepts(groups=papers, normalize="documents")
    assert ("Zeit", "NATO", "100%") in [
        (row["group"], row["name"], row["written"]) for row in values(shares)
    ]
    # What a group has none of is nought there.
    alone = x.plot.concepts(groups=[1, 1, 2, 2, 3])
    assert [row["value"] for row in values(alone) if row["group"] == "3"] == [1, 0, 0]
    many = sl.PhraseMatcher(["NATO"]).tag(["NATO"] * 25)
    with pytest.raises(ValueError, match="groups has 25 groups, and a chart has room for 24"):
        many.plot.concepts(groups=list(range(25)))


def test_bars_show_what_was_asked_for():
    gaz = sl.Gazetteer().add("excellent", "good", weight=2).add("awful", "bad", weight=-3)
    x = sl.PhraseMatcher(gaz).tag(["awful, awful", "excellent"])
    for options, axis, written in (
        ({"normalize": "words"}, "matches per million words", "666,666.7"),
        ({"normalize": "documents"}, "share of documents", "50%"),
        ({"weight": True}, "weight", "2"),
    ):
        chart = x.plot.concepts(**options)
        spec = chart.to_dict()
        assert spec["title"]["text"] == f"Concepts by {axis}"
        assert spec["layer"][0]["encoding"]["x"]["title"] == axis
        assert written in [row["written"] for row in values(chart)]
    assert (
        x.plot.concepts(weight=True, value="matches").to_dict()["title"]["text"].endswith("matches")
    )


def test_where_nothing_is_together_an_error_says_so(x):
    with pytest.raises(ValueError, match=r"no two of the 6 .* together in 1,000 documents or more"):
        x.plot.network(min_documents=1_000)
    apart = sl.PhraseMatcher(["NATO", "EU"]).tag(["NATO", "EU"])
    for chart in (apart.plot.network, apart.plot.cooccurrence):
        with pytest.raises(ValueError, match="no two concepts are found together"):
            chart()
    with pytest.raises(ValueError, match="no matches to plot"):
        x[:0].plot.network()
    for chart in (x.plot.network, x.plot.cooccurrence):
        with pytest.raises(ValueError, match="top must be at least 2, not 1"):
            chart(top=1)


@pytest.mark.parametrize(
    ("freq", "first", "days", "written"),
    [
        ("day", date(2024, 12, 28), 9, {"Dec 28": 1, "2024": 1, "Jan 1": 1, "2025": 1, "Jan 6": 1}),
        ("day", date(2024, 12, 1), 60, {"Dec 2": 1, "2024": 1, "Dec 9": 1, "Jan 6": 1, "2025": 1}),
        ("week", date(2024, 11, 13), 90, {"Nov 11": 1, "2024": 1, "Jan 6": 1, "2025": 1}),
        ("month", date(2025, 1, 3), 70, {"Jan": 1, "2025": 1, "Feb": 1, "Mar": 1}),
        ("month", date(1987, 3, 5), 800, {"Apr": 3, "1987": 1, "Jan": 2, "1988": 1, "1989": 1}),
        ("month", date(1987, 3, 5), 8_000, {"1988": 1, "2008": 1, "1989": 0}),
        ("quarter", date(1987, 3, 5), 900, {"Q1": 3, "1987": 1, "Q2": 3, "1988": 1, "Apr": 0}),
        ("quarter", date(2025, 3, 5), 0, {"Q1": 1, "2025": 1}),
        ("year", date(1987, 3, 5), 2_000, {"1987": 1, "1992": 1, "Jan": 0}),
        ("day", date(9999, 12, 30), 0, {"Dec 30": 1, "9999": 1}),
    ],
)
def test_axes_of_time_show_the_year(freq, first, days, written, tmp_path):
    x = sl.PhraseMatcher(["NATO"]).tag(["NATO"] * 2)
    chart = x.plot.timeline([first, first + timedelta(days=days)], freq, title="")
    _, writing = save(chart, tmp_path)
    assert {text: writing.count(text) for text in written} == written
    assert 1 <= len(chart.to_dict()["encoding"]["x"]["axis"]["values"]) <= 12
    # Whole numbers have none between them.
    assert "0.5" not in writing


def test_marks_are_whole_numbers():
    m = sl.PhraseMatcher(["NATO"])
    short = m.tag(["NATO met."])
    assert notes(short.plot.dispersion(doc=0)) == "A mark is one character"
    assert notes(short.plot.dispersion(doc=0, slices=6)) == "A mark is 1 or 2 characters"
    long = m.tag(["NATO " + "met. " * 347])
    assert notes(long.plot.dispersion(doc=0)) == "A mark is about 9 characters"
    corpus = m.tag(["NATO NATO", *["NATO"] * 1_078])
    chart = corpus.plot.dispersion(slices=10)
    assert notes(chart) == "A mark is about 108 documents"
    legend = chart.to_dict()["encoding"]["opacity"]["legend"]
    assert legend["format"] == ",d"
    assert all(isinstance(value, int) for value in legend["values"])


@pytest.mark.parametrize(("renderer", "kind"), [("png", "image/png"), ("svg", "image/svg+xml")])
def test_charts_show_without_internet(x, renderer, kind):
    with alt.renderers.enable(renderer):
        bundle = x.plot.concepts()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert set(data) == {kind}
    start = data[kind][:4]
    assert start == (b"\x89PNG" if renderer == "png" else "<svg")


def test_mistakes_are_named(x):
    with pytest.raises(ValueError, match=r"value must be one of .*, not 'x'"):
        x.plot.concepts(value="x")
    with pytest.raises(ValueError, match="top must be at least 1, not 0"):
        x.plot.concepts(top=0)
    with pytest.raises(TypeError, match="top must be a whole number, not float"):
        x.plot.concepts(top=2.5)
    with pytest.raises(ValueError, match="slices must be at least 1"):
        x.plot.dispersion(slices=0)
    with pytest.raises(ValueError, match='along must be one of "corpus", "texts"'):
        x.plot.dispersion(along="text")
    with pytest.raises(ValueError, match="no matches to plot"):
        x[:0].plot.concepts()
    with pytest.raises(ValueError, match="no matches to plot"):
        x[:0].plot.dispersion()
    with pytest.raises(ValueError, match="level must be at least 1"):
        x.plot.dispersion(level=0)
    with pytest.raises(TypeError, match="a period must be a date, not int"):
        timeline_chart(
            pa.table({"period": [1], "concept": ["a"], "matches": [1], "documents": [1]})
        )


def test_texts_are_needed_only_for_places_in_them():
    x = sl.PhraseMatcher(["NATO"]).tag(["NATO", "of NATO"])
    x.detach()
    assert len(values(x.plot.dispersion())) == 2
    with pytest.raises(ValueError, match="detached"):
        x.plot.dispersion(along="texts")


def test_without_altair_the_error_says_what_to_install(x, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ImportError, match="pip install altair vl-convert-python"):
        x.plot  # noqa: B018


# These need the tables of `timeline` and `cooccurrence`.


def test_timelines_of_matches(x):
    chart = x.plot.timeline([f"2025-0{month}-11" for month in range(1, 7)], "month")
    nato = [row for row in values(chart) if row["name"] == "org/NATO"]
    assert [(row["when"], row["documents"]) for row in nato] == [
        ("2025-01", 1),
        ("2025-02", 1),
        ("2025-05", 1),
    ]


def test_cooccurrence_of_matches(x):
    rows = values(x.plot.cooccurrence(value="documents"))
    together = {(row["one"], row["other"]) for row in rows if row["documents"]}
    assert ("org/NATO", "person/Владимир Путин") in together
    assert ("org/NATO", "org/حلف شمال الأطلسي") not in together


def test_networks_of_matches(x):
    chart = x.plot.network(min_documents=1)
    circles = {row["name"] for row in values(chart) if "label" in row}
    assert "place/ประเทศไทย" in circles
