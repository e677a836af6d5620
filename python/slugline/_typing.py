"""Names for the values that options take."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

Case: TypeAlias = Literal["ignore", "match", "smart"]
Accents: TypeAlias = Literal["keep", "fold"]
Hyphens: TypeAlias = Literal["keep", "space"]
Boundary: TypeAlias = Literal["word", "start", "end", "none", "compound"]
Neighbours: TypeAlias = str | Sequence[str]
Near: TypeAlias = Mapping[str, Any]
AffixListName: TypeAlias = Literal["ko", "ar", "he"]
Affixes: TypeAlias = Sequence[str] | AffixListName
Language: TypeAlias = Literal["en"]
Script: TypeAlias = Literal["ru", "uk", "be", "bg", "mk", "sr"]

Overlap: TypeAlias = Literal["longest", "all", "longest-per-concept", "longest-per-branch"]
Offsets: TypeAlias = Literal["char", "byte", "utf16"]
OnBadText: TypeAlias = Literal["raise", "replace"]
OnBadRow: TypeAlias = Literal["raise", "skip"]
By: TypeAlias = Literal["concept", "phrase"]
Normalize: TypeAlias = Literal["documents", "words", "per_million_words"]
Freq: TypeAlias = Literal["day", "week", "month", "quarter", "year"]
Unit: TypeAlias = Literal["word", "char"]
Within: TypeAlias = Literal["doc", "sentence"]
FrameKind: TypeAlias = Literal["pandas", "polars", "pyarrow"]
FormatName: TypeAlias = Literal[
    "csv",
    "tsv",
    "jsonl",
    "parquet",
    "yaml",
    "json",
    "spacy",
    "flashtext",
    "liwc",
    "wordstat",
    "yoshikoder",
    "lexicoder",
    "gate",
    "wikidata",
    "txt",
]

Scalar: TypeAlias = str | int | float | bool
Watcher: TypeAlias = Callable[[int, int], object]
Attributes: TypeAlias = Iterable[str] | Mapping[str, str]
Progress: TypeAlias = bool | Watcher | None
