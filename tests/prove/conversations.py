"""Ten thousand conversations whose updates are shuffled, doubled and lost; a model knows what must have come out.

Many people order letters side by side. What they do in one go arrives in any order, some of it twice or ten times, some
of it again because our acknowledgement was lost, because the store refused, or because whoever brought it went away.
After each conversation its books are compared: updates, standings, messages, letters, money.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from flows.core import events as ev
from flows.core.events import Envelope
from locales import strict
from storage.database.engine import StorageError
from storage.keys.keyring import Keyring
from storage.store.store import Store
from tests.prove.books import Books
from tests.prove.report import Row
from tests.prove.senders import AIMS, LIVE, Sender
from tests.prove.town import Town
from tests.prove.world import Trouble

__all__ = ["Post", "converse", "run"]

SIDE_BY_SIDE = 200
TICK = (1.0, 4.0)  # seconds that pass between two rounds
PATIENCE = 400  # rounds after which a conversation counts as lost
TOLD = 500  # conversations between two words of progress
LATE = 12  # rounds after which a doubled update may still arrive


@dataclass(frozen=True)
class Rates:
    """How often an update meets each fate, between 0 and 1."""

    doubled: float = 0.12
    tenfold: float = 0.01
    late: float = 0.05
    unacknowledged: float = 0.04
    left: float = 0.03  # whoever brought it goes away before the answer


@dataclass
class Post:
    """Telegram as we know it: brings each update until it is acknowledged, in no order, and some more than once."""

    town: Town
    dice: random.Random
    rates: Rates = field(default_factory=Rates)
    number: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    given: dict[str, str] = field(default_factory=dict)  # key -> handle of what was acknowledged, till looked at
    late: list[tuple[int, Envelope]] = field(default_factory=list)

    def updates(self, sender: Sender, events: Sequence[ev.Event]) -> list[Envelope]:
        found = []
        for event in events:
            self.number += 1
            found.append(self.town.envelope(f"customer:{self.number}", sender.person, event))
        return found

    async def deliver(self, round_: int, fresh: list[Envelope]) -> None:
        """Everything of one round, and whatever is late from rounds before."""
        self.counts["updates"] += len(fresh)
        bag = list(fresh)
        for envelope in fresh:
            dice = self.dice.random()
            if dice < self.rates.tenfold:
                bag += [envelope] * 9
                self.counts["doubled"] += 9
            elif dice < self.rates.doubled:
                bag.append(envelope)
                self.counts["doubled"] += 1
            elif dice < self.rates.doubled + self.rates.late:
                self.late.append((round_ + self.dice.randrange(1, LATE), envelope))
                self.counts["doubled"] += 1
        bag += [envelope for due, envelope in self.late if due <= round_]
        self.late = [(due, envelope) for due, envelope in self.late if due > round_]
        self.dice.shuffle(bag)
        self.counts["shuffled"] += _overtaken(fresh, bag)
        while bag:
            again = await asyncio.gather(*(self._bring(envelope) for envelope in bag))
            bag = [envelope for envelope in again if envelope is not None]
            self.dice.shuffle(bag)

    def owed(self, handle: str) -> bool:
        """Whether something of theirs is still on its way."""
        return any(envelope.person.handle == handle for _, envelope in self.late)

    async def _bring(self, envelope: Envelope) -> Envelope | None:
        """None when it is acknowledged; the envelope when it must come again."""
        self.counts["delivered"] += 1
        brought = asyncio.ensure_future(self.town.receive(replace(envelope, moment=self.town.moment())))
        if self.dice.random() < self.rates.left:
            for _ in range(self.dice.randrange(4)):
                await asyncio.sleep(0)
            brought.cancel()
            await asyncio.gather(brought, return_exceptions=True)
            self.counts["lost: who brought it went away"] += 1
            return envelope
        try:
            await brought
        except StorageError:
            self.counts["lost: the store refused"] += 1
            return envelope
        if self.dice.random() < self.rates.unacknowledged:
            self.counts["lost: the acknowledgement"] += 1
            return envelope
        self.given[envelope.key] = envelope.person.handle
        return None


def _overtaken(written: Sequence[Envelope], bag: Sequence[Envelope]) -> int:
    """How many updates come before one that the same person had sent earlier."""
    place = {envelope.key: nth for nth, envelope in reversed(list(enumerate(bag)))}
    latest: dict[str, int] = {}
    found = 0
    for envelope in written:
        who = envelope.person.handle
        found += place[envelope.key] < latest.get(who, -1)
        latest[who] = max(latest.get(who, -1), place[envelope.key])
    return found


# The run --------------------------------------------------------------------------------------------------------------


async def converse(store: Store, people: int, seed: int, *, trouble: Trouble | None = None, name: str = "") -> Row:
    """So many conversations to their ends."""
    row = Row(
        f"shuffled, doubled and lost updates: {name}",
        injection="order of arrival, repeated and unacknowledged updates, refused transactions; partners that fail",
        holds="each update once; valid states; answers; letters joined in order; money conserved",
    )
    town = Town(store, trouble or Trouble(), seed)
    dice = random.Random(seed)
    post = Post(town, random.Random(seed + 9))
    books = Books(town, post.given, row)
    waiting = [
        Sender(n, town, random.Random(seed * 1_000_003 + n), dice.randrange(0, 14), dice.choice(AIMS))
        for n in range(1, people + 1)
    ]
    waiting.reverse()
    active: list[Sender] = []
    round_ = ended = 0
    handed: set[str] = set()
    await town.start()
    try:
        with strict():
            while waiting or active:
                round_ += 1
                while waiting and len(active) < SIDE_BY_SIDE:
                    active.append(waiting.pop())
                fresh = [envelope for sender in active for envelope in post.updates(sender, sender.acts())]
                hints = [order for sender in active for order in _called(sender, dice)]
                await asyncio.gather(post.deliver(round_, fresh), *(town.hints(order) for order in hints))
                await town.rests()
                await town.passes(dice.uniform(*TICK))
                if round_ % 10 == 0:
                    handed.update(await town.clerk())
                going = await _ended(active, post, books)
                ended += len(active) - len(going)
                if ended // TOLD > (ended - len(active) + len(going)) // TOLD:
                    print(f"  {name}: {ended} conversations have come to their ends", flush=True)
                active = going
            for _ in range(40):  # what was put off comes to its time
                await town.passes(400)
                handed.update(await town.clerk())
            await books.total()
    finally:
        await town.stop()
    _count(row, people, town, post, handed)
    return row


def _called(sender: Sender, dice: random.Random) -> list[str]:
    """The bank's callbacks: once, twice, or never, for every order that was paid lately."""
    standing = sender.town.standing(sender.handle)
    if standing is None:
        return []
    open_ = [order.id for order in standing.orders if order.id in sender.paid and order.state in LIVE]
    return [order for order in open_ for _ in range(dice.choice((0, 1, 1, 2)))]


async def _ended(active: list[Sender], post: Post, books: Books) -> list[Sender]:
    """Those who go on; the books are closed of those who have come to their end and have heard all there was to say."""
    going: list[Sender] = []
    for sender in active:
        sender.over = sender.over or sender.satisfied()
        if sender.rounds > PATIENCE and not sender.over:
            standing = sender.town.standing(sender.handle)
            where = (standing.step, standing.aside, [order.state for order in standing.orders]) if standing else ()
            books.row.loses(f"{sender.handle} ({sender.aim}) has not come to an end: {where}")
        elif sender.rounds <= PATIENCE and (not sender.over or post.owed(sender.handle) or not books.heard(sender)):
            going.append(sender)
            continue
        await books.close(sender)
    return going


def _count(row: Row, people: int, town: Town, post: Post, handed: set[str]) -> None:
    lost = sum(times for what, times in post.counts.items() if what.startswith("lost"))
    row.tried = post.counts["delivered"]
    row.struck = post.counts["shuffled"] + post.counts["doubled"] + lost
    row.handed = len(handed)
    figures = {"conversations": people, **{what: post.counts[what] for what in sorted(post.counts)}}
    figures |= {f"transactions that failed {how} the commit": times for how, times in town.store.failed.items()}
    figures |= {
        "messenger refused": town.phones.refused,
        "messenger's answer lost": town.phones.answers_lost,
        "bank failed": town.bank.failed,
        "print room away": town.tray.away,
        "print room unsure": town.tray.unsure,
    }
    row.details = figures | row.details


def run(folder: Path, url: str, people: int, seed: int, name: str) -> Row:
    """In a process of its own."""

    sys.setswitchinterval(0.0005)  # the store's thread waits less for the interpreter

    folder.mkdir(parents=True, exist_ok=True)

    async def whole() -> Row:
        keyring = Keyring.init(folder / "master.key", folder / "keys.db")
        store = await Store.open(url, keyring)
        try:
            return await converse(store, people, seed, name=name)
        finally:
            await store.close()
            keyring.close()

    return asyncio.run(whole())
