"""The two pages of a payment that are ours: the link that leads to the institution's page, and the way back.

The link lives for 24 hours, an institution's page for half an hour: `/pay/…` opens one when it is followed. A browser
that comes back signs nothing: what it brings is a reason to ask, and the page says only what the institution has said.
"""

from __future__ import annotations

import html
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from aiohttp import web

from bot.base.clock import Clock
from bot.base.locks import NamedLocks
from bot.base.log import why
from bot.payments.hooks import Unreadable, body_of
from bot.payments.provider import Institution, Payer, PaymentProvider, ProviderError, References
from bot.web.page import GUARDED, language_of, page
from bot.wording.speak import words
from bot.work.payment_handlers import checkout_of, payer_of
from flows.core.events import Person
from flows.core.state import Order, Standing, State
from flows.words.text import Text, text
from locales import pick
from storage.database.engine import StorageError
from storage.payments import own_links
from storage.senders import orders, people
from storage.store.executor import Executor

__all__ = ["PaymentPages"]

log = structlog.get_logger("mektupx.payments")

HERE: Final = ("127.0.0.1", "::1")  # where a proxy of ours calls from
PAUSE: Final = timedelta(seconds=5)
"""Between two pages that are opened for one order, and between two questions about it: whoever taps and taps, or comes
back and back, gets the same one."""

STYLE: Final = (
    "body{max-width:28em;padding-top:12vh;font-size:1.15em}a{display:block;margin-top:1.5em;padding:.8em 1em;"
    "text-align:center;border:1px solid;border-radius:.4em;text-decoration:none}"
)

TITLE = text("pay", "Payment of your letter")
PAID = text("pay", "We have received your payment. Thank you. Everything else is in the chat.")
HELD = text("pay", "We have received your payment and are checking its amount. You will hear from us in the chat.")
CHECKING = text(
    "pay",
    "We are asking the payment institution whether your payment went through. You will read it in the chat in a"
    " moment.",
)
OPEN = text("pay", "No payment has reached us. You can try again with the button in the chat.")
EXPIRED = text("pay", "This payment link has expired, and you were charged nothing. You can order anew in the chat.")
CLOSED = text("pay", "This payment link is closed, and you were charged nothing. You can order anew in the chat.")
CANCELLED = text("pay", "This order was cancelled. There is nothing to pay.")
UNKNOWN = text("pay", "There is no such payment link. Please open it again with the button in the chat.")
NOT_NOW = text(
    "pay", "The payment page cannot be opened right now. Your order is kept; please try again in a few minutes."
)
BACK_TO_CHAT = text("pay", "Back to the chat")
AGAIN = text("pay", "Try again")

_SAID: Final[Mapping[State, Text]] = {
    State.LINKING: NOT_NOW,
    State.AWAITING: OPEN,
    State.HELD: HELD,
    State.CANCELLED: CANCELLED,
    State.EXPIRED: CLOSED,  # by its time, or by the institution
}
"""What is said of an order; of every other state that it is paid."""

Settle = Callable[[Person, str], Awaitable[object]]


class PaymentPages:
    """Both pages of one institution. chat: tells the address that leads back into the chat, "" where nobody knows."""

    def __init__(
        self,
        store: Executor,
        clock: Clock,
        institution: Institution,
        provider: PaymentProvider,
        known: References,
        settle: Settle,
        chat: Callable[[], Awaitable[str]],
    ) -> None:
        self._store, self._clock, self._chat = store, clock, chat
        self._institution, self._provider, self._known, self._settle = institution, provider, known, settle
        self._opening: NamedLocks[str] = NamedLocks()
        self._opened: dict[str, tuple[datetime, str]] = {}
        self._asking: NamedLocks[str] = NamedLocks()
        self._asked: dict[str, datetime] = {}

    def add_link(self, app: web.Application) -> None:
        app.router.add_get(own_links.PATH + "{token}", self._follow, allow_head=False)

    def add_return(self, app: web.Application) -> None:
        """Of an institution of before, too: its pages may still be open."""
        app.router.add_route("*", f"/payments/{self._provider.name}/return", self._return)

    # The way there ----------------------------------------------------------------------------------------------------

    async def _follow(self, request: web.Request) -> web.Response:
        """To the institution's page while the order can be paid; else the sentence why not."""
        token = request.match_info["token"]
        try:
            order = await self._store.do(own_links.order_of, token)
            standing = await self._standing(order)
        except StorageError as error:
            log.warning("a payment link could not be looked up", error=why(error))
            return await self._told(NOT_NOW, _language(request), 503, again=request.path)
        found = standing.order(order) if standing else None
        if standing is None or found is None:
            return await self._told(UNKNOWN, _language(request), 404)
        language, now = standing.profile.language, self._clock.now()
        if found.state is State.AWAITING and found.url_until is not None and now >= found.url_until:
            return await self._told(EXPIRED, language, 410)
        if found.state is not State.AWAITING:
            return await self._told(_SAID.get(found.state, PAID), language, 200)
        try:
            address = await self._page(standing, found, _address_of(request))
        except (ProviderError, StorageError) as error:
            log.warning(
                "the institution opened no page", order=order, error=why(error), retry=getattr(error, "retry", True)
            )
            return await self._told(NOT_NOW, language, 503, again=request.path)
        return web.Response(status=303, headers={**GUARDED, "Location": address})

    async def _page(self, standing: Standing, order: Order, ip: str) -> str:
        """Whoever taps twice within a moment gets one page."""
        async with self._opening.of(order.id):
            now = self._clock.now()
            self._opened = {known: one for known, one in self._opened.items() if now - one[0] < PAUSE}
            if order.id in self._opened:
                return self._opened[order.id][1]
            link = await self._provider.open_link(checkout_of(standing, order, self._payer(standing, ip)))
            self._opened[order.id] = now, link.url
        return link.url

    def _payer(self, standing: Standing, ip: str) -> Payer:
        """No more than the institution demands."""
        needs, who = self._institution.needs, Payer()
        if needs.identity:
            who = payer_of(standing)
        return replace(
            who,
            national_id=standing.draft.national_id if needs.national_id else "",
            ip=ip if needs.ip else "",
        )

    # The way back -----------------------------------------------------------------------------------------------------

    async def _return(self, request: web.Request) -> web.Response:
        """Asks the institution, and says what it answered."""
        try:
            raw = await body_of(request)
        except (Unreadable, TimeoutError):
            raw = None
        brought = self._provider.read_return(raw) if raw else None
        try:
            order = await self._known.order_of(brought.kind, brought.name) if brought else ""
            standing = await self._standing(order)
            if standing is None:
                return await self._told(UNKNOWN, _language(request), 404)
            await self._ask(standing.person, order)
            standing = await self._standing(order) or standing
        except (ProviderError, StorageError) as error:
            log.warning("a payment could not be asked about when its payer came back", error=why(error))
            return await self._told(CHECKING, _language(request), 200)
        found = standing.order(order)
        state = found.state if found else State.LINKING
        return await self._told(_SAID.get(state, PAID), standing.profile.language, 200)

    async def _ask(self, person: Person, order: str) -> None:
        """Whoever comes a moment later waits for the answer, and costs the institution no question."""
        async with self._asking.of(order):
            now = self._clock.now()
            self._asked = {known: at for known, at in self._asked.items() if now - at < PAUSE}
            if order not in self._asked:
                await self._settle(person, order)
                self._asked[order] = now

    # Both -------------------------------------------------------------------------------------------------------------

    async def _standing(self, order: str) -> Standing | None:
        person = await self._store.do(orders.person_of, order) if order else None
        return await self._store.do(people.standing_of, person) if person else None

    async def _told(self, said: Text, language: str, status: int, again: str = "") -> web.Response:
        chat = await self._chat()
        links = [(again, AGAIN)] if again else []
        links += [(chat, BACK_TO_CHAT)] if chat else []
        shown = "".join(
            f'<a href="{html.escape(address)}">{html.escape(words(label, language))}</a>' for address, label in links
        )
        body = f'<main><p role="status">{html.escape(words(said, language))}</p>{shown}</main>'
        return page(body, title=words(TITLE, language), language=language, style=STYLE, status=status)


def _language(request: web.Request) -> str:
    """Of a browser whose order we do not know."""
    return pick(language_of(request))


def _address_of(request: web.Request) -> str:
    """The payer's IP address. A proxy on this machine tells it (deploy/nginx.conf writes the header anew)."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if told and request.remote in HERE else request.remote or ""
