"""The list of open tickets, and how fast and how well they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection, func, select

from flows.desk.base.request import Asked
from flows.desk.support.relayed import SHOWN, Overview
from storage.database.tables import instant, micros, ticket
from storage.keys.vault import Vault
from storage.support import tickets

__all__ = ["overview"]

FIGURES = timedelta(days=30)
DAY = timedelta(days=1)


def overview(conn: Connection, vault: Vault, asked: Asked) -> Overview:
    """Open tickets and the figures of thirty days; instants are asked.moment's."""
    assert asked.moment is not None
    now = asked.moment.at
    rows = conn.execute(
        select(ticket.c.number, ticket.c.opened_at, ticket.c.last_by, ticket.c.snoozed_until, ticket.c.last_at)
        .where(ticket.c.state == "open")
        .order_by(ticket.c.number)
    ).all()
    aside = {row.number for row in rows if row.snoozed_until is not None and instant(row.snoozed_until) > now}
    ours = [row for row in rows if row.last_by != "agent" and row.number not in aside]
    in_order = sorted(rows, key=lambda row: (row.number in aside, row.last_by == "agent", row.last_at or row.opened_at))
    shown = [tickets.about(conn, vault, row.number, held=False) for row in in_order[:SHOWN]]
    ages = [now - instant(row.opened_at) for row in rows]
    first, resolution = _spans(conn, now)
    stars, rated = conn.execute(
        select(func.coalesce(func.sum(ticket.c.rating), 0), func.count(ticket.c.rating)).where(
            ticket.c.closed_at > micros(now - FIGURES)
        )
    ).one()
    return Overview(
        tickets=tuple(one for one in shown if one is not None),
        open=len(rows),
        waiting=len(ours),
        snoozed=len(aside),
        today=sum(age < DAY for age in ages),
        days=sum(DAY <= age < 3 * DAY for age in ages),
        older=sum(age >= 3 * DAY for age in ages),
        first_answer=_median(first),
        resolution=_median(resolution),
        rating=round(int(stars) * 10 / rated) if rated else 0,
        rated=rated,
    )


def _spans(conn: Connection, now: datetime) -> tuple[list[timedelta], list[timedelta]]:
    """Until the first answer, and until the end, of the tickets opened in the last thirty days."""
    rows = conn.execute(
        select(ticket.c.opened_at, ticket.c.first_answer_at, ticket.c.closed_at).where(
            ticket.c.opened_at > micros(now - FIGURES)
        )
    ).all()
    first = [instant(row.first_answer_at) - instant(row.opened_at) for row in rows if row.first_answer_at]
    return first, [instant(row.closed_at) - instant(row.opened_at) for row in rows if row.closed_at]


def _median(spans: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(span.total_seconds() for span in spans)) if spans else None
