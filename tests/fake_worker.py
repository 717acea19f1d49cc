"""A worker without a print room, a bank or a mailbox: it answers what a turn asks for from values alone.

It keeps the contract of `bot.work.handlers.HANDLERS`:
tests/bot/work/test_fake_worker.py compares their answers field by field.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.wording.speak import words
from flows.address.address import Address, lines
from flows.conversation import opened_letter
from flows.conversation.data_rights import unused
from flows.conversation.deadlines import unfinished
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.kept_draft import DraftBrought
from flows.core.state import Draft, Standing
from flows.core.step import Operator
from flows.desk.requests.table import Kind
from flows.desk.requests.wording import answer, refusal
from flows.input.age import today_in_istanbul
from flows.order.notifications import news
from flows.words.text import Lines, Text, text
from rendering.layout.photos import Photo
from rendering.layout.photos import dpi as photo_dpi

__all__ = ["ANSWERS", "CODES", "FakeWorker", "order_number"]

CODES = ("418203", "730154", "926641", "105877", "562390", "811432", "347105")
"""What the mails hold, one after another."""
PIXELS = (2560, 1920)  # of every photo
LINE, PAGE = 80, 40  # characters a line, lines a page: the fake ruler's own
WIDE = frozenset("MWmw—")  # letters that fill twice their place in the window
WINDOW = 60
LINK_LIFE = timedelta(hours=24)
ANSWER_WITHIN = timedelta(days=30)  # KVKK m.13


@dataclass
class FakeWorker:
    """`failing` names the kinds of work that fail once: the bank is closed, the mailbox unknown, the drawing
    breaks."""

    operator: Operator
    failing: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)  # mailed so far
    mails: list[str] = field(default_factory=list)  # news, as they would be read
    tickets: int = 0
    said: dict[int, str] = field(default_factory=dict)  # messages that stand in a ticket
    requests: dict[str, ev.RequestOpened] = field(default_factory=dict)  # open ones, by kind
    withdrawn: set[int] = field(default_factory=set)  # requests that were taken back
    numbers: int = 0
    ordered: dict[str, Draft] = field(default_factory=dict)  # by letter, as storage keeps them

    def perform(self, standing: Standing, work: fx.Work, at: datetime) -> ev.Event | None:
        return ANSWERS[type(work)](self, standing, work, at)

    def _fails(self, kind: str) -> bool:
        failing = kind in self.failing
        self.failing.discard(kind)
        return failing

    def mail_code(self, standing: Standing, work: fx.MailCode, at: datetime) -> ev.Event:
        if self._fails("mail"):
            return ev.MailRefused(work.address)
        if self._fails("letters"):
            return ev.MailRefused(work.address, "letters")
        code = CODES[len(self.codes) % len(CODES)]
        self.codes.append(code)
        return ev.CodeMailed(work.address, "salt", hashlib.sha256(f"salt{code}".encode()).hexdigest())

    def measure(self, standing: Standing, work: fx.MeasureLetter, at: datetime) -> ev.Event | None:
        draft = standing.draft
        if draft.revision != work.revision:
            return None
        if self._fails("ruler"):
            return ev.LetterUnmeasured(work.revision)
        pages, over = self._ruled(draft)
        strange = _unprintable(draft.manuscript.text)
        dpi = photo_dpi(tuple(Photo(b"", one.width, one.height) for one in draft.photos if not one.awaited), "din")
        return ev.LetterMeasured(work.revision, work.stationery, pages, over, strange, dpi)

    def _ruled(self, draft: Draft) -> tuple[int, int]:
        photo_page = any(not photo.awaited for photo in draft.photos)
        long = sum(max(1, -(-len(line) // LINE)) for line in draft.manuscript.text.split("\n"))
        return -(-long // PAGE) + photo_page, max(0, long - PAGE * (self.operator.page_limit - photo_page))

    def measure_address(self, standing: Standing, work: fx.MeasureAddress, at: datetime) -> ev.Event | None:
        draft = standing.draft
        if draft.revision != work.revision:
            return None
        if not work.sender and draft.addressee and self._fails("address"):
            return ev.AddressBarred(work.revision)
        to = draft.addressee or Address(name=draft.addressee_name)
        printed = (draft.own_sender,) if work.sender else lines(to)
        limit = WINDOW * 2 if work.sender else WINDOW
        over = {line: part for line in printed if (part := _over(line, limit))}
        wide, parts = tuple(over), tuple(over.values())
        strange = _unprintable("\n".join(printed))
        return ev.AddressUnfit(work.revision, wide, strange, work.sender, parts) if wide or strange else None

    def draw(self, standing: Standing, work: fx.DrawPreview, at: datetime) -> ev.Event | None:
        draft = standing.draft
        if draft.revision != work.revision or draft.preview is not None:
            return None
        if self._fails("drawing"):
            return ev.PreviewRefused(work.revision)
        if self._fails("gate"):
            return ev.PreviewRefused(work.revision, final=True)
        pages, over = self._ruled(draft)
        sha256 = "" if over else hashlib.sha256(f"{draft.letter}{draft.revision}".encode()).hexdigest()
        return ev.PreviewDrawn(work.revision, pages, over, sha256)

    def keep_photo(self, standing: Standing, work: fx.KeepPhoto, at: datetime) -> ev.Event | None:
        if work.letter != standing.draft.letter:
            return None
        if self._fails("photo"):
            return ev.PhotoRefused(work.letter, work.message, "away")
        return ev.PhotoKept(work.letter, work.message, work.file, *PIXELS)

    def open_link(self, standing: Standing, work: fx.OpenLink, at: datetime) -> ev.Event | None:
        order = standing.order(work.order)
        if standing.draft.order:
            self.ordered[standing.draft.letter] = standing.draft
        if order is None:
            return None
        if self._fails("link"):
            return ev.LinkRefused(work.order)
        return ev.LinkOpened(work.order, f"https://odeme.example/{order.number}", order.created_at + LINK_LIFE)

    def bring_draft(self, standing: Standing, work: fx.BringDraft, at: datetime) -> ev.Event | None:
        found = self.ordered.get(work.letter)
        return DraftBrought(work.order, found) if found else None

    def refund(self, standing: Standing, work: fx.Refund, at: datetime) -> ev.Event:
        return ev.RefundSettled(work.order, work.payment, work.amount, work.provider, work.nth)

    def mail_news(self, standing: Standing, work: fx.MailNews, at: datetime) -> None:
        order = standing.order(work.order)
        if order is not None:
            self._mail(standing, news(self.operator, order, work.news, at, work.refund))

    def timer(self, standing: Standing, work: fx.SetTimer, at: datetime) -> ev.Event:
        return ev.DeadlinePassed(work.what, work.mark)

    def ticket(self, standing: Standing, work: fx.OpenTicket, at: datetime) -> ev.Event | None:
        joined = self.tickets > 0 and standing.profile.ticket > 0
        self.tickets = self.tickets if joined else max(40, self.tickets) + 1
        self.said[work.message] = work.words
        return None if work.quiet and joined else ev.TicketOpened(self.tickets, joined)

    def picture(self, standing: Standing, work: fx.SendPicture, at: datetime) -> ev.Event | None:
        if self._fails("picture"):
            return ev.PictureRefused("away")
        return self.ticket(standing, fx.OpenTicket(work.words, work.message, work.quiet), at)

    def bring_picture(self, standing: Standing, work: fx.BringPicture, at: datetime) -> ev.Event:
        return ev.TicketAnswered(work.ticket, work.words, work.mark)

    def edit_ticket(self, standing: Standing, work: fx.EditTicket, at: datetime) -> ev.Event | None:
        if work.message not in self.said:
            return ev.TicketEdited(0)
        was, self.said[work.message] = self.said[work.message], work.words
        if was == work.words and not work.file:
            return None
        number = standing.profile.ticket
        return ev.TicketEdited(number) if number else ev.TicketEdited(0, closed=self.tickets)

    def request(self, standing: Standing, work: fx.OpenRequest, at: datetime) -> ev.Event:
        if found := self.requests.get(work.kind):
            return ev.RequestOpened(found.kind, found.number, found.due, again=True)
        due = today_in_istanbul(at) + ANSWER_WITHIN
        self.numbers += 1
        self.requests[work.kind] = ev.RequestOpened(work.kind, 6 + self.numbers, due)
        return self.requests[work.kind]

    def withdraw(self, standing: Standing, work: fx.WithdrawRequest, at: datetime) -> ev.Event:
        """Told twice, it is taken back all the same."""
        found = next((kind for kind, one in self.requests.items() if one.number == work.request), "")
        if self.requests.pop(found, None) is not None:
            self.withdrawn.add(work.request)
        return ev.RequestWithdrawn(work.request, work.request in self.withdrawn)

    def mail_answer(self, standing: Standing, work: fx.MailAnswer, at: datetime) -> None:
        self.mails.append(words(answer(Kind(work.kind), work.request, work.kept, work.days), work.language))

    def mail_draft_ending(self, standing: Standing, work: fx.MailDraftEnding, at: datetime) -> None:
        how = text("mail", "To go on with it, write /start in your chat with our bot.")
        self._mail(standing, Lines((unfinished(work.until), how)))

    def mail_idle(self, standing: Standing, work: fx.MailIdle, at: datetime) -> None:
        keep = text("mail", "To keep it, write /start in your chat with our bot.")
        self._mail(standing, Lines((unused(work.until), keep)))

    def mail_refusal(self, standing: Standing, work: fx.MailRefusal, at: datetime) -> None:
        self._mail(standing, refusal(work.number, work.reason, work.article, work.days))

    def mail_opened(self, standing: Standing, work: fx.MailOpened, at: datetime) -> None:
        self._mail(standing, opened_letter.told(work))

    def _mail(self, standing: Standing, said: Text | Lines) -> None:
        if standing.profile.email:
            self.mails.append(words(said, standing.profile.language))

    def silent(self, standing: Standing, work: fx.Work, at: datetime) -> None:
        """Done; nobody hears of it."""


def _over(line: str, limit: int) -> str:
    """The words that end beyond the limit."""
    said = line.split()
    ends = (sum(1 + (sign in WIDE) for sign in " ".join(said[:nth])) for nth in range(1, len(said) + 1))
    return " ".join(word for word, end in zip(said, ends, strict=True) if end > limit)


def _unprintable(said: str) -> tuple[str, ...]:
    """The fake fonts lack hieroglyphs and private characters."""
    strange = (sign for sign in said if 0x13000 <= ord(sign) < 0x13430 or unicodedata.category(sign) == "Co")
    return tuple(dict.fromkeys(strange))


def order_number(nth: int) -> str:
    """As the order book counts; the first one is the voice's own example."""
    return f"MX{123 + nth:06d}"


Answer = Callable[[FakeWorker, Standing, Any, datetime], ev.Event | None]

ANSWERS: Mapping[type[fx.Work], Answer] = {
    fx.MailCode: FakeWorker.mail_code,
    fx.MeasureLetter: FakeWorker.measure,
    fx.MeasureAddress: FakeWorker.measure_address,
    fx.DrawPreview: FakeWorker.draw,
    fx.KeepPhoto: FakeWorker.keep_photo,
    fx.OpenLink: FakeWorker.open_link,
    fx.BringDraft: FakeWorker.bring_draft,
    fx.CloseLink: FakeWorker.silent,
    fx.Refund: FakeWorker.refund,
    fx.MailDocuments: FakeWorker.silent,
    fx.MailNews: FakeWorker.mail_news,
    fx.RemoveFromTray: FakeWorker.silent,
    fx.SetTimer: FakeWorker.timer,
    fx.OpenTicket: FakeWorker.ticket,
    fx.EditTicket: FakeWorker.edit_ticket,
    fx.SendPicture: FakeWorker.picture,
    fx.BringPicture: FakeWorker.bring_picture,
    fx.RateTicket: FakeWorker.silent,
    fx.OpenRequest: FakeWorker.request,
    fx.WithdrawRequest: FakeWorker.withdraw,
    fx.MailAnswer: FakeWorker.mail_answer,
    fx.MailIdle: FakeWorker.mail_idle,
    fx.MailDraftEnding: FakeWorker.mail_draft_ending,
    fx.MailOpened: FakeWorker.mail_opened,
    fx.MailRefusal: FakeWorker.mail_refusal,
}
