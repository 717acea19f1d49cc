"""The do-not-write list: addressees who objected, as keyed hashes from which nobody can be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from flows.address.address import Address
from flows.address.do_not_write import marks
from flows.desk.requests.table import DataRequest, Kind
from flows.order.order import OVER
from storage.database.dialects import many, once
from storage.database.tables import do_not_write, micros, orders
from storage.keys import codecs
from storage.keys.vault import KeyGone, Vault
from storage.retention import addressees
from storage.rights import requests

__all__ = ["bar", "barred", "carry_out", "read_address"]

_NEW = once(do_not_write)


def read_address(known: dict[str, Any] | None) -> Address | None:
    """An address as it was written down before it was sealed."""
    return None if known is None else msgspec.convert(known, Address)


def _hashes(vault: Vault, found: Address) -> list[bytes]:
    return [vault.blind("do_not_write", mark) for mark in marks(found)]


def bar(conn: Connection, vault: Vault, found: Address, request: int, now: datetime) -> int:
    """Nobody writes to this name at this address any more; of letters that are done with, it goes at once. Returns of
    how many of them."""
    hashes = _hashes(vault, found)
    many(conn, _NEW, [{"hash": one, "request": request, "at": micros(now)} for one in hashes])
    over = orders.c.addressee.is_not(None) & orders.c.state.in_([str(state) for state in OVER])
    theirs = []
    for row in conn.execute(select(orders.c.id, orders.c.addressee).where(over)):
        try:
            body = codecs.read_addressed(vault.open(row.addressee, table="orders", column="addressee", row=row.id))
        except KeyGone:
            continue
        sent_to = read_address(body.address)
        if sent_to is not None and not set(hashes).isdisjoint(_hashes(vault, sent_to)):
            theirs.append(row.id)
    return addressees.forget(conn, vault, orders.c.id.in_(theirs)) if theirs else 0


def carry_out(conn: Connection, vault: Vault, request: DataRequest, now: datetime) -> int:
    """An addressee's objection, carried out and settled. Errors: LookupError where the file holds no address."""
    assert request.kind is Kind.OBJECTION
    asked = requests.identity_of(conn, vault, request.number)
    found = read_address(asked.address) if asked else None
    if found is None:
        raise LookupError("the objection names no address")
    forgotten = bar(conn, vault, found, request.number, now)
    requests.settle(conn, vault, request.number, (), now)
    return forgotten


def barred(conn: Connection, vault: Vault, found: Address) -> bool:
    """Whether whoever lives there has objected."""
    hashes = _hashes(vault, found)
    if not hashes:
        return False
    return conn.scalar(select(do_not_write.c.hash).where(do_not_write.c.hash.in_(hashes)).limit(1)) is not None
