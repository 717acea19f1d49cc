"""Reads the access log: all of it, what was done about an order and its sender, or what somebody did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from flows.core.events import Person
from flows.desk.admin.access_log import PAGE, Line, Visits, Wanted, wanted
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member
from flows.order.number import order_number
from storage.database.tables import audit, instant, orders
from storage.keys.vault import Vault
from storage.senders.people import row_id
from storage.support import staff

__all__ = ["about", "facts", "of_actor"]

ALL = "log"
"""What the log names itself by."""
STAFF = "staff:"
"""What stands before the id of a member of the staff (flows.desk.base.request, Asked.actor)."""


def facts(conn: Connection, vault: Vault, asked: Asked) -> Visits:
    """The page that was asked for. A bare number is a member of the staff who has ever signed, or else a page."""
    asks = wanted(asked)
    if not asks.of:
        return _found(conn, vault, asks, ALL)
    if number := order_number(asks.of):
        return _of_order(conn, vault, asks, number)
    handle, *others = _handles(conn, vault, asked, asks.of) or [""]
    if others:
        return Visits(asks, namesakes=staff.called(conn, vault, asks.of, asked.admins))
    if handle:
        by_id = replace(asks, of=handle)  # as the buttons carry it: at most 64 bytes (Bot API, callback_data)
        return _found(conn, vault, by_id, f"{STAFF}{handle}", audit.c.actor == f"{STAFF}{handle}")
    if asks.of.isascii() and asks.of.isdigit() and len(asks.of) < 5:
        return _found(conn, vault, Wanted("", max(1, int(asks.of))), ALL)
    return Visits(asks)


def about(conn: Connection, vault: Vault, typed: str) -> tuple[str, tuple[Line, ...]] | None:
    """All lines about an order, its letter and its sender, or about a sender by the id of their messenger; before them
    what the log names it by. None where nobody of that name is known."""
    if number := order_number(typed):
        where = select(orders.c.id, orders.c.letter_id, orders.c.person_id).where(orders.c.number == number)
        row = conn.execute(where).first()
        subjects = () if row is None else tuple(row)
    else:
        sender = row_id(conn, vault, Person("telegram", typed))
        subjects = () if sender is None else sender[:1]
    if not subjects:
        return None
    hashes = [vault.blind("audit.subject", subject) for subject in subjects if subject]
    return subjects[0], _lines(conn, vault, audit.c.subject.in_(hashes))


def of_actor(conn: Connection, vault: Vault, typed: str) -> tuple[Line, ...]:
    """All lines of somebody: "staff:11" or "11", "operator:ada" however she came, or "operator" for all of them."""
    name = f"{STAFF}{typed}" if typed.isascii() and typed.isdigit() else typed
    under = [audit.c.actor.startswith(f"{name}{more}", autoescape=True) for more in (":", " as ")]
    return _lines(conn, vault, or_(audit.c.actor == name, *under))


def _lines(conn: Connection, vault: Vault, where: ColumnElement[bool]) -> tuple[Line, ...]:
    rows = conn.execute(select(audit).where(where).order_by(audit.c.seq)).all()
    members = {actor: _member(conn, vault, actor) for actor in {row.actor for row in rows if row.at is not None}}
    return tuple(_line(row, members.get(row.actor)) for row in rows)


def _of_order(conn: Connection, vault: Vault, asks: Wanted, number: int) -> Visits:
    """What was done about an order, its letter and its sender: of each the log holds the hash."""
    row = conn.execute(
        select(orders.c.id, orders.c.letter_id, orders.c.person_id).where(orders.c.number == number)
    ).first()
    if row is None:
        return Visits(asks)
    hashes = [vault.blind("audit.subject", subject) for subject in row if subject]
    return _found(conn, vault, asks, row.id, audit.c.subject.in_(hashes))


def _handles(conn: Connection, vault: Vault, asked: Asked, typed: str) -> list[str]:
    """Members of the staff, present or past, by their id or by the name colleagues know them by."""
    if typed.isascii() and typed.isdigit():
        signed = select(audit.c.seq).where(audit.c.actor == f"{STAFF}{typed}").limit(1)
        return [typed] if typed in asked.admins or conn.scalar(signed) is not None else []
    return [one.handle for one in staff.called(conn, vault, typed, asked.admins)]


def _found(conn: Connection, vault: Vault, asks: Wanted, subject: str, *where: ColumnElement[bool]) -> Visits:
    total = conn.scalar(select(func.count()).select_from(audit).where(*where)) or 0
    page = select(audit).where(*where).order_by(audit.c.seq.desc()).limit(PAGE).offset((asks.page - 1) * PAGE)
    rows = conn.execute(page).all()
    members = {actor: _member(conn, vault, actor) for actor in {row.actor for row in rows if row.at is not None}}
    return Visits(asks, tuple(_line(row, members.get(row.actor)) for row in rows), total, subject)


def _member(conn: Connection, vault: Vault, actor: str) -> Member | None:
    """The log itself keeps numbers: a name is joined when it is shown, and goes with its member."""
    handle = actor.removeprefix(STAFF)
    return staff.member_at(conn, vault, handle) if handle.isascii() and handle.isdigit() else None


def _line(row: Any, member: Member | None) -> Line:
    if row.at is None:
        return Line(row.seq)
    at = instant(row.at)
    return Line(row.seq, at, row.actor, row.action, row.purpose, row.ticket, row.outcome, member)
