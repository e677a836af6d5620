"""What a run over files has done, and what it could not use."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from slugline._html.escaping import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slugline.files.writing.journal import Done

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Problem:
    """An input file that could not be read, or not to its end.

    Attributes
    ----------
    input : str
        The file.
    status : {"cut", "unread", "unwritten"}
        Whether it was read up to some point, not at all, or its part could not be written.
    reason : str
        In a few words, such as ``"file is cut off"``.
    detail : str
        What is known of it.
    """

    input: str
    status: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `tag_files` has done, in this run and in those that it took up again.

    Attributes
    ----------
    output : str
        The folder of the parts.
    files : int
        Input files.
    parts, parts_before : int
        Parts that are in place, and how many of them were so before this run.
    complete : bool
        Whether all input files were dealt with, be it by finding that they cannot be read.
    rows : int
        Records, good and bad ones.
    nulls : int
        Good records without text.
    bytes : int
        Bytes of text, as UTF-8.
    read_bytes : int
        Bytes of the input files.
    matches : int
        Matches.
    passed_by : dict of str to int
        Files that are no input, for their names tell no format that is known, by the ends of
        their names.
    bad : dict of str to int
        Records that could not be used, by reason. ``_slugline/bad/`` has each of them.
    problems : list of Problem
        Input files that could not be read, or not to their end.
    stages : dict of str to float
        Seconds spent on reading, matching and writing, which overlap.
    seconds : float
        Seconds that this run took.
    """

    output: str
    files: int
    parts: int
    parts_before: int
    complete: bool
    rows: int
    nulls: int
    bytes: int
    read_bytes: int
    matches: int
    passed_by: dict[str, int]
    bad: dict[str, int]
    problems: list[Problem]
    stages: dict[str, float]
    seconds: float = field(default=0.0)

    @classmethod
    def of(
        cls,
        output: str,
        done: Iterable[Done],
        *,
        files: int,
        parts: int,
        before: int,
        seconds: float,
        passed_by: dict[str, int],
        unwritten: Iterable[Problem] = (),
    ) -> Report:
        """Add up the parts."""
        done = list(done)
        bad: Counter[str] = Counter()
        stages: Counter[str] = Counter(read=0, match=0, write=0)
        for one in done:
            bad.update(one.bad)
            stages.update(one.seconds)
        problems = [
            Problem(one.input, one.status, one.reason, one.detail)
            for one in done
            if one.status != "whole"
        ]
        return cls(
            output=output,
            files=files,
            parts=sum(one.status != "unread" for one in done),
            parts_before=before,
            complete=len(done) == parts,
            rows=sum(one.rows for one in done),
            nulls=sum(one.nulls for one in done),
            bytes=sum(one.texts for one in done),
            read_bytes=sum(one.read for one in done),
            matches=sum(one.matches for one in done),
            passed_by=passed_by,
            bad=dict(sorted(bad.items())),
            problems=[*problems, *unwritten],
            stages={name: round(value, 3) for name, value in stages.items()},
            seconds=round(seconds, 3),
        )

    def as_json(self) -> str:
        """Return it as ``_slugline/report.json`` has it."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    def _lines(self) -> list[tuple[str, str]]:
        before = f", {self.parts_before:,} of them before" if self.parts_before else ""
        lines = [
            ("parts", f"{self.parts:,}, of {self.files:,} files{before}"),
            ("rows", f"{self.rows:,}" + (f", {self.nulls:,} without text" if self.nulls else "")),
            ("text", f"{self.bytes / 1e6:,.1f} MB"),
            ("matches", f"{self.matches:,}"),
            ("time", self._times()),
        ]
        for reason, count in self.bad.items():
            lines.append(("bad", f"{count:,} {'record' if count == 1 else 'records'}: {reason}"))
        for problem in self.problems[:_SHOWN]:
            lines.append((problem.status, f"{problem.input}: {problem.reason}: {problem.detail}"))
        if len(self.problems) > _SHOWN:
            lines.append(("", f"and {len(self.problems) - _SHOWN:,} more files"))
        if self.bad or any(problem.status != "unwritten" for problem in self.problems):
            lines.append(("see", f"{self.output}/_slugline/bad/"))
        for end, count in self.passed_by.items():
            files = "file" if count == 1 else "files"
            lines.append(
                ("passed by", f"{count:,} {files} named *{end}, of no format that is known")
            )
        return lines

    def _times(self) -> str:
        if self.parts_before and self.parts_before == self.parts:
            return f"{self.seconds:,.1f} s: nothing was left to be done"
        stages = ", ".join(f"{name} {seconds:,.1f} s" for name, seconds in self.stages.items())
        return f"{self.seconds:,.1f} s ({stages})"

    def _title(self) -> str:
        if not self.complete:
            return f"{self.output}: NOT complete: run again to go on"
        cut = sum(problem.status == "cut" for problem in self.problems)
        unread = len(self.problems) - cut
        said = []
        if unread:
            said.append(f"{unread:,} of {self.files:,} files could not be read")
        if cut:
            said.append(f"{cut:,} not to the end")
        return f"{self.output}: complete" + (f", but {' and '.join(said)}" if said else "")

    def __repr__(self) -> str:
        lines = self._lines()
        wide = max(len(name) for name, _ in lines)
        return "\n".join([self._title(), *(f"  {name:<{wide}}  {text}" for name, text in lines)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{clean(name)}</th>"
            f"<td style='text-align:left'>{clean(text)}</td></tr>"
            for name, text in self._lines()
        )
        return f"<table><caption>{clean(self._title())}</caption><tbody>{rows}</tbody></table>"
