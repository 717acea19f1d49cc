"""The whole file about one person, handed to that person: the right of access (KVKK m.11/1-b)."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, select

from flows.events import Person
from storage import shapes
from storage.people import find, row_id, who
from storage.tables import consent, data_request, instant, invoice, message_outbox, orders, ticket, ticket_message, work
from storage.vault import KeyGone, Vault

__all__ = ["export"]


def export(conn: Connection, vault: Vault, asked: Person) -> dict[str, Any]:
    """Everything held about a person as JSON values, opened; {} for a stranger. Instants are ISO text in UTC."""
    found = row_id(conn, vault, asked)
    known = find(conn, vault, [asked]).get(who(asked))
    if found is None or known is None:
        return {}
    theirs, standing = found[0], known.standing
    plain = msgspec.to_builtins
    return {
        "messenger": {"channel": asked.channel, "handle": asked.handle},
        "profile": plain(standing.profile),
        "conversation": {"step": standing.step, "draft": plain(standing.draft)},
        "orders": [{**plain(order), **_addressee(conn, vault, order.id)} for order in standing.orders],
        "invoices": _invoices(conn, vault, theirs),
        "consents": _rows(conn, consent, theirs, "kind", "version", "sha256", "given", "at"),
        "requests": _rows(conn, data_request, theirs, "number", "kind", "state", "due"),
        "tickets": _tickets(conn, vault, theirs),
        "unsent_messages": _unsent(conn, vault, theirs),
        "work_waiting": [row["kind"] for row in _rows(conn, work, theirs, "kind")],
    }


def _rows(conn: Connection, table: Any, person_id: str, *names: str) -> list[dict[str, Any]]:
    found = conn.execute(select(*(table.c[name] for name in names)).where(table.c.person_id == person_id))
    return [
        {name: instant(value).isoformat() if name == "at" else value for name, value in row._mapping.items()}
        for row in found
    ]


def _addressee(conn: Connection, vault: Vault, order: str) -> dict[str, Any]:
    sealed = conn.scalar(select(orders.c.addressee).where(orders.c.id == order))
    if sealed is None:
        return {}
    addressed = shapes.read_addressed(vault.open(sealed, table="orders", column="addressee", row=order))
    return {"addressee": msgspec.to_builtins(addressed)}


def _invoices(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    opened = []
    for row in conn.execute(select(invoice).where(invoice.c.person_id == person_id)):
        try:
            body = shapes.read_invoice(vault.open(row.body, table="invoice", column="body", row=row.order_id))
        except KeyGone:
            continue
        opened.append(
            {"order": row.order_id, "party": body.party, "amount": row.amount, "at": instant(row.at).isoformat()}
        )
    return opened


def _tickets(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    found = conn.execute(
        select(ticket.c.number, ticket.c.state, ticket_message)
        .join_from(ticket, ticket_message, ticket_message.c.ticket == ticket.c.number)
        .where(ticket.c.person_id == person_id, ticket_message.c.sender != "held")  # not said to them
        .order_by(ticket.c.number, ticket_message.c.at)
    )
    return [
        {
            "ticket": row.number,
            "state": row.state,
            "sender": row.sender,
            "at": instant(row.at).isoformat(),
            "words": vault.open(row.body, table="ticket_message", column="body", row=row.id).decode(),
        }
        for row in found
    ]


def _unsent(conn: Connection, vault: Vault, person_id: str) -> list[str]:
    found = select(message_outbox.c.mark, message_outbox.c.body).where(message_outbox.c.person_id == person_id)
    return [
        shapes.read_message(vault.open(row.body, table="message_outbox", column="body", row=row.mark)).text
        for row in conn.execute(found.order_by(message_outbox.c.id))
    ]
