"""People who order letters and make trouble: they read what is in their chat, answer, change their minds, go back.

A sender acts in bursts of one to a few updates, which arrive in any order. What they meant to write they remember; what
they approve is what they read in the preview.
"""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass, field
from enum import StrEnum

from flows.conversation.commands import find
from flows.conversation.moves import open_step
from flows.core import events as ev
from flows.core.events import Person
from flows.core.state import Order, Standing, State
from flows.input.doubt import Doubt
from flows.letter.unprintable_files import CANNOT_BE_PRINTED
from tests.flows.wanderer import GOOD
from tests.prove.town import CHANNEL, Town
from tests.prove.world import Arrived, read

__all__ = ["CLOSED", "LIVE", "Aim", "Sender", "tokens"]

LIVE = frozenset({State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.PRINTING, State.STUCK})
"""States in which something is still to happen before a letter has left us."""
CLOSED = frozenset({State.CANCELLED, State.EXPIRED})
"""Orders that will never be printed. Every state that is neither live nor closed is one of a dispatched letter."""

NOISE = (
    "", " ", "<b>&amp;</b>", "{name}", "%s %(n)s", "geri", "Geri", "back", "bitti", "iptal", "evet", "/yeni mi?",
    "30.2.1990", "000000", "34710", "no 12", "istanbul", "kadıköy ankara", "Çok teşekkürler", "👩‍👩‍👧‍👦",
    "\u202eters\u202c", "\x00", "a\ud800b", "e" + "\u0301" * 50,
)  # fmt: skip
COMMANDS = ("start", "yeni", "siparisler", "destek", "verilerim", "sil", "ayarlar", "dil", "gizlilik", "yardim",
            "iptal", "NEW", "cancel", "ç")  # fmt: skip
TOKEN = re.compile(r"#(\d+)/(\d+)\.")


def tokens(words: str) -> list[tuple[int, int]]:
    """(message, version) of each of a sender's own lines in a letter, as they stand there."""
    return [(int(found[1]), int(found[2])) for found in TOKEN.finditer(words)]


def line(message: int, version: int) -> str:
    return f"Canım anneannem, sardunyaların açtı #{message}/{version}."


class Aim(StrEnum):
    """What somebody is out for."""

    ORDERS = "orders"
    REGRETS = "regrets"  # pays, then cancels
    LEAVES = "leaves"  # cancels instead of paying
    ERRS = "errs"  # pays a wrong amount
    TWICE = "twice"  # pays twice


AIMS = (*(Aim.ORDERS,) * 16, Aim.REGRETS, Aim.LEAVES, Aim.ERRS, Aim.TWICE)


@dataclass
class Sender:
    """One conversation. `detours`: how many are still to be made; `letter`: version of each line that is meant."""

    number: int
    town: Town
    dice: random.Random
    detours: int
    aim: Aim = Aim.ORDERS
    rounds: int = 0
    over: bool = False  # they have what they wanted, and only listen
    letter: dict[int, int] = field(default_factory=dict)
    approved: dict[str, bytes] = field(default_factory=dict)  # by letter: what was read when it was approved
    others: list[int] = field(default_factory=list)  # messages that are no part of the letter
    paid: set[str] = field(default_factory=set)
    wanted: int = 2
    mended: int = 0
    waited: int = 0  # rounds without a preview to look at
    resting: int = 0  # rounds since the last order came to its end
    message: int = 0
    missing: int = 0  # offered buttons that were not in the chat

    @property
    def person(self) -> Person:
        return Person(CHANNEL, str(self.number), tongue=("tr", "en")[self.number % 2], given_name="Işıl")

    @property
    def handle(self) -> str:
        return str(self.number)

    @property
    def email(self) -> str:
        return f"isil{self.number}@example.com"

    @property
    def chat(self) -> list[Arrived]:
        return self.town.phones.chats[self.handle]

    # One round --------------------------------------------------------------------------------------------------------

    def acts(self) -> list[ev.Event]:
        """What they do now, in their own order; nothing while they only wait."""
        self.rounds += 1
        if self.over:
            return []
        standing = self.town.standing(self.handle)
        if standing is None:
            return [ev.CommandGiven("start", "", self._next())]
        if self.handle in self.town.phones.blocked:
            self.town.phones.blocked.discard(self.handle)
            return [ev.ChatOpened(), ev.CommandGiven("start", "", self._next())]
        burst = self._goes_on(standing)
        if self.detours > 0 and self.dice.random() < 0.45:
            self.detours -= 1
            burst.insert(self.dice.randrange(len(burst) + 1), self._detour(standing))
        return burst

    def satisfied(self) -> bool:
        """Whether every order has come to its end, the money is where it belongs, and there is a letter or no wish."""
        standing = self.town.standing(self.handle)
        if standing is None or not standing.orders or self.handle in self.town.phones.blocked:
            return False
        if any(order.state in LIVE or not self.settled(order) for order in standing.orders):
            return False
        if any(order.state is State.DISPATCHED for order in standing.orders) and self.resting < 8:
            self.resting += 1
            return False
        sent = any(order.state not in CLOSED for order in standing.orders)
        return sent or (self.aim is not Aim.ORDERS and self.detours <= 0) or len(standing.orders) >= 3

    def settled(self, order: Order) -> bool:
        due = 0 if order.state in CLOSED else order.amount.amount
        return self.town.bank.balance(order.id) == due

    # What the open question wants -------------------------------------------------------------------------------------

    def _goes_on(self, standing: Standing) -> list[ev.Event]:
        name = open_step(standing).name
        if name == "letter" and standing.draft.manuscript.doubts:
            return [self._says_what_it_is(standing.draft.manuscript.doubts[0])]
        if name == "letter":
            return self._writes_letter(standing)
        if name == "preview":
            return self._looks(standing)
        if name in ("payment", "home") and standing.orders:
            return self._pays(standing)
        if name == "invoice" and standing.draft.invoice_for in ("company", "person"):
            return [self._tap(standing, "for", "self")]  # an old button asked for somebody else's
        if name == "email":
            return [self._text(self.email)]
        if name == "code":
            return self._proves(standing)
        if name == "cancel":
            return [self._tap(standing, "close", "")]
        if name == "restart":
            return [self._tap(standing, "close", "")]
        if name == "cancel_order":
            return [self._tap(standing, self._answer(standing), "")]
        if name == "contract":
            return [self._accepts(standing)]
        wanted = GOOD[name]
        if isinstance(wanted, tuple):
            return [self._tap(standing, *wanted)]
        return [self._text(wanted)]

    def _accepts(self, standing: Standing) -> ev.Event:
        """The button of the newest order card in their chat; one that nobody has shown brings the card anew."""
        shown = [key.data for one in self.chat for row in one.message.keys for key in row if key.data]
        theirs = (
            data for data in reversed(shown) if data.startswith("accept:") and data.endswith(f":{standing.screen}")
        )
        return self._press(next(theirs, f"accept:0:{standing.screen}"))

    def _answer(self, standing: Standing) -> str:
        """Whether an order is cancelled, as the question asks; most keep its letter as a draft where they can."""
        order = standing.order(standing.about)
        meant = order is not None and (
            order.state is State.HELD
            or (self.aim is Aim.LEAVES and order.state in (State.LINKING, State.AWAITING))
            or (self.aim is Aim.REGRETS and order.state is State.QUEUED)
        )
        if not meant:
            return "close"
        return "erase" if standing.draft.order == standing.about and self.dice.random() < 0.3 else "yes"

    def _proves(self, standing: Standing) -> list[ev.Event]:
        """The newest code; where it has expired or was tried too often, a new one."""
        if self.rounds % 7 == 6:
            return [self._tap(standing, "resend", "")]
        code = self.town.mailbox.code(self.email)
        return [self._text(code)] if code else []

    def _says_what_it_is(self, doubt: Doubt) -> ev.Event:
        """Asked about: their own lines belong to the letter, and nothing else."""
        action = "add" if doubt.message in self.letter else "leave"
        return self._press(f"{action}:{doubt.message}:{self.town.standing(self.handle).screen}")  # type: ignore[union-attr]

    def _writes_letter(self, standing: Standing) -> list[ev.Event]:
        if not standing.draft.manuscript.parts and not standing.draft.letter:
            self.letter.clear()
        if not self.letter:
            self.wanted = self.dice.randrange(1, 5)
        here = {part[0] for part in standing.draft.manuscript.parts}
        lost = [message for message in self.letter if message not in here]
        for message in lost:  # arrived when another question was open: written again, further down
            del self.letter[message]
        if len(self.letter) < self.wanted:
            burst: list[ev.Event] = []
            for _ in range(self.dice.randrange(1, self.wanted - len(self.letter) + 1)):
                message = self._next()
                self.letter[message] = 1
                burst.append(ev.TextWritten(line(message, 1), message))
                if self.dice.random() < 0.15:
                    burst.append(self._corrects(self.dice.choice(list(self.letter))))
            return burst
        return [self._tap(standing, "done", "")]

    def _corrects(self, message: int) -> ev.Event:
        self.letter[message] += 1
        return ev.TextEdited(line(message, self.letter[message]), message)

    def _looks(self, standing: Standing) -> list[ev.Event]:
        """Reads the preview as it arrived; approves what was meant, mends what was not."""
        preview = standing.draft.preview
        if preview is None:
            return []
        sheets = (one.files.document for one in reversed(self.chat) if one.message.attachment)
        pdf = next((sheet for sheet in sheets if hashlib.sha256(sheet).hexdigest() == preview.sha256), b"")
        if not (pdf and preview.arrived):  # on its way; or overtaken by a change: an old button has it shown again
            self.waited += 1
            return [] if self.waited % 8 else [ev.ButtonTapped("approve", "", "0", self._tapped())]
        words = read(pdf)
        there = dict(tokens(words))
        for message, version in self.letter.items():
            if message in there and there[message] != version:
                self.mended += 1
                return [self._corrects(message)]
        if any(message not in there for message in self.letter):
            self.mended += 1
            return [self._tap(standing, "fix", "")]
        self.approved[standing.draft.letter] = pdf
        return [self._tap(standing, "approve", "")]

    def _pays(self, standing: Standing) -> list[ev.Event]:
        """On the bank's page, of which we hear by callbacks only."""
        for order in standing.orders:
            if order.state is State.AWAITING and order.id not in self.paid:
                if self.aim is Aim.LEAVES:
                    return [ev.ButtonTapped("cancel_order", order.id, "", self._tapped())]
                self._at_the_bank(order)
                return []
            if order.state is State.HELD or (self.aim is Aim.REGRETS and order.state is State.QUEUED):
                return [ev.ButtonTapped("cancel_order", order.id, "", self._tapped())]
        if any(order.state in LIVE for order in standing.orders) or open_step(standing).name != "home":
            return []
        if any(order.state not in CLOSED for order in standing.orders):
            return []
        return [self._tap(standing, "new", "")]

    def _at_the_bank(self, order: Order) -> None:
        """The link is in the chat; a declined card is tried again."""
        url = f"https://bank.example/{order.id}"
        if not any(key.url == url for one in self.chat for row in one.message.keys for key in row):
            return
        bank, amount = self.town.bank, order.amount.amount
        if self.dice.random() < 0.1:
            bank.pay(order.id, amount, "declined")
        if self.aim is Aim.ERRS and not self.paid:
            amount -= 100
        for _ in range(2 if self.aim is Aim.TWICE else 1):
            if bank.pay(order.id, amount):
                self.paid.add(order.id)

    # Detours ----------------------------------------------------------------------------------------------------------

    def _detour(self, standing: Standing) -> ev.Event:
        kinds = (self._noise, self._command, self._old, self._forged, self._edit, self._file, self._back, self._blocks)
        return self.dice.choice(kinds)(standing)

    def _noise(self, standing: Standing) -> ev.Event:
        return self._text(self.dice.choice(NOISE))

    def _command(self, standing: Standing) -> ev.Event:
        name = self.dice.choice(COMMANDS)
        known = find(name)
        return ev.CommandGiven(
            known.name if known else name, self.dice.choice(("", "", "Mektubum nerede?")), self._next()
        )

    def _old(self, standing: Standing) -> ev.Event:
        """A button of any message in the chat, however old; what cancels an order is left to those who mean it."""
        keys = [key.data for one in self.chat for row in one.message.keys for key in row if key.data]
        keys = [data for data in keys if not data.startswith(("cancel_order", "posting"))]
        if not keys:
            return self._noise(standing)
        return self._press(self.dice.choice(keys))

    def _forged(self, standing: Standing) -> ev.Event:
        action = self.dice.choice(
            ("back", "new", "accept", "yes", "product", "open", "", "done", "approve", "cancel_order")
        )
        return ev.ButtonTapped(
            action, self.dice.choice(("", "0", "9" * 32, "💥")), str(standing.screen - 1), self._tapped()
        )

    def _edit(self, standing: Standing) -> ev.Event:
        if self.letter and self.dice.random() < 0.5:
            return self._corrects(self.dice.choice(list(self.letter)))
        return ev.TextEdited("Sevgili anneannem,", self.dice.choice(self.others) if self.others else 1)

    def _file(self, standing: Standing) -> ev.Event:
        if self.dice.random() < 0.3:
            return ev.ContactShared("905321234567", own=self.dice.random() < 0.5)
        return ev.FileSent(self.dice.choice((*CANNOT_BE_PRINTED, "hologram")))

    def _back(self, standing: Standing) -> ev.Event:
        return ev.ButtonTapped("back", "", str(standing.screen), self._tapped())

    def _blocks(self, standing: Standing) -> ev.Event:
        if self.dice.random() < 0.7:
            return self._back(standing)
        self.town.phones.blocked.add(self.handle)
        return ev.ChatBlocked()

    # Gestures ---------------------------------------------------------------------------------------------------------

    def _tap(self, standing: Standing, action: str, value: str) -> ev.Event:
        """The newest button in the chat that says so; where none has arrived yet, the question is asked again."""
        for one in reversed(self.chat):
            for key in (key for row in one.message.keys for key in row):
                if key.data.startswith(f"{action}:{value}:"):
                    return self._press(key.data)
        self.missing += 1
        return self._text("?")

    def _press(self, data: str) -> ev.Event:
        action, _, rest = data.partition(":")
        value, _, screen = rest.rpartition(":")
        return ev.ButtonTapped(action, value, screen, self._tapped())

    def _text(self, words: str) -> ev.Event:
        message = self._next()
        self.others.append(message)
        return ev.TextWritten(words, message)

    def _next(self) -> int:
        self.message += 1
        return self.message

    def _tapped(self) -> str:
        return f"tap-{self.number}-{self._next()}"
