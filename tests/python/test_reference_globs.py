"""What must hold of the reference's wild cards, whatever the contract says of cases."""

import re
from itertools import pairwise
from typing import Any

import pytest
from hazards import GazetteerEntry, cases
from hazards_globs import glob_cases
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reference import OVERLAPS, Reference, assigned, match, true_matches, words
from reference_fold import FoldProfile
from reference_globs import Wild, read_glob

SEVERAL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLAIN = FoldProfile("ignore", "keep", "keep")

Case = tuple[list[GazetteerEntry], str]


@pytest.mark.parametrize(
    ("phrase", "parts"),
    [
        ("afghan*", ("afghan", Wild.STAR)),
        ("*Stan", (Wild.STAR, "stan")),
        ("a * b", ("a ", Wild.WORD, " b")),
        ("*", (Wild.WORD,)),
        ("***", (Wild.WORD,)),
        ("* *", (Wild.WORD, " ", Wild.WORD)),
        ("a *\u3000b", ("a ", Wild.WORD, " b")),
        ("a \u00ad*\u00ad b", ("a ", Wild.WORD, " b")),
        ("a ** b", ("a ", Wild.WORD, " b")),
        ("a *? b", ("a ", Wild.STAR, Wild.LETTER, " b")),
        ("a-* b", ("a-", Wild.STAR, " b")),
        ("?*", (Wild.LETTER, Wild.STAR)),
        ("*\u00ad*a", (Wild.STAR, "a")),
        (r"\*a\?b\c\\*", (r"*a?b\c" + "\\*",)),
        ("*\u0301", (Wild.STAR, "\u0301")),
        ("", ()),
    ],
)
def test_reading(phrase: str, parts: tuple[str | Wild, ...]) -> None:
    assert read_glob(phrase, PLAIN) == parts


@pytest.mark.parametrize(
    ("phrase", "options", "parts"),
    [
        ("sino-*", ("ignore", "keep", "space"), ("sino ", Wild.STAR)),
        ("*-*", ("ignore", "keep", "space"), (Wild.STAR, " ", Wild.STAR)),
        ("sino-?*", ("ignore", "keep", "space"), ("sino ", Wild.LETTER, Wild.STAR)),
        ("CAF\u00c9*", ("ignore", "fold", "keep"), ("cafe", Wild.STAR)),
        ("?\u0301", ("ignore", "fold", "keep"), (Wild.LETTER, "\u0301")),
        ("US*", ("match", "keep", "keep"), ("US", Wild.STAR)),
    ],
)
def test_reading_with_options(
    phrase: str, options: tuple[str, str, str], parts: tuple[str | Wild, ...]
) -> None:
    assert read_glob(phrase, FoldProfile(*options)) == parts


@pytest.mark.parametrize("phrase", ["", " \u00ad", "\ufeff"])
def test_glob_that_is_empty(phrase: str) -> None:
    with pytest.raises(ValueError, match="empty once folded"):
        Reference([{"phrase": phrase, "concept": "c", "glob": True}])


@given(cases())
@SEVERAL
def test_a_glob_with_all_escaped_is_the_plain_phrase(case: Case) -> None:
    entries, text = case
    escaped = [
        {**entry, "phrase": re.sub(r"([*?])", r"\\\1", entry["phrase"]), "glob": True}
        for entry in entries
    ]

    def spans(entries: list[GazetteerEntry]) -> set[tuple[Any, ...]]:
        return {(start, end, concept) for start, end, _, concept in true_matches(entries, text)}

    assert spans(escaped) == spans(entries)


@given(glob_cases())
@SEVERAL
def test_generated_input_is_assigned(case: Case) -> None:
    entries, text = case
    assert assigned(text)
    assert all(assigned(entry["phrase"]) for entry in entries)


@given(glob_cases())
@SEVERAL
def test_more_stars_in_a_row_are_one(case: Case) -> None:
    entries, text = case
    entries = [{**entry, "concept": "c"} for entry in entries if entry.get("glob")]
    doubled = [
        {**entry, "phrase": re.sub(r"(?<!\\)\*", "**", entry["phrase"])} for entry in entries
    ]
    assert [row[:2] for row in match(doubled, text)] == [row[:2] for row in match(entries, text)]


@given(glob_cases())
@SEVERAL
def test_a_glob_matches_once_from_a_start(case: Case) -> None:
    entries, text = case
    for entry in entries:
        if entry.get("glob"):
            starts = [start for start, *_ in true_matches([entry], text)]
            assert starts == sorted(set(starts))


def test_generated_globs_match_often() -> None:
    matched = []

    @given(glob_cases())
    @settings(SEVERAL, derandomize=True)
    def look(case: Case) -> None:
        entries = [entry for entry in case[0] if entry.get("glob")]
        matched.append(bool(true_matches(entries, case[1])))

    look()
    assert sum(matched) > len(matched) / 4


_EDGE = "(?:(?<![a-z])|(?![a-z]))"


def _as_regex(phrase: str) -> str:
    """A glob of letters, spaces and hyphens for ASCII text as a regular expression."""
    pattern = ""
    for part in re.split(r"((?<![^ ])\*+(?![^ ])|\*+|\?)", phrase):
        if part == "?":
            pattern += "[a-z]"
        elif part.startswith("*"):
            pattern += "STAR"
        else:
            pattern += re.escape(part)
    for alone in ("^STAR$", r"^STAR(?=\\ )", r"(?<=\\ )STAR$", r"(?<=\\ )STAR(?=\\ )"):
        pattern = re.sub(alone, "(?<![a-z])[a-z]+(?![a-z])", pattern)
    return re.sub("^STAR", f"{_EDGE}STAR", pattern).replace("STAR", "[a-z]*")


@given(
    st.text("ab *?-", min_size=1, max_size=7),
    st.text("ab -", max_size=12),
    st.sampled_from(["word", "start", "end", "none"]),
)
@settings(max_examples=600, deadline=None)
def test_in_ascii_a_glob_is_a_regular_expression(phrase: str, text: str, boundary: str) -> None:
    phrase = re.sub(" +", " ", phrase.strip())
    assume(phrase)
    text = re.sub(" +", " ", text)
    pattern = re.compile(_as_regex(phrase))
    edge = re.compile(_EDGE)
    expected = []
    for start in range(len(text)):
        if boundary in ("word", "start") and not edge.match(text, start):
            continue
        for end in range(len(text), start, -1):
            if boundary in ("word", "end") and not edge.match(text, end):
                continue
            # What stands before and behind is seen by the pattern: it ends where it is told to.
            if re.compile(f"(?:{pattern.pattern})(?<=^.{{{end}}})").match(text, start):
                expected.append((start, end))
                break
    entry = {"phrase": phrase, "concept": "c", "glob": True, "boundary": boundary}
    assert [row[:2] for row in true_matches([entry], text)] == expected


@given(st.text("ab \u4e2d\u30bf\u0301\u00ad\u200b-", max_size=12))
@SEVERAL
def test_a_star_alone_is_every_word_of_whole_units(text: str) -> None:
    found = [row[:2] for row in match([{"phrase": "*", "concept": "c", "glob": True}], text)]
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    assert set(found) <= set(words(text))


@given(glob_cases(), st.sampled_from(OVERLAPS))
@SEVERAL
def test_rows_are_true_matches(case: Case, overlap: str) -> None:
    entries, text = case
    reference = Reference(entries)
    assert reference.true_matches(text) == true_matches(entries, text)
    assert set(reference.match(text, overlap)) <= set(reference.true_matches(text))
