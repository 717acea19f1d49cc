"""A use of a discount code is a living order: counted once, given back with it, never more than the limit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.effects import HoldCode
from flows.core.events import Moment, Person
from flows.core.state import Draft, Order, Standing, State, Turn
from flows.words.text import Kurus
from storage.retention import purge
from storage.rights.export import export
from storage.senders.discounts import CodeSpent
from storage.store.transaction import KeptTurn, Transaction
from tests.storage.conftest import House
from tests.storage.database.test_several import waiting

CODE = "HOSGELDIN"


async def ordered(house: House, person: Person, letter: str, state: State = State.AWAITING) -> Order:
    await house.letter(person, "one", letter=letter)
    return await house.order(
        person, paid=False, letter=letter, state=state, tariff="2026-1", vat_percent=20, discount=Kurus(485),
        discount_code=CODE,
    )  # fmt: skip


async def uses(house: House, person: Person) -> tuple[tuple[str, int], ...]:
    """As a turn of theirs would know them."""
    return (await looked(house, person)).code_uses


async def asks(house: House, person: Person) -> None:
    await house.turn(person, step="discount")


async def test_what_an_order_was_priced_by_is_kept_with_it(house: House) -> None:
    made = await ordered(house, house.ayse, "a" * 32)
    (found,) = (await house.standing(house.ayse)).orders
    assert (found.tariff, found.vat_percent, found.discount, found.discount_code) == ("2026-1", 20, Kurus(485), CODE)
    await house.turn(house.ayse, orders=(replace(found, state=State.QUEUED),))
    (after,) = (await house.standing(house.ayse)).orders
    assert replace(after, state=made.state, number="") == made


async def test_an_order_of_before_has_no_tariff_and_no_discount(house: House) -> None:
    await house.letter(house.ayse, "one")
    await house.order(house.ayse, paid=False)
    (found,) = (await house.standing(house.ayse)).orders
    assert (found.tariff, found.vat_percent, found.discount, found.discount_code) == ("", 0, Kurus(0), "")


async def test_the_uses_of_others_are_known_where_a_code_is_asked_for(house: House) -> None:
    await ordered(house, house.ayse, "a" * 32)
    await asks(house, house.bora)
    await asks(house, house.ayse)
    assert await uses(house, house.bora) == ((CODE, 1),)
    assert await uses(house, house.ayse) == ()  # her own orders she knows


async def test_they_are_known_where_a_code_has_been_typed_and_nowhere_else(house: House) -> None:
    await ordered(house, house.ayse, "a" * 32)
    await house.turn(house.bora, step="contract", draft=Draft(discount_code=CODE))
    assert await uses(house, house.bora) == ((CODE, 1),)
    await house.turn(house.bora, step="contract", draft=Draft())
    assert await uses(house, house.bora) == ()


@pytest.mark.parametrize("state", [State.CANCELLED, State.EXPIRED, State.SPOILED])
async def test_an_order_that_came_to_nothing_gives_its_use_back(house: House, state: State) -> None:
    order = await ordered(house, house.ayse, "a" * 32)
    await asks(house, house.bora)
    assert await uses(house, house.bora) == ((CODE, 1),)
    kept = (await house.standing(house.ayse)).orders[0]
    await house.turn(house.ayse, orders=(replace(kept, state=state),))
    assert await uses(house, house.bora) == ()
    assert order.discount_code == CODE


async def test_whoever_asks_for_their_data_reads_the_code_they_have_used(house: House) -> None:
    await ordered(house, house.ayse, "a" * 32)
    held = await house.store.do(export, house.ayse)
    (order,) = held["orders"]
    assert (order["tariff"], order["vat_percent"], order["discount_code"]) == ("2026-1", 20, CODE)
    assert order["discount"] == {"amount": 485}


async def test_a_use_goes_with_its_order(house: House) -> None:
    """Three years after its end (Distance Contracts By-law m.20)."""
    await ordered(house, house.ayse, "a" * 32, State.POSTED)
    assert await house.scalar("SELECT count(*) FROM orders WHERE discount_code <> ''") == 1
    await house.store.do(purge, house.now + timedelta(days=3 * 366 + 1))
    assert await house.scalar("SELECT count(*) FROM orders") == 0


async def test_the_last_use_is_held_once_and_the_second_turn_keeps_nothing(house: House) -> None:
    for person, letter in ((house.ayse, "a" * 32), (house.bora, "b" * 32)):
        await house.letter(person, "one", letter=letter)
    await took(house, house.ayse, "a" * 32, most=1)
    with pytest.raises(CodeSpent):
        await took(house, house.bora, "b" * 32, most=1)
    assert (await house.standing(house.bora)).orders == ()
    await took(house, house.bora, "b" * 32, most=2)
    assert len((await house.standing(house.bora)).orders) == 1


async def took(house: House, person: Person, letter: str, *, most: int) -> None:
    """The turn that orders with the code."""
    made = order_with_code(house, letter)
    await house.turn(person, HoldCode(CODE, most), draft=Draft(discount_code=CODE, letter=letter), orders=(made,))


def order_with_code(house: House, letter: str) -> Order:
    return Order(letter, State.LINKING, Kurus(4365), letter, "f00d", 1, 1, "normal", house.now, discount_code=CODE)


async def test_two_servers_do_not_give_the_last_use_twice(postgres_house: House) -> None:
    """Whoever looks second waits until the first has ordered, and sees then that the use has gone."""
    house, other = postgres_house, await postgres_house.next_door()
    for person, letter in ((house.ayse, "a" * 32), (house.bora, "b" * 32)):
        await house.letter(person, "one", letter=letter)
        await house.turn(person, step="contract", draft=Draft(discount_code=CODE, letter=letter))
    async with house.store.transaction() as tx:
        before = await looks(tx, house.ayse)
        second = asyncio.create_task(looked(other, other.bora))
        async with waiting(house, second):
            assert before.code_uses == ()
            after = Turn(replace(before, orders=(order_with_code(house, "a" * 32),)), (HoldCode(CODE, 1),))
            await tx.keep([KeptTurn(before, after, (), Moment(house.now, "a" * 32))])
    assert (await second).code_uses == ((CODE, 1),)


async def looks(tx: Transaction, person: Person) -> Standing:
    return (await tx.standings_of([person]))[person.channel, person.handle]


async def looked(house: House, person: Person) -> Standing:
    async with house.store.transaction() as tx:
        return await looks(tx, person)
