"""Who waits to hear what becomes of a refund: told once, by whichever process, and not before it is decided."""

from __future__ import annotations

import asyncio

from flows.core import effects as fx
from flows.core.effects import Effect
from flows.core.events import RefundGranted
from flows.core.state import Order, State
from flows.desk.admin.effects import AppointStaff, DismissStaff
from flows.desk.base.effects import TellSender
from flows.desk.base.request import Asked
from flows.desk.base.roles import Role
from flows.desk.printing.effects import AwaitRefund
from flows.desk.printing.refunds import Wish
from storage.monitoring import figures
from storage.printing import refund_requests
from storage.queues import desk_events
from storage.store import writers
from storage.store.requested import By, requested_by
from storage.support import staff
from tests.storage.conftest import House
from tests.storage.erasure import everything
from tests.storage.rights.test_erasure import KANARYA, erased

ADMIN, APPOINTED = 11, 13


async def kept(house: House, user: int, *effects: Effect) -> None:
    """Written as the staff's door writes them, for somebody who reads English."""
    async with house.store.transaction() as tx:
        row = await tx.do(staff.remember, Asked("k", user, "Robin", "en", user, 1, private=True), house.now)
        await tx.do(writers.perform, requested_by(By(f"staff:{user}", row, house.now), effects))


async def wished(house: House, user: int = ADMIN) -> Order:
    """A letter in a dispatcher's hand, and an admin who wants its price given back."""
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t1")
    person = await house.scalar("SELECT id FROM person WHERE channel = 'telegram'")
    await kept(
        house, user, TellSender(person, RefundGranted(order.id, "mistake")), AwaitRefund(order.id, str(user), True)
    )
    return order


async def errands_done(house: House) -> None:
    for errand in await house.store.do(desk_events.waiting, 10):
        await house.store.do(desk_events.done, errand.id)


async def take(house: House, number: int = 1) -> Wish | None:
    async with house.store.transaction() as tx:
        return await tx.do(refund_requests.take, number, [ADMIN])


async def test_nothing_is_told_before_the_senders_door_and_the_dispatcher_have_spoken(house: House) -> None:
    order = await wished(house)
    assert await house.store.do(refund_requests.decided, 10) == []  # on its way to the sender's door
    await house.turn(house.ayse, fx.StopPrint(order.id))
    await errands_done(house)
    assert (
        await house.store.do(refund_requests.decided, 10) == [] and await take(house) is None
    )  # the dispatcher has it
    assert not await house.store.do(figures.desk_busy)
    await house.clear(house.ayse, order, "t1")
    assert await house.store.do(refund_requests.decided, 10) == [1]
    assert await house.store.do(figures.desk_busy)
    wish = await take(house)
    assert wish is not None
    assert (wish.order.id, wish.here, wish.language, wish.stopping) == (order.id, str(ADMIN), "en", True)
    assert await take(house) is None and await house.store.do(refund_requests.decided, 10) == []


async def test_of_an_asker_who_is_no_admin_any_more_the_place_is_not_named(house: House) -> None:
    await kept(house, APPOINTED, AppointStaff(APPOINTED, frozenset({Role.ADMIN}), "Ece"))
    await wished(house, APPOINTED)
    await kept(house, ADMIN, DismissStaff(APPOINTED))
    await errands_done(house)
    wish = await take(house)
    assert wish is not None and wish.order.state is State.QUEUED and (wish.here, wish.language) == ("", "")


async def test_a_wish_goes_with_its_sender_when_they_are_erased(house: House) -> None:
    order = await everything(house, KANARYA)
    await kept(house, ADMIN, AwaitRefund(order.id, str(ADMIN), False))
    assert await house.scalar("SELECT count(*) FROM refund_wish") == 1
    await erased(house)
    assert await house.scalar("SELECT count(*) FROM refund_wish") == 0


async def test_of_two_processes_one_tells(postgres_house: House) -> None:
    house, other = postgres_house, await postgres_house.next_door()
    await wished(house)
    await errands_done(house)
    told = await asyncio.gather(*(take(one) for one in (house, other, house, other)))
    assert sum(one is not None for one in told) == 1
