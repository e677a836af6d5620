"""What changed from one gazetteer to another."""

import random

import polars as pl
import pytest

from slugline import Change, Gazetteer, GazetteerDiff


def phrases(gaz):
    return [(entry.phrase, entry.concept) for entry in gaz]


OLD = (
    Gazetteer(case="smart")
    .add("OTAN", "org/NATO")
    .add("НАТО", "org/NATO", lang="ru", qid="Q7184")
    .add("Orange County", None)
    .add("US", "place/United States", weight=0.5)
)
NEW = (
    Gazetteer(case="smart")
    .add("US", "place/United States", weight=1)
    .add("НАТО", "org/NATO", lang="uk", rank=3)
    .add("Orange County", "place/Orange County")
    .add("OTAN", "org/NATO", accents="fold")
)


def test_added_removed_and_changed():
    diff = OLD.diff(NEW)
    assert isinstance(diff, GazetteerDiff)
    assert phrases(diff.added) == [("Orange County", "place/Orange County")]
    assert phrases(diff.removed) == [("Orange County", None)]
    assert len(diff) == 5
    fields = {change.after.phrase: change.fields for change in diff.changed}
    assert fields == {
        "US": {"weight": (0.5, 1.0)},
        "НАТО": {"lang": ("ru", "uk"), "qid": ("Q7184", None), "rank": (None, 3)},
        "OTAN": {"accents": ("keep", "fold")},
    }
    assert isinstance(diff.changed[0], Change)
    assert diff.changed[1].detail == "lang: ru → uk; qid: Q7184 → (none); rank: (none) → 3"


def test_nothing_changed():
    shuffled = list(OLD)
    random.Random(1).shuffle(shuffled)
    same = Gazetteer()
    for entry in shuffled:
        same.add(
            entry.phrase,
            entry.concept,
            **entry.options,
            lang=entry.lang,
            weight=entry.weight,
            **entry.attributes,
        )
    diff = OLD.diff(same)
    assert not diff
    assert (len(diff), diff.changed) == (0, [])
    assert repr(diff) == "GazetteerDiff: 0 added, 0 removed, 0 changed"
    assert not OLD.diff(OLD)
    assert not Gazetteer().diff(Gazetteer())


def test_it_is_empty_exactly_where_the_versions_agree():
    made = random.Random(7)

    def gazetteer():
        gaz = Gazetteer()
        for _ in range(made.randrange(6)):
            phrase = made.choice(["NATO", "ООН"])
            concept = made.choice(["a", "b", None])
            rank = made.choice([{}, {"rank": 1}])
            gaz.add(phrase, concept, case=made.choice(["ignore", "match"]), **rank)
        return gaz

    for _ in range(300):
        old, new = gazetteer(), gazetteer()
        diff = old.diff(new)
        assert bool(diff) == (old.version != new.version)
        pairs = len(diff.changed)
        assert len(old) - len(diff.removed) - pairs == len(new) - len(diff.added) - pairs
        back = new.diff(old)
        assert (back.added, back.removed) == (diff.removed, diff.added)
        assert len(back.changed) == pairs


def test_one_phrase_with_several_options():
    old = Gazetteer().add("us", "a").add("us", "a", case="match").add("us", "a", boundary="none")
    new = Gazetteer().add("us", "a", boundary="none").add("us", "a", case="smart")
    diff = old.diff(new)
    assert len(diff.added) == 0
    (change,) = diff.changed
    assert change.after.case == "smart"
    assert len(diff.removed) == 1


def test_globs_and_affixes_are_told_of():
    old = Gazetteer().add("중국*", "a", glob=True)
    new = Gazetteer().add("중국*", "a", affixes=["에서", "은"])
    (change,) = old.diff(new).changed
    assert change.detail == "glob: True → False; affixes: [] → [에서, 은]"


def test_expansion_shows_as_added():
    gaz = Gazetteer().add("drone", "weapon")
    before = gaz.copy()
    diff = before.diff(gaz.expand(plural="en"))
    assert phrases(diff.added) == [("drones", "weapon")]
    assert diff.added == gaz.variants()


def test_the_table():
    frame = OLD.diff(NEW).table(frame="polars")
    assert frame.columns == ["change", "phrase", "concept", "detail"]
    assert frame.rows()[0] == ("added", "Orange County", "place/Orange County", None)
    assert frame.rows()[1] == ("removed", "Orange County", None, None)
    assert frame.rows()[2] == ("changed", "US", "place/United States", "weight: 0.5 → 1.0")
    assert OLD.diff(OLD).table(frame="pyarrow").num_rows == 0
    assert len(OLD.diff(NEW).table(frame="pandas")) == 5


def test_it_is_shown():
    old = Gazetteer().add("<b>bold</b>", "x").add("us", "a")
    new = Gazetteer().add("us", "a", weight=2.0)
    for number in range(40):
        new.add(f"phrase {number}", "many")
    text = repr(old.diff(new))
    assert text.startswith("GazetteerDiff: 40 added, 1 removed, 1 changed\nchange ")
    assert "weight: 1.0 → 2.0" in text
    assert text.endswith("… and 30 more")
    html = old.diff(new)._repr_html_()
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<b>" not in html
    assert "… and 30 more" in html


def test_bad_arguments():
    with pytest.raises(TypeError, match="diff needs a Gazetteer, not dict"):
        Gazetteer().diff({})
    with pytest.raises(TypeError, match=r"Gazetteer\.diff"):
        GazetteerDiff()


def test_many_rows():
    rows = pl.DataFrame({"phrase": [f"phrase {i}" for i in range(200_000)]})
    rows = rows.with_columns(concept=pl.lit("all"), rank=pl.int_range(pl.len()))
    old = Gazetteer.from_table(rows)
    new = Gazetteer.from_table(rows.with_columns(pl.col("rank") // 2 * 2).tail(150_000))
    diff = old.diff(new)
    assert (len(diff.added), len(diff.removed), len(diff.changed)) == (0, 50_000, 75_000)
    assert diff.changed[0].fields == {"rank": (50_001, 50_000)}
