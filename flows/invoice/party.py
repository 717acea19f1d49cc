"""In whose name an invoice is: name or title, address, tax office and tax number, each in a field of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stdnum.tr import tckimlik, vkn

from flows.words.text import Lines, Text, Verbatim, text
from flows.words.turkish import upper

__all__ = ["InvoiceParty", "PartyKind"]


class PartyKind(StrEnum):
    """Who can be named on an invoice."""

    PERSON = "person"
    COMPANY = "company"


@dataclass(frozen=True, slots=True)
class InvoiceParty:
    """The buyer of an invoice.

    name: a person's name and surname, or a company's title. address: as it was written, in one line.
    tax_number: a company's VKN, or a TCKN where somebody gave one; nobody is asked for a TCKN.
    il, ilce: in their official spelling where the address names them. country: as in `flows.address.values.Address`.
    """

    name: str = ""
    address: str = ""
    kind: PartyKind = PartyKind.PERSON
    tax_office: str = ""
    tax_number: str = ""
    il: str = ""
    ilce: str = ""
    country: str = "TR"
    email: str = ""

    @property
    def company(self) -> bool:
        return self.kind is PartyKind.COMPANY

    @property
    def place(self) -> str:
        """Where it is, as an envelope's last line says it: "Çankaya/ANKARA"."""
        return "/".join(part for part in (self.ilce, upper(self.il)) if part)

    @property
    def short(self) -> str:
        """Enough to know it again."""
        return ", ".join(part for part in (self.name, self.place or self.address) if part)

    @property
    def details(self) -> str:
        """All but the name in one line, as a document states it."""
        office = f"{self.tax_office} V.D." if self.tax_office else ""
        taxed = " ".join(part for part in (office, self.tax_number) if part)
        return ", ".join(part for part in (taxed, self.address) if part)

    @property
    def parts(self) -> Lines:
        """Each part that is known under its own name, so that one in the wrong place is seen."""
        name = _TITLE if self.company else _NAME
        shown = ((name, self.name), (_OFFICE, self.tax_office), (_NUMBER, self.tax_number), (_ADDRESS, self.address))
        return Lines(tuple(_filled(label, value) for label, value in shown if value))


_NAME = text("invoice", "Name: {value}")
_TITLE = text("invoice", "Title: {value}")
_OFFICE = text("invoice", "Tax office: {value}")
_NUMBER = text("invoice", "Tax number: {value}")
_ADDRESS = text("invoice", "Address: {value}")


def _filled(label: Text, value: str) -> Text:
    return replace(label, values={"value": Verbatim(value)})


def valid_tax_number(number: str) -> bool:
    """A VKN has ten digits, a TCKN eleven; both end with check digits (VUK m.8)."""
    return bool(vkn.is_valid(number) or tckimlik.is_valid(number))
