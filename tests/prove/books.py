"""The books of a conversation that has come to its end: updates, standings, messages, letters and money are compared.

What must have come out is known from what was delivered, what was said, what was paid and what was approved; the rules
of the wanderer (tests/flows/wanderer.py) hold in every single turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile
from typing import Any

from flows.core import events as ev
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Order, Standing, Turn
from storage.senders import people
from tests.flows.wanderer import RULES, SENDER
from tests.prove.report import Row
from tests.prove.senders import CLOSED, LIVE, Sender, tokens
from tests.prove.town import Seen, Town
from tests.prove.world import Arrived

__all__ = ["Books"]


class Books:
    """Looks at a conversation that has come to its end."""

    def __init__(self, town: Town, given: dict[str, str], row: Row) -> None:
        """given: whose each update is that was acknowledged; taken out as it is looked at."""
        self.town, self.given, self.row = town, given, row

    async def close(self, sender: Sender) -> None:
        seen = self.town.seen[sender.handle]
        self._updates(sender, seen)
        for before, one in zip([None, *seen], seen, strict=False):
            self._turn(sender, before, one)
        stored = await self.town.store.do(people.standing_of, sender.person)
        last = seen[-1].kept.turn.standing
        if stored is None or _plain(stored) != _plain(last):
            self.row.loses(f"the standing of {sender.handle} is not the one that was kept")
        self._messages(sender, seen)
        await self._orders(sender, stored or last)
        self.row.count("lines mended after the preview", sender.mended)
        self.town.forget(sender.handle)

    def heard(self, sender: Sender) -> bool:
        """Whether everything that was to be said has arrived; how, is looked at in the end."""
        said = [message for one in self.town.seen[sender.handle] for message in one.kept.messages]
        came = [arrived.message for arrived in self.town.phones.chats[sender.handle]]
        return not [message for message in said if message.kind == "say" and message not in came]

    def _updates(self, sender: Sender, seen: Sequence[Seen]) -> None:
        """Every update that was acknowledged, once."""
        effects = Counter(one.envelope.key for one in seen)
        mine = [key for key, handle in self.given.items() if handle == sender.handle]
        self.row.acknowledged += len(mine)
        for key in mine:
            del self.given[key]
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
        """Each message once and in order; again only where the messenger's answer had been lost, and with a mark: or
        if it replaces a line, which is done twice as well as once."""
        due = [message for one in seen for message in one.kept.messages if message.kind == "say"]
        came = [arrived for arrived in self.town.phones.chats[sender.handle] if arrived.message.kind == "say"]
        self.row.count("said to be a repetition perhaps", sum(arrived.again for arrived in came))
        at = 0
        for message, alike in groupby(came, key=lambda arrived: arrived.message):
            run = list(alike)
            while at < len(due) and due[at] != message and _outlived(due[at], due[at:], message):
                at += 1
                self.row.count("previews that were gone before they could be shown")
            meant = len(list(takewhile(lambda one: one == message, due[at:])))  # noqa: B023 - used at once
            if meant:
                at += min(meant, len(run))
                self._repeated(sender, run, len(run) - meant)
            elif message in due[at:]:
                self.row.loses(f"{sender.handle} did not hear {due[at].text[:60]!r} before {message.text[:60]!r}")
                at = due.index(message, at) + 1
            else:
                self.row.doubles(f"{sender.handle} heard {message.text[:60]!r} out of turn")
        if at < len(due):
            self.row.loses(f"{sender.handle} never heard {due[at].text[:60]!r}", len(due) - at)
        self.row.count("messages", len(due))

    def _repeated(self, sender: Sender, run: Sequence[Arrived], more: int) -> None:
        """The same words several times: `more` often than they were to be said."""
        again = [after for before, after in pairwise(run) if before.doubted and (after.again or after.message.running)]
        if more > len(again):
            self.row.doubles(f"{sender.handle} heard {run[0].message.text[:60]!r} again", more - len(again))
        elif more > 0:
            line = run[0].message.running
            self.row.count("lines replaced again after a lost answer" if line else "said again, with the mark", more)

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
        for handle in self.town.phones.mistaken:
            self.row.loses(f"{handle}: a message was taken for another one that was looked for")
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
    """Without what is not the store's to keep, or its own to give: names, numbers of orders, what the outbox knows."""
    person = replace(standing.person, tongue="", given_name="")
    return replace(standing, person=person, orders=tuple(_bare(order) for order in standing.orders))


def _bare(order: Order) -> Order:
    """An order that came into its state in the instant of its creation has been in it since then."""
    if getattr(order, "since", None) == order.created_at:
        order = replace(order, since=None)  # type: ignore[call-arg]
    return replace(order, number="", print_from=None, lease_token="", lease_until=None, piece="", stopping=False)


def _outlived(message: OutgoingMessage, ahead: Sequence[OutgoingMessage], came: OutgoingMessage) -> bool:
    """A preview whose letter was destroyed or begun to print before it could be shown is not announced any more."""
    return message.attachment is not None and message.attachment.kind == "preview" and came in ahead


async def _column(store: Any, sql: str) -> list[Any]:
    found: list[Any] = await store.database.run(lambda conn: [row[0] for row in conn.exec_driver_sql(sql)])
    return found
