"""Batches beside a real store: of two clerks who reconcile at once, neither undoes what the other has found."""

from __future__ import annotations

import asyncio

from flows.core.state import Order, State
from flows.order.reconciliation import Stop
from storage.printing import batches
from tests.storage.conftest import House


async def handed(house: House, letter: str = "a" * 32) -> Order:
    """A letter in its envelope, whose sheets can be counted."""
    await house.turn(house.ayse)
    order = await house.order(house.ayse, paid=False, letter=letter, state=State.PRINTED, dispatched_at=house.now)
    await house.execute(
        "INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, serial, at)"
        f" VALUES ('{order.id}', 'folder', 'x', 1, 'f00d', 7, {house.micros()})"
    )
    return order


async def test_a_look_at_the_scans_does_not_lift_what_a_count_stops_at_the_same_moment(house: House) -> None:
    order = await handed(house)
    next_door = await house.next_door()
    async with house.store.transaction() as tx:
        (found,) = await tx.do(batches.settle, house.now, {order.id: []})
        looks = asyncio.create_task(next_door.store.do(batches.settle, house.now))
        await asyncio.sleep(0.2)  # the look has begun, and the count is not yet written
    await looks
    assert found.stop is Stop.SHEETS
    assert await house.rows("SELECT stopped FROM batch") == [(Stop.SHEETS,)]


async def test_a_copy_is_allowed_for_each_time_that_this_letter_was_spoiled(house: House) -> None:
    one, two = await handed(house), await handed(house, "b" * 32)
    for order, kind in ((one, "spoiled"), (one, "printed"), (two, "printed"), (one, "spoiled")):
        await house.execute(
            "INSERT INTO scan (order_id, kind, reason, mark, at)"
            f" VALUES ('{order.id}', '{kind}', '', '1', {house.micros()})"
        )
    day = await house.store.do(lambda conn, vault: batches._batch(conn, batches.today_in_istanbul(house.now)))
    assert {paper.order: paper.copies for paper in day.letters} == {one.id: 3, two.id: 1}
