"""Which il and ilçe an address names: the last mention that is no part of a street's name, helped by the postcode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.address.abbreviations import BREAK, Token, is_number, naming, role
from flows.address.places import MERKEZ, Places, places, squeezed
from flows.words.turkish import title

__all__ = ["take_place"]


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words start..end name a place; `inside` when they may be the beginning of a street's or a mahalle's name."""

    start: int
    end: int
    name: str
    inside: bool


def take_place(words: list[Token], postcode: str, il: str = "") -> tuple[str, str]:
    """(il, ilçe) of an address, empty where not named; the words that named them become breaks.

    il: what is known already. An ilçe of another il is returned as it is, for the caller to ask about.
    """
    known = places()
    province = _province(words, known)
    if province:
        il = province.name
    il = il or _il_of_ilce(words, known, postcode)
    if not il:
        return "", _ambiguous_ilce(words, known)
    listed_il, listed_ilce = known.by_postcode.get(postcode, ("", ""))
    district = _chosen(_mentions(words, lambda typed: known.district(il, typed)), province, words, listed_ilce)
    if district is None:
        district = _misspelt(words, known, il, province)
    if district is None and listed_il != il:
        district = _of_another_il(words, known, province)
    for mention in (province, district):
        if mention:
            words[mention.start : mention.end] = [BREAK] * (mention.end - mention.start)
    if district:
        return il, district.name
    return il, listed_ilce if listed_il == il else ""


def _mentions(words: list[Token], lookup: Callable[[str], str | None]) -> list[_Mention]:
    """Every place `lookup` knows, longest first ("Büyük Çekmece"), unless it is itself a name ("Ankara Cad.")."""
    found: list[_Mention] = []
    place = 0
    while place < len(words):
        for length in (3, 2, 1):
            gram = words[place : place + length]
            if len(gram) < length or BREAK in gram or naming(words[place + length]):
                continue
            if name := lookup(" ".join(word.word for word in gram)):
                found.append(_Mention(place, place + length, name, _leads_to_name(words, place + length) is not None))
                place += length - 1
                break
        place += 1
    return found


def _leads_to_name(words: list[Token], place: int) -> str | None:
    """The role that closes the run of words after a mention: "cadde" after Fatih in "Fatih Sultan Mehmet Cad."."""
    for word in words[place:]:
        if word is BREAK or is_number(word) or role(word) in {"no", "daire", "kat"}:
            return None
        if naming(word):
            return role(word)
    return None


def _begins_run(words: list[Token], mention: _Mention) -> bool:
    """At the beginning of a part that ends in a mahalle: "kadıköy caferağa mah"; never "Fatih Sultan Mehmet Mah."."""
    before = words[mention.start - 1]
    first = (before is BREAK or naming(before)) and _leads_to_name(words, mention.end) in {"mahalle", "koy"}
    return first and not (squeezed(mention.name) == "fatih" and words[mention.end].key == "sultan")


def _beside(words: list[Token], one: _Mention, other: _Mention | None) -> bool:
    """Next to each other, with nothing but breaks between them."""
    if other is None:
        return False
    left, right = sorted((one, other), key=lambda mention: mention.start)
    return left.end <= right.start and all(word is BREAK for word in words[left.end : right.start])


def _province(words: list[Token], known: Places) -> _Mention | None:
    mentions = _mentions(words, known.province)

    def with_ilce(mention: _Mention) -> bool:
        districts = _mentions(words, lambda typed: known.district(mention.name, typed))
        return any(_beside(words, mention, district) for district in districts)

    usable = [
        each
        for each in mentions
        if not each.inside or words[each.start].slashed or with_ilce(each) or _begins_run(words, each)
    ]
    return max(usable, key=lambda each: (with_ilce(each), not each.inside, each.start), default=None)


def _chosen(
    mentions: list[_Mention], province: _Mention | None, words: list[Token], listed: str = ""
) -> _Mention | None:
    """The mention beside the il, else the last one; one that may be inside a name only where something supports it.

    listed: the ilçe of the postcode, such a support ("34710 kadıköy moda cad no 2").
    """
    free = [each for each in mentions if province is None or each.end <= province.start or each.start >= province.end]
    usable = [
        each
        for each in free
        if not each.inside or each.name == listed or _beside(words, each, province) or _begins_run(words, each)
    ]
    return max(usable, key=lambda each: (_beside(words, each, province), not each.inside, each.start), default=None)


def _il_of_ilce(words: list[Token], known: Places, postcode: str) -> str:
    """No il is written: the plate's il if an ilçe of it is named, the only il with such an ilçe, or the plate's il."""
    plate = known.province_of_postcode(postcode) if postcode else None
    if plate and _chosen(_mentions(words, lambda typed: known.district(plate, typed)), None, words):
        return plate

    def only(typed: str) -> str | None:
        found = known.provinces_with(typed)
        return found[0] if len(found) == 1 else None

    unique = _chosen(_mentions(words, only), None, words)
    return unique.name if unique else plate or ""


def _ambiguous_ilce(words: list[Token], known: Places) -> str:
    """An ilçe that several il have (Edremit): kept, so that only the il is asked for."""
    several = _chosen(_mentions(words, lambda typed: typed if known.provinces_with(typed) else None), None, words)
    if several is None or squeezed(several.name) == squeezed(MERKEZ):
        return ""
    words[several.start : several.end] = [BREAK] * (several.end - several.start)
    return title(several.name)


def _misspelt(words: list[Token], known: Places, il: str, province: _Mention | None) -> _Mention | None:
    """A word beside the il that is one slip away from one of its ilçe ("Kadkıöy/İstanbul")."""
    near = [each for each in _mentions(words, lambda typed: known.district_nearly(il, typed)) if not each.inside]
    return next((each for each in near if _beside(words, each, province)), None)


def _of_another_il(words: list[Token], known: Places, province: _Mention | None) -> _Mention | None:
    """A word beside the il that is an ilçe elsewhere ("Çankaya/İstanbul"): to be asked about, not printed as one."""
    known_elsewhere = _mentions(words, lambda typed: title(typed) if known.provinces_with(typed) else None)
    return next((each for each in known_elsewhere if not each.inside and _beside(words, each, province)), None)
