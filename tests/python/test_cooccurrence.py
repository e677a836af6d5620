"""What is found together: by hand, and as pandas counts it."""

import math
import pickle
import random

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_pairs as reference
import regex
from support import POLICIES

import slugline as sl

GAZETTEER = {
    "person": {
        "Xi": ["Xi", "习近平", "Си Цзиньпин"],
        "Putin": ["Putin", "Путин", "普京", "بوتين"],
        "Modi": ["Modi"],
    },
    "place": {"New York": ["New York"], "China": ["China", "中国", "Китай", "الصين"]},
    "org": {"New York Times": ["New York Times"]},
}
NEWS = [
    "Putin met Xi in China. Modi stayed in New York.",
    "Путин прибыл в Китай. Си Цзиньпин встретил его.",
    "普京访问中国。习近平会见普京。",
    "زار بوتين الصين.",
    "The New York Times wrote of Xi; New York slept.",
    "",
    None,
    "Nothing at all. Here.",
    "Modi, Modi, Modi!\nPutin? Xi and Putin and Xi.",
]


def rows(table):
    return pl.DataFrame(table).rows()


def tag(texts, **options):
    return sl.PhraseMatcher(GAZETTEER).tag(texts, **options)


def assert_as_by_hand(x, texts, within, level=None):
    """Compare with the same computed in pandas."""
    frame = reference.frame_of(x, level)
    match within:
        case "doc":
            placed = reference.in_documents(frame, texts)
        case "sentence":
            placed = reference.in_sentences(frame, texts)
        case _:
            placed = reference.in_windows(frame, texts, within)
    expected = reference.cooccurrence(*placed)
    found = pl.DataFrame(x.cooccurrence(within=within, level=level)).to_pandas()
    name = {"doc": "units", "sentence": "sentences"}.get(within, "windows")
    if within == "doc":
        expected = expected.drop(columns="units")
    else:
        expected = expected.rename(columns={"units": name})
    found = found.astype({"concept_a": "object", "concept_b": "object"})
    expected = expected.astype({"concept_a": "object", "concept_b": "object"})
    pd.testing.assert_frame_equal(
        found, expected[found.columns], check_dtype=False, rtol=1e-9, atol=1e-9
    )
    return found


def test_tiny_case_by_hand():
    """Four texts: Putin in 2, Xi in 2, both in 2; Modi in 2, with each of them in 1."""
    m = sl.PhraseMatcher(["Xi", "Putin", "Modi"])
    x = m.tag(["Putin met Xi. Modi did not.", "Xi and Putin", "Modi spoke", "Rain"])
    table = pl.DataFrame(x.cooccurrence())
    assert table.columns == [
        *("concept_a", "concept_b", "documents", "expected", "pmi", "npmi", "log_likelihood")
    ]
    found = {row[:2]: row[2:] for row in table.rows()}
    assert list(found) == [("Putin", "Xi"), ("Modi", "Putin"), ("Modi", "Xi")]
    # Both 2 of 4, where 1 is expected: log2(2 / 1) = 1, divided by -log2(2 / 4) = 1. Cells 2 0 0 2,
    # of which 1 is expected each: 2 (2 ln 2 + 2 ln 2).
    assert found["Putin", "Xi"] == pytest.approx((2, 1.0, 1.0, 1.0, 8 * math.log(2)))
    # 1 where 1 is expected: independent. Cells 1 1 1 1.
    assert found["Modi", "Xi"] == pytest.approx((1, 1.0, 0.0, 0.0, 0.0))


def test_sentences_by_hand():
    """Of 5 sentences, Putin is in 2, Xi in 2, both in 1; a line break ends a sentence."""
    m = sl.PhraseMatcher(["Xi", "Putin"])
    x = m.tag(["Putin met Xi. Putin left!", "Xi\n\nspoke. It rained."])
    table = pl.DataFrame(x.cooccurrence(within="sentence"))
    assert table.columns[2:5] == ["documents", "sentences", "expected"]
    (row,) = table.rows()
    log_likelihood = 2 * (
        math.log(1 / 0.8) + math.log(1 / 1.2) + math.log(1 / 1.2) + 2 * math.log(2 / 1.8)
    )
    pmi = math.log2(1 / 0.8)
    expected = (1, 1, 0.8, pmi, pmi / -math.log2(1 / 5), log_likelihood)
    assert row[:2] == ("Putin", "Xi")
    assert row[2:] == pytest.approx(expected)


def test_windows_by_hand():
    """With one word between: windows of three words, of which a text of six words has four."""
    m = sl.PhraseMatcher(["Xi", "Putin"])
    # Windows: Xi a Putin | a Putin b | Putin b c | b c d; and the whole of a short text.
    x = m.tag(["Xi a Putin b c d", "Xi Putin", "Xi a b Putin", ""])
    table = pl.DataFrame(x.cooccurrence(within=1))
    assert table.columns[2:5] == ["documents", "windows", "expected"]
    (row,) = table.rows()
    # All windows 4 + 1 + 2, with Xi 1 + 1 + 1, with Putin 3 + 1 + 1, with both 1 + 1 + 0.
    assert row[:4] == ("Putin", "Xi", 2, 2)
    assert row[4:6] == pytest.approx((3 * 5 / 7, math.log2(2 / (15 / 7))))
    assert rows(m.tag(["Xi a b Putin"]).cooccurrence(within=1)) == []
    assert len(m.tag(["Xi a b Putin"]).cooccurrence(within=2)) == 1
    assert len(m.tag(["Xi Putin"]).cooccurrence(within=0)) == 1


def test_a_match_of_several_words_is_as_far_as_its_nearest_word():
    m = sl.PhraseMatcher(["New York Stock Exchange", "Xi"])
    for text in ("New York Stock Exchange a Xi", "Xi a New York Stock Exchange"):
        assert len(m.tag([text]).cooccurrence(within=1)) == 1
        assert len(m.tag([text]).cooccurrence(within=0)) == 0


def test_overlapping_matches_are_not_together():
    """The place in the paper's name is there with the paper nowhere but in the third text."""
    texts = ["The New York Times", "New York Times, Xi", "The New York Times of New York", "Xi"]
    x = tag(texts, overlap="all")
    found = {row[:2]: row[2:] for row in rows(x.cooccurrence())}
    # The first two texts are left out of what is counted: of 2 texts 1 has both.
    assert found["org/New York Times", "place/New York"] == pytest.approx((1, 0.5, 1, 1, 2.7725887))
    assert found["person/Xi", "place/New York"][:2] == (1, 1.5)
    assert tag(texts[:1], overlap="all").cooccurrence().empty
    for within in ("sentence", 3):
        assert len(tag(texts[:1], overlap="all").cooccurrence(within=within)) == 0
        assert_as_by_hand(x, texts, within)


def test_one_phrase_of_two_concepts_is_not_together_with_itself():
    m = sl.PhraseMatcher({"country": ["Georgia"], "state": ["Georgia"]})
    for within in ("doc", "sentence", 5):
        assert len(m.tag(["Georgia votes"]).cooccurrence(within=within)) == 0
        assert len(m.tag(["Georgia and Georgia"]).cooccurrence(within=within)) == 1


def test_a_match_over_the_end_of_a_sentence_is_in_both():
    """By UAX #29 a sentence ends within `U.S. Congress`."""
    m = sl.PhraseMatcher(["U.S. Congress", "Xi", "Modi"])
    x = m.tag(["Xi saw the U.S. Congress and Modi."])
    found = [row[:2] for row in rows(x.cooccurrence(within="sentence"))]
    assert found == [("Modi", "U.S. Congress"), ("U.S. Congress", "Xi")]


def test_all_measures_are_finite_in_one_document():
    for within in ("doc", "sentence", 3):
        table = pl.DataFrame(tag(["Xi, Putin"]).cooccurrence(within=within))
        assert table.select(pl.all().exclude("^concept.*$")).row(0)[-4:] == (1.0, 0.0, 0.0, 0.0)
    assert len(tag([]).cooccurrence()) == 0
    assert len(tag([None]).cooccurrence(within="sentence")) == 0
    assert list(tag(["Rain"]).cooccurrence(within=2).columns)[3] == "windows"


@pytest.mark.parametrize("within", ["doc", "sentence", 0, 1, 3, 10, 500])
@pytest.mark.parametrize("overlap", POLICIES)
def test_as_by_hand_in_several_scripts(within, overlap):
    x = tag(NEWS, overlap=overlap)
    assert len(assert_as_by_hand(x, NEWS, within)) > 1
    assert_as_by_hand(x.filter("person/*"), NEWS, within)


def test_a_window_of_any_size_is_a_document_at_most():
    x = tag(NEWS)
    for within in (10**6, 10**30):
        found = pl.DataFrame(x.cooccurrence(within=within))
        columns = ["concept_a", "concept_b", "documents"]
        assert rows(found.select(columns)) == rows(pl.DataFrame(x.cooccurrence()).select(columns))


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
@pytest.mark.parametrize("kind", [list, pa.array, pl.Series])
def test_offsets_and_kinds_of_texts_change_nothing(offsets, kind):
    for within in ("sentence", 3):
        x = tag(kind(NEWS), offsets=offsets)
        assert rows(x.cooccurrence(within=within)) == rows(tag(NEWS).cooccurrence(within=within))


def test_slices_levels_phrases_and_batches():
    x = tag(NEWS)
    assert rows(x[::-1].cooccurrence(within=4)) == rows(x.cooccurrence(within=4))
    assert_as_by_hand(x[3:-4], NEWS, "doc")
    assert_as_by_hand(x[3:-4], NEWS, "sentence")
    for within in ("doc", "sentence", 2):
        assert_as_by_hand(x, NEWS, within, level=1)
    by_phrase = pl.DataFrame(x.cooccurrence("phrase"))
    assert by_phrase.columns[:2] == ["phrase_a", "phrase_b"]
    assert ("Путин", "Си Цзиньпин") in [row[:2] for row in by_phrase.rows()]
    first, second = sl.PhraseMatcher(GAZETTEER).iter_tag([NEWS[:4], NEWS[4:]])
    for within in ("doc", "sentence", 2):
        assert rows(second.cooccurrence(within=within)) == rows(
            tag(NEWS[4:]).cooccurrence(within=within)
        )
    assert rows(first.cooccurrence()) == rows(tag(NEWS[:4]).cooccurrence())


def test_detached_matches_know_their_documents():
    x, y = tag(NEWS), tag(NEWS)
    y.detach()
    assert rows(y.cooccurrence()) == rows(x.cooccurrence())
    assert rows(y[:9].cooccurrence()) == rows(x[:9].cooccurrence())
    for within in ("sentence", 2):
        with pytest.raises(ValueError, match="detached from their texts"):
            y.cooccurrence(within=within)


def test_threads_change_nothing():
    chance = random.Random(5)
    texts = [" ".join(chance.choices(["Xi", "Putin", "Modi", "a", "b."], k=20)) for _ in range(500)]
    m = sl.PhraseMatcher(GAZETTEER)
    for within in ("doc", "sentence", 2):
        one, two = (m.tag(texts, threads=n).cooccurrence(within=within) for n in (1, 2))
        assert rows(one) == rows(two)


def test_frames_are_of_the_kind_asked_for():
    x = tag(pl.Series(NEWS))
    assert isinstance(x.cooccurrence(), pl.DataFrame)
    assert isinstance(x.cooccurrence(frame="pandas"), pd.DataFrame)
    assert isinstance(x.cooccurrence(frame="pyarrow"), pa.Table)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"within": "text"}, ValueError, 'within must be "doc", "sentence" or a number of words'),
        ({"within": -1}, ValueError, "within must be at least 0, not -1"),
        ({"within": True}, TypeError, "within must be a whole number, not bool"),
        ({"within": 2.5}, TypeError, "within must be a whole number, not float"),
        ({"by": "lemma"}, ValueError, "by must be one of"),
        ({"level": 0}, ValueError, "level must be at least 1"),
        ({"by": "phrase", "level": 1}, ValueError, "only concepts have a level"),
        ({"frame": "excel"}, ValueError, "frame must be one of"),
    ],
)
def test_bad_arguments(arguments, error, message):
    with pytest.raises(error, match=message):
        tag(NEWS).cooccurrence(**arguments)


def test_a_document_of_many_matches_takes_no_quadratic_time():
    """A million pairs of matches each, but few pairs of concepts."""
    x = tag(["Xi and Putin in China. " * 100_000])
    for within in ("doc", "sentence", 10, 10**9):
        assert len(x.cooccurrence(within=within)) == 3


def test_network():
    x = tag(NEWS)
    network = x.network(min_documents=2, frame="polars")
    edges = pl.DataFrame(x.cooccurrence()).filter(pl.col("documents") >= 2)
    assert network.edges.rows() == edges.rows()
    assert network.edges.columns[:3] == ["source", "target", "documents"]
    counts = {row[0]: row[1:] for row in rows(x.counts())}
    names = network.nodes["concept"].to_list()
    assert set(names) == {*edges["concept_a"].to_list(), *edges["concept_b"].to_list()}
    for concept, matches, documents, degree in network.nodes.rows():
        assert (matches, documents) == counts[concept]
        ends = [*edges["concept_a"].to_list(), *edges["concept_b"].to_list()]
        assert degree == ends.count(concept)
    assert repr(network).startswith("Network: 5 nodes, 6 edges\nsource ")


def test_network_as_a_graph():
    x = tag(NEWS)
    graph = x.network("phrase", within="sentence").to_networkx()
    table = pl.DataFrame(x.cooccurrence("phrase", within="sentence"))
    assert graph.number_of_edges() == len(table)
    for a, b, *measures in table.rows():
        assert graph.edges[a, b] == dict(zip(table.columns[2:], measures, strict=True))
    assert tag(["Rain"]).network().to_networkx().number_of_nodes() == 0
    assert repr(tag(["Rain"]).network()) == "Network: 0 nodes, 0 edges"
    assert len(tag(["Xi Putin"]).network(within=3, frame="pyarrow").edges) == 1
    with pytest.raises(ValueError, match="min_documents must be at least 1, not 0"):
        x.network(min_documents=0)
    with pytest.raises(TypeError, match=r"made by Matches\.network"):
        type(x.network())()


def assert_sentences_as_by_hand(text):
    """Of characters with a few at most between them, see which share a sentence."""
    gazetteer = sl.Gazetteer(boundary="none", case="match")
    for character in {*text} - {*regex.findall(r"[\s\p{Default_Ignorable_Code_Point}]", text)}:
        gazetteer.add(character, character.replace("*", "star").replace("/", "slash"))
    x = sl.PhraseMatcher(gazetteer).tag([text], overlap="all")
    pairs = x.near("*", "*", within=3, unit="char", same_sentence=True, frame="polars")
    found = set(pairs.select("start_a", "start_b").rows())
    number = {}
    for sentence, (start, end) in enumerate(reference.sentences(text)):
        number |= dict.fromkeys(range(start, end), sentence)
    spans = [(match.start, match.end) for match in x]
    assert found == {
        (a[0], b[0])
        for a in spans
        for b in spans
        if 0 <= b[0] - a[1] <= 3 and number[a[1] - 1] == number[b[0]]
    }


def test_sentences_are_those_of_the_rules():
    text = "a. B a.B (a.) B “a!” b 3.5. c… D e\r\nf ?! G 中。文？「好。」 α; β. γ.\u2029z.\n\nA.a"
    assert len(reference.sentences(text)) > 8
    assert_sentences_as_by_hand(text)


@pytest.mark.parametrize("language", ["ar", "en", "hi", "ru", "th", "zh"])
def test_sentences_of_real_news_are_those_of_the_rules(language):
    table, _ = reference.real_news("ud_pud_news")
    texts = [row["text"] for row in table.to_pylist() if row["lang"] == language]
    assert len(texts) >= 5
    for text in texts[:5]:
        assert_sentences_as_by_hand(text[:300])


@pytest.mark.parametrize("within", ["doc", "sentence", 5])
@pytest.mark.parametrize("overlap", ["longest", "all"])
@pytest.mark.parametrize("name", ["reuters21578", "nerel_ru", "antcorpus_ar", "jawikinews_joined"])
def test_as_by_hand_on_real_news(within, overlap, name):
    table, m = reference.real_news(name)
    texts = table["text"].to_pylist()
    texts = [text for text in texts if text is None or len(text) < 800]
    texts = texts[:400] if within == "doc" else texts[:30]
    x = m.tag(texts, overlap=overlap)
    assert len(assert_as_by_hand(x, texts, within)) >= 1


def test_the_same_after_pickling_the_matcher():
    m = pickle.loads(pickle.dumps(sl.PhraseMatcher(GAZETTEER)))
    assert rows(m.tag(NEWS).cooccurrence(within=3)) == rows(tag(NEWS).cooccurrence(within=3))
