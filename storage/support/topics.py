"""Where a ticket's words stand at the staff's messenger: its topic, or messages in chats; they go with the ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, insert, select, update

from flows.core.events import Person
from flows.desk.base.request import CHANNEL
from storage.database.tables import desk_copy, micros, person, ticket
from storage.keys.vault import Vault
from storage.queues.keys_to_shred import ask_shred, record
from storage.senders import people
from storage.senders.people import opened_person, row_id
from storage.support import staff

__all__ = ["MANY", "Leftover", "TopicClaim", "anew", "begin", "gone", "leftovers", "not_begun", "settle"]

TOPIC = 0
"""The message of a desk_copy that stands for a whole topic."""
MANY = 100  # messages that go by one request (Bot API, deleteMessages)
CLAIM_LASTS = timedelta(seconds=30)
"""How long whoever has begun to make a topic is left alone at it: longer than a request of theirs can take."""
YOUNG = timedelta(hours=48)
"""Bots can delete messages for so long (Bot API, deleteMessage)."""


@dataclass(frozen=True, slots=True)
class TopicClaim:
    """ours: nobody else is making the topic. again: somebody has begun before and it never came to an end."""

    ours: bool
    again: bool = False


def begin(conn: Connection, vault: Vault, number: int, now: datetime) -> TopicClaim:
    """Noted before the messenger is asked: a crash between its answer and our note of it leaves an empty topic, which
    no bot can list, but whose ticket remembers."""
    before = conn.scalar(select(ticket.c.topic_begun_at).where(ticket.c.number == number).with_for_update())
    if before is not None and micros(now) < before + CLAIM_LASTS // timedelta(microseconds=1):
        return TopicClaim(ours=False)
    conn.execute(update(ticket).where(ticket.c.number == number).values(topic_begun_at=micros(now)))
    return TopicClaim(ours=True, again=before is not None)


def not_begun(conn: Connection, vault: Vault, number: int) -> None:
    """The messenger has certainly made none."""
    conn.execute(update(ticket).where(ticket.c.number == number).values(topic_begun_at=None))


def settle(conn: Connection, vault: Vault, number: int, handle: str, at: datetime) -> bool:
    """The ticket's topic or chat, once; False if somebody else was faster."""
    row = staff.chat(conn, vault, handle, at)
    free = update(ticket).where(ticket.c.number == number, ticket.c.thread.is_(None))
    ours = conn.execute(free.values(thread=row.id, topic_begun_at=None)).rowcount == 1
    if ours and "/" in handle:
        values = {"ticket": number, "chat": row.id, "message": TOPIC, "at": micros(at)}
        conn.execute(insert(desk_copy), values)
    return ours


def anew(conn: Connection, vault: Vault, number: int, old: str, new: str) -> None:
    """The topic of a ticket has vanished; what is still to be said there goes to its new one."""
    people.replace_handle(conn, vault, Person(CHANNEL, old), new)
    not_begun(conn, vault, number)


# What goes with a ticket ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leftover:
    """What stands in a chat of a ticket that is erased: its topic, or these messages."""

    handle: str
    topic: bool
    messages: tuple[int, ...] = ()


def leftovers(conn: Connection, vault: Vault, now: datetime, limit: int) -> list[Leftover]:
    """Told once: whoever asks deletes it. Messages that are too old for a bot are apart from those that are not."""
    alive = exists().where(ticket.c.number == desk_copy.c.ticket)
    found = conn.execute(
        select(desk_copy, person.c.handle)
        .join_from(desk_copy, person, person.c.id == desk_copy.c.chat)
        .where(~alive)
        .order_by(desk_copy.c.id)
        .limit(limit)
    ).all()
    old = micros(now - YOUNG)
    parts: dict[tuple[str, bool, bool], list[int]] = {}
    for row in found:
        known = opened_person(vault, row.chat, CHANNEL, row.handle)
        if known is not None and (row.message != TOPIC or "/" in known.handle):
            parts.setdefault((known.handle, row.message == TOPIC, row.at < old), []).append(row.message)
    conn.execute(delete(desk_copy).where(desk_copy.c.id.in_([row.id for row in found])))
    return [
        Leftover(handle, topic, () if topic else tuple(some))
        for (handle, topic, _), messages in parts.items()
        for some in _by(messages, MANY)
    ]


def _by(numbers: Sequence[int], count: int) -> list[Sequence[int]]:
    return [numbers[n : n + count] for n in range(0, len(numbers), count)]


def gone(conn: Connection, vault: Vault, handle: str, messages: int, reason: str, now: datetime) -> None:
    """On record, without a name: a topic (0 messages) or messages of a chat were deleted, or, with a reason, not. The
    row of a topic goes with it."""
    datum = "ticket messages at the staff's messenger" if messages else "ticket topic at the staff's messenger"
    method = f"not deleted by the messenger: {reason}" if reason else "deleted at the messenger"
    record(conn, now, datum=datum, count=messages or 1, method=method, article="KVKK m.7, m.11/1-e")
    found = None if messages else row_id(conn, vault, Person(CHANNEL, handle))
    if found is None or conn.scalar(select(exists().where(ticket.c.thread == found[0]))):
        return
    conn.execute(delete(person).where(person.c.id == found[0]))
    ask_shred(conn, found[1], now, because="ticket ended")
