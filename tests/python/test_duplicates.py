"""Near-identical texts: what is grouped, what is not, and what counts once."""

import random
import re
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support import DATA

import slugline as sl

pytest.importorskip("datasketch")

STORY = (
    "Ministers of the nine member states agreed on Friday to set up a joint fund for the railways "
    "that cross the mountains, after two days of talks that several delegates called difficult. "
    "The fund is to pay for tunnels, for the gauge changers at three border stations and for the "
    "insurance of freight that waits there. Who will pay into it, and how much, was left to a "
    "second meeting in the spring. “We have a house, and we have agreed on its roof,” said the "
    "minister of transport of the host country, who chaired the meeting. “Now we need to talk of "
    "the walls.” Opposition parties in two of the countries said the fund would serve the debts of "
    "a builder close to the government. The company has denied this and said that its books are "
    "open. A spokeswoman for the secretariat said that an audit would be published by the end of "
    "the year, together with the statutes of the fund and the minutes of both days of the meeting."
)
AGENCIES = ["Meridian Wire", "Northern Ledger", "The Wessex Chronicle", "Agencia Austral"]
M = sl.PhraseMatcher({"topic": {"fund": ["fund"], "tunnel": ["tunnels"]}})


def copies(count):
    """Return copies of a story as papers print it, with other heads, feet, case and wraps."""
    made = []
    for at in range(count):
        agency = AGENCIES[at % len(AGENCIES)]
        body = STORY.replace("“", '"').replace("”", '"') if at % 3 else STORY
        body = body.replace(". ", ".\n\n  ") if at % 5 == 0 else body
        head = f"CITY {at}, June {at % 28 + 1} ({agency}) – "
        made.append(f"{head.upper() if at % 2 else head}{body}\n© {agency} {2000 + at}")
    return made


def templates(count):
    """Return different stories of one template, as market reports are."""
    draw = random.Random(0)
    firms = [
        "Adler",
        "Borealis",
        "Cardo",
        "Dunmore",
        "Estrela",
        "Fjordkraft",
        "Gorizont",
        "Halcyon",
    ]
    reports = []
    for _ in range(count):
        day = draw.choice(["Monday", "Tuesday", "Friday"])
        reports.append(
            f"Shares of {draw.choice(firms)} {draw.choice(['rose', 'fell'])} {draw.randint(1, 99)} "
            f"percent to {draw.randint(100, 999)} on {day}, after the company reported a "
            f"{draw.choice(['profit', 'loss'])} of {draw.randint(1, 999)} million for the quarter. "
            f"Analysts had expected {draw.randint(1, 999)} million. "
            f"Volume was {draw.randint(1, 99)} thousand."
        )
    return reports


def groups_of(table):
    groups = {}
    for doc, group in zip(table["doc"].to_list(), table["group"].to_list(), strict=True):
        groups.setdefault(group, []).append(doc)
    return groups


def shingles(text, size=4):
    """Return the runs of words of a text in Latin letters, by other means."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def jaccard(a, b):
    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


def test_forty_copies_of_a_wire_story_are_one_group():
    others = templates(60)
    texts = others[:30] + copies(40) + others[30:]
    table = M.tag(texts).duplicates(frame="polars")
    assert groups_of(table) == {30: list(range(30, 70))}
    assert table.columns == ["doc", "group", "similarity"]
    for doc, group, similarity in table.rows():
        assert similarity == pytest.approx(jaccard(texts[doc], texts[group]))
        assert similarity >= 0.8


def test_different_stories_of_one_template_are_not():
    assert len(M.tag(templates(400)).duplicates(frame="polars")) == 0


def test_each_is_as_similar_to_the_first_as_asked_and_not_by_way_of_a_third():
    words = [f"w{at}" for at in range(120)]
    # Each differs from the one before by few words, and from the first by more and more.
    texts = [" ".join(words[at * 6 : at * 6 + 60]) for at in range(8)]
    for threshold in (0.3, 0.5, 0.7, 0.9):
        table = M.tag(texts).duplicates(threshold, frame="polars")
        for doc, group, similarity in table.rows():
            assert similarity == pytest.approx(jaccard(texts[doc], texts[group]))
            assert similarity >= threshold
            assert (doc == group) == (similarity == 1)
    assert groups_of(M.tag(texts).duplicates(0.7, frame="polars")) == {
        at: [at, at + 1] for at in range(0, 8, 2)
    }


def test_next_to_none_is_overlooked():
    draw = random.Random(1)
    vocabulary = [f"word{at}" for at in range(5_000)]
    texts, expected = [], 0
    for _ in range(150):
        text = [draw.choice(vocabulary) for _ in range(120)]
        other = list(text)
        for _ in range(draw.randint(0, 6)):
            other[draw.randrange(120)] = draw.choice(vocabulary)
        texts += [" ".join(text), " ".join(other)]
        expected += jaccard(*texts[-2:]) >= 0.8
    assert 50 < expected < 150
    assert len(M.tag(texts).duplicates(frame="polars")) // 2 >= expected - 1


def test_empty_short_and_missing_texts():
    texts = ["", None, "NATO", "nato!", " … ", "", "NATO met", float("nan"), "NATO met"]
    table = sl.PhraseMatcher(["NATO"]).tag(texts).duplicates(frame="polars")
    assert groups_of(table) == {2: [2, 3], 6: [6, 8]}
    assert len(M.tag([]).duplicates(frame="polars")) == 0
    assert len(M.tag([None]).duplicates(frame="polars")) == 0


def test_scripts_without_spaces_and_right_to_left():
    chinese = "九个成员国的部长周五同意设立一个共同基金，用于穿越山区的铁路，此前会谈了两天。"
    thai = "รัฐมนตรีของเก้าประเทศสมาชิกตกลงกันเมื่อวันศุกร์ที่จะจัดตั้งกองทุนร่วมสำหรับทางรถไฟข้ามภูเขา"
    arabic = (
        "اتفق وزراء الدول التسع الأعضاء يوم الجمعة على إنشاء صندوق "
        "مشترك للسكك الحديدية عبر الجبال بعد يومين"
    )
    russian = (
        "Министры девяти стран-участниц договорились в пятницу создать общий фонд железных дорог"
    )
    texts = [chinese, thai, arabic, russian]
    texts += ["快讯：" + chinese, thai + " ๆ", arabic + " 🔴", russian.upper() + "!"]
    assert groups_of(M.tag(texts).duplicates(frame="polars")) == {
        at: [at, at + 4] for at in range(4)
    }


@pytest.mark.parametrize(
    "texts", [list, pd.Series, pl.Series, pa.array], ids=lambda kind: kind.__name__
)
def test_every_kind_of_text_gives_the_same(texts):
    rows = [*copies(3), None, "Đà Nẵng – Łódź", "đà nẵng, łódź", "ﬁve 𝄞 ж", "five 𝄞 Ж"]
    ids = [f"a{at}" for at in range(len(rows))]
    x = M.tag(texts(rows), ids=ids)
    table = x.duplicates(frame="polars")
    assert table.columns == ["id", "doc", "group", "similarity"]
    assert groups_of(table) == {0: [0, 1, 2], 4: [4, 5], 6: [6, 7]}
    assert table["id"].to_list() == [ids[doc] for doc in table["doc"]]
    kind = {"Series": "pandas", "array": "pyarrow"}.get(texts.__name__)
    if isinstance(texts(rows), pl.Series):
        kind = "polars"
    if kind:
        assert type(x.duplicates()).__module__.startswith(kind)


def test_documents_count_from_the_first_of_a_batch():
    first, second = M.iter_tag([copies(3), copies(2)])
    assert groups_of(first.duplicates(frame="polars")) == {0: [0, 1, 2]}
    assert groups_of(second.duplicates(frame="polars")) == {3: [3, 4]}
    assert {match.doc for match in second.unique()} == {3}


def test_the_same_each_time_whatever_the_size_of_batches(monkeypatch):
    from slugline.analysis import duplicates

    x = M.tag(templates(100) + copies(20))
    once = x.duplicates(0.5, frame="polars")
    monkeypatch.setattr(duplicates, "_BATCH", 7)
    monkeypatch.setattr(duplicates, "_HASHES_AT_ONCE", 5)
    assert x.duplicates(0.5, frame="polars").equals(once)


def test_a_group_counts_once():
    texts = [*copies(10), "A fund for tunnels.", None, "Tunnels, tunnels and no fund."]
    x = M.tag(texts)
    alone = M.tag([text if row in (0, 10, 12) else None for row, text in enumerate(texts)])
    assert x.counts(unique=True, frame="polars").equals(alone.counts(frame="polars"))
    assert not x.counts(frame="polars").equals(alone.counts(frame="polars"))
    kept = x.unique()
    assert list(kept) == list(alone)
    assert kept.matrix().toarray().tolist() == alone.matrix().toarray().tolist()
    assert [kept._core.document(doc) is None for doc in range(13)] == [
        doc not in (0, 10, 12) for doc in range(13)
    ]
    assert len(x) > len(kept) == len(kept.unique())
    assert x.counts(unique=True, level=1, frame="polars").rows() == [
        ("topic", sum(count for _, count, _ in alone.counts(frame="polars").rows()), 3)
    ]


def test_what_is_left_out_cannot_be_retagged():
    x = M.tag(copies(2))
    with pytest.raises(ValueError, match="only some of the matches"):
        sl.retag(x.unique(), M, M, copies(2))


def test_mistakes_are_named():
    x = M.tag(copies(2))
    for threshold in (0, -1, 1.01, float("nan")):
        with pytest.raises(ValueError, match="threshold must be above 0 and at most 1"):
            x.duplicates(threshold)
    for threshold in ("0.8", None, True):
        with pytest.raises(TypeError, match="threshold must be a number"):
            x.duplicates(threshold)
    with pytest.raises(ValueError, match="shingle must be at least 1"):
        x.duplicates(shingle=0)
    with pytest.raises(TypeError, match="shingle must be a whole number"):
        x.unique(shingle=2.0)
    with pytest.raises(ValueError, match="frame must be one of"):
        x.duplicates(frame="list")
    x.detach()
    with pytest.raises(ValueError, match="detached"):
        x.duplicates()


def test_without_datasketch_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasketch", None)
    with pytest.raises(ImportError, match="pip install datasketch"):
        M.tag(copies(2)).duplicates()


def test_progress_is_told():
    seen = []
    M.tag(["a b c d e"] * 3_000).duplicates(progress=lambda *rows: seen.append(rows))
    assert seen == [(1_024, 3_000), (2_048, 3_000), (3_000, 3_000)]


def test_groups_in_real_news_hold():
    path = DATA / "corpora"
    files = sorted(path.glob("reuters*.parquet")) if path.exists() else []
    if not files:
        pytest.skip(f"no real news at {path}")
    texts = pl.read_parquet(files[0])["text"].head(4_000)
    table = M.tag(texts).duplicates(frame="polars")
    assert 0 < len(table) < 2_000
    for _, group in table.group_by("group", maintain_order=True):
        first = texts[group["group"][0]]
        assert first is not None
        assert len(group) >= 2
        assert group["doc"][0] == group["group"][0]
        assert group["similarity"].min() >= 0.8
