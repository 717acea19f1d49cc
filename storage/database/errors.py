"""What the operator reads when the database cannot be used: one sentence with its remedy."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

__all__ = ["CROWDED", "UNREACHABLE", "Collided", "DatabaseNewer", "StorageError", "Unsaid", "sentence_for"]


class StorageError(Exception):
    """The database cannot be used; the message is the sentence the operator reads."""


class DatabaseNewer(StorageError):
    """The database was made by a newer version of MektupX."""


class Collided(StorageError):
    """Two acts waited for each other and the server ended this one: nothing was kept, trying again is right."""


UNREACHABLE = (
    "The database server does not answer: start it, or check MEKTUPX_DATABASE_URL. What was acknowledged is kept;"
    " the service goes on by itself once it answers."
)
CROWDED = "The database has no connection left: raise its max_connections, or run fewer processes."
COLLIDED = "Two acts waited for each other: this one was undone and can be tried again."
NO_ROOM = "The disk is full: make room; nothing half-done was kept."
BAD_DISK = "The disk did not take the write: check it; nothing half-done was kept."
REFUSED = "The database refuses the user or the password: check MEKTUPX_DATABASE_URL."
NO_RIGHT = "The database user lacks a right: make it the owner of the database."

# What SQLite says (https://www.sqlite.org/rescode.html) -> what the operator reads.
SENTENCES = {
    "readonly": "The database file is read-only: give its owner and folder the right to write.",
    "unable to open": "The database file cannot be opened: check MEKTUPX_DATABASE_URL and that its folder exists.",
    "disk is full": NO_ROOM,
    "disk i/o error": BAD_DISK,
    "is locked": "The database is held by another program: end it, or wait and try again.",
    "not a database": "The file is not a database: check MEKTUPX_DATABASE_URL.",
    "malformed": "The database file is damaged: put back its last good backup.",
}

# What PostgreSQL says (https://www.postgresql.org/docs/current/errcodes-appendix.html): a code, or a class of codes.
CODES = {
    "08": UNREACHABLE,
    "57P": UNREACHABLE,  # the server is stopping, was killed, or is starting up
    "25P03": UNREACHABLE,  # a transaction stood still for too long: this process was stopped meanwhile
    "28": REFUSED,
    "3D000": "The server has no such database: make it with `createdb`, or check MEKTUPX_DATABASE_URL.",
    "25006": "The database is read-only: MEKTUPX_DATABASE_URL must name the primary server.",
    "42501": NO_RIGHT,
    "53100": NO_ROOM,
    "53200": "The database server has no memory left: give it more.",
    "53300": CROWDED,
    "58030": BAD_DISK,
    "40001": COLLIDED,
    "40P01": COLLIDED,
    "55P03": COLLIDED,
}


def sentence_for(error: Exception) -> StorageError | None:
    """The sentence for a fault of the operator's; None for any other, which is ours."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return StorageError(UNREACHABLE)
    orig = error.orig if isinstance(error, DBAPIError) else error
    if code := getattr(orig, "sqlstate", None):
        found = next((said for start, said in CODES.items() if code.startswith(start)), None)
        return None if found is None else (Collided if found is COLLIDED else StorageError)(found)
    said = str(orig).lower()
    return next((StorageError(sentence) for words, sentence in SENTENCES.items() if words in said), None)


class Unsaid(Exception):
    """A driver's error by its name, code and constraint only: its own words quote what somebody wrote."""

    @classmethod
    def of(cls, orig: BaseException) -> Unsaid:
        driver = orig.__cause__ or orig  # SQLAlchemy wraps asyncpg's own
        parts = (type(driver).__name__, getattr(driver, "sqlstate", ""), getattr(driver, "constraint_name", ""))
        return cls(" ".join(part for part in parts if part))
