"""The moving men: bring a database to this version's drawers at start, all at once or not at all."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from storage.engine import Database, DatabaseNewer, create
from storage.sql import alone

__all__ = ["bring", "known", "migrate"]


def _config(conn: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def known(version: str) -> None:
    """Refuses the drawers of a newer version. Errors: DatabaseNewer."""
    try:
        ScriptDirectory.from_config(_config()).get_revision(version)
    except CommandError:
        raise DatabaseNewer(
            "The database was made by a newer version of MektupX: install that version, or restore an older backup."
        ) from None


def _bring(conn: Connection) -> str:
    alone(conn, "migrate")  # several processes start at once
    scripts = ScriptDirectory.from_config(_config())
    head = scripts.get_current_head() or ""
    present = MigrationContext.configure(conn).get_current_revision()
    if present is not None:
        known(present)
    if present != head:
        command.upgrade(_config(conn), "head")
    return head


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
