"""One row of a gazetteer: as users see it, and on its way from a file or table to the core."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from slugline._affixes import AFFIX_LISTS, named_affixes
from slugline._context import NEIGHBOURS, clean_near, clean_neighbours, context_in, near_of_columns
from slugline._typing import Accents, Boundary, Case, Hyphens, Scalar

OPTIONS = (
    "case",
    "accents",
    "hyphens",
    "boundary",
    "glob",
    "affixes",
    "not_before",
    "not_after",
    "near",
)
"""What can be set for one phrase, in the order in which files have it."""

DEFAULTS: dict[str, Any] = {
    "case": "ignore",
    "accents": "keep",
    "hyphens": "keep",
    "boundary": "word",
    "glob": False,
    "affixes": (),
    "not_before": (),
    "not_after": (),
    "near": None,
    "lang": None,
    "weight": 1.0,
}
"""What is left out of a file where every entry has it."""

RESERVED = ("phrase", "concept", *DEFAULTS, "near_within", "near_unit")
"""Names that no attribute can have."""

_MISSPELT = {
    **{name.replace("_", "").removesuffix("s"): name for name in RESERVED if name != "lang"},
    "language": "lang",
    "boundry": "boundary",
    "bondary": "boundary",
    "boundarie": "boundary",
    "hypen": "hyphens",
    "hyphenation": "hyphens",
    "notbefor": "not_before",
    "wildcard": "glob",
    "suffixe": "affixes",
    "affixe": "affixes",
}
"""Options by how their names are written wrongly: without signs, capitals and a last s."""


class Entry(NamedTuple):
    """One phrase of a gazetteer, with its concept, options and attributes.

    Attributes
    ----------
    phrase : str
        The phrase as it was written.
    concept : str or None
        What it stands for; None for an exclusion.
    case, accents, hyphens, boundary : str
        The options that hold for this phrase.
    glob : bool
        Whether ``*`` and ``?`` in the phrase are wild cards.
    affixes : tuple of str
        What may stand between the phrase and the end of a word, also where it was given by name.
    not_before, not_after : tuple of str
        What the phrase must not stand directly before or behind.
    near : dict or None
        The phrases of which one must be near, how near, and in what unit.
    lang : str or None
        The language, for information.
    weight : float
        The weight, 1.0 unless given.
    attributes : dict
        Whatever else was given with the phrase.
    """

    phrase: str
    concept: str | None
    case: Case = "ignore"
    accents: Accents = "keep"
    hyphens: Hyphens = "keep"
    boundary: Boundary = "word"
    glob: bool = False
    affixes: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    near: Mapping[str, Any] | None = None
    lang: str | None = None
    weight: float = 1.0
    attributes: Mapping[str, Scalar] = MappingProxyType({})

    @property
    def options(self) -> dict[str, Any]:
        """The options alone, by name."""
        return {name: getattr(self, name) for name in OPTIONS}


@dataclass(slots=True)
class Row:
    """What a reader makes of one row: not yet validated, and where it stood."""

    phrase: Any
    concept: Any
    place: str
    options: dict[str, Any] = field(default_factory=dict)
    lang: Any = None
    weight: Any = 1.0
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of which a reader could make nothing."""

    place: str
    reason: str
    error: type[Exception] = ValueError


def entry_of(
    row: tuple[str, str | None, dict[str, Any], str | None, float, dict[str, Any]],
) -> Entry:
    """Make an entry of what the core returns."""
    phrase, concept, options, lang, weight, attributes = row
    lists = {name: tuple(options.get(name) or ()) for name in ("affixes", *NEIGHBOURS)}
    options = options | lists
    return Entry(phrase, concept, **options, lang=lang, weight=weight, attributes=attributes)


def row_of_record(
    record: Mapping[Any, Any], place: str, *, phrase: str = "phrase", concept: str = "concept"
) -> Row:
    """Sort the columns of a record into phrase, concept, options and attributes.

    Raises
    ------
    ValueError
        Where the phrase or the concept is not there, or a column has a name that is taken.
    TypeError
        Where the name of a column is not text.
    """
    for name in (phrase, concept):
        if name not in record:
            known = ", ".join(map(repr, record)) or "none"
            raise ValueError(f"{place}: there is no {name!r} (there is: {known})")
    row = Row(record[phrase], record[concept], place)
    for name, value in record.items():
        if not isinstance(name, str):
            raise TypeError(f"{place}: the name of a column must be str, not {name!r}")
        if name in (phrase, concept) or is_missing(value):
            continue
        if name == "affixes" and isinstance(value, str):
            row.options[name] = affixes_in(value)
        elif name in (*NEIGHBOURS, "near") and isinstance(value, str):
            try:
                row.options[name] = context_in(name, value)
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from None
        elif name in OPTIONS:
            row.options[name] = value
        elif name in ("near_within", "near_unit"):
            continue
        elif name == "lang":
            row.lang = value
        elif name == "weight":
            row.weight = value
        else:
            row.attributes[name] = value
    if "near" in row.options:
        row.options["near"] = near_of_columns(
            row.options["near"], *(_given(record.get(f"near_{key}")) for key in ("within", "unit"))
        )
    row.concept = None if is_missing(row.concept) else row.concept
    check_names(row.attributes, place)
    return row


def _given(value: Any) -> Any:
    return None if is_missing(value) else value


def is_missing(value: Any) -> bool:
    """Tell whether a cell of a table is empty: None, NaN, or a library's NA."""
    if value is None or (isinstance(value, float) and value != value):
        return True
    return type(value).__name__ in ("NAType", "NaTType")


def check_names(names: Any, place: str | None = None) -> None:
    """Refuse attributes whose names mean something else."""
    for name in names:
        if name in RESERVED:
            where = f"{place}: " if place else ""
            raise ValueError(
                f"{where}{name!r} cannot be the name of an attribute: rename or drop that column"
            )
        meant = _MISSPELT.get(_plain_name(name))
        if meant:
            where = f"{place}: " if place else ""
            raise ValueError(
                f"{where}there is no option {name!r}: did you mean {meant!r}? "
                "An attribute must have a name that looks like no option's"
            )


def _plain_name(name: Any) -> str:
    return "".join(filter(str.isalnum, str(name))).lower().removesuffix("s")


def clean_attributes(attributes: Mapping[str, Any], place: str | None = None) -> dict[str, Scalar]:
    """Return the attributes less those that are None or NaN, which no table can tell from none.

    Raises
    ------
    TypeError
        Where a value is not a scalar.
    """
    clean: dict[str, Scalar] = {}
    for name, value in attributes.items():
        if is_missing(value):
            continue
        value = _plain(value)
        if not isinstance(value, str | int | float):
            where = f"{place}: " if place else ""
            raise TypeError(
                f"{where}attribute {name!r} must be str, int, float or bool, "
                f"not {type(value).__name__}"
            )
        clean[name] = value
    return clean


def _plain(value: Any) -> Any:
    # numpy's scalars say what Python's are through `item`; float64 is a float already.
    return value.item() if type(value).__module__ == "numpy" and hasattr(value, "item") else value


def clean_options(options: Mapping[str, Any], place: str | None = None) -> dict[str, Any]:
    """Return the options that are set, as the core takes them.

    Raises
    ------
    TypeError
        Where `glob` is not a bool, or `affixes` is no list.
    ValueError
        Where no list of affixes has this name.
    """
    clean = {name: value for name, value in options.items() if value is not None}
    where = f"{place}: " if place else ""
    glob = _plain(clean.get("glob", False))
    if not isinstance(glob, bool):
        raise TypeError(f"{where}glob must be a bool, not {type(glob).__name__}")
    if "glob" in clean:
        clean["glob"] = glob
    affixes = clean.get("affixes")
    if isinstance(affixes, str):
        clean["affixes"] = named_affixes(affixes, place)
    elif affixes is not None:
        if not hasattr(affixes, "__iter__"):
            raise TypeError(f"{where}affixes must be a list of str, not {type(affixes).__name__}")
        clean["affixes"] = list(affixes)
    for name in NEIGHBOURS:
        if name in clean:
            clean[name] = clean_neighbours(name, clean[name], where)
    if "near" in clean:
        clean["near"] = clean_near(clean["near"], where)
    return clean


def has_wild_cards(entry: Entry) -> bool:
    """Tell whether it makes a difference to the entry that globs are on."""
    near = entry.near["phrases"] if entry.near else ()
    phrases = (entry.phrase, *entry.not_before, *entry.not_after, *near)
    return any("*" in phrase or "?" in phrase for phrase in phrases)


def affixes_in(text: str) -> list[str]:
    """Read the affixes of a table's cell: a name, or parted by single spaces, or a list in JSON."""
    if text in AFFIX_LISTS:
        return list(AFFIX_LISTS[text].affixes)
    if text.startswith("["):
        return list(json.loads(text))
    return text.split(" ") if text else []


_NAMES = {listed.affixes: name for name, listed in AFFIX_LISTS.items()}


def affixes_out(affixes: tuple[str, ...]) -> str:
    """Write affixes so that `affixes_in` reads the same."""
    if affixes in _NAMES:
        return _NAMES[affixes]
    text = " ".join(affixes)
    plain = (
        not text.startswith("[")
        and text not in AFFIX_LISTS
        and all(affix and " " not in affix for affix in affixes)
    )
    return text if plain else json.dumps(list(affixes), ensure_ascii=False)


def _plain_option(name: str, value: Any) -> Any:
    if name == "affixes" and value in _NAMES:
        return _NAMES[value]
    return list(value) if isinstance(value, tuple) else value


def record_of(entry: Entry) -> dict[str, Any]:
    """Return phrase, concept and whatever is not as it is by default: `row_of_record` undone."""
    record: dict[str, Any] = {"phrase": entry.phrase, "concept": entry.concept}
    for name, default in DEFAULTS.items():
        value = getattr(entry, name)
        if value != default:
            record[name] = _plain_option(name, value)
    return record | dict(entry.attributes)
