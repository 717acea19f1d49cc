"""Does what a turn has asked for outside its transaction: previews, mails, links, refunds; the result comes back as an
envelope through the door. Performed at least once; every performer may be repeated."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot import metrics
from bot.clock import Clock
from bot.mail.code import mail_code
from bot.mail.post import PartnerError as MailError
from bot.mail.post import Post
from bot.mail.post import Refused as MailboxUnknown
from bot.papers import Papers
from bot.payments.provider import PartnerError, PaymentProvider
from bot.speak import words
from flows import effects as fx
from flows import events as ev
from flows.address import Address, lines
from flows.order import news
from flows.standing import Standing
from flows.step import House
from flows.steps.letter import FIRST_STATIONERY
from flows.text import text
from locales import say
from rendering.checks import address_overflow, return_overflow, unprintable
from rendering.page import Letter
from rendering.pool import Pool, RenderFailed
from storage.store import Store, WorkItem

__all__ = ["Tools", "Worker", "sheet"]

log = structlog.get_logger("mektupx.worker")

Receive = Callable[[ev.Envelope], Awaitable[object]]
LINK_LIFE = timedelta(hours=24)  # product.md, step 11
PATIENCE = (1, 5, 15, 60, 300, 900, 3600)  # seconds before the next try
GIVING_UP = 4  # tries after which somebody who waits is told


@dataclass(frozen=True, slots=True)
class Tools:
    """What performers work with."""

    store: Store
    clock: Clock
    pool: Pool
    post: Post
    provider: PaymentProvider
    papers: Papers
    house: House


def sheet(standing: Standing, house: House, stationery: str = "") -> Letter:
    """The letter of a draft as the drawing room takes it."""
    draft = standing.draft
    language = standing.profile.language
    return_line = draft.own_sender or " · ".join(house.return_address)
    return Letter(
        letter_id=draft.letter,
        piece_id=draft.letter[:12].upper(),
        language=language,
        text=draft.manuscript.text,
        addressee=lines(draft.addressee) if draft.addressee else (),
        return_line=return_line,
        footnote=say(FOOTNOTE, language),
        stationery=stationery or draft.stationery or FIRST_STATIONERY,
    )


FOOTNOTE = text(
    "paper",
    "This letter was sent with MektupX; nobody there reads letters. Your name and address were used for its delivery"
    " only and are erased after it. Your rights (KVKK m.11): write to the sender of the envelope.",
)


async def _mail_code(tools: Tools, item: WorkItem, work: fx.MailCode) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    language = standing.profile.language if standing else "tr"
    return await mail_code(tools.post, work.address, language, tools.clock.now())


async def _measure(tools: Tools, item: WorkItem, work: fx.MeasureLetter) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None  # a newer one is on its way
    found = await tools.pool.measure(sheet(standing, tools.house, work.stationery))
    return ev.LetterMeasured(work.revision, work.stationery, found.pages, found.lines_over, found.unprintable)


async def _measure_address(tools: Tools, item: WorkItem, work: fx.MeasureAddress) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None
    shown = (standing.draft.own_sender,) if work.sender else lines(standing.draft.addressee or Address(name=""))
    if work.sender:
        wide = shown if await asyncio.to_thread(return_overflow, shown[0]) else ()
    else:
        wide = await asyncio.to_thread(address_overflow, shown)
    strange = await asyncio.to_thread(unprintable, "\n".join(shown))
    return ev.AddressUnfit(work.revision, wide, strange, work.sender) if wide or strange else None


async def _draw(tools: Tools, item: WorkItem, work: fx.DrawPreview) -> ev.Event | None:
    """The drawn bytes are kept sealed before anybody hears of them."""
    standing = await tools.store.standing_of(item.person)
    if standing is None or standing.draft.revision != work.revision:
        return None
    letter = sheet(standing, tools.house)
    measured = await tools.pool.measure(letter)
    if measured.lines_over:
        return ev.PreviewDrawn(work.revision, measured.pages, measured.lines_over, "")
    drawn = await tools.pool.draw(letter)
    await tools.store.keep_preview(letter.letter_id, drawn.pdf, drawn.sha256, drawn.pages)
    return ev.PreviewDrawn(work.revision, drawn.pages, 0, drawn.sha256)


async def _open_link(tools: Tools, item: WorkItem, work: fx.OpenLink) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None:
        return None
    until = order.created_at + LINK_LIFE
    description = say(text("order", "Letter, order {order}", order=order.number), standing.profile.language)
    link = await tools.provider.open_link(order.id, order.number, order.amount, until, description)
    return ev.LinkOpened(order.id, link.url, link.until)


async def _close_link(tools: Tools, item: WorkItem, work: fx.CloseLink) -> ev.Event | None:
    await tools.provider.expire(work.order)
    return None


async def _refund(tools: Tools, item: WorkItem, work: fx.Refund) -> ev.Event | None:
    done = await tools.provider.refund(work.payment, work.amount, f"refund:{work.payment}")
    return ev.RefundSettled(work.order, done.payment, done.amount)


async def _mail_documents(tools: Tools, item: WorkItem, work: fx.MailDocuments) -> ev.Event | None:
    standing = await tools.store.standing_of(item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None or not standing.profile.email:
        return None
    papers = [
        tools.papers.mailed(name, tools.house, standing, order, standing.draft.invoice).text
        for name in ("preinfo", "contract")
    ]
    subject = say(text("mail", "The documents of your order {order}", order=order.number), standing.profile.language)
    await tools.post.send(standing.profile.email, subject, "\n\n\n".join(papers), at=tools.clock.now())
    return None


async def _mail_news(tools: Tools, item: WorkItem, work: fx.MailNews) -> ev.Event | None:
    """Order, refund and erasure news for a chat that cannot be reached; nothing of the letter is in them."""
    standing = await tools.store.standing_of(item.person)
    order = standing.order(work.order) if standing else None
    if standing is None or order is None or not standing.profile.email:
        return None
    language = standing.profile.language
    subject = say(text("mail", "News of your order {order}", order=order.number), language)
    said = words(news(tools.house, order, work.news, tools.clock.now()), language)
    await tools.post.send(standing.profile.email, subject, said, at=tools.clock.now())
    return None


async def _timer(tools: Tools, item: WorkItem, work: fx.SetTimer) -> ev.Event | None:
    return ev.DeadlinePassed(work.what, work.mark)


async def _ticket(tools: Tools, item: WorkItem, work: fx.OpenTicket) -> ev.Event | None:
    number, joined = await tools.store.open_ticket(
        item.id, item.person, work.words, message=work.message, now=tools.clock.now()
    )
    return ev.TicketOpened(number, joined)


async def _request(tools: Tools, item: WorkItem, work: fx.OpenRequest) -> ev.Event | None:
    number, due, again = await tools.store.open_request(item.id, item.person, work.kind, tools.clock.now())
    return ev.RequestOpened(work.kind, number, due, again)


Performer = Callable[[Tools, WorkItem, Any], Awaitable[ev.Event | None]]

PERFORMERS: Mapping[type[fx.Work], Performer] = {
    fx.MailCode: _mail_code,
    fx.MeasureLetter: _measure,
    fx.MeasureAddress: _measure_address,
    fx.DrawPreview: _draw,
    fx.OpenLink: _open_link,
    fx.CloseLink: _close_link,
    fx.Refund: _refund,
    fx.MailDocuments: _mail_documents,
    fx.MailNews: _mail_news,
    fx.SetTimer: _timer,
    fx.OpenTicket: _ticket,
    fx.OpenRequest: _request,
}

# What somebody who waits is told when a partner could not be reached; work without a line here is tried for ever.
UNDONE: Mapping[type[fx.Work], Callable[[Any], ev.Event]] = {
    fx.MailCode: lambda work: ev.MailRefused(work.address),
    fx.OpenLink: lambda work: ev.LinkRefused(work.order),
    fx.DrawPreview: lambda work: ev.PreviewRefused(work.revision),
}


class Worker:
    """Takes due work, performs it side by side, hands results to the door."""

    AT_ONCE = 8
    HOLD = timedelta(minutes=5)
    LOOK = 1.0  # seconds between looks when nobody rings

    def __init__(self, tools: Tools, receive: Receive, name: str = "worker") -> None:
        self._tools = tools
        self._receive = receive
        self._name = name
        self._bell = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    def ring(self) -> None:
        """There is new work."""
        self._bell.set()

    @property
    def busy(self) -> bool:
        return bool(self._running)

    async def run(self) -> None:
        while not self._stopping:
            self._bell.clear()
            taken = 0
            try:
                taken = await self._take()
            except Exception as error:
                log.error("work could not be taken", error=type(error).__name__)
            if not taken:
                await self._rest()

    async def _take(self) -> int:
        room = self.AT_ONCE - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        now = self._tools.clock.now()
        items = await self._tools.store.take_work(self._name, now, now + self.HOLD, room)
        for item in items:
            task = asyncio.create_task(self._do(item))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(items)

    async def _rest(self) -> None:
        """Until somebody rings, or the clock (which may have travelled) says that something can be due."""
        bell = asyncio.create_task(self._bell.wait())
        tick = asyncio.create_task(self._tools.clock.until(self._tools.clock.now() + timedelta(seconds=self.LOOK)))
        try:
            await asyncio.wait({bell, tick}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            bell.cancel()
            tick.cancel()
            await asyncio.gather(bell, tick, return_exceptions=True)

    async def _do(self, item: WorkItem) -> None:
        kind = type(item.effect)
        try:
            with metrics.WORK_SECONDS.labels(kind.__name__).time():
                event = await PERFORMERS[kind](self._tools, item, item.effect)
            await self._report(item, event)
            metrics.WORK_DONE.labels(kind.__name__).inc()
        except Exception as error:
            await self._failed(item, error)

    async def _report(self, item: WorkItem, event: ev.Event | None) -> None:
        if event is not None:
            moment = ev.Moment(self._tools.clock.now(), fresh())
            await self._receive(ev.Envelope(f"work:{item.id}", item.person, event, moment))
        await self._tools.store.work_done([item.id])

    async def _failed(self, item: WorkItem, error: Exception) -> None:
        """A partner's failure is tried again; one that is for good, or ours, is told or waits for a person."""
        kind = type(item.effect)
        metrics.WORK_FAILED.labels(kind.__name__).inc()
        passing = isinstance(error, RenderFailed) or (
            error.retry if isinstance(error, PartnerError | MailError) else not isinstance(error, MailboxUnknown)
        )
        log.warning("work failed", kind=kind.__name__, error=type(error).__name__, attempts=item.attempts + 1)
        try:
            undone = UNDONE.get(kind)
            if undone is not None and (not passing or item.attempts + 1 >= GIVING_UP):
                await self._report(item, undone(item.effect))
                return
            wait = timedelta(seconds=PATIENCE[min(item.attempts, len(PATIENCE) - 1)])
            await self._tools.store.work_failed(item.id, self._tools.clock.now() + wait if passing else None)
        except Exception as again:  # its hold runs out and it is taken again
            log.error("failed work could not be put back", kind=kind.__name__, error=type(again).__name__)

    async def stop(self) -> None:
        """Lets what has begun come to its end."""
        self._stopping = True
        self._bell.set()
        if self._running:
            await asyncio.wait(self._running, timeout=20)


def fresh() -> str:
    """32 new hexadecimal digits."""
    return secrets.token_hex(16)
