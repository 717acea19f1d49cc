"""Periodic work: lost callbacks are found, a link is closed before it expires, rounds survive what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.base import metrics
from bot.base.periodic import Periodic
from bot.payments.provider import Payment
from bot.payments.unread import Unread
from bot.work.reconcile import Reconciler, purge
from flows.core.events import LinkExpired, PaymentDeclined, PaymentSettled, Person
from flows.words.text import Kurus
from storage import retention
from storage.database.engine import StorageError
from storage.senders import orders
from tests.fakes import NOON, PATIENCE, FakeClock, FakeExecutor, Purse, Receiver, away, plain_logs  # noqa: F401

AYSE, BORA = Person("pigeon", "elm"), Person("pigeon", "oak")
ONE, TWO = "0" * 31 + "1", "0" * 31 + "2"
DAY = timedelta(hours=24)
pytestmark = pytest.mark.usefixtures("plain_logs")


class Links(FakeExecutor):
    """Open payment links, and what was forgotten."""

    def __init__(self) -> None:
        self.open: list[tuple[Person, str, datetime]] = []
        self.purged: list[datetime] = []

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {orders.open_links: lambda: list(self.open), retention.purge: self.purge}

    def purge(self, now: datetime) -> dict[str, int]:
        self.purged.append(now)
        return {rule.datum: 0 for rule in retention.RULES} | {"inbox": 3}


class Desk:
    def __init__(self) -> None:
        self.links, self.purse, self.clock, self.door = Links(), Purse(), FakeClock(), Receiver()
        self.reconciler = Reconciler(self.links, self.purse, self.clock, self.door)

    async def round(self, **later: float) -> None:
        self.clock.travel(**later)
        await self.reconciler.run_once()

    def asked(self, order: str = ONE) -> int:
        return self.purse.calls.count(("query", order))


@pytest.fixture
def desk() -> Desk:
    found = Desk()
    found.links.open = [(AYSE, ONE, NOON + DAY)]
    return found


# The bank -------------------------------------------------------------------------------------------------------------


async def test_a_payment_whose_callback_was_lost_is_found_by_asking(desk: Desk) -> None:
    desk.purse.pay(ONE, 9600)
    await desk.round()
    assert desk.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]
    assert desk.door.envelopes[0].person == AYSE


async def test_a_fact_is_told_once_however_often_it_is_found(desk: Desk) -> None:
    desk.purse.pay(ONE, 9600)
    for _ in range(3):
        await desk.round(minutes=5)
    await desk.reconciler.settle(AYSE, ONE)  # and a callback that comes at last
    assert desk.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]
    assert len(set(desk.door.asked)) == 1


async def test_an_open_link_is_asked_about_every_five_minutes(desk: Desk) -> None:
    for _ in range(20):
        await desk.round(minutes=1)
    assert desk.asked() == 4


async def test_an_attempt_that_is_pending_or_declined_is_no_payment(desk: Desk) -> None:
    desk.purse.pay(ONE, 9600, "P1", "pending")
    desk.purse.pay(ONE, 9600, "P2", "declined")
    await desk.round()
    assert desk.door.events == [PaymentDeclined(ONE, "P2")]


async def test_a_link_whose_time_is_over_is_closed_then_asked_about_then_expired(desk: Desk) -> None:
    """In this order: nothing can be paid between the last question and the end."""
    await desk.round(hours=24)
    assert desk.purse.calls == [("expire", ONE), ("query", ONE)]
    assert desk.door.events == [LinkExpired(ONE)]


async def test_money_paid_in_the_last_second_comes_before_the_expiry(desk: Desk) -> None:
    desk.purse.pay(ONE, 9600)
    await desk.round(hours=24)
    assert desk.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse"), LinkExpired(ONE)]


@pytest.mark.parametrize("later", [timedelta(0), DAY])
async def test_what_could_be_read_is_told_and_a_link_with_more_to_read_is_not_expired(
    desk: Desk, later: timedelta
) -> None:
    paid = Payment("P1", ONE, Kurus(9600), "TRY", "settled", NOON)
    desk.purse.trouble = {"query": [Unread((paid,), [away(retry=False)])]}
    await desk.round(seconds=later.total_seconds())
    assert desk.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]
    await desk.round(minutes=5)
    assert desk.door.events[1:] == ([LinkExpired(ONE)] if later else [])
    assert desk.asked() == 2


class ClosingPurse(Purse):
    """An institution that tells which pages take no more money; between the questions somebody may pay."""

    def __init__(self, *shut: str) -> None:
        super().__init__()
        self.shut, self.meanwhile = set(shut), False

    async def page_closed(self, order: str) -> bool:
        self.calls.append(("page_closed", order))
        if self.meanwhile:
            self.pay(order, 9600)
        return order in self.shut


@pytest.fixture
def closing() -> Desk:
    found = Desk()
    found.purse = ClosingPurse(ONE)
    found.reconciler = Reconciler(found.links, found.purse, found.clock, found.door)
    found.links.open = [(AYSE, ONE, NOON + DAY), (BORA, TWO, NOON + DAY)]
    return found


async def test_a_page_that_the_institution_has_closed_is_closed_here(closing: Desk) -> None:
    await closing.round()
    assert closing.door.events == [LinkExpired(ONE, closed=True)]
    assert closing.door.envelopes[0].person == AYSE


async def test_a_page_with_more_to_read_is_not_closed_here(closing: Desk) -> None:
    closing.purse.trouble = {"query": [Unread((), [away(retry=False)])]}
    await closing.round()
    assert closing.door.events == [] and ("page_closed", ONE) not in closing.purse.calls


async def test_what_was_paid_before_the_page_closed_counts_and_nothing_expires(closing: Desk) -> None:
    closing.purse.pay(ONE, 9600)
    await closing.round()
    assert closing.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]
    assert ("page_closed", ONE) not in closing.purse.calls


async def test_what_is_paid_while_we_ask_whether_the_page_is_closed_counts_too(closing: Desk) -> None:
    assert isinstance(closing.purse, ClosingPurse)
    closing.purse.meanwhile = True
    await closing.reconciler.settle(AYSE, ONE)
    assert closing.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]


async def test_a_page_whose_time_is_over_is_told_as_that(closing: Desk) -> None:
    await closing.round(hours=24)
    assert closing.door.events == [LinkExpired(ONE), LinkExpired(TWO)]


async def test_a_link_is_not_expired_while_the_bank_cannot_be_asked(desk: Desk) -> None:
    desk.purse.trouble = {"expire": [away()], "query": [away()]}
    await desk.round(hours=24)
    await desk.round(seconds=15)
    assert desk.door.events == []
    await desk.round(seconds=15)
    assert desk.door.events == [LinkExpired(ONE)]


@pytest.mark.parametrize("error", [away(), StorageError("The disk is full"), RuntimeError("ours")])
async def test_one_orders_trouble_keeps_no_others_money_waiting(desk: Desk, error: Exception) -> None:
    desk.links.open.append((BORA, TWO, NOON + DAY))
    desk.purse.pay(TWO, 4850, "P2")
    desk.purse.trouble = {"query": [error]}
    await desk.round()
    assert desk.door.events == [PaymentSettled(TWO, "P2", Kurus(4850), "TRY", "purse")]


async def test_what_the_door_could_not_keep_is_asked_again_at_the_next_round(desk: Desk) -> None:
    desk.purse.pay(ONE, 9600)
    desk.door.failing = [StorageError("The disk is full")]
    await desk.round()
    assert desk.door.events == []
    await desk.round(seconds=15)
    assert desk.door.events == [PaymentSettled(ONE, "P1", Kurus(9600), "TRY", "purse")]


async def test_orders_that_are_settled_are_forgotten(desk: Desk) -> None:
    await desk.round()
    desk.links.open = []
    await desk.round()
    assert desk.reconciler._asked == {}


async def test_forgetting_is_a_round_of_its_own_that_goes_on_while_there_is_more(desk: Desk) -> None:
    assert await purge(desk.links, desk.clock) == 3  # type: ignore[arg-type]
    assert desk.links.purged == [NOON]


# Rounds ---------------------------------------------------------------------------------------------------------------


class Act:
    """Counts its turns; does what it is told to."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock, self.turns = clock, 0
        self.script: list[Callable[[], Awaitable[int]] | Exception | int] = []
        self._done = asyncio.Event()

    async def __call__(self) -> int:
        self.turns += 1
        self._done.set()
        step = self.script.pop(0) if self.script else 0
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, int) else await step()

    async def count(self, turns: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.turns < turns:
                self._done.clear()
                await self._done.wait()
        for _ in range(10):  # what would follow at once has followed
            await asyncio.sleep(0)


@asynccontextmanager
async def going(act: Act) -> AsyncIterator[Periodic]:
    found = Periodic("test", act, act.clock, 15.0)
    task = asyncio.create_task(found.run())
    try:
        yield found
    finally:
        async with asyncio.timeout(PATIENCE):
            await found.stop()
            await task


@pytest.fixture
def act() -> Act:
    return Act(FakeClock())


async def test_a_round_repeats_in_its_time(act: Act) -> None:
    async with going(act):
        await act.count(1)
        act.clock.travel(seconds=14)
        await act.count(1)
        assert act.turns == 1
        act.clock.travel(seconds=1)
        await act.count(2)
        assert act.turns == 2


async def test_a_round_goes_on_at_once_while_there_is_more_to_do(act: Act) -> None:
    act.script = [5, 5, 1, 0]
    async with going(act):
        await act.count(4)
        assert act.turns == 4


async def test_a_round_begins_when_somebody_rings_also_during_the_act(act: Act) -> None:
    gate = asyncio.Event()

    async def slow() -> int:
        await gate.wait()
        return 0

    act.script = [slow]
    async with going(act) as found:
        await act.count(1)
        assert found.busy
        found.ring()
        gate.set()
        await act.count(2)
        assert act.turns == 2
        assert not found.busy


async def test_a_round_survives_whatever_goes_wrong_in_it(act: Act) -> None:
    act.script = [RuntimeError("ours"), StorageError("The disk is full"), OSError("gone")]
    async with going(act):
        for turn in range(1, 5):
            await act.count(turn)
            act.clock.travel(seconds=15)
        await act.count(5)


async def test_the_figures_tell_when_a_round_last_ended_well(act: Act) -> None:
    """A loop that hangs or fails for ever has a figure that stands still."""

    def ended() -> float | None:
        return metrics.REGISTRY.get_sample_value("mektupx_round_ended_timestamp_seconds", {"round": "test"})

    act.script = [0, RuntimeError("ours"), 0]
    async with going(act):
        await act.count(1)
        well = ended()
        assert well == act.clock.now().timestamp()
        act.clock.travel(seconds=15)
        await act.count(2)
        assert ended() == well
        act.clock.travel(seconds=15)
        await act.count(3)
        assert ended() == well + 30


async def test_stopping_lets_the_act_at_hand_come_to_its_end(act: Act) -> None:
    gate, ended = asyncio.Event(), asyncio.Event()

    async def prints() -> int:
        await gate.wait()
        ended.set()
        return 9

    act.script = [prints]
    async with going(act) as found:
        await act.count(1)
        stopping = asyncio.create_task(found.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        gate.set()
        await stopping
        assert ended.is_set()
    assert act.turns == 1  # and there is no next one, although there was more to do


async def test_a_round_that_never_ran_stops_at_once() -> None:
    found: Any = Periodic("test", lambda: asyncio.sleep(0, 0), FakeClock(), 1.0)
    async with asyncio.timeout(PATIENCE):
        await found.stop()
