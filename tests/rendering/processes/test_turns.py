"""Whoever waits for a page waits for the jobs before it, not for all the jobs of one sender."""

from __future__ import annotations

import asyncio

import pytest

from rendering.processes.turns import Turns

# places, who asks in which order -> in which order they are served, each giving its place back before the next
SERVED = {
    "one of each in turn": (1, "aaabc", "abcaa"),
    "one of each in turn again": (1, "aabbcc", "abcabc"),
    "alone": (1, "aaa", "aaa"),
    "several places": (3, "aaaab", "abaaa"),
}


@pytest.mark.parametrize(("places", "asked", "served"), SERVED.values(), ids=SERVED)
async def test_who_is_served_when(places: int, asked: str, served: str) -> None:
    turns: Turns[int] = Turns()
    order: list[str] = []
    over = asyncio.Event()

    async def job(sender: str) -> None:
        place = await turns.take(sender)
        order.append(sender)
        await over.wait()
        turns.give(place, sender)

    jobs = [asyncio.create_task(job(sender)) for sender in asked]
    await asyncio.sleep(0)
    for place in range(places):
        turns.add(place)
    await asyncio.sleep(0)
    over.set()
    await asyncio.gather(*jobs)
    assert "".join(order) == served


@pytest.mark.parametrize(("places", "held"), [(1, 1), (2, 1), (3, 2)])
async def test_nobody_holds_the_last_of_several_places(places: int, held: int) -> None:
    turns: Turns[int] = Turns()
    for place in range(places):
        turns.add(place)
    jobs = [asyncio.create_task(turns.take("a")) for _ in range(places + 1)]
    await asyncio.sleep(0)
    assert sum(job.done() for job in jobs) == held
    if places > held:
        await asyncio.wait_for(turns.take("b"), 1)
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)


async def test_a_sender_gets_the_place_of_last_time_again() -> None:
    turns: Turns[int] = Turns()
    for place in (1, 2, 3):
        turns.add(place)
    first, second = await turns.take("a"), await turns.take("b")
    assert first != second
    turns.give(first, "a")
    turns.give(second, "b")
    for _ in range(2):
        again = await turns.take("b")
        assert again == second
        turns.give(again, "b")


async def test_who_goes_away_takes_no_place_with_them() -> None:
    turns: Turns[int] = Turns()
    turns.add(7)
    place = await turns.take("a")
    waiting, served = asyncio.create_task(turns.take("b")), asyncio.create_task(turns.take("c"))
    await asyncio.sleep(0)
    waiting.cancel()  # while waiting
    turns.give(place, "a")
    served.cancel()  # in the moment of being served
    await asyncio.gather(waiting, served, return_exceptions=True)
    assert await asyncio.wait_for(turns.take("d"), 1) == 7
    assert turns._waiting == {} and turns._held == {"d": 1}
