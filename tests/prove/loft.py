"""A house for many senders at once, whose updates are brought again and again until the database has kept them.

Door, machine, message sender, worker, drawing and printing are the real ones; the messenger is a pigeon and the bank
a purse, so that a thousand orders take minutes. Time runs faster here than outside, and leases run out with it.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.base.clock import SharedClock
from bot.intake.door import Door
from bot.messenger.protocol import Files
from bot.outbox.arrived_previews import tell_door
from bot.outbox.attachments import Attachments
from bot.outbox.message_sender import MessageSender, Rates
from bot.printer.registry import sink_from
from bot.wording.documents import Documents, recipients
from bot.wording.speak import Speaker
from bot.work.handlers import WorkContext
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler
from bot.work.supervisor import Supervisor
from flows.conversation import machine
from flows.core import events as ev
from flows.core.outgoing import OutgoingMessage
from flows.core.step import Operator
from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import default_tariff
from rendering.processes.pool import Pool
from rendering.stationery import labels
from storage.database.engine import StorageError
from storage.store.store import Store
from tests.bot.work.test_worker import SELLER, Postbox
from tests.fakes import Purse, moment

__all__ = ["Loft", "Sender"]

FASTER = 10  # seconds of the house's clock for one outside
AGAIN = 0.1  # seconds until a refused update is brought again
LOST = 120.0  # seconds without the answer a sender waits for


class Pigeons:
    """bot.messenger.protocol.Messenger: remembers what has arrived at each roost."""

    def __init__(self) -> None:
        self.arrived: defaultdict[str, list[tuple[OutgoingMessage, Files]]] = defaultdict(list)
        self.landing: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.rings: defaultdict[str, set[int]] = defaultdict(set)
        self._ring = 0

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        if message.kind == "say" and running is None:  # a sign, or the change of a line, gets no number
            self._ring += 1
            self.rings[handle].add(self._ring)
        self.arrived[handle].append((message, files))
        self.landing[handle].set()
        return None if message.kind != "say" else running or self._ring

    async def unsay(self, handle: str, number: int) -> None:
        self.rings[handle].discard(number)

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        return number in self.rings[handle]


class Loft:
    """The house. `refused` counts updates and payments that the database could not keep, each brought again."""

    def __init__(self, store: Store, pool: Pool, folder: Path) -> None:
        self.store, self.tray = store, folder / "tray"
        self.tray.mkdir(exist_ok=True)
        self.clock, self.purse, self.post, self.pigeons = SharedClock(folder / "clock"), Purse(), Postbox(), Pigeons()
        self.refused = self.kept_acts = 0
        self._keeping = asyncio.Event()
        papers = Documents(SELLER, recipients(payer=False))
        operator = Operator(
            default_tariff(),
            papers.terms(),
            ("MektupX", SELLER["address"]),
            PAGE_LIMIT,
            stationeries=labels(),
            filled=papers.filled,
        )
        self.door = Door(store, partial(machine.advance, operator), Speaker(papers), self.clock, self, taker="loft")
        self.reconciler = Reconciler(store, self.purse, self.clock, self.door.receive)
        rates = Rates(chat=10_000.0, burst=10_000, overall=10_000.0)
        attach = Attachments(store, pool).fetch
        self.message_sender = MessageSender(
            store,
            self.pigeons,
            self.clock,
            attach,
            self._blocked,
            rates,
            shown=partial(tell_door, self.door.receive, lambda: moment(self.clock.now())),
            taker="loft",
        )
        self.door.notes = self.message_sender.notes
        sink = sink_from(f"folder:{self.tray.absolute()}")
        settle = self.reconciler.settle
        tools = WorkContext(store, self.clock, pool, self.post, self.purse, papers, operator, settle, sink)  # type: ignore[arg-type]
        heard = PaymentCallbacks(store, self.clock, self.purse.name, self.reconciler)
        self.supervisor = Supervisor(tools, store.vault.keyring, self.reconciler, (heard,), self.door.receive)
        self._time: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Loft:
        for part in (self.message_sender, self.door, self.supervisor):
            await part.start()
        self._time = asyncio.create_task(self._passes())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._time is not None
        self._time.cancel()
        for part in (self.supervisor, self.door, self.message_sender):
            await part.stop()

    async def _passes(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            self.clock.advance(timedelta(seconds=0.2 * (FASTER - 1)))

    async def _blocked(self, person: ev.Person) -> None:
        raise AssertionError("no pigeon was turned away")

    def kept(self, messages: Any, effects: Any) -> None:
        self.message_sender.take(messages)
        self.supervisor.ring(effects)

    async def acknowledges(self, many: int) -> None:
        """Returns when so many more updates and payments are kept."""
        wanted = self.kept_acts + many
        while self.kept_acts < wanted:
            self._keeping.clear()
            await self._keeping.wait()

    async def until_kept(self, act: Any) -> Any:
        """As Telegram and a bank do: brought again until it is acknowledged."""
        while True:
            try:
                found = await act()
                self.kept_acts += 1
                self._keeping.set()
                return found
            except StorageError:
                self.refused += 1
                await asyncio.sleep(AGAIN)


class Sender:
    """Somebody who orders one letter. `acknowledged` are the keys of updates that were answered with a 200."""

    def __init__(self, loft: Loft, number: int) -> None:
        self.loft = loft
        self.person = ev.Person("pigeon", f"roost-{number}", given_name="Işıl")
        self.mail = f"isil{number}@example.com"
        self.number = number
        self.acknowledged: list[str] = []
        self.order = ""
        self.approved = b""
        self._read = 0

    async def orders(self) -> None:
        """From the first word to the paid order."""
        await self._does(ev.CommandGiven("start", "", 1), "okumanızı rica ederiz")
        await self._taps("Okudum, devam et", "Doğum tarihiniz nedir?")
        await self._writes("5.3.1990", "Doğru mu?")
        await self._taps("Evet", "Mektubunuz kime, nereye gidecek?")
        await self._writes("Nermin Öztürk", "Adresi nedir?")
        await self._writes("caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul", "Zarfın üzerinde")
        await self._taps("Doğru", "Artık söz sizde")
        await self._writes(f"Canım anneannem, bu {self.number}. mektubum.", "karakter")
        await self._taps("Bitti", "Nasıl gönderelim?")
        shown = await self._taps("Normal · 48,50\u00a0TL", "baskıya hazır")
        self.approved = shown[1].document
        await self.hears("Sayfalara baktınız mı?")
        await self._taps("Onaylıyorum", "sizi de tanıyalım")
        await self._writes(f"Işıl İnci, {self.mail}, 0555 111 22 33", "Kodu gönderdik")
        code = next(text for to, _, text, _ in reversed(self.loft.post.mails) if to == self.mail)
        await self._writes(re.findall(r"\b\d{6}\b", code)[0], "Fatura adresi nedir?")
        await self._writes("Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara", "Toplam: 48,50")
        await self._taps("Onaylıyorum, 48,50\u00a0TL ödeyeceğim", "lisanslı ödeme kuruluşunun")
        key = self._key("48,50\u00a0TL öde")
        self.order = key.url.rpartition("/")[2]
        self.loft.purse.pay(self.order, 4850, number=f"P{self.number}")
        await self.loft.until_kept(partial(self.loft.reconciler.settle, self.person, self.order))  # the bank calls

    async def _writes(self, words: str, answer: str) -> tuple[OutgoingMessage, Files]:
        return await self._does(ev.TextWritten(words, len(self.acknowledged)), answer)

    async def _taps(self, label: str, answer: str) -> tuple[OutgoingMessage, Files]:
        action, value, screen = self._key(label).data.split(":")
        return await self._does(ev.ButtonTapped(action, value, screen, f"tap {len(self.acknowledged)}"), answer)

    def _key(self, label: str) -> Any:
        said = reversed(self.loft.pigeons.arrived[self.person.handle])
        return next(key for message, _ in said for row in message.keys for key in row if key.label == label)

    async def _does(self, event: ev.Event, answer: str) -> tuple[OutgoingMessage, Files]:
        key = f"{self.person.handle}:{len(self.acknowledged)}"
        envelope = ev.Envelope(key, self.person, event, moment(self.loft.clock.now()))
        await self.loft.until_kept(partial(self.loft.door.receive, envelope))
        self.acknowledged.append(key)
        return await self.hears(answer)

    async def hears(self, words: str) -> tuple[OutgoingMessage, Files]:
        """The next message that says so."""
        handle = self.person.handle
        said, landing = self.loft.pigeons.arrived[handle], self.loft.pigeons.landing[handle]
        async with asyncio.timeout(LOST):
            while True:
                for number, found in enumerate(said[self._read :], self._read + 1):
                    if words in found[0].text:
                        self._read = number
                        return found
                landing.clear()
                await landing.wait()
