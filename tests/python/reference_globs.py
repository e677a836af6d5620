"""Wild cards: how a phrase with them is read, and what they stand for (readings 12 to 15)."""

from collections.abc import Iterator, Sequence
from enum import Enum

from reference_fold import (
    FoldProfile,
    Unit,
    is_default_ignorable,
    is_mark,
    is_white_space,
    is_word_character,
)
from reference_words import is_boundary, kind


class Wild(Enum):
    """What a wild card of a phrase stands for."""

    STAR = "*"
    """Zero or more word characters of one word."""
    LETTER = "?"
    """One word character with its marks."""
    WORD = " * "
    """Exactly one word."""


Part = str | Wild
"""A piece of text, or a wild card."""

# Runic letters: they have no case, no accents and no other form, and join with nothing.
_STAND_INS = [chr(point) for point in range(0x16A0, 0x16EB)]


# --- reading -------------------------------------------------------------------------------


def _written_parts(phrase: str) -> list[Part]:
    """Tell the wild cards of a phrase from its characters, one part for each."""
    parts: list[Part] = []
    position = 0
    while position < len(phrase):
        char = phrase[position]
        if char == "\\" and phrase[position + 1 : position + 2] in ("*", "?"):
            parts.append(phrase[position + 1])
            position += 2
            continue
        parts.append({"*": Wild.STAR, "?": Wild.LETTER}.get(char, char))
        position += 1
    return parts


def _is_seen(part: Part) -> bool:
    """Whether a part is anything at all once folded: a wild card, or not default-ignorable."""
    return isinstance(part, Wild) or not is_default_ignorable(part)


def _join_stars(parts: Sequence[Part]) -> list[Part]:
    """Make one star of several in a row, default-ignorable characters between them or not."""
    joined: list[Part] = []
    last_seen: Part | None = None
    for part in parts:
        if not (part is Wild.STAR and last_seen is Wild.STAR):
            joined.append(part)
        if _is_seen(part):
            last_seen = part
    return joined


def _is_gap(part: Part | None) -> bool:
    """Whether what stands beside a star (None for nothing) leaves it alone."""
    return part is None or (isinstance(part, str) and is_white_space(part))


def _tell_stars_alone(parts: Sequence[Part]) -> list[Part]:
    """Make words of the stars that stand alone."""
    told: list[Part] = []
    for position, part in enumerate(parts):
        before = next(filter(_is_seen, reversed(parts[:position])), None)
        after = next(filter(_is_seen, parts[position + 1 :]), None)
        alone = part is Wild.STAR and _is_gap(before) and _is_gap(after)
        told.append(Wild.WORD if alone else part)
    return told


def read_glob(trimmed: str, profile: FoldProfile) -> tuple[Part, ...]:
    """The folded texts and the wild cards of a trimmed phrase, in their order.

    The fold is that of the whole phrase with a letter in the place of each wild card.
    """
    parts = _tell_stars_alone(_join_stars(_written_parts(trimmed)))
    stand_in = next(letter for letter in _STAND_INS if letter not in trimmed)
    written = "".join(stand_in if isinstance(part, Wild) else part for part in parts)
    texts = profile.fold(written).split(stand_in)
    wild_cards = [part for part in parts if isinstance(part, Wild)]
    read: list[Part] = [texts[0]]
    for wild_card, text in zip(wild_cards, texts[1:], strict=True):
        # Stars may come to stand in a row when what was between them folds to nothing.
        if not (wild_card is Wild.STAR and read[-2:] == [Wild.STAR, ""]):
            read.append(wild_card)
        read.append(text)
    return tuple(part for part in read if part)


# --- matching ------------------------------------------------------------------------------


def _seen(text: str, start: int, end: int) -> list[int]:
    """The places of the code points of a stretch that are not default-ignorable."""
    return [index for index in range(start, end) if not is_default_ignorable(text[index])]


def _parted(text: str, start: int, end: int) -> bool:
    """Whether a boundary stands between the characters of a stretch.

    Zero width space, which folds away but is a boundary, parts the characters around it.
    """
    seen = _seen(text, start, end)
    return bool(seen) and any(
        is_boundary(text, position) for position in range(seen[0] + 1, seen[-1] + 1)
    )


def _star_may_take(text: str, taken: Sequence[Unit]) -> bool:
    """Whether a star may stand for some units, whatever is beside them (reading 13)."""
    return all(
        is_word_character(text[index]) and kind(text, index) != "unspaced"
        for unit in taken
        for index in _seen(text, unit.start, unit.end)
    ) and not _parted(text, taken[0].start, taken[-1].end)


def _joined(text: str, one: Unit, other: Unit) -> bool:
    """Whether no boundary parts two neighbouring units, if both have word characters there."""
    last, first = _seen(text, one.start, one.end)[-1], _seen(text, other.start, other.end)[0]
    if not is_word_character(text[last]) or not is_word_character(text[first]):
        return True
    return not _parted(text, last, first + 1)


def _ends_of_star(text: str, units: Sequence[Unit], begin: int, at: int) -> Iterator[int]:
    """Where a star at a unit may end, in a match that begins at another."""
    yield at
    if at > begin and at < len(units) and not _joined(text, units[at - 1], units[at]):
        return
    for end in range(at + 1, len(units) + 1):
        if not _star_may_take(text, units[at:end]):
            return
        yield end


def _ends_of_letter(text: str, units: Sequence[Unit], at: int) -> Iterator[int]:
    """Where a question mark at a unit ends, if it may stand there (reading 14)."""
    if at == len(units):
        return
    seen = [text[index] for index in _seen(text, units[at].start, units[at].end)]
    if is_mark(seen[0]) or not all(map(is_word_character, seen)):
        return
    end = at + 1
    while end < len(units) and is_mark(text[_seen(text, *units[end][:2])[0]]):
        end += 1
    yield end


def _ends_of_word(text: str, units: Sequence[Unit], at: int) -> Iterator[int]:
    """Where a star alone at a unit ends: with the word that begins there (reading 15)."""
    if at == len(units) or not is_boundary(text, units[at].start):
        return
    for end in range(at + 1, len(units) + 1):
        seen = _seen(text, units[at].start, units[end - 1].end)
        if not all(is_word_character(text[index]) for index in seen):
            return
        if _parted(text, units[at].start, units[end - 1].end):
            return
        if is_boundary(text, units[end - 1].end):
            yield end
            return


def _ends_of_text(folded: str, units: Sequence[Unit], at: int) -> Iterator[int]:
    """Where the units from one on have come to fold to a text, if they ever do."""
    found = ""
    for end in range(at, len(units)):
        found += units[end].fold
        if found == folded:
            yield end + 1
        if len(found) >= len(folded):
            return


def ends(
    parts: Sequence[Part], text: str, units: Sequence[Unit], begin: int, at: int | None = None
) -> set[int]:
    """The numbers of the units before which a match that begins at one can end.

    Boundaries are left to the caller, except that a star that begins a phrase takes the whole
    beginning of its word.
    """
    if at is None:
        at = begin
        if parts[0] is Wild.STAR and not is_boundary(text, units[begin].start):
            return set()
    if not parts:
        return {at} - {begin}  # a match covers something
    part, rest = parts[0], parts[1:]
    if part is Wild.STAR:
        reached = _ends_of_star(text, units, begin, at)
    elif part is Wild.LETTER:
        reached = _ends_of_letter(text, units, at)
    elif part is Wild.WORD:
        reached = _ends_of_word(text, units, at)
    else:
        reached = _ends_of_text(part, units, at)
    found: set[int] = set()
    for end in reached:
        # What a star took must not be parted from what comes next, if anything does.
        if part is Wild.STAR and rest and end > at and end < len(units):
            joined = _joined(text, units[end - 1], units[end])
        else:
            joined = True
        if joined:
            found |= ends(rest, text, units, begin, end)
    return found
