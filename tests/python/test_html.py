"""What notebooks show: nothing of a text or gazetteer may become markup, nothing may get lost."""

import random
import re
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from html_reader import read
from hypothesis import given, settings
from hypothesis import strategies as st

import slugline as sl
from slugline._html.excerpts import around, whole
from slugline._html.marking import Span, mark
from slugline._html.style import SHEET

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"' onmouseover='alert(1)",
    '"><a href="javascript:alert(1)">x</a>',
    "</mark></p></div><h1>x",
    "</style><style>*{display:none}</style>",
    "</title><body onload=alert(1)>",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &ltscript&gt",
    "autorit&eacut",
    "<!-- ",
    "--><b>",
    "]]>",
    "<![CDATA[x]]>",
    "<?php x ?>",
    "{{7*7}} ${7*7} `x` \\u003cscript\\u003e",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "\u202egnp.exe\u202c \u2067x\u2069",
    "$\\href{javascript:alert(1)}{x}$ [x](javascript:alert(1))",
]


def every_view(evil):
    """Return each view that there is, with a string in every place where one can be."""
    gaz = sl.Gazetteer(boundary="none", affixes=["ab", evil])
    gaz.add(evil, f"{evil}/{evil}", lang=evil, note=evil, weight=2)
    gaz.add("NATO", evil).add("NAT", f"org/{evil}/x").add("NATO", "org", not_before=evil)
    gaz.add(f"{evil} x", None, near=[evil])
    m = sl.PhraseMatcher(gaz)
    text = f"a {evil} b NATO {evil}\n{evil}"
    x = m.tag([text, None, evil], ids=[evil, "1", "2"], overlap="all")
    views = [x._repr_html_(), x.html(0), x.html([2, 1, 0], context=3), x.html(context=1)]
    views += [x.filter("org*")._repr_html_(), x[:0]._repr_html_(), x[::-1].html(0)]
    views += [match._repr_html_() for match in x]
    views += [gaz._repr_html_(), m._repr_html_(), m.gazetteer.filter("*")._repr_html_()]
    pages = [x.html(page=True), x.html(0, page=True)]
    x.detach()
    return [*views, x._repr_html_(), x[0]._repr_html_()], pages


def shown(text):
    """Return a text as it must be seen: what cannot be or must not act replaced."""
    return re.sub(
        "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]", "\ufffd", text
    )


# -- Nothing breaks out -------------------------------------------------------------------------


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_breaks_out(evil):
    views, pages = every_view(evil)
    for html in views:
        read(html)
    for html in pages:
        read(html, page=True)
    text = read(views[0])
    assert shown(f"a {evil} b NATO {evil}") in text.lines
    assert any(shown(evil) in heading for heading in text.headings)
    assert f"{shown(evil)} → {shown(evil)}/{shown(evil)}" in [m.title for m in text.texts]


# Of everything that means something to a browser, and of everything else.
HAZARDS = st.text(
    st.sampled_from("<>&\"'/=!-?[]`\\\r\n\t\x00\x0b\x1b\x85\u2028\u202e\u2067\u200f\ufeff ;#xaצع中")
    | st.characters(exclude_categories=["Cs"]),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(HAZARDS)
def test_nothing_breaks_out_of_any_string(evil):
    try:
        sl.Gazetteer(affixes=[evil]).add(evil, evil).add(evil, f"{evil}/{evil}", near=[evil])
    except ValueError:  # It is no phrase, no concept or no affix.
        return
    views, pages = every_view(evil)
    for html in views:
        read(html)
    for html in pages:
        read(html, page=True)


def test_a_page_allows_no_script_and_fetches_nothing():
    html = sl.PhraseMatcher(["NATO"]).tag(["NATO"]).html(page=True)
    assert html.startswith("<!doctype html>")
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert "url(" not in html
    assert "@import" not in html


def test_control_characters_and_surrogates():
    text = "\x00\x1b[31m NATO \ud800 \u202e NATO \ufffe\x9b"
    html = sl.PhraseMatcher(["NATO"]).tag([text], errors="replace")._repr_html_()
    assert not any(c in html for c in "\x00\x1b\ud800\u202e\ufffe\x9b")
    assert len(read(html).texts) == 2
    odd = sl.matches.Match(0, 0, 3, "a\udc80", "b/\udcff", "\ud800\n\x00")
    read(odd._repr_html_())


def test_the_style_touches_nothing_else():
    rules = re.sub(r"@media\([^{]*\)\{(.*?\})\}", r"\1", SHEET, flags=re.S)
    for selectors in re.findall(r"([^{}]+)\{[^{}]*\}", rules):
        for selector in selectors.strip().split(","):
            assert ".slugline.slugline" in selector, selector
    # The same in every output, so that outputs cannot differ over it.
    assert SHEET in sl.Gazetteer()._repr_html_()
    assert len(SHEET) < 9_000


# -- Nothing gets lost --------------------------------------------------------------------------


def spans_of(ends):
    ends = sorted(set(ends), key=lambda s: (s[0], -s[1]))
    return [Span(a, b, place, [(f"{a}-{b}", f"c{place}")]) for place, (a, b) in enumerate(ends)]


def covers_of(text, spans):
    titles = {id(span): f"{span.told[0][0]} → {span.told[0][1]}" for span in spans}
    return [
        sorted(titles[id(span)] for span in spans if span.start <= i < span.end)
        for i in range(len(text))
    ]


def read_marked(text, spans, windows=None):
    html, whole_ones = mark(text, spans, windows or whole(text))
    return read(f"<div><style>{SHEET}</style>{html}</div>"), whole_ones


def test_spans_that_cross_nest_and_keep_every_character():
    random.seed(3)
    text = "abcdef\nghijk\n\nlmnopqrst\r\nuvwxyz<&>"
    kept = re.sub("\r?\n", "", text)
    at = [i for i, c in enumerate(text) if c not in "\r\n"]
    for _ in range(300):
        ends = [sorted(random.sample(range(len(text) + 1), 2)) for _ in range(random.randint(0, 6))]
        spans = spans_of(map(tuple, ends))
        reader, whole_ones = read_marked(text, spans)
        # Between the two characters of a line break there is nothing to be marked.
        assert whole_ones == sum((span.start, span.end) != (24, 25) for span in spans)
        assert reader.lines == re.split("\r?\n", text)
        assert "".join(reader.lines) == kept
        covers = [cover for line in reader.covers for cover in line]
        expected = covers_of(text, spans)
        assert covers == [expected[i] for i in at]


def test_levels_stand_for_what_lies_within():
    # Outer, middle and inner; one that crosses; one alone.
    spans = spans_of([(0, 20), (0, 10), (2, 5), (8, 24), (30, 33)])
    reader, _ = read_marked("x" * 40, spans)
    assert [span.level for span in spans] == [2, 1, 0, 0, 0]
    crossing = [m for m in reader.texts if m.title.startswith("8-24")]
    assert [len(m.text) for m in crossing] == [2, 10, 4]
    assert ["slg-from" in m.classes for m in crossing] == [False, True, True]
    assert ["slg-goes" in m.classes for m in crossing] == [True, True, False]
    assert {c for m in crossing for c in m.classes if c.startswith("slg-c")} == {"slg-c3"}
    # What it stands for is told once, where it ends.
    assert [m.told for m in crossing] == ["", "", " [c3]"]


def test_matches_of_several_branches_keep_their_colours():
    m = sl.PhraseMatcher({"a": {"x": ["NATO"]}, "b": ["nato"], "c": {"y": ["Nato"], "z": ["nATO"]}})
    marks = read(m.tag("NATO")._repr_html_()).texts
    assert [mark.text for mark in marks] == ["NATO"] * 3
    assert [mark.title for mark in marks] == [
        "NATO → a/x",
        "nato → b",
        "Nato → c/y; nATO → c/z",
    ]
    assert [sorted(mark.classes) for mark in marks] == [
        ["slg-c0", "slg-h2"],
        ["slg-c1", "slg-h1"],
        ["slg-c2"],
    ]
    assert [mark.told for mark in marks] == [" [a/x]", " [b]", " [c/y, c/z]"]


def test_colours_stay_when_matches_are_filtered():
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}, "place": {"China": ["China"]}})
    x = m.tag(["NATO and China"])
    (only,) = read(x.filter("place/*")._repr_html_()).texts
    assert only.classes == {"slg-c1"}
    assert {"slg-key", "slg-c1"} in [mark.classes for mark in read(m._repr_html_()).marks]


def test_matches_without_end_within_each_other():
    text = "a " * 400
    spans = spans_of([(0, 2 * i) for i in range(1, 400)])
    reader, whole_ones = read_marked(text, spans)
    assert whole_ones == 64
    assert reader.lines == [text]
    many = sl.PhraseMatcher({f"c{i}": ["NATO"] for i in range(200)})
    assert "136 more in this text" in read(many.tag("NATO")._repr_html_()).text


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_marks_stand_where_the_matches_are(offsets):
    text = "\U0001f600é中 NATO \U0001f600 EU é"
    x = sl.PhraseMatcher(["NATO", "EU"]).tag(text, offsets=offsets)
    assert [mark.text for mark in read(x._repr_html_()).texts] == ["NATO", "EU"]


# -- Long texts ---------------------------------------------------------------------------------


def test_long_texts_are_cut_around_matches():
    filler = "lorem ipsum " * 1000
    text = f"{filler}NATO {filler}the EU {filler}"
    x = sl.PhraseMatcher(["NATO", "EU"]).tag(text)
    reader = read(x._repr_html_())
    assert sum(map(len, reader.lines)) < 600
    assert [mark.text for mark in reader.texts] == ["NATO", "EU"]
    for line in reader.lines:
        # Not through words.
        assert re.fullmatch(r"… (lorem|ipsum) .* (lorem|ipsum) …", line)
    assert read(x.html(0)).lines == [text]
    short = read(x.html(0, context=10)).lines
    assert short == ["… ipsum NATO lorem …", "… the EU lorem …"]


def test_crowded_and_huge_matches_are_cut_too():
    crowded = read(sl.PhraseMatcher(["NATO"]).tag("NATO " * 5000)._repr_html_())
    assert len(crowded.text) < 2_500
    assert re.search("4,[56][0-9]{2} more in this text", crowded.text)
    huge = sl.PhraseMatcher(["a" * 5000]).tag("a" * 5000)._repr_html_()
    assert len(read(huge).text) < 2_500


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_of_very_many_matches_those_shown_are_all_marked(offsets):
    text = "é NATO and the EU " * 20_000
    m = sl.PhraseMatcher({"a": ["NATO"], "b": ["NATO and", "nato"], "c": ["and"]})
    x = m.tag(text, overlap="all", offsets=offsets)
    reader = read(x._repr_html_())
    (line,) = reader.lines
    assert sum(mark.text == "NATO and" for mark in reader.texts) == line.count("NATO and")
    assert sum(mark.text == "and" for mark in reader.texts) == line.count("and")
    assert [mark.text for mark in read(x[::-1]._repr_html_()).texts][:2] == ["NATO and", "NATO"]


def test_a_cut_takes_no_accents_from_their_letters():
    text = "e\u0301" * 3000
    windows = around(text, [Span(3000, 3002)], context=101)
    assert all(text[w.start] == "e" for w in windows)
    assert all(text[w.end] == "e" for w in windows)


def test_views_stay_small():
    text = "NATO and the EU met. " * 90
    x = sl.PhraseMatcher(["NATO", "EU"]).tag([text] * 500)
    assert len(x._repr_html_()) < 200_000
    assert len(x.html(documents=2)) < 90_000


# -- Directions ---------------------------------------------------------------------------------


def test_lines_run_in_their_own_direction():
    text = "NATO met.\nNATO تجتمع في بروكسل.\n北约 NATO\n — 2024 —\n\nThe word is “الناتو”."
    reader = read(sl.PhraseMatcher(["NATO"]).tag([text])._repr_html_())
    assert reader.lines == text.split("\n")
    assert reader.directions == ["ltr", "rtl", "ltr", "auto", "auto", "ltr"]


def test_a_part_of_a_line_runs_as_its_line():
    filler = "هذا نص طويل عن السياسة " * 200
    for text, way in [
        (f"{filler}NATO met in Rome", "rtl"),
        (f"{'words ' * 500}الناتو {filler}", "ltr"),
    ]:
        reader = read(sl.PhraseMatcher(["NATO", "الناتو"]).tag(text).html(context=2))
        assert reader.directions == [way]
    reader = read(sl.PhraseMatcher(["NATO"]).tag(f"{filler}\nin NATO").html(0, context=1))
    assert reader.directions == ["ltr"]


def test_names_are_isolated():
    html = sl.PhraseMatcher({"منظمة": {"الناتو": ["NATO"]}}).tag(["NATO"], ids=["خبر"]).html()
    assert '<bdi lang="">خبر</bdi>' in html
    assert '<bdi lang="">منظمة</bdi>' in html
    assert '<span class="slg-on" lang=""> [<bdi lang="">منظمة/الناتو</bdi>]</span>' in html


# -- What is shown ------------------------------------------------------------------------------


def test_five_documents_that_have_matches():
    texts = ["nothing", *[f"story {i} of NATO" for i in range(9)]]
    x = sl.PhraseMatcher(["NATO"]).tag(texts, ids=[f"url{i}" for i in range(10)])
    page = read(x._repr_html_())
    assert len(page.lines) == 5
    assert page.headings[:2] == ["Matches 9 in 10 texts", "doc 1 · url1 · 1 match"]
    assert "and 4 more in other texts" in page.text
    assert read(x.html(documents=2)).lines == ["story 0 of NATO", "story 1 of NATO"]
    assert read(x.html(documents=0)).lines == []
    assert read(x.html([9, 0])).lines == ["story 8 of NATO", "nothing"]
    assert read(x.html(np.int64(3))).lines == ["story 2 of NATO"]


def test_the_legend_counts():
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO"], "EU": ["EU"]}, "place": {"China": ["China"]}})
    x = m.tag(["NATO NATO EU", "China", "NATO"])
    rows = re.findall("<tr>.*?</tr>", x._repr_html_())
    texts = [re.sub("<[^>]*>", "|", row) for row in rows]
    cells = [[cell for cell in text.split("|") if cell.strip(" ·")] for text in texts]
    assert cells == [
        ["branch", "matches", "texts", "concepts"],
        ["org", "4", "2", "NATO", "3", "EU", "1"],
        ["place", "1", "1", "China", "1"],
    ]
    (of_one,) = re.findall("<tr>.*?</tr>", x.html(1))[1:]
    assert "place" in of_one
    many = sl.PhraseMatcher([f"w{i}" for i in range(40)])
    text = read(many.tag(" ".join(f"w{i}" for i in range(40)))._repr_html_()).text
    assert "and 28 more branches" in text


def test_documents_that_are_not_there():
    x = sl.PhraseMatcher(["NATO"]).tag(["NATO", None])
    assert "row is null" in read(x.html(1)).text
    for doc in (2, -1, [0, 7]):
        with pytest.raises(IndexError, match="there is no document"):
            x.html(doc)
    for wrong in ("0", 1.5, [None]):
        with pytest.raises(TypeError):
            x.html(wrong)
    with pytest.raises(ValueError, match="documents must not be negative"):
        x.html(documents=-1)
    with pytest.raises(ValueError, match="context must not be negative"):
        x.html(context=-1)
    with pytest.raises(IndexError, match="there are none"):
        sl.PhraseMatcher(["NATO"]).tag([]).html(0)


def test_documents_have_their_numbers_in_batches():
    first, second = sl.PhraseMatcher(["NATO"]).iter_tag([["x", "y"], ["NATO"]])
    with pytest.raises(IndexError, match="no document 0: they are 2 to 2"):
        second.html(0)
    assert read(second.html(2)).headings[1] == "doc 2 · 1 match"
    assert read(first._repr_html_()).texts == []


def test_without_texts():
    x = sl.PhraseMatcher({"org": ["NATO"]}).tag(["to NATO"])
    x.detach()
    reader = read(x._repr_html_())
    assert "let go" in reader.text
    assert "First matches" in reader.text
    with pytest.raises(ValueError, match=r"detach\(\)"):
        x.html(0)


def test_nothing_found():
    assert "0 in 1 text" in read(sl.PhraseMatcher(["NATO"]).tag("no")._repr_html_()).text
    assert "0 in 0 texts" in read(sl.PhraseMatcher([]).tag([])._repr_html_()).text


def test_one_match():
    match = sl.PhraseMatcher({"org": {"NATO": ["nato"]}}).tag(["the NATO summit"])[0]
    reader = read(match._repr_html_())
    assert reader.lines == ["NATO"]
    assert "org/NATO" in reader.text
    assert "4 to 8" in reader.text
    assert repr(match).startswith("Match(doc=0, start=4")


def test_a_gazetteer():
    gaz = sl.Gazetteer(case="smart", affixes="ko")
    gaz.add("NATO", "org/NATO").add("OTAN", "org/NATO", lang="fr", qid="Q7184")
    gaz.add("Xi", "person/China/Xi", case="match").add("Xi'an", None)
    html = gaz._repr_html_()
    text = read(html).text
    for said in ("4 phrases, 2 concepts, 1 exclusion", "smart", "excluded", "qid", "Q7184"):
        assert said in text, said
    assert html.count("<details>") == 4  # All, org, person, person/China.
    # What is as the gazetteer has it is not said of each entry.
    rows = re.findall("<tr>.*?</tr>", html)
    assert "smart" not in "".join(rows)
    assert "match" in next(row for row in rows if ">Xi<" in row)
    assert "0 phrases, 0 concepts" in read(sl.Gazetteer()._repr_html_()).text
    assert "1 exclusion" in read(sl.Gazetteer().add("x", None)._repr_html_()).text


def test_a_matcher():
    m = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}})
    text = read(m._repr_html_()).text
    for said in ("1 phrase, 1 concept", "engine", "memory", "MB", "ignore"):
        assert said in text, said


def test_large_gazetteers_are_cut_and_deep_ones_end():
    gaz = sl.Gazetteer()
    for i in range(3_000):
        gaz.add(f"p{i}", f"b{i % 40}/c{i}")
    gaz.add("deep", "/".join(["x"] * 500))
    html = gaz._repr_html_()
    text = read(html).text
    assert "First 10 of 3,001 phrases" in text
    assert "Concepts of the first 1,000 phrases" in text
    assert "more branches" in text
    assert len(html) < 100_000
    read(sl.Gazetteer().add("deep", "/".join(["x"] * 5000))._repr_html_())


def test_the_example_page_of_the_docs_is_whole():
    docs = (Path(__file__).parents[2] / "docs" / "seeing.md").read_text("utf-8")
    (code,) = re.findall("```python\n(.*?)```", docs, re.S)
    made = {}
    exec(code, made)
    read(made["page"], page=True)


# -- Time ---------------------------------------------------------------------------------------


def best_of(call, rounds=5):
    times = []
    for _ in range(rounds):
        begun = time.thread_time()
        call()
        times.append(time.thread_time() - begun)
    return min(times)


def test_large_gazetteers_and_many_matches_take_no_time():
    numbers = range(200_000)
    phrases = pa.table(
        {
            "phrase": [f"w{i}" for i in numbers],
            "concept": [f"b{i % 12}/s{i % 300}/c{i // 3}" for i in numbers],
        }
    )
    gaz = sl.Gazetteer.from_table(phrases)
    m = sl.PhraseMatcher(gaz)
    text = "\n".join(f"w{i}" for i in range(1000))
    x = m.tag([text] * 1_000)
    assert len(x) == 1_000_000
    # Of the time of the processor, and with room: other things may be running.
    for view in (gaz._repr_html_, m._repr_html_, x._repr_html_):
        assert best_of(view) < 0.2
    assert "of the first 100,000 matches" in x._repr_html_()
