"""Keeps to which id a group of the staff has moved."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from storage.database.tables import meta
from storage.keys.vault import Vault

__all__ = ["chat_moved", "chat_now"]

FURTHEST = 8  # moves that are followed


def _name(chat: int) -> str:
    return f"staff chat {chat}"


def chat_now(conn: Connection, vault: Vault, chat: int | None) -> int | None:
    """A group's id after all its moves, a group that became a supergroup having another one; None for no group."""
    if chat is None:
        return None
    for _ in range(FURTHEST):
        found = conn.scalar(select(meta.c.value).where(meta.c.name == _name(chat)))
        if found is None:
            break
        chat = int(found.decode())
    return chat


def chat_moved(conn: Connection, vault: Vault, old: int, new: int) -> None:
    """The messenger has told us: a group became a supergroup, and its id is another one from now on."""
    if old == new:
        return
    conn.execute(delete(meta).where(meta.c.name.in_((_name(old), _name(new)))))
    conn.execute(insert(meta), {"name": _name(old), "value": str(new).encode()})
