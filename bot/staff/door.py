"""The staff's door: one update is one transaction, decided on facts that nobody changes meanwhile, or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

import structlog

from bot.base import metrics
from bot.base.clock import Clock
from bot.staff.commands import Handler, StaffCommand, left_aside, not_yours, row_of
from bot.wording.speak import Reader, spoken
from flows.core.effects import Toast
from flows.core.events import Moment
from flows.core.state import Turn
from flows.core.step import Operator
from flows.desk.admin.members import Staff
from flows.desk.base.effects import EVERYBODY, LogAccess
from flows.desk.base.request import Asked
from flows.desk.base.roles import ALL, STRANGER, Presence, Role
from flows.desk.base.turns import does, says
from flows.words.text import Text, text
from locales import pick
from storage.access_log import audit
from storage.database.engine import StorageError
from storage.senders import seen_updates
from storage.store import writers
from storage.store.requested import By, requested_by
from storage.store.store import Store, StoredMessage, Transaction
from storage.support import staff

__all__ = ["StaffDoor"]

log = structlog.stdlib.get_logger("mektupx.staff")

SORRY = text("staff", "Something went wrong on our side, we are sorry. Could you try again in a few minutes?")
NOT_IN_GROUP = text(
    "staff", "You are not in the staff group at this moment, so nothing was done. An admin can add you."
)
UNSURE = text(
    "staff",
    "Whether you are in the staff group could not be looked up, so nothing was done. Please try again in a minute.",
)
ALONE = text("staff", "Please write this to me in private, and delete it here: it is not for everybody in the group.")
REFUSED = {Presence.AWAY: NOT_IN_GROUP, Presence.UNKNOWN: UNSURE}

Committed = Callable[[Sequence[StoredMessage]], None]


class StaffDoor:
    """receive() returns once the update is committed: True if it was new.

    presence: looks up who is in the staff chat. kept: hears what was committed. group: the staff chat, None without.
    taker: the staff's message sender of this very process, whose messages are his at once.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        admins: Collection[int],
        presence: Callable[[int], Awaitable[Presence]],
        group: Callable[[], int | None],
        kept: Committed,
        taker: str,
        operator: Operator,
        handed_in: Callable[[Asked], Awaitable[Asked]] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._admins = frozenset(admins)
        self._presence = presence
        self._group = group
        self._kept = kept
        self._taker = taker
        self._operator = operator
        self._handed_in = handed_in
        self.busy = 0

    @property
    def admins(self) -> frozenset[int]:
        """Those of the settings."""
        return self._admins

    async def receive(self, asked: Asked) -> bool:
        """Raises StorageError when nothing could be kept: the update must come again, and is safe to."""
        self.busy += 1
        try:
            return await self._receive(asked)
        except StorageError:
            raise
        except Exception as error:
            metrics.ERRORS.labels("staff").inc()
            _, command = row_of(asked)  # by its own name: what was typed or tapped may be anybody's words
            log.error("a staff update failed", kind=command.name if command else "", exc_info=error)
            return await self._receive(asked, sorry=True)
        finally:
            self.busy -= 1

    async def _receive(self, asked: Asked, *, sorry: bool = False) -> bool:
        row, command = row_of(asked)
        now = self._clock.now()
        asked = replace(asked, moment=Moment(now, secrets.token_hex(16)), operator=self._operator)
        presence = Presence.THERE if sorry else await self._seen(asked, row)
        if self._handed_in is not None and row.handed_in and not sorry and await self._may(asked, row, presence):
            asked = await self._handed_in(asked)  # before the transaction: done twice, it is done once
        whom = 0 if sorry or self._group() is None else row.whom(asked)
        if whom and await self._may(asked, row, presence):
            asked = replace(asked, theirs=await self._presence(whom))
        async with self._store.transaction() as tx:
            if not await tx.do(seen_updates.first_sight, [asked.key], now):
                return False
            admins = frozenset(await tx.do(staff.admins_of, self._admins))
            roles = await self._roles(tx, asked.user)
            # Where there is but one admin nobody else can confirm what they propose.
            asked = replace(asked, roles=roles, admins=admins, lone=len(admins) == 1)
            by = By(asked.actor, "", now)
            if asked.roles:
                by = replace(by, row=await tx.do(staff.remember, asked, now))
            turn = self._apology(asked) if sorry else await self._decided(tx, asked, row, command, presence)
            if asked.tap and not any(isinstance(effect, Toast) for effect in turn.effects):
                turn = does(Toast(asked.tap), *turn.effects)  # each tap ends its waiting sign
            stored, signed = await self.keep(tx, turn, by, asked)
        await self.told(stored, signed)
        return True

    # Rights -----------------------------------------------------------------------------------------------------------

    async def _roles(self, tx: Transaction, user: int) -> frozenset[Role]:
        """The admins of the settings hold every role; of everybody else the list decides, at this moment."""
        return ALL if user in self._admins else await tx.do(staff.roles_of, user)

    async def _may(self, asked: Asked, row: Handler, presence: Presence) -> bool:
        roles = ALL if asked.user in self._admins else await self._store.do(staff.roles_of, asked.user)
        return presence is Presence.THERE and bool(roles & row.roles)

    async def _seen(self, asked: Asked, row: Handler) -> Presence:
        """Looked up before the transaction: nothing awaits the network in it. Nobody is looked up without a role; who
        has one a moment later was not looked up."""
        if not row.privileged:
            return Presence.THERE
        roles = ALL if asked.user in self._admins else await self._store.do(staff.roles_of, asked.user)
        return await self._presence(asked.user) if roles & row.roles else Presence.UNKNOWN

    async def _decided(
        self, tx: Transaction, asked: Asked, row: Handler, command: StaffCommand | None, presence: Presence
    ) -> Turn[None]:
        if row.anybody:
            return row.take(asked, await tx.do(row.facts, asked))
        if not asked.roles:
            return _refused(asked, STRANGER) if asked.private else does()
        what = f"/{command.name}" if command else asked.action or "answer"
        if not asked.roles & row.roles:
            refused = LogAccess(what, asked.actor, outcome="no_right")
            return _refused(asked, not_yours(command, asked.language)).plus([refused])
        if row.alone and not asked.private:
            return _refused(asked, ALONE)
        if presence is not Presence.THERE:
            return _refused(asked, REFUSED[presence]).plus([LogAccess(what, asked.actor, outcome=presence.value)])
        facts = await tx.do(row.facts, asked)
        if isinstance(facts, Staff):
            facts = replace(facts, bootstrap=self._admins)
        return row.take(asked, facts).plus(left_aside(asked, command))

    def _apology(self, asked: Asked) -> Turn[None]:
        return _refused(asked, SORRY) if asked.roles or asked.private else does()

    # Keeping ----------------------------------------------------------------------------------------------------------

    async def keep(
        self, tx: Transaction, turn: Turn[None], by: By, asked: Asked | None = None
    ) -> tuple[list[StoredMessage], bool]:
        """Everything a turn asks for, in this transaction: (messages for our message sender, whether the access
        log was signed)."""
        said = [
            (to, message)
            for address, message in spoken(turn.effects, _reader(asked))
            for to in await self._addresses(tx, address, asked)
        ]
        known = asked is None or bool(asked.roles) or not asked.private
        stored = await tx.do(staff.post, said, at=by.at, taker=self._taker, known=known) if said else []
        # The last: the access log's lock is everybody's.
        signed = await tx.do(writers.perform, requested_by(by, turn.effects))
        return stored if self._taker else [], signed

    async def _addresses(self, tx: Transaction, to: str, asked: Asked | None) -> list[str]:
        """The chats that "", EVERYBODY or a chat means here."""
        here = asked.here if asked else ""
        if to != EVERYBODY:
            return [to or here]
        group = self._group()
        if group is not None:
            return [str(group)]
        return [one for one in await tx.do(staff.desks, self._admins) if one != here]

    async def told(self, stored: Sequence[StoredMessage], signed: bool) -> None:
        """After the commit nothing may look like a failure any more."""
        try:
            if signed:
                await self._store.do(audit.sign)
            self._kept(stored)
        except Exception as error:
            metrics.ERRORS.labels("staff").inc()
            log.error("a commit could not be told", exc_info=error)


def _reader(asked: Asked | None) -> Reader:
    return Reader(asked.language, tapped=asked.message if asked.tap else 0) if asked else Reader(pick(None))


def _refused(asked: Asked, why: Text) -> Turn[None]:
    return does(Toast(asked.tap, why)) if asked.tap else says(why)
