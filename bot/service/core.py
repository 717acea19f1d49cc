"""What every process of MektupX has: the open store, what the operator decided, and the door."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final

from bot.base.clock import Clock, SharedClock, SystemClock
from bot.base.settings import Settings
from bot.base.tariff_file import tariff_from
from bot.intake.door import Door
from bot.payments.registry import PROVIDERS, institution_named
from bot.wording.documents import Documents, recipients
from bot.wording.invoice_seller import invoice_seller
from bot.wording.speak import Speaker
from flows.conversation import machine
from flows.core.effects import Effect
from flows.core.events import Moment
from flows.core.step import Operator
from flows.input.manuscript import PAGE_LIMIT
from locales import say
from rendering.stationery import labels
from storage.keys.keyring import Keyring
from storage.senders import seen_updates
from storage.store.store import Store, StoredMessage

__all__ = ["Core", "Listeners", "clock_of", "core", "serving"]


PRINT_HOUSE: Final = "sftp:"
"""How MEKTUPX_PRINT_SINK begins where letters leave the operator's own print room."""
Hears = Callable[[Sequence[StoredMessage], Iterable[Effect]], None]


class Listeners:
    """Whoever of this process hears of a commit; each part adds itself as it starts. In a process that neither sends
    nor works there is none: whoever does finds what was kept by looking."""

    def __init__(self) -> None:
        self._heard_by: list[Hears] = []

    def add(self, hears: Hears) -> None:
        """Hears of each commit from now on."""
        self._heard_by.append(hears)

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None:
        """The door has committed these."""
        for hears in self._heard_by:
            hears(messages, effects)


@dataclass(frozen=True, slots=True)
class Core:
    """The rooms that need no network. `door` is not started yet (`serving`). taker: under which name its messages are
    stored, "" in a process that sends none."""

    settings: Settings
    clock: Clock
    keyring: Keyring
    store: Store
    documents: Documents
    operator: Operator
    door: Door
    listeners: Listeners
    taker: str

    def moment(self) -> Moment:
        """Now, with digits for what may be created."""
        return Moment(self.clock.now(), secrets.token_hex(16))

    async def set_aside(self, bot: str, number: int | str | None, error: str) -> None:
        """An update that could not be read or served: its number and what kind of error it was."""
        named = "" if number is None else str(number)
        await self.store.do(seen_updates.quarantine, bot, named, error, self.clock.now())


def clock_of(settings: Settings) -> Clock:
    return SharedClock(settings.clock) if settings.clock else SystemClock()


@asynccontextmanager
async def core(settings: Settings, clock: Clock | None = None, *, taker: str = "") -> AsyncIterator[Core]:
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
            needs = institution_named(settings.payment_provider).needs
            who = recipients(
                payer=needs.identity,
                print_house=settings.print_sink.startswith(PRINT_HOUSE),
                hosting=settings.seller.hosting,
            )
            documents = Documents(seller, who)
            tariff = await asyncio.to_thread(tariff_from, settings.tariff)
            sender = ("MektupX", seller["address"])
            operator = Operator(
                tariff,
                documents.terms(),
                sender,
                PAGE_LIMIT,
                contact=seller["email"],
                words=say,
                public=settings.public,
                stationeries=labels(),
                envelope=settings.envelope,
                cut_off=settings.cut_off,
                national_id=needs.national_id,
                filled=documents.filled,
                institutions={
                    name: one.partial_refunds for name, one in PROVIDERS.items() if name in settings.institutions
                },
                seller=invoice_seller(seller),
                invoice_series=settings.invoice_series,
            )
            advance = partial(machine.advance, operator)
            listeners = Listeners()
            door = Door(store, advance, Speaker(documents), clock, listeners, taker=taker)
            yield Core(settings, clock, keyring, store, documents, operator, door, listeners, taker)
        finally:
            await store.close()
    finally:
        keyring.close()


@asynccontextmanager
async def serving(door: Door) -> AsyncIterator[None]:
    """The door takes what comes; at the end it finishes what has come in."""
    await door.start()
    try:
        yield
    finally:
        await door.stop()
