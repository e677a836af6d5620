"""Variants of phrases: plurals, possessives, other spellings, other scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args

from slugline import _core
from slugline._english import hyphens, is_latin, plurals, possessives, spellings
from slugline._entry import Entry
from slugline._transliterate import other_script
from slugline._typing import Language, Script
from slugline._words import is_common, plain_language

if TYPE_CHECKING:
    from slugline.gazetteer import Gazetteer

VARIANT_OF = "variant_of"
"""The attribute that has the phrase from which a variant was made; the core has the same name."""

VariantFunction: TypeAlias = Callable[[str], Iterable[str] | str | None]
Rule: TypeAlias = Callable[[str], list[str]]


class NotMade(NamedTuple):
    """A variant that `Gazetteer.expand` held back.

    Attributes
    ----------
    phrase : str
        The phrase it was to be a variant of.
    concept : str or None
        The phrase's concept.
    variant : str
        The variant; empty where a rule came to none.
    rule : str
        The rule: ``plural``, ``possessive``, ``spelling``, ``hyphen``, ``transliterate``, the name
        of a function, or several joined by ``+``.
    reason : str
        Why it was not made.
    """

    phrase: str
    concept: str | None
    variant: str
    rule: str
    reason: str


@dataclass(frozen=True)
class Rules:
    """What to make, as the arguments of `expand` say it."""

    functions: Sequence[tuple[str, VariantFunction]]
    english: Sequence[tuple[str, Rule]]
    """Rules that build on each other: each takes what those before it made, too."""
    script: Script | None
    common: float | None
    language: str

    @classmethod
    def of(
        cls,
        functions: tuple[VariantFunction, ...],
        *,
        plural: Language | None,
        possessive: bool,
        spelling: Language | None,
        hyphen: bool,
        transliterate: Script | None,
        common: float | None,
        lang: str,
    ) -> Rules:
        """Check the arguments.

        Raises
        ------
        TypeError, ValueError
            Where one is wrong, or nothing is asked for.
        ImportError
            Where a library is not installed, before anything is changed.
        """
        for name, value in (("plural", plural), ("spelling", spelling)):
            _one_of(name, value, get_args(Language))
        _one_of("transliterate", transliterate, get_args(Script))
        for function in functions:
            if not callable(function):
                raise TypeError(
                    f"a rule of one's own must be a function of a phrase, not {function!r}"
                )
        wanted = (
            ("spelling", spellings if spelling else None),
            ("hyphen", hyphens if hyphen else None),
            ("plural", plurals if plural else None),
            ("possessive", possessives if possessive else None),
        )
        english = [(name, rule) for name, rule in wanted if rule]
        if not english and not functions and transliterate is None:
            raise TypeError(
                "expand needs a rule: plural, possessive, spelling, hyphen, transliterate, "
                "or a function"
            )
        for _, rule in english:
            rule("test")  # So that what is not installed is told at once.
        if transliterate:
            other_script("Test", transliterate)
        if common is not None:
            is_common("test", lang, common)
        named = [(_name_of(function), function) for function in functions]
        return cls(named, english, transliterate, common, lang)


def _one_of(name: str, value: Any, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        names = ", ".join(f'"{one}"' for one in known)
        raise ValueError(f"{name} must be one of {names}, or None, not {value!r}")


def _name_of(function: VariantFunction) -> str:
    name = getattr(function, "__name__", "function")
    return "function" if name == "<lambda>" else str(name)


@dataclass(slots=True)
class _Proposal:
    """A variant that a rule proposes."""

    phrase: str
    rule: str
    lang: str | None = None
    """Its language, if it is not that of the phrase; empty for none."""
    base: _Proposal | None = None
    """The form it was made from, if that is another variant."""
    number: int | None = None
    """Where it stands among those to be made; None where it was held back."""


def expand(gazetteer: Gazetteer, rules: Rules, concept: str | None) -> list[NotMade]:
    """Add variants, and return what was held back.

    Nothing is changed where a function of the user's fails.
    """
    wanted = None if concept is None else set(gazetteer.filter(concept).concepts)
    variants: list[tuple[int, str, str, bool, str | None, int | None]] = []
    not_made: list[NotMade] = []
    entries: list[Entry] = []
    for index, entry in enumerate(gazetteer):
        if VARIANT_OF in entry.attributes or (wanted is not None and entry.concept not in wanted):
            continue
        match_case = _is_acronym(entry)
        for proposal in _proposals(entry, rules, not_made):
            base = proposal.base.number if proposal.base else None
            proposal.number = len(variants)
            variants.append(
                (index, proposal.phrase, proposal.rule, match_case, proposal.lang, base)
            )
            entries.append(entry)
    made = _core.add_variants(gazetteer._core, variants)
    for entry, variant, (_, taken) in zip(entries, variants, made, strict=True):
        if taken is not None:
            whose = f"a phrase of {taken}" if taken else "an exclusion"
            not_made.append(
                NotMade(entry.phrase, entry.concept, variant[1], variant[2], f"is {whose}")
            )
    return not_made


def _proposals(entry: Entry, rules: Rules, not_made: list[NotMade]) -> Iterator[_Proposal]:
    """Yield the variants of an entry that may be made, and note the others.

    What folds to the same as the phrase, or as a variant before, is neither.
    """
    case = "ignore" if entry.case == "smart" else entry.case
    seen = {_core.fold(entry.phrase, case, entry.accents, entry.hyphens)}

    def is_good(proposal: _Proposal) -> bool:
        fold = _core.fold(proposal.phrase, case, entry.accents, entry.hyphens)
        if fold in seen:
            return False
        seen.add(fold)
        if reason := _why_not(entry, proposal, rules):
            not_made.append(
                NotMade(entry.phrase, entry.concept, proposal.phrase, proposal.rule, reason)
            )
        return reason is None

    for name, function in rules.functions:
        own = (_Proposal(phrase, name) for phrase in _results(function, name, entry.phrase))
        yield from filter(is_good, own)
    if rules.script and not entry.glob:
        try:
            for phrase, lang in other_script(entry.phrase, rules.script, entry.lang):
                proposal = _Proposal(phrase, "transliterate", lang if entry.lang else "")
                if is_good(proposal):
                    yield proposal
        except ValueError as error:
            not_made.append(NotMade(entry.phrase, entry.concept, "", "transliterate", str(error)))
    language = plain_language(entry.lang) if entry.lang else "en"
    if language == "en" and is_latin(entry.phrase):
        yield from _english(entry, rules, is_good)


def _english(
    entry: Entry, rules: Rules, is_good: Callable[[_Proposal], bool]
) -> Iterator[_Proposal]:
    """Yield what the English rules make, each of the phrase and of what those before it made.

    Of what was held back nothing is made: no `stories` where `storey` may not become `story`.
    """
    forms: list[_Proposal | None] = [None]
    for name, rule in rules.english:
        for base in list(forms):
            phrase = base.phrase if base else entry.phrase
            joined = f"{base.rule}+{name}" if base else name
            made = (
                possessives(phrase, plural=True)
                if rule is possessives and base and base.rule.endswith("plural")
                else rule(phrase)
            )
            for form in filter(is_good, (_Proposal(new, joined, base=base) for new in made)):
                forms.append(form)
                yield form


def _results(function: VariantFunction, name: str, phrase: str) -> list[str]:
    """Return what a user's function makes of a phrase."""
    try:
        results = function(phrase)
    except Exception as error:
        error.add_note(f"in {name}({phrase!r}), a rule given to expand")
        raise
    if results is None:
        return []
    results = [results] if isinstance(results, str) else list(results)
    for result in results:
        if not isinstance(result, str):
            kind = type(result).__name__
            raise TypeError(f"{name}({phrase!r}) must return texts, not {kind}")
    return [result for result in results if result.strip()]


def _is_acronym(entry: Entry) -> bool:
    """Tell whether the case of a phrase counts only because it is an acronym."""
    letters = [c for c in entry.phrase if c.upper() != c.lower()]
    return entry.case == "smart" and len(letters) > 1 and all(c.isupper() for c in letters)


def _why_not(entry: Entry, proposal: _Proposal, rules: Rules) -> str | None:
    """Return why a variant is not to be made, if it is not."""
    phrase = proposal.phrase
    letters = sum(c.isalnum() for c in phrase)
    dense = any(_is_dense(c) for c in phrase)
    if letters < (2 if dense else 3):
        return "is shorter than two letters" if dense else "is shorter than three letters"
    if rules.common is None:
        return None
    language = proposal.lang or entry.lang or rules.language
    if not is_common(phrase, language, rules.common):
        return None
    # Another spelling is the same word: who looks for a common one means to find it.
    if proposal.rule == "spelling" and is_common(entry.phrase, language, rules.common - 1):
        return None
    return f"is a common word of {plain_language(language)!r}"


def _is_dense(c: str) -> bool:
    """Tell whether a letter stands for a syllable or more: kana, ideographs, Hangul."""
    return c.isalpha() and ("\u3040" <= c < "\ufb00" or c >= "\U00020000")
