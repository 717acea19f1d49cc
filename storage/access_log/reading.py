"""Reads the access log: all of it, what was done about an order and its sender, or what somebody did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from flows.desk.admin.access_log import PAGE, Line, Visits, Wanted, wanted
from flows.desk.base.request import Asked
from flows.order.number import order_number
from flows.words.turkish import fold
from storage.database.tables import audit, instant, orders
from storage.keys.vault import Vault
from storage.support import staff

__all__ = ["facts"]

ALL = "log"
"""What the log names itself by."""


def facts(conn: Connection, vault: Vault, asked: Asked) -> Visits:
    """The page that was asked for. A bare number is a member of the staff who has ever signed, or else a page."""
    asks = wanted(asked)
    if not asks.of:
        return _found(conn, asks, ALL)
    if number := order_number(asks.of):
        return _of_order(conn, vault, asks, number)
    handle = _handle(conn, vault, asked, asks.of)
    if handle:
        by_id = replace(asks, of=handle)  # as the buttons carry it: at most 64 bytes (Bot API, callback_data)
        return _found(conn, by_id, f"staff:{handle}", audit.c.actor == f"staff:{handle}")
    if asks.of.isascii() and asks.of.isdigit() and len(asks.of) < 5:
        return _found(conn, Wanted("", max(1, int(asks.of))), ALL)
    return Visits(asks)


def _of_order(conn: Connection, vault: Vault, asks: Wanted, number: int) -> Visits:
    """What was done about an order, its letter and its sender: of each the log holds the hash."""
    row = conn.execute(
        select(orders.c.id, orders.c.letter_id, orders.c.person_id).where(orders.c.number == number)
    ).first()
    if row is None:
        return Visits(asks)
    hashes = [vault.blind("audit.subject", subject) for subject in row if subject]
    return _found(conn, asks, row.id, audit.c.subject.in_(hashes))


def _handle(conn: Connection, vault: Vault, asked: Asked, typed: str) -> str:
    """A member of the staff, present or past, by their id or by the name colleagues know them by; "" for nobody."""
    if typed.isascii() and typed.isdigit():
        signed = select(audit.c.seq).where(audit.c.actor == f"staff:{typed}").limit(1)
        return typed if typed in asked.admins or conn.scalar(signed) is not None else ""
    known = [staff.member_at(conn, vault, handle) for handle in sorted(asked.admins)]
    known += [one for one, _ in staff.list_of(conn, vault).members]
    return next((one.handle for one in known if one and fold(one.name) == fold(typed)), "")


def _found(conn: Connection, asks: Wanted, subject: str, *where: ColumnElement[bool]) -> Visits:
    total = conn.scalar(select(func.count()).select_from(audit).where(*where)) or 0
    rows = conn.execute(
        select(audit).where(*where).order_by(audit.c.seq.desc()).limit(PAGE).offset((asks.page - 1) * PAGE)
    )
    return Visits(asks, tuple(_line(row) for row in rows), total, subject)


def _line(row: Any) -> Line:
    if row.at is None:
        return Line(row.seq)
    return Line(row.seq, instant(row.at), row.actor, row.action, row.purpose, row.ticket, row.outcome)
