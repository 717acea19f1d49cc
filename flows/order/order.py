"""What we promise about an order, whatever happens: read this table first.

Rows are the states of an order, columns the events that can reach it; every cell names the act that answers. The
first part is the promise (money, print, cancel), the second the paper's own road as the print room scans it, the third what
an erasure and the staff desk may do to it. An act returns the order as it stands afterwards and what is to be done; an
act named `ignore` changes nothing, because the event is late, repeated, or about something that has been decided. No
act ever prints an unpaid order, prints twice, or keeps money for a letter that will not be printed:
tests/flows/order/test_order.py tries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flows.core import events as ev
from flows.core.effects import (
    AcceptPayment,
    BringDraft,
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
    RequeuePrint,
    SetTimer,
    ShredLetter,
    StopPrint,
    WithdrawPrint,
)
from flows.core.state import Order, Refunded, Standing, State, Turn
from flows.core.step import Operator
from flows.order.invoicing import with_invoices
from flows.order.notifications import NEWS
from flows.order.printing_window import print_from
from flows.words.text import Kurus

__all__ = [
    "AT_THE_SINK",
    "BY_HAND",
    "EVENTS",
    "NEEDS_HUMAN",
    "OVER",
    "TABLE",
    "Action",
    "State",
    "advance",
    "ignore",
    "silence_mark",
]

Transition = tuple[Order, tuple[Effect, ...]]
Action = Callable[[Order, Any, datetime], Transition]

LOOKED_FOR = timedelta(days=7)
"""How long a scan that is due may be missing before the sender hears of it, and how long it is looked for from then."""

SILENCE = timedelta(days=30)
"""How long the sender of a returned letter has to decide; notifications.NEWS["returned"] tells it."""

NEEDS_HUMAN = "needs_human"
AT_THE_SINK = ("submitting", "submitted")
HELD_PIECE = ("leased", *AT_THE_SINK)
"""How far a piece is (Order.piece) while it waits for a person, while the print room may have it, and while a dispatcher
may have it in hand."""

BY_HAND = "person"
"""The sink of a dispatch record where nobody but a person knows that the print room has the letter."""


# The acts -------------------------------------------------------------------------------------------------------------


def ignore(order: Order, event: ev.OrderEvent, at: datetime) -> Transition:
    """Late, repeated or decided already."""
    return order, ()


def offer(order: Order, event: ev.LinkOpened, at: datetime) -> Transition:
    """The payment page is open: show its button."""
    return replace(order, state=State.AWAITING, url=event.url, url_until=event.until), _tell(order, "link")


def no_link(order: Order, event: ev.LinkRefused, at: datetime) -> Transition:
    return replace(order, state=State.EXPIRED), (ForgetInvoice(order.id), *_tell(order, "no_link"))


def settle(order: Order, event: ev.PaymentSettled, at: datetime) -> Transition:
    """Exactly the price in lira prints the letter; anything else is held for a person to decide.

    The page takes no more money from now on; what was paid twice meanwhile, its callback lost, is found as it closes.
    """
    paid = replace(
        order, payment=event.payment, provider=event.provider, paid=event.amount, currency=event.currency, paid_at=at
    )
    if event.amount != order.amount or event.currency != "TRY":
        why = "held" if event.currency == "TRY" else "held_foreign"
        held = (_taken(order, event, held=True), CloseLink(order.id), *_tell(order, why))
        return replace(paid, state=State.HELD, print_from=None), held
    queue = (_taken(order, event), QueueForPrint(order.id, order.print_from), CloseLink(order.id))
    return replace(paid, state=State.QUEUED, piece="ready"), (*queue, *_tell(order, "paid"))


def _taken(order: Order, event: ev.PaymentSettled, *, held: bool = False) -> AcceptPayment:
    return AcceptPayment(order.id, event.payment, event.amount, held, event.provider, event.currency)


def give_back(order: Order, event: ev.PaymentSettled, at: datetime) -> Transition:
    """A payment too many, or too late: refunded, never printed. The one that counts is not touched."""
    if order.counts(event.provider, event.payment) or order.refunds_of(event.provider, event.payment):
        return order, ()
    after, back = _with(order, Refunded(event.payment, event.amount, event.provider, currency=event.currency))
    return after, (_taken(order, event, held=True), *_tell_refund(after, "given_back"), *back)


def declined(order: Order, event: ev.PaymentDeclined, at: datetime) -> Transition:
    """The institution's page says why; the same button stays open."""
    return order, _tell(order, "declined")


def expire(order: Order, event: ev.LinkExpired, at: datetime) -> Transition:
    """Nothing was paid in time, or the institution takes no more money for it: its button is of no use any more."""
    told = _tell(order, "link_closed" if event.closed else "expired")
    return replace(order, state=State.EXPIRED), (ForgetInvoice(order.id), *told)


def drop(order: Order, event: ev.OrderCancelled | ev.StopAsked, at: datetime) -> Transition:
    """Cancelled before any money came. The words of an edited letter, or of one that is kept, stay with the draft."""
    unwritten = ForgetInvoice(order.id)
    if event.because == "edited":
        return replace(order, state=State.CANCELLED), (unwritten, CloseLink(order.id), *_tell(order, "voided"))
    if event.because == "kept":
        kept = (unwritten, CloseLink(order.id), _brings(order))
        return replace(order, state=State.CANCELLED), (*kept, *_tell(order, "cancelled_kept"))
    gone = (ShredLetter(order.letter, order.id), unwritten, CloseLink(order.id))
    return replace(order, state=State.CANCELLED), (*gone, *_tell(order, "cancelled"))


def drop_paid(order: Order, event: ev.OrderEvent, at: datetime) -> Transition:
    """Cancelled before the printer claimed it: what we have of it goes back, the letter is destroyed. A piece that waits for
    a person may have been printed before a backup of the database was put back: they look first."""
    if order.piece == NEEDS_HUMAN:
        return stop(order, event, at)
    kept = isinstance(event, ev.OrderCancelled) and event.because == "kept"
    return _given_up(order, "cancelled_paid", kept=kept)


def stop(order: Order, event: ev.OrderEvent, at: datetime) -> Transition:
    """Exactly one of stop and print wins. What was given back is stopped now. What the print room may have is not handed
    over from here on: the dispatcher's next word decides or, where nobody knows, that of a person at the printer."""
    told = _tell(order, "stopping_by_hand" if order.piece == NEEDS_HUMAN else "stopping")
    if order.stopping:  # whoever taps again hears it again
        return order, told if isinstance(event, ev.OrderCancelled) else ()
    if order.piece not in (*HELD_PIECE, NEEDS_HUMAN) or (order.piece == "leased" and not order.lease_token):
        return _given_up(order, "stopped")
    return replace(order, stopping=True), (StopPrint(order.id), *told)


def withhold(order: Order, event: ev.PrintWithheld, at: datetime) -> Transition:
    """The stop was first."""
    if event.token != order.lease_token or not order.stopping:
        return order, ()
    return _given_up(order, "stopped")


def _given_up(order: Order, news: str, *, kept: bool = False) -> Transition:
    """What is left of the price goes back to where it came from; bytes and key go too, unless the letter is kept as a
    draft."""
    after, back = _sent_back(order, order.left)
    gone = replace(after, state=State.CANCELLED, piece="", stopping=False)
    letter = (WithdrawPrint(order.id), _brings(order)) if kept else (ShredLetter(order.letter, order.id),)
    told = _tell_refund(gone, news) if back else _tell(gone, "cancelled")
    return gone, (*letter, *told, *back)


def _sent_back(order: Order, amount: Kurus) -> tuple[Order, tuple[Refund, ...]]:
    """A part of the payment that counts goes back, or all of it; nothing where all of it has gone."""
    if order.given_back:
        return order, ()
    return _with(order, Refunded(order.payment, amount, order.provider, len(order.parts) + 1, order.currency))


def _with(order: Order, part: Refunded) -> tuple[Order, tuple[Refund, ...]]:
    back = Refund(order.id, part.payment, part.amount, part.provider, part.nth)
    return replace(order, refunds=(*order.refunds, part)), (back,)


def _brings(order: Order) -> BringDraft:
    return BringDraft(order.id, order.letter)


def too_late(order: Order, event: ev.OrderCancelled, at: datetime) -> Transition:
    return order, _tell(order, "too_late")


def was_cancelled(order: Order, event: ev.OrderCancelled, at: datetime) -> Transition:
    return order, _tell(order, "was_cancelled")


def claim(order: Order, event: ev.PrintClaimed, at: datetime) -> Transition:
    """On its way to the print room: a dispatcher may hand it over from here on."""
    leased = replace(order, state=State.PRINTING, piece="leased", lease_token=event.token, lease_until=event.until)
    return leased, (LeasePrint(order.id, event.token, event.until),)


def claim_again(order: Order, event: ev.PrintClaimed, at: datetime) -> Transition:
    """A dispatcher whose lease has run out is followed by another; its token is worth nothing from now on."""
    if order.lease_until is not None and at < order.lease_until:
        return order, ()
    reached = order.piece if order.piece in HELD_PIECE else "leased"
    leased = replace(order, piece=reached, lease_token=event.token, lease_until=event.until)
    return leased, (LeasePrint(order.id, event.token, event.until),)


def park(order: Order, event: ev.PrintStuck, at: datetime) -> Transition:
    if event.token != order.lease_token or order.piece == NEEDS_HUMAN:
        return order, ()
    told = _tell(order, "stopping_by_hand") if order.stopping else ()
    return replace(order, state=State.STUCK, piece=NEEDS_HUMAN), (ParkPrint(order.id, event.token), *told)


def dispatch(order: Order, event: ev.LetterDispatched, at: datetime) -> Transition:
    """The sink holds the letter durably: the outbox row is cleared, the key goes to the shredder."""
    if event.token != order.lease_token:
        return order, ()
    return _handed_over(order, event.sink, event.receipt, at)


def _handed_over(order: Order, sink: str, receipt: str, at: datetime) -> Transition:
    gone = replace(order, state=State.DISPATCHED, piece="cleared", stopping=False, dispatched_at=at)
    told = _tell(order, "stop_lost" if order.stopping else "printing")
    return gone, (ClearOutbox(order.id, order.lease_token, sink, receipt), *told)


def found_printed(order: Order, event: ev.FoundPrinted, at: datetime) -> Transition:
    """As if the sink had acknowledged it; only of a piece that waits for a person."""
    return _handed_over(order, BY_HAND, "", at) if order.piece == NEEDS_HUMAN else (order, ())


def found_unprinted(order: Order, event: ev.FoundUnprinted, at: datetime) -> Transition:
    """To be printed, unless its sender has stopped it meanwhile; only a piece that waits for a person."""
    if order.piece != NEEDS_HUMAN:
        return order, ()
    if order.stopping:
        return _given_up(order, "stopped")
    return replace(order, piece="ready", lease_token="", lease_until=None), (RequeuePrint(order.id),)


def erased(order: Order, event: ev.LetterShredded, at: datetime) -> Transition:
    return replace(order, state=State.ERASED), _tell(order, "erased")


def grant(order: Order, event: ev.RefundGranted, at: datetime) -> Transition:
    """The whole price goes back, or what is left of it, once; the letter's road is not touched."""
    after, back = _sent_back(order, order.left)
    return (after, (*_tell_refund(after, "granted"), *back)) if back else (order, ())


def grant_part(order: Order, event: ev.PartRefundGranted, at: datetime) -> Transition:
    """A part of the price goes back, never more than is left; the letter's road is not touched."""
    if event.nth != len(order.parts) + 1 or not 0 < event.amount.amount <= order.left.amount:
        return order, ()
    after, back = _sent_back(order, event.amount)
    return after, (*_tell_refund(after, "granted_part"), *back)


def grant_less(order: Order, event: ev.PartRefundGranted, at: datetime) -> Transition:
    """The same while the letter is still on our hands: something of its price stays, for it is not sent for nothing."""
    return grant_part(order, event, at) if event.amount.amount < order.left.amount else (order, ())


def grant_returned(order: Order, event: ev.RefundGranted, at: datetime) -> Transition:
    """Paid back and still here: it is destroyed unopened, as after a month of silence."""
    after, effects = grant(order, event, at)
    if not effects:
        return order, ()
    return replace(after, state=State.DESTROYING), (*effects, *_tell(order, "destroying"))


def refunded(order: Order, event: ev.RefundSettled, at: datetime) -> Transition:
    for number, part in enumerate(order.refunds, 1):
        if part.nth == event.nth and part in order.refunds_of(event.provider, event.payment):
            return order, (MailNews(order.id, "refunded", number),)
    return order, ()


def shut(order: Order, event: ev.LinkOpened, at: datetime) -> Transition:
    """The page opened after the order was closed: it is closed too."""
    return order, (CloseLink(order.id),)


# The paper's own road, as the print room scans it


def enclose(order: Order, event: ev.LetterPrinted, at: datetime) -> Transition:
    """In its sealed envelope: the print room's copy goes (docs/print-room.md, "The tray"). Now it is to be posted."""
    patience = SetTimer("unposted", silence_mark(order, at), LOOKED_FOR)
    return replace(order, state=State.PRINTED), (RecordScan(order.id, "printed"), RemoveFromTray(order.id), patience)


def print_again(order: Order, event: ev.LetterSpoiled, at: datetime) -> Transition:
    """Damaged while its file is still in the tray: the print room prints it again, the promise stands."""
    return order, (RecordScan(order.id, "spoiled"),)


def spoil(order: Order, event: ev.LetterSpoiled, at: datetime) -> Transition:
    """Damaged when nothing is left to print it from: the whole price goes back, as far as it has not gone already."""
    after, back = _sent_back(replace(order, state=State.SPOILED), order.left)
    told = _tell_refund(after, "spoiled") if back else _tell(after, "stands")
    return after, (RecordScan(order.id, "spoiled"), *told, *back)


def post(order: Order, event: ev.LetterPosted, at: datetime) -> Transition:
    """With the postal operator. Whoever posts a letter has printed it: a forgotten scan is made up for."""
    forgotten = (RemoveFromTray(order.id),) if order.state in (State.DISPATCHED, State.ERASED) else ()
    gone = replace(order, state=State.POSTED, tracking=event.tracking, reason="")
    return gone, (RecordScan(order.id, "posted", event.tracking), *forgotten, *_tell(order, "posted"))


def correct(order: Order, event: ev.LetterPosted, at: datetime) -> Transition:
    """The counter's receipt was read wrongly the first time: another tracking number, told again."""
    if event.tracking == order.tracking:
        return order, ()
    return post(order, event, at)


def come_back(order: Order, event: ev.LetterReturned, at: datetime) -> Transition:
    """Back in its sealed envelope. The sender decides, and after a month of silence we do what keeps it secret."""
    back = replace(order, state=State.RETURNED, reason=event.reason)
    patience = SetTimer("return", silence_mark(order, at), SILENCE)
    return back, (RecordScan(order.id, "returned", reason=event.reason), *_tell(order, "returned"), patience)


def repost(order: Order, event: ev.RepostAsked, at: datetime) -> Transition:
    return replace(order, state=State.REPOSTING), _tell(order, "reposting")


def destroy(order: Order, event: ev.DestructionAsked, at: datetime) -> Transition:
    return replace(order, state=State.DESTROYING), _tell(order, "destroying")


def destroyed(order: Order, event: ev.LetterDestroyed, at: datetime) -> Transition:
    return replace(order, state=State.DESTROYED), (RecordScan(order.id, "destroyed"), *_tell(order, "destroyed"))


def overdue(order: Order, event: ev.TrayOverdue, at: datetime) -> Transition:
    """A readable letter does not lie about for longer than a week: its file goes, the staff is alarmed, and the sender
    hears until when it is looked for."""
    scanned = RecordScan(order.id, "overdue"), RemoveFromTray(order.id)
    patience = SetTimer("lost", silence_mark(order, at), LOOKED_FOR)
    return replace(order, state=State.OVERDUE), (*scanned, *_tell(order, "unscanned"), patience)


def unposted(order: Order, event: ev.TrayOverdue, at: datetime) -> Transition:
    """In its envelope for a week, and not at the counter."""
    return order, (*_tell(order, "unscanned"), SetTimer("lost", silence_mark(order, order.since or at), LOOKED_FOR))


def lose(order: Order, event: ev.LetterLost, at: datetime) -> Transition:
    """Nobody knows where it is: the whole price goes back, once. Should it turn up, its road goes on."""
    after, back = _sent_back(order, order.left)
    return (after, (*_tell_refund(after, "lost"), *back)) if back else (order, ())


def unanswered(order: Order, event: ev.LatestEndPassed, at: datetime) -> Transition:
    """Nobody could say in time whether anything was paid: closed. What turns out to be paid goes back."""
    gone = (ForgetInvoice(order.id), CloseLink(order.id))
    return replace(order, state=State.EXPIRED), (*gone, *_tell(order, "unanswered"))


def unsettled(order: Order, event: ev.LatestEndPassed, at: datetime) -> Transition:
    """Nobody has settled a wrong amount: it goes back."""
    return _given_up(order, "unsettled")


def unprinted(order: Order, event: ev.LatestEndPassed, at: datetime) -> Transition:
    """No dispatcher has taken it. What waits for a person may be on paper."""
    return close(order, event, at) if order.piece == NEEDS_HUMAN else _given_up(order, "unprinted")


def close(order: Order, event: ev.LatestEndPassed, at: datetime) -> Transition:
    """Nobody could say in time what became of it: the price goes back as far as it has not gone, and its sender waits no
    longer. No copy is left from which it could be printed later. Of one that a person has found unprinted it is known."""
    if order.piece == "ready":
        return _given_up(order, "unprinted")
    after, back = _sent_back(replace(order, state=State.LOST, stopping=False), order.left)
    told = _tell_refund(after, "lost") if back else _tell(after, "closed")
    in_tray = (RemoveFromTray(order.id),) if order.state in _UNSCANNED else ()
    if order.state not in _UNCLEARED:
        return after, (*in_tray, *told, *back)
    return replace(after, piece=""), (ShredLetter(order.letter, order.id), *in_tray, *told, *back)


_UNCLEARED = (State.QUEUED, State.PRINTING, State.STUCK)
_UNSCANNED = (*_UNCLEARED, State.DISPATCHED, State.ERASED)


def undestroyed(order: Order, event: ev.LatestEndPassed, at: datetime) -> Transition:
    """It came back, and nobody has said that it is destroyed."""
    return replace(order, state=State.LOST), _tell(order, "undestroyed")


def stands(order: Order, event: ev.OrderEvent, at: datetime) -> Transition:
    """Decided already: say where the letter is."""
    silent = isinstance(event, ev.DestructionAsked) and event.because == "silence"
    return order, () if silent else _tell(order, "stands")


def erased_meanwhile(order: Order, event: ev.LetterShredded, at: datetime) -> Transition:
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
_PROMISE: Mapping[State, tuple[Action, ...]] = {
    #                 link     link     payment    payment   link    cancelled      print        print   letter     letter            refund
    #                 opened   refused  settled    declined  expired by sender      claimed      stuck   dispatched shredded          settled
    State.LINKING:    (offer,  no_link, settle,    declined, expire, drop,          ignore,      ignore, ignore,    ignore,           refunded),
    State.AWAITING:   (ignore, ignore,  settle,    declined, expire, drop,          ignore,      ignore, ignore,    ignore,           refunded),
    State.HELD:       (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     ignore,      ignore, ignore,    ignore,           refunded),
    State.QUEUED:     (ignore, ignore,  give_back, ignore,   ignore, drop_paid,     claim,       ignore, ignore,    ignore,           refunded),
    State.PRINTING:   (ignore, ignore,  give_back, ignore,   ignore, stop,          claim_again, park,   dispatch,  ignore,           refunded),
    State.STUCK:      (ignore, ignore,  give_back, ignore,   ignore, stop,          claim_again, park,   dispatch,  ignore,           refunded),
    State.DISPATCHED: (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased,           refunded),
    State.ERASED:     (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    ignore,           refunded),
    State.OVERDUE:    (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.PRINTED:    (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.POSTED:     (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.RETURNED:   (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.REPOSTING:  (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.DESTROYING: (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.DESTROYED:  (ignore, ignore,  give_back, ignore,   ignore, too_late,      ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.LOST:       (ignore, ignore,  give_back, ignore,   ignore, stands,        ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.SPOILED:    (ignore, ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    erased_meanwhile, refunded),
    State.CANCELLED:  (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    ignore,           refunded),
    State.EXPIRED:    (shut,   ignore,  give_back, ignore,   ignore, was_cancelled, ignore,      ignore, ignore,    ignore,           refunded),
}

_PAPER_EVENTS = (
    ev.LetterPrinted, ev.LetterSpoiled, ev.LetterPosted, ev.LetterReturned, ev.LetterDestroyed, ev.TrayOverdue,
    ev.RepostAsked, ev.DestructionAsked, ev.LetterLost, ev.LatestEndPassed,
)
_PAPER: Mapping[State, tuple[Action, ...]] = {
    #                 scanned   scanned      scanned  scanned    scanned    a week    sender:     sender:  week    latest
    #                 printed   spoiled      posted   returned   destroyed  unscanned post again  destroy  lost    end
    State.LINKING:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, unanswered),
    State.AWAITING:   (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, unanswered),
    State.HELD:       (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, unsettled),
    State.QUEUED:     (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, unprinted),
    State.PRINTING:   (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, close),
    State.STUCK:      (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, close),
    State.DISPATCHED: (enclose, print_again, post,    ignore,    ignore,    overdue,  ignore,     ignore,  ignore, close),
    State.ERASED:     (enclose, print_again, post,    ignore,    ignore,    overdue,  ignore,     ignore,  ignore, close),
    State.OVERDUE:    (enclose, spoil,       post,    ignore,    ignore,    ignore,   ignore,     ignore,  lose,   close),
    State.PRINTED:    (ignore,  spoil,       post,    come_back, ignore,    unposted, ignore,     ignore,  lose,   close),
    State.POSTED:     (ignore,  ignore,      correct, come_back, ignore,    ignore,   stands,     stands,  ignore, ignore),
    State.RETURNED:   (ignore,  spoil,       ignore,  ignore,    ignore,    ignore,   repost,     destroy, ignore, destroy),
    State.REPOSTING:  (ignore,  spoil,       post,    ignore,    ignore,    ignore,   stands,     stands,  ignore, close),
    State.DESTROYING: (ignore,  ignore,      ignore,  ignore,    destroyed, ignore,   stands,     stands,  ignore, undestroyed),
    State.DESTROYED:  (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   stands,     stands,  ignore, ignore),
    State.LOST:       (enclose, spoil,       post,    come_back, destroyed, ignore,   stands,     stands,  ignore, ignore),
    State.SPOILED:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   stands,     stands,  ignore, ignore),
    State.CANCELLED:  (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, ignore),
    State.EXPIRED:    (ignore,  ignore,      ignore,  ignore,    ignore,    ignore,   ignore,     ignore,  ignore, ignore),
}

_DESK_EVENTS = (
    ev.StopAsked, ev.PrintWithheld, ev.FoundPrinted, ev.FoundUnprinted, ev.RefundGranted, ev.PartRefundGranted,
)
_DESK: Mapping[State, tuple[Action, ...]] = {
    #                 erasure:   stop was  a person says  a person says    an admin        an admin
    #                 stop it    first     printed        not printed      refunds         refunds
    #                                                                                      a part
    State.LINKING:    (drop,      ignore,   ignore,        ignore,          ignore,         ignore),
    State.AWAITING:   (drop,      ignore,   ignore,        ignore,          ignore,         ignore),
    State.HELD:       (drop_paid, ignore,   ignore,        ignore,          drop_paid,      ignore),
    State.QUEUED:     (drop_paid, ignore,   found_printed, found_unprinted, drop_paid,      grant_less),
    State.PRINTING:   (stop,      withhold, found_printed, found_unprinted, stop,           grant_less),
    State.STUCK:      (stop,      withhold, found_printed, found_unprinted, stop,           grant_less),
    State.DISPATCHED: (ignore,    ignore,   ignore,        ignore,          ignore,         grant_less),
    State.ERASED:     (ignore,    ignore,   ignore,        ignore,          ignore,         grant_less),
    State.OVERDUE:    (ignore,    ignore,   ignore,        ignore,          ignore,         grant_less),
    State.PRINTED:    (ignore,    ignore,   ignore,        ignore,          ignore,         grant_less),
    State.POSTED:     (ignore,    ignore,   ignore,        ignore,          grant,          grant_part),
    State.RETURNED:   (ignore,    ignore,   ignore,        ignore,          grant_returned, grant_less),
    State.REPOSTING:  (ignore,    ignore,   ignore,        ignore,          ignore,         grant_less),
    State.DESTROYING: (ignore,    ignore,   ignore,        ignore,          grant,          grant_part),
    State.DESTROYED:  (ignore,    ignore,   ignore,        ignore,          grant,          grant_part),
    State.LOST:       (ignore,    ignore,   ignore,        ignore,          grant,          grant_part),
    State.SPOILED:    (ignore,    ignore,   ignore,        ignore,          ignore,         ignore),
    State.CANCELLED:  (ignore,    ignore,   ignore,        ignore,          ignore,         ignore),
    State.EXPIRED:    (ignore,    ignore,   ignore,        ignore,          ignore,         ignore),
}
# fmt: on

EVENTS = (*_PROMISE_EVENTS, *_PAPER_EVENTS, *_DESK_EVENTS)

TABLE: Mapping[tuple[State, type[ev.OrderEvent]], Action] = {
    (state, event): act
    for state in State
    for event, act in zip(EVENTS, (*_PROMISE[state], *_PAPER[state], *_DESK[state]), strict=True)
}

PAYABLE = frozenset({State.LINKING, State.AWAITING})
"""A payment counts: at its moment it is decided when the letter goes to the print room."""

OVER = frozenset({State.POSTED, State.DESTROYED, State.LOST, State.SPOILED, State.CANCELLED, State.EXPIRED})
"""An order is done: nobody owes the sender a step any more. A posted letter may still come back,
and a lost one turn up."""


def advance(operator: Operator, standing: Standing, event: ev.OrderEvent, at: datetime) -> Turn[Standing]:
    """One event of one order. An order that is not this person's, or does not exist, changes nothing."""
    order = standing.order(event.order)
    if order is None or (isinstance(event, ev.LatestEndPassed | ev.TrayOverdue) and _moved_on(order, event, at)):
        return Turn(standing)
    if isinstance(event, ev.PaymentSettled) and order.state in PAYABLE:
        order = replace(order, print_from=print_from(operator, order.posting_date, at))
    after, effects = TABLE[order.state, type(event)](order, event, at)
    if after.state is not order.state:
        after = replace(after, since=at)
    asked = with_invoices(operator, after, effects)
    replies = tuple(_worded(operator, standing, after, event, at, effect) for effect in asked)
    return Turn(standing if after is order else standing.with_order(after), replies)


def _moved_on(order: Order, event: ev.LatestEndPassed | ev.TrayOverdue, at: datetime) -> bool:
    """What was waited for has come since the round looked: a payment, a scan, an answer, or the dispatcher, who speaks to
    the print room at this moment and whose word decides."""
    at_the_sink = order.piece in AT_THE_SINK and order.lease_until is not None and at < order.lease_until
    return at_the_sink or event.since not in (None, order.since or order.created_at)


# Telling ------------------------------------------------------------------------------------------------------------


def _tell(order: Order, name: str) -> tuple[Effect, ...]:
    return (MailNews(order.id, name),)


def _tell_refund(order: Order, name: str) -> tuple[Effect, ...]:
    """News of the refund that was added last."""
    return (MailNews(order.id, name, len(order.refunds)),)


def _worded(
    operator: Operator, standing: Standing, order: Order, event: ev.OrderEvent, at: datetime, effect: Effect
) -> Effect:
    """News become a message in the chat; only a chat that cannot be reached gets them by mail (docs/design.md, "Limits")."""
    if not isinstance(effect, MailNews) or (standing.unreachable and standing.profile.email):
        return effect
    about = order.refunds[effect.refund - 1] if effect.refund else event
    words, buttons = NEWS[effect.news](operator, order, about, at)
    return Reply(words, buttons)
