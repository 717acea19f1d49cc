"""What is kept how long, and how it is destroyed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from storage.database.dialects import alone
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import record
from storage.retention import (
    access_log,
    accounts,
    addressees,
    batches,
    callbacks,
    consents,
    contracts,
    desk,
    drafts,
    invoices,
    messages,
    minors,
    openings,
    orders,
    requests,
    strangers,
    tickets,
    traces,
)
from storage.retention.period import past
from storage.retention.rule import Rule

__all__ = ["RULES", "Rule", "purge"]

# A new datum is one file here and one line below.
RULES: tuple[Rule, ...] = (
    strangers.RULE,
    minors.RULE,
    drafts.LETTERS,
    drafts.ANSWERS,
    addressees.RULE,
    messages.RULE,
    callbacks.RULE,
    tickets.RULE,
    tickets.PICTURES,
    requests.RULE,
    desk.BLOCKS,
    desk.UNDELIVERED,
    desk.OBJECTIONS,
    contracts.RULE,  # before their orders, by which their time is reckoned
    orders.RULE,
    batches.RULE,
    consents.RULE,
    accounts.RULE,
    invoices.RULE,
    access_log.USUAL,
    access_log.OPENED,
    openings.LINKS,
    openings.UNOPENED,
    openings.OPENED,
    traces.INBOX,
    traces.QUARANTINE,
    traces.REFUSED,
    traces.SHREDDED,
    traces.RECORDS,
)


def purge(conn: Connection, vault: Vault, now: datetime) -> dict[str, int]:
    """Applies every rule once; says by datum how many were destroyed. Running it again at once destroys nothing more.

    The by-law of 28.10.2017 asks for it every six months at least; it runs daily.
    """
    alone(conn, "purge", giving_way=True)  # counted once; and whoever is being served goes first
    destroyed: dict[str, int] = {}
    for rule in RULES:
        count = rule.clear(conn, vault, past(now, rule.period), now)
        destroyed[rule.datum] = count
        if count and rule.recorded:
            record(conn, now, datum=rule.datum, count=count, method="row and key", article=rule.article)
    return destroyed
