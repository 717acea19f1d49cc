"""Plays conversations written as dialogue and compares every line a sender would read.

A transcript holds what the sender does (K: in Turkish, S: in English), what the bot says (B:), news by mail (M:) and
stage directions in parentheses; continued lines are indented by three spaces. The directions stand in `directions.py`.
`python -m tests.dialogue FILE …` writes the bot's lines of a transcript anew, to be read aloud before they are kept.
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.wording.documents import Documents
from bot.wording.speak import Speaker
from flows.conversation import machine
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Order, Profile, Standing, State
from flows.core.step import Operator
from flows.order.printing_window import CUT_OFF
from flows.price.price import Tariff, default_tariff
from flows.words.slash import slash
from flows.words.text import text
from locales import say
from rendering.stationery import labels
from tests.fake_worker import FakeWorker, order_number

__all__ = ["TRANSCRIPTS", "Conversation", "difference", "operator", "papers", "played"]

TRANSCRIPTS = Path(__file__).parent / "transcripts"
SENDER = {"tr": "K", "en": "S"}
START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # a Monday, nine in the morning in Istanbul
SELLER = {
    "title": "MektupX Örnek Ltd. Şti.",
    "mersis": "0123456789000017",
    "address": "Örnek Mah. Posta Sok. No: 1, 34110 Fatih/İSTANBUL",
    "phone": "+90 212 000 00 00",
    "email": "merhaba@mektupx.example",
}
RECIPIENT = text("documents", "Telegram (abroad): carries this conversation; bot chats are not end-to-end encrypted")
ATTACHED = {
    "preview": {"tr": "önizleme", "en": "preview"},
    "window": {"tr": "zarf", "en": "envelope"},
    "stationery": {"tr": "kâğıtlar", "en": "papers"},
    "export": {"tr": "dosya", "en": "file"},
    "document": {"tr": "belge", "en": "document"},
}
WIDEST = 118  # columns; beyond it buttons stand on a line of their own


@cache
def papers() -> Documents:
    return Documents(SELLER, (RECIPIENT,))


@cache
def operator() -> Operator:
    return Operator(
        default_tariff(),
        papers().terms(),
        ("MektupX", SELLER["address"]),
        words=say,
        stationeries=labels(),
        cut_off=CUT_OFF,
        filled=papers().filled,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a transcript: `who` is K, S, B, M, "(" for a direction, "#" for a comment, "" for an empty line."""

    who: str
    words: str

    def __str__(self) -> str:
        match self.who:
            case "(" | "#" | "":
                return self.words
            case _:
                return f"{self.who}: {self.words}".replace("\n", "\n   ").rstrip()


def parsed(transcript: str) -> list[Line]:
    found: list[Line] = []
    for line in transcript.splitlines():
        if line.startswith("   ") and found:
            found[-1] = Line(found[-1].who, f"{found[-1].words}\n{line[3:]}")
        elif line[:3] in ("K: ", "S: ", "B: ", "M: "):
            found.append(Line(line[0], line[3:]))
        elif line.startswith(("(", "#")) or not line.strip():
            found.append(Line(line[:1].strip(), line.strip()))
        else:
            raise ValueError(f"This line of a transcript is said by nobody: {line!r}")
    return found


@dataclass
class Shown:
    """A message as it stands in the chat."""

    keys: tuple[tuple[Key, ...], ...]
    contact: str = ""
    words: str = ""


@dataclass
class Conversation:
    """One chat: the sender's gestures in, everything readable out. Keeps what storage would keep, nothing else."""

    language: str
    at: datetime = START
    standing: Standing = field(init=False)
    worker: FakeWorker = field(init=False)
    speaker: Speaker = field(init=False)
    said: list[Line] = field(default_factory=list)
    chat: list[Shown] = field(default_factory=list)
    written: dict[int, str] = field(default_factory=dict)
    events: list[ev.Event] = field(default_factory=list)
    steps: set[str] = field(default_factory=set)
    operator: Operator = field(init=False)
    waiting: list[fx.Work] | None = None  # work that is not done yet, because a direction says so
    timers: list[tuple[datetime, fx.SetTimer]] = field(default_factory=list)
    outbox: list[str] = field(default_factory=list)
    message: int = 100
    payments: int = 0
    swapped: list[int] = field(default_factory=list)  # message ids of messages that overtake each other
    slow: bool = False  # previews are still on their way
    sent: datetime | None = None  # when the next message was written, where it arrives late
    _fresh: int = 0

    def __post_init__(self) -> None:
        person = ev.Person("telegram", "1001")
        self.standing = Standing(person, profile=Profile(language=self.language))
        self.operator = operator()
        self.worker = FakeWorker(self.operator)
        self.speaker = Speaker(papers())

    def changes_tariff(self, tariff: Tariff) -> None:
        """The service is started anew with another tariff file; what it has kept it still knows."""
        self.changes_operator(replace(self.operator, tariff=tariff))

    def changes_operator(self, changed: Operator) -> None:
        """The service is started anew with other settings."""
        self.operator = changed
        self.worker.operator = self.operator
        self.speaker = Speaker(papers())

    # What happens -----------------------------------------------------------------------------------------------------

    def receive(self, event: ev.Event) -> None:
        """One envelope through the machine, then the work it asked for."""
        self._fresh += 1
        self.events.append(event)
        moment = ev.Moment(self.at, f"{self._fresh:032x}", self.sent if isinstance(event, ev.FromSender) else None)
        self.sent = None if isinstance(event, ev.FromSender) else self.sent
        envelope = ev.Envelope(str(self._fresh), self.standing.person, event, moment)
        turn = machine.advance(self.operator, self.standing, envelope)
        turn = machine.Turn(_numbered(turn.standing), turn.effects)
        self.standing = turn.standing
        self.steps.add(turn.standing.question)
        _answered(event, turn.effects)
        for effect in turn.effects:
            self._show(machine.Turn(turn.standing, (effect,)), effect)
        if not self.slow and any(isinstance(one, fx.Reply) and _preview(one) for one in turn.effects):
            self.preview_arrives()
        for work in turn.effects:
            if isinstance(work, fx.QueueForPrint):
                self.outbox.append(work.order)
            elif isinstance(work, fx.Work):
                self.ask(work)

    def preview_arrives(self) -> None:
        preview = self.standing.draft.preview
        assert preview is not None
        self.receive(ev.PreviewArrived(preview.sha256))

    def ask(self, work: fx.Work) -> None:
        if isinstance(work, fx.SetTimer):
            self.timers.append((self.at + work.after, work))
        elif self.waiting is not None and not isinstance(work, fx.MailNews):
            self.waiting.append(work)
        else:
            mails = len(self.worker.mails)
            event = self.worker.perform(self.standing, work, self.at)
            self.said += [Line("M", plain(mail)) for mail in self.worker.mails[mails:]]
            if event is not None:
                self.receive(event)

    def travel(self, by: timedelta) -> None:
        """Timers and links that run out on the way do so at their own moment."""
        until = self.at + by
        while due := min((when for when, _ in self._due() if when <= until), default=None):
            self.at = max(due, self.at)
            for when, event in self._due():
                if when <= self.at:
                    self.timers = [(at, timer) for at, timer in self.timers if at > self.at]
                    self.receive(event)
        self.at = until

    def _due(self) -> Iterator[tuple[datetime, ev.Event]]:
        for when, timer in self.timers:
            yield when, ev.DeadlinePassed(timer.what, timer.mark)
        for order in self.standing.orders:
            if order.state is State.AWAITING and order.url_until is not None:
                yield order.url_until, ev.LinkExpired(order.id)

    # What the sender does ---------------------------------------------------------------------------------------------

    def writes(self, words: str, *, forwarded: bool = False, quoted: ev.Quoted | None = None) -> None:
        """A slash at the very beginning is a command."""
        message = self.next_message()
        self.written[message] = words
        given = None if forwarded else slash(words)
        if given:
            self.receive(ev.CommandGiven(given.name, given.words, message, written=words))
        else:
            self.receive(ev.TextWritten(words, message, forwarded=forwarded, quoted=quoted))

    def quoted(self, beginning: str) -> ev.Quoted:
        """The newest message of ours that begins with these words."""
        shown = next(shown for shown in reversed(self.chat) if plain(shown.words).startswith(beginning))
        return ev.Quoted(shown.words, tuple(key.data for row in shown.keys for key in row if key.data))

    def next_message(self) -> int:
        if self.swapped:
            return self.swapped.pop()
        self.message += 1
        return self.message

    def edits(self, old: str, new: str) -> None:
        message = next(m for m, words in reversed(self.written.items()) if words.startswith(old))
        self.written[message] = new
        self.receive(ev.TextEdited(new, message))

    def taps(self, label: str, *, oldest: bool = False) -> None:
        """The newest message with such a button; a key of the contact keyboard is typed by the messenger."""
        chat = self.chat if oldest else list(reversed(self.chat))
        for shown in chat:
            if label == shown.contact:
                return self.receive(ev.ContactShared("905321234567", own=True))
            for key in (key for row in shown.keys for key in row if plain(key.label) == label and not key.url):
                if shown.contact:
                    return self.writes(key.label)
                action, _, rest = key.data.partition(":")
                value, _, screen = rest.rpartition(":")
                return self.receive(ev.ButtonTapped(action, value, screen, f"tap{len(self.events)}"))
        raise ValueError(f"No message has the button {label!r}.")

    def taps_again(self) -> None:
        tap = next(event for event in reversed(self.events) if isinstance(event, ev.ButtonTapped))
        self.receive(ev.ButtonTapped(tap.action, tap.value, tap.screen, f"tap{len(self.events)}"))

    # What the sender reads --------------------------------------------------------------------------------------------

    def _show(self, turn: machine.Turn, effect: fx.Effect) -> None:
        if isinstance(effect, fx.ShowDocument):
            return self._document(turn, effect)
        for message in self.speaker.messages(turn):
            if message.kind == "toast" and message.text:
                self.said.append(Line("B", f"«{message.text}»"))
            elif message.kind == "say":
                self._say(message)
        return None

    def _say(self, message: OutgoingMessage) -> None:
        self.chat.append(Shown(message.keys, message.contact, message.text))
        self.message += 0 if self.swapped else 1
        labels = [message.contact] if message.contact else []
        labels += [key.label for row in message.keys for key in row]
        kind = ATTACHED[message.attachment.kind][self.language] if message.attachment else ""
        words = plain(f"({kind}) {message.text}" if kind else message.text)
        buttons = " ".join(f"[{plain(label)}]" for label in labels)
        last = words.rpartition("\n")[2]
        gap = "" if not buttons else " " if len(last) + len(buttons) < WIDEST else "\n"
        self.said.append(Line("B", words + gap + buttons))

    def _document(self, turn: machine.Turn, shown: fx.ShowDocument) -> None:
        """Word for word, in as many messages as it needs; the transcript holds its first line."""
        filled = shown.filled or papers().shown(shown.name, turn.standing)
        sent = [message.text for message in self.speaker.messages(turn)]
        assert " ".join(sent).split() == filled.text.split(), f"{shown.name} is not shown word for word"
        kind = ATTACHED["document"][self.language]
        self.said.append(Line("B", f"({kind}) {plain(filled.text.splitlines()[0])}"))

    def newest_order(self) -> Order:
        return max(self.standing.orders, key=lambda order: order.number)


def _preview(reply: fx.Reply) -> bool:
    return reply.attachment is not None and reply.attachment.kind == "preview"


def _numbered(standing: Standing) -> Standing:
    """The order book gives the number when the order is created."""
    for nth, order in enumerate(sorted(standing.orders, key=lambda order: (not order.number, order.number))):
        if not order.number:
            standing = standing.with_order(_with_number(order, nth))
    return standing


def _with_number(order: Order, nth: int) -> Order:
    return replace(order, number=order_number(nth))


def _answered(event: ev.Event, effects: Iterable[fx.Effect]) -> None:
    """Each tap ends its waiting sign, once."""
    toasts = [effect.tap for effect in effects if isinstance(effect, fx.Toast)]
    assert toasts == ([event.tap] if isinstance(event, ev.ButtonTapped) else [])


def plain(words: str) -> str:
    """No-break spaces cannot be seen in a file."""
    return words.replace("\u00a0", " ")


def played(transcript: str, language: str) -> tuple[str, Conversation]:
    """The transcript with what the bot really says, and the conversation as it ended."""
    from tests.directions import direct, gesture

    talk = Conversation(language)
    found: list[Line] = []
    for line in parsed(transcript):
        if line.who in ("B", "M"):
            continue
        found.append(line)
        if line.who == "(":
            direct(talk, line.words[1:-1])
        elif line.who == SENDER[language]:
            gesture(talk, line.words)
        found += talk.said
        talk.said.clear()
    return "\n".join(map(str, found)) + "\n", talk


def difference(transcript: str, language: str) -> str:
    """What the bot says otherwise than the transcript; "" where they agree. Where a line is broken does not matter."""
    told, _ = played(transcript, language)
    wanted, got = (_flat(words) for words in (transcript, told))
    return "\n".join(difflib.unified_diff(wanted, got, "transcript", "bot", n=4, lineterm=""))


def _flat(transcript: str) -> list[str]:
    lines = (str(line) for line in parsed(transcript) if line.who)
    return "\n".join(re.sub(r"\s*\n\s*(?=\[)", " ", line) for line in lines).splitlines()


def main(names: list[str]) -> None:
    for name in names:
        file = Path(name)
        told, _ = played(file.read_text(encoding="utf-8"), file.parent.name)
        file.write_text(told, encoding="utf-8")
        sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
