"""Where a Turkish letter can go: the 81 il, their 973 ilçe, postcodes and mahalle, found however they are typed."""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from zlib import crc32, decompressobj

from flows.words.edit_distance import slips
from flows.words.turkish import fold

__all__ = [
    "MERKEZ",
    "Near",
    "Places",
    "is_mahalle_somewhere",
    "is_place",
    "nearly",
    "nearly_among",
    "only_ilce",
    "places",
    "squeezed",
]

MERKEZ = "Merkez"
"""The central ilçe: 51 il have one of this name, so it never tells the il."""

_PROVINCE_ALIASES = {
    "Afyon": "Afyonkarahisar", "Antep": "Gaziantep", "G.antep": "Gaziantep", "Maraş": "Kahramanmaraş",
    "K.maraş": "Kahramanmaraş", "Urfa": "Şanlıurfa", "Ş.urfa": "Şanlıurfa", "İçel": "Mersin", "İst": "İstanbul",
    "Ank": "Ankara", "İzm": "İzmir", "Ant": "Antalya", "Brs": "Bursa", "D.bakır": "Diyarbakır",
    "E.şehir": "Eskişehir", "B.kesir": "Balıkesir", "Ç.kale": "Çanakkale", "A.karahisar": "Afyonkarahisar",
}  # fmt: skip
_DISTRICT_ALIASES = {
    ("İstanbul", "Eyüp"): "Eyüpsultan", ("İstanbul", "G.O.P."): "Gaziosmanpaşa", ("Ankara", "Kazan"): "Kahramankazan",
    ("Bursa", "M. Kemalpaşa"): "Mustafakemalpaşa", ("Samsun", "Ondokuz Mayıs"): "19 Mayıs",
    ("İstanbul", "B.çekmece"): "Büyükçekmece", ("İstanbul", "K.çekmece"): "Küçükçekmece",
    ("İstanbul", "Gaziosman Paşa"): "Gaziosmanpaşa",
}  # fmt: skip
_ONE_SLIP, _TWO_SLIPS = 4, 7
"""How long a name must be for one slip, or two, to be forgiven: shorter ones are too close to each other (Of, Çan)."""


@lru_cache(2048)
def squeezed(words: str) -> str:
    """The folded key without spaces and dots: "Büyük Çekmece" and "büyükçekmece" are one place."""
    return fold(words).replace(" ", "").replace(".", "").replace("-", "").replace("'", "").replace("’", "")


@dataclass(frozen=True, slots=True)
class Near:
    """A name that lies some slips of the finger from what was typed."""

    name: str
    slips: int


@lru_cache(2048)
def _letters(key: str) -> int:
    """Which letters occur, one bit each: two names that differ in many are not compared letter by letter."""
    bits = 0
    for letter in key:
        bits |= 1 << (ord(letter) & 31)
    return bits


def nearly(typed: str, names: Mapping[str, str]) -> list[Near]:
    """The nearest of the names by restricted edit distance, those with as many slips; [] when none is near enough.

    names: squeezed key -> name, as `Places` keeps them.
    """
    key = squeezed(typed)
    bits, length, found = _letters(key), len(key), []
    for known, name in names.items() if length >= _ONE_SLIP else ():
        most = 2 if len(known) >= _TWO_SLIPS else 1
        if abs(len(known) - length) > most or (bits ^ _letters(known)).bit_count() > 2 * most or len(known) < _ONE_SLIP:
            continue
        if (distance := slips(key, known)) <= most:
            found.append(Near(name, distance))
    least = min((near.slips for near in found), default=0)
    return list({near.name: near for near in found if near.slips == least}.values())


def nearly_among(key: str, keys: Iterable[str]) -> bool:
    """Whether a key lies a slip or two away from one of many: long names only, others are too close to each other."""
    most = 2 if len(key) >= _TWO_SLIPS else 1 if len(key) > _ONE_SLIP else 0
    letters = set(key)
    return any(
        abs(len(known) - len(key)) <= most
        and len(letters.symmetric_difference(known)) <= 2 * most
        and slips(key, known) <= most
        for known in keys
    )


@dataclass(frozen=True, slots=True)
class Places:
    """The table of postcodes, looked at from every side. Names are in the official spelling, keys `squeezed`."""

    by_postcode: Mapping[str, tuple[str, str]]
    plates: Mapping[str, str]
    provinces: Mapping[str, str]
    districts: Mapping[str, Mapping[str, str]]
    holders: Mapping[str, tuple[str, ...]]
    members: Mapping[str, bytes]

    def province(self, typed: str) -> str | None:
        """The il of a typed name ("istanbul", "K.Maraş"), None when there is none."""
        return self.provinces.get(squeezed(typed))

    def province_of_plate(self, plate: str) -> str | None:
        """The il of a plate code, from "01" to "81"; None for another number."""
        return next((il for il, known in self.plates.items() if known == plate), None)

    def province_of_postcode(self, postcode: str) -> str | None:
        """The il whose plate code starts the postcode; None when no il has it."""
        return self.province_of_plate(postcode[:2])

    def district(self, il: str, typed: str) -> str | None:
        """The ilçe of an il by a typed name, None when that il has none of this name."""
        return self.districts[il].get(squeezed(typed))

    def district_nearly(self, il: str, typed: str) -> str | None:
        """The one ilçe of an il a slip or two away from a typed name ("Kadkıöy"), None when none or several are."""
        near = nearly(typed, self.districts[il])
        return near[0].name if len(near) == 1 else None

    def province_nearly(self, typed: str) -> str | None:
        """The one il a slip or two away from a typed name, None when none or several are."""
        near = nearly(typed, self.provinces)
        return near[0].name if len(near) == 1 else None

    def provinces_with(self, typed: str) -> tuple[str, ...]:
        """Every il that has an ilçe of this name: ("Balıkesir", "Van") for Edremit."""
        return self.holders.get(squeezed(typed), ())

    def mahalle(self, il: str, ilce: str = "") -> Mapping[str, str]:
        """The mahalle and villages of an ilçe, or of a whole il: key -> official name, without its ending."""
        wanted = [(il, ilce)] if ilce else [(il, one) for one in dict.fromkeys(self.districts[il].values())]
        found: dict[str, str] = {}
        for place in wanted:
            for key, name in _names(*place):
                found.setdefault(key, name)
        return found

    def names(self, il: str) -> Iterator[tuple[str, str, list[str]]]:
        """(ilçe, postcode, names) of an il, as the table has them: "Andıkara (akpınar Köyü)"."""
        for line in gzip.decompress(self.members[il]).decode().splitlines():
            _plate, _il, ilce, postcode, names = line.split("\t")
            yield ilce, postcode, names.split(";")


GZIP = 31
"""How zlib is told that a member has gzip's head and foot."""
_ENDINGS = (" Köyü", " Beldesi", " Köy")
_KEY = {ord(sign): fold(sign) for sign in "ABCÇDEFGĞHIİJKLMNOÖPQRSŞTUÜVWXYZçğıöşüâîûÂÎÛ"} | dict.fromkeys(
    map(ord, " .-'’/,")
)
"""What `squeezed` does, for the letters of the table: ten times as fast."""


@lru_cache(2)
def _unpacked(il: str) -> tuple[tuple[str, str, list[str]], ...]:
    return tuple(places().names(il))


@lru_cache(16)
def _names(il: str, ilce: str) -> tuple[tuple[str, str], ...]:
    """(key, name) of everything in an ilçe that can stand before "Mah." or "Köyü"."""
    found: dict[str, str] = {}
    for place, _postcode, names in _unpacked(il):
        if place != ilce:
            continue
        for part in (part for name in names for part in name.replace(")", "").replace("  ", " ").split(" (")):
            found.setdefault(part.translate(_KEY), part)
            ending = next(filter(part.endswith, _ENDINGS), "") if " Kö" in part or " Be" in part else ""
            if ending:
                bare = part.removesuffix(ending)
                found.setdefault(bare.translate(_KEY), bare)
    return tuple(found.items())


@cache
def _every_key() -> array[int]:
    """The checksums of all names' keys, sorted: a number each, where the names would take ten times the memory."""
    sums = array("I")
    for il, ilces in places().districts.items():
        for ilce in dict.fromkeys(ilces.values()):
            sums.extend(crc32(key.encode()) for key, _name in _names.__wrapped__(il, ilce))
    return array("I", sorted(set(sums)))


def is_place(name: str) -> bool:
    """Whether an il or an ilçe is called so."""
    return bool(places().province(name) or places().provinces_with(name))


def only_ilce(il: str, mahalle: str) -> str:
    """The one ilçe of an il that has a mahalle of this name, "" where none or several have."""
    key, table = squeezed(mahalle), places()
    holders = [ilce for ilce in dict.fromkeys(table.districts[il].values()) if key in table.mahalle(il, ilce)]
    return holders[0] if len(holders) == 1 else ""


@lru_cache(1024)
def is_mahalle_somewhere(typed: str) -> bool:
    """Whether any ilçe has a mahalle or a village of this name."""
    wanted, known = crc32(squeezed(typed).encode()), _every_key()
    place = bisect_left(known, wanted)
    return place < len(known) and known[place] == wanted


@cache
def places() -> Places:
    """The places of Türkiye, read once from data/postcodes.tsv.gz; the names of mahalle stay packed until asked for."""
    packed = resources.files("flows.data").joinpath("postcodes.tsv.gz").read_bytes()
    plates: dict[str, str] = {}
    districts: dict[str, dict[str, str]] = {}
    by_postcode: dict[str, tuple[str, str]] = {}
    members: dict[str, bytes] = {}
    while packed:
        one = decompressobj(wbits=GZIP)
        for line in one.decompress(packed).decode().splitlines():
            plate, il, ilce, postcode, _names = line.split("\t")
            plates[il] = plate
            districts.setdefault(il, {})[squeezed(ilce)] = ilce
            by_postcode[postcode] = il, ilce
        members[il] = packed[: len(packed) - len(one.unused_data)]
        packed = one.unused_data
    for (il, alias), ilce in _DISTRICT_ALIASES.items():
        districts[il][squeezed(alias)] = ilce
    provinces = {squeezed(il): il for il in plates} | {squeezed(k): il for k, il in _PROVINCE_ALIASES.items()}
    holders: dict[str, tuple[str, ...]] = {}
    for il in plates:
        for key in districts[il]:
            holders[key] = (*holders.get(key, ()), il)
    return Places(
        MappingProxyType(by_postcode),
        MappingProxyType(plates),
        MappingProxyType(provinces),
        MappingProxyType(districts),
        MappingProxyType(holders),
        MappingProxyType(members),
    )
