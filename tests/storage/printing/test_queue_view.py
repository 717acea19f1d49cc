"""The staff in the print outbox: retried, held back, settled and stopped, with a dispatcher at work beside it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from flows.core import events as ev
from flows.core.effects import ParkPrint, QueueForPrint, StopPrint
from flows.core.events import Envelope, Moment
from flows.core.state import Order, State
from storage.monitoring import figures
from storage.printing import outbox as print_outbox
from storage.printing import queue_view as print_queue
from storage.printing.outbox import Fenced
from storage.queues import keys_to_shred, messages
from tests.storage.conftest import House
from tests.storage.erasure import door


async def queued(house: House) -> Order:
    await house.letter(house.ayse, "sevgili Leyla")
    return await house.order(house.ayse, payment="sandbox:P-1", paid_at=house.now)


async def happens(house: House, event: ev.OrderEvent, key: str = "") -> bool:
    """At the order's own door."""
    moment = Moment(house.now, "f" * 32)
    return bool(await door(house)(Envelope(key or f"{event}", house.ayse, event, moment)))


async def claimed(house: House, token: str = "t1") -> Order:
    order = await queued(house)
    await happens(house, ev.PrintClaimed(order.id, token, house.later(minutes=2)))
    return order


async def stuck(house: House) -> Order:
    order = await claimed(house)
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == {order.id}
    await happens(house, ev.PrintStuck(order.id, "t1"))
    return order


async def state(house: House) -> State:
    (order,) = (await house.standing(house.ayse)).orders
    return order.state


async def pieces(house: House) -> list[str]:
    return [row.state for row in await house.store.do(print_queue.listing)]


# Retry and park -------------------------------------------------------------------------------------------------------


async def test_what_is_tried_again_is_looked_up_at_the_sink_before_it_is_handed_over(house: House) -> None:
    order = await stuck(house)
    assert await house.store.do(print_queue.retry, order.id, house.now)
    assert await house.store.do(print_outbox.ready, house.now, 10) == [(house.ayse, order.id)]
    await happens(house, ev.PrintClaimed(order.id, "t2", house.later(minutes=2)))
    (piece,) = await house.store.do(print_outbox.pieces, "t2")
    assert piece.state == "submitting"  # so the dispatcher asks the sink first


async def test_a_posting_date_is_still_waited_for(house: House) -> None:
    order = await stuck(house)
    await house.execute(f"UPDATE print_outbox SET not_before = not_before + {3 * 86_400_000_000}")
    assert await house.store.do(print_queue.retry, order.id, house.now)
    assert await house.store.do(print_outbox.ready, house.later(days=2), 10) == []
    await house.execute("DELETE FROM message_outbox")
    assert not await house.store.do(figures.busy, house.later(days=2))
    assert len(await house.store.do(print_outbox.ready, house.later(days=3), 10)) == 1


async def test_what_a_working_dispatcher_has_in_hand_cannot_be_held_back(house: House) -> None:
    order = await claimed(house)
    row = await house.store.do(print_queue.row_of, order.id, house.now)
    assert row is not None and row.held
    assert not await house.store.do(print_queue.hold_back, order.id, house.now)
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == {order.id}


async def test_after_its_lease_it_can_be_held_back_and_its_dispatcher_is_fenced(house: House) -> None:
    order = await claimed(house)
    assert await house.store.do(print_queue.hold_back, order.id, house.later(minutes=2))
    assert not await house.store.do(print_outbox.submitting, [order.id], "t1")
    assert await pieces(house) == ["needs_human"]


async def test_a_dispatcher_and_an_admin_at_once_are_one_after_the_other(house: House) -> None:
    """Whoever is first: a piece held back is never handed over."""
    order = await queued(house)
    claim = ev.PrintClaimed(order.id, "t1", house.later(minutes=2))
    parked, _ = await asyncio.gather(
        house.store.do(print_queue.hold_back, order.id, house.now), happens(house, claim), return_exceptions=True
    )
    handed = await house.store.do(print_outbox.submitting, [order.id], "t1")
    assert (parked is True) is (handed == set())
    assert await pieces(house) == ["needs_human" if parked is True else "submitting"]


# A person's word ------------------------------------------------------------------------------------------------------


async def test_seen_at_the_printer_it_is_dispatched_as_if_the_sink_had_said_so(house: House) -> None:
    order = await stuck(house)
    await happens(house, ev.FoundPrinted(order.id))
    assert await state(house) is State.DISPATCHED
    assert await pieces(house) == []
    assert await house.rows("SELECT pdf, state FROM print_outbox") == [(None, "cleared")]
    assert await house.rows("SELECT sink, receipt, sha256 FROM dispatch") == [("person", "", "f00d")]
    (shred,) = await house.store.do(keys_to_shred.pending, 10)
    assert (shred.order, shred.person) == (order.id, house.ayse)
    await happens(house, ev.FoundPrinted(order.id), "again")  # said twice
    assert await house.scalar("SELECT count(*) FROM dispatch") == 1


async def test_after_a_restore_it_needs_no_lease_to_be_seen(house: House) -> None:
    order = await queued(house)
    await house.execute("UPDATE print_outbox SET state = 'needs_human', lease_token = NULL, lease_until = NULL")
    await happens(house, ev.FoundPrinted(order.id))
    assert await state(house) is State.DISPATCHED


async def test_of_a_letter_that_was_not_there_no_key_is_destroyed(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.execute("DELETE FROM letter")
    order = await house.order(house.ayse)
    await happens(house, ev.FoundPrinted(order.id))
    assert await state(house) is State.DISPATCHED
    assert await house.store.do(keys_to_shred.pending, 10) == []


async def test_not_printed_it_is_in_the_queue_again_and_printed(house: House) -> None:
    order = await stuck(house)
    moment = Moment(house.later(hours=1), "f" * 32)
    assert await door(house)(Envelope("seen", house.ayse, ev.FoundUnprinted(order.id), moment))
    assert await pieces(house) == ["ready"]
    await happens(house, ev.PrintClaimed(order.id, "t2", house.later(minutes=2)))
    (piece,) = await house.store.do(print_outbox.pieces, "t2")
    assert piece.state == "leased"
    assert piece.since == house.later(hours=1)  # the tries of before are judged


async def test_a_piece_that_nobody_judged_may_have_been_handed_over_since_it_was_ordered(house: House) -> None:
    order = await stuck(house)
    assert await house.store.do(print_queue.retry, order.id, house.now)
    await happens(house, ev.PrintClaimed(order.id, "t2", house.later(minutes=2)))
    (piece,) = await house.store.do(print_outbox.pieces, "t2")
    assert piece.since == order.created_at


@pytest.mark.parametrize("event", [ev.FoundPrinted, ev.FoundUnprinted])
async def test_a_persons_word_counts_only_while_it_is_waited_for(house: House, event: Any) -> None:
    order = await stuck(house)
    assert await house.store.do(print_queue.retry, order.id, house.now)  # a colleague was faster
    before = await house.rows("SELECT state, lease_token FROM print_outbox")
    await happens(house, event(order.id))
    assert await house.rows("SELECT state, lease_token FROM print_outbox") == before
    assert await state(house) is State.STUCK


# Stop -----------------------------------------------------------------------------------------------------------------


async def test_what_waits_for_a_person_is_stopped_by_their_word(house: House) -> None:
    """Nobody else knows whether the print room has it."""
    order = await stuck(house)
    await happens(house, ev.StopAsked(order.id))
    assert await state(house) is State.STUCK
    assert await house.rows("SELECT state, stop FROM print_outbox") == [("needs_human", 1)]
    await happens(house, ev.FoundUnprinted(order.id))
    assert await state(house) is State.CANCELLED
    assert await house.scalar("SELECT count(*) FROM print_outbox") == 0
    assert await house.rows("SELECT payment, state FROM refund") == [("sandbox:P-1", "asked")]
    assert len(await house.store.do(keys_to_shred.pending, 10)) == 1


@pytest.mark.parametrize("event", [ev.OrderCancelled, ev.StopAsked])
@pytest.mark.parametrize(
    ("word", "end", "refunds"), [(ev.FoundUnprinted, State.CANCELLED, 1), (ev.FoundPrinted, State.DISPATCHED, 0)]
)
async def test_a_cancelled_letter_that_may_have_been_printed_is_looked_for_first(
    house: House, event: Any, word: Any, end: State, refunds: int
) -> None:
    """In the queue, and held back by a person or by a restore, after which nobody knows what was printed before."""
    order = await queued(house)
    assert await house.store.do(print_queue.hold_back, order.id, house.now)
    await happens(house, event(order.id))
    assert await state(house) is State.QUEUED
    assert await house.scalar("SELECT count(*) FROM refund") == 0
    await happens(house, word(order.id))
    assert await state(house) is end
    assert await house.scalar("SELECT count(*) FROM refund") == refunds


async def test_a_stop_before_the_sink_is_spoken_to_wins(house: House) -> None:
    order = await claimed(house)
    await happens(house, ev.StopAsked(order.id))
    assert (await house.standing(house.ayse)).orders[0].stopping
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == set()
    await happens(house, ev.PrintWithheld(order.id, "t1"))
    assert await state(house) is State.CANCELLED
    assert await house.scalar("SELECT count(*) FROM refund") == 1
    with pytest.raises(Fenced):
        await house.clear(house.ayse, order, "t1")


async def test_a_stop_after_the_sink_was_spoken_to_loses(house: House) -> None:
    order = await claimed(house)
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == {order.id}
    await happens(house, ev.StopAsked(order.id))
    assert await house.store.do(print_outbox.submitted, [order.id], "t1") == {order.id}
    await happens(house, ev.LetterDispatched(order.id, "t1", "folder", "r"))
    assert await state(house) is State.DISPATCHED
    assert await house.scalar("SELECT count(*) FROM refund") == 0
    told = [one.message.text for one in await house.store.do(messages.take, "p", house.now, house.now, 10)]
    assert "baskı odasına ulaşmış" in told[-1]


async def test_a_dead_dispatchers_piece_is_withheld_by_the_next(house: House) -> None:
    order = await claimed(house)
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == {order.id}
    await happens(house, ev.StopAsked(order.id))
    house.now = house.later(minutes=3)
    assert len(await house.store.do(print_outbox.ready, house.now, 10)) == 1
    await happens(house, ev.PrintClaimed(order.id, "t2", house.later(minutes=2)))
    assert await house.store.do(print_outbox.submitting, [order.id], "t2") == set()
    await happens(house, ev.PrintWithheld(order.id, "t2"))
    assert await state(house) is State.CANCELLED


async def test_what_is_to_be_stopped_is_not_held_back_besides(house: House) -> None:
    order = await claimed(house)
    await happens(house, ev.StopAsked(order.id))
    assert not await house.store.do(print_queue.hold_back, order.id, house.later(minutes=9))


async def test_stop_and_print_at_once_have_exactly_one_winner(house: House) -> None:
    order = await claimed(house)
    step, _ = await asyncio.gather(
        house.store.do(print_outbox.submitting, [order.id], "t1"),
        happens(house, ev.StopAsked(order.id)),
        return_exceptions=True,
    )
    assert isinstance(step, set)
    last = ev.LetterDispatched(order.id, "t1", "folder", "r") if step else ev.PrintWithheld(order.id, "t1")
    await happens(house, last)
    assert await state(house) is (State.DISPATCHED if step else State.CANCELLED)
    assert await house.scalar("SELECT count(*) FROM refund") == (0 if step else 1)
    assert await house.scalar("SELECT count(*) FROM dispatch") == (1 if step else 0)


async def test_a_cancel_and_a_claim_at_once_end_in_a_refund_while_nothing_is_handed_over(house: House) -> None:
    order = await queued(house)
    claim = ev.PrintClaimed(order.id, "t1", house.later(minutes=2))
    await asyncio.gather(happens(house, claim), happens(house, ev.OrderCancelled(order.id)), return_exceptions=True)
    assert await state(house) in (State.CANCELLED, State.PRINTING)
    assert await house.store.do(print_outbox.submitting, [order.id], "t1") == set()
    await happens(house, ev.PrintWithheld(order.id, "t1"))  # nobody's word any more where it was cancelled at once
    assert await state(house) is State.CANCELLED
    assert await house.scalar("SELECT count(*) FROM refund") == 1


async def test_a_letter_is_claimed_from_its_own_time_on_and_not_a_moment_before(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, payment="sandbox:P-1", paid_at=house.now, paid=False)
    await house.turn(house.ayse, QueueForPrint(order.id, house.later(hours=3)))
    assert [one.print_from for one in (await house.standing(house.ayse)).orders] == [house.later(hours=3)]
    just_before = house.later(hours=3) - timedelta(microseconds=1)
    assert await house.store.do(print_outbox.ready, just_before, 9) == []
    assert [one for _, one in await house.store.do(print_outbox.ready, house.later(hours=3), 9)] == [order.id]


async def test_a_letter_whose_hour_passed_while_nobody_listened_waits_until_its_sender_has_been_heard(
    house: House,
) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, payment="sandbox:P-1", paid_at=house.now, paid=False)
    await house.turn(house.ayse, QueueForPrint(order.id, house.later(hours=3)))

    async def claimable(after: float, up: float) -> list[str]:
        """By a service that has been up for so long, so many hours after the letter was paid."""
        now = house.later(hours=after)
        found = await house.store.do(print_outbox.ready, now, 9, now - timedelta(seconds=up))
        return [one for _, one in found]

    assert await claimable(after=3.5, up=0) == []
    assert await claimable(after=3.5, up=29) == []
    assert await claimable(after=3.5, up=30) == [order.id]
    assert await claimable(after=3, up=0) == [order.id]  # the hour comes while the service is there


async def test_one_that_was_queued_without_a_time_of_its_own_is_claimed_at_once(house: House) -> None:
    order = await queued(house)
    assert [one for _, one in await house.store.do(print_outbox.ready, house.now, 9)] == [order.id]
    later = house.later(hours=1)
    assert [one for _, one in await house.store.do(print_outbox.ready, later, 9, later)] == [order.id]


async def test_nothing_is_stopped_that_no_dispatcher_has(house: House) -> None:
    order = await queued(house)
    with pytest.raises(Fenced):
        await house.turn(house.ayse, StopPrint(order.id))


async def test_what_a_dispatcher_cannot_open_waits_without_a_lease(house: House) -> None:
    """Else a stop would wait for a dispatcher that has let go of it, and not for whoever looks at the printer."""
    order = await claimed(house)
    house.keyring.destroy([await house.scalar("SELECT key_id FROM print_outbox")])
    assert await house.store.do(print_outbox.pieces, "t1") == []
    await happens(house, ev.StopAsked(order.id))
    await happens(house, ev.FoundUnprinted(order.id))
    assert await state(house) is State.CANCELLED
    with pytest.raises(Fenced):
        await house.turn(house.ayse, ParkPrint(order.id, "t1"))
