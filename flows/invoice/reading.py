"""Reads in whose name an invoice is to be from one message, and finds what of it is missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from stdnum.tr import tckimlik, vkn

from flows.address.address import name_and_address, read_address
from flows.address.reading.abbreviations import role, tokens
from flows.input.contact import read_name
from flows.invoice.company import (
    ends_title,
    is_address,
    parts_of,
    tax_number,
    tax_office,
    ten_digits,
    title_and_address,
)
from flows.invoice.party import InvoiceParty, PartyKind, valid_tax_number
from flows.words.invisible import answered
from flows.words.turkish import fold

__all__ = ["Part", "completed", "missing", "of_text", "read_company", "read_own", "read_person"]

FEWEST_WORDS = 3
"""Of an address: a road, a number, a place."""


class Part(StrEnum):
    """What an invoice cannot do without, in the order in which it is asked for."""

    NAME = "name"
    TAX_NUMBER = "tax_number"
    TAX_OFFICE = "tax_office"
    ADDRESS = "address"
    PLACE = "place"


def missing(party: InvoiceParty) -> Part | None:
    """The first part that is still to be asked for; a tax number with a wrong check digit is as good as none."""
    if not party.name:
        return Part.NAME
    if party.company and not valid_tax_number(party.tax_number):
        return Part.TAX_NUMBER
    if party.company and not party.tax_office:
        return Part.TAX_OFFICE
    if len(party.address.split()) < FEWEST_WORDS:
        return Part.ADDRESS
    if not party.il and party.country in ("TR", ""):
        return Part.PLACE
    return None


# A whole message ------------------------------------------------------------------------------------------------------


def read_own(typed: str, name: str) -> InvoiceParty:
    """The sender's own: the name is known, the message holds the address."""
    if _of_company(typed, own=True):
        return read_company(typed)
    number, rest = _citizen(_cleaned(typed))
    labelled = _labelled(parts_of(rest))
    address = ", ".join(labelled.get("address", [])) or _without(name, rest)
    other = name_and_address(address)
    if other is not None and not ends_title(other[0]):  # two names: the sender says which is meant
        name, address = "", other[1]
    return _placed(InvoiceParty(name, _joined(address), tax_number=number))


def read_person(typed: str) -> InvoiceParty:
    """Somebody's: the name comes first, or last, or is written over the address."""
    if _of_company(typed):
        return read_company(typed)
    number, rest = _citizen(_cleaned(typed))
    labelled = _labelled(parts_of(rest))
    if "name" in labelled and "address" in labelled:
        found = " ".join(labelled["name"]), ", ".join(labelled["address"])
    else:
        found = _leading_name(rest) or name_and_address(rest) or ("", rest)
    name, address = _LEADS_NAME.sub("", found[0]), _LEADS_ADDRESS.sub("", found[1].lstrip(" ,\n"))
    return _placed(InvoiceParty(_joined(name), _joined(address), tax_number=number))


def read_company(typed: str) -> InvoiceParty:
    """A company's: title, tax office, tax number and address in any order; what is not understood is no part of it."""
    number, rest = tax_number(_cleaned(typed))
    office, rest = tax_office(rest)
    parts = parts_of(rest)
    labelled = _labelled(parts)
    if "name" in labelled:
        title, address = " ".join(labelled["name"]), labelled.get("address", [])
    else:
        title, address = title_and_address(parts)
    return _placed(InvoiceParty(_joined(title), ", ".join(address), PartyKind.COMPANY, office, number))


def of_text(stored: str) -> InvoiceParty:
    """An invoice of an older version, which kept one text whose first line was the name."""
    if _of_company(stored):
        return read_company(stored)
    name, _, address = stored.partition("\n") if "\n" in stored else stored.partition(",")
    return _placed(InvoiceParty(name.strip(), _joined(address)))


# One part that was missing --------------------------------------------------------------------------------------------


def completed(party: InvoiceParty, typed: str) -> InvoiceParty:
    """With the part that was asked for; whoever writes everything once more is taken at that word."""
    words = _cleaned(typed)
    whole = read_company(words) if party.company else read_person(words)
    if missing(whole) is None and missing(party) is not Part.ADDRESS:
        return whole
    wanted = missing(party)
    return party if wanted is None else _ANSWERS[wanted](party, words)


def _named(party: InvoiceParty, words: str) -> InvoiceParty:
    name = words.replace("\n", " ") if party.company else read_name(words)
    return replace(party, name=name) if isinstance(name, str) else party


def _numbered(party: InvoiceParty, words: str) -> InvoiceParty:
    return replace(party, tax_number=tax_number(words)[0] or party.tax_number)


def _officed(party: InvoiceParty, words: str) -> InvoiceParty:
    office = tax_office(words)[0] or ("" if re.search(r"\d", words) else words)
    return replace(party, tax_office=_joined(office))


def _addressed(party: InvoiceParty, words: str) -> InvoiceParty:
    return _placed(replace(party, address=_joined(_without(party.name, words))))


def _in_place(party: InvoiceParty, words: str) -> InvoiceParty:
    """The il alone, or the whole address anew."""
    anew = _addressed(party, words)
    if missing(anew) is None and any(map(role, tokens(words))):
        return anew
    found = read_address(words, "").address
    if not found.il and found.country in ("TR", ""):
        return party
    return _placed(replace(party, address=f"{party.address}, {_joined(words)}"))


_ANSWERS: Mapping[Part, Callable[[InvoiceParty, str], InvoiceParty]] = {
    Part.NAME: _named,
    Part.TAX_NUMBER: _numbered,
    Part.TAX_OFFICE: _officed,
    Part.ADDRESS: _addressed,
    Part.PLACE: _in_place,
}


# The address ----------------------------------------------------------------------------------------------------------


def _placed(party: InvoiceParty) -> InvoiceParty:
    found = read_address(party.address, "").address if party.address else None
    if found is None:
        return party
    return replace(party, il=found.il, ilce=found.ilce, country=found.country)


def _without(name: str, party: str) -> str:
    """The address alone, where the own name was written before it all the same."""
    rest = party[len(name) :]
    own = bool(name) and fold(party).startswith(fold(name))
    return rest.lstrip(" ,;\n") if own and not rest[:1].isalnum() else party  # "Ali Can" is not the "Ali Canbaz Sok."


# Names ----------------------------------------------------------------------------------------------------------------


def _of_company(typed: str, *, own: bool = False) -> bool:
    """Whether a message speaks of a company, whoever was asked about. own: an address at work may begin with one."""
    words = _cleaned(typed)
    if vkn.is_valid(tax_number(words)[0]) and tax_office(words)[0]:
        return True
    return any(map(ends_title, parts_of(words)[:1])) and (not own or ten_digits(words))


_LEADS_NAME = re.compile(r"^\s*(?:say[ıi]n|sn\.?|ad[ıi]m)\s+", re.IGNORECASE)
_LEADS_ADDRESS = re.compile(r"^adres(?:i|im|imiz)?\s+", re.IGNORECASE)


def _leading_name(typed: str) -> tuple[str, str] | None:
    """The name before the first comma or line break, or all that there is, where it can be nothing else."""
    first, *rest = re.split(r"[,;\n]", typed, maxsplit=1)
    name = read_name(first)
    return (name, "".join(rest)) if isinstance(name, str) and not is_address(first) else None


def _citizen(typed: str) -> tuple[str, str]:
    """(TCKN, the message without it), where somebody gave theirs unasked."""
    number, rest = tax_number(typed)
    return (number, rest) if tckimlik.is_valid(number) else ("", typed)


# Parts of a message ---------------------------------------------------------------------------------------------------

_LABELS: Mapping[str, str] = {
    "name": (
        r"ad[ıi]?(?:\s*(?:ve\s*)?soyad[ıi]?)?|[iİ]s[iİ]m|[uü]nvan[ıi]?|(?:f[iİ]rma|ş[iİ]rket)(?:\s*ad[ıi])?"
        r"|t[iİ]tle|name"
    ),
    "address": r"(?:fatura\s*)?adres[iİ]?|address",
}
_LABELLED = {kind: re.compile(rf"^(?:{words})\s*:\s*(?P<rest>.*)$", re.IGNORECASE) for kind, words in _LABELS.items()}


def _labelled(parts: list[str]) -> Mapping[str, list[str]]:
    """The parts under their labels, "Ad: …", "Adres: …"; what follows a label belongs to it."""
    found: dict[str, list[str]] = {}
    under = ""
    for part in parts:
        words = part
        for kind, label in _LABELLED.items():
            if said := label.match(part):
                under = kind
                words = said["rest"]
        if under and words:
            found.setdefault(under, []).append(words)
    return found


def _joined(words: str) -> str:
    return ", ".join(parts_of(words))


def _cleaned(typed: str) -> str:
    """As it was meant: one space between words, no empty line, no mark that nobody sees."""
    said = unicodedata.normalize("NFC", answered(typed))
    return "\n".join(" ".join(line.split()) for line in said.splitlines() if line.strip())
