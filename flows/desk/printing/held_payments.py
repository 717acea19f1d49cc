"""What waits for a person besides refunds: payments that do not match their price, callbacks about no order of ours."""

from __future__ import annotations

from flows.desk.base.request import Asked
from flows.desk.base.wording import named
from flows.desk.printing.refund_facts import HeldPayment, UnknownCallback
from flows.desk.printing.refund_wording import spelt
from flows.words.text import Text, Verbatim, money, text

__all__ = ["held_line", "unknown_line"]


def held_line(asked: Asked, one: HeldPayment) -> Text:
    """With the command that gives it back; its sender can cancel, too. Nothing is printed for it."""
    return text(
        "refund",
        "Held: {order} · paid {paid} · price {price} · since {since}. To give it back: {command}",
        order=one.number,
        paid=money(one.paid, one.currency),
        price=one.price,
        since=one.since,
        command=f"{named(asked, 'iade', 'refunds')} {one.number} {spelt(asked.language, 'mistake')}",
    )


def unknown_line(one: UnknownCallback) -> Text:
    """Only somebody who looks in the institution's panel knows whether money is there."""
    if one.erased:
        return text(
            "refund",
            "Of a sender who was erased: {order} · {institution} · {since}. Nobody could ask any more whether it was"
            " paid. Look for this number in that institution's panel; if somebody has paid, refund it there.",
            order=one.erased,
            institution=Verbatim(one.provider),
            since=one.at,
        )
    return text(
        "refund",
        "Belongs to no order of ours: {institution} · {named} · {since}. Look in that institution's panel; if somebody"
        " has paid, refund it there.",
        institution=Verbatim(one.provider),
        named=Verbatim(one.named),
        since=one.at,
    )
