"""What an order promises: every event is answered, what was paid is printed once, no money is kept unearned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.core import effects as fx
from flows.core import events as ev
from flows.core.events import Person
from flows.core.state import Order, Profile, Standing, State
from flows.order import notifications, order
from flows.order.books import Entry, Kind, books
from flows.words.text import Kurus, Lines, Text
from tests.dialogue import operator

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ID, LETTER = "1" * 32, "2" * 32
PRICE = Kurus(9600)
LINK = ev.LinkOpened(ID, "https://odeme.example/1", NOON + timedelta(hours=24))
PAID = ev.PaymentSettled(ID, "pay-1", PRICE)
AGAIN = ev.PaymentSettled(ID, "pay-2", PRICE)
SHORT = ev.PaymentSettled(ID, "pay-3", Kurus(9599))
FOREIGN = ev.PaymentSettled(ID, "pay-4", PRICE, "EUR")
CANCEL = ev.OrderCancelled(ID)
EDITED = ev.OrderCancelled(ID, "edited")
CLAIM = ev.PrintClaimed(ID, "lease-1", NOON + timedelta(minutes=5))
CLAIM_2 = ev.PrintClaimed(ID, "lease-2", NOON + timedelta(minutes=15))
STUCK = ev.PrintStuck(ID, "lease-1")
STALE = ev.LetterDispatched(ID, "lease-0", "folder", "")
DISPATCHED = ev.LetterDispatched(ID, "lease-1", "folder", "tray/1")
SHREDDED = ev.LetterShredded(ID)
POSTED = ev.LetterPosted(ID, "RR1")
REFUNDED = ev.RefundSettled(ID, "pay-1", PRICE)
EXPIRED = ev.LinkExpired(ID)
ON_PAPER = ev.LetterPrinted(ID)
SPOILED = ev.LetterSpoiled(ID)
RETURNED = ev.LetterReturned(ID, "moved")
DESTROYED = ev.LetterDestroyed(ID)
OVERDUE = ev.TrayOverdue(ID)
LOST = ev.LetterLost(ID)
LATEST = ev.LatestEndPassed(ID)
REPOST = ev.RepostAsked(ID)
DESTROY = ev.DestructionAsked(ID)
STOP = ev.StopAsked(ID)
WITHHELD = ev.PrintWithheld(ID, "lease-1")
SEEN = ev.FoundPrinted(ID)
UNSEEN = ev.FoundUnprinted(ID)
GRANTED = ev.RefundGranted(ID, "goodwill")
PART = ev.PartRefundGranted(ID, "goodwill", Kurus(1250), 1)
PART_2 = ev.PartRefundGranted(ID, "delay", Kurus(8350), 2)
PART_3 = ev.PartRefundGranted(ID, "delay", Kurus(1), 3)
LONG = ev.PaymentSettled(ID, "pay-5", Kurus(9700))
CLOSED = ev.LinkExpired(ID, closed=True)
HANDED_OVER = (LINK, PAID, CLAIM, DISPATCHED)
PRINTING = {"QueueForPrint": 1, "LeasePrint": 1, "AcceptPayment": 1, "CloseLink": 1}
DELIVERED = {**PRINTING, "ClearOutbox": 1, "IssueInvoice": 1}
TAKEN_BACK = {"Refund": 1, "IssueInvoice": 2}
EVERYTHING: tuple[ev.OrderEvent, ...] = (
    LINK, ev.LinkRefused(ID), PAID, AGAIN, SHORT, FOREIGN, ev.PaymentDeclined(ID), EXPIRED, CANCEL, EDITED, CLAIM,
    CLAIM_2, STUCK, ev.PrintStuck(ID, "lease-0"), STALE, DISPATCHED, ev.LetterDispatched(ID, "lease-2", "folder", ""),
    SHREDDED, POSTED, ev.LetterPosted(ID, "RR2"), REFUNDED, ON_PAPER, SPOILED, RETURNED, DESTROYED, OVERDUE, LOST,
    REPOST, DESTROY, ev.DestructionAsked(ID, "silence"), STOP, WITHHELD, ev.PrintWithheld(ID, "lease-0"), SEEN, UNSEEN,
    GRANTED, PART, PART_2, PART_3, ev.RefundSettled(ID, "pay-1", Kurus(1250)),
    LONG, CLOSED, LATEST,
)  # fmt: skip
UNPRINTED = (State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.CANCELLED, State.EXPIRED)
PRINTED = tuple(state for state in State if state not in UNPRINTED)
CLAIMED = (State.PRINTING, State.STUCK)
IN_HAND = (*CLAIMED, State.DISPATCHED, State.ERASED)
ENDED = (State.DESTROYED, State.SPOILED, State.CANCELLED, State.EXPIRED)
GIVEN_BACK = (State.SPOILED, State.CANCELLED, State.EXPIRED)


def promise(**changes: object) -> Order:
    order = Order(ID, State.LINKING, PRICE, LETTER, "ab" * 32, 1, 1, "taahhutlu", NOON, number="MX000123")
    return replace(order, **changes)  # type: ignore[arg-type]


@dataclass
class Story:
    """One order and all that was done for it."""

    standing: Standing
    done: list[fx.Effect]
    states: list[State]

    @property
    def order(self) -> Order:
        found = self.standing.order(ID)
        assert found is not None
        return found

    def of(self, kind: type[fx.Effect]) -> list[fx.Effect]:
        return [effect for effect in self.done if isinstance(effect, kind)]


def told(events: Iterable[ev.OrderEvent | timedelta], **changes: object) -> Story:
    """Plays events, one after another; a timedelta lets time pass."""
    standing = Standing(Person("telegram", "1"), profile=Profile(email="a@example.com"), orders=(promise(**changes),))
    story, at = Story(standing, [], [State.LINKING]), NOON
    for event in events:
        if isinstance(event, timedelta):
            at += event
            continue
        turn = order.advance(operator(), story.standing, event, at)
        story = Story(turn.standing, [*story.done, *turn.effects], story.states)
        story.states.append(story.order.state)
    return story


def test_the_table_answers_every_event_in_every_state() -> None:
    kinds = {kind for kind in vars(ev).values() if isinstance(kind, type) and issubclass(kind, ev.OrderEvent)}
    kinds.discard(ev.OrderEvent)
    assert set(order.EVENTS) == kinds
    assert set(order.TABLE) == {(state, event) for state in State for event in kinds}


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: type(event).__name__)
@pytest.mark.parametrize("state", list(State))
def test_an_act_that_changes_nothing_leaves_the_very_same_order(state: State, event: ev.OrderEvent) -> None:
    standing = Standing(
        Person("telegram", "1"), orders=(promise(id="0" * 32), promise(state=state), promise(id="9" * 32))
    )
    turn = order.advance(operator(), standing, event, NOON)
    assert [found.id for found in turn.standing.orders] == [found.id for found in standing.orders]
    if order.TABLE[state, type(event)] is order.ignore:
        assert (turn.standing, turn.effects) == (standing, ())


def test_an_order_of_somebody_else_changes_nothing() -> None:
    standing = Standing(Person("telegram", "1"), orders=(promise(id="0" * 32),))
    for event in EVERYTHING:
        assert order.advance(operator(), standing, event, NOON) == order.Turn(standing)


@pytest.mark.parametrize(
    ("state", "amount"),
    [(State.AWAITING, PRICE), (State.AWAITING, Kurus(1)), (State.QUEUED, PRICE), (State.CANCELLED, PRICE)],
    ids=["counts", "is held", "is one too many", "is too late"],
)
def test_whatever_a_payment_comes_to_its_institution_is_kept_with_it(state: State, amount: Kurus) -> None:
    standing = Standing(Person("telegram", "1"), orders=(promise(state=state),))
    turn = order.advance(operator(), standing, ev.PaymentSettled(ID, "pay-1", amount, provider="iyzico"), NOON)
    (kept,) = (effect for effect in turn.effects if isinstance(effect, fx.AcceptPayment))
    assert (kept.provider, kept.payment) == ("iyzico", "pay-1")


# event sequence, final state, what was done -------------------------------------------------------------------------

STORIES = {
    "paid, printed, erased, posted": (
        [*HANDED_OVER, SHREDDED, ON_PAPER, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "posted, its earlier scan forgotten": (
        [*HANDED_OVER, SHREDDED, POSTED, ON_PAPER],
        State.POSTED,
        {**DELIVERED, "RecordScan": 1, "RemoveFromTray": 1},
    ),
    "scanned before the key was destroyed": (
        [*HANDED_OVER, ON_PAPER, SHREDDED, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "scanned before it was handed over": ([LINK, PAID, CLAIM, ON_PAPER, POSTED], State.PRINTING, PRINTING),
    "its tracking number read wrongly at first": (
        [*HANDED_OVER, POSTED, POSTED, ev.LetterPosted(ID, "RR2")],
        State.POSTED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1},
    ),
    "spoiled while its file is in the tray, printed again": (
        [*HANDED_OVER, SPOILED, SPOILED, ON_PAPER, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 4, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "spoiled when its file is gone": (
        [*HANDED_OVER, ON_PAPER, SPOILED, SPOILED, POSTED, AGAIN],
        State.SPOILED,
        {
            **DELIVERED,
            **TAKEN_BACK,
            "RecordScan": 2,
            "RemoveFromTray": 1,
            "Refund": 2,
            "AcceptPayment": 2,
            "SetTimer": 1,
        },
    ),
    "a week in the tray, then posted after all": (
        [*HANDED_OVER, SHREDDED, OVERDUE, OVERDUE, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "a week in the tray and never printed": (
        [*HANDED_OVER, OVERDUE, SPOILED],
        State.SPOILED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, **TAKEN_BACK, "SetTimer": 1},
    ),
    "a week in the tray, looked for in vain, then posted after all": (
        [*HANDED_OVER, SHREDDED, OVERDUE, LOST, LOST, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1, **TAKEN_BACK},
    ),
    "in its envelope and never posted": (
        [*HANDED_OVER, ON_PAPER, OVERDUE, LOST],
        State.PRINTED,
        {**DELIVERED, "RecordScan": 1, "RemoveFromTray": 1, "SetTimer": 2, **TAKEN_BACK},
    ),
    "looked for in vain, then found damaged: the money goes back once": (
        [*HANDED_OVER, OVERDUE, LOST, SPOILED],
        State.SPOILED,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1, **TAKEN_BACK},
    ),
    "posted in time: nothing is lost": (
        [*HANDED_OVER, POSTED, LOST],
        State.POSTED,
        {**DELIVERED, "RecordScan": 1, "RemoveFromTray": 1},
    ),
    "returned and posted again": (
        [*HANDED_OVER, ON_PAPER, POSTED, RETURNED, RETURNED, REPOST, REPOST, DESTROY, POSTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 4, "RemoveFromTray": 1, "SetTimer": 2},
    ),
    "returned and destroyed unopened": (
        [*HANDED_OVER, ON_PAPER, POSTED, RETURNED, DESTROYED, DESTROY, REPOST, DESTROYED, POSTED],
        State.DESTROYED,
        {**DELIVERED, "RecordScan": 4, "RemoveFromTray": 1, "SetTimer": 2},
    ),
    "damaged while it waited to be posted again": (
        [*HANDED_OVER, ON_PAPER, POSTED, RETURNED, REPOST, SPOILED],
        State.SPOILED,
        {**DELIVERED, "RecordScan": 4, "RemoveFromTray": 1, "SetTimer": 2, **TAKEN_BACK},
    ),
    "decided before anything came back": ([*HANDED_OVER, REPOST, DESTROY], State.DISPATCHED, DELIVERED),
    "paid before the link was told": (
        [PAID, LINK],
        State.QUEUED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1},
    ),
    "told twice, counted once": (
        [LINK, PAID, PAID],
        State.QUEUED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1},
    ),
    "paid twice": (
        [LINK, PAID, AGAIN, AGAIN],
        State.QUEUED,
        {"QueueForPrint": 1, "AcceptPayment": 2, "CloseLink": 1, "Refund": 1},
    ),
    "too little": ([LINK, SHORT], State.HELD, {"AcceptPayment": 1, "CloseLink": 1}),
    "in another currency": ([LINK, FOREIGN], State.HELD, {"AcceptPayment": 1, "CloseLink": 1}),
    "too little, then cancelled": (
        [LINK, SHORT, CANCEL, CANCEL],
        State.CANCELLED,
        {"AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "cancelled before paying": (
        [LINK, CANCEL],
        State.CANCELLED,
        {"ShredLetter": 1, "CloseLink": 1, "ForgetInvoice": 1},
    ),
    "paid after cancelling": (
        [LINK, CANCEL, PAID, PAID],
        State.CANCELLED,
        {"ShredLetter": 1, "CloseLink": 1, "ForgetInvoice": 1, "AcceptPayment": 1, "Refund": 1},
    ),
    "the page opens after cancelling": (
        [CANCEL, LINK],
        State.CANCELLED,
        {"ShredLetter": 1, "CloseLink": 2, "ForgetInvoice": 1},
    ),
    "edited: its words stay with the draft": ([LINK, EDITED], State.CANCELLED, {"CloseLink": 1, "ForgetInvoice": 1}),
    "cancelled after paying": (
        [LINK, PAID, CANCEL, CLAIM],
        State.CANCELLED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "cancelled too late": ([*HANDED_OVER, CANCEL], State.DISPATCHED, DELIVERED),
    "cancelled on its way to the print room, and the stop was first": (
        [LINK, PAID, CLAIM, CANCEL, CANCEL, WITHHELD, DISPATCHED],
        State.CANCELLED,
        {**PRINTING, "StopPrint": 1, "ShredLetter": 1, "Refund": 1},
    ),
    "cancelled on its way to the print room, and the print was first": (
        [LINK, PAID, CLAIM, CANCEL, DISPATCHED, WITHHELD, CANCEL],
        State.DISPATCHED,
        {**DELIVERED, "StopPrint": 1},
    ),
    "a second dispatcher comes too early": (
        [LINK, PAID, CLAIM, CLAIM_2],
        State.PRINTING,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "LeasePrint": 1},
    ),
    "a second dispatcher takes over": (
        [LINK, PAID, CLAIM, timedelta(minutes=6), CLAIM_2, DISPATCHED],
        State.PRINTING,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "LeasePrint": 2},
    ),
    "the printer does not answer": (
        [LINK, PAID, CLAIM, STUCK, DISPATCHED],
        State.DISPATCHED,
        {
            "QueueForPrint": 1,
            "AcceptPayment": 1,
            "CloseLink": 1,
            "LeasePrint": 1,
            "ParkPrint": 1,
            "ClearOutbox": 1,
            "IssueInvoice": 1,
        },
    ),
    "stopped while a dispatcher has it in hand, and the stop was first": (
        [LINK, PAID, CLAIM, STOP, STOP, WITHHELD, DISPATCHED, CLAIM_2],
        State.CANCELLED,
        {**PRINTING, "StopPrint": 1, "ShredLetter": 1, "Refund": 1},
    ),
    "stopped while a dispatcher has it in hand, and the print was first": (
        [LINK, PAID, CLAIM, STOP, DISPATCHED, WITHHELD, STOP, SHREDDED, POSTED],
        State.POSTED,
        {**DELIVERED, "StopPrint": 1, "RecordScan": 1, "RemoveFromTray": 1},
    ),
    "stopped, and the printer gives no answer": (
        [LINK, PAID, CLAIM, STOP, STUCK, STOP, UNSEEN, SEEN],
        State.CANCELLED,
        {**PRINTING, "StopPrint": 1, "ParkPrint": 1, "ShredLetter": 1, "Refund": 1},
    ),
    "stopped, its dispatcher dead: the next one withholds it": (
        [LINK, PAID, CLAIM, STOP, timedelta(minutes=6), CLAIM_2, WITHHELD, ev.PrintWithheld(ID, "lease-2")],
        State.CANCELLED,
        {**PRINTING, "LeasePrint": 2, "StopPrint": 1, "ShredLetter": 1, "Refund": 1},
    ),
    "stopped while it waits for a person, who finds that it was not printed": (
        [LINK, PAID, CLAIM, STUCK, STOP, STOP, UNSEEN, SEEN],
        State.CANCELLED,
        {**PRINTING, "ParkPrint": 1, "StopPrint": 1, "ShredLetter": 1, "Refund": 1},
    ),
    "stopped while it waits for a person, who finds that it was printed": (
        [LINK, PAID, CLAIM, STUCK, STOP, SEEN, UNSEEN, SHREDDED],
        State.ERASED,
        {**DELIVERED, "ParkPrint": 1, "StopPrint": 1},
    ),
    "withheld without a stop: the lease was lost": (
        [LINK, PAID, CLAIM, WITHHELD, DISPATCHED],
        State.DISPATCHED,
        DELIVERED,
    ),
    "a person has seen it at the printer": (
        [LINK, PAID, CLAIM, STUCK, SEEN, SEEN, UNSEEN, SHREDDED],
        State.ERASED,
        {**DELIVERED, "ParkPrint": 1},
    ),
    "a person has not seen it: printed after all": (
        [
            LINK,
            PAID,
            CLAIM,
            STUCK,
            UNSEEN,
            UNSEEN,
            SEEN,
            timedelta(minutes=6),
            CLAIM_2,
            ev.LetterDispatched(ID, "lease-2", "folder", ""),
        ],
        State.DISPATCHED,
        {**PRINTING, "LeasePrint": 2, "ParkPrint": 1, "RequeuePrint": 1, "ClearOutbox": 1, "IssueInvoice": 1},
    ),
    "stuck, tried again, stuck again: it waits for a person again": (
        [LINK, PAID, CLAIM, STUCK, UNSEEN, timedelta(minutes=6), CLAIM_2, ev.PrintStuck(ID, "lease-2"), SEEN],
        State.DISPATCHED,
        {**PRINTING, "LeasePrint": 2, "ParkPrint": 2, "RequeuePrint": 1, "ClearOutbox": 1, "IssueInvoice": 1},
    ),
    "seen or not seen while nobody was asked": (
        [LINK, PAID, SEEN, UNSEEN],
        State.QUEUED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1},
    ),
    "refunded by an admin before it is printed": (
        [LINK, PAID, GRANTED, GRANTED, CLAIM, CANCEL],
        State.CANCELLED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "no refund while the print room has it": ([*HANDED_OVER, GRANTED, SHREDDED, GRANTED], State.ERASED, DELIVERED),
    "lost in the post, refunded once": (
        [*HANDED_OVER, POSTED, GRANTED, GRANTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 1, "RemoveFromTray": 1, **TAKEN_BACK},
    ),
    "refunded when it came back: destroyed unopened": (
        [*HANDED_OVER, POSTED, RETURNED, GRANTED, REPOST, DESTROYED, GRANTED],
        State.DESTROYED,
        {**DELIVERED, "RecordScan": 3, "RemoveFromTray": 1, "SetTimer": 1, **TAKEN_BACK},
    ),
    "refunded, came back and was damaged: the money goes back once": (
        [*HANDED_OVER, POSTED, GRANTED, RETURNED, SPOILED],
        State.SPOILED,
        {**DELIVERED, "RecordScan": 3, "RemoveFromTray": 1, "SetTimer": 1, **TAKEN_BACK},
    ),
    "a part given back, then cancelled: the rest goes back": (
        [LINK, PAID, PART, PART, PART_2, CANCEL, GRANTED],
        State.CANCELLED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "Refund": 2, "ShredLetter": 1},
    ),
    "given back in two parts after it was posted, and no more": (
        [*HANDED_OVER, POSTED, PART, PART_2, PART_2, PART_3, GRANTED],
        State.POSTED,
        {**DELIVERED, "RecordScan": 1, "RemoveFromTray": 1, "Refund": 2, "IssueInvoice": 3},
    ),
    "too much, then cancelled: all of it goes back": (
        [LINK, LONG, PART, CANCEL],
        State.CANCELLED,
        {"AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "the page closed at the institution, then paid after all": (
        [LINK, CLOSED, PAID],
        State.EXPIRED,
        {"AcceptPayment": 1, "Refund": 1, "ForgetInvoice": 1},
    ),
    "expired, then paid": (
        [LINK, EXPIRED, PAID],
        State.EXPIRED,
        {"AcceptPayment": 1, "Refund": 1, "ForgetInvoice": 1},
    ),
    "no link, then one after all": ([ev.LinkRefused(ID), LINK], State.EXPIRED, {"CloseLink": 1, "ForgetInvoice": 1}),
    "its payment is never heard of: closed, and what was paid after all goes back": (
        [LINK, LATEST, PAID],
        State.EXPIRED,
        {"ForgetInvoice": 1, "CloseLink": 1, "AcceptPayment": 1, "Refund": 1},
    ),
    "a wrong amount that nobody settles goes back": (
        [LINK, SHORT, LATEST, LATEST],
        State.CANCELLED,
        {"AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "never printed: it goes back, and nobody prints it later": (
        [LINK, PAID, LATEST, CLAIM, DISPATCHED],
        State.CANCELLED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1, "Refund": 1, "ShredLetter": 1},
    ),
    "stuck for a month: the money goes back once": (
        [LINK, PAID, CLAIM, STUCK, LATEST, UNSEEN, SEEN, DISPATCHED, LATEST],
        State.LOST,
        {**PRINTING, "ParkPrint": 1, "Refund": 1, "ShredLetter": 1, "RemoveFromTray": 1},
    ),
    "looked for in vain, then closed: the money goes back once": (
        [*HANDED_OVER, SHREDDED, OVERDUE, LOST, LATEST, LATEST],
        State.LOST,
        {**DELIVERED, **TAKEN_BACK, "RecordScan": 1, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "closed, and posted after all": (
        [*HANDED_OVER, SHREDDED, OVERDUE, LATEST, POSTED],
        State.POSTED,
        {**DELIVERED, **TAKEN_BACK, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "a week's scan that never came: closed from the tray": (
        [*HANDED_OVER, SHREDDED, LATEST, CANCEL],
        State.LOST,
        {**DELIVERED, **TAKEN_BACK, "RemoveFromTray": 1},
    ),
    "a return that nobody decides is destroyed unopened; where nobody says so it is closed": (
        [*HANDED_OVER, POSTED, RETURNED, LATEST, LATEST],
        State.LOST,
        {**DELIVERED, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "to be posted again, and never posted": (
        [*HANDED_OVER, POSTED, RETURNED, REPOST, LATEST],
        State.LOST,
        {**DELIVERED, **TAKEN_BACK, "RecordScan": 2, "RemoveFromTray": 1, "SetTimer": 1},
    ),
    "a refund nobody asked for": (
        [LINK, PAID, REFUNDED],
        State.QUEUED,
        {"QueueForPrint": 1, "AcceptPayment": 1, "CloseLink": 1},
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_named_stories(name: str) -> None:
    events, state, done = STORIES[name]
    story = told(events)
    assert story.order.state is state
    counted = Counter(type(effect).__name__ for effect in story.done)
    counted.pop("Reply", None)
    assert counted == done


@pytest.mark.parametrize("name", sorted(notifications.NEWS))
@pytest.mark.parametrize("paid", [Kurus(0), PRICE])
def test_news_can_be_mailed_without_the_event_that_brought_them(name: str, paid: Kurus) -> None:
    said = notifications.news(operator(), promise(url="https://odeme.example", url_until=NOON, paid=paid), name, NOON)
    parts = said.parts if isinstance(said, Lines) else (said,)
    amounts = [part.values["amount"] for part in parts if isinstance(part, Text) and "amount" in part.values]
    assert all(amount == PRICE for amount in amounts)


# Whatever happens, in whatever order ----------------------------------------------------------------------------------

HAPPENINGS = st.lists(st.sampled_from((*EVERYTHING, timedelta(minutes=6), timedelta(days=1))), max_size=40)


@example([LINK, PAID, CLAIM, DISPATCHED, SHREDDED])
@example([LINK, SHORT, PAID, CANCEL])
@example([LINK, PAID, CLAIM, STOP, WITHHELD])
@example([*HANDED_OVER, POSTED, GRANTED, RETURNED, SPOILED])
@example([*HANDED_OVER, POSTED, PART, RETURNED, SPOILED])
@example([LINK, LONG, PART, CANCEL])
@given(HAPPENINGS)
def test_promises_hold_in_every_story(events: list[ev.OrderEvent | timedelta]) -> None:
    story = told(events)
    _nothing_unpaid_is_printed(story, events)
    _money_goes_back_once(story, events)
    _cancel_or_print(story)
    _nothing_moves_backwards(story)


@example([LINK, PAID, AGAIN, PART, CANCEL])
@given(HAPPENINGS)
def test_our_books_say_of_each_payment_what_the_order_says(events: list[ev.OrderEvent | timedelta]) -> None:
    """Of the payment that counts what is left of it, of every other nothing: the institution's are to say the same."""
    story = told(events)
    entries = [
        Entry(Kind.PAYMENT if isinstance(one, fx.AcceptPayment) else Kind.REFUND, "", one.payment, one.amount)
        for one in story.done
        if isinstance(one, fx.AcceptPayment | fx.Refund)
    ]
    counts = story.order.payment
    assert {payment: account.left for (_, payment), account in books(entries).items()} == {
        one.payment: story.order.left.amount if one.payment == counts else 0 for one in entries
    }


def _nothing_unpaid_is_printed(story: Story, events: list[ev.OrderEvent | timedelta]) -> None:
    queued = story.of(fx.QueueForPrint)
    assert len(queued) <= 1
    if queued:
        assert any(
            isinstance(event, ev.PaymentSettled) and (event.amount, event.currency) == (PRICE, "TRY")
            for event in events
        )
        assert story.order.paid == PRICE
    if any(state in PRINTED for state in story.states):
        assert queued


def _money_goes_back_once(story: Story, events: list[ev.OrderEvent | timedelta]) -> None:
    refunds = [effect for effect in story.done if isinstance(effect, fx.Refund)]
    accepted = Counter(effect.payment for effect in story.done if isinstance(effect, fx.AcceptPayment))
    parts = Counter((one.payment, one.nth) for one in refunds)
    assert all(times == 1 for times in (*parts.values(), *accepted.values()))
    counts = story.order.payment
    settled = {event.payment: event.amount.amount for event in events if isinstance(event, ev.PaymentSettled)}
    assert set(accepted) == set(settled)  # no money comes in unseen
    back = Counter[str]()
    for one in refunds:
        assert one.amount.amount > 0
        back[one.payment] += one.amount.amount
    assert all(back[payment] <= settled[payment] for payment in back)  # never more than was paid
    kept = {payment for payment, amount in settled.items() if back[payment] < amount}
    if story.order.state in GIVEN_BACK:
        assert kept == set()
    else:  # an admin may give it back besides, and what is lost is given back
        asked = any(one in events for one in (GRANTED, LOST, PART, LATEST))
        granted = asked and back[counts] == settled.get(counts)
        assert kept == ({counts} if counts and not granted else set())
    assert [(one.payment, one.nth, one.amount) for one in story.order.refunds] == [
        (one.payment, one.nth, one.amount) for one in refunds
    ]
    assert story.order.left.amount == story.order.paid.amount - back[counts]


def _cancel_or_print(story: Story) -> None:
    """Exactly one of them: what was handed over is never cancelled, what was stopped never handed over."""
    cancelled = State.CANCELLED in story.states
    assert not (cancelled and any(state in PRINTED and state not in CLAIMED for state in story.states))
    shredded = story.of(fx.ShredLetter)
    assert len(shredded) <= 1
    assert not (shredded and story.of(fx.ClearOutbox))
    assert len(story.of(fx.ClearOutbox)) <= 1


def _nothing_moves_backwards(story: Story) -> None:
    for before, after in zip(story.states, story.states[1:], strict=False):
        if before in ENDED:
            assert after is before
        if before in PRINTED:
            assert after in PRINTED or (before in CLAIMED and after is State.CANCELLED)
    _its_file_leaves_the_tray(story)
    tokens = [effect.token for effect in story.done if isinstance(effect, fx.LeasePrint)]
    assert all(effect.token in tokens for effect in story.done if isinstance(effect, fx.ClearOutbox | fx.ParkPrint))


def _its_file_leaves_the_tray(story: Story) -> None:
    """From the first word of the print room on, or after a week: asked for once, and never before the dispatch."""
    removed = story.of(fx.RemoveFromTray)
    left = [state for state in story.states if state in PRINTED and state not in IN_HAND]
    assert len(removed) <= 2  # a forgotten one is asked again by a later scan; removing twice is removing
    assert bool(removed) is bool(left)


def test_a_silent_month_destroys_only_the_return_it_was_set_for() -> None:
    story = told([*HANDED_OVER, POSTED, RETURNED])
    (timer,) = story.of(fx.SetTimer)
    assert isinstance(timer, fx.SetTimer)
    assert (timer.what, timer.after) == ("return", timedelta(days=30))
    assert timer.mark == order.silence_mark(story.order, NOON)
    later = told([*HANDED_OVER, POSTED, RETURNED, REPOST, timedelta(days=3), POSTED, timedelta(days=9), RETURNED])
    marks = {one.mark for one in later.of(fx.SetTimer) if isinstance(one, fx.SetTimer)}
    assert len(marks) == 2 and order.silence_mark(later.order, later.order.since or NOON) in marks
