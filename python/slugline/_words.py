"""The common words of a language, from a list of frequencies."""

from collections.abc import Iterable
from functools import lru_cache

from slugline._optional import require

COMMON = 5.0
"""Common is what occurs once in 10,000 words: the base-10 logarithm of how often in a billion."""

INSTALL = "pip install wordfreq"


def plain_language(name: str) -> str:
    """Return the language that a tag names, without script and region: ``zh`` of ``zh-Hans``."""
    return name.replace("_", "-").partition("-")[0].lower()


@lru_cache(maxsize=128)
def common_words(language: str, common: float) -> frozenset[str]:
    """Return the words of a language that are at least so common; none where there is no list.

    Parameters
    ----------
    language : str
        An ISO 639 code, with or without script and region.
    common : float
        Zipf's scale: 3 is once in a million words, 5 once in 10,000, 7 once in a hundred.

    Raises
    ------
    ImportError
        Where wordfreq is not installed.
    """
    wordfreq = require("wordfreq", "looking for common words")
    language = plain_language(language)
    if language not in wordfreq.available_languages("small"):
        return frozenset()
    # A list for each hundredth of a power of ten, from the most frequent on.
    bins = wordfreq.get_frequency_list(language, "small")
    last = round((9 - common) * 100)
    return frozenset(word for words in bins[: max(0, last + 1)] for word in words)


def words_by_language(
    languages: Iterable[str], default: str, common: float
) -> list[tuple[list[str], list[str]]]:
    """Return the lists of the languages that have one, as the core takes them.

    Parameters
    ----------
    languages : iterable of str
        As entries name them.
    default : str
        The language of entries that name none.
    common : float
        See `common_words`.
    """
    names: dict[str, list[str]] = {plain_language(default): [""]}
    for name in languages:
        names.setdefault(plain_language(name), []).append(name)
    lists = ((of, common_words(language, common)) for language, of in names.items())
    return [(of, sorted(words)) for of, words in lists if words]


def is_common(phrase: str, language: str, common: float) -> bool:
    """Tell whether a phrase is a common word."""
    return phrase.casefold() in common_words(language, common)
