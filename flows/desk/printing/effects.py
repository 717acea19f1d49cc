"""What the desk asks to be done about a piece of the print outbox and a refund, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Effect

__all__ = [
    "AwaitRefund",
    "HandMade",
    "MovePiece",
    "RetryRefunds",
    "SettleRefund",
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
class HandMade:
    """A refund that was made in the institution's own panel: the `nth` part of a payment. number: which of the order's
    refunds it is, counted from 1."""

    provider: str
    payment: str
    nth: int
    number: int


@dataclass(frozen=True, slots=True)
class SettleRefund(Effect):
    """It counts as made, and nobody sends it any more. person: its sender's row id, "" once forgotten."""

    order: str
    person: str
    made: HandMade


@dataclass(frozen=True, slots=True)
class AwaitRefund(Effect):
    """Whoever has asked for the refund of this order hears in the chat `here` what became of it. stopping: they know
    already that the print may win; otherwise they hear of it only where nothing was refunded. nth: the part of the
    payment, 0 for all of it."""

    order: str
    here: str
    stopping: bool
    nth: int = 0
