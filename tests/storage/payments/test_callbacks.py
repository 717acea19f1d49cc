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
