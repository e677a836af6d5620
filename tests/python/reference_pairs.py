"""Sentences as UAX #29 has them, and pairs counted by hand in pandas."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import regex
from reference_words import words
from support import DATA

import slugline as sl

GAZETTEERS = {
    "reuters21578": "mixed_10k",
    "ud_pud_news": "mixed_10k",
    "nerel_ru": "newsmap_ru",
    "antcorpus_ar": "newsmap_ar",
    "jawikinews_joined": "newsmap_ja",
}
"""By corpus of real news: phrases that are found in it."""

_KINDS = {
    name: regex.compile(rf"\p{{Sentence_Break={name}}}")
    for name in (
        *("CR", "LF", "Sep", "Extend", "Format", "Sp", "Lower", "Upper", "OLetter"),
        *("Numeric", "ATerm", "STerm", "SContinue", "Close"),
    )
}
_PARAGRAPH = {"CR", "LF", "Sep"}


def _kind(char):
    return next((name for name, pattern in _KINDS.items() if pattern.match(char)), "Other")


@lru_cache(maxsize=256)
def sentences(text):
    """Return the spans of the sentences of a text: rule by rule, quadratic, plain."""
    kinds = [_kind(char) for char in text]
    ends = [at for at in range(1, len(text)) if _breaks(kinds, at)]
    bounds = [0, *ends, len(text)]
    return list(pairwise(bounds)) if text else []


def _breaks(kinds, at):
    before = kinds[at - 1]
    if before == "CR" and kinds[at] == "LF":
        return False  # SB3
    if before in _PARAGRAPH:
        return True  # SB4
    if kinds[at] in ("Extend", "Format"):
        return False  # SB5
    seen = [kind for kind in _since_paragraph(kinds, at) if kind not in ("Extend", "Format")]
    rest = [kind for kind in kinds[at:] if kind not in ("Extend", "Format")]
    after = rest[0]
    if seen[-1:] == ["ATerm"] and after == "Numeric":
        return False  # SB6
    if seen[-1:] == ["ATerm"] and seen[-2:-1] in (["Upper"], ["Lower"]) and after == "Upper":
        return False  # SB7
    ending = list(seen)
    spaces = 0
    while ending and ending[-1] == "Sp":
        ending.pop()
        spaces += 1
    while ending and ending[-1] == "Close":
        ending.pop()
    if not ending or ending[-1] not in ("ATerm", "STerm"):
        return False  # SB998
    if ending[-1] == "ATerm":
        stops = {"OLetter", "Upper", "Lower", "STerm", "ATerm"} | _PARAGRAPH
        following = next((kind for kind in rest if kind in stops), None)
        if following == "Lower":
            return False  # SB8
    if after in ("SContinue", "STerm", "ATerm"):
        return False  # SB8a
    if not spaces and after in {"Close", "Sp"} | _PARAGRAPH:
        return False  # SB9
    # SB10: after spaces; SB11: all else.
    return after not in {"Sp"} | _PARAGRAPH


def _since_paragraph(kinds, at):
    begin = at
    while begin > 0 and kinds[begin - 1] not in _PARAGRAPH:
        begin -= 1
    return kinds[begin:at]


def real_news(name):
    """Return the table of a corpus and a matcher for it, or skip the test where it is absent."""
    corpus = DATA / "corpora" / f"{name}.parquet"
    gazetteer = DATA / "gazetteers" / f"{GAZETTEERS[name]}.parquet"
    if not corpus.exists() or not gazetteer.exists():
        pytest.skip(f"no real news at {DATA}")
    entries = pq.read_table(gazetteer, columns=["phrase", "label"])
    is_glob = gazetteer.stem.startswith("newsmap")
    gaz = sl.Gazetteer.from_table(entries, concept="label", glob=is_glob)
    return pq.read_table(corpus), sl.PhraseMatcher(gaz)


def frame_of(matches, level=None):
    """Return matches as a pandas frame, one row for each document, span and concept."""
    frame = pd.DataFrame(
        [(match.doc, match.start, match.end, match.concept) for match in matches],
        columns=["doc", "start", "end", "concept"],
    )
    if level:
        frame["concept"] = frame["concept"].str.split("/").str[:level].str.join("/")
    return frame.drop_duplicates().reset_index(drop=True)


def in_documents(frame, texts):
    """Return the rows with the unit they are in, and the number of units."""
    return frame.assign(unit=0), sum(text is not None for text in texts)


def in_sentences(frame, texts):
    """Return the rows with each sentence they touch, and the number of sentences."""
    rows, units = [], 0
    for doc, text in enumerate(texts):
        spans = sentences(text or "")
        used = set()
        for row in frame[frame["doc"] == doc].itertuples():
            for unit, (start, end) in enumerate(spans):
                if row.start < end and start < row.end:
                    rows.append((*row[1:], unit))
                    used.add(unit)
        worded = {
            unit for unit, (a, b) in enumerate(spans) if any(map(str.isalnum, (text or "")[a:b]))
        }
        units += len(worded | used)
    return pd.DataFrame(rows, columns=[*frame.columns, "unit"]), units


def in_windows(frame, texts, between):
    """Return the rows with each window they touch, and the number of windows."""
    rows, units = [], 0
    for doc, text in enumerate(texts):
        spans = words(text or "")
        of_doc = frame[frame["doc"] == doc]
        windows = max(1, len(spans) - between - 1) if len(spans) or len(of_doc) else 0
        units += windows
        for row in of_doc.itertuples():
            touched = {n for n, (a, b) in enumerate(spans) if row.start < b and a < row.end}
            for unit in range(windows):
                if touched & set(range(unit, unit + between + 2)):
                    rows.append((*row[1:], unit))
    return pd.DataFrame(rows, columns=[*frame.columns, "unit"]), units


def cooccurrence(rows, units):
    """Return the measures of all pairs that share a unit without an overlap, by name."""
    once = rows.drop_duplicates(["doc", "unit", "concept"])
    single = once.groupby("concept").size()
    pairs = rows.merge(rows, on=["doc", "unit"], suffixes=("_a", "_b"))
    pairs = pairs[pairs["concept_a"] < pairs["concept_b"]]
    apart = (pairs["end_a"] <= pairs["start_b"]) | (pairs["end_b"] <= pairs["start_a"])
    keys = ["concept_a", "concept_b"]
    by_unit = pairs.assign(apart=apart).groupby([*keys, "doc", "unit"])["apart"].any().reset_index()
    found = by_unit.groupby(keys)["apart"].agg(both="size", units="sum")
    found["documents"] = by_unit[by_unit["apart"]].groupby(keys)["doc"].nunique()
    found = found[found["units"] > 0].reset_index()
    left_out = found["both"] - found["units"]
    a = found["concept_a"].map(single) - left_out
    b = found["concept_b"].map(single) - left_out
    n, o = units - left_out, found["units"]
    found["expected"] = a * b / n
    found["pmi"] = np.log2(o / found["expected"])
    found["npmi"] = np.where(o == n, 0.0, found["pmi"] / np.where(o == n, 1.0, -np.log2(o / n)))
    cells = [(o, a, b), (a - o, a, n - b), (b - o, n - a, b), (n - a - b + o, n - a, n - b)]
    terms = [
        np.where(c > 0, c * np.log(np.where(c > 0, c * n / (r * k + (c == 0)), 1)), 0)
        for c, r, k in cells
    ]
    found["log_likelihood"] = 2 * sum(terms)
    found["documents"] = found["documents"].astype("int64")
    order = found.sort_values(["units", *keys], ascending=[False, True, True])
    return order.drop(columns="both").reset_index(drop=True)
