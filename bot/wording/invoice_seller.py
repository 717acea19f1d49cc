"""The seller as an invoice names it, from the seller file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace

from stdnum.tr import vkn

from flows.address.address import read_address
from flows.invoice.document import InvoiceDocument, InvoiceSeller

__all__ = ["invoice_seller", "whole"]


def invoice_seller(file: Mapping[str, str]) -> InvoiceSeller:
    """A MERSİS number holds the VKN in its digits 2 to 11: that one is taken where the file names no other."""
    mersis = re.sub(r"\D", "", file["mersis"])
    inside = mersis[1:11] if vkn.is_valid(mersis[1:11]) else ""
    place = read_address(file["address"], "").address
    return InvoiceSeller(
        title=file["title"],
        tax_office=file.get("tax_office", ""),
        tax_number=file.get("tax_number", "") or inside,
        mersis=file["mersis"],
        address=file["address"],
        il=place.il,
        ilce=place.ilce,
        phone=file["phone"],
        email=file["email"],
    )


def whole(document: InvoiceDocument, seller: InvoiceSeller) -> InvoiceDocument:
    """With what the seller file did not say on its day, and says now: a tax office, a tax number."""
    told = {field.name: getattr(document.seller, field.name) for field in fields(document.seller)}
    blank = {name: getattr(seller, name) for name, value in told.items() if not value}
    return replace(document, seller=replace(document.seller, **blank))
