"""Invoices as they were issued: numbered without a gap, each sealed with a key of its own, never changed afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, insert, select

from flows.core.effects import IssueInvoice
from flows.invoice.document import InvoiceDocument, InvoiceKind, Original, number_of
from flows.words.dates import today_in_istanbul
from storage.database.dialects import Either, changed, say
from storage.database.tables import instant, invoice, invoice_document, invoice_series, micros
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault

__all__ = ["between", "count", "issue", "numbers_of", "of_person"]


def _counted_on(statement: Any) -> Any:
    last, last_at, given = invoice_series.c.last, invoice_series.c.last_at, statement.excluded.last_at
    changes = {"last": last + 1, "last_at": case((given > last_at, given), else_=last_at)}
    return statement.on_conflict_do_update(index_elements=["series", "year"], set_=changes).returning(last, last_at)


_NEXT = Either(invoice_series, _counted_on)
"""The row stays locked until the transaction ends: nobody else is given the number, and a failed turn gives it back."""


_OF_ORDER = select(
    invoice_document.c.kind, invoice_document.c.refund, invoice_document.c.number, invoice_document.c.at
).where(invoice_document.c.order_id == bindparam("order"))


def issue(conn: Connection, vault: Vault, effect: IssueInvoice, person: str, at: datetime) -> str:
    """Issues it and returns its number; "" where there is nothing to invoice, or nothing that could be taken back."""
    body = conn.scalar(select(invoice.c.body).where(invoice.c.order_id == effect.order))
    issued = {(row.kind, row.refund): row for row in conn.execute(_OF_ORDER, {"order": effect.order})}
    if known := issued.get((str(effect.kind), effect.refund)):
        return str(known.number)
    sale = issued.get((str(InvoiceKind.SALE), ""))
    if body is None or (effect.kind is InvoiceKind.REFUND and sale is None):
        return ""
    buyer = codecs.read_invoice(vault.open(body, table="invoice", column="body", row=effect.order)).party
    year = today_in_istanbul(at).year
    given = say(conn, _NEXT, {"series": effect.series, "year": year, "last": 1, "last_at": micros(at)}).one()
    document = InvoiceDocument(
        effect.kind,
        number_of(effect.series, year, given.last),
        str(uuid.uuid4()),
        instant(given.last_at),  # never before the number that was given last (VUK m.231/1)
        effect.number,
        effect.seller,
        buyer,
        effect.lines,
        effect.institution,
        effect.payment,
        effect.paid_at,
        Original(sale.number, instant(sale.at)) if sale else None,
    )
    _keep(conn, vault, document, effect, person)
    return document.number


def _keep(conn: Connection, vault: Vault, document: InvoiceDocument, effect: IssueInvoice, person: str) -> None:
    key = vault.keyring.spare()
    sealed = vault.seal(
        codecs.write(document), key_id=key, table="invoice_document", column="body", row=document.number
    )
    changed(
        conn,
        insert(invoice_document),
        number=document.number,
        order_id=effect.order,
        person_id=person,
        kind=str(document.kind),
        refund=effect.refund,
        key_id=key,
        body=sealed,
        amount=document.gross.amount,
        at=micros(document.at),
    )


# Reading --------------------------------------------------------------------------------------------------------------


def count(conn: Connection, vault: Vault, since: datetime, until: datetime) -> int:
    """How many were issued in [since, until)."""
    within = (invoice_document.c.at >= micros(since)) & (invoice_document.c.at < micros(until))
    return conn.scalar(select(func.count()).select_from(invoice_document).where(within)) or 0


def between(
    conn: Connection, vault: Vault, since: datetime, until: datetime, after: str = "", most: int = 500
) -> list[InvoiceDocument]:
    """Those issued in [since, until) whose number comes after another, by their numbers; at most so many at once."""
    within = (invoice_document.c.at >= micros(since)) & (invoice_document.c.at < micros(until))
    found = select(invoice_document.c.number, invoice_document.c.body).where(within, invoice_document.c.number > after)
    return _opened(vault, conn.execute(found.order_by(invoice_document.c.number).limit(most)))


def of_person(conn: Connection, vault: Vault, person: str) -> list[InvoiceDocument]:
    """All of a sender, by their numbers."""
    theirs = select(invoice_document.c.number, invoice_document.c.body).where(invoice_document.c.person_id == person)
    return _opened(vault, conn.execute(theirs.order_by(invoice_document.c.number)))


def numbers_of(conn: Connection, vault: Vault, person: str) -> dict[str, str]:
    """The number of the invoice of each order of a sender that has one, by the order's id."""
    sales = select(invoice_document.c.order_id, invoice_document.c.number).where(
        invoice_document.c.person_id == person, invoice_document.c.kind == str(InvoiceKind.SALE)
    )
    return {row.order_id: row.number for row in conn.execute(sales)}


def _opened(vault: Vault, rows: Iterable[Any]) -> list[InvoiceDocument]:
    """Without those whose key went as their years were over."""
    found = []
    for row in rows:
        try:
            body = vault.open(row.body, table="invoice_document", column="body", row=row.number)
        except KeyGone:
            continue
        found.append(codecs.read_issued(body))
    return found
