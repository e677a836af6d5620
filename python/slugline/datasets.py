"""A small multilingual sample of news, and a gazetteer for it."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from slugline._frames import frame_kind
from slugline._optional import require
from slugline._typing import FrameKind
from slugline.gazetteer import Gazetteer

__all__ = ["load_gazetteer", "load_news"]

_DATA = Path(__file__).parent / "data"
COLUMNS = ("id", "date", "source", "lang", "title", "text")


def load_news(frame: FrameKind | None = None) -> Any:
    """Load the sample: some sixty invented news stories in many languages and scripts.

    Parameters
    ----------
    frame : {"pandas", "polars", "pyarrow"}, optional
        The kind of table: pandas' unless given, or polars' where pandas is not installed.

    Returns
    -------
    frame
        Columns ``id``, ``date`` (a date), ``source``, ``lang``, ``title`` and ``text``; where
        neither pandas nor polars is installed, a dict of lists.

    Examples
    --------
    >>> import slugline as sl
    >>> news = sl.datasets.load_news()
    >>> list(news.columns)
    ['id', 'date', 'source', 'lang', 'title', 'text']
    """
    columns = news_columns()
    match frame_kind(frame):
        case "pandas":
            pandas = require("pandas", "load_news")
            table = pandas.DataFrame(columns)
            table["date"] = pandas.to_datetime(table["date"])
            return table
        case "polars":
            return require("polars", "load_news").DataFrame(columns)
        case "pyarrow":
            return require("pyarrow", "load_news").table(columns)
    return columns


def load_gazetteer() -> Gazetteer:
    """Load the gazetteer for the sample: people, places, organisations and narratives.

    Returns
    -------
    Gazetteer

    Examples
    --------
    >>> import slugline as sl
    >>> "narrative/color-revolution" in sl.datasets.load_gazetteer().concepts
    True
    """
    return Gazetteer.read(_DATA / "gazetteer.csv")


def news_columns() -> dict[str, list[Any]]:
    """Return the sample as a dict of lists."""
    records = list(_records())
    columns: dict[str, list[Any]] = {name: [record[name] for record in records] for name in COLUMNS}
    columns["date"] = [date.fromisoformat(day) for day in columns["date"]]
    return columns


def _records() -> Iterator[dict[str, str]]:
    for name in ("news-latin.jsonl", "news-other.jsonl"):
        # Not splitlines: JSON may hold line separators that are no line's end.
        for line in (_DATA / name).read_text("utf-8").split("\n"):
            if line:
                yield json.loads(line)
