"""The world around the service: phones, a bank, a mailbox, a press and a print room that fail on purpose.

Each keeps the real Protocol and books of its own; the store is compared with them, never with itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.messenger.protocol import Away, Files, TooFast, Unreachable
from bot.outbox.delivery import AGAIN
from bot.payments.provider import Checkout, Forged, Hint, Link, Payment, ProviderError, Reference, SettledRefund
from bot.printer.sink import Receipt, SinkAway, SinkUnsure, ensure_intact
from flows.core.outgoing import OutgoingMessage
from flows.words.text import Kurus
from locales import LANGUAGES, say
from rendering.drawn import Drawn, Fitted, Measured
from tests.dialogue import operator
from tests.fakes import FakeClock

__all__ = ["Arrived", "Bank", "Mailbox", "Phones", "Press", "Tray", "Trouble", "read"]

LINE, PAGE = 80, 40  # the ruler's own: characters a line, lines a page


@dataclass(frozen=True)
class Trouble:
    """How often each thing fails, between 0 and 1."""

    storage: float = 0.01  # a transaction, before it, at its commit, or after it (the answer is lost)
    messenger: float = 0.03
    bank: float = 0.03
    printer: float = 0.05
    doubt: float = 0.01  # the print room cannot say whether it has a letter


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that stands in somebody's chat. again: it said that it may be a repetition. doubted: we were not told
    that it had arrived."""

    message: OutgoingMessage
    again: bool
    files: Files
    doubted: bool = False


def unmarked(message: OutgoingMessage) -> tuple[OutgoingMessage, bool]:
    """A message as it was meant, and whether it said that it may be a repetition (bot.outbox.delivery.AGAIN)."""
    for mark in (f"\n\n{say(AGAIN, language)}" for language in LANGUAGES):
        if message.text.endswith(mark):
            return replace(message, text=message.text.removesuffix(mark)), True
    return message, False


class Phones:
    """bot.messenger.protocol.Messenger: chats people look at. An answer that is lost leaves the message in the chat."""

    def __init__(self, dice: random.Random, rate: float) -> None:
        self._dice, self._rate = dice, rate
        self.chats: dict[str, list[Arrived]] = defaultdict(list)
        self.numbers: dict[str, dict[int, OutgoingMessage]] = defaultdict(dict)
        self.mistaken: list[str] = []  # whose message was taken for another one
        self.blocked: set[str] = set()
        self.answers_lost = self.refused = 0
        self._number = 7000

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        await asyncio.sleep(0)
        if handle in self.blocked:
            raise Unreachable
        dice = self._dice.random() / self._rate if self._rate else 1.0
        if dice < 0.4:
            self.refused += 1
            raise TooFast(self._dice.randrange(1, 4)) if dice < 0.2 else Away("reset before the message arrived")
        number: int | None = None
        doubted = 0.4 <= dice < 1.0 and message.kind == "say"
        self.chats[handle].append(Arrived(*unmarked(message), files, doubted))
        if message.kind == "say" and running is None:  # a sign, or the change of a line, gets no number
            self._number += 1
            number = self._number
            self.numbers[handle][number] = unmarked(message)[0]
        if doubted:
            self.answers_lost += 1
            raise Away("the answer was lost")
        return running if running is not None else number

    async def unsay(self, handle: str, number: int) -> None:
        self.numbers[handle].pop(number, None)

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        await asyncio.sleep(0)
        found = self.numbers[handle].get(number)
        if found is not None and found.text != message.text:
            self.mistaken.append(handle)
        return found is not None


class Bank:
    """bot.payments.provider.PaymentProvider with books of its own; a call fails before or after it has acted."""

    name = "bank"

    def __init__(self, dice: random.Random, rate: float, clock: FakeClock) -> None:
        self._dice, self._rate, self._clock = dice, rate, clock
        self.links: dict[str, Link] = {}
        self.payments: dict[str, list[Payment]] = defaultdict(list)
        self.refunds: dict[str, SettledRefund] = {}
        self.closed: set[str] = set()
        self.failed = 0

    async def _acts(self, act: Any) -> Any:
        await asyncio.sleep(0)
        dice = self._dice.random()
        found = act() if dice > self._rate / 2 else None
        if dice < self._rate:
            self.failed += 1
            raise ProviderError("The bank does not answer.", retry=True)
        return found

    async def open_link(self, checkout: Checkout) -> Link:
        link = Link(f"https://bank.example/{checkout.order}", checkout.order, checkout.until)
        return await self._acts(lambda: self.links.setdefault(checkout.order, link))  # type: ignore[no-any-return]

    def read_callback(self, headers: Any, raw: bytes) -> Hint:
        raise Forged

    def read_return(self, raw: bytes) -> Reference | None:
        return None

    async def probe(self) -> None:
        """It is there."""

    async def query(self, order: str) -> tuple[Payment, ...]:
        return await self._acts(lambda: tuple(self.payments[order]))  # type: ignore[no-any-return]

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        return await self._acts(lambda: self.refunds.setdefault(key, SettledRefund(payment, amount)))  # type: ignore[no-any-return]

    async def expire(self, order: str) -> None:
        await self._acts(lambda: self.closed.add(order))

    async def close(self) -> None:
        """Nothing is held."""

    def pay(self, order: str, kurus: int, status: Any = "settled") -> bool:
        """What the payer does on the page; False where it takes no money any more."""
        if order in self.closed or order not in self.links:
            return False
        number = f"{order[:12]}-{len(self.payments[order])}"
        self.payments[order].append(Payment(number, order, Kurus(kurus), "TRY", status, self._clock.now()))
        return True

    def balance(self, order: str) -> int:
        """Kuruş that came for an order and did not go back."""
        settled = [one for one in self.payments[order] if one.status == "settled"]
        back = Counter[str]()
        for refund in self.refunds.values():
            back[refund.payment] += refund.amount.amount
        return sum(one.amount.amount - back[one.id] for one in settled)


class Tray:
    """bot.printer.sink.PrintSink: a print room that is away at times, or cannot say what it has."""

    name = "tray"

    def __init__(self, dice: random.Random, trouble: Trouble, bank: Bank) -> None:
        self._dice, self._trouble, self._bank = dice, trouble, bank
        self.held: dict[str, bytes] = {}  # by letter
        self.orders: dict[str, list[str]] = defaultdict(list)  # order -> letters that were printed for it
        self.unpaid: list[str] = []
        self.away = self.unsure = 0

    async def start(self) -> None:
        """Nothing to clear."""

    async def submit(self, piece: Any) -> Receipt:
        ensure_intact(piece)
        dice = self._dice.random()
        if dice < self._trouble.printer / 3:
            self.away += 1
            raise SinkAway("no paper")
        unsure = dice < self._trouble.printer
        if not unsure or self._dice.random() < 0.5:
            self._take(piece)
        if unsure:
            self.unsure += 1
            raise SinkUnsure("no answer")
        return Receipt(self.name, piece.number)

    async def lookup(self, piece: Any) -> Receipt | None:
        if self._dice.random() < self._trouble.doubt:
            self.unsure += 1
            raise SinkUnsure("the print room's list cannot be read")
        return Receipt(self.name, piece.number) if piece.letter in self.held else None

    async def remove(self, reference: str) -> None:
        """It is in its envelope: what was printed stays printed."""

    async def close(self) -> None:
        """Nothing is held."""

    def _take(self, piece: Any) -> None:
        if piece.letter not in self.held:
            self.held[piece.letter] = piece.pdf
            self.orders[piece.order].append(piece.letter)
            if not any(one.status == "settled" for one in self._bank.payments[piece.order]):
                self.unpaid.append(piece.order)


@dataclass
class Mailbox:
    """bot.mail.post.Post: what lies in each mailbox."""

    mails: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    async def send(self, to: str, subject: str, text: str, attachments: Any = (), *, at: datetime) -> None:
        self.mails[to].append(text)

    def code(self, address: str) -> str:
        """The newest code in a mailbox, "" before the first."""
        codes = [found[0] for mail in self.mails[address] if (found := re.search(r"\b\d{6}\b", mail))]
        return codes[-1] if codes else ""


class Press:
    """The pool of rendering without a drawing: the "PDF" holds the words, so that who looks at it can read them."""

    async def measure(self, letter: Any, sender: Any = None) -> Measured:
        lines = sum(max(1, -(-len(line) // LINE)) for line in letter.text.split("\n"))
        pages = -(-lines // PAGE)
        return Measured(pages, -(-pages // 2), max(0, lines - PAGE * operator().page_limit), ())

    async def fitted(self, letter: Any, sender: Any = None) -> Fitted:
        return Fitted()

    async def draw(self, letter: Any, sender: Any = None) -> Drawn:
        pdf = f"%PDF {letter.letter_id}\n{letter.text}".encode()
        return Drawn(pdf, (await self.measure(letter)).pages, hashlib.sha256(pdf).hexdigest())


def read(pdf: bytes) -> str:
    """The words of a letter that was drawn here."""
    return pdf.decode().partition("\n")[2]
