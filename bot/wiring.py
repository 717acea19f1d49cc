"""Joins the rooms: the only place that builds objects. One process can hold all parts, or only some of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict
from functools import partial
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot import metrics
from bot.clock import Clock, SharedClock, SystemClock
from bot.clockwork import Reconciler, Round, purge
from bot.customers.fetch import aiogram_fetch
from bot.customers.menu import register
from bot.customers.router import UPDATES, build, feed
from bot.customers.send import TelegramMessenger
from bot.door import Door
from bot.mail.post import Post
from bot.messenger import Files
from bot.papers import Papers
from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Hint
from bot.payments.registry import provider_named
from bot.payments.sandbox.bank import SandboxBank
from bot.polling import Polling
from bot.postman import RATES, Postman, Rates
from bot.printer.dispatch import Dispatcher
from bot.printer.registry import sink_from
from bot.printer.shred import shred_once
from bot.settings import Settings
from bot.speak import Speaker
from bot.staff.app import StaffBot
from bot.web import Web
from bot.worker import Tools, Worker
from flows import effects as fx
from flows import machine
from flows.events import ChatBlocked, Envelope, Moment, Person
from flows.letter import PAGE_LIMIT
from flows.price import default_tariff, read_tariff
from flows.step import House
from flows.text import Text, text
from rendering.checks import gate
from rendering.choice import papers_side_by_side
from rendering.pool import Pool
from storage.keyring import Keyring
from storage.store import Store, StoredMessage

__all__ = ["PARTS", "Service"]

log = structlog.get_logger("mektupx.wiring")

PARTS = ("customers", "staff", "web", "worker")

RECIPIENTS: dict[str, Text] = {
    "telegram": text(
        "documents", "Telegram (abroad): carries this conversation; bot chats are not end-to-end encrypted"
    ),
    "payment": text("documents", "the licensed payment institution: order number and amount, and what you enter there"),
    "post": text("documents", "the postal operator: name and address of the addressee, for the delivery only"),
    "mail": text("documents", "the e-mail provider: your e-mail address, for the codes and documents sent to you"),
}


class Service:
    """A running MektupX. `parts` out of PARTS; `rates` are the postman's limits."""

    def __init__(
        self,
        settings: Settings,
        parts: Collection[str] = PARTS,
        *,
        clock: Clock | None = None,
        rates: Rates = RATES,
        render_workers: int = 1,
    ) -> None:
        self.settings = settings
        self.parts = frozenset(parts)
        self.clock: Clock = clock or (SharedClock(settings.clock) if settings.clock else SystemClock())
        self._rates = rates
        self._render_workers = render_workers
        self._open = AsyncExitStack()
        self._tasks: list[asyncio.Task[Any]] = []
        self._rounds: dict[str, Round] = {}
        self._postman: Postman | None = None
        self._worker: Worker | None = None
        self._bank: SandboxBank | None = None
        self._papers_picture = b""
        self.port = 0
        self._running = False

    # Starting ---------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Everything up, in the order in which it is needed; what fails leaves nothing behind."""
        try:
            await self._start()
        except BaseException:
            await self._open.aclose()
            raise
        self._running = True
        log.info("started", parts=sorted(self.parts), port=self.port, journal=self.store.journal)

    async def _start(self) -> None:
        settings = self.settings
        assert settings.master_key_file is not None
        keyring = await asyncio.to_thread(Keyring.open, settings.master_key_file, settings.key_store)
        self._open.callback(keyring.close)
        self.store = await Store.open(settings.database_url, keyring)
        self._open.push_async_callback(self.store.close)
        assert settings.seller is not None
        seller = {name: str(value) for name, value in asdict(settings.seller).items()}
        papers = Papers(seller, tuple(RECIPIENTS.values()))
        tariff = read_tariff(settings.tariff.read_text(encoding="utf-8")) if settings.tariff else default_tariff()
        self.house = House(tariff, papers.terms(), ("MektupX", seller["address"]), PAGE_LIMIT)
        self.door = Door(
            self.store,
            partial(machine.advance, self.house),
            Speaker(self.house, papers),
            self.clock,
            self,
            taker=secrets.token_hex(4) if "customers" in self.parts else "",
        )
        await self.door.start()
        self._open.push_async_callback(self.door.stop)
        if self.parts & {"customers", "worker"}:
            self.pool = Pool(self._render_workers)
            await self.pool.start()
            self._open.push_async_callback(self.pool.stop)
        self.web = Web(self._ready)
        await self._payments()
        if "worker" in self.parts:
            await self._work(papers, seller, keyring)
        if "customers" in self.parts:
            await self._customers()
        if "staff" in self.parts:
            await self._staff()
        if "web" in self.parts or settings.webhooks:
            await self.web.start(settings.listen.host, settings.listen.port)
            self.port = self.web.port
            self._open.push_async_callback(self.web.stop)

    async def _payments(self) -> None:
        settings = self.settings
        public = settings.public_url or f"http://{settings.listen.host}:{settings.listen.port}"
        credentials = settings.payment_credentials or "sandbox:sandbox"
        sandbox = settings.payment_provider == "sandbox"
        access = Access(
            credentials,
            f"{public}/sandbox" if sandbox else "",
            f"{public}/payments/{settings.payment_provider}",
            self.clock,
        )
        self.provider = provider_named(settings.payment_provider, access)
        self._open.push_async_callback(self.provider.close)
        self._reconciler = Reconciler(self.store, self.provider, self.clock, self.door.receive)
        self.web.app.router.add_post(f"/payments/{self.provider.name}", callback_handler(self.provider, self._hint))
        if sandbox:
            books = self.settings.key_store.with_name("sandbox-bank.db")
            assert settings.seller is not None
            bank = SandboxBank(books, credentials, self.clock, seller=settings.seller.title, public=f"{public}/sandbox")
            self.web.app.add_subapp("/sandbox", bank.app())
            self._bank = bank

    async def _hint(self, hint: Hint, raw: bytes) -> None:
        """A callback is a hint: the institution's own query is the authority."""
        await self.store.note_callback(self.provider.name, hint.event_key, raw, self.clock.now())
        person = await self.store.person_of_order(hint.order)
        if person is not None:
            await self._reconciler.settle(person, hint.order)

    async def _work(self, papers: Papers, seller: dict[str, str], keyring: Keyring) -> None:
        post = Post(self.settings.smtp_url, seller["email"])
        tools = Tools(self.store, self.clock, self.pool, post, self.provider, papers, self.house)
        self._worker = Worker(tools, self.door.receive, name=f"worker-{secrets.token_hex(4)}")
        self._spawn(self._worker.run(), "worker")
        self._open.push_async_callback(self._worker.stop)
        sink = sink_from(self.settings.print_sink)
        await sink.start()
        self._open.push_async_callback(sink.close)
        dispatcher = Dispatcher(self.store, sink, self.clock, self.door.receive, gate)
        self._round("dispatch", dispatcher.run_once, 2.0)
        self._round(
            "shred", lambda: shred_once(_Shreds(self.store, self.clock), keyring, self.clock, self.door.receive), 5.0
        )
        self._round("reconcile", self._reconciler.run_once, 15.0)
        self._round("purge", partial(purge, self.store, self.clock), 3600.0)
        self._round("figures", self._watch, 15.0)

    async def _customers(self) -> None:
        settings = self.settings
        server = TelegramAPIServer.from_base(settings.telegram_api)
        bot = Bot(settings.customer_token, session=AiohttpSession(api=server))
        self._open.push_async_callback(bot.session.close)
        self._postman = Postman(
            self.store, TelegramMessenger(bot), self.clock, self._attach, self._unreachable, self._rates
        )
        await self._postman.start()
        self._open.push_async_callback(self._postman.stop)
        dispatcher = build(self.door.receive, self._moment)
        handle = partial(feed, dispatcher, bot)
        if settings.webhooks:
            assert settings.webhook_secret is not None
            self.web.webhook("customer", settings.webhook_secret, handle, self._quarantine)
            self._spawn(self._arrive(bot), "menu")
            return
        polling = Polling(
            aiogram_fetch(bot, UPDATES), handle, partial(self._set_aside, "customer"), self.clock, name="customer"
        )
        self._spawn(self._arrive(bot), "menu")
        self._spawn(polling.run(), "customer-polling")
        self._open.push_async_callback(polling.stop)

    async def _arrive(self, bot: Bot) -> None:
        """Commands, descriptions and the webhook are told to Telegram; where it cannot be reached, again later."""
        while True:
            try:
                await register(bot)
                if self.settings.webhooks:
                    await bot.set_webhook(
                        f"{self.settings.public_url}/telegram/customer",
                        secret_token=self.settings.webhook_secret,
                        allowed_updates=UPDATES,
                    )
                else:
                    await bot.delete_webhook()
                return
            except Exception as error:
                log.warning("Telegram cannot be reached; trying again", bot="customer", error=type(error).__name__)
                await asyncio.sleep(5)

    async def _staff(self) -> None:
        settings = self.settings
        staff = StaffBot(
            settings.staff_token,
            settings.telegram_api,
            figures=self.store.figures,
            admins=settings.admins,
            clock=self.clock,
            staff_chat=settings.staff_chat,
            quarantine=partial(self._set_aside, "staff"),
        )
        if settings.webhooks:
            assert settings.webhook_secret is not None
            self.web.webhook("staff", settings.webhook_secret, staff.feed, self._quarantine)
        await staff.start(poll=not settings.webhooks)
        self._open.push_async_callback(staff.stop)

    def _spawn(self, work: Awaitable[Any], name: str) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.append(task)
        task.add_done_callback(partial(_ended, name))

    def _round(self, name: str, act: Callable[[], Awaitable[int]], seconds: float) -> None:
        self._rounds[name] = Round(name, act, self.clock, seconds)
        self._spawn(self._rounds[name].run(), name)

    # Running ----------------------------------------------------------------------------------------------------------

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[fx.Effect]) -> None:
        """The door has committed: messages go out, whoever has work is rung for."""
        if self._postman is not None and messages:
            self._postman.take(messages)
        for effect in effects:
            if isinstance(effect, fx.Work) and self._worker is not None:
                self._worker.ring()
            for name in _RINGS.get(type(effect), ()):
                if name in self._rounds:
                    self._rounds[name].ring()

    async def busy(self) -> bool:
        """Whether anything is in flight: an update, an effect, a message, a print job."""
        rounds = any(self._rounds[name].busy for name in ("dispatch", "shred") if name in self._rounds)
        parts = (self.door, self._worker, self._postman, self._bank)
        if rounds or any(part is not None and part.busy for part in parts):
            return True
        return await self.store.busy(self.clock.now())

    def _moment(self) -> Moment:
        return Moment(self.clock.now(), secrets.token_hex(16))

    async def _ready(self) -> bool:
        try:
            await self.store.figures()
        except Exception as error:
            log.error("the database does not answer", error=type(error).__name__)
            return False
        return self._running

    async def _watch(self) -> int:
        for name, count in (await self.store.figures()).items():
            metrics.WAITING.labels(name).set(count)
        return 0

    async def _attach(self, person: Person, attachment: fx.Attachment) -> Files:
        """The files of a message, fetched when it is sent; a letter that is destroyed meanwhile has none."""
        if attachment.kind == "stationery":
            return Files(pictures=(await self._stationery(),), name="kagitlar.png")
        pdf = await self.store.preview(attachment.of)
        if pdf is None:
            return Files()
        return Files(await self.pool.pictures(pdf), pdf, "mektup.pdf")

    async def _stationery(self) -> bytes:
        """Drawn once, by the same hand that draws the letters."""
        if not self._papers_picture:
            self._papers_picture = await papers_side_by_side(self.pool)
        return self._papers_picture

    async def _unreachable(self, person: Person) -> None:
        moment = self._moment()
        await self.door.receive(Envelope(f"blocked:{moment.fresh}", person, ChatBlocked(), moment))

    async def _set_aside(self, bot: str, number: int | None, error: str) -> None:
        await self.store.quarantine(bot, "" if number is None else str(number), error, self.clock.now())

    async def _quarantine(self, bot: str, key: str, error: str) -> None:
        await self.store.quarantine(bot, key, error, self.clock.now())

    # Stopping ---------------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Takes nothing new, finishes what has begun, closes in the opposite order of the start."""
        self._running = False
        await self._open.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("stopped")


_RINGS: dict[type[fx.Effect], tuple[str, ...]] = {
    fx.QueueForPrint: ("dispatch",),
    fx.ClearOutbox: ("shred", "dispatch"),
    fx.ShredLetter: ("shred",),
}


class _Shreds:
    """The shred rows, with the clock that ticks them off."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def shreddable(self, limit: int) -> Sequence[Any]:
        return await self._store.shreddable(limit)

    async def shredded(self, key_ids: Collection[str]) -> None:
        await self._store.shredded(key_ids, self._clock.now())


def _ended(name: str, task: asyncio.Task[Any]) -> None:
    """A loop that ends by itself is a mistake somebody must hear of."""
    if not task.cancelled() and task.exception() is not None:
        metrics.ERRORS.labels(name).inc()
        log.error("a loop has ended", loop=name, exc_info=task.exception())
