"""An invoice as UBL-TR 1.2, the XML that GİB's integrators take (profile EARSIVFATURA); unsigned, they sign it.

Source: GİB, "UBL-TR Fatura" and "UBL-TR Ortak Elemanlar", version 1.2; OASIS UBL 2.1 for the order of the elements.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from flows.invoice.document import InvoiceDocument, InvoiceLine, InvoiceSeller
from flows.invoice.party import InvoiceParty
from flows.words.dates import ISTANBUL
from flows.words.text import Kurus

__all__ = ["NOBODYS_TCKN", "NotIssuable", "as_ubl"]

INVOICE: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
CAC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
CBC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
EXT: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
UNSIGNED: Final = "urn:mektupx:unsigned"
NAMESPACES: Final = {None: INVOICE, "cac": CAC, "cbc": CBC, "ext": EXT}

NOBODYS_TCKN: Final = "11111111111"
"""Stands where a buyer without a tax number has not given a TCKN (GİB, e-Arşiv Uygulaması, "Nihai tüketici")."""
NOBODYS_VKN: Final = "2222222222"
"""Stands for a buyer abroad without a Turkish tax number (the same guide)."""
VAT_CODE: Final = "0015"  # "Gerçek usulde KDV" in GİB's list of tax codes
PIECE: Final = "C62"  # one, in UN/ECE Recommendation 20
_UNSPEAKABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document can hold."""

Element = Any
"""lxml has no types of its own."""


class NotIssuable(ValueError):
    """What an invoice cannot do without is missing; the sentence names it and the remedy."""


def as_ubl(document: InvoiceDocument) -> bytes:
    """The XML of one invoice. Errors: NotIssuable where the seller's own tax number is not known."""
    if not document.seller.tax_number:
        raise NotIssuable(
            "The seller's tax number is not known: write tax_office and tax_number into the file of"
            ' MEKTUPX_SELLER_FILE. Example: tax_number = "0123456789"'
        )
    at = document.at.astimezone(ISTANBUL)
    root = etree.Element(f"{{{INVOICE}}}Invoice", nsmap=NAMESPACES)
    _place_for_the_signature(root)
    _cbc(root, "UBLVersionID", "2.1")
    _cbc(root, "CustomizationID", "TR1.2")
    _cbc(root, "ProfileID", "EARSIVFATURA")
    _cbc(root, "ID", document.number)
    _cbc(root, "CopyIndicator", "false")
    _cbc(root, "UUID", document.ettn)
    _cbc(root, "IssueDate", f"{at:%Y-%m-%d}")
    _cbc(root, "IssueTime", f"{at:%H:%M:%S}")
    _cbc(root, "InvoiceTypeCode", document.kind.value)
    for note in _notes(document):
        _cbc(root, "Note", note)
    _cbc(root, "DocumentCurrencyCode", "TRY")
    _cbc(root, "LineCountNumeric", str(len(document.lines)))
    if document.original is not None:
        _original(root, document)
    _signatory(root, document)
    _supplier(_cac(root, "AccountingSupplierParty"), document.seller)
    _customer(_cac(root, "AccountingCustomerParty"), document.buyer)
    total = _cac(root, "TaxTotal")
    _amount(total, "TaxAmount", document.vat)
    for percent, net, vat in document.by_rate:
        _subtotal(total, percent, net, vat)
    _sums(_cac(root, "LegalMonetaryTotal"), document)
    for number, line in enumerate(document.lines, 1):
        _line(_cac(root, "InvoiceLine"), number, line)
    xml: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return xml


def _place_for_the_signature(root: Element) -> None:
    """Whoever signs puts the XAdES signature in the place of `unsigned`; the schema wants some element there."""
    extension = etree.SubElement(etree.SubElement(root, f"{{{EXT}}}UBLExtensions"), f"{{{EXT}}}UBLExtension")
    etree.SubElement(etree.SubElement(extension, f"{{{EXT}}}ExtensionContent"), f"{{{UNSIGNED}}}unsigned")


def _signatory(root: Element, document: InvoiceDocument) -> None:
    """Who is to sign: the seller, with the financial seal (mali mühür)."""
    seller, signature = document.seller, _cac(root, "Signature")
    _cbc(signature, "ID", seller.tax_number, schemeID="VKN_TCKN")
    party = _cac(signature, "SignatoryParty")
    _identified(party, seller.tax_number)
    _address(party, seller.address, seller.ilce, seller.il, "Türkiye")
    attached = _cac(_cac(signature, "DigitalSignatureAttachment"), "ExternalReference")
    _cbc(attached, "URI", f"#Signature_{document.number}")


def _notes(document: InvoiceDocument) -> list[str]:
    """In Turkish, as an invoice is kept; a sale over the internet says how it was paid (VUK communiqué 509, V.1)."""
    notes = [f"Sipariş: {document.order}"]
    if document.paid_at is not None:
        paid = document.paid_at.astimezone(ISTANBUL)
        notes.append(f"Ödeme aracısı: {document.institution or '-'}, ödeme tarihi: {paid:%d.%m.%Y}")
    return notes


def _original(root: Element, document: InvoiceDocument) -> None:
    assert document.original is not None
    reference = _cac(_cac(root, "BillingReference"), "InvoiceDocumentReference")
    _cbc(reference, "ID", document.original.number)
    _cbc(reference, "IssueDate", f"{document.original.at.astimezone(ISTANBUL):%Y-%m-%d}")
    _cbc(reference, "DocumentTypeCode", document.kind.value)


# Parties --------------------------------------------------------------------------------------------------------------


def _supplier(parent: Element, seller: InvoiceSeller) -> None:
    party = _cac(parent, "Party")
    _identified(party, seller.tax_number)
    if seller.mersis:
        _cbc(_cac(party, "PartyIdentification"), "ID", re.sub(r"\D", "", seller.mersis), schemeID="MERSISNO")
    _cbc(_cac(party, "PartyName"), "Name", seller.title)
    _address(party, seller.address, seller.ilce, seller.il, "Türkiye")
    _taxed(party, seller.tax_office)
    _reached(party, seller.phone, seller.email)


def _customer(parent: Element, buyer: InvoiceParty) -> None:
    party = _cac(parent, "Party")
    nobodys = NOBODYS_TCKN if buyer.country == "TR" or not buyer.company else NOBODYS_VKN
    _identified(party, buyer.tax_number or nobodys)
    if buyer.company:
        _cbc(_cac(party, "PartyName"), "Name", buyer.name)
    _address(party, buyer.address, buyer.ilce, buyer.il, "Türkiye" if buyer.country == "TR" else buyer.country)
    _taxed(party, buyer.tax_office)
    _reached(party, "", buyer.email)
    if not buyer.company:
        first, _, last = buyer.name.rpartition(" ")
        person = _cac(party, "Person")
        _cbc(person, "FirstName", first or last)
        _cbc(person, "FamilyName", last)


def _identified(party: Element, number: str) -> None:
    _cbc(_cac(party, "PartyIdentification"), "ID", number, schemeID="VKN" if len(number) == 10 else "TCKN")


def _address(party: Element, street: str, ilce: str, il: str, country: str) -> None:
    """District and city are obligatory; an address without either is stated whole as the street."""
    address = _cac(party, "PostalAddress")
    _cbc(address, "StreetName", street)
    _cbc(address, "CitySubdivisionName", ilce or il or "-")
    _cbc(address, "CityName", il or "-")
    _cbc(_cac(address, "Country"), "Name", country or "-")


def _taxed(party: Element, office: str) -> None:
    if office:
        _cbc(_cac(_cac(party, "PartyTaxScheme"), "TaxScheme"), "Name", office)


def _reached(party: Element, phone: str, email: str) -> None:
    contact = _cac(party, "Contact") if phone or email else None
    if contact is not None and phone:
        _cbc(contact, "Telephone", phone)
    if contact is not None and email:
        _cbc(contact, "ElectronicMail", email)


# Money ----------------------------------------------------------------------------------------------------------------


def _subtotal(total: Element, percent: int, net: Kurus, vat: Kurus) -> None:
    subtotal = _cac(total, "TaxSubtotal")
    _amount(subtotal, "TaxableAmount", net)
    _amount(subtotal, "TaxAmount", vat)
    _cbc(subtotal, "Percent", str(percent))
    scheme = _cac(_cac(subtotal, "TaxCategory"), "TaxScheme")
    _cbc(scheme, "Name", "KDV")
    _cbc(scheme, "TaxTypeCode", VAT_CODE)


def _sums(total: Element, document: InvoiceDocument) -> None:
    _amount(total, "LineExtensionAmount", document.net)
    _amount(total, "TaxExclusiveAmount", document.net)
    _amount(total, "TaxInclusiveAmount", document.gross)
    _amount(total, "PayableAmount", document.gross)


def _line(parent: Element, number: int, line: InvoiceLine) -> None:
    _cbc(parent, "ID", str(number))
    _cbc(parent, "InvoicedQuantity", "1", unitCode=PIECE)
    _amount(parent, "LineExtensionAmount", line.net)
    total = _cac(parent, "TaxTotal")
    _amount(total, "TaxAmount", line.vat)
    _subtotal(total, line.percent, line.net, line.vat)
    _cbc(_cac(parent, "Item"), "Name", line.description)
    _amount(_cac(parent, "Price"), "PriceAmount", line.net)


def _amount(parent: Element, name: str, amount: Kurus) -> None:
    _cbc(parent, name, amount.lira, currencyID="TRY")


# Elements -------------------------------------------------------------------------------------------------------------


def _cac(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _cbc(parent: Element, name: str, said: str, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{CBC}}}{name}", attributes)
    element.text = _UNSPEAKABLE.sub("\N{REPLACEMENT CHARACTER}", said)
