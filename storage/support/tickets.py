"""The agents' side of support: what may be known of a ticket, and what is written into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, or_, select, update

from flows.core.events import Person
from flows.core.state import State
from flows.desk.base.request import CHANNEL, Asked
from flows.desk.base.roles import Member
from flows.desk.support.relayed import Words
from flows.desk.support.ticket import HeldAnswer, Rest, Ticket, TicketFacts, mark_of, meant, number_in
from flows.order.number import written
from storage.database.tables import desk_block, errand, instant, micros, orders, person, ticket, ticket_message
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import index_of, opened_person, who
from storage.support import pictures, staff

__all__ = [
    "about",
    "facts",
    "facts_of",
    "of_desk",
    "read",
    "relay_waits",
    "silent",
    "to_relay",
    "unread",
    "was_answer",
    "woken",
]


def about(conn: Connection, vault: Vault, number: int, *, held: bool = True) -> Ticket | None:
    """What an agent may know; the row is this transaction's. None for a number that was never given, or a forgotten
    sender."""
    query = (
        select(ticket, person.c.profile, person.c.handle_index, person.c.reachable)
        .join_from(ticket, person, person.c.id == ticket.c.person_id)
        .where(ticket.c.number == number)
    )
    row = conn.execute(query.with_for_update(of=ticket) if held else query).first()
    if row is None or row.handle_index is None:
        return None
    try:
        name = _first_name(vault, row)
    except KeyGone:
        return None
    order = conn.execute(
        select(orders.c.number, orders.c.state)
        .where(orders.c.person_id == row.person_id)
        .order_by(orders.c.number.desc())
        .limit(1)
    ).first()
    answered_by, answered_at = _answered(conn, vault, row)
    return Ticket(
        number=row.number,
        open=row.state == "open",
        person=row.person_id,
        desk=_desk(conn, vault, row.thread),
        language=row.language,
        first_name=name,
        order="" if order is None else written(order.number),
        state=None if order is None else State(order.state),
        opened_at=instant(row.opened_at),
        last_at=instant(row.last_at or row.opened_at),
        snoozed_until=None if row.snoozed_until is None else instant(row.snoozed_until),
        assigned=staff.member(conn, vault, row.assigned_to),
        answered_by=answered_by,
        answered_at=answered_at,
        unreachable=not row.reachable,
    )


def _first_name(vault: Vault, row: Any) -> str:
    if row.profile is None:
        return ""
    profile = codecs.read_profile(vault.open(row.profile, table="person", column="profile", row=row.person_id))
    return (profile.name.split() or [""])[0]


def _desk(conn: Connection, vault: Vault, thread: str | None) -> str:
    if thread is None:
        return ""
    handle = conn.scalar(select(person.c.handle).where(person.c.id == thread))
    found = opened_person(vault, thread, CHANNEL, handle)
    return "" if found is None else found.handle


def _answered(conn: Connection, vault: Vault, row: Any) -> tuple[Member | None, datetime | None]:
    """Who has answered since the sender's last word, and when."""
    if row.last_by != "agent":
        return None, None
    last = conn.execute(
        select(ticket_message.c.agent, ticket_message.c.at)
        .where(ticket_message.c.ticket == row.number, ticket_message.c.sender == "agent")
        .order_by(ticket_message.c.at.desc())
        .limit(1)
    ).first()
    if last is None:
        return None, None
    return staff.member(conn, vault, last.agent) or Member("", "…"), instant(last.at)


def of_desk(conn: Connection, vault: Vault, handle: str) -> int:
    """The number of the ticket a topic belongs to; 0 for other places."""
    row = conn.scalar(select(person.c.id).where(person.c.handle_index == index_of(vault, who(Person(CHANNEL, handle)))))
    return (conn.scalar(select(ticket.c.number).where(ticket.c.thread == row)) or 0) if row and "/" in handle else 0


def facts_of(rest: Rest) -> Callable[[Connection, Vault, Asked], TicketFacts]:
    """The facts of a command after whose number this follows."""
    return lambda conn, vault, asked: facts(conn, vault, asked, rest)


def facts(conn: Connection, vault: Vault, asked: Asked, rest: Rest = Rest.WORDS) -> TicketFacts:
    """Which ticket was meant: the one whose message was replied to, whose button was tapped, whose topic it is, or the
    number after the command."""
    words, number, other = asked.words, mark_of(asked.replied), 0
    if asked.action:  # a button names its ticket; one that does not was not drawn by us
        number, _ = number_in(asked.value.replace(".", " ", 1))
    else:
        number = number or of_desk(conn, vault, asked.here)
    if asked.command:
        number, words = meant(words, number, rest)
        first, _ = number_in(words)
        if rest is Rest.WORDS and words == asked.words and first and conn.scalar(_open(first)):
            other = first  # the place has said which, and the words begin with another one's number
    found = about(conn, vault, number) if number else None
    if found is None:
        return TicketFacts(number, words)
    colleague = words.strip() if rest is Rest.MEMBER and not asked.action else ""
    called = staff.called(conn, vault, colleague, asked.admins) if colleague else ()
    mark = asked.value.partition(".")[2] if asked.action else ""
    went = exists().where(ticket_message.c.id == mark, ticket_message.c.sender == "agent")
    return TicketFacts(
        number,
        words,
        found,
        held=_held(conn, vault, number, mark) if mark else None,
        sent=bool(mark and conn.scalar(select(went))),
        member=called[0] if len(called) == 1 else None,
        blocked=_blocked(conn, found.person) is not None,
        newer=_open_one(conn, found.person, number),
        other=other,
        namesakes=called if len(called) > 1 else (),
    )


def _open(number: int) -> Select[Any]:
    return select(ticket.c.number).where(ticket.c.number == number, ticket.c.state == "open")


def was_answer(conn: Connection, vault: Vault, asked: Asked) -> TicketFacts:
    """Whether the message that was edited had gone to a sender, or waits to, and had other words or another picture."""
    agent = select(person.c.id).where(person.c.handle_index == index_of(vault, who(asked.who)))
    row = conn.execute(
        select(ticket_message).where(
            ticket_message.c.message == asked.message,
            ticket_message.c.sender != "person",
            ticket_message.c.agent.in_(agent),
        )
    ).first()
    if row is None:
        return TicketFacts(0, asked.words)
    before = vault.open(row.body, table="ticket_message", column="body", row=row.id).decode()
    after_number = [meant(asked.words, here, Rest.WORDS)[1] for here in (0, row.ticket)]
    now = {words.strip() for words in (asked.words, *after_number)}
    same = before in now and (row.file is None or row.file in (asked.picture, asked.picture_id))
    return TicketFacts(0, asked.words, was_answer=not same)


def _held(conn: Connection, vault: Vault, number: int, mark: str) -> HeldAnswer | None:
    row = conn.execute(
        select(ticket_message).where(
            ticket_message.c.id == mark, ticket_message.c.ticket == number, ticket_message.c.sender == "held"
        )
    ).first()
    if row is None:
        return None
    words = vault.open(row.body, table="ticket_message", column="body", row=mark).decode()
    agent = staff.member(conn, vault, row.agent)
    return HeldAnswer(
        mark, words, "" if agent is None else agent.handle, row.template or "", row.file or "", row.message
    )


def _blocked(conn: Connection, row: str) -> int | None:
    return conn.scalar(select(desk_block.c.until).where(desk_block.c.person_id == row))


def _open_one(conn: Connection, row: str, number: int) -> int:
    newer = select(ticket.c.number).where(ticket.c.person_id == row, ticket.c.state == "open")
    return conn.scalar(newer.where(ticket.c.number != number)) or 0


# The relay ------------------------------------------------------------------------------------------------------------


_UNREAD = and_(ticket_message.c.sender == "person", ticket_message.c.relayed_at.is_(None))


def _due(now: datetime) -> ColumnElement[bool]:
    """Not kept back as one correction too many."""
    after = ticket_message.c.shown_after
    return and_(_UNREAD, or_(after.is_(None), after <= micros(now)))


def unread(conn: Connection, vault: Vault, limit: int, now: datetime) -> list[int]:
    """Tickets with words of their sender that no agent has seen, the oldest first."""
    query = select(ticket_message.c.ticket).where(_due(now)).group_by(ticket_message.c.ticket)
    return list(conn.scalars(query.order_by(func.min(ticket_message.c.at)).limit(limit)))


def relay_waits(conn: Connection) -> bool:
    """Whether there are words for either side; not those that are kept back."""
    waits = and_(_UNREAD, ticket_message.c.shown_after.is_(None))
    return bool(conn.scalar(select(or_(exists().where(waits), exists().where(errand.c.id.is_not(None))))))


def to_relay(conn: Connection, vault: Vault, number: int, now: datetime) -> tuple[Ticket | None, list[Words]]:
    """A ticket and its unread words, in the order they were written; the row is this transaction's."""
    found = about(conn, vault, number)
    rows = conn.execute(
        select(ticket_message).where(ticket_message.c.ticket == number, _due(now)).order_by(ticket_message.c.work_id)
    ).all()
    if found is None:  # forgotten: nobody reads it any more
        read(conn, [row.id for row in rows], found_at=0)
        return None, []
    first = conn.scalar(select(func.min(ticket_message.c.work_id)).where(ticket_message.c.ticket == number))
    since = pictures.with_pictures(conn, [row.id for row in rows])
    words = []
    for row in rows:
        body = vault.open(row.body, table="ticket_message", column="body", row=row.id).decode()
        edited = row.edited_at is not None
        shown = row.id in since and since[row.id] >= (row.edited_at or 0)  # once, and again where it was replaced
        words.append(Words(row.id, body, edited, row.work_id == first and not edited, shown))
    return found, words


def read(conn: Connection, marks: Sequence[str], found_at: int) -> None:
    """These stand in the staff's outbox now."""
    if marks:
        conn.execute(update(ticket_message).where(ticket_message.c.id.in_(marks)).values(relayed_at=found_at))


def woken(conn: Connection, vault: Vault, now: datetime) -> list[Ticket]:
    """Tickets that were put aside until now."""
    over = and_(ticket.c.state == "open", ticket.c.snoozed_until <= micros(now))
    numbers = conn.scalars(select(ticket.c.number).where(over).order_by(ticket.c.number)).all()
    return [found for number in numbers if (found := about(conn, vault, number)) is not None]


def silent(
    conn: Connection, vault: Vault, now: datetime, *, warn: timedelta, close_after: timedelta
) -> tuple[list[Ticket], list[Ticket]]:
    """Tickets whose sender has been silent since our answer: (to be warned, to be closed).

    Closed only a day after the warning, however late that came."""
    ours = and_(ticket.c.state == "open", ticket.c.last_by == "agent")
    not_put_aside = or_(ticket.c.snoozed_until.is_(None), ticket.c.snoozed_until <= micros(now))
    quiet = select(ticket.c.number).where(ours, not_put_aside).order_by(ticket.c.number)
    to_warn = quiet.where(ticket.c.warned_at.is_(None), ticket.c.last_at <= micros(now - warn))
    to_close = quiet.where(ticket.c.warned_at <= micros(now - (close_after - warn)))
    found = [[about(conn, vault, number) for number in conn.scalars(query).all()] for query in (to_warn, to_close)]
    warned, over = ([one for one in some if one is not None] for some in found)
    return warned, over
