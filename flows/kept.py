"""What the law keeps after an erasure: one line for each datum, how many of it, and until which day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Kept"]


@dataclass(frozen=True, slots=True)
class Kept:
    """`datum` is an identifier of storage.personal_data; its name and article stand in flows.desk.request_words."""

    datum: str
    count: int
    until: date
