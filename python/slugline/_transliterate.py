"""Names in the other script: Cyrillic in Latin letters, and the other way round."""

import unicodedata
import warnings
from collections.abc import Iterator
from typing import Any

from slugline._optional import require
from slugline._typing import Script
from slugline._words import plain_language

# The library has its own names for some languages.
_CODES = {"uk": "ua", "be": "by"}
# How news writes Russian names (Wikipedia's way is that of the BBC), maps and passports.
_RUSSIAN = ("WIKIPEDIA", "BGN_PCGN", "ICAO_DOC_9303")


def other_script(phrase: str, script: Script, lang: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield a phrase in the other script, and the language of that form: none for Latin.

    Parameters
    ----------
    phrase : str
        The phrase. One that mixes scripts or has other letters yields nothing, nor does a Latin
        one that is no name, by its capitals.
    script : str
        The language whose Cyrillic it is.
    lang : str, optional
        The phrase's language: Cyrillic of another one yields nothing.

    Raises
    ------
    ValueError
        Where a Latin phrase has no Cyrillic form that would be read back as that phrase.
    ImportError
        Where a library is not installed.
    """
    _libraries(script)
    scripts = _scripts(phrase)
    if scripts == {"CYRILLIC"} and (lang is None or plain_language(lang) == script):
        yield from ((form, "") for form in _latin(phrase, script))
    elif scripts == {"LATIN"} and all(word.istitle() for word in phrase.split()):
        # A name: other words are translated, not written in other letters.
        yield _cyrillic(phrase, script), script


def _scripts(text: str) -> set[str]:
    return {unicodedata.name(c, "").partition(" ")[0] for c in text if c.isalpha()}


def _libraries(script: Script) -> tuple[Any, Any]:
    purpose = f'transliterate="{script}"'
    return require("cyrtranslit", purpose), require("iuliia", purpose) if script == "ru" else None


def _latin(phrase: str, script: Script) -> list[str]:
    """Return the Latin forms of a Cyrillic phrase, each once."""
    cyrtranslit, iuliia = _libraries(script)
    if iuliia is None:
        forms = [cyrtranslit.to_latin(phrase.lower(), _CODES.get(script, script))]
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            forms = [getattr(iuliia, name).translate(phrase.lower()) for name in _RUSSIAN]
    return list(dict.fromkeys(_in_case_of(phrase, form) for form in forms))


def _cyrillic(phrase: str, script: Script) -> str:
    cyrtranslit, _ = _libraries(script)
    form = cyrtranslit.to_cyrillic(phrase.lower(), _CODES.get(script, script))
    read_back = {latin.casefold() for latin in _latin(form, script)}
    if not _scripts(form) <= {"CYRILLIC"} or phrase.casefold() not in read_back:
        raise ValueError(f"has no {script} form that is read back as it is written ({form} is not)")
    return _in_case_of(phrase, form)


def _in_case_of(phrase: str, form: str) -> str:
    """Return a form with capitals like those of the phrase it is a form of."""
    if phrase.isupper():
        return form.upper()
    words, forms = phrase.split(" "), form.split(" ")
    if len(words) != len(forms):
        return form
    pairs = zip(words, forms, strict=True)
    return " ".join(new[:1].upper() + new[1:] if old[:1].isupper() else new for old, new in pairs)
