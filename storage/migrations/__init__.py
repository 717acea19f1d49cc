"""Brings a database to this version's tables at start, all at once or not at all.

Alembic comes only where something is to be moved: every other start would carry ten megabytes of it for nothing.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect

from storage.database.dialects import alone
from storage.database.engine import Database, DatabaseNewer, create

__all__ = ["VERSIONS", "bring", "current", "known", "migrate"]

VERSIONS = tuple(sorted(file.name[:4] for file in Path(__file__).parent.glob("versions/[0-9]*.py")))
"""The last of the revisions: this version's tables."""


def current(conn: Connection) -> str | None:
    """The revision of the tables; None where there are none yet."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    found = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def known(version: str) -> None:
    """Refuses the tables of a newer version. Errors: DatabaseNewer."""
    if version not in VERSIONS:
        raise DatabaseNewer(
            "The database was made by a newer version of MektupX: install that version, or restore an older backup."
        )


def _bring(conn: Connection) -> str:
    alone(conn, "migrate")  # several processes start at once
    present = current(conn)
    if present is not None:
        known(present)
    if present != VERSIONS[-1]:
        from storage.migrations.moving import move  # noqa: PLC0415 - see above

        move(conn, VERSIONS[-1])
    return VERSIONS[-1]


async def bring(database: Database) -> str:
    """Migrates an open database in one transaction: interrupted, it is as before. Returns the version."""
    return await database.run(_bring)


async def migrate(url: str) -> str:
    """Migrates the database behind a URL. Returns its version. Errors: DatabaseNewer, StorageError."""
    database = create(url)
    try:
        return await bring(database)
    finally:
        await database.close()
