"""Tags the bundled sample of news and prints what it found: ``python -m slugline.demo``."""

import os
import time
import unicodedata
from collections.abc import Iterator

from slugline import PhraseMatcher, __version__
from slugline._display import clip, one_line, pad
from slugline.datasets import load_gazetteer, news_columns
from slugline.matches import Match, Matches

_COLUMNS = 100
_TIMED_BYTES = 20_000_000
_PASSES = 5
# Terminals disagree on how to lay out lines that run both ways.
_RIGHT_TO_LEFT = ("ar", "fa", "he", "ur", "ps", "ckb", "yi")


def main() -> None:
    """Print the demonstration."""
    news = news_columns()
    texts: list[str] = news["text"]
    matcher = PhraseMatcher(load_gazetteer())
    matches = matcher.tag(texts)
    print("\n".join(_report(matcher, news["lang"], texts, matches)))


def _report(
    matcher: PhraseMatcher, langs: list[str], texts: list[str], matches: Matches
) -> Iterator[str]:
    size = sum(len(text.encode()) for text in texts)
    yield f"slugline {__version__}"
    yield ""
    rows = {
        "gazetteer": (len(matcher.gazetteer), f"phrases of {len(matcher.concepts):,} concepts"),
        "sample": (len(texts), f"articles in {len(set(langs))} languages, {size:,} bytes of UTF-8"),
        "found": (len(matches), "matches"),
    }
    for name, (number, what) in rows.items():
        yield f"  {name:<12}{number:>9,} {what}"
    yield ""
    yield from _speed(matcher, texts, size)
    yield ""
    yield from _top(matches)
    yield ""
    yield from _in_context(langs, texts, matches)


def _speed(matcher: PhraseMatcher, texts: list[str], size: int) -> Iterator[str]:
    times = max(1, _TIMED_BYTES // size)
    # Each text is a string of its own: the same one again would come from the processor's cache.
    many = ["".join((text[:1], text[1:])) for _ in range(times) for text in texts]
    cores = os.cpu_count() or 1
    everyone = f"all {cores} cores" if cores > 1 else "one core"
    for threads, name in ((1, "one thread"), (None, everyone)):
        seconds = min(_time(matcher, many, threads) for _ in range(_PASSES))
        yield f"  {name:<12}{size * times / seconds / 1e6:>9,.0f} MB/s"
    total = f"{size * times / 1e6:.1f} MB"
    yield f"  (timed: tag() on the sample {times} times over, {total} in {len(many):,} separate"
    yield f"  str, from the call to the finished columns; the best of {_PASSES} passes)"


def _time(matcher: PhraseMatcher, texts: list[str], threads: int | None) -> float:
    start = time.perf_counter()
    matcher.tag(texts, threads=threads)
    return time.perf_counter() - start


def _top(matches: Matches) -> Iterator[str]:
    table = matches._core.counts("concept", None, weight=False)
    names, counts = table.column("concept").to_list(), table.column("matches").to_list()
    top = sorted(zip(names, counts, strict=True), key=lambda pair: (-pair[1], pair[0]))[:10]
    most = max((count for _, count in top), default=1)
    yield "The ten concepts found most often"
    for name, count in top:
        bar = "█" * max(1, round(40 * count / most))
        yield f"  {pad(clip(name, 44), 44)}{count:>6,}  {bar}"


def _in_context(langs: list[str], texts: list[str], matches: Matches) -> Iterator[str]:
    yield "In context"
    concept_width = 26
    side = (_COLUMNS - 2 - concept_width - 4) // 2
    for match in _pick(langs, matches):
        text = texts[match.doc]
        # More than is shown, since white space shrinks; but never a whole long text.
        left = one_line(text[max(0, match.start - 200) : match.start])
        right = one_line(text[match.end : match.end + 200])
        middle = clip(one_line(match.text or ""), 28)
        line = f"[{middle}]{right}"
        name = match.concept.rpartition("/")[2]
        yield (
            f"  {pad(clip(name, concept_width - 2), concept_width)}"
            f"{pad(clip(left, side - 8, end=True), side - 8, right=True)} {clip(line, side + 8)}"
        )


def _pick(langs: list[str], matches: Matches) -> list[Match]:
    """Choose five matches of narratives: in as many scripts, then in as many languages."""
    picked: list[Match] = []
    taken: set[str] = set()
    for script_first in (True, False):
        for match in matches.filter("narrative/*"):
            lang = langs[match.doc].partition("-")[0]
            script = unicodedata.name((match.text or " ")[0], "?").partition(" ")[0]
            if lang in _RIGHT_TO_LEFT or lang in taken or (script_first and script in taken):
                continue
            taken |= {lang, script}
            picked.append(match)
    return sorted(picked[:5])


if __name__ == "__main__":
    main()
