"""What an operator types for the day the disk dies: copies of database and keys, both put back, and the access log."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect

from bot.base.clock import SystemClock
from bot.base.settings import Settings
from storage.access_log.audit import Purpose
from storage.access_log.chain import RESTORE_KEYS
from storage.backup import backup, key_backup
from storage.backup.after_restore import LEAP, Safe, redestroy
from storage.database.engine import Database, create
from storage.database.tables import meta
from storage.keys.keyring import Keyring
from storage.keys.master_key import write_master
from storage.keys.ownership import belongs
from storage.migrations import VERSIONS, current
from storage.store.store import Entry, Store

__all__ = ["KEY_ACTS", "add"]

BACKUP: Final = "backup"
BACKUP_KEYS: Final = "backup_keys"
REWRAP_KEYS: Final = "rewrap_keys"

Run = Callable[[argparse.Namespace], int]
Command = Callable[[str, Run, str], argparse.ArgumentParser]
Needing = Callable[..., Settings]


def add(command: Command, needing: Needing) -> None:
    """Adds the commands of this file to the table of commands. needing: the settings, with what they must hold."""

    def housed(act: Callable[[_Installation, argparse.Namespace], int]) -> Run:
        def run(given: argparse.Namespace) -> int:
            with _Installation(needing("MASTER_KEY_FILE")) as installation:
                return act(installation, given)

        return run

    made = command(
        "backup", housed(_backup), "copies the database, in use or not, into one sealed file and opens it again"
    )
    made.add_argument("file", type=Path, metavar="FILE", help="a new file; nothing is overwritten")
    put = command(
        "restore", housed(_restore), "puts a backup into a new or empty database and makes it safe to work with"
    )
    put.add_argument("file", type=Path, metavar="FILE", help="what `mektupx backup` made")


def _backup(installation: _Installation, given: argparse.Namespace) -> int:
    asyncio.run(installation.noted(BACKUP, given.typist))  # before: what is put back lacks no line
    done = asyncio.run(backup.write(installation.url, installation.keyring, given.file, SystemClock().now()))
    print(
        f"Copied, sealed and opened again: {given.file}, {done.size} bytes, as of {done.label.at:%Y-%m-%d %H:%M} UTC.\n"
        "Now `mektupx keys backup FILE`, onto another medium. Delete copies of the keys after 30 days at the latest:"
        " what was erased lives on in them. Keep the master key apart from both."
    )
    return 0


def _restore(installation: _Installation, given: argparse.Namespace) -> int:
    done = asyncio.run(
        backup.restore(given.file, installation.url, installation.keyring, SystemClock().now(), given.typist)
    )
    print(f"The database of {done.label.at:%Y-%m-%d %H:%M} UTC was put back. {_told(done.safe)}")
    return 0


def _told(safe: Safe) -> str:
    """Only what concerns this copy, each a sentence."""
    said = [f"People: {safe.people}, orders: {safe.orders}."]
    if safe.handed:
        said.append(
            f"Letters handed to a person: {safe.handed}; they waited to be printed and may have been since. Look into"
            " the tray first, then `mektupx outbox list` and `mektupx outbox retry ORDER`."
        )
    if safe.awaiting:
        said.append(
            f"Orders waiting for a payment: {safe.awaiting}; the institution is asked at the start, and a letter that"
            " was paid meanwhile is handed to a person too."
        )
    if safe.log_lost:
        said.append(f"The access log lacks its last lines: {safe.log_lost}; note this where you keep its anchors.")
    said.append(
        f"Numbers go on {LEAP} higher. Orders made after that moment are unknown here: compare with the payment"
        " institution's list."
    )
    return "\n".join(said)


# Keys -----------------------------------------------------------------------------------------------------------------


def _keys_backup(settings: Settings, master: Path, file: Path, by: str) -> int:
    count = key_backup.copy_keys(master, settings.key_store, file, SystemClock().now())
    with _Installation(settings) as installation:  # after: the copied head is that of the database's own copy
        asyncio.run(installation.noted(BACKUP_KEYS, by))
    print(
        f"Copied, and every key opened with this master key: {file}, data keys: {count}. Delete it after 30 days at the"
        " latest, and keep it apart from the master key and from the copies of the database."
    )
    return 0


def _keys_restore(settings: Settings, master: Path, file: Path, by: str) -> int:
    count, moment = key_backup.put_back_keys(master, file, settings.key_store)
    of = f" of {moment:%Y-%m-%d %H:%M} UTC" if moment else ""
    print(f"The key store{of} was put back and opens with this master key. Data keys: {count}.")
    with _Installation(settings) as installation:
        again = asyncio.run(installation.redestroyed())
        asyncio.run(installation.noted(RESTORE_KEYS, by))
    if again is None:
        print("There is no database to compare it with yet: `mektupx restore FILE` is next.")
    else:
        print(f"Keys that were destroyed since and are destroyed again: {again}.")
    return 0


def _keys_rewrap(settings: Settings, master: Path, file: Path, by: str) -> int:
    """Another master key; data keys stay, so that nothing sealed has to be written anew."""
    with _Installation(settings) as installation:  # before the old master key opens nothing any more
        asyncio.run(installation.noted(REWRAP_KEYS, by))
    if not file.exists():
        write_master(file)
    keyring = Keyring.open(master, settings.key_store)
    try:
        count = keyring.rewrap(file)
    finally:
        keyring.close()
    print(
        f"Data keys wrapped anew: {count}. Let MEKTUPX_MASTER_KEY_FILE name {file} and start every process again."
        " Older copies of the key store still need the old master key: make a new one now."
    )
    return 0


KEY_ACTS: Final[Mapping[str, Callable[[Settings, Path, Path, str], int]]] = {
    "backup": _keys_backup,
    "restore": _keys_restore,
    "rewrap": _keys_rewrap,
}
"""What `mektupx keys` does with a file: (settings, master key file, FILE, who types) -> exit code."""


class _Installation:
    """The key store opened, the database named; nothing is migrated."""

    def __init__(self, settings: Settings) -> None:
        assert settings.master_key_file is not None
        self.url = settings.database_url
        self.keyring = Keyring.open(settings.master_key_file, settings.key_store)

    def __enter__(self) -> _Installation:
        return self

    def __exit__(self, *_: object) -> None:
        self.keyring.close()

    async def redestroyed(self) -> int | None:
        """None where there is no database yet."""
        async with self._database() as database:
            return None if database is None else await database.run(redestroy, self.keyring)

    async def noted(self, action: str, by: str) -> None:
        """A line in the access log, signed: who has done what with copies and keys. A database of an older version has
        no place for it: it is said, and nothing is migrated."""
        async with self._database() as database:
            version = None if database is None else await database.run(current)
        if version is None:
            return
        if version != VERSIONS[-1]:
            print("mektupx: not in the access log, whose tables are of an older version.", file=sys.stderr)
            return
        store = await Store.open(self.url, self.keyring)
        try:
            await store.note_access(Entry(SystemClock().now(), by, action, "", Purpose.SERVICE, "", "done"))
        finally:
            await store.close()

    @asynccontextmanager
    async def _database(self) -> AsyncIterator[Database | None]:
        """The database as it is, not migrated; None where there is none, or an empty one."""
        database = create(self.url)
        try:
            there = database.file is None or database.file.exists()
            if there:
                await database.run(belongs, self.keyring)
            yield database if there and await database.run(_filled) else None
        finally:
            await database.close()


def _filled(conn: Connection) -> bool:
    return inspect(conn).has_table(meta.name)
