"""The tray of outgoing messages: nothing said is lost, each person's keep their order, a sent one leaves no copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, update

from flows.events import Person
from flows.outgoing import OutgoingMessage
from flows.standing import Standing
from storage import shapes
from storage.people import Known, opened_person, row_id
from storage.sql import Either, changed, fresh_id, hold, many, shared
from storage.tables import desk_copy, message_outbox, message_series, micros, person
from storage.vault import KeyGone, Vault

__all__ = ["Back", "Begin", "Sent", "StoredMessage", "newest", "noted", "store", "take"]

HELD = timedelta(minutes=2)
"""How long a message belongs to the process that stored it; after that another may send it (a messenger's call takes at
most a minute with its retries)."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message of the outbox: its number, whose it is, how often sending it failed, under which name it is taken.

    begun: where it may have arrived already, because whoever began to send it never said, the newest number that the
    messenger was known to have given by then; else None. language: the reader's.
    """

    id: int
    person: Person
    message: OutgoingMessage
    attempts: int = 0
    taker: str = ""
    begun: int | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """A message that is about to go: its number, who has taken it, the newest number known in its series, and the group
    it goes to, "" for a private chat."""

    id: int
    taker: str
    newest: int
    line: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivered message: its number, the messenger's own id for it, and whether it was a running line.

    about: the tickets of whose senders it shows something in a chat of the staff, where it has to be found again to be
    deleted."""

    id: int
    message_id: int | None = None
    running: bool = False
    about: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Back:
    """A message that is given back, to be tried again when it is due; what the person is told after it waits behind it.
    doubt: it may have arrived."""

    id: int
    taker: str
    due: datetime
    doubt: bool = False


_NEW = insert(message_outbox).returning(message_outbox.c.id, message_outbox.c.mark)


def store(
    conn: Connection, vault: Vault, said: Sequence[tuple[Known, Standing, OutgoingMessage, datetime]], taker: str
) -> list[StoredMessage]:
    """Adds messages in order. With `taker` they are taken at once, except a person's who has older ones with others."""
    if not said:
        return []
    rows: list[dict[str, Any]] = []
    for row, standing, message, at in said:
        mark, now = fresh_id(), micros(at)
        ours = bool(taker) and not standing.unreachable and all(sender == taker for sender in row.senders)
        rows.append(
            {
                "mark": mark,
                "person_id": row.id,
                "body": vault.seal(
                    shapes.write(message), key_id=row.key_id, table="message_outbox", column="body", row=mark
                ),
                "created_at": now,
                "due_at": now,
                "taken_by": taker if ours else None,
                "taken_until": micros(at + HELD) if ours else None,
            }
        )
    numbers = {mark: number for number, mark in conn.execute(_NEW, rows)}
    return [
        StoredMessage(
            numbers[row["mark"]],
            standing.person,
            message,
            taker=row["taken_by"] or "",
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
"""The channel of the house's own people: their messages have a postman of their own, with a token of its own."""
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
    conn: Connection, vault: Vault, taker: str, *, now: datetime, until: datetime, limit: int, staff: bool = False
) -> list[StoredMessage]:
    """Takes what is due, oldest first; of one person never a later one while an earlier one waits or is taken."""
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
        message = shapes.read_message(body)
        taken.append(StoredMessage(row.id, asked, message, row.attempts, taker, row.begun, row.language))
    many(conn, _TAKEN, rows)
    many(conn, _GONE, lost)
    return taken


def _in_order(conn: Connection, rows: Sequence[Any]) -> Sequence[Any]:
    """Without those that would overtake an older one of the same person, which another process took meanwhile."""
    if not (rows and shared(conn)):
        return rows
    asked = {"people": list({row.row for row in rows}), "numbers": [row.id for row in rows]}
    oldest = {left.person_id: left.oldest for left in conn.execute(_LEFT_OUT, asked)}
    return [row for row in rows if row.row not in oldest or row.id < oldest[row.row]]


_RUNNING = (
    update(person)
    .where(
        person.c.id
        == select(message_outbox.c.person_id).where(message_outbox.c.id == bindparam("number")).scalar_subquery()
    )
    .values(running_message=bindparam("running"))
)

_HOLD = (
    select(person.c.id)
    .where(
        person.c.id.in_(
            select(message_outbox.c.person_id).where(message_outbox.c.id.in_(bindparam("numbers", expanding=True)))
        )
    )
    .order_by(person.c.id)
    .with_for_update(key_share=True)
)


_COPIED = insert(desk_copy).from_select(
    ["ticket", "chat", "message", "at"],
    select(
        bindparam("about", type_=desk_copy.c.ticket.type),
        message_outbox.c.person_id,
        bindparam("message", type_=desk_copy.c.message.type),
        message_outbox.c.created_at,
    ).where(message_outbox.c.id == bindparam("number")),
)


_on_its_way = message_outbox.alias("on_its_way")
_BEGIN = (
    update(message_outbox)
    .where(
        message_outbox.c.id.in_(bindparam("numbers", expanding=True)), message_outbox.c.taken_by == bindparam("taker")
    )
    .values(begun=bindparam("newest"))
    .returning(message_outbox.c.id)
)
_BEGIN_ALONE = _BEGIN.where(
    ~exists().where(
        _on_its_way.c.line == bindparam("line"),
        _on_its_way.c.id.not_in(bindparam("numbers", expanding=True)),
    )
).values(line=bindparam("line"))
_BACK_IN_DOUBT = (
    update(message_outbox)
    .where(message_outbox.c.id == bindparam("number"), message_outbox.c.taken_by == bindparam("taker"))
    .values(due_at=bindparam("due"), attempts=message_outbox.c.attempts + 1, taken_by=None, taken_until=None)
)
_BACK = _BACK_IN_DOUBT.values(begun=None, line=None)
_SERIES = Either(
    message_series,
    lambda insert_: insert_.on_conflict_do_update(
        index_elements=["series"],
        set_={"newest": insert_.excluded.newest},
        where=insert_.excluded.newest > message_series.c.newest,
    ),
)


def noted(
    conn: Connection,
    delivered: Sequence[Sent],
    begins: Sequence[Begin],
    back: Sequence[Back],
    news: Mapping[str, int],
) -> set[int]:
    """Which messages have arrived, are about to go, and have come back, and how far the messenger has counted.

    Forgets delivered messages; keeps the messenger's id of a running line, to replace it later. Returns which of
    `begins` may go: those that are still their taker's, in a group one at a time. Of what is given back stays another's
    what is another's by now.
    """
    # As the door does it: people in their order.
    hold(conn, _HOLD, {"numbers": [one.id for one in delivered if one.running]})
    running = [{"number": one.id, "running": one.message_id} for one in delivered if one.running]
    many(conn, _RUNNING, running)
    shown = [(one, ticket) for one in delivered if one.message_id is not None for ticket in one.about]
    many(conn, _COPIED, [{"number": one.id, "message": one.message_id, "about": ticket} for one, ticket in shown])
    many(conn, _GONE, [{"number": one.id} for one in delivered])
    given = [{"number": one.id, "taker": one.taker, "due": micros(one.due)} for one in back]
    many(conn, _BACK, [values for one, values in zip(back, given, strict=True) if not one.doubt])
    many(conn, _BACK_IN_DOUBT, [values for one, values in zip(back, given, strict=True) if one.doubt])
    begun = _begin(conn, begins)
    many(conn, _SERIES, [{"series": series, "newest": number} for series, number in sorted(news.items())])
    return begun


def _begin(conn: Connection, begins: Sequence[Begin]) -> set[int]:
    begun: set[int] = set()
    together: dict[tuple[str, int], list[int]] = {}
    for one in begins:
        if one.line:
            values = {"numbers": [one.id], "taker": one.taker, "newest": one.newest, "line": one.line}
            begun |= set(conn.scalars(_BEGIN_ALONE, values))
        else:
            together.setdefault((one.taker, one.newest), []).append(one.id)
    for (taker, number), ids in together.items():
        begun |= set(conn.scalars(_BEGIN, {"numbers": ids, "taker": taker, "newest": number}))
    return begun


def newest(conn: Connection) -> dict[str, int]:
    """How far each series of message numbers has gone, as far as anybody has noted."""
    return {row.series: row.newest for row in conn.execute(select(message_series))}


def drop(conn: Connection, vault: Vault, asked: Person) -> int:
    """Throws away what is unsent to a person."""
    found = row_id(conn, vault, asked)
    return 0 if found is None else changed(conn, delete(message_outbox).where(message_outbox.c.person_id == found[0]))
