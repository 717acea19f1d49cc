"""Where a Turkish letter can go: the 81 il, their 973 ilçe and the postcodes of each, found however they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from flows.words.edit_distance import slips
from flows.words.turkish import fold

__all__ = ["MERKEZ", "Places", "country_code", "country_name", "places", "squeezed"]

MERKEZ = "Merkez"
"""The central ilçe: 51 il have one of this name, so it never tells the il."""

_PROVINCE_ALIASES = {
    "Afyon": "Afyonkarahisar", "Antep": "Gaziantep", "G. Antep": "Gaziantep", "Maraş": "Kahramanmaraş",
    "K. Maraş": "Kahramanmaraş", "Urfa": "Şanlıurfa", "Ş. Urfa": "Şanlıurfa", "İçel": "Mersin", "İst": "İstanbul",
    "Ank": "Ankara", "İzm": "İzmir", "Hakkâri": "Hakkari",
}  # fmt: skip
_DISTRICT_ALIASES = {
    ("İstanbul", "Eyüp"): "Eyüpsultan", ("İstanbul", "G.O.P."): "Gaziosmanpaşa", ("Ankara", "Kazan"): "Kahramankazan",
    ("Bursa", "M. Kemalpaşa"): "Mustafakemalpaşa", ("Samsun", "Ondokuz Mayıs"): "19 Mayıs",
}  # fmt: skip
_LONG_ENOUGH = 5
"""Shorter names are too close to each other for one slip to be forgiven (Of, Çan, Şile)."""


def squeezed(words: str) -> str:
    """The folded key without spaces and dots: "Büyük Çekmece" and "büyükçekmece" are one place."""
    return fold(words).replace(" ", "").replace(".", "").replace("-", "")


@dataclass(frozen=True, slots=True)
class Places:
    """The table of postcodes, looked at from every side. Names are in the official spelling, keys `squeezed`."""

    by_postcode: Mapping[str, tuple[str, str]]
    plates: Mapping[str, str]
    provinces: Mapping[str, str]
    districts: Mapping[str, Mapping[str, str]]

    def province(self, typed: str) -> str | None:
        """The il of a typed name ("istanbul", "K.Maraş"), None when there is none."""
        return self.provinces.get(squeezed(typed))

    def province_of_postcode(self, postcode: str) -> str | None:
        """The il whose plate code starts the postcode; None when no il has it (plates run from 01 to 81)."""
        return next((il for il, plate in self.plates.items() if plate == postcode[:2]), None)

    def district(self, il: str, typed: str) -> str | None:
        """The ilçe of an il by a typed name, None when that il has none of this name."""
        return self.districts[il].get(squeezed(typed))

    def district_nearly(self, il: str, typed: str) -> str | None:
        """The one ilçe of an il a single slip away from a typed name ("Kadkıöy"), None when none or several are."""
        key = squeezed(typed)
        if len(key) < _LONG_ENOUGH:
            return None
        near = {
            name for known, name in self.districts[il].items() if len(known) >= _LONG_ENOUGH and slips(key, known) == 1
        }
        return near.pop() if len(near) == 1 else None

    def provinces_with(self, typed: str) -> tuple[str, ...]:
        """Every il that has an ilçe of this name: ("Balıkesir", "Van") for Edremit."""
        return tuple(il for il in self.plates if self.district(il, typed))


@cache
def places() -> Places:
    """The places of Türkiye, read once from data/postcodes.tsv."""
    plates: dict[str, str] = {}
    districts: dict[str, dict[str, str]] = {}
    by_postcode: dict[str, tuple[str, str]] = {}
    for plate, il, ilce, postcode in _rows("postcodes.tsv"):
        plates[il] = plate
        districts.setdefault(il, {})[squeezed(ilce)] = ilce
        by_postcode[postcode] = il, ilce
    for (il, alias), ilce in _DISTRICT_ALIASES.items():
        districts[il][squeezed(alias)] = ilce
    provinces = {squeezed(il): il for il in plates} | {squeezed(k): il for k, il in _PROVINCE_ALIASES.items()}
    return Places(
        MappingProxyType(by_postcode),
        MappingProxyType(plates),
        MappingProxyType(provinces),
        MappingProxyType(districts),
    )


@cache
def _countries() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """(typed key -> ISO code, ISO code -> English name)."""
    codes: dict[str, str] = {}
    english: dict[str, str] = {}
    for code, name, turkish, others in _rows("countries.tsv"):
        english[code] = name
        for known in (code, name, turkish, *others.split(",")):
            if known.strip():
                codes.setdefault(squeezed(known), code)
    return codes, english


def country_code(typed: str) -> str | None:
    """The ISO 3166-1 code of a country by its English or Turkish name, its own code or a usual short form."""
    return _countries()[0].get(squeezed(typed))


def country_name(code: str) -> str:
    """The English name of a country by its ISO code; the code itself when it is unknown."""
    return _countries()[1].get(code.upper(), code.upper())


def _rows(name: str) -> list[tuple[str, str, str, str]]:
    lines = resources.files("flows.data").joinpath(name).read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(a, b, c, d) for a, b, c, d in rows]
