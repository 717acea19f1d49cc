"""What the operator reads when the archive cannot be used: one sentence with its remedy."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError

__all__ = ["DatabaseNewer", "StorageError", "sentence_for"]


class StorageError(Exception):
    """The database cannot be used; the message is the sentence the operator reads."""


class DatabaseNewer(StorageError):
    """The database was made by a newer version of MektupX."""


# What SQLite says (https://www.sqlite.org/rescode.html) -> what the operator reads.
SENTENCES = {
    "readonly": "The database file is read-only: give its owner and folder the right to write.",
    "unable to open": "The database file cannot be opened: check MEKTUPX_DATABASE_URL and that its folder exists.",
    "disk is full": "The disk is full: make room; nothing half-done was kept.",
    "disk i/o error": "The disk did not take the write: check it; nothing half-done was kept.",
    "is locked": "The database is held by another program: end it, or wait and try again.",
    "not a database": "The file is not a database: check MEKTUPX_DATABASE_URL.",
    "malformed": "The database file is damaged: put back its last good backup.",
}


def sentence_for(error: DBAPIError) -> StorageError | None:
    """The sentence for a fault of the operator's; None for any other, which is ours."""
    said = str(error.orig).lower()
    return next((StorageError(sentence) for words, sentence in SENTENCES.items() if words in said), None)
