"""The compiled core. Internal: use the classes of `slugline` instead."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal, final

__all__ = [
    "ArrowColumn",
    "ArrowTable",
    "Buffer",
    "Duplicates",
    "Gazetteer",
    "Matcher",
    "Matches",
    "SluglineError",
    "Texts",
    "__version__",
    "add_variants",
    "compare",
    "cooccurrence",
    "diff",
    "dispersion",
    "fold",
    "has_empty_part",
    "languages",
    "lint",
    "near",
    "network",
    "read_csv",
    "read_csv_header",
    "read_json_lines",
    "retag",
    "split_variants",
    "text_table",
]

__version__: str

_Overlap = Literal["longest", "all", "longest-per-concept", "longest-per-branch"]
_Offsets = Literal["char", "byte", "utf16"]
_Errors = Literal["raise", "replace"]
_Rate = Literal["documents", "words"]

class SluglineError(Exception): ...

def cooccurrence(
    matches: Matches, by: str, level: int | None, within: str, words: int
) -> ArrowTable: ...
def network(
    matches: Matches, by: str, level: int | None, within: str, words: int, min_documents: int
) -> tuple[ArrowTable, ArrowTable]: ...
def near(
    matches: Matches,
    a: str,
    b: str,
    within: int | None,
    unit: str,
    ordered: bool,
    same_sentence: bool,
    text: bool,
) -> ArrowTable: ...
def compare(
    matches: Matches,
    groups: tuple[str, Sequence[str | int | bool], Any],
    by: str,
    level: int | None,
) -> ArrowTable: ...
def fold(text: str, case: str = "ignore", accents: str = "keep", hyphens: str = "keep") -> str: ...
def has_empty_part(concept: str) -> bool:
    """Tell whether a part of a concept has no name."""

def lint(
    gazetteer: Gazetteer,
    common: Sequence[tuple[Sequence[str], Sequence[str]]],
    seen: tuple[int, dict[str, tuple[int, int]]] | None,
    notes: Sequence[tuple[str, str, str]],
) -> ArrowTable: ...
def languages(gazetteer: Gazetteer) -> list[str]: ...
def diff(old: Gazetteer, new: Gazetteer) -> tuple[Gazetteer, Gazetteer, Gazetteer, Gazetteer]: ...
def dispersion(
    matches: Matches,
    by: Literal["concept", "phrase"],
    level: int | None,
    slices: int,
    in_texts: bool,
) -> ArrowTable: ...
def add_variants(
    gazetteer: Gazetteer, variants: Sequence[tuple[int, str, str, bool, str | None, int | None]]
) -> list[tuple[bool, str | None]]: ...
def split_variants(
    gazetteer: Gazetteer, rule: str | None, phrase: str | None, variants: bool
) -> Gazetteer: ...
def text_table(columns: Sequence[tuple[str, Sequence[str | None]]]) -> ArrowTable: ...
def retag(
    matches: Matches,
    old: Gazetteer,
    old_matcher: Matcher | None,
    new: Gazetteer,
    new_matcher: Matcher | None,
    texts: Texts,
    threads: int | None,
) -> Matches: ...

# A bad record: its row, its first byte and the one behind its last, the reason, the detail.
_Bad = tuple[int, int, int, str, str]

def read_csv(
    block: bytes | bytearray | memoryview,
    columns: int,
    wanted: Sequence[int],
    delimiter: str,
    last: bool,
    replace: bool,
    longest: int,
) -> tuple[ArrowTable, list[_Bad], int]: ...
def read_csv_header(
    block: bytes | bytearray | memoryview, delimiter: str, last: bool
) -> tuple[list[str], int] | None: ...
def read_json_lines(
    block: bytes | bytearray | memoryview, fields: Sequence[tuple[str, str]], replace: bool
) -> tuple[ArrowTable, list[_Bad], list[int]]: ...

@final
class Texts:
    """A column of texts, read where it lies."""

    @staticmethod
    def from_list(values: list[Any]) -> Texts: ...
    @staticmethod
    def from_arrow(data: Any) -> Texts: ...
    def __len__(self) -> int: ...
    def get(self, row: int) -> str | None: ...
    def slice(self, row: int, start: int, end: int, offsets: _Offsets) -> str: ...

@final
class ArrowColumn:
    """An Arrow column that core made: has the C data and C stream interfaces."""

    def __len__(self) -> int: ...
    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...
    def __arrow_c_schema__(self) -> object: ...
    def to_list(self) -> list[Any]: ...

@final
class ArrowTable:
    """An Arrow table that core made: a stream of record batches."""

    def __len__(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def column(self, name: str) -> ArrowColumn: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class Buffer:
    """Numbers that core made, behind the buffer protocol (for `numpy.frombuffer`)."""

    def __len__(self) -> int: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...

@final
class Duplicates:
    """Gives out the shingles of texts, takes in their signatures, and groups the texts."""

    def __new__(cls, matches: Matches, threshold: float, shingle: int, band: int) -> Duplicates: ...
    def shingles(self, start: int, stop: int) -> tuple[Buffer, Buffer]:
        """Return 32 bits of the hash of each shingle, and where each row begins, with the end."""
    def place(self, signatures: bytes, length: int) -> None: ...
    def table(self) -> ArrowTable: ...

@final
class Gazetteer:
    """Columns of phrases, concepts and options: validated, deduplicated, numbered."""

    def __new__(
        cls,
        case: str = "ignore",
        accents: str = "keep",
        hyphens: str = "keep",
        boundary: str = "word",
        glob: bool = False,
        affixes: Sequence[str] | None = None,
    ) -> Gazetteer: ...
    @property
    def options(self) -> dict[str, Any]: ...
    def add(
        self,
        phrase: str,
        concept: str | None,
        options: dict[str, Any],
        lang: str | None,
        weight: float,
        attributes: dict[str, Any],
        place: str | None = None,
    ) -> None: ...
    def add_table(
        self,
        table: Any,
        phrase: str,
        concept: str,
        options: dict[str, Any],
        place: str | None = None,
        named_affixes: dict[str, list[str]] | None = None,
    ) -> None: ...
    def copy(self) -> Gazetteer: ...
    def merge(self, other: Gazetteer) -> None: ...
    def remove(self, phrase: str | None, concept: str | None) -> int: ...
    def filter(self, concept: str) -> Gazetteer: ...
    def misfit(self, concept: str) -> str | None:
        """Return what is wrong with a pattern that no concept fits."""
    def __len__(self) -> int: ...
    def entry(
        self, index: int
    ) -> tuple[str, str | None, dict[str, Any], str | None, float, dict[str, Any]]: ...
    def concepts(self) -> list[str]: ...
    def concept_with_empty_part(self) -> str | None:
        """Return the first concept, by code point, that has a part without a name."""
    def branches(self) -> list[tuple[str, int, int]]:
        """Return each branch in use: its name, its entries and its concepts."""
    def phrases(self) -> list[str]: ...
    def version(self) -> str: ...
    def add_phrases(self, phrases: Iterable[str]) -> None: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(bytes: bytes) -> Gazetteer: ...
    def to_arrow(self) -> ArrowTable: ...

@final
class Matcher:
    def __new__(cls, gazetteer: Gazetteer) -> Matcher: ...
    def to_bytes(self) -> bytes: ...
    @staticmethod
    def from_bytes(content: bytes) -> Matcher: ...
    @property
    def gazetteer(self) -> Gazetteer: ...
    @property
    def nbytes(self) -> int: ...
    @property
    def engine(self) -> str: ...
    def concepts(self) -> list[str]: ...
    def phrases(self) -> list[str]: ...
    def tag(
        self,
        texts: Texts,
        ids: Any | None,
        overlap: _Overlap,
        offsets: _Offsets,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
        first_doc: int = 0,
    ) -> Matches: ...
    def count(
        self,
        texts: Texts,
        by: Literal["concept", "phrase"],
        level: int | None,
        weight: bool,
        overlap: _Overlap,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> ArrowTable: ...
    def matrix(
        self,
        texts: Texts,
        by: Literal["concept", "phrase"],
        level: int | None,
        binary: bool,
        weight: bool,
        overlap: _Overlap,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> tuple[Buffer, Buffer, Buffer, list[str]]:
        """Return data (int64, of weights float64), indices (int32), indptr (int64) and the names of the columns."""
    def contains(
        self,
        texts: Texts,
        overlap: _Overlap,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> ArrowColumn: ...
    def first(
        self,
        texts: Texts,
        overlap: _Overlap,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> ArrowColumn: ...
    def replace(
        self,
        texts: Texts,
        template: str,
        overlap: _Overlap,
        errors: _Errors,
        threads: int | None,
        progress: Callable[[int, int], object] | None,
    ) -> ArrowColumn: ...

@final
class Matches:
    """Columns doc, start, end and entry; knows its matcher's names, its texts and its ids."""

    def __len__(self) -> int: ...
    @property
    def rows(self) -> int:
        """How many texts were tagged."""
    @property
    def first_doc(self) -> int: ...
    @property
    def offsets(self) -> _Offsets: ...
    @property
    def has_texts(self) -> bool: ...
    @property
    def has_ids(self) -> bool: ...
    def row(self, index: int) -> tuple[int, int, int, str, str]: ...
    def id(self, index: int) -> Any: ...
    def text(self, index: int) -> str: ...
    def document(self, doc: int) -> str | None: ...
    def rows_of(self, doc: int) -> tuple[int, int]: ...
    def __iter__(self) -> Iterator[tuple[int, int, int, str, str]]: ...
    def slice(self, start: int, stop: int, step: int) -> Matches: ...
    def filter(self, concept: str) -> Matches: ...
    def misfit(self, concept: str) -> str | None:
        """Return what is wrong with a pattern that no concept of the gazetteer fits."""
    def pick(self, docs: bytes | None = None, concepts: set[str] | None = None) -> Matches:
        """Return the matches in documents whose byte is not zero and of some concepts."""
    def search(self, query: str) -> bytes:
        """Return a byte for each text: 1 where it holds a string, in whatever case."""
    def branches(self) -> list[str]:
        """Return the gazetteer's branches, whether or not they were found."""
    def without(self, docs: Sequence[int]) -> Matches: ...
    def concepts(self) -> list[str]: ...
    def phrases(self) -> list[str]: ...
    def detach(self) -> None: ...
    def counts(
        self,
        by: Literal["concept", "phrase"],
        level: int | None,
        weight: bool,
        groups: tuple[str, list[Any], Any] | None = None,
        normalize: _Rate | None = None,
    ) -> ArrowTable: ...
    def timeline(
        self,
        days: Any,
        freq: Literal["day", "week", "month", "quarter", "year"],
        by: Literal["concept", "phrase"],
        level: int | None,
        normalize: _Rate | None,
    ) -> ArrowTable: ...
    def kwic(self, window: int, unit: Literal["word", "char"]) -> ArrowTable: ...
    def matrix(
        self, by: Literal["concept", "phrase"], level: int | None, binary: bool, weight: bool
    ) -> tuple[Buffer, Buffer, Buffer, list[str]]: ...
    def by_doc(self) -> ArrowColumn: ...
    def to_arrow(self, text: bool, attributes: list[tuple[str, str]]) -> ArrowTable: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...
