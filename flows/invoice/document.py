"""An invoice as it was issued: its number, its parties, its lines and their sums. Nothing of it changes afterwards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from flows.invoice.party import InvoiceParty
from flows.price.rounding import net_of
from flows.words.text import Kurus

__all__ = [
    "NUMBER",
    "SERIES",
    "InvoiceDocument",
    "InvoiceKind",
    "InvoiceLine",
    "InvoiceSeller",
    "Original",
    "number_of",
    "numbers_in",
]

SERIES: Final = re.compile(r"[A-Z]{3}")
NUMBER: Final = re.compile(r"[A-Z]{3}20\d{2}\d{9}")
"""Three letters, the year, nine digits that begin with 1 each year (GİB, e-Fatura Uygulaması Yardım Kılavuzu)."""
_WITHIN: Final = re.compile(rf"(?<!\w){NUMBER.pattern}(?!\w)")


def number_of(series: str, year: int, count: int) -> str:
    """``MKP2026000000001``"""
    return f"{series}{year:04}{count:09}"


def numbers_in(words: str) -> tuple[str, ...]:
    """The invoice numbers that are named in a message."""
    return tuple(dict.fromkeys(_WITHIN.findall(words)))


class InvoiceKind(StrEnum):
    """What an invoice does, by the codes of GİB's InvoiceTypeCode list."""

    SALE = "SATIS"
    REFUND = "IADE"


@dataclass(frozen=True, slots=True)
class InvoiceSeller:
    """Who issues it, as the seller file stood on that day (VUK m.230)."""

    title: str = ""
    tax_office: str = ""
    tax_number: str = ""
    mersis: str = ""
    address: str = ""
    il: str = ""
    ilce: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """What was sold, with the VAT in its amount."""

    description: str
    gross: Kurus
    percent: int

    @property
    def net(self) -> Kurus:
        return net_of(self.gross, self.percent)

    @property
    def vat(self) -> Kurus:
        return Kurus(self.gross.amount - self.net.amount)


@dataclass(frozen=True, slots=True)
class Original:
    """The sale that a refund takes back."""

    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InvoiceDocument:
    """One invoice, or the document that takes one back.

    ettn: the UUID by which GİB knows it. order: its number. institution, payment, paid_at: how it was paid, as a sale
    over the internet has to say. original: of a refund.
    """

    kind: InvoiceKind
    number: str
    ettn: str
    at: datetime
    order: str
    seller: InvoiceSeller
    buyer: InvoiceParty
    lines: tuple[InvoiceLine, ...]
    institution: str = ""
    payment: str = ""
    paid_at: datetime | None = None
    original: Original | None = None

    @property
    def gross(self) -> Kurus:
        return Kurus(sum(line.gross.amount for line in self.lines))

    @property
    def net(self) -> Kurus:
        return Kurus(sum(line.net.amount for line in self.lines))

    @property
    def vat(self) -> Kurus:
        return Kurus(self.gross.amount - self.net.amount)

    @property
    def by_rate(self) -> tuple[tuple[int, Kurus, Kurus], ...]:
        """(percent, net, VAT) of each rate that occurs, the lowest first."""
        rates = sorted({line.percent for line in self.lines})
        return tuple(
            (
                rate,
                Kurus(sum(line.net.amount for line in self.lines if line.percent == rate)),
                Kurus(sum(line.vat.amount for line in self.lines if line.percent == rate)),
            )
            for rate in rates
        )
