"""What a decision about a refund is based on, and what was asked for: a command or a button, read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from flows.core.state import Order
from flows.desk.base.request import Asked
from flows.desk.printing.refund_wording import ELSEWHERE, ERASED_SENDER, RefundRow
from flows.input.lira import LARGEST, amount_first
from flows.order.number import number_first, order_number, written
from flows.words.text import Kurus, Text, Verbatim

__all__ = [
    "RETRY",
    "TAP",
    "HeldPayment",
    "RefundCommand",
    "RefundFacts",
    "UnknownCallback",
    "Wish",
    "meant",
    "unreachable",
]

TAP: Final = "refund"
"""The button's action; its value is retry.number, show.number, yes.number.reason, part.number.reason.kurus.nth
or made.number.kurus.mark."""
RETRY: Final = ("yeniden", "retry")


@dataclass(frozen=True, slots=True)
class HeldPayment:
    """A payment that does not match its order's price: a person decides."""

    number: str
    price: Kurus
    paid: Kurus
    currency: str
    since: datetime


@dataclass(frozen=True, slots=True)
class UnknownCallback:
    """What an institution posted about no order of ours; named: the listed fields that are kept of it. erased: the
    number of an order whose sender was erased before anybody could ask what was paid for it."""

    provider: str
    named: str
    at: datetime
    erased: str = ""


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """refunds: open ones first. order: the one that is meant; person: its sender's row id, "" once forgotten; wanted:
    somebody has asked for its refund, and what becomes of that is not decided yet. held, unknown: what else waits for
    somebody."""

    refunds: tuple[RefundRow, ...]
    order: Order | None = None
    person: str = ""
    wanted: bool = False
    held: tuple[HeldPayment, ...] = ()
    unknown: tuple[UnknownCallback, ...] = ()

    @property
    def pending(self) -> Kurus:
        """What was asked back of the payment that counts and is not made so far."""
        parts = {(part.payment, part.nth) for part in self.order.parts} if self.order else set()
        waits = (row.amount.amount for row in self.refunds if not row.done and (row.payment, row.nth) in parts)
        return Kurus(sum(waits))


@dataclass(frozen=True, slots=True)
class RefundCommand:
    """typed: what stands where an order's number belongs. typed_amount: what begins like a number behind it; word: what
    follows. sure: by the button of the second look; amount, nth, mark: what that button brings (mark: of the one refund
    that was made)."""

    typed: str = ""
    number: int = 0
    word: str = ""
    sure: bool = False
    typed_amount: str = ""
    amount: Kurus | None = None
    nth: int = 0
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund that was asked for and is decided now: for which order, where and in which language whoever asked is
    told, "" where they are no admin any more. stopping, nth: as of AwaitRefund."""

    order: Order
    here: str
    language: str
    stopping: bool
    nth: int = 0

    @property
    def made(self) -> bool:
        """Whether the money goes back: all of it, or the part that was asked for."""
        order = self.order
        return len(order.parts) >= self.nth if self.nth else order.given_back


def meant(asked: Asked) -> RefundCommand:
    """What a command or a button is about."""
    if asked.tap:
        return _tapped(asked.value)
    (number, rest), (typed, after) = number_first(asked.words, bare=True), asked.parted
    if not number:
        return RefundCommand(typed, 0, after)
    amount, word = amount_first(rest)
    shown = typed if order_number(typed, bare=True) else written(number)
    return RefundCommand(shown, number, word, typed_amount=amount)


def _tapped(value: str) -> RefundCommand:
    act, shown, word, amount, nth = (*value.split("."), "", "", "", "", "")[:5]
    if act == "made":
        made = Kurus(_count(word, LARGEST.amount))
        return RefundCommand(shown or "?", order_number(shown, bare=True), act, True, amount=made, mark=amount)
    word = RETRY[0] if act == "retry" else word
    read = RefundCommand(shown or "?", order_number(shown, bare=True), word, act in ("yes", "part"))
    if act != "part":
        return read
    kurus = Kurus(_count(amount, LARGEST.amount))
    return replace(read, typed_amount=amount or "?", amount=kurus, nth=_count(nth, 1000))


def _count(typed: str, most: int) -> int:
    known = typed.isascii() and typed.isdigit() and len(typed) < 12 and int(typed) <= most
    return int(typed) if known else 0


def unreachable(asked: Asked, facts: RefundFacts, order: Order) -> Text | None:
    """Why a refund that the order table gives can only be made in an institution's own panel, or None."""
    if not facts.person:
        return replace(ERASED_SENDER, values={"order": order.number})
    known = asked.operator.institutions if asked.operator else {}
    if known and order.provider and order.provider not in known:
        return replace(ELSEWHERE, values={"order": order.number, "institution": Verbatim(order.provider)})
    return None
