"""Findings of lint. Each rule by itself is tested in Rust, too."""

import time

import polars as pl
import pytest
from support import DATA

import slugline as sl
from slugline import Gazetteer, _optional, _words

COLUMNS = ["rule", "severity", "phrase", "concept", "message"]


def findings(gaz, texts=None, **options):
    return gaz.lint(texts, frame="polars", **options).rows(named=True)


def found(gaz, texts=None, **options):
    return [(row["rule"], row["phrase"]) for row in findings(gaz, texts, **options)]


def test_a_clean_gazetteer_has_none_and_the_columns():
    frame = Gazetteer().add("colour revolution", "narrative").lint(frame="polars")
    assert frame.columns == COLUMNS
    assert frame.height == 0
    assert Gazetteer().lint(frame="polars").height == 0


def test_the_worst_come_first():
    gaz = Gazetteer().add("EU", "org").add("Orange", "company").add("orange", None)
    rows = findings(gaz)
    assert [(row["rule"], row["severity"], row["phrase"], row["concept"]) for row in rows] == [
        ("never-reported", "error", "Orange", "company"),
        ("same-fold", "warning", "orange", None),
        ("short", "warning", "EU", "org"),
    ]
    assert rows[0]["message"] == (
        'can never be reported: the exclusion "orange" matches wherever it does; '
        "remove one of the two"
    )


def test_what_is_never_reported_is_not():
    from slugline import PhraseMatcher

    gaz = Gazetteer(case="smart").add("Orange", "company").add("orange", None)
    gaz.add("WHO", None).add("who", "word").add("art", "art").add("art", None, boundary="none")
    never = [phrase for rule, phrase in found(gaz) if rule == "never-reported"]
    assert never == ["Orange", "art"]
    matches = PhraseMatcher(gaz).tag(["Orange orange ORANGE", "who WHO", "art Art"])
    assert {match.phrase for match in matches} == {"who"}


def test_one_phrase_under_several_concepts():
    gaz = Gazetteer().add("Georgia", "country/GE").add("Georgia", "state/GA", case="match")
    (row,) = findings(gaz)
    assert (row["rule"], row["phrase"], row["concept"]) == (
        "several-concepts",
        "Georgia",
        "country/GE",
    )
    assert row["message"] == "stands for 2 concepts: country/GE, state/GA"


def test_common_words_of_the_language():
    gaz = Gazetteer().add("Nice", "place/Nice").add("Nebel", "x", lang="de")
    gaz.add("pour", "x", lang="fr").add("pour", "y", lang="cs")
    gaz.add("mit", "z", lang="de").add("WHO", "org", case="match")
    common = [
        (row["phrase"], row["concept"]) for row in findings(gaz) if row["rule"] == "common-word"
    ]
    assert common == [("Nice", "place/Nice"), ("pour", "x"), ("mit", "z")]
    assert not [rule for rule, _ in found(gaz, common=None) if rule == "common-word"]
    rare = Gazetteer().add("turkey", "place/Turkey")
    assert found(rare) == []
    assert found(rare, common=4) == [("common-word", "turkey")]
    french = Gazetteer().add("avec", "x")
    assert found(french) == []
    assert found(french, lang="fr") == [("common-word", "avec")]


def test_without_wordfreq_it_says_so(monkeypatch):
    real = _optional.import_module

    def import_module(name):
        if name == "wordfreq":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(_optional, "import_module", import_module)
    _words.common_words.cache_clear()
    first, second = findings(Gazetteer().add("UN", "org"))
    assert (first["rule"], first["severity"], first["phrase"]) == ("common-word", "info", None)
    assert "pip install wordfreq" in first["message"]
    assert second["rule"] == "short"
    assert found(Gazetteer().add("UN", "org"), common=None) == [("short", "UN")]


def test_scripts_that_need_options():
    gaz = Gazetteer().add("중국", "a").add("الصين", "b").add("סין", "c").add("İstanbul", "d")
    gaz.add("Sırbistan", "e", lang="tr", accents="fold").add("Ankara", "f", lang="tr")
    gaz.add("미국", "g", affixes=["에서"]).add("شنگهای", "h").add("چین", "i", lang="fa")
    assert found(gaz, common=None) == [
        ("no-affixes", "중국"),
        ("no-affixes", "الصين"),
        ("no-affixes", "סין"),
        ("turkish-accents", "İstanbul"),
    ]
    messages = [row["message"] for row in findings(gaz, common=None)]
    assert ['affixes="ko"' in messages[0], 'affixes="ar"' in messages[1]] == [True, True]


TEXTS = [
    *["Die Regierung in Kiew sagt nichts.", None] * 30,
    *["It was a nice day, a very nice day in Tbilisi."] * 40,
    "Tbilisi State University",
]


def test_what_texts_tell():
    gaz = Gazetteer().add("Nice", "place/Nice").add("Tbilisi State University", "org")
    gaz.add("State University", "org/other").add("Tuvalu", "place/Tuvalu").add("Kiew", "place/Kyiv")
    rows = findings(gaz, TEXTS, common=None)
    assert [(row["rule"], row["severity"], row["phrase"]) for row in rows] == [
        ("matches-often", "warning", "Nice"),
        ("matches-often", "warning", "Kiew"),
        # `State University` does match, though only within a longer one.
        ("never-matches", "info", "Tuvalu"),
    ]
    assert rows[0]["message"].startswith("matches in 40 % of the texts (80 times)")
    assert rows[2]["message"] == "matches in none of the 101 texts"


def test_texts_of_any_kind():
    gaz = Gazetteer().add("Tuvalu", "place/Tuvalu")
    for texts in (["x"], ("x",), pl.Series(["x", None]), iter(["x", "y"]), "x", ["\ud800"]):
        assert found(gaz, texts) == [("never-matches", "Tuvalu")]
    with pytest.raises(TypeError, match="row 0"):
        gaz.lint([1])


@pytest.mark.parametrize("frame", ["pandas", "polars", "pyarrow", None])
def test_kinds_of_tables(frame):
    table = Gazetteer().add("UN", "org").lint(frame=frame)
    library = type(table).__module__.partition(".")[0]
    assert library == (frame or "pandas")
    with pytest.raises(ValueError, match="frame"):
        Gazetteer().lint(frame="excel")


def test_a_million_phrases_take_less_than_five_seconds():
    path = DATA / "gazetteers" / "mixed_max.parquet"
    if not path.exists():
        pytest.skip(f"no real news at {DATA}")
    gaz = Gazetteer.from_table(pl.read_parquet(path), concept="label", case="smart")
    assert len(gaz) > 1_000_000
    begun = time.perf_counter()
    table = gaz.lint(frame="polars")
    # Some room, for a machine that does other things.
    assert time.perf_counter() - begun < 10
    rules = set(table["rule"])
    assert {"same-fold", "short", "common-word", "no-affixes", "turkish-accents"} <= rules


def test_stars_that_are_no_wild_cards():
    gaz = sl.Gazetteer().add("afghan*", "a").add("5 * 3", "b").add("colo*r", "c", glob=True)
    gaz.add("lava", "d", near={"phrases": ["erupt*"]})
    findings = gaz.lint(frame="pyarrow").to_pylist()
    stars = [row["phrase"] for row in findings if row["rule"] == "literal-star"]
    assert stars == ["afghan*", "lava"]


def test_diff_of_many_contexts_is_linear():
    gaz = sl.Gazetteer()
    for number in range(20_000):
        gaz.add(f"p {number}", "c", near={"phrases": [f"w{number}"]})
    assert len(gaz.diff(gaz.copy())) == 0
