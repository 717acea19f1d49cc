"""What each act of the order table does, effect by effect, in every case it knows: written by hand beside the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.wording.speak import words
from flows.core import events as ev
from flows.core.effects import (
    AcceptPayment,
    BringDraft,
    ClearOutbox,
    CloseLink,
    Effect,
    ForgetInvoice,
    IssueInvoice,
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
from flows.core.state import Order, Profile, Refunded, Standing, State
from flows.invoice.document import InvoiceKind, InvoiceLine
from flows.order import order
from flows.words.text import Kurus
from tests.dialogue import operator

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)
SOON = NOW + timedelta(minutes=5)
ID, LETTER = "1" * 32, "2" * 32
PRICE = Kurus(9600)


@dataclass(frozen=True)
class Case:
    """An order in a state (with `has`), what happens to it, how it stands afterwards, and all that is done.

    becomes: the fields that change; none where the very same order stays."""

    state: State
    event: ev.OrderEvent
    becomes: Mapping[str, Any] = field(default_factory=dict)
    done: tuple[Effect, ...] = ()
    has: Mapping[str, Any] = field(default_factory=dict)


def promise(state: State, **has: Any) -> Order:
    kept = {"number": "MX000123", "since": EARLIER} | has
    return Order(ID, state, PRICE, LETTER, "ab" * 32, 1, 1, "taahhutlu", EARLIER, **kept)


def news(name: str, refund: int = 0) -> MailNews:
    """refund: which of the order's refunds they are about, counted from 1."""
    return MailNews(ID, name, refund)


def played(case: Case) -> tuple[Order, Order, tuple[Effect, ...]]:
    """(before, after, done) for a sender whose chat cannot be reached: there news are told by name."""
    before = promise(case.state, **case.has)
    profile = Profile(email="a@example.com")
    standing = Standing(ev.Person("telegram", "1"), profile=profile, orders=(before,), unreachable=True)
    turn = order.advance(operator(), standing, case.event, NOW)
    (after,) = turn.standing.orders
    return before, after, turn.effects


PAID = {"payment": "pay-1", "paid": PRICE, "paid_at": EARLIER}
READY = {**PAID, "piece": "ready"}
LEASED = {**PAID, "piece": "leased", "lease_token": "lease-1", "lease_until": SOON}
WAITS = {**LEASED, "piece": "needs_human"}
ALL = Refunded("pay-1", PRICE)
SECOND = Refunded("pay-2", PRICE)
GIVEN_BACK = {**PAID, "refunds": (ALL,)}
BACK = Refund(ID, "pay-1", PRICE)
GONE = {"state": State.CANCELLED, "piece": "", "stopping": False, "refunds": (ALL,)}
SHREDDED = ShredLetter(LETTER, ID)
SOLD = InvoiceLine("Mektup basımı ve postaya verilmesi (taahhütlü). Sipariş: MX000123", PRICE, 20)
INVOICED = IssueInvoice(ID, "MX000123", InvoiceKind.SALE, (SOLD,), operator().seller, "MPX", "", "pay-1", EARLIER)

TODAYS = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)  # 14.00 in Istanbul
QUEUED = {"state": State.QUEUED, "piece": "ready", "payment": "pay-1", "paid": PRICE, "paid_at": NOW}

MONEY = {
    "the payment page is open: its address is kept and told": Case(
        State.LINKING,
        ev.LinkOpened(ID, "https://odeme.example/1", SOON),
        {"state": State.AWAITING, "url": "https://odeme.example/1", "url_until": SOON},
        (news("link"),),
    ),
    "no page could be opened: the invoice's name and address go": Case(
        State.LINKING, ev.LinkRefused(ID), {"state": State.EXPIRED}, (ForgetInvoice(ID), news("no_link"))
    ),
    "exactly the price: accepted, printed from the cut-off on, and the page takes no more": Case(
        State.AWAITING,
        ev.PaymentSettled(ID, "pay-1", PRICE),
        {**QUEUED, "print_from": TODAYS},
        (AcceptPayment(ID, "pay-1", PRICE, held=False), QueueForPrint(ID, TODAYS), CloseLink(ID), news("paid")),
    ),
    "exactly the price, for a day of one's own: printed from that day's cut-off on": Case(
        State.AWAITING,
        ev.PaymentSettled(ID, "pay-1", PRICE),
        {**QUEUED, "print_from": datetime(2026, 12, 24, 11, 0, tzinfo=UTC)},
        (
            AcceptPayment(ID, "pay-1", PRICE, held=False),
            QueueForPrint(ID, datetime(2026, 12, 24, 11, 0, tzinfo=UTC)),
            CloseLink(ID),
            news("paid"),
        ),
        has={"posting_date": date(2026, 12, 24)},
    ),
    **{
        f"{how}: held for a person, not printed": Case(
            State.AWAITING,
            ev.PaymentSettled(ID, "pay-1", amount, currency),
            {"state": State.HELD, "payment": "pay-1", "paid": amount, "currency": currency, "paid_at": NOW},
            (AcceptPayment(ID, "pay-1", amount, held=True, currency=currency), CloseLink(ID), news(told)),
        )
        for how, amount, currency, told in (
            ("a kuruş too little", Kurus(9599), "TRY", "held"),
            ("a kuruş too much", Kurus(9601), "TRY", "held"),
            ("the right figure in another currency", PRICE, "EUR", "held_foreign"),
        )
    },
    "paid a second time: the second goes back, held until then, and the first is not touched": Case(
        State.QUEUED,
        ev.PaymentSettled(ID, "pay-2", PRICE),
        {"refunds": (SECOND,)},
        (AcceptPayment(ID, "pay-2", PRICE, held=True), news("given_back", 1), Refund(ID, "pay-2", PRICE)),
        has=READY,
    ),
    "paid a third time: it goes back as the second did": Case(
        State.QUEUED,
        ev.PaymentSettled(ID, "pay-3", Kurus(100)),
        {"refunds": (SECOND, Refunded("pay-3", Kurus(100)))},
        (AcceptPayment(ID, "pay-3", Kurus(100), held=True), news("given_back", 2), Refund(ID, "pay-3", Kurus(100))),
        has={**READY, "refunds": (SECOND,)},
    ),
    "paid after the link has expired: it goes back and nothing is printed": Case(
        State.EXPIRED,
        ev.PaymentSettled(ID, "pay-1", PRICE),
        {"refunds": (ALL,)},
        (AcceptPayment(ID, "pay-1", PRICE, held=True), news("given_back", 1), BACK),
    ),
    "the payment that counts, told again": Case(State.QUEUED, ev.PaymentSettled(ID, "pay-1", PRICE), has=READY),
    "a payment that went back, told again": Case(
        State.QUEUED, ev.PaymentSettled(ID, "pay-2", PRICE), has={**READY, "refunds": (SECOND,)}
    ),
    "a payment is declined: the same button stays open": Case(
        State.AWAITING, ev.PaymentDeclined(ID), done=(news("declined"),)
    ),
    "the link has run out: the invoice's name and address go": Case(
        State.AWAITING, ev.LinkExpired(ID), {"state": State.EXPIRED}, (ForgetInvoice(ID), news("expired"))
    ),
    "the institution has closed the page before its time: another can be asked for": Case(
        State.AWAITING,
        ev.LinkExpired(ID, closed=True),
        {"state": State.EXPIRED},
        (ForgetInvoice(ID), news("link_closed")),
    ),
    "the institution has closed the page of a paid order, as we had asked": Case(
        State.QUEUED, ev.LinkExpired(ID, closed=True), has=READY
    ),
    "a page that opens after the order was cancelled is closed": Case(
        State.CANCELLED, ev.LinkOpened(ID, "https://odeme.example/1", SOON), done=(CloseLink(ID),)
    ),
    "a refund has arrived": Case(
        State.CANCELLED, ev.RefundSettled(ID, "pay-1", PRICE), done=(news("refunded", 1),), has=GIVEN_BACK
    ),
    "a refund that nobody asked for is told to nobody": Case(
        State.CANCELLED, ev.RefundSettled(ID, "pay-2", PRICE), has=GIVEN_BACK
    ),
}

IYZICO = {**READY, "provider": "iyzico"}
PARTLY = Refunded("pay-1", Kurus(1250))
LAST = Refunded("pay-1", Kurus(8350), nth=2)

INSTITUTIONS = {
    "the institution is kept with its payment": Case(
        State.AWAITING,
        ev.PaymentSettled(ID, "1", PRICE, provider="iyzico"),
        {**QUEUED, "payment": "1", "provider": "iyzico", "print_from": TODAYS},
        (AcceptPayment(ID, "1", PRICE, provider="iyzico"), QueueForPrint(ID, TODAYS), CloseLink(ID), news("paid")),
    ),
    "another institution gives the same number to a second payment: that one goes back to where it came from": Case(
        State.QUEUED,
        ev.PaymentSettled(ID, "pay-1", PRICE, provider="paytr"),
        {"refunds": (Refunded("pay-1", PRICE, "paytr"),)},
        (
            AcceptPayment(ID, "pay-1", PRICE, held=True, provider="paytr"),
            news("given_back", 1),
            Refund(ID, "pay-1", PRICE, "paytr"),
        ),
        has=IYZICO,
    ),
    "the same payment of the same institution, told again": Case(
        State.QUEUED, ev.PaymentSettled(ID, "pay-1", PRICE, provider="iyzico"), has=IYZICO
    ),
    "an order of before institutions were kept is told of its payment again": Case(
        State.QUEUED, ev.PaymentSettled(ID, "pay-1", PRICE, provider="iyzico"), has=READY
    ),
    "cancelled: the price goes back at the institution that has it": Case(
        State.QUEUED,
        ev.OrderCancelled(ID),
        {**GONE, "refunds": (Refunded("pay-1", PRICE, "iyzico"),)},
        (SHREDDED, news("cancelled_paid", 1), Refund(ID, "pay-1", PRICE, "iyzico")),
        has=IYZICO,
    ),
    "a second payment in another currency goes back in it": Case(
        State.QUEUED,
        ev.PaymentSettled(ID, "pay-2", PRICE, "EUR", "iyzico"),
        {"refunds": (Refunded("pay-2", PRICE, "iyzico", currency="EUR"),)},
        (
            AcceptPayment(ID, "pay-2", PRICE, held=True, provider="iyzico", currency="EUR"),
            news("given_back", 1),
            Refund(ID, "pay-2", PRICE, "iyzico"),
        ),
        has=IYZICO,
    ),
    "a refund of the other institution's payment of this number has arrived": Case(
        State.CANCELLED,
        ev.RefundSettled(ID, "pay-1", PRICE, "paytr"),
        done=(news("refunded", 2),),
        has={"refunds": (Refunded("pay-1", PRICE, "iyzico"), Refunded("pay-1", PRICE, "paytr"))},
    ),
}

PARTS = {
    "an admin gives a part back before the letter is printed: it is printed all the same": Case(
        State.QUEUED,
        ev.PartRefundGranted(ID, "goodwill", Kurus(1250), 1),
        {"refunds": (PARTLY,)},
        (news("granted_part", 1), Refund(ID, "pay-1", Kurus(1250))),
        has=READY,
    ),
    "another part: the second of this payment": Case(
        State.POSTED,
        ev.PartRefundGranted(ID, "delay", Kurus(100), 2),
        {"refunds": (PARTLY, Refunded("pay-1", Kurus(100), nth=2))},
        (news("granted_part", 2), Refund(ID, "pay-1", Kurus(100), nth=2)),
        has={**PAID, "refunds": (PARTLY,)},
    ),
    "a part that comes a second time, of two admins at once": Case(
        State.POSTED, ev.PartRefundGranted(ID, "delay", Kurus(1250), 1), has={**PAID, "refunds": (PARTLY,)}
    ),
    "a kuruş more than is left": Case(
        State.POSTED, ev.PartRefundGranted(ID, "delay", Kurus(8351), 2), has={**PAID, "refunds": (PARTLY,)}
    ),
    "all that is left, of a posted letter": Case(
        State.POSTED,
        ev.PartRefundGranted(ID, "delay", Kurus(8350), 2),
        {"refunds": (PARTLY, LAST)},
        (news("granted_part", 2), Refund(ID, "pay-1", Kurus(8350), nth=2)),
        has={**PAID, "refunds": (PARTLY,)},
    ),
    "all that is left, of a letter that is still to be printed: it would be sent for nothing": Case(
        State.QUEUED, ev.PartRefundGranted(ID, "delay", Kurus(8350), 2), has={**READY, "refunds": (PARTLY,)}
    ),
    "nothing at all": Case(State.POSTED, ev.PartRefundGranted(ID, "delay", Kurus(0), 1), has=PAID),
    "less than nothing": Case(State.POSTED, ev.PartRefundGranted(ID, "delay", Kurus(-1), 1), has=PAID),
    "a part of what is held for a person": Case(
        State.HELD, ev.PartRefundGranted(ID, "delay", Kurus(1), 1), has={**PAID, "paid": Kurus(9599)}
    ),
    "cancelled after a part went back: the rest goes back": Case(
        State.QUEUED,
        ev.OrderCancelled(ID),
        {**GONE, "refunds": (PARTLY, LAST)},
        (SHREDDED, news("cancelled_paid", 2), Refund(ID, "pay-1", Kurus(8350), nth=2)),
        has={**READY, "refunds": (PARTLY,)},
    ),
    "an admin gives the whole price back after a part of it: the rest goes back": Case(
        State.POSTED,
        ev.RefundGranted(ID, "lost"),
        {"refunds": (PARTLY, LAST)},
        (news("granted", 2), Refund(ID, "pay-1", Kurus(8350), nth=2)),
        has={**PAID, "refunds": (PARTLY,)},
    ),
    "never found after a part went back: the rest goes back": Case(
        State.OVERDUE,
        ev.LetterLost(ID),
        {"refunds": (PARTLY, LAST)},
        (news("lost", 2), Refund(ID, "pay-1", Kurus(8350), nth=2)),
        has={**PAID, "refunds": (PARTLY,)},
    ),
    "nothing is left for the whole refund": Case(
        State.POSTED, ev.RefundGranted(ID, "lost"), has={**PAID, "refunds": (PARTLY, LAST)}
    ),
    "the second part has arrived": Case(
        State.POSTED,
        ev.RefundSettled(ID, "pay-1", Kurus(8350), nth=2),
        done=(news("refunded", 2),),
        has={**PAID, "refunds": (PARTLY, LAST)},
    ),
}

HELD = {
    "in another currency, cancelled: it goes back": Case(
        State.HELD,
        ev.OrderCancelled(ID),
        {**GONE, "refunds": (Refunded("pay-1", PRICE, currency="EUR"),)},
        (SHREDDED, news("cancelled_paid", 1), BACK),
        has={**PAID, "currency": "EUR"},
    ),
}

CANCELLING = {
    "before paying: letter, link and the invoice's name go": Case(
        State.AWAITING,
        ev.OrderCancelled(ID),
        {"state": State.CANCELLED},
        (SHREDDED, ForgetInvoice(ID), CloseLink(ID), news("cancelled")),
    ),
    "before paying, by an erasure: the same": Case(
        State.AWAITING,
        ev.StopAsked(ID),
        {"state": State.CANCELLED},
        (SHREDDED, ForgetInvoice(ID), CloseLink(ID), news("cancelled")),
    ),
    "because the letter was edited: its words stay with the draft": Case(
        State.AWAITING,
        ev.OrderCancelled(ID, "edited"),
        {"state": State.CANCELLED},
        (ForgetInvoice(ID), CloseLink(ID), news("voided")),
    ),
    "paid, not claimed: the letter goes and the whole price goes back": Case(
        State.QUEUED, ev.OrderCancelled(ID), GONE, (SHREDDED, news("cancelled_paid", 1), BACK), has=READY
    ),
    "a wrong amount was paid: exactly that goes back": Case(
        State.HELD,
        ev.OrderCancelled(ID),
        {**GONE, "refunds": (Refunded("pay-1", Kurus(9599)),)},
        (SHREDDED, news("cancelled_paid", 1), Refund(ID, "pay-1", Kurus(9599))),
        has={**PAID, "paid": Kurus(9599)},
    ),
    "paid twice before: both refunds are remembered": Case(
        State.QUEUED,
        ev.OrderCancelled(ID),
        {**GONE, "refunds": (SECOND, ALL)},
        (SHREDDED, news("cancelled_paid", 2), BACK),
        has={**READY, "refunds": (SECOND,)},
    ),
    "an admin refunds a letter that is not claimed: it is cancelled": Case(
        State.QUEUED, ev.RefundGranted(ID, "goodwill"), GONE, (SHREDDED, news("cancelled_paid", 1), BACK), has=READY
    ),
    "in the queue, but it may have been printed before a backup was put back: a person looks first": Case(
        State.QUEUED,
        ev.OrderCancelled(ID),
        {"stopping": True},
        (StopPrint(ID), news("stopping_by_hand")),
        has={**READY, "piece": "needs_human"},
    ),
    **{
        f"on its way to the print room, its piece {piece}: stopped, and the dispatcher's next word decides": Case(
            State.PRINTING,
            ev.OrderCancelled(ID),
            {"stopping": True},
            (StopPrint(ID), news("stopping")),
            has={**LEASED, "piece": piece},
        )
        for piece in ("leased", "submitting", "submitted")
    },
    "on its way, and nobody knows whether the print room has it: a person looks first": Case(
        State.STUCK, ev.OrderCancelled(ID), {"stopping": True}, (StopPrint(ID), news("stopping_by_hand")), has=WAITS
    ),
    "cancelled again while it is being stopped: its sender hears it again": Case(
        State.PRINTING, ev.OrderCancelled(ID), done=(news("stopping"),), has={**LEASED, "stopping": True}
    ),
    "the print room has it: too late": Case(
        State.DISPATCHED, ev.OrderCancelled(ID), done=(news("too_late"),), has={**PAID, "piece": "cleared"}
    ),
    "its sender keeps the letter of an unpaid order: the words stay, and so does their key": Case(
        State.AWAITING,
        ev.OrderCancelled(ID, "kept"),
        {"state": State.CANCELLED},
        (ForgetInvoice(ID), CloseLink(ID), BringDraft(ID, LETTER), news("cancelled_kept")),
    ),
    "its sender keeps the letter of a paid order: it leaves the print outbox, and the whole price goes back": Case(
        State.QUEUED,
        ev.OrderCancelled(ID, "kept"),
        GONE,
        (WithdrawPrint(ID), BringDraft(ID, LETTER), news("cancelled_paid", 1), BACK),
        has=READY,
    ),
    "it was cancelled already": Case(State.CANCELLED, ev.OrderCancelled(ID), done=(news("was_cancelled"),)),
    **{
        f"stopped while its piece is {piece}: the dispatcher's next word decides": Case(
            State.PRINTING,
            ev.StopAsked(ID),
            {"stopping": True},
            (StopPrint(ID), news("stopping")),
            has={**LEASED, "piece": piece},
        )
        for piece in ("leased", "submitting", "submitted")
    },
    "stopped while it is being submitted, and its lease is nobody's: it may be in the tray, so the same": Case(
        State.PRINTING,
        ev.StopAsked(ID),
        {"stopping": True},
        (StopPrint(ID), news("stopping")),
        has={**LEASED, "piece": "submitting", "lease_token": ""},
    ),
    "stopped when its lease was given back: stopped now": Case(
        State.PRINTING,
        ev.StopAsked(ID),
        GONE,
        (SHREDDED, news("stopped", 1), BACK),
        has={**LEASED, "lease_token": ""},
    ),
    "stopped when it waits to be printed again: stopped now": Case(
        State.PRINTING, ev.StopAsked(ID), GONE, (SHREDDED, news("stopped", 1), BACK), has={**LEASED, "piece": "ready"}
    ),
    "stopped while it waits for a person: they look first": Case(
        State.STUCK, ev.StopAsked(ID), {"stopping": True}, (StopPrint(ID), news("stopping_by_hand")), has=WAITS
    ),
    "stopped twice: once": Case(State.PRINTING, ev.StopAsked(ID), has={**LEASED, "stopping": True}),
    "an admin refunds while the print room has it: it is stopped": Case(
        State.PRINTING,
        ev.RefundGranted(ID, "goodwill"),
        {"stopping": True},
        (StopPrint(ID), news("stopping")),
        has=LEASED,
    ),
    "withheld: the stop was first, the whole price goes back": Case(
        State.PRINTING,
        ev.PrintWithheld(ID, "lease-1"),
        GONE,
        (SHREDDED, news("stopped", 1), BACK),
        has={**LEASED, "stopping": True},
    ),
    "withheld by a dispatcher whose lease is over": Case(
        State.PRINTING, ev.PrintWithheld(ID, "lease-0"), has={**LEASED, "stopping": True}
    ),
    "withheld although nobody stopped it: the lease was lost": Case(
        State.PRINTING, ev.PrintWithheld(ID, "lease-1"), has=LEASED
    ),
}

CLAIM = ev.PrintClaimed(ID, "lease-2", NOW + timedelta(minutes=15))
TAKEN = {"lease_token": "lease-2", "lease_until": NOW + timedelta(minutes=15)}
LEASE = LeasePrint(ID, "lease-2", NOW + timedelta(minutes=15))
TRAY = ev.LetterDispatched(ID, "lease-1", "folder", "tray/1")
HANDED_OVER = {"state": State.DISPATCHED, "piece": "cleared", "stopping": False, "dispatched_at": NOW}

PRINTING = {
    "a dispatcher claims it: it is on its way, and its sender hears nothing yet": Case(
        State.QUEUED, CLAIM, {"state": State.PRINTING, "piece": "leased", **TAKEN}, (LEASE,), has=READY
    ),
    "a second dispatcher, a moment before the lease is over": Case(
        State.PRINTING, CLAIM, has={**LEASED, "lease_until": NOW + timedelta(microseconds=1)}
    ),
    "a second dispatcher, at the moment the lease is over: it takes over, and the sender hears nothing": Case(
        State.PRINTING, CLAIM, TAKEN, (LEASE,), has={**LEASED, "lease_until": NOW}
    ),
    "a piece that nobody has leased": Case(
        State.PRINTING, CLAIM, TAKEN, (LEASE,), has={**LEASED, "lease_token": "", "lease_until": None}
    ),
    **{
        f"taken over while it was {piece}: it stays {piece}, so that the next one looks for it at the sink": Case(
            State.PRINTING, CLAIM, TAKEN, (LEASE,), has={**LEASED, "piece": piece, "lease_until": EARLIER}
        )
        for piece in ("submitting", "submitted")
    },
    **{
        f"taken over while its piece was {piece}: it is leased": Case(
            State.STUCK,
            CLAIM,
            {**TAKEN, "piece": "leased"},
            (LEASE,),
            has={**WAITS, "piece": piece, "lease_until": EARLIER},
        )
        for piece in ("ready", "needs_human")
    },
    "the printer gives no answer: a person must look, and the sender hears nothing": Case(
        State.PRINTING,
        ev.PrintStuck(ID, "lease-1"),
        {"state": State.STUCK, "piece": "needs_human"},
        (ParkPrint(ID, "lease-1"),),
        has=LEASED,
    ),
    "the printer gives no answer after a stop: the sender hears that a person looks": Case(
        State.PRINTING,
        ev.PrintStuck(ID, "lease-1"),
        {"state": State.STUCK, "piece": "needs_human"},
        (ParkPrint(ID, "lease-1"), news("stopping_by_hand")),
        has={**LEASED, "stopping": True},
    ),
    "tried again and stuck again": Case(
        State.STUCK,
        ev.PrintStuck(ID, "lease-1"),
        {"piece": "needs_human"},
        (ParkPrint(ID, "lease-1"),),
        has=LEASED,
    ),
    "stuck, says a dispatcher whose lease is over": Case(State.PRINTING, ev.PrintStuck(ID, "lease-0"), has=LEASED),
    "stuck, told twice": Case(State.STUCK, ev.PrintStuck(ID, "lease-1"), has=WAITS),
    "the sink has it: the outbox row is cleared, and now the sender hears where the letter is": Case(
        State.PRINTING,
        TRAY,
        HANDED_OVER,
        (ClearOutbox(ID, "lease-1", "folder", "tray/1"), INVOICED, news("printing")),
        has=LEASED,
    ),
    "the sink had it before the stop: nothing is being stopped any more, and the sender hears it": Case(
        State.PRINTING,
        TRAY,
        HANDED_OVER,
        (ClearOutbox(ID, "lease-1", "folder", "tray/1"), INVOICED, news("stop_lost")),
        has={**LEASED, "stopping": True},
    ),
    "the sink has it after all, while a person was to look": Case(
        State.STUCK,
        TRAY,
        HANDED_OVER,
        (ClearOutbox(ID, "lease-1", "folder", "tray/1"), INVOICED, news("printing")),
        has=WAITS,
    ),
    "handed over, says a dispatcher whose lease is over": Case(
        State.PRINTING, ev.LetterDispatched(ID, "lease-0", "folder", "tray/1"), has=LEASED
    ),
    "a person has found it at the printer: handed over without a receipt": Case(
        State.STUCK,
        ev.FoundPrinted(ID),
        HANDED_OVER,
        (ClearOutbox(ID, "lease-1", "person", ""), INVOICED, news("printing")),
        has=WAITS,
    ),
    "a person has found it, and the sender wanted it stopped": Case(
        State.STUCK,
        ev.FoundPrinted(ID),
        HANDED_OVER,
        (ClearOutbox(ID, "lease-1", "person", ""), INVOICED, news("stop_lost")),
        has={**WAITS, "stopping": True},
    ),
    "found, while nobody was asked to look": Case(State.PRINTING, ev.FoundPrinted(ID), has=LEASED),
    "a person has not found it: printed again, by whoever claims it": Case(
        State.STUCK,
        ev.FoundUnprinted(ID),
        {"piece": "ready", "lease_token": "", "lease_until": None},
        (RequeuePrint(ID),),
        has=WAITS,
    ),
    "a person has not found it, and the sender wanted it stopped": Case(
        State.STUCK,
        ev.FoundUnprinted(ID),
        GONE,
        (SHREDDED, news("stopped", 1), BACK),
        has={**WAITS, "stopping": True},
    ),
    "not found, while nobody was asked to look": Case(State.PRINTING, ev.FoundUnprinted(ID), has=LEASED),
    "its key is destroyed: the sender hears it": Case(
        State.DISPATCHED, ev.LetterShredded(ID), {"state": State.ERASED}, (news("erased"),)
    ),
    "its key is destroyed after the scan: the sender hears it, and the state stays": Case(
        State.PRINTED, ev.LetterShredded(ID), done=(news("erased"),)
    ),
}

ENVELOPED = (
    RecordScan(ID, "printed"),
    RemoveFromTray(ID),
    SetTimer("unposted", order.silence_mark(promise(State.DISPATCHED), NOW), timedelta(days=7)),
)
TRACKED = RecordScan(ID, "posted", "RR1")

PAPER = {
    "in its envelope: the print room's copy goes, and it is to be posted within a week": Case(
        State.DISPATCHED, ev.LetterPrinted(ID), {"state": State.PRINTED}, ENVELOPED
    ),
    "spoiled while its file is in the tray: printed again, the promise stands": Case(
        State.DISPATCHED, ev.LetterSpoiled(ID), done=(RecordScan(ID, "spoiled"),)
    ),
    "spoiled when its file is gone: the whole price goes back": Case(
        State.PRINTED,
        ev.LetterSpoiled(ID),
        {"state": State.SPOILED, "refunds": (SECOND, ALL)},
        (RecordScan(ID, "spoiled"), news("spoiled", 2), BACK),
        has={**PAID, "refunds": (SECOND,)},
    ),
    "spoiled when its file and its price are gone already: told, and nothing goes back twice": Case(
        State.PRINTED,
        ev.LetterSpoiled(ID),
        {"state": State.SPOILED},
        (RecordScan(ID, "spoiled"), news("stands")),
        has=GIVEN_BACK,
    ),
    "posted": Case(
        State.PRINTED,
        ev.LetterPosted(ID, "RR1"),
        {"state": State.POSTED, "tracking": "RR1"},
        (TRACKED, news("posted")),
    ),
    **{
        f"posted, its scan “printed” forgotten while it was {state}: the print room's copy goes now": Case(
            state,
            ev.LetterPosted(ID, "RR1"),
            {"state": State.POSTED, "tracking": "RR1"},
            (TRACKED, RemoveFromTray(ID), news("posted")),
        )
        for state in (State.DISPATCHED, State.ERASED)
    },
    "posted after its week in the tray: that file is gone already": Case(
        State.OVERDUE,
        ev.LetterPosted(ID, "RR1"),
        {"state": State.POSTED, "tracking": "RR1"},
        (TRACKED, news("posted")),
    ),
    "posted again: why it came back is forgotten": Case(
        State.REPOSTING,
        ev.LetterPosted(ID, "RR2"),
        {"state": State.POSTED, "tracking": "RR2", "reason": ""},
        (RecordScan(ID, "posted", "RR2"), news("posted")),
        has={"tracking": "RR1", "reason": "moved"},
    ),
    "another tracking number: the first was read wrongly": Case(
        State.POSTED,
        ev.LetterPosted(ID, "RR2"),
        {"tracking": "RR2"},
        (RecordScan(ID, "posted", "RR2"), news("posted")),
        has={"tracking": "RR1"},
    ),
    "the same tracking number, scanned twice": Case(State.POSTED, ev.LetterPosted(ID, "RR1"), has={"tracking": "RR1"}),
    "it came back: the sender has thirty days to decide": Case(
        State.POSTED,
        ev.LetterReturned(ID, "moved"),
        {"state": State.RETURNED, "reason": "moved"},
        (
            RecordScan(ID, "returned", reason="moved"),
            news("returned"),
            SetTimer("return", f"{ID}:2026-11-23T09:00:00+00:00", timedelta(days=30)),
        ),
        has={"tracking": "RR1"},
    ),
    "the sender wants it posted again": Case(
        State.RETURNED, ev.RepostAsked(ID), {"state": State.REPOSTING}, (news("reposting"),)
    ),
    "the sender wants it destroyed": Case(
        State.RETURNED, ev.DestructionAsked(ID), {"state": State.DESTROYING}, (news("destroying"),)
    ),
    "a month of silence destroys it": Case(
        State.RETURNED, ev.DestructionAsked(ID, "silence"), {"state": State.DESTROYING}, (news("destroying"),)
    ),
    "it is destroyed unopened": Case(
        State.DESTROYING,
        ev.LetterDestroyed(ID),
        {"state": State.DESTROYED},
        (RecordScan(ID, "destroyed"), news("destroyed")),
    ),
    "a week in the tray: its file goes, and the sender hears until when it is looked for": Case(
        State.ERASED,
        ev.TrayOverdue(ID),
        {"state": State.OVERDUE},
        (
            RecordScan(ID, "overdue"),
            RemoveFromTray(ID),
            news("unscanned"),
            SetTimer("lost", order.silence_mark(promise(State.ERASED), NOW), timedelta(days=7)),
        ),
    ),
    "a week in its envelope and not posted: the sender hears until when it is looked for": Case(
        State.PRINTED,
        ev.TrayOverdue(ID),
        done=(
            news("unscanned"),
            SetTimer("lost", order.silence_mark(promise(State.PRINTED), EARLIER), timedelta(days=7)),
        ),
    ),
    **{
        f"looked for in vain, {state}: the whole price goes back": Case(
            state, ev.LetterLost(ID), {"refunds": (ALL,)}, (news("lost", 1), BACK), has=PAID
        )
        for state in (State.OVERDUE, State.PRINTED)
    },
    **{
        f"nothing has come of the payment of an order that is {state}: closed, with its page": Case(
            state,
            ev.LatestEndPassed(ID),
            {"state": State.EXPIRED},
            (ForgetInvoice(ID), CloseLink(ID), news("unanswered")),
        )
        for state in (State.LINKING, State.AWAITING)
    },
    "a month held: what was paid goes back, and the letter is destroyed": Case(
        State.HELD, ev.LatestEndPassed(ID), GONE, (SHREDDED, news("unsettled", 1), BACK), has=PAID
    ),
    "a month queued: the price goes back, and the letter is destroyed": Case(
        State.QUEUED, ev.LatestEndPassed(ID), GONE, (SHREDDED, news("unprinted", 1), BACK), has=READY
    ),
    **{
        f"a month {state} for a person: the price goes back, and no copy is left to print": Case(
            state,
            ev.LatestEndPassed(ID),
            {"state": State.LOST, "piece": "", "stopping": False, "refunds": (ALL,)},
            (SHREDDED, RemoveFromTray(ID), news("lost", 1), BACK),
            has={**WAITS, "stopping": stopping},
        )
        for state, stopping in ((State.QUEUED, False), (State.PRINTING, False), (State.STUCK, True))
    },
    **{
        f"no scan of a letter that is {state}: its file goes, the price too, and the order is closed": Case(
            state,
            ev.LatestEndPassed(ID),
            {"state": State.LOST, "refunds": (ALL,)},
            (RemoveFromTray(ID), news("lost", 1), BACK),
            has=PAID,
        )
        for state in (State.DISPATCHED, State.ERASED)
    },
    **{
        f"no scan of a letter that is {state}: the price goes back, and the order is closed": Case(
            state,
            ev.LatestEndPassed(ID),
            {"state": State.LOST, "refunds": (ALL,)},
            (news("lost", 1), BACK),
            has=PAID,
        )
        for state in (State.OVERDUE, State.PRINTED, State.REPOSTING)
    },
    "looked for in vain, refunded, and never found: closed": Case(
        State.OVERDUE, ev.LatestEndPassed(ID), {"state": State.LOST}, (news("closed"),), has=GIVEN_BACK
    ),
    "a month back and nothing decided: destroyed unopened, as after a silent month": Case(
        State.RETURNED, ev.LatestEndPassed(ID), {"state": State.DESTROYING}, (news("destroying"),)
    ),
    "nobody says that it was destroyed: closed, and said so": Case(
        State.DESTROYING, ev.LatestEndPassed(ID), {"state": State.LOST}, (news("undestroyed"),), has=PAID
    ),
    "found unprinted by a person and never taken since: its price goes back, and nobody looks for it": Case(
        State.STUCK, ev.LatestEndPassed(ID), GONE, (SHREDDED, news("unprinted", 1), BACK), has=READY
    ),
    **{
        f"its latest end comes while the print room is spoken to, {piece}: the dispatcher's word decides": Case(
            state, ev.LatestEndPassed(ID), has={**LEASED, "piece": piece}
        )
        for state, piece in ((State.PRINTING, "submitting"), (State.STUCK, "submitting"), (State.PRINTING, "submitted"))
    },
    "its dispatcher has fallen silent: it ends all the same": Case(
        State.PRINTING,
        ev.LatestEndPassed(ID),
        {"state": State.LOST, "piece": "", "refunds": (ALL,)},
        (SHREDDED, RemoveFromTray(ID), news("lost", 1), BACK),
        has={**LEASED, "piece": "submitting", "lease_until": NOW},
    ),
    "the end of this very stay": Case(
        State.RETURNED,
        ev.LatestEndPassed(ID, EARLIER),
        {"state": State.DESTROYING},
        (news("destroying"),),
        has={"since": EARLIER},
    ),
    "the end of the state that it is in since it was created": Case(
        State.AWAITING,
        ev.LatestEndPassed(ID, promise(State.AWAITING).created_at),
        {"state": State.EXPIRED},
        (ForgetInvoice(ID), CloseLink(ID), news("unanswered")),
        has={"since": None},
    ),
    "the end of a stay that is over: it has moved on meanwhile": Case(
        State.REPOSTING, ev.LatestEndPassed(ID, EARLIER), has={**PAID, "since": NOW}
    ),
    "a week in the tray, but scanned at this moment": Case(
        State.PRINTED, ev.TrayOverdue(ID, EARLIER), has={**PAID, "since": NOW}
    ),
    **{
        f"nothing ends twice: {state}": Case(state, ev.LatestEndPassed(ID), has=PAID)
        for state in (State.POSTED, State.DESTROYED, State.LOST, State.SPOILED, State.CANCELLED, State.EXPIRED)
    },
    "looked for in vain, and refunded before: once is enough": Case(State.OVERDUE, ev.LetterLost(ID), has=GIVEN_BACK),
    **{
        f"{what} when it is {state} already: its state is told": Case(state, event, done=(news("stands"),))
        for state in (State.POSTED, State.REPOSTING, State.DESTROYING, State.DESTROYED, State.SPOILED)
        for what, event in (
            ("to be posted again", ev.RepostAsked(ID)),
            ("to be destroyed", ev.DestructionAsked(ID)),
        )
    },
    "a month of silence about a letter that was decided on: nobody is told": Case(
        State.REPOSTING, ev.DestructionAsked(ID, "silence")
    ),
    "an admin refunds a posted letter: its road is not touched": Case(
        State.POSTED,
        ev.RefundGranted(ID, "lost"),
        {"refunds": (SECOND, ALL)},
        (news("granted", 2), BACK),
        has={**PAID, "refunds": (SECOND,)},
    ),
    "an admin refunds twice: once": Case(State.POSTED, ev.RefundGranted(ID, "lost"), has=GIVEN_BACK),
    "an admin refunds a letter that came back: it is destroyed": Case(
        State.RETURNED,
        ev.RefundGranted(ID, "lost"),
        {"state": State.DESTROYING, "refunds": (ALL,)},
        (news("granted", 1), BACK, news("destroying")),
        has=PAID,
    ),
    "an admin refunds a letter that came back and was refunded: it waits for its sender": Case(
        State.RETURNED, ev.RefundGranted(ID, "lost"), has=GIVEN_BACK
    ),
}

CASES = {
    f"{part}: {name}": case
    for part, cases in {
        "money": MONEY,
        "institutions": INSTITUTIONS,
        "parts": PARTS,
        "held": HELD,
        "cancelling": CANCELLING,
        "printing": PRINTING,
        "paper": PAPER,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", CASES)
def test_an_act_does_exactly_this(name: str) -> None:
    case = CASES[name]
    before, after, done = played(case)
    changed = {"since": NOW} if case.becomes.get("state", case.state) is not case.state else {}
    assert after == replace(before, **case.becomes, **changed)
    assert done == case.done
    assert (after is before) is (not case.becomes)


WHO_HEARS = {
    "in the chat, whoever can be reached there": (False, "a@example.com", Reply),
    "by mail, whoever cannot": (True, "a@example.com", MailNews),
    "in the chat, whoever has given us no mailbox: the messenger keeps trying": (True, "", Reply),
}


@pytest.mark.parametrize("name", WHO_HEARS)
def test_news_are_told(name: str) -> None:
    unreachable, email, told = WHO_HEARS[name]
    profile = Profile(email=email)
    standing = Standing(
        ev.Person("telegram", "1"), profile=profile, orders=(promise(State.AWAITING),), unreachable=unreachable
    )
    (effect,) = order.advance(operator(), standing, ev.PaymentDeclined(ID), NOW).effects
    assert type(effect) is told


SAID = {
    "the amount of the payment that does not fit, not the price": (
        State.AWAITING,
        ev.PaymentSettled(ID, "pay-1", Kurus(9599)),
        "Amount paid: 95.99 TL",
    ),
    "the amount that goes back, not the price": (
        State.QUEUED,
        ev.PaymentSettled(ID, "pay-2", Kurus(100)),
        "Amount: 1.00 TL",
    ),
    "the part that goes back, not the price": (
        State.POSTED,
        ev.PartRefundGranted(ID, "goodwill", Kurus(1250), 1),
        "Amount: 12.50 TL. Depending on your bank, the refund can take 1 to 10 working days",
    ),
    "that another currency is not lira": (
        State.AWAITING,
        ev.PaymentSettled(ID, "pay-1", PRICE, "EUR"),
        "in a currency other than Turkish lira",
    ),
    "the amount in its own currency": (
        State.AWAITING,
        ev.PaymentSettled(ID, "pay-1", PRICE, "EUR"),
        "Amount paid: 96.00 EUR",
    ),
    "when to expect it": (State.QUEUED, ev.OrderCancelled(ID), "1 to 10 working days to appear on your card"),
    "the order's number": (State.PRINTING, ev.OrderCancelled(ID), "Order: MX000123."),
    "the state it is in now": (State.REPOSTING, ev.RepostAsked(ID), "came back to us, will be posted again"),
    "the reason the post gives": (State.POSTED, ev.LetterReturned(ID, "moved"), "the addressee has moved"),
    "until when the link can be used": (State.AWAITING, ev.PaymentDeclined(ID), "23 November 2026, 12:00"),
}


@pytest.mark.parametrize("name", SAID)
def test_the_news_say(name: str) -> None:
    state, event, wanted = SAID[name]
    standing = Standing(ev.Person("telegram", "1"), orders=(promise(state, **PAID),))
    turn = order.advance(operator(), standing, event, NOW)
    (reply,) = (effect for effect in turn.effects if isinstance(effect, Reply))
    assert wanted in words(reply.text, "en").replace("\u00a0", " ")


def test_news_bring_their_buttons() -> None:
    standing = Standing(ev.Person("telegram", "1"), orders=(promise(State.LINKING),))
    turn = order.advance(operator(), standing, ev.LinkOpened(ID, "https://odeme.example/1", SOON), NOW)
    (reply,) = turn.effects
    assert isinstance(reply, Reply)
    ((pay,), (change, cancel)) = reply.buttons
    assert (change.action, change.lasting) == ("change", False)
    assert pay.url == "https://odeme.example/1"
    assert (cancel.action, cancel.value, cancel.lasting) == ("cancel_order", ID, True)


def test_where_nothing_changes_the_very_same_standing_is_left() -> None:
    standing = Standing(ev.Person("telegram", "1"), orders=(promise(State.QUEUED, **READY),))
    assert order.advance(operator(), standing, ev.PaymentSettled(ID, "pay-1", PRICE), NOW).standing is standing
