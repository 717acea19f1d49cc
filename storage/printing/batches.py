"""Batches: what the print room was handed on one day in Istanbul, and how it was reconciled.

One transaction reads the letters of a batch, lets `flows.order.reconciliation` decide, and keeps what it found.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection, func, or_, select

from flows.core.state import State
from flows.order.number import written
from flows.order.reconciliation import ENCLOSED, WAITING, Batch, Paper, Reconciled, Scanned, Stop, reconcile
from flows.words.dates import at_istanbul, today_in_istanbul
from storage.database.dialects import alone, say, upsert
from storage.database.tables import batch, dispatch, instant, micros, orders, person, scan
from storage.keys.vault import Vault

__all__ = ["settle", "stop_of", "stopped"]

_KEPT = upsert(batch, "day")


def settle(
    conn: Connection, vault: Vault, at: datetime, scanned: Scanned | None = None, strangers: int = 0
) -> list[Reconciled]:
    """Reconciles the batches of the letters that were scanned; without scans all that are open. The oldest first.

    One at a time: whoever has read how a batch stood may write what somebody else has found meanwhile away.
    """
    alone(conn, "batches")
    days = _open_days(conn) if scanned is None else _days_of(conn, scanned)
    found = [reconcile(_batch(conn, day), scanned, strangers) for day in sorted(days)]
    for one in found:
        row = {"day": one.day.isoformat(), "gaps": len(one.gaps), "stopped": int(one.stop), "at": micros(at)}
        say(conn, _KEPT, row)
    return found


def stopped(conn: Connection, vault: Vault, order: str) -> date | None:
    """The day of the letter's batch, if that is stopped."""
    at = conn.scalar(select(dispatch.c.at).where(dispatch.c.order_id == order))
    day = None if at is None else today_in_istanbul(instant(at))
    return day if day is not None and _before(conn, day) else None


def stop_of(conn: Connection, vault: Vault, day: date) -> Stop:
    """Whether anything of a day's batch may be posted."""
    return _before(conn, day)


def _before(conn: Connection, day: date) -> Stop:
    return Stop(conn.scalar(select(batch.c.stopped).where(batch.c.day == day.isoformat())) or 0)


def _open_days(conn: Connection) -> set[date]:
    """Days of which something is still to be enclosed or posted, and those that did not add up."""
    unfinished = orders.c.state.in_([str(state) for state in WAITING | ENCLOSED])
    kept = person.c.handle_index.is_not(None)
    found = (
        select(dispatch.c.at)
        .join_from(dispatch, orders, orders.c.id == dispatch.c.order_id)
        .join(person, person.c.id == orders.c.person_id)
        .where(unfinished, kept)
    )
    gaps = select(batch.c.day).where(or_(batch.c.gaps > 0, batch.c.stopped > 0))
    return {today_in_istanbul(instant(at)) for at in conn.scalars(found)} | set(
        map(date.fromisoformat, conn.scalars(gaps))
    )


MANY = 10_000  # values of one statement: SQLite and PostgreSQL take some thirty thousand


def _days_of(conn: Connection, letters: Collection[str]) -> set[date]:
    known = sorted(letters)
    slices = (known[start : start + MANY] for start in range(0, len(known), MANY))
    found = (select(dispatch.c.at).where(dispatch.c.order_id.in_(some)) for some in slices)
    return {today_in_istanbul(instant(at)) for one in found for at in conn.scalars(one)}


_SPOILED = (
    select(func.count())
    .select_from(scan)
    .where(scan.c.order_id == orders.c.id, scan.c.kind == "spoiled")
    .correlate(orders)
    .scalar_subquery()
)
"""Of one letter: the journal has the scans of three years."""


def _batch(conn: Connection, day: date) -> Batch:
    begin, end = (micros(at_istanbul(one, time())) for one in (day, day + timedelta(days=1)))
    found = (
        select(
            orders.c.id, orders.c.number, orders.c.pages, orders.c.state, dispatch.c.serial, person.c.handle_index,
            _SPOILED.label("spoiled"),
        )
        .join_from(dispatch, orders, orders.c.id == dispatch.c.order_id)
        .join(person, person.c.id == orders.c.person_id, isouter=True)
        .where(dispatch.c.at >= begin, dispatch.c.at < end)
        .order_by(orders.c.number)
    )  # fmt: skip
    letters = tuple(
        Paper(
            row.id,
            written(row.number),
            row.pages,
            row.serial,
            State(row.state),
            copies=1 + row.spoiled,
            lost=row.handle_index is None,
        )
        for row in conn.execute(found)
    )
    return Batch(day, letters, _before(conn, day))
