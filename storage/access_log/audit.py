"""Writes the access log: whoever looks at something sealed for anybody but its owner is recorded first.

Each row is linked to the one before (`h = HMAC(prev || hash of the row)`), so that a changed or missing row shows; the
last link is kept, signed, in the key store, so that a log cut short shows too.
Expiry blanks a row and keeps its links.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Connection, func, insert, select

from storage.database.dialects import alone, changed
from storage.database.tables import audit, micros
from storage.keys.vault import Vault, WrongKey

__all__ = ["OPEN_LETTER", "Entry", "Purpose", "append", "sign", "verify"]

OPEN_LETTER = "open_letter"
"""The action of a break-glass opening; kept ten years (retention/access_log.py)."""
FIRST = bytes(32)  # what the first row is linked to
FIELDS = ("at", "actor", "action", "subject", "purpose", "ticket", "outcome")


class Purpose(StrEnum):
    """Why something sealed may be opened by anybody but its owner: the policy names the first two, and no more."""

    LEGAL_ORDER = "legal_order"  # Constitution m.22: a judge's decision, or an authority's order confirmed in time
    TECHNICAL_FAULT = "technical_fault"
    DATA_REQUEST = "data_request"  # an answer to the person's own request, KVKK m.11
    LEGAL_CLAIM = "legal_claim"  # what was accepted is shown to a court or a committee, KVKK m.5/2-e: no letter
    TAX_LAW = "tax_law"  # invoices are handed to whoever keeps the books, VUK m.242: no letter
    DELIVERY = "delivery"  # the post is told name, address and product, KVKK m.5/2-c: no letter
    SERVICE = "service"  # an act of the staff that opens nothing: on record all the same


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: who (staff id), what, about whom (row id, kept as an HMAC), why, under which number, and how."""

    at: datetime
    actor: str
    action: str
    subject: str
    purpose: Purpose
    ticket: str
    outcome: str = "allowed"


def _row_hash(vault: Vault, seq: int, values: tuple[Any, ...]) -> bytes:
    body = msgspec.json.encode((seq, *values))  # keyed: a blanked row cannot be guessed back from its hash
    return hmac.digest(vault.keyring.derived("audit-row"), body, hashlib.sha256)


def _link(vault: Vault, prev: bytes, row_hash: bytes) -> bytes:
    return hmac.digest(vault.keyring.derived("audit-chain"), prev + row_hash, hashlib.sha256)


def append(conn: Connection, vault: Vault, entry: Entry) -> tuple[int, bytes]:
    """Adds a line; returns (seq, h). Once it is committed it is to be signed for (`sign`); nothing opens before."""
    last, prev = _head(conn)
    seq = last + 1
    values: dict[str, Any] = {
        "at": micros(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": vault.blind("audit.subject", entry.subject),
        "purpose": str(entry.purpose),
        "ticket": entry.ticket,
        "outcome": entry.outcome,
    }
    row_hash = _row_hash(vault, seq, tuple(values[name] for name in FIELDS))
    h = _link(vault, prev, row_hash)
    changed(conn, insert(audit), seq=seq, prev=prev, row_hash=row_hash, h=h, **values)
    return seq, h


def _head(conn: Connection) -> tuple[int, bytes]:
    """(seq, h) of the last line; nobody else writes until the transaction ends."""
    alone(conn, "audit")
    last = conn.execute(select(audit.c.seq, audit.c.h).order_by(audit.c.seq.desc()).limit(1)).first()
    return (0, FIRST) if last is None else (last.seq, bytes(last.h))


def sign(conn: Connection, vault: Vault) -> None:
    """Signs the last committed line in the key store: of two processes neither signs an older one over a newer."""
    vault.keyring.sign_head(*_head(conn))


def verify(conn: Connection, vault: Vault) -> int | None:
    """The number of the first line that is wrong, None when the log is whole.

    A log that ends before its signed head is wrong at the first missing line; a head one line behind is a crash
    between the commit and the signature, and no fault.
    """
    try:
        head = vault.keyring.signed_head()
    except WrongKey:
        return 0
    expected, prev = 1, FIRST
    for row in conn.execute(select(audit).order_by(audit.c.seq)):
        values = tuple(getattr(row, name) for name in FIELDS)
        blank = all(value is None for value in values)
        whole = (
            row.seq == expected
            and bytes(row.prev) == prev
            and (blank or bytes(row.row_hash) == _row_hash(vault, row.seq, values))
            and bytes(row.h) == _link(vault, prev, bytes(row.row_hash))
            and (head is None or head[0] != row.seq or head[1] == bytes(row.h))
        )
        if not whole:
            return expected
        expected, prev = expected + 1, bytes(row.h)
    return expected if head is not None and head[0] >= expected else None


def count(conn: Connection) -> int:
    """How many lines the log has."""
    return conn.scalar(select(func.count()).select_from(audit)) or 0
