"""An erasure carried out: first what has to end, then one turn at the door, and last the chat's address and the key.

`erase` is a part of the turn that brings the answer. What remains then is the address the answer goes to, and the
person's key: both go when it has arrived (`finish`). Each act can be repeated.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, exists, select, update

from flows.core.events import BY_DESK
from flows.core.retention_notice import Retained
from flows.core.state import State as OrderState
from flows.desk.requests import table as flow
from flows.desk.requests.order_endings import ENDING
from flows.desk.requests.table import DataRequest, State
from flows.order.number import written
from flows.words.dates import today_in_istanbul
from storage.database.tables import errand, message_outbox, micros, orders, person, work
from storage.keys.vault import Vault
from storage.payments import callbacks, references
from storage.queues.keys_to_shred import ask_shred, record
from storage.retention import latest_ends
from storage.rights.kept_until import ANSWER_WAITS
from storage.rights.personal_data import PERSONAL_DATA, PROMISED, Subject
from storage.rights.requests import ErasureNotYet, find, move, settle

__all__ = ["Plan", "Waiting", "begin", "dry_run", "erase", "finish", "subject", "waiting"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What has to end before an erasure: an open order (its id, number and state), or promised work of a kind.

    until: the day on which it ends at the latest, whatever is missing."""

    order: str = ""
    number: str = ""
    state: OrderState | None = None
    work: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A dry run: rows by identifier of storage.rights.personal_data, what the law keeps, what has to end first."""

    counts: tuple[tuple[str, int], ...]
    kept: tuple[Retained, ...]
    waits: tuple[Waiting, ...]


def subject(conn: Connection, request: DataRequest) -> Subject | None:
    """Whom it is about; None for somebody who is no sender, or was forgotten."""
    known = (person.c.id == request.person) & person.c.handle_index.is_not(None)
    row = conn.execute(select(person.c.id, person.c.key_id).where(known)).first()
    return None if row is None else Subject(row.id, row.key_id)


def waiting(conn: Connection, who: Subject, request: DataRequest, now: datetime) -> tuple[Waiting, ...]:
    """Open orders, work that was promised and is not done, and what the desk has decided about an order (a refund).

    From the request's last day on nobody waits for work any more: it goes on being tried for as long as the answer is
    (`finish`), and what is still owed then is the staff's. But what has just been said of an order that was ended for
    it arrives first: else the news of a refund would be erased with the messages that wait."""
    if today_in_istanbul(now) >= request.due:
        return (*_orders_of(conn, who), *_being_told(conn, who, request, now))
    mailed = work.c.kind.in_(("MailNews", "MailOpened", "MailRefusal"))
    hopeless = (work.c.parked == 1) & mailed  # a mailbox there is not; money waits for a person
    owed = work.c.kind.in_(PROMISED) & ~hopeless
    promised = select(work.c.kind).where(work.c.person_id == who.id, owed).order_by(work.c.id)
    decided = (
        select(errand.c.kind).where(errand.c.person_id == who.id, errand.c.kind.in_(_DECIDED)).order_by(errand.c.id)
    )
    owing = (*conn.scalars(promised), *conn.scalars(decided))
    return (*_orders_of(conn, who), *(Waiting(work=kind, until=request.due) for kind in owing))


TOLD_WITHIN = timedelta(hours=1)
"""How long a messenger that does not answer is waited for."""


def _being_told(conn: Connection, who: Subject, request: DataRequest, now: datetime) -> tuple[Waiting, ...]:
    fresh = (message_outbox.c.created_at > micros(now - TOLD_WITHIN)) & (person.c.reachable == 1)
    theirs = select(message_outbox.c.id).join_from(message_outbox, person, person.c.id == message_outbox.c.person_id)
    told = conn.execute(theirs.where(person.c.id == who.id, fresh).limit(1)).first()
    return () if told is None else (Waiting(work="Message", until=request.due),)


_DECIDED = [kind.__name__ for kind in BY_DESK]


def _orders_of(conn: Connection, who: Subject) -> tuple[Waiting, ...]:
    opened = orders.c.state.in_([str(state) for state in ENDING])
    found = select(orders.c.id, orders.c.number, orders.c.state).where(orders.c.person_id == who.id, opened)
    rows = conn.execute(found.order_by(orders.c.number)).all()
    return tuple(
        Waiting(row.id, written(row.number), OrderState(row.state), until=latest_ends.last_day_of(conn, row.id))
        for row in rows
    )


def dry_run(conn: Connection, vault: Vault, request: DataRequest, now: datetime) -> Plan:
    """What an execution would do now; changes nothing."""
    who = subject(conn, request)
    if who is None:
        return Plan((), (), ())
    counts = tuple((one.identifier, one.count(conn, vault, who)) for one in PERSONAL_DATA)
    kept = tuple(found for one in PERSONAL_DATA if (found := one.kept(conn, vault, who, now)) is not None)
    return Plan(counts, kept, waiting(conn, who, request, now))


def begin(conn: Connection, vault: Vault, number: int, now: datetime) -> bool:
    """An order is about to be ended for it: from here on it cannot be withdrawn. False if it was."""
    request = find(conn, vault, number)
    if request is None:
        return False
    after, verdict = flow.advance(request, flow.Begun(), now)
    if verdict is flow.RequestVerdict.BEGUN:
        return move(conn, vault, request, after)
    return request.state is State.EXECUTING


def erase(conn: Connection, vault: Vault, number: int, kept: Collection[Retained], now: datetime) -> None:
    """All that no law keeps, of every kind, on record without a name; the request is done. Errors: ErasureNotYet."""
    request = find(conn, vault, number)
    who = None if request is None else subject(conn, request)
    if request is None or who is None or waiting(conn, who, request, now):
        raise ErasureNotYet(f"request {number} cannot be carried out now")
    callbacks.hand_over(conn, vault, _ids_of(who), now, pages=False)
    for one in PERSONAL_DATA:
        if one.erase is None:
            continue
        count = one.count(conn, vault, who)
        one.erase(conn, vault, who, now)
        if count and one.until is None:
            record(conn, now, datum=one.identifier, count=count, method="erasure asked", article="KVKK m.7, m.11/1-e")
    settle(conn, vault, number, kept, now)


def _ids_of(who: Subject) -> Any:
    return select(orders.c.id).where(orders.c.person_id == who.id)


_THEIRS = select(orders.c.id).where(orders.c.person_id == person.c.id).correlate(person)
_LEFT = (
    exists().where(message_outbox.c.person_id == person.c.id)
    | exists().where(work.c.person_id == person.c.id)
    | exists().where(references.waits_for_its_end(_THEIRS))
)
"""What is still said, done, or paid: a page that cannot be closed takes money until its end. That is given back and
told, so whom it is of is known until the page was asked about."""


def finish(conn: Connection, vault: Vault, now: datetime) -> int:
    """The answer has arrived, or never will: the chat's address goes, and the person's key to the shredder.

    Money that is still owed then is left to the staff, who are told: a refund without work (the alarm "refunds_stuck"),
    and what an institution has not said of a page or a callback (`callbacks.hand_over`).
    """
    erased = person.c.forgotten_at.is_not(None) & person.c.handle_index.is_not(None)
    over = ~_LEFT | (person.c.forgotten_at < micros(now - ANSWER_WAITS))
    rows = conn.execute(select(person.c.id, person.c.key_id).where(erased, over).with_for_update()).all()
    leaving = [who for row in rows if not _orders_of(conn, who := Subject(row.id, row.key_id))]
    for who in leaving:
        callbacks.hand_over(conn, vault, _ids_of(who), now, pages=True)
        for one in PERSONAL_DATA:  # what came in since then: they have been told that nothing is kept
            if one.erase is not None and one.until is None:
                one.erase(conn, vault, who, now)
        references.forget(conn, _ids_of(who))
        for table in (message_outbox, work):
            conn.execute(table.delete().where(table.c.person_id == who.id))
        gone: Mapping[str, Any] = {"handle_index": None, "handle": None, "profile": None}
        conn.execute(update(person).where(person.c.id == who.id).values(**gone))
        ask_shred(conn, who.key_id, now, because="erasure asked")
    return len(leaving)
