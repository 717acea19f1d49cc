"""What we promise about an order, whatever happens: read this table first.

Rows are the states of an order, columns the events that can reach it; every cell names the act that answers. The
first half is the promise (money, print, cancel), the second the paper's own road as the print room scans it. An act
returns the order as it stands afterwards and what is to be done; an act named `ignore` changes nothing, because the
event is late, repeated, or about something that has been decided. No act ever prints an unpaid order, prints twice,
or keeps money for a letter that will not be printed: tests/flows/test_order.py tries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flows import events as ev
from flows.effects import (
    AcceptPayment,
    ClearOutbox,
    CloseLink,
    Effect,
    ForgetInvoice,
    LeasePrint,
    MailNews,
    ParkPrint,
    QueueForPrint,
    RecordScan,
    Refund,
    RemoveFromTray,
    Reply,
    SetTimer,
    ShredLetter,
)
from flows.news import NEWS
from flows.standing import Order, Standing, State, Turn
from flows.step import House

__all__ = ["EVENTS", "OVER", "TABLE", "Act", "State", "advance", "ignore", "silence_mark"]

Outcome = tuple[Order, tuple[Effect, ...]]
Act = Callable[[Order, Any, datetime], Outcome]

SILENCE = timedelta(days=30)
"""How long the sender of a returned letter has to decide; news.NEWS["returned"] tells it."""


# The acts -------------------------------------------------------------------------------------------------------------


def ignore(order: Order, event: ev.OrderEvent, at: datetime) -> Outcome:
    """Late, repeated or decided already."""
    return order, ()


def offer(order: Order, event: ev.LinkOpened, at: datetime) -> Outcome:
    """The payment page is open: show its button."""
    return replace(order, state=State.AWAITING, url=event.url, url_until=event.until), _tell(order, "link")


def no_link(order: Order, event: ev.LinkRefused, at: datetime) -> Outcome:
    return replace(order, state=State.EXPIRED), (ForgetInvoice(order.id), *_tell(order, "no_link"))


def settle(order: Order, event: ev.PaymentSettled, at: datetime) -> Outcome:
    """Exactly the price in lira prints the letter; anything else is held for a person to decide.

    The page takes no more money from now on; what was paid twice meanwhile, its callback lost, is found as it closes.
    """
    paid = replace(order, payment=event.payment, paid=event.amount, paid_at=at)
    if event.amount != order.amount or event.currency != "TRY":
        held = AcceptPayment(order.id, event.payment, event.amount, held=True)
        return replace(paid, state=State.HELD), (held, CloseLink(order.id), *_tell(order, "held"))
    not_before = datetime.combine(order.posting_date, time(0), UTC) if order.posting_date else None
    taken = AcceptPayment(order.id, event.payment, event.amount)
    queue = (taken, QueueForPrint(order.id, not_before), CloseLink(order.id))
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
    return replace(order, state=State.EXPIRED), (ForgetInvoice(order.id), *_tell(order, "expired"))


def drop(order: Order, event: ev.OrderCancelled, at: datetime) -> Outcome:
    """Cancelled before any money came. When the letter was edited its words stay with the draft."""
    unwritten = ForgetInvoice(order.id)
    if event.because == "edited":
        return replace(order, state=State.CANCELLED), (unwritten, CloseLink(order.id), *_tell(order, "voided"))
    gone = (ShredLetter(order.letter, order.id), unwritten, CloseLink(order.id))
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


# The paper's own road, as the print room scans it


def enclose(order: Order, event: ev.LetterPrinted, at: datetime) -> Outcome:
    """In its sealed envelope: the print room's copy goes (product.md, "Dispatched")."""
    return replace(order, state=State.PRINTED), (RecordScan(order.id, "printed"), RemoveFromTray(order.id))


def print_again(order: Order, event: ev.LetterSpoiled, at: datetime) -> Outcome:
    """Damaged while its file is still in the tray: the print room prints it again, the promise stands."""
    return order, (RecordScan(order.id, "spoiled"),)


def spoil(order: Order, event: ev.LetterSpoiled, at: datetime) -> Outcome:
    """Damaged when nothing is left to print it from: the whole price goes back."""
    back = Refund(order.id, order.payment, order.paid)
    lost = replace(order, state=State.SPOILED, refunds=(*order.refunds, order.payment))
    return lost, (RecordScan(order.id, "spoiled"), *_tell(order, "spoiled"), back)


def post(order: Order, event: ev.LetterPosted, at: datetime) -> Outcome:
    """With the postal operator. Whoever posts a letter has printed it: a forgotten scan is made up for."""
    forgotten = (RemoveFromTray(order.id),) if order.state in (State.DISPATCHED, State.ERASED) else ()
    gone = replace(order, state=State.POSTED, tracking=event.tracking, reason="")
    return gone, (RecordScan(order.id, "posted", event.tracking), *forgotten, *_tell(order, "posted"))


def correct(order: Order, event: ev.LetterPosted, at: datetime) -> Outcome:
    """The counter's receipt was read wrongly the first time: another tracking number, told again."""
    if event.tracking == order.tracking:
        return order, ()
    return post(order, event, at)


def come_back(order: Order, event: ev.LetterReturned, at: datetime) -> Outcome:
    """Back in its sealed envelope. The sender decides, and after a month of silence we do what keeps it secret."""
    back = replace(order, state=State.RETURNED, reason=event.reason)
    patience = SetTimer("return", silence_mark(order, at), SILENCE)
    return back, (RecordScan(order.id, "returned", reason=event.reason), *_tell(order, "returned"), patience)


def repost(order: Order, event: ev.RepostAsked, at: datetime) -> Outcome:
    return replace(order, state=State.REPOSTING), _tell(order, "reposting")


def destroy(order: Order, event: ev.DestructionAsked, at: datetime) -> Outcome:
    return replace(order, state=State.DESTROYING), _tell(order, "destroying")


def destroyed(order: Order, event: ev.LetterDestroyed, at: datetime) -> Outcome:
    return replace(order, state=State.DESTROYED), (RecordScan(order.id, "destroyed"), *_tell(order, "destroyed"))


def overdue(order: Order, event: ev.TrayOverdue, at: datetime) -> Outcome:
    """A readable letter does not lie about for longer than a week: its file goes, the staff is alarmed."""
    return replace(order, state=State.OVERDUE), (RecordScan(order.id, "overdue"), RemoveFromTray(order.id))


def stands(order: Order, event: ev.OrderEvent, at: datetime) -> Outcome:
    """Decided already: say where the letter is."""
    silent = isinstance(event, ev.DestructionAsked) and event.because == "silence"
    return order, () if silent else _tell(order, "stands")


def erased_meanwhile(order: Order, event: ev.LetterShredded, at: datetime) -> Outcome:
    """The print room was faster than the shredder."""
    return order, _tell(order, "erased")


def silence_mark(order: Order, since: datetime) -> str:
    """Names one return of one letter: a timer of an earlier one means nothing to a later one."""
    return f"{order.id}:{since.isoformat()}"


# The table ------------------------------------------------------------------------------------------------------------

# fmt: off
_PROMISE_EVENTS = (
    ev.LinkOpened, ev.LinkRefused, ev.PaymentSettled, ev.PaymentDeclined, ev.LinkExpired, ev.OrderCancelled,
    ev.PrintClaimed, ev.PrintStuck, ev.LetterDispatched, ev.LetterShredded, ev.RefundSettled,
)
_PROMISE: Mapping[State, tuple[Act, ...]] = {
    #                 link     link     payment    payment   link    cancelled      print        print   letter     letter            refund
    #                 opened   refused  settled    declined  expired by sender      claimed      stuck   dispatched shredded          settled
    State.LINKING:    (offer,  no_link, settle,    declined, expire, drop,          ignore,      ignore, ignore,    ignore,           refunded),
    State.AWAITING:   (ignore, ignore,  settle,    declined, expire, drop,          ignore,      ignore, ignore,    ignore,           refunded),
    State.HELD:       (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     ignore,      ignore, ignore,    ignore,           refunded),
    State.QUEUED:     (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     claim,       ignore, ignore,    ignore,           refunded),
    State.PRINTING:   (ignore, ignore,  give_back, ignore,   ignore, too_late,      claim_again, park,   dispatch,  ignore,           refunded),
    State.STUCK:      (ignore, ignore,  give_back, ignore,   ignore, too_late,      claim_again, ignore, dispatch,  ignore,           refunded),
    State.DISPATCHED: (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased,           refunded),
    State.ERASED:     (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    ignore,           refunded),
    State.OVERDUE:    (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.PRINTED:    (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.POSTED:     (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.RETURNED:   (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.REPOSTING:  (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.DESTROYING: (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.DESTROYED:  (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.SPOILED:    (ignore, ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.CANCELLED:  (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    ignore,           refunded),
    State.EXPIRED:    (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    ignore,           refunded),
}

_PAPER_EVENTS = (
    ev.LetterPrinted, ev.LetterSpoiled, ev.LetterPosted, ev.LetterReturned, ev.LetterDestroyed, ev.TrayOverdue,
    ev.RepostAsked, ev.DestructionAsked,
)
_PAPER: Mapping[State, tuple[Act, ...]] = {
    #                 scanned   scanned      scanned  scanned    scanned    a week    sender:     sender:
    #                 printed   spoiled      posted   returned   destroyed  unscanned post again  destroy it
    State.LINKING:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.AWAITING:   (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.HELD:       (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.QUEUED:     (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.PRINTING:   (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.STUCK:      (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.DISPATCHED: (enclose, print_again, post,    ignore,    ignore,    overdue,  ignore,     ignore),
    State.ERASED:     (enclose, print_again, post,    ignore,    ignore,    overdue,  ignore,     ignore),
    State.OVERDUE:    (enclose, spoil,       post,    ignore,    ignore,    ignore,   ignore,     ignore),
    State.PRINTED:    (ignore,  spoil,       post,    come_back, ignore,    ignore,   ignore,     ignore),
    State.POSTED:     (ignore,  ignore,      correct, come_back, ignore,    ignore,   stands,     stands),
    State.RETURNED:   (ignore,  spoil,       ignore,  ignore,    ignore,    ignore,   repost,     destroy),
    State.REPOSTING:  (ignore,  spoil,       post,    ignore,    ignore,    ignore,   stands,     stands),
    State.DESTROYING: (ignore,  ignore,      ignore,  ignore,    destroyed, ignore,   stands,     stands),
    State.DESTROYED:  (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   stands,     stands),
    State.SPOILED:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   stands,     stands),
    State.CANCELLED:  (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
    State.EXPIRED:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore),
}
# fmt: on

EVENTS = (*_PROMISE_EVENTS, *_PAPER_EVENTS)

TABLE: Mapping[tuple[State, type[ev.OrderEvent]], Act] = {
    (state, event): act
    for state in State
    for event, act in zip(EVENTS, (*_PROMISE[state], *_PAPER[state]), strict=True)
}

OVER = frozenset({State.POSTED, State.DESTROYED, State.SPOILED, State.CANCELLED, State.EXPIRED})
"""An order is done: nobody owes the sender a step any more. A posted letter may still come back."""


def advance(house: House, standing: Standing, event: ev.OrderEvent, at: datetime) -> Turn:
    """One event of one order. An order that is not this person's, or does not exist, changes nothing."""
    order = standing.order(event.order)
    if order is None:
        return Turn(standing)
    after, effects = TABLE[order.state, type(event)](order, event, at)
    if after.state is not order.state:
        after = replace(after, since=at)
    replies = tuple(_worded(house, standing, after, event, at, effect) for effect in effects)
    return Turn(standing if after is order else standing.with_order(after), replies)


# Telling ------------------------------------------------------------------------------------------------------------


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
