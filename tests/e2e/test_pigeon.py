"""A messenger nobody has heard of carries one whole letter: above bot/customers nothing knows of Telegram.

Pigeons know roosts, not chats; their addresses are words, their rings are numbers of their own, and they report no
language. The house behind the door is the real one: storage, machine, message sender, worker, drawing, printing.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.intake.door import Door
from bot.outbox.arrived_previews import tell_door
from bot.outbox.attachments import Attachments
from bot.outbox.message_sender import MessageSender
from bot.printer.registry import sink_from
from bot.wording.documents import Documents, recipients
from bot.wording.speak import Speaker
from bot.work.handlers import WorkContext
from bot.work.payment_callbacks import PaymentCallbacks
from bot.work.reconcile import Reconciler
from bot.work.supervisor import Supervisor
from flows.conversation import machine
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Standing, State
from flows.core.step import Operator
from flows.input.manuscript import PAGE_LIMIT
from flows.price.price import default_tariff
from rendering.processes.pool import Pool
from rendering.stationery import labels
from storage.senders import people
from storage.store.store import Store
from tests.bot.work.test_worker import SELLER, Postbox
from tests.fakes import FakeClock, Flight, Pigeon, Purse, envelope, moment, open_store

ROOST = ev.Person(Pigeon.CHANNEL, "the roost behind the old elm", given_name="Işıl")
ROOT = Path(__file__).parents[2]


class Loft:
    """The house with pigeons instead of a Telegram, and a keeper who reads and ties letters to legs."""

    def __init__(self, store: Store, pool: Pool, tray: Path) -> None:
        self.store, self.tray = store, tray
        self.clock, self.purse, self.post = FakeClock(), Purse(), Postbox()
        self.pigeon = Pigeon(self.clock)
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
        reconciler = Reconciler(store, self.purse, self.clock, self.door.receive)
        self.message_sender = MessageSender(
            store,
            self.pigeon,
            self.clock,
            Attachments(store, pool).fetch,
            self._blocked,
            shown=partial(tell_door, self.door.receive, lambda: moment(self.clock.now())),
            taker="loft",
        )
        sink = sink_from(f"folder:{tray}")
        settle = reconciler.settle
        tools = WorkContext(store, self.clock, pool, self.post, self.purse, papers, operator, settle, sink)  # type: ignore[arg-type]
        heard = PaymentCallbacks(store, self.clock, self.purse.name, reconciler)
        self.supervisor = Supervisor(tools, store.vault.keyring, reconciler, (heard,), self.door.receive)
        self.rings = count(1)
        self.newest = 0
        self.read = 0

    def kept(self, messages: Any, effects: Any) -> None:
        self.message_sender.take(messages)
        self.supervisor.ring(effects)

    async def _blocked(self, person: ev.Person) -> None:
        raise AssertionError("no pigeon was turned away")

    # What the keeper does

    async def writes(self, words: str, answer: str) -> Flight:
        self.newest = next(self.rings)
        return await self._does(ev.TextWritten(words, self.newest), answer)

    async def edits(self, words: str, answer: str) -> Flight:
        """What was written last."""
        return await self._does(ev.TextEdited(words, self.newest), answer)

    async def commands(self, name: str, answer: str) -> Flight:
        return await self._does(ev.CommandGiven(name, "", next(self.rings)), answer)

    async def taps(self, label: str, answer: str) -> Flight:
        """The newest message with such a button."""
        key = next(key for flight in reversed(self.pigeon.flights) if (key := _key(flight, label)) is not None)
        action, value, screen = key.data.split(":")
        return await self._does(ev.ButtonTapped(action, value, screen, f"tap {next(self.rings)}"), answer)

    async def _does(self, event: ev.Event, answer: str) -> Flight:
        assert await self.door.receive(envelope(ROOST, event, at=self.clock.now()))
        return await self.hears(answer)

    async def hears(self, words: str) -> Flight:
        """The next message that says so."""

        def found() -> Flight | None:
            for number, flight in enumerate(self.pigeon.flights[self.read :], self.read + 1):
                if words in flight.text:
                    self.read = number
                    return flight
            return None

        flight: Flight = await self.pigeon.until(found)
        return flight

    async def standing(self) -> Standing:
        found = await self.store.do(people.standing_of, ROOST)
        assert found is not None
        return found


def _key(flight: Flight, label: str) -> Any:
    return next((key for row in flight.message.keys for key in row if key.label == label), None)


@pytest.fixture
async def loft(tmp_path: Path) -> AsyncIterator[Loft]:
    tray = tmp_path / "tray"
    tray.mkdir()
    async with open_store(tmp_path) as store, Pool(1) as pool:
        found = Loft(store, pool, tray)
        starts: list[Callable[[], Awaitable[None]]] = [
            found.message_sender.start,
            found.door.start,
            found.supervisor.start,
        ]
        for start in starts:
            await start()
        yield found
        for stop in (found.supervisor.stop, found.door.stop, found.message_sender.stop):
            await stop()


async def test_a_letter_goes_by_pigeon_from_the_first_word_to_the_tray(loft: Loft) -> None:
    await loft.commands("start", "okumanızı rica ederiz")
    await loft.taps("Okudum, devam et", "Doğum tarihiniz nedir?")
    await loft.writes("5.3.1990", "Doğru mu?")
    await loft.taps("Evet", "Mektubunuz kime, nereye gidecek?")
    await loft.writes("Nermin Öztürk", "Adresi nedir?")
    await loft.writes("caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul", "Zarfın üzerinde")
    await loft.taps("Doğru", "Artık söz sizde")
    first = await loft.writes("Canım anneannem,", "16 karakter")
    second = await loft.writes("Sardunyaların açtı.", "karakter")
    assert (first.replaces, second.replaces) == (None, None)  # the running line stands below what was written
    third = await loft.edits("Sardunyaların bugün açtı.", "karakter")
    assert third.replaces == second.number  # by the ring of its pigeon: nothing was written below it
    await loft.taps("Bitti", "Nasıl gönderelim?")
    papers = await loft.taps("Kâğıt: Klasik", "Hangi kâğıdı seçersiniz?")
    assert papers.files.pictures
    await loft.taps("Klasik", "Nasıl gönderelim?")
    preview = await loft.taps("Normal · 48,50\u00a0TL", "baskıya hazır")
    approved = preview.files.document
    await loft.hears("Sayfalara baktınız mı?")
    await loft.taps("Onaylıyorum", "sizi de tanıyalım")
    asked = await loft.writes("Işıl İnci", "Telefon numaranızı")
    assert asked.message.contact == "Numaramı paylaş"
    await loft.writes("0555 111 22 33", "E-posta adresiniz nedir?")
    await loft.writes("isil@example.com", "Kodu gönderdik")
    ((_, _, mail, _),) = loft.post.mails
    await loft.writes(re.findall(r"\b\d{6}\b", mail)[0], "Fatura adresi nedir?")
    await loft.writes("Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara", "Toplam: 48,50")
    link = await loft.taps("Onaylıyorum, 48,50\u00a0TL ödeyeceğim", "lisanslı ödeme kuruluşunun")
    (order,) = (await loft.standing()).orders
    assert _key(link, "48,50\u00a0TL öde").url == f"https://purse.example/{order.id}"
    loft.purse.pay(order.id, 4850)  # and no callback comes: the bank is asked
    loft.clock.travel(minutes=5)
    await loft.hears("Ödemeniz ulaştı")
    await loft.hears("sildik")
    (order,) = (await loft.standing()).orders
    assert order.state is State.ERASED
    (sheet,) = loft.tray.glob("*.pdf")
    assert sheet.read_bytes() == approved
    assert order.sha256 == hashlib.sha256(approved).hexdigest()
    assert {flight.to for flight in loft.pigeon.flights} == {ROOST.handle}


def test_nothing_above_the_customer_bot_imports_a_messenger() -> None:
    """Telegram's libraries stand in bot/customers and bot/staff alone; the playground is a Telegram itself."""
    at_home = ("bot/customers/", "bot/staff/", "bot/playground/")
    guests, everywhere = [], 0
    for file in sorted(
        one for room in ("bot", "flows", "storage", "rendering", "locales") for one in (ROOT / room).rglob("*.py")
    ):
        name = file.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(one.split(".")[0] in ("aiogram", "telegram") for one in names):
                everywhere += 1
                guests += [] if name.startswith(at_home) else [name]
    assert everywhere > 5  # the search finds them where they live
    assert guests == []


def test_the_effects_of_a_turn_name_no_messenger() -> None:
    named = {name for name in vars(fx) if "telegram" in name.lower()} | {n for n in vars(ev) if "telegram" in n.lower()}
    assert named == set()


def test_the_manual_says_how_long_an_invented_messenger_is() -> None:
    """docs/integrators.md, "A messenger"."""
    told = " ".join((ROOT / "docs/integrators.md").read_text(encoding="utf-8").split())
    assert "`Pigeon` in `tests/fakes.py` keeps the Protocol in 67 lines" in told
    assert "`Loft` in `tests/e2e/test_pigeon.py` joins it to the service in 83" in told
    assert (_lines("tests/fakes.py", "Pigeon"), _lines("tests/e2e/test_pigeon.py", "Loft")) == (67, 83)


def _lines(file: str, name: str) -> int:
    """Of a class, with its first line and its last."""
    body = ast.parse((ROOT / file).read_text(encoding="utf-8")).body
    (found,) = (node for node in body if isinstance(node, ast.ClassDef) and node.name == name)
    assert found.end_lineno is not None
    return found.end_lineno - found.lineno + 1
