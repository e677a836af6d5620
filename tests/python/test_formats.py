"""Files: what is written reads back equal, and what cannot be read is named."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slugline import Gazetteer

WRITTEN = ["csv", "tsv", "jsonl", "parquet", "yaml", "json"]


def rich():
    return (
        Gazetteer(case="smart", accents="fold")
        .add("US", "place/United States")
        .add("us", "place/United States", case="match", accents="keep")
        .add("État, «majeur»", r"w\/o/État", hyphens="space", lang="fr", weight=0.1)
        .add('line\nbreak\r"quoted"\ttab', "odd", boundary="compound")
        .add("carriage\rreturn", "odd")
        .add("star*", "glob", glob=True)
        .add("star*", "plain")
        .add("what?", "plain")
        .add("中国", "parent", affixes=["에서", "은"])
        .add("child", "parent/child", affixes=["ko"])
        .add("spaced", "x", affixes=["a b", "[c"])
        .add("Orange County", None, lang="en")
        .add("no", "NO")
        .add("1984", "2024-01-01")
        .add("null", "~")
        .add("a", "phrase", number="007", text="true", empty="", mixed="x", big=2**53)
        .add("b", "phrase", number="1e5", text=" ", empty="x", mixed="", real=1.5, flag=True)
        .add("c", "phrase", real=float("inf"), flag=False, **{"n:int": "x", "a b": 1})
    )


@pytest.mark.parametrize("suffix", WRITTEN)
def test_round_trip(suffix, tmp_path):
    gaz = rich()
    path = tmp_path / f"gaz.{suffix}"
    gaz.write(path)
    again = Gazetteer.read(path)
    assert {(e.phrase, e.concept): e for e in again} == {(e.phrase, e.concept): e for e in gaz}
    for one in again:
        (other,) = (e for e in gaz if e[:2] == one[:2])
        kinds = {name: type(value) for name, value in other.attributes.items()}
        assert {name: type(value) for name, value in one.attributes.items()} == kinds
    assert again == gaz
    assert Gazetteer.read(str(path), suffix) == gaz


@pytest.mark.parametrize("suffix", WRITTEN)
def test_round_trip_of_nothing(suffix, tmp_path):
    path = tmp_path / f"gaz.{suffix}"
    Gazetteer().write(path)
    assert Gazetteer.read(path) == Gazetteer()


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=6)
word = text.map(lambda t: "x" + t)
part = st.sampled_from(["__", "phrase", "null", r"a\/b", "~"]) | word.map(
    lambda t: t.replace("/", "_")
)
path = st.lists(part, min_size=1, max_size=3).map("/".join)


@pytest.mark.parametrize("suffix", WRITTEN)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {"phrase": word, "concept": st.none() | path},
            optional={
                "case": st.sampled_from(["ignore", "match", "smart"]),
                "glob": st.booleans(),
                "affixes": st.lists(word, max_size=3),
                "lang": word,
                "weight": st.floats(allow_nan=False, allow_infinity=False),
                "note": text,
                "rank": st.integers(-(2**63), 2**63 - 1),
            },
        ),
        max_size=5,
    )
)
def test_round_trip_of_anything(suffix, rows, tmp_path):
    gaz = Gazetteer()
    for row in rows:
        gaz.add(**row)
    path = tmp_path / f"gaz.{suffix}"
    gaz.write(path)
    assert Gazetteer.read(path) == gaz


def put(tmp_path, name, content, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def pairs(gaz):
    return [(entry.phrase, entry.concept) for entry in gaz]


def test_csv_as_people_write_it(tmp_path):
    path = put(
        tmp_path,
        "g.csv",
        "\ufeffphrase,concept,affixes,glob,rank:int,code\r\n"
        '"colour\nrevolution",narrative,en s,,1,007\r\n\r\nOrange County,,,true,,\r\n',
    )
    first, second = Gazetteer.read(path)
    assert first[:2] == ("colour\nrevolution", "narrative")
    assert (set(first.affixes), first.attributes) == ({"en", "s"}, {"rank": 1, "code": "007"})
    assert (second.concept, second.attributes) == (None, {})


def test_options_hold_for_rows_that_bring_none(tmp_path):
    path = put(tmp_path, "g.csv", "phrase,concept,case\nA,x,\nB,x,ignore\n")
    assert [e.case for e in Gazetteer.read(path, case="match")] == ["match", "ignore"]


def test_encodings(tmp_path):
    path = put(tmp_path, "g.csv", "phrase,concept\nПутин,лицо\n", "cp1251")
    assert pairs(Gazetteer.read(path, encoding="cp1251")) == [("Путин", "лицо")]
    with pytest.raises(ValueError, match=r"g\.csv, line 2.*0xcf.*encoding="):
        Gazetteer.read(path)
    path = put(tmp_path, "g.txt", "Путин\n", "utf-16")
    assert pairs(Gazetteer.read(path, encoding="utf-16")) == [("Путин", "Путин")]


def test_txt_is_a_phrase_a_line(tmp_path):
    path = put(tmp_path, "g.txt", "\ufeffNATO\n\n  AC/DC \r\nstar*\n")
    gaz = Gazetteer.read(path)
    assert pairs(gaz) == [("NATO", "NATO"), ("AC/DC", r"AC\/DC"), ("star*", "star*")]
    assert not any(e.glob for e in gaz)
    with pytest.raises(ValueError, match="txt can be read but not written"):
        gaz.write(path)


YAML = """
NORTH:
  NO: [norway, norwegian*, oslo]
  year: [1984, 2019-09-18, yes]
person:
  - everyone
  - Vladimir Putin: [Putin]
  - {phrase: Xi, case: match, rank: 1, seen: true, since: 2012-11-15}
~: [Putin Street]
"""


def test_yaml_takes_keys_and_phrases_as_text(tmp_path):
    gaz = Gazetteer.read(put(tmp_path, "g.yml", YAML))
    assert pairs(gaz) == [
        ("norway", "NORTH/NO"),
        ("norwegian*", "NORTH/NO"),
        ("oslo", "NORTH/NO"),
        ("1984", "NORTH/year"),
        ("2019-09-18", "NORTH/year"),
        ("yes", "NORTH/year"),
        ("everyone", "person"),
        ("Putin", "person/Vladimir Putin"),
        ("Xi", "person"),
        ("Putin Street", None),
    ]
    assert [e.phrase for e in gaz if e.glob] == ["norwegian*"]
    (xi,) = (e for e in gaz if e.phrase == "Xi")
    assert (xi.case, xi.attributes) == ("match", {"rank": 1, "seen": True, "since": "2012-11-15"})
    plain = Gazetteer.read(put(tmp_path, "g.yaml", YAML), glob=False)
    assert not any(e.glob for e in plain)


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        ("g.csv", "phrase,concept\na,b\n ,c\n", r"g\.csv, line 3.*empty"),
        ("g.csv", "phrase,concept\na\n", r"line 2: 1 cells where the header has 2"),
        ("g.csv", 'phrase,concept\n"a\nb",c\nd,e,f\n', r"line 4: 3 cells"),
        ("g.csv", 'phrase,concept\n"a" b,c\n', r"line 2"),
        ("g.csv", "phrase,concept,case\na,b,loud\n", r"line 2.*case"),
        ("g.csv", "phrase,concept,glob\na,b,maybe\n", r"line 2: glob"),
        ("g.csv", "phrase,concept,n:int\na,b,x\n", r"line 2: n"),
        ("g.csv", "phrase,label\na,b\n", r"line 1.*'concept'"),
        ("g.csv", "phrase,concept,phrase\n", r"line 1.*two columns"),
        ("g.csv", "", "no header"),
        ("g.csv", ",phrase,concept\n0,a,b\n", "column 1 has no name"),
        ("g.tsv", "phrase\tconcept\na\n", r"g\.tsv, line 2"),
        ("g.jsonl", '{"phrase": "a", "concept": "b"}\n{', r"g\.jsonl, line 2: not JSON"),
        ("g.jsonl", "[1]", r"line 1: must be a JSON object"),
        ("g.jsonl", '{"phrase": "a"}', r"line 1.*'concept'"),
        ("g.jsonl", '{"phrase": 1, "concept": "a"}', r"line 1"),
        ("g.jsonl", '{"phrase": "a", "concept": "b", "x": [1]}', r"line 1.*attribute 'x'"),
        ("g.jsonl", '{"phrase": "\\ud800", "concept": "b"}', r"line 1"),
        ("g.json", '{"a": ["b",\n]}', r"g\.json, line 2"),
        ("g.json", '{"a": ["b"], "a": ["c"]}', r"'a' is there twice"),
        ("g.json", '["a"]', r"g\.json"),
        ("g.json", '{"a": {"b": [" "]}}', r"g\.json, at a/b\[0\].*empty"),
        ("g.yaml", "a:\n  - b\n  - ' '\n", r"g\.yaml, line 3.*empty"),
        ("g.yaml", "a: [b\n", r"g\.yaml, line 2"),
        ("g.yaml", "a: [b]\na: [c]\n", r"line 2.*twice"),
        ("g.yaml", "a: &x\n  b: *x\n", r"g\.yaml"),
        ("g.yaml", "- a\n", r"mapping"),
        ("g.txt", b"ok\n\xff\n", r"g\.txt, line 2.*0xff"),
    ],
)
def test_what_cannot_be_read_is_named(name, content, where, tmp_path):
    path = put(tmp_path, name, content)
    with pytest.raises((ValueError, TypeError), match=where):
        Gazetteer.read(path)


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "yaml", "json", "parquet"])
def test_skipping(suffix, tmp_path):
    path = tmp_path / f"g.{suffix}"
    rows = [("a", "x"), (" ", "x"), ("b", "x"), ("c", "")]  # No concept can be empty.
    if suffix == "csv":
        path.write_text("phrase,concept\na,x\n ,x\nb,x\nc\n")
    elif suffix == "jsonl":
        lines = (json.dumps({"phrase": p, "concept": c}) for p, c in rows)
        path.write_text("\n".join(lines))
    elif suffix == "parquet":
        import polars as pl

        pl.DataFrame(rows, schema=["phrase", "concept"], orient="row").write_parquet(path)
    else:
        path.write_text('{"x": ["a", " ", "b", 3, {"phrase": "c", "case": "loud"}]}')
    with pytest.warns(UserWarning, match="skipped") as caught:
        gaz = Gazetteer.read(path, errors="skip")
    assert caught[0].filename == __file__
    # In YAML the plain 3 is the text that was written.
    kept = ["a", "b", "3"] if suffix == "yaml" else ["a", "b"]
    assert pairs(gaz) == [(phrase, "x") for phrase in kept]
    assert all(path.name in reason for reason in gaz.skipped)


def test_formats_by_name(tmp_path):
    path = put(tmp_path, "gaz.docx", "NATO\n")
    with pytest.raises(ValueError, match="format="):
        Gazetteer.read(path)
    assert len(Gazetteer.read(path, "txt")) == 1
    with pytest.raises(ValueError, match="format must be one of"):
        Gazetteer.read(path, "docx")
    with pytest.raises(ValueError, match="errors must be"):
        Gazetteer.read(path, "txt", errors="ignore")
    with pytest.raises(FileNotFoundError):
        Gazetteer.read(tmp_path / "none.csv")


def test_what_to_install(tmp_path, monkeypatch):
    import sys

    path = tmp_path / "g.parquet"
    Gazetteer().add("a", "b").write(path)
    for module in ("pyarrow", "pyarrow.parquet", "yaml"):
        monkeypatch.setitem(sys.modules, module, None)
    assert Gazetteer.read(path) == Gazetteer().add("a", "b")  # polars does
    with pytest.raises(ImportError, match="pip install pyyaml"):
        Gazetteer().write(tmp_path / "g.yaml")
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="pyarrow or polars"):
        Gazetteer.read(path)
    with pytest.raises(ImportError, match="pyarrow or polars"):
        Gazetteer().write(path)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "yaml", "json", "parquet"])
def test_literal_stars_around_a_phrase_stay_literal(suffix, tmp_path):
    """Nested formats are read with globs on, whichever of an entry's phrases holds the star."""
    gaz = Gazetteer().add("lava", "a", near=["erupt*"]).add("pay", "b", not_before=["atten*"])
    gaz.add("ash", "c", not_after=["gr?y"], glob=True)
    gaz.write(tmp_path / f"stars.{suffix}")
    assert Gazetteer.read(tmp_path / f"stars.{suffix}") == gaz
