"""What SQLite and PostgreSQL say differently is said here once.

An INSERT that knows ON CONFLICT; locks, which SQLite needs none of because it has one writer; and counts of rows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ARRAY, BigInteger, Connection, CursorResult, Executable, Result, Table, bindparam, text
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

__all__ = ["Either", "alone", "changed", "fresh_id", "hold", "in_turn", "many", "once", "shared", "upsert"]


class Either:
    """A statement built once for each dialect, because ON CONFLICT is not part of the common language."""

    def __init__(self, table: Table, finish: Callable[[Any], Executable]) -> None:
        """finish: adds the rest to the dialect's own INSERT."""
        self._built = {"sqlite": finish(sqlite_insert(table)), "postgresql": finish(postgresql_insert(table))}

    def on(self, conn: Connection) -> Executable:
        """The statement in the connection's dialect."""
        return self._built[conn.dialect.name]


def once(table: Table, *returning: str) -> Either:
    """INSERT that leaves a row that is there already as it is; optionally returns columns of the rows it made."""

    def finish(statement: Any) -> Any:
        statement = statement.on_conflict_do_nothing()
        return statement.returning(*(table.c[name] for name in returning)) if returning else statement

    return Either(table, finish)


def upsert(table: Table, *keys: str, leave: Sequence[str] = ()) -> Either:
    """INSERT, or UPDATE of everything but `keys` and `leave` where the key is there already."""

    def finish(statement: Any) -> Any:
        written = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in (*keys, *leave)}
        return statement.on_conflict_do_update(index_elements=list(keys), set_=written)

    return Either(table, finish)


Said = Executable | Either


def say(conn: Connection, statement: Said, values: Any = None) -> Result[Any]:
    """Executes in the connection's dialect."""
    spoken = statement.on(conn) if isinstance(statement, Either) else statement
    return conn.execute(spoken, values)


def many(conn: Connection, statement: Said, rows: Sequence[dict[str, Any]]) -> None:
    """One executemany (asyncpg does not say how many rows that touched). Nothing is executed for no rows."""
    if rows:
        say(conn, statement, rows)


def changed(conn: Connection, statement: Said, **values: Any) -> int:
    """One statement; returns how many rows it touched."""
    return cast("CursorResult[Any]", say(conn, statement, values)).rowcount


def fresh_id() -> str:
    """32 hexadecimal digits for a new row."""
    return os.urandom(16).hex()


# Locks, until the transaction ends; on SQLite the transaction itself is one -------------------------------------------

LOCK_NAMESPACE = 7735  # the first half of the locks that bear a name, so that they are nobody else's
NAMES = ("migrate", "audit", "purge", "discounts", "batches")
_NAMED = text("SELECT pg_advisory_xact_lock(:namespace, :name)")
_IN_TURN = text("SELECT pg_advisory_xact_lock(mark) FROM unnest(:marks) AS mark").bindparams(
    bindparam("marks", type_=ARRAY(BigInteger))
)
_IMPATIENT = text("SET LOCAL lock_timeout = '500ms'")


def shared(conn: Connection) -> bool:
    """Whether others may write at the same time."""
    return conn.dialect.name == "postgresql"


def alone(conn: Connection, name: str, *, giving_way: bool = False) -> None:
    """Only one transaction at a time goes on from here, in whichever process.

    giving_way: from here on whoever waits for half a second for anybody gives up (`Collided`) and begins again: less
    than the server's deadlock_timeout, after which it might end the other one.
    """
    if not shared(conn):
        if not conn.in_transaction():  # it would begin with the first statement: what is read elsewhere may come first
            conn.begin()
        return
    conn.execute(_NAMED, {"namespace": LOCK_NAMESPACE, "name": NAMES.index(name)})
    if giving_way:
        conn.execute(_IMPATIENT)


def in_turn(conn: Connection, marks: Iterable[bytes]) -> None:
    """One transaction at a time for each mark, whether or not a row bears it yet; always in the same order."""
    if shared(conn):
        numbers = sorted({int.from_bytes(mark[:8], "big", signed=True) for mark in marks})
        conn.execute(_IN_TURN, {"marks": numbers})


def hold(conn: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    """Executes a locking SELECT where rows can be locked."""
    if shared(conn):
        conn.execute(statement, values).all()
