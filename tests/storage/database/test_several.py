"""Several processes at one PostgreSQL: each has connections and keys of its own, and nobody notices the others."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from flows.core.effects import DrawPreview, LeasePrint
from flows.core.events import Moment, Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Draft, Profile, Standing, Turn
from flows.input.manuscript import Manuscript
from storage import retention
from storage.printing import outbox as print_outbox
from storage.queues import jobs, message_state, messages
from storage.senders import seen_updates
from storage.senders.people import row_id
from storage.store.store import Delivered, KeptTurn
from storage.store.transaction import Transaction
from tests.storage.conftest import KNOWN, NOON, House

PEOPLE, TURNS = 50, 4


@pytest.fixture
async def three(postgres_house: House) -> list[House]:
    return [postgres_house, await postgres_house.next_door(), await postgres_house.next_door()]


async def serve(house: House, person: Person, key: str) -> bool:
    """What the door does with one update: its answer says how many there have been."""
    async with house.store.transaction() as tx:
        if not await tx.do(seen_updates.first_sight, [key], NOON):
            return False
        before = (await tx.standings_of([person])).get((person.channel, person.handle))
        known = before or Standing(person, profile=KNOWN)
        after = replace(known, screen=known.screen + 1, draft=Draft(addressee_name=str(known.screen + 1)))
        said = (OutgoingMessage("say", str(after.screen)),)
        await tx.keep([KeptTurn(before, Turn(after), said, Moment(NOON, "0" * 32))])
    return True


@asynccontextmanager
async def waiting(house: House, act: asyncio.Task[object]) -> AsyncIterator[None]:
    """The block is entered once `act` waits for a lock on the server: what follows happens during its wait."""
    for _ in range(2000):
        if await house.scalar("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            break
        await asyncio.sleep(0)
    else:
        raise AssertionError("nobody waits for anybody")
    assert not act.done()
    yield


async def test_three_processes_serve_fifty_people_each_update_once_and_each_person_in_order(
    three: list[House],
) -> None:
    people = [Person("telegram", str(n)) for n in range(PEOPLE)]
    # Each update is brought to every process: Telegram repeats, and a balancer sends it elsewhere.
    keys = [(person, f"{person.handle}:{turn}") for turn in range(TURNS) for person in people]
    served = await asyncio.gather(*(serve(house, person, key) for person, key in keys for house in three))
    assert served.count(True) == PEOPLE * TURNS
    for person in people:
        found = await three[0].standing(person)
        assert (found.screen, found.draft.addressee_name) == (TURNS, str(TURNS))

    heard: dict[str, list[str]] = defaultdict(list)

    async def message_sender(house: House, name: str) -> None:
        while taken := await house.store.do(messages.take, name, NOON, NOON + timedelta(minutes=1), 7):
            for one in taken:
                heard[one.person.handle].append(one.message.text)
            await house.store.do(message_state.note, [Delivered(one.id, one.id, running=True) for one in taken])

    while await three[0].scalar("SELECT count(*) FROM message_outbox"):
        await asyncio.gather(*(message_sender(house, str(n)) for n, house in enumerate(three)))
    assert heard == {person.handle: [str(n + 1) for n in range(TURNS)] for person in people}


async def test_of_two_who_change_one_person_the_second_sees_all_that_the_first_has_changed(three: list[House]) -> None:
    """The first changes only the conversation and the letter: rows that are joined to the one both wait for."""
    here, there, _ = three
    await here.turn(here.ayse)
    async with here.store.transaction() as tx:
        before = (await tx.standings_of([here.ayse]))["telegram", "1001"]
        second = asyncio.create_task(serve(there, here.ayse, "second"))
        async with waiting(three[2], second):
            draft = Draft(letter="a" * 32, manuscript=Manuscript(((1, "words"),)))
            await tx.keep([KeptTurn(before, Turn(replace(before, screen=5, draft=draft)), (), Moment(NOON, "0" * 32))])
    assert await second
    assert (await here.standing(here.ayse)).screen == 6


async def test_a_stranger_who_comes_to_two_processes_at_once_is_one_person(three: list[House]) -> None:
    here, there, _ = three
    async with here.store.transaction() as tx:
        assert await tx.standings_of([here.ayse]) == {}
        second = asyncio.create_task(serve(there, here.ayse, "second"))
        async with waiting(three[2], second):
            first = Standing(here.ayse, profile=Profile(), screen=1)
            await tx.keep([KeptTurn(None, Turn(first), (), Moment(NOON, "0" * 32))])
    assert await second
    assert (await here.standing(here.ayse)).screen == 2
    assert await here.scalar("SELECT count(*) FROM person") == 1


@pytest.mark.parametrize("kept", [True, False])
async def test_an_update_that_is_being_served_elsewhere_is_waited_for(three: list[House], kept: bool) -> None:
    """The second process answers for it only if the first does not."""
    here, there, _ = three

    async def first_served(tx: Transaction) -> None:
        assert await tx.do(seen_updates.first_sight, ["telegram:7"], NOON) == {"telegram:7"}
        second.append(asyncio.create_task(serve(there, here.ayse, "telegram:7")))
        async with waiting(three[2], second[0]):
            if not kept:
                raise RuntimeError

    second: list[asyncio.Task[object]] = []
    try:
        async with here.store.transaction() as tx:
            await first_served(tx)
    except RuntimeError:
        assert not kept
    assert await second[0] is not kept


async def test_people_asked_for_in_opposite_orders_never_wait_for_each_other(three: list[House]) -> None:
    people = [Person("telegram", str(n)) for n in range(8)]

    async def both(house: House, asked: list[Person]) -> None:
        async with house.store.transaction() as tx:
            found = await tx.standings_of(asked)
            kept = []
            for person in asked:
                before = found.get((person.channel, person.handle))
                known = before or Standing(person, profile=KNOWN)
                kept.append(KeptTurn(before, Turn(replace(known, screen=known.screen + 1)), (), Moment(NOON, "0" * 32)))
            await tx.keep(kept)

    rounds = [both(house, people if n % 2 else people[::-1]) for n in range(10) for house in three]
    await asyncio.gather(*rounds)
    assert {(await three[0].standing(person)).screen for person in people} == {30}


async def test_numbers_of_orders_are_given_once_by_all(three: list[House]) -> None:
    async def order(house: House, n: int) -> None:
        person, letter = Person("telegram", str(n)), f"{n:032x}"
        await house.letter(person, "words", letter=letter)
        await house.order(person, paid=False, letter=letter)

    await asyncio.gather(*(order(three[n % 3], n) for n in range(24)))
    numbers = [(await three[0].standing(Person("telegram", str(n)))).orders[0].number for n in range(24)]
    assert len(set(numbers)) == 24


async def test_work_is_taken_by_one_of_many(three: list[House]) -> None:
    for n in range(30):
        await three[0].turn(Person("telegram", str(n)), DrawPreview(n))
    until = NOON + timedelta(minutes=5)
    taken = await asyncio.gather(
        *(house.store.do(jobs.take, f"{n}", NOON, until, 5) for n in range(4) for house in three)
    )
    numbers = [item.id for items in taken for item in items]
    assert len(numbers) == len(set(numbers)) == 30


@pytest.mark.parametrize("held", ["message_outbox WHERE id = 1", "person WHERE id = (SELECT min(id) FROM person)"])
async def test_what_somebody_has_in_hand_at_this_moment_is_passed_over_with_all_that_is_later(
    three: list[House], held: str
) -> None:
    here, there, _ = three
    for person in (here.ayse, here.bora):
        await here.turn(person)
    first = await here.scalar("SELECT min(id) FROM person")
    mine, other = (here.ayse, here.bora) if await whose(here, here.ayse) == first else (here.bora, here.ayse)
    await here.turn(mine, says=["a1", "a2"])
    await here.turn(other, says=["b1"])
    async with here.store.database.transaction() as unit:
        await unit.run(lambda conn: conn.exec_driver_sql(f"SELECT 1 FROM {held} FOR UPDATE").all())
        taken = await there.store.do(messages.take, "w", NOON, NOON + timedelta(minutes=1), 10)
    assert [one.message.text for one in taken] == ["b1"]


async def whose(house: House, person: Person) -> str:
    """A person's row."""
    known = await house.store.database.run(row_id, house.store.vault, person)
    assert known is not None
    return known[0]


async def test_two_dispatchers_claim_a_piece_once_and_the_slow_one_is_fenced(three: list[House]) -> None:
    here = three[0]
    await here.letter(here.ayse, "sevgili Leyla")
    order = await here.order(here.ayse)
    ready = await asyncio.gather(*(house.store.do(print_outbox.ready, NOON, 10) for house in three))
    assert any(found == [(here.ayse, order.id)] for found in ready)

    async def claim(house: House, token: str) -> bool:
        """As flows decides: a lease that lasts is not given again."""
        async with house.store.transaction() as tx:
            before = (await tx.standings_of([here.ayse]))["telegram", "1001"]
            if before.orders[0].lease_token:
                return False
            until = NOON + timedelta(minutes=2)
            lease = LeasePrint(order.id, token, until)
            await tx.keep([KeptTurn(before, Turn(before, (lease,)), (), Moment(NOON, "0" * 32))])
        return True

    claims = await asyncio.gather(*(claim(house, f"t{n}") for n, house in enumerate(three)))
    assert claims.count(True) == 1
    steps = [await house.store.do(print_outbox.submitting, [order.id], f"t{n}") for n, house in enumerate(three)]
    assert [bool(step) for step in steps] == claims


async def test_cleaning_up_in_three_places_counts_everything_once(three: list[House]) -> None:
    house = three[0]
    await house.letter(house.ayse, "sevgili Leyla")
    await house.turn(house.ayse, draft=Draft())
    purged = await asyncio.gather(*(one.store.do(retention.purge, house.later(days=31)) for one in three))
    assert sum(found["unfinished letter"] for found in purged) == 1
    assert await house.scalar("SELECT count(*) FROM destruction_record WHERE datum = 'unfinished letter'") == 1


async def test_of_two_acts_that_wait_for_each_other_both_are_done_in_the_end(three: list[House]) -> None:
    """The server ends one (a deadlock); it begins again."""
    here, there, _ = three
    for person in (here.ayse, here.bora):
        await here.turn(person)
    ids = [row[0] for row in await here.rows("SELECT id FROM person ORDER BY id")]

    at_it = "SELECT count(*) FROM pg_locks WHERE relation = 'person'::regclass AND mode = 'RowExclusiveLock'"

    async def crosswise(house: House, first: str, then: str) -> None:
        def act(conn: Connection) -> None:
            conn.execute(text("SET LOCAL deadlock_timeout = '20ms'"))
            for one in (first, then):
                conn.execute(text("UPDATE person SET order_count = order_count + 1 WHERE id = :id"), {"id": one})
                for _ in range(200):  # until the other one has come between, or has gone
                    if (conn.scalar(text(at_it)) or 0) > 1:
                        break

        await house.store.database.run(act)

    await asyncio.gather(crosswise(here, *ids), crosswise(there, *reversed(ids)))
    assert await here.scalar("SELECT sum(order_count) FROM person") == 4
