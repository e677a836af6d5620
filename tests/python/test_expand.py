"""Variants: what is made, what is held back, and where they are remembered."""

import warnings

import pytest

import slugline as sl
from slugline import Gazetteer, _english, _optional, _words


def expand(gaz, *functions, **rules):
    """Expand without the warning, which has its own test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return gaz.expand(*functions, **rules)


def made(phrase, *functions, options=None, **rules):
    """Return the variants of one phrase, by rule."""
    gaz = expand(Gazetteer(**(options or {})).add(phrase, "c"), *functions, **rules)
    return [(entry.phrase, entry.attributes["variant_rule"]) for entry in gaz.variants()]


def held_back(gaz):
    return [(one.variant, one.reason) for one in gaz.not_made]


@pytest.fixture
def without(monkeypatch):
    """Make libraries as if they were not installed."""

    def forget():
        for cached in (_english._inflect, _english._spellings, _words.common_words):
            cached.cache_clear()

    def hide(*names):
        real = _optional.import_module

        def import_module(name):
            if name in names:
                raise ImportError(name)
            return real(name)

        monkeypatch.setattr(_optional, "import_module", import_module)
        forget()

    yield hide
    forget()


@pytest.mark.parametrize(
    ("phrase", "plural"),
    [
        ("colour revolution", "colour revolutions"),
        ("attorney general", "attorneys general"),
        ("Chief of Staff", "Chiefs of Staff"),
        ("man of the year", "men of the year"),
        ("country house", "country houses"),
        ("Orange County", "Orange Counties"),
        ("crisis", "crises"),
        ("virus", "viruses"),
        ("Kennedy", "Kennedys"),
        ("Lukashenko", "Lukashenkos"),
        ("Bush", "Bushes"),
        ("NGO", "NGOs"),
    ],
)
def test_plurals(phrase, plural):
    assert made(phrase, plural="en") == [(plural, "plural")]


@pytest.mark.parametrize(
    "phrase", ["sanctions", "sheep", "US", "G20", "Beijing's", "中国", "Москва"]
)
def test_what_has_no_plural_or_is_one(phrase):
    assert made(phrase, plural="en") == []


def test_the_classic_failure():
    gaz = Gazetteer().add("ets", "policy/emissions trading")
    expand(gaz, lambda phrase: phrase.removesuffix("s"), plural="en")
    assert gaz.phrases == ["ets"]
    assert held_back(gaz) == [("et", "is shorter than three letters")]
    matches = sl.PhraseMatcher(gaz).tag("et les autres, et cetera")
    assert len(matches) == 0


def test_common_words_are_held_back_and_can_be_asked_for():
    gaz = expand(Gazetteer().add("new", "x").add("man", "y"), plural="en")
    assert gaz.phrases == ["man", "new"]
    assert held_back(gaz) == [
        ("news", "is a common word of 'en'"),
        ("men", "is a common word of 'en'"),
    ]
    assert gaz.expand(plural="en", common=None).phrases == ["man", "men", "new", "news"]
    assert gaz.not_made == []


def test_common_is_judged_in_the_language_of_the_phrase():
    gaz = Gazetteer().add("Institut", "x", lang="fr").add("Institute", "y", lang="de")

    def first(phrase):
        return "avec"

    expand(gaz, first)
    assert held_back(gaz) == [("avec", "is a common word of 'fr'")]
    assert [(entry.phrase, entry.lang) for entry in gaz.variants()] == [("avec", "de")]


def test_nothing_is_made_of_what_was_held_back():
    gaz = expand(Gazetteer().add("storey", "x"), spelling="en", plural="en")
    assert gaz.phrases == ["storey", "storeys"]
    assert [variant for variant, _ in held_back(gaz)] == ["story"]


def test_spelling_goes_both_ways_and_keeps_case():
    assert made("Colour Revolution", spelling="en") == [("Color Revolution", "spelling")]
    assert made("labor organization", spelling="en") == [("labour organisation", "spelling")]
    assert made("DEFENCE", spelling="en") == [("DEFENSE", "spelling")]
    # Common, but the same word.
    assert made("organisation", spelling="en") == [("organization", "spelling")]


def test_possessives():
    assert made("Xi", possessive=True) == [("Xi's", "possessive")]
    assert made("Jones", possessive=True) == [("Jones'", "possessive"), ("Jones's", "possessive")]
    assert made("Xi's", possessive=True) == []
    gaz = Gazetteer().add("Xi", "person/Xi").expand(possessive=True)
    (match,) = sl.PhraseMatcher(gaz).tag("Xi’s trip")
    assert match.text == "Xi’s"


def test_hyphens():
    assert made("cease-fire", hyphen=True) == [("cease fire", "hyphen"), ("ceasefire", "hyphen")]
    assert made("Sino-Russian", hyphen=True) == [("Sino Russian", "hyphen")]
    assert made("arms control", hyphen=True) == [("arms-control", "hyphen")]
    assert made("Orange County", hyphen=True) == []
    # The gazetteer sees to it already.
    assert made("Sino-Russian", hyphen=True, options={"hyphens": "space"}) == []


def test_rules_build_on_each_other():
    rules = {"plural": "en", "possessive": True, "spelling": "en"}
    assert made("colour revolution", **rules) == [
        ("color revolution", "spelling"),
        ("colour revolutions", "plural"),
        ("color revolutions", "spelling+plural"),
        ("colour revolution's", "possessive"),
        ("color revolution's", "spelling+possessive"),
        ("colour revolutions'", "plural+possessive"),
        ("color revolutions'", "spelling+plural+possessive"),
    ]


@pytest.mark.parametrize(
    ("phrase", "script", "others"),
    [
        ("Лукашенко", "ru", ["Lukashenko"]),
        ("Lukashenko", "ru", ["Лукашенко"]),
        ("Сергей Шойгу", "ru", ["Sergey Shoygu", "Sergei Shoigu"]),
        ("Prigozhin", "ru", ["Пригожин"]),
        ("Тимошенко", "uk", ["Tymošenko"]),
        ("Beograd", "sr", ["Београд"]),
        ("Лукашенко NATO", "ru", []),
        ("αβγ", "ru", []),
        ("power plant", "ru", []),
    ],
)
def test_transliteration(phrase, script, others):
    found = made(phrase, transliterate=script)
    assert found[: len(others)] == [(other, "transliterate") for other in others]
    assert bool(found) == bool(others)


def test_a_transliteration_that_does_not_go_back_is_reported():
    gaz = expand(Gazetteer().add("Khrushchev", "x"), transliterate="ru")
    assert gaz.phrases == ["Khrushchev"]
    (one,) = gaz.not_made
    assert (one.phrase, one.concept, one.variant, one.rule) == (
        "Khrushchev",
        "x",
        "",
        "transliterate",
    )
    assert "read back" in one.reason


def test_another_script_is_another_language():
    gaz = Gazetteer().add("Lukashenko", "x", lang="en").add("Шойгу", "y", lang="ru")
    gaz.add("Тимошенко", "z", lang="uk").expand(transliterate="ru")
    languages = [(entry.phrase, entry.lang) for entry in gaz.variants()]
    assert languages[:2] == [("Лукашенко", "ru"), ("Shoygu", None)]
    assert "z" not in gaz.variants().concepts


def test_variants_keep_everything_and_remember():
    gaz = Gazetteer(accents="fold")
    gaz.add(
        "drone", "weapon/drone", boundary="end", lang="en", weight=0.5, affixes=["anti"], qid="Q1"
    )
    (variant,) = gaz.expand(plural="en").variants()
    (original,) = gaz.remove_variants()
    assert variant.options == original.options
    assert (variant.lang, variant.weight, variant.concept) == ("en", 0.5, "weapon/drone")
    assert variant.attributes == {"qid": "Q1", "variant_of": "drone", "variant_rule": "plural"}


def test_acronyms_stay_acronyms():
    gaz = Gazetteer(case="smart").add("NGO", "org").expand(plural="en")
    assert [(entry.phrase, entry.case) for entry in gaz] == [("NGO", "smart"), ("NGOs", "match")]


def test_exclusions_are_expanded_unless_a_concept_is_named():
    gaz = Gazetteer().add("colour", "a/colour").add("colour blind", None).add("grey", "b/grey")
    assert gaz.copy().expand(spelling="en").phrases == [
        "color",
        "color blind",
        "colour",
        "colour blind",
        "gray",
        "grey",
    ]
    assert [entry.phrase for entry in gaz.expand(spelling="en", concept="a/*").variants()] == [
        "color"
    ]


def test_a_phrase_of_another_concept_is_not_taken():
    gaz = Gazetteer().add("Wale", "person/Wale").add("wales", "place/Wales").add("ore", "x")
    gaz.add("ores", None)
    expand(gaz, plural="en", possessive=True)
    assert "Wales" not in gaz.phrases
    assert ("Wales", "is a phrase of place/Wales") in held_back(gaz)
    # Nor what would have been made of it.
    assert ("Wales'", "is a phrase of place/Wales") in held_back(gaz)
    assert ("ores", "is an exclusion") in held_back(gaz)


def test_what_the_concept_has_is_not_made_again():
    gaz = Gazetteer().add("drone", "x").add("Drones", "x").expand(plural="en")
    assert gaz.phrases == ["Drones", "drone"]
    assert gaz.not_made == []
    again = gaz.add("missile", "x").expand(plural="en")
    assert again.phrases == ["Drones", "drone", "missile", "missiles"]
    assert again.expand(plural="en") == again.copy()


def test_english_rules_leave_other_languages_alone():
    gaz = Gazetteer().add("Regierung", "a", lang="de").add("government", "b", lang="en-GB")
    expand(gaz, plural="en", possessive=True)
    assert gaz.variants().concepts == ["b"]


def test_globs_keep_their_stars():
    gaz = Gazetteer(glob=True).add("colour revolution*", "x")
    gaz.expand(plural="en", possessive=True, spelling="en", hyphen=True)
    assert gaz.phrases == ["color revolution*", "colour revolution*"]
    assert all(entry.glob for entry in gaz)


def test_functions():
    def aliases(phrase):
        return {"NATO": ["OTAN", "НАТО", "OTAN"], "China": "中国", "EU": ["  "]}.get(phrase)

    gaz = Gazetteer().add("NATO", "org").add("China", "place").add("EU", "org").add("UN", "org")
    gaz.expand(aliases)
    found = [(entry.phrase, entry.attributes["variant_rule"]) for entry in gaz.variants()]
    assert found == [("OTAN", "aliases"), ("НАТО", "aliases"), ("中国", "aliases")]
    assert expand(Gazetteer().add("中国", "x"), lambda p: "中").not_made[0].reason == (
        "is shorter than two letters"
    )


def test_a_function_that_fails_changes_nothing():
    gaz = Gazetteer().add("NATO", "org").add("EU", "org")

    def fails(phrase):
        return ["OTAN"] if phrase == "NATO" else 1 / 0

    with pytest.raises(ZeroDivisionError) as caught:
        gaz.expand(fails)
    assert "fails('EU')" in caught.value.__notes__[0]
    with pytest.raises(TypeError, match=r"odd\('NATO'\) must return texts, not int"):
        gaz.expand(lambda_named("odd", [1]))
    assert gaz.phrases == ["EU", "NATO"]


def lambda_named(name, result):
    def function(phrase):
        return result

    function.__name__ = name
    return function


def test_variants_are_listed_and_removed_by_rule_and_phrase():
    gaz = Gazetteer().add("drone", "a").add("colour bomb", "b")
    before = gaz.version
    gaz.expand(plural="en", spelling="en")
    assert gaz.variants().phrases == ["color bomb", "color bombs", "colour bombs", "drones"]
    assert gaz.variants(rule="spelling").phrases == ["color bomb", "color bombs"]
    assert gaz.variants(phrase="drone").phrases == ["drones"]
    assert gaz.remove_variants(rule="spelling").phrases == [
        "colour bomb",
        "colour bombs",
        "drone",
        "drones",
    ]
    assert gaz.remove_variants(phrase="drone").variants().phrases == ["colour bombs"]
    assert gaz.remove_variants().version == before
    assert len(gaz.variants()) == 0


def test_a_matcher_keeps_its_snapshot():
    gaz = Gazetteer().add("drone", "a")
    matcher = sl.PhraseMatcher(gaz)
    gaz.expand(plural="en")
    assert len(matcher.tag("drones")) == 0
    assert len(sl.PhraseMatcher(gaz).tag("drones")) == 1
    matcher = sl.PhraseMatcher(gaz)
    gaz.remove_variants()
    assert len(matcher.tag("drones")) == 1


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "yaml", "parquet"])
def test_variants_survive_files(tmp_path, suffix):
    gaz = Gazetteer().add("drone", "a", qid="Q1").expand(plural="en", possessive=True)
    path = tmp_path / f"gazetteer.{suffix}"
    gaz.write(path)
    read = Gazetteer.read(path)
    assert read == gaz
    assert read.remove_variants().phrases == ["drone"]


def test_what_was_not_made_is_warned_of():
    gaz = Gazetteer().add("new", "x")
    with pytest.warns(UserWarning, match=r"did not make 1 variant: 'news' is a common word"):
        gaz.expand(plural="en")


def test_bad_arguments():
    gaz = Gazetteer().add("a b", "x")
    with pytest.raises(TypeError, match="expand needs a rule"):
        gaz.expand()
    with pytest.raises(ValueError, match=r'plural must be one of "en", or None, not \'fr\''):
        gaz.expand(plural="fr")
    with pytest.raises(ValueError, match="transliterate must be one of"):
        gaz.expand(transliterate="ka")
    with pytest.raises(TypeError, match="must be a function"):
        gaz.expand("plural")


@pytest.mark.parametrize(
    ("library", "rules"),
    [
        ("inflect", {"plural": "en"}),
        ("eng", {"spelling": "en"}),
        ("cyrtranslit", {"transliterate": "ru"}),
        ("iuliia", {"transliterate": "ru"}),
        ("wordfreq", {"possessive": True}),
    ],
)
def test_a_missing_library_is_named_before_anything_changes(without, library, rules):
    without(library)
    gaz = Gazetteer().add("colour", "x").add("Lukashenko", "y")
    with pytest.raises(ImportError, match=f"needs {library}: `pip install {library}`"):
        gaz.expand(str.upper, **rules)
    assert gaz.phrases == ["Lukashenko", "colour"]


def test_without_common_words_no_list_is_needed(without):
    without("wordfreq")
    gaz = Gazetteer().add("drone", "x").add("Kennedy", "y")
    gaz.expand(plural="en", possessive=True, common=None)
    assert "drones" in gaz.phrases
    assert "Kennedys" in gaz.phrases
