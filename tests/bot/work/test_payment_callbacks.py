"""A callback is kept before it is answered, and the institution is asked afterwards, however often that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from bot.payments.provider import Hint, Payment, Reference
from bot.payments.unread import Unread
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler
from flows.core.events import PaymentSettled, Person
from flows.words.text import Kurus
from storage.database.engine import StorageError
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.senders import orders
from tests.fakes import FakeClock, FakeExecutor, Purse, Receiver, away, plain_logs  # noqa: F401

AYSE = Person("pigeon", "elm")
ORDER, OTHER = "0" * 31 + "1", "0" * 31 + "2"
OURS = {ORDER, OTHER}
PAGE = Reference("page", "tok-1")
pytestmark = pytest.mark.usefixtures("plain_logs")


@dataclass
class Row:
    kept: Mapping[str, str]
    at: datetime
    order: str
    trouble: str
    settled: bool = False


@dataclass
class Ledger(FakeExecutor):
    """storage.payments.callbacks in memory; it brings one order at a time, where the real one brings a hundred."""

    rows: dict[str, Row] = field(default_factory=dict)
    together: list[int] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)  # orders with a page that has ended
    away: bool = False

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {
            orders.person_of: lambda order: AYSE if order in OURS else None,
            callbacks.hear: self.hear,
            callbacks.settled: self.settle,
            references.ended: lambda provider, now, apart: [one for one in self.ended if one not in apart][:1],
            references.asked: lambda provider, order, now: self.ended.remove(order),
            callbacks.unsettled: lambda provider, before, apart: [
                (key, row.order)
                for key, row in self.rows.items()
                if row.order and row.order not in apart and not row.settled and row.at < before
            ][:1],
        }

    def settle(self, provider: str, events: Collection[str], now: datetime) -> None:
        for event in events:
            self.rows[event].settled = True

    def hear(self, provider: str, posted: Sequence[Posted], now: datetime) -> list[str]:
        if self.away:
            raise StorageError("away")
        self.together.append(len(posted))
        return [self._keep(one, now) for one in posted]

    def _keep(self, one: Posted, now: datetime) -> str:
        order = one.order or (ORDER if one.reference == ("page", "tok-1") else "")
        found = order if order in OURS else ""
        trouble = one.trouble or ("" if found else "unknown_order")
        self.rows.setdefault(one.event_key, Row(one.kept, now, found, trouble))
        return found


class Desk:
    def __init__(self, purse: Purse | None = None) -> None:
        self.ledger, self.purse, self.clock, self.door = Ledger(), purse or Purse(), FakeClock(), Receiver()
        self.reconciler = Reconciler(self.ledger, self.purse, self.clock, self.door)
        self.callbacks = PaymentCallbacks(self.ledger, self.clock, self.purse.name, self.reconciler)

    async def hears(self, hint: Hint) -> None:
        await self.callbacks.heard(hint)
        await self.callbacks.close()


@pytest.fixture
def desk() -> Desk:
    found = Desk()
    found.purse.pay(ORDER, 9600)
    return found


PAID = PaymentSettled(ORDER, "P1", Kurus(9600), "TRY", "purse")


async def test_a_callback_is_kept_and_then_asked_about(desk: Desk) -> None:
    await desk.hears(Hint(ORDER, "e1", kept={"status": "success"}))
    assert desk.door.events == [PAID]
    assert desk.ledger.rows["e1"].kept == {"status": "success"} and desk.ledger.rows["e1"].settled


async def test_a_callback_that_names_only_a_page_is_about_the_order_of_that_page(desk: Desk) -> None:
    await desk.hears(Hint("", "e1", PAGE))
    assert desk.door.events == [PAID]


async def test_callbacks_that_come_together_are_kept_together(desk: Desk) -> None:
    await asyncio.gather(*(desk.callbacks.heard(Hint(ORDER, f"e{nth}")) for nth in range(250)))
    await desk.callbacks.close()
    assert desk.ledger.together == [100, 100, 50]
    assert len(desk.ledger.rows) == 250 and all(row.settled for row in desk.ledger.rows.values())
    assert len(desk.purse.calls) < 20  # what came meanwhile is one question
    assert desk.door.events == [PAID]


UNKNOWN = [Hint("f" * 32, "e1"), Hint("", "e1", Reference("page", "tok-2")), Hint("", "e1")]


@pytest.mark.parametrize("hint", UNKNOWN)
async def test_a_callback_about_no_order_of_ours_is_kept_for_a_person(desk: Desk, hint: Hint) -> None:
    await desk.hears(hint)
    assert desk.ledger.rows["e1"].trouble == "unknown_order" and not desk.ledger.rows["e1"].order
    assert desk.door.events == []


async def test_a_callback_with_a_cards_number_is_asked_about_all_the_same(desk: Desk) -> None:
    await desk.hears(Hint(ORDER, "e1", trouble="card"))
    assert desk.ledger.rows["e1"].trouble == "card" and desk.door.events == [PAID]


async def test_a_question_that_failed_is_asked_again_until_it_is_answered(desk: Desk) -> None:
    desk.purse.trouble = {"query": [away(), away()]}
    await desk.hears(Hint(ORDER, "e1"))
    await desk.callbacks.run_once()
    assert desk.door.events == []  # its own process has a minute
    desk.clock.travel(minutes=2)
    await desk.callbacks.run_once()
    assert desk.door.events == []
    desk.clock.travel(minutes=1)
    await desk.callbacks.run_once()
    await desk.callbacks.run_once()
    assert desk.door.events == [PAID] and desk.purse.calls.count(("query", ORDER)) == 3


async def test_an_order_whose_question_fails_for_ever_keeps_no_other_waiting(desk: Desk) -> None:
    desk.purse.trouble = {"query": [away(retry=False), away(retry=False)]}
    await desk.hears(Hint(ORDER, "e1"))
    desk.purse.pay(OTHER, 4850, "P2")
    desk.ledger.rows["e2"] = replace(desk.ledger.rows["e1"], order=OTHER)
    desk.clock.travel(minutes=2)
    await desk.callbacks.run_once()
    assert desk.door.events == [] and desk.purse.calls == [("query", ORDER)] * 2
    await desk.callbacks.run_once()
    assert desk.door.events == [PaymentSettled(OTHER, "P2", Kurus(4850), "TRY", "purse")]


async def test_an_ended_page_whose_question_fails_for_ever_keeps_no_other_waiting(desk: Desk) -> None:
    desk.ledger.ended, desk.purse.trouble = [ORDER, OTHER], {"query": [away(retry=False)]}
    desk.purse.pay(OTHER, 4850, "P2")
    await desk.callbacks.run_once()
    await desk.callbacks.run_once()
    assert desk.door.events == [PaymentSettled(OTHER, "P2", Kurus(4850), "TRY", "purse")]
    assert desk.ledger.ended == [ORDER]


async def test_a_callback_that_could_not_be_kept_is_not_answered_and_asks_nothing(desk: Desk) -> None:
    desk.ledger.away = True
    with pytest.raises(StorageError):
        await desk.hears(Hint(ORDER, "e1"))
    assert desk.purse.calls == []


async def test_a_page_is_asked_about_once_more_after_its_end_whatever_has_become_of_its_order(desk: Desk) -> None:
    desk.ledger.ended = [ORDER]
    for _ in range(3):
        await desk.callbacks.run_once()
    assert desk.door.events == [PAID] and desk.ledger.ended == []


async def test_a_payment_that_is_undecided_at_the_end_of_its_page_is_asked_about_again(desk: Desk) -> None:
    desk.purse.payments, desk.ledger.ended = {}, [ORDER]
    desk.purse.pay(ORDER, 9600, status="pending")
    for _ in range(8):
        await desk.callbacks.run_once()
        desk.clock.travel(minutes=1)
    assert desk.door.events == [] and desk.purse.calls.count(("query", ORDER)) == 2
    desk.purse.payments = {}
    desk.purse.pay(ORDER, 9600)
    desk.clock.travel(minutes=5)
    await desk.callbacks.run_once()
    assert desk.door.events == [PAID] and desk.ledger.ended == []


async def test_an_institution_that_is_away_at_the_end_of_a_page_is_asked_again(desk: Desk) -> None:
    desk.ledger.ended, desk.purse.trouble = [ORDER], {"query": [away()]}
    await desk.callbacks.run_once()
    assert desk.door.events == [] and desk.ledger.ended == [ORDER]
    desk.clock.travel(minutes=1)
    await desk.callbacks.run_once()
    assert desk.door.events == [PAID] and desk.ledger.ended == []


async def test_what_could_be_read_is_told_and_the_rest_is_asked_about_until_it_can_be(desk: Desk) -> None:
    """A callback, and a page that has ended: neither counts as asked about while money there may be unknown."""
    (paid,) = desk.purse.payments[ORDER]
    desk.purse.trouble = {"query": [Unread((paid,), [away(retry=False)])] * 2}
    desk.ledger.ended = [ORDER]
    await desk.hears(Hint(ORDER, "e1"))
    assert desk.door.events == [PAID] and not desk.ledger.rows["e1"].settled
    desk.clock.travel(minutes=1)
    await desk.callbacks.run_once()
    assert desk.ledger.ended == [ORDER]
    desk.purse.pay(ORDER, 9600, "P2")
    desk.clock.travel(minutes=1, seconds=1)
    await desk.callbacks.run_once()
    assert desk.door.events == [PAID, replace(PAID, payment="P2")]
    assert desk.ledger.ended == [] and desk.ledger.rows["e1"].settled


class Hasty(Purse):
    """A payment that is settled right after somebody was told that it is on its way."""

    async def query(self, order: str) -> tuple[Payment, ...]:
        found = await super().query(order)
        self.payments[order] = [replace(one, status="settled") for one in self.payments[order]]
        return found


async def test_a_payment_that_settles_while_its_ended_page_is_asked_about_is_told() -> None:
    desk = Desk(Hasty())
    desk.purse.pay(ORDER, 9600, status="pending")
    desk.ledger.ended = [ORDER]
    await desk.callbacks.run_once()
    assert desk.door.events == [] and desk.ledger.ended == [ORDER]
    desk.clock.travel(minutes=5)
    await desk.callbacks.run_once()
    assert desk.door.events == [PAID] and desk.ledger.ended == []
