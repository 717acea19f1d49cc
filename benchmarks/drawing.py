"""A stream of previews: somebody always waits for a letter, and it goes the whole way from the ruler to the chat."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from bot.metrics import REGISTRY
from bot.wiring import Service
from flows.address import read_address
from flows.effects import DrawPreview
from flows.events import Moment, Person
from flows.letter import Manuscript
from flows.standing import Acceptance, Draft, Profile, Standing, Turn
from rendering.sample import LETTER
from storage.store import Kept

FIRST = 10**12  # chats that nobody else has
ADDRESS = "Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy, İstanbul"


@dataclass
class Drawing:
    """One preview is asked for when the one before it has been kept; what the chat gets of it goes out beside that."""

    service: Service
    asked: int = 0
    task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self.task = asyncio.create_task(self._stream())

    def end(self) -> None:
        if self.task is not None:
            self.task.cancel()

    async def _stream(self) -> None:
        while True:
            await self._ask()
            while self._settled() < self.asked:
                await asyncio.sleep(0.005)

    def _settled(self) -> float:
        names = ("mektupx_work_done_total", "mektupx_work_failed_total")
        return sum(REGISTRY.get_sample_value(name, {"kind": "DrawPreview"}) or 0.0 for name in names)

    async def _ask(self) -> None:
        """The turn that leads to a preview, as the door would keep it."""
        self.asked += 1
        now = self.service.clock.now()
        standing = a_finished_letter(f"{FIRST + self.asked}", Acceptance("1", "ab", now))
        effects = (DrawPreview(standing.draft.revision),)
        async with self.service.store.transaction() as tx:
            await tx.keep([Kept(None, Turn(standing, effects), (), Moment(now, secrets.token_hex(16)))])
        self.service.kept((), effects)


def a_finished_letter(handle: str, accepted: Acceptance) -> Standing:
    """Somebody who has answered everything and waits for the preview of a page."""
    draft = Draft(
        letter=secrets.token_hex(16),
        language="tr",
        addressee_name="Nermin Öztürk",
        addressee=read_address(ADDRESS, "Nermin Öztürk").address,
        contact_settled=True,
        manuscript=Manuscript(((1, LETTER.text),)),
        revision=3,
        finished=True,
        stationery="klasik",
        product="normal",
    )
    profile = Profile(notice=accepted, name="Işıl İnci", phone="+905321234567", email="isil@example.com")
    return Standing(Person("telegram", handle), step="preview", screen=9, profile=profile, draft=draft)
