"""The file of data subjects' requests: numbered, moved by the table of flows.desk.requests.table, and kept as proof."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from flows.core.events import Person
from flows.core.retention_notice import Retained
from flows.desk.requests import table as flow
from flows.desk.requests.table import UNFINISHED, WITHIN, Choice, DataRequest, Kind, Origin, State
from flows.order.number import numbers_in, order_number, written
from flows.words.dates import today_in_istanbul
from storage.database.dialects import changed
from storage.database.tables import data_request, instant, micros, orders
from storage.keys.vault import Vault
from storage.senders.people import hold, person_by_id, row_id

__all__ = [
    "IN_HAND",
    "ErasureNotYet",
    "Identity",
    "due",
    "find",
    "listing",
    "move",
    "open",
    "open_for",
    "settle",
    "withdraw",
]

D = data_request.c
IN_HAND = [str(state) for state in UNFINISHED]


class ErasureNotYet(Exception):
    """Something has to end first, or the request was withdrawn: nothing was erased."""


class Identity(msgspec.Struct, frozen=True):
    """Who asked by letter, in the words of the letter; of an objection the address as it was read."""

    words: str
    address: dict[str, Any] | None = None


# The file -------------------------------------------------------------------------------------------------------------


def _maybe(at: int | None) -> datetime | None:
    return None if at is None else instant(at)


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _request(row: Any) -> DataRequest:
    return DataRequest(
        number=row.number,
        kind=Kind(row.kind),
        state=State(row.state),
        opened_at=instant(row.opened_at),
        due=date.fromisoformat(row.due),
        person=row.person_id,
        origin=Origin(row.origin or Origin.CHAT),
        opened_by=row.opened_by or "",
        choice=Choice(row.choice or Choice.SEND),
        proposed_by=row.proposed_by or "",
        proposed_at=_maybe(row.proposed_at),
        confirmed_by=row.confirmed_by or "",
        confirmed_at=_maybe(row.confirmed_at),
        alone=bool(row.alone),
        article=row.article or "",
        closed_at=_maybe(row.closed_at),
    )


def find(conn: Connection, vault: Vault, number: int) -> DataRequest | None:
    """A request by its number; held until the transaction ends."""
    row = conn.execute(select(data_request).where(D.number == number).with_for_update()).first()
    return None if row is None else _request(row)


def listing(conn: Connection, vault: Vault, states: Collection[State] = UNFINISHED) -> list[DataRequest]:
    """Requests in these states, the first to be due first."""
    found = select(data_request).where(D.state.in_([str(state) for state in states])).order_by(D.due, D.number)
    return [_request(row) for row in conn.execute(found)]


def due(conn: Connection, vault: Vault) -> list[DataRequest]:
    """Those that are to be carried out."""
    return listing(conn, vault, (State.CONFIRMED, State.EXECUTING))


def open(
    conn: Connection, vault: Vault, work_id: int, asked: Person, kind: str, now: datetime, choice: str = ""
) -> tuple[int, date, bool]:
    """(number, due, whether it was open already) of a data subject's request: an open one of the kind keeps its number.
    Errors: LookupError."""
    hold(conn, vault, [asked])
    found = row_id(conn, vault, asked)
    if found is None:
        raise LookupError("the person was forgotten")
    in_hand = select(data_request).where(D.person_id == found[0], D.kind == kind, D.state.in_(IN_HAND))
    open_one = conn.execute(in_hand).first()
    if open_one is not None:
        if choice and open_one.state != State.EXECUTING:
            conn.execute(update(data_request).where(D.number == open_one.number).values(choice=choice))
        return open_one.number, date.fromisoformat(open_one.due), open_one.work_id != work_id
    again = conn.execute(select(data_request).where(D.work_id == work_id)).first()
    if again is not None:  # answered already, before this work could be ticked off
        return again.number, date.fromisoformat(again.due), False
    number = open_for(conn, found[0], Kind(kind), Origin.CHAT, now, work_id=work_id, choice=choice or None)
    return number, _last_day(now), False


def _last_day(opened_at: datetime) -> date:
    """By the calendar of Istanbul, as everything that is told of it."""
    return today_in_istanbul(opened_at + WITHIN)


def open_for(conn: Connection, person_id: str, kind: Kind, origin: Origin, now: datetime, **more: Any) -> int:
    """A new request about a person's row ("" for somebody who is no sender); returns its number."""
    values = {
        "person_id": person_id,
        "kind": str(kind),
        "state": str(flow.first_state(kind, origin)),
        "due": _last_day(now).isoformat(),
        "opened_at": micros(now),
        "origin": None if origin is Origin.CHAT else str(origin),
        **more,
    }
    number: int = conn.execute(insert(data_request).returning(D.number), values).scalar_one()
    return number


def known_orders(conn: Connection, words: str) -> frozenset[str]:
    """Those of the order numbers in somebody's words that there are."""
    found = conn.scalars(select(orders.c.number).where(orders.c.number.in_(numbers_in(words)))).all()
    return frozenset(map(written, found))


def open_on_behalf(
    conn: Connection, vault: Vault, kind: Kind, identity: Identity, *, order: str, by: str, now: datetime
) -> int:
    """A request that came by letter, sealed with a key of its own. order: the number of one of the person's orders, ""
    for somebody who is no sender. Errors: LookupError for an order there is not."""
    theirs = ""
    if order:
        theirs = conn.scalar(select(orders.c.person_id).where(orders.c.number == order_number(order))) or ""
        if not theirs:
            raise LookupError("there is no such order")
    made = open_for(conn, theirs, kind, Origin.LETTER, now, opened_by=by)
    _seal(conn, vault, made, identity=msgspec.json.encode(identity))
    return made


def _seal(conn: Connection, vault: Vault, number: int, **values: bytes) -> None:
    """Into the request's own file, with its own key."""
    key = conn.scalar(select(D.key_id).where(D.number == number)) or vault.keyring.spare()
    sealed = {
        column: vault.seal(plain, key_id=key, table="data_request", column=column, row=str(number))
        for column, plain in values.items()
    }
    conn.execute(update(data_request).where(D.number == number).values(key_id=key, **sealed))


def identity_of(conn: Connection, vault: Vault, number: int) -> Identity | None:
    """Who asked by letter."""
    sealed = conn.scalar(select(D.identity).where(D.number == number))
    if sealed is None:
        return None
    body = vault.open(sealed, table="data_request", column="identity", row=str(number))
    return msgspec.json.decode(body, type=Identity)


def move(conn: Connection, vault: Vault, before: DataRequest, after: DataRequest, reason: str = "") -> bool:
    """Writes what the table decided; False if the request has moved meanwhile. reason: the words of a refusal."""
    values = {
        "state": str(after.state),
        "proposed_by": after.proposed_by or None,
        "proposed_at": _micros(after.proposed_at),
        "confirmed_by": after.confirmed_by or None,
        "confirmed_at": _micros(after.confirmed_at),
        "alone": int(after.alone),
        "choice": str(after.choice),
        "article": after.article or None,
        "closed_at": _micros(after.closed_at),
    }
    there = update(data_request).where(D.number == before.number, D.state == str(before.state))
    if changed(conn, there.values(values)) != 1:
        return False
    if reason:
        _seal(conn, vault, before.number, reason=reason.encode())
    return True


def withdraw(conn: Connection, vault: Vault, asked: Person, number: int, now: datetime) -> bool:
    """By the person, until it is begun; False where it is too late, or not theirs."""
    hold(conn, vault, [asked])
    theirs, request = row_id(conn, vault, asked), find(conn, vault, number)
    if theirs is None or request is None or request.person != theirs[0]:
        return False
    after, verdict = flow.advance(request, flow.Withdrawn(), now)
    return verdict is flow.RequestVerdict.WITHDRAWN and (after is request or move(conn, vault, request, after))


def settle(conn: Connection, vault: Vault, number: int, kept: Collection[Retained], now: datetime) -> None:
    """It has its answer. What the answer named as kept stays in the file as its proof. Errors: ErasureNotYet."""
    request = find(conn, vault, number)
    after, verdict = (None, None) if request is None else flow.advance(request, flow.Executed(), now)
    if (
        request is None
        or after is None
        or verdict is not flow.RequestVerdict.DONE
        or not move(conn, vault, request, after)
    ):
        raise ErasureNotYet(f"request {number} is not to be carried out now")
    named = msgspec.json.encode([msgspec.to_builtins(one) for one in kept]).decode()
    conn.execute(update(data_request).where(D.number == number).values(answer=named))


def person_of(conn: Connection, vault: Vault, request: DataRequest) -> Person | None:
    """The Person it is about; None for somebody who is no sender, or was forgotten."""
    return person_by_id(conn, vault, request.person) if request.person else None
