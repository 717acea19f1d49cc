"""Keeps orders with their numbers and prices, and the money that came for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, insert, select, update

from flows.core.events import Person
from flows.core.state import Draft, Order, Standing, State
from storage.database.dialects import many
from storage.database.tables import instant, micros, orders, person
from storage.keys import codecs
from storage.keys.vault import Vault
from storage.senders.people import Known, opened_person

__all__ = ["keep", "open_links", "person_of"]

_NEW = insert(orders)
_CHANGED = update(orders).where(orders.c.id == bindparam("row"))  # sets the columns that the values name


def keep(conn: Connection, vault: Vault, visits: Sequence[tuple[Known, Standing | None, Standing]]) -> None:
    """Writes the orders that are new or changed. A new one takes its number from the table."""
    new: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for row, before, after in visits:
        if before is not None and before.orders is after.orders:
            continue
        known = {} if before is None else {order.id: order for order in before.orders}
        for order in after.orders:
            old = known.get(order.id)
            if old is None:
                new.append(_first(vault, row, order, after.draft))
            elif _unleased(old) != _unleased(order):
                moved.append({"row": order.id, **_moving(vault, row, order)})
    many(conn, _NEW, new)
    many(conn, _CHANGED, moved)


def _unleased(order: Order) -> Order:
    """Leases, from when a piece may be printed and how far it is, are the outbox's own."""
    return replace(order, print_from=None, lease_token="", lease_until=None, piece="", stopping=False)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _moving(vault: Vault, row: Known, order: Order) -> dict[str, Any]:
    def sealed(column: str, value: str) -> bytes | None:
        if not value:
            return None
        return vault.seal(value.encode(), key_id=row.key_id, table="orders", column=column, row=order.id)

    return {
        "state": str(order.state),
        "url": sealed("url", order.url),
        "url_until": _micros(order.url_until),
        "payment": order.payment,
        "provider": order.provider,
        "paid": order.paid.amount,
        "currency": order.currency,
        "paid_at": _micros(order.paid_at),
        "refunds": codecs.write(order.refunds).decode() if order.refunds else "",
        "dispatched_at": _micros(order.dispatched_at),
        "tracking": sealed("tracking", order.tracking),
        "return_reason": order.reason or None,
        "updated_at": micros(order.since or order.created_at),
    }


def _first(vault: Vault, row: Known, order: Order, draft: Draft) -> dict[str, Any]:
    address = None if draft.addressee is None else msgspec.to_builtins(draft.addressee)
    addressed = codecs.write(codecs.Addressed(draft.addressee_name, address))
    return {
        "id": order.id,
        "person_id": row.id,
        "letter_id": order.letter,
        "amount": order.amount.amount,
        "product": order.product,
        "pages": order.pages,
        "sheets": order.sheets,
        "sha256": order.sha256,
        "posting_date": None if order.posting_date is None else order.posting_date.isoformat(),
        "addressee": vault.seal(addressed, key_id=row.key_id, table="orders", column="addressee", row=order.id),
        "created_at": micros(order.created_at),
        "tariff": order.tariff,
        "vat_percent": order.vat_percent,
        "discount": order.discount.amount,
        "discount_code": order.discount_code,
        **_moving(vault, row, order),
    }


def person_of(conn: Connection, vault: Vault, order_id: str) -> Person | None:
    """Whose order it is; None for an unknown order or a forgotten person."""
    found = (
        select(person.c.id, person.c.channel, person.c.handle)
        .join_from(orders, person, person.c.id == orders.c.person_id)
        .where(orders.c.id == order_id)
    )
    row = conn.execute(found).first()
    return None if row is None else opened_person(vault, row.id, row.channel, row.handle)


def open_links(conn: Connection, vault: Vault, limit: int = 1000) -> list[tuple[Person, str, datetime]]:
    """Orders whose payment link is open, the first to expire first: (person, order, until); also those past it that
    nobody has expired yet."""
    found = (
        select(person.c.id, person.c.channel, person.c.handle, orders.c.id.label("order_id"), orders.c.url_until)
        .join_from(orders, person, person.c.id == orders.c.person_id)
        .where(orders.c.state == str(State.AWAITING), orders.c.url_until.is_not(None))
        .order_by(orders.c.url_until)
        .limit(limit)
    )
    return [
        (asked, row.order_id, instant(row.url_until))
        for row in conn.execute(found)
        if (asked := opened_person(vault, row.id, row.channel, row.handle)) is not None
    ]
