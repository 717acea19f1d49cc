"""Invoices as files: each field of docs/invoices.md, exact amounts, and nothing that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wording.invoice_files import COLUMNS, FORMATS
from flows.invoice.document import InvoiceDocument
from flows.words.text import Kurus
from storage.keys import codecs
from tests.flows.invoice.invoice_examples import COMPANY, LINE, PERSON, REFUND, SALE

DOCUMENTATION = Path("docs/invoices.md")


def written(name: str, *documents: InvoiceDocument) -> bytes:
    form = FORMATS[name]
    return form.head + form.between.join(form.each(one) for one in documents) + form.tail


def table(*documents: InvoiceDocument) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", *documents).decode())))


def test_one_row_says_everything() -> None:
    assert table(SALE) == [
        {
            "number": "MPX2026000000001",
            "ettn": "a3f1c2d4-5b6e-4f70-8a91-b2c3d4e5f601",
            "type": "SATIS",
            "date": "2026-11-23",
            "time": "12:00:00",
            "order": "MX000123",
            "buyer_kind": "person",
            "buyer_name": "Işıl İnci",
            "buyer_tax_office": "",
            "buyer_tax_number": "",
            "buyer_address": "Moda Cad. No: 12, 34710 Kadıköy/İstanbul",
            "buyer_ilce": "Kadıköy",
            "buyer_il": "İstanbul",
            "buyer_country": "TR",
            "buyer_email": "isil@example.com",
            "line": "1",
            "description": "Mektup basımı ve postaya verilmesi (taahhütlü). Sipariş: MX000123",
            "net": "80.00",
            "vat_percent": "20",
            "vat": "16.00",
            "gross": "96.00",
            "payment_institution": "iyzico",
            "payment_number": "pay-1",
            "payment_date": "2026-11-23",
            "original_number": "",
            "original_date": "",
        }
    ]


def test_a_refund_names_what_it_takes_back() -> None:
    (row,) = table(REFUND)
    assert (row["type"], row["original_number"], row["original_date"]) == ("IADE", SALE.number, "2026-11-23")


def test_each_line_has_its_row() -> None:
    rows = table(replace(SALE, lines=(LINE, LINE)), REFUND)
    assert [(row["number"][-1], row["line"]) for row in rows] == [("1", "1"), ("1", "2"), ("2", "1")]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
def test_no_name_is_a_formula(begins: str) -> None:
    (row,) = table(replace(SALE, buyer=replace(COMPANY, name=f"{begins}HYPERLINK(1)")))
    assert row["buyer_name"] == f"'{begins}HYPERLINK(1)"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=40), st.integers(0, 10**9))
def test_json_reads_back_as_it_was(name: str, gross: int) -> None:
    document = replace(SALE, buyer=replace(PERSON, name=name), lines=(replace(LINE, gross=Kurus(gross)),))
    told, again = json.loads(written("json", document, REFUND))
    assert (told["buyer"]["name"], told["gross"]) == (name, gross)
    assert told["net"] + told["vat"] == gross == sum(line["gross"] for line in told["lines"])
    assert again["original"] == {"number": SALE.number, "at": "2026-11-23T12:00:00+03:00"}
    assert codecs.read_issued(codecs.write(document)) == document


def test_no_invoice_is_an_empty_file_that_can_be_read() -> None:
    assert json.loads(written("json")) == []
    assert table() == []


def test_every_column_is_explained_to_the_operator() -> None:
    explained = DOCUMENTATION.read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in explained] == []
