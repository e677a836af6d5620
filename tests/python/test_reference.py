"""The reference implementation against the contract's cases and its own properties."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import pytest
from hazards import GazetteerEntry, cases, gazetteers, mangle, pieces, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference import (
    ACCENTS,
    HYPHENS,
    NFC_QUICK_CHECK_MAYBE,
    OVERLAPS,
    Reference,
    assigned,
    begins_unit,
    branch,
    fold,
    fold_in_units,
    fold_units,
    is_boundary,
    is_default_ignorable,
    kind,
    match,
    nfkc_casefold,
    prepare,
    smart_case,
    trim,
    true_matches,
    units,
)

CASES_FOLDER = Path(__file__).parent.parent / "cases"
CASE_KEYS = {"name", "entries", "text", "overlap", "matches"}

# Whole gazetteers take Hypothesis some 20 ms each to make.
many_texts = settings(max_examples=500, deadline=None)
many_cases = settings(max_examples=150, deadline=None)

cases_of_folding = st.sampled_from(["ignore", "match"])
accents_options = st.sampled_from(ACCENTS)
hyphens_options = st.sampled_from(HYPHENS)


def pinned_cases() -> Iterator[Any]:
    """The cases in ``tests/cases`` that are of one text."""
    for path in sorted(CASES_FOLDER.glob("*.jsonl")):
        # Read by lines of the file: a case may hold other line breaks.
        with path.open(encoding="utf-8", newline="\n") as lines:
            for line in lines:
                case = json.loads(line)
                if case.keys() >= CASE_KEYS:
                    yield pytest.param(case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize("case", list(pinned_cases()))
def test_pinned_case(case: dict[str, Any]) -> None:
    rows = match(case["entries"], case["text"], case["overlap"], case.get("offsets", "char"))
    assert [list(row) for row in rows] == case["matches"]


# --- folding and units ---------------------------------------------------------------------


@given(texts(), cases_of_folding, accents_options, hyphens_options)
@many_texts
def test_folds_of_units_join_to_the_fold(text: str, case: str, accents: str, hyphens: str) -> None:
    assert "".join(fold_units(text, case, accents, hyphens)) == fold(text, case, accents, hyphens)


@given(texts(), cases_of_folding, accents_options, hyphens_options)
@many_texts
def test_units_are_ordered_and_leave_out_little(
    text: str, case: str, accents: str, hyphens: str
) -> None:
    position = 0
    for number, unit in enumerate(fold_in_units(text, case, accents, hyphens)):
        assert position <= unit.start < unit.end <= len(text)
        assert unit.fold
        between = text[position : unit.start]
        if number == 0 and accents == "fold":
            assert fold(between, case, accents) == ""
        else:
            assert all(map(is_default_ignorable, between))
        position = unit.end
    if position or accents == "keep":
        assert all(map(is_default_ignorable, text[position:]))


@given(texts(), cases_of_folding)
@many_texts
def test_fold_is_idempotent(text: str, case: str) -> None:
    folded = fold(text, case)
    # Spaces that compatibility mappings bring forth (U+00A8) are white space the second time.
    assume("  " not in folded)
    assert fold(folded, case) == folded
    plain = fold(text, case, "fold")
    # A tatweel that goes leaves its marks to what stands before it, and a point that stood
    # between two spaces leaves a run of them.
    assume("\u0640" not in folded and "  " not in plain)
    assert fold(plain, case, "fold") == plain


@given(texts(), cases_of_folding, accents_options)
@many_texts
def test_canonical_equivalents_fold_alike(text: str, case: str, accents: str) -> None:
    # Their canonical equivalents are quotes (step 1) or what step 3 makes of them.
    assume("\u1ffd" not in text)
    # Default-ignorables block reordering in one form as in the other, except where composition
    # takes in a mark from before them; ignored here.
    text = "".join(char for char in text if not is_default_ignorable(char))
    assert fold(normalize("NFD", text), case, accents) == fold(text, case, accents)
    assert fold(normalize("NFC", text), case, accents) == fold(text, case, accents)


@given(pieces(), cases_of_folding)
@many_texts
def test_units_begin_with_what_never_composes(piece: str, case: str) -> None:
    for char in filter(begins_unit, piece):
        first = fold(char, case)[0]
        assert combining(first) == 0
        assert first not in NFC_QUICK_CHECK_MAYBE


@pytest.mark.parametrize(
    ("char", "folded"),
    [
        ("\u1e9e", "ss"),
        ("\u0130", "i\u0307"),
        ("\ufb01", "fi"),
        ("\u00ad", ""),
        ("\u1fb4", "\u03ac\u03b9"),
        ("\uff76", "\u30ab"),
        ("\u13a0", "\u13a0"),
        ("\uab70", "\u13a0"),
        ("\u3164", ""),
        ("\u2f00", "\u4e00"),
    ],
)
def test_nfkc_casefold(char: str, folded: str) -> None:
    assert nfkc_casefold(char) == folded


@pytest.mark.parametrize(
    ("text", "options", "folded"),
    [
        ("\u00b4\u1ffd", {}, "' \u0301"),
        ("\u2033\u2034", {}, "\"'''"),
        ("a\u207bb", {}, "a-b"),
        ("a\u207bb", {"hyphens": "space"}, "a-b"),
        ("x \u00a8", {}, "x  \u0308"),
        ("a \n\u00ad\u200b\tb\u00ad ", {}, "a b "),
        ("\u0149", {}, "'n"),
        ("\u1fb4", {"accents": "fold"}, "\u03b1\u03b9"),
        ("\u1fb4", {"case": "match", "accents": "fold"}, "\u03b1"),
        ("\u00de\u00c6\u0152\u00d8", {"case": "match", "accents": "fold"}, "THAEOEO"),
        ("\u0451\u0301 \u0450 \u0457 \u0439\u0301", {"accents": "fold"},
         "\u0435 \u0435 \u0457 \u0439"),
        ("a\u20ddb", {"accents": "fold"}, "ab"),
        ("\u4e2d\u20dd", {"accents": "fold"}, "\u4e2d\u20dd"),
        ("\u0627\u0640\u0653", {"accents": "fold"}, "\u0622"),
        ("a\u0640\u0301", {"accents": "fold"}, "\u00e1"),
        ("pre- a-b -c d-\ne f--g h-\u200bi", {"hyphens": "space"}, "pre- a b -c d e f--g h-i"),
    ],
)  # fmt: skip
def test_fold(text: str, options: dict[str, str], folded: str) -> None:
    assert fold(text, **options) == folded


@pytest.mark.parametrize(
    ("text", "options", "spans"),
    [
        ("", {}, []),
        ("\u00ad\u00ad", {}, []),
        ("\u0301a", {}, [(0, 1), (1, 2)]),
        ("\u00ad\u0301a\u00ad", {}, [(1, 2), (2, 3)]),
        ("e\u200d\u0301\u200dx", {}, [(0, 3), (4, 5)]),
        ("a \u00ad\n\u00adb", {}, [(0, 1), (1, 4), (5, 6)]),
        (" \u0301 ", {}, [(0, 2), (2, 3)]),
        ("\u1112\u1161\u11abx", {}, [(0, 3), (3, 4)]),
        ("\uff76\uff9e\uff7b", {}, [(0, 2), (2, 3)]),
        ("a\u20dd", {}, [(0, 1), (1, 2)]),
        ("a\u20dd", {"accents": "fold"}, [(0, 2)]),
        ("\u4e2d\u20dd", {"accents": "fold"}, [(0, 1), (1, 2)]),
        ("\u0640\u0628\u0640\u0323\u00ad", {"accents": "fold"}, [(1, 4)]),
        ("\u0640\u0323\u0628", {"accents": "fold"}, [(1, 2), (2, 3)]),
        ("a-b", {"hyphens": "space"}, [(0, 1), (1, 2), (2, 3)]),
        ("a-\u00ad \n b", {"hyphens": "space"}, [(0, 1), (1, 6), (6, 7)]),
        ("a-\u0301b", {"hyphens": "space"}, [(0, 1), (1, 3), (3, 4)]),
    ],
)
def test_units(text: str, options: dict[str, str], spans: list[tuple[int, int]]) -> None:
    assert units(text, **options) == spans


# --- boundaries ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mode", "boundaries"),
    [
        ("", "word", [0]),
        ("ab", "word", [0, 2]),
        ("ab", "none", [0, 1, 2]),
        ("a b", "word", [0, 1, 2, 3]),
        ("a-b", "word", [0, 1, 2, 3]),
        ("a-b", "compound", [0, 3]),
        ("a\u00ad-\u00adb", "compound", [0, 5]),
        ("a-\u200bb", "compound", [0, 1, 2, 3, 4]),
        ("a\u2013b", "compound", [0, 1, 2, 3]),
        ("-a-", "compound", [0, 1, 2, 3]),
        ("a--b", "compound", [0, 1, 2, 3, 4]),
        ("a's", "compound", [0, 1, 2, 3]),
        ("a\u2019S-b", "compound", [0, 1, 2, 5]),
        ("a'so", "compound", [0, 4]),
        ("a's\u0301", "compound", [0, 4]),
        ("a\u00adb", "word", [0, 3]),
        ("a\u200bb", "word", [0, 1, 2, 3]),
        ("a\u00ad\u200b\u00adb", "word", [0, 1, 2, 3, 4, 5]),
        ("\u00ada\u00ad", "word", [0, 1, 2, 3]),
        ("a\u02bcb", "word", [0, 1, 2, 3]),
        ("a_1\u0301", "word", [0, 4]),
        ("\u4e2d\u56fda", "word", [0, 1, 2, 3]),
        ("\u30bf\u30a4\u653fa", "word", [0, 2, 3, 4]),
        ("\u30bf\u30fca", "word", [0, 2, 3]),
        ("\uff76\uff9ea", "word", [0, 2, 3]),
        ("\u4e2d\uff9ea", "word", [0, 2, 3]),
        ("\u0e01\u0e35a", "word", [0, 2, 3]),
        ("a\u0e35\u0e01", "word", [0, 2, 3]),
        ("a\u0e35b", "word", [0, 3]),
        ("\u0e56\u0e57", "word", [0, 2]),
        ("\u3007a", "word", [0, 1, 2]),
        ("\uc911\uad6da", "word", [0, 3]),
    ],
)
def test_boundaries(text: str, mode: str, boundaries: list[int]) -> None:
    positions = range(len(text) + 1)
    assert [position for position in positions if is_boundary(text, position, mode)] == boundaries


@pytest.mark.parametrize(
    ("text", "index", "expected"),
    [
        ("\u30bf", 0, "katakana"),
        ("\u30bf\u3099", 1, "katakana"),
        ("\u4e2d\u0301", 1, "unspaced"),
        ("\u4e2d\u00ad\u0301", 2, "unspaced"),
        ("\u4e2d\u200b\u0301", 2, "plain"),
        ("!\u0301", 1, "plain"),
        ("\u0301", 0, "plain"),
        ("\uff9e", 0, "plain"),
        ("\uff76\uff9e", 1, "katakana"),
        ("\u0e53", 0, "plain"),
    ],
)
def test_kind(text: str, index: int, expected: str) -> None:
    assert kind(text, index) == expected


@given(texts(), st.data())
@many_texts
def test_compound_has_no_boundaries_of_its_own(text: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(text)))
    if is_boundary(text, position, "compound"):
        assert is_boundary(text, position, "word")


@given(texts())
@many_texts
def test_no_boundary_stands_between_a_word_character_and_its_mark(text: str) -> None:
    for start, end in units("x" + text):
        if start == 0:
            assert not any(is_boundary("x" + text, inside) for inside in range(1, end)) or (
                "\u200b" in text[:end]
            )


# --- entries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry",
    [
        {"phrase": ""},
        {"phrase": " \n\ufeff\u00ad "},
        {"phrase": "\u0640", "accents": "fold"},
        {"phrase": "\u064b", "accents": "fold"},
        {"phrase": "a", "case": "upper"},
        {"phrase": "a", "accents": "drop"},
        {"phrase": "a", "hyphens": "fold"},
        {"phrase": "a", "boundary": "words"},
        {"phrase": "a", "affixes": ["s", "\u00ad"]},
        {"phrase": "a", "affixes": [""]},
        {"phrase": "a", "color": "red"},
        {"phrase": "\ud800"},
    ],
)
def test_bad_entry(entry: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"empty once folded|must be one of|unknown|surrogate"):
        Reference([{"concept": "c", **entry}])


@pytest.mark.parametrize("entry", [{"phrase": 1, "concept": "c"}, {"phrase": "a", "concept": 1}])
def test_entry_that_is_not_text(entry: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        prepare(entry)


def test_lone_surrogate_in_a_text() -> None:
    with pytest.raises(ValueError, match="position 2"):
        match([{"phrase": "a", "concept": "c"}], "a \ud800")


@pytest.mark.parametrize(
    ("phrase", "case"),
    [
        ("US", "match"),
        ("U.S.", "match"),
        ("COVID-19", "match"),
        ("\uff35\uff33", "match"),
        ("A", "ignore"),
        ("X7", "ignore"),
        ("Us", "ignore"),
        ("\u01c5A", "ignore"),
        ("\u24b6\u24b7", "ignore"),
        ("US\u00aa", "match"),
        ("\u4e2d\u56fd", "ignore"),
    ],
)
def test_smart_case(phrase: str, case: str) -> None:
    assert smart_case(phrase) == case


def test_trim() -> None:
    assert trim("\ufeff \u00ad\nNew\u00ad York\u200b\u3000\ufe0f") == "New\u00ad York"


@pytest.mark.parametrize(
    ("concept", "first"),
    [("a/b/c", "a"), ("a", "a"), ("a\\/b/c", "a\\/b"), ("a\\/b", "a\\/b"), ("/a", ""), ("", "")],
)
def test_branch(concept: str, first: str) -> None:
    assert branch(concept) == first


# --- matches -------------------------------------------------------------------------------


def spans(rows: list[tuple[int, int, str, str]]) -> set[tuple[int, int]]:
    return {(start, end) for start, end, _, _ in rows}


def without_exclusions(entries: list[GazetteerEntry]) -> list[GazetteerEntry]:
    return [entry for entry in entries if entry["concept"] is not None]


@given(cases())
@many_cases
def test_index_finds_what_trying_everything_finds(case: tuple[list[GazetteerEntry], str]) -> None:
    entries, text = case
    assert Reference(entries).true_matches(text) == true_matches(entries, text)


@given(cases(), st.sampled_from(OVERLAPS))
@many_cases
def test_rows_are_true_matches_in_order(
    case: tuple[list[GazetteerEntry], str], overlap: str
) -> None:
    entries, text = case
    rows = match(entries, text, overlap)
    assert rows == sorted(set(rows), key=lambda row: (row[0], -row[1], row[2], row[3]))
    assert set(rows) <= set(true_matches(without_exclusions(entries), text))


@given(cases())
@many_cases
def test_policies_without_exclusions(case: tuple[list[GazetteerEntry], str]) -> None:
    entries, text = without_exclusions(case[0]), case[1]
    reference = Reference(entries)
    rows = {overlap: set(reference.match(text, overlap)) for overlap in OVERLAPS}
    assert rows["all"] == set(reference.true_matches(text))
    assert all(rows[overlap] <= rows["all"] for overlap in OVERLAPS)
    # Something is found under one policy if and only if it is under the others, and they agree
    # on what comes first.
    assert len({min((row[0] for row in found), default=None) for found in rows.values()}) == 1


@given(cases(), st.sampled_from(["longest", "longest-per-concept", "longest-per-branch"]))
@many_cases
def test_contests_leave_no_overlap(case: tuple[list[GazetteerEntry], str], overlap: str) -> None:
    entries, text = case
    contests: dict[str, list[tuple[int, int, str, str]]] = {}
    for row in match(entries, text, overlap):
        name = {"longest": "", "longest-per-concept": row[3], "longest-per-branch": branch(row[3])}
        contests.setdefault(name[overlap], []).append(row)
    for rows in contests.values():
        ordered = sorted(spans(rows))
        assert all(one[1] <= two[0] for one, two in pairwise(ordered))


@given(cases(), st.sampled_from([("longest-per-concept", str), ("longest-per-branch", branch)]))
@many_cases
def test_a_contest_is_longest_among_its_own(
    case: tuple[list[GazetteerEntry], str], policy: tuple[str, Any]
) -> None:
    entries, text = case
    overlap, name = policy
    apart = []
    for contest in {name(entry["concept"]) for entry in without_exclusions(entries)}:
        own = [e for e in entries if e["concept"] is None or name(e["concept"]) == contest]
        apart += match(own, text, "longest")
    assert sorted(apart) == sorted(match(entries, text, overlap))


@given(cases())
@many_cases
def test_exclusions_under_all_only_take_away(case: tuple[list[GazetteerEntry], str]) -> None:
    entries, text = case
    rows = set(match(entries, text, "all"))
    assert rows <= set(match(without_exclusions(entries), text, "all"))


@given(cases(), st.sampled_from(OVERLAPS))
@many_cases
def test_order_and_repetition_of_entries_do_not_matter(
    case: tuple[list[GazetteerEntry], str], overlap: str
) -> None:
    entries, text = case
    assert match(entries[::-1] + entries, text, overlap) == match(entries, text, overlap)


@given(cases(), st.sampled_from(OVERLAPS))
@many_cases
def test_offsets(case: tuple[list[GazetteerEntry], str], overlap: str) -> None:
    entries, text = case
    chars = match(entries, text, overlap)
    for offsets, encoding in [("byte", "utf-8"), ("utf16", "utf-16-le")]:
        encoded = text.encode(encoding)
        scale = 2 if offsets == "utf16" else 1
        for char_row, row in zip(chars, match(entries, text, overlap, offsets), strict=True):
            start, end = row[0] * scale, row[1] * scale
            assert encoded[start:end].decode(encoding) == text[char_row[0] : char_row[1]]
            assert row[2:] == char_row[2:]


@given(gazetteers())
@many_cases
def test_a_phrase_is_found_in_itself(entries: list[GazetteerEntry]) -> None:
    for entry in entries:
        trimmed = trim(entry["phrase"])
        found = true_matches([entry], trimmed)
        # Not if it holds what belongs to no unit: then its span is shorter.
        if units(trimmed, entry.get("accents", "keep"))[0][0] == 0:
            assert (0, len(trimmed), entry["phrase"], entry["concept"]) in found


# --- generators ----------------------------------------------------------------------------


@given(cases())
@many_cases
def test_generated_input_is_assigned(case: tuple[list[GazetteerEntry], str]) -> None:
    entries, text = case
    assert assigned(text)
    assert all(assigned(entry["phrase"]) for entry in entries)
    assert Reference(entries)


@given(texts(), st.integers(0, 1000))
@many_texts
def test_mangle_is_repeatable_and_assigned(text: str, seed: int) -> None:
    mangled = mangle(text, seed, share=0.7)
    assert mangled == mangle(text, seed, share=0.7)
    assert assigned(mangled)


def test_mangle_alters_documents() -> None:
    document = "The colour revolution in Kyiv, said Erdo\u011fan's \u201cspokesman\u201d. " * 20
    assert len({mangle(document, seed) for seed in range(20)}) == 20
    assert mangle(document, 1, share=0) == document
