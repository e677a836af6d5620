"""The packages that slugline is timed beside, each in the mode that served it best.

Where a package can be used in several fair ways (its *modes*), each is tried on a little text, and
the fastest is timed. What a user can do once beforehand is done outside of the timing:
lower-casing, encoding, building. Each must return its matches with their places to Python.
"""

import re
from typing import Any

import timing
from peer import Peer


class Slugline(Peer):
    name = timing.SLUGLINE
    module = "slugline"
    about = "`tag(texts, threads=1)`: word boundaries, full folding, leftmost longest"
    words = True

    def prepare(self, phrases: list[str], mode: str) -> None:
        import slugline as sl

        if self.fold:
            self.matcher = sl.PhraseMatcher(phrases)
            return
        gazetteer = sl.Gazetteer(case="match", boundary="none")
        for phrase in phrases:
            gazetteer.add(phrase, phrase.replace("/", "|"))
        self.matcher = sl.PhraseMatcher(gazetteer)

    def run(self, texts: list[str]) -> int:
        return len(self.matcher.tag(texts, threads=1))


class AhocorasickRs(Peer):
    name = "ahocorasick_rs"
    module = "ahocorasick_rs"
    about = "`find_matches_as_indexes`, leftmost longest, lower-cased beforehand"

    def modes(self, phrases: int) -> tuple[str, ...]:
        # Beyond, the automaton takes gigabytes and is no faster for it.
        return ("bytes", "str", "bytes, DFA", "str, DFA") if phrases <= 20_000 else ("bytes", "str")

    def prepare(self, phrases: list[str], mode: str) -> None:
        import ahocorasick_rs as package

        self.mode = mode
        options: dict[str, Any] = {"matchkind": package.MatchKind.LeftmostLongest}
        if "DFA" in mode:
            options["implementation"] = package.Implementation.DFA
        given = self.phrases(phrases)
        if mode.startswith("bytes"):
            encoded = [phrase.encode() for phrase in given]
            self.find = package.BytesAhoCorasick(encoded, **options).find_matches_as_indexes
        else:
            self.find = package.AhoCorasick(given, **options).find_matches_as_indexes

    def prepare_text(self, texts: list[str]) -> list[Any]:
        lower = self.lower(texts)
        return [text.encode() for text in lower] if self.mode.startswith("bytes") else lower

    def run(self, texts: list[Any]) -> int:
        return sum(map(len, map(self.find, texts)))


class Daachorse(Peer):
    name = "daachorse"
    module = "daachorse"
    about = "`find`, leftmost longest, lower-cased beforehand"

    def modes(self, phrases: int) -> tuple[str, ...]:
        return ("bytes", "bytes, no prefilter", "str")

    def prepare(self, phrases: list[str], mode: str) -> None:
        import daachorse

        self.mode = mode
        kind, given = daachorse.MATCH_KIND_LEFTMOST_LONGEST, self.phrases(phrases)
        if mode == "str":
            self.find = daachorse.CharwiseDoubleArrayAhoCorasick(given, kind).find
            return
        encoded = [phrase.encode() for phrase in given]
        prefilter = mode == "bytes"
        self.find = daachorse.DoubleArrayAhoCorasick(encoded, kind, None, prefilter).find

    def prepare_text(self, texts: list[str]) -> list[Any]:
        lower = self.lower(texts)
        return lower if self.mode == "str" else [text.encode() for text in lower]

    def run(self, texts: list[Any]) -> int:
        return sum(map(len, map(self.find, texts)))


class Pyahocorasick(Peer):
    name = "pyahocorasick"
    module = "ahocorasick"
    about = "`iter_long` (leftmost longest) or `iter` (all), lower-cased beforehand"

    def modes(self, phrases: int) -> tuple[str, ...]:
        return ("iter_long", "iter")

    def prepare(self, phrases: list[str], mode: str) -> None:
        import ahocorasick

        self.mode = mode
        automaton = ahocorasick.Automaton()
        for phrase in self.phrases(phrases):
            automaton.add_word(phrase, len(phrase))  # From its end and length comes its start.
        automaton.make_automaton()
        self.find = getattr(automaton, mode)

    def prepare_text(self, texts: list[str]) -> list[str]:
        return self.lower(texts)

    def run(self, texts: list[str]) -> int:
        return sum(map(len, map(list, map(self.find, texts))))


class Polars(Peer):
    name = "polars find_many"
    module = "polars"
    about = "`str.find_many(leftmost=True)`, one thread; its building in each call is taken off"
    builds_in_call = True
    limit = 200_000
    limit_reason = "not tried: building in each call takes 1 to 2 s for 100,000 already"

    def modes(self, phrases: int) -> tuple[str, ...]:
        # It can also ignore the case of ASCII itself, for which it builds twice as long.
        return ("lower-cased beforehand",) if self.fold else ("",)

    def prepare(self, phrases: list[str], mode: str) -> None:
        import polars as pl

        self.mode = mode
        # The first phrase wins where several begin at one place: the longest ones first.
        given = sorted(self.phrases(phrases), key=len, reverse=True)
        self.patterns = pl.Series(given)
        self.empty = pl.Series(["x"])

    def prepare_text(self, texts: list[str]) -> Any:
        import polars as pl

        return pl.Series(self.lower(texts))

    def _find(self, texts: Any) -> Any:
        return texts.str.find_many(self.patterns.implode(), leftmost=True)

    def run(self, texts: Any) -> int:
        return int(self._find(texts).list.len().sum())

    def build_again(self) -> object:
        return self._find(self.empty)


class Flashtext(Peer):
    name = "flashtext"
    module = "flashtext"
    about = "`extract_keywords(span_info=True)`; pure Python"
    words = True
    limit = 200_000
    limit_reason = "not tried: its trie takes 2.4 KB a phrase"

    def prepare(self, phrases: list[str], mode: str) -> None:
        from flashtext import KeywordProcessor

        self.processor = KeywordProcessor(case_sensitive=not self.fold)
        for phrase in phrases:
            self.processor.add_keyword(phrase)

    def run(self, texts: list[str]) -> int:
        extract = self.processor.extract_keywords
        return sum(len(extract(text, span_info=True)) for text in texts)


class Flashtext2(Peer):
    name = "flashtext2"
    module = "flashtext2"
    about = "`extract_keywords_with_span`"
    words = True

    def modes(self, phrases: int) -> tuple[str, ...]:
        return ("lower-cased beforehand", "case_sensitive=False") if self.fold else ("",)

    def prepare(self, phrases: list[str], mode: str) -> None:
        from flashtext2 import KeywordProcessor

        self.mode = mode
        insensitive = mode == "case_sensitive=False"
        processor = KeywordProcessor(case_sensitive=not insensitive)
        processor.add_keywords_from_iter(phrases if insensitive else self.phrases(phrases))
        self.find = processor.extract_keywords_with_span

    def prepare_text(self, texts: list[str]) -> list[str]:
        return super().prepare_text(texts) if self.mode.startswith("case") else self.lower(texts)

    def run(self, texts: list[str]) -> int:
        return sum(map(len, map(self.find, texts)))


class Spacy(Peer):
    name = "spaCy PhraseMatcher"
    module = "spacy"
    about = '`attr="LOWER"`, `spacy.blank("en")`; with its tokenizing'
    words = True
    limit = 200_000
    limit_reason = "not tried: 100,000 take about 16 s and 0.7 GB to build"
    short_limit = 20_000
    tokenized = False

    def prepare(self, phrases: list[str], mode: str) -> None:
        import spacy
        from spacy.matcher import PhraseMatcher

        self.tokenizer = spacy.blank("en").tokenizer
        self.matcher = PhraseMatcher(self.tokenizer.vocab, attr="LOWER")
        self.matcher.add("phrase", list(self.tokenizer.pipe(phrases)))

    def prepare_text(self, texts: list[str]) -> list[Any]:
        fresh = super().prepare_text(texts)
        return list(self.tokenizer.pipe(fresh)) if self.tokenized else fresh

    def run(self, texts: list[Any]) -> int:
        documents = texts if self.tokenized else self.tokenizer.pipe(texts)
        return sum(map(len, map(self.matcher, documents)))


class SpacyTokenized(Spacy):
    name = "spaCy, tokenized before"
    about = "the same, on documents that were tokenized outside of the timing"
    tokenized = True
    most = 0.5


class Re(Peer):
    name = "re"
    module = "re"
    about = r"`\b(?:…|…)\b`, `IGNORECASE`, longest first, spans from `finditer`"
    words = True
    limit = 1_000
    limit_reason = "not tried: 0.2 MB/s with 1,000 already"

    def prepare(self, phrases: list[str], mode: str) -> None:
        alternatives = map(re.escape, sorted(phrases, key=len, reverse=True))
        flags = re.IGNORECASE if self.fold else 0
        self.find = re.compile(rf"\b(?:{'|'.join(alternatives)})\b", flags).finditer

    def run(self, texts: list[str]) -> int:
        return sum(len([found.span() for found in self.find(text)]) for text in texts)


class CountVectorizer(Peer):
    name = "CountVectorizer"
    module = "sklearn.feature_extraction.text"
    about = "scikit-learn, `vocabulary=phrases`, n-grams as long as 99 % of them: no places"
    words = True

    def prepare(self, phrases: list[str], mode: str) -> None:
        from sklearn.feature_extraction.text import CountVectorizer as Vectorizer

        tokens = [re.findall(r"\w+", phrase) for phrase in self.phrases(phrases)]
        lengths = sorted(len(words) for words in tokens)
        longest = lengths[int(len(lengths) * 0.99)]
        self.mode = f"n-grams up to {longest} words"
        vocabulary = list(dict.fromkeys(" ".join(words) for words in tokens if words))
        self.vectorizer = Vectorizer(
            vocabulary=vocabulary, ngram_range=(1, longest), token_pattern=r"\w+"
        )

    def run(self, texts: list[str]) -> int:
        return int(self.vectorizer.transform(texts).sum())


class Hyperscan(Peer):
    name = "hyperscan"
    module = "hyperscan"
    about = (
        r"`\b…\b`, caseless, UTF-8, block mode, with or without SOM: every match, in a callback; "
        r"`\b` is ASCII only, so that it misses nearly all in other scripts"
    )
    words = True
    limit = 10_000
    limit_reason = "not tried: compiling 10,000 takes about a minute, and ever more for each"
    short_limit = 5_000
    literal = False

    def modes(self, phrases: int) -> tuple[str, ...]:
        # To know the starts costs time at every size tried, and compiling twice costs minutes.
        # A literal's start follows from its end and length.
        return ("no SOM", "SOM_LEFTMOST") if phrases <= 1_000 else ("no SOM",)

    def prepare(self, phrases: list[str], mode: str) -> None:
        import hyperscan as hs

        self.mode = mode
        flags = hs.HS_FLAG_CASELESS if self.fold else 0
        if mode == "SOM_LEFTMOST":
            flags |= hs.HS_FLAG_SOM_LEFTMOST
        given = self.phrases(phrases)
        if self.literal:
            patterns, more = [phrase.encode() for phrase in given], {"literal": True}
        else:
            flags |= hs.HS_FLAG_UTF8
            escaped = map(_escaped, given)
            patterns, more = [rf"\b{phrase}\b".encode() for phrase in escaped], {}
        count = len(patterns)
        self.database = hs.Database(mode=hs.HS_MODE_BLOCK)
        self.database.compile(
            expressions=patterns, ids=list(range(count)), elements=count, flags=flags, **more
        )
        self.database.scratch = hs.Scratch(self.database)

    def prepare_text(self, texts: list[str]) -> list[bytes]:
        return [text.encode() for text in texts]

    def run(self, texts: list[bytes]) -> int:
        found: list[tuple[int, int, int]] = []
        keep, scan = found.append, self.database.scan

        def on_match(phrase: int, start: int, end: int, flags: int, context: object) -> None:
            keep((phrase, start, end))

        for text in texts:
            scan(text, match_event_handler=on_match)
        return len(found)


class HyperscanLiterals(Hyperscan):
    name = "hyperscan, literals"
    about = "its compiler of pure literals: within words too, and caseless in ASCII only"
    words = False
    literal = True
    limit = 200_000
    limit_reason = "not tried: compiling 1,300,000 took longer than 75 s when stopped"
    short_limit = 200_000


def _escaped(phrase: str) -> str:
    """Return a pattern for a phrase: `re.escape` also escapes what hyperscan takes as it is."""
    return re.sub(r"[\\^$.|?*+()\[\]{}#/-]", r"\\\g<0>", phrase)


ALL: tuple[type[Peer], ...] = (
    Slugline,
    Hyperscan,
    HyperscanLiterals,
    Daachorse,
    AhocorasickRs,
    Pyahocorasick,
    Polars,
    Flashtext2,
    Flashtext,
    Spacy,
    SpacyTokenized,
    Re,
    CountVectorizer,
)
FAST: tuple[type[Peer], ...] = (Slugline, Daachorse, AhocorasickRs)
BY_NAME = {peer.name: peer for peer in ALL}
