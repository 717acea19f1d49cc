"""The store: an open database with its keyring, and one way to run an act on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ParamSpec, TypeVar

from flows.desk.printing.pieces import OutboxRow
from storage.access_log import audit, blanking
from storage.access_log.audit import Entry
from storage.backup.after_restore import redestroy
from storage.database.engine import create
from storage.database.protocol import Database
from storage.keys.ownership import adopt, belongs
from storage.keys.vault import Keyring, Vault
from storage.migrations import bring
from storage.printing.outbox import Piece
from storage.printing.scans import OnPaper
from storage.queues.jobs import WorkItem
from storage.queues.keys_to_shred import Shred
from storage.queues.message_state import Arrival, Begin, Counted, Delivered, GivenBack, Undelivered
from storage.queues.messages import StoredMessage
from storage.store.executor import Act, bound
from storage.store.transaction import KeptTurn, Transaction

__all__ = [
    "Arrival",
    "Begin",
    "Counted",
    "Delivered",
    "Entry",
    "GivenBack",
    "KeptTurn",
    "OnPaper",
    "OutboxRow",
    "Piece",
    "Shred",
    "Store",
    "StoredMessage",
    "Transaction",
    "Undelivered",
    "WorkItem",
]

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """The open database with its keyring. Acts live in the rooms of storage: `await store.do(jobs.take, …)`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """Use `Store.open`."""
        self.database = database
        self.vault = vault

    @classmethod
    async def open(cls, url: str, keyring: Keyring) -> Store:
        """Opens the database, brings it to this version, checks that it belongs to this keyring.

        Errors: StorageError, DatabaseNewer, WrongKey; each a sentence."""
        database = create(url)
        try:
            await database.run(belongs, keyring)  # before anything is written
            await bring(database)
            await database.run(adopt, keyring)
            await database.run(blanking.adopt, Vault(keyring))
            keyring.adopt_head()
            if keyring.copied_at() is not None:  # an older copy of the key store holds keys destroyed since
                await database.run(redestroy, keyring)
        except BaseException:
            await database.close()
            raise
        return cls(database, Vault(keyring))

    @property
    def journal(self) -> str:
        """The journal mode chosen at start, for the log: TRUNCATE, WAL, or "" where the server decides."""
        return self.database.journal

    async def close(self) -> None:
        """Closes the database; the keyring belongs to the caller."""
        await self.database.close()

    async def do(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One act (storage.store.executor), in a short transaction of its own."""
        return await self.database.run(bound(act, self.vault, *args, **kwargs))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A write transaction, rolled back unless it ends well. Never await the network in it."""
        async with self.database.transaction() as unit:
            yield Transaction(unit, self.vault)

    async def note_access(self, entry: Entry) -> None:
        """One line in the access log, committed and its head signed before this returns."""
        await self.do(audit.append, entry)
        await self.do(audit.sign)
