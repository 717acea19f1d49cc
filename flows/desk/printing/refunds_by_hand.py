"""A refund that was made in the institution's own panel: an admin says so (/iade MX000123 yapildi)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final

from flows.core.effects import Button, Buttons
from flows.core.state import Order, Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, reply
from flows.desk.base.wording import named
from flows.desk.printing.effects import HandMade, SettleRefund
from flows.desk.printing.refund_facts import RETRY, TAP, RefundCommand, RefundFacts
from flows.desk.printing.refund_wording import RefundRow, line
from flows.input.lira import lira
from flows.order.number import digits
from flows.words.text import Lines, Text, Verbatim, money, text

__all__ = ["MADE_WORDS", "how_by_hand", "how_to_go_on", "made_value", "settle_by_hand"]

MADE_WORDS: Final = ("yapildi", "made")


def settle_by_hand(asked: Asked, facts: RefundFacts, order: Order, wanted: RefundCommand) -> Turn[None]:
    """Each one shown once more with its amount, then said: one of them may be made and the other not. Only of what
    nobody tries any more: else it could be made twice."""
    stuck = tuple(row for row in facts.refunds if row.stuck)
    if not stuck:
        said = text("refund", "No refund of {order} waits for a person.", order=order.number)
        return does(DropButtons(), _answer(asked, (said,)))
    made = next(
        (row for row in stuck if wanted.sure and wanted.mark == _mark(row) and wanted.amount == row.amount), None
    )
    if made is None:
        return does(DropButtons(), _second_look(asked, order, stuck, wanted.typed_amount))
    said = text(
        "refund",
        "The refund of {order} counts as made. Amount: {amount}.",
        order=order.number,
        amount=money(made.amount, made.currency),
    )
    rest = tuple(row for row in stuck if row is not made)
    by_hand = HandMade(made.provider, made.payment, made.nth, _number(order, made))
    logged = LogAccess("refund_by_hand", order.id, order.number)
    shown = _answer(asked, (said, *(part for row in rest for part in _ask(order, row))), _buttons(order, rest))
    return does(DropButtons(), SettleRefund(order.id, facts.person, by_hand), shown, logged)


def _second_look(asked: Asked, order: Order, stuck: tuple[RefundRow, ...], typed: str) -> Say:
    """typed: an amount that was written before the word; only what has it is asked about."""
    meant = tuple(row for row in stuck if not typed or row.amount == lira(typed))
    if not meant:
        said = text(
            "refund",
            "The refund that waits has another amount. You wrote: {typed}. Waiting: {amount}.",
            typed=Verbatim(typed[:40]),
            amount=money(stuck[0].amount, stuck[0].currency),
        )
        return _answer(asked, (said, *map(line, stuck[1:])))
    return _answer(asked, tuple(part for row in meant for part in _ask(order, row)), _buttons(order, meant))


def _ask(order: Order, row: RefundRow) -> tuple[Text, ...]:
    asks = text(
        "refund",
        "Does the institution's own panel show this refund of {order} as made? Amount: {amount}. Payment: {payment}."
        " From then on nobody sends it.",
        order=order.number,
        amount=money(row.amount, row.currency),
        payment=_named(row),
    )
    return asks, line(row)


def _buttons(order: Order, rows: tuple[RefundRow, ...]) -> Buttons:
    """One for each, so that one word is about one refund."""
    if len(rows) == 1:
        return ((Button(text("refund", "Yes, it was made"), TAP, made_value(order.number, rows[0])),),)
    return tuple((Button(_one_of(row), TAP, made_value(order.number, row)),) for row in rows)


def _one_of(row: RefundRow) -> Text:
    return text("refund", "Was made: {amount} · {payment}", amount=money(row.amount, row.currency), payment=_named(row))


def made_value(number: str, row: RefundRow) -> str:
    """What a button brings that says of this one refund that it was made."""
    return f"made.{digits(number)}.{row.amount.amount}.{_mark(row)}"


def _mark(row: RefundRow) -> str:
    """A payment's name may be longer than a button holds."""
    return hashlib.sha256(f"{row.provider}/{row.payment}/{row.nth}".encode()).hexdigest()[:8]


def _named(row: RefundRow) -> Verbatim:
    """The payment, and which part of it where there is more than one."""
    return Verbatim(row.payment[:40] + (f" ({row.nth})" if row.nth > 1 else ""))


def _number(order: Order, row: RefundRow) -> int:
    """Which of the order's refunds it is, counted from 1; 0 where the order knows of none."""
    parts = enumerate(order.refunds, 1)
    return next((number for number, part in parts if (part.payment, part.nth) == (row.payment, row.nth)), 0)


def how_by_hand(asked: Asked, rows: tuple[RefundRow, ...]) -> tuple[Text, ...]:
    """What to write, where something waits for a person."""
    stuck = [row.number for row in rows if row.stuck]
    if not stuck:
        return ()
    command = f"{named(asked, 'iade', 'refunds')} {stuck[0]} {MADE_WORDS[asked.language == 'en']}"
    return (
        text(
            "refund",
            "If the institution's own panel shows a refund that waits for a person as made, by you or before, write:"
            " {command}",
            command=command,
        ),
    )


def how_to_go_on(asked: Asked, rows: tuple[RefundRow, ...]) -> tuple[Text, ...]:
    """Both words that a refund which waits for a person understands; without work there is nothing to try again."""
    parked = [row.number for row in rows if row.stuck and not row.lost]
    again = [f"{named(asked, 'iade', 'refunds')} {number} {RETRY[asked.language == 'en']}" for number in parked[:1]]
    return (*how_by_hand(asked, rows), *(text("refund", "To try it again: {command}", command=one) for one in again))


def _answer(asked: Asked, lines: tuple[Text, ...], buttons: Buttons = ()) -> Say:
    said = lines[0] if len(lines) == 1 else Lines(lines)
    return replace(Say(said) if asked.tap else reply(asked, said), buttons=buttons)
