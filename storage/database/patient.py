"""A connection to a small SQLite file that several processes write to: it asks for a lock often, and nobody starves.

SQLite itself asks ever less often, in the end every 100 ms. A durable commit sleeps only while it holds the lock. So
a process that commits without a pause is hardly ever met between two commits, and others give up after their time.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any

__all__ = ["BUSY_TIMEOUT", "PatientConnection"]

BUSY_TIMEOUT = "busy_timeout=1"  # milliseconds of one try
SECONDS = 10.0  # of trying; of the machine, not of the service: a lock is held by a process, whatever its clock says


class PatientConnection(sqlite3.Connection):
    """`sqlite3.connect(…, factory=PatientConnection)`; BUSY_TIMEOUT is its first pragma, the next may wait already."""

    def execute(self, statement: str, values: Any = (), /) -> sqlite3.Cursor:
        """Begins, reads or commits as soon as the lock is free. Errors: sqlite3.OperationalError after `SECONDS`."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                return super().execute(statement, values)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
