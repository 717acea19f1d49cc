"""An invoice in words, for the page that its sender is given: in Turkish, as it is kept (VUK m.215/1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from flows.invoice.document import InvoiceDocument, InvoiceKind, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.dates import today_in_istanbul
from flows.words.text import Text, Value, text
from locales import say
from rendering.layout.invoice import Block, InvoicePage

__all__ = ["LANGUAGE", "invoice_page"]

LANGUAGE: Final = "tr"

TITLES: Final[Mapping[InvoiceKind, Text]] = {
    InvoiceKind.SALE: text("invoice-page", "Invoice"),
    InvoiceKind.REFUND: text("invoice-page", "Refund invoice"),
}
COLUMNS: Final = (
    text("invoice-page", "Description"),
    text("invoice-page", "Net"),
    text("invoice-page", "VAT rate"),
    text("invoice-page", "VAT"),
    text("invoice-page", "Amount"),
)
AMOUNT: Final = text("invoice-page", "{value}")
COPY: Final = text(
    "invoice-page",
    "This page is a copy of your invoice. Its signed original is kept as an e-Archive invoice under the ETTN above.",
)


def invoice_page(document: InvoiceDocument) -> InvoicePage:
    """The page of one invoice; whole words and amounts, nothing is left to be reckoned."""
    return InvoicePage(
        LANGUAGE,
        _said(TITLES[document.kind]),
        tuple(_facts(document)),
        _seller(document.seller),
        _buyer(document.buyer),
        tuple(map(_said, COLUMNS)),
        tuple(
            (line.description, _value(line.net), f"%{line.percent}", _value(line.vat), _value(line.gross))
            for line in document.lines
        ),
        _sums(document),
        (_said(COPY),),
    )


def _facts(document: InvoiceDocument) -> list[tuple[str, str]]:
    known: list[tuple[Text, str]] = [
        (text("invoice-page", "Number"), document.number),
        (text("invoice-page", "Date"), _value(today_in_istanbul(document.at))),
        (text("invoice-page", "ETTN"), document.ettn),
        (text("invoice-page", "Order"), document.order),
    ]
    if document.paid_at is not None:
        known.append((text("invoice-page", "Paid on"), _value(today_in_istanbul(document.paid_at))))
    if document.original is not None:
        known.append((text("invoice-page", "Invoice taken back"), document.original.number))
    return [(_said(label), value) for label, value in known]


def _seller(seller: InvoiceSeller) -> Block:
    mersis = _said(text("invoice-page", "MERSİS: {number}", number=seller.mersis)) if seller.mersis else ""
    lines = (seller.address, *_taxed(seller.tax_office, seller.tax_number), mersis, seller.phone, seller.email)
    return Block(_said(text("invoice-page", "Seller")), seller.title, tuple(filter(None, lines)))


def _buyer(buyer: InvoiceParty) -> Block:
    lines = (buyer.address, *_taxed(buyer.tax_office, buyer.tax_number), buyer.email)
    return Block(_said(text("invoice-page", "Buyer")), buyer.name, tuple(filter(None, lines)))


def _taxed(office: str, number: str) -> tuple[str, ...]:
    """A TCKN has no tax office beside it."""
    told = (
        (office, text("invoice-page", "Tax office: {office}", office=office)),
        (number, text("invoice-page", "Tax number: {number}", number=number)),
    )
    return tuple(_said(sentence) for value, sentence in told if value)


def _sums(document: InvoiceDocument) -> tuple[tuple[str, str], ...]:
    rates = [
        (_said(text("invoice-page", "VAT ({percent})", percent=f"%{percent}")), _value(vat))
        for percent, _, vat in document.by_rate
    ]
    total = text("invoice-page", "Total with VAT")
    return (
        (_said(text("invoice-page", "Total without VAT")), _value(document.net)),
        *rates,
        (_said(total), _value(document.gross)),
    )


def _value(value: Value) -> str:
    return _said(replace(AMOUNT, values={"value": value}))


def _said(sentence: Text) -> str:
    return say(sentence, LANGUAGE)
