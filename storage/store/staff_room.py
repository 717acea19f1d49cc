"""The staff desk's window of the archive: tickets, requests, members, and errands to senders."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flows.core.effects import BringPicture
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.desk.base.roles import Role
from storage.access_log import audit, openings
from storage.access_log.openings import Shown
from storage.printing import refund_requests
from storage.queues import chat_moves
from storage.queues import desk_events as errands
from storage.queues.desk_events import Errand
from storage.store.acts import Acts
from storage.support import pictures, sender_side, staff, ticket_writes, tickets
from storage.support.sender_side import Corrected

__all__ = ["StaffRoom"]

Ticket = tuple[int, bool]


class StaffRoom(Acts):
    """Each method is a short transaction of its own; what a member of the staff decides goes through bot.staff.door."""

    async def may_ask(self, person: Person, now: datetime) -> None:
        """Errors: NotTaken, where the desk would refuse what comes next."""
        await self._sealed(sender_side.may_ask, person, now)

    async def open_ticket(
        self, work_id: int, person: Person, words: str, message: int, *, now: datetime, picture: bytes = b""
    ) -> Ticket:
        """(number, joined) of a ticket; the same work gives the same answer."""
        return await self._sealed(
            sender_side.open_ticket, work_id, person, words=words, message=message, now=now, picture=picture
        )

    async def picture(self, mark: str) -> bytes | None:
        """A picture of a ticket, for whoever is shown the message; None when it is gone."""
        return await self._sealed(pictures.read, mark)

    async def keep_picture(self, person: Person, number: int, mark: str, picture: bytes, *, now: datetime) -> None:
        """An agent's picture, for this sender. Errors: LookupError."""
        await self._sealed(pictures.keep_for, person, number, mark, picture, now=now)

    async def answer_lost(self, work_id: int, lost: BringPicture, said: OutgoingMessage, now: datetime) -> None:
        """An answer whose picture cannot be had: its agent is told instead."""
        await self._sealed(pictures.answer_lost, work_id, lost, said, now)

    async def may_edit(self, person: Person, message: int, now: datetime) -> bool:
        """Whether the message stands in an open ticket of theirs. Errors: NotTaken."""
        return await self._sealed(sender_side.may_edit, person, message, now)

    async def edit_ticket(
        self, work_id: int, person: Person, words: str, message: int, *, now: datetime, picture: bytes = b""
    ) -> Corrected:
        """In which ticket the message stands, and whether it reads otherwise now. Errors: NotYet, NotTaken."""
        return await self._sealed(
            sender_side.edit_ticket, work_id, person, words=words, message=message, now=now, picture=picture
        )

    async def rate_ticket(self, person: Person, number: int, stars: int) -> None:
        """The sender's own closed ticket; of another's nothing is written."""
        await self._sealed(ticket_writes.rate, person, number, stars)

    async def unread_tickets(self, limit: int, now: datetime) -> list[int]:
        """Tickets with words that no agent has seen."""
        return await self.database.run(tickets.unread, limit, now)

    async def desk_busy(self) -> bool:
        """Whether something waits for the relay."""
        return await self.database.run(lambda conn: tickets.relay_waits(conn) or refund_requests.decided_any(conn))

    async def decided_refunds(self, limit: int) -> list[int]:
        """Numbers of orders of whose refund somebody waits to hear."""
        return await self.database.run(refund_requests.decided, limit)

    async def errands(self, limit: int) -> list[Errand]:
        """What waits for a sender's own door, the oldest first."""
        return await self._sealed(errands.waiting, limit)

    async def errand_done(self, number: int) -> None:
        """The door has it."""
        await self.database.run(errands.done, number)

    async def roles_of(self, user: int) -> frozenset[Role]:
        """What somebody was appointed to, by messenger id."""
        return await self._sealed(staff.roles_of, user)

    async def staff_languages(self, admins: Collection[int]) -> dict[int, str]:
        """Everybody of the staff, and what they speak; admins: those of the settings."""
        return await self._sealed(staff.languages, admins)

    async def staff_reachable(self) -> None:
        """Somebody has let the staff bot in again: every staff chat is tried once more."""
        await self.database.run(staff.reachable_again)

    async def sign_book(self) -> None:
        """Signs the last committed line of the access log."""
        await self._sealed(audit.sign)

    async def open_letter(self, letter: str) -> Shown:
        """What is left of a letter, for an opening that was approved, claimed and signed for (bot.web.opening_page)."""
        return await self._sealed(openings.shown, letter)

    async def staff_chat(self, configured: int | None) -> int | None:
        """The staff chat as it is called now: a group that became a supergroup has another id; None without one."""
        return None if configured is None else await self.database.run(chat_moves.chat_now, configured)

    async def staff_chat_moved(self, old: int, new: int) -> None:
        """The messenger has told us of it."""
        await self.database.run(chat_moves.chat_moved, old, new)
