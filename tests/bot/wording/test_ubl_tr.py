"""Invoices as UBL-TR: accepted by the OASIS schemas and by GİB's own rules, whatever somebody is called."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from bot.wording.ubl_tr import CAC, CBC, NotIssuable, as_ubl
from flows.invoice.document import InvoiceDocument, InvoiceLine
from flows.invoice.party import InvoiceParty
from flows.words.text import Kurus
from tests.flows.invoice.invoice_examples import COMPANY, LINE, PERSON, REFUND, SALE

ABROAD = InvoiceParty("Erika Mustermann", "Hauptstr. 5, 10115 Berlin, Germany", country="DE")
INVOICES: dict[str, InvoiceDocument] = {
    "a sale to a person": SALE,
    "a sale to a company": replace(SALE, buyer=COMPANY),
    "a sale to somebody who gave a TCKN": replace(SALE, buyer=replace(PERSON, tax_number="10000000146")),
    "a sale to somebody abroad": replace(SALE, buyer=ABROAD),
    "a sale to one name, somewhere": replace(SALE, buyer=InvoiceParty("Sting", "Ihlamur Sok. No: 3")),
    "a refund": REFUND,
    "a refund of a part": replace(REFUND, lines=(replace(LINE, gross=Kurus(1)),)),
    "two rates": replace(SALE, lines=(LINE, InvoiceLine("Kitap", Kurus(101), 1))),
}
NAMES = {"cac": CAC, "cbc": CBC}


WRONG = {
    "a tag that no schema knows": (b"TaxAmount", b"TaxAmounts"),
    "a unit that is in no list": (b'unitCode="C62"', b'unitCode="ADET"'),
    "a sum that is none": (b">96.00</cbc:PayableAmount", b">97.00</cbc:PayableAmount"),
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the schemas of OASIS UBL 2.1, GİB's schematron and its sums object to; in a process of their own, because
    their XSLT machine changes the one it runs in."""
    folder = tmp_path_factory.mktemp("ubl")
    wrong = {name: as_ubl(SALE).replace(*change) for name, change in WRONG.items()}
    for name, xml in ({name: as_ubl(document) for name, document in INVOICES.items()} | wrong).items():
        (folder / f"{name}.xml").write_bytes(xml)
    command = [Path(sys.executable).with_name("efatura-kontrol"), "dogrula", *sorted(folder.iterdir()), "--json"]
    told = subprocess.run(command, check=False, capture_output=True, timeout=120).stdout
    return {
        Path(each["dosya"]).stem: [one["mesaj"] for one in each["bulgular"] if one["kod"] != "imza-yok"]
        for each in json.loads(told)
    }


@pytest.mark.parametrize("name", INVOICES)
def test_the_tax_authoritys_own_rules_accept_it(name: str, rules: dict[str, list[str]]) -> None:
    """But for the signature, which whoever signs it adds."""
    assert rules[name] == []


@pytest.mark.parametrize("name", WRONG)
def test_the_rules_do_refuse(name: str, rules: dict[str, list[str]]) -> None:
    assert rules[name] != []


def said(document: InvoiceDocument, path: str) -> list[str]:
    return [found.text for found in etree.fromstring(as_ubl(document)).iterfind(path, NAMES)]


BUYER = "cac:AccountingCustomerParty/cac:Party"
SAID = {
    "the profile": (SALE, "cbc:ProfileID", ["EARSIVFATURA"]),
    "the version": (SALE, "cbc:CustomizationID", ["TR1.2"]),
    "a sale": (SALE, "cbc:InvoiceTypeCode", ["SATIS"]),
    "a refund": (REFUND, "cbc:InvoiceTypeCode", ["IADE"]),
    "what a refund takes back": (REFUND, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", [SALE.number]),
    "ETTN": (SALE, "cbc:UUID", [SALE.ettn]),
    "the day in Istanbul": (SALE, "cbc:IssueDate", ["2026-11-23"]),
    "the hour in Istanbul": (SALE, "cbc:IssueTime", ["12:00:00"]),
    "a person without a TCKN": (SALE, f"{BUYER}/cac:PartyIdentification/cbc:ID", ["11111111111"]),
    "a company": (replace(SALE, buyer=COMPANY), f"{BUYER}/cac:PartyIdentification/cbc:ID", ["0123456789"]),
    "its tax office": (replace(SALE, buyer=COMPANY), f"{BUYER}/cac:PartyTaxScheme/cac:TaxScheme/cbc:Name", ["Kadıköy"]),
    "a first name": (SALE, f"{BUYER}/cac:Person/cbc:FirstName", ["Işıl"]),
    "a family name": (SALE, f"{BUYER}/cac:Person/cbc:FamilyName", ["İnci"]),
    "the net amount": (SALE, "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", ["80.00"]),
    "what was paid": (SALE, "cac:LegalMonetaryTotal/cbc:PayableAmount", ["96.00"]),
    "VAT": (SALE, "cac:TaxTotal/cbc:TaxAmount", ["16.00"]),
    "VAT by rate": (INVOICES["two rates"], "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount", ["0.01", "16.00"]),
}


@pytest.mark.parametrize("name", SAID)
def test_it_says(name: str) -> None:
    document, path, words = SAID[name]
    assert said(document, path) == words


def test_every_amount_is_in_lira() -> None:
    amounts = [one for one in etree.fromstring(as_ubl(SALE)).iter() if one.tag.endswith("Amount")]
    assert amounts and {one.get("currencyID") for one in amounts} == {"TRY"}


def test_without_the_sellers_tax_number_there_is_no_invoice_and_the_remedy_is_named() -> None:
    with pytest.raises(NotIssuable, match="MEKTUPX_SELLER_FILE"):
        as_ubl(replace(SALE, seller=replace(SALE.seller, tax_number="")))


HOSTILE = st.text(max_size=60) | st.sampled_from(
    ["<b>&amp;</b>", "]]>", "\x00\x1f", "a\ufffe", "\ud800", "<!--", "𓂀 𓂀"]
)


@settings(max_examples=60)
@given(HOSTILE, HOSTILE)
def test_whatever_somebody_is_called_it_is_well_formed_and_reads_as_written(name: str, address: str) -> None:
    document = replace(SALE, buyer=replace(COMPANY, name=name, address=address))
    (found,) = etree.fromstring(as_ubl(document)).iterfind(f"{BUYER}/cac:PartyName/cbc:Name", NAMES)
    speakable = "".join(sign if sign in "\t\n\r" or sign.isprintable() else "" for sign in name)
    assert all(sign in (found.text or "") for sign in speakable.replace("\r", "") if sign.isalnum())
