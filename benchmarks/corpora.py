"""Texts and phrases to time with: real ones where they are, else the bundled sample, varied.

Real news and gazetteers are read from ``../shared/data`` (or ``SLUGLINE_DATA``); a corpus or a
gazetteer of one's own, as Parquet or JSONL, takes the place of the English ones.
"""

import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import slugline as sl

DATA = Path(os.environ.get("SLUGLINE_DATA", Path(__file__).parents[2] / "shared" / "data"))
ENGLISH = "reuters21578"
CORPORA = {
    "en": ENGLISH,
    "de": "10kgnad_test",
    "es": "fakenews_es",
    "ru": "nerel_ru",
    "uk": "bruk_press_uk",
    "ar": "antcorpus_ar",
    "zh": "cn_news_1000",
    "ja": "jawikinews_joined",
    "ko": "klue_ner_wikitree_ko",
    "th": "thaigov_th",
}
SIZES = {"100": 100, "1k": 1_000, "10k": 10_000, "100k": 100_000, "max": 1_000_000}
# What the letters of a language's phrases must be, to take them from a list of all languages.
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"
LETTERS = {
    "en": "A-Za-z",
    "de": _LATIN,
    "es": _LATIN,
    "ru": "Ѐ-ӿ",
    "uk": "Ѐ-ӿ",
    "ar": "؀-ۿ",
    "zh": "㐀-鿿",
    "ja": "ぁ-ヿ㐀-鿿",
    "ko": "가-힣",
    "th": "ก-๛",
}


@dataclass(frozen=True)
class Source:
    """Where the English texts and phrases come from; None for the default.

    Parameters
    ----------
    corpus, gazetteer : Path, optional
        Parquet or JSONL files with a column ``text``, or ``phrase``, or of one string column.
    """

    corpus: Path | None = None
    gazetteer: Path | None = None

    def describe(self) -> str:
        """Say what the texts and phrases are, for the report."""
        real = DATA.is_dir()
        corpus = self.corpus.name if self.corpus else ENGLISH if real else "the bundled sample"
        phrases = (
            self.gazetteer.name
            if self.gazetteer
            else "mixed_100 to mixed_max (places, companies, people)"
            if real
            else "the bundled gazetteer, paired with itself"
        )
        return f"{corpus}; {phrases}"


class UnreadableError(ValueError):
    """A file has no texts or phrases; the message names it."""


@cache
def read_column(path: Path, name: str) -> list[str]:
    """Return the strings of a column of a Parquet or JSONL file, without nulls and empty ones.

    Where no column has the name, the only column of strings is taken.
    """
    if path.suffix in (".jsonl", ".ndjson", ".json"):
        values = _read_jsonl(path, name)
    elif path.suffix in (".parquet", ".pq"):
        values = _read_parquet(path, name)
    else:
        raise UnreadableError(f"{path}: neither Parquet nor JSONL by its suffix")
    found = [value for value in values if value and isinstance(value, str)]
    if not found:
        raise UnreadableError(f"{path}: nothing in column {name!r}")
    return found


def _read_jsonl(path: Path, name: str) -> list[object]:
    rows = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line) if line.strip() else {}
            except ValueError as error:
                raise UnreadableError(f"{path}: line {number} is no JSON: {error}") from None
            if not isinstance(row, dict):
                raise UnreadableError(f"{path}: line {number} is no JSON object")
            rows.append(row)
    columns = {key: type(value) is str for row in reversed(rows) for key, value in row.items()}
    key = _column(path, name, columns)
    return [row.get(key) for row in rows]


def _read_parquet(path: Path, name: str) -> list[object]:
    import pyarrow as pa
    import pyarrow.parquet as pq
    import pyarrow.types as types

    try:
        schema = pq.read_schema(path)
    except pa.ArrowException as error:
        raise UnreadableError(f"{path}: {error}") from None
    kinds = (types.is_string, types.is_large_string, types.is_string_view)
    columns = {field.name: any(kind(field.type) for kind in kinds) for field in schema}
    key = _column(path, name, columns)
    return list(pq.read_table(path, columns=[key])[key].to_pylist())


def _column(path: Path, name: str, columns: dict[str, bool]) -> str:
    """Choose a column of those given, each with whether it holds strings."""
    strings = [column for column, is_string in columns.items() if is_string]
    if name in columns:
        return name
    if len(strings) == 1:
        return strings[0]
    raise UnreadableError(f"{path}: no column {name!r}; there are {', '.join(columns) or 'none'}")


def english(source: Source) -> list[str]:
    """Return the English texts."""
    if source.corpus:
        return read_column(source.corpus, "text")
    if DATA.is_dir():
        return read_column(DATA / "corpora" / f"{ENGLISH}.parquet", "text")
    return varied(sl.datasets.load_news(frame="pyarrow")["text"].to_pylist(), 10)


@cache
def gazetteer(source: Source, size: str) -> list[str]:
    """Return the phrases of one size, each once; fewer, where there are not as many."""
    count = SIZES[size]
    if source.gazetteer is None and DATA.is_dir():
        path = DATA / "gazetteers" / f"mixed_{size}.parquet"
        return list(dict.fromkeys(read_column(path, "phrase")))
    if source.gazetteer:
        phrases = list(dict.fromkeys(read_column(source.gazetteer, "phrase")))
        return phrases if size == "max" else phrases[:count]
    own = list(dict.fromkeys(entry.phrase for entry in sl.datasets.load_gazetteer()))
    pairs = (" ".join(pair) for pair in itertools.product(own, own, own[:5]))
    return list(dict.fromkeys(itertools.islice(itertools.chain(own, pairs), count)))


def gazetteers(source: Source, sizes: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Return sizes and their phrases, without sizes that have no more than one before."""
    most = 0
    for size in sizes:
        phrases = gazetteer(source, size)
        if len(phrases) > most:
            yield size, phrases
        most = max(most, len(phrases))


def language(name: str) -> tuple[list[str], list[str]]:
    """Return texts of a language, and up to 10,000 phrases in its script, the apt ones first."""
    if not DATA.is_dir():
        news = sl.datasets.load_news(frame="pyarrow").to_pylist()
        texts = [row["text"] for row in news if row["lang"].split("-")[0] == name]
        return varied(texts, 1) if texts else [], [e.phrase for e in sl.datasets.load_gazetteer()]
    texts = read_column(DATA / "corpora" / f"{CORPORA[name]}.parquet", "text")
    phrases: dict[str, None] = {}
    for phrase in _phrases_of(name):
        phrases[phrase] = None
        if len(phrases) == 10_000:
            break
    return texts, list(phrases)


def _phrases_of(language: str) -> Iterator[str]:
    import pyarrow.parquet as pq

    folder = DATA / "gazetteers"
    letter = re.compile(f"[{LETTERS[language]}]")
    for file in ("countries_all_langs", "newsmap_all13"):
        table = pq.read_table(folder / f"{file}.parquet", columns=["phrase", "lang"])
        for row in table.to_pylist():
            if (row["lang"] or "").startswith(language) and not re.search(r"[*?]", row["phrase"]):
                yield row["phrase"]
    for phrase in read_column(folder / "mixed_max.parquet", "phrase"):
        letters = [character for character in phrase if character.isalpha()]
        if letters and all(map(letter.match, letters)):
            yield phrase


def sparse(source: Source) -> list[str]:
    """Return 10,000 phrases that hardly any news has."""
    if DATA.is_dir():
        names = read_column(DATA / "gazetteers" / "eu_sanctions.parquet", "phrase")
        return list(dict.fromkeys(name for name in names if " " in name))[:10_000]
    return [f"{phrase} zq{number}" for number, phrase in enumerate(gazetteer(source, "10k"))]


def dense(source: Source) -> list[str]:
    """Return phrases of which nearly every word of an English text is one."""
    if DATA.is_dir():
        return list(dict.fromkeys(read_column(DATA / "gazetteers" / "words_en.parquet", "phrase")))
    words = (word for text in english(source) for word in re.findall(r"\w+", text))
    return list(dict.fromkeys(words))


def megabytes(texts: Iterable[str]) -> float:
    """Return the size of texts in millions of bytes of UTF-8."""
    return sum(len(text.encode()) for text in texts) / 1e6


def fresh(texts: list[str]) -> list[str]:
    """Return the same texts as strings that were never used: a used one may cache its UTF-8."""
    return [f"{text} "[:-1] for text in texts]


def thinned(texts: list[str], size: float) -> list[str]:
    """Return texts of about *size* MB, taken evenly from all of them."""
    step = megabytes(texts) / size
    if step <= 1:
        return texts
    return [texts[int(number * step)] for number in range(max(1, int(len(texts) / step)))]


def varied(texts: list[str], size: float) -> list[str]:
    """Return texts of about *size* MB: all again and again, each time a little different."""
    found = []
    left = size * 1e6
    for number in itertools.count():
        for text in texts:
            found.append(f"{number} {text}")
            left -= len(found[-1].encode())
            if left <= 0:
                return found
    raise AssertionError("never ends")


def recut(texts: list[str], size: int, total: float) -> list[str]:
    """Return documents of about *size* bytes, cut at spaces, *total* MB of them in all."""
    joined = "\n".join(varied(texts, max(total, 2 * size / 1e6)))
    scale = len(joined) / len(joined.encode())
    length, count = max(1, round(size * scale)), max(1, round(total * 1e6 / size))
    found = []
    start = 0
    while len(found) < count and start < len(joined):
        end = joined.find(" ", min(start + length, len(joined)))
        end = len(joined) if end < 0 else end
        found.append(joined[start:end])
        start = end
    return found
