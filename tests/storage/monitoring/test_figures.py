"""How long the oldest has waited: only for what nothing but us holds up, and from its beginning."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.core.effects import OpenLink, OpenRequest, SetTimer
from flows.core.state import State
from storage.monitoring import figures
from storage.printing import queue_view as print_queue
from storage.queues import jobs, message_state, messages
from storage.rights import requests
from storage.senders import people
from storage.store.store import Arrival, GivenBack
from tests.storage.conftest import House


async def test_where_nothing_waits_every_age_is_nought(house: House) -> None:
    assert set((await house.store.do(figures.ages, house.now)).values()) == {0.0}
    known = {"messages", "work", "prints", "prints_needs_human", "shreds", "requests", "tray"}
    assert set(await house.store.do(figures.ages, house.now)) == known


async def test_a_message_ages_from_its_writing_unless_its_chat_cannot_be_reached(house: House) -> None:
    await house.turn(house.ayse, says=["hello"])
    await house.turn(house.bora, says=["hello"], at=house.later(seconds=60))
    (message, *_) = await house.store.do(messages.take, "message sender", house.now, house.later(minutes=1), 10)
    # tried again later, and older all the same
    back = GivenBack(message.id, "message sender", Arrival.NONE, house.later(minutes=30))
    await house.store.do(message_state.note, back=[back])
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["messages"] == 600.0
    await house.store.do(people.set_reachable, house.ayse, False)
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["messages"] == 540.0


async def test_work_ages_until_it_is_done_or_parked_and_a_timer_only_waits(house: House) -> None:
    await house.turn(house.ayse, SetTimer("code", "1", timedelta(minutes=30)))
    assert (await house.store.do(figures.count))["work_waiting"] == 1  # presence first
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["work"] == 0.0
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, paid=False)
    await house.turn(house.ayse, OpenLink(order.id))
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["work"] == 600.0
    for item in await house.store.do(jobs.take, "worker", house.now, house.later(minutes=1), 10):
        await house.store.do(jobs.failed, item.id, None, "worker")
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["work"] == 0.0


async def test_a_letter_ages_from_its_posting_day(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["prints"] == 600.0
    await house.lease(house.ayse, order, "t1", minutes=60)
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["prints"] == 600.0
    await house.execute(f"UPDATE print_outbox SET not_before = {house.micros() + 300_000_000}")
    assert (await house.store.do(figures.ages, house.later(minutes=10)))["prints"] == 300.0
    assert (await house.store.do(figures.ages, house.later(minutes=4)))["prints"] == 0.0


async def test_what_needs_a_person_and_a_key_to_destroy_have_ages_of_their_own(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    assert await house.store.do(print_queue.hold_back, order.id, house.now)
    ages = await house.store.do(figures.ages, house.later(hours=1))
    assert (ages["prints_needs_human"], ages["prints"], ages["shreds"]) == (3600.0, 0.0, 0.0)
    assert await house.store.do(print_queue.retry, order.id, house.now)
    await house.lease(house.ayse, order, "t1")
    await house.clear(house.ayse, order, "t1")
    assert (await house.store.do(figures.ages, house.later(hours=1)))["shreds"] == 3600.0
    await house.shred()
    assert (await house.store.do(figures.ages, house.later(hours=1)))["shreds"] == 0.0


async def test_the_oldest_open_request_of_a_data_subject_has_an_age(house: House) -> None:
    await house.turn(house.ayse, OpenRequest("access"))
    (item,) = await house.store.do(jobs.take, "worker", house.now, house.later(minutes=1), 10)
    await house.store.do(requests.open, item.id, house.ayse, "access", house.now)
    assert (await house.store.do(figures.ages, house.later(days=20)))["requests"] == 20 * 86_400.0


async def test_a_letter_in_the_tray_ages_until_it_is_scanned(house: House) -> None:
    await house.turn(house.ayse)
    made = await house.order(house.ayse, paid=False, state=State.ERASED, dispatched_at=house.now)
    assert (await house.store.do(figures.ages, house.later(days=2)))["tray"] == 2 * 86_400.0
    await house.turn(house.ayse, orders=(replace(made, state=State.PRINTED),))
    assert (await house.store.do(figures.ages, house.later(days=2)))["tray"] == 0.0
