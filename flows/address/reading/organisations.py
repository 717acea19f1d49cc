"""Institutions and go-betweens in an address: hospitals, schools, barracks, prisons, with ward, class, room or cell."""

from __future__ import annotations

import re

from flows.address.places import is_place, places
from flows.address.reading.abbreviations import BREAK, Token, is_number, naming, role, titled
from flows.address.reading.directions import is_direction

__all__ = ["take_organisations"]

_ENDS = frozenset(
    """
    hastanesi hastane universitesi fakultesi fakulte enstitusu yuksekokulu dekanligi rektorlugu kampusu yerleskesi
    yurdu ogrenciyurdu kyk cezaevi infaz kurumu cik tutukevi komutanligi kislasi taburu bolugu tugayi alayi birligi
    karakolu garnizonu mudurlugu baskanligi bakanligi belediyesi kaymakamligi valiligi konsoloslugu buyukelciligi okulu
    lisesi ilkokulu ortaokulu koleji anaokulu kresi huzurevi bakimevi camii oteli oto fabrikasi ltd sti vakfi dernegi
    dershanesi adliyesi noterligi ptt postanesi odasi poliklinigi ocagi bolumu misafirhanesi lojmanlari universite
    yurt kligi
    """.split()  # noqa: SIM905 - a table to read
)
_UNITS = frozenset(
    """
    oda odasi kogus kogusu servis servisi bolum bolumu yatak sinif sinifi sube subesi tabur taburu boluk bolugu takim
    takimi manga tugay tugayi alay alayi birim birimi klinik klinigi poliklinik kat koridor blok blogu no
    """.split()  # noqa: SIM905 - a table to read
)
"""Parts of an institution: "3. Servis", "Oda No 12", "2. Tabur 3. Bölük", "3-B sınıfı", "B Blok"."""
_CELL = re.compile(r"[a-z]{1,2}-?\d{1,3}|\d{1,3}-?[a-z]")
_PRISONS = frozenset({"cezaevi", "kurumu", "cik", "tutukevi"})
_THROUGH = {
    "eliyle": "eliyle", "vasitasiyla": "vasıtasıyla", "vasitasiyle": "vasıtasıyla", "araciligiyla": "aracılığıyla",
    "araciligiyle": "aracılığıyla", "nezdinde": "nezdinde", "dikkatine": "dikkatine",
}  # fmt: skip
"""What follows a go-between's name, and how it is written: the letter is handed over by this person."""
_NAME_SHORTEST, _NAME_LONGEST = 2, 4


def take_organisations(words: list[Token]) -> list[str]:
    """Every institution and go-between as one name each, from its first word to its last ward; they become breaks."""
    found: list[str] = []
    place = 0
    while place < len(words):
        if words[place].key in _THROUGH:
            start = max(_beginning(words, place), place - _NAME_LONGEST)
            while place - start > _NAME_SHORTEST and is_place(words[start].word):
                start += 1
            found.append(f"{titled(words[start:place])} {_THROUGH[words[place].key]}".strip())
            words[start : place + 1] = [BREAK] * (place + 1 - start)
        elif _ends_name(words, place):
            start, end = _beginning(words, place), _end(words, place)
            found.append(titled(word for word in words[start : end + 1] if word is not BREAK))
            words[start : end + 1] = [BREAK] * (end + 1 - start)
            place = end
        place += 1
    return [name for name in found if name]


def _ends_name(words: list[Token], place: int) -> bool:
    """Whether an institution's name ends here; not "Cezaevi Cad." and not "hastanesi karşısı"."""
    word = words[place]
    if word.key.replace(".", "") not in _ENDS or word.colon or word.named:  # "Camii Kebir Mah."
        return False
    return not (naming(words[place + 1]) or any(map(is_direction, _rest(words, place)[:3])))


def _rest(words: list[Token], place: int) -> list[Token]:
    """What follows in the same part."""
    return words[place + 1 : words.index(BREAK, place)]


def _beginning(words: list[Token], place: int) -> int:
    start = place
    while start > 0 and not _ends_part(words, start - 1):
        start -= 1
    return start


def _ends_part(words: list[Token], place: int) -> bool:
    word = words[place]
    if word is BREAK or naming(word):
        return True
    return is_number(word) and place > 0 and role(words[place - 1]) in {"no", "daire", "kat"}


def _end(words: list[Token], place: int) -> int:
    """The last word of the institution: further institutions, wards and rooms behind it belong to it."""
    end, ahead = place, place + 1
    while words[ahead] is not BREAK and role(words[ahead]) not in {"mahalle", "cadde", "sokak", "bulvar"}:
        if _ends_name(words, ahead):
            end = ahead
        ahead += 1
    while True:
        further = _unit(words, end + 1)
        if further == end + 1 and words[further] is BREAK:
            behind = end + 2
            while behind < len(words) and (following := _unit(words, behind)) > behind:
                behind = following  # a line of wards alone: "2. Tabur 3. Bölük"
            further = behind if end + 2 < behind < len(words) and words[behind] is BREAK else end + 1
        if further == end + 1:
            return end
        end = further - 1


def _unit(words: list[Token], place: int) -> int:
    """Where a ward, a room or a cell that begins here ends; the same place when none does."""
    word = words[place]
    if word is BREAK:
        return place
    following = words[place + 1] if place + 1 < len(words) else BREAK
    numbered = is_number(word) or bool(_CELL.fullmatch(word.key)) or len(word.word) == 1 or word.word.isdigit()
    if numbered and following.key in _UNITS - {"no"}:
        return place + 2
    if word.key in _UNITS and role(word) != "no":
        end = place + 1
        if words[end].key in {"no", "nu", "numara"} and words[end + 1] is not BREAK:
            end += 1
        if words[end] is not BREAK and (
            is_number(words[end]) or _CELL.fullmatch(words[end].key) or words[end].word.isdigit()
        ):
            return end + 1
        return place + 1 if word.key.endswith(("i", "u")) else place
    if words[place - 1].key in _PRISONS and (
        _CELL.fullmatch(word.key) or (len(word.word) == 1 and is_number(following))
    ):
        return place + 1 + (len(word.word) == 1)
    if following.key in _UNITS and following.key.endswith(("i", "u")) and not places().province(word.word):
        return place + 2  # "Dahiliye Servisi", "Ortopedi Kliniği"
    return place
