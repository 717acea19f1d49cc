"""Which il and ilçe an address names: each mention is scored with what supports it, a small margin is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from flows.address.places import MERKEZ, places, squeezed
from flows.address.reading.abbreviations import BREAK, FLOORS, Token, is_number, role
from flows.address.reading.mentions import (
    BEGINS,
    FREE,
    SHORT,
    Mention,
    beside,
    districts,
    grams,
    mahalle_follows,
    may_be_misspelt,
    overlap,
    provinces,
    standing,
)
from flows.words.turkish import title

__all__ = ["take_place"]

OF_POSTCODE, LISTED, BESIDE, MAHALLE = 3, 4, 3, 2
"""The plate that begins the postcode; the postcode's own ilçe; next to each other; a mahalle of it."""
MARGIN = 2
"""Two readings whose scores are nearer than this are one question."""
ENOUGH = 3
"""A reading with a lower score is a guess: the beginning of a street's name alone names no place."""
KNOWN = 20
"""What the sender has said before outweighs all that is read now."""


NOWHERE = Mention(0, 0, "", 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the place, with the sum of what supports it."""

    il: str
    ilce: str
    score: int
    mentions: tuple[Mention, ...] = ()


def take_place(words: list[Token], postcode: str, il: str = "") -> tuple[str, str]:
    """(il, ilçe) of an address, empty where not named; the words that named them become breaks.

    il: what is known already. An ilçe of another il is returned as it is, for the caller to ask about.
    """
    for at, word in enumerate(words):
        if word.key in {"ili", "ilcesi"}:
            words[at] = BREAK  # "Ankara ili Çankaya ilçesi Kızılay mahallesi"
    best = _best(words, postcode, il)
    if not best.il or not best.ilce:
        nearly_so = _best(words, postcode, il, within=best.il or "*")
        best = max((best, nearly_so), key=lambda each: (bool(each.il), bool(each.ilce), each.score))
    elsewhere = None if best.ilce else _of_another_il(words, best) or _unknown(words, best)
    if elsewhere:
        best = replace(best, ilce=elsewhere.name, mentions=(*best.mentions, elsewhere))
    _consume(words, best)
    return best.il, best.ilce


def _best(words: list[Token], postcode: str, il: str, within: str = "") -> Reading:
    """The reading with the highest score; where others come too near, only what they have in common.

    within: the il whose misspelt ilçe count too, "*" for any; "" where only right spellings do.
    """
    readings = sorted(_readings(words, postcode, il, within), key=lambda each: -each.score)
    if not readings or readings[0].score < ENOUGH or (within and not _founded(readings[0])):
        return Reading("", "", 0)
    best = readings[0]
    rivals = [each for each in readings if best.score - each.score < MARGIN]
    named = [each for each in rivals if any(not one.il and one.score >= FREE for one in each.mentions)]
    if len({each.il for each in rivals}) > 1 and len({each.il for each in named}) == 1:
        return named[0]  # "Çankaya/İstanbul": the il is said, the ilçe is to be asked about
    if len({each.il for each in rivals}) > 1:
        ilce = best.ilce if len({squeezed(each.ilce) for each in rivals}) == 1 else ""
        return Reading("", ilce, best.score, tuple(each for each in best.mentions if each.il))
    if len({each.ilce for each in rivals}) > 1:
        return Reading(best.il, "", best.score, tuple(each for each in best.mentions if not each.il))
    return best


def _founded(reading: Reading) -> bool:
    """Whether one mention at least is more than a short name with slips: "Lale Deniz" is not Kale, Denizli."""
    return any(mention.score >= BEGINS for mention in reading.mentions)


def _readings(words: list[Token], postcode: str, known: str, within: str) -> Iterator[Reading]:
    table = places()
    ilce_mentions = list(districts(words, known or within))
    il_mentions = list(provinces(words, ilce_mentions, slipped=within == "*"))
    of_postcode = table.province_of_postcode(postcode) if postcode else None
    listed = table.by_postcode.get(postcode, ("", ""))
    named = {each.name for each in il_mentions} | {each.il for each in ilce_mentions}
    for il in sorted(named | {of_postcode or "", known} - {""}):
        if (known and il != known) or (within not in ("", "*", il)):
            continue
        base = KNOWN * (il == known) + OF_POSTCODE * (il == of_postcode)
        of_il = [each for each in il_mentions if each.name == il] or [NOWHERE]
        in_il = [each for each in ilce_mentions if each.il == il]
        of_list = [Mention(0, 0, listed[1], 0, il)] if listed[0] == il else []
        for one, other in product(of_il, (NOWHERE, *in_il, *of_list)):
            if not (one.score or other.score or base) or overlap(one, other):
                continue
            score = base + one.score + other.score + LISTED * (bool(other.name) and (il, other.name) == listed)
            score += BESIDE * beside(words, one, other)
            if within and other.score and _has_mahalle(words, il, other.name):
                score += MAHALLE
            yield Reading(il, other.name, score, tuple(each for each in (one, other) if each.score))


def _has_mahalle(words: list[Token], il: str, ilce: str) -> bool:
    known = places().mahalle(il, ilce)
    for end, word in enumerate(words):
        if role(word) in {"mahalle", "koy"}:
            for start in range(max(end - 4, 0), end):
                if BREAK not in words[start:end] and squeezed(" ".join(one.word for one in words[start:end])) in known:
                    return True
    return False


def _of_another_il(words: list[Token], best: Reading) -> Mention | None:
    """An ilçe of another il beside this one ("Çankaya/İstanbul"): to be asked about, not printed as one."""
    if not best.il or not best.mentions:
        return None
    table = places()
    for start, end, gram in grams(words):
        if table.provinces_with(gram) and squeezed(gram) != squeezed(MERKEZ) and standing(words, start, end) == FREE:
            mention = Mention(start, end, title(gram), FREE)
            if not overlap(mention, best.mentions[0]) and beside(words, mention, best.mentions[0]):
                return mention
    return None


def _unknown(words: list[Token], best: Reading) -> Mention | None:
    """A word alone beside the il that is nothing else we know ("Gümüşhıaköy/Amasya"): the ilçe, to be asked about."""
    if not best.il or not best.mentions or best.mentions[0].score < FREE:
        return None
    for start, end, gram in grams(words):
        before = words[start - 1]
        alone = end == start + 1 and (before is BREAK or role(before) or is_number(before) or before.key in FLOORS)
        if not alone or not may_be_misspelt(words, start, end) or len(gram) <= SHORT:
            continue
        mention = Mention(start, end, title(gram), FREE)
        if not beside(words, mention, best.mentions[0]) or standing(words, start, end) != FREE:
            continue
        if squeezed(gram) not in places().mahalle(best.il):
            return mention
    return None


# Consumption ----------------------------------------------------------------------------------------------------------


def _consume(words: list[Token], best: Reading) -> None:
    """What has been understood is used up: the mentions, the same names once more, and their misspelt twins beside."""
    table = places()
    spans = [(each.start, each.end) for each in best.mentions]
    for start, end, gram in grams(words):
        same = (best.il and table.province(gram) == best.il) or (
            best.il and best.ilce and table.district(best.il, gram) == best.ilce
        )
        centre = squeezed(gram) == squeezed(MERKEZ) and _near_any(words, start, end, spans)
        if standing(words, start, end) >= (BEGINS if same else FREE) and (same or centre):
            spans.append((start, end))
    for start, end, gram in grams(words):
        if any(start < high and low < end for low, high in spans) or not may_be_misspelt(words, start, end):
            continue
        if not _near_any(words, start, end, spans) or not _misspelt(gram, best):
            continue
        weight = standing(words, start, end)
        if weight == FREE or (weight == BEGINS and mahalle_follows(words, end, best.il, best.ilce)):
            spans.append((start, end))
    for start, end in spans:
        words[start:end] = [BREAK] * (end - start)


def _misspelt(gram: str, best: Reading) -> bool:
    table = places()
    if best.il and table.province_nearly(gram) == best.il:
        return True
    return bool(best.il and best.ilce and table.district_nearly(best.il, gram) == best.ilce)


def _near_any(words: list[Token], start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(
        all(word is BREAK for word in words[min(end, high) : max(start, low)]) and (high <= start or end <= low)
        for low, high in spans
    )
