"""Nothing waits for ever: each state is there the day before its latest end, and ended and told the day after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.intake.door import Door
from bot.wording.speak import Speaker
from bot.work.data_requests import Requests
from bot.work.latest_ends import end_overdue
from flows.conversation import machine
from flows.core import effects as fx
from flows.core.events import (
    DestructionAsked,
    Envelope,
    LetterPrinted,
    OrderEvent,
    PaymentSettled,
    Person,
    RepostAsked,
)
from flows.core.state import Order, Profile, Standing, State, Turn
from flows.desk.requests.table import State as RequestState
from flows.words.text import Kurus
from storage import retention
from storage.database.tables import micros
from storage.monitoring import alarms
from storage.printing import outbox as print_outbox
from storage.queues import desk_events, jobs, message_state, messages
from storage.retention import latest_ends
from storage.rights import requests
from storage.senders import people
from storage.store.store import Delivered, KeptTurn, Store
from tests.bot.printer.fakes import START, TestClock
from tests.dialogue import operator, papers
from tests.fakes import moment, open_store

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
PRICE = Kurus(9600)

# state -> days it may last, the state it ends in, whether the price goes back, words its sender reads
ENDS: dict[State, tuple[int, State, bool, str]] = {
    State.LINKING: (7, State.EXPIRED, False, "has not told us whether you have paid"),
    State.AWAITING: (7, State.EXPIRED, False, "has not told us whether you have paid"),
    State.HELD: (30, State.CANCELLED, True, "could not be settled within 30 days"),
    State.QUEUED: (30, State.CANCELLED, True, "could not be printed within 30 days"),
    State.PRINTING: (30, State.LOST, True, "could not find out what became"),
    State.STUCK: (30, State.LOST, True, "could not find out what became"),
    State.DISPATCHED: (37, State.LOST, True, "could not find out what became"),
    State.ERASED: (37, State.LOST, True, "could not find out what became"),
    State.OVERDUE: (30, State.LOST, True, "could not find out what became"),
    State.PRINTED: (30, State.LOST, True, "could not find out what became"),
    State.RETURNED: (30, State.DESTROYING, False, "will be destroyed unopened"),
    State.REPOSTING: (30, State.LOST, True, "could not find out what became"),
    State.DESTROYING: (30, State.LOST, False, "has not confirmed within 30 days"),
}
OVER = {State.POSTED, State.DESTROYED, State.LOST, State.SPOILED, State.CANCELLED, State.EXPIRED}
UNPAID = (State.LINKING, State.AWAITING)


class House:
    """A store with an order in each state, the customers' door, and the round that ends what has waited too long."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock = store, TestClock()
        self.heard: dict[str, str] = {}
        self.door = Door(store, partial(machine.advance, operator()), Speaker(papers()), self.clock, self)

    def kept(self, messages: Sequence[object], effects: Sequence[fx.Effect]) -> None:
        """Nobody sends or works: whatever could come is missing."""

    async def order(self, person: Person, state: State, **changes: Any) -> None:
        """No scan, no timer, no piece in the outbox, no page, no callback."""
        at = self.clock.now()
        made = Order(f"{int(person.handle):032x}", state, PRICE, "2" * 32, "ab" * 32, 1, 1, "taahhutlu", at)
        if state not in UNPAID:
            made = replace(made, payment=f"pay-{person.handle}", paid=PRICE, paid_at=at)
        made = replace(made, since=at, **changes)
        known = Standing(person, step="home", profile=Profile(name="Işıl İnci", language="en"))
        async with self.store.transaction() as tx:
            await tx.keep([KeptTurn(None, Turn(known.with_order(made)), (), moment(at))])

    async def everybody(self) -> None:
        for state, person in PEOPLE.items():
            await self.order(person, state)

    async def one(self, person: Person) -> Order:
        standing = await self.store.do(people.standing_of, person)
        assert standing is not None
        return standing.orders[0]

    async def round(self, after: timedelta) -> int:
        """Counted from the first day."""
        self.clock.time = START + after
        return await end_overdue(self.store, self.clock, self.door.receive)

    async def deliver(self) -> None:
        """What waits to be said arrives."""
        now = self.clock.now()
        while taken := await self.store.do(messages.take, "p", now, now + DAY, 100):
            await self.store.do(message_state.note, [Delivered(one.id, one.id) for one in taken])
            for one in taken:
                said = self.heard.get(one.person.handle)
                self.heard[one.person.handle] = f"{said}\n\n{one.message.text}" if said else one.message.text

    async def told(self) -> dict[str, str]:
        """What each person has been told since; it has arrived."""
        await self.deliver()
        heard, self.heard = self.heard, {}
        return heard

    async def said_to(self, person: Person) -> list[str]:
        now = self.clock.now()
        taken = await self.store.do(messages.take, "p", now, now + DAY, 100)
        return [one.message.text for one in taken if one.person.handle == person.handle]

    async def execute(self, sql: str) -> None:
        await self.store.database.run(lambda conn: conn.exec_driver_sql(sql))

    async def purged(self, at: datetime) -> None:
        """As often as there is anything: accounts go after the orders that point to them."""
        while any((await self.store.do(retention.purge, at)).values()):
            pass

    async def count(self, sql: str) -> int:
        return int(await self.store.database.run(lambda conn: conn.exec_driver_sql(sql).scalar()) or 0)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_store(tmp_path) as store:
        found = House(store)
        await found.door.start()
        yield found
        await found.door.stop()


PEOPLE = {state: Person("telegram", str(1000 + nth)) for nth, state in enumerate(ENDS)}


def test_every_state_that_is_not_over_has_an_end_here() -> None:
    assert set(ENDS) | OVER == set(State) and not set(ENDS) & OVER
    assert {state: end.period for state, end in latest_ends.ORDERS.items()} == {
        state: timedelta(days=days) for state, (days, *_) in ENDS.items()
    }
    assert all(end.then and end.source for end in latest_ends.ORDERS.values())


async def test_each_order_stands_to_its_last_moment_and_ends_with_the_next_told_once(house: House) -> None:
    await house.everybody()
    for days in sorted({days for days, *_ in ENDS.values()}):
        await house.round(days * DAY)
        due = [state for state, end in ENDS.items() if end[0] == days]
        assert [(await house.one(PEOPLE[state])).state for state in due] == due
        assert await house.told() == {}
        assert await house.round(days * DAY + MOMENT) == len(due)
        assert await house.round(days * DAY + MOMENT) == 0
        told = await house.told()
        assert set(told) == {PEOPLE[state].handle for state in due}
        for state in due:
            _, ends, back, words = ENDS[state]
            order = await house.one(PEOPLE[state])
            assert (order.state, order.given_back, words in told[PEOPLE[state].handle]) == (ends, back, True), state
    assert await house.count("SELECT count(*) FROM refund") == sum(back for *_, back, _ in ENDS.values())
    assert (await house.store.do(alarms.counts, house.clock.now()))["letters_lost"] == 2  # the week's


async def test_after_eleven_years_no_row_of_an_order_is_left(house: House) -> None:
    await house.everybody()
    for days in range(0, 100, 10):
        await house.round(days * DAY + MOMENT)
    assert await house.count("SELECT count(*) FROM orders") == len(ENDS)
    for table in ("message_outbox", "work"):  # delivered and done
        await house.store.database.run(lambda conn, table=table: conn.exec_driver_sql(f"DELETE FROM {table}"))
    over = ", ".join(f"'{state}'" for state in OVER)
    assert await house.count(f"SELECT count(*) FROM orders WHERE state NOT IN ({over})") == 0
    await house.store.do(retention.purge, datetime(2038, 1, 1, tzinfo=UTC))  # what was refunded in January 2027
    for table in ("orders", "payment", "refund", "invoice", "consent", "print_outbox", "scan", "dispatch"):
        assert await house.count(f"SELECT count(*) FROM {table}") == 0, table


async def test_a_letter_for_a_day_of_its_own_waits_for_that_day_first(house: House) -> None:
    person = Person("telegram", "2001")
    await house.order(person, State.QUEUED)
    order = await house.one(person)
    await house.store.database.run(print_outbox.queue, order.id, START + 180 * DAY, START)
    await house.round(210 * DAY)
    assert (await house.one(person)).state is State.QUEUED
    await house.round(210 * DAY + MOMENT)
    assert (await house.one(person)).state is State.LOST  # its approved bytes are not there: a person had to look
    assert (await house.one(person)).given_back


# At the same moment ---------------------------------------------------------------------------------------------------

# what comes between the round's look and its turn at the door -> (the state it finds, where the order stands then)
MEANWHILE: dict[str, tuple[State, Callable[[Order], OrderEvent], State]] = {
    "a payment": (State.AWAITING, lambda o: PaymentSettled(o.id, "pay-x", PRICE, "TRY", "sandbox"), State.QUEUED),
    "a payment that is not the price": (State.AWAITING, lambda o: PaymentSettled(o.id, "pay-x", Kurus(1)), State.HELD),
    "a forgotten scan as printed": (State.DISPATCHED, lambda o: LetterPrinted(o.id), State.PRINTED),
    "the sender, who wants it posted again": (State.RETURNED, lambda o: RepostAsked(o.id), State.REPOSTING),
    "the timer of the silent month": (State.RETURNED, lambda o: DestructionAsked(o.id, "silence"), State.DESTROYING),
}


@pytest.mark.parametrize("what", MEANWHILE)
async def test_what_comes_at_the_last_moment_counts_and_nothing_else_is_said(house: House, what: str) -> None:
    state, event, then = MEANWHILE[what]
    person = PEOPLE[state]
    await house.order(person, state)
    order = await house.one(person)
    told: list[dict[str, str]] = []

    async def overtaken(envelope: Envelope) -> bool:
        if not told:
            await house.door.receive(Envelope("first", person, event(order), moment(house.clock.now())))
            told.append(await house.told())
        return await house.door.receive(envelope)

    house.clock.time = START + 40 * DAY
    await end_overdue(house.store, house.clock, overtaken)
    found = await house.one(person)
    assert told and (found.state, found.refunds) == (then, ())
    assert await house.told() == {}


async def test_what_is_handed_to_the_print_room_at_this_moment_is_not_ended(house: House) -> None:
    person = PEOPLE[State.PRINTING]
    await house.order(person, State.PRINTING)
    order = await house.one(person)
    await house.store.database.run(print_outbox.queue, order.id, START, START)
    until = micros(START + 31 * DAY + timedelta(minutes=2))
    lease = f"lease_token = 't', lease_until = {until}"
    await house.execute(f"UPDATE print_outbox SET state = 'submitting', {lease}")
    assert await house.round(31 * DAY) == 0  # and no round is repeated at once because of it
    assert (await house.one(person)).state is State.PRINTING
    assert await house.round(31 * DAY + timedelta(minutes=2)) == 1  # its dispatcher has fallen silent
    assert (await house.one(person)).state is State.LOST


async def test_two_processes_that_find_the_same_order_end_it_once(house: House) -> None:
    """A returned letter would be destroyed and given up as not destroyed in one breath."""
    person = PEOPLE[State.RETURNED]
    await house.order(person, State.RETURNED)
    house.clock.time = START + 31 * DAY

    async def other(envelope: Envelope) -> bool:
        await end_overdue(house.store, house.clock, house.door.receive)
        return await house.door.receive(envelope)

    await end_overdue(house.store, house.clock, other)
    assert (await house.one(person)).state is State.DESTROYING
    assert len(await house.said_to(person)) == 1


# Erasures -------------------------------------------------------------------------------------------------------------


async def asked_for(house: House, person: Person, confirmed: bool, choice: str = "send") -> int:
    """An erasure on the first day."""
    work = int(person.handle)
    number, due, _ = await house.store.do(requests.open, work, person, "erasure", house.clock.now(), choice)
    assert due == date(2026, 12, 22)  # START is 22 November 2026
    if confirmed:
        at = micros(house.clock.now())
        await house.execute(f"UPDATE data_request SET state = 'confirmed', confirmed_by = 'a2', confirmed_at = {at}")
    return number


LAST = timedelta(days=30)
"""In Istanbul the thirtieth day has come at noon."""


async def rounds(house: House, after: timedelta) -> None:
    """All that happens by itself: orders end, requests are carried out, what was decided is brought to its sender."""
    for _ in range(3):
        await house.round(after)
        await Requests(house.store, house.clock, house.door.receive).run_once()
        for one in await house.store.do(desk_events.waiting, 50):
            await house.door.receive(Envelope(one.key, one.person, one.event, moment(house.clock.now())))
            await house.store.do(desk_events.done, one.id)
        await house.deliver()


@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed at once", "that nobody decides"])
async def test_an_erasure_is_carried_out_or_answered_with_reasons_by_day_thirty_in_every_state(
    house: House, confirmed: bool
) -> None:
    """Refunds are not made, pages are not closed, no scan comes: nothing of it may hold the answer up."""
    await house.everybody()
    numbers = {state: await asked_for(house, person, confirmed) for state, person in PEOPLE.items()}
    await rounds(house, timedelta())
    await rounds(house, LAST - DAY)
    if not confirmed:
        assert await house.count("SELECT count(*) FROM data_request WHERE state = 'open'") == len(PEOPLE)
    await house.told()
    await rounds(house, LAST - timedelta(hours=11))  # an hour after midnight in Istanbul: some end at noon
    told = await house.told()
    await rounds(house, LAST + MOMENT)
    told |= await house.told()
    late = {State.DISPATCHED, State.ERASED}  # handed over on the day of the request, and never scanned
    if not confirmed:
        late |= {State.RETURNED}  # nobody had it destroyed before
    for state, person in PEOPLE.items():
        found = await house.store.do(requests.find, numbers[state])
        assert found is not None
        assert found.state is (RequestState.REFUSED if state in late else RequestState.DONE), state
        if state in late:
            assert found.article == "KVKK m.5/2-c"
            assert "still on their way" in told[person.handle] and "(KVKK m.14)" in told[person.handle]
    assert await house.count("SELECT count(*) FROM data_request WHERE due <= '2026-12-22' AND closed_at IS NULL") == 0
    for days in (38, 46, 61, 70):
        await rounds(house, days * DAY)
        await house.told()
    assert await house.count("SELECT count(*) FROM data_request WHERE closed_at IS NULL") == 0
    assert await house.count("SELECT count(*) FROM person WHERE forgotten_at IS NULL") == 0
    assert await house.count("SELECT count(*) FROM person WHERE handle IS NOT NULL") == 0
    await house.purged(datetime(2038, 1, 1, tzinfo=UTC))
    for table in ("orders", "person", "data_request", "work", "errand", "message_outbox", "refund", "ticket"):
        assert await house.count(f"SELECT count(*) FROM {table}") == 0, table


async def test_a_new_request_takes_the_place_of_one_that_is_answered_with_reasons(house: House) -> None:
    person = PEOPLE[State.QUEUED]
    await house.order(person, State.QUEUED)
    order = await house.one(person)
    await house.store.database.run(print_outbox.queue, order.id, START + 100 * DAY, START)
    number = await asked_for(house, person, confirmed=True)
    await rounds(house, LAST)
    (told,) = (await house.told()).values()
    assert "These orders are still on their way" in told and "MX000001" in told
    assert "1 April 2027" in told  # a month after its hundredth day, 2 March 2027
    first, second = [await house.store.do(requests.find, one) for one in (number, number + 1)]
    assert first is not None and second is not None
    assert (first.state, first.article) == (RequestState.REFUSED, "KVKK m.5/2-c")
    assert (second.state, second.choice, second.confirmed_by) == (RequestState.CONFIRMED, first.choice, "a2")
    assert second.due == date(2027, 1, 21)
    await rounds(house, 131 * DAY)
    assert await house.count("SELECT count(*) FROM person WHERE forgotten_at IS NULL") == 0


async def test_an_erasure_on_its_last_day_waits_for_what_has_just_been_said_and_not_for_a_silent_messenger(
    house: House,
) -> None:
    """A paid order is cancelled for it: that the price goes back is told before the messages that wait are erased."""
    person = PEOPLE[State.HELD]
    await house.order(person, State.HELD)
    number = await asked_for(house, person, confirmed=True, choice="stop")
    carry_out = Requests(house.store, house.clock, house.door.receive).run_once
    house.clock.time = START + LAST
    for minutes in (0, 30, 59):
        house.clock.time = START + LAST + timedelta(minutes=minutes)
        await carry_out()
        found = await house.store.do(requests.find, number)
        assert found is not None and found.state is RequestState.EXECUTING
    house.clock.time = START + LAST + timedelta(hours=1)  # the messenger has not answered: the law does not wait
    await carry_out()
    found = await house.store.do(requests.find, number)
    assert found is not None and found.state is RequestState.DONE


async def test_an_order_past_its_latest_end_is_ended_before_its_erasure_is_answered(house: House) -> None:
    """At the first start with latest ends, or after a long standstill, the answer would name a day that is past."""
    person = PEOPLE[State.DISPATCHED]
    await house.order(person, State.DISPATCHED)
    number = await asked_for(house, person, confirmed=True)
    house.clock.time = START + 170 * DAY
    told = []
    for _ in range(2):
        await Requests(house.store, house.clock, house.door.receive).run_once()
        assert await house.count("SELECT count(*) FROM errand") == 0
        told.append(await house.told())
    assert "could not find out what became" in told[0][person.handle]
    assert "has been carried out" in told[1][person.handle]
    found = await house.store.do(requests.find, number)
    assert found is not None and found.state is RequestState.DONE


async def test_what_nobody_decided_and_nobody_may_do_alone_is_answered_too(house: House) -> None:
    person = PEOPLE[State.AWAITING]
    await house.order(person, State.POSTED)
    for nth, kind in enumerate(("correction", "access")):
        await house.store.do(requests.open, nth, person, kind, START)
    await house.execute("UPDATE data_request SET state = 'open', origin = 'letter'")
    await rounds(house, LAST - DAY)
    assert await house.told() == {}
    await rounds(house, LAST)
    told = await house.told()
    assert set(told) == {person.handle}
    assert told[person.handle].count("within the 30 days of the law") == 2
    assert await house.count("SELECT count(*) FROM data_request WHERE article = 'KVKK m.13/2'") == 2
    assert (await house.store.do(alarms.counts, house.clock.now()))["requests_undecided"] == 2


# Work -----------------------------------------------------------------------------------------------------------------

ID = "1" * 32
# work -> (days it is tried at most, words its sender reads, "" for none)
WORKS: dict[str, tuple[fx.Work, int, str]] = {
    "a refund that the institution does not make": (
        fx.Refund(ID, "pay-1", PRICE, "sandbox"), 30, "has not made your refund within 30 days",
    ),
    "a page that the institution does not close": (fx.CloseLink(ID), 30, ""),
    "a file in a tray that is not in use any more": (fx.RemoveFromTray(ID), 30, ""),
    "news that no mail server takes": (fx.MailNews(ID, "posted"), 7, ""),
    "documents that no mail server takes": (fx.MailDocuments(ID), 7, "could not be sent to your e-mail address"),
    "words to the desk that do not arrive": (fx.OpenTicket("soru", 1), 30, "could not be passed on within 30 days"),
    "a timer that nobody hears": (fx.SetTimer("return", f"{ID}:x", timedelta(days=30)), 90, ""),
}  # fmt: skip


@pytest.mark.parametrize("parked", [True, False], ids=["parked for a person", "tried again and again"])
async def test_work_is_given_up_on_its_day_and_whoever_waits_for_it_hears(house: House, parked: bool) -> None:
    everybody = {name: Person("telegram", str(3000 + nth)) for nth, name in enumerate(WORKS)}
    for name, person in everybody.items():
        known = Standing(person, step="home", profile=Profile(name="Işıl İnci", language="en"))
        async with house.store.transaction() as tx:
            await tx.keep([KeptTurn(None, Turn(known, (WORKS[name][0],)), (), moment(START))])
    if parked:
        await house.execute("UPDATE work SET parked = 1")
    assert await house.count("SELECT count(*) FROM work") == len(WORKS)
    for days in (7, 30, 90):
        due = [name for name in WORKS if WORKS[name][1] == days]
        before = await house.count("SELECT count(*) FROM work")
        assert await house.round(days * DAY) == 0
        assert await house.round(days * DAY + MOMENT) == len(due)
        assert await house.count("SELECT count(*) FROM work") == before - len(due)
        told = await house.told()
        heard = {everybody[name].handle: WORKS[name][2] for name in due if WORKS[name][2]}
        assert set(told) == set(heard) and all(words in told[handle] for handle, words in heard.items())
    assert await house.count("SELECT count(*) FROM refund WHERE state = 'asked'") == 1  # still owed
    assert (await house.store.do(alarms.counts, house.clock.now()))["refunds_stuck"] == 1


async def test_work_that_is_done_at_this_moment_is_left_alone(house: House) -> None:
    person = Person("telegram", "3100")
    known = Standing(person, step="home", profile=Profile(name="Işıl İnci"))
    async with house.store.transaction() as tx:
        await tx.keep([KeptTurn(None, Turn(known, (fx.CloseLink(ID),)), (), moment(START))])
    late = START + 31 * DAY
    (item,) = await house.store.do(jobs.take, "worker", late, late + timedelta(minutes=5), 1)
    assert await house.round(31 * DAY) == 0
    await house.store.do(jobs.failed, item.id, None, "worker")
    assert await house.round(31 * DAY) == 1


async def test_a_refund_that_a_worker_makes_at_this_moment_is_not_said_to_be_unmade(house: House) -> None:
    """The worker had it before its turn to be given up came: its row stays until the worker has settled it."""
    person = Person("telegram", "3200")
    known = Standing(person, step="home", profile=Profile(name="Işıl İnci", language="en"))
    works = (fx.OpenTicket("soru", 1), fx.Refund(ID, "pay-1", PRICE, "sandbox"))
    async with house.store.transaction() as tx:
        await tx.keep([KeptTurn(None, Turn(known, works), (), moment(START))])
    late = START + 31 * DAY

    async def overtaken(envelope: Envelope) -> bool:
        if taken := await house.store.do(jobs.take, "worker", late, late + timedelta(minutes=5), 9):
            assert [type(item.effect) for item in taken] == [fx.Refund]  # nobody takes what is being given up
        return await house.door.receive(envelope)

    house.clock.time = late
    assert await end_overdue(house.store, house.clock, overtaken) == 1
    assert "made your refund" not in " ".join((await house.told()).values())
    (left,) = [row for row in (await house.store.do(latest_ends.given_up, late + DAY)) if row.kind == "Refund"]
    await house.store.do(jobs.done, [left.id])
    assert await house.count("SELECT count(*) FROM refund WHERE state = 'asked'") == 0


async def test_one_sender_whom_nobody_can_tell_keeps_no_other_work_waiting(house: House) -> None:
    for handle in ("3300", "3301"):
        known = Standing(Person("telegram", handle), step="home", profile=Profile(name="Işıl İnci", language="en"))
        async with house.store.transaction() as tx:
            await tx.keep([KeptTurn(None, Turn(known, (fx.MailDocuments(ID),)), (), moment(START))])

    async def broken(envelope: Envelope) -> bool:
        if envelope.person.handle == "3300":
            raise RuntimeError
        return await house.door.receive(envelope)

    house.clock.time = START + 8 * DAY
    assert await end_overdue(house.store, house.clock, broken) == 1
    assert list(await house.told()) == ["3301"]
