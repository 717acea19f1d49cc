"""To which day a law keeps what an erasure leaves: the newest row of each kind and its rule's period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from storage.database.tables import audit, instant, invoice, invoice_document, orders, payment_reference
from storage.keys.vault import Vault
from storage.payments import references
from storage.retention import access_log, consents, invoices
from storage.retention import orders as order_rule
from storage.retention import requests as request_rule
from storage.retention.period import Period, last_day

__all__ = [
    "ANSWER_WAITS",
    "Subject",
    "consents_until",
    "invoices_until",
    "orders_until",
    "pages_until",
    "requests_until",
    "visits_until",
]

ANSWER_WAITS = timedelta(days=7)
"""How long the answer of an erasure is tried to be delivered, as any message (retention/messages.py), and how long a
payment page may keep its person known."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom it is about: the person's row and key."""

    id: str
    key_id: str


def _newest(conn: Connection, column: Any, *where: ColumnElement[bool]) -> datetime | None:
    found = conn.scalar(select(func.max(column)).where(*where))
    return None if found is None else instant(found)


def _after(latest: datetime | None, period: Period) -> date | None:
    return None if latest is None else last_day(latest, period)


def orders_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    return _after(_newest(conn, orders.c.updated_at, orders.c.person_id == who.id), order_rule.RULE.period)


def invoices_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    newest = (_newest(conn, table.c.at, table.c.person_id == who.id) for table in (invoice, invoice_document))
    latest = max((at for at in newest if at), default=None)
    return None if latest is None else date(latest.year + invoices.KEPT_YEARS, 12, 31)


def pages_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    """The latest day: a page is mostly asked about within minutes of its end, but its institution may be away."""
    theirs = select(orders.c.id).where(orders.c.person_id == who.id)
    waiting = _newest(conn, payment_reference.c.until, references.waits_for_its_end(theirs))
    return None if waiting is None else _after(now, ANSWER_WAITS)


def consents_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    return _after(now, consents.RULE.period)


def visits_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    theirs = audit.c.subject == vault.blind("audit.subject", who.id)
    return _after(_newest(conn, audit.c.at, theirs), access_log.USUAL.period)


def requests_until(conn: Connection, vault: Vault, who: Subject, now: datetime) -> date | None:
    return _after(now, request_rule.RULE.period)
