"""Keys of what belongs to no person: one for each family of rows, such as the callbacks of a month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from storage.database.dialects import once, say
from storage.database.tables import family, micros
from storage.keys.vault import Vault

__all__ = ["family_key"]

_FAMILY = once(family)


def family_key(conn: Connection, vault: Vault, name: str, at: datetime) -> str:
    """The key of something that belongs to no person, made when first asked for."""
    found = select(family.c.key_id).where(family.c.name == name)
    key: str | None = conn.scalar(found)
    if key is None:
        say(conn, _FAMILY, {"name": name, "key_id": vault.keyring.spare(), "at": micros(at)})
        key = conn.scalars(found).one()
    return key
