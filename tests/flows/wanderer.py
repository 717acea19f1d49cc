"""A sender who does anything, in any order, with work, money and paper arriving whenever they like; rules are checked
after every single event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.wording.speak import Speaker, data
from flows.conversation import machine
from flows.conversation.commands import find
from flows.conversation.journey import LEAVING, STEPS
from flows.conversation.moves import open_step
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.events import Person
from flows.core.state import Order, Profile, Standing, State, Turn
from flows.input.manuscript import clean
from flows.letter.unprintable_files import CANNOT_BE_PRINTED
from flows.order.order import EVENTS
from flows.steps import contract
from flows.words.invisible import unmarked
from flows.words.text import Kurus, units
from flows.words.turkish import fold
from tests.dialogue import operator, papers
from tests.fake_worker import CODES, FakeWorker, order_number

__all__ = ["GOOD", "HOSTILE", "Wanderer", "accepting"]

START = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
INVOICE = "Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara"

# What leads on, by step: words to write or a button (action, value) to tap.
GOOD: Mapping[str, str | tuple[str, str]] = {
    "notice": ("accept", ""),
    "birth_date": "5.3.1990",
    "birth_check": ("yes", ""),
    "name": "Işıl İnci",
    "phone": "0532 123 45 67",
    "email": "isil@example.com",
    "code": CODES[0],  # the wanderer writes the newest code
    "contact": ("same", ""),
    "addressee": "Nermin Öztürk",
    "address": "caferağa mah moda cad no 12 34710 kadıköy istanbul",
    "address_check": ("right", ""),
    "letter": "Canım anneannem, sardunyaların açtı.",
    "stationery": ("choose", "sade"),
    "delivery": ("product", "taahhutlu"),
    "preview": ("approve", ""),
    "invoice": INVOICE,
    "national_id": "10000000146",
    "contract": ("accept", ""),  # its button says what is accepted; the wanderer takes the one that is shown
    "discount": ("back", ""),
    "payment": "/destek Ödeyemedim.",
    "home": ("new", ""),
    "blocked": "5.3.1990",
    "sender": "Işıl İnci, Ihlamur Sok. 3, 06420 Çankaya/Ankara",
    "posting": "24.12.2026",
    "mend": ("letter", ""),
    "support": "Mektubum nerede?",
    "mydata": ("request", ""),
    "erase": ("request", ""),
    "settings": ("open", "name"),
    "language": ("choose", "en"),
    "birthday": "5.3.1990",
    "cancel": ("close", ""),
    "restart": ("close", ""),
    "cancel_order": ("close", ""),
    "forget": ("close", ""),
    "forget_invoice": ("close", ""),
}

HOSTILE = (
    "", " ", "\n", "\x00", "a\ud800b", "\u202eters\u202c", "e" + "\u0301" * 100_000, "a" * 61_000, "<b>&amp;</b>",
    "{name}", "%s %(n)s", "geri", "Geri", "back", "bitti", "BİTTİ", "iptal", "İPTAL", "evet", "/yeni mi?", "𓂀" * 50,
    "".join(chr(0x13000 + n) for n in range(1000)), "30.2.1990", "5.3.90", "1.1.2015", "isil@gmail.con", "34710",
    "no 12", "istanbul", "kadıköy ankara", "Hauptstr. 5\n10115 Berlin\nGermany", "000000", "W" * 90, "x" * 4096,
    "Çok teşekkürler", "👩‍👩‍👧‍👦", "\u200f", "0593 123 45 67", "444 0 333", "ayse@gmaıl.com", "ışıl@örnek.com",
    "\u200bevet\u200e", "Silivri Ceza İnfaz Kurumu, Çanta Cad. No: 1, Silivri/İstanbul",
)  # fmt: skip

SLIPS: tuple[tuple[str, ...], ...] = (
    ("tamam", "Tamam!", "TAMAM 👍", "tamammm"), ("gönder", "Gönder.", "gonder"), ("Bitti.", "bitti 😊", "bittiii"),
    ("geri dön", "Geri dön!"), ("ne kadar?", "Ne kadar"), ("bitirdim", "Bitirdim..."), ("yolla", "YOLLA"),
    ("iptal et", "İptal et!"), ("vazgeçtim", "Vazgeçtim."), ("send it", "Send it!"), ("how much?", "How much"),
    ("tamam gönder", "Tamam, gönder!"),
)  # fmt: skip
"""What a sender says to us while a letter is open, by word: printed only if they have said that it belongs to it."""
LINES = ("Bahçede güller açtı.", "Seni çok özledim.")

BRINGS_AN_ANSWER = (
    fx.MailCode, fx.MeasureLetter, fx.DrawPreview, fx.OpenLink, fx.OpenTicket, fx.EditTicket, fx.OpenRequest,
    fx.WithdrawRequest, fx.KeepPhoto,
)  # fmt: skip
SAID = (fx.Reply, fx.Toast, fx.ShowDocument)
SENDER = (ev.TextWritten, ev.TextEdited, ev.ButtonTapped, ev.ContactShared, ev.FileSent, ev.CommandGiven)


@dataclass
class Wanderer:
    """Acts are methods with a number that chooses among what there is; none of them can be impossible."""

    standing: Standing = field(
        default_factory=lambda: Standing(Person("telegram", "1"), profile=Profile(language="tr"))
    )
    at: datetime = START
    worker: FakeWorker = field(default_factory=lambda: FakeWorker(operator()))
    shown: list[ev.ButtonTapped] = field(default_factory=list)  # every button ever seen
    work: list[fx.Work] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # the previews that are on their way
    results: list[ev.Event] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)
    written: dict[int, str] = field(default_factory=dict)  # what each message says now
    doubtful: set[int] = field(default_factory=set)  # messages whose whole words are somebody else's, or no letter
    confirmed: set[str] = field(default_factory=set)  # slips that the sender wants printed
    happened: int = 0
    speaker: Speaker = field(default_factory=lambda: Speaker(papers()))
    last: Turn | None = None

    # What can be done -------------------------------------------------------------------------------------------------

    def goes_on(self, nth: int) -> None:
        """What the open question wants; the ruler, the mail and the press work at once."""
        name = open_step(self.standing).name
        wanted = GOOD[name]
        draft = self.standing.draft
        if name == "letter" and not draft.manuscript.empty:
            wanted = ("done", "")
        if name == "letter" and draft.manuscript.doubts:
            wanted = ("add", str(draft.manuscript.doubts[0].message))
        elif name == "letter" and draft.offered:
            wanted = ("photos_print", "")
        if name == "code" and self.worker.codes:
            wanted = self.worker.codes[-1]
        if name == "contract":
            wanted = accepting(self._here())
        if name == "payment" and draft.order:
            self.receive(ev.PaymentSettled(draft.order, f"pay-{self.happened}", self._order(draft.order).amount))
        elif isinstance(wanted, str):
            self.writes(wanted)
        else:
            self.receive(ev.ButtonTapped(*wanted, str(self.standing.screen), f"tap-{self.happened}"))
        while self.work or self.sent:
            self.delivers(0)
            self.works(0)

    def leaves(self) -> None:
        """Whoever wants to go says so; where the letter asks whether those words belong to it, they do not."""
        doubts = self.standing.draft.manuscript.doubts
        if open_step(self.standing).name == "letter" and len(doubts) == 1 and "vazg" in doubts[0].words:
            tap = ("leave", str(doubts[0].message), str(self.standing.screen), f"tap-{self.happened}")
            self.receive(ev.ButtonTapped(*tap))
        else:
            self.writes("vazgeç")

    def delivers(self, nth: int) -> None:
        """A preview arrives, the oldest or any other."""
        if self.sent:
            self.receive(ev.PreviewArrived(self.sent.pop(nth % len(self.sent))))

    def refuses(self, nth: int) -> None:
        """The messenger takes no preview."""
        if self.sent:
            self.sent.pop(nth % len(self.sent))
            self.receive(ev.PreviewUndelivered(self.standing.draft.letter))

    def writes(self, words: str, *, forwarded: bool = False, quoted: ev.Quoted | None = None) -> None:
        message = self._next(words)
        if words.startswith("/") and (known := find(words[1:].partition(" ")[0])):
            self.receive(ev.CommandGiven(known.name, words.partition(" ")[2], message))
        else:
            self.receive(ev.TextWritten(words, message, forwarded=forwarded, quoted=quoted))

    def _next(self, words: str) -> int:
        self.messages.append(1000 + self.happened)
        self.written[self.messages[-1]] = words
        return self.messages[-1]

    def slips(self, nth: int) -> None:
        """A word to us, alone or as the first or the last line of a message."""
        slip = SLIPS[nth % len(SLIPS)][nth % 2]
        self.writes((slip, f"{slip}\n{LINES[0]}", f"{LINES[1]}\n{slip}")[nth % 3])

    def forwards(self, nth: int) -> None:
        self.writes(LINES[nth % 2], forwarded=True)

    def sends_words(self, nth: int) -> None:
        """Words under a picture, or under something else."""
        message = self._next(LINES[nth % 2])
        sent: ev.Event = ev.FileSent("video", LINES[nth % 2], message)
        if nth % 3:
            sent = ev.PictureSent("photo", "AgAC", LINES[nth % 2], message, album="a7" if nth % 3 == 1 else "")
        self.receive(sent)

    def replies(self, nth: int) -> None:
        """To a message of ours: the desk's, an order's, any other."""
        order = next((order.id for order in self.standing.orders), "x")
        buttons = (("answer:41:",), (f"cancel_order:{order}:",), ("choose:klasik:-1",), ("done::-1",), ())[nth % 5]
        self.writes(LINES[nth % 2], quoted=ev.Quoted("MX000123", buttons))

    def writes_more_than_fits(self, nth: int) -> None:
        """A text of more than 4,096 units: the client cuts it, and sends both parts at once."""
        words = f"{LINES[0]} " * 200
        self.writes(words[:4096])
        self.writes(words[4096:].strip() or LINES[1])

    def answers(self, nth: int) -> None:
        self.writes(("evet", "hayır", "Mektuba ekle", "Ekleme")[nth % 4])

    def takes_out(self, nth: int) -> None:
        self.receive(ev.ButtonTapped("remove", "", str(self.standing.screen), f"tap-{self.happened}"))

    def writes_hostile(self, nth: int) -> None:
        self.writes(HOSTILE[nth % len(HOSTILE)])

    def writes_late(self, nth: int) -> None:
        """A message that was written earlier arrives now."""
        message = next(number for number in range(500 + nth % 400, 1_000) if number not in self.written)
        self.messages.append(message)
        self.written[message] = f"late {nth}"
        self.receive(ev.TextWritten(f"late {nth}", message))

    def edits(self, nth: int) -> None:
        if self.messages:
            message = self.messages[nth % len(self.messages)]
            words = (*HOSTILE, "Sevgili anneannem,", self.written[message])[nth % (len(HOSTILE) + 2)]
            self.receive(ev.TextEdited(words, message))

    def taps(self, nth: int) -> None:
        """A button of the present screen; what it does is defined."""
        screen = open_step(self.standing).ask(self._here())
        buttons = [button for row in screen.buttons for button in row if not button.url] if screen else []
        if buttons:
            button = buttons[nth % len(buttons)]
            number = "" if button.lasting else str(self.standing.screen)
            self.receive(ev.ButtonTapped(button.action, button.value, number, f"tap-{self.happened}"))
            assert self.last is not None
            olds = [effect for effect in self.last.effects if isinstance(effect, fx.Toast) and effect.text]
            assert olds == [], f"the offered button {button.action} is unknown"

    def taps_old(self, nth: int) -> None:
        if self.shown:
            tap = self.shown[nth % len(self.shown)]
            self.receive(replace(tap, tap=f"tap-{self.happened}"))

    def forges(self, nth: int) -> None:
        action = (
            "back",
            "new",
            "cancel_order",
            "accept",
            "yes",
            "product",
            "saved",
            "open",
            "",
            "done",
            "rate",
            "answer",
        )[nth % 12]
        value = ("", "0", "9" * 32, "phone", "normal", "💥", "x" * 60, "41.4", "4²")[nth % 9]
        screen = ("", str(self.standing.screen), "-1", "None", "999999")[nth % 5]
        self.receive(ev.ButtonTapped(action, value, screen, f"tap-{self.happened}"))

    def shares(self, nth: int) -> None:
        phone = ("905321234567", "+49301234567", "", "abc", "1" * 40)[nth % 5]
        self.receive(ev.ContactShared(phone, own=nth % 2 == 0))

    def sends(self, nth: int) -> None:
        kinds = (*CANNOT_BE_PRINTED, "hologram")
        self.receive(ev.FileSent(kinds[nth % len(kinds)]))

    def commands(self, nth: int) -> None:
        names = ("start", "yeni", "siparisler", "destek", "verilerim", "sil", "ayarlar", "dil", "gizlilik", "iptal",
                 "yardim", "NEW", "cancel", "İptal", "YARDIM", "siparişler", "", "ç", "x" * 300)  # fmt: skip
        words = ("", "", "", "Mektubum nerede?", "\x00", "\n\n")[nth % 6]
        given = ev.CommandGiven(names[nth % len(names)], words)
        self.receive(replace(given, message=self._next(given.typed)))

    def works(self, nth: int) -> None:
        """The oldest work, or any other, is done; its answer is kept, to come a second time."""
        if self.work:
            work = self.work.pop(nth % len(self.work))
            if isinstance(work, fx.SetTimer):
                result: ev.Event | None = ev.DeadlinePassed(work.what, work.mark) if nth else None
            else:
                result = self.worker.perform(self.standing, work, self.at)
            if result is not None:
                self.results.append(result)
                self.receive(result)

    def fails(self, nth: int) -> None:
        self.worker.failing.add(("mail", "drawing", "link")[nth % 3])

    def repeats(self, nth: int) -> None:
        if self.results:
            self.receive(self.results[nth % len(self.results)])

    def orders(self, nth: int) -> None:
        """Something happens to an order, likely or not."""
        if self.standing.orders:
            order = self.standing.orders[nth % len(self.standing.orders)]
            self.receive(happening(EVENTS[nth % len(EVENTS)], order, self.at, nth))

    def blocks(self, nth: int) -> None:
        self.receive(ev.ChatBlocked() if nth % 2 else ev.ChatOpened())

    def waits(self, nth: int) -> None:
        self.at += timedelta(minutes=(1, 31, 600, 60 * 24, 60 * 24 * 31)[nth % 5])

    # The rules --------------------------------------------------------------------------------------------------------

    def receive(self, event: ev.Event) -> None:
        self.happened += 1
        self._notes(event)
        before = self.standing
        moment = ev.Moment(self.at, f"{self.happened:032x}")
        turn = machine.advance(operator(), before, ev.Envelope(str(self.happened), before.person, event, moment))
        for rule in RULES:
            rule(before, event, turn)
        if not self._repeated(event):
            answered(before, event, turn)
        self._printed_as_said(before, event, turn)
        self._reads(turn)
        self.standing = _numbered(turn.standing)
        self.last = turn
        self.work += [effect for effect in turn.effects if isinstance(effect, fx.Work)]
        shown = [one.attachment for one in turn.effects if isinstance(one, fx.Reply) and one.attachment is not None]
        self.sent += [attachment.sha256 for attachment in shown if attachment.kind == "preview"]

    def _notes(self, event: ev.Event) -> None:
        """What each message says, and which of them are no letter unless their sender says so."""
        match event:
            case ev.TextWritten():
                self.written[event.message] = event.text
                own = event.quoted and any(data.startswith(("done", "remove")) for data in event.quoted.buttons)
                if event.forwarded or (event.quoted and not own):
                    self.doubtful.add(event.message)
            case ev.CommandGiven():
                self.written[event.message] = event.typed
                self.doubtful.add(event.message)
            case ev.PictureSent() | ev.FileSent():
                self.written[event.message] = event.caption
                self.doubtful.add(event.message)

    def _repeated(self, event: ev.Event) -> bool:
        """An edit that changes nothing is no event: it may be a reaction only."""
        if not isinstance(event, ev.TextEdited):
            return False
        before = self.written.get(event.message)
        if isinstance(clean(event.text), str):  # what cannot be printed is refused, and what it said before is kept
            self.written[event.message] = event.text
        return before is not None and _read(before) == _read(event.text)

    def _printed_as_said(self, before: Standing, event: ev.Event, turn: Turn) -> None:
        """No word reaches the letter that its sender has not written to it, or said that it belongs to it."""
        asked = {doubt.message: doubt.words for doubt in before.draft.manuscript.doubts}
        if (
            isinstance(event, ev.ButtonTapped)
            and event.action == "add"
            and event.value.isascii()
            and event.value.isdigit()
        ):
            self._confirms(asked.get(int(event.value), ""))
        if isinstance(event, ev.TextWritten) and event.text in ("evet", "Mektuba ekle") and asked:
            self._confirms(asked[min(asked)])
        known = dict(before.draft.manuscript.parts)
        for message, words in turn.standing.draft.manuscript.parts:
            if known.get(message) == words:
                continue
            said = clean(self.written.get(message, ""))
            assert isinstance(said, str) and set(words.split("\n")) <= set(said.split("\n")), "nobody wrote this"
            if isinstance(event, ev.TextEdited) and event.message == message:
                continue
            assert message not in self.doubtful or message in asked, "not a word was asked"
            for slips in SLIPS:
                inside = set(words.split("\n")) & set(slips)
                assert not inside or slips[0] in self.confirmed, f"printed unasked: {inside}"

    def _confirms(self, words: str) -> None:
        self.confirmed |= {slips[0] for slips in SLIPS if set(words.split("\n")) & set(slips)}

    def _reads(self, turn: Turn) -> None:
        """What the messenger would refuse: texts, captions and callback data beyond the Bot API's limits."""
        for message in self.speaker.messages(turn):
            limit = 1024 if message.attachment else 4096
            assert message.kind != "say" or 0 < units(message.text) <= limit, message.text[:200]
            assert message.kind != "toast" or units(message.text) <= 200
        for effect in turn.effects:
            for button in (b for row in effect.buttons for b in row) if isinstance(effect, fx.Reply) else ():
                assert len(data(button, turn.standing.screen).encode()) <= 64
                if not button.url:
                    screen = "" if button.lasting else str(turn.standing.screen)
                    self.shown.append(ev.ButtonTapped(button.action, button.value, screen, ""))

    def _here(self) -> machine.Here:
        return machine.Here(self.standing, operator(), self.at, "f" * 32)

    def _order(self, order: str) -> Order:
        found = self.standing.order(order)
        assert found is not None
        return found


def accepting(here: machine.Here) -> tuple[str, str]:
    """The button that names the duty to pay, as the present order card shows it."""
    card = contract.ask(here)
    shown = (key for row in card.buttons for key in row) if card else ()
    return next(((key.action, key.value) for key in shown if key.action == "accept"), ("accept", ""))


def _read(typed: str) -> object:
    """What is read of it: marks that nobody sees say nothing."""
    words = clean(typed)
    return unmarked(words).strip() if isinstance(words, str) else words


def happening(kind: type[ev.OrderEvent], order: Order, at: datetime, nth: int) -> ev.OrderEvent:
    given: Mapping[type[ev.OrderEvent], Callable[[], ev.OrderEvent]] = {
        ev.LinkOpened: lambda: ev.LinkOpened(order.id, "https://odeme.example/1", at + timedelta(hours=24)),
        ev.PaymentSettled: lambda: ev.PaymentSettled(
            order.id, f"pay-{nth % 3}", order.amount if nth % 2 else Kurus(1), "TRY" if nth % 5 else "EUR"
        ),
        ev.OrderCancelled: lambda: ev.OrderCancelled(order.id, "asked" if nth % 3 else "edited"),
        ev.PrintClaimed: lambda: ev.PrintClaimed(order.id, f"lease-{nth % 2}", at + timedelta(minutes=5)),
        ev.PrintStuck: lambda: ev.PrintStuck(order.id, f"lease-{nth % 2}"),
        ev.PrintWithheld: lambda: ev.PrintWithheld(order.id, f"lease-{nth % 2}"),
        ev.RefundGranted: lambda: ev.RefundGranted(order.id, "goodwill"),
        ev.PartRefundGranted: lambda: ev.PartRefundGranted(order.id, "goodwill", Kurus(1 + nth), nth % 3),
        ev.LinkExpired: lambda: ev.LinkExpired(order.id, nth % 2 == 0),
        ev.LetterDispatched: lambda: ev.LetterDispatched(order.id, f"lease-{nth % 2}", "folder", ""),
        ev.RefundSettled: lambda: ev.RefundSettled(order.id, f"pay-{nth % 3}", order.amount),
    }
    make: Any = given.get(kind, lambda: kind(order.id))
    found: ev.OrderEvent = make()
    return found


def _numbered(standing: Standing) -> Standing:
    for nth, order in enumerate(standing.orders):
        if not order.number:
            standing = standing.with_order(replace(order, number=order_number(nth)))
    return standing


def known_step(before: Standing, event: ev.Event, turn: Turn) -> None:
    after = turn.standing
    assert after.step in STEPS
    assert not after.aside or after.aside in STEPS
    assert after.person == before.person


def answered(before: Standing, event: ev.Event, turn: Turn) -> None:
    if isinstance(event, SENDER):
        assert any(isinstance(effect, (*SAID, *BRINGS_AN_ANSWER)) for effect in turn.effects)
    toasts = [effect for effect in turn.effects if isinstance(effect, fx.Toast)]
    assert len(toasts) == isinstance(event, ev.ButtonTapped)


def words_are_kept(before: Standing, event: ev.Event, turn: Turn) -> None:
    """Only a confirmed /iptal or /yeni, an edit, the end of the order, or an erasure takes words out of a draft; and of
    the last message its own button. What is asked about is not lost before the sender has said."""
    had, has = before.draft.manuscript, turn.standing.draft.manuscript
    lost = {part[0] for part in had.parts} - {part[0] for part in has.parts}
    unasked = {doubt.message for doubt in had.doubts} - {doubt.message for doubt in has.doubts}
    confirmed = isinstance(event, ev.ButtonTapped) and event.action in ("yes", "erase")
    confirmed |= isinstance(event, ev.TextWritten) and before.aside in LEAVING and fold(event.text) in ("evet", "yes")
    if isinstance(event, ev.TextEdited):
        lost.discard(event.message)
    if isinstance(event, ev.ButtonTapped) and event.action == "remove":
        lost.discard(max(lost, default=0))
    answered = isinstance(event, ev.TextEdited | ev.TextWritten | ev.ButtonTapped)
    assert not unasked or answered or isinstance(event, ev.PaymentSettled | ev.OrderEvent | ev.RequestAnswered)
    erased = isinstance(event, ev.RequestAnswered) and event.kind == "erasure"
    assert not lost or confirmed or erased or isinstance(event, ev.PaymentSettled | ev.OrderCancelled | ev.StopAsked)


def prints_rightly(before: Standing, event: ev.Event, turn: Turn) -> None:
    for effect in turn.effects:
        if isinstance(effect, fx.QueueForPrint):
            order = turn.standing.order(effect.order)
            assert order is not None and isinstance(event, ev.PaymentSettled)
            assert (event.amount, event.currency) == (order.amount, "TRY")
            assert order.sha256 and order.state is State.QUEUED
            assert before.profile.notice is not None and before.profile.adult_on is not None


def orders_are_allowed(before: Standing, event: ev.Event, turn: Turn) -> None:
    """Nobody orders without notice, age, contact, an approved preview and an address that blocks nothing."""
    for order in turn.standing.orders[len(before.orders) :]:
        profile, draft = turn.standing.profile, turn.standing.draft
        assert profile.notice and profile.adult_on and profile.reachable
        assert draft.preview and draft.preview.approved and draft.preview.revision == draft.revision
        assert draft.addressee and not draft.mending and draft.invoice and order.sha256 == draft.preview.sha256


def screens_rise(before: Standing, event: ev.Event, turn: Turn) -> None:
    after = turn.standing
    assert after.screen >= before.screen
    if before.question != after.question:
        assert after.screen > before.screen


def letters_die_once(before: Standing, event: ev.Event, turn: Turn) -> None:
    """A letter that is destroyed is neither in the draft nor promised by an order that lives."""
    for effect in turn.effects:
        if isinstance(effect, fx.ShredLetter):
            assert effect.letter and effect.letter != turn.standing.draft.letter
            living = (State.LINKING, State.AWAITING, State.HELD, State.QUEUED, State.PRINTING, State.STUCK)
            assert all(order.letter != effect.letter for order in turn.standing.orders if order.state in living)


def birth_dates_go(before: Standing, event: ev.Event, turn: Turn) -> None:
    """The date of the age question is in the draft only while that question is open."""
    if turn.standing.draft.birth_date is not None:
        assert turn.standing.step in ("birth_date", "birth_check")


def birthdays_are_kept_with_consent_only(before: Standing, event: ev.Event, turn: Turn) -> None:
    """We say that the date was not kept: without consent every date in the profile is one of our own days."""
    profile = turn.standing.profile
    if profile.birthday_consent is None:
        assert profile.birth_date is None
        assert all(found >= START.date() for found in dates_in(asdict(profile)))


def dates_in(value: object) -> Iterator[date]:
    """Every date, however deep it lies."""
    match value:
        case datetime():
            yield value.date()
        case date():
            yield value
        case dict():
            yield from dates_in(tuple(value.values()))
        case list() | tuple():
            for one in value:
                yield from dates_in(one)


def what_is_sold_was_seen(before: Standing, event: ev.Event, turn: Turn) -> None:
    """Who comes to the invoice or the contract has approved the preview of the letter as it is."""
    pages = ("invoice", "national_id", "contract")
    if turn.standing.step in pages and before.step not in pages:
        preview = turn.standing.draft.preview
        assert preview and preview.approved and preview.revision == turn.standing.draft.revision


def what_is_approved_has_arrived(before: Standing, event: ev.Event, turn: Turn) -> None:
    was, now = before.draft.preview, turn.standing.draft.preview
    if now is not None and now.arrived and not (was is not None and was.arrived and was.sha256 == now.sha256):
        assert event == ev.PreviewArrived(now.sha256)
    if now is not None and now.approved:
        assert now.arrived


RULES = (
    known_step, words_are_kept, prints_rightly, orders_are_allowed, screens_rise, letters_die_once,
    birth_dates_go, birthdays_are_kept_with_consent_only, what_is_sold_was_seen, what_is_approved_has_arrived,
)  # fmt: skip
