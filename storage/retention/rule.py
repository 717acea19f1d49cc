"""A retention rule: a datum, the article that ends it, its period, and how it is destroyed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage.keys.vault import Vault
from storage.retention.period import Period, years

__all__ = ["MANY", "SLICE", "Rule", "years"]

SLICE = 500
"""Rows that are destroyed one by one in one transaction at most: everybody else waits for its end, and there is a next.
"""

MANY = 5_000
"""The same for rows that go by one statement: 830,000 at once took 24 seconds, in which nobody was answered."""

Clear = Callable[[Connection, Vault, datetime, datetime], int]
"""(connection, vault, before, now) -> how many were destroyed; what happened before `before` has had its period."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A datum is destroyed `period` after the event its file names. The operator's counsel confirms the period."""

    datum: str
    period: Period
    article: str
    clear: Clear
    recorded: bool = True  # False for what holds no personal data and needs no destruction record
