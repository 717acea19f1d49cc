"""The archive as the rest of the house sees it: everything remembered, sealed, and forgotten on time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from flows.core.events import Person
from flows.core.state import Standing
from flows.desk.printing.pieces import OutboxRow
from storage import retention
from storage.access_log import audit
from storage.access_log.audit import Entry
from storage.backup.after_restore import redestroy
from storage.database.engine import create
from storage.keys.ownership import adopt, belongs
from storage.keys.vault import Keyring, Vault
from storage.migrations import bring
from storage.monitoring import alarms, figures
from storage.printing.outbox import Piece
from storage.printing.scans import OnPaper
from storage.queues import jobs, message_state, messages
from storage.queues.jobs import WorkItem
from storage.queues.keys_to_shred import Shred
from storage.queues.message_state import Begin, Counted, Delivered, GivenBack
from storage.queues.messages import StoredMessage
from storage.rights.export import export
from storage.senders import orders, people, previews
from storage.store.print_room import PrintRoom
from storage.store.rights import Rights
from storage.store.staff_room import StaffRoom
from storage.store.transaction import KeptTurn, Transaction
from storage.support import sender_side

__all__ = [
    "Begin",
    "Counted",
    "Delivered",
    "Entry",
    "GivenBack",
    "KeptTurn",
    "OnPaper",
    "OutboxRow",
    "Piece",
    "Shred",
    "Store",
    "StoredMessage",
    "Transaction",
]
__all__ += ["WorkItem"]


class Store(PrintRoom, StaffRoom, Rights):
    """The open database with its keyring. Every method but `transaction` is a short transaction of its own."""

    @classmethod
    async def open(cls, url: str, keyring: Keyring) -> Store:
        """Opens the database, brings it to this version, checks that it belongs to this keyring.

        Errors: StorageError, DatabaseNewer, WrongKey; each a sentence."""
        database = create(url)
        try:
            await database.run(belongs, keyring)  # before anything is written
            await bring(database)
            await database.run(adopt, keyring)
            if keyring.copied_at() is not None:  # an older copy of the key store holds keys destroyed since
                await database.run(redestroy, keyring)
        except BaseException:
            await database.close()
            raise
        return cls(database, Vault(keyring))

    @property
    def journal(self) -> str:
        """The journal mode chosen at start, for the log: TRUNCATE, WAL, or "" where the server decides."""
        return self.database.journal

    async def close(self) -> None:
        """Closes the database; the keyring belongs to the caller."""
        await self.database.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A write transaction, rolled back unless it ends well. Never await the network in it."""
        async with self.database.transaction() as unit:
            yield Transaction(unit, self.vault)

    # People -----------------------------------------------------------------------------------------------------------

    async def standing_of(self, person: Person) -> Standing | None:
        """Where a person stands, None for a stranger."""
        found = await self._sealed(people.find, [person])
        known = found.get(people.who(person))
        return None if known is None else known.standing

    async def person_of_order(self, order_id: str) -> Person | None:
        """Whose order it is."""
        return await self._sealed(orders.person_of, order_id)

    async def unreachable(self, person: Person, blocked: bool) -> None:
        """Whether the chat cannot be reached; its messages wait until it can."""
        await self._sealed(people.set_reachable, person, not blocked)

    async def running_message(self, person: Person) -> int | None:
        """The messenger's id of the person's running line."""
        return await self._sealed(people.running_message, person)

    async def replace_handle(self, person: Person, new_handle: str) -> bool:
        """The messenger moved the chat to another address; False for a stranger."""
        return await self._sealed(people.replace_handle, person, new_handle)

    # Letters ----------------------------------------------------------------------------------------------------------

    async def preview(self, letter_id: str) -> bytes | None:
        """The drawn PDF of a letter."""
        return await self._sealed(previews.read, letter_id)

    async def keep_preview(self, letter_id: str, pdf: bytes, sha256: str, pages: int) -> bool:
        """Keeps a drawn PDF; False if the letter is gone."""
        return await self._sealed(previews.keep, letter_id, pdf=pdf, sha256=sha256, pages=pages)

    # Messages ---------------------------------------------------------------------------------------------------------

    async def take_messages(
        self, taker: str, now: datetime, until: datetime, limit: int, *, staff: bool = False
    ) -> list[StoredMessage]:
        """Messages to send now, oldest first, kept in order per person: to senders, or to the staff."""
        return await self._sealed(messages.take, taker, now=now, until=until, limit=limit, staff=staff)

    async def messages_noted(
        self,
        delivered: Sequence[Delivered] = (),
        begins: Sequence[Begin] = (),
        back: Sequence[GivenBack] = (),
        news: Mapping[str, int] | None = None,
    ) -> dict[int, int]:
        """Delivered: their rows go. About to go: returned if they may, each with the newest number there was. Given
        back: tried again when they are due. news: of the messenger's numbers. All in one transaction."""
        return await self.database.run(message_state.noted, delivered, begins, back, news or {})

    async def newest_numbers(self) -> dict[str, int]:
        """How far the messenger has counted, by series (bot.messenger.message_ids)."""
        return await self.database.run(message_state.series)

    # Work -------------------------------------------------------------------------------------------------------------

    async def take_work(self, taker: str, now: datetime, until: datetime, limit: int) -> list[WorkItem]:
        """Work that is due, under a lease."""
        return await self._sealed(jobs.take, taker, now=now, until=until, limit=limit)

    async def work_done(self, ids: Sequence[int]) -> None:
        """Finished work goes."""
        await self._sealed(jobs.done, ids)

    async def work_failed(self, id: int, retry_at: datetime | None, taker: str, said: str = "") -> None:
        """Tried again then; None parks it for a person. Nothing changes if it is another taker's by now."""
        await self.database.run(jobs.failed, id, retry_at, taker, said)

    # The desk, money, figures -----------------------------------------------------------------------------------------

    async def note_callback(self, provider: str, event_key: str, raw: bytes, now: datetime) -> bool:
        """Keeps a payment institution's post; False if it came before."""
        return await self._sealed(orders.note_callback, provider, event_key, raw=raw, now=now)

    async def open_links(self, now: datetime) -> list[tuple[Person, str, datetime]]:
        """Open payment links: (person, order, until), also those that are past it and not expired yet."""
        return await self._sealed(orders.open_links)

    async def quarantine(self, bot: str, key: str, error: str, now: datetime) -> None:
        """An update that could not be served."""
        await self.database.run(sender_side.quarantined, bot, key, error, now)

    async def figures(self) -> dict[str, int]:
        """Counts for /durum: of everything, so not for every few seconds."""
        return await self.database.run(figures.count)

    async def troubles(self, now: datetime) -> dict[str, int]:
        """How many rows are in each kind of trouble of flows.desk.alarms."""
        return await self.database.run(alarms.counts, now)

    async def standing_alarms(self) -> dict[str, alarms.LastingAlarm]:
        """What the staff has been told of and is not over yet."""
        return await self.database.run(alarms.known)

    async def alarm(self, name: str, now: datetime, again: timedelta) -> bool:
        """Whether a trouble is this process's to tell: it is new, or was told longer ago than `again`."""
        return await self.database.run(alarms.claim, name, now, again)

    async def unalarm(self, name: str) -> None:
        """Nobody could be told: it is to be told again."""
        await self.database.run(alarms.unclaim, name)

    async def calmed(self, name: str) -> bool:
        """It is over; whether that is this process's to tell."""
        return await self.database.run(alarms.ended, name)

    async def ages(self, now: datetime) -> dict[str, float]:
        """Seconds the oldest of each outbox has waited, for /metrics."""
        return await self.database.run(figures.ages, now)

    async def waiting(self) -> dict[str, int]:
        """Counts for /metrics: of what is still to be done."""
        return await self.database.run(figures.waiting)

    async def busy(self, now: datetime) -> bool:
        """Whether something is to be done now."""
        return await self.database.run(figures.busy, now)

    async def purge(self, now: datetime) -> dict[str, int]:
        """Destroys what is past its time; counts by datum."""
        return await self._sealed(retention.purge, now)

    # Rights and the access log ------------------------------------------------------------------------------------

    async def export(self, person: Person) -> dict[str, Any]:
        """Everything held about a person, for that person; {} for a stranger."""
        return await self._sealed(export, person)

    async def note_access(self, entry: Entry) -> None:
        """One line in the access log, committed and its head signed before this returns."""
        await self._sealed(audit.append, entry)
        await self._sealed(audit.sign)

    async def verify_audit(self) -> int | None:
        """The first wrong line of the access log, None when it is whole."""
        return await self._sealed(audit.verify)
