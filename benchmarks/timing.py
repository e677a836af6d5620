"""How calls are timed: contenders take turns, and the median of several rounds counts."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

SLUGLINE = "slugline"


@dataclass
class Row:
    """One figure of the report.

    Parameters
    ----------
    axis, case : str
        The table and the column that it stands in.
    contender : str
        The line that it stands in. What begins with ``slugline`` is ours.
    unit : str
        ``MB/s`` (more is better), ``s`` or ``MB`` (less is better).
    value, low, high : float, optional
        The median of the rounds, the worst and the best; None where there is no figure.
    x : float
        The case as a number, for charts.
    note : str
        Why there is no figure, or what is to be known of it.
    """

    axis: str
    case: str
    contender: str
    unit: str = "MB/s"
    value: float | None = None
    low: float | None = None
    high: float | None = None
    x: float = 0
    mode: str = ""
    megabytes: float | None = None
    matches: int | None = None
    phrases: int | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return what the row has, for JSON."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "")}

    def line(self, by_case: bool = False) -> str:
        """Return the row as a line to watch, named by its contender or by its case."""
        name = self.case if by_case else self.contender
        if self.axis.startswith("building:"):
            name += f", {self.axis.split()[-1]}" if self.unit == "MB" else ""
        if self.value is None:
            return f"  {name:<28}{'–':>10}  {self.note}"
        matches = "" if self.matches is None else f"{self.matches:>12,} matches"
        text = "" if self.megabytes is None else f" in {self.megabytes:,.2f} MB"
        extra = f"  {self.mode} {self.note}".rstrip()
        return f"  {name:<28}{self.value:>10,.3g} {self.unit:<5}{matches}{text}{extra}"


@dataclass
class Contender:
    """One of those that take turns.

    Parameters
    ----------
    name : str
        What it is called in the report.
    run : callable
        Takes what *prepare* made, and returns the number of matches.
    prepare : callable
        Makes the input of one round, outside of the timing.
    megabytes : float
        How much text that is. 0 if it is seconds that count.
    overhead : callable, optional
        Timed too in each round, and taken off.
    """

    name: str
    run: Callable[[Any], int]
    prepare: Callable[[], Any]
    megabytes: float = 0
    overhead: Callable[[], object] | None = None
    mode: str = ""
    note: str = ""
    seconds: list[float] = field(default_factory=list)
    overheads: list[float] = field(default_factory=list)
    matches: int = 0

    def turn(self) -> None:
        """Run once and note the time."""
        given = self.prepare()
        start = time.perf_counter()
        self.matches = self.run(given)
        taken = time.perf_counter() - start
        if self.overhead:
            start = time.perf_counter()
            self.overhead()
            self.overheads.append(time.perf_counter() - start)
        self.seconds.append(taken)

    def row(self, axis: str, case: str, **more: Any) -> Row:
        """Return the outcome of all turns."""
        seconds, note = self.seconds, self.note
        if self.overheads:
            off, whole = statistics.median(self.overheads), statistics.median(seconds)
            with_it = f"{self.megabytes / whole:.3g} MB/s with building in each call, {off:.2g} s"
            # Where building is nearly all, what is left is noise.
            if off < 0.95 * whole:
                pairs = zip(seconds, self.overheads, strict=True)
                seconds = [max(taken - building, 1e-6) for taken, building in pairs]
            else:
                with_it += ": matching alone cannot be told from it"
            note = f"{note} {with_it}".strip()
        size = self.megabytes
        values = [size / taken for taken in seconds] if size else seconds
        return Row(
            axis,
            case,
            self.name,
            unit="MB/s" if self.megabytes else "s",
            value=statistics.median(values),
            low=min(values),
            high=max(values),
            mode=self.mode,
            megabytes=self.megabytes or None,
            matches=self.matches,
            note=note,
            **more,
        )


def race(contenders: list[Contender], rounds: int) -> None:
    """Let all contenders take turns, so that a noisy machine is equally noisy for all."""
    # What is alive before belongs to nobody's call: the collector need not look at it, which
    # would cost those most that make the most tuples.
    gc.collect()
    gc.freeze()
    try:
        for number in range(rounds):
            # Nobody always follows the same other, whose leavings are in the caches.
            shift = number % max(1, len(contenders))
            for contender in contenders[shift:] + contenders[:shift]:
                contender.turn()
    finally:
        gc.unfreeze()


def speed_of(run: Callable[[Any], int], prepare: Callable[[float], tuple[Any, float]]) -> float:
    """Return about how many MB/s a call does, in little time even if it is very slow.

    Parameters
    ----------
    run : callable
        Takes what *prepare* made.
    prepare : callable
        Takes MB and returns an input of about that size, and its true size in MB.
    """
    found = 0.0
    for size in (0.02, 0.2, 1.0):
        best = float("inf")
        for _ in range(2):
            given, true_size = prepare(size)
            start = time.perf_counter()
            run(given)
            best = min(best, time.perf_counter() - start)
        found = true_size / best
        if best > 0.1:
            break
    return found
