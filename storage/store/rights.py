"""The archive's counter for data subjects: their requests, the do-not-write list, accounts nobody uses."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection

from flows.address.address import Address
from flows.core.events import Person
from flows.core.retention_notice import Retained
from flows.desk.requests import table as flow
from flows.desk.requests.table import DataRequest, Kind
from storage.keys.vault import Vault
from storage.rights import erasure, idle, objections, requests
from storage.rights.erasure import Plan
from storage.rights.requests import Identity
from storage.store.acts import Acts

__all__ = ["Rights"]


class Rights(Acts):
    """What the customers' side and the clockwork ask of the requests; the desk's commands load their own facts."""

    async def open_request(
        self, work_id: int, person: Person, kind: str, now: datetime, choice: str = ""
    ) -> tuple[int, date, bool]:
        """(number, due, again) of a data subject's request; an open one of the kind keeps its number."""
        return await self._sealed(requests.open_request, work_id, person, kind=kind, now=now, choice=choice)

    async def open_on_behalf(self, kind: Kind, identity: Identity, *, order: str, by: str, now: datetime) -> int:
        """A request that came by letter; its number. Errors: LookupError for an order there is not."""
        return await self._sealed(requests.open_on_behalf, kind, identity, order=order, by=by, now=now)

    async def request(self, number: int) -> DataRequest | None:
        """A request by its number."""
        return await self.database.run(requests.find, number)

    async def requests_due(self) -> list[DataRequest]:
        """What is to be carried out."""
        return await self.database.run(requests.due)

    async def requests_in_hand(self) -> list[DataRequest]:
        """What is not answered, the first to be due first."""
        return await self.database.run(requests.listing)

    async def move_request(self, before: DataRequest, after: DataRequest, reason: str = "") -> bool:
        """What the table decided; False if the request has moved meanwhile."""
        return await self._sealed(requests.move, before, after, reason)

    async def withdraw_request(self, person: Person, number: int, now: datetime) -> bool:
        """By the person; False where it is too late, or not theirs."""
        return await self._sealed(requests.withdraw, person, number, now)

    async def dry_run(self, request: DataRequest, now: datetime) -> Plan:
        """What carrying it out would do now."""
        return await self._sealed(erasure.dry_run, request, now)

    async def begin_request(self, number: int, now: datetime) -> bool:
        """An order is about to be ended for it; False if it was withdrawn."""
        return await self._sealed(erasure.begin, number, now)

    async def settle_request(self, number: int, kept: tuple[Retained, ...], now: datetime) -> None:
        """Answered on paper. Errors: NotYet."""
        await self._sealed(requests.settle, number, kept, now)

    async def finish_erasures(self, now: datetime) -> int:
        """Chats' addresses and persons' keys, where the answer has arrived."""
        return await self._sealed(erasure.finish, now)

    async def person_of_request(self, request: DataRequest) -> Person | None:
        """Whom it is about; None for somebody who is no sender, or was forgotten."""
        return await self._sealed(requests.person_of, request)

    async def bar(self, request: DataRequest, now: datetime) -> int:
        """Carries out an addressee's objection. Errors: LookupError where the file holds no address."""

        def act(conn: Connection, vault: Vault) -> int:
            asked = requests.identity_of(conn, vault, request.number)
            found = objections.read_address(asked.address) if asked else None
            if found is None:
                raise LookupError("the objection names no address")
            forgotten = objections.bar(conn, vault, found, request.number, now)
            requests.settle(conn, vault, request.number, (), now)
            return forgotten

        assert request.kind is flow.Kind.OBJECTION
        return await self._sealed(act)

    async def barred(self, address: Address) -> bool:
        """Whether whoever lives there does not want to be written to."""
        return await self._sealed(objections.barred, address)

    async def idle_people(self, now: datetime) -> list[tuple[str, Person]]:
        """(row, person) of accounts that nobody has used for two years and whose owner is to be told."""
        return await self._sealed(idle.unused, now)

    async def idle_told(self, row: str, now: datetime) -> None:
        """They were told."""
        await self.database.run(idle.told, row, now)

    async def end_idle(self, now: datetime) -> int:
        """Opens requests for those who were told a month ago and did not come back; how many."""
        return await self._sealed(idle.end, now)
