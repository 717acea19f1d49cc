"""The job queue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.core.effects import DrawPreview, MailCode, MeasureLetter, OpenLink, Refund, SetTimer
from flows.words.text import Kurus
from storage.keys.codecs import WORKS
from storage.monitoring import figures
from storage.queues import jobs
from storage.store.store import WorkItem
from tests.storage.conftest import House


async def take(house: House, taker: str = "w", **later: float) -> list[WorkItem]:
    return await house.store.do(
        jobs.take, taker, house.later(**later), house.later(**later) + timedelta(minutes=5), 100
    )


async def test_work_comes_out_as_it_went_in(house: House) -> None:
    asked = (
        MailCode("isil@example.org"),
        OpenLink("b" * 32),
        Refund("b" * 32, "sandbox:1", Kurus(4850)),
        DrawPreview(3),
    )
    await house.turn(house.ayse, *asked)
    taken = await take(house)
    assert tuple(item.effect for item in taken) == asked
    assert {item.person for item in taken} == {house.ayse}


@pytest.mark.parametrize("kind", WORKS)
def test_every_kind_of_work_is_known_by_its_name(kind: str) -> None:
    assert WORKS[kind].__name__ == kind


async def test_a_timer_rings_on_the_given_clock_and_not_before(house: House) -> None:
    await house.turn(house.ayse, SetTimer("birth_date", "9", timedelta(minutes=30)))
    assert await take(house, minutes=29, seconds=59) == []
    (item,) = await take(house, minutes=30)
    assert item.effect == SetTimer("birth_date", "9", timedelta(minutes=30))


async def test_a_newer_measurement_replaces_one_that_was_not_begun(house: House) -> None:
    await house.turn(house.ayse, MeasureLetter(1, "klasik"))
    await house.turn(house.bora, MeasureLetter(1, "klasik"))
    await house.turn(house.ayse, MeasureLetter(2, "klasik"), MeasureLetter(3, "klasik"))
    taken = await take(house)
    assert [(i.person.handle, i.effect) for i in taken] == [
        ("1002", MeasureLetter(1, "klasik")),
        ("1001", MeasureLetter(3, "klasik")),
    ]
    await house.turn(house.ayse, MeasureLetter(4, "klasik"))
    assert [i.effect for i in await take(house)] == [MeasureLetter(4, "klasik")]
    assert await house.scalar("SELECT count(*) FROM work") == 3  # the one that was begun is left to its worker


async def test_finished_work_is_gone(house: House) -> None:
    await house.turn(house.ayse, MailCode("a@example.com"), MailCode("b@example.com"))
    first, second = await take(house)
    await house.store.do(jobs.done, [first.id])
    assert [i.id for i in await take(house, minutes=6)] == [second.id]


async def test_work_of_a_dead_worker_is_taken_by_another(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    await take(house, "dead")
    assert await take(house, "alive") == []
    assert len(await take(house, "alive", minutes=5)) == 1


async def test_failed_work_waits_and_counts_its_attempts(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    (item,) = await take(house)
    await house.store.do(jobs.failed, item.id, house.later(minutes=1), "w")
    assert await take(house) == []
    (again,) = await take(house, minutes=1)
    assert again.attempts == 1


async def test_a_worker_that_slept_through_its_time_parks_nothing_that_another_is_doing(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    (item,) = await take(house, "asleep")
    assert len(await take(house, "awake", minutes=5)) == 1
    await house.store.do(jobs.failed, item.id, None, "asleep")
    assert (await house.store.do(figures.count))["work_parked"] == 0
    await house.store.do(jobs.failed, item.id, None, "awake")
    assert (await house.store.do(figures.count))["work_parked"] == 1


async def test_work_that_is_given_up_is_parked_for_a_person(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    (item,) = await take(house)
    await house.store.do(jobs.failed, item.id, None, "w")
    assert await take(house, days=1) == []
    assert (await house.store.do(figures.count))["work_parked"] == 1
    assert not await house.store.do(figures.busy, house.later(days=1))


async def test_a_payment_is_given_back_once(house: House) -> None:
    back = Refund("b" * 32, "sandbox:1", Kurus(4850))
    await house.turn(house.ayse, back)
    await house.turn(house.ayse, back)
    (item,) = await take(house)
    await house.store.do(jobs.done, [item.id])
    assert await house.scalar("SELECT state FROM refund") == "settled"
    await house.turn(house.ayse, back)
    assert await take(house) == []


async def test_each_part_of_a_payment_and_each_institutions_payment_of_the_same_number_is_given_back_once(
    house: House,
) -> None:
    parts = [
        Refund("b" * 32, "1", Kurus(100), "iyzico"),
        Refund("b" * 32, "1", Kurus(100), "iyzico", 2),
        Refund("b" * 32, "1", Kurus(200), "paytr"),
    ]
    await house.turn(house.ayse, *parts, *parts)
    items = await take(house)
    assert [item.effect for item in items] == parts
    await house.store.do(jobs.done, [items[1].id])
    assert await house.rows("SELECT provider, nth, amount, state FROM refund ORDER BY provider, nth") == [
        ("iyzico", 1, 100, "asked"),
        ("iyzico", 2, 100, "settled"),
        ("paytr", 1, 200, "asked"),
    ]


async def test_a_refund_of_before_institutions_were_kept_is_recorded_as_settled(house: House) -> None:
    """Its work waited while the service was upgraded: the row has its institution since, the work has not."""
    await house.turn(house.ayse, Refund("b" * 32, "1", Kurus(100)))
    await house.execute("UPDATE refund SET provider = 'sandbox'")
    (item,) = await take(house)
    await house.store.do(jobs.done, [item.id])
    assert await house.rows("SELECT provider, state FROM refund") == [("sandbox", "settled")]
