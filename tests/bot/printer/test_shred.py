"""The shredder: after it, no key; before it, no word of erasure; whenever it dies, the next one finishes."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

from bot.printer.shred import shred_once
from flows.core.events import Envelope
from tests.bot.printer.fakes import PERSON, Cabinet, Crash, Fuse, ShredRow, TestClock


def a_cabinet() -> Cabinet:
    """Two printed letters and one draft that was thrown away; one further key that nobody asked to destroy."""
    rows = [
        ShredRow("k1", "l1", "o1", PERSON),
        ShredRow("k2", "l2"),
        ShredRow("k3", "l3", "o3", PERSON),
    ]
    return Cabinet(keys={"k1", "k2", "k3", "k4"}, listed=rows)


async def test_keys_go_then_senders_are_told_then_the_rows_are_ticked_off() -> None:
    cabinet = a_cabinet()
    assert await shred_once(cabinet, cabinet, TestClock(), cabinet.receive) == 3
    assert (cabinet.keys, cabinet.told, cabinet.listed) == ({"k4"}, ["o1", "o3"], [])
    assert await shred_once(cabinet, cabinet, TestClock(), cabinet.receive) == 0


async def test_one_or_two_crashes_anywhere_leave_no_key_and_tell_each_sender_once() -> None:
    counted = a_cabinet()
    await shred_once(counted, counted, TestClock(), counted.receive)
    for first, second in product(range(1, counted.fuse.passed + 1), range(counted.fuse.passed + 1)):
        cabinet = a_cabinet()
        for place in (first, second, 0):
            cabinet.fuse = Fuse(place)
            with suppress(Crash):
                await shred_once(cabinet, cabinet, TestClock(), cabinet.receive)
        assert (cabinet.keys, sorted(cabinet.told), cabinet.listed) == ({"k4"}, ["o1", "o3"], []), (first, second)


async def test_a_sender_who_cannot_be_told_yet_is_told_in_a_later_round() -> None:
    cabinet, broken = a_cabinet(), True

    async def receive(envelope: Envelope) -> None:
        if broken and envelope.key == "shred:l1":
            raise RuntimeError("the database said no")
        await cabinet.receive(envelope)

    assert await shred_once(cabinet, cabinet, TestClock(), receive) == 2
    assert cabinet.keys == {"k4"}
    broken = False
    assert await shred_once(cabinet, cabinet, TestClock(), receive) == 1
    assert cabinet.told == ["o3", "o1"]
