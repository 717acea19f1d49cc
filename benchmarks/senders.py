"""So many people who have ordered before, put into the tables and the key store as the writers would have put them.

Each has a key of their own, a sealed handle and profile, a conversation at rest and the proofs of two acceptances; one
in ten has a letter printed and erased. A million take two to four minutes.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Table
from sqlalchemy.engine import make_url

from flows.core.events import Person
from flows.core.state import Acceptance, Profile, Standing
from storage.database.dialects import fresh_id
from storage.database.sqlite import Threaded
from storage.database.tables import consent, conversation, dispatch, inbox, micros, orders, person, print_outbox, shred
from storage.keys.keyring import Keyring
from storage.keys.vault import Vault
from storage.senders import conversations
from storage.senders.people import Known

CHUNK = 20_000
SCREEN = 7  # the question they see


class Fresh:
    """The keys of one chunk, in memory: what a keyring would look up."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._ciphers: dict[str, AESGCM] = {}
        self.rows: list[tuple[bytes, bytes]] = []

    def spare(self) -> str:
        name, key = os.urandom(16), os.urandom(32)
        self.rows.append((name, self._keyring._wrap(name, key)))
        self._ciphers[name.hex()] = AESGCM(key)
        return name.hex()

    def cipher(self, key_id: str) -> AESGCM:
        return self._ciphers[key_id]

    def derived(self, purpose: str) -> bytes:
        return self._keyring.derived(purpose)


async def seed(folder: Path, url: str, chats: range) -> float:
    """Fills a database that has its tables and nothing else with a person for each chat; seconds it took."""
    begun = time.perf_counter()
    keyring = Keyring.open(folder / "master.key", folder / "keys.db")
    database = Threaded(make_url(url))
    keys = sqlite3.connect(folder / "keys.db", isolation_level=None)
    keys.execute("PRAGMA synchronous=OFF")
    keys.execute("PRAGMA cache_size=-200000")
    await database.run(_hasty)
    for first in range(0, len(chats), CHUNK):
        fresh = Fresh(keyring)
        rows = _rows(fresh, chats[first : first + CHUNK])
        keys.execute("BEGIN")
        keys.executemany("INSERT INTO key VALUES (?, ?)", sorted(fresh.rows))
        keys.execute("COMMIT")
        await database.run(_put, rows)
    keys.close()
    await database.close()
    keyring.close()
    return time.perf_counter() - begun


def _hasty(conn: Connection) -> None:
    """Only while seeding: nobody loses anything if the power goes."""
    cursor = cast(Any, conn.connection.driver_connection).cursor()
    conn.commit()
    for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-1500000", "foreign_keys=OFF"):
        cursor.execute(f"PRAGMA {pragma}").fetchall()


def _put(conn: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    cursor = cast(Any, conn.connection.driver_connection).cursor()
    for table, theirs in rows.items():
        if theirs:
            names = list(theirs[0])
            places = ", ".join(f":{name}" for name in names)
            cursor.executemany(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", theirs)


def _rows(fresh: Fresh, numbers: range) -> dict[Table, list[dict[str, Any]]]:
    """The chunk's rows by table, spread over the last half year; 48 hours of update keys are as many as people."""
    vault = Vault(cast(Keyring, fresh))
    now = datetime.now(UTC)
    found: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (person, conversation, consent, orders, print_outbox, dispatch, shred, inbox)
    }
    for number in numbers:
        at = now - timedelta(seconds=random.randrange(180 * 24 * 3600))
        standing = Standing(Person("telegram", f"{number}"), step="home", screen=SCREEN, profile=_profile(at))
        row = Known(fresh_id(), fresh.spare(), standing)
        visit = conversations.Visit(None, None, standing, at)
        ordered = number % 10 == 0
        found[person].append({**conversations._new_person(vault, row, visit), "order_count": int(ordered)})
        found[conversation].append(conversations._conversation(vault, row, visit))
        found[inbox].append({"key": f"telegram:{number}", "at": micros(now - timedelta(seconds=number % 172_000))})
        for kind in ("notice", "contract"):
            proof = {"kind": kind, "version": "1", "sha256": "ab" * 32, "given": 1, "order_id": "", "at": micros(at)}
            found[consent].append({"person_id": row.id, **proof})
        if ordered:
            for table, values in _order(number, row.id, at):
                found[table].append(values)
    return found


def _profile(at: datetime) -> Profile:
    return Profile(
        notice=Acceptance("1", "ab" * 32, at),
        adult_on=date(2026, 1, 1),
        adult_rule="18",
        name="Işıl İnci",
        phone="+905321234567",
        email="isil@example.com",
    )


def _order(number: int, owner: str, at: datetime) -> Iterator[tuple[Table, dict[str, Any]]]:
    """An order long past: erased everywhere, on record."""
    order, letter, key, then = fresh_id(), fresh_id(), fresh_id(), micros(at)
    paper = {"sha256": "cd" * 32, "pages": 1}
    money = {"amount": 4850, "paid": 4850, "paid_at": then, "payment": f"sandbox:{number}", "refunds": ""}
    times = {"created_at": then, "dispatched_at": then, "updated_at": then}
    whose = {"person_id": owner, "letter_id": letter}
    yield orders, {"id": order, **whose, "state": "erased", "product": "normal", "sheets": 1, **paper, **money, **times}
    queued = {"state": "cleared", "not_before": then, "attempts": 1, "queued_at": then, "key_id": key}
    yield print_outbox, {"order_id": order, **whose, **paper, **queued}
    yield dispatch, {"order_id": order, "sink": "folder", "receipt": f"MX{number:06}.pdf", **paper, "at": then}
    if number % 60 == 0:
        yield shred, {"key_id": key, "letter_id": letter, "order_id": order, "because": "dispatched", "at": then} | {
            "person_id": owner, "done_at": then,
        }  # fmt: skip
