"""What institutions call our orders: the pages they show, the attempts to pay that their callbacks name."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.database.dialects import changed, once
from storage.database.tables import instant, micros, payment_reference
from storage.keys.families import family_key
from storage.keys.vault import KeyGone, Vault

__all__ = ["Noted", "asked", "ended", "forget", "note", "of_order", "order_of", "waits_for_its_end"]

LONGEST = 200  # characters of a reference's name

_NEW = once(payment_reference)


@dataclass(frozen=True, slots=True)
class Noted:
    """A reference as it is kept. kind: "page" or "payment". url, until: of a page."""

    kind: str
    name: str
    url: str = ""
    until: datetime | None = None


def note(conn: Connection, vault: Vault, provider: str, order: str, found: Noted, now: datetime) -> bool:
    """Remembers it; False if it is known already. ValueError for a name of more than 200 characters."""
    if not 0 < len(found.name) <= LONGEST:
        raise ValueError(f"A reference has 1 to {LONGEST} characters, this one has {len(found.name)}.")
    sealed = None
    if found.url:  # whoever has the address may pay
        key = family_key(conn, vault, f"callbacks/{now:%Y-%m}", now)
        row = _row(provider, found.kind, found.name)
        sealed = vault.seal(found.url.encode(), key_id=key, table="payment_reference", column="url", row=row)
    values = {
        "provider": provider,
        "kind": found.kind,
        "name": found.name,
        "order_id": order,
        "url": sealed,
        "until": None if found.until is None else micros(found.until),
        "at": micros(now),
    }
    return changed(conn, _NEW, **values) == 1


def of_order(conn: Connection, vault: Vault, provider: str, order: str) -> tuple[Noted, ...]:
    """Those of an order, oldest first."""
    found = (
        select(payment_reference)
        .where(payment_reference.c.order_id == order, payment_reference.c.provider == provider)
        .order_by(payment_reference.c.at, payment_reference.c.name)
    )
    return tuple(
        Noted(row.kind, row.name, _url(vault, provider, row), None if row.until is None else instant(row.until))
        for row in conn.execute(found)
    )


def _url(vault: Vault, provider: str, row: Any) -> str:
    """ "" also where the month's key is gone: a backup that was put back has the row, and the page ended long ago."""
    if row.url is None:
        return ""
    place = _row(provider, row.kind, row.name)
    try:
        return vault.open(row.url, table="payment_reference", column="url", row=place).decode()
    except KeyGone:
        return ""


def order_of(conn: Connection, vault: Vault, provider: str, kind: str, name: str) -> str:
    """The order that a reference belongs to, "" for an unknown one."""
    table = payment_reference.c
    found = select(table.order_id).where(table.provider == provider, table.kind == kind, table.name == name[:LONGEST])
    return conn.scalar(found) or ""


def ended(
    conn: Connection, vault: Vault, provider: str, now: datetime, apart: Collection[str] = (), limit: int = 100
) -> list[str]:
    """Orders with a page that has ended and was not asked about since, the oldest first. apart: as of
    `callbacks.unsettled`."""
    table = payment_reference.c
    found = (
        select(table.order_id)
        .where(
            table.kind == "page",
            table.asked_at.is_(None),
            table.until < micros(now),
            table.provider == provider,
            table.order_id.not_in(apart),
        )
        .order_by(table.until)
        .limit(limit)
    )
    return list(dict.fromkeys(conn.scalars(found)))


def asked(conn: Connection, vault: Vault, provider: str, order: str, now: datetime) -> None:
    """What was paid on the order's pages that have ended is known."""
    table = payment_reference.c
    theirs = (table.order_id == order) & (table.provider == provider) & (table.until < micros(now))
    conn.execute(update(payment_reference).where(theirs).values(asked_at=micros(now)))


def waits_for_its_end(theirs: Any) -> ColumnElement[bool]:
    """Pages of these orders that take money, or whose end nobody has asked about. theirs: ids of orders, or a query."""
    table = payment_reference.c
    return (table.kind == "page") & table.asked_at.is_(None) & table.until.is_not(None) & table.order_id.in_(theirs)


def forget(conn: Connection, theirs: Any) -> None:
    """Whatever an institution calls these orders."""
    conn.execute(delete(payment_reference).where(payment_reference.c.order_id.in_(theirs)))


def _row(provider: str, kind: str, name: str) -> str:
    """The row's name inside the seal."""
    return f"{provider}/{kind}/{name}"
