"""A database remembers the one key store whose keys open it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, inspect, select

from storage.database.dialects import once, say
from storage.database.errors import StorageError
from storage.database.tables import meta
from storage.keys.keyring import Keyring
from storage.keys.master_key import WrongKey

__all__ = ["OTHERS", "RESTORING", "adopt", "belongs", "owned"]

OTHERS = "The key store does not belong to this database: check MEKTUPX_KEY_STORE and MEKTUPX_DATABASE_URL."

RESTORING: Final = "mektupx_restoring"
"""A table that is there while a copy is put back on a server: nobody works with what is not safe yet."""

UNFINISHED = "A backup is being put back into this database, or was not put back to its end: see `mektupx restore`."


def belongs(conn: Connection, keyring: Keyring) -> None:
    """Refuses a database sealed with another key store, or not restored to its end; reads only.

    Errors: WrongKey, StorageError.
    """
    tables = inspect(conn)
    if tables.has_table(RESTORING):
        raise StorageError(UNFINISHED)
    if tables.has_table(meta.name):
        owned(conn, keyring)


def owned(conn: Connection, keyring: Keyring) -> None:
    """Whether the name in the database, if there is one, is the key store's. Errors: WrongKey."""
    owner = conn.scalar(select(meta.c.value).where(meta.c.name == "keyring"))
    if owner is not None and owner != keyring.name:
        raise WrongKey(OTHERS)


def adopt(conn: Connection, keyring: Keyring) -> None:
    """A new database remembers its keyring."""
    say(conn, once(meta), {"name": "keyring", "value": keyring.name})
    owned(conn, keyring)
