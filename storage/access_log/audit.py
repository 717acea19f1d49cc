"""Writes the access log: whoever looks at something sealed for anybody but its owner is recorded first.

Each row is linked to the one before (`h = HMAC(prev || hash of the row)`), so that a changed or missing row shows; the
last link is kept, signed, in the key store, so that a log cut short shows too. No number is given twice: after a cut
the next line takes the number after the signed head, and the gap stays. Each row keeps the number that was signed when
it was written, so that an older key store shows as well. Expiry blanks a row and keeps its links (`blanking`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select

from storage.access_log.chain import FIELDS, OPEN_LETTER, after, link, right, row_hash
from storage.access_log.verifying import verify
from storage.database.dialects import alone, changed
from storage.database.tables import audit, micros
from storage.keys.signed_head import NO_HEAD
from storage.keys.vault import Vault, WrongKey

__all__ = ["OPEN_LETTER", "Entry", "Purpose", "append", "count", "sign", "verify"]

UNREADABLE: Final = -1
"""What a row has seen of a head that is not this key store's: it says so for ever."""


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


@dataclass(frozen=True, slots=True)
class _End:
    """Where the log ends: the number that is signed, the last right line, and numbers after it that are taken by rows
    nobody of us wrote."""

    seen: int
    seq: int
    h: bytes
    taken: frozenset[int]


def append(conn: Connection, vault: Vault, entry: Entry) -> tuple[int, bytes]:
    """Adds a line; returns (seq, h). Once it is committed it is to be signed for (`sign`); nothing opens before."""
    end = _end(conn, vault)
    seq = next(n for n in range(end.seq + 1, end.seq + len(end.taken) + 2) if n not in end.taken)
    # A foreign row may hold the link that would be ours, and links are unique: whoever wrote it could stop the log.
    used = conn.scalar(select(audit.c.seq).where(audit.c.prev == end.h)) is not None
    prev = after(vault, end.h, seq)[used]
    values: dict[str, Any] = {
        "at": micros(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subject": vault.blind("audit.subject", entry.subject),
        "purpose": str(entry.purpose),
        "ticket": entry.ticket,
        "outcome": entry.outcome,
    }
    hashed = row_hash(vault, seq, tuple(values[name] for name in FIELDS), end.seen)
    h = link(vault, prev, hashed)
    changed(conn, insert(audit), seq=seq, prev=prev, row_hash=hashed, h=h, seen=end.seen, **values)
    return seq, h


def _end(conn: Connection, vault: Vault) -> _End:
    """Read from the signed head on; nobody else writes until the transaction ends."""
    alone(conn, "audit")
    try:
        head = vault.keyring.signed_head() or NO_HEAD
        seen = head.seq
    except WrongKey:
        head, seen = NO_HEAD, UNREADABLE
    seq, h, taken = head.seq, head.h, set()
    for row in conn.execute(select(audit).where(audit.c.seq > head.seq).order_by(audit.c.seq)):
        if right(vault, row):
            seq, h = row.seq, bytes(row.h)
        else:
            taken.add(row.seq)
    return _End(seen, seq, h, frozenset(n for n in taken if n > seq))


def sign(conn: Connection, vault: Vault) -> None:
    """Signs the last committed line in the key store: of two processes neither signs an older one over a newer."""
    end = _end(conn, vault)
    vault.keyring.sign_head(end.seq, end.h)


def count(conn: Connection) -> int:
    """How many lines the log has."""
    return conn.scalar(select(func.count()).select_from(audit)) or 0
