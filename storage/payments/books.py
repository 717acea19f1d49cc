"""Our own books: every payment that came and every refund that was made, without a word about whose they are."""

from __future__ import annotations

from sqlalchemy import Connection, and_, select

from flows.order.books import Entry, Kind
from flows.order.number import written
from flows.words.text import Kurus
from storage.database.tables import instant, orders, payment, refund
from storage.keys.vault import Vault

__all__ = ["entries"]


def entries(conn: Connection, vault: Vault, provider: str) -> list[Entry]:
    """Those of one institution, in the order of their coming; a refund counts once the institution has made it."""
    paid = (
        select(payment, orders.c.number)
        .join_from(payment, orders, orders.c.id == payment.c.order_id, isouter=True)
        .where(payment.c.provider == provider)
        .order_by(payment.c.at, payment.c.id)
    )
    same = and_(payment.c.provider == refund.c.provider, payment.c.payment == refund.c.payment)
    back = (
        select(refund, payment.c.currency, orders.c.number)
        .join_from(refund, payment, same, isouter=True)
        .join(orders, orders.c.id == refund.c.order_id, isouter=True)
        .where(refund.c.provider == provider, refund.c.state == "settled")
        .order_by(refund.c.at, refund.c.payment, refund.c.nth)
    )
    found = [(Kind.PAYMENT, row) for row in conn.execute(paid)] + [(Kind.REFUND, row) for row in conn.execute(back)]
    return [
        Entry(
            kind,
            provider,
            row.payment,
            Kurus(row.amount),
            row.currency or "TRY",
            instant(row.at),
            "" if row.number is None else written(row.number),
        )
        for kind, row in found
    ]
