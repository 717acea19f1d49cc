"""Keeps the drawn letter, sealed with the letter's own key, for nobody but its sender."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from storage.database.dialects import changed
from storage.database.tables import letter, print_outbox
from storage.keys.vault import KeyGone, Vault

__all__ = ["keep", "read"]


def keep(conn: Connection, vault: Vault, letter_id: str, pdf: bytes, sha256: str, pages: int) -> bool:
    """Seals the drawn PDF beside its letter; False if the letter is gone meanwhile."""
    key = conn.scalar(select(letter.c.key_id).where(letter.c.id == letter_id))
    if key is None:
        return False
    sealed = vault.seal(pdf, key_id=key, table="letter", column="pdf", row=letter_id, pad=True)
    drawn = update(letter).where(letter.c.id == letter_id).values(pdf=sealed, sha256=sha256, pages=pages)
    return changed(conn, drawn) == 1


def read(conn: Connection, vault: Vault, letter_id: str) -> bytes | None:
    """The drawn PDF, from the letter or, once paid, from the print outbox; None when it is gone."""
    pdf = conn.scalar(select(letter.c.pdf).where(letter.c.id == letter_id))
    if pdf is None:
        pdf = conn.scalar(select(print_outbox.c.pdf).where(print_outbox.c.letter_id == letter_id))
    if pdf is None:
        return None
    try:
        return vault.open(pdf, table="letter", column="pdf", row=letter_id)
    except KeyGone:
        return None
