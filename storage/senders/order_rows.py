"""An order as its row tells it: opened with its person's key, with the lease of its piece in the print outbox."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, select

from flows.core.state import Order, State
from flows.order.number import written
from flows.words.text import Kurus
from storage.database.tables import instant, orders, print_outbox
from storage.keys import codecs
from storage.keys.vault import Vault

__all__ = ["ORDERS", "order_from", "orders_of"]

ORDERS = (
    select(
        orders,
        print_outbox.c.not_before,
        print_outbox.c.lease_token,
        print_outbox.c.lease_until,
        print_outbox.c.state.label("piece"),
        print_outbox.c.stop,
    )
    .join_from(orders, print_outbox, print_outbox.c.order_id == orders.c.id, isouter=True)
    .where(orders.c.person_id.in_(bindparam("people", expanding=True)))
    .order_by(orders.c.number)
)


def orders_of(conn: Connection, vault: Vault, people: list[str]) -> dict[str, list[Order]]:
    """All orders of these people (row ids), by person, in the order of their numbers."""
    found: dict[str, list[Order]] = {}
    for row in conn.execute(ORDERS, {"people": people}):
        found.setdefault(row.person_id, []).append(order_from(vault, row))
    return found


def order_from(vault: Vault, row: Any) -> Order:
    """An Order from a row of `orders` with the lease of its outbox row."""

    def opened(column: str, value: bytes | None) -> str:
        return "" if value is None else vault.open(value, table="orders", column=column, row=row.id).decode()

    return Order(
        id=row.id,
        state=State(row.state),
        amount=Kurus(row.amount),
        letter=row.letter_id,
        sha256=row.sha256,
        pages=row.pages,
        sheets=row.sheets,
        product=row.product,
        created_at=instant(row.created_at),
        number=written(row.number),
        posting_date=None if row.posting_date is None else date.fromisoformat(row.posting_date),
        url=opened("url", row.url),
        url_until=None if row.url_until is None else instant(row.url_until),
        payment=row.payment,
        provider=row.provider,
        paid=Kurus(row.paid),
        currency=row.currency,
        paid_at=None if row.paid_at is None else instant(row.paid_at),
        refunds=codecs.read_refunds(row.refunds) if row.refunds else (),
        lease_token=row.lease_token or "",
        lease_until=None if row.lease_until is None else instant(row.lease_until),
        print_from=None if row.not_before is None else instant(row.not_before),
        piece=row.piece or "",
        stopping=bool(row.stop),
        dispatched_at=None if row.dispatched_at is None else instant(row.dispatched_at),
        since=None if row.updated_at == row.created_at else instant(row.updated_at),
        tracking=opened("tracking", row.tracking),
        reason=row.return_reason or "",
        tariff=row.tariff,
        vat_percent=row.vat_percent,
        discount=Kurus(row.discount),
        discount_code=row.discount_code,
    )
