"""Keeps the drawn letter, sealed with the letter's own key, for nobody but its sender."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select, true, update

from flows.core.events import Person
from storage.database.dialects import changed
from storage.database.tables import letter, print_outbox
from storage.keys.vault import KeyGone, Vault
from storage.senders.people import row_id

__all__ = ["keep", "opened", "read"]


def keep(
    conn: Connection, vault: Vault, letter_id: str, pdf: bytes, sha256: str, pages: int, serial: int | None = None
) -> bool:
    """Seals the drawn PDF beside its letter; False if the letter is gone meanwhile, or bears another serial number than
    the PDF, because a newer revision of it is drawn."""
    key = conn.scalar(select(letter.c.key_id).where(letter.c.id == letter_id))
    if key is None:
        return False
    sealed = vault.seal(pdf, key_id=key, table="letter", column="pdf", row=letter_id, pad=True)
    same = (letter.c.id == letter_id) if serial is None else and_(letter.c.id == letter_id, letter.c.serial == serial)
    drawn = update(letter).where(same).values(pdf=sealed, sha256=sha256, pages=pages)
    return changed(conn, drawn) == 1


def read(conn: Connection, vault: Vault, asked: Person, letter_id: str) -> bytes | None:
    """The drawn PDF, from the letter or, once paid, from the print outbox; None when it is gone or somebody else's."""
    owner = row_id(conn, vault, asked)
    if owner is None:
        return None
    theirs = letter.c.person_id == owner[0], print_outbox.c.person_id == owner[0]
    return _drawn(conn, vault, letter_id, *theirs)


def opened(conn: Connection, vault: Vault, letter_id: str) -> bytes | None:
    """The same, whoever's it is: for an approved opening, and for nothing else."""
    return _drawn(conn, vault, letter_id, true(), true())


def _drawn(
    conn: Connection, vault: Vault, letter_id: str, of_letter: ColumnElement[bool], of_print: ColumnElement[bool]
) -> bytes | None:
    pdf = conn.scalar(select(letter.c.pdf).where(letter.c.id == letter_id, of_letter))
    if pdf is None:
        pdf = conn.scalar(select(print_outbox.c.pdf).where(print_outbox.c.letter_id == letter_id, of_print))
    if pdf is None:
        return None
    try:
        return vault.open(pdf, table="letter", column="pdf", row=letter_id)
    except KeyGone:
        return None
