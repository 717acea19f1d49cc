"""Backs the whole database up into one sealed file, which is useless without the key store.

SQLite is copied as of one moment; PostgreSQL is packed by its own pg_dump through a pipe. A copy is opened again before
it gets its name, and looked over and made safe before anybody works with what was put back. The key store has a copy of
its own (`storage/backup/key_backup.py`), kept apart and not for long: what was destroyed in it stays unreadable here.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import aiosqlite
from sqlalchemy import Connection, inspect, select, text

from storage.access_log import audit
from storage.backup import pg_tools
from storage.backup.after_restore import Safe, make_safe
from storage.backup.container import BROKEN, FOREIGN, Label, beside, label_of, new_file, opened, seal, unlittered
from storage.database.engine import Database, StorageError, create
from storage.database.errors import sentence_for
from storage.database.tables import meta
from storage.keys.keyring import Keyring
from storage.keys.master_key import WrongKey
from storage.keys.ownership import OTHERS, RESTORING, belongs, owned
from storage.keys.vault import Vault
from storage.migrations import bring, current, known

__all__ = ["Restored", "Written", "restore", "write"]

NOTHING: Final = "There is nothing to copy: the database does not exist or was never used."
DAMAGED: Final = "The database is damaged: put back its last good backup. Nothing was written."
OTHER_KIND: Final = (
    "The backup is one of {of}, and MEKTUPX_DATABASE_URL names {at}: set it to the kind the backup was made of."
)
OCCUPIED: Final = (
    "The database is not empty and is left as it is: make a new one with `createdb`, and let MEKTUPX_DATABASE_URL"
    " name it."
)
IN_USE: Final = "A service works on this database: stop it first. Nothing was put back."


@dataclass(frozen=True, slots=True)
class Written:
    """A copy that was opened again: of which moment, in which form, how large."""

    label: Label
    size: int  # bytes of the sealed file


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and of which moment it is."""

    label: Label
    safe: Safe


async def write(url: str, keyring: Keyring, to: Path, now: datetime) -> Written:
    """Copies a database that may be in use, seals the copy and opens it again. Overwrites nothing, migrates nothing.

    On SQLite without WAL writers wait while the copy is read. Errors: StorageError, WrongKey, each a sentence.
    """
    database = create(url)
    try:
        if database.file is not None:
            label = await _write_file(database.file, keyring, to, now)
        else:
            label = await _write_server(url, database, keyring, to, now)
    finally:
        await database.close()
    return Written(label, await asyncio.to_thread(os.path.getsize, to))


async def restore(backup: Path, url: str, keyring: Keyring, now: datetime, by: str = "operator") -> Restored:
    """Puts a copy into a new file, or into an empty database of a server, and makes it safe. Overwrites nothing.

    Errors: StorageError (damaged, occupied, in use), DatabaseNewer, WrongKey (another key store's); each a sentence.
    Letters whose keys were destroyed since cannot be read, and are neither shown nor printed.
    """
    label = await asyncio.to_thread(_checked, backup, keyring)
    known(label.version)
    database = create(url)
    target = database.file
    try:
        if label.kind != ("sqlite" if target else "postgresql"):
            kinds = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
            raise StorageError(
                OTHER_KIND.format(of=kinds.get(label.kind, label.kind), at="SQLite" if target else "PostgreSQL")
            )
        if target is None:
            return Restored(label, await _restore_server(backup, url, database, keyring, now, by))
    finally:
        await database.close()
    return Restored(label, await _restore_file(backup, target, keyring, now, by))


# A file ---------------------------------------------------------------------------------------------------------------


async def _write_file(database: Path, keyring: Keyring, to: Path, now: datetime) -> Label:
    """Only reads, so that it waits for nobody."""
    if not await asyncio.to_thread(database.exists):
        raise StorageError(NOTHING)
    with new_file(to) as sealed, beside(to, ".copy") as copy:
        try:
            async with aiosqlite.connect(database) as source, aiosqlite.connect(copy) as target:
                await source.backup(target)  # never a file copy: it would catch half of a commit
        except sqlite3.Error as error:
            raise sentence_for(error) or StorageError(f"The database could not be copied: {error}.") from None
        return await asyncio.to_thread(_seal_file, copy, sealed, keyring, now)


def _seal_file(copy: Path, sealed: BinaryIO, keyring: Keyring, now: datetime) -> Label:
    label = Label("sqlite", now, _look_over(copy, keyring, OTHERS))
    with copy.open("rb") as plain:
        digest = seal(plain, sealed, keyring, label)
    _read_again(sealed, keyring, digest)
    return label


async def _restore_file(backup: Path, to: Path, keyring: Keyring, now: datetime, by: str) -> Safe:
    """Under another name until it is whole, of this version, and safe."""
    unlittered(to)
    with new_file(to) as plain:
        place = Path(plain.name)
        await asyncio.to_thread(_unpack, backup, plain, keyring)
        await asyncio.to_thread(_look_over, place, keyring)
        database = create(f"sqlite:///{place}")
        try:
            return await _finish(database, keyring, now, by)
        finally:
            await database.close()


def _unpack(backup: Path, plain: BinaryIO, keyring: Keyring) -> None:
    with backup.open("rb") as sealed:
        for chunk in opened(sealed, keyring):
            plain.write(chunk)
    plain.flush()


def _look_over(database: Path, keyring: Keyring, foreign: str = FOREIGN) -> str:
    """Whether a copy is sound and this key store's; the revision of its tables. Errors: StorageError, WrongKey."""
    with closing(sqlite3.connect(database)) as looked:
        try:
            sound = looked.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            if not looked.execute("SELECT count(*) FROM sqlite_master WHERE name = 'meta'").fetchone()[0]:
                raise StorageError(NOTHING)
            owner = looked.execute("SELECT value FROM meta WHERE name = 'keyring'").fetchone()
            version = looked.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite3.DatabaseError:
            raise StorageError(DAMAGED) from None
    if not sound:
        raise StorageError(DAMAGED)
    if owner is None or version is None:
        raise StorageError(NOTHING)
    if bytes(owner[0]) != keyring.name:
        raise WrongKey(foreign)
    return str(version[0])


# A server -------------------------------------------------------------------------------------------------------------


async def _write_server(url: str, database: Database, keyring: Keyring, to: Path, now: datetime) -> Label:
    await database.run(belongs, keyring)
    version, server = await database.run(_facts)
    if version is None:
        raise StorageError(NOTHING)
    label = Label("postgresql", now, version)
    await asyncio.to_thread(pg_tools.usable, server, "pg_dump", "pg_restore")
    await asyncio.to_thread(_pack, url, keyring, to, label)
    return label


def _pack(url: str, keyring: Keyring, to: Path, label: Label) -> None:
    with new_file(to) as sealed:
        with pg_tools.dumping(url) as pipe:
            digest = seal(pipe, sealed, keyring, label)
        _read_again(sealed, keyring, digest)
        sealed.seek(0)
        if not pg_tools.contents(opened(sealed, keyring)):
            raise StorageError(BROKEN)


async def _restore_server(backup: Path, url: str, database: Database, keyring: Keyring, now: datetime, by: str) -> Safe:
    """Into an empty database, which nobody can use until the copy in it is safe."""
    _, server = await database.run(_facts)
    await asyncio.to_thread(pg_tools.usable, server, "pg_restore")
    await database.run(_vacant)
    try:
        await asyncio.to_thread(_feed, backup, url, keyring)
    except BaseException:
        await database.run(_unmark)  # all or nothing was put back: it is as empty as before
        raise
    return await _finish(database, keyring, now, by)


def _feed(backup: Path, url: str, keyring: Keyring) -> None:
    with backup.open("rb") as sealed:
        pg_tools.put_back(url, opened(sealed, keyring))


_THINGS = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relname NOT LIKE :mark"
)
_OTHERS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'mektupx'"
    " AND pid <> pg_backend_pid()"
)


def _vacant(conn: Connection) -> None:
    """Marks an empty database as one that is being filled. Errors: StorageError."""
    if conn.scalar(_OTHERS):
        raise StorageError(IN_USE)
    if conn.execute(_THINGS, {"mark": f"{RESTORING}%"}).first():
        raise StorageError(OCCUPIED)
    conn.execute(text(f"CREATE TABLE IF NOT EXISTS {RESTORING} ()"))


def _unmark(conn: Connection) -> None:
    conn.execute(text(f"DROP TABLE IF EXISTS {RESTORING}"))


# Both -----------------------------------------------------------------------------------------------------------------


def _facts(conn: Connection) -> tuple[str | None, int]:
    """(revision of the tables or None where no service was ever here, the server's major version)."""
    used = inspect(conn).has_table(meta.name) and conn.scalar(select(meta.c.value).where(meta.c.name == "keyring"))
    version = current(conn) if used else None
    server = conn.dialect.server_version_info
    return version, int(server[0]) if server else 0


def _checked(backup: Path, keyring: Keyring) -> Label:
    """Reads a copy to its end before anything is put back."""
    try:
        with backup.open("rb") as sealed:
            label = label_of(sealed, keyring)
            sealed.seek(0)
            for _ in opened(sealed, keyring):
                pass
    except OSError as error:
        raise StorageError(f"The backup {backup.name} cannot be read: {error.strerror}.") from None
    return label


def _read_again(sealed: BinaryIO, keyring: Keyring, digest: bytes) -> None:
    """The copy is worth something only if it opens: it is read back from the file and compared."""
    sealed.flush()
    os.fsync(sealed.fileno())
    sealed.seek(0)
    found = hashlib.sha256()
    for chunk in opened(sealed, keyring):
        found.update(chunk)
    if found.digest() != digest:
        raise StorageError(BROKEN)


async def _finish(database: Database, keyring: Keyring, now: datetime, by: str) -> Safe:
    """Whose it is, this version's tables, then safe and released in one transaction."""
    await database.run(_ours, keyring)
    await bring(database)
    safe = await database.run(_released, keyring, now, by)
    await database.run(audit.sign, Vault(keyring))
    return safe


def _ours(conn: Connection, keyring: Keyring) -> None:
    if not inspect(conn).has_table(meta.name):
        raise StorageError(BROKEN)
    owned(conn, keyring)


def _released(conn: Connection, keyring: Keyring, now: datetime, by: str) -> Safe:
    safe = make_safe(conn, keyring, now, by)
    _unmark(conn)
    return safe
