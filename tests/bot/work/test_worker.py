"""The worker: each kind of slow work has a handler; done at least once, its result counts once, failures are told."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.mail.post import MailboxUnknown, MailError
from bot.messenger.downloads import FileError
from bot.messenger.flood_guard import Flood
from bot.printer.sink import SinkAway
from bot.wording.documents import Documents, recipients
from bot.work.handlers import HANDLERS, REFUSED, UNDONE, WorkContext
from bot.work.worker import Worker
from flows.address.address import Address
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Draft, Order, Preview, Profile, Standing, State, Turn
from flows.core.step import Operator
from flows.desk.requests import table as flow
from flows.desk.requests.table import Kind
from flows.input.manuscript import PAGE_LIMIT, Manuscript
from flows.invoice.party import InvoiceParty
from flows.price.price import Product, default_tariff
from flows.words.text import Kurus
from rendering.drawn import Fitted
from rendering.layout.photos import Photo
from rendering.processes.pool import RenderFailed
from storage.database.engine import StorageError
from storage.database.tables import dispatch, micros
from storage.keys import codecs
from storage.monitoring import figures as storage_figures
from storage.printing import scans
from storage.queues import jobs, messages
from storage.rights import objections, requests
from storage.rights.export import export
from storage.rights.requests import Identity
from storage.senders import people, previews
from storage.store.store import KeptTurn, Store, WorkItem
from storage.support.sender_side import FLOOD
from tests.fake_worker import PIXELS
from tests.fakes import (
    NOON,
    PATIENCE,
    FakeClock,
    Purse,
    Receiver,
    answering,
    away,
    moment,
    open_store,
    plain_logs,  # noqa: F401 - a fixture
)

AYSE = ev.Person("pigeon", "elm")
MAIL = "isil@example.com"
ORDER, LETTER = "0" * 31 + "1", "a" * 32
SELLER = {"title": "MektupX", "mersis": "0", "address": "Fatih", "phone": "0", "email": "a@b.example"}
pytestmark = pytest.mark.usefixtures("plain_logs")


@dataclass
class Postbox:
    """bot.mail.post.Post as handlers use it."""

    mails: list[tuple[str, str, str, datetime]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    async def send(self, to: str, subject: str, text: str, attachments: Any = (), *, at: datetime) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.mails.append((to, subject, text, at))


@dataclass
class Drawing:
    """rendering.processes.pool.Pool as handlers use it."""

    lines_over: int = 0
    trouble: list[Exception] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)  # what is drawn
    serials: list[int] = field(default_factory=list)
    pictures: list[tuple[Photo, ...]] = field(default_factory=list)  # of each letter with a photo page

    async def measure(self, letter: Any, sender: Any = None) -> Any:
        if self.trouble:
            raise self.trouble.pop(0)
        return SimpleNamespace(pages=1, lines_over=self.lines_over, unprintable=("☃",), dpi=())

    async def fitted(self, letter: Any, sender: Any = None) -> Fitted:
        parts = tuple(line.split()[-1] for line in letter.addressee[6:])
        return Fitted(letter.addressee[6:], (), len(letter.return_line) > 100, (), parts, ("its end",))

    async def photo(self, content: bytes, sender: Any = None) -> bytes:
        if self.trouble:
            raise self.trouble.pop(0)
        return b"drawn anew: " + content

    async def printed_photo(self, content: bytes, sender: Any = None) -> Photo:
        return Photo(await self.photo(content, sender), *PIXELS)

    async def draw(self, letter: Any, sender: Any = None) -> Any:
        if self.refused:
            raise self.refused.pop(0)
        self.serials.append(letter.serial)
        self.pictures += [letter.photos] if letter.photos else []
        return SimpleNamespace(pdf=b"%PDF drawn", sha256="f00d", pages=1)


@dataclass
class Shelf:
    """A bot.printer.sink.PrintSink as the worker uses it: letters that were handed over leave it."""

    name: str = "folder"
    removed: list[str] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    async def remove(self, reference: str) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.removed.append(reference)


class Workshop:
    """A worker with everything it works with, and gestures to write specifications in."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.receiver = store, FakeClock(), Receiver()
        self.purse, self.post, self.pool = Purse(), Postbox(), Drawing()
        self.settled: list[str] = []
        papers = Documents(SELLER, recipients(payer=False))
        operator = Operator(default_tariff(), papers.terms(), ("MektupX", "Fatih"), PAGE_LIMIT)
        self.sink = Shelf()
        self.tools = WorkContext(
            store,
            self.clock,
            self.pool,
            self.post,
            self.purse,
            papers,
            operator,
            self._settle,
            self.sink,  # type: ignore[arg-type]
            self._fetch,
            Flood(self.clock.now, FLOOD, FLOOD / 3600),
        )
        self.telegram: list[Exception] = []
        self.fetched: list[tuple[str, str]] = []
        self.worker = Worker(self.tools, self.receiver)
        self.running: asyncio.Task[None] | None = None

    async def _settle(self, person: ev.Person, order: str) -> None:
        self.settled.append(order)

    async def _fetch(self, bot: str, file: str) -> bytes:
        self.fetched.append((bot, file))
        if self.telegram:
            raise self.telegram.pop(0)
        return b"a picture"

    async def turn(self, *effects: fx.Effect, **changes: Any) -> None:
        """What the door would keep."""
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([AYSE])).get((AYSE.channel, AYSE.handle))
            after = replace(before or Standing(AYSE), **changes)
            await tx.keep([KeptTurn(before, Turn(after, effects), (), moment(self.clock.now()))])

    async def written(self) -> None:
        """Somebody with a letter, a profile and an order."""
        order = Order(ORDER, State.LINKING, Kurus(9600), LETTER, "f00d", 1, 1, Product.REGISTERED.value, NOON)
        address = Address(name="Nermin Öztürk", country="TR")
        draft = Draft(
            letter=LETTER,
            manuscript=Manuscript(((1, "Canım anneannem"),)),
            addressee=address,
            revision=3,
            invoice=InvoiceParty("Işıl İnci", "Kızılay"),
        )
        await self.turn(profile=Profile(name="Işıl İnci", email=MAIL), draft=draft)
        await self.turn(orders=(order,))

    def start(self) -> None:
        self.running = asyncio.create_task(self.worker.run())

    async def stop(self) -> None:
        if self.running is not None:
            async with asyncio.timeout(PATIENCE):
                await self.worker.stop()
                await self.running

    async def do(self, effect: fx.Work) -> list[ev.Event]:
        """Keeps the work, lets the worker come to rest, and tells what reached the door."""
        await self.turn(effect)
        if self.running is None:
            self.start()
        self.worker.ring()
        await self.rests()
        return self.receiver.events

    async def rests(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.worker.busy or await self.due():  # noqa: ASYNC110 - rest has no event
                await asyncio.sleep(0.001)

    async def due(self) -> bool:
        return await self.store.do(storage_figures.busy, self.clock.now())

    async def waiting(self) -> tuple[int, int]:
        """(to be tried again, parked)"""
        figures = await self.store.do(storage_figures.count)
        return figures["work_waiting"], figures["work_parked"]

    async def later(self, seconds: float) -> None:
        self.clock.travel(seconds=seconds)
        self.worker.ring()
        await self.rests()


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    async with open_store(tmp_path) as store:
        found = Workshop(store)
        yield found
        await found.stop()


# The table ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_work_has_a_performer_and_nothing_else_has() -> None:
    assert set(HANDLERS) == set(codecs.WORKS.values())
    assert set(UNDONE) <= set(HANDLERS)
    assert set(REFUSED) == {fx.DrawPreview}


# work -> what the door hears
RESULTS: list[tuple[fx.Work, type[ev.Event] | None]] = [
    (fx.MailCode(MAIL), ev.CodeMailed),
    (fx.MeasureLetter(3, "klasik"), ev.LetterMeasured),
    (fx.MeasureLetter(2, "klasik"), None),  # an older version: a newer measure is on its way
    (fx.DrawPreview(3), ev.PreviewDrawn),
    (fx.DrawPreview(2), None),
    (fx.OpenLink(ORDER), ev.LinkOpened),
    (fx.OpenLink("f" * 32), None),  # nobody's order
    (fx.BringDraft(ORDER, "f" * 32), None),  # never ordered, or destroyed meanwhile
    (fx.CloseLink(ORDER), None),
    (fx.Refund(ORDER, "P1", Kurus(9600)), ev.RefundSettled),
    (fx.MailDocuments(ORDER), None),
    (fx.MailNews(ORDER, "cancelled"), None),
    (fx.RemoveFromTray(ORDER), None),
    (fx.SetTimer("birth_date", "7", timedelta(0)), ev.DeadlinePassed),
    (fx.OpenTicket("Mektubum nerede?", 5), ev.TicketOpened),
    (fx.EditTicket("Mektubum nerede kaldı?", 5), ev.TicketEdited),
    (fx.SendPicture("AgAC", "bakın", 5), ev.TicketOpened),
    (fx.KeepPhoto("f" * 32, 5, "AgAC"), None),  # of nobody's letter
    (fx.BringPicture(1, "a" * 32, "AgAC", "Yolda.", "13", 7), ev.TicketAnswered),
    (fx.RateTicket(1, 5), None),
    (fx.OpenRequest("erasure"), ev.RequestOpened),
    (fx.WithdrawRequest(1), ev.RequestWithdrawn),
    (fx.MailAnswer(MAIL, "tr", 1, "erasure", ()), None),
    (fx.MailIdle(date(2028, 12, 23)), None),
    (fx.MailDraftEnding(date(2026, 12, 23)), None),
    (fx.MailOpened("MX000123", "legal_order", NOON), None),
    (fx.MailRefusal(7, "…", "KVKK m.28"), None),
]


@pytest.mark.parametrize(("work", "result"), RESULTS, ids=[f"{type(w).__name__}-{r}" for w, r in RESULTS])
async def test_each_work_is_done_and_its_result_comes_through_the_door(
    shop: Workshop, work: fx.Work, result: type[ev.Event] | None
) -> None:
    await shop.written()
    heard = await shop.do(work)
    assert [type(event) for event in heard] == ([result] if result else [])
    assert await shop.waiting() == (0, 0)


def test_each_kind_is_in_the_table_of_results_but_the_measure_of_the_window() -> None:
    """MeasureAddress answers only where something does not fit; tests/rendering measures."""
    assert {type(work) for work, _ in RESULTS} | {fx.MeasureAddress} == set(HANDLERS)


async def test_an_address_that_fits_the_window_says_nothing_and_one_that_does_not_is_named(shop: Workshop) -> None:
    await shop.written()
    assert await shop.do(fx.MeasureAddress(3)) == []
    wide = Address(name="Nermin " * 40, country="TR")
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    await shop.turn(draft=replace(standing.draft, addressee=wide))
    (unfit,) = await shop.do(fx.MeasureAddress(3))
    assert isinstance(unfit, ev.AddressUnfit) and unfit.lines and set(unfit.parts) == {"Nermin"}


async def test_an_address_whose_addressee_has_objected_is_said_and_nothing_else_about_it(shop: Workshop) -> None:
    await shop.written()
    address = Address(name="Nermin Öztürk", il="İstanbul", ilce="Kadıköy", street="Moda Cad.", number="12")
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    await shop.turn(draft=replace(standing.draft, addressee=address))
    assert await shop.do(fx.MeasureAddress(3)) == []
    typed = {"name": "NERMİN ÖZTÜRK", "il": "istanbul", "ilce": "Kadikoy", "street": "moda cad", "number": "12"}
    identity = Identity("…", typed)
    number = await shop.store.do(
        requests.open_on_behalf, Kind.OBJECTION, identity, order="", by="a", now=shop.clock.now()
    )
    request = await shop.store.do(requests.find, number)
    assert request is not None
    confirmed = replace(request, state=flow.State.CONFIRMED)
    assert await shop.store.do(requests.move, request, confirmed)
    await shop.store.do(objections.carry_out, confirmed, shop.clock.now())
    assert await shop.do(fx.MeasureAddress(3)) == [ev.AddressBarred(3)]


async def test_the_drawn_bytes_are_kept_before_anybody_hears_of_them(shop: Workshop) -> None:
    await shop.written()
    shop.receiver.failing = [StorageError("The disk is full")]
    await shop.do(fx.DrawPreview(3))
    assert shop.receiver.events == []
    assert await shop.store.do(previews.read, AYSE, LETTER) == b"%PDF drawn"


async def test_a_revision_bears_one_serial_number_however_often_it_is_drawn(shop: Workshop) -> None:
    await shop.written()
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    for revision in (3, 3, 4, 4):  # the second time its worker was killed before anybody heard of the first
        await shop.turn(draft=replace(standing.draft, revision=revision))
        await shop.do(fx.DrawPreview(revision))
    assert shop.pool.serials == [1, 1, 2, 2]


async def test_bytes_that_were_shown_are_never_drawn_over(shop: Workshop) -> None:
    """A second drawing of a revision that has its preview changes nothing: what is approved is what is printed."""
    await shop.written()
    assert len(await shop.do(fx.DrawPreview(3))) == 1
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    await shop.turn(draft=replace(standing.draft, preview=Preview(3, 1, "ab" * 32)))
    await shop.store.do(previews.keep, LETTER, b"%PDF shown", "ab" * 32, 1)
    assert len(await shop.do(fx.DrawPreview(3))) == 1  # nothing new has reached the door
    assert await shop.store.do(previews.read, AYSE, LETTER) == b"%PDF shown"


async def test_a_letter_over_the_limit_is_told_and_not_drawn(shop: Workshop) -> None:
    await shop.written()
    shop.pool.lines_over = 4
    (drawn,) = await shop.do(fx.DrawPreview(3))
    assert drawn == ev.PreviewDrawn(3, 1, 4, "")
    assert await shop.store.do(previews.read, AYSE, LETTER) is None


INK = "page 1 has ink where none may be"


async def test_a_letter_that_the_gate_refuses_is_said_at_once_and_stays_for_a_person(
    shop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    await shop.written()
    shop.pool.refused = [RenderFailed(INK, final=True)]
    assert await shop.do(fx.DrawPreview(3)) == [ev.PreviewRefused(3, final=True)]
    assert await shop.waiting() == (0, 1)
    assert INK in caplog.text  # whoever looks reads what is wrong, and no word of the letter


async def test_a_refused_letter_that_the_door_could_not_take_is_refused_once(shop: Workshop) -> None:
    await shop.written()
    shop.pool.refused = [RenderFailed(INK, final=True)] * 3
    shop.receiver.failing = [StorageError("The disk is full")]
    assert await shop.do(fx.DrawPreview(3)) == []
    await shop.later(400)
    assert shop.receiver.events == [ev.PreviewRefused(3, final=True)]
    assert await shop.waiting() == (0, 1)


UNFIT: dict[str, tuple[dict[str, Any], ev.Event]] = {
    "seven lines": (
        {"addressee": Address(name="Ad", country="DE", foreign_lines=tuple("bcdef"))},
        ev.AddressUnfit(3, ("GERMANY",), parts=("GERMANY",)),
    ),
    "a long line of their own": (
        {"own_sender": "x" * 101},
        ev.AddressUnfit(3, ("x" * 101,), sender=True, parts=("its end",)),
    ),
}


@pytest.mark.parametrize("case", UNFIT)
async def test_a_letter_refused_for_an_address_is_asked_about_that_address(shop: Workshop, case: str) -> None:
    """Somebody may have saved it before the window was measured as it is now."""
    await shop.written()
    changes, told = UNFIT[case]
    standing = await shop.store.do(people.standing_of, AYSE)
    assert standing is not None
    await shop.turn(draft=replace(standing.draft, **changes))
    shop.pool.refused = [RenderFailed("an address that does not fit the window", final=True)]
    assert await shop.do(fx.DrawPreview(3)) == [told]
    assert await shop.waiting() == (0, 0)


async def test_documents_go_to_the_confirmed_address_dated_by_the_order(shop: Workshop) -> None:
    """The date makes the Message-ID: a repetition after a lost answer is known to the mailbox."""
    await shop.written()
    shop.clock.travel(minutes=3)
    await shop.do(fx.MailDocuments(ORDER))
    ((to, subject, text, at),) = shop.post.mails
    assert (to, at) == (MAIL, NOON)
    assert "MX000001" in subject and "96,00" in text and "Kızılay" in text
    assert "anneannem" not in text


async def test_news_by_mail_hold_nothing_of_the_letter(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.MailNews(ORDER, "cancelled_paid"))
    ((_, _, text, _),) = shop.post.mails
    assert "MX000001" in text
    assert "anneannem" not in text and "Nermin" not in text


async def test_a_closed_link_is_asked_about_once_more(shop: Workshop) -> None:
    """What was paid in the last moment, its callback lost, is found: closed first, asked afterwards."""
    await shop.written()
    await shop.do(fx.CloseLink(ORDER))
    assert (shop.purse.closed, shop.settled) == ({ORDER}, [ORDER])


# At least once, and once ----------------------------------------------------------------------------------------------


async def test_work_done_twice_has_one_result(shop: Workshop) -> None:
    """A crash between the result and the row: the next start does it again, and the door knows the key."""
    await shop.written()
    await shop.turn(fx.OpenLink(ORDER))
    (item,) = await shop.store.do(jobs.take, "killed", shop.clock.now(), shop.clock.now() + timedelta(minutes=5), 9)
    shop.receiver.envelopes.append(
        ev.Envelope(f"work:{item.id}", AYSE, ev.LinkOpened(ORDER, "https://purse.example", NOON), moment())
    )
    shop.start()
    await shop.later(301)  # the dead worker's hold is over
    async with asyncio.timeout(PATIENCE):
        while await shop.waiting() != (0, 0):  # noqa: ASYNC110 - rows have no event
            await asyncio.sleep(0.001)
    assert [key for key in shop.receiver.asked if key.startswith("work:")] == [f"work:{item.id}"]
    assert len(shop.receiver.envelopes) == 1
    assert [call for call in shop.purse.calls if call[0] == "open_link"] == [("open_link", ORDER)]


async def test_two_workers_do_not_take_the_same_work(shop: Workshop) -> None:
    await shop.written()
    other = Worker(shop.tools, shop.receiver, "other")
    theirs = asyncio.create_task(other.run())
    for _ in range(6):
        await shop.do(fx.OpenTicket("Merhaba", 1))
    await other.stop()
    await theirs
    assert len(shop.receiver.asked) == len(set(shop.receiver.asked)) == 6


async def test_a_result_the_door_could_not_keep_is_brought_again_and_nobody_is_blamed(shop: Workshop) -> None:
    await shop.written()
    shop.receiver.failing = [StorageError("The disk is full")] * 5
    await shop.do(fx.OpenLink(ORDER))
    for _ in range(8):
        await shop.later(400)
    assert [type(event) for event in shop.receiver.events] == [ev.LinkOpened]  # never LinkRefused
    assert await shop.waiting() == (0, 0)


async def test_a_row_that_could_not_be_taken_off_is_done_again_without_a_second_result(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.written()
    real, refused = shop.store.do, [StorageError("The disk is full")]

    async def once(ids: Any) -> None:
        if refused:
            raise refused.pop()
        await real(jobs.done, ids)

    answering(monkeypatch, shop.store, jobs.done, once)
    await shop.do(fx.Refund(ORDER, "P1", Kurus(9600)))
    await shop.later(5)
    assert [type(event) for event in shop.receiver.events] == [ev.RefundSettled]
    assert len(shop.purse.refunds) == 1
    assert await shop.waiting() == (0, 0)


# Refunds --------------------------------------------------------------------------------------------------------------


async def test_each_part_of_a_payment_goes_back_once_under_a_key_of_its_own(shop: Workshop) -> None:
    await shop.written()
    shop.purse.trouble["refund"] = [away()]
    await shop.do(fx.Refund(ORDER, "P1", Kurus(1250)))
    await shop.do(fx.Refund(ORDER, "P1", Kurus(1250), nth=2))
    await shop.later(5)
    assert {key: one.amount for key, one in shop.purse.refunds.items()} == {
        "refund:P1": Kurus(1250),
        "refund:P1:2": Kurus(1250),
    }
    assert {event.nth for event in shop.receiver.events if isinstance(event, ev.RefundSettled)} == {1, 2}


async def test_a_payment_goes_back_at_the_institution_that_has_it(shop: Workshop) -> None:
    await shop.written()
    former = Purse(name="iyzico")
    shop.worker._context = replace(shop.worker._context, former={"iyzico": former})
    await shop.do(fx.Refund(ORDER, "P1", Kurus(9600), "iyzico"))
    await shop.do(fx.Refund(ORDER, "P1", Kurus(4850), "purse"))
    assert [one.amount for one in former.refunds.values()] == [Kurus(9600)]
    assert [one.amount for one in shop.purse.refunds.values()] == [Kurus(4850)]


async def test_of_an_institution_without_credentials_a_person_is_told_where_to_refund(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.Refund(ORDER, "P1", Kurus(9600), "iyzico"))
    assert shop.purse.refunds == {} and await shop.waiting() == (0, 1)
    rows = await shop.store.database.run(lambda conn: conn.exec_driver_sql("SELECT said FROM work").all())
    assert [tuple(row) for row in rows] == [("elsewhere",)]


# The database away ----------------------------------------------------------------------------------------------------


async def test_work_that_could_not_even_be_put_back_waits_for_the_database_and_not_for_the_end_of_its_hold(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.written()
    real, refused = shop.store.do, [StorageError("away")]

    async def away_once(*asked: Any) -> None:
        if refused:
            raise refused.pop()
        await real(jobs.failed, *asked)

    answering(monkeypatch, shop.store, jobs.failed, away_once)
    shop.receiver.failing = [StorageError("away")]
    await shop.turn(fx.OpenLink(ORDER))
    shop.start()
    async with asyncio.timeout(PATIENCE):
        while refused or shop.worker.busy:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.001)
    assert shop.receiver.events == []
    for _ in range(3):  # far less than its hold
        await shop.later(2)
    assert [type(event) for event in shop.receiver.events] == [ev.LinkOpened]
    assert await shop.waiting() == (0, 0)


async def test_whoever_waits_is_never_told_of_a_failure_that_is_only_the_databases(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shop.written()
    real, refused = shop.store.do, [StorageError("away")] * (Worker.GIVING_UP + 2)

    async def away_often(person: ev.Person) -> Any:
        if refused:
            raise refused.pop()
        return await real(people.standing_of, person)

    answering(monkeypatch, shop.store, people.standing_of, away_often)
    await shop.do(fx.OpenLink(ORDER))
    for _ in range(Worker.GIVING_UP + 3):
        await shop.later(3600)
    assert refused == []
    assert [type(event) for event in shop.receiver.events] == [ev.LinkOpened]  # never LinkRefused


# Failing --------------------------------------------------------------------------------------------------------------


async def test_a_partner_that_is_away_is_asked_less_and_less_often(shop: Workshop) -> None:
    await shop.written()
    shop.purse.trouble["refund"] = [away()] * 4
    await shop.do(fx.Refund(ORDER, "P1", Kurus(9600)))
    tried: list[float] = [0.0]
    begun = shop.clock.now()
    for _ in range(200):
        if shop.receiver.events:
            break
        before = len(shop.purse.calls)
        await shop.later(1)
        tried += [(shop.clock.now() - begun).total_seconds()] * (len(shop.purse.calls) - before)
    assert [round(b - a) for a, b in pairwise(tried)] == list(Worker.BACKOFF[:4])
    assert await shop.waiting() == (0, 0)


# work, what goes wrong for good -> what whoever waits is told
GIVEN_UP: list[tuple[fx.Work, ev.Event]] = [
    (fx.MailCode(MAIL), ev.MailRefused(MAIL)),
    (fx.OpenLink(ORDER), ev.LinkRefused(ORDER)),
    (fx.DrawPreview(3), ev.PreviewRefused(3)),
    (fx.MeasureLetter(3, "klasik"), ev.LetterUnmeasured(3)),
]


@pytest.mark.parametrize(("work", "told"), GIVEN_UP, ids=[type(work).__name__ for work, _ in GIVEN_UP])
async def test_who_waits_is_told_when_it_does_not_pass(shop: Workshop, work: fx.Work, told: ev.Event) -> None:
    await shop.written()
    shop.purse.trouble["open_link"] = [away()] * 99
    shop.post.trouble = [MailError("away")] * 99
    shop.pool.trouble = [RenderFailed("longer than 20 seconds")] * 99
    await shop.do(work)
    assert shop.receiver.events == []
    for _ in range(Worker.GIVING_UP):
        await shop.later(120)
    assert shop.receiver.events == [told]
    assert await shop.waiting() == (0, 0)


async def test_what_will_never_pass_is_told_at_once(shop: Workshop) -> None:
    await shop.written()
    shop.purse.trouble["open_link"] = [away(retry=False)]
    assert await shop.do(fx.OpenLink(ORDER)) == [ev.LinkRefused(ORDER)]


async def test_a_mailbox_that_does_not_exist_is_told_at_once(shop: Workshop) -> None:
    await shop.written()
    shop.post.trouble = [MailboxUnknown("no such mailbox")]
    assert await shop.do(fx.MailCode(MAIL)) == [ev.MailRefused(MAIL)]


@pytest.mark.parametrize("work", [fx.Refund(ORDER, "P1", Kurus(9600)), fx.MailDocuments(ORDER)])
async def test_what_nobody_waits_for_and_never_passes_stays_for_a_person(shop: Workshop, work: fx.Work) -> None:
    await shop.written()
    shop.purse.trouble["refund"] = [away(retry=False)]
    shop.post.trouble = [MailError("login refused", retry=False)]
    assert await shop.do(work) == []
    assert await shop.waiting() == (0, 1)


async def handed_over(shop: Workshop) -> None:
    await shop.written()
    at = micros(NOON)
    row = {"order_id": ORDER, "sink": "folder", "receipt": "MX000001-a.pdf", "pages": 1, "sha256": "f00d", "at": at}
    await shop.store.database.run(lambda conn: conn.execute(dispatch.insert(), row) and None)


async def test_the_copy_of_a_letter_leaves_the_print_room_under_its_receipts_name(shop: Workshop) -> None:
    await handed_over(shop)
    shop.sink.trouble = [SinkAway("the tray is not mounted")]
    await shop.do(fx.RemoveFromTray(ORDER))
    assert (shop.sink.removed, await shop.waiting()) == ([], (1, 0))
    await shop.later(1)
    assert (shop.sink.removed, await shop.waiting()) == (["MX000001-a.pdf"], (0, 0))


async def test_a_copy_in_a_print_room_that_is_not_in_use_any_more_stays_for_a_person(shop: Workshop) -> None:
    await handed_over(shop)
    shop.sink.name = "another"
    await shop.do(fx.RemoveFromTray(ORDER))
    assert (shop.sink.removed, await shop.waiting()) == ([], (0, 1))


async def test_of_what_a_person_found_in_the_print_room_there_is_no_receipt_and_nothing_is_parked(
    shop: Workshop,
) -> None:
    await handed_over(shop)
    assert await shop.store.do(scans.handed_to, ORDER) is not None  # presence first
    await shop.store.database.run(
        lambda conn: conn.exec_driver_sql("UPDATE dispatch SET sink = 'person', receipt = ''")
    )
    await shop.do(fx.RemoveFromTray(ORDER))
    assert (shop.sink.removed, await shop.waiting()) == ([], (0, 0))


@pytest.mark.parametrize(("retry", "said"), [(True, "away"), (False, "refused")])
async def test_the_partners_last_answer_is_kept_with_the_work(shop: Workshop, retry: bool, said: str) -> None:
    """For whoever looks at a refund that does not go through (flows.desk.printing.refund_wording.ANSWERS)."""
    await shop.written()
    shop.purse.trouble["refund"] = [away(retry=retry)]
    await shop.do(fx.Refund(ORDER, "P1", Kurus(9600)))
    rows = await shop.store.database.run(lambda conn: conn.exec_driver_sql("SELECT kind, said FROM work").all())
    assert [tuple(row) for row in rows] == [("Refund", said)]


async def test_a_failing_work_keeps_no_other_waiting(shop: Workshop) -> None:
    await shop.written()
    shop.purse.trouble["open_link"] = [RuntimeError("ours")]  # type: ignore[list-item]
    await shop.turn(fx.OpenLink(ORDER))
    assert [type(event) for event in await shop.do(fx.OpenTicket("Merhaba", 1))] == [ev.TicketOpened]


# Coming and going -----------------------------------------------------------------------------------------------------


async def test_stopping_lets_what_has_begun_come_to_its_end(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def slow(tools: WorkContext, item: WorkItem, work: Any) -> ev.Event:
        begun.set()
        await gate.wait()
        return ev.TicketOpened(1)

    monkeypatch.setitem(HANDLERS, fx.OpenTicket, slow)  # type: ignore[arg-type]
    await shop.turn(fx.OpenTicket("Merhaba", 1))
    shop.start()
    await begun.wait()
    stopping = asyncio.create_task(shop.worker.stop())
    await shop.turn(fx.OpenTicket("late", 2))
    gate.set()
    await stopping
    assert shop.receiver.events == [ev.TicketOpened(1)]
    assert await shop.waiting() == (1, 0)  # what came later waits for the next start


async def test_a_store_that_cannot_be_read_is_asked_again(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.written()
    real, refused = shop.store.do, [StorageError("is locked")] * 3

    async def moody(*args: Any) -> Any:
        if refused:
            raise refused.pop()
        return await real(jobs.take, *args)

    answering(monkeypatch, shop.store, jobs.take, moody)
    await shop.turn(fx.OpenTicket("Merhaba", 1))
    shop.start()
    async with asyncio.timeout(PATIENCE):
        while not shop.receiver.events:
            shop.clock.travel(seconds=1)
            await asyncio.sleep(0.001)


# Pictures of tickets --------------------------------------------------------------------------------------------------


async def test_a_senders_picture_is_drawn_anew_and_kept_with_the_words(shop: Workshop) -> None:
    await shop.written()
    assert await shop.do(fx.SendPicture("AgAC", "bakın", 5)) == [ev.TicketOpened(1)]
    assert shop.fetched == [("customer", "AgAC")]
    exported = await shop.store.do(export, AYSE)
    (said,) = exported["tickets"]
    assert said["words"] == "bakın"
    assert said["picture"] == "data:image/jpeg;base64," + b64encode(b"drawn anew: a picture").decode()


async def test_of_an_album_only_the_first_picture_is_told(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.SendPicture("1", "", 5))
    assert await shop.do(fx.SendPicture("2", "", 6, quiet=True)) == [ev.TicketOpened(1)]
    assert len((await shop.store.do(export, AYSE))["tickets"]) == 2


async def test_words_written_after_a_picture_come_after_it_however_long_it_takes(shop: Workshop) -> None:
    await shop.written()
    shop.telegram = [FileError("Telegram could not be reached", retry=True)] * 2
    await shop.turn(fx.SendPicture("AgAC", "bir", 5), fx.OpenTicket("iki", 6))
    shop.start()
    for _ in range(20):
        await shop.later(seconds=20)
    assert [one["words"] for one in (await shop.store.do(export, AYSE))["tickets"]] == ["bir", "iki"]
    assert shop.receiver.events == [ev.TicketOpened(1), ev.TicketOpened(1, joined=True)]


async def test_a_picture_that_cannot_be_fetched_is_said_at_last_and_holds_up_no_words(shop: Workshop) -> None:
    await shop.written()
    shop.telegram = [FileError("Telegram could not be reached", retry=True)] * Worker.GIVING_UP
    await shop.turn(fx.SendPicture("AgAC", "bir", 5), fx.OpenTicket("iki", 6))
    shop.start()
    for _ in range(40):
        await shop.later(seconds=60)
    assert shop.receiver.events == [ev.PictureRefused("away"), ev.TicketOpened(1)]
    assert await shop.waiting() == (0, 0)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (RenderFailed("no picture: UnidentifiedImageError"), [ev.PictureRefused("unreadable")]),
        (RenderFailed("longer than 8 seconds"), [ev.PictureRefused("unreadable")]),
        (RenderFailed("the pool was stopped"), []),  # not the picture's fault: at the next start
    ],
)
async def test_what_is_no_picture_is_said_and_what_is_our_fault_is_tried_again(
    shop: Workshop, trouble: Exception, told: list[ev.Event]
) -> None:
    await shop.written()
    shop.pool.trouble = [trouble]
    assert await shop.do(fx.SendPicture("AgAC", "", 5)) == told
    assert await shop.waiting() == (0 if told else 1, 0)


async def test_a_picture_that_is_put_in_the_place_of_another_reaches_the_desk(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.SendPicture("1", "böle", 5))
    assert (await shop.do(fx.EditTicket("böyle", 5, "2")))[-1] == ev.TicketEdited(1)
    assert shop.fetched == [("customer", "1"), ("customer", "2")]
    assert (await shop.do(fx.EditTicket("böyle", 6, "3")))[-1] == ev.TicketEdited(0)
    assert len(shop.fetched) == 2  # for a message of no question nothing is fetched


@pytest.mark.parametrize(
    ("fetching", "drawing", "left_out"),
    [
        ([], [RenderFailed("no picture: OSError")], "unreadable"),
        ([FileError("getFile answered 400", retry=False)], [], "away"),
        ([FileError("Telegram could not be reached", retry=True)] * Worker.GIVING_UP, [], "away"),
        ([FileError("Telegram could not be reached", retry=True)], [], ""),
    ],
)
async def test_words_are_corrected_also_where_their_picture_cannot_be_had(
    shop: Workshop, fetching: list[Exception], drawing: list[Exception], left_out: str
) -> None:
    await shop.written()
    await shop.do(fx.SendPicture("1", "böle", 5))
    shop.telegram, shop.pool.trouble = fetching, drawing
    await shop.turn(fx.EditTicket("böyle", 5, "2"))
    shop.start()
    for _ in range(40):
        await shop.later(seconds=60)
    assert shop.receiver.events[-1] == ev.TicketEdited(1, left_out=left_out)
    assert [one["words"] for one in (await shop.store.do(export, AYSE))["tickets"]] == ["böyle"]


async def test_pictures_count_like_words_where_too_many_come(shop: Workshop) -> None:
    await shop.written()
    for nth in range(20):
        await shop.do(fx.SendPicture(str(nth), "", nth + 1, quiet=nth > 0))
    fetched = len(shop.fetched)
    (refused,) = (await shop.do(fx.SendPicture("21", "", 21)))[1:]
    assert isinstance(refused, ev.TicketRefused) and refused.because == "flood"
    assert len(shop.fetched) == fetched  # asked before it is fetched


async def test_what_is_no_picture_counts_as_well(shop: Workshop) -> None:
    await shop.written()
    for nth in range(FLOOD):
        shop.pool.trouble = [RenderFailed("no picture: OSError")]
        await shop.do(fx.SendPicture(str(nth), "", nth + 1))
    fetched = len(shop.fetched)
    refused = (await shop.do(fx.SendPicture("21", "", 21)))[-1]
    assert refused == ev.TicketRefused("flood", shop.clock.now() + timedelta(minutes=3))
    assert (fetched, len(shop.fetched)) == (FLOOD, FLOOD)


async def test_whoever_is_blocked_is_told_so_when_they_edit_what_they_wrote(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.OpenTicket("merhaba", 5))
    until = shop.clock.now() + timedelta(days=7)
    values = f"person_id, {micros(until)}, 'staff', 0"
    await shop.store.database.run(
        lambda conn: conn.exec_driver_sql(
            f'INSERT INTO desk_block (person_id, until, "by", at) SELECT {values} FROM ticket'
        )
    )
    assert (await shop.do(fx.EditTicket("hakaret", 5)))[1:] == [ev.TicketRefused("blocked", until)]


async def test_whoever_corrects_a_message_of_a_closed_question_is_told_which_it_was(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.OpenTicket("merhaba", 5))
    assert (await shop.do(fx.EditTicket("selam", 5)))[-1] == ev.TicketEdited(1)
    await shop.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE ticket SET state = 'closed'"))
    assert (await shop.do(fx.EditTicket("merhaba!", 5)))[-1] == ev.TicketEdited(0, closed=1)
    assert (await shop.do(fx.EditTicket("merhaba!", 6)))[-1] == ev.TicketEdited(0)


async def test_an_edit_that_changes_nothing_is_answered_with_nothing(shop: Workshop) -> None:
    await shop.written()
    await shop.do(fx.OpenTicket("merhaba", 5))
    assert (await shop.do(fx.EditTicket("selam", 5)))[-1] == ev.TicketEdited(1)
    told = list(shop.receiver.events)
    await shop.do(fx.EditTicket("selam", 5))
    assert shop.receiver.events == told
    await shop.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE ticket SET state = 'closed'"))
    await shop.do(fx.EditTicket("selam", 5))
    assert shop.receiver.events == told


async def test_the_rest_of_a_question_joins_it_and_is_told_once(shop: Workshop) -> None:
    await shop.written()
    assert await shop.do(fx.OpenTicket("merhaba", 5)) == [ev.TicketOpened(1)]
    await shop.do(fx.OpenTicket("nerede?", 6, quiet=True))
    assert shop.receiver.events == [ev.TicketOpened(1)]
    assert [one["words"] for one in (await shop.store.do(export, AYSE))["tickets"]] == ["merhaba", "nerede?"]


async def test_whoever_corrects_too_much_is_told_from_when_the_desk_sees_it(shop: Workshop) -> None:
    await shop.written()
    for nth in range(FLOOD):
        await shop.do(fx.OpenTicket("merhaba", nth + 1))
    await shop.store.database.run(lambda conn: conn.exec_driver_sql("UPDATE ticket_message SET relayed_at = 1"))
    until = shop.clock.now() + timedelta(hours=1)
    assert (await shop.do(fx.EditTicket("selam", 5)))[-1] == ev.TicketEdited(1, later=until)


async def test_an_agent_whose_picture_cannot_be_had_is_told_and_the_sender_hears_nothing(shop: Workshop) -> None:
    await shop.written()
    shop.telegram = [FileError("getFile answered 400", retry=False)]
    await shop.turn(fx.BringPicture(1, "a" * 32, "AgAC", "Yolda.", "13", 7))
    shop.start()
    now, told = shop.clock.now(), []
    async with asyncio.timeout(PATIENCE):
        while not told:
            told = await shop.store.do(messages.take, "staff", now, now + timedelta(minutes=1), 9, staff=True)
            await asyncio.sleep(0.001)
    assert shop.receiver.events == []
    (told,) = told
    assert (told.person.handle, told.message.answers) == ("13", 7)
    assert told.message.text.startswith("Bu yanıttaki resim alınamadı")
    assert await shop.waiting() == (0, 0)
