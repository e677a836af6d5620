"""The views of a gazetteer and of a matcher: counts, options, the first entries, the concepts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slugline import _core
from slugline._colours import branch_of, places_of
from slugline._entry import DEFAULTS, OPTIONS, Entry, entry_of, record_of
from slugline._html.escaping import clean, isolated
from slugline._html.parts import branch_key, definitions, note, plural, table, view

_BRANCHES = 12
_ENTRIES = 10
"""Entries in the table of the first."""
_CELL = 6
"""Affixes, attributes and the like told of one entry."""
_IN_TREE = 1_000
"""Entries whose concepts the tree has."""
_CHILDREN = 25
"""Concepts shown below one."""
_NODES = 300
"""Concepts shown in all."""
_PHRASES = 4
"""Phrases shown of a concept."""
_LEVELS = 12
"""Levels of the tree; what lies deeper stands on the last."""


def html_of_gazetteer(gazetteer: _core.Gazetteer) -> str:
    """Return the view of a gazetteer."""
    branches = gazetteer.branches()
    return view("Gazetteer", _caption(gazetteer, branches), _contents(gazetteer, branches))


def html_of_matcher(matcher: _core.Matcher) -> str:
    """Return the view of a matcher: its engine and memory, and what its gazetteer is."""
    gazetteer = matcher.gazetteer
    branches = gazetteer.branches()
    about = [("engine", matcher.engine), ("memory", f"{matcher.nbytes / 1e6:,.1f} MB")]
    parts = [definitions(about), *_contents(gazetteer, branches)]
    return view("PhraseMatcher", _caption(gazetteer, branches), parts)


def _caption(gazetteer: _core.Gazetteer, branches: Sequence[tuple[str, int, int]]) -> str:
    concepts = sum(concepts for _, _, concepts in branches)
    exclusions = len(gazetteer) - sum(entries for _, entries, _ in branches)
    told = f"{plural(len(gazetteer), 'phrase')}, {plural(concepts, 'concept')}"
    return told + (f", {plural(exclusions, 'exclusion')}" if exclusions else "")


def _contents(
    gazetteer: _core.Gazetteer, branches: Sequence[tuple[str, int, int]]
) -> Iterator[str]:
    yield definitions(_options(gazetteer.options))
    if not len(gazetteer):
        return
    # Of the same branches, matches have the same colours.
    places = places_of(name for name, _, _ in branches)
    entries = [entry_of(gazetteer.entry(index)) for index in range(min(len(gazetteer), _IN_TREE))]
    if branches:
        yield _branches(branches, places)
    yield _entries(entries[:_ENTRIES], gazetteer.options, len(gazetteer), places)
    yield _Tree(entries).html(len(gazetteer))


def _options(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the options that hold for all phrases that have none of their own."""
    always = ("case", "accents", "hyphens", "boundary")
    return [
        (name.replace("_", " "), _value(options[name]))
        for name in OPTIONS
        if name in options and (name in always or options[name])
    ]


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        within = f"within {value.get('within')} {value.get('unit')}s of "
        return within + _value(value.get("phrases", ()))
    if isinstance(value, list | tuple):
        told = ", ".join(str(item) for item in value[:_CELL])
        return told + (", …" if len(value) > _CELL else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _branches(branches: Sequence[tuple[str, int, int]], places: Mapping[str, int]) -> str:
    order = sorted(branches, key=lambda branch: (-branch[1], branch[0]))
    rows = [
        [branch_key(name, places[name]), f"{entries:,}", f"{concepts:,}"]
        for name, entries, concepts in order[:_BRANCHES]
    ]
    more = len(order) - _BRANCHES
    header = ["branch", "phrases", "concepts"]
    return table("Branches of concepts", header, rows, numbers=(1, 2)) + (
        note(f"… and {more:,} more branch{'es'[: 2 * (more != 1)]}") if more > 0 else ""
    )


def _entries(
    entries: Sequence[Entry],
    defaults: Mapping[str, Any],
    count: int,
    places: Mapping[str, int],
) -> str:
    rows = []
    for entry in entries:
        concept = '<span class="slg-soft">excluded</span>'
        if entry.concept is not None:
            concept = branch_key(entry.concept, places[branch_of(entry.concept)])
        rows.append([isolated(entry.phrase), concept, _details(entry, defaults)])
    # Most have nothing to tell, and many gazetteers not one that has.
    columns = 3 if any(row[2] for row in rows) else 2
    caption = "Phrases" if len(entries) == count else f"First {len(entries)} of {count:,} phrases"
    header = ["phrase", "concept", "options and attributes"]
    return table(caption, header[:columns], [row[:columns] for row in rows])


def _details(entry: Entry, defaults: Mapping[str, Any]) -> str:
    """Tell what an entry has that is not the gazetteer's own."""
    told = []
    for name, value in list(record_of(entry).items())[2:]:
        own = getattr(entry, name, value) if name in DEFAULTS else value
        inherited = defaults.get(name)
        if isinstance(inherited, list):
            inherited = tuple(inherited)
        if name not in DEFAULTS or own != inherited:
            told.append(f'<span class="slg-soft">{isolated(name)}</span> {isolated(_value(own))}')
    more = ["…"] if len(told) > _CELL else []
    return " · ".join(told[:_CELL] + more)


class _Tree:
    """Concepts by their parts, folded up: needs no script."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.root: dict[str, Any] = {}
        self.phrases: dict[int, list[str]] = {}
        self.left = _NODES
        for entry in entries:
            if entry.concept is not None:
                self._add(entry.concept, entry.phrase)

    def _add(self, concept: str, phrase: str) -> None:
        node = self.root
        for _ in range(_LEVELS - 1):
            part = branch_of(concept)
            node = node.setdefault(part, {})
            concept = concept[len(part) + 1 :]
            if not concept:
                break
        else:
            node = node.setdefault(concept, {})
        # Nodes are told apart by identity: any string may be the name of one below.
        self.phrases.setdefault(id(node), []).append(phrase)

    def html(self, count: int) -> str:
        if not self.root:
            return ""
        of = "" if len(self.entries) == count else f" of the first {len(self.entries):,} phrases"
        return (
            f"<details><summary>Concepts{of}</summary>"
            f"{''.join(self._children(self.root))}</details>"
        )

    def _children(self, node: dict[str, Any]) -> Iterator[str]:
        leaves = []
        shown = 0
        for name in sorted(node):
            if shown == _CHILDREN or not self.left:
                break
            shown += 1
            self.left -= 1
            title = isolated(name) + self._told(node[name])
            if node[name]:
                inner = "".join(self._children(node[name]))
                yield f"<details><summary>{title}</summary>{inner}</details>"
            else:
                leaves.append(f"<li>{title}</li>")
        if shown < len(node):
            leaves.append(f'<li class="slg-soft">and {len(node) - shown:,} more</li>')
        if leaves:
            yield f"<ul>{''.join(leaves)}</ul>"

    def _told(self, node: dict[str, Any]) -> str:
        phrases = self.phrases.get(id(node), [])
        told = ", ".join(isolated(phrase) for phrase in phrases[:_PHRASES])
        more = f" {clean('…')} ({len(phrases):,})" if len(phrases) > _PHRASES else ""
        return f' <span class="slg-soft">{told}{more}</span>' if told else ""
