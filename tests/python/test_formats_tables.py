"""Tables and nested files as people keep them: encodings, separators, names, wrong guesses."""

import pytest
from formats_support import pairs, put, skipping

from slugline import Gazetteer

# -- Encodings ------------------------------------------------------------------------------------

ENCODED = [
    ("latin-1", "Müller"),
    ("cp1252", "l’État €"),
    ("utf-16", "Путин"),
    ("utf-16-le", "Путин"),
    ("utf-16-be", "Путин"),
    ("utf-32", "中国"),
    ("euc-jp", "政府ガザ"),
    ("utf-8", "中国"),
    ("utf-8-sig", "中国"),
]
FILES = {
    "g.csv": "phrase,concept\r\n{0},x\r\n",
    "g.tsv": "phrase\tconcept\n{0}\tx\n",
    "g.jsonl": '{{"phrase": "{0}", "concept": "x"}}\n',
    "g.json": '{{"x": ["{0}"]}}',
    "g.yml": "x: [{0}]\n",
    "g.txt": "{0}\n",
    "g.dic": "%\n1 x\n%\n{0}\t1\n",
    "g.cat": "x\n\t{0} (1)\n",
    "g.lc3": "+x\n{0}\n",
    "g.ykd": "<dictionary><cnode name='x'><pnode name='{0}'/></cnode></dictionary>",
    "g.lst": "{0}\n",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("encoding", "phrase"), ENCODED)
def test_encodings(name, encoding, phrase, tmp_path):
    path = put(tmp_path, name, FILES[name].format(phrase), encoding)
    assert [e.phrase for e in Gazetteer.read(path, encoding=encoding)] == [phrase]


@pytest.mark.parametrize("name", FILES)
def test_a_byte_order_mark_is_no_part_of_the_text(name, tmp_path):
    path = put(tmp_path, name, "\ufeff" + FILES[name].format("中国"))
    for encoding in (None, "utf-8", "UTF8", "utf-8-sig"):
        assert [e.phrase for e in Gazetteer.read(path, encoding=encoding)] == ["中国"]
    path = put(tmp_path, name, "\ufeff" + FILES[name].format("中国"), "utf-16-le")
    assert [e.phrase for e in Gazetteer.read(path, encoding="utf-16-le")] == ["中国"]


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"g.ykd"}))
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_known_by_its_bytes(name, encoding, tmp_path):
    path = put(tmp_path, name, FILES[name].format("x"), encoding)
    with pytest.raises(ValueError, match=rf'{name}: .*give encoding="utf-'):
        Gazetteer.read(path)


@pytest.mark.parametrize("name", FILES)
def test_undecodable_text_is_named_with_its_line(name, tmp_path):
    path = put(tmp_path, name, FILES[name].format("Müller"), "latin-1")
    line = 1 + FILES[name][: FILES[name].index("{0}")].count("\n")
    with pytest.raises(ValueError, match=rf"{name}, line {line}: .*0xfc is not UTF-8.*encoding="):
        Gazetteer.read(path)


@pytest.mark.parametrize(
    ("content", "encoding", "reason"),
    [
        ("NATO\n".encode("utf-16-le") + b"\x0a", "utf-16-le", "line 2: byte 0x0a is not utf-16-le"),
        (b"N\x00\x00\xd8\n\x00", "utf-16-le", "line 1: byte 0x00 is not utf-16-le"),
        (b"a\n\x8f\xa1\n", "euc-jp", "line 2: byte 0x8f is not euc-jp"),
        (b"a\n\x81\n", "cp1252", "line 2: byte 0x81 is not cp1252"),
        (b"a\n", "utf-9", r"g\.txt: encoding: unknown encoding: utf-9"),
        (b"a\n", "base64", "encoding"),
    ],
)
def test_wrong_encodings(content, encoding, reason, tmp_path):
    with pytest.raises(ValueError, match=reason):
        Gazetteer.read(put(tmp_path, "g.txt", content), encoding=encoding)


def test_a_pipe_is_read_once(tmp_path):
    import os
    import threading

    path = tmp_path / "g.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("phrase,concept\nNATO,org\n",))
    writer.start()
    assert pairs(Gazetteer.read(path)) == [("NATO", "org")]
    writer.join()


def test_an_undecodable_header_is_named(tmp_path):
    path = put(tmp_path, "g.csv", "phrase,concept,größe\na,b,c\n", "latin-1")
    with pytest.raises(ValueError, match=r"g\.csv, line 1: byte 0xf6"):
        Gazetteer.read(path)


# -- Tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("g.csv", "phrase;concept\na;b\n", "semicolons.*from_table"),
        ("g.csv", "phrase\tconcept\na\tb\n", 'format="tsv"'),
        ("g.tsv", "phrase,concept\na,b\n", 'format="csv"'),
        ("g.jsonl", '{"label": "ORG", "pattern": "Apple"}\n', 'format="spacy"'),
        ("g.jsonl", '{"id": "Q1", "labels": {"en": "universe"}}\n', 'format="wikidata"'),
        ("g.json", '{"phrase": "a", "concept": "b"}\n{"phrase": "c"}\n', 'format="jsonl"'),
        ("g.json", '[{"label": "ORG", "pattern": "Apple"}]', 'format="jsonl", "spacy"'),
        ("g.txt", "NATO\ncolor=>colour\n", 'line 2: .*format="flashtext"'),
        ("g.txt", "%\n1 A\n%\n", 'line 1: .*format="liwc"'),
        ("g.txt", "A\n\tTAX* (1)\n", 'line 2: .*format="wordstat"'),
        ("g.yml", "a:\n\tb: [c]\n", "line 2: .*no tabs to indent"),
    ],
)
def test_a_wrong_guess_says_what_it_looks_like(name, text, hint, tmp_path):
    with pytest.raises(ValueError, match=rf"{name}.*{hint}"):
        Gazetteer.read(put(tmp_path, name, text))


def test_a_format_that_is_named_is_no_guess(tmp_path):
    path = put(tmp_path, "g.txt", "color=>colour\n%\n")
    assert [e.phrase for e in Gazetteer.read(path, "txt")] == ["color=>colour", "%"]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("errors", ["raise", "skip"])
def test_columns_by_other_names(suffix, errors, tmp_path):
    import polars as pl

    path = tmp_path / f"g.{suffix}"
    table = pl.DataFrame({"alias": ["OTAN"], "id": ["org/NATO"], "qid": ["Q7184"], "lang": ["fr"]})
    if suffix == "parquet":
        table.write_parquet(path)
    elif suffix == "jsonl":
        table.write_ndjson(path)
    else:
        table.write_csv(path, separator="," if suffix == "csv" else "\t")
    (entry,) = Gazetteer.read(path, phrase="alias", concept="id", errors=errors)
    assert entry[:2] == ("OTAN", "org/NATO")
    assert (entry.lang, entry.attributes) == ("fr", {"qid": "Q7184"})
    with pytest.raises(ValueError, match="phrase"):
        Gazetteer.read(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_no_attribute_is_called_phrase(suffix, tmp_path):
    import polars as pl

    table = pl.DataFrame({"alias": ["a"], "concept": ["b"], "phrase": ["c"]})
    path = tmp_path / f"g.{suffix}"
    table.write_csv(path) if suffix == "csv" else table.write_parquet(path)
    with pytest.raises(ValueError, match=rf"g\.{suffix}.*'phrase' cannot be the name"):
        Gazetteer.read(path, phrase="alias")


def test_formats_without_columns(tmp_path):
    path = put(tmp_path, "g.yml", "a: [b]\n")
    with pytest.raises(TypeError, match="concept= names a column, and yaml has no columns"):
        Gazetteer.read(path, concept="label")
    with pytest.raises(TypeError, match="phrase= names a column, and wikidata"):
        Gazetteer.read(path, "wikidata", phrase="label")


def test_extra_columns_are_attributes(tmp_path):
    path = put(tmp_path, "g.csv", "phrase,concept,id,rank:int,note\nOTAN,NATO,Q7184,1,\n")
    (entry,) = Gazetteer.read(path)
    assert entry.attributes == {"id": "Q7184", "rank": 1}


def test_what_is_not_parquet(tmp_path):
    path = put(tmp_path, "g.parquet", "phrase,concept\n")
    with pytest.raises(ValueError, match=r"g\.parquet: is not Parquet"):
        Gazetteer.read(path)
    path = put(tmp_path, "h.parquet", b"PAR1 and then something else PAR1")
    with pytest.raises(ValueError, match=r"h\.parquet: cannot be read as Parquet"):
        Gazetteer.read(path)


@pytest.mark.parametrize("concept", ["a//b", "/a", "a/", "a/ /b"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl", "parquet", "yaml"])
def test_no_part_of_a_concept_is_empty(suffix, concept, tmp_path):
    import polars as pl

    path = tmp_path / f"g.{suffix}"
    table = pl.DataFrame({"phrase": ["x"], "concept": [concept]})
    if suffix == "yaml":
        path.write_text(f'"{concept}": [x]\n')
    else:
        writers = {"csv": "write_csv", "jsonl": "write_ndjson", "parquet": "write_parquet"}
        getattr(table, writers[suffix])(path)
    with pytest.raises(ValueError, match=rf"g\.{suffix}.*{concept!r} has an empty part"):
        Gazetteer.read(path)
    assert len(skipping(path)) == 0
    with pytest.raises(ValueError, match="has an empty part"):
        Gazetteer().add("x", concept)
    with pytest.raises(ValueError, match="has an empty part"):
        Gazetteer.from_table(table)
    assert Gazetteer().add("x", r"a\//b").concepts == [r"a\//b"]


# -- Nested files ---------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["yml", "json"])
def test_what_quanteda_writes_of_phrases_beside_levels(suffix, tmp_path):
    text = {
        "yml": "a:\n  b: [x*]\n  __: [y, z w]\n__: [q]\n",
        "json": '{"a": {"b": ["x*"], "__": ["y", "z w"]}, "__": "q"}',
    }[suffix]
    gaz = Gazetteer.read(put(tmp_path, f"g.{suffix}", text))
    assert pairs(gaz) == [("x*", "a/b"), ("y", "a"), ("z w", "a"), ("q", "__")]


TABS = "# written by hand\nA:\n  'TT': [טרינידד, \tPort of Spain,\tx y]\n  B:\t[\"a\tb\"]\n"


@pytest.mark.parametrize("fast", [True, False])
def test_yaml_with_tabs_between_phrases(fast, tmp_path, monkeypatch):
    import yaml

    if not fast:
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    gaz = Gazetteer.read(put(tmp_path, "g.yml", TABS))
    assert [e.phrase for e in gaz] == ["טרינידד", "Port of Spain", "x y", "a\tb"]
    with pytest.raises(ValueError, match=r"h\.yml, line 2: .*no tabs to indent"):
        Gazetteer.read(put(tmp_path, "h.yml", "a:\n\t- b\n"))


# -- Skipping -------------------------------------------------------------------------------------


def test_what_was_skipped_can_be_used(tmp_path):
    path = put(tmp_path, "g.txt", b"NATO\n\xff\nUN\n\xfe\n")
    gaz = skipping(path)
    assert [e.phrase for e in gaz] == ["NATO", "UN"]
    assert [reason.split(": ")[0] for reason in gaz.skipped] == [
        f"{path}, line 2",
        f"{path}, line 4",
    ]
    assert "0xff" in gaz.skipped[0]
    assert Gazetteer.read(put(tmp_path, "h.txt", "NATO\n"), errors="skip").skipped == []


@pytest.mark.parametrize("name", ["spacy", "flashtext", "liwc", "gate", "wikidata", "lexicoder"])
def test_formats_that_are_only_read(name, tmp_path):
    path = tmp_path / "g.out"
    with pytest.raises(ValueError, match=f"{name} can be read but not written: write one of csv"):
        Gazetteer().write(path, name)
    assert not path.exists()
