"""What can happen to a data subject's request: the columns of flows.desk.requests.table."""

from __future__ import annotations

from dataclasses import dataclass

from flows.desk.requests.request import Choice

__all__ = [
    "AlarmDay",
    "Begun",
    "ChoiceMade",
    "Confirmed",
    "DryRunShown",
    "DueDay",
    "Executed",
    "Happening",
    "LastDay",
    "Refused",
    "Withdrawn",
]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a request."""


@dataclass(frozen=True, slots=True)
class DryRunShown(Happening):
    by: str


@dataclass(frozen=True, slots=True)
class Confirmed(Happening):
    """lone: there is no other admin. own: the request is about the one who confirms."""

    by: str
    lone: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceMade(Happening):
    """What is to become of a paid letter that the print room does not have yet, as an admin was told."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class Begun(Happening):
    """An open order was ended for it."""


@dataclass(frozen=True, slots=True)
class Executed(Happening):
    pass


@dataclass(frozen=True, slots=True)
class Refused(Happening):
    by: str
    article: str


@dataclass(frozen=True, slots=True)
class Withdrawn(Happening):
    """By the person."""


@dataclass(frozen=True, slots=True)
class AlarmDay(Happening):
    """The twentieth day."""


@dataclass(frozen=True, slots=True)
class DueDay(Happening):
    """The thirtieth day."""


@dataclass(frozen=True, slots=True)
class LastDay(Happening):
    """The thirtieth day has come without an answer. needed: by which article the data of an open order are needed."""

    needed: str = ""
