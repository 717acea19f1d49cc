"""A staff desk on the playground: real store, real bot; an admin, an agent, an auditor, a stranger, a forum group."""

from __future__ import annotations

import asyncio
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.base.clock import SharedClock
from bot.messenger.downloads import TelegramFiles
from bot.playground.server import Playground
from bot.printer.shred import shred_once
from bot.staff.desk import StaffDesk
from bot.work.handlers import WorkContext
from bot.work.worker import Worker
from flows.core.events import Envelope, FromDesk, Moment, Person
from flows.core.state import Acceptance, Order, Profile, Standing, State, Turn
from flows.words.text import Kurus
from rendering.checks import NotPrintable
from rendering.images import photos
from rendering.processes.pool import RenderFailed
from storage.monitoring import figures
from storage.store.store import KeptTurn, Store
from storage.support import sender_side
from tests.dialogue import operator
from tests.fakes import PATIENCE, open_store

TOKENS = {"customer": "1000001:" + "c" * 35, "staff": "1000002:" + "s" * 35}
ADMIN, ENGLISH_ADMIN, AGENT, AUDITOR, STRANGER = 11, 12, 13, 14, 99
GROUP = -1001
SENDER = Person("telegram", "5001")


@dataclass
class Desk:
    """What a person does in the staff bot, what they then see, and what a sender's door is brought."""

    playground: Playground
    session: aiohttp.ClientSession
    store: Store
    aside: list[tuple[int | None, str]] = field(default_factory=list)
    brought: list[Envelope] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    door_is_shut: bool = False
    staff: StaffDesk | None = None
    worker: Worker | None = None
    works: int = 0

    async def quarantine(self, number: int | None, error: str) -> None:
        self.aside.append((number, error))

    async def receive(self, envelope: Envelope) -> bool:
        """The senders' door: it knows each key once."""
        if self.door_is_shut:
            raise OSError("the door is shut")
        if envelope.key in self.keys:
            return False
        self.keys.add(envelope.key)
        self.brought.append(envelope)
        return True

    @property
    def told(self) -> list[FromDesk]:
        """What senders were told."""
        return [envelope.event for envelope in self.brought if isinstance(envelope.event, FromDesk)]

    # Gestures ---------------------------------------------------------------------------------------------------------

    async def post(self, path: str, **body: Any) -> Any:
        async with self.session.post(f"{self.playground.url}/playground/api/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.playground.url}/playground/api/{path}") as answer:
            return await answer.json()

    async def ask(self, text: str, user: int = ADMIN, chat: int | None = None, **more: Any) -> list[str]:
        """What the bot answers to a message where it was written, once it has nothing left to do."""
        where = chat or user
        before = await self.said(where)
        await self.post(f"chats/{where}/send", user=user, text=text, bot="staff", **more)
        await self.idle()
        return (await self.said(where))[len(before) :]

    async def shows(self, picture: bytes, user: int, chat: int, **more: Any) -> list[str]:
        """What the bot answers to a picture, sent where and how `more` says."""
        before = await self.said(chat)
        body = {"kind": "photo", "name": "a.jpg", "base64": b64encode(picture).decode(), "bot": "staff"} | more
        await self.post(f"chats/{chat}/file", user=user, **body)
        await self.idle()
        return (await self.said(chat))[len(before) :]

    async def pictures(self, chat: int) -> list[tuple[str, bytes]]:
        """(words below it, bytes) of each picture the bot has shown in a chat."""
        shown = await self.get(f"chats/{chat}/messages?bot=staff")
        return [
            (one["text"], self.playground.world.files[one["file"]["file_id"]].content)
            for one in shown
            if one["from"]["is_bot"] and one["file"]
        ]

    async def reply(self, text: str, to: str, user: int = AGENT, chat: int = GROUP) -> list[str]:
        """A reply to the newest message of the bot that holds these words."""
        found = await self.message(to, chat)
        return await self.ask(text, user, chat, reply_to=found["message_id"], **self.topic(chat, found["message_id"]))

    def topic(self, chat: int, message: int) -> dict[str, int]:
        world = self.playground.world
        thread = world.groups[chat].messages[message].thread if chat in world.groups else None
        return {"message_thread_id": thread} if thread else {}

    async def message(self, words: str, chat: int = GROUP) -> dict[str, Any]:
        shown = await self.get(f"chats/{chat}/messages?bot=staff")
        return next(one for one in reversed(shown) if one["from"]["is_bot"] and words in (one["text"] or ""))

    async def tap(self, label: str, words: str, user: int = AGENT, chat: int = GROUP) -> str:
        """Presses a button under the newest message with these words; the small answer comes back."""
        found = await self.message(words, chat)
        done = await self.post(f"chats/{chat}/tap", user=user, message_id=found["message_id"], label=label, bot="staff")
        await self.idle()
        return str((done["answer"] or {}).get("text") or "")

    async def tap_again(self, label: str, seen: dict[str, Any], user: int = AGENT, chat: int = GROUP) -> str:
        """Presses a button of a message as it was `seen`, although it may have lost it meanwhile."""
        (data,) = (key["data"] for row in seen["buttons"] for key in row if key["label"] == label)
        done = await self.post(f"chats/{chat}/tap", user=user, message_id=seen["message_id"], data=data, bot="staff")
        await self.idle()
        return str((done["answer"] or {}).get("text") or "")

    async def said(self, chat: int) -> list[str]:
        messages = await self.get(f"chats/{chat}/messages?bot=staff")
        return [one["text"] for one in messages if one["from"]["is_bot"] and one["text"]]

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the store holds, as it is stored."""
        return await self.store.database.run(lambda conn: [tuple(row) for row in conn.exec_driver_sql(sql)])

    async def idle(self) -> None:
        answer = await self.get(f"idle?timeout={PATIENCE}")
        assert answer == {"idle": True}, answer

    async def busy(self) -> bool:
        if self.staff is None:
            return False
        if self.door_is_shut:  # what waits for it waits for long
            return self.staff.busy
        if self.staff.busy or (self.worker is not None and self.worker.busy):
            return True
        await shred_once(self.store, self.store.vault.keyring, self.playground.clock, self.receive)
        if await self.store.do(figures.desk_busy):
            self.staff.ring()  # whoever has left it there need not wait for the relay's next look
            return True
        return await self.store.do(figures.busy, self.playground.clock.now())

    async def travel(self, **how_long: float) -> None:
        await self.post("clock", advance=f"PT{int(timedelta(**how_long).total_seconds())}S")
        if self.staff is not None:
            self.staff.ring()
        await self.idle()

    # What a sender does -----------------------------------------------------------------------------------------------

    async def sender(self, person: Person = SENDER, name: str = "Işıl İnci", **more: Any) -> None:
        """Somebody with a profile and an order, as the door leaves them."""
        now = self.playground.clock.now()
        profile = Profile(notice=Acceptance("1", "ab", now), name=name, phone="+905321234567", email="isil@example.com")
        order = Order(os.urandom(16).hex(), State.POSTED, Kurus(4850), "a" * 32, "f00d", 1, 1, "normal", now)
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            after = replace(before or Standing(person), profile=replace(profile, **more), orders=(order,))
            await tx.keep([KeptTurn(before, Turn(after), (), Moment(now, os.urandom(16).hex()))])

    async def writes(self, words: str, person: Person = SENDER, message: int = 1, picture: bytes = b"") -> int:
        """The sender's words reach the desk; the number of the ticket."""
        self.works += 1
        now = self.playground.clock.now()
        number, _ = await self.store.do(
            sender_side.open_ticket, 1000 + self.works, person, words, message, now=now, picture=picture
        )
        await self.relayed()
        return number

    async def corrects(self, words: str, person: Person = SENDER, message: int = 1, picture: bytes = b"") -> int:
        self.works += 1
        now = self.playground.clock.now()
        done = await self.store.do(
            sender_side.edit_ticket, 1000 + self.works, person, words, message, now=now, picture=picture
        )
        await self.relayed()
        return done.ticket

    async def relayed(self) -> None:
        """A sender's words lie there: rung for, the relay need not be waited for until its second is over."""
        if self.staff is not None:
            self.staff.ring()
        await self.idle()


class Drawing:
    """rendering.processes.pool.Pool as pictures of tickets use it, without a process of its own."""

    async def photo(self, content: bytes, sender: object = None) -> bytes:
        try:
            return photos.clean(content)
        except NotPrintable as refusal:
            raise RenderFailed(refusal.reason) from None


PEOPLE: Mapping[int, tuple[str, str]] = {
    ADMIN: ("Deniz", "tr"), ENGLISH_ADMIN: ("Robin", "en-GB"), AGENT: ("Ece", "tr"), AUDITOR: ("Umut", "tr"),
    STRANGER: ("Kim", "tr"),
}  # fmt: skip
"""Names and languages of those in the group."""


@asynccontextmanager
async def desk_of(folder: Path, clock: SharedClock, people: Mapping[int, tuple[str, str]]) -> AsyncIterator[Desk]:
    """A forum group with these people; nobody serves it yet."""
    playground = Playground(clock, TOKENS, limits=False)
    await playground.start()
    async with aiohttp.ClientSession() as session, open_store(folder) as store:
        desk = Desk(playground, session, store)
        playground.busy = desk.busy
        for user, (name, language) in people.items():
            await desk.post("users", id=user, first_name=name, language_code=language)
        await desk.post("groups", id=GROUP, title="Destek", members=list(people), bots=["staff"], forum=True)
        fetch = TelegramFiles(playground.url, TOKENS).fetch
        tools = WorkContext(store, playground.clock, Drawing(), *[None] * 3, operator(), None, None, fetch)  # type: ignore[arg-type]
        desk.worker = Worker(tools, desk.receive)
        running = asyncio.create_task(desk.worker.run())
        yield desk
        await desk.worker.stop()
        await running
    await playground.stop()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_of(tmp_path, SharedClock(tmp_path / "clock"), PEOPLE) as desk:
        yield desk


def staff_desk(desk: Desk, **more: Any) -> StaffDesk:
    wiring: dict[str, Any] = {
        "store": desk.store,
        "clock": desk.playground.clock,
        "receive": desk.receive,
        "operator": operator(),
        "admins": {ADMIN, ENGLISH_ADMIN},
        "staff_chat": GROUP,
        "quarantine": desk.quarantine,
    }
    desk.staff = StaffDesk(TOKENS["staff"], desk.playground.url, **(wiring | more))
    return desk.staff


async def gone(desk: Desk) -> None:
    """The desk closes, whatever had begun."""
    if desk.staff is not None:
        bot, desk.staff = desk.staff, None
        await asyncio.wait_for(bot.stop(), PATIENCE)
        await asyncio.wait_for(bot.close(), PATIENCE)


@pytest.fixture
async def bot(desk: Desk) -> AsyncIterator[StaffDesk]:
    """Started, polling; an agent and an auditor are appointed."""
    bot = staff_desk(desk)
    await bot.start()
    await asyncio.wait_for(bot.ready(), PATIENCE)
    await desk.ask(f"/personel ekle {AGENT} temsilci Ece")
    await desk.ask(f"/personel ekle {AUDITOR} denetçi Umut")
    yield bot
    await gone(desk)
