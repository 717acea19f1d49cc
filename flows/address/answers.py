"""An address completed part by part: what a sender answers when one part is missing, disputed or not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from flows.address.address import UNREADABLE, address_of, check, read_address, read_foreign, readable
from flows.address.check import MISSING, UNREAD
from flows.address.countries import UNNAMED, country_code, named_country
from flows.address.lines import LINE_LONGEST
from flows.address.places import places
from flows.address.reading.message import cleaned
from flows.address.reading.parsing import read_parts
from flows.address.values import Address, Kind, Problem, Reading
from flows.words.digits import ascii_digits
from flows.words.text import Text, Verbatim, text
from flows.words.turkish import fold, title

__all__ = ["OUT", "complete", "corrected", "place_unread"]

OUT = "out"
"""Where a part goes that has no place on the envelope."""
_NONE = frozenset({"yok", "no yok", "numara yok", "numarasi yok", "kapi numarasi yok", "kapi no yok", "numarasiz"})
_NONE |= {"none", "no number", "there is none"}
_UNKNOWN = _NONE | {"bilmiyorum", "bilmem", "unknown", "i do not know", "posta kodu yok", "posta kodunu bilmiyorum"}
"""What is said of a postcode: an address is good without it."""


def complete(address: Address, field: str, typed: str) -> Reading:
    """The address with one missing or disputed part answered, checked as a whole again.

    field: a `Problem.field` or one of its choices. A whole address typed instead of a part replaces it. What cannot be
    the part leaves the address as it was, and its first problem says so.
    """
    said = readable(typed)
    if not said:
        return _refused(address, field, UNREADABLE)
    said = cleaned(said).words.strip()
    if address.country == UNNAMED:
        return _in_country(address, said)
    if field == "foreign_lines" or address.country != "TR":
        named = named_country(said)
        return read_foreign(named.rest if named else said, address.name, named.code if named else address.country)
    whole = read_address(typed, address.name)
    if whole.address.country != "TR" or not whole.blocking or field == "whole":
        return whole
    answer = _ANSWERS.get(field, _street)(address, said)
    return _refused(address, field, answer) if isinstance(answer, Text) else check(answer)


def corrected(address: Address, typed: str) -> Reading | None:
    """The address with one part changed that a message names by itself; None where it names none, or another place."""
    said = readable(typed)
    if not said or address.country != "TR":
        return None
    found = read_parts(cleaned(said).words, il=address.il, name=address.name)
    if found.organisation or found.unread:
        return None
    if found.mahalle.endswith(ENDINGS) or found.street:
        return complete(address, "street", typed)
    given = {part: value for part in _SMALL if (value := getattr(found, part))}
    if found.ilce and not given.keys() - {"postcode"}:
        given["ilce"] = found.ilce
    return check(replace(address, **given)) if given else None


ENDINGS = ("Mah.", "Köyü", "Beldesi")
_SMALL = ("number", "floor", "flat", "postcode")


def _refused(address: Address, field: str, why: Text) -> Reading:
    rest = tuple(problem for problem in check(address).problems if problem.field != field)
    return Reading(address, (Problem(Kind.UNREADABLE, why, field), *rest))


def _in_country(address: Address, typed: str) -> Reading:
    """The lines of an address without a country, now that its country is named, or the whole of it is typed anew."""
    lines = "\n".join(address.foreign_lines)
    code = country_code(typed)
    if code == "TR":
        return check(address_of(read_parts(lines, name=address.name), address.name))
    if code:
        return read_foreign(lines, address.name, code)
    again = read_address(typed, address.name)
    if again.address.country != UNNAMED and (again.address.il or again.address.foreign_lines):
        return again
    words = text(
        "address",
        "We could not find this country: {country}. Could you please write its name only? Example: Germany",
        country=Verbatim(typed[:LINE_LONGEST]),
    )
    return Reading(address, (Problem(Kind.UNREADABLE, words, "country"),))


def _number(address: Address, typed: str) -> Address | Text:
    if fold(typed).strip(" .!") in _NONE:
        return replace(address, numberless=True)
    found = read_parts(typed if re.search(r"\bno", typed, re.IGNORECASE) else f"no {typed}")
    if found.numberless:
        return replace(address, numberless=True)
    if not found.number:
        return MISSING["number"]
    return replace(
        address,
        number=found.number,
        floor=found.floor or address.floor,
        flat=found.flat or address.flat,
        numberless=False,
    )


def _postcode(address: Address, typed: str) -> Address | Text:
    digits = re.findall(r"\d+", ascii_digits(typed))
    if len("".join(digits)) == 5:
        return replace(address, postcode="".join(digits))
    if fold(typed).strip(" .!") in _UNKNOWN:
        return replace(address, postcode="")
    return text("address", "A postcode has five digits. Could you please write only the postcode? Example: 34710")


def _ilce(address: Address, typed: str) -> Address | Text:
    """An ilçe, with its il or without; an il is an answer too, where that was not known."""
    found = read_parts(typed, il=address.il)
    if not found.ilce and address.il:
        found.ilce = places().district_nearly(address.il, typed) or ""
    if not found.ilce and not found.il:
        found = read_parts(typed)
    if found.ilce or (found.il and not address.il):
        return replace(address, ilce=found.ilce or address.ilce, il=found.il or address.il)
    if not address.il:
        return MISSING["ilce"]
    return text(
        "address",
        "This province has no such district. Province: {province}. District: {district}. Could you please check the"
        " district? Example: Kadıköy",
        province=address.il,
        district=Verbatim(typed[:LINE_LONGEST]),
    )


def _il(address: Address, typed: str) -> Address | Text:
    found = read_parts(typed)
    il = places().province(typed) or found.il or places().province_of_plate(typed.strip()) or ""
    il = il or places().province_nearly(typed) or ""
    if not il:
        return text(
            "address",
            "We could not find this province: {province}. Could you please write its name only? Example: İstanbul",
            province=Verbatim(typed[:LINE_LONGEST]),
        )
    ilce = (found.ilce if found.il == il else "") or places().district(il, address.ilce) or ""
    return replace(address, il=il, ilce=ilce)


def _street(address: Address, typed: str) -> Address | Text:
    """The part of the envelope's street line: mahalle, street, building, number."""
    found = read_parts(typed, il=address.il)
    if not (found.mahalle or found.street or found.building or found.organisation):
        return MISSING["street"]
    read = address_of(found, address.name)
    return replace(
        read,
        mahalle=read.mahalle or address.mahalle * (not address.street),
        organisation=read.organisation or address.organisation,
        landmark=read.landmark or address.landmark,
        il=address.il,
        ilce=address.ilce,
        postcode=read.postcode or address.postcode,
        number=read.number or address.number,
        floor=read.floor or address.floor,
        flat=read.flat or address.flat,
        numberless=read.numberless or address.numberless,
        unread=read.unread or address.unread,
    )


def _as_typed(part: str) -> Callable[[Address, str], Address | Text]:
    def answer(address: Address, typed: str) -> Address | Text:
        return replace(address, **{part: " ".join(typed.split())})  # type: ignore[arg-type]

    return answer


def _unread(address: Address, typed: str) -> Address | Text:
    """Words typed instead of a tap: where the part belongs, or the part as it should have been."""
    words = fold(typed).strip(" .!")
    if where := _WHERE.get(words):
        return place_unread(address, where)
    found = read_parts(typed, il=address.il, name=address.name)
    if not found.unread and (found.mahalle or found.street or found.building or found.number):
        read = address_of(found, address.name)
        given = {name: value for name in _PARTS if (value := getattr(read, name)) and not getattr(address, name)}
        return replace(address, unread=(), **given)
    return UNREAD


_PARTS = ("mahalle", "street", "building", "organisation", "landmark", "number", "floor", "flat")
_WHERE: Mapping[str, str] = {
    "sokak": "street", "street": "street", "adresten cikar": OUT, "cikar": OUT, "sil": OUT, "leave it out": OUT,
    "posta kodu": "postcode", "postcode": "postcode",
}  # fmt: skip
_ANSWERS: Mapping[str, Callable[[Address, str], Address | Text]] = {
    "number": _number,
    "postcode": _postcode,
    "ilce": _ilce,
    "il": _il,
    "unread": _unread,
    "mahalle": _as_typed("mahalle"),
    "organisation": _as_typed("organisation"),
    "landmark": _as_typed("landmark"),
    "building": _as_typed("building"),
}


def place_unread(address: Address, where: str) -> Address:
    """The part that was not understood, put where the sender says: into the street's line, out of the address."""
    parts, rest = address.unread, replace(address, unread=())
    if not parts and not re.fullmatch(r"\d{5}", address.postcode):
        parts, rest = (address.postcode,), replace(rest, postcode="")
    if where == OUT:
        return rest
    if where == "postcode":
        return replace(rest, postcode=" ".join(parts))
    numbers = [part for part in parts if re.fullmatch(r"\d{1,5}\w?", part)]
    if numbers and not rest.number:
        rest, parts = replace(rest, number=numbers[0]), tuple(part for part in parts if part != numbers[0])
    street = ", ".join(part for part in (rest.street, *map(title, parts)) if part)
    return replace(rest, street=street)
