"""A refund that was made in the institution's own panel: an admin says so (/iade MX000123 yapildi)."""

from __future__ import annotations

from typing import Final

from flows.core.effects import Button
from flows.core.state import Order, Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, reply
from flows.desk.base.wording import named
from flows.desk.printing.effects import HandMade, SettleRefunds
from flows.desk.printing.refund_facts import TAP, RefundCommand, RefundFacts
from flows.desk.printing.refund_wording import RefundRow, line
from flows.order.number import digits
from flows.words.text import Kurus, Lines, Text, money, text

__all__ = ["BY_HAND", "how_by_hand", "settle_by_hand"]

BY_HAND: Final = ("yapildi", "made")


def settle_by_hand(asked: Asked, facts: RefundFacts, order: Order, wanted: RefundCommand) -> Turn[None]:
    """Shown once more with its amount, then said. Only of what nobody tries any more: else it could be made twice."""
    stuck = tuple(row for row in facts.refunds if row.stuck)
    if not stuck:
        said = text("refund", "No refund of {order} waits for a person.", order=order.number)
        return does(DropButtons(), _answer(asked, said))
    total = Kurus(sum(row.amount.amount for row in stuck))
    if not wanted.sure or wanted.amount != total:
        return does(DropButtons(), _second_look(asked, order, stuck, total))
    made = tuple(HandMade(row.provider, row.payment, row.nth, _number(order, row)) for row in stuck)
    said = text(
        "refund",
        "The refund of {order} counts as made. Amount: {amount}.",
        order=order.number,
        amount=money(total, stuck[0].currency),
    )
    logged = LogAccess("refund_by_hand", order.id, order.number)
    return does(DropButtons(), SettleRefunds(order.id, facts.person, made), _answer(asked, said), logged)


def _second_look(asked: Asked, order: Order, stuck: tuple[RefundRow, ...], total: Kurus) -> Say:
    shown = money(total, stuck[0].currency)
    asks = text(
        "refund",
        "Does the institution's own panel show this refund of {order} as made? Amount: {amount}. From then on nobody"
        " sends it.",
        order=order.number,
        amount=shown,
    )
    yes = Button(text("refund", "Yes, it was made"), TAP, f"made.{digits(order.number)}.{total.amount}")
    return Say(Lines((asks, *map(line, stuck))), buttons=((yes,),), reply_to=0 if asked.tap else asked.message)


def _number(order: Order, row: RefundRow) -> int:
    """Which of the order's refunds it is, counted from 1; 0 where the order knows of none."""
    parts = enumerate(order.refunds, 1)
    return next((number for number, part in parts if (part.payment, part.nth) == (row.payment, row.nth)), 0)


def how_by_hand(asked: Asked, rows: tuple[RefundRow, ...]) -> tuple[Text, ...]:
    """What to write, where something waits for a person."""
    stuck = [row.number for row in rows if row.stuck]
    if not stuck:
        return ()
    command = f"{named(asked, 'iade', 'refunds')} {stuck[0]} {BY_HAND[asked.language == 'en']}"
    return (
        text(
            "refund",
            "If the institution's own panel shows a refund that waits for a person as made, by you or before, write:"
            " {command}",
            command=command,
        ),
    )


def _answer(asked: Asked, said: Text) -> Say:
    return Say(said) if asked.tap else reply(asked, said)
