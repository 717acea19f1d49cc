"""The listed fields of a callback are kept once for each event, sealed."""

from __future__ import annotations

from storage.payments import callbacks
from tests.storage.conftest import House


async def test_a_posted_callback_is_kept_once_and_sealed(house: House) -> None:
    note, kept = callbacks.note_callback, {"order": "KANARYA"}
    assert await house.store.do(note, "sandbox", "evt-1", kept, house.now)
    assert not await house.store.do(note, "sandbox", "evt-1", kept, house.now)
    assert await house.store.do(note, "iyzico", "evt-1", kept, house.now)
    assert b"KANARYA" not in await house.scalar("SELECT min(raw) FROM payment_event")


async def test_a_callback_waits_until_its_order_was_asked_about(house: House) -> None:
    note = callbacks.note_callback
    await house.store.do(note, "iyzico", "unknown", {}, house.now, trouble="unknown_order")
    await house.store.do(note, "paytr", "another", {}, house.now, order="b" * 32)
    await house.store.do(note, "iyzico", "e1", {}, house.now, order="a" * 32)
    waiting = callbacks.unsettled
    assert await house.store.do(waiting, "iyzico", house.now) == []
    assert await house.store.do(waiting, "iyzico", house.later(minutes=1)) == [("e1", "a" * 32)]
    await house.store.do(callbacks.settled, "iyzico", "e1", house.now)
    assert await house.store.do(waiting, "iyzico", house.later(minutes=1)) == []
