"""The whole file about one person, handed to that person: the right of access (KVKK m.11/1-b)."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from flows.core.events import Person
from flows.input.manuscript import Manuscript
from storage.database.tables import (
    audit,
    consent,
    data_request,
    dispatch,
    instant,
    invoice,
    letter,
    message_outbox,
    opening,
    orders,
    payment,
    payment_event,
    refund,
    scan,
    ticket,
    ticket_message,
    work,
)
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.payments import contracts, invoices
from storage.rights.personal_data import Subject, callbacks_of
from storage.senders import photos
from storage.senders.people import find, row_id, who
from storage.support import pictures

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
        "contracts": _contracts(conn, vault, theirs),
        "invoices": _invoices(conn, vault, theirs),
        "issued_invoices": [plain(issued) for issued in invoices.of_person(conn, vault, theirs)],
        "consents": _rows(conn, consent, theirs, "kind", "version", "sha256", "given", "at"),
        "requests": _requests(conn, vault, theirs),
        "letters": _letters(conn, vault, theirs),
        "scans": _scans(conn, vault, theirs),
        "payments": _of_orders(conn, payment, theirs, "provider", "payment", "order_id", "amount", "currency", "at"),
        "refunds": _of_orders(conn, refund, theirs, "provider", "payment", "nth", "order_id", "amount", "state", "at"),
        "dispatches": _of_orders(conn, dispatch, theirs, "order_id", "pages", "at"),
        "payment_callbacks": _callbacks(conn, vault, Subject(*found)),
        "openings": _openings(conn, theirs),
        "access_log": _visits(conn, vault, theirs),
        "tickets": _tickets(conn, vault, theirs),
        "unsent_messages": _unsent(conn, vault, theirs),
        "work_waiting": [row["kind"] for row in _rows(conn, work, theirs, "kind")],
    }


def _plain(row: Any) -> dict[str, Any]:
    return {name: instant(value).isoformat() if name == "at" else value for name, value in row._mapping.items()}


def _of_orders(conn: Connection, table: Any, person_id: str, *names: str) -> list[dict[str, Any]]:
    theirs = table.c.order_id.in_(select(orders.c.id).where(orders.c.person_id == person_id))
    return [_plain(row) for row in conn.execute(select(*(table.c[name] for name in names)).where(theirs))]


def _letters(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    """Every letter whose words are still held, also those whose order is on its way to the printer.

    asked_about: messages whose sender has not said yet whether they belong to it. answers: given with it, once ordered.
    """
    found = []
    for row in conn.execute(select(letter).where(letter.c.person_id == person_id, letter.c.manuscript.is_not(None))):
        try:
            words = vault.open(row.manuscript, table="letter", column="manuscript", row=row.id)
        except KeyGone:
            continue
        written, at = codecs.read_manuscript(words), instant(row.created_at).isoformat()
        asked, answers = [doubt.words for doubt in written.doubts], codecs.read_answers(words).draft
        told = {"letter": row.id, "text": written.text, "asked_about": asked, "pages": row.pages, "at": at}
        told |= {"photos": shown} if (shown := [_jpeg(one.jpeg) for one in photos.read(conn, vault, row.id)]) else {}
        told |= {"formatting": formatted} if (formatted := _formatting(written)) else {}
        found.append(told | ({"answers": msgspec.to_builtins(answers)} if answers else {}))
    return found


def _formatting(written: Manuscript) -> dict[str, list[str]]:
    """Which words are bold and so on, in their order."""
    found: dict[str, list[str]] = {}
    whole = written.whole
    for style in whole.styles:
        found.setdefault(style.kind, []).append(whole.words[style.start : style.end])
    return found


def _requests(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    """With what somebody wrote to us by letter, and why a request was refused."""
    found = []
    for row in conn.execute(select(data_request).where(data_request.c.person_id == person_id)):
        told = {name: getattr(row, name) for name in ("number", "kind", "state", "due", "article")}
        for column in ("identity", "reason"):
            if (sealed := getattr(row, column)) is not None:
                words = vault.open(sealed, table="data_request", column=column, row=str(row.number))
                told[column] = words.decode()
        found.append(told)
    return found


def _scans(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    """The print room's journal, with the tracking number under its own key."""
    found = []
    theirs = scan.c.order_id.in_(select(orders.c.id).where(orders.c.person_id == person_id))
    for row in conn.execute(select(scan).where(theirs).order_by(scan.c.id)):
        tracking = ""
        if row.tracking is not None:
            tracking = vault.open(row.tracking, table="scan", column="tracking", row=row.mark).decode()
        when = instant(row.at).isoformat()
        found.append(
            {"order_id": row.order_id, "kind": row.kind, "reason": row.reason, "tracking": tracking, "at": when}
        )
    return found


def _callbacks(conn: Connection, vault: Vault, who: Subject) -> list[str]:
    return [
        vault.open(row.raw, table="payment_event", column="raw", row=row.id).decode(errors="replace")
        for row in conn.execute(select(payment_event).where(payment_event.c.id.in_(callbacks_of(conn, vault, who))))
    ]


def _visits(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    """What was done about the person and why; not by whom, who is a person too."""
    theirs = audit.c.subject == vault.blind("audit.subject", person_id)
    names = ("at", "action", "purpose", "outcome")
    return [_plain(row) for row in conn.execute(select(*(audit.c[name] for name in names)).where(theirs))]


def _openings(conn: Connection, person_id: str) -> list[dict[str, Any]]:
    """When a letter was opened and for which reason; not while an order forbids that the sender is told."""
    told = (opening.c.person_id == person_id) & opening.c.told_at.is_not(None)
    found = select(opening.c.order_id, opening.c.why, opening.c.opened_at.label("at")).where(told)
    return [_plain(row) for row in conn.execute(found)]


def _rows(conn: Connection, table: Any, person_id: str, *names: str) -> list[dict[str, Any]]:
    found = conn.execute(select(*(table.c[name] for name in names)).where(table.c.person_id == person_id))
    return [_plain(row) for row in found]


def _addressee(conn: Connection, vault: Vault, order: str) -> dict[str, Any]:
    sealed = conn.scalar(select(orders.c.addressee).where(orders.c.id == order))
    if sealed is None:
        return {}
    addressed = codecs.read_addressed(vault.open(sealed, table="orders", column="addressee", row=order))
    return {"addressee": msgspec.to_builtins(addressed)}


def _invoices(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    opened = []
    for row in conn.execute(select(invoice).where(invoice.c.person_id == person_id)):
        try:
            body = codecs.read_invoice(vault.open(row.body, table="invoice", column="body", row=row.order_id))
        except KeyGone:
            continue
        opened.append(
            {
                "order": row.order_id,
                "party": msgspec.to_builtins(body.party),
                "amount": row.amount,
                "at": instant(row.at).isoformat(),
            }
        )
    return opened


def _contracts(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    """The words that were accepted; once the addressee is forgotten, without their name and place."""
    return [
        {
            "number": kept.number,
            "name": paper.document.name,
            "language": paper.document.language,
            "version": paper.document.version,
            "at": kept.at.isoformat(),
            "sha256": paper.sha256,
            "text": paper.document.text,
        }
        for kept in contracts.of_person(conn, vault, person_id)
        for paper in kept.documents
    ]


def _tickets(conn: Connection, vault: Vault, person_id: str) -> list[dict[str, Any]]:
    found = conn.execute(
        select(ticket.c.number, ticket.c.state, ticket_message)
        .join_from(ticket, ticket_message, ticket_message.c.ticket == ticket.c.number)
        .where(ticket.c.person_id == person_id, ticket_message.c.sender != "held")  # not said to them
        .order_by(ticket.c.number, ticket_message.c.at)
    ).all()
    return [
        {
            "ticket": row.number,
            "state": row.state,
            "sender": row.sender,
            "at": instant(row.at).isoformat(),
            "words": vault.open(row.body, table="ticket_message", column="body", row=row.id).decode(),
            **_picture(conn, vault, row.id),
        }
        for row in found
    ]


def _picture(conn: Connection, vault: Vault, mark: str) -> dict[str, str]:
    held = pictures.read(conn, vault, mark)
    return {"picture": _jpeg(held)} if held else {}


def _jpeg(held: bytes) -> str:
    """As a browser opens it (RFC 2397)."""
    return f"data:image/jpeg;base64,{b64encode(held).decode()}"


def _unsent(conn: Connection, vault: Vault, person_id: str) -> list[str]:
    found = select(message_outbox.c.mark, message_outbox.c.body).where(message_outbox.c.person_id == person_id)
    return [
        codecs.read_message(vault.open(row.body, table="message_outbox", column="body", row=row.mark)).text
        for row in conn.execute(found.order_by(message_outbox.c.id))
    ]
