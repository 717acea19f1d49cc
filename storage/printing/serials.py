"""Serial numbers of letters: given before a letter is drawn, so that they stand in the bytes that its sender approves.

One counter numbers every revision that is drawn, and gives no number twice. The same revision keeps its number, because
it always draws to the same bytes. A letter that nobody orders leaves a hole in the series, so the numbers of a batch
are not dense; which ones belong to it, its dispatch records say.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from storage.database.dialects import Either, changed, say
from storage.database.tables import letter, serial_series
from storage.keys.vault import Vault

__all__ = ["given"]


def _counted_on(statement: Any) -> Any:
    last = serial_series.c.last
    return statement.on_conflict_do_update(index_elements=["series"], set_={"last": last + 1}).returning(last)


_NEXT = Either(serial_series, _counted_on)


def given(conn: Connection, vault: Vault, letter_id: str, revision: int) -> int:
    """The number that the sheets of this revision bear; 0 if the letter is gone meanwhile, or has a newer revision: the
    number of that one stands, because its sender may have approved it already."""
    theirs = select(letter.c.serial, letter.c.serial_of).where(letter.c.id == letter_id)
    row = conn.execute(theirs.with_for_update()).first()
    if row is None or (row.serial_of or 0) > revision:
        return 0
    if row.serial_of == revision:
        return int(row.serial)
    fresh = int(say(conn, _NEXT, {"series": "letters", "last": 1}).scalar_one())
    changed(conn, update(letter).where(letter.c.id == letter_id).values(serial=fresh, serial_of=revision))
    return fresh
