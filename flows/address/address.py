"""The addressee's address: read from one message, checked, and completed part by part."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from flows.address.check import MISSING, check
from flows.address.foreign import foreign_address, last_country
from flows.address.lines import LINE_LONGEST, LINES_LIMIT, fits, is_prison, lines
from flows.address.parsing import Found, read_parts
from flows.address.places import places
from flows.address.values import Address, Kind, Problem, Reading
from flows.input.manuscript import has_forbidden
from flows.words.digits import ascii_digits
from flows.words.text import Text, Verbatim, text
from flows.words.turkish import fold

__all__ = [
    "LINES_LIMIT",
    "LINE_LONGEST",
    "Address",
    "Kind",
    "Problem",
    "Reading",
    "check",
    "complete",
    "fits",
    "is_prison",
    "lines",
    "read_address",
    "read_foreign",
]

TYPED_LONGEST = 600
"""No address is longer; above it, something else was pasted."""


def read_address(typed: str, name: str, country: str = "TR") -> Reading:
    """The address in a message, whatever its order, with everything that is missing or contradicts itself.

    typed: one message, one line or several. name: the addressee, as `contact.read_name` returned it.
    country: ISO code; a foreign country named in the last line wins over TR.
    """
    typed = unicodedata.normalize("NFC", typed).replace("\r\n", "\n").replace("\t", " ").strip()
    if len(typed) > TYPED_LONGEST or has_forbidden(typed.replace("\n", " ")):
        return Reading(Address(country=country, name=name), (_unreadable(),))
    typed = _without_name(typed, name)
    if country != "TR":
        return read_foreign(typed, name, country)
    if abroad := last_country(typed):
        return read_foreign(typed, name, abroad)
    return check(_address(read_parts(typed), name))


def read_foreign(typed: str, name: str, country_code: str) -> Reading:
    """An address outside Türkiye, its lines as typed; country_code is ISO 3166-1, such as "DE"."""
    return check(foreign_address(typed, name, country_code))


def _without_name(typed: str, name: str) -> str:
    """Without a first line that only repeats the addressee."""
    first, _break, rest = typed.partition("\n")
    said = fold(first).strip(" ,.:").removeprefix("alici").strip(" :").removeprefix("sayin ")
    return rest if said == fold(name) and rest.strip() else typed


def _address(found: Found, name: str) -> Address:
    return Address(
        name=name,
        organisation=", ".join(found.organisation),
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
    )


def _unreadable() -> Problem:
    return Problem(
        Kind.UNREADABLE,
        text(
            "address",
            "We could not read an address in this. Could you please type it in one message?"
            " Example: Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İstanbul",
        ),
        "street",
    )


def complete(address: Address, field: str, typed: str) -> Reading:
    """The address with one missing or disputed part answered, checked as a whole again.

    field: a `Problem.field` or one of its choices. A whole address typed instead of a part replaces it. What cannot be
    the part leaves the address as it was, and its first problem says so.
    """
    typed = unicodedata.normalize("NFC", typed).strip()
    if not typed or len(typed) > TYPED_LONGEST or has_forbidden(typed.replace("\n", " ")):
        return _refused(address, field, _unreadable().text)
    if field == "foreign_lines" or address.country != "TR":
        return read_foreign(typed, address.name, address.country)
    whole = read_address(typed, address.name)
    if whole.address.country == "TR" and not whole.blocking:
        return whole
    answer = {"number": _number, "postcode": _postcode, "ilce": _ilce, "il": _il}.get(field, _street)(address, typed)
    return _refused(address, field, answer) if isinstance(answer, Text) else check(answer)


def _refused(address: Address, field: str, why: Text) -> Reading:
    rest = tuple(problem for problem in check(address).problems if problem.field != field)
    return Reading(address, (Problem(Kind.UNREADABLE, why, field), *rest))


def _number(address: Address, typed: str) -> Address | Text:
    if fold(typed).strip(" .") in {"yok", "no yok", "numarasiz", "none", "no number"}:
        return replace(address, numberless=True)
    found = read_parts(typed if re.search(r"\bno", typed, re.IGNORECASE) else f"no {typed}")
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
    if fold(typed).strip(" .") in {"yok", "bilmiyorum", "none", "unknown"}:
        return replace(address, postcode="")
    return text("address", "A postcode has five digits. Could you please write only the postcode? Example: 34710")


def _ilce(address: Address, typed: str) -> Address | Text:
    found = read_parts(typed, il=address.il)
    if not found.ilce and address.il:
        found.ilce = places().district_nearly(address.il, typed) or ""
    if found.ilce:
        return replace(address, ilce=found.ilce, il=found.il)
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
    il = places().province(typed) or found.il
    if not il:
        return text(
            "address",
            "We could not find this province: {province}. Could you please write its name only? Example: İstanbul",
            province=Verbatim(typed[:LINE_LONGEST]),
        )
    ilce = found.ilce or places().district(il, address.ilce) or ""
    return replace(address, il=il, ilce=ilce)


def _street(address: Address, typed: str) -> Address | Text:
    found = read_parts(typed, il=address.il)
    if not (found.mahalle or found.street or found.building or found.organisation):
        return MISSING["street"]
    return replace(
        _address(found, address.name),
        il=address.il,
        ilce=address.ilce,
        postcode=found.postcode or address.postcode,
        number=found.number or address.number,
        floor=found.floor or address.floor,
        flat=found.flat or address.flat,
    )
