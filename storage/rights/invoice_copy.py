"""The copy of an invoice, for nobody but the person whose order it is about."""

from __future__ import annotations

from sqlalchemy import Connection

from flows.core.events import Person
from flows.invoice.document import InvoiceDocument
from storage.keys.vault import Vault
from storage.payments import invoices
from storage.senders.people import row_id

__all__ = ["invoice_copy"]


def invoice_copy(conn: Connection, vault: Vault, asked: Person, number: str) -> InvoiceDocument | None:
    """The one of this number, if it is this person's."""
    owner = row_id(conn, vault, asked)
    theirs = invoices.of_person(conn, vault, owner[0]) if owner else []
    return next((one for one in theirs if one.number == number), None)
