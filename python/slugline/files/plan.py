"""What a run is: by this another one knows whether it may go on with it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from slugline._core import __version__
from slugline._optional import require
from slugline.files.columns import arrow
from slugline.files.inputs import Part
from slugline.files.places import OWN, FileInfo
from slugline.files.reading.source import changes
from slugline.files.writing.folder import OutputFolder
from slugline.files.writing.journal import Done

_PLAN = f"{OWN}/plan.json"
_NAMED = 5
"""How many files are named where they differ."""


class CannotResume(ValueError):
    """The output folder has another run than the one asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The gazetteer, the options and the inputs of a run."""

    gazetteer: str
    """The gazetteer's version."""
    options: dict[str, Any]
    parts: list[Part]
    types: str
    """The types of the columns that go along, as `written_types` has them."""
    slugline: str = __version__

    def as_json(self) -> bytes:
        """Return it as the output folder keeps it."""
        parts = [
            [
                part.number,
                part.name,
                part.format,
                part.compression,
                [[file.path, file.size, file.modified] for file in part.files],
            ]
            for part in self.parts
        ]
        head = {"slugline": self.slugline, "gazetteer": self.gazetteer, "options": self.options}
        return json.dumps(head | {"types": self.types, "parts": parts}, ensure_ascii=False).encode()

    @classmethod
    def load(cls, folder: OutputFolder) -> Plan | None:
        """Return the plan of the run that the folder has; None where it has none.

        Raises
        ------
        CannotResume
            Where it cannot be read.
        """
        content = folder.read(_PLAN)
        if content is None:
            return None
        try:
            read = json.loads(content)
            parts = [
                Part(number, name, kind, compression, tuple(FileInfo(*file) for file in files))
                for number, name, kind, compression, files in read["parts"]
            ]
            read_types(read["types"])
            return cls(read["gazetteer"], read["options"], parts, read["types"], read["slugline"])
        except (ValueError, KeyError, TypeError):
            raise CannotResume(
                f"{folder.shown}/{_PLAN} is damaged: remove the folder, and begin anew"
            ) from None

    def write(self, folder: OutputFolder) -> None:
        """Keep it in the folder.

        Raises
        ------
        OSError
            Where that cannot be written to.
        """
        folder.write_whole(_PLAN, self.as_json())

    def differences(self, wanted: Plan, done: dict[int, Done]) -> list[str]:
        """Say in what the run that is asked for differs from this one.

        Parameters
        ----------
        wanted : Plan
            The run asked for.
        done : dict
            The parts of this one that are done. A file that was not there then may be missing now.
        """
        said = []
        if self.slugline != wanted.slugline:
            said.append(f"slugline {wanted.slugline}, not {self.slugline}")
        if self.gazetteer != wanted.gazetteer:
            said.append(f"another gazetteer: version {wanted.gazetteer}, not {self.gazetteer}")
        for name in self.options.keys() | wanted.options.keys():
            before, now = self.options.get(name), wanted.options.get(name)
            if before != now:
                said.append(f"{name}={now!r}, not {before!r}")
        return sorted(said) + self._changed_inputs(wanted, done)

    def _changed_inputs(self, wanted: Plan, done: dict[int, Done]) -> list[str]:
        before = {file.path: file for part in self.parts for file in part.files}
        now = {file.path: file for part in wanted.parts for file in part.files}
        excused = self._known_as_missing(now, done)
        gone = [path for path in before if path not in now and path not in excused]
        new = [path for path in now if path not in before]
        changed = [
            f"{path}: {changes(file, now[path])}"
            for path, file in before.items()
            if path in now and now[path] != file
        ]
        said = [("new", new), ("gone", gone), ("written to since", changed)]
        return [f"inputs {how}: {_named(paths)}" for how, paths in said if paths]

    def _known_as_missing(self, now: dict[str, FileInfo], done: dict[int, Done]) -> set[str]:
        """Return the files that are gone, where their part says already that they were."""
        excused: set[str] = set()
        for part in self.parts:
            one = done.get(part.number)
            if one is None:
                continue
            gone = [file.path for file in part.files if file.path not in now]
            told = one.bad.get("file is not there", 0) + (one.reason == "file is not there")
            if gone and len(gone) <= told:
                excused.update(gone)
        return excused


def written_types(types: dict[str, Any]) -> str:
    """Return types of columns as text."""
    schema = arrow().schema(list(types.items()))
    return base64.b64encode(schema.serialize().to_pybytes()).decode()


def read_types(written: str) -> dict[str, Any]:
    """Return the types that were written as text."""
    ipc = require("pyarrow.ipc", "tag_files", install="pyarrow")
    schema = ipc.read_schema(arrow().py_buffer(base64.b64decode(written)))
    return {field.name: field.type for field in schema}


def _named(paths: Iterable[str]) -> str:
    paths = list(paths)
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more
