"""The fake worker of the transcripts says what the real one says: the same stories, compared event by event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.mail.post import LettersNotCarried, MailboxUnknown
from bot.payments.provider import ProviderError
from bot.work.handlers import HANDLERS, UNDONE
from flows.address.address import Address
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.retention_notice import Days, Retained
from flows.core.state import Preview, Standing
from flows.words.text import Kurus
from rendering import pdf
from rendering.processes.pool import RenderFailed
from storage.rights import objections
from storage.senders import people
from storage.store.store import WorkItem
from tests.fake_worker import FakeWorker
from tests.fakes import answering

from .test_worker import AYSE, LETTER, MAIL, NOON, ORDER, Workshop, plain_logs, shop  # noqa: F401 - two are fixtures

pytestmark = pytest.mark.usefixtures("plain_logs")

NUMBER, SECRET = "a number", "a secret"
INVENTED: Mapping[tuple[type[ev.Event], str], str] = {
    (ev.CodeMailed, "salt"): SECRET,
    (ev.CodeMailed, "digest"): SECRET,
    (ev.LinkOpened, "url"): SECRET,
    (ev.PreviewDrawn, "sha256"): SECRET,
    (ev.TicketOpened, "number"): NUMBER,
    (ev.TicketEdited, "number"): NUMBER,
    (ev.TicketEdited, "closed"): NUMBER,
    (ev.TicketAnswered, "number"): NUMBER,
    (ev.RequestOpened, "number"): NUMBER,
    (ev.RequestWithdrawn, "number"): NUMBER,
}
"""What each of the two makes up: a number is compared by its place among all numbers, a secret by being there."""

Given = fx.Work | Callable[[int], fx.Work]
"""Work; or work that names the newest number."""


@dataclass(frozen=True)
class Story:
    """Work one after another for somebody with a letter, an order and a mailbox; `draft`: what is different in it."""

    works: tuple[Given, ...]
    draft: Mapping[str, Any] = field(default_factory=dict)


WHOLE_ADDRESS = Address(name="Nermin Öztürk", il="İstanbul", ilce="Kadıköy", postcode="34710")
DAYS = Days(date(2026, 1, 2), date(2026, 1, 15))
KEPT = (Retained("consents", 1, date(2029, 1, 15)),)

STORIES: Mapping[str, Story] = {
    "a code is mailed": Story((fx.MailCode(MAIL),)),
    "a letter that fits is measured": Story((fx.MeasureLetter(3, "klasik"),)),
    "an older version of a letter is not measured": Story((fx.MeasureLetter(2, "klasik"),)),
    "an address that fits": Story((fx.MeasureAddress(3),), {"addressee": WHOLE_ADDRESS}),
    "an older address": Story((fx.MeasureAddress(2),), {"addressee": WHOLE_ADDRESS}),
    "an address that is too wide": Story((fx.MeasureAddress(3),), {"addressee": Address(name="W" * 60)}),
    "an address with a sign that no font has": Story(
        (fx.MeasureAddress(3),), {"addressee": Address(name="Nermin \ue000")}
    ),
    "a sender's own line that is too wide": Story((fx.MeasureAddress(3, sender=True),), {"own_sender": "M" * 200}),
    "a preview is drawn": Story((fx.DrawPreview(3),)),
    "a preview of an older version": Story((fx.DrawPreview(2),)),
    "a preview that is drawn already": Story((fx.DrawPreview(3),), {"preview": Preview(3, 1, "f00d")}),
    "a payment page is opened": Story((fx.OpenLink(ORDER),)),
    "a payment page of nobody's order": Story((fx.OpenLink("f" * 32),)),
    "the draft of a letter that was never ordered": Story((fx.BringDraft(ORDER, "f" * 32),)),
    "a payment page is closed": Story((fx.CloseLink(ORDER),)),
    "a refund": Story((fx.Refund(ORDER, "P1", Kurus(9600)),)),
    "documents by mail": Story((fx.MailDocuments(ORDER),)),
    "news by mail": Story((fx.MailNews(ORDER, "cancelled"),)),
    "news of nobody's order": Story((fx.MailNews("f" * 32, "cancelled"),)),
    "a file is removed from the tray": Story((fx.RemoveFromTray(ORDER),)),
    "a timer": Story((fx.SetTimer("birth_date", "7", timedelta(0)),)),
    "a question, a second one that joins it, and stars": Story(
        (fx.OpenTicket("Nerede?", 5), fx.OpenTicket("Kaç günde?", 6), lambda n: fx.RateTicket(n, 5))
    ),
    "a question corrected, and a message that is in no ticket": Story(
        (fx.OpenTicket("Nerede?", 5), fx.EditTicket("Nerede kaldı?", 5), fx.EditTicket("Canım", 9))
    ),
    "a question in two parts: the second is told to nobody": Story(
        (fx.OpenTicket("Nere", 5), fx.OpenTicket("de?", 6, quiet=True))
    ),
    "a correction that changes nothing": Story((fx.OpenTicket("Nerede?", 5), fx.EditTicket("Nerede?", 5))),
    "a correction where there has never been a question": Story((fx.EditTicket("Canım", 9),)),
    "a photo for the photo page": Story((fx.KeepPhoto(LETTER, 5, "AgAC"),)),
    "a photo of a letter that is gone": Story((fx.KeepPhoto("f" * 32, 5, "AgAC"),)),
    "two pictures of an album: the second is told to nobody": Story(
        (fx.SendPicture("AgAC", "bakın", 5), fx.SendPicture("AgAD", "", 6, quiet=True))
    ),
    "a picture that opens a ticket is told although it is one of several": Story(
        (fx.SendPicture("AgAC", "bakın", 5, quiet=True),)
    ),
    "an agent's picture": Story(
        (fx.OpenTicket("Nerede?", 5), lambda n: fx.BringPicture(n, "a" * 32, "AgAC", "Yolda.", "13", 7))
    ),
    "a request, asked for twice": Story((fx.OpenRequest("erasure"), fx.OpenRequest("erasure"))),
    "requests of two kinds": Story((fx.OpenRequest("access"), fx.OpenRequest("erasure"))),
    "a request taken back, twice": Story((fx.OpenRequest("erasure"), fx.WithdrawRequest, fx.WithdrawRequest)),
    "a request of nobody's": Story((fx.WithdrawRequest(99),)),
    "the answer to an erasure by mail": Story((fx.MailAnswer(MAIL, "tr", 7, "erasure", KEPT, DAYS),)),
    "the answer to an erasure by mail, of before its days were kept": Story(
        (fx.MailAnswer(MAIL, "en", 7, "erasure", ()),)
    ),
    "a refusal by mail": Story((fx.MailRefusal(7, "A court asks us to keep it.", "KVKK m.28", DAYS),)),
    "an unused account, by mail": Story((fx.MailIdle(date(2028, 12, 23)),)),
    "an unfinished letter, by mail": Story((fx.MailDraftEnding(date(2026, 12, 23)),)),
    "an opened letter, by mail": Story((fx.MailOpened("MX000123", "legal_order", NOON),)),
}


def test_every_kind_of_work_has_a_story() -> None:
    told = {type(one(1) if callable(one) else one) for story in STORIES.values() for one in story.works}
    assert told == set(HANDLERS)


@dataclass
class Told:
    """What a worker says in a story, with what it makes up replaced by what can be compared."""

    numbers: list[int] = field(default_factory=list)
    said: list[object] = field(default_factory=list)

    def hears(self, event: ev.Event | None) -> None:
        if event is None:
            self.said.append(None)
            return
        shown = {one.name: self._shown(event, one.name) for one in fields(event)}
        self.said.append((type(event).__name__, shown))

    def _shown(self, event: ev.Event, name: str) -> object:
        value = getattr(event, name)
        match INVENTED.get((type(event), name)):
            case "a number" if value:
                if value not in self.numbers:
                    self.numbers.append(value)
                return f"number {self.numbers.index(value) + 1}"
            case "a secret":
                return bool(value)
            case _:
                return value

    def work(self, given: Given) -> fx.Work:
        return given(self.numbers[-1]) if callable(given) else given


async def stands(shop: Workshop, **draft: Any) -> Standing:  # noqa: F811
    await shop.written()
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    changed = replace(standing.draft, **({"letter": LETTER} | draft))
    await shop.turn(draft=changed)
    return replace(standing, draft=changed)


@pytest.mark.parametrize("name", STORIES)
async def test_both_say_the_same(shop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:  # noqa: F811
    fits = SimpleNamespace(pages=1, lines_over=0, unprintable=(), dpi=())
    monkeypatch.setattr(shop.pool, "measure", lambda letter, sender: _done(fits))
    monkeypatch.setattr(
        shop.pool, "fitted", lambda letter, sender: _done(pdf.fitted(replace(letter, stationery="klasik")))
    )
    story, real, fake = STORIES[name], Told(), Told()
    standing = await stands(shop, **story.draft)
    worker = FakeWorker(shop.tools.operator)
    for nth, given in enumerate(story.works, 1):
        work = real.work(given)
        real.hears(await HANDLERS[type(work)](shop.tools, WorkItem(nth, AYSE, work, attempts=0), work))
        event = worker.perform(standing, fake.work(given), shop.clock.now())
        fake.hears(event)
        if isinstance(event, ev.TicketOpened):
            standing = replace(standing, profile=replace(standing.profile, ticket=event.number))
    assert fake.said == real.said
    mailed = [text for _, _, text, _ in shop.post.mails]
    silent = (fx.MailCode, fx.MailDocuments)  # of these a transcript shows nothing but that they were sent
    assert worker.mails == ([] if isinstance(story.works[0], silent) else mailed)


async def _done(found: object) -> object:
    return found


async def test_both_say_that_nobody_writes_to_an_addressee_who_has_objected(
    shop: Workshop,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standing = await stands(shop, addressee=WHOLE_ADDRESS)

    async def barred(address: Address) -> bool:
        return True

    answering(monkeypatch, shop.store, objections.barred, barred)
    work = fx.MeasureAddress(3)
    assert FakeWorker(shop.tools.operator, {"address"}).perform(standing, work, NOON) == (await shop.do(work))[0]


FAILING: Mapping[str, tuple[fx.Work, Callable[[Workshop], object]]] = {
    "mail": (fx.MailCode(MAIL), lambda at: at.post.trouble.append(MailboxUnknown("no such mailbox"))),
    "letters": (fx.MailCode(MAIL), lambda at: at.post.trouble.append(LettersNotCarried("no SMTPUTF8"))),
    "link": (
        fx.OpenLink(ORDER),
        lambda at: at.purse.trouble.update(open_link=[ProviderError("closed", retry=False)]),
    ),
    "gate": (fx.DrawPreview(3), lambda at: at.pool.trouble.append(RenderFailed("ink", final=True))),
}


@pytest.mark.parametrize("kind", FAILING)
async def test_both_fail_with_the_same_words(shop: Workshop, kind: str) -> None:  # noqa: F811
    work, trouble = FAILING[kind]
    standing = await stands(shop)
    trouble(shop)
    assert FakeWorker(shop.tools.operator, {kind}).perform(standing, work, NOON) == (await shop.do(work))[0]


KINDS: Mapping[str, fx.Work] = {
    "mail": fx.MailCode(MAIL),
    "link": fx.OpenLink(ORDER),
    "drawing": fx.DrawPreview(3),
    "picture": fx.SendPicture("AgAC", "bakın", 5),
    "photo": fx.KeepPhoto(LETTER, 5, "AgAC"),
    "ruler": fx.MeasureLetter(3, "klasik"),
}


async def test_whatever_somebody_waits_for_fails_alike(shop: Workshop) -> None:  # noqa: F811
    assert {type(work) for work in KINDS.values()} == set(UNDONE)
    standing = await stands(shop)
    for kind, work in KINDS.items():
        said = FakeWorker(shop.tools.operator, {kind}).perform(standing, work, NOON)
        assert said == UNDONE[type(work)](work), kind
