"""An open transaction: where people stand now and all that follows, kept together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection

from flows.core.effects import Effect
from flows.core.events import Moment, Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Standing, Turn
from storage.database.engine import Unit
from storage.keys.vault import Vault
from storage.queues import messages
from storage.queues.message_state import Counted
from storage.queues.messages import StoredMessage
from storage.senders import conversations, orders, people
from storage.senders.people import Known, Who
from storage.store import writers
from storage.store.executor import Act, bound
from storage.store.requested import OfSender, Requested, requested_by

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["KeptTurn", "StoredMessage", "Transaction"]


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One turn to be kept: where the person stood (None: never seen), the turn, its messages, and when it happened."""

    before: Standing | None
    turn: Turn[Standing]
    messages: tuple[OutgoingMessage, ...]
    moment: Moment


class Transaction:
    """An open write transaction. Await nothing in it but its own methods: everybody else waits for its end."""

    def __init__(self, unit: Unit, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault
        self._known: dict[Who, Known] = {}

    async def do(self, act: Act[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One act (storage.store.executor), in this transaction."""
        return await self._unit.run(bound(act, self._vault, *args, **kwargs))

    async def standings_of(self, persons: Collection[Person]) -> dict[Who, Standing]:
        """Where each person stands, by (channel, handle); strangers are absent. On PostgreSQL they are
        this transaction's until it ends; so ask once, for all at once."""

        found = await self.do(people.find_held, persons)
        self._known |= found
        return {key: known.standing for key, known in found.items()}

    async def keep(
        self, kept: Sequence[KeptTurn], *, taker: str = "", counted: Counted | None = None
    ) -> list[StoredMessage]:
        """Writes several turns set-wise, each table once.

        Several turns of one person stand in their order: the last standing is written, the effects of all performed.
        Returns the stored messages; with `taker` those that are already taken by it (a person's message is left to
        `messages.take` while an older one of theirs waits elsewhere). counted: how far the messenger's numbers have
        gone; each person's first message is noted as about to go with it. Errors: whatever a writer refuses
        (`Fenced` …); nothing is kept then.
        """
        return await self._unit.run(self._keep, kept, taker, counted)

    def _keep(
        self, conn: Connection, kept: Sequence[KeptTurn], taker: str, counted: Counted | None
    ) -> list[StoredMessage]:
        visits = _by_person(kept)
        missing = [turns[0].turn.standing.person for key, turns in visits.items() if key not in self._known]
        if missing:
            self._known |= people.find_held(conn, self._vault, missing)
        visited = {
            key: conversations.Visit(
                self._known.get(key), turns[0].before, turns[-1].turn.standing, turns[-1].moment.at
            )
            for key, turns in visits.items()
        }
        rows = conversations.keep(conn, self._vault, visited)
        orders.keep(conn, self._vault, [(rows[key], visit.before, visit.after) for key, visit in visited.items()])
        writers.perform(conn, self._vault, _requested(visits, rows))
        said = [
            (rows[people.who(one.turn.standing.person)], one.turn.standing, message, one.moment.at)
            for one in kept
            for message in one.messages
        ]
        stored = messages.store(conn, self._vault, said, taker, counted)
        self._known.clear()  # what was found is out of date now
        return stored


def _by_person(kept: Sequence[KeptTurn]) -> dict[Who, list[KeptTurn]]:
    visits: dict[Who, list[KeptTurn]] = {}
    for one in kept:
        visits.setdefault(people.who(one.turn.standing.person), []).append(one)
    return visits


def _requested(visits: dict[Who, list[KeptTurn]], rows: dict[Who, Known]) -> Iterable[Requested[Effect, OfSender]]:
    for key, turns in visits.items():
        silent = not any(one.messages for one in turns)
        for one in turns:
            by = OfSender(rows[key], one.moment, one.turn.standing, silent)
            yield from requested_by(by, one.turn.effects)
