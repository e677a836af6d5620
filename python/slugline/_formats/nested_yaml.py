"""Nested YAML: keys are parts of concepts, leaves are lists of phrases."""

from collections.abc import Iterator, Sequence
from typing import Any

from slugline._entry import Entry, Row, Unreadable
from slugline._formats._files import PathLike, Source, open_for_writing
from slugline._nested import Text, dict_of_entries, rows_of_dict
from slugline._optional import require

_NULL = "tag:yaml.org,2002:null"


def read(source: Source) -> Iterator[Row | Unreadable]:
    """Read a nested mapping. Phrases and keys are text whatever YAML takes them for."""
    yaml = require("yaml", "reading YAML", install="pyyaml")
    text = source.text()
    try:
        node = yaml.compose(text, Loader=_loader(yaml))
        dictionary = {} if node is None else _Converter(yaml, source.name).convert(node)
    except yaml.YAMLError as error:
        raise ValueError(_reason(error, source, text)) from None
    except RecursionError:
        raise ValueError(f"{source.name}: nested without end") from None
    if not isinstance(dictionary, dict):
        raise ValueError(f"{source.name}: must be a mapping of concepts")
    yield from rows_of_dict(dictionary, source.name)


def _loader(yaml: Any) -> Any:
    """Return the fast loader, or one in Python that takes tabs where the fast one does."""
    if hasattr(yaml, "CSafeLoader"):
        return yaml.CSafeLoader

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        def scan_to_next_token(self) -> None:
            super().scan_to_next_token()
            while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
                self.forward()
                super().scan_to_next_token()

    return Loader


def _reason(error: Any, source: Source, text: str) -> str:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or error
    if mark is None:
        return f"{source.name}: {reason}"
    line = (text.splitlines()[mark.line : mark.line + 1] or [""])[0]
    indent = line[: len(line) - len(line.lstrip())]
    hint = ": YAML takes no tabs to indent by" if "\t" in indent else ""
    return f"{source.place(mark.line + 1)}: {reason}{hint}"


class _Converter:
    """Makes dicts, lists and text with line numbers of YAML's nodes.

    The usual loaders would make False of Norway's country code, and a date of a phrase.
    """

    def __init__(self, yaml: Any, source: str) -> None:
        self.yaml = yaml
        self.source = source
        self.typed = yaml.SafeLoader("")

    def convert(self, node: Any, in_list: bool = False) -> Any:
        if isinstance(node, self.yaml.ScalarNode):
            return None if node.tag == _NULL else self.text(node)
        if isinstance(node, self.yaml.SequenceNode):
            return [self.convert(item, in_list=True) for item in node.value]
        entry = in_list and any(
            key.value == "phrase" and isinstance(value, self.yaml.ScalarNode)
            for key, value in node.value
        )
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node)
            if key in made:
                raise ValueError(f"{self.place(key_node)}: the key {key!r} is there twice")
            made[key] = self.value(key, value_node) if entry else self.convert(value_node)
        return made

    def key(self, node: Any) -> Text | None:
        if not isinstance(node, self.yaml.ScalarNode):
            raise ValueError(f"{self.place(node)}: a key must be text")
        return None if node.tag == _NULL else self.text(node)

    def value(self, key: Text | None, node: Any) -> Any:
        """Make the value of an option or attribute, with its type."""
        if key in ("phrase", "concept"):
            return self.convert(node)
        if isinstance(node, self.yaml.ScalarNode):
            if node.tag != _NULL and key == "lang":
                return str(node.value)
            # `no` and `NO` are a language and a country more often than they are false.
            odd_bool = node.tag.endswith(":bool") and node.value.lower() not in ("true", "false")
            if odd_bool or node.tag.endswith(":timestamp"):
                return str(node.value)
        return self.typed.construct_object(node, deep=True)

    def text(self, node: Any) -> Text:
        text = Text(node.value)
        text.line = node.start_mark.line + 1
        return text

    def place(self, node: Any) -> str:
        return f"{self.source}, line {node.start_mark.line + 1}"


def write(path: PathLike, entries: Sequence[Entry]) -> None:
    """Write a nested mapping, exclusions under the key null."""
    yaml = require("yaml", "writing YAML", install="pyyaml")
    nested = dict_of_entries(entries, null_key=True)
    with open_for_writing(path) as file:
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        yaml.dump(nested, file, Dumper=dumper, allow_unicode=True, sort_keys=False, width=10**6)
