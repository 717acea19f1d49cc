"""Invoices and payment references: to 31 December of the tenth year after their own; then each one's own key goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.database.tables import invoice, micros, payment, refund
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import Rule

KEPT_YEARS = 10


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    # Not `before`: the period ends with a calendar year (UTC's, three hours after Türkiye's: nothing goes early).
    old = micros(datetime(now.astimezone(UTC).year - KEPT_YEARS, 1, 1, tzinfo=UTC))
    gone = conn.execute(select(invoice.c.order_id, invoice.c.key_id).where(invoice.c.at < old)).all()
    for row in gone:
        ask_shred(conn, row.key_id, now, because="period over")
    conn.execute(delete(invoice).where(invoice.c.at < old))
    conn.execute(delete(payment).where(payment.c.at < old))
    conn.execute(delete(refund).where(refund.c.at < old))
    return len(gone)


RULE = Rule("invoice", timedelta(days=3653), "TTK 82/5: ten years from the end of the year; VUK 253", clear)
