"""The staff desk as a whole: its bot, its door, its message sender and its relay, joined."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

from bot.base.clock import Clock
from bot.base.periodic import Periodic
from bot.messenger.downloads import picture
from bot.messenger.protocol import Files
from bot.messenger.rate_limits import RATES, Rates
from bot.outbox.message_sender import MessageSender
from bot.outbox.undeliverable import to_staff
from bot.staff.alarms import AlarmWatch
from bot.staff.commands import row_of
from bot.staff.door import StaffDoor
from bot.staff.handed import HandedIn, Reconcile, ReportScans
from bot.staff.menus import Menus
from bot.staff.relay import Receive, Relay
from bot.staff.telegram.access import Membership
from bot.staff.telegram.app import StaffBot
from bot.staff.telegram.messenger import StaffMessenger
from bot.staff.topics import SERVICE, Topics
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.step import Operator
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import ALL, Role
from flows.desk.base.turns import does
from flows.words.text import Lines, Text
from storage.database.engine import StorageError
from storage.queues import chat_moves
from storage.senders import people
from storage.store.requested import By
from storage.store.store import Store, StoredMessage
from storage.support import staff

__all__ = ["StaffDesk"]


class StaffDesk:
    """receive: the senders' own door. staff_chat: as the settings name it; where it has moved to, storage knows.
    report: takes the print room's scans. reconcile: its count."""

    def __init__(
        self,
        token: str,
        api: str,
        *,
        store: Store,
        clock: Clock,
        receive: Receive,
        operator: Operator,
        admins: Collection[int],
        staff_chat: int | None = None,
        quarantine: Callable[[int | None, str], Awaitable[None]],
        webhook: tuple[str, str] | None = None,
        rates: Rates = RATES,
        report: ReportScans | None = None,
        reconcile: Reconcile | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._admins = admins
        self._configured = self._chat = staff_chat
        taker = secrets.token_hex(4)
        self._menus = Menus(self._roles, self._members, self.group)
        self._quarantine = quarantine
        self.bot = StaffBot(token, api, self, clock, webhook)
        self.door = StaffDoor(
            store,
            clock,
            admins=admins,
            presence=Membership(self.bot.bot, self.group).of,
            group=self.group,
            kept=self._kept,
            taker=taker,
            operator=operator,
            handed_in=HandedIn(self.bot.bot, report, reconcile) if report is not None else None,
        )
        topics = Topics(store, self.door, self.bot.bot, clock)
        self.relay = Relay(store, self.door, topics, receive, clock, self.group)
        messenger = StaffMessenger(self.bot.bot, topics, self.moved)
        self._message_sender = MessageSender(
            store,
            messenger,
            clock,
            self._files,
            self._unreachable,
            rates,
            refused=partial(to_staff, store, clock),
            numbers=self.bot.numbers,
            taker=taker,
            bot="staff",
        )
        self._round = Periodic("relay", self.relay.run_once, clock, 1.0)
        self._alarms = AlarmWatch(store, self.announce, clock)
        self._loop: asyncio.Task[None] | None = None

    async def start(self, *, poll: bool = True) -> None:
        """Returns at once; Telegram may be away."""
        self._chat = await self._store.do(chat_moves.chat_now, self._configured)
        await self._message_sender.start()
        self._loop = asyncio.create_task(self._round.run(), name="relay")
        await self.bot.start(poll=poll)

    async def ready(self) -> None:
        """Returns when Telegram has answered for the first time."""
        await self.bot.ready()

    async def feed(self, raw: dict[str, Any]) -> None:
        """One raw update, from the web server; returns after its commit."""
        await self.bot.feed(raw)

    async def stop(self) -> None:
        """Takes nothing new, and relays nothing more."""
        await self.bot.stop()
        await self._round.stop()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def close(self) -> None:
        """The last messages arrive or go back; the connections end."""
        await self._message_sender.stop()
        await self.bot.close()

    @property
    def busy(self) -> bool:
        return bool(self.door.busy) or self._message_sender.busy or self._round.busy

    def ring(self) -> None:
        """Something may wait for the relay."""
        self._round.ring()

    async def announce(self, words: Text | Lines, *, private: bool = False) -> bool:
        """Says something to the staff chat, by the outbox; to each admin of the settings where there is none, and to
        every admin in private where it cannot be written to. False where the outbox takes nothing at this moment."""
        group = self.group()
        chats = [str(chat) for chat in ([group] if group is not None else sorted(self._admins))]
        try:
            async with self._store.transaction() as tx:
                if private:
                    chats = sorted(await tx.do(staff.admins_of, self._admins))
                spoken = await tx.do(staff.languages, self._admins)  # "" in a group: the operator's own
                turn = does(*(Say(words, to=chat, language=spoken.get(int(chat), "")) for chat in chats))
                stored, signed = await self.door.keep(tx, turn, By(SERVICE, "", self._clock.now()))
        except StorageError:
            return False
        await self.door.told(stored, signed)
        return True

    # What its bot tells and asks (bot.staff.telegram.app.StaffHooks)
    # -----------------------------------------------------------

    def group(self) -> int | None:
        """The staff chat, None without one."""
        return self._chat

    async def receive(self, asked: Asked) -> None:
        """What somebody asks goes through the staff's door; an answer waits for its sender's."""
        await self.door.receive(asked)
        self._round.ring()
        _, command = row_of(asked)
        if command is not None and command.name == "personel":
            await self._menus.changed(self.bot.bot)
        elif asked.private:
            await self._menus.member(self.bot.bot, asked.user, asked.language)

    async def moved(self, old: int, new: int) -> None:
        """A group became a supergroup; of other chats' moves the message sender knows by himself."""
        if old == self._chat:
            await self._store.do(chat_moves.chat_moved, old, new)
            self._chat = new
            await self._menus.moved(self.bot.bot)

    async def let_in(self) -> None:
        """The bot was let in or unblocked: what waited for that is said."""
        await self._store.do(staff.reachable_again, self._clock.now())

    async def of_staff(self, user: int) -> bool:
        """Whether a user has any role."""
        return bool(await self._roles(user))

    async def offer(self) -> None:
        """Shows each their menu."""
        await self._menus.begin(self.bot.bot)

    async def set_aside(self, update: int | None, error: str) -> None:
        """An update that could not be read or served is kept with its number."""
        await self._quarantine(update, error)

    async def tick(self) -> None:
        """A second has passed: whoever waits is looked for, and the alarms."""
        self._round.ring()
        await self._alarms.tick()

    # What they tell each other ----------------------------------------------------------------------------------------

    async def _roles(self, user: int) -> frozenset[Role]:
        return ALL if user in self._admins else await self._store.do(staff.roles_of, user)

    async def _members(self) -> dict[int, str]:
        return await self._store.do(staff.languages, self._admins)

    def _kept(self, stored: Any) -> None:
        messages: list[StoredMessage] = list(stored)
        if messages:
            self._message_sender.take(messages)

    async def _unreachable(self, person: Person) -> None:
        await self._store.do(people.set_reachable, person, False)

    async def _files(self, person: Person, wanted: Attachment) -> Files | None:
        return await picture(self._store, wanted.of)
