"""The component `slugline` in spaCy's pipelines, and matches as documents and drawings."""

import pickle
import re
import subprocess
import sys

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc, DocBin, Span

import slugline as sl
import slugline.spacy
from slugline._colours import colours_of

NEWS = sl.datasets.load_news()
GAZ = sl.datasets.load_gazetteer()
M = sl.PhraseMatcher(GAZ)
SMALL = sl.Gazetteer()
SMALL.add("Putin", "person/Vladimir Putin", qid="Q7747")
SMALL.add("NATO", "org/NATO", qid="Q7184").add("OTAN", "org/NATO", qid="Q7184")
SMALL.add("中国", "place/China").add("New York", "place/New York")
SMALL.add("New York Stock Exchange", "org/NYSE").add("Stock", "narrative/markets")

# Languages whose tokenizers come with spaCy itself.
LANGS = ("en", "fr", "de", "es", "it", "pt", "pl", "ru", "uk", "ar", "he", "fa", "tr", "zh", "xx")


def pipeline(lang="en", gaz=SMALL, **config):
    nlp = spacy.blank(lang)
    nlp.add_pipe("slugline", config=config).set_gazetteer(gaz)
    return nlp


def seen(spans):
    return [(span.text, span.label_) for span in spans]


# -- Entities and spans ----------------------------------------------------------------------------


def test_entities():
    doc = pipeline()("Putin’s anti-NATO talk of 中国 in New York Stock Exchange")
    assert seen(doc.ents) == [
        ("Putin", "person"),
        ("NATO", "org"),
        ("中国", "place"),
        ("New York Stock Exchange", "org"),
    ]
    assert [ent.id_ for ent in doc.ents] == [
        "person/Vladimir Putin",
        "org/NATO",
        "place/China",
        "org/NYSE",
    ]
    assert [ent.kb_id_ for ent in doc.ents] == [ent.id_ for ent in doc.ents]
    assert doc._.slugline_left_out == []
    assert "slugline" not in doc.spans


def test_labels_and_knowledge_bases():
    nlp = pipeline(label="concept", kb_id="qid")
    ents = nlp("Putin, NATO, 中国").ents
    assert [ent.label_ for ent in ents] == ["person/Vladimir Putin", "org/NATO", "place/China"]
    assert [ent.kb_id_ for ent in ents] == ["Q7747", "Q7184", ""]
    assert [ent.id_ for ent in ents] == [ent.label_ for ent in ents]
    assert nlp.pipe_labels["slugline"] == SMALL.concepts
    assert pipeline().pipe_labels["slugline"] == ["narrative", "org", "person", "place"]


def test_spans_may_overlap_where_entities_may_not():
    nlp = pipeline(spans_key="found", overlap="all")
    doc = nlp("New York Stock Exchange")
    assert seen(doc.spans["found"]) == [
        ("New York Stock Exchange", "org"),
        ("New York", "place"),
        ("Stock", "narrative"),
    ]
    assert seen(doc.ents) == [("New York Stock Exchange", "org")]
    assert [(one["phrase"], one["reason"]) for one in doc._.slugline_left_out] == [
        ("New York", "overlap"),
        ("Stock", "overlap"),
    ]
    doc = pipeline(spans_key="found", ents=False, overlap="all")("New York Stock Exchange")
    assert len(doc.spans["found"]) == 3
    assert doc.ents == ()
    assert doc._.slugline_left_out == []


def test_several_concepts_in_one_place():
    gaz = {"place": {"Georgia (country)": ["Georgia"], "Georgia (state)": ["Georgia"]}}
    doc = pipeline(gaz=gaz, spans_key="found")("Georgia")
    assert [span.id_ for span in doc.spans["found"]] == [
        "place/Georgia (country)",
        "place/Georgia (state)",
    ]
    assert [ent.id_ for ent in doc.ents] == ["place/Georgia (country)"]
    assert [one["concept"] for one in doc._.slugline_left_out] == ["place/Georgia (state)"]
    # Two phrases of one concept are one span.
    doc = pipeline(gaz={"place": {"CI": ["Côte d'Ivoire", "Côte d’Ivoire"]}}, spans_key="s")(
        "Côte d’Ivoire"
    )
    assert len(doc.spans["s"]) == 1


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("expand", {"41Putin", "met", "Xi Jinping ofChina"}),
        ("contract", {"Xi Jinping"}),
        ("strict", set()),
    ],
)
def test_matches_that_do_not_align_with_tokens(mode, expected):
    gaz = sl.Gazetteer(boundary="none")
    gaz.add("Putin", "person/Putin").add("Xi Jinping of", "person/Xi").add("me", "x")
    doc = Doc(spacy.blank("en").vocab, ["41Putin", "met", "Xi", "Jinping", "ofChina"])
    found = pipeline(gaz=gaz, alignment_mode=mode, spans_key="s").get_pipe("slugline")(doc)
    spans = {span.text for span in found.spans["s"]}
    assert spans == expected
    assert {ent.text for ent in found.ents} == expected
    left = found._.slugline_left_out
    assert len(left) == 3 - len(spans)
    assert {one["reason"] for one in left} <= {"alignment"}
    for one in left:
        assert doc.text[one["start"] : one["end"]] == one["phrase"]


def test_two_matches_in_one_token():
    doc = Doc(spacy.blank("xx").vocab, ["中国NATO"])
    pipeline(spans_key="s").get_pipe("slugline")(doc)
    assert seen(doc.spans["s"]) == [("中国NATO", "place"), ("中国NATO", "org")]
    assert seen(doc.ents) == [("中国NATO", "place")]
    assert [(one["phrase"], one["reason"]) for one in doc._.slugline_left_out] == [
        ("NATO", "overlap")
    ]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_was_there_before(overwrite):
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "GPE", "pattern": "York"}, {"label": "DATE", "pattern": "today"}])
    slug = nlp.add_pipe("slugline", config={"overwrite": overwrite, "spans_key": "s"})
    slug.set_gazetteer(SMALL)
    doc = nlp("New York and Putin today")
    there = [("New York", "place")] if overwrite else [("York", "GPE")]
    assert seen(doc.ents) == [*there, ("Putin", "person"), ("today", "DATE")]
    assert len(doc._.slugline_left_out) == (not overwrite)
    doc.spans["s"] = [Span(doc, 0, 1, label="OLD")]
    assert seen(slug(doc).spans["s"])[:1] == [
        ("New York", "place") if overwrite else ("New", "OLD")
    ]


def test_two_components():
    nlp = pipeline(gaz={"person": {"Putin": ["Putin"]}})
    nlp.add_pipe("slugline", name="orgs").set_gazetteer({"org": {"NATO": ["NATO"]}})
    assert seen(nlp("Putin on NATO").ents) == [("Putin", "person"), ("NATO", "org")]


@pytest.mark.parametrize("overlap", ["longest", "all", "longest-per-branch"])
def test_the_sample_in_all_scripts(overlap):
    seen_langs = set()
    for lang, texts in NEWS.groupby("lang")["text"]:
        code = lang.partition("-")[0]
        nlp = pipeline(code if code in LANGS else "xx", M, spans_key="s", overlap=overlap)
        for text, doc in zip(texts, nlp.pipe(texts), strict=True):
            assert doc.text == text
            found = list(M.tag(text, overlap=overlap))
            spans = {(span.start_char, span.end_char, span.id_): span for span in doc.spans["s"]}
            # All are there, at least as long as what matched, and none besides.
            for match in found:
                assert any(
                    start <= match.start and match.end <= end and concept == match.concept
                    for start, end, concept in spans
                )
            assert len(spans) <= len(found)
            seen_langs.add(code)
            strict = {
                (match.start, match.end, match.concept)
                for match in found
                if doc.char_span(match.start, match.end) is not None
            }
            assert strict <= set(spans)
    assert seen_langs >= {"en", "ru", "zh", "ar"}


# -- Pipelines -------------------------------------------------------------------------------------


@pytest.mark.parametrize("processes", [1, 2])
def test_pipe_in_processes(processes):
    nlp = pipeline("en", M, spans_key="s", label="concept")
    texts = NEWS["text"].tolist()
    docs = list(nlp.pipe(texts, n_process=processes, batch_size=8))
    for text, doc in zip(texts, docs, strict=True):
        assert doc.text == text
        expected = pipeline_found[text]
        assert [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["s"]] == expected[0]
        assert doc._.slugline_left_out == expected[1]


@pytest.fixture(autouse=True, scope="module")
def _found():
    nlp = pipeline("en", M, spans_key="s", label="concept")
    for text in NEWS["text"]:
        doc = nlp(text)
        spans = [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["s"]]
        pipeline_found[text] = spans, doc._.slugline_left_out


pipeline_found = {}


def test_a_path_in_the_config(tmp_path):
    file = tmp_path / "gaz.csv"
    SMALL.write(file)
    nlp = spacy.blank("en")
    nlp.add_pipe("slugline", config={"gazetteer": str(file)})
    assert seen(nlp("Putin").ents) == [("Putin", "person")]


def test_a_path_that_is_not_there_is_told_with_the_first_document(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("slugline", config={"gazetteer": str(tmp_path / "none.csv")})
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        nlp("Putin")


def test_initialize(tmp_path):
    nlp = spacy.blank("en")
    slug = nlp.add_pipe("slugline")
    slug.initialize(lambda: [], nlp=nlp, gazetteer=SMALL)
    assert seen(nlp("Putin").ents) == [("Putin", "person")]
    file = tmp_path / "gaz.jsonl"
    sl.Gazetteer().add("Putin", "leader/Putin").write(file)
    nlp.config["initialize"]["components"]["slugline"] = {"gazetteer": str(file)}
    nlp.initialize()
    assert seen(nlp("Putin").ents) == [("Putin", "leader")]
    slug.initialize(lambda: [])
    assert seen(nlp("Putin").ents) == [("Putin", "leader")]


RICH = sl.Gazetteer(case="smart")
RICH.add("US", "place/US", qid="Q30").add("중국", "place/China", affixes="ko")
RICH.add("Orange", "place/Orange").add("Orange County", None)
RICH.add("colo*r revolution*", "narrative/color-revolution", glob=True, weight=2.5, lang="en")
RICH.add("Guinea", "place/Guinea", not_after=["Equatorial"])
RICH_TEXT = "us, US; Orange County, Orange: 중국에서 colour revolutions, Equatorial Guinea"


def test_to_disk_and_back(tmp_path):
    file = tmp_path / "gaz.csv"
    RICH.write(file)
    nlp = spacy.blank("en")
    config = {"gazetteer": str(file), "label": "concept", "spans_key": "s", "kb_id": "qid"}
    nlp.add_pipe("slugline", config=config)
    doc = nlp(RICH_TEXT)
    expected = [(s.text, s.label_, s.kb_id_) for s in doc.spans["s"]]
    assert len(expected) == 4
    nlp.to_disk(tmp_path / "model")
    # The folder serves where the file is not.
    file.unlink()
    again = spacy.load(tmp_path / "model")
    doc = again(RICH_TEXT)
    assert [(s.text, s.label_, s.kb_id_) for s in doc.spans["s"]] == expected
    assert again.get_pipe("slugline").matcher.gazetteer == RICH
    assert sl.Gazetteer.read(tmp_path / "model" / "slugline" / "gazetteer.jsonl") == RICH


def test_to_bytes_and_back():
    nlp = pipeline(gaz=RICH, spans_key="s")
    again = spacy.blank("en")
    again.add_pipe("slugline", config={"spans_key": "s"})
    again.from_bytes(nlp.to_bytes())
    assert seen(again(RICH_TEXT).ents) == seen(nlp(RICH_TEXT).ents) != []
    slug = nlp.get_pipe("slugline")
    assert type(slug)().from_bytes(slug.to_bytes()).matcher.gazetteer == RICH


def test_nothing_to_keep(tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("slugline")
    nlp.to_disk(tmp_path / "empty")
    again = spacy.load(tmp_path / "empty")
    with pytest.raises(ValueError, match="no gazetteer"):
        again("Putin")
    assert nlp.from_bytes(nlp.to_bytes()).get_pipe("slugline").labels == ()
    with pytest.raises(ValueError, match="no gazetteer"):
        nlp("Putin")


def test_it_pickles():
    slug = pickle.loads(pickle.dumps(pipeline(spans_key="s").get_pipe("slugline")))
    assert seen(slug(spacy.blank("en").make_doc("Putin")).ents) == [("Putin", "person")]


def test_documents_in_a_bin():
    doc = pipeline(spans_key="s", label="concept", overlap="all")("New York Stock Exchange, NATO")
    docs = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (again,) = DocBin().from_bytes(docs).get_docs(spacy.blank("en").vocab)
    assert seen(again.spans["s"]) == seen(doc.spans["s"])
    assert seen(again.ents) == seen(doc.ents)
    assert list(again._.slugline_left_out) == doc._.slugline_left_out != []


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"label": "colour"}, 'label must be one of "branch", "concept"'),
        ({"alignment_mode": "outside"}, "alignment_mode must be one of"),
        ({"ents": False}, "matches need a place"),
        ({"overlap": "some"}, "overlap"),
        ({"threads": 0}, "threads"),
    ],
    ids=str,
)
def test_wrong_settings(config, message):
    with pytest.raises(ValueError, match=message):
        spacy.blank("en").add_pipe("slugline", config=config)


def test_wrong_gazetteers():
    slug = spacy.blank("en").add_pipe("slugline", config={"kb_id": "wikidata"})
    with pytest.raises(ValueError, match="wikidata"):
        slug.set_gazetteer(SMALL)
    with pytest.raises(TypeError, match="needs a Gazetteer"):
        slug.set_gazetteer(3)


ENTRY_POINT = """
import sys
import spacy
assert "slugline" not in sys.modules
nlp = spacy.blank("en")
nlp.add_pipe("slugline").set_gazetteer({"org": {"NATO": ["NATO"]}})
print([(ent.text, ent.label_) for ent in nlp("anti-NATO").ents])
"""


def test_the_entry_point(tmp_path):
    # As an installed package has it, whether or not this one is installed.
    info = tmp_path / "of_slugline-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: of-slugline\nVersion: 1\n")
    lines = "[spacy_factories]\nslugline = slugline.spacy:make_slugline\n"
    (info / "entry_points.txt").write_text(lines)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}){ENTRY_POINT}"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[('NATO', 'org')]\n"


def test_without_spacy_it_says_so():
    code = (
        "import sys; sys.modules['spacy'] = None\n"
        "import slugline as sl\n"
        "x = sl.PhraseMatcher(['a']).tag('a')\n"
        "x.to_displacy()\n"
        "for call in (lambda: sl.spacy, lambda: x.to_spacy(None)):\n"
        "    try: call()\n"
        "    except ImportError as error: print(error)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    needs = "needs spacy: `pip install spacy`"
    assert shown.stdout == f"slugline.spacy {needs}\nto_spacy {needs}\n"


# -- Matches as documents --------------------------------------------------------------------------


@pytest.mark.parametrize("offsets", ["char", "byte", "utf16"])
def test_documents_of_matches(offsets):
    texts = ["Putin 🙂 OTAN", None, "", "𝔘 中国, New York Stock Exchange", "ﬃ ｶﾞ Putin"]
    x = sl.PhraseMatcher(SMALL).tag(texts, offsets=offsets, overlap="all")
    docs = list(x.to_spacy(spacy.blank("xx"), kb_id="qid"))
    assert [doc.text for doc in docs] == [text or "" for text in texts]
    assert [seen(doc.spans["slugline"]) for doc in docs] == [
        [("Putin", "person"), ("OTAN", "org")],
        [],
        [],
        [
            ("中国", "place"),
            ("New York Stock Exchange", "org"),
            ("New York", "place"),
            ("Stock", "narrative"),
        ],
        [("Putin", "person")],
    ]
    assert [span.kb_id_ for span in docs[0].spans["slugline"]] == ["Q7747", "Q7184"]
    assert seen(docs[3].ents) == [("中国", "place"), ("New York Stock Exchange", "org")]


def test_documents_of_slices_batches_and_filtered_matches():
    m = sl.PhraseMatcher(SMALL)
    nlp = spacy.blank("en")
    x = m.tag(["Putin in New York", "Putin"])
    people = list(x.filter("person/*").to_spacy(nlp))
    assert [seen(doc.ents) for doc in people] == [[("Putin", "person")]] * 2
    backwards = list(x[::-1].to_spacy(nlp))
    assert seen(backwards[0].ents) == [("Putin", "person"), ("New York", "place")]
    batches = list(m.iter_tag([["Putin"], ["nobody", "NATO"]]))
    assert [seen(doc.ents) for doc in batches[1].to_spacy(nlp)] == [[], [("NATO", "org")]]


def test_documents_are_those_of_the_component():
    nlp = spacy.blank("en")
    for doc, text in zip(
        M.tag(NEWS["text"]).to_spacy(nlp, label="concept"), NEWS["text"], strict=True
    ):
        spans = [(s.start_char, s.end_char, s.label_, s.id_) for s in doc.spans["slugline"]]
        assert spans == pipeline_found[text][0]


def test_documents_of_lone_surrogates():
    x = sl.PhraseMatcher(SMALL).tag(["\ud83d Putin"], errors="replace")
    (doc,) = x.to_spacy(spacy.blank("en"))
    assert doc.text == "\ufffd Putin"
    assert seen(doc.ents) == [("Putin", "person")]


def test_documents_need_texts_and_a_pipeline():
    x = sl.PhraseMatcher(SMALL).tag(["Putin"])
    with pytest.raises(TypeError, match="nlp must be a pipeline of spaCy, not str"):
        x.to_spacy("en")
    with pytest.raises(ValueError, match="alignment_mode"):
        x.to_spacy(spacy.blank("en"), alignment_mode="some")
    with pytest.raises(ValueError, match="no entry"):
        x.to_spacy(spacy.blank("en"), kb_id="wikidata")
    x.detach()
    for call in (lambda: x.to_spacy(spacy.blank("en")), x.to_displacy):
        with pytest.raises(ValueError, match="detach"):
            call()


# -- What displaCy draws ---------------------------------------------------------------------------


def drawn(shown, style="ent"):
    return displacy.render(shown, style=style, manual=True, jupyter=False, options=shown["options"])


def test_what_displacy_marks():
    x = sl.PhraseMatcher(SMALL).tag(["Putin in New York", "中国 and NATO"], overlap="all")
    shown = x.to_displacy(0)
    assert shown["ents"] == [
        {"start": 0, "end": 5, "label": "person"},
        {"start": 9, "end": 17, "label": "place"},
    ]
    colours = colours_of(SMALL.concepts)
    assert shown["options"]["colors"] == {
        "person": colours["person"].light,
        "place": colours["place"].light,
    }
    html = drawn(shown)
    assert html.count("<mark") == 2
    assert f"background: {colours['person'].light}" in html
    assert [ent["label"] for ent in x.to_displacy(1, label="concept")["ents"]] == [
        "place/China",
        "org/NATO",
    ]


def test_what_displacy_draws_below_the_text():
    x = sl.PhraseMatcher(SMALL).tag("on New York Stock Exchange, 中国NATO", overlap="all")
    shown = x.to_displacy(style="span")
    tokens = shown["tokens"]
    assert tokens == ["on", "New", "York", "Stock", "Exchange", ",", "中国", "NATO"]
    assert [(tokens[s["start_token"] : s["end_token"]], s["label"]) for s in shown["spans"]] == [
        (["New", "York", "Stock", "Exchange"], "org"),
        (["New", "York"], "place"),
        (["Stock"], "narrative"),
        (["中国"], "place"),
        (["NATO"], "org"),
    ]
    html = drawn(shown, "span")
    assert f"background: {colours_of(x.concepts)['narrative'].strong}" in html


@pytest.mark.parametrize("style", ["ent", "span"])
@pytest.mark.parametrize("label", ["branch", "concept"])
def test_the_sample_can_be_drawn(style, label):
    x = M.tag(NEWS["text"], overlap="all")
    for doc, text in enumerate(NEWS["text"]):
        shown = x.to_displacy(doc, style=style, label=label)
        html = drawn(shown, style)
        written = re.sub(r"<[^>]*>|\s", "", html)
        if style == "ent":
            ends = [0, *(ent["end"] for ent in shown["ents"])]
            assert all(e["start"] >= end for e, end in zip(shown["ents"], ends, strict=False))
        else:
            assert "".join(shown["tokens"]) == "".join(text.split())
        assert ("rtl" in html) == (NEWS["lang"][doc].partition("-")[0] in ("ar", "he", "fa"))
        assert len(written) >= len("".join(text.split()))


def test_hostile_text_and_concepts_stay_text():
    gaz = sl.Gazetteer().add("<script>", '<img src=x onerror="alert(1)">', boundary="none")
    x = sl.PhraseMatcher(gaz).tag("a <script>alert('\u202e')</script> &amp; {0}")
    for style in ("ent", "span"):
        for label in ("branch", "concept"):
            html = drawn(x.to_displacy(style=style, label=label), style)
            assert "<script" not in html
            assert "<img" not in html
            assert "&lt;img" in html
            assert "\u202e" not in html


def test_errors_of_drawings():
    x = sl.PhraseMatcher(SMALL).tag(["Putin", None])
    assert x.to_displacy(1)["text"] == ""
    with pytest.raises(ValueError, match='style must be one of "ent", "span"'):
        x.to_displacy(style="dep")
    with pytest.raises(ValueError, match="label must be one of"):
        x.to_displacy(label="name")
    with pytest.raises(IndexError, match="no document 2"):
        x.to_displacy(2)
