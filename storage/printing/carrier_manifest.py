"""Reads what the post is to be told of a batch: the one place where addresses of a day are opened together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from flows.address.address import Address, lines
from flows.core.state import State
from flows.desk.printing.carrier_manifest import Enclosed, Mailpiece
from flows.order.reconciliation import ENCLOSED, WAITING
from flows.price.price import Product
from flows.words.dates import at_istanbul
from storage.database.tables import dispatch, micros, orders
from storage.keys import codecs
from storage.keys.vault import Broken, KeyGone, Vault
from storage.printing import batches

__all__ = ["enclosed"]

TO_POST = ENCLOSED | {State.REPOSTING}


def enclosed(conn: Connection, vault: Vault, day: date) -> Enclosed:
    """The envelopes of the letters that the print room was handed on a day in Istanbul, by their order numbers; none of
    a stopped batch is opened."""
    rows = _rows(conn, at_istanbul(day, time()), at_istanbul(day + timedelta(days=1), time()))
    waiting = sum(row.state in WAITING for row in rows)
    closed = [row for row in rows if row.state in TO_POST]
    if batches.stop_of(conn, vault, day):
        return Enclosed((), waiting, stopped=True)
    pieces = [_opened(vault, row) for row in closed]
    known = tuple(piece for piece in pieces if piece is not None)
    return Enclosed(known, waiting, erased=len(pieces) - len(known))


def _rows(conn: Connection, begin: datetime, end: datetime) -> Sequence[Any]:
    found = (
        select(orders.c.id, orders.c.state, orders.c.product, orders.c.addressee)
        .join_from(dispatch, orders, orders.c.id == dispatch.c.order_id)
        .where(dispatch.c.at >= micros(begin), dispatch.c.at < micros(end))
        .order_by(orders.c.number)
    )
    return conn.execute(found).all()


def _opened(vault: Vault, row: Any) -> Mailpiece | None:
    """None where it is erased, or being erased at this very moment."""
    if row.addressee is None:
        return None
    try:
        to = codecs.read_addressed(vault.open(row.addressee, table="orders", column="addressee", row=row.id))
    except (Broken, KeyGone):
        return None
    if to.address is None:
        return None
    place = lines(replace(msgspec.convert(to.address, Address), name=""))
    return Mailpiece(to.name, tuple(line for line in place if line), Product(row.product))
