"""What every process of MektupX has: the open store, the house with its papers and prices, and the door."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial

from bot.base.clock import Clock, SharedClock, SystemClock
from bot.base.settings import Settings
from bot.intake.door import Door, Listener
from bot.wording.documents import RECIPIENTS, Documents
from bot.wording.speak import Speaker
from flows.conversation import machine
from flows.core.effects import Effect
from flows.core.step import Operator
from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import default_tariff, read_tariff
from locales import say
from rendering.stationery import labels
from storage.keys.keyring import Keyring
from storage.store.store import Store, StoredMessage

__all__ = ["Core", "Nobody", "clock_of", "core"]


class Nobody:
    """A listener for a process that neither sends nor works: whoever does finds what was kept by looking."""

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None: ...


@dataclass(frozen=True, slots=True)
class Core:
    """The rooms that need no network. `door` is not started yet."""

    clock: Clock
    keyring: Keyring
    store: Store
    documents: Documents
    operator: Operator
    door: Door


def clock_of(settings: Settings) -> Clock:
    return SharedClock(settings.clock) if settings.clock else SystemClock()


@asynccontextmanager
async def core(
    settings: Settings, clock: Clock | None = None, listener: Listener | None = None, *, taker: str = ""
) -> AsyncIterator[Core]:
    """Opens key store and database, closes them in the end. taker: the message sender of this very process, if it has
    one.

    Errors, each a sentence: StorageError, KeyStoreError, ValueError for a tariff that cannot be read.
    """
    assert settings.master_key_file is not None and settings.seller is not None
    clock = clock or clock_of(settings)
    keyring = await asyncio.to_thread(Keyring.open, settings.master_key_file, settings.key_store)
    try:
        store = await Store.open(settings.database_url, keyring)
        try:
            seller = {name: str(value) for name, value in asdict(settings.seller).items()}
            documents = Documents(seller, tuple(RECIPIENTS.values()))
            tariff = read_tariff(settings.tariff.read_text(encoding="utf-8")) if settings.tariff else default_tariff()
            sender = ("MektupX", seller["address"])
            operator = Operator(
                tariff, documents.terms(), sender, PAGE_LIMIT, seller["email"], say, settings.public, labels()
            )
            advance = partial(machine.advance, operator)
            door = Door(store, advance, Speaker(operator, documents), clock, listener or Nobody(), taker=taker)
            yield Core(clock, keyring, store, documents, operator, door)
        finally:
            await store.close()
    finally:
        keyring.close()
