"""Invoices as the specifications know them: a sale to a person, to a company, and a refund."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from flows.invoice.document import InvoiceDocument, InvoiceKind, InvoiceLine, InvoiceSeller, Original
from flows.invoice.party import InvoiceParty, PartyKind
from flows.words.text import Kurus

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)  # noon in Istanbul
SELLER = InvoiceSeller(
    title="Örnek Ltd. Şti.",
    tax_office="Çankaya",
    tax_number="0123456789",
    mersis="0123456789000017",
    address="Kızılay Mah. Ihlamur Sok. No: 3",
    il="Ankara",
    ilce="Çankaya",
    phone="+903125551234",
    email="merhaba@example.com",
)
PERSON = InvoiceParty(
    "Işıl İnci", "Moda Cad. No: 12, 34710 Kadıköy/İstanbul", il="İstanbul", ilce="Kadıköy", email="isil@example.com"
)
COMPANY = InvoiceParty(
    "Deniz A.Ş.", "Moda Cad. No: 12", PartyKind.COMPANY, "Kadıköy", "0123456789", "İstanbul", "Kadıköy"
)
LINE = InvoiceLine("Mektup basımı ve postaya verilmesi (taahhütlü). Sipariş: MX000123", Kurus(9600), 20)
SALE = InvoiceDocument(
    InvoiceKind.SALE,
    "MPX2026000000001",
    "a3f1c2d4-5b6e-4f70-8a91-b2c3d4e5f601",
    NOON,
    "MX000123",
    SELLER,
    PERSON,
    (LINE,),
    "iyzico",
    "pay-1",
    NOON,
)
REFUND = replace(
    SALE,
    kind=InvoiceKind.REFUND,
    number="MPX2026000000002",
    ettn="a3f1c2d4-5b6e-4f70-8a91-b2c3d4e5f602",
    original=Original(SALE.number, NOON),
)
