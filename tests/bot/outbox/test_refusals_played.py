"""Every refusal of the table, met by every kind of message at a strict Telegram: no word is lost, and none is doubled.

Each message is delivered once, or its reader is told that it never will be.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer

from bot.base.clock import SharedClock
from bot.customers.plain import JsonSession
from bot.customers.send import TelegramMessenger
from bot.messenger.protocol import Files
from bot.messenger.refusals import REFUSALS, Fault
from bot.outbox.arrived_previews import tell_door
from bot.outbox.delivery import Unmade
from bot.outbox.message_sender import MessageSender, Rates
from bot.outbox.undeliverable import to_sender
from bot.playground.bot_api.faults import Fault as Misfortune
from bot.playground.control.gestures import send
from bot.playground.server import Playground
from bot.playground.world import state as playground_world
from flows.core.effects import Attachment
from flows.core.events import Person, PreviewArrived, PreviewUndelivered
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Standing, Turn
from storage.monitoring import figures
from storage.senders import people
from storage.store.store import KeptTurn, Store
from tests.fakes import PATIENCE, FakeClock, Receiver, moment, open_store, plain_logs  # noqa: F401 - a fixture

TOKEN = f"7000001:{'a' * 35}"
ISIL = 1001
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF approved"
MISSING = "Burada bir mesajımız olacaktı"
KEYS = ((Key("Bitti", "done::1"),),)
pytestmark = pytest.mark.usefixtures("plain_logs")


@dataclass(frozen=True)
class Met:
    """What Telegram says, how often, and whose fault that is; None for words that no row has."""

    says: str
    code: int
    fault: Fault | None
    times: int = 1
    more: dict[str, Any] = field(default_factory=dict)


LASTING = {Fault.MESSAGE, Fault.PICTURE}
MET = [
    *(Met(row.words, row.code, row.fault, 99 if row.fault in LASTING else 1) for row in REFUSALS),
    Met("something that nobody has written down", 400, None, 99),
    Met("something that nobody has written down, twice", 400, Fault.PASSING, 2),
    *(Met("", code, Fault.PASSING, 2) for code in (429, 500, 502, 503, 504)),
    Met("its connection is cut", 0, Fault.PASSING, 1, {"error": "reset"}),
    Met("nothing: its answer is lost", 0, Fault.PASSING, 1, {"error": "", "drop_reply": True}),
]

# Kinds of message: the method that meets the refusal, what is said, and what goes with it.
KINDS: dict[str, tuple[str, OutgoingMessage, Files]] = {
    "a text": ("sendMessage", OutgoingMessage("say", "", KEYS), Files()),
    "an edit": ("editMessageText", OutgoingMessage("say", "", KEYS, running=True), Files()),
    "a picture": ("sendPhoto", OutgoingMessage("say", "", KEYS, attachment=Attachment("picture", "1")), Files((PNG,))),
    "an album with its document": (
        "sendMediaGroup",
        OutgoingMessage("say", "", attachment=Attachment("preview", "1")),
        Files((PNG, PNG), PDF, "mektup.pdf"),
    ),
    "a preview's document": (
        "sendDocument",
        OutgoingMessage("say", "", attachment=Attachment("preview", "1")),
        Files((), PDF, "mektup.pdf"),
    ),
    "another document": (
        "sendDocument",
        OutgoingMessage("say", "", attachment=Attachment("export", "json")),
        Files((), b"{}", "verilerim.json"),
    ),
}

# Whose faults end in a word that the message is missing, by hand. A line that cannot be edited is said anew.
NEVER: dict[str, set[Fault | None]] = {
    "a text": {Fault.MESSAGE, Fault.PICTURE, None},
    "an edit": set(),
    "a picture": {Fault.MESSAGE, None},
    "an album with its document": {Fault.MESSAGE, None},
    "a preview's document": {Fault.MESSAGE, Fault.PICTURE, None},
    "another document": {Fault.MESSAGE, Fault.PICTURE, None},
}


class House:
    """The outbox and a message sender, joined to a playground with one sender."""

    def __init__(self, store: Store, playground: Playground, bot: Bot) -> None:
        self.store, self.playground, self.clock = store, playground, FakeClock()
        world = playground.world
        world.people[ISIL] = person = playground_world.Person(ISIL, "Işıl")
        self.chat = world.private_chat(world.bots["customer"], person)
        send(world, self.chat, person, "/start")
        self.person, self.files, self.door = Person("telegram", str(ISIL)), Files(), Receiver()
        self.unmade = False
        now = lambda: moment(self.clock.now())  # noqa: E731
        self.sender = MessageSender(
            store,
            TelegramMessenger(bot),
            self.clock,
            self._attach,
            self._blocked,
            Rates(chat=10_000.0, burst=10_000, overall=1_000_000.0),
            refused=partial(to_sender, store, self.door, now),
            shown=partial(tell_door, self.door, now),
            taker="the house",
        )
        self.sender.notes.numbers.seen(str(ISIL), 1)

    async def _attach(self, person: Person, wanted: Attachment) -> Files:
        if self.unmade:
            raise Unmade("out of memory", final=True)
        return self.files

    async def _blocked(self, person: Person) -> None:
        await self.store.do(people.set_reachable, person, False)

    async def says(self, message: OutgoingMessage, files: Files) -> None:
        """Until nothing waits any more; whoever has blocked the bot lets it in again."""
        self.files = files
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([self.person])).get((self.person.channel, self.person.handle))
            kept = KeptTurn(before, Turn(before or Standing(self.person)), (message,), moment(self.clock.now()))
            self.sender.take(await tx.keep([kept], taker="the house"))
        for _ in range(12):
            while self.sender._carrying:
                await asyncio.wait(list(self.sender._carrying))
            await self.sender.notes.write()
            if not (await self.store.do(figures.count))["messages_unsent"]:
                return
            await self.store.do(people.set_reachable, self.person, True)
            self.clock.travel(minutes=6)
            await self.sender._look()
        raise AssertionError("it never came to an end")

    def shown(self, words: str) -> list[dict[str, Any]]:
        """The messages that say so, as they stand in the chat."""
        standing = [one.content for one in self.chat.messages.values() if not one.deleted]
        return [one for one in standing if words in str(one.get("text", one.get("caption", "")))]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    playground = Playground(SharedClock(tmp_path / "clock"), {"customer": TOKEN, "staff": "8:staff"}, limits=False)
    await playground.start()
    session = JsonSession(api=TelegramAPIServer.from_base(playground.url), timeout=PATIENCE)
    async with open_store(tmp_path) as store:
        found = House(store, playground, Bot(TOKEN, session=session))
        notes = asyncio.create_task(found.sender.notes.run())
        yield found
        notes.cancel()
        await asyncio.gather(notes, return_exceptions=True)
    if session._session:
        await session._session.close()
    await playground.stop()


@pytest.mark.parametrize("kind", KINDS)
async def test_whatever_telegram_refuses_no_word_is_lost_and_none_doubled(house: House, kind: str) -> None:
    method, message, files = KINDS[kind]
    if message.running:
        await house.says(OutgoingMessage("say", "0 karakter", KEYS, running=True, anew=True), Files())
    tried = delivered = said_missing = 0
    for nth, met in enumerate(MET):
        words = f"Satır {nth}."
        meets = "" if method == "sendMediaGroup" else words  # pages have no words
        fault = {"error": str(met.code), "description": f"Bad Request: {met.says}" if met.says else ""} | met.more
        house.playground.faults.waiting = [Misfortune("customer", method, times=met.times, words=meets, **fault)]
        missing, events = len(house.shown(MISSING)), len(house.door.events)
        await house.says(_with(message, words), files)
        house.playground.faults.waiting = []
        told = [type(one) for one in house.door.events[events:]]
        tried += 1
        never = met.fault in NEVER[kind] and met.code < 500 and not (met.says == "" or "error" in met.more)
        delivered += len(house.shown(words))
        said_missing += len(house.shown(MISSING)) - missing + told.count(PreviewUndelivered)
        preview = message.attachment is not None and message.attachment.kind == "preview"
        assert len(house.shown(words)) == (0 if never else 1), met
        assert len(house.shown(MISSING)) - missing == (1 if never and not preview else 0), met
        assert told == ([PreviewUndelivered] if never else [PreviewArrived]) * preview, met
        if PreviewArrived in told:
            assert house.door.events[-1] == PreviewArrived(hashlib.sha256(PDF).hexdigest())
    assert tried == 75
    assert delivered + said_missing == tried


async def test_of_a_file_that_we_cannot_make_its_reader_hears_that_the_mistake_is_ours(house: House) -> None:
    house.unmade = True
    await house.says(OutgoingMessage("say", "Verileriniz", attachment=Attachment("export", "pdf")), Files())
    (told,) = house.shown("Burada olması gereken dosyayı hazırlayamadık")
    assert "/destek" in told["text"]
    assert (house.shown(MISSING), house.shown("Verileriniz")) == ([], [])


def _with(message: OutgoingMessage, words: str) -> OutgoingMessage:
    return OutgoingMessage(message.kind, words, message.keys, attachment=message.attachment, running=message.running)
