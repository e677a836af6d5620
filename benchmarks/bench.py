"""What all axes share: options, built peers, and how a case is timed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import corpora
from peer import Peer
from timing import Contender, Row, race, speed_of


@dataclass
class Bench:
    """A run of the benchmarks.

    Parameters
    ----------
    source : corpora.Source
        Where the English texts and phrases come from.
    full : bool
        Whether all is to be timed, in large; else a short form.
    rounds : int
        How many turns each contender has in each case.
    """

    source: corpora.Source
    full: bool = False
    rounds: int = 5
    rows: list[Row] = field(default_factory=list)
    built: dict[tuple[str, str], tuple[Peer, float]] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """How long one turn of a contender may about take; slow ones get less text."""
        return 1.0 if self.full else 0.3

    def add(self, row: Row, by_case: bool = False) -> None:
        """Keep a figure, and show it."""
        self.rows.append(row)
        print(row.line(by_case), flush=True)

    def texts(self, megabytes: float) -> list[str]:
        """Return English texts of about that size, evenly taken or repeated with variation."""
        texts = corpora.english(self.source)
        if corpora.megabytes(texts) < megabytes:
            return corpora.varied(texts, megabytes)
        return corpora.thinned(texts, megabytes)

    def peer(
        self, kind: type[Peer], key: str, phrases: list[str], texts: list[str], fold: bool = True
    ) -> tuple[Peer, float]:
        """Return a peer in the mode that is fastest on a little of the texts, and its MB/s.

        It is built once for each *key*, which names the phrases.
        """
        found = self.built.get((kind.name, key))
        if found:
            return found
        best: tuple[Peer, float] | None = None
        for mode in kind(fold).modes(len(phrases)):
            peer = kind(fold)
            peer.prepare(phrases, mode)

            def prepare(size: float, peer: Peer = peer) -> tuple[Any, float]:
                some = corpora.thinned(texts, min(size, peer.most))
                return peer.prepare_text(some), corpora.megabytes(some)

            speed = speed_of(peer.run, prepare)
            if kind.builds_in_call:
                # On a little text building is nearly all; only on all of it can matching be told
                # from that.
                speed = float("inf")
            if best is None or speed > best[1]:
                best = peer, speed
        assert best is not None, "every peer has a mode"
        self.built[kind.name, key] = best
        return best

    def forget(self, *keys: str) -> None:
        """Drop what was built of these phrases; of all, if none are named."""
        self.built = {at: peer for at, peer in self.built.items() if keys and at[1] not in keys}

    def compare(
        self,
        axis: str,
        case: str,
        kinds: tuple[type[Peer], ...],
        key: str,
        phrases: list[str],
        texts: list[str],
        *,
        x: float = 0,
        fold: bool = True,
    ) -> None:
        """Let peers find the same phrases in the same texts (slow ones in a part of them)."""
        self.title(axis, f"{case}: {len(phrases):,} phrases")
        more = {"x": x, "phrases": len(phrases)}
        contenders = []
        for kind in kinds:
            reason = kind.why_not(len(phrases), self.full)
            if reason:
                self.add(Row(axis, case, kind.name, note=reason, **more))
                continue
            try:
                peer, speed = self.peer(kind, key, phrases, texts, fold)
            except Exception as error:  # One that fails must not end the others' run.
                note = f"failed: {type(error).__name__}: {error}"[:200]
                self.add(Row(axis, case, kind.name, note=note, **more))
                continue
            size = min(speed * self.seconds, kind.most)
            contenders.append(contender_of(peer, corpora.thinned(texts, size)))
        self.time(axis, case, contenders, **more)

    def time(
        self, axis: str, case: str, contenders: list[Contender], rounds: int = 0, **more: Any
    ) -> None:
        """Time contenders in turns and keep their figures."""
        race(contenders, rounds or self.rounds)
        for contender in contenders:
            self.add(contender.row(axis, case, **more))

    def time_cases(self, axis: str, cases: dict[str, Contender], **more: Any) -> None:
        """Time one contender in several cases, which take turns: it is they that are compared."""
        race(list(cases.values()), self.rounds)
        for case, contender in cases.items():
            self.add(contender.row(axis, case, x=contender.megabytes, **more), by_case=True)

    def title(self, axis: str, case: str) -> None:
        """Say what is timed now."""
        print(f"\n{axis} – {case}", flush=True)


def contender_of(peer: Peer, texts: list[str]) -> Contender:
    """Return a peer as one of those that take turns on texts."""
    return Contender(
        peer.name,
        peer.run,
        lambda: peer.prepare_text(texts),
        corpora.megabytes(texts),
        overhead=peer.build_again if peer.builds_in_call else None,
        mode=peer.mode,
    )


def call(
    name: str,
    run: Callable[[Any], Any],
    texts: list[str],
    prepare: Callable[[list[str]], Any] = corpora.fresh,
    **more: Any,
) -> Contender:
    """Return a call on texts as one of those that take turns."""
    return Contender(name, run, lambda: prepare(texts), corpora.megabytes(texts), **more)
