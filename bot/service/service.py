"""Joins the rooms: the only place that builds objects. One process can hold all parts, or only some of them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import structlog

from bot.base.clock import Clock
from bot.base.log import why
from bot.base.settings import Settings
from bot.base.startup import PARTS, CannotStart, sentenced
from bot.mail.post import Post
from bot.messenger.downloads import TelegramFiles
from bot.messenger.flood_guard import Flood
from bot.outbox.attachments import Attachments
from bot.outbox.message_sender import RATES, MessageSender, Rates
from bot.payments.hooks import callback_handler
from bot.payments.provider import Access, Hint
from bot.payments.registry import provider_named
from bot.payments.sandbox.bank import SandboxBank
from bot.printer.registry import sink_from
from bot.printer.sink import SinkError
from bot.printer.tray import report
from bot.service.core import clock_of, core
from bot.web.opening_page import OpeningPage, drawn_by, seen_with
from bot.web.server import Web
from bot.work.handlers import WorkContext
from bot.work.reconcile import Reconciler
from bot.work.supervisor import Supervisor
from flows.core import effects as fx
from flows.core.events import ChatBlocked, Envelope, Moment, Person
from locales import say
from rendering.layout import fonts
from rendering.processes.pool import Pool
from storage.monitoring import figures
from storage.queues import chat_moves
from storage.senders import orders, seen_updates
from storage.store.store import StoredMessage
from storage.support.sender_side import FLOOD

if TYPE_CHECKING:  # imported where a part is built: aiogram alone takes seconds, and only customers need it
    from bot.customers.app import CustomerBot
    from bot.staff.desk import StaffDesk

__all__ = ["PARTS", "CannotStart", "Service"]

log = structlog.get_logger("mektupx.service")


class Service:
    """A running MektupX. `parts` out of PARTS; `rates` are the message sender's limits."""

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
        self.clock: Clock = clock or clock_of(settings)
        self._rates = rates
        self._pool = Pool(render_workers, timeout=8.0) if self.parts & {"customers", "worker"} else None
        self._open = AsyncExitStack()
        self._message_sender: MessageSender | None = None
        self._supervisor: Supervisor | None = None
        self._desk: StaffDesk | None = None
        self._bank: SandboxBank | None = None
        self._running, self.port = False, 0

    # Starting ---------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Everything up, in the order in which it is needed; what fails leaves nothing behind.

        Errors, each a sentence: CannotStart, StorageError, KeyStoreError, ValueError for what the settings name.
        """
        try:
            await self._start()
        except BaseException:
            await self._open.aclose()
            raise
        self._running = True
        for warning in self.settings.warnings():
            log.warning("a setting is hardly meant", says=say(warning, "en"))
        log.info("started", parts=sorted(self.parts), port=self.port, journal=self.store.journal)

    async def _start(self) -> None:
        """What is opened first is closed last: while anything can still be said, the message sender carries it."""
        warm = await self._warming()
        await self._rooms()
        self._payments()
        customers = self._customers() if "customers" in self.parts else None
        if customers is not None:
            self._open.push_async_callback(customers.close)
            await self._post(customers)
        staff = self._desk = self._staff() if "staff" in self.parts else None
        if staff is not None:
            self._open.push_async_callback(staff.close)
        await self.door.start()
        self._open.push_async_callback(self.door.stop)
        await self._serve(customers, staff)
        await sentenced(warm, "The drawing process did not start; `mektupx check` says what it lacks.")
        if "worker" in self.parts:
            await self._work()
        if staff is not None:
            self._open.push_async_callback(staff.stop)
            await staff.start(poll=not self.settings.webhooks)
        if customers is not None:
            self._open.push_async_callback(customers.stop)
            address = f"{self.settings.public_url}/telegram/customer" if self.settings.webhooks else ""
            await customers.start(address, self.settings.webhook_secret)
        self._open.push_async_callback(self.web.drain)

    async def _warming(self) -> asyncio.Future[None]:
        """The drawing processes warm up beside everything else."""
        warm = asyncio.ensure_future(self._pool.start() if self._pool else asyncio.sleep(0))
        if self._pool is not None:
            self._open.push_async_callback(self._pool.stop)
            self._open.callback(warm.cancel)
            if missing := await asyncio.to_thread(fonts.missing):
                raise CannotStart(f"Typefaces are missing, letters could not be printed: {'; '.join(missing)}")
        return warm

    async def _rooms(self) -> None:
        self._taker = secrets.token_hex(4) if "customers" in self.parts else ""
        rooms = await self._open.enter_async_context(core(self.settings, self.clock, self, taker=self._taker))
        self._keyring, self.store, self.door = rooms.keyring, rooms.store, rooms.door
        self._documents, self.operator = rooms.documents, rooms.operator
        self.web = Web(self._ready)

    def _payments(self) -> None:
        settings, public = self.settings, self.settings.public
        credentials = settings.payment_credentials or "sandbox:sandbox"
        sandbox = settings.payment_provider == "sandbox"
        api, callback = f"{public}/sandbox" if sandbox else "", f"{public}/payments/{settings.payment_provider}"
        self.provider = provider_named(settings.payment_provider, Access(credentials, api, callback, self.clock))
        self._open.push_async_callback(self.provider.close)
        self._reconciler = Reconciler(self.store, self.provider, self.clock, self.door.receive)
        if "web" not in self.parts:
            return
        group, drawn = partial(self.store.do, chat_moves.chat_now, settings.staff_chat), drawn_by(self._pool)
        seen = seen_with(settings.staff_token, settings.telegram_api, group)
        OpeningPage(self.store, self.clock, admins=settings.admins, pictures=drawn, seen=seen).add_to(self.web.app)
        self.web.app.router.add_post(f"/payments/{self.provider.name}", callback_handler(self.provider, self._hint))
        if sandbox:
            assert settings.seller is not None
            books = settings.key_store.with_name("sandbox-bank.db")
            self._bank = SandboxBank(books, credentials, self.clock, seller=settings.seller.title, public=api)
            self.web.app.add_subapp("/sandbox", self._bank.app())

    async def _hint(self, hint: Hint, raw: bytes) -> None:
        """A callback is a hint: the institution's own query is the authority."""
        await self.store.do(orders.note_callback, self.provider.name, hint.event_key, raw, self.clock.now())
        person = await self.store.do(orders.person_of, hint.order)
        if person is not None:
            await self._reconciler.settle(person, hint.order)

    def _customers(self) -> CustomerBot:
        # Here and not above: aiogram takes 130 MB, and a second in which the drawing process warms up.
        from bot.customers.app import CustomerBot  # noqa: PLC0415

        return CustomerBot(
            self.settings.customer_token,
            self.settings.telegram_api,
            receive=self.door.receive,
            moment=self._moment,
            clock=self.clock,
            quarantine=partial(self._set_aside, "customer"),
        )

    async def _post(self, customers: CustomerBot) -> None:
        assert self._pool is not None
        self._message_sender = MessageSender(
            self.store,
            customers.messenger,
            self.clock,
            Attachments(self.store, self._pool).fetch,
            self._unreachable,
            self._rates,
            numbers=customers.numbers,
            taker=self._taker,
        )
        self.door.notes = self._message_sender.notes
        await self._message_sender.start()
        self._open.push_async_callback(self._message_sender.stop)

    def _staff(self) -> StaffDesk:
        from bot.staff.desk import StaffDesk  # noqa: PLC0415

        settings, secret = self.settings, self.settings.webhook_secret if self.settings.webhooks else None
        return StaffDesk(
            settings.staff_token,
            settings.telegram_api,
            store=self.store,
            clock=self.clock,
            receive=self.door.receive,
            operator=self.operator,
            admins=settings.admins,
            staff_chat=settings.staff_chat,
            quarantine=partial(self._set_aside, "staff"),
            webhook=(f"{settings.public_url}/telegram/staff", secret) if secret else None,
            rates=self._rates,
            report=partial(report, self.store, self.door.receive, self.clock),
        )

    async def _serve(self, customers: CustomerBot | None, staff: StaffDesk | None) -> None:
        """The web server, where a part of this process is called from outside."""
        listen, secret = self.settings.listen, self.settings.webhook_secret
        called = {"customer": customers, "staff": staff} if secret and self.settings.webhooks else {}
        for name, bot in called.items():
            if bot is not None and secret:
                self.web.webhook(name, secret, bot.feed, self._set_aside)
        if "web" not in self.parts and not any(called.values()):
            return
        self._open.push_async_callback(self.web.stop)
        await sentenced(
            self.web.start(listen.host, listen.port),
            f"MEKTUPX_LISTEN: {listen.host}:{listen.port} cannot be used; another program may hold it.",
        )
        self.port = self.web.port

    async def _work(self) -> None:
        assert self._pool is not None
        sink = sink_from(self.settings.print_sink)
        context = WorkContext(
            store=self.store,
            clock=self.clock,
            pool=self._pool,
            post=Post(self.settings.smtp_url, self.operator.contact),
            provider=self.provider,
            documents=self._documents,
            operator=self.operator,
            settle=self._reconciler.settle,
            sink=sink,
            fetch=TelegramFiles(
                self.settings.telegram_api,
                {"customer": self.settings.customer_token, "staff": self.settings.staff_token},
            ).fetch,
            tries=Flood(self.clock.now, FLOOD, FLOOD / 3600),
        )
        self._supervisor = Supervisor(context, self._keyring, self._reconciler, self.door.receive)
        self._open.push_async_callback(self._supervisor.stop)
        try:
            await self._supervisor.start()
        except SinkError as error:
            raise CannotStart(f"MEKTUPX_PRINT_SINK: {error}") from error

    # Running ----------------------------------------------------------------------------------------------------------

    def kept(self, messages: Sequence[StoredMessage], effects: Iterable[fx.Effect]) -> None:
        """The door has committed: messages go out, whoever has work is rung for, and a letter may soon be drawn."""
        if self._pool is not None:
            self._pool.wake()
        if self._message_sender is not None and messages:
            self._message_sender.take(messages)
        if self._supervisor is not None:
            self._supervisor.ring(effects)

    async def busy(self) -> bool:
        """Whether anything is in flight: an update, an effect, a message, a print job."""
        parts = (self.door, self._supervisor, self._message_sender, self._bank, self._desk)
        if any(part is not None and part.busy for part in parts):
            return True
        if self._desk is not None and await self.store.do(figures.desk_busy):
            return True
        return await self.store.do(figures.busy, self.clock.now())

    def _moment(self) -> Moment:
        return Moment(self.clock.now(), secrets.token_hex(16))

    async def _ready(self) -> bool:
        try:
            await self.store.do(figures.waiting)
        except Exception as error:
            log.error("the database does not answer", error=why(error))
            return False
        return self._running

    async def _unreachable(self, person: Person) -> None:
        moment = self._moment()
        await self.door.receive(Envelope(f"blocked:{moment.fresh}", person, ChatBlocked(), moment))

    async def _set_aside(self, bot: str, number: int | str | None, error: str) -> None:
        """An update that could not be read or served: its number and what kind of error it was."""
        await self.store.do(
            seen_updates.quarantine, bot, "" if number is None else str(number), error, self.clock.now()
        )

    # Stopping ---------------------------------------------------------------------------------------------------------

    async def stop(self) -> None:
        """Takes nothing new, finishes what has begun, closes in the opposite order of the start."""
        self._running = False
        await self._open.aclose()
        log.info("stopped")
