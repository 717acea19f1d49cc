"""Where an il or an ilçe may be named in a run of words, and how much each mention says where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flows.address.places import is_mahalle_somewhere, is_place, nearly, places, squeezed
from flows.address.reading.abbreviations import BREAK, Token, closes, is_number, naming, role
from flows.address.reading.directions import is_said

__all__ = [
    "BEGINS", "FREE", "Mention", "beside", "districts", "grams", "leads_to_name", "may_be_misspelt", "overlap",
    "provinces", "standing",
]  # fmt: skip

FREE, BEGINS, SUPPORTED = 8, 5, 1
"""A mention on its own; at the beginning of a mahalle's run ("kadıköy caferağa mah"); at that of a street's."""
SLIP, SHORT = 3, 6
"""What each slip of the finger takes from a mention; a short name pays for one more: "Lale" is no Kale."""
SHORTENED, _SHORTEST = 4, 3
"""An il by the beginning of its name with a dot behind it ("Kast."), three letters at least."""
_FEW = 4
"""How many il may have an ilçe of this name, so that the mahalle of each are looked at."""
PLATE = 6
"""A plate code beside an ilçe of its il."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Words start..end name a place, as well as `score` says. il: whose ilçe it is; "" for an il."""

    start: int
    end: int
    name: str
    score: int
    il: str = ""


def overlap(one: Mention, other: Mention) -> bool:
    return one.start < other.end and other.start < one.end


def beside(words: list[Token], one: Mention, other: Mention) -> bool:
    """Next to each other, with nothing but breaks between them."""
    if not one.score or not other.score:
        return False
    left, right = sorted((one, other), key=lambda mention: mention.start)
    return all(word is BREAK for word in words[left.end : right.start])


def grams(words: list[Token]) -> Iterator[tuple[int, int, str]]:
    """Every run of three, two or one words that no naming word makes a name of its own ("Ankara Cad.")."""
    for start in range(len(words)):
        for length in (3, 2, 1):
            gram = words[start : start + length]
            if len(gram) == length and BREAK not in gram and not closes(words, start + length):
                yield start, start + length, " ".join(word.word for word in gram)


def standing(words: list[Token], start: int, end: int) -> int:
    """How much a mention says where it stands: on its own, or at the beginning of a longer name."""
    ends_in = leads_to_name(words, end)
    if ends_in is None:
        return FREE
    first = start
    while length := _place_before(words, first):
        first -= length
    before = words[first - 1]
    begins = before is BREAK or naming(before) or is_number(before)
    if not begins:
        return 0
    if ends_in not in {"mahalle", "koy"}:
        return SUPPORTED
    return 0 if any(is_whole_mahalle(words, at) for at in range(first, start + 1)) else BEGINS


def _place_before(words: list[Token], end: int) -> int:
    """How many words before this one are a place's name ("büyük çekmece")."""
    for length in (1, 2, 3):
        gram = words[max(end - length, 0) : end]
        if len(gram) == length and BREAK not in gram and is_place(" ".join(word.word for word in gram)):
            return length
    return 0


def mahalle_follows(words: list[Token], start: int, il: str, ilce: str = "") -> bool:
    """Whether all that is left of this run is a mahalle of the place: then what stands before it was the place."""
    while length := _place_after(words, start):
        start += length
    name = mahalle_from(words, start)
    return bool(name) and squeezed(name) in places().mahalle(il, ilce)


def mahalle_from(words: list[Token], start: int) -> str:
    """All that stands from here to the word "Mahallesi" in one run, "" where there is no such word."""
    for end in range(start, len(words)):
        if words[end] is BREAK:
            return ""
        if role(words[end]) in {"mahalle", "koy"} and closes(words, end):
            return " ".join(word.word for word in words[start:end])
    return ""


def _place_after(words: list[Token], start: int) -> int:
    """How many words from here on are a place's name."""
    for length in (3, 2, 1):
        gram = words[start : start + length]
        if len(gram) == length and BREAK not in gram and is_place(" ".join(word.word for word in gram)):
            return 0 if closes(words, start + length) else length
    return 0


def is_whole_mahalle(words: list[Token], start: int) -> bool:
    """Whether everything from here to the word "Mahallesi" is one mahalle's name ("Yıldırım Beyazıt Mah.")."""
    name = mahalle_from(words, start)
    return bool(name) and is_mahalle_somewhere(name)


def leads_to_name(words: list[Token], place: int) -> str | None:
    """The role that closes the run of words after a mention: "cadde" after Fatih in "Fatih Sultan Mehmet Cad."."""
    for at in range(place, len(words)):
        if words[at] is BREAK or role(words[at]) in {"no", "daire", "kat"}:
            return None
        if closes(words, at):
            return role(words[at])
    return None


def districts(words: list[Token], within: str) -> Iterator[Mention]:
    table = places()
    named = {table.province(gram) for _start, _end, gram in grams(words)}
    for start, end, gram in grams(words):
        holders = table.provinces_with(gram)
        weight = standing(words, start, end) if holders else 0
        for il in holders:
            if name := table.district(il, gram):
                likely = len(holders) <= _FEW or il in named
                yield Mention(start, end, name, weight or BEGINS * (likely and _parts(words, start, end, il, name)), il)
        if not within or holders or not may_be_misspelt(words, start, end):
            continue
        weight = standing(words, start, end)
        for il in table.plates if within == "*" else (within,):
            for near in nearly(gram, table.districts[il]) if weight >= BEGINS else ():
                if weight == FREE or mahalle_follows(words, end, il, near.name):
                    yield Mention(start, end, near.name, _slipped(gram, near.slips), il)


def _parts(words: list[Token], start: int, end: int, il: str, ilce: str) -> bool:
    """Whether a mahalle of the ilçe follows, and it has none that begins with this word: "Merkez Yayla Mah."."""
    whole = squeezed(mahalle_from(words, start))
    return mahalle_follows(words, end, il, ilce) and whole not in places().mahalle(il, ilce)


def provinces(words: list[Token], ilce_mentions: list[Mention], *, slipped: bool) -> Iterator[Mention]:
    table = places()
    for start, end, gram in grams(words):
        if name := table.province(gram):
            weight = FREE if words[start].slashed else standing(words, start, end)
            yield Mention(start, end, name, weight or BEGINS * mahalle_follows(words, end, name))
        elif words[start].dotted and end == start + 1 and len(gram) >= _SHORTEST:
            if standing(words, start, end) == FREE:
                beginning = words[start].key
                yield from (
                    Mention(start, end, il, SHORTENED) for il in table.plates if squeezed(il).startswith(beginning)
                )
        elif slipped and may_be_misspelt(words, start, end) and standing(words, start, end) == FREE:
            for near in nearly(gram, table.provinces):
                yield Mention(start, end, near.name, _slipped(gram, near.slips))
    yield from _plates(words, ilce_mentions)


def _slipped(gram: str, slips: int) -> int:
    return max(FREE - SLIP * (slips + (len(gram) < SHORT)), 1)


def may_be_misspelt(words: list[Token], start: int, end: int) -> bool:
    """Whether these can be a misspelt name: no number, and no word that is a place, or has a part to play, itself."""
    return all(
        word.key.isalpha() and role(word) is None and not is_said(word) and not is_place(word.word)
        for word in words[start:end]
    )


def _plates(words: list[Token], ilce_mentions: list[Mention]) -> Iterator[Mention]:
    """A plate code beside an ilçe of that il: "Palu/23", "HORASAN (25)", "05 Merkez"; never the only door number."""
    table = places()
    for place, word in enumerate(words):
        il = table.province_of_plate(word.word) if len(word.word) == 2 and word.word.isdigit() else None
        if il is None or role(words[place - 1]):
            continue
        if leads_to_name(words, place + 1) and not mahalle_follows(words, place + 1, il):
            continue  # "71 Deprem Mah.", "19 Mayıs Cad."
        code = Mention(place, place + 1, il, PLATE)
        door = word.slashed or word.word.startswith("0") or _has_door(words, place)
        if door and any(each.il == il and each.score and beside(words, code, each) for each in ilce_mentions):
            yield code


def _has_door(words: list[Token], but: int) -> bool:
    """Whether another number is the door's: after "no", or bare after the name of a road or a building."""
    return any(
        place != but
        and is_number(word)
        and (role(words[place - 1]) == "no" or naming(words[place - 1]) or "/" in word.word)
        for place, word in enumerate(words)
    )
