"""The desk with the senders' real door behind it, and one sender's letters in the print room."""

from __future__ import annotations

import base64
import os
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.intake.door import Door
from bot.service.core import Listeners
from bot.wording.speak import Speaker
from flows.address.address import Address
from flows.conversation import machine
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.events import Envelope, Moment
from flows.core.state import Acceptance, Draft, Order, Profile, Standing, State, Turn
from flows.input.manuscript import Manuscript
from flows.words.text import Kurus
from storage.monitoring import figures
from storage.printing import outbox as print_outbox
from storage.printing import queue_view as print_queue
from storage.senders import people, previews
from storage.store.store import KeptTurn
from tests.dialogue import operator, papers

from .conftest import ADMIN, SENDER, Desk

__all__ = ["CANARIES", "Room"]

CANARIES = ("KANARYASOYAD", "905559998877", "kanarya@example.com", "KANARYAALICI", "KANARYASOKAK", "KANARYAMEKTUP")
SURNAME, PHONE, MAIL, ADDRESSEE, STREET, LETTER = CANARIES


class Room:
    """The desk with the senders' real door behind it, and one sender's paid letter."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.store, self.clock = desk, desk.store, desk.playground.clock
        advance = partial(machine.advance, operator())
        self.door = Door(desk.store, advance, Speaker(papers()), self.clock, Listeners())
        self.order = ""

    async def paid(
        self, nth: int = 1, state: State = State.QUEUED, product: str = "taahhutlu", language: str = "tr"
    ) -> str:
        """One more order of the sender; its number."""
        now, letter, order = self.clock.now(), f"{nth:012x}{'a' * 20}", os.urandom(16).hex()
        address = Address(name=ADDRESSEE, street=f"{STREET} Sok.", il="Ankara")
        accepted = Acceptance("1", "ab", now)
        profile = Profile(notice=accepted, name=f"Işıl {SURNAME}", phone=f"+{PHONE}", email=MAIL, language=language)
        draft = Draft(letter=letter, manuscript=Manuscript(((1, LETTER),)), addressee_name=ADDRESSEE, addressee=address)
        await self._keep(Standing(SENDER), profile=profile, draft=draft)
        await self.store.do(previews.keep, letter, b"%PDF " + LETTER.encode(), "f00d" * 16, 3)
        made = Order(
            order, state, Kurus(9600), letter, "f00d" * 16, 3, 2, product, now, payment=f"sandbox:{nth}",
            paid=Kurus(9600), paid_at=now, dispatched_at=None if state is State.QUEUED else now,
        )  # fmt: skip
        effects = (fx.QueueForPrint(order),) if state is State.QUEUED else ()
        await self._keep(None, *effects, made=made)
        self.order = order
        return (await self.orders())[-1].number

    async def _keep(self, first: Standing | None, *effects: fx.Effect, made: Order | None = None, **more: Any) -> None:
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([SENDER])).get((SENDER.channel, SENDER.handle))
            standing = before or first
            assert standing is not None
            after = replace(standing, **more)
            after = after.with_order(made) if made else after
            await tx.keep([KeptTurn(before, Turn(after, effects), (), Moment(self.clock.now(), os.urandom(16).hex()))])

    async def orders(self) -> tuple[Order, ...]:
        found = await self.store.do(people.standing_of, SENDER)
        assert found is not None
        return found.orders

    async def busy(self) -> bool:
        """Only the desk is at work here: nobody prints, pays back, or brings messages to senders."""
        staff = self.desk.staff
        if staff is None or self.desk.door_is_shut:  # what waits for it waits for long
            return staff is not None and staff.busy
        return staff.busy or self.door.busy or await self.store.do(figures.desk_busy)

    async def state(self) -> State:
        return next(one.state for one in await self.orders() if one.id == self.order)

    async def happens(self, event: ev.OrderEvent) -> None:
        fresh = os.urandom(16).hex()
        await self.door.receive(Envelope(fresh, SENDER, event, Moment(self.clock.now(), fresh)))

    async def claimed(self) -> None:
        await self.happens(ev.PrintClaimed(self.order, "t1", self.clock.now() + timedelta(minutes=2)))

    async def stuck(self) -> None:
        await self.claimed()
        await self.store.do(print_outbox.submitting, [self.order], "t1")
        await self.happens(ev.PrintStuck(self.order, "t1"))

    async def pieces(self) -> list[str]:
        return [row.state for row in await self.store.do(print_queue.listing)]

    async def signed(self) -> list[tuple[str, str, str]]:
        rows = await self.desk.rows("SELECT action, ticket, outcome FROM audit ORDER BY seq")
        return [(row[0], row[1], row[2]) for row in rows if row[0] != "appoint_staff"]

    async def refunds(self) -> list[tuple[Any, ...]]:
        return await self.desk.rows("SELECT payment, state FROM refund ORDER BY payment")

    async def file(self, content: bytes, caption: str, user: int = ADMIN) -> list[str]:
        before = await self.desk.said(user)
        body = {"kind": "document", "name": "okutma.csv", "base64": base64.b64encode(content).decode()}
        await self.desk.post(f"chats/{user}/file", user=user, caption=caption, bot="staff", **body)
        await self.desk.idle()
        return (await self.desk.said(user))[len(before) :]
