"""What the answer to a data subject says besides its words: what the law keeps, until which day, and its own dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

__all__ = ["Days", "Retained"]


@dataclass(frozen=True, slots=True)
class Retained:
    """`datum` is an identifier of storage.rights.personal_data; its name and article stand in
    flows.desk.requests.wording."""

    datum: str
    count: int
    until: date


@dataclass(frozen=True, slots=True)
class Days:
    """The days from which the time to complain runs: of the request, and of its answer (KVKK m.14)."""

    asked: date
    answered: date
