"""A stream of previews: somebody always waits for a letter, and it goes the whole way from the ruler to the chat."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Sequence

from bot.service.service import Service
from flows.address.address import read_address
from flows.core.effects import DrawPreview, Effect
from flows.core.events import Moment, Person
from flows.core.state import Acceptance, Draft, Profile, Standing, Turn
from flows.input.manuscript import Manuscript
from rendering.sample import LETTER
from storage.store.store import KeptTurn, StoredMessage

FIRST = 10**12  # chats that nobody else has
ADDRESS = "Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy, İstanbul"


class Previews:
    """Lets a service draw one preview after the other: the next is asked for when the one before it has been kept, and
    goes out to its chat beside that."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.asked = 0
        self.drawn = asyncio.Event()
        self.stream: asyncio.Task[None] | None = None
        service.listeners.add(self._heard)

    def begin(self) -> None:
        self.stream = asyncio.create_task(self._stream())

    def end(self) -> None:
        if self.stream is not None:
            self.stream.cancel()

    def _heard(self, messages: Sequence[StoredMessage], effects: Iterable[Effect]) -> None:
        if any(one.message.attachment is not None for one in messages):
            self.drawn.set()

    async def _stream(self) -> None:
        while True:
            self.drawn.clear()
            await self._ask()
            await asyncio.wait_for(self.drawn.wait(), 60)

    async def _ask(self) -> None:
        """The turn that leads to a preview, as the door would keep it."""
        self.asked += 1
        now = self.service.clock.now()
        standing = a_finished_letter(f"{FIRST + self.asked}", Acceptance("1", "ab", now))
        effects = (DrawPreview(standing.draft.revision),)
        async with self.service.store.transaction() as tx:
            await tx.keep([KeptTurn(None, Turn(standing, effects), (), Moment(now, secrets.token_hex(16)))])
        self.service.listeners.kept((), effects)


def a_finished_letter(handle: str, accepted: Acceptance) -> Standing:
    """Somebody who has answered everything and waits for the preview of a page."""
    draft = Draft(
        letter=secrets.token_hex(16),
        language="tr",
        addressee_name="Nermin Öztürk",
        addressee=read_address(ADDRESS, "Nermin Öztürk").address,
        manuscript=Manuscript(((1, LETTER.text),)),
        revision=3,
        finished=True,
        stationery="klasik",
        product="normal",
    )
    profile = Profile(notice=accepted, name="Işıl İnci", phone="+905321234567", email="isil@example.com")
    return Standing(Person("telegram", handle), step="preview", screen=9, profile=profile, draft=draft)
