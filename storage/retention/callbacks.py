"""What payment institutions posted, and what they call our orders: a month, then the rows and the month's key go.

The attempts of a refund that is not made stay with it: whoever tries it again must know that it was sent before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, or_, select

from storage.database.tables import family, micros, payment_event, payment_reference, refund
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred
from storage.retention.rule import Rule

_REFERENCE = payment_reference.c
_NEEDED = (_REFERENCE.kind == "payment") & exists().where(
    refund.c.state == "asked",
    refund.c.provider == _REFERENCE.provider,
    # Under the payment; attempts that are older stand under the order.
    or_(refund.c.payment == _REFERENCE.order_id, refund.c.order_id == _REFERENCE.order_id),
)


def clear(conn: Connection, vault: Vault, before: datetime, now: datetime) -> int:
    gone = conn.execute(delete(payment_event).where(payment_event.c.at < micros(before))).rowcount
    conn.execute(delete(payment_reference).where(_REFERENCE.at < micros(before), ~_NEEDED))
    past = f"callbacks/{before:%Y-%m}"  # keys of months before this one have no row left
    theirs = family.c.name.like("callbacks/%") & (family.c.name < past)
    for key in conn.scalars(select(family.c.key_id).where(theirs)).all():
        ask_shred(conn, key, now, because="period over")
    conn.execute(delete(family).where(theirs))
    return gone


RULE = Rule("payment callback", timedelta(days=30), "KVKK m.7: the purpose has ended", clear)
