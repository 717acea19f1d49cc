"""Two dialects, one sentence: an INSERT that knows ON CONFLICT on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable, Result, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

__all__ = ["Either", "changed", "fresh_id", "many", "once", "upsert"]


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


def many(conn: Connection, statement: Said, rows: Sequence[dict[str, Any]]) -> int:
    """One executemany; returns how many rows it touched. Nothing is executed for no rows."""
    return cast("CursorResult[Any]", say(conn, statement, rows)).rowcount if rows else 0


def changed(conn: Connection, statement: Said, **values: Any) -> int:
    """One statement; returns how many rows it touched."""
    return cast("CursorResult[Any]", say(conn, statement, values)).rowcount


def fresh_id() -> str:
    """32 hexadecimal digits for a new row."""
    return os.urandom(16).hex()
