"""Everything that can be held about a person, a row for each kind: counted, erased, or kept as the law says.

The dry run of a deletion request counts by this table, its execution erases in this order, and the answer names what
the table keeps. A table of storage.database.tables without a row here must be one that holds nothing of anybody: the suite asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from flows.core.retention_notice import Retained
from flows.core.state import Profile
from storage.access_log import openings
from storage.database.tables import (
    audit,
    consent,
    contract,
    conversation,
    data_request,
    desk_block,
    dispatch,
    errand,
    invoice,
    invoice_document,
    letter,
    message_outbox,
    micros,
    opening,
    orders,
    payment,
    payment_event,
    payment_reference,
    person,
    print_outbox,
    refund,
    refund_wish,
    scan,
    shred,
    ticket,
    ticket_message,
    ticket_picture,
    work,
)
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.payments import references
from storage.printing.outbox import discard
from storage.retention import addressees
from storage.rights import kept_until
from storage.rights.kept_until import Subject

__all__ = ["NAMELESS", "PERSONAL_DATA", "PROMISED", "PersonalData", "Subject", "callbacks_of"]


Count = Callable[[Connection, Vault, Subject], int]
Erase = Callable[[Connection, Vault, Subject, datetime], None]
Keep = Callable[[Connection, Vault, Subject, datetime], date | None]


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One kind of personal data. `identifier` has its name and article in flows.desk.requests.wording.

    tables: where it is. count: how many rows of it a person has. erase: what a deletion request does to it, None where
    a law keeps all of it. until: to which day it is kept, None where nothing is. exported: its part of the export.
    """

    identifier: str
    tables: tuple[Table, ...]
    count: Count
    erase: Erase | None = None
    until: Keep | None = None
    exported: str = ""

    def kept(self, conn: Connection, vault: Vault, who: Subject, now: datetime) -> Retained | None:
        """What the law keeps of it, None where there is nothing."""
        count = self.count(conn, vault, who) if self.until else 0
        day = self.until(conn, vault, who, now) if self.until and count else None
        return Retained(self.identifier, count, day) if day else None


PROMISED = ("Refund", "CloseLink", "RemoveFromTray", "MailNews", "MailOpened", "MailRefusal")
"""Work that is done first: money goes back, pages close, files leave the tray, and it is told."""


# Counting -------------------------------------------------------------------------------------------------------------


def _number(conn: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    return conn.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _theirs(table: Table) -> Count:
    return lambda conn, vault, who: _number(conn, table, table.c.person_id == who.id)


def _of_orders(who: Subject) -> Any:
    return select(orders.c.id).where(orders.c.person_id == who.id)


def _account(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, person, person.c.id == who.id, person.c.handle.is_not(None) | person.c.profile.is_not(None))


def _addressees(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, orders, orders.c.person_id == who.id, orders.c.addressee.is_not(None))


def _prints(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, print_outbox, print_outbox.c.person_id == who.id, print_outbox.c.pdf.is_not(None))


def _scans(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, scan, scan.c.order_id.in_(_of_orders(who)))


def _messages_of_tickets(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, ticket_message, ticket_message.c.ticket.in_(_tickets(who)))


def _tickets(who: Subject) -> Any:
    return select(ticket.c.number).where(ticket.c.person_id == who.id)


def _visits(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, audit, audit.c.subject == vault.blind("audit.subject", who.id))


def _keys(conn: Connection, vault: Vault, who: Subject) -> int:
    letters = conn.scalars(select(letter.c.key_id).where(letter.c.person_id == who.id)).all()
    return sum(vault.keyring.holds(key) for key in {who.key_id, *letters})


def _callbacks(conn: Connection, vault: Vault, who: Subject) -> int:
    return len(callbacks_of(conn, vault, who))


def _pages(conn: Connection, vault: Vault, who: Subject) -> int:
    return _number(conn, payment_reference, references.waits_for_its_end(_of_orders(who)))


def callbacks_of(conn: Connection, vault: Vault, who: Subject) -> list[str]:
    """Those of the last month about an order of the person, or whose fields name a payment or a page of theirs."""
    named = [part.encode() for row in conn.execute(select(orders.c.id, orders.c.payment).where(
        orders.c.person_id == who.id)) for part in (row.id, row.payment.rpartition(":")[2]) if part]  # fmt: skip
    named += [name.encode() for name in conn.scalars(select(payment_reference.c.name).where(
        payment_reference.c.order_id.in_(_of_orders(who))))]  # fmt: skip
    if not named:
        return []
    found = list(conn.scalars(select(payment_event.c.id).where(payment_event.c.order_id.in_(_of_orders(who)))))
    for row in conn.execute(select(payment_event.c.id, payment_event.c.raw).where(payment_event.c.id.not_in(found))):
        try:
            raw = vault.open(row.raw, table="payment_event", column="raw", row=row.id)
        except KeyGone:
            continue
        if any(part in raw for part in named):
            found.append(row.id)
    return found


# Erasing --------------------------------------------------------------------------------------------------------------


def _erase_rows(table: Table) -> Erase:
    def erase(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
        conn.execute(delete(table).where(table.c.person_id == who.id))

    return erase


def _erase_letters(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """Their keys go with the next shredding. Letters of open orders are never here: those end first."""
    for row in conn.scalars(select(letter.c.id).where(letter.c.person_id == who.id)).all():
        discard(conn, row, "", now, "erasure asked")


def _erase_work(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    conn.execute(delete(work).where(work.c.person_id == who.id, work.c.kind.not_in(PROMISED)))


def _erase_tickets(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """Their topics, and their messages in the staff's chats, follow (storage/support/topics.py)."""
    for table in (ticket_message, ticket_picture):
        conn.execute(delete(table).where(table.c.ticket.in_(_tickets(who))))
    conn.execute(delete(ticket).where(ticket.c.person_id == who.id))


def _erase_desk_events(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    for table in (errand, desk_block):
        conn.execute(delete(table).where(table.c.person_id == who.id))
    conn.execute(delete(refund_wish).where(refund_wish.c.order_id.in_(_of_orders(who))))


def _forget_openings(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """That a letter was opened, and for which order of which court, stands ten years, linked to nobody."""
    openings.forget(conn, who.id)


def _erase_callbacks(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    conn.execute(delete(payment_event).where(payment_event.c.id.in_(callbacks_of(conn, vault, who))))
    theirs = _of_orders(who)
    waiting = references.waits_for_its_end(theirs)
    conn.execute(delete(payment_reference).where(payment_reference.c.order_id.in_(theirs), ~waiting))


def _erase_addressees(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """A province and a month are counted, as in a week without a request."""
    theirs = orders.c.person_id == who.id
    addressees.forget(conn, vault, theirs & orders.c.addressee.is_not(None))
    conn.execute(update(orders).where(theirs).values(url=None, url_until=None))


def _restrict_tracking(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """The print room's journal is the proof, under a key of its own; the copy shown to the sender goes."""
    conn.execute(update(orders).where(orders.c.person_id == who.id).values(tracking=None))


def _end_consents(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """What is still given ends today; the proof of both is kept for three years from now."""
    standing: dict[str, Any] = {}
    found = select(consent).where(consent.c.person_id == who.id, consent.c.order_id == "").order_by(consent.c.id)
    for row in conn.execute(found).all():
        standing[row.kind] = row
    ended = [
        {
            "person_id": who.id, "kind": row.kind, "version": row.version, "sha256": row.sha256, "given": 0,
            "order_id": "", "at": micros(now),
        }
        for row in standing.values()
        if row.given
    ]  # fmt: skip
    if ended:
        conn.execute(insert(consent), ended)


def _erase_account(conn: Connection, vault: Vault, who: Subject, now: datetime) -> None:
    """All but the address the answer goes to, which follows it (`erasure.finish`), and the language it is in."""
    language = conn.scalar(select(person.c.language).where(person.c.id == who.id)) or "tr"
    blank = vault.seal(
        codecs.write(Profile(language=language)), key_id=who.key_id, table="person", column="profile", row=who.id
    )
    gone = {"profile": blank, "known": 0, "running_message": None, "forgotten_at": micros(now)}
    conn.execute(update(person).where(person.c.id == who.id).values(gone))


# The table ------------------------------------------------------------------------------------------------------------

# fmt: off
PERSONAL_DATA: tuple[PersonalData, ...] = (
    PersonalData("conversation", (conversation,), _theirs(conversation), _erase_rows(conversation), None, "conversation"),
    PersonalData("letters", (letter,), _theirs(letter), _erase_letters, None, "letters"),
    PersonalData("prints", (print_outbox,), _prints, None, None, "orders"),  # open orders have ended: none is left
    PersonalData("work", (work,), _theirs(work), _erase_work, None, "work_waiting"),
    PersonalData("messages", (message_outbox,), _theirs(message_outbox), _erase_rows(message_outbox), None, "unsent_messages"),
    PersonalData("tickets", (ticket, ticket_message, ticket_picture), _messages_of_tickets, _erase_tickets, None, "tickets"),
    PersonalData("errands", (errand, desk_block, refund_wish), _theirs(errand), _erase_desk_events),
    PersonalData("openings", (opening,), _theirs(opening), _forget_openings, None, "openings"),
    PersonalData("callbacks", (payment_event,), _callbacks, _erase_callbacks, None, "payment_callbacks"),
    PersonalData("payment_pages", (payment_reference,), _pages, None, kept_until.pages_until),  # they end by themselves
    PersonalData("addressees", (orders,), _addressees, _erase_addressees, None, "orders"),
    PersonalData("tracking", (scan,), _scans, _restrict_tracking, kept_until.orders_until, "scans"),
    PersonalData("orders", (orders, dispatch), _theirs(orders), None, kept_until.orders_until, "orders"),
    PersonalData("contracts", (contract,), _theirs(contract), None, kept_until.orders_until, "contracts"),
    PersonalData("invoices", (invoice, invoice_document, payment, refund), _theirs(invoice), None, kept_until.invoices_until, "invoices"),
    PersonalData("consents", (consent,), _theirs(consent), _end_consents, kept_until.consents_until, "consents"),
    PersonalData("requests", (data_request,), _theirs(data_request), None, kept_until.requests_until, "requests"),
    PersonalData("access_log", (audit,), _visits, None, kept_until.visits_until, "access_log"),
    PersonalData("account", (person,), _account, _erase_account, None, "profile"),
    PersonalData("keys", (shred,), _keys),  # the last of all: `erasure.finish`, then the shredder
)
# fmt: on
"""In the order in which they are erased: what can only be opened with the person's key before the key."""

NAMELESS: dict[str, str] = {
    "meta": "which key store the database belongs to",
    "inbox": "numbers of updates",
    "invoice_series": "how far the numbers of invoices have gone",
    "serial_series": "how far the serial numbers of letters have gone",
    "batch": "whether the letters of a day add up",
    "destination": "a province and a month, linked to nobody",
    "destruction_record": "counts",
    "quarantine": "numbers of updates and kinds of errors",
    "alarm": "names of troubles",
    "message_series": "how far the messenger has counted its messages",
    "family": "keys of months",
    "staff": "members of the staff, who are no senders",
    "desk_copy": "numbers of messages and topics of the staff, to be deleted with their ticket",
    "template": "the operator's own words",
    "template_use": "how often they were sent",
    "do_not_write": "keyed hashes of addressees who asked for it; nobody can be read from them",
}
"""Tables that hold nothing of a sender, and what they hold."""
