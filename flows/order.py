"""What we promise about an order, whatever happens: read this table first.

Rows are the states of an order, columns the events that can reach it; every cell names the act that answers. An act
returns the order as it stands afterwards and what is to be done; an act named `ignore` changes nothing, because the
event is late, repeated, or about something that has been decided. No act ever prints an unpaid order, prints twice,
or keeps money for a letter that will not be printed: tests/flows/test_order.py tries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flows import events as ev
from flows.age import today_in_istanbul
from flows.effects import (
    AcceptPayment,
    Button,
    ClearOutbox,
    CloseLink,
    Effect,
    LeasePrint,
    MailNews,
    ParkPrint,
    QueueForPrint,
    Refund,
    Reply,
    ShredLetter,
)
from flows.price import Product, delivery_window, working_days_after
from flows.standing import Order, Standing, State, Turn
from flows.step import House
from flows.text import Lines, Text, text

__all__ = [
    "EVENTS",
    "NEWS",
    "TABLE",
    "Act",
    "State",
    "advance",
    "invoice_kept_until",
    "link_screen",
    "news",
    "payable",
    "posting_day",
]

Outcome = tuple[Order, tuple[Effect, ...]]
Act = Callable[[Order, Any, datetime], Outcome]

# Paid by this hour (Istanbul) on a working day, a letter is posted the same day.
CUT_OFF = time(14, 0)
# The postal operator's own page for registered letters.
TRACKING = "https://gonderitakip.ptt.gov.tr/Track/Verify?q="


# The acts -------------------------------------------------------------------------------------------------------------


def ignore(order: Order, event: ev.OrderEvent, at: datetime) -> Outcome:
    """Late, repeated or decided already."""
    return order, ()


def offer(order: Order, event: ev.LinkOpened, at: datetime) -> Outcome:
    """The payment page is open: show its button."""
    return replace(order, state=State.AWAITING, url=event.url, url_until=event.until), _tell(order, "link")


def no_link(order: Order, event: ev.LinkRefused, at: datetime) -> Outcome:
    return replace(order, state=State.EXPIRED), _tell(order, "no_link")


def settle(order: Order, event: ev.PaymentSettled, at: datetime) -> Outcome:
    """Exactly the price in lira prints the letter; anything else is held for a person to decide."""
    paid = replace(order, payment=event.payment, paid=event.amount, paid_at=at)
    if event.amount != order.amount or event.currency != "TRY":
        held = AcceptPayment(order.id, event.payment, event.amount, held=True)
        return replace(paid, state=State.HELD), (held, *_tell(order, "held"))
    not_before = datetime.combine(order.posting_date, time(0), UTC) if order.posting_date else None
    queue = (AcceptPayment(order.id, event.payment, event.amount), QueueForPrint(order.id, not_before))
    return replace(paid, state=State.QUEUED), (*queue, *_tell(order, "paid"))


def give_back(order: Order, event: ev.PaymentSettled, at: datetime) -> Outcome:
    """A payment too many, or too late: refunded, never printed. The one that counts is not touched."""
    if event.payment == order.payment or event.payment in order.refunds:
        return order, ()
    taken = AcceptPayment(order.id, event.payment, event.amount, held=True)
    back = Refund(order.id, event.payment, event.amount)
    return replace(order, refunds=(*order.refunds, event.payment)), (taken, *_tell(order, "given_back"), back)


def declined(order: Order, event: ev.PaymentDeclined, at: datetime) -> Outcome:
    """The institution's page says why; the same button stays open."""
    return order, _tell(order, "declined")


def expire(order: Order, event: ev.LinkExpired, at: datetime) -> Outcome:
    return replace(order, state=State.EXPIRED), _tell(order, "expired")


def drop(order: Order, event: ev.OrderCancelled, at: datetime) -> Outcome:
    """Cancelled before any money came. When the letter was edited its words stay with the draft."""
    if event.because == "edited":
        return replace(order, state=State.CANCELLED), (CloseLink(order.id), *_tell(order, "voided"))
    gone = (ShredLetter(order.letter, order.id), CloseLink(order.id))
    return replace(order, state=State.CANCELLED), (*gone, *_tell(order, "cancelled"))


def drop_paid(order: Order, event: ev.OrderCancelled, at: datetime) -> Outcome:
    """Cancelled before the printer claimed it: the whole price goes back, the letter is destroyed."""
    back = Refund(order.id, order.payment, order.paid)
    gone = replace(order, state=State.CANCELLED, refunds=(*order.refunds, order.payment))
    return gone, (ShredLetter(order.letter, order.id), *_tell(order, "cancelled_paid"), back)


def too_late(order: Order, event: ev.OrderCancelled, at: datetime) -> Outcome:
    return order, _tell(order, "too_late")


def was_cancelled(order: Order, event: ev.OrderCancelled, at: datetime) -> Outcome:
    return order, _tell(order, "was_cancelled")


def claim(order: Order, event: ev.PrintClaimed, at: datetime) -> Outcome:
    """The printer wins over a later cancel."""
    leased = replace(order, state=State.PRINTING, lease_token=event.token, lease_until=event.until)
    return leased, (LeasePrint(order.id, event.token, event.until), *_tell(order, "printing"))


def claim_again(order: Order, event: ev.PrintClaimed, at: datetime) -> Outcome:
    """A dispatcher whose lease has run out is followed by another; its token is worth nothing from now on."""
    if order.lease_until is not None and at < order.lease_until:
        return order, ()
    leased = replace(order, lease_token=event.token, lease_until=event.until)
    return leased, (LeasePrint(order.id, event.token, event.until),)


def park(order: Order, event: ev.PrintStuck, at: datetime) -> Outcome:
    if event.token != order.lease_token:
        return order, ()
    return replace(order, state=State.STUCK), (ParkPrint(order.id, event.token),)


def dispatch(order: Order, event: ev.LetterDispatched, at: datetime) -> Outcome:
    """The sink holds the letter durably: the outbox row is cleared, the key goes to the shredder."""
    if event.token != order.lease_token:
        return order, ()
    gone = replace(order, state=State.DISPATCHED, dispatched_at=at)
    return gone, (ClearOutbox(order.id, event.token, event.sink, event.receipt),)


def erased(order: Order, event: ev.LetterShredded, at: datetime) -> Outcome:
    return replace(order, state=State.ERASED), _tell(order, "erased")


def refunded(order: Order, event: ev.RefundSettled, at: datetime) -> Outcome:
    return order, _tell(order, "refunded") if event.payment in order.refunds else ()


def shut(order: Order, event: ev.LinkOpened, at: datetime) -> Outcome:
    """The page opened after the order was closed: it is closed too."""
    return order, (CloseLink(order.id),)


def on_its_way(order: Order, event: ev.LetterPosted, at: datetime) -> Outcome:
    """The print room's scan: the sealed envelope is with the postal operator."""
    return order, _tell(order, "posted")


# The table ------------------------------------------------------------------------------------------------------------

EVENTS = (
    ev.LinkOpened, ev.LinkRefused, ev.PaymentSettled, ev.PaymentDeclined, ev.LinkExpired, ev.OrderCancelled,
    ev.PrintClaimed, ev.PrintStuck, ev.LetterDispatched, ev.LetterShredded, ev.LetterPosted,
    ev.RefundSettled,
)  # fmt: skip

# fmt: off
_ROWS: Mapping[State, tuple[Act, ...]] = {
    #                 link     link     payment    payment   link    cancelled      print        print   letter    letter  letter      refund
    #                 opened   refused  settled    declined  expired by sender      claimed      stuck   dispatched shredded posted    settled
    State.LINKING:    (offer,  no_link, settle,    declined, expire, drop,          ignore,      ignore, ignore,   ignore, ignore,     refunded),
    State.AWAITING:   (ignore, ignore,  settle,    declined, expire, drop,          ignore,      ignore, ignore,   ignore, ignore,     refunded),
    State.HELD:       (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     ignore,      ignore, ignore,   ignore, ignore,     refunded),
    State.QUEUED:     (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     claim,       ignore, ignore,   ignore, ignore,     refunded),
    State.PRINTING:   (ignore, ignore,  give_back, ignore,   ignore, too_late,      claim_again, park,   dispatch, ignore, ignore,     refunded),
    State.STUCK:      (ignore, ignore,  give_back, ignore,   ignore, too_late,      claim_again, ignore, dispatch, ignore, ignore,     refunded),
    State.DISPATCHED: (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,   erased, on_its_way, refunded),
    State.ERASED:     (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,   ignore, on_its_way, refunded),
    State.CANCELLED:  (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,   ignore, ignore,     refunded),
    State.EXPIRED:    (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,   ignore, ignore,     refunded),
}
# fmt: on

TABLE: Mapping[tuple[State, type[ev.OrderEvent]], Act] = {
    (state, event): act for state, row in _ROWS.items() for event, act in zip(EVENTS, row, strict=True)
}


def advance(house: House, standing: Standing, event: ev.OrderEvent, at: datetime) -> Turn:
    """One event of one order. An order that is not this person's, or does not exist, changes nothing."""
    order = standing.order(event.order)
    if order is None:
        return Turn(standing)
    after, effects = TABLE[order.state, type(event)](order, event, at)
    replies = tuple(_worded(house, standing, after, event, at, effect) for effect in effects)
    return Turn(standing if after is order else standing.with_order(after), replies)


def payable(order: Order, at: datetime) -> bool:
    return order.state is State.AWAITING and (order.url_until is None or at < order.url_until)


# The words ------------------------------------------------------------------------------------------------------------


def _tell(order: Order, name: str) -> tuple[Effect, ...]:
    return (MailNews(order.id, name),)


def _worded(
    house: House, standing: Standing, order: Order, event: ev.OrderEvent, at: datetime, effect: Effect
) -> Effect:
    """News become a message in the chat; only a chat that cannot be reached gets them by mail (product.md, step 12)."""
    if not isinstance(effect, MailNews) or (standing.unreachable and standing.profile.email):
        return effect
    words, buttons = NEWS[effect.news](house, order, event, at)
    return Reply(words, buttons)


Told = tuple[Text | Lines, tuple[tuple[Button, ...], ...]]
CANCEL = text("order", "Cancel the order")


def invoice_kept_until(at: datetime) -> date:
    """TTK 82/5: ten years from the end of the calendar year."""
    return date(today_in_istanbul(at).year + 10, 12, 31)


def posting_day(house: House, wanted: date | None, paid_at: datetime) -> date:
    """The day the letter is expected to be posted: the cut-off and working days decide, or the day asked for."""
    today = today_in_istanbul(paid_at)
    after_cut_off = (paid_at.astimezone(UTC) + timedelta(hours=3)).time() >= CUT_OFF  # Istanbul is UTC+3 all year
    first = date.fromordinal(today.toordinal() + (1 if after_cut_off else 0))
    return working_days_after(max(first, wanted or first), 0, house.tariff.holidays)


def _lasting(label: Text, action: str, order: Order) -> tuple[tuple[Button, ...], ...]:
    return ((Button(label, action, order.id, lasting=True),),)


def link_screen(house: House, order: Order, event: Any, at: datetime) -> Told:
    """Also shown again when the sender asks what is open."""
    pay = Button(text("order", "Pay {amount}", amount=order.amount), url=order.url)
    cancel = Button(CANCEL, "cancel_order", order.id, lasting=True)
    words = text(
        "order",
        "You pay on the page of the licensed payment institution. Your card details never reach us."
        " The link is valid for 24 hours.",
    )
    return words, ((pay,), (cancel,))


def _paid(house: House, order: Order, event: Any, at: datetime) -> Told:
    posted = posting_day(house, order.posting_date, at)
    first, last = delivery_window(house.tariff, Product(order.product), posted)
    words: tuple[Text, ...] = (
        text(
            "order",
            "Your payment has arrived, thank you. Your order number: {order}. You can cancel until printing begins;"
            " the whole price is refunded.",
            order=order.number,
        ),
        text(
            "order",
            "Expected posting: {posted}. Expected delivery: {first} – {last}.",
            posted=posted,
            first=first,
            last=last,
        ),
    )
    if order.posting_date is None:  # with a day of one's own the cut-off decides nothing
        cut_off = text(
            "order",
            "Letters paid before {cut_off} on a working day are usually posted the same day.",
            cut_off=CUT_OFF,
        )
        words = (words[0], cut_off, words[1])
    return Lines(words), _lasting(CANCEL, "cancel_order", order)


def _erased(house: House, order: Order, event: Any, at: datetime) -> Told:
    words = (
        text(
            "order",
            "We have erased your letter's text and its PDF file from our system. The copy in this chat remains, and you"
            " may delete the chat if you like. Your invoice details are kept until {until}, as the law requires.",
            until=invoice_kept_until(order.paid_at or at),
        ),
        text("order", "Until your letter is in its envelope, the only copy left to print is in the print room."),
    )
    return Lines(words), ()


def _posted(house: House, order: Order, event: Any, at: datetime) -> Told:
    """The number is part of the event only: by mail, without it, the news is that the letter is on its way."""
    first, last = delivery_window(house.tariff, Product(order.product), today_in_istanbul(at))
    number = getattr(event, "tracking", "")
    tracking = (text("order", "Tracking number: {tracking}.", tracking=number),) if number else ()
    expected = text("order", "Expected delivery: {first} – {last}.", first=first, last=last)
    on_its_way = text("order", "Your letter is in its envelope and has been posted.")
    track = Button(text("order", "Track the letter"), url=f"{TRACKING}{number}")
    return Lines((on_its_way, *tracking, expected), " "), ((track,),) if number else ()


def _declined(house: House, order: Order, event: Any, at: datetime) -> Told:
    words = text(
        "order",
        "The payment was not completed. Your order is waiting, and you can try again with the same button."
        " The link can be used until: {deadline}",
        deadline=order.url_until or at,
    )
    return words, link_screen(house, order, event, at)[1]


def _said(words: Text, *, cancellable: bool = False) -> Callable[[House, Order, Any, datetime], Told]:
    """News that need no more than the order's number and an amount."""

    def told(house: House, order: Order, event: Any, at: datetime) -> Told:
        amount = getattr(event, "amount", None) or (order.paid if order.paid.amount else order.amount)
        buttons = _lasting(CANCEL, "cancel_order", order) if cancellable else ()
        return replace(words, values={"order": order.number, "amount": amount}), buttons

    return told


def _too_late(house: House, order: Order, event: Any, at: datetime) -> Told:
    words = text(
        "order",
        "Printing of this letter has begun, so the order can no longer be cancelled. Order: {order}."
        " If something is wrong, please write to us with /support.",
        order=order.number,
    )
    return words, ()


NEWS: Mapping[str, Callable[[House, Order, Any, datetime], Told]] = {
    "link": link_screen,
    "paid": _paid,
    "declined": _declined,
    "posted": _posted,
    "erased": _erased,
    "too_late": _too_late,
    "printing": _said(text("order", "Your letter is being printed.")),
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
    "given_back": _said(
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
    "voided": _said(
        text(
            "order",
            "The earlier payment link is no longer valid; the earlier version of your letter will not be printed.",
        )
    ),
    "cancelled": _said(text("order", "Your order is cancelled. Nothing was charged and nothing will be printed.")),
    "cancelled_paid": _said(
        text(
            "order",
            "Your order is cancelled and your letter was not printed. Order: {order}. The refund is on its way:"
            " {amount}. Banks usually show it within a few working days.",
        )
    ),
    "was_cancelled": _said(text("order", "This order is already closed; nothing will be printed for it.")),
    "refunded": _said(text("order", "Your refund has been made. Order: {order}. Amount: {amount}.")),
}


def news(house: House, order: Order, name: str, at: datetime) -> Text | Lines:
    """The words of a piece of news, for the e-mail to a sender whose chat cannot be reached."""
    return NEWS[name](house, order, None, at)[0]
