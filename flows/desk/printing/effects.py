"""What the desk asks to be done about a piece of the print outbox and a refund, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Effect

__all__ = [
    "AwaitRefund",
    "MovePiece",
    "RetryRefunds",
]


@dataclass(frozen=True, slots=True)
class MovePiece(Effect):
    """A piece of the print outbox: `how` in retry, park."""

    order: str
    how: str


@dataclass(frozen=True, slots=True)
class RetryRefunds(Effect):
    """Refunds of this order that wait are tried at once."""

    order: str


@dataclass(frozen=True, slots=True)
class AwaitRefund(Effect):
    """Whoever has asked for the refund of this order hears in the chat `here` what became of it. stopping: they know
    already that the print may win; otherwise they hear of it only where nothing was refunded. nth: the part of the
    payment, 0 for all of it."""

    order: str
    here: str
    stopping: bool
    nth: int = 0
