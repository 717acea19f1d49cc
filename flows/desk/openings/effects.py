"""What the desk asks to be done about a request to open a letter, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.core.effects import Effect
from flows.desk.openings.table import Why

__all__ = [
    "ApproveOpening",
    "AskOpening",
    "MarkOpened",
    "MarkTold",
    "OpeningEffect",
    "RefuseOpening",
]


@dataclass(frozen=True, slots=True)
class AskOpening(Effect):
    """`id` is fresh; `order` an order's row id. The reference is sealed with a key of its own."""

    id: str
    order: str
    why: Why
    reference: str
    silent: bool = False


@dataclass(frozen=True, slots=True)
class OpeningEffect(Effect):
    """`id` is the request's."""

    id: str


@dataclass(frozen=True, slots=True)
class ApproveOpening(OpeningEffect):
    """From now until then whoever holds the token may open it once; only a keyed hash of it is kept."""

    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class RefuseOpening(OpeningEffect):
    pass


@dataclass(frozen=True, slots=True)
class MarkOpened(OpeningEffect):
    """The token has been used. told: its sender hears of it in the same transaction."""

    told: bool


@dataclass(frozen=True, slots=True)
class MarkTold(OpeningEffect):
    """The sender hears of it now."""
