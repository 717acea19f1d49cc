"""A part of a price goes back (/iade MX000123 12,50 neden): never more than is left, and after a second look."""

from __future__ import annotations

from dataclasses import replace

from flows.core.effects import Button, Refund
from flows.core.events import PartRefundGranted
from flows.core.state import Order, State, Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, reply
from flows.desk.base.wording import STATES, named
from flows.desk.printing.effects import AwaitRefund
from flows.desk.printing.refund_facts import TAP, RefundCommand, RefundFacts, unreachable
from flows.desk.printing.refund_wording import HELD_WHOLE, NOT_YET, REASONS, UNPAID, WHOLE_ONLY, spelt
from flows.input.lira import lira
from flows.order.number import digits
from flows.order.order import TABLE
from flows.words.text import Kurus, Lines, Text, Verbatim, text

__all__ = ["grant_part", "why_not_a_part"]


def grant_part(asked: Asked, facts: RefundFacts, order: Order, wanted: RefundCommand, reason: str) -> Turn[None]:
    """Shown once more with its amount, then given; a button that was made before another refund gives nothing."""
    amount = (wanted.amount if wanted.sure else lira(wanted.typed_amount)) or Kurus(0)
    against = why_not_a_part(asked, facts, order, amount) if amount.amount else _unreadable(asked, wanted, order)
    if against is None and wanted.sure and wanted.nth != len(order.parts) + 1:
        against = text(
            "refund", "Another part of {order} was refunded meanwhile. Please look at it again.", order=order.number
        )
    if against is not None:
        logged = LogAccess("grant_part", order.id, order.number, "refused")
        return does(DropButtons(), _answer(asked, against), logged)
    nth = len(order.parts) + 1
    if not wanted.sure:
        return does(_second_look(asked, order, amount, nth, reason))
    said = text(
        "refund",
        "A part of the price of {order} is on its way back. Amount: {amount}. Left: {left}. Reason: {reason}. Its"
        " sender is told. How it goes: {command}",
        order=order.number,
        amount=amount,
        left=Kurus(order.left.amount - amount.amount),
        reason=REASONS[reason][1],
        command=f"{named(asked, 'iade', 'refunds')} {order.number}",
    )
    granted = TellSender(facts.person, PartRefundGranted(order.id, reason, amount, nth))
    waits = AwaitRefund(order.id, asked.here, False, nth)
    logged = LogAccess("grant_part", order.id, order.number, reason)
    return does(DropButtons(), granted, waits, _answer(asked, said), logged)


def _second_look(asked: Asked, order: Order, amount: Kurus, nth: int, reason: str) -> Say:
    asks = text(
        "refund",
        "Refund a part of the price of {order}? Amount: {amount}. Left afterwards: {left}. Its state: {state}. Reason:"
        " {reason}. The letter goes its way.",
        order=order.number,
        amount=amount,
        left=Kurus(order.left.amount - amount.amount),
        state=STATES[order.state],
        reason=REASONS[reason][1],
    )
    value = f"part.{digits(order.number)}.{reason}.{amount.amount}.{nth}"
    yes = Button(text("refund", "Yes, refund {amount}", amount=amount), TAP, value)
    return replace(_answer(asked, asks), buttons=((yes,),))


def why_not_a_part(asked: Asked, facts: RefundFacts, order: Order, amount: Kurus) -> Text | None:
    """Why the order table does not give this part back, or None where it does. It is asked without effect."""
    event = PartRefundGranted(order.id, "goodwill", amount, len(order.parts) + 1)
    assert asked.moment is not None
    if facts.wanted:
        return text(
            "refund",
            "A refund of {order} has been asked for already. Whoever asked is told what becomes of it.",
            order=order.number,
        )
    if not order.payment:
        return UNPAID
    if order.state is State.HELD:
        return replace(HELD_WHOLE, values={"order": order.number})
    if order.given_back and facts.pending.amount:
        return replace(NOT_YET, values={"order": order.number})
    if amount.amount > order.left.amount:
        return text(
            "refund",
            "That is more than is left. Paid: {paid}. Refunded so far: {gone}. Left: {left}.",
            paid=order.paid,
            gone=Kurus(order.paid.amount - order.left.amount - facts.pending.amount),
            left=order.left,
        )
    whole = asked.operator is not None and not asked.operator.institutions.get(order.provider, True)
    if whole and amount != order.left:
        return replace(WHOLE_ONLY, values={"institution": Verbatim(order.provider)})
    if not any(
        isinstance(one, Refund) for one in TABLE[order.state, PartRefundGranted](order, event, asked.moment.at)[1]
    ):
        return text(
            "refund",
            "As long as the letter is on its way, or waits for a decision, something of its price stays. Left: {left}."
            " Its state: {state}.",
            left=order.left,
            state=STATES[order.state],
        )
    return unreachable(asked, facts, order)


def _unreadable(asked: Asked, wanted: RefundCommand, order: Order) -> Text:
    return text(
        "refund",
        "This is not an amount: {typed}. Write lira, and kuruş with two digits behind a comma or a point. Example:"
        " {example}",
        typed=Verbatim(wanted.typed_amount[:40]),
        example=f"{named(asked, 'iade', 'refunds')} {order.number} 12,50 {spelt(asked.language, 'goodwill')}",
    )


def _answer(asked: Asked, said: Text | Lines) -> Say:
    return Say(said) if asked.tap else reply(asked, said)
