"""The sandbox institution's books: links, payments, refunds and callbacks still to be made, in a small file of its own.

They hold order references, amounts and tokens, no personal data. Whatever is answered or shown was committed before.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from bot.payments.sandbox.wire import LinkRequest, PaymentAnswer, RefundAnswer
from storage.database.patient import BUSY_TIMEOUT, PatientConnection

__all__ = ["Books", "BooksError", "Link", "Pending"]

# EXTRA syncs the folder after the journal's unlink; without it a power cut would take back what was answered
# (https://www.sqlite.org/pragma.html#pragma_synchronous).
PRAGMAS: tuple[str, ...] = (BUSY_TIMEOUT, "journal_mode=DELETE", "synchronous=EXTRA", "foreign_keys=ON")
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS link (
    order_ref TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, number TEXT NOT NULL, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, until TEXT NOT NULL, description TEXT NOT NULL, callback TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open') STRICT;
CREATE TABLE IF NOT EXISTS payment (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, order_ref TEXT NOT NULL REFERENCES link, amount INTEGER NOT NULL,
    currency TEXT NOT NULL, status TEXT NOT NULL, at TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refund (
    key TEXT PRIMARY KEY, payment TEXT NOT NULL REFERENCES payment(id), amount INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS notice (
    event TEXT PRIMARY KEY, kind TEXT NOT NULL, order_ref TEXT NOT NULL REFERENCES link,
    attempts INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE VIEW IF NOT EXISTS page AS
    SELECT token, order_ref, number, amount, until, description, state, coalesce((SELECT status FROM payment
    WHERE payment.order_ref = link.order_ref ORDER BY seq DESC LIMIT 1) = 'declined', 0) AS declined FROM link;
"""

Kind = Literal["payment.settled", "payment.declined", "link.expired"]


class BooksError(Exception):
    """A request the books refuse; `status` is its HTTP answer."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Link:
    """A payment page. `state` is open, paid or closed; `declined` tells that the last attempt failed."""

    token: str
    order: str
    number: str
    amount: int
    until: datetime
    description: str
    state: Literal["open", "paid", "closed"]
    declined: bool

    def takes_money(self, now: datetime) -> bool:
        return self.state == "open" and now < self.until


@dataclass(frozen=True, slots=True)
class Pending:
    """A callback that has not been answered yet."""

    event: str
    kind: Kind
    order: str
    callback: str
    attempts: int


class Books:
    """All methods block (one commit at most): the bank calls them in a thread."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600)
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, factory=PatientConnection)
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        for statement in _SCHEMA.strip().split(";\n"):  # `executescript` would not wait for another process's commit
            self._db.execute(statement)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def open_link(self, wanted: LinkRequest) -> Link:
        """The link of an order, made on first asking. Asking for another price is refused (409)."""
        with self._writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO link (order_ref, token, number, amount, currency, until, description, callback)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    wanted.order,
                    secrets.token_urlsafe(32),
                    wanted.number,
                    wanted.amount,
                    wanted.currency,
                    wanted.until.isoformat(),
                    wanted.description,
                    wanted.callback,
                ),
            )
            link = _link(db.execute("SELECT * FROM page WHERE order_ref = ?", (wanted.order,)))
        if link is None or link.amount != wanted.amount:
            raise BooksError("This order has a link with another price.", 409)
        return link

    def link(self, token: str) -> Link | None:
        with self._lock:
            return self._link(token)

    def link_of(self, order: str) -> Link | None:
        with self._lock:
            return _link(self._db.execute("SELECT * FROM page WHERE order_ref = ?", (order,)))

    def _link(self, token: str) -> Link | None:
        return _link(self._db.execute("SELECT * FROM page WHERE token = ?", (token,)))

    def close_link(self, order: str) -> None:
        """At the seller's wish; no callback, the seller knows."""
        with self._writing() as db:
            db.execute("UPDATE link SET state = 'closed' WHERE order_ref = ? AND state = 'open'", (order,))

    def act(
        self, token: str, kind: Kind, amounts: Sequence[int], state: Literal["open", "paid", "closed"], now: datetime
    ) -> bool:
        """What a payer does on the page: one payment for each amount, the link's new state, the callbacks to be made.

        One transaction; False, and nothing is done, when the link takes no money (any more).
        """
        with self._writing() as db:
            link = self._link(token)
            if link is None or not link.takes_money(now):
                return False
            status = kind.removeprefix("payment.")
            for amount in amounts:
                db.execute(
                    "INSERT INTO payment (id, order_ref, amount, currency, status, at)"
                    " SELECT ?, order_ref, ?, currency, ?, ? FROM link WHERE token = ?",
                    (f"SB{secrets.token_hex(8).upper()}", amount, status, now.isoformat(), token),
                )
            for _ in amounts or (0,):
                db.execute(
                    "INSERT INTO notice (event, kind, order_ref) VALUES (?, ?, ?)",
                    (secrets.token_hex(16), kind, link.order),
                )
            db.execute("UPDATE link SET state = ? WHERE token = ?", (state, token))
            return True

    def payments(self, order: str) -> list[PaymentAnswer]:
        with self._lock:
            rows = self._db.execute(
                "SELECT id, order_ref, amount, currency, status, at FROM payment WHERE order_ref = ? ORDER BY seq",
                (order,),
            ).fetchall()
        return [
            PaymentAnswer(id_, ref, amount, currency, status, datetime.fromisoformat(at))
            for id_, ref, amount, currency, status, at in rows
        ]

    def refund(self, key: str, payment: str, amount: int) -> RefundAnswer:
        """Once for each key; 404 for an unknown payment, 409 for more than was paid or a key used otherwise."""
        with self._writing() as db:
            known = self._refund(key)
            if known is not None:
                if known != RefundAnswer(payment, amount):
                    raise BooksError("This idempotency key belongs to another refund.", 409)
                return known
            paid = db.execute("SELECT amount FROM payment WHERE id = ? AND status = 'settled'", (payment,)).fetchone()
            if paid is None:
                raise BooksError("There is no such settled payment.", 404)
            (gone,) = db.execute("SELECT coalesce(sum(amount), 0) FROM refund WHERE payment = ?", (payment,)).fetchone()
            if amount <= 0 or gone + amount > paid[0]:
                raise BooksError("No more can be refunded than was paid.", 409)
            db.execute("INSERT INTO refund (key, payment, amount) VALUES (?, ?, ?)", (key, payment, amount))
            return RefundAnswer(payment, amount)

    def refunded(self, key: str) -> RefundAnswer | None:
        with self._lock:
            return self._refund(key)

    def _refund(self, key: str) -> RefundAnswer | None:
        row = self._db.execute("SELECT payment, amount FROM refund WHERE key = ?", (key,)).fetchone()
        return row and RefundAnswer(*row)

    def pending(self, order: str | None = None) -> list[Pending]:
        """The callbacks not answered yet, oldest first: of one order, or all that a restart has to take up again."""
        with self._lock:
            rows = self._db.execute(
                "SELECT event, kind, order_ref, callback, attempts FROM notice JOIN link USING (order_ref)"
                " WHERE done = 0 AND order_ref = coalesce(?, order_ref) ORDER BY notice.rowid",
                (order,),
            ).fetchall()
        return [Pending(*row) for row in rows]

    def told(self, event: str, *, done: bool) -> None:
        """One more attempt was made at a callback; `done` when it was answered or is given up."""
        with self._writing() as db:
            db.execute("UPDATE notice SET attempts = attempts + 1, done = ? WHERE event = ?", (done, event))


def _link(found: sqlite3.Cursor) -> Link | None:
    row = found.fetchone()
    if row is None:
        return None
    token, order, number, amount, until, description, state, declined = row
    return Link(token, order, number, amount, datetime.fromisoformat(until), description, state, bool(declined))
