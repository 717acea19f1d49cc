"""Where a person stands is found again exactly, and nobody else's is touched."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import sqlite3
import types
import typing
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.effects import RecordConsent
from flows.events import Moment, Person
from flows.letter import Manuscript
from flows.standing import Draft, Order, Standing, Turn
from storage.store import Kept, Store
from storage.vault import Broken, Keyring
from tests.storage.conftest import KNOWN, NOON, House

T = TypeVar("T")
WORDS = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # what the desk lets in (flows/letter.py)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))
PLAIN: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
    int: lambda: st.integers(0, 2**53),
    str: lambda: st.text(WORDS, max_size=20),
    bool: st.booleans,
    date: st.dates,
    datetime: lambda: INSTANTS,
}


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a type as flows declares it: every field counts, also those added tomorrow."""
    if kind in PLAIN:
        return PLAIN[kind]()
    if kind is Manuscript:
        parts = st.lists(
            st.tuples(st.integers(0, 2**53), st.text(WORDS, max_size=50)), max_size=4, unique_by=lambda p: p[0]
        )
        return st.builds(Manuscript, parts.map(tuple))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{f.name: any_of(hints[f.name]) for f in dataclasses.fields(kind)})  # type: ignore[arg-type]
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(st.none() if arg is types.NoneType else any_of(arg) for arg in args))
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(any_of(args[0]), max_size=3).map(tuple)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    raise TypeError(kind)


IDS = st.text("0123456789abcdef", min_size=32, max_size=32)
NAMES = st.text("abcdefghij0123456789:-", min_size=1, max_size=12)


@st.composite
def standings(draw: st.DrawFn, person: Person) -> Standing:
    draft = draw(any_of(Draft))
    letter = draw(IDS)
    draft = (
        replace(draft, letter=letter)
        if draft.manuscript.parts
        else replace(draft, letter=draw(st.sampled_from([letter, ""])))
    )
    orders = draw(st.lists(any_of(Order), max_size=2))
    plain = {"number": "", "lease_token": "", "lease_until": None}
    orders = [replace(o, id=draw(IDS), refunds=tuple(draw(st.lists(NAMES, max_size=2))), **plain) for o in orders]
    rest = draw(any_of(Standing))
    return replace(rest, person=person, draft=draft, orders=tuple({o.id: o for o in orders}.values()))


ROUND = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # every example is a database on disk: shrinking would take minutes
)
MOVING = ("state", "url", "url_until", "payment", "paid", "paid_at", "refunds", "dispatched_at")


def unnumbered(standing: Standing) -> Standing:
    return replace(standing, orders=tuple(replace(order, number="") for order in standing.orders))


@ROUND
@given(data=st.data())
def test_whatever_a_standing_holds_is_found_again(rounds: Rounds, data: st.DataObject) -> None:
    """A chain of turns of one person: after each, the archive knows exactly what flows decided."""
    person, orders = rounds.somebody(), ()
    for _ in range(3):
        after = data.draw(standings(person))
        moved = [
            replace(old, **{name: getattr(new, name) for name in MOVING})
            for old, new in zip(orders, after.orders, strict=False)
        ]
        known = {order.id for order in orders}
        fresh = [order for order in after.orders if order.id not in known]
        after = replace(after, orders=(*moved, *orders[len(moved) :], *fresh))
        found = rounds.run(rounds.keep(person, after))
        assert unnumbered(found) == unnumbered(after)
        orders = found.orders


class Rounds:
    """One archive for all examples, each with a person of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self._runner = asyncio.Runner()
        self._keyring = Keyring.init(folder / "master.key", folder / "keys.db")
        self._store = self.run(Store.open(url, self._keyring))
        self._numbers = itertools.count()

    def run(self, act: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(act)

    def somebody(self) -> Person:
        """The only one in the archive: examples share ids."""
        for table in ("orders", "person"):
            self.run(self._store.database.run(lambda conn, table=table: conn.exec_driver_sql(f"DELETE FROM {table}")))
        return Person("telegram", str(next(self._numbers)))

    async def keep(self, person: Person, after: Standing) -> Standing:
        async with self._store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            await tx.keep([Kept(before, Turn(after), (), Moment(NOON, "0" * 32))])
        found = await self._store.standing_of(person)
        assert found is not None
        return found

    def close(self) -> None:
        self.run(self._store.close())
        self._keyring.close()
        self._runner.close()


@pytest.fixture
def rounds(tmp_path: Path, database_url: str) -> Iterator[Rounds]:
    opened = Rounds(tmp_path, database_url)
    yield opened
    opened.close()


async def test_a_stranger_is_nowhere(house: House) -> None:
    assert await house.store.standing_of(house.ayse) is None
    async with house.store.transaction() as tx:
        assert await tx.standings_of([house.ayse, house.bora]) == {}


async def test_the_same_number_in_two_messengers_is_two_people(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    await house.turn(house.cem, step="addressee")
    assert (await house.standing(house.ayse)).step == "letter"
    assert (await house.standing(house.cem)).step == "addressee"


async def test_a_batch_keeps_everybody_as_if_alone(house: House) -> None:
    people = [Person("telegram", str(n)) for n in range(16)]
    async with house.store.transaction() as tx:
        kept = [
            Kept(None, Turn(Standing(p, step=f"step {p.handle}", profile=KNOWN)), (), Moment(NOON, "0" * 32))
            for p in people
        ]
        await tx.keep(kept)
    async with house.store.transaction() as tx:
        found = await tx.standings_of(people)
    assert {key[1]: standing.step for key, standing in found.items()} == {str(n): f"step {n}" for n in range(16)}


async def test_of_several_turns_of_one_person_the_last_standing_and_all_effects_are_kept(house: House) -> None:
    first = Standing(house.ayse, step="one", profile=KNOWN)
    second = replace(first, step="two")
    consents = [RecordConsent("notice", version, "ab") for version in ("1", "2")]
    async with house.store.transaction() as tx:
        await tx.keep(
            [
                Kept(None, Turn(first, (consents[0],)), (), Moment(NOON, "0" * 32)),
                Kept(first, Turn(second, (consents[1],)), (), Moment(NOON, "1" * 32)),
            ]
        )
    assert (await house.standing(house.ayse)).step == "two"
    assert await house.scalar("SELECT count(*) FROM consent") == 2


async def test_a_turn_that_fails_leaves_no_trace(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    with pytest.raises(ValueError, match="needs the id"):
        await house.turn(house.ayse, step="lost", draft=Draft(manuscript=Manuscript(((1, "words"),))), says=["hi"])
    assert (await house.standing(house.ayse)).step == "letter"
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 0


async def test_the_same_update_ten_times_at_once_is_seen_once(house: House) -> None:
    async def deliver() -> set[str]:
        async with house.store.transaction() as tx:
            return await tx.first_sight(["telegram:7"], house.now)

    seen = await asyncio.gather(*(deliver() for _ in range(10)))
    assert sum(map(len, seen)) == 1


async def test_of_many_keys_only_the_new_ones_are_named(house: House) -> None:
    async with house.store.transaction() as tx:
        assert await tx.first_sight(["a", "b", "a"], house.now) == {"a", "b"}
        assert await tx.first_sight(["b", "c"], house.now) == {"c"}
        assert await tx.first_sight([], house.now) == set()


async def test_an_update_whose_turn_failed_is_new_again(house: House) -> None:
    with pytest.raises(RuntimeError):
        async with house.store.transaction() as tx:
            await tx.first_sight(["a"], house.now)
            raise RuntimeError
    async with house.store.transaction() as tx:
        assert await tx.first_sight(["a"], house.now) == {"a"}


async def test_two_hundred_turns_of_one_person_at_once_lose_nothing(house: House) -> None:
    await house.turn(house.ayse)

    async def tap() -> None:
        async with house.store.transaction() as tx:
            before = (await tx.standings_of([house.ayse]))["telegram", "1001"]
            after = replace(before, screen=before.screen + 1)
            await tx.keep([Kept(before, Turn(after), (), Moment(NOON, "0" * 32))])

    await asyncio.gather(*(tap() for _ in range(200)))
    assert (await house.standing(house.ayse)).screen == 200


async def test_a_moved_chat_keeps_its_conversation(house: House) -> None:
    await house.turn(house.ayse, step="letter")
    assert await house.store.replace_handle(house.ayse, "-100500")
    assert await house.store.standing_of(house.ayse) is None
    assert (await house.standing(Person("telegram", "-100500"))).step == "letter"
    assert not await house.store.replace_handle(house.bora, "7")


async def test_sealed_values_of_two_people_that_were_exchanged_are_refused(house: House) -> None:
    await house.turn(house.ayse, draft=Draft(addressee_name="Leyla"))
    await house.turn(house.bora, draft=Draft(addressee_name="Mecnun"))
    other = "SELECT c.draft FROM conversation c WHERE c.person_id != conversation.person_id"
    await house.execute(f"UPDATE conversation SET draft = ({other})")
    with pytest.raises(Broken):
        await house.store.standing_of(house.ayse)


async def test_without_its_key_a_person_is_a_stranger_and_can_begin_anew(house: House) -> None:
    """An old backup is put back after the person was forgotten."""
    await house.turn(house.ayse, step="letter", draft=Draft(addressee_name="Leyla"))
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    assert await house.store.standing_of(house.ayse) is None
    await house.turn(house.ayse, step="notice")
    assert (await house.standing(house.ayse)).draft == Draft()


async def test_nothing_a_person_gave_lies_open_in_the_file(sqlite_house: House) -> None:
    house = sqlite_house
    canaries = ("KANARYA-ad", "KANARYA-soz", "KANARYA-tel", "KANARYA-alici", "KANARYA-mesaj", "770077007700")
    person = Person("telegram", canaries[5])
    await house.turn(
        person,
        profile=replace(KNOWN, name=canaries[0], phone=canaries[2]),
        draft=Draft(letter="b" * 32, addressee_name=canaries[3], manuscript=Manuscript(((1, canaries[1]),))),
        last_tap=canaries[0],
        says=[canaries[4]],
    )
    everything = b"".join(file.read_bytes() for file in house.folder.iterdir())
    assert [c for c in canaries if c.encode() in everything] == []
    assert sqlite3.connect(house.folder / "mektupx.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
