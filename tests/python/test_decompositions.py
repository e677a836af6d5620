"""Characters found by their decompositions, wherever those fall in the engine's blocks of 64.

Where the decomposition of a character begins with a plain ASCII sign (``\u2260`` is ``=`` and
U+0338), its first code point is one that fast paths for ASCII could take to be all of it.
"""

import random
import sys
from functools import cache
from unicodedata import normalize

import pyarrow as pa
import pytest
from hazards import is_sound
from reference import Reference, assigned, fold
from support import gazetteer_of, rows_by_doc

import slugline as sl

FILLER = "wires from the front say that nothing new was seen in town all day long "
assert len(FILLER) >= 64
BOUNDARIES = ("none", "word")


def forms(char):
    """The decompositions of a character that are not the character."""
    return dict.fromkeys(
        form for form in (normalize("NFD", char), normalize("NFKD", char)) if form != char
    )


def begins_with_sign(form):
    return form[0].isascii() and not form[0].isalnum()


def decomposable():
    """Those that have a decomposition that begins with an ASCII sign, and some of the others."""
    signs, others = [], []
    for char in map(chr, range(sys.maxunicode + 1)):
        if assigned(char) and forms(char) and is_sound({"phrase": char, "concept": "x"}):
            (signs if any(map(begins_with_sign, forms(char))) else others).append(char)
    return signs, random.Random(64).sample(others, 400)


SIGNS, OTHERS = decomposable()
CHARS = [*SIGNS, *OTHERS]


def written(chars):
    """The characters with each way to write them."""
    return [
        (char, form)
        for char in chars
        for form in dict.fromkeys([normalize("NFD", char), *forms(char)])
    ]


def prepare(chars, boundary):
    entries = [{"phrase": char, "concept": "x", "boundary": boundary} for char in chars]
    return Reference(entries), sl.PhraseMatcher(gazetteer_of(entries))


prepare_all = cache(lambda boundary: prepare(CHARS, boundary))


def filler(k, last):
    return FILLER[: k - 1] + last if k else ""


def test_there_is_something_to_test():
    assert len(SIGNS) > 100
    assert {"\u2260", "\u226e", "\u226f", "\u1fef", "\u00a8", "\u2026"} <= set(SIGNS)


LASTS = ("a", " ")
PLACES = (0, 1, 62, 63, 64)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("last", LASTS, ids=["after-letter", "after-space"])
@pytest.mark.parametrize("k", PLACES)
def test_decompositions_match_at_the_edges_of_blocks(k, last, boundary):
    reference, matcher = prepare_all(boundary)
    pairs = written(CHARS)
    texts = [f"{filler(k, last)}{form} z" for _, form in pairs]
    expected = [reference.match(text, "all") for text in texts]
    if boundary == "none" and last == "a":
        for (char, form), rows in zip(pairs, expected, strict=True):
            # The acute accent alone is a quote to the fold, and so not what it decomposes to.
            if begins_with_sign(form) and fold(char) == fold(form):
                assert (k, k + len(form), char, "x") in rows
    for column in (texts, pa.array(texts)):
        found = rows_by_doc(matcher.tag(column, overlap="all"), len(texts))
        wrong = {
            f"U+{ord(char):04X} as {form!a}": (rows, right)
            for (char, form), rows, right in zip(pairs, found, expected, strict=True)
            if rows != right
        }
        assert wrong == {}


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_each_alone(boundary):
    """A gazetteer of one phrase skips more of a text than one of many."""
    wrong = {}
    for char in SIGNS:
        reference, matcher = prepare([char], boundary)
        texts = [
            f"{filler(k, last)}{form} z"
            for _, form in written([char])
            for last in LASTS
            for k in PLACES
        ]
        expected = [reference.match(text, "all") for text in texts]
        for column in (texts, pa.array(texts)):
            found = rows_by_doc(matcher.tag(column, overlap="all"), len(texts))
            if found != expected:
                wrong[f"U+{ord(char):04X} in {type(column).__name__}"] = [
                    triple
                    for triple in zip(texts, found, expected, strict=True)
                    if triple[1] != triple[2]
                ]
    assert wrong == {}
