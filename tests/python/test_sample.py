"""The bundled sample: what it holds, and matches that were listed by hand."""

import json
from collections import Counter
from importlib.resources import files

import pytest
from support import CASES, read_jsonl

import slugline as sl

ANNOTATED = [
    pytest.param(article, id=article["id"])
    for file in ("sample-latin", "sample-other")
    for article in read_jsonl(CASES / f"{file}.jsonl")
]


def articles():
    """The articles by id, read without the package."""
    found = {}
    for file in ("news-latin", "news-other"):
        text = (files("slugline") / "data" / f"{file}.jsonl").read_text("utf-8")
        found |= {row["id"]: row for row in map(json.loads, text.splitlines())}
    return found


ARTICLES = articles()


def place(text, quote, nth):
    """The span of the nth occurrence of a quote."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return start, start + len(quote)


@pytest.fixture(scope="module")
def matcher():
    return sl.PhraseMatcher(sl.datasets.load_gazetteer())


@pytest.mark.parametrize("listed", ANNOTATED)
def test_matches_listed_by_hand(matcher, listed):
    text = ARTICLES[listed["id"]]["text"]
    expected = [
        (*place(text, quote, nth), phrase, concept)
        for quote, nth, phrase, concept in listed["matches"]
    ]
    found = [(m.start, m.end, m.phrase, m.concept) for m in matcher.tag(text)]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("listed", ANNOTATED)
def test_near_misses_listed_by_hand(matcher, listed):
    text = ARTICLES[listed["id"]]["text"]
    found = {(m.start, m.end, m.phrase) for m in matcher.tag(text)}
    for quote, nth, phrase, reason in listed["near_misses"]:
        assert (*place(text, quote, nth), phrase) not in found, reason


def test_enough_is_listed():
    rows = [param.values[0] for param in ANNOTATED]
    assert len(rows) >= 12
    assert sum(len(row["near_misses"]) for row in rows) >= 20
    languages = {ARTICLES[row["id"]]["lang"] for row in rows}
    assert len(languages & {"ru", "uk", "ar", "zh", "ja", "th"}) >= 4


def test_what_the_sample_holds():
    assert len(ARTICLES) >= 60
    languages = Counter(article["lang"].partition("-")[0] for article in ARTICLES.values())
    assert len(languages) >= 8
    for article in ARTICLES.values():
        assert set(article) == {"id", "date", "source", "lang", "title", "text"}
        # Scripts without spaces have no words to count so.
        words = len(article["text"].split())
        assert words <= 600
        assert words >= 100 or article["lang"] in ("zh", "ja", "th")


def test_what_the_gazetteer_holds():
    gazetteer = sl.datasets.load_gazetteer()
    assert len(gazetteer) >= 150
    assert len(gazetteer.concepts) >= 40
    assert len({concept.partition("/")[0] for concept in gazetteer.concepts}) >= 3
    assert any(entry.concept is None for entry in gazetteer)
    assert any(entry.case == "match" for entry in gazetteer)
    loaded = sl.datasets.load_news()
    assert len(loaded) == len(ARTICLES)
