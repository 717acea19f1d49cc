"""Keeps the pictures of a letter's photo page, sealed together with the letter's own key, until the letter goes."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select, update

from flows.core.events import Person
from storage.database.dialects import changed
from storage.database.tables import letter
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import row_id

__all__ = ["Kept", "drop", "keep", "read"]


class Kept(msgspec.Struct, frozen=True):
    """A JPEG drawn for paper, its pixels, and the message that brought it."""

    message: int
    jpeg: bytes
    width: int
    height: int


_read = msgspec.msgpack.Decoder(tuple[Kept, ...]).decode
_write = msgspec.msgpack.Encoder().encode


def keep(conn: Connection, vault: Vault, asked: Person, letter_id: str, photo: Kept, most: int) -> bool | None:
    """One more, or another one in its message's place; False beyond `most`, None where the letter is gone."""
    owner = row_id(conn, vault, asked)
    theirs = select(letter.c.id).where(letter.c.id == letter_id, letter.c.person_id == (owner[0] if owner else ""))
    if conn.scalar(theirs.with_for_update()) is None:
        return None
    others = tuple(one for one in read(conn, vault, letter_id) if one.message != photo.message)
    return len(others) < most and _put(conn, vault, letter_id, (*others, photo))


def drop(conn: Connection, vault: Vault, letter_id: str, message: int) -> None:
    """Takes one out; nothing happens where it is not there."""
    conn.scalar(select(letter.c.id).where(letter.c.id == letter_id).with_for_update())
    held = read(conn, vault, letter_id)
    left = tuple(one for one in held if one.message != message)
    if left != held:
        _put(conn, vault, letter_id, left)


def read(conn: Connection, vault: Vault, letter_id: str) -> tuple[Kept, ...]:
    """All of them in the order in which they came; () where there are none, or they are gone."""
    sealed = conn.scalar(select(letter.c.photos).where(letter.c.id == letter_id))
    if sealed is None:
        return ()
    try:
        return _read(vault.open(sealed, table="letter", column="photos", row=letter_id))
    except KeyGone:
        return ()


def _put(conn: Connection, vault: Vault, letter_id: str, photos: tuple[Kept, ...]) -> bool:
    key = conn.scalar(select(letter.c.key_id).where(letter.c.id == letter_id))
    if key is None:
        return False
    sealed = vault.seal(_write(photos), key_id=key, table="letter", column="photos", row=letter_id, pad=True)
    put = update(letter).where(letter.c.id == letter_id).values(photos=sealed if photos else None)
    return changed(conn, put) == 1
