"""Opens the database that a URL names: SQLite in a file, or PostgreSQL on a server."""

from __future__ import annotations

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from storage.database.errors import Collided, DatabaseNewer, StorageError
from storage.database.postgresql import Pooled, address
from storage.database.protocol import Act, Database, Unit
from storage.database.sqlite import Threaded, journal_for

__all__ = [
    "Act",
    "Collided",
    "Database",
    "DatabaseNewer",
    "Pooled",
    "StorageError",
    "Threaded",
    "Unit",
    "create",
    "journal_for",
]

NO_ADDRESS = (
    "MEKTUPX_DATABASE_URL is not a database address: write sqlite:///mektupx.db or postgresql+asyncpg://user@host/name."
)


def create(url: str, *, pooled: bool = False) -> Database:
    """The database behind a URL: `sqlite:///file` or `postgresql+asyncpg://…`. Errors: StorageError.

    pooled: SQLite through its asynchronous driver instead of the one thread (to compare, and to test `Pooled`).
    """
    try:
        parsed = make_url(url)
        backend = parsed.drivername.partition("+")[0]
        if backend in ("postgresql", "postgres"):
            return Pooled(address(parsed))
        if backend == "sqlite":
            return Pooled(parsed.set(drivername="sqlite+aiosqlite")) if pooled else Threaded(parsed)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError):
        pass  # SQLAlchemy's message would quote the address, and with it a password
    raise StorageError(NO_ADDRESS)
