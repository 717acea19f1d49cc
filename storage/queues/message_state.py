"""The state of messages on their way, and how far the messenger has counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from storage.database.dialects import Either, hold, many
from storage.database.tables import desk_copy, message_outbox, message_series, micros, person
from storage.keys.vault import Vault

__all__ = ["Arrival", "Begin", "Counted", "Delivered", "GivenBack", "Undelivered", "newest", "note", "series"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How far the messenger has counted in a series of its numbers (bot.messenger.message_ids), as far as one
    process knows."""

    series: str
    newest: int


@dataclass(frozen=True, slots=True)
class Begin:
    """A message that is about to go: its number, who has taken it, and the group it goes to, "" for a private chat."""

    id: int
    taker: str
    counted: Counted
    line: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A delivered message: its number, the messenger's own id for it, and whether it was a running line.

    about: the tickets of whose senders it shows something in a chat of the staff, where it has to be found again to be
    deleted."""

    id: int
    message_id: int | None = None
    running: bool = False
    about: tuple[int, ...] = ()


class Arrival(Enum):
    """Whether a message that is not known to have arrived may have."""

    NONE = "It has certainly not arrived."
    UNKNOWN = "It may have arrived, and cannot be looked for."
    TRACEABLE = "It may have arrived, and can be looked for; whatever waits for it in its group goes on waiting."


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that was about to go and did not arrive, as far as its taker knows, who goes on with it."""

    id: int
    taker: str
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class GivenBack(Undelivered):
    """A message that is given back, to be tried again when it is due; what the person is told after it waits behind
    it."""

    due: datetime


_GONE = delete(message_outbox).where(message_outbox.c.id == bindparam("number"))
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
_NEWEST = bindparam("newest", type_=message_outbox.c.begun.type)
# What another process has sent to this chat a moment ago is taken off in one commit with its number, and may be news.
_NEWER = select(message_series.c.newest).where(
    message_series.c.series == bindparam("series"), message_series.c.newest > _NEWEST
)
_BEGIN = (
    update(message_outbox)
    .where(
        message_outbox.c.id.in_(bindparam("numbers", expanding=True)), message_outbox.c.taken_by == bindparam("taker")
    )
    .values(begun=func.coalesce(_NEWER.scalar_subquery(), _NEWEST))
    .returning(message_outbox.c.id, message_outbox.c.begun)
)
_BEGIN_ALONE = _BEGIN.where(
    ~exists().where(
        _on_its_way.c.line == bindparam("line"),
        _on_its_way.c.id.not_in(bindparam("numbers", expanding=True)),
    )
).values(line=bindparam("line"))
_OURS = update(message_outbox).where(
    message_outbox.c.id == bindparam("number"), message_outbox.c.taken_by == bindparam("taker")
)
_BEGUN_AFTER: Final[Mapping[Arrival, int | None]] = {Arrival.NONE: None, Arrival.UNKNOWN: 0}
"""What the outbox has on record of a message that is not on its way any more: no number, or one that leads nowhere. One
that can be looked for keeps its own."""
_LEFT = _OURS.values(begun=bindparam("begun", type_=message_outbox.c.begun.type), line=None)
_GIVEN_BACK = _OURS.values(
    due_at=bindparam("due"), attempts=message_outbox.c.attempts + 1, taken_by=None, taken_until=None
)
_SERIES = Either(
    message_series,
    lambda insert_: insert_.on_conflict_do_update(
        index_elements=["series"],
        set_={"newest": insert_.excluded.newest},
        where=insert_.excluded.newest > message_series.c.newest,
    ),
)


def note(
    conn: Connection,
    vault: Vault,
    delivered: Sequence[Delivered] = (),
    begins: Sequence[Begin] = (),
    back: Sequence[Undelivered] = (),
    news: Mapping[str, int] | None = None,
) -> dict[int, int]:
    """Which messages have arrived, are about to go, and have come back, and how far the messenger has counted.

    Forgets delivered messages; keeps the messenger's id of a running line, to replace it later. Returns which of
    `begins` may go, each with the newest number that anybody knew by then: those that are still their taker's, in a
    group one at a time. Of what is given back stays another's what is another's by now.
    """
    # As the door does it: people in their order.
    hold(conn, _HOLD, {"numbers": [one.id for one in delivered if one.running]})
    running = [{"number": one.id, "running": one.message_id} for one in delivered if one.running]
    many(conn, _RUNNING, running)
    shown = [(one, ticket) for one in delivered if one.message_id is not None for ticket in one.about]
    many(conn, _COPIED, [{"number": one.id, "message": one.message_id, "about": ticket} for one, ticket in shown])
    many(conn, _GONE, [{"number": one.id} for one in delivered])
    left = [one for one in back if one.arrival in _BEGUN_AFTER]
    many(conn, _LEFT, [{"number": one.id, "taker": one.taker, "begun": _BEGUN_AFTER[one.arrival]} for one in left])
    given = [one for one in back if isinstance(one, GivenBack)]
    many(conn, _GIVEN_BACK, [{"number": one.id, "taker": one.taker, "due": micros(one.due)} for one in given])
    begun = _begin(conn, begins)
    many(conn, _SERIES, [{"series": series, "newest": number} for series, number in sorted((news or {}).items())])
    return begun


def _begin(conn: Connection, begins: Sequence[Begin]) -> dict[int, int]:
    begun: dict[int, int] = {}
    together: dict[tuple[str, Counted], list[int]] = {}
    for one in begins:
        if one.line:
            values = {"numbers": [one.id], "taker": one.taker, **asdict(one.counted), "line": one.line}
            begun |= {row.id: row.begun for row in conn.execute(_BEGIN_ALONE, values)}
        else:
            together.setdefault((one.taker, one.counted), []).append(one.id)
    for (taker, counted), ids in together.items():
        values = {"numbers": ids, "taker": taker, **asdict(counted)}
        begun |= {row.id: row.begun for row in conn.execute(_BEGIN, values)}
    return begun


_NOTED = select(message_series.c.newest).where(message_series.c.series == bindparam("series"))


def newest(conn: Connection, counted: Counted) -> int:
    """How far a series has gone: what one process knows, or what others have noted of messages that are gone by now."""
    return max(counted.newest, conn.scalar(_NOTED, {"series": counted.series}) or 0)


def series(conn: Connection, vault: Vault) -> dict[str, int]:
    """How far each series of message numbers (bot.messenger.message_ids) has gone, as far as anybody has noted."""
    return {row.series: row.newest for row in conn.execute(select(message_series))}
