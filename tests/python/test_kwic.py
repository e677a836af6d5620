"""Keywords in context, beside the same cut out slowly by hand."""

import random
import re

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import regex
from reference_fold import is_white_space
from reference_words import words
from support import DATA

import slugline as sl

# A phrase, and texts in which it stands: with line breaks, marks, glued signs, a zero width space.
TEXTS = {
    "latin": ("Putin", "“Vladimir\nPutin” — said\r\n\r\n  the Kremlin’s man. (Putin)\u200bPutin’s"),
    "cyrillic": ("НАТО", "«НАТО»,  по словам Й\u0306ена, — это НАТО.\tИ всё."),
    "arabic": ("روسيا", "قالت روسيا إنَّ \u200fالناتو «تهديد»، لكنَّ روسيا لن تتراجع."),
    "chinese": ("颜色革命", "中国反对颜色革命，\u3000颜色革命是2022年的NATO阴谋。"),
    "thai": ("นาโต", "นายกรัฐมนตรีกล่าวว่านาโตเป็นภัย น้ำท่วมนาโต"),
    "devanagari": ("नाटो", "प्रधानमंत्री ने कहा कि नाटो की क्षमता और विश्व शान्ति नाटो"),
    "korean": ("나토", "러시아는 나토 확장을 반대한다. \u1102\u1161라는 나토"),
    "emoji": ("NATO", "👩‍👩‍👧🇺🇦🇺🇦🇺🇸 NATO👍🏽 e\u0301\u0323 NATO 🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
}
WINDOWS = (0, 1, 2, 3, 8, 1000)


def one_line(text):
    """Every run of white space as one space."""
    pieces = []
    for char in text:
        if not is_white_space(char):
            pieces.append(char)
        elif not pieces or pieces[-1] != " ":
            pieces.append(" ")
    return "".join(pieces)


def stripped(text, side):
    spaces = "".join(char for char in set(text) if is_white_space(char))
    return getattr(text, side)(spaces) if spaces else text


def in_words(text, start, end, window):
    """From where to where the context reaches: no word cut, those that reach over an edge free."""
    before = [span for span in words(text) if span[1] <= start]
    behind = [span for span in words(text) if span[0] >= end]
    across = [span for span in words(text) if span[0] < end and span[1] > start]
    first = min([start] + [a for a, _ in across])
    last = max([end] + [b for _, b in across])
    if window:
        first = before[-window][0] if len(before) >= window else 0
        last = behind[window - 1][1] if len(behind) >= window else len(text)
    return first, last


def in_chars(text, start, end, window):
    """The same in clusters by the package regex, a run of white space being one."""
    pattern = regex.compile(r"\p{White_Space}+|\X")
    left = pattern.findall(text[:start])[-window:] if window else []
    right = pattern.findall(text[end:])[:window]
    return start - sum(map(len, left)), end + sum(map(len, right))


def lines_of(texts, x, window, unit):
    """The columns left, match and right, by hand."""
    reach = {"word": in_words, "char": in_chars}[unit]
    for match in x:
        text = texts[match.doc - x._core.first_doc]
        first, last = reach(text, match.start, match.end, window)
        yield (
            one_line(stripped(text[first : match.start], "lstrip")),
            one_line(text[match.start : match.end]),
            one_line(stripped(text[match.end : last], "rstrip")),
        )


def cut(table):
    return list(table.select("left", "match", "right").iter_rows())


def column(texts, storage):
    return {
        "list": list,
        "arrow": pa.array,
        "polars": lambda texts: pl.Series(texts),
        "pandas": lambda texts: pd.Series(texts, dtype=object),
    }[storage](texts)


@pytest.mark.parametrize("unit", ["word", "char"])
@pytest.mark.parametrize("script", TEXTS)
def test_every_script_is_cut_as_by_hand(script, unit):
    phrase, text = TEXTS[script]
    x = sl.PhraseMatcher([phrase]).tag([text])
    assert len(x) > 1
    for window in WINDOWS:
        table = x.kwic(window, unit, frame="polars")
        assert cut(table) == list(lines_of([text], x, window, unit)), window
    whole = x.kwic(10_000, unit, frame="polars").rows(named=True)
    for row in whole:
        assert row["left"] + row["match"] + row["right"] == one_line(text).strip(" ")


@pytest.mark.parametrize("unit", ["word", "char"])
@pytest.mark.parametrize("storage", ["list", "arrow", "polars", "pandas"])
@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_every_storage_and_unit_of_position_gives_the_same(offsets, storage, unit):
    texts = [None, *(text for _, text in TEXTS.values()), "", None]
    m = sl.PhraseMatcher([phrase for phrase, _ in TEXTS.values()])
    expected = m.tag(texts).kwic(3, unit, frame="polars")
    assert cut(expected) == list(lines_of(texts, m.tag(texts), 3, unit))
    x = m.tag(column(texts, storage), offsets=offsets)
    table = x.kwic(3, unit, frame="polars")
    assert cut(table) == cut(expected)
    assert table["start"].to_list() == [match.start for match in x]


def test_columns_and_frames():
    x = sl.PhraseMatcher({"org": {"NATO": ["NATO"]}}).tag(["a NATO b"], ids=["n1"])
    table = x.kwic(frame="pyarrow")
    names = ["id", "doc", "start", "end", "left", "match", "right", "phrase", "concept"]
    assert table.column_names == names
    assert table.to_pylist() == [
        dict(zip(names, ("n1", 0, 2, 6, "a ", "NATO", " b", "NATO", "org/NATO"), strict=True))
    ]
    assert list(x.kwic().columns) == names
    assert isinstance(x.kwic(), pd.DataFrame)
    assert isinstance(sl.PhraseMatcher(["b"]).tag(pl.Series(["a b"])).kwic(), pl.DataFrame)


def test_no_matches_have_all_columns():
    x = sl.PhraseMatcher(["NATO"]).tag(["", None])
    for frame in ("pandas", "polars", "pyarrow"):
        table = x.kwic(frame=frame)
        assert len(table) == 0
        assert len(table.columns) == 8


def test_slices_and_filters_keep_their_order():
    texts = ["NATO and EU", "EU", None, "the EU of NATO"] * 3
    x = sl.PhraseMatcher(["NATO", "EU"]).tag(texts)
    for part in (x[2:9], x[::-1], x[8:1:-3], x.filter("EU"), x[5:5]):
        table = part.kwic(1, frame="polars")
        assert cut(table) == list(lines_of(texts, part, 1, "word"))
        assert table["doc"].to_list() == [match.doc for match in part]


def test_batches_have_their_own_texts():
    m = sl.PhraseMatcher(["NATO"])
    batches = m.iter_tag([["the NATO", None], ["a NATO"], ["NATO b"]])
    tables = [x.kwic(1, frame="polars") for x in batches]
    assert [row[:1] + row[3:6] for table in tables for row in table.rows()] == [
        (0, "the ", "NATO", ""),
        (2, "a ", "NATO", ""),
        (3, "", "NATO", " b"),
    ]


def test_a_match_inside_a_word_shows_the_rest_of_it():
    gaz = sl.Gazetteer(boundary="none").add("ghan", "x")
    x = sl.PhraseMatcher(gaz).tag(["the Afghanistan talks began"])
    assert cut(x.kwic(1, frame="polars")) == [("the Af", "ghan", "istan talks")]
    assert cut(x.kwic(0, frame="polars")) == [("Af", "ghan", "istan")]
    assert cut(x.kwic(0, "char", frame="polars")) == [("", "ghan", "")]


def test_nothing_is_added_to_right_to_left_text():
    phrase, text = TEXTS["arabic"]
    for row in sl.PhraseMatcher([phrase]).tag([text]).kwic(50, frame="polars").rows(named=True):
        line = row["left"] + row["match"] + row["right"]
        assert line == text
        assert line.count("\u200f") == 1


def test_what_was_read_with_replacement_stays_readable():
    x = sl.PhraseMatcher(["NATO"]).tag(["\ud800 NATO \udfff x"], errors="replace")
    assert cut(x.kwic(1, frame="polars")) == [("\ufffd ", "NATO", " \ufffd x")]


def test_long_texts_and_threads():
    rng = random.Random(5)
    vocabulary = ["NATO", "мир", "和平", "the", "e\u0301tat", "\n", "–", "สันติภาพ"]
    texts = [" ".join(rng.choices(vocabulary, k=rng.randrange(900))) for _ in range(60)]
    m = sl.PhraseMatcher(["NATO", "和平"])
    one, many = m.tag(texts, threads=1), m.tag(texts, threads=3)
    assert len(one) > 1 << 12
    for unit in ("word", "char"):
        expected = one.kwic(5, unit, frame="polars")
        assert expected.equals(many.kwic(5, unit, frame="polars"))
    some = slice(4_000, 4_400)
    assert cut(one[some].kwic(5, "char", frame="polars")) == cut(expected)[some]
    assert cut(expected)[some] == list(lines_of(texts, one[some], 5, "char"))


def test_a_text_of_flags_takes_no_quadratic_time():
    text = "🇺🇦" * 100_000
    gaz = sl.Gazetteer(boundary="none").add("🇺🇦", "Ukraine")
    x = sl.PhraseMatcher(gaz).tag(text)
    assert len(x) == 100_000
    assert set(x[500:1_000].kwic(3, "char", frame="polars")["left"]) == {"🇺🇦🇺🇦🇺🇦"}
    assert len(x.kwic(3, "char", frame="polars")) == 100_000


def test_bad_arguments():
    x = sl.PhraseMatcher(["NATO"]).tag(["NATO"])
    with pytest.raises(ValueError, match="window must not be negative, but is -1"):
        x.kwic(-1)
    for window in (2.0, "3", None, True):
        with pytest.raises(TypeError, match=f"window must be an int, not {type(window).__name__}"):
            x.kwic(window)
    with pytest.raises(ValueError, match='unit must be one of "word", "char", not "line"'):
        x.kwic(3, "line")
    assert len(x.kwic(10**30)) == 1
    x.detach()
    with pytest.raises(ValueError, match="detached from their texts"):
        x.kwic()


def news(name, count):
    if not DATA.is_dir():
        pytest.skip(f"no real news at {DATA}")
    texts = pq.read_table(DATA / "corpora" / f"{name}.parquet")["text"].to_pylist()
    return random.Random(7).sample(texts, min(count, len(texts)))


@pytest.mark.parametrize(
    ("name", "phrases"),
    [
        ("reuters21578", ["Japan", "U.S.", "oil price*", "trade"]),
        ("antcorpus_ar", ["تونس", "الجزائر"]),
        ("cn_news_1000", ["中国", "美国"]),
        ("thaigov_th", ["รัฐบาล", "ประเทศ"]),
        ("ud_pud_news", ["भारत", "New York", "США"]),
    ],
)
def test_real_news_is_cut_as_by_hand(name, phrases):
    texts = news(name, 60)
    gaz = sl.Gazetteer(glob=True)
    for phrase in phrases:
        gaz.add(phrase, phrase)
    x = sl.PhraseMatcher(gaz).tag(texts)
    some = x[:: max(1, len(x) // 150)]
    assert len(some) > 0
    for unit, window in (("word", 8), ("char", 40)):
        assert cut(some.kwic(window, unit, frame="polars")) == list(
            lines_of(texts, some, window, unit)
        )
    # In pandas, from the text alone: the words before a match, where words are parted by spaces.
    if name == "reuters21578":
        table = some.kwic(8)
        left = [
            re.findall(r"\w+", texts[doc][:start])[-8:]
            for doc, start in table[["doc", "start"]].values
        ]
        assert table["left"].str.findall(r"\w+").tolist() == left
