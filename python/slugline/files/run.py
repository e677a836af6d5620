"""One call of `tag_files`: its plan, what of it is left to be done, and its report."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from slugline._core import __version__
from slugline.files.columns import arrow, as_text, check_carried
from slugline.files.inputs import Inputs, Part
from slugline.files.matching import Tagging
from slugline.files.pipeline import OutputFailed, Pipeline
from slugline.files.places import OWN
from slugline.files.plan import CannotResume, Plan, read_types, written_types
from slugline.files.progress import Watch
from slugline.files.reading import probe
from slugline.files.reading.source import Source
from slugline.files.reading.tables import no_column
from slugline.files.records import ReadingStopped
from slugline.files.report import Problem, Report
from slugline.files.writing.folder import OutputFolder
from slugline.files.writing.journal import Journal
from slugline.files.writing.lock import locked

_REPORT = f"{OWN}/report.json"
_PROBED = 100
"""Files that are looked into for the columns, before it is said that there are none."""


@dataclass(slots=True)
class Run:
    """What is tagged, how, and where to."""

    inputs: Inputs
    source: Source
    tagging: Tagging
    folder: OutputFolder
    options: dict[str, Any]
    """What must be the same to go on with a run."""
    watch: Watch
    began: float = field(default_factory=time.monotonic)

    def go(self, *, resume: bool) -> Report:
        """Do it, or what of it is left.

        Raises
        ------
        CannotResume, OutputInUse, ValueError, OSError
            See `tag_files`.
        """
        self.folder.make()
        with locked(self.folder):
            journal = Journal(self.folder)
            journal.load()
            plan = self._plan(journal, resume=resume)
            self.folder.clear_aside()
            record = self.source.budget.record
            before = [part for part in plan.parts if _is_whole(part, journal, record)]
            numbers = {part.number for part in before}
            left = [part for part in plan.parts if part.number not in numbers]
            self._skip(before, journal)
            if left:
                self._tag(left, plan, journal, len(before))
            return self._report(plan, journal, len(before))

    # -- The plan -------------------------------------------------------------------------------

    def _plan(self, journal: Journal, *, resume: bool) -> Plan:
        """Return the plan that the folder has, if it is the one asked for; else make it."""
        shown = self.folder.shown
        kept = Plan.load(self.folder)
        version = self.tagging.matcher._core.gazetteer.version()
        wanted = Plan(version, self.options, self.inputs.parts, "")
        if kept is None:
            self._check_unused(journal)
            self.source.types = _types(self.inputs.parts, self.source)
            wanted = replace(wanted, types=written_types(self.source.types))
            wanted.write(self.folder)
            return wanted
        if not resume:
            raise CannotResume(
                f"{shown} has a run already: give resume=True to go on with it, choose another "
                "folder, or remove it"
            )
        if differences := kept.differences(wanted, journal.done):
            raise CannotResume(
                f"{shown} has another run: {'; '.join(differences)}. Choose another folder, or "
                "remove it"
            )
        self.source.types = read_types(kept.types)
        return kept

    def _check_unused(self, journal: Journal) -> None:
        shown = self.folder.shown
        if journal.done:
            raise CannotResume(
                f"{shown} has the journal of a run whose plan is gone: remove the folder"
            )
        parquet = [name for name in self.folder.names("") if name.endswith(".parquet")]
        if parquet:
            raise CannotResume(
                f"{shown} has {parquet[0]}, which no run that could be taken up has made: choose "
                "an empty folder"
            )

    # -- Doing it -------------------------------------------------------------------------------

    def _skip(self, before: list[Part], journal: Journal) -> None:
        done = [journal.done[part.number] for part in before]
        self.watch.skip(
            files=sum(len(part.files) for part in before),
            nbytes=sum(part.size for part in before),
            rows=sum(one.rows for one in done),
            matches=sum(one.matches for one in done),
        )

    def _tag(self, left: list[Part], plan: Plan, journal: Journal, before: int) -> None:
        pipeline = Pipeline(
            left,
            self.source,
            self.tagging,
            self.folder,
            journal,
            partial(self._describe, plan),
            self.source.budget,
            self.watch,
        )
        try:
            pipeline.run()
        except OutputFailed as failed:
            self.watch.close(failed=True)
            report = self._report(plan, journal, before, [failed.problem])
            error = failed.error
            # Those of other filesystems may be made of other things.
            kind = type(error) if type(error).__module__ == "builtins" else OSError
            why = error.strerror or error
            told = kind(error.errno, f"{why}; {self._so_far(plan, journal)}", error.filename)
            told.report = report  # type: ignore[attr-defined]
            raise told from None
        except BaseException as error:
            self.watch.close(failed=True)
            self._report(plan, journal, before)
            error.add_note(self._so_far(plan, journal))
            raise
        self.watch.close(failed=False)

    def _so_far(self, plan: Plan, journal: Journal) -> str:
        return (
            f"{len(journal.done):,} of {len(plan.parts):,} parts are done and stay in "
            f"{self.folder.shown}: run again to go on"
        )

    def _describe(self, plan: Plan, part: Part) -> dict[str, str]:
        """Return what the metadata of a part say."""
        return {
            "version": __version__,
            "gazetteer": plan.gazetteer,
            "options": json.dumps(self.options, ensure_ascii=False),
            "input": self.source.place.shown(part.files[0].path),
        }

    def _report(
        self, plan: Plan, journal: Journal, before: int, unwritten: Sequence[Problem] = ()
    ) -> Report:
        report = Report.of(
            self.folder.shown,
            [journal.done[number] for number in sorted(journal.done)],
            files=sum(len(part.files) for part in plan.parts),
            parts=len(plan.parts),
            before=before,
            seconds=time.monotonic() - self.began,
            passed_by=self.inputs.passed_by,
            unwritten=unwritten,
        )
        with contextlib.suppress(OSError):
            self.folder.write_whole(_REPORT, report.as_json().encode())
        return report


def _is_whole(part: Part, journal: Journal, record: int) -> bool:
    done = journal.done.get(part.number)
    return done is not None and done.is_whole(record)


def _types(parts: list[Part], source: Source) -> dict[str, Any]:
    """Return the types of the columns that go along, as the first file that has them says.

    Raises
    ------
    ValueError
        Where none of the first files has such columns, or one is no text, or cannot go along.
    """
    wrong = ""
    for part in parts[:_PROBED]:
        path = source.place.shown(part.files[0].path)
        try:
            types, names = probe(part, source)
        except ReadingStopped:
            continue
        missing = source.missing(types)
        if missing is None:
            return _checked_types(types, path, source)
        if names:  # Else it has no record that would tell.
            wrong = wrong or f"{path}: {no_column(missing, names)}"
    if wrong:
        raise ValueError(wrong)
    return dict.fromkeys(source.carried, arrow().string())


def _checked_types(types: dict[str, Any], path: str, source: Source) -> dict[str, Any]:
    for name in source.texts:
        try:
            as_text(arrow().nulls(0, types[name]))
        except TypeError as error:
            raise ValueError(f"{path}: column {name!r} {error}") from None
    for name in source.carried:
        check_carried(name, types[name])
    return {name: types[name] for name in source.carried}
