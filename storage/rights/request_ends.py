"""The thirtieth day of a request: it is carried out or answered with reasons, whatever is missing (KVKK m.13/2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from flows.core.events import RequestPostponed, RequestUndecided
from flows.desk.requests import table as flow
from flows.desk.requests.table import DataRequest, State
from flows.words.dates import today_in_istanbul
from storage.database.tables import micros
from storage.keys.vault import Vault
from storage.queues import desk_events
from storage.rights.erasure import Waiting, subject
from storage.rights.requests import listing, move, open_for

__all__ = ["STILL_NEEDED", "decide", "postpone"]

STILL_NEEDED = "KVKK m.5/2-c"
"""The data of a letter that is on its way are needed to fulfil the contract about it."""


def decide(conn: Connection, vault: Vault, now: datetime) -> int:
    """Requests that nobody has decided by their last day: carried out, or answered with that; of how many."""
    today, decided = today_in_istanbul(now), 0
    for request in listing(conn, vault, (State.OPEN, State.PROPOSED)):
        if today < request.due:
            continue
        after, verdict = flow.advance(request, flow.LastDay(), now)
        if not move(conn, vault, request, after):
            continue
        decided += 1
        if verdict is flow.RequestVerdict.REFUSED and (who := subject(conn, request)) is not None:
            told = RequestUndecided(request.number, after.article, today_in_istanbul(request.opened_at))
            desk_events.add(conn, vault, who.id, told, now)
    return decided


def postpone(conn: Connection, vault: Vault, request: DataRequest, waits: Sequence[Waiting], now: datetime) -> int:
    """On its last day orders of the person are still open: refused with that reason, and a new one takes its place in
    the same transaction. Its number, 0 where the request has moved meanwhile."""
    after, verdict = flow.advance(request, flow.LastDay(STILL_NEEDED), now)
    numbers = tuple(one.number for one in waits)
    until = max(today_in_istanbul(now), *(one.until for one in waits if one.until is not None))
    if verdict is not flow.RequestVerdict.REFUSED or not move(
        conn, vault, request, after, f"{', '.join(numbers)}: {until.isoformat()}"
    ):
        return 0
    again = open_for(
        conn,
        request.person,
        request.kind,
        request.origin,
        now,
        state=str(State.CONFIRMED),
        choice=str(request.choice),
        proposed_by=request.proposed_by or None,
        confirmed_by=request.confirmed_by or None,
        confirmed_at=micros(now),
        alone=int(request.alone),
    )
    opened = today_in_istanbul(request.opened_at)
    told = RequestPostponed(request.number, numbers, until, again, STILL_NEEDED, opened)
    desk_events.add(conn, vault, request.person, told, now)
    return again
