"""The job queue: mails, previews, payment links and timers wait here, are leased out, and done at least once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update

from flows.core.effects import DrawPreview, MeasureLetter, Refund, SetTimer, Work
from flows.core.events import Moment, Person
from storage.database.dialects import changed, fresh_id, many, once
from storage.database.tables import micros, person, refund, work
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import Known, opened_person

__all__ = ["WorkItem", "add", "done", "failed", "put", "take"]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Work that was taken: its number, for whom, what, and how often it failed."""

    id: int
    person: Person
    effect: Work
    attempts: int


_NEW = insert(work)
LATEST = (MeasureLetter, DrawPreview)
"""Work of which only the newest of a person counts: an older one that nobody has begun is dropped."""

_STALE = delete(work).where(
    work.c.person_id == bindparam("person"),
    work.c.kind == bindparam("what"),
    work.c.taken_by.is_(None),
    work.c.parked == 0,  # what waits for a person is told to the staff, whatever its sender does meanwhile
)
_REFUND = once(refund)


def add(conn: Connection, vault: Vault, asked: Sequence[tuple[Known, Work, Moment]]) -> None:
    """Adds work rows. Of `LATEST` a newer one replaces an unstarted older one; a part of a payment is refunded
    once."""
    latest = {(row.id, type(effect).__name__): effect for row, effect, _ in asked if isinstance(effect, LATEST)}
    many(conn, _STALE, [{"person": row, "what": kind} for row, kind in latest])
    rows: list[dict[str, Any]] = []
    for row, effect, moment in asked:
        if isinstance(effect, LATEST) and latest[row.id, type(effect).__name__] is not effect:
            continue
        if isinstance(effect, Refund) and not _first_refund(conn, effect, moment):
            continue
        rows.append(_row(vault, row.id, row.key_id, effect, moment.at))
    many(conn, _NEW, rows)


def put(conn: Connection, vault: Vault, row: str, key: str, effect: Work, at: datetime) -> None:
    """One piece for a person by row id, asked for by somebody else than they."""
    many(conn, _NEW, [_row(vault, row, key, effect, at)])


def _first_refund(conn: Connection, effect: Refund, moment: Moment) -> bool:
    values = {
        "provider": effect.provider,
        "payment": effect.payment,
        "nth": effect.nth,
        "order_id": effect.order,
        "amount": effect.amount.amount,
        "state": "asked",
        "at": micros(moment.at),
    }
    return changed(conn, _REFUND, **values) == 1


def _row(vault: Vault, row: str, key: str, effect: Work, at: datetime) -> dict[str, Any]:
    mark, now = fresh_id(), micros(at)
    due = micros(at + effect.after) if isinstance(effect, SetTimer) else now
    return {
        "mark": mark,
        "person_id": row,
        "kind": type(effect).__name__,
        "body": vault.seal(codecs.write(effect), key_id=key, table="work", column="body", row=mark),
        "created_at": now,
        "due_at": due,
    }


_TAKE = (
    select(
        work.c.id,
        work.c.mark,
        work.c.kind,
        work.c.body,
        work.c.attempts,
        person.c.id.label("row"),
        person.c.channel,
        person.c.handle,
    )
    .join_from(work, person)
    .where(
        work.c.parked == 0,
        work.c.due_at <= bindparam("now"),
        or_(work.c.taken_until.is_(None), work.c.taken_until <= bindparam("now")),
    )
    .order_by(work.c.due_at, work.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=work, skip_locked=True)
)
_TAKEN = (
    update(work)
    .where(work.c.id == bindparam("number"))
    .values(taken_by=bindparam("taker"), taken_until=bindparam("until"))
)
_GONE = delete(work).where(work.c.id == bindparam("number"))
_REFUNDED = select(work.c.mark, work.c.body).where(
    work.c.id.in_(bindparam("numbers", expanding=True)), work.c.kind == Refund.__name__
)
_SETTLED = (
    update(refund)
    .where(
        refund.c.payment == bindparam("number"),
        refund.c.nth == bindparam("part"),
        # Work of before institutions were kept names none; its row was given one since.
        or_(refund.c.provider == bindparam("institution"), bindparam("institution") == ""),
    )
    .values(state="settled")
)


def take(conn: Connection, vault: Vault, taker: str, now: datetime, until: datetime, limit: int) -> list[WorkItem]:
    """Takes work that is due, the longest waiting first, until `until`; after that another may take it."""
    taken: list[WorkItem] = []
    lost: list[dict[str, Any]] = []
    for row in conn.execute(_TAKE, {"now": micros(now), "limit": limit}).all():
        asked = opened_person(vault, row.row, row.channel, row.handle)
        try:
            body = vault.open(row.body, table="work", column="body", row=row.mark)
        except KeyGone:
            asked = None
        if asked is None:  # forgotten meanwhile
            lost.append({"number": row.id})
        else:
            taken.append(WorkItem(row.id, asked, codecs.read_work(row.kind, body), row.attempts))
    many(conn, _TAKEN, [{"number": item.id, "taker": taker, "until": micros(until)} for item in taken])
    many(conn, _GONE, lost)
    return taken


def done(conn: Connection, vault: Vault, numbers: Sequence[int]) -> None:
    """Takes finished work off the queue; a refund is recorded as settled."""
    if not numbers:
        return
    for row in conn.execute(_REFUNDED, {"numbers": list(numbers)}).all():
        effect = codecs.read_work(Refund.__name__, vault.open(row.body, table="work", column="body", row=row.mark))
        assert isinstance(effect, Refund)
        changed(conn, _SETTLED, number=effect.payment, part=effect.nth, institution=effect.provider)
    many(conn, _GONE, [{"number": number} for number in numbers])


def failed(conn: Connection, vault: Vault, number: int, retry_at: datetime | None, taker: str, said: str = "") -> None:
    """Puts work back for later; None parks it until a person looks. What another has taken meanwhile is left to it.
    said: the partner's answer, a key of flows.desk.printing.refund_wording.ANSWERS."""
    values: dict[Any, Any] = {"attempts": work.c.attempts + 1, "taken_by": None, "taken_until": None}
    values |= {"said": said} if said else {}
    values |= {"parked": 1} if retry_at is None else {"due_at": micros(retry_at)}
    changed(conn, update(work).where(work.c.id == number, work.c.taken_by == taker).values(values))
