"""Corpora of any size on disk: real articles cut to sentences, and these put together anew.

Every article is another one, so that no cache and no dictionary of a file format makes the reading
easier than that of news: sentences are drawn from articles of several languages and numbered.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import corpora
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

LANGUAGES = {"en": 0.6, "es": 0.1, "ru": 0.1, "uk": 0.05, "ar": 0.05, "zh": 0.1}
"""How much of the articles is of which language."""

_END = re.compile(r"(?<=[.!?。！？])\s*")
_GROUP = 2_000
"""Articles in a row group, and in a table under way."""


def write_parquet(
    folder: Path, megabytes: int, files: int, mean: int = 3_000, seed: int = 1
) -> None:
    """Write a corpus of so many megabytes of text as so many files; none, if it is there.

    Parameters
    ----------
    folder : Path
        Where to.
    megabytes, files : int
        How much text, and in how many files.
    mean : int
        The mean length of articles, in bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        path = folder / f"news-{number:05}.parquet"
        if path.exists():
            continue
        schema = pa.schema([("url", pa.string()), ("lang", pa.string()), ("text", pa.string())])
        aside = path.with_suffix(".aside")
        with pq.ParquetWriter(aside, schema, compression="zstd", use_dictionary=["lang"]) as writer:
            size = megabytes * 1_000_000 // files
            for table in _tables(number, size, mean, seed):
                writer.write_table(table.cast(schema))
        aside.rename(path)


def _tables(file: int, size: int, mean: int, seed: int) -> Iterator[pa.Table]:
    rng = np.random.default_rng([seed, file])
    pools = {lang: _sentences(lang) for lang in LANGUAGES}
    share = list(LANGUAGES.values())
    done = row = 0
    while done < size:
        group: dict[str, list[str]] = {"url": [], "lang": [], "text": []}
        for lang in rng.choice(list(LANGUAGES), _GROUP, p=share):
            sentences, length = pools[lang]
            count = max(1, round(mean * rng.lognormal(-0.2, 0.65) / length))
            drawn = rng.integers(0, len(sentences), count).tolist()
            text = f"{file}/{row}: " + " ".join([sentences[at] for at in drawn])
            group["url"].append(f"https://news.example/{lang}/{file}/{row}")
            group["lang"].append(str(lang))
            group["text"].append(text)
            row += 1
            done += len(text.encode())
            if done >= size:
                break
        yield pa.table(group)


def _sentences(lang: str) -> tuple[list[str], float]:
    """Return the sentences of a language and their mean length in bytes."""
    if lang not in _POOLS:
        texts, _ = corpora.language(lang)
        found = [part for text in texts for part in _END.split(text) if len(part) > 20]
        _POOLS[lang] = found, sum(len(part.encode()) for part in found) / max(len(found), 1)
    return _POOLS[lang]


_POOLS: dict[str, tuple[list[str], float]] = {}
