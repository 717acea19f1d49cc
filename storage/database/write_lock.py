"""Takes the write lock of a small SQLite file that several processes write to, and lets none of them starve.

SQLite looks for a lock ever less often, in the end every 100 ms. A durable commit sleeps only while it holds the lock,
so that a process which commits without a pause is hardly ever seen between two commits: others gave up after 5 s.
"""

from __future__ import annotations

import sqlite3

__all__ = ["BUSY_TIMEOUT", "begin"]

BUSY_TIMEOUT = "busy_timeout=5000"  # milliseconds that reading and committing wait
TRIES = 5000  # of a millisecond each


def begin(db: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE, tried every millisecond. Errors: sqlite3.OperationalError after some five seconds."""
    db.execute("PRAGMA busy_timeout=1").fetchall()
    try:
        for _ in range(TRIES - 1):
            try:
                db.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
            else:
                return
        db.execute("BEGIN IMMEDIATE")
    finally:
        db.execute(f"PRAGMA {BUSY_TIMEOUT}").fetchall()
