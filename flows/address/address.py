"""The addressee's address: read from one message, and checked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from flows.address.check import check
from flows.address.countries import NORTHERN_CYPRUS, NORTHERN_TOWNS, UNNAMED, named_country, without_flags
from flows.address.foreign import foreign_address
from flows.address.lines import LINE_LONGEST, LINES_LIMIT, fits, is_prison, lines
from flows.address.places import only_ilce, squeezed
from flows.address.reading.abbreviations import naming, role, tokens
from flows.address.reading.message import cleaned, several, without_name
from flows.address.reading.neighbourhood import divided
from flows.address.reading.parsing import Found, read_parts
from flows.address.values import Address, Kind, Problem, Reading
from flows.input.contact import read_name
from flows.input.manuscript import has_forbidden
from flows.words.text import Text, Verbatim, text
from flows.words.turkish import fold

__all__ = [
    "LINES_LIMIT",
    "LINE_LONGEST",
    "TYPED_LONGEST",
    "Address",
    "Kind",
    "Problem",
    "Reading",
    "address_of",
    "check",
    "fits",
    "is_prison",
    "lines",
    "name_and_address",
    "read_address",
    "read_foreign",
    "readable",
    "which",
]

TYPED_LONGEST = 600
"""No address is longer; above it, something else was pasted."""


def readable(typed: str) -> str | None:
    """A message as it is read, None where it cannot hold an address."""
    typed = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\t", " ").strip()
    return None if len(typed) > TYPED_LONGEST or has_forbidden(typed.replace("\n", " ")) else typed


def read_address(typed: str, name: str, country: str = "TR") -> Reading:
    """The address in a message, whatever its order, with everything that is missing or contradicts itself.

    typed: one message, one line or several. name: the addressee, as `contact.read_name` returned it.
    country: ISO code; a foreign country that the message names wins over TR.
    """
    whole = readable(typed)
    if whole is None:
        return Reading(Address(country=country, name=name), (_unreadable(),))
    clean = cleaned(whole)
    words = without_name(clean.words, name)
    if country != "TR":
        return replace(read_foreign(words, name, country), taken=clean.taken)
    if abroad := named_country(words):
        return replace(read_foreign(abroad.rest, name, abroad.code), taken=clean.taken)
    words = without_flags(words)
    for choice in several(words):
        readings = [_read(one, name) for one in choice] if len(choice) > 1 else []
        if readings and all(_stands_alone(each.address) for each in readings):
            candidates = tuple(each.address for each in readings)
            return Reading(candidates[0], (which(candidates),), clean.taken, candidates)
    repeated = several(words)[0]
    reading = _read(repeated[0] if len(repeated) == 1 else words, name)
    return replace(reading, taken=(*clean.taken, *reading.taken))


def name_and_address(typed: str) -> tuple[str, str] | None:
    """The addressee and their address, where one message holds both: the name first, or last, or without a comma."""
    whole = readable(typed)
    if whole is None:
        return None
    parts = re.split(r"\s*[\n,]\s*", whole)
    for name, rest in ((parts[0], whole[len(parts[0]) :]), (parts[-1], whole[: len(whole) - len(parts[-1])])):
        said = read_name(_BEFORE_NAME.sub("", name))
        if len(parts) > 1 and isinstance(said, str) and _is_person(said) and _names_a_place(rest):
            return said, rest.strip(" ,\n")
    reading = read_address(whole, "")
    first = next(iter(reading.address.unread), "")
    if first and fold(whole).startswith(fold(first)) and len(first.split()) in (2, 3):
        said = read_name(whole[: len(first)])
        if isinstance(said, str) and _names_a_place(whole[len(first) :]):
            return said, whole[len(first) :].strip()
    return None


_BEFORE_NAME = re.compile(r"^\W*(?:al[ıi]c[ıi]|kime|say[ıi]n|sn\.?|isim|ad soyad)\b\s*:?\s*", re.IGNORECASE)


def _is_person(name: str) -> bool:
    """Whether these words can be somebody: no ending of a road or a building, no institution, not places alone."""
    words = tokens(name)
    found = read_parts(name)
    return not any(map(role, words)) and not found.organisation and bool(found.unread)


def _names_a_place(typed: str) -> bool:
    found = read_address(typed, "").address
    named = found.mahalle or found.street or found.organisation or found.number
    return bool(found.foreign_lines or found.il or (found.ilce and named))


def read_foreign(typed: str, name: str, country_code: str) -> Reading:
    """An address outside Türkiye, its lines as typed; country_code is ISO 3166-1, such as "DE", "" where a line names
    the country."""
    named = None if country_code else named_country(typed)
    return check(foreign_address(named.rest if named else typed, name, named.code if named else country_code))


def _read(typed: str, name: str) -> Reading:
    found = read_parts(typed, name=name)
    if not found.il and not found.ilce and any(squeezed(each) in NORTHERN_TOWNS for each in found.unread):
        return check(foreign_address(typed, name, NORTHERN_CYPRUS))
    if _looks_foreign(typed, found):
        return check(foreign_address(typed, name, UNNAMED))
    address, notes = address_of(found, name), tuple(found.notes)
    ways = _two_ways(address)
    return Reading(ways[0], (which(ways),), notes, ways) if ways else replace(check(address), taken=notes)


def _two_ways(address: Address) -> tuple[Address, ...]:
    """Both readings of an address whose mahalle may begin with its ilçe; () for one that says its ilçe."""
    other = None if address.ilce else divided(address.mahalle, address.il)
    if other is None:
        return ()
    bare = address.mahalle.rpartition(" ")[0]
    return replace(address, ilce=other[0], mahalle=other[1]), replace(address, ilce=only_ilce(address.il, bare))


_STRANGE_LETTER = re.compile(r"[^\W\d_a-zA-ZçğıöşüâîûÇĞİÖŞÜÂÎÛ]")


def _looks_foreign(typed: str, found: Found) -> bool:
    """It has a postcode, or letters that Turkish lacks, and no word of it is one of our addresses'."""
    if not found.unread or not (re.search(r"\d{4}", typed) or _STRANGE_LETTER.search(typed)):
        return False
    words = tokens(typed)
    said = {squeezed(word.word) for word in words}
    named = bool({squeezed(found.il), squeezed(found.ilce)} & said - {""})
    return not named and not any(naming(word) or role(word) in {"no", "daire", "kat"} for word in words)


def _stands_alone(address: Address) -> bool:
    return bool((address.il or address.ilce) and (address.mahalle or address.street) and address.number)


def address_of(found: Found, name: str) -> Address:
    """The parts of a message as an address."""
    return Address(
        name=name,
        organisation=", ".join(found.organisation),
        landmark=", ".join(found.landmark),
        mahalle=found.mahalle,
        street=", ".join(found.street),
        building=", ".join(found.building),
        number=found.number,
        floor=found.floor,
        flat=found.flat,
        postcode=found.postcode,
        ilce=found.ilce,
        il=found.il,
        numberless=found.numberless,
        unread=tuple(found.unread),
    )


def _unreadable() -> Problem:
    return Problem(Kind.UNREADABLE, UNREADABLE, "street")


UNREADABLE: Text = text(
    "address",
    "We could not read an address in this. Could you please type it in one message?"
    " Example: Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İstanbul",
)


def which(candidates: tuple[Address, ...]) -> Problem:
    """The question which of several addresses is meant."""
    shown = "\n".join(
        f"{n}. {', '.join(lines(replace(each, name=''))).strip(', ')}" for n, each in enumerate(candidates, 1)
    )
    one_door = len({(each.street, each.number, each.il) for each in candidates}) == 1
    question = _TWO_WAYS if one_door else _TWO_ADDRESSES
    return Problem(Kind.SEVERAL, replace(question, values={"addresses": Verbatim(shown)}), "whole")


_TWO_ADDRESSES = text(
    "address", "This message has more than one address in it. Which one should the letter go to?\n{addresses}"
)
_TWO_WAYS = text("address", "This address can be read in two ways. Which one is right?\n{addresses}")
