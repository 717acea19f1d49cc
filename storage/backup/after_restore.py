"""Makes a restored backup safe before anybody works with it.

Since its moment letters were printed, numbers given and keys destroyed of which it knows nothing. What waits to be
printed is handed to a person; what was ordered before now is never printed without one; no number is given twice; what
waits to be said says that it may be a repetition; and keys that were destroyed are destroyed in an older copy of the
key store too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select, text, update

from storage.access_log import blanking
from storage.access_log.audit import Entry, Purpose, append
from storage.access_log.chain import RESTORE_BACKUP
from storage.database.dialects import Either, changed, say, upsert
from storage.database.tables import (
    audit,
    message_outbox,
    message_series,
    meta,
    metadata,
    micros,
    orders,
    person,
    print_outbox,
    serial_series,
    shred,
)
from storage.keys.keyring import Keyring
from storage.keys.master_key import WrongKey
from storage.keys.vault import Vault

__all__ = ["LEAP", "SERIAL_LEAP", "Safe", "make_safe", "redestroy"]

LEAP: Final = 10_000
"""By how much the counters jump: more than anybody orders between two backups."""
SERIAL_LEAP: Final = 10 * LEAP
"""The same for serial numbers, which count drawn previews: many a letter is drawn a few times, and not every one is
ordered."""

_RESTORED = upsert(meta, "name")


def _further(statement: Any) -> Any:
    far = serial_series.c.last + statement.excluded.last
    return statement.on_conflict_do_update(index_elements=["series"], set_={"last": far})


_FURTHER = Either(serial_series, _further)


@dataclass(frozen=True, slots=True)
class Safe:
    """What was put back, in numbers that belong to nobody."""

    people: int
    orders: int
    handed: int  # letters that wait to be printed, and now for a person
    awaiting: int  # orders that may have been paid since
    log_lines: int  # of the access log, before it was told of the restore
    log_lost: int  # lines of it that the key store has signed and the copy does not hold


def make_safe(conn: Connection, keyring: Keyring, now: datetime, by: str = "operator") -> Safe:
    """One transaction; again changes nothing but the counters, and tells the access log again. by: who types."""
    waiting = update(print_outbox).where(print_outbox.c.state != "cleared")
    handed = changed(conn, waiting.values(state="needs_human", lease_token=None, lease_until=None))
    say(conn, _RESTORED, {"name": "restored", "value": micros(now).to_bytes(8, "big")})
    _leap(conn)
    _unsure(conn)
    redestroy(conn, keyring)
    open_states = orders.c.state.in_(("linking", "awaiting"))
    lost = max(0, _signed(keyring) - (conn.scalar(select(func.max(audit.c.seq))) or 0))
    lines = conn.scalar(select(func.count()).select_from(audit)) or 0
    vault = Vault(keyring)
    blanking.blank_again(conn, vault, now)
    told = Entry(now, by, RESTORE_BACKUP, "", Purpose.SERVICE, str(lost), "done")
    append(conn, vault, told)  # the line after the gap explains it
    return Safe(
        people=conn.scalar(select(func.count()).select_from(person)) or 0,
        orders=conn.scalar(select(func.count()).select_from(orders)) or 0,
        handed=handed,
        awaiting=conn.scalar(select(func.count()).select_from(orders).where(open_states)) or 0,
        log_lines=lines,
        log_lost=lost,
    )


def _signed(keyring: Keyring) -> int:
    """The last line the key store knows of; a mark that is not this key store's is `mektupx audit verify`'s to name."""
    try:
        head = keyring.signed_head()
    except WrongKey:
        return 0
    return head[0] if head else 0


def redestroy(conn: Connection, keyring: Keyring) -> int:
    """Destroys the keys that the shredder's list says are destroyed; returns how many an older copy still held."""
    gone = [key for (key,) in conn.execute(select(shred.c.key_id).where(shred.c.done_at.is_not(None)))]
    held = [key for key in gone if keyring.holds(key)]
    if held:
        keyring.destroy(held)
    return len(held)


def _unsure(conn: Connection) -> None:
    """What waits to be said may have been said since, and other messages after it: it says that it may come again."""
    conn.execute(update(message_outbox).values(begun=0, line=None))
    conn.execute(delete(message_series))


def _leap(conn: Connection) -> None:
    """A number is never given twice (`storage/database/tables.py`): not one of those the lost database has given,
    either, even where the copy has given none yet."""
    say(conn, _FURTHER, {"series": "letters", "last": SERIAL_LEAP})
    counted = [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.primary_key.columns
        if column.autoincrement is True
    ]
    for table, column in counted:
        if conn.dialect.name == "sqlite":
            values = {"leap": LEAP, "t": table}
            conn.execute(  # a table into which nothing was ever written has no line there
                text(
                    "INSERT INTO sqlite_sequence (name, seq)"
                    " SELECT :t, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :t)"
                ),
                {"t": table},
            )
            conn.execute(text("UPDATE sqlite_sequence SET seq = seq + :leap WHERE name = :t"), values)
        else:
            sequence = conn.scalar(text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table, "c": column})
            conn.execute(
                text("SELECT setval(CAST(:s AS regclass), nextval(CAST(:s AS regclass)) + :leap)"),
                {"s": sequence, "leap": LEAP},
            )
