"""Parquet files of made-up news, as large as asked for: no two texts are alike."""

from __future__ import annotations

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

WHO = (
    "The regional council",
    "NATO",
    "The Orange County Herald",
    "Министерство транспорта",
    "ООН",
    "地方议会",
    "北约",
    "La préfecture",
    "L’OTAN",
    "Der Bundesrat",
    "مجلس المدينة",
    "국회",
)
DID = (
    "postponed its vote on",
    "published figures about",
    "сообщило подробности о теме:",
    "公布了关于以下事项的报告：",
    "a démenti avoir discuté de",
    "kündigte Gespräche an über",
    "ناقش موضوع",
    "보고서를 냈다:",
)
WHAT = (
    "the ring road",
    "a colour revolution that nobody had seen",
    "цветной революции",
    "颜色革命",
    "les tarifs de l’eau",
    "den Fährverkehr",
    "ميزانية المدارس",
    "철도 요금",
    "fish quotas in the northern bay",
)
GAZETTEER = {
    "organisation": {"NATO": ["NATO", "OTAN", "北约"], "UN": ["ООН", "United Nations"]},
    "narrative": {"color revolution": ["colour revolution", "цветной революции", "颜色革命"]},
    "place": {"Orange County": ["Orange County"]},
}
"""What is found in them."""


def sentences(rng: random.Random, count: int) -> list[str]:
    """Make sentences, each with a number of its own."""
    return [
        f"{rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)} ({number}). "
        for number in rng.sample(range(10 * count), count)
    ]


def write_news(
    folder: Path, megabytes: int, *, files: int = 4, rows: int = 2_000, seed: int = 7
) -> int:
    """Write files with the columns ``url`` and ``text``; return the bytes of the texts.

    Parameters
    ----------
    folder : Path
        It is made.
    megabytes : int
        Of text, as UTF-8, over all files.
    files : int
        How many.
    rows : int
        Of each row group, the last of a file excepted.
    seed : int
        The same gives the same texts.
    """
    folder.mkdir()
    rng = random.Random(seed)
    pool = sentences(rng, 4_000)
    schema = pa.schema([("url", pa.string()), ("text", pa.string())])
    size = number = 0
    for file in range(files):
        until = megabytes * 1_000_000 * (file + 1) // files
        with pq.ParquetWriter(folder / f"part-{file}.parquet", schema) as writer:
            while size < until:
                urls, texts = [], []
                while len(texts) < rows and size < until:
                    length = 1 + int(rng.lognormvariate(3.2, 0.6))
                    text = None if rng.random() < 0.01 else "".join(rng.choices(pool, k=length))
                    size += len(text.encode()) if text else 0
                    urls.append(f"https://news.example/{number}")
                    texts.append(text)
                    number += 1
                writer.write_table(pa.table([urls, texts], schema=schema), row_group_size=rows)
    return size
