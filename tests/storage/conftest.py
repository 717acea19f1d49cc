"""A small store in a temporary folder or on a server, a day in January, and three people."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.core.effects import ClearOutbox, Effect, LeasePrint, QueueForPrint
from flows.core.events import Moment, Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Acceptance, Draft, Order, Profile, Standing, State, Turn
from flows.input.manuscript import Manuscript
from flows.words.text import Kurus
from storage.database.tables import micros
from storage.keys.vault import Keyring
from storage.queues import keys_to_shred, message_state, messages
from storage.senders import people, previews
from storage.store.store import Counted, Delivered, KeptTurn, Store, StoredMessage

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
KNOWN = Profile(notice=Acceptance("1", "ab", NOON), name="Işıl İnci")


@dataclass
class House:
    """The store with the gestures the specifications are written in."""

    folder: Path
    keyring: Keyring
    store: Store
    url: str
    now: datetime = NOON
    ayse = Person("telegram", "1001")
    bora = Person("telegram", "1002")
    cem = Person("owl", "1001")

    others: list[House] = field(default_factory=list)

    async def next_door(self) -> House:
        """Another process at the same database and the same key store: engine, connections and keys of its own."""
        keyring = Keyring.open(self.folder / "master.key", self.folder / "keys.db")
        other = House(self.folder, keyring, await Store.open(self.url, keyring), self.url, self.now)
        self.others.append(other)
        return other

    async def close(self) -> None:
        for other in self.others:
            await other.close()
        await self.store.close()
        self.keyring.close()

    def later(self, **how_long: float) -> datetime:
        return self.now + timedelta(**how_long)

    async def turn(
        self,
        person: Person,
        *effects: Effect,
        says: Sequence[str] = (),
        taker: str = "",
        counted: Counted | None = None,
        at: datetime | None = None,
        **changes: Any,
    ) -> list[StoredMessage]:
        """One turn of one person: their standing with changes, effects and messages."""
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            after = replace(before or Standing(person, profile=KNOWN), **changes)
            said = tuple(OutgoingMessage("say", words) for words in says)
            moment = Moment(at or self.now, os.urandom(16).hex())
            return await tx.keep([KeptTurn(before, Turn(after, effects), said, moment)], taker=taker, counted=counted)

    async def standing(self, person: Person) -> Standing:
        found = await self.store.do(people.standing_of, person)
        assert found is not None
        return found

    async def letter(self, person: Person, words: str, letter: str = "a" * 32, pdf: bytes = b"%PDF approved") -> str:
        """A written and drawn letter."""
        await self.turn(person, draft=Draft(letter=letter, manuscript=Manuscript(((1, words),))))
        assert await self.store.do(previews.keep, letter, pdf, "f00d", 1)
        return letter

    async def order(self, person: Person, *, paid: bool = True, letter: str = "a" * 32, **changes: Any) -> Order:
        """An approved order of a drawn letter, queued for print when paid."""
        made = Order(
            id=os.urandom(16).hex(),
            state=State.QUEUED if paid else State.AWAITING,
            amount=Kurus(4850),
            letter=letter,
            sha256="f00d",
            pages=1,
            sheets=1,
            product="normal",
            created_at=self.now,
        )
        made = replace(made, **changes)
        effects = (QueueForPrint(made.id),) if paid else ()
        orders = (*(await self.standing(person)).orders, made)
        await self.turn(person, *effects, orders=orders)
        return made

    async def lease(self, person: Person, order: Order, token: str, *, minutes: float = 5) -> None:
        await self.turn(person, LeasePrint(order.id, token, self.later(minutes=minutes)))

    async def clear(self, person: Person, order: Order, token: str) -> None:
        await self.turn(person, ClearOutbox(order.id, token, "folder", "receipt"))

    async def delivered(self) -> int:
        """The message sender brings whatever waits; how many messages that were."""
        taken = await self.store.do(messages.take, "p", self.now, self.later(minutes=1), 100)
        await self.store.do(message_state.note, [Delivered(one.id, one.id) for one in taken])
        return len(taken)

    async def shred(self) -> list[str]:
        """What the shredder does: destroy, then say so."""
        keys = [one.key_id for one in await self.store.do(keys_to_shred.pending, 100)]
        self.keyring.destroy(keys)
        await self.store.do(keys_to_shred.done, keys, self.now)
        return keys

    async def scalar(self, sql: str) -> Any:
        return await self.store.database.run(lambda conn: conn.exec_driver_sql(sql).scalar())

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return await self.store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(sql)])

    async def execute(self, sql: str) -> None:
        await self.store.database.run(lambda conn: conn.exec_driver_sql(sql))

    def micros(self) -> int:
        return micros(self.now)


async def _house(folder: Path, url: str) -> AsyncIterator[House]:
    keyring = Keyring.init(folder / "master.key", folder / "keys.db")
    store = await Store.open(url, keyring)
    house = House(folder, keyring, store, url)
    yield house
    await house.close()


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    async for house in _house(tmp_path, database_url):
        yield house


@pytest.fixture
async def sqlite_house(tmp_path: Path, sqlite_url: str) -> AsyncIterator[House]:
    """For what is only true of a database in a file."""
    async for house in _house(tmp_path, sqlite_url):
        yield house


@pytest.fixture
async def postgres_house(tmp_path: Path, postgres_url: str) -> AsyncIterator[House]:
    """For what is only true of a server."""
    async for house in _house(tmp_path, postgres_url):
        yield house
