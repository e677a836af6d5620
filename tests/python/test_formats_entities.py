"""Lists of named entities: flashtext, spaCy, GATE, Wikidata."""

import json

import pytest
from formats_support import pairs, put, skipping

from slugline import Gazetteer, PhraseMatcher

# -- flashtext ------------------------------------------------------------------------------------


def test_flashtext_lines(tmp_path):
    text = "color=>colour\n kolor => colour \nAC/DC\nwhat*=>\nПутин=>Vladimir Putin\n"
    gaz = Gazetteer.read(put(tmp_path, "g.txt", text), "flashtext")
    assert pairs(gaz) == [
        ("color", "colour"),
        ("kolor", "colour"),
        ("AC/DC", r"AC\/DC"),
        ("what*", "what*"),
        ("Путин", "Vladimir Putin"),
    ]
    assert not any(e.glob for e in gaz)


def test_flashtext_json(tmp_path):
    path = put(tmp_path, "g.json", '{"and/or": ["и/или", "und*"], "colour": ["color"]}')
    gaz = Gazetteer.read(path, "flashtext")
    assert pairs(gaz) == [("и/или", r"and\/or"), ("und*", r"and\/or"), ("color", "colour")]
    assert not any(e.glob for e in gaz)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a=>b\na=>b=>c\n", r"g\.txt, line 2: 'a=>b=>c' has more than one =>"),
        ("=>b\n", r"line 1: '=>b' has no keyword"),
        ('{"a": "b"}', r"at a: there must be a list of keywords, not str"),
        ('{"a": ["b", 3]}', r"g\.txt, at a\[1\]"),
        ('{" ": ["b"]}', r"a concept has no name"),
        ('{"a": ["b"],}', r"g\.txt, line 1"),
    ],
)
def test_flashtext_unreadable(text, reason, tmp_path):
    with pytest.raises((ValueError, TypeError), match=reason):
        Gazetteer.read(put(tmp_path, "g.txt", text), "flashtext")


def test_flashtext_skipping(tmp_path):
    gaz = skipping(put(tmp_path, "g.txt", "a=>b\na=>b=>c\n=>\n"), "flashtext")
    assert pairs(gaz) == [("a", "b")]
    assert len(gaz.skipped) == 2


# -- spaCy ----------------------------------------------------------------------------------------


def lines(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


PATTERNS = lines(
    {"label": "ORG", "pattern": "Apple"},
    {"label": "GPE", "pattern": [{"LOWER": "new"}, {"LOWER": "york"}], "id": "ny"},
    {"label": "GPE", "pattern": [{"TEXT": "NYC"}], "id": "ny", "source": "list"},
    {"label": "GPE", "pattern": [{"orth": "São"}, {"TEXT": "Paulo"}]},
    {"label": "A/B", "pattern": "what*?"},
)


def test_spacy(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "p.jsonl", PATTERNS), "spacy")
    assert [(e.phrase, e.concept, e.case, dict(e.attributes)) for e in gaz] == [
        ("Apple", "ORG", "match", {}),
        ("new york", "GPE/ny", "ignore", {"id": "ny"}),
        ("NYC", "GPE/ny", "match", {"id": "ny", "source": "list"}),
        ("São Paulo", "GPE", "match", {}),
        ("what*?", r"A\/B", "match", {}),
    ]
    assert not any(e.glob for e in gaz)
    # What a ruler with phrase_matcher_attr="LOWER" would do.
    cases = [e.case for e in Gazetteer.read(tmp_path / "p.jsonl", "spacy", case="ignore")]
    assert cases == ["ignore", "ignore", "match", "match", "ignore"]


@pytest.mark.parametrize(
    ("tokens", "texts"),
    [
        (["sino", "-", "russian"], ["Sino-Russian", "sino - russian"]),
        (["xi", "'s"], ["Xi’s", "xi 's"]),
        (["u.s", "."], ["U.S."]),
        (["do", "n't"], ["don't", "do n't"]),
        (["中国", "政府"], ["中国政府", "中国 政府"]),
        (["รัฐบาล", "ไทย"], ["รัฐบาลไทย"]),
    ],
)
def test_spacy_tokens_that_touch(tokens, texts, tmp_path):
    record = {"label": "X", "pattern": [{"LOWER": token} for token in tokens]}
    matcher = PhraseMatcher(Gazetteer.read(put(tmp_path, "p.jsonl", lines(record)), "spacy"))
    for text in texts:
        assert [m.text for m in matcher.tag(f"({text})")] == [text]


def test_spacy_words_do_not_touch(tmp_path):
    record = {"label": "X", "pattern": [{"LOWER": "new"}, {"LOWER": "york"}]}
    matcher = PhraseMatcher(Gazetteer.read(put(tmp_path, "p.jsonl", lines(record)), "spacy"))
    assert len(matcher.tag("NewYork new-york")) == 0


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"pattern": "a"}, "there is no 'label'"),
        ({"label": "A"}, "there is no 'pattern'"),
        ({"label": "A", "pattern": []}, "there is no 'pattern'"),
        ({"label": "A", "pattern": 3}, "must be text or a list, not int"),
        ({"label": 3, "pattern": "a"}, "label and id must be text, not int"),
        ({"label": " ", "pattern": "a"}, "has no name"),
        ({"label": "A", "pattern": [{"LOWER": "a"}, {"TEXT": "B"}]}, "LOWER beside TEXT"),
        ({"label": "A", "pattern": [{"LEMMA": "a"}]}, "LOWER, TEXT or ORTH, not LEMMA"),
        ({"label": "A", "pattern": [{"LOWER": "a", "OP": "?"}]}, "LOWER, TEXT or ORTH alone"),
        ({"label": "A", "pattern": [{"LOWER": {"IN": ["a"]}}]}, "must have text"),
        ({"label": "A", "pattern": [{}]}, "must have LOWER"),
        ({"label": "A", "pattern": ["a"]}, "must have LOWER"),
        ({"label": "A", "pattern": [{"LOWER": "New"}]}, "'New' could never be found"),
        ({"label": "A", "pattern": [{"TEXT": "-"}] * 9}, "too many tokens"),
        ({"label": "A", "pattern": "a", "x": [1]}, "attribute 'x'"),
        (["a"], "must be a JSON object, not list"),
    ],
)
def test_spacy_unreadable(record, reason, tmp_path):
    good = {"label": "ORG", "pattern": "NATO"}
    path = put(tmp_path, "p.jsonl", lines(good, record))
    with pytest.raises((ValueError, TypeError), match=rf"p\.jsonl, line 2.*{reason}"):
        Gazetteer.read(path, "spacy")
    gaz = skipping(path, "spacy")
    assert pairs(gaz) == [("NATO", "ORG")]
    assert len(gaz.skipped) == 1


# -- GATE -----------------------------------------------------------------------------------------


def gate(tmp_path):
    put(
        tmp_path,
        "lists.def",
        "city.lst:location:city:fr:Lookup\nfirm.lst:organization\n\nunit.lst:money::de\n",
    )
    put(tmp_path, "city.lst", "Minsk\nSaint-Étienne&country=FR&pop=1:2\nNice:lang=it\n")
    firms = ["AT&T", "A & W", "E*Trade:url=http://x.y", "BBC\tsite=a:b\tw=x", "VW:weight=2"]
    put(tmp_path, "firm.lst", "\n".join(firms))
    put(tmp_path, "unit.lst", "Mark:rate=\n")
    return tmp_path / "lists.def"


def test_gate(tmp_path):
    path = gate(tmp_path)
    gaz = Gazetteer.read(path)
    assert [(e.phrase, e.concept, e.lang, dict(e.attributes)) for e in gaz] == [
        ("Minsk", "location/city", "fr", {"annotation_type": "Lookup"}),
        (
            "Saint-Étienne",
            "location/city",
            "fr",
            {"annotation_type": "Lookup", "country": "FR", "pop": "1:2"},
        ),
        ("Nice", "location/city", "it", {"annotation_type": "Lookup"}),
        ("AT&T", "organization", None, {}),
        ("A & W", "organization", None, {}),
        ("E*Trade", "organization", None, {"url": "http://x.y"}),
        ("BBC", "organization", None, {"site": "a:b", "w": "x"}),
        ("VW", "organization", None, {}),
        ("Mark", "money", "de", {}),
    ]
    assert [e.weight for e in gaz if e.weight != 1] == [2.0]
    assert {e.case for e in gaz} == {"match"}
    assert not any(e.glob for e in gaz)
    assert {e.case for e in Gazetteer.read(path, case="ignore")} == {"ignore"}


def test_gate_one_list(tmp_path):
    gate(tmp_path)
    assert Gazetteer.read(tmp_path / "city.lst").concepts == ["location/city"]
    path = put(tmp_path, "other.lst", "x\n")
    assert pairs(Gazetteer.read(path)) == [("x", "other")]
    put(tmp_path, "lists.def", "other.lst\n")
    with pytest.raises(ValueError, match=r"lists\.def, line 1: 'other\.lst' is not list:major"):
        Gazetteer.read(path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("none.lst:x", "there is no list 'none.lst' beside it"),
        ("city.lst", "is not list:major:minor"),
        ("city.lst::x", "is not list:major:minor"),
        ("city.lst:a:b:c:d:e", "is not list:major:minor"),
    ],
)
def test_gate_index_unreadable(line, reason, tmp_path):
    gate(tmp_path)
    path = put(tmp_path, "lists.def", f"unit.lst:money\n{line}\n")
    with pytest.raises(ValueError, match=rf"lists\.def, line 2: .*{reason}"):
        Gazetteer.read(path)
    gaz = skipping(path)
    assert pairs(gaz) == [("Mark", "money")]
    assert len(gaz.skipped) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Bonn\tGermany", "what follows the tab"),
        ("Bonn:concept=x", "'concept' cannot be the name of a feature"),
        ("Bonn:weight=x", "'x'"),
        (":a=b", "empty"),
    ],
)
def test_gate_entry_unreadable(line, reason, tmp_path):
    path = put(tmp_path, "city.lst", f"Minsk\n{line}\n")
    with pytest.raises(ValueError, match=rf"city\.lst, line 2.*{reason}"):
        Gazetteer.read(path)


# -- Wikidata -------------------------------------------------------------------------------------

PLAIN = {
    "id": "Q148",
    "labels": {"zh": "中国", "en": "China", "de": "China"},
    "aliases": {"en": ["PRC", "People's Republic of China"], "fr": ["Chine"]},
    "rank": 3,
    "claims": {"P31": []},
}
DUMP = {
    "type": "item",
    "id": "Q30",
    "labels": {"mul": {"language": "mul", "value": "USA"}},
    "aliases": {"ru": [{"language": "ru", "value": "США"}]},
}


def test_wikidata(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "w.jsonl", lines(PLAIN, DUMP)), "wikidata")
    china = {"id": "Q148", "rank": 3}
    usa = {"id": "Q30", "type": "item"}
    assert [(e.phrase, e.concept, e.lang, dict(e.attributes)) for e in gaz] == [
        ("中国", "China", "zh", china),
        ("China", "China", "en", china | {"langs": "en de"}),
        ("PRC", "China", "en", china),
        ("People's Republic of China", "China", "en", china),
        ("Chine", "China", "fr", china),
        ("USA", "USA", "mul", usa),
        ("США", "USA", "ru", usa),
    ]
    by_id = Gazetteer.read(tmp_path / "w.jsonl", "wikidata", concept="id")
    assert by_id.concepts == ["Q148", "Q30"]
    with pytest.raises(ValueError, match='concept must be "label" or "id"'):
        Gazetteer.read(tmp_path / "w.jsonl", "wikidata", concept="name")


def test_wikidata_as_a_dump_is_written(tmp_path):
    text = f"[\n{json.dumps(PLAIN)},\n{json.dumps(DUMP)}\n]\n"
    assert len(Gazetteer.read(put(tmp_path, "w.json", text), "wikidata")) == 7


def test_wikidata_label_without_english(tmp_path):
    item = {"id": "Q1", "labels": {"uk": "Київ/Kyiv", "pl": "Kijów"}}
    gaz = Gazetteer.read(put(tmp_path, "w.jsonl", lines(item)), "wikidata")
    assert gaz.concepts == [r"Київ\/Kyiv"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"labels": {"en": "A"}}, "there is no 'id'"),
        ({"id": "Q2"}, "there are no labels and no aliases"),
        ({"id": "Q2", "labels": ["A"]}, "'labels' must be an object by language"),
        ({"id": "Q2", "labels": {"en": 3}}, "must have text in 'en', not 3"),
        ({"id": "Q2", "labels": {"en": {"value": " "}}}, "must have text in 'en'"),
        ({"id": "Q2", "labels": {"en": "Paris"}}, 'also that of Q90: give concept="id"'),
    ],
)
def test_wikidata_unreadable(item, reason, tmp_path):
    path = put(tmp_path, "w.jsonl", lines({"id": "Q90", "labels": {"en": "Paris"}}, item))
    with pytest.raises(ValueError, match=rf"w\.jsonl, line 2: .*{reason}"):
        Gazetteer.read(path, "wikidata")
    assert pairs(skipping(path, "wikidata")) == [("Paris", "Paris")]
