"""The lists of affixes that have names: what is written on to names in Korean, Arabic and Hebrew.

A boundary holds where exactly one affix of the list stands between the phrase and the edge of the
word, so whatever stands there together is an affix of its own here: the lists are made of the parts
below. docs/affixes.md tells how much they find, and what they find wrongly.
"""

from itertools import product
from typing import NamedTuple


class AffixList(NamedTuple):
    """A list of affixes that has a name."""

    language: str
    source: str
    affixes: tuple[str, ...]


def _listed(affixes: list[str]) -> tuple[str, ...]:
    # In the order in which a gazetteer keeps them; parts may make one affix in two ways.
    return tuple(sorted(set(affixes)))


# -- Korean -------------------------------------------------------------------------------------

_KO_SOURCE = (
    "the particles (class J) of mecab-ko-dic, seed/J.csv, whose classes are those of the Sejong "
    "corpus: those that follow names in news, put together by hand; and forms of the copula"
)

# Each particle with those that may follow it; "-" is the particle alone. Left out, since they make
# more errors than finds: the particle that ends nouns and names as often (na, ya, a, seo), what
# is a suffix of another noun (in: "person of", daero: "avenue", deul: plural) and hago, which
# after a noun is mostly the verb "to do".
_KO_PARTICLES = {
    "이": "-",
    "가": "-",
    "은": "- 커녕",
    "는": "- 커녕",
    "을": "-",
    "를": "-",
    "의": "-",
    "도": "-",
    "만": "- 은 의 이 을 도 으로 으로는 으로도 이라도 큼 큼은 큼도 큼이나 큼의",
    "과": "- 는 도 의 만 를 같이",
    "와": "- 는 도 의 만 를 같이",
    "이랑": "- 은 도",
    "랑": "- 은 도",
    "에": "- 는 도 만 만은 의 까지 까지도 나 라도 조차 마저 야 야말로 다 다가",
    "에게": "- 는 도 만 만은 의 까지 까지도 나 라도 조차 마저 로 로의 뿐 보다 와",
    "에게서": "- 는 도 만 의 까지",
    "에서": (
        "- 는 도 만 만은 만도 의 까지 까지도 부터 부터는 나 라도 조차 조차도 마저 마저도 뿐 뿐만 "
        "보다 보다는 보다도 와 와는 처럼 만큼 야 야말로 든 이나"
    ),
    "한테": "- 는 도 만 까지",
    "한테서": "- 는 도 만",
    "께": "- 는 도 만",
    "께서": "- 는 도 만",
    "로": "- 는 도 만 의 까지 나 라도 써 써는 써도",
    "으로": "- 는 도 만 의 까지 까지도 나 라도 써 써는 써도 밖에",
    "로서": "- 는 도 의 만",
    "으로서": "- 는 도 의 만",
    "로부터": "- 는 도 의 만",
    "으로부터": "- 는 도 의 만",
    "까지": "- 는 도 만 의 가 를 로 라도 나 만도",
    "부터": "- 는 도 의 가 를 라도",
    "보다": "- 는 도 더",
    "처럼": "- 은 도 만",
    "마다": "- 의",
    "마저": "- 도",
    "조차": "- 도",
    "밖에": "- 는 도",
    "뿐": "- 만 이 만이 아니라",
    "같이": "- 는 도",
    "이나": "- 마",
    "라도": "-",
    "이라도": "-",
    "이든": "- 지",
    "든지": "-",
    "치고": "- 는",
    "말고": "- 는 도",
    "이야말로": "-",
    "야말로": "-",
}
_KO_CONTRACTIONS = "엔 에선 에겐 에게선 한텐 께선 으론 로선 으로선 까진 부턴 보단"
_KO_COPULA = (
    "이다 이며 이고 이자 이지만 이라 이라고 라고 이라는 라는 이라면 이란 이라며 라며 이었다 "
    "이었던 이었으며 였다 였던 였으며 입니다 이라서 인데 인데도 인지"
)


def _korean() -> list[str]:
    together = [
        particle + follower.removeprefix("-")
        for particle, followers in _KO_PARTICLES.items()
        for follower in followers.split()
    ]
    return [*together, *_KO_CONTRACTIONS.split(), *_KO_COPULA.split()]


# -- Arabic -------------------------------------------------------------------------------------

_AR_SOURCE = (
    "the proclitics and their order of Diab, Hacioglu and Jurafsky (2004), Automatic Tagging of "
    "Arabic Text, https://aclanthology.org/N04-4038: conjunction, preposition, article"
)
# Not the sin of the future nor the hamza of questions: they stand before verbs.
_AR_CONJUNCTIONS = ("", "و", "ف")
_AR_PREPOSITIONS = ("", "ب", "ل", "ك")
_AR_ARTICLES = ("", "ال")


def _arabic() -> list[str]:
    together = map("".join, product(_AR_CONJUNCTIONS, _AR_PREPOSITIONS, _AR_ARTICLES))
    # The article loses its alef after the preposition.
    return [affix.replace("لال", "لل") for affix in together if affix]


# -- Hebrew -------------------------------------------------------------------------------------

_HE_SOURCE = (
    "the formative letters mem, shin, he, vav, kaf, lamed, bet, in the order in which Hspell's "
    "c/genprefixes.pl puts them together (less what is rare before names: mem-shin, "
    "lamed-kaf-shin, two prepositions); https://en.wikipedia.org/wiki/Prefixes_in_Hebrew"
)
_HE_CONJUNCTIONS = ("", "ו")
_HE_SUBORDINATORS = ("", "ש", "כש")
# In writing without points the article shows after mem alone: "in the" is bet, as "in a" is.
_HE_PREPOSITIONS = ("", "ה", "ב", "ל", "כ", "מ", "מה")


def _hebrew() -> list[str]:
    together = map("".join, product(_HE_CONJUNCTIONS, _HE_SUBORDINATORS, _HE_PREPOSITIONS))
    return [affix for affix in together if affix]


# -- By name ------------------------------------------------------------------------------------

AFFIX_LISTS = {
    "ko": AffixList("Korean", _KO_SOURCE, _listed(_korean())),
    "ar": AffixList("Arabic", _AR_SOURCE, _listed(_arabic())),
    "he": AffixList("Hebrew", _HE_SOURCE, _listed(_hebrew())),
}


def named_affixes(name: str, place: str | None = None) -> list[str]:
    """Return the affixes of a list.

    Raises
    ------
    ValueError
        Where there is no list of this name.
    """
    if name not in AFFIX_LISTS:
        where = f"{place}: " if place else ""
        known = ", ".join(f'"{known}"' for known in AFFIX_LISTS)
        raise ValueError(f"{where}affixes must be a list of str or one of {known}, not {name!r}")
    return list(AFFIX_LISTS[name].affixes)


def all_named_affixes() -> dict[str, list[str]]:
    """Return the affixes of every list, by its name."""
    return {name: list(listed.affixes) for name, listed in AFFIX_LISTS.items()}
