"""The name on the cabinet: a database remembers the one key store whose keys open it."""

from __future__ import annotations

from sqlalchemy import Connection, inspect, select

from storage.keyring import Keyring
from storage.master import WrongKey
from storage.sql import once, say
from storage.tables import meta

__all__ = ["adopt", "belongs"]


def belongs(conn: Connection, keyring: Keyring) -> None:
    """Refuses a database that was sealed with another key store; reads only. Errors: WrongKey."""
    if not inspect(conn).has_table(meta.name):
        return
    owner = conn.scalar(select(meta.c.value).where(meta.c.name == "keyring"))
    if owner is not None and owner != keyring.name:
        raise WrongKey(
            "The key store does not belong to this database: check MEKTUPX_KEY_STORE and MEKTUPX_DATABASE_URL."
        )


def adopt(conn: Connection, keyring: Keyring) -> None:
    """A new database remembers its keyring."""
    say(conn, once(meta), {"name": "keyring", "value": keyring.name})
    belongs(conn, keyring)
