"""Invoices and payment references: to 31 December of the tenth year after their own; then each one's own key goes."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, delete, select

from storage.database.tables import invoice, invoice_document, micros, payment, refund
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import Rule, years

KEPT_YEARS = 10


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    # Not `before`: the period ends with a calendar year (UTC's, three hours after Türkiye's: nothing goes early).
    old = micros(datetime(now.astimezone(UTC).year - KEPT_YEARS, 1, 1, tzinfo=UTC))
    gone = 0
    for table in (invoice, invoice_document):
        for key in conn.scalars(select(table.c.key_id).where(table.c.at < old)).all():
            ask_shred(conn, key, now, because="period over")
            gone += 1
        conn.execute(delete(table).where(table.c.at < old))
    conn.execute(delete(payment).where(payment.c.at < old))
    conn.execute(delete(refund).where(refund.c.at < old))
    return gone


RULE = Rule("invoice", years(KEPT_YEARS), "TTK 82/5: ten years from the end of the year; VUK 253", clear)
