"""Invoices as files for an integrator: one table (CSV), one list (JSON), or one XML each (docs/invoices.md)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bot.wording.csv_file import csv_file, inert
from bot.wording.ubl_tr import as_ubl
from flows.invoice.document import InvoiceDocument, InvoiceLine
from flows.words.dates import ISTANBUL

__all__ = ["COLUMNS", "FORMATS", "Format"]

Row = Callable[[InvoiceDocument, int, InvoiceLine], str]

COLUMNS: Final[Mapping[str, Row]] = {
    "number": lambda of, n, line: of.number,
    "ettn": lambda of, n, line: of.ettn,
    "type": lambda of, n, line: of.kind.value,
    "date": lambda of, n, line: _day(of.at),
    "time": lambda of, n, line: f"{of.at.astimezone(ISTANBUL):%H:%M:%S}",
    "order": lambda of, n, line: of.order,
    "buyer_kind": lambda of, n, line: of.buyer.kind.value,
    "buyer_name": lambda of, n, line: of.buyer.name,
    "buyer_tax_office": lambda of, n, line: of.buyer.tax_office,
    "buyer_tax_number": lambda of, n, line: of.buyer.tax_number,
    "buyer_address": lambda of, n, line: of.buyer.address,
    "buyer_ilce": lambda of, n, line: of.buyer.ilce,
    "buyer_il": lambda of, n, line: of.buyer.il,
    "buyer_country": lambda of, n, line: of.buyer.country,
    "buyer_email": lambda of, n, line: of.buyer.email,
    "line": lambda of, n, line: str(n),
    "description": lambda of, n, line: line.description,
    "net": lambda of, n, line: line.net.lira,
    "vat_percent": lambda of, n, line: str(line.percent),
    "vat": lambda of, n, line: line.vat.lira,
    "gross": lambda of, n, line: line.gross.lira,
    "payment_institution": lambda of, n, line: of.institution,
    "payment_number": lambda of, n, line: of.payment,
    "payment_date": lambda of, n, line: _day(of.paid_at) if of.paid_at else "",
    "original_number": lambda of, n, line: of.original.number if of.original else "",
    "original_date": lambda of, n, line: _day(of.original.at) if of.original else "",
}
"""One row for each line of an invoice."""


@dataclass(frozen=True, slots=True)
class Format:
    """How documents become a file: `head`, then each with `between`, then `tail`. Without a `file`, each is its own."""

    each: Callable[[InvoiceDocument], bytes]
    file: str = ""
    ending: str = ""
    head: bytes = b""
    between: bytes = b""
    tail: bytes = b""


def _rows(document: InvoiceDocument) -> bytes:
    rows = [
        [inert(said(document, number, line)) for said in COLUMNS.values()]
        for number, line in enumerate(document.lines, 1)
    ]
    return csv_file(rows)


def _object(document: InvoiceDocument) -> bytes:
    """Amounts are whole kuruş, moments ISO 8601 with their offset."""
    return json.dumps(_plain(document), ensure_ascii=False).encode()


def _plain(of: InvoiceDocument) -> dict[str, Any]:
    seller, buyer = of.seller, of.buyer
    return {
        "number": of.number,
        "ettn": of.ettn,
        "type": of.kind.value,
        "at": of.at.astimezone(ISTANBUL).isoformat(),
        "order": of.order,
        "seller": {name: getattr(seller, name) for name in seller.__dataclass_fields__},
        "buyer": {name: str(getattr(buyer, name)) for name in buyer.__dataclass_fields__},
        "lines": [
            {
                "description": line.description,
                "net": line.net.amount,
                "vat_percent": line.percent,
                "vat": line.vat.amount,
                "gross": line.gross.amount,
            }
            for line in of.lines
        ],
        "net": of.net.amount,
        "vat": of.vat.amount,
        "gross": of.gross.amount,
        "payment": {
            "institution": of.institution,
            "number": of.payment,
            "at": of.paid_at.astimezone(ISTANBUL).isoformat() if of.paid_at else None,
        },
        "original": {"number": of.original.number, "at": of.original.at.astimezone(ISTANBUL).isoformat()}
        if of.original
        else None,
    }


def _day(at: datetime) -> str:
    return f"{at.astimezone(ISTANBUL):%Y-%m-%d}"


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(_rows, "invoices.csv", head=csv_file([COLUMNS])),
    "json": Format(_object, "invoices.json", head=b"[\n", between=b",\n", tail=b"\n]\n"),
    "ubl": Format(as_ubl, ending=".xml"),
}
"""By the name after `--format`; all in UTF-8."""
