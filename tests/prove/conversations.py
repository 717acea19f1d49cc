"""Ten thousand conversations whose updates are shuffled, doubled and lost; a model knows what must have come out.

Many people order letters side by side. What they do in one go arrives in any order, some of it twice or ten times, some
of it again because our acknowledgement was lost, because the archive refused, or because whoever brought it went away.
After each conversation its books are compared: updates, standings, messages, letters, money.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from flows import events as ev
from flows.events import Envelope
from flows.outgoing import OutgoingMessage
from flows.standing import Standing, Turn
from locales import strict
from storage.engine import StorageError
from storage.keyring import Keyring
from storage.store import Store
from tests.flows.wanderer import RULES, SENDER
from tests.prove.report import Row
from tests.prove.senders import AIMS, CLOSED, LIVE, Sender, tokens
from tests.prove.town import Seen, Town, Trouble

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
            self.counts["lost: the archive refused"] += 1
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


# What must have come out ----------------------------------------------------------------------------------------------


class Books:
    """Looks at a conversation that has come to its end."""

    def __init__(self, town: Town, post: Post, row: Row) -> None:
        self.town, self.post, self.row = town, post, row

    async def close(self, sender: Sender) -> None:
        seen = self.town.seen[sender.handle]
        self._updates(sender, seen)
        for before, one in zip([None, *seen], seen, strict=False):
            self._turn(sender, before, one)
        stored = await self.town.store.standing_of(sender.person)
        last = seen[-1].kept.turn.standing
        if stored is None or _plain(stored) != _plain(last):
            self.row.loses(f"the standing of {sender.handle} is not the one that was kept")
        self._messages(sender, seen)
        await self._orders(sender, stored or last)
        self.town.forget(sender.handle)

    def heard(self, sender: Sender) -> bool:
        """Whether everything that was to be said has arrived; how, is looked at in the end."""
        said = [message for one in self.town.seen[sender.handle] for message in one.kept.messages]
        came = [arrived.message for arrived in self.town.phones.chats[sender.handle]]
        return not [message for message in said if message.kind == "say" and message not in came]

    def _updates(self, sender: Sender, seen: Sequence[Seen]) -> None:
        """Every update that was acknowledged, once."""
        effects = Counter(one.envelope.key for one in seen)
        mine = [key for key, handle in self.post.given.items() if handle == sender.handle]
        self.row.acknowledged += len(mine)
        for key in mine:
            del self.post.given[key]
            if not effects[key]:
                self.row.loses(f"update {key} was acknowledged and had no effect")
        for key, times in effects.items():
            if times > 1:
                self.row.doubles(f"{key} had {times} effects", times - 1)

    def _turn(self, sender: Sender, before: Seen | None, one: Seen) -> None:
        """Each turn begins where the one before it ended; the promises of the wanderer hold in every one."""
        stood = one.kept.before
        if before is not None and (stood is None or _plain(stood) != _plain(before.kept.turn.standing)):
            self.row.loses(f"{one.envelope.key} of {sender.handle} did not begin where the turn before had ended")
        start = stood or replace(one.kept.turn.standing, step="notice", screen=0)
        for rule in RULES:
            self._holds(rule, start, one.envelope.event, one.kept.turn)
        if isinstance(one.envelope.event, SENDER):
            self.row.count("answered")

    def _holds(self, rule: Callable[..., None], before: Standing, event: ev.Event, turn: Turn) -> None:
        try:
            rule(before, event, turn)
        except AssertionError as broken:
            self.row.loses(f"{rule.__name__}: {type(event).__name__} at {before.step}/{before.aside} {broken}")

    def _messages(self, sender: Sender, seen: Sequence[Seen]) -> None:
        """Each message once and in order; again only where the messenger's answer had been lost."""
        due = [message for one in seen for message in one.kept.messages if message.kind == "say"]
        came = [arrived.message for arrived in self.town.phones.chats[sender.handle] if arrived.message.kind == "say"]
        at = 0
        for message in came:
            while at < len(due) and due[at] != message and _outlived(due[at], due[at:], message):
                at += 1
                self.row.count("previews that were gone before they could be shown")
            if at < len(due) and due[at] == message:
                at += 1
            elif at and due[at - 1] == message:
                self.row.count("said again after a lost answer")
            elif message in due[at:]:
                self.row.loses(f"{sender.handle} did not hear {due[at].text[:60]!r} before {message.text[:60]!r}")
                at = due.index(message, at) + 1
            else:
                self.row.doubles(f"{sender.handle} heard {message.text[:60]!r} out of turn")
        if at < len(due):
            self.row.loses(f"{sender.handle} never heard {due[at].text[:60]!r}", len(due) - at)
        self.row.count("messages", len(due))

    async def _orders(self, sender: Sender, standing: Standing) -> None:
        """Nothing printed unpaid or cancelled; what was printed is what was read; no kuruş is left over."""
        tray, bank = self.town.tray, self.town.bank
        for order in standing.orders:
            printed = tray.orders.get(order.id, [])
            self.row.count("orders")
            self.row.count("orders paid", bool(order.payment))
            self.row.count("letters printed", len(printed))
            sent = order.state not in CLOSED and order.state not in LIVE
            if len(printed) > 1:
                self.row.doubles(f"order {order.number} was printed {len(printed)} times", len(printed) - 1)
            if sent and not printed:
                self.row.loses(f"order {order.number} is {order.state} and was never printed")
            if printed and not sent:
                self.row.doubles(f"order {order.number} is {order.state} and was printed")
            if bank.balance(order.id) != (order.amount.amount if sent else 0):
                self.row.loses(f"order {order.number} is {order.state}, its balance is {bank.balance(order.id)}")
            for letter in printed:
                self._letter(sender, letter, tray.held[letter])
            keys = await _column(self.town.store, f"SELECT key_id FROM print_outbox WHERE order_id = '{order.id}'")
            if sent and (not keys or self.town.store.vault.keyring.holds(keys[0])):
                self.row.loses(f"the key of order {order.number} lives on")

    def _letter(self, sender: Sender, letter: str, pdf: bytes) -> None:
        if sender.approved.get(letter) != pdf:
            self.row.loses(f"{sender.handle} approved another letter than was printed")
        order = [message for message, _ in tokens(pdf.decode())]
        if order != sorted(set(order)):
            self.row.loses(f"the lines of a letter of {sender.handle} stand in another order: {order}")

    async def total(self) -> None:
        """What can only be seen from all together."""
        tray, store = self.town.tray, self.town.store
        for order in tray.unpaid:
            self.row.doubles(f"order {order} was printed unpaid")
        for failure in self.town.failures:
            self.row.loses(f"a turn of ours failed: {failure}")
        booked = await _column(store, "SELECT payment FROM payment")
        settled = [one.id for paid in self.town.bank.payments.values() for one in paid if one.status == "settled"]
        for payment, times in (Counter(settled) - Counter(booked)).items():
            self.row.loses(f"payment {payment} is not in the books", times)
        for payment, times in (Counter(booked) - Counter(settled)).items():
            self.row.doubles(f"payment {payment} is in the books and was never made", times)
        for what in ("work", "print_outbox WHERE state <> 'cleared'", "shred WHERE done_at IS NULL"):
            left = await _column(
                store, f"SELECT 1 FROM {what}" + (" WHERE kind <> 'SetTimer'" if what == "work" else "")
            )
            if left:
                self.row.loses(f"left over: {what}", len(left))


def _plain(standing: Standing) -> Standing:
    """Without what is not the archive's to keep, or its own to give: names, numbers of orders, the outbox's leases."""
    person = replace(standing.person, tongue="", given_name="")
    bare = (replace(order, number="", lease_token="", lease_until=None) for order in standing.orders)
    return replace(standing, person=person, orders=tuple(bare))


def _outlived(message: OutgoingMessage, ahead: Sequence[OutgoingMessage], came: OutgoingMessage) -> bool:
    """A preview whose letter was destroyed or begun to print before it could be shown is not announced any more."""
    return message.attachment is not None and message.attachment.kind == "preview" and came in ahead


async def _column(store: Any, sql: str) -> list[Any]:
    found: list[Any] = await store.database.run(lambda conn: [row[0] for row in conn.exec_driver_sql(sql)])
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
    books = Books(town, post, row)
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

    sys.setswitchinterval(0.0005)  # the archive's thread waits less for the interpreter

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
