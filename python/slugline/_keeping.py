"""What keeps a gazetteer in order: variants, lint, differences."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Self, cast

from slugline import _core
from slugline._core import Gazetteer as Core
from slugline._diff import GazetteerDiff
from slugline._display import counted_summary
from slugline._expand import NotMade, Rules, VariantFunction, expand
from slugline._lint import lint
from slugline._typing import FrameKind, Language, Script
from slugline._words import COMMON

if TYPE_CHECKING:
    from slugline.gazetteer import Gazetteer


class Keeping:
    """The part of `Gazetteer` that its keepers use."""

    __slots__ = ("_core", "not_made")

    _core: Core

    not_made: list[NotMade]
    """The variants that the last `expand` held back, with their reasons."""

    if TYPE_CHECKING:

        @classmethod
        def _wrap(cls, core: Core) -> Self: ...

    def expand(
        self,
        *functions: VariantFunction,
        plural: Language | None = None,
        possessive: bool = False,
        spelling: Language | None = None,
        hyphen: bool = False,
        transliterate: Script | None = None,
        concept: str | None = None,
        common: float | None = COMMON,
        lang: str = "en",
    ) -> Self:
        """Add variants of the phrases, which remember what they were made from.

        A variant is an entry with the concept, options, language, weight and attributes of its
        phrase, and two attributes more: ``variant_of``, the phrase, and ``variant_rule``, the
        rule (``plural``; ``spelling+plural`` where rules build on each other). `variants` lists
        them and `remove_variants` takes them away. They have no variants of their own.

        Parameters
        ----------
        *functions : callable
            Rules of one's own: each takes a phrase and returns its variants, or None. The rule is
            called by the function's name.
        plural : {"en"}, optional
            Plurals (``colour revolutions``, ``attorneys general``, ``NGOs``).
        possessive : bool
            English possessives (``Xi's``, ``Jones'``). A match then covers them; ``Xi`` alone is
            found in ``Xi's`` in any case.
        spelling : {"en"}, optional
            British and American spelling, each from the other (``colour``, ``organization``).
        hyphen : bool
            Hyphens as spaces and left out (``cease-fire``, ``cease fire``, ``ceasefire``), and
            one between two words. ``hyphens="space"`` does more, and needs no entries.
        transliterate : {"ru", "uk", "be", "bg", "mk", "sr"}, optional
            Phrases in that language's Cyrillic in Latin letters, and Latin ones in Cyrillic
            where that is read back as the phrase. The language of a form is its own.
        concept : str, optional
            Which phrases to expand: those of concepts that fit, where ``*`` stands for anything.
            All, exclusions too, unless given.
        common : float, optional
            From where on a word is common, on Zipf's scale: 5, once in 10,000 words, unless
            given. None makes common words, too.
        lang : str
            The language of variants whose phrase names none, for common words.

        Returns
        -------
        Gazetteer
            The gazetteer itself.

        Warns
        -----
        UserWarning
            Where variants were not made, as told by the attribute `not_made`: those shorter than
            three letters (two in scripts where a letter is a syllable), common words, phrases of
            other concepts, and names that cannot be transliterated.

        Raises
        ------
        TypeError, ValueError
            Where no rule is given, there is no such rule, or a function returns no text.
        ImportError
            Where a rule needs a package that is not installed (all: ``slugline[expand]``):
            inflect for plurals, eng for spelling, cyrtranslit and iuliia for transliteration,
            wordfreq for common words.

        Notes
        -----
        English rules leave phrases alone that have another language, or other letters than Latin
        ones. Another spelling of a common word is not held back, since it is the same word,
        unless it is ten times as common (``story`` for ``storey``).

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("colour revolution", "narrative/color-revolution")
        >>> gaz.expand(plural="en", spelling="en").phrases
        ['color revolution', 'color revolutions', 'colour revolution', 'colour revolutions']
        >>> [entry.attributes["variant_rule"] for entry in gaz.variants()]
        ['spelling', 'plural', 'spelling+plural']
        >>> def without_title(phrase):
        ...     return phrase.removeprefix("President ")
        >>> gaz = sl.Gazetteer().add("President Xi", "person/Xi Jinping")
        >>> import warnings
        >>> with warnings.catch_warnings(action="ignore"):
        ...     gaz = gaz.expand(without_title)
        >>> gaz.not_made[0].reason
        'is shorter than three letters'
        """
        rules = Rules.of(
            functions,
            plural=plural,
            possessive=possessive,
            spelling=spelling,
            hyphen=hyphen,
            transliterate=transliterate,
            common=common,
            lang=lang,
        )
        self.not_made = expand(cast("Gazetteer", self), rules, concept)
        if self.not_made:
            first, count = self.not_made[:3], len(self.not_made)
            shown = [f"{one.variant or one.phrase!r} {one.reason}" for one in first]
            message = counted_summary("expand", "did not make", "variant", shown, count)
            warnings.warn(f"{message} (all in the attribute not_made)", stacklevel=2)
        return self

    def variants(self, *, rule: str | None = None, phrase: str | None = None) -> Self:
        """Return a new gazetteer of the variants that `expand` added.

        Parameters
        ----------
        rule : str, optional
            Only those of this rule, alone or with others.
        phrase : str, optional
            Only those of this phrase.

        Returns
        -------
        Gazetteer

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("drone", "weapon/drone").expand(plural="en", possessive=True)
        >>> [(entry.phrase, entry.attributes["variant_of"]) for entry in gaz.variants()]
        [('drones', 'drone'), ("drone's", 'drone'), ("drones'", 'drone')]
        """
        return self._wrap(_core.split_variants(self._core, rule, phrase, True))

    def remove_variants(self, *, rule: str | None = None, phrase: str | None = None) -> Self:
        """Remove the variants that `expand` added.

        Parameters
        ----------
        rule : str, optional
            Only those of this rule, alone or with others.
        phrase : str, optional
            Only those of this phrase.

        Returns
        -------
        Gazetteer
            The gazetteer itself.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("drone", "weapon/drone").expand(plural="en")
        >>> gaz.remove_variants().phrases
        ['drone']
        """
        self._core = _core.split_variants(self._core, rule, phrase, False)
        return self

    def lint(
        self,
        texts: Any = None,
        *,
        lang: str = "en",
        common: float | None = COMMON,
        frame: FrameKind | None = None,
    ) -> Any:
        """Look for phrases that match nothing, match too much, or mean two things.

        Parameters
        ----------
        texts : column of texts, optional
            Some of the texts that the gazetteer is for: then phrases are found that match
            nowhere in them, or suspiciously often.
        lang : str
            The language of phrases that name none, for common words.
        common : float, optional
            From where on a word is common, on Zipf's scale: 5, once in 10,000 words, unless
            given. None leaves this rule out.
        frame : {"pandas", "polars", "pyarrow"}, optional
            The kind of table: pandas' where that is installed, else polars', else an object with
            ``__arrow_c_stream__``.

        Returns
        -------
        frame
            Columns ``rule``, ``severity`` (``error``, ``warning``, ``info``), ``phrase``,
            ``concept`` and ``message``; the worst first.

        Raises
        ------
        ValueError, TypeError
            Where texts are no column of texts.

        Notes
        -----
        Rules:

        ``never-reported``
            An exclusion matches wherever the phrase does; the phrase begins with a combining mark.
        ``several-concepts``
            One phrase stands for several concepts.
        ``same-fold``
            The phrase is written differently from another one, but matches the same.
        ``short``
            It has one or two letters (one, in scripts where a letter is a syllable).
        ``only-digits``
            It is a number.
        ``common-word``
            It is a common word of its language, and its case does not tell it from that. Needs
            wordfreq; without it, a first row says that this was not looked for.
        ``literal-star``
            It holds a star beside a letter, and globs are off.
        ``no-affixes``
            It is Korean, Arabic or Hebrew, and has no affixes.
        ``turkish-accents``
            It is Turkish, and has not ``accents="fold"``.
        ``matches-often``
            With texts: it is in a tenth of them or more, or matches a hundred times as often as
            the middle one of the phrases that match (and twenty times at least).
        ``never-matches``
            With texts: it is in none of them, even as part of a longer match.

        Examples
        --------
        >>> import slugline as sl
        >>> gaz = sl.Gazetteer().add("Orange", "company/Orange").add("Orange", "place/Orange")
        >>> findings = gaz.add("UN", "org/UN").lint(frame="polars")
        >>> findings.select("rule", "severity", "phrase").rows()
        [('several-concepts', 'warning', 'Orange'), ('short', 'warning', 'UN')]
        """
        return lint(cast("Gazetteer", self), texts, lang=lang, common=common, frame=frame)

    def diff(self, other: Gazetteer) -> GazetteerDiff:
        """Tell what changed from this gazetteer to another, newer one.

        Parameters
        ----------
        other : Gazetteer
            The newer one.

        Returns
        -------
        GazetteerDiff
            The entries that were added and removed, as gazetteers, and those that changed: the
            same phrase and concept with other options, weight, language or attributes.

        Raises
        ------
        TypeError
            Where the other is no gazetteer.

        Examples
        --------
        >>> import slugline as sl
        >>> old = sl.Gazetteer.from_dict({"org": {"NATO": ["NATO"]}})
        >>> new = old.copy().add("OTAN", "org/NATO", lang="fr")
        >>> diff = old.diff(new)
        >>> diff.added.phrases, len(diff.removed), len(diff.changed)
        (['OTAN'], 0, 0)
        """
        if not isinstance(other, Keeping):
            raise TypeError(f"diff needs a Gazetteer, not {type(other).__name__}")
        return GazetteerDiff._of(cast("Gazetteer", self), other)
