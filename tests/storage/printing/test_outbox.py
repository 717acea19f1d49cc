"""The print room's tray: the approved bytes print once, under the present lease, and then they are gone."""

from __future__ import annotations

import asyncio

import pytest

from flows.core.effects import ClearOutbox, ParkPrint, QueueForPrint, ShredLetter, WithdrawPrint
from flows.core.events import Person
from flows.core.state import Draft, State
from storage.monitoring import figures
from storage.printing import outbox as print_outbox
from storage.printing import queue_view as print_queue
from storage.printing.outbox import Fenced
from storage.queues import keys_to_shred
from storage.senders import previews
from tests.storage.conftest import House


async def test_what_was_approved_is_byte_for_byte_what_is_printed(house: House) -> None:
    pdf = bytes(range(256)) * 100
    await house.letter(house.ayse, "sevgili Leyla", pdf=pdf)
    order = await house.order(house.ayse)
    assert await house.store.do(print_outbox.ready, house.now, 10) == [(house.ayse, order.id)]
    await house.lease(house.ayse, order, "t1")
    (piece,) = await house.store.do(print_outbox.pieces, "t1")
    assert (piece.pdf, piece.number, piece.sha256, piece.state) == (pdf, "MX000001", "f00d", "leased")
    assert await house.scalar("SELECT count(*) FROM letter WHERE pdf IS NOT NULL") == 0


async def test_other_bytes_than_the_approved_ones_are_never_printed_and_the_money_is_not_refused(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.store.do(previews.keep, "a" * 32, b"%PDF another", "0ther", 1)
    order = await house.order(house.ayse)
    ((state, pdf),) = await house.rows("SELECT state, pdf FROM print_outbox")
    assert (state, pdf) == ("needs_human", None)
    assert await house.store.do(print_outbox.ready, house.now, 10) == []
    assert await house.store.do(print_queue.retry, order.id, house.now)  # somebody tries it all the same
    await house.lease(house.ayse, order, "t1")
    assert await house.store.do(print_outbox.pieces, "t1") == []
    assert [row.state for row in await house.store.do(print_queue.listing)] == ["needs_human"]


@pytest.mark.parametrize("there", [True, False], ids=["with other bytes", "gone"])
async def test_a_paid_letter_that_cannot_be_printed_can_be_cancelled(house: House, there: bool) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.store.do(previews.keep, "a" * 32, b"%PDF another", "0ther", 1)
    if not there:
        await house.execute("DELETE FROM letter")
    order = await house.order(house.ayse)
    assert len(await house.store.do(print_queue.listing)) == 1
    await house.turn(house.ayse, ShredLetter(order.letter, order.id))
    assert await house.store.do(print_queue.listing) == []
    assert len(await house.store.do(keys_to_shred.pending, 10)) == int(there)


async def test_queued_twice_it_prints_once(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.turn(house.ayse, QueueForPrint(order.id))
    assert len(await house.store.do(print_queue.listing)) == 1


async def test_a_posting_date_is_waited_for(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, paid=False)
    await house.turn(house.ayse, QueueForPrint(order.id, house.later(days=3)))
    assert await house.store.do(print_outbox.ready, house.later(days=2), 10) == []
    assert not await house.store.do(figures.busy, house.later(days=2))
    assert len(await house.store.do(print_outbox.ready, house.later(days=3), 10)) == 1


async def test_the_whole_way_of_a_piece(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    assert (await house.standing(house.ayse)).orders[0].lease_token == "t1"
    assert await house.store.do(print_outbox.submitting, [order.id], "t1")
    assert await house.store.do(print_outbox.not_submitted, [order.id], "another") == set()
    assert await house.store.do(print_outbox.not_submitted, [order.id], "t1") == {order.id}  # it was away
    assert [piece.state for piece in await house.store.do(print_outbox.pieces, "t1")] == ["leased"]
    assert await house.store.do(print_outbox.submitting, [order.id], "t1")
    assert await house.store.do(print_outbox.submitted, [order.id], "t1")
    assert await house.store.do(print_outbox.not_submitted, [order.id], "t1") == set()
    await house.clear(house.ayse, order, "t1")
    assert await house.scalar("SELECT pdf IS NULL AND state = 'cleared' FROM print_outbox") == 1
    assert await house.scalar("SELECT sink || receipt || sha256 FROM dispatch") == "folderreceiptf00d"
    assert await house.scalar("SELECT count(*) FROM letter") == 0
    (shred,) = await house.store.do(keys_to_shred.pending, 10)
    assert (shred.letter, shred.order, shred.person) == ("a" * 32, order.id, house.ayse)


async def test_a_dispatcher_that_slept_through_its_lease_changes_nothing(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "slow")
    assert await house.store.do(print_outbox.ready, house.later(minutes=4), 10) == []
    assert len(await house.store.do(print_outbox.ready, house.later(minutes=5), 10)) == 1
    await house.lease(house.ayse, order, "quick")
    assert not await house.store.do(print_outbox.submitting, [order.id], "slow")
    assert not await house.store.do(print_outbox.submitted, [order.id], "slow")
    assert await house.store.do(print_outbox.pieces, "slow") == []
    for late in (ClearOutbox(order.id, "slow", "folder", "r"), ParkPrint(order.id, "slow")):
        with pytest.raises(Fenced):
            await house.turn(house.ayse, late)
    assert await house.scalar("SELECT count(*) FROM dispatch") == 0
    (piece,) = await house.store.do(print_outbox.pieces, "quick")
    assert piece.pdf == b"%PDF approved"


@pytest.mark.parametrize("reached", ["submitting", "submitted"])
async def test_a_new_dispatcher_is_told_how_far_the_old_one_got(house: House, reached: str) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "dead")
    await house.store.do(print_outbox.submitting, [order.id], "dead")
    if reached == "submitted":
        await house.store.do(print_outbox.submitted, [order.id], "dead")
    assert len(await house.store.do(print_outbox.ready, house.later(minutes=5), 10)) == 1
    await house.lease(house.ayse, order, "next")
    (piece,) = await house.store.do(print_outbox.pieces, "next")
    assert piece.state == reached


async def test_a_cleared_piece_cannot_be_claimed_cleared_or_queued_again(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    await house.clear(house.ayse, order, "t1")
    with pytest.raises(Fenced):
        await house.lease(house.ayse, order, "t2")
    with pytest.raises(Fenced):
        await house.clear(house.ayse, order, "t1")
    await house.turn(house.ayse, QueueForPrint(order.id))
    assert await house.store.do(print_outbox.ready, house.later(days=1), 10) == []


async def test_ten_dispatchers_at_once_make_one_claim(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    steps = await asyncio.gather(*(house.store.do(print_outbox.submitting, [order.id], f"t{n}") for n in range(10)))
    assert [step for step in steps if step] == [{order.id}]


async def test_a_cancelled_letter_leaves_the_tray_and_its_key_is_destroyed(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.turn(house.ayse, ShredLetter("a" * 32, order.id), draft=Draft())
    assert await house.store.do(print_queue.listing) == []
    (shred,) = await house.store.do(keys_to_shred.pending, 10)
    assert shred.order == order.id
    await house.shred()
    assert await house.store.do(previews.read, house.ayse, "a" * 32) is None
    assert await house.store.do(keys_to_shred.pending, 10) == []


async def test_a_letter_that_its_sender_keeps_leaves_the_outbox_with_its_words_and_key(house: House) -> None:
    await house.letter(house.ayse, "Canım anneannem,")
    order = await house.order(house.ayse)
    await house.turn(house.ayse, WithdrawPrint(order.id))
    async with house.store.transaction() as tx:
        assert await tx.do(print_outbox.ready, house.later(days=1), 9) == []
    assert await house.scalar("SELECT count(*) FROM print_outbox") == 0
    assert await house.scalar("SELECT count(*) FROM letter WHERE manuscript IS NOT NULL") == 1


async def test_shredding_is_recorded_and_a_second_time_changes_nothing(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.turn(house.ayse, ShredLetter("a" * 32))
    keys = await house.shred()
    await house.store.do(keys_to_shred.done, keys, house.now)
    assert await house.scalar("SELECT sum(count) FROM destruction_record") == 1
    await house.turn(house.ayse, ShredLetter("a" * 32))
    assert await house.store.do(keys_to_shred.pending, 10) == []


async def test_staff_see_the_queue_without_a_name_and_move_pieces_by_hand(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    await house.turn(house.ayse, ParkPrint(order.id, "t1"))
    (row,) = await house.store.do(print_queue.listing)
    assert (row.number, row.state, row.attempts) == ("MX000001", "needs_human", 1)
    assert not await house.store.do(print_queue.hold_back, order.id, house.now)
    assert await house.store.do(print_queue.retry, order.id, house.now)
    assert await house.store.do(print_queue.hold_back, order.id, house.now)
    assert await house.store.do(print_queue.retry, order.id, house.now)
    assert len(await house.store.do(print_outbox.ready, house.now, 10)) == 1
    assert not await house.store.do(print_outbox.submitting, [order.id], "t1")


async def test_an_old_backup_put_back_prints_nothing_again(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM print_outbox")])
    await house.lease(house.ayse, order, "t1")
    assert await house.store.do(print_outbox.pieces, "t1") == []
    assert (await house.store.do(print_queue.listing))[0].state == "needs_human"
    assert await house.store.do(previews.read, house.ayse, "a" * 32) is None


async def test_a_preview_of_a_letter_that_is_gone_is_not_kept(house: House) -> None:
    assert not await house.store.do(previews.keep, "c" * 32, b"%PDF", "f00d", 1)


async def test_the_preview_can_still_be_shown_after_payment(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse, state=State.QUEUED)
    assert await house.store.do(previews.read, house.ayse, "a" * 32) == b"%PDF approved"


@pytest.mark.parametrize("paid", [True, False], ids=["in the print outbox", "with its letter"])
async def test_nobody_elses_letter_is_ever_read(house: House, paid: bool) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse, paid=paid)
    await house.turn(house.bora)
    assert await house.store.do(previews.read, house.ayse, "a" * 32) == b"%PDF approved"
    assert await house.store.do(previews.read, house.bora, "a" * 32) is None
    assert await house.store.do(previews.read, Person("telegram", "a stranger"), "a" * 32) is None
