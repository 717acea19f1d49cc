"""The archive's counter for the print room: what is to be printed, what was scanned, which keys are to be destroyed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flows.core.events import Person
from flows.desk.printing.pieces import OutboxRow
from storage.printing import outbox as print_outbox
from storage.printing import queue_view, scans
from storage.printing.outbox import Piece
from storage.printing.scans import OnPaper
from storage.queues import keys_to_shred
from storage.queues.keys_to_shred import Shred
from storage.store.acts import Acts

__all__ = ["PrintRoom"]


class PrintRoom(Acts):
    """A letter's way from paid to posted, as dispatcher, shredder and tray see it."""

    # The print room ---------------------------------------------------------------------------------------------------

    async def print_ready(self, now: datetime, limit: int) -> list[tuple[Person, str]]:
        """What may be claimed now: (person, order)."""
        return await self._sealed(print_outbox.ready, now, limit)

    async def pieces(self, token: str) -> list[Piece]:
        """The opened pieces of one lease."""
        return await self._sealed(print_outbox.pieces, token)

    async def submitting(self, orders: Collection[str], token: str) -> set[str]:
        """The intent, written before the sink is asked; the orders that are neither fenced nor to be stopped."""
        return await self.database.run(print_outbox.intend, orders, token)

    async def submitted(self, orders: Collection[str], token: str) -> set[str]:
        """The sink has them; the orders that are not fenced."""
        return await self.database.run(print_outbox.advance, orders, token, ("submitting", "submitted"), "submitted")

    async def outbox(self, now: datetime | None = None) -> list[OutboxRow]:
        """The queue for staff, without personal data."""
        return await self.database.run(queue_view.listing, now)

    async def outbox_row(self, order: str, now: datetime) -> OutboxRow | None:
        """One row of it; None for what does not wait."""
        return await self.database.run(queue_view.row_of, order, now)

    async def retry_print(self, order: str, now: datetime) -> bool:
        """Staff: ask the sink for it, and hand it over where it does not have it; False if no person is waited for."""
        return await self.database.run(queue_view.retry, order, now)

    async def park_print(self, order: str, now: datetime) -> bool:
        """Staff: hold it back; False if a dispatcher has it in hand, or it waits for a person already."""
        return await self.database.run(queue_view.hold_back, order, now)

    # The print room's scans -------------------------------------------------------------------------------------------

    async def on_paper(self, *, number: int | None = None, piece: str = "") -> OnPaper | None:
        """The one letter of an order number, or of the piece id on its sheets."""
        return await self._sealed(scans.find, number=number, piece=piece)

    async def tracking_taken(self, tracking: str, order: str) -> bool:
        """Whether a tracking number belongs to another letter."""
        return await self._sealed(scans.taken, tracking, order)

    def tracking_mark(self, tracking: str) -> str:
        """Tells one tracking number from another without naming it."""
        return self.vault.blind("scan.tracking", tracking).hex()

    async def unscanned(self, before: datetime) -> list[OnPaper]:
        """Letters dispatched before an instant whose file still lies in the tray."""
        return await self._sealed(scans.waiting, before)

    async def print_room(self) -> list[OnPaper]:
        """Every letter the print room owes a scan."""
        return await self._sealed(scans.listing)

    async def handed_to(self, order: str) -> tuple[str, str] | None:
        """(sink, receipt) of a dispatched letter."""
        return await self.database.run(scans.handed_to, order)

    # Keys to destroy --------------------------------------------------------------------------------------------------

    async def shreddable(self, limit: int) -> list[Shred]:
        """Keys to destroy now."""
        return await self._sealed(keys_to_shred.pending, limit)

    async def shredded(self, key_ids: Collection[str], now: datetime) -> None:
        """Records their destruction, after `Keyring.destroy`."""
        await self.database.run(keys_to_shred.done, key_ids, now)
