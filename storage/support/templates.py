"""Keeps reply templates: what admins changed, version after version, and how often which words were sent.

Template words are no personal data: they have placeholders where a name would stand, so they lie open and stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from flows.desk.base.request import Asked
from flows.desk.support.placeholders import Request
from flows.desk.support.template_defaults import SHIPPED
from flows.desk.support.template_facts import Desk, TemplateTicket
from flows.desk.support.template_store import LANGUAGES, TemplateStore, Used, Version
from flows.desk.support.template_use import named_ticket
from storage.database.dialects import Either, changed, in_turn, many
from storage.database.dialects import hold as locked
from storage.database.tables import (
    data_request,
    instant,
    micros,
    person,
    template,
    template_use,
    ticket,
    ticket_message,
)
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.payments import invoices
from storage.senders.order_rows import ORDERS, order_from
from storage.support import tickets

__all__ = ["count_use", "facts", "find", "load", "put", "restore", "retire"]


def load(conn: Connection) -> TemplateStore:
    """All of it: every version, and every count."""
    counted = conn.execute(select(template_use))
    uses = {Used(row.code, row.language, row.version): row.sent for row in counted}
    return TemplateStore(tuple(_version(row) for row in conn.execute(select(template))), uses)


def find(conn: Connection, code: str, language: str) -> tuple[Version, ...]:
    """The changes of one template in one language, the oldest first."""
    asked = select(template).where(template.c.code == code, template.c.language == language)
    return tuple(_version(row) for row in conn.execute(asked.order_by(template.c.version)))


def _version(row: Any) -> Version:
    return Version(
        row.code,
        row.language,
        row.version,
        row.words,
        row.by,
        instant(row.at),
        bool(row.retired),
    )


# Changes: each is one more row, nothing is ever overwritten -----------------------------------------------------------


def put(conn: Connection, code: str, language: str, words: str | None, *, by: str, at: datetime) -> int:
    """The next version, in use from now on; its number. words None: as shipped."""
    _one_at_a_time(conn, code)
    return _add(conn, Version(code, language, 0, words, by, at))


def retire(conn: Connection, code: str, *, by: str, at: datetime) -> bool:
    """Out of use in every language it has; False if it was already, or there is no such code."""
    return _turn(conn, code, retired=True, by=by, at=at)


def restore(conn: Connection, code: str, *, by: str, at: datetime) -> bool:
    """In use again, with the words that ship, or with the last ones of one that does not; False if nothing changed."""
    return _turn(conn, code, retired=False, by=by, at=at)


def _turn(conn: Connection, code: str, *, retired: bool, by: str, at: datetime) -> bool:
    _one_at_a_time(conn, code)
    turned = False
    for language in LANGUAGES:
        history = find(conn, code, language)
        words, was = (history[-1].words, history[-1].retired) if history else (None, False)
        if not history and code not in SHIPPED:
            continue
        after = None if code in SHIPPED and not retired else words
        if (after, retired) != (words, was):
            _add(conn, Version(code, language, 0, after, by, at, retired))
            turned = True
    return turned


def _one_at_a_time(conn: Connection, code: str) -> None:
    """Two admins at once make two versions, one after the other."""
    in_turn(conn, [hashlib.sha256(f"template/{code}".encode()).digest()])


def _add(conn: Connection, new: Version) -> int:
    newest = select(func.max(template.c.version)).where(
        template.c.code == new.code, template.c.language == new.language
    )
    number = int(conn.scalar(newest) or 0) + 1
    at = micros(new.at) if new.at else 0
    values = {"code": new.code, "language": new.language, "version": number, "words": new.words, "by": new.by, "at": at}
    changed(conn, insert(template), **values, retired=int(new.retired))
    return number


_COUNT = Either(
    template_use,
    lambda statement: statement.on_conflict_do_update(
        index_elements=["code", "language", "version"], set_={"sent": template_use.c.sent + 1}
    ),
)


def count_use(conn: Connection, used: Iterable[Used]) -> None:
    """They were sent once more; counted in the order of their names, so that no two answers wait for each other."""
    rows = sorted({(one.code, one.language, one.version) for one in used})
    many(conn, _COUNT, [{"code": code, "language": lang, "version": number, "sent": 1} for code, lang, number in rows])


# Facts ----------------------------------------------------------------------------------------------------------------


def facts(conn: Connection, vault: Vault, asked: Asked) -> Desk:
    """What /t decides on: the templates, and the question that was named, or whose topic it is asked in, with its
    sender's orders, held until the transaction ends, so that two agents answer one after the other."""
    named = named_ticket(asked)
    number = (tickets.of_desk(conn, vault, asked.here) or None) if named is None else named
    found = None if number is None else _ticket(conn, vault, number)
    return Desk(load(conn), found, None if found is None else tickets.about(conn, vault, found.number))


_HOLD = select(ticket).with_for_update()
_LAST = select(ticket_message.c.template).where(ticket_message.c.sender == "agent").order_by(ticket_message.c.at.desc())
_ANSWERS = select(func.count()).select_from(ticket_message).where(ticket_message.c.sender == "agent")


def _ticket(conn: Connection, vault: Vault, number: int) -> TemplateTicket | None:
    locked(conn, _HOLD.where(ticket.c.number == number), {})
    row = conn.execute(select(ticket).where(ticket.c.number == number)).first()
    if row is None:
        return None
    asked = select(data_request.c.kind, data_request.c.number, data_request.c.due).where(
        data_request.c.person_id == row.person_id, data_request.c.state == "open"
    )
    first_name, language = _sender(conn, vault, row.person_id)
    return TemplateTicket(
        row.number,
        row.state == "open",
        language or row.language,
        first_name,
        tuple(order_from(vault, one) for one in conn.execute(ORDERS, {"people": [row.person_id]})),
        tuple(Request(one.kind, one.number, date.fromisoformat(one.due)) for one in conn.execute(asked)),
        conn.scalar(_ANSWERS.where(ticket_message.c.ticket == number)) or 0,
        conn.scalar(_LAST.where(ticket_message.c.ticket == number).limit(1)) or "",
        tuple(invoices.numbers_of(conn, vault, row.person_id).items()),
    )


def _sender(conn: Connection, vault: Vault, person_id: str) -> tuple[str, str]:
    """(first name, language) as the sender gave them; the rest of the profile is closed again unread."""
    row = conn.execute(select(person.c.profile, person.c.language).where(person.c.id == person_id)).first()
    if row is None:
        return "", ""
    try:
        opened = row.profile and vault.open(row.profile, table="person", column="profile", row=person_id)
    except KeyGone:
        return "", row.language
    name = codecs.read_profile(opened).name.split() if opened else []
    return (name[0] if name else ""), row.language
