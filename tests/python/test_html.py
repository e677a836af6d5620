"""What notebooks show: nothing of a text or gazetteer may become markup."""

import random
from html.parser import HTMLParser

import pytest

import slugline as sl
from slugline._html import Span, mark

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)",
    "</mark></div><h1>x",
    "&lt;b&gt; &amp;amp;",
    "<!-- ",
    "]]>",
]


class Reader(HTMLParser):
    """Reads the text, marks and attributes, and checks that elements nest."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.text, self.titles, self.marks = [], set(), "", [], []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style", "title", "dir"}
        self.open.append(tag)
        if tag == "mark":
            self.titles.append(dict(attrs)["title"])
            self.marks.append(len(self.text))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    assert reader.tags <= {"div", "p", "b", "mark", "code"}
    return reader


@pytest.mark.parametrize("evil", HOSTILE)
def test_nothing_breaks_out(evil):
    gaz = sl.Gazetteer(boundary="none").add(evil, f"{evil}/{evil}").add("NATO", evil)
    text = f"a {evil} b NATO {evil}"
    page = read(sl.PhraseMatcher(gaz).tag([text], ids=[evil])._repr_html_())
    assert text in page.text
    assert f"{evil} → {evil}/{evil}" in page.titles
    assert "script" not in page.tags


def test_control_characters_and_surrogates():
    text = "\x00\x1b[31m NATO \ud800 \u202e NATO \ufffe\x9b"
    html = sl.PhraseMatcher(["NATO"]).tag([text], errors="replace")._repr_html_()
    html.encode("utf-8")
    assert not any(c in html for c in "\x00\x1b\ud800\u202e\ufffe\x9b")
    assert len(read(html).marks) == 2


def test_texts_run_in_their_own_direction():
    html = sl.PhraseMatcher(["الصين"]).tag(["في الصين اليوم"])._repr_html_()
    assert 'dir="auto"' in html


def test_five_documents_that_have_matches():
    texts = ["nothing", *[f"story {i} of NATO" for i in range(9)]]
    page = read(sl.PhraseMatcher(["NATO"]).tag(texts)._repr_html_())
    assert len(page.marks) == 5
    assert "story 4" in page.text
    assert "story 5" not in page.text
    assert "nothing" not in page.text
    assert "9 in 10 texts" in page.text


def test_nothing_found():
    assert "0 in 1 text" in read(sl.PhraseMatcher(["NATO"]).tag("no")._repr_html_()).text


def test_long_texts_are_shortened_around_matches():
    filler = "lorem ipsum " * 1000
    text = f"{filler}NATO {filler}the EU {filler}"
    page = read(sl.PhraseMatcher(["NATO", "EU"]).tag(text)._repr_html_())
    assert len(page.text) < 2_300
    assert len(page.marks) == 2
    assert "…" in page.text
    crowded = read(sl.PhraseMatcher(["NATO"]).tag("NATO " * 5000)._repr_html_())
    assert len(crowded.text) < 2_300
    assert "more places" in crowded.text
    huge = sl.PhraseMatcher(["a" * 5000]).tag("a" * 5000)._repr_html_()
    assert len(read(huge).text) < 2_300


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_marks_stand_where_the_matches_are(offsets):
    text = "\U0001f600é中 NATO \U0001f600 EU é"
    page = read(sl.PhraseMatcher(["NATO", "EU"]).tag(text, offsets=offsets)._repr_html_())
    assert [page.text[at:].split()[0] for at in page.marks] == ["NATO", "EU"]


def test_several_phrases_of_one_span_share_a_mark():
    m = sl.PhraseMatcher({"a": ["NATO"], "b": ["nato"]})
    page = read(m.tag("NATO")._repr_html_())
    assert page.titles == ["NATO → a; nato → b"]


def test_spans_that_cross_still_nest():
    random.seed(3)
    text = "abcdefghijklmnopqrstuvwxyz<&>"
    for _ in range(500):
        ends = [sorted(random.sample(range(len(text) + 1), 2)) for _ in range(random.randint(0, 6))]
        spans = [Span(a, b, [f"{a}-{b}"]) for a, b in sorted(ends, key=lambda s: (s[0], -s[1]))]
        html, shown = mark(text, spans)
        assert shown == len(spans)

        class Cover(Reader):
            def __init__(self):
                super().__init__()
                self.stack, self.covers = [], []

            def handle_starttag(self, tag, attrs):
                super().handle_starttag(tag, attrs)
                self.stack.append(dict(attrs)["title"])

            def handle_endtag(self, tag):
                super().handle_endtag(tag)
                self.stack.pop()

            def handle_data(self, data):
                super().handle_data(data)
                self.covers += [sorted(self.stack)] * len(data)

        reader = Cover()
        reader.feed(html)
        reader.close()
        assert reader.text == text
        assert reader.covers == [
            sorted(span.titles[0] for span in spans if span.start <= i < span.end)
            for i in range(len(text))
        ]
