"""The engine on real news, which is not part of the project: these tests skip where it is absent.

`SLUGLINE_CORPUS_DOCS` says how many documents of each language are compared with the reference.
"""

import os
import random
from functools import cache

import pyarrow.parquet as pq
import pytest
import reference
from hazards import mangle
from reference import Reference, assigned
from support import DATA, POLICIES, rows_by_doc

import slugline as sl
from slugline import _core

CORPORA = {
    "en": "reuters21578",
    "ar": "antcorpus_ar",
    "th": "thaigov_th",
    "ru": "nerel_ru",
    "ja": "jawikinews_joined",
    "zh": "cn_news_1000",
    "uk": "bruk_press_uk",
    "de": "10kgnad_test",
    "es": "fakenews_es",
    "ko": "klue_ner_wikitree_ko",
    "fr": "europeana_ocr",
    "hi": "ud_pud_news",
    "tr": "ud_pud_news",
    "many": "udhr2_400langs",
    "cs": "wmt22_general",
    "publishers": "fundus_tests",
}
"""By language, or by what is in it: a corpus."""

DOCS = int(os.environ.get("SLUGLINE_CORPUS_DOCS", "40"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real news at {DATA}")


@cache
def documents(language):
    """Up to `DOCS` documents, taken all over the corpus, in characters that Python knows."""
    table = pq.read_table(DATA / "corpora" / f"{CORPORA[language]}.parquet")
    texts = table["text"].to_pylist()
    if language not in ("many", "publishers"):
        languages = table["lang"].to_pylist()
        texts = [text for text, lang in zip(texts, languages, strict=True) if lang == language]
    texts = [text for text in texts if text and assigned(text)]
    return random.Random(1).sample(texts, min(DOCS, len(texts)))


@cache
def gazetteer():
    """The 10,000 most prominent names, with options of all kinds among them."""
    rows = pq.read_table(DATA / "gazetteers" / "mixed_10k.parquet").to_pylist()
    rows += [
        row
        for name in ("ar", "ja", "ru", "tr", "zh-Hans")
        for row in pq.read_table(DATA / "gazetteers" / f"newsmap_{name}.parquet").to_pylist()
        if not set(row["phrase"]) & set("*?")
    ]
    entries = []
    for number, row in enumerate(rows):
        entry = {
            "phrase": row["phrase"],
            "concept": f"{number % 7}/{row['label'] or row['phrase']}",
        }
        if number % 10 == 1:
            entry["case"] = "smart"
        elif number % 10 == 2:
            entry["accents"] = "fold"
        elif number % 10 == 3:
            entry["hyphens"] = "space"
        elif number % 50 == 4:
            entry["boundary"] = "compound"
        elif number % 100 == 5:
            entry["concept"] = None
        entries.append(entry)
    return entries


@cache
def engine():
    return sl.PhraseMatcher(sl.Gazetteer.from_table(gazetteer()))


@cache
def slow():
    return Reference(gazetteer())


def compare(texts, policies):
    """Compare engine and reference; return the number of rows by policy."""
    found = {
        overlap: rows_by_doc(engine().tag(texts, overlap=overlap), len(texts))
        for overlap in policies
    }
    for number, text in enumerate(texts):
        true_matches = slow().true_matches(text)
        for overlap in policies:
            expected = reference.resolve(true_matches, overlap)
            assert found[overlap][number] == expected, text[:200]
    return {overlap: sum(map(len, rows)) for overlap, rows in found.items()}


@pytest.mark.parametrize("language", CORPORA)
def test_matches_are_those_of_the_reference(language):
    texts = documents(language)
    print(f"\n{language}: {len(texts)} documents, rows {compare(texts, POLICIES)}")


@pytest.mark.parametrize("language", CORPORA)
def test_mangled_documents_too(language):
    texts = documents(language)[: max(2, DOCS // 4)]
    compare([mangle(text, seed) for seed, text in enumerate(texts)], ["longest"])


@pytest.mark.parametrize("language", CORPORA)
def test_every_match_makes_the_round_trip(language):
    """The span's fold is the phrase's, and the boundaries hold."""
    texts = documents(language)
    options = {(e["phrase"], e["concept"]): e for e in gazetteer()}
    for match in engine().tag(texts, overlap="all"):
        entry = options[match.phrase, match.concept]
        text = texts[match.doc]
        way = {
            "case": reference.smart_case(match.phrase)
            if entry.get("case") == "smart"
            else "ignore",
            "accents": entry.get("accents", "keep"),
        }
        span = _core.fold(match.text, **way)
        phrase = reference.fold(reference.trim(match.phrase), **way)
        if entry.get("hyphens") == "space":
            # A dash is judged in its text, which the span has lost.
            span, phrase = (fold.replace("-", " ") for fold in (span, phrase))
            span = " ".join(span.split())
            phrase = " ".join(phrase.split())
        assert span == phrase
        mode = entry.get("boundary", "word")
        assert reference.is_boundary(text, match.start, mode)
        assert reference.is_boundary(text, match.end, mode)


@pytest.mark.parametrize(
    ("language", "file"),
    [(lang, f"newsmap_{lang}") for lang in ("en", "de", "es", "fr", "ru", "ar", "ja", "tr")]
    + [("zh", "newsmap_zh-Hans"), ("en", "quanteda_LSD2015"), ("uk", "newsmap_ru")],
)
def test_globs_of_real_dictionaries(language, file):
    """Of a large one a part: the reference tries every glob at every place."""
    rows = pq.read_table(DATA / "gazetteers" / f"{file}.parquet").to_pylist()
    entries = [
        {"phrase": row["phrase"], "concept": row["label"], "glob": True}
        for row in random.Random(2).sample(rows, min(len(rows), 300))
    ]
    slow = Reference(entries)
    fast = sl.PhraseMatcher(sl.Gazetteer.from_table(entries))
    texts = [text[:1500] for text in documents(language)[: max(4, DOCS // 8)]]
    found = rows_by_doc(fast.tag(texts, overlap="all"), len(texts))
    assert found == [slow.match(text, "all") for text in texts]
    print(f"\n{file} on {language}: {sum(map(len, found))} matches")


@pytest.mark.parametrize(
    "file", sorted((DATA / "gazetteers").glob("*.parquet")), ids=lambda file: file.stem
)
def test_phrases_are_found_in_themselves(file):
    """Among all others, in columns of short rows: whatever words they share the beginnings of."""
    phrases = pq.read_table(file, columns=["phrase"])["phrase"].to_pylist()
    phrases = [phrase for phrase in dict.fromkeys(phrases) if phrase and phrase.strip()][:100_000]
    found = sl.PhraseMatcher(phrases).contains(phrases)
    missed = [phrase for phrase, found in zip(phrases, found, strict=True) if not found]
    assert missed == []
