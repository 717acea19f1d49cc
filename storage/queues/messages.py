"""The message outbox: nothing said is lost, and each person's messages keep their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update

from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Standing
from storage.database.dialects import fresh_id, many, shared
from storage.database.tables import message_outbox, micros, person
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.queues.message_state import Counted, newest
from storage.senders.people import Known, opened_person, row_id

__all__ = ["StoredMessage", "put_instead", "relayed_to", "store", "take"]

HELD = timedelta(minutes=2)
"""How long a message belongs to the process that stored it; after that another may send it (a messenger's call takes at
most a minute with its retries)."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of the outbox: its number, whose it is, how often sending it failed, under which name it is taken.

    begun: where it is on record as about to go, the newest number that the messenger was known to have given by then;
    else None. doubt: it may have arrived already, because whoever began to send it never said. language: the reader's.
    """

    id: int
    person: Person
    message: OutgoingMessage
    attempts: int = 0
    taker: str = ""
    begun: int | None = None
    doubt: bool = False
    language: str = ""


_NEW = insert(message_outbox).returning(message_outbox.c.id, message_outbox.c.mark)


def store(
    conn: Connection,
    vault: Vault,
    said: Sequence[tuple[Known, Standing, OutgoingMessage, datetime]],
    taker: str,
    counted: Counted | None = None,
) -> list[StoredMessage]:
    """Adds messages in order. With `taker` they are taken at once, except a person's who has older ones with others;
    with `counted` the first of a person who has no older ones is about to go (storage.queues.message_state), which
    spares a commit.
    """
    if not said:
        return []
    rows: list[dict[str, Any]] = []
    begun: set[str] = set()
    number = newest(conn, counted) if counted else None
    for row, standing, message, at in said:
        mark, now = fresh_id(), micros(at)
        ours = bool(taker) and not standing.unreachable and all(sender == taker for sender in row.senders)
        first = ours and message.kind == "say" and not row.senders and row.id not in begun
        if message.kind == "say":
            begun.add(row.id)
        rows.append(
            {
                "mark": mark,
                "person_id": row.id,
                "body": vault.seal(
                    codecs.write(message), key_id=row.key_id, table="message_outbox", column="body", row=mark
                ),
                "created_at": now,
                "due_at": now,
                "taken_by": taker if ours else None,
                "taken_until": micros(at + HELD) if ours else None,
                "begun": number if first else None,
            }
        )
    numbers = {mark: number for number, mark in conn.execute(_NEW, rows)}
    return [
        StoredMessage(
            numbers[row["mark"]],
            standing.person,
            message,
            taker=row["taken_by"] or "",
            begun=row["begun"],
            language=standing.profile.language,
        )
        for row, (_, standing, message, _) in zip(rows, said, strict=True)
        if row["taken_by"] or not taker
    ]


_other = message_outbox.alias("other")
_NOW = bindparam("now", type_=message_outbox.c.due_at.type)
_FREE = and_(
    message_outbox.c.due_at <= _NOW,
    or_(message_outbox.c.taken_until.is_(None), message_outbox.c.taken_until <= _NOW),
)
# An older one of the same person that waits for its retry, or is being sent by somebody, goes first.
_OLDER_WAITS = exists().where(
    _other.c.person_id == message_outbox.c.person_id,
    _other.c.id < message_outbox.c.id,
    or_(_other.c.due_at > _NOW, _other.c.taken_until > _NOW),
)
STAFF = "staff"
"""The channel of the staff: its messages have a message sender of their own, with a token of its own."""
_EVERY = (
    select(
        message_outbox.c.id,
        message_outbox.c.mark,
        message_outbox.c.body,
        message_outbox.c.attempts,
        message_outbox.c.begun,
        person.c.id.label("row"),
        person.c.channel,
        person.c.handle,
        person.c.language,
    )
    .join_from(message_outbox, person)
    .where(_FREE, person.c.reachable == 1, ~_OLDER_WAITS)
    .order_by(message_outbox.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=[message_outbox, person], skip_locked=True, key_share=True)
)
_TAKE = {True: _EVERY.where(person.c.channel == STAFF), False: _EVERY.where(person.c.channel != STAFF)}
# Several take at once: a person's row is locked with their messages, and then is seen who else had been there before.
_LEFT_OUT = (
    select(message_outbox.c.person_id, func.min(message_outbox.c.id).label("oldest"))
    .where(
        message_outbox.c.person_id.in_(bindparam("people", expanding=True)),
        message_outbox.c.id.not_in(bindparam("numbers", expanding=True)),
    )
    .group_by(message_outbox.c.person_id)
)
_TAKEN = (
    update(message_outbox)
    .where(message_outbox.c.id == bindparam("number"))
    .values(taken_by=bindparam("taker"), taken_until=bindparam("until"))
)
_GONE = delete(message_outbox).where(message_outbox.c.id == bindparam("number"))


def take(
    conn: Connection, vault: Vault, taker: str, now: datetime, until: datetime, limit: int, *, staff: bool = False
) -> list[StoredMessage]:
    """Takes what is due, to senders or to the staff, oldest first; of one person never a later one while an earlier one
    waits or is taken."""
    taken: list[StoredMessage] = []
    rows: list[dict[str, Any]] = []
    lost: list[dict[str, Any]] = []
    for row in _in_order(conn, conn.execute(_TAKE[staff], {"now": micros(now), "limit": limit}).all()):
        asked = opened_person(vault, row.row, row.channel, row.handle)
        try:
            body = vault.open(row.body, table="message_outbox", column="body", row=row.mark)
        except KeyGone:
            asked = None
        if asked is None:  # forgotten meanwhile: there is nobody to say it to
            lost.append({"number": row.id})
            continue
        rows.append({"number": row.id, "taker": taker, "until": micros(until)})
        message = codecs.read_message(body)
        doubt = row.begun is not None
        taken.append(StoredMessage(row.id, asked, message, row.attempts, taker, row.begun, doubt, row.language))
    many(conn, _TAKEN, rows)
    many(conn, _GONE, lost)
    return taken


def relayed_to(conn: Connection, vault: Vault, asked: Person) -> list[int]:
    """The tickets whose agents' words wait for this person."""
    found = row_id(conn, vault, asked)
    if found is None:
        return []
    rows = conn.execute(
        select(message_outbox.c.mark, message_outbox.c.body)
        .where(message_outbox.c.person_id == found[0])
        .order_by(message_outbox.c.id)
    ).all()
    bodies = (vault.open(row.body, table="message_outbox", column="body", row=row.mark) for row in rows)
    return list(dict.fromkeys(number for body in bodies if (number := codecs.read_message(body).relays)))


def put_instead(conn: Connection, vault: Vault, number: int, message: OutgoingMessage) -> None:
    """What is said in the place of a message that will never arrive; whoever has that one in hand has this one."""
    row = conn.execute(
        select(message_outbox.c.mark, person.c.key_id)
        .join_from(message_outbox, person)
        .where(message_outbox.c.id == number)
        .with_for_update(of=message_outbox)
    ).first()
    if row is not None:
        body = vault.seal(codecs.write(message), key_id=row.key_id, table="message_outbox", column="body", row=row.mark)
        conn.execute(update(message_outbox).where(message_outbox.c.id == number).values(body=body, begun=None))


def _in_order(conn: Connection, rows: Sequence[Any]) -> Sequence[Any]:
    """Without those that would overtake an older one of the same person, which another process took meanwhile."""
    if not (rows and shared(conn)):
        return rows
    asked = {"people": list({row.row for row in rows}), "numbers": [row.id for row in rows]}
    oldest = {left.person_id: left.oldest for left in conn.execute(_LEFT_OUT, asked)}
    return [row for row in rows if row.row not in oldest or row.id < oldest[row.row]]
