"""The lists of affixes that have names: what they find, how they are given, kept and written."""

import json
import unicodedata

import polars as pl
import pyarrow as pa
import pytest

import slugline as sl
from slugline import Gazetteer
from slugline._affixes import AFFIX_LISTS

NAMES = ["ko", "ar", "he"]
EVERY = {name: AFFIX_LISTS[name].affixes for name in NAMES}


def found(phrase, affixes, text):
    """What is found, with the rest of its word on both sides: `و|الصين|`."""
    m = sl.PhraseMatcher(Gazetteer(affixes=affixes).add(phrase, "x"))
    spans = []
    for match in m.tag(text):
        before = text[: match.start].split(" ")[-1]
        after = text[match.end :].split(" ")[0]
        spans.append(f"{before}|{after}")
    return spans


# -- The lists ----------------------------------------------------------------------------------


def test_the_lists_are_these():
    assert list(AFFIX_LISTS) == NAMES
    assert {name: len(affixes) for name, affixes in EVERY.items()} == {
        "ko": 269,
        "ar": 23,
        "he": 41,
    }


@pytest.mark.parametrize("name", NAMES)
def test_each_list_is_clean_and_has_a_source(name):
    listed = AFFIX_LISTS[name]
    script = {"ko": "HANGUL SYLLABLE", "ar": "ARABIC LETTER", "he": "HEBREW LETTER"}[name]
    assert len(set(listed.affixes)) == len(listed.affixes)
    for affix in listed.affixes:
        assert affix == unicodedata.normalize("NFC", affix)
        assert all(unicodedata.name(letter).startswith(script) for letter in affix)
    assert listed.language
    assert len(listed.source) > 20


@pytest.mark.parametrize("name", NAMES)
def test_an_entry_shows_the_list(name):
    (entry,) = Gazetteer(affixes=name).add("phrase", "x")
    assert entry.affixes == AFFIX_LISTS[name].affixes


# -- What they find -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("중국", "중국에서는 중국의 새 정책이 중국으로부터", ["|에서는", "|의", "|으로부터"]),
        ("중국", "중국이라는 나라, 중국이었다", ["|이라는", "|이었다"]),
        ("중국", "중국인 유학생과 중국어 강사", []),
        ("푸틴", "푸틴에게서도 답은 푸틴뿐이 아니다", ["|에게서도", "|뿐이"]),
        ("러시아", "러시아와의 회담, 러시아로까지", ["|와의", "|로까지"]),
        ("러시아", "벨로러시아는", []),
        ("NATO", "NATO가 밝혔다", ["|가"]),
        ("세종", "세종대로 공사", []),
    ],
)
def test_korean(phrase, text, expected):
    assert found(phrase, "ko", text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("الصين", "والصين وبالصين", ["و|", "وب|"]),
        ("الصين", "للصين", []),
        ("صين", "للصين وللصين بالصين", ["لل|", "ولل|", "بال|"]),
        ("روسيا", "فروسيا لروسيا كروسيا بيلاروسيا", ["ف|", "ل|", "ك|"]),
        ("عقوبات", "العقوبات فالعقوبات سعقوبات", ["ال|", "فال|"]),
        ("أوكرانيا", "بأوكرانيا وفي أوكرانيا", ["ب|", "|"]),
    ],
)
def test_arabic(phrase, text, expected):
    assert found(phrase, "ar", text) == expected


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("רוסיה", "ברוסיה ומרוסיה שברוסיה כשלרוסיה", ["ב|", "ומ|", "שב|", "כשל|"]),
        ("סנקציות", "הסנקציות מהסנקציות ושהסנקציות", ["ה|", "מה|", "ושה|"]),
        ('צה"ל', 'דובר צה"ל אמר שצה"ל', ["|", "ש|"]),
        ("רוסיה", "בלרוסיה פרוסיה", []),
    ],
)
def test_hebrew(phrase, text, expected):
    assert [span.rstrip(",.") for span in found(phrase, "he", text)] == expected


def test_the_affix_is_no_part_of_the_match():
    m = sl.PhraseMatcher(Gazetteer(affixes="ko").add("중국", "x"))
    assert [(match.start, match.end, match.text) for match in m.tag("중국에서")] == [(0, 2, "중국")]


def test_affixes_count_on_both_sides():
    # The contract does not tell prefixes from suffixes; docs/affixes.md tells how often it matters.
    assert found("선다", "ko", "도선다") == ["도|"]
    assert found("مصر", "ar", "مصرف") == ["|ف"]


def test_an_exclusion_mends_what_is_cut_out_of_another_word():
    gaz = Gazetteer(affixes="ar").add("مالي", "place/Mali")
    assert sl.PhraseMatcher(gaz).contains(["الإصلاح المالي", "في مالي"]) == [True, True]
    gaz.add("المالي", None)
    texts = ["الإصلاح المالي والمالي", "في مالي ومالي"]
    assert sl.PhraseMatcher(gaz).contains(texts) == [False, True]


# -- How they are given -------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_taken_wherever_options_are(name, tmp_path):
    rows = [{"phrase": "a", "concept": "x", "affixes": name}]
    csv = tmp_path / "g.csv"
    csv.write_text(f"phrase,concept,affixes\na,x,{name}\n", encoding="utf-8")
    jsonl = tmp_path / "g.jsonl"
    jsonl.write_text(json.dumps(rows[0]) + "\n", encoding="utf-8")
    yaml = tmp_path / "g.yaml"
    yaml.write_text(f"x:\n- {{phrase: a, affixes: {name}}}\n", encoding="utf-8")
    parquet = tmp_path / "g.parquet"
    pl.DataFrame(rows).write_parquet(parquet)
    nested = {"x": [{"phrase": "a", "affixes": name}]}
    bare = pl.DataFrame(rows).drop("affixes")
    bare.write_csv(tmp_path / "bare.csv")
    expected = Gazetteer(affixes=list(EVERY[name])).add("a", "x")
    made = [
        Gazetteer(affixes=name).add("a", "x"),
        Gazetteer().add("a", "x", affixes=name),
        Gazetteer.from_dict({"x": ["a"]}, affixes=name),
        Gazetteer.from_dict(nested),
        Gazetteer.from_table(rows),
        Gazetteer.from_table({key: [value] for key, value in rows[0].items()}),
        Gazetteer.from_table(pl.DataFrame(rows)),
        Gazetteer.from_table(pa.Table.from_pylist(rows)),
        Gazetteer.from_table(bare, affixes=name),
        *map(Gazetteer.read, (csv, jsonl, yaml, parquet)),
        Gazetteer.read(parquet, errors="skip"),
        Gazetteer.read(tmp_path / "bare.csv", affixes=name),
        sl.PhraseMatcher(nested).gazetteer,
    ]
    assert made == [expected] * len(made)


def test_a_row_can_take_another_list_or_none():
    gaz = Gazetteer(affixes="ko").add("a", "x").add("b", "x", affixes="ar")
    gaz.add("c", "x", affixes=[]).add("d", "x", affixes=["ko"])
    assert [entry.affixes for entry in gaz] == [EVERY["ko"], EVERY["ar"], (), ("ko",)]


@pytest.mark.parametrize("name", ["kr", "", "KO", "은 에서"])
def test_an_unknown_name_is_an_error_that_lists_those_there_are(name):
    message = r'affixes must be a list of str or one of "ko", "ar", "he", not '
    with pytest.raises(ValueError, match=f"^{message}{name!r}"):
        Gazetteer(affixes=name)
    with pytest.raises(ValueError, match=message):
        Gazetteer().add("a", "x", affixes=name)
    with pytest.raises(ValueError, match=message):
        Gazetteer.from_dict({"x": ["a"]}, affixes=name)


def test_what_is_no_list_is_an_error():
    with pytest.raises(TypeError, match="affixes must be a list of str, not int"):
        Gazetteer(affixes=5)


# -- How they are written -----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet", "yaml", "json"])
def test_round_trip(suffix, tmp_path):
    gaz = Gazetteer(affixes="ko").add("중국", "place/China").add("NATO", "org/NATO")
    gaz.add("روسيا", "place/Russia", affixes="ar").add("רוסיה", "place/Russia", affixes="he")
    gaz.add("ko", "odd", affixes=["ko"]).add("most", "odd", affixes=EVERY["ko"][1:])
    gaz.add("none", None, affixes=[])
    path = tmp_path / f"g.{suffix}"
    gaz.write(path)
    again = Gazetteer.read(path)
    assert again == gaz
    assert {entry.phrase: entry.affixes for entry in again} == {
        entry.phrase: entry.affixes for entry in gaz
    }


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "yaml", "json"])
def test_text_formats_write_the_name(suffix, tmp_path):
    path = tmp_path / f"g.{suffix}"
    Gazetteer(affixes="ko").add("중국", "place/China").write(path)
    text = path.read_text(encoding="utf-8")
    assert "에서" not in text
    assert "ko" in text
