"""What a sender hears of an order: one row for each piece of news, and a name for each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flows.core.effects import Button
from flows.core.state import Order, State
from flows.core.step import Operator
from flows.input.age import today_in_istanbul
from flows.order.printing_window import CUT_OFF, cancellable_until, posting_day
from flows.price.price import Product, delivery_window
from flows.words.text import DateRange, FullDate, Lines, Text, money, text

__all__ = [
    "NEWS",
    "REASONS",
    "STATES",
    "decisions",
    "invoice_kept_until",
    "link_screen",
    "news",
    "payable",
    "state_of",
]

# The postal operator's own page for registered letters.
TRACKING = "https://gonderitakip.ptt.gov.tr/Track/Verify?q="


def payable(order: Order, at: datetime) -> bool:
    return order.state is State.AWAITING and (order.url_until is None or at < order.url_until)


STATES: Mapping[State, Text] = {
    State.LINKING: text("orders", "the payment link is being prepared"),
    State.AWAITING: text("orders", "waiting for payment"),
    State.HELD: text("orders", "its payment does not match its price, waiting for us"),
    State.QUEUED: text("orders", "paid, waiting for printing"),
    State.PRINTING: text("orders", "on its way to the print room"),
    State.STUCK: text("orders", "on its way to the print room"),
    State.DISPATCHED: text("orders", "in the print room"),
    State.ERASED: text("orders", "handed to the print room, its text erased from our system"),
    State.OVERDUE: text("orders", "being looked for"),
    State.PRINTED: text("orders", "printed, in its envelope"),
    State.POSTED: text("orders", "posted"),
    State.RETURNED: text("orders", "came back to us, waiting for your decision"),
    State.REPOSTING: text("orders", "came back to us, will be posted again"),
    State.DESTROYING: text("orders", "came back to us, will be destroyed unopened"),
    State.DESTROYED: text("orders", "came back to us, destroyed unopened"),
    State.LOST: text("orders", "not found, and closed"),
    State.SPOILED: text("orders", "damaged in the print room, refunded"),
    State.CANCELLED: text("orders", "cancelled"),
    State.EXPIRED: text("orders", "not paid, and closed to payment"),
}

REASONS: Mapping[str, Text] = {
    "unknown": text("returns", "the addressee is not known at this address"),
    "moved": text("returns", "the addressee has moved"),
    "refused": text("returns", "the addressee did not accept it"),
    "unclaimed": text("returns", "it was not collected in time"),
    "address": text("returns", "the address is incomplete or wrong"),
    "other": text("returns", "not given"),
}
"""Why a letter comes back, as the operator marks it on the envelope (UPU Convention Regulations: return reasons)."""


def state_of(order: Order) -> Text:
    """How far it is, as its sender reads it in the list of orders: with the last time to cancel it."""
    until = cancellable_until(order)
    if order.state is not State.QUEUED or until is None:
        return STATES[order.state]
    return text("orders", "{state} · can be cancelled until {until}", state=STATES[order.state], until=FullDate(until))


Told = tuple[Text | Lines, tuple[tuple[Button, ...], ...]]
CANCEL = text("order", "Cancel the order")


def invoice_kept_until(at: datetime) -> date:
    """TTK 82/5: ten years from the end of the calendar year."""
    return date(today_in_istanbul(at).year + 10, 12, 31)


def _lasting(label: Text, action: str, order: Order) -> tuple[tuple[Button, ...], ...]:
    return ((Button(label, action, order.id, lasting=True),),)


def link_screen(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    """Also shown again when the sender asks what is open."""
    pay = Button(text("order", "Pay {amount}", amount=order.amount), url=order.url)
    cancel = Button(CANCEL, "cancel_order", order.id, lasting=True)
    change = Button(text("order", "Change it"), "change")
    words = text(
        "order",
        "You pay on the page of the licensed payment institution. Your card details never reach us."
        " The link is valid for 24 hours.",
    )
    return words, ((pay,), (change, cancel))


def _paid(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    posted = posting_day(operator, order.posting_date, order.paid_at or at)
    first, last = delivery_window(operator.tariff, Product(order.product), posted)
    expected = text(
        "order",
        "Expected posting: {posted}. Expected delivery: {days}.",
        posted=posted,
        days=DateRange(first, last),
    )
    return Lines((*_until_when(order), expected)), _lasting(CANCEL, "cancel_order", order)


def _until_when(order: Order) -> tuple[Text, ...]:
    """The exact time is promised where there is one; a letter that is printed at once may be there at any moment."""
    until = cancellable_until(order)
    if until is not None:
        promised = text(
            "order",
            "Your payment has arrived, thank you. Your order number: {order}. Last time to cancel or change it:"
            " {until}. Until then the whole price is refunded.",
            order=order.number,
            until=FullDate(until),
        )
        return (promised,)
    at_once = text(
        "order",
        "Your payment has arrived, thank you. Your order number: {order}. Your letter goes to the print room at once."
        " As long as it is not there you can cancel, and the whole price is refunded.",
        order=order.number,
    )
    cut_off = text(
        "order", "Letters paid before {cut_off} on a working day are usually posted the same day.", cut_off=CUT_OFF
    )
    return at_once, cut_off


def _erased(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    words = (
        text(
            "order",
            "We have erased your letter's text and its PDF file from our system. The copy in this chat remains, and you"
            " may delete the chat if you like. Your invoice details are kept until {until}, as the law requires.",
            until=invoice_kept_until(order.paid_at or at),
        ),
        text("order", "Until your letter is in its envelope, the only copy left to print is in the print room."),
        _named(order),
    )
    return Lines(words), ()


def _posted(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    first, last = delivery_window(operator.tariff, Product(order.product), today_in_istanbul(at))
    number = order.tracking
    tracking = (text("order", "Tracking number: {tracking}.", tracking=number),) if number else ()
    expected = text("order", "Expected delivery: {days}.", days=DateRange(first, last))
    on_its_way = text("order", "Your letter is in its envelope and has been posted.")
    track = Button(text("order", "Track the letter"), url=f"{TRACKING}{number}")
    return Lines((on_its_way, *tracking, expected, _named(order)), " "), ((track,),) if number else ()


def decisions(order: Order) -> tuple[Button, ...]:
    """What the sender of a returned letter can choose, under its news and in the list of orders."""
    again = Button(text("order", "Post it again"), "repost", order.id, lasting=True)
    destroy = Button(text("order", "Destroy it unopened"), "destroy", order.id, lasting=True)
    return again, destroy


def _returned(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    words = (
        text(
            "order",
            "Your letter could not be delivered to its addressee and came back to us in its sealed envelope."
            " Order: {order}. The reason given by the post: {reason}.",
            order=order.number,
            reason=REASONS.get(order.reason, REASONS["other"]),
        ),
        text(
            "order",
            "Shall we post it again, or destroy it unopened? You can also decide in /orders. If we hear nothing within"
            " 30 days, we destroy it unopened.",
        ),
    )
    return Lines(words), (decisions(order),)


LOOKING = {State.OVERDUE: timedelta(days=7), State.PRINTED: timedelta(days=14)}
"""How long after it came into its state an unscanned letter is given up (flows.order.order.LOOKED_FOR)."""


def _unscanned(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    """The exact day, so that silence has an end."""
    words = text(
        "order",
        "For a week we have had no word from the print room about your letter, and we are looking for it. Order:"
        " {order}. If it is not found, the whole price goes back on this day: {until}.",
        order=order.number,
        until=today_in_istanbul((order.since or at) + LOOKING.get(order.state, timedelta(days=7))),
    )
    return words, ()


def _stands(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    return text("order", "Order: {order}. Its state: {state}.", order=order.number, state=STATES[order.state]), ()


def _declined(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    words = text(
        "order",
        "The payment was not completed. Your order is waiting, and you can try again with the same button."
        " The link can be used until: {deadline}",
        deadline=order.url_until or at,
    )
    return words, link_screen(operator, order, event, at)[1]


def _named(order: Order) -> Text:
    """By its number a reply is known to be about this order (flows.conversation.context), and its sender knows which of
    their letters is meant."""
    return text("order", "Order: {order}.", order=order.number)


def _said(words: Text, *, cancellable: bool = False) -> Callable[[Operator, Order, Any, datetime], Told]:
    """News that need no more than the order's number, which is said last if nowhere else, and an amount: that of the
    event or of the refund they are about."""

    def told(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
        amount = getattr(event, "amount", None) or (order.paid if order.paid.amount else order.amount)
        shown = money(amount, getattr(event, "currency", order.currency))
        buttons = _lasting(CANCEL, "cancel_order", order) if cancellable else ()
        said = replace(words, values={"order": order.number, "amount": shown})
        return said if "{order}" in words.message else Lines((said, _named(order)), " "), buttons

    return told


ON_THE_CARD = text("order", "Depending on your bank, the refund can take 1 to 10 working days to appear on your card.")
"""How long a refund takes is the banks' own affair; no institution promises less."""


def _goes_back(words: Text) -> Callable[[Operator, Order, Any, datetime], Told]:
    """News of money on its way back: how much, and when to expect it."""
    said = _said(words)

    def told(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
        first, buttons = said(operator, order, event, at)
        parts = first.parts if isinstance(first, Lines) else (first,)
        return Lines((*parts, ON_THE_CARD), " "), buttons

    return told


def _too_late(operator: Operator, order: Order, event: Any, at: datetime) -> Told:
    words = text(
        "order",
        "Your letter has reached the print room, so the order can no longer be cancelled. Order: {order}."
        " If something is wrong, please write to us with /support.",
        order=order.number,
    )
    return words, ()


NEWS: Mapping[str, Callable[[Operator, Order, Any, datetime], Told]] = {
    "link": link_screen,
    "paid": _paid,
    "declined": _declined,
    "posted": _posted,
    "erased": _erased,
    "too_late": _too_late,
    "printing": _said(text("order", "Your letter is in the print room.")),
    "no_link": _said(
        text(
            "order",
            "The payment page could not be opened just now, we are sorry. Nothing was charged."
            " Please confirm the order again in a few minutes.",
        )
    ),
    "held": _said(
        text(
            "order",
            "A payment arrived whose amount differs from the price, so your letter waits. Order: {order}. Amount paid:"
            " {amount}. To settle it, write /support, or cancel the order and the amount is refunded.",
        ),
        cancellable=True,
    ),
    "held_foreign": _said(
        text(
            "order",
            "A payment arrived in a currency other than Turkish lira, so your letter waits. Order: {order}. Amount"
            " paid: {amount}. To settle it, write /support, or cancel the order and the amount is refunded.",
        ),
        cancellable=True,
    ),
    "given_back": _goes_back(
        text(
            "order",
            "This payment was not needed and is being refunded in full. Order: {order}. Amount: {amount}.",
        )
    ),
    "expired": _said(
        text(
            "order",
            "The payment link has expired and nothing was charged.",
        )
    ),
    "link_closed": _said(
        text(
            "order",
            "The payment institution has closed this payment page, and nothing was charged. If you confirm the order"
            " again, you get a new page.",
        )
    ),
    "voided": _said(
        text(
            "order",
            "The earlier payment link is no longer valid; you confirm the order again as it is now.",
        )
    ),
    "cancelled": _said(text("order", "Your order is cancelled. Nothing was charged and nothing will be printed.")),
    "cancelled_kept": _said(text("order", "Your order is cancelled. Nothing was charged.")),
    "cancelled_paid": _goes_back(
        text(
            "order",
            "Your order is cancelled and your letter was not printed. Order: {order}. The refund is on its way:"
            " {amount}.",
        )
    ),
    "stopped": _goes_back(
        text(
            "order",
            "Your letter was stopped and will not be sent. Order: {order}. The refund is on its way: {amount}.",
        )
    ),
    "stopping": _said(
        text(
            "order",
            "We are stopping your letter. Order: {order}. If the print room has it already it goes its way; as soon"
            " as it is certain which of the two came first we write to you.",
        )
    ),
    "stopping_by_hand": _said(
        text(
            "order",
            "We are stopping your letter. Order: {order}. One of us looks at the printer first; if your letter is"
            " printed already it goes its way. We write to you which of the two came first.",
        )
    ),
    "stop_lost": _said(text("order", "The print room already had your letter, so it goes its way. Order: {order}.")),
    "granted": _goes_back(
        text("order", "The price of your letter is being refunded. Order: {order}. Amount: {amount}.")
    ),
    "granted_part": _goes_back(
        text("order", "A part of the price of your letter is being refunded. Order: {order}. Amount: {amount}.")
    ),
    "returned": _returned,
    "stands": _stands,
    "unscanned": _unscanned,
    "lost": _goes_back(
        text(
            "order",
            "We are sorry: we could not find out what became of your letter. Order: {order}. The price is being"
            " refunded: {amount}. If the letter turns up we write to you; if you like, you can write it anew with"
            " /new.",
        )
    ),
    "unanswered": _said(
        text(
            "order",
            "For a week the payment institution has not told us whether you have paid, so the order is closed and"
            " nothing will be printed. If you have paid, the whole amount is refunded. If you confirm the order again,"
            " you get a new page.",
        )
    ),
    "unsettled": _goes_back(
        text(
            "order",
            "The payment that differs from the price could not be settled within 30 days, so the order is closed and"
            " your letter is erased. Order: {order}. The refund is on its way: {amount}.",
        )
    ),
    "unprinted": _goes_back(
        text(
            "order",
            "We are sorry: your letter could not be printed within 30 days. The order is closed and your letter is"
            " erased. Order: {order}. The price is being refunded: {amount}. If you like, you can write it anew with"
            " /new.",
        )
    ),
    "closed": _said(
        text(
            "order",
            "We are sorry: your letter was not found, and its order is closed. The price was refunded. Order: {order}."
            " If the letter turns up we write to you.",
        )
    ),
    "undestroyed": _said(
        text(
            "order",
            "The print room has not confirmed within 30 days that your returned letter was destroyed unopened. Order:"
            " {order}. We close the order and go on looking for the letter; if it turns up we write to you.",
        )
    ),
    "reposting": _said(text("order", "We will post your letter again, to the same address. Order: {order}.")),
    "destroying": _said(text("order", "Your letter will be destroyed unopened. Order: {order}.")),
    "destroyed": _said(text("order", "Your letter has been destroyed unopened. Order: {order}.")),
    "spoiled": _goes_back(
        text(
            "order",
            "We are sorry: your letter was damaged in the print room. Its text is erased, so it cannot be printed"
            " again. Order: {order}. The price is being refunded: {amount}. If you like, you can write it anew"
            " with /new.",
        )
    ),
    "was_cancelled": _said(text("order", "This order is already closed; nothing will be printed for it.")),
    "refunded": _said(text("order", "Your refund has been made. Order: {order}. Amount: {amount}.")),
}


def news(operator: Operator, order: Order, name: str, at: datetime, refund: int = 0) -> Text | Lines:
    """The words of a piece of news, for the e-mail to a sender whose chat cannot be reached. refund: as of MailNews."""
    about = order.refunds[refund - 1] if 0 < refund <= len(order.refunds) else None
    return NEWS[name](operator, order, about, at)[0]
