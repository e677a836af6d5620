"""The fold beside Unicode's own test files (Debian's package unicode-data)."""

import bz2
from pathlib import Path

import pytest
import reference

from slugline import _core

FOLDER = Path("/usr/share/unicode")
pytestmark = pytest.mark.skipif(
    not (FOLDER / "DerivedNormalizationProps.txt").exists(),
    reason=f"no Unicode data files in {FOLDER}: install unicode-data",
)


def plain(text):
    """Step 1 of the contract's fold, and again what of it step 3 brings forth."""
    return text.translate(PLAIN)


PLAIN = {
    **dict.fromkeys(map(ord, reference.APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, reference.DOUBLE_QUOTES), '"'),
    **dict.fromkeys(map(ord, reference.DASHES), "-"),
}


def spaceless(text):
    return not any(char.isspace() for char in text)


def test_nfkc_casefold():
    """Each code point folds to its NFKC_CF, quotes, dashes and white space apart."""
    folds = {}
    for line in (FOLDER / "DerivedNormalizationProps.txt").read_text("utf-8").splitlines():
        fields = [field.strip() for field in line.partition("#")[0].split(";")]
        if len(fields) == 3 and fields[1] == "NFKC_CF":
            first, _, last = fields[0].partition("..")
            mapped = "".join(chr(int(point, 16)) for point in fields[2].split())
            for point in range(int(first, 16), int(last or first, 16) + 1):
                folds[chr(point)] = mapped
    assert len(folds) > 10_000
    wrong = [
        (hex(ord(char)), expected, _core.fold(char))
        for char, expected in folds.items()
        if spaceless(char) and ord(char) not in PLAIN and _core.fold(char) != plain(expected)
    ]
    # NFD comes first: where it changes a character, what it makes of it is folded.
    through_nfd = [row for row in wrong if row[0] == hex(0x1FFD)]
    assert [row for row in wrong if row not in through_nfd] == []


def test_normalization_test():
    """What is canonically equivalent folds alike; what is compatible folds alike too."""
    lines = (
        bz2.decompress((FOLDER / "NormalizationTest.txt.bz2").read_bytes()).decode().splitlines()
    )
    checked = 0
    for line in lines:
        if line.startswith(("#", "@")) or not line.strip():
            continue
        source, nfc, nfd, nfkc, nfkd = (
            "".join(chr(int(point, 16)) for point in field.split())
            for field in line.partition("#")[0].split(";")[:5]
        )
        special = set(map(chr, PLAIN)) & set(source + nfd + nfkd)
        if special or not spaceless(source + nfkd):
            # Quotes, dashes and white space are the contract's own matter, not Unicode's.
            continue
        for case in ("ignore", "match"):
            folds = {_core.fold(text, case) for text in (source, nfc, nfd, nfkc, nfkd)}
            assert len(folds) == 1, (line, case)
        checked += 1
    assert checked > 15_000


def test_every_code_point_folds_as_in_the_reference():
    for point in range(0x110000):
        char = chr(point)
        if 0xD800 <= point < 0xE000 or not reference.assigned(char):
            continue
        assert _core.fold(char) == reference.fold(char), hex(point)
        assert _core.fold(char, "match") == reference.fold(char, "match"), hex(point)
        assert _core.fold(char, accents="fold") == reference.fold(char, accents="fold"), hex(point)
