"""spaCy's patterns (EntityRuler, SpanRuler): a JSON object with label and pattern a line."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any

from slugline._entry import Row, Unreadable, row_of_record
from slugline._formats._files import Source, rows_of_lines
from slugline._formats._names import concept_of
from slugline._formats.json_lines import parse

_CASES = {"LOWER": "ignore", "TEXT": "match", "ORTH": "match"}
_MOST_JOINTS = 6
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_CLITIC = re.compile("['’]|n['’]t$", re.IGNORECASE)


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read the patterns that are words or lists of words."""
    return rows_of_lines(source, _rows, newline="\n")


def _rows(line: str, place: str) -> Iterator[Row]:
    record = parse(line)
    for key in ("label", "pattern"):
        if not record.get(key):
            raise ValueError(f"there is no {key!r}")
    concept = concept_of(_names(record))
    others = {name: value for name, value in record.items() if name not in ("label", "pattern")}
    for phrase, options in _phrases(record["pattern"]):
        yield row_of_record({"phrase": phrase, "concept": concept, **others, **options}, place)


def _names(record: dict[str, Any]) -> list[str]:
    """Return the label, and what it is the label of: the ruler's ``ent_id_``."""
    names = [record["label"]] + ([record["id"]] if record.get("id") else [])
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"label and id must be text, not {type(name).__name__}")
    return names


def _phrases(pattern: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(pattern, str):
        yield pattern, {}
        return
    if not isinstance(pattern, list):
        raise TypeError(f"a pattern must be text or a list, not {type(pattern).__name__}")
    tokens = [_token(token) for token in pattern]
    cases = {case for case, _ in tokens}
    if len(cases) > 1:
        raise ValueError("LOWER beside TEXT or ORTH in one pattern: only one kind can be carried")
    for phrase in _spellings([text for _, text in tokens]):
        yield phrase, {"case": cases.copy().pop()}


def _token(token: Any) -> tuple[str, str]:
    if not isinstance(token, dict) or len(token) != 1:
        raise ValueError(f"the token {token!r} must have LOWER, TEXT or ORTH alone")
    ((name, text),) = token.items()
    if name.upper() not in _CASES:
        raise ValueError(f"the token {token!r} must have LOWER, TEXT or ORTH, not {name}")
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"the token {token!r} must have text")
    if name.upper() == "LOWER" and text != text.lower():
        raise ValueError(f"LOWER is compared with lower case, so {text!r} could never be found")
    return _CASES[name.upper()], text


def _spellings(tokens: list[str]) -> Iterator[str]:
    """Join tokens in each way that text may have them.

    A pattern does not say whether space stands between two tokens. Between words of letters it
    does; about punctuation and in scripts without spaces it may or may not.
    """
    joints = [("", " ") if _may_touch(left, right) else (" ",) for left, right in pairwise(tokens)]
    if sum(len(joint) == 2 for joint in joints) > _MOST_JOINTS:
        raise ValueError("too many tokens of punctuation or without spaces in one pattern")
    for spaces in product(*joints):
        yield tokens[0] + "".join(
            space + token for space, token in zip(spaces, tokens[1:], strict=True)
        )


def _may_touch(left: str, right: str) -> bool:
    ends = left[-1], right[0]
    return bool(
        _CLITIC.match(right)
        or not all(end.isalnum() or unicodedata.category(end)[0] == "M" for end in ends)
        or all(unicodedata.east_asian_width(end) in "WF" for end in ends)
        or all(_UNSPACED.match(end) for end in ends)
    )
