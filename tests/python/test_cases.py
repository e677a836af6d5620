"""The contract's cases, which the Rust tests read too, through the public classes."""

import pyarrow as pa
import pytest
from support import CASES, gazetteer_of, read_jsonl, rows_of

import slugline as sl

CONTRACT = [
    pytest.param(case, id=f"{file}: {case['name']}")
    for file in ("contract", "readings", "regressions", "globs", "context", "scopes")
    for case in read_jsonl(CASES / f"{file}.jsonl")
]


@pytest.mark.parametrize("case", CONTRACT)
def test_case(case):
    matcher = sl.PhraseMatcher(gazetteer_of(case["entries"]))
    matches = matcher.tag(case["text"], overlap=case["overlap"])
    assert rows_of(matches) == [tuple(row) for row in case["matches"]]


@pytest.mark.parametrize("case", CONTRACT)
def test_utf8_agrees(case):
    """As UTF-8 a text is cut into other blocks than as a `str`."""
    matcher = sl.PhraseMatcher(gazetteer_of(case["entries"]))
    matches = matcher.tag(pa.array([case["text"]]), overlap=case["overlap"])
    assert rows_of(matches) == [tuple(row) for row in case["matches"]]


@pytest.mark.parametrize("case", CONTRACT)
def test_all_calls_agree(case):
    """Whatever a call answers, it follows from the matches that `tag` reports."""
    matcher = sl.PhraseMatcher(gazetteer_of(case["entries"]))
    text, overlap = case["text"], case["overlap"]
    expected = [tuple(row) for row in case["matches"]]
    texts = [text, None, text]
    assert matcher.contains(texts, overlap=overlap) == [bool(expected), False, bool(expected)]
    first = expected[0][3] if expected else None
    assert matcher.first(texts, overlap=overlap) == [first, None, first]
    spans = {(start, end, concept) for start, end, _, concept in expected}
    counted = matcher.matrix(texts, overlap=overlap).toarray()
    for column, concept in enumerate(matcher.concepts):
        times = sum(span[2] == concept for span in spans)
        assert counted[:, column].tolist() == [times, 0, times]
    if overlap == "longest":
        replaced = text
        for start, end in sorted({row[:2] for row in expected}, reverse=True):
            replaced = f"{replaced[:start]}<>{replaced[end:]}"
        assert matcher.replace(text, "<>") == replaced
