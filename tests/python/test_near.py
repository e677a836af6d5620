"""Matches close to each other: by hand, and as pandas finds them."""

import os
import signal
import threading
import time

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import reference_pairs as reference
from reference_words import words

import slugline as sl

GAZETTEER = {
    "person": {"Xi": ["Xi", "习近平"], "Putin": ["Putin", "Путин", "普京", "بوتين"]},
    "narrative": {"peace": ["peace", "мир", "和平", "السلام"], "war": ["war", "война"]},
    "place": {"New York": ["New York"]},
    "org": {"New York Times": ["New York Times"]},
}
NEWS = [
    "Putin spoke of peace. War, said Xi, is no peace for New York.",
    "Путин: мир или война?",
    "普京谈和平。习近平不谈。",
    "قال بوتين إن السلام ممكن.",
    None,
    "",
    "The New York Times asks Xi: 😀 war or peace, New York?",
]


def tag(texts, **options):
    return sl.PhraseMatcher(GAZETTEER).tag(texts, **options)


def spans(table):
    columns = ["doc", "start_a", "end_a", "start_b", "end_b", "distance"]
    return pl.DataFrame(table).select(columns).rows()


def by_hand(x, texts, a, b, within, unit, ordered, same_sentence):
    """Merge matches with matches, and look at each pair; offsets must be characters."""
    sides = {}
    for name, pattern in (("a", a), ("b", b)):
        frame = reference.frame_of(x.filter(pattern))
        sides[name] = frame.rename(columns=lambda column: column.replace("*", ""))
    pairs = sides["a"].merge(sides["b"], on="doc", suffixes=("_a", "_b"))
    found = set()
    for pair in pairs.itertuples():
        one, other = (pair.start_a, pair.end_a), (pair.start_b, pair.end_b)
        concepts = (pair.concept_a, pair.concept_b)
        (_, start), (end, _) = sorted((one, other))
        text = texts[pair.doc]
        if start > end or one == other or (ordered and one > other):
            continue
        if unit == "char":
            distance = end - start
        else:
            distance = sum(start <= word[0] and word[1] <= end for word in words(text))
        if within is not None and distance > within:
            continue
        if same_sentence and not any(
            low < one[1] and one[0] < high and low < other[1] and other[0] < high
            for low, high in reference.sentences(text)
        ):
            continue
        turned = (pair.doc, *other, *one, distance, *reversed(concepts))
        row = (pair.doc, *one, *other, distance, *concepts)
        if turned in found:
            found.remove(turned)
            row = min(row, turned)
        found.add(row)
    return sorted(found)


def found(x, *patterns, **options):
    table = pl.DataFrame(x.near(*patterns, **options))
    columns = [*("doc", "start_a", "end_a", "start_b", "end_b", "distance")]
    names = [pl.col("concept_a").cast(pl.String), pl.col("concept_b").cast(pl.String)]
    return sorted(table.select(*columns, *names).rows())


def test_tiny_case_by_hand():
    x = tag(NEWS[:1])
    table = pl.DataFrame(x.near("person/*", "narrative/*", within=3))
    assert table.columns == [
        *("doc", "start_a", "end_a", "phrase_a", "concept_a"),
        *("start_b", "end_b", "phrase_b", "concept_b", "distance"),
    ]
    # Putin (spoke of) peace; Xi is behind peace (War, said) and war (said), before (is no) peace.
    assert table.drop("doc", "phrase_a", "phrase_b").rows() == [
        (0, 5, "person/Putin", 15, 20, "narrative/peace", 2),
        (0, 5, "person/Putin", 22, 25, "narrative/war", 3),
        (32, 34, "person/Xi", 15, 20, "narrative/peace", 2),
        (32, 34, "person/Xi", 22, 25, "narrative/war", 1),
        (32, 34, "person/Xi", 42, 47, "narrative/peace", 2),
    ]


def test_order_and_sentence():
    x = tag(NEWS[:1])
    ordered = spans(x.near("person/*", "narrative/*", within=3, ordered=True))
    assert ordered == [(0, 0, 5, 15, 20, 2), (0, 0, 5, 22, 25, 3), (0, 32, 34, 42, 47, 2)]
    together = spans(x.near("person/*", "narrative/*", within=3, same_sentence=True))
    assert together == [(0, 0, 5, 15, 20, 2), (0, 32, 34, 22, 25, 1), (0, 32, 34, 42, 47, 2)]
    anywhere = x.near("person/*", "narrative/*", within=None)
    assert len(anywhere) == 6


def test_characters():
    x = tag(["Xi war", "Xi  war", "Xi😀war"])
    assert spans(x.near("person/Xi", "narrative/war", within=1, unit="char")) == [
        (0, 0, 2, 3, 6, 1),
        (2, 0, 2, 3, 6, 1),
    ]


def test_the_same_pattern_twice_gives_each_pair_once():
    x = tag(["Xi Putin Xi"])
    assert spans(x.near("person/*", "person/*")) == [
        (0, 0, 2, 3, 8, 0),
        (0, 0, 2, 9, 11, 1),
        (0, 3, 8, 9, 11, 0),
    ]
    assert spans(x.near("person/Xi", "person/*")) == [
        (0, 0, 2, 3, 8, 0),
        (0, 0, 2, 9, 11, 1),
        (0, 9, 11, 3, 8, 0),
    ]
    assert spans(x.near("person/*", "person/*", ordered=True)) == spans(x.near("*", "*"))


def test_overlapping_matches_are_no_pair():
    x = tag(["New York Times of New York"], overlap="all")
    assert spans(x.near("org/*", "place/*")) == [(0, 0, 14, 18, 26, 1)]
    m = sl.PhraseMatcher({"country": ["Georgia"], "state": ["Georgia"]})
    assert len(m.tag(["Georgia"]).near("country", "state")) == 0


def test_two_phrases_of_a_concept_with_one_span_are_one():
    gazetteer = sl.Gazetteer().add("Xi", "Xi").add("XI", "Xi").add("Putin", "Putin")
    x = sl.PhraseMatcher(gazetteer).tag(["Xi Putin"])
    assert len(x) == 3
    table = pl.DataFrame(x.near("Xi", "Putin"))
    assert table["phrase_a"].to_list() == ["XI"]


def test_ids_and_text():
    x = sl.PhraseMatcher(GAZETTEER).tag(NEWS, ids=[f"n{row}" for row in range(len(NEWS))])
    table = pl.DataFrame(x.near("narrative/*", "person/*", within=2, text=True))
    assert table.columns[0] == "id"
    assert table.columns[-1] == "text"
    assert table.select("id", "text").rows() == [
        ("n0", "Putin spoke of peace"),
        ("n0", "peace. War, said Xi"),
        ("n0", "War, said Xi"),
        ("n0", "Xi, is no peace"),
        ("n1", "Путин: мир"),
        ("n1", "Путин: мир или война"),
        ("n2", "普京谈和平"),
        ("n2", "和平。习近平"),
        ("n3", "بوتين إن السلام"),
        ("n6", "Xi: 😀 war"),
        ("n6", "Xi: 😀 war or peace"),
    ]


@pytest.mark.parametrize("within", [0, 1, 5, None])
@pytest.mark.parametrize("unit", ["word", "char"])
@pytest.mark.parametrize("ordered", [False, True])
@pytest.mark.parametrize("same_sentence", [False, True])
def test_as_by_hand_in_several_scripts(within, unit, ordered, same_sentence):
    options = {"within": within, "unit": unit, "ordered": ordered, "same_sentence": same_sentence}
    x = tag(NEWS, overlap="all")
    for patterns in (("person/*", "narrative/*"), ("*", "*"), ("person/Xi", "*")):
        assert found(x, *patterns, **options) == by_hand(x, NEWS, *patterns, **options)


@pytest.mark.parametrize("offsets", ["byte", "utf16"])
@pytest.mark.parametrize("unit", ["word", "char"])
def test_offsets_change_no_distance(offsets, unit):
    for texts in (NEWS, pa.array(NEWS), pl.Series(NEWS)):
        tables = [
            pl.DataFrame(tag(texts, offsets=of).near("*", "*", unit=unit, text=True))
            for of in (offsets, "char")
        ]
        same = ["doc", "concept_a", "concept_b", "distance", "text"]
        assert tables[0].select(same).rows() == tables[1].select(same).rows()
        assert len(tables[0]) > 10


def test_slices_batches_and_threads():
    x = tag(NEWS)
    assert spans(x[::-1].near("*", "*")) == spans(x.near("*", "*"))
    assert spans(x[:2].near("*", "*")) == spans(x.near("*", "*"))[:1]
    _, second = sl.PhraseMatcher(GAZETTEER).iter_tag([NEWS[:3], NEWS[3:]])
    rows = [row for row in spans(x.near("*", "*")) if row[0] >= 3]
    assert spans(second.near("*", "*")) == rows
    many = NEWS * 300
    tables = [spans(tag(many, threads=n).near("*", "*", same_sentence=True)) for n in (1, 2)]
    assert tables[0] == tables[1]
    assert len(tables[0]) == 300 * len(spans(x.near("*", "*", same_sentence=True)))


def test_without_matches():
    for texts in ([], [None], ["Rain"]):
        assert len(tag(texts).near("person/*", "place/*", text=True)) == 0


def test_detached_matches_have_characters_only():
    x, y = tag(NEWS), tag(NEWS, offsets="byte")
    expected = spans(x.near("*", "*", unit="char", within=20))
    x.detach()
    y.detach()
    assert spans(x.near("*", "*", unit="char", within=20)) == expected
    for matches, options in [
        (x, {}),
        (x, {"unit": "char", "text": True}),
        (x, {"unit": "char", "same_sentence": True}),
        (y, {"unit": "char"}),
    ]:
        with pytest.raises(ValueError, match="detached from their texts"):
            matches.near("*", "*", **options)


def test_frames_are_of_the_kind_asked_for():
    x = tag(pl.Series(NEWS))
    assert isinstance(x.near("*", "*"), pl.DataFrame)
    assert isinstance(x.near("*", "*", frame="pandas"), pd.DataFrame)
    assert isinstance(x.near("*", "*", frame="pyarrow"), pa.Table)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("person/Puttin", "*"), ValueError, "a: no concept of the gazetteer fits"),
        (
            ("*", "narrative"),
            ValueError,
            'b: no concept .* fits "narrative"; "narrative/\\*" would',
        ),
        ((None, "*"), TypeError, "a must be a concept, not NoneType"),
    ],
)
def test_bad_patterns(arguments, error, message):
    with pytest.raises(error, match=message):
        tag(NEWS).near(*arguments)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"within": -1}, ValueError, "within must be at least 0, not -1"),
        ({"within": "sentence"}, TypeError, "within must be a whole number, not str"),
        ({"unit": "sentence"}, ValueError, 'unit must be one of "word", "char"'),
    ],
)
def test_bad_options(options, error, message):
    with pytest.raises(error, match=message):
        tag(NEWS).near("*", "*", **options)


def test_a_document_of_many_matches_takes_no_quadratic_time():
    x = tag(["Xi and Putin in New York. " * 100_000])
    assert len(x.near("person/*", "place/*", within=1, frame="polars")) == 199_999


@pytest.mark.parametrize("same_sentence", [False, True])
@pytest.mark.parametrize("name", ["reuters21578", "nerel_ru", "antcorpus_ar", "jawikinews_joined"])
def test_as_by_hand_on_real_news(same_sentence, name):
    table, m = reference.real_news(name)
    texts = table["text"].to_pylist()
    texts = [text for text in texts if text is None or len(text) < 1500][:80]
    x = m.tag(texts, overlap="all")
    concepts = x.concepts
    for unit in ("word", "char"):
        options = {"within": 8, "unit": unit, "ordered": False, "same_sentence": same_sentence}
        for a, b in (("*", "*"), (f"{concepts[0][0]}*", "*")):
            expected = by_hand(x, texts, a, b, **options)
            assert found(x, a, b, **options) == expected
        assert by_hand(x, texts, "*", "*", **options)


def test_pairs_that_would_take_all_memory_are_refused():
    x = sl.PhraseMatcher({"a": {"x": ["Xi"]}, "b": {"y": ["Putin"]}}).tag(
        ["Xi " * 20_000 + "Putin " * 20_000]
    )
    with pytest.raises(OverflowError, match="more than 33554432 pairs"):
        x.near("a/*", "b/*", within=None)
    assert len(x.near("a/*", "b/*", within=0)) == 1


def test_a_long_document_can_be_interrupted():
    m = sl.PhraseMatcher({"a": {"x": ["Xi"]}, "b": {"y": ["Putin"]}})
    x = m.tag(["Xi Putin " * 5_000])
    timer = threading.Timer(0.15, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        x.near("a/*", "b/*", within=None)
    assert time.monotonic() - started < 2  # Half a second, on a machine that is not busy.
    timer.join()
