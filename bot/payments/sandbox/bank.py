"""The sandbox institution: an interface for the seller, a page for the payer, callbacks about what was done there.

Mounted with ``app.add_subapp("/sandbox", bank.app())``. It holds no card and moves no money.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.base.clock import Clock
from bot.payments.provider import split_credentials
from bot.payments.sandbox import page, wire
from bot.payments.sandbox.books import Books, BooksError, Kind, Link, Pending

__all__ = ["REPEATS", "SandboxBank"]

REPEATS: Final = (timedelta(0), timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=15))
"""How long before each attempt at a callback the bank waits; then it gives up, as real ones do (iyzico after three)."""

_log = logging.getLogger("mektupx.sandbox")

P = ParamSpec("P")
T = TypeVar("T")


class SandboxBank:
    """One institution with one seller.

    books: its own small file. credentials: "key:secret" as given to that seller. public: root of the bank as payers
    reach it, such as "https://pay.example/sandbox"; "" takes it from each request. `clock` also times the repetitions.
    """

    def __init__(
        self,
        books: Path,
        credentials: str,
        clock: Clock,
        *,
        seller: str = "MektupX",
        public: str = "",
        repeats: Sequence[timedelta] = REPEATS,
    ) -> None:
        self._key, self._secret = split_credentials(credentials)
        self._path, self._clock, self._seller = books, clock, seller
        self._public, self._repeats = public.rstrip("/"), repeats
        self._books: Books
        self._http: ClientSession
        self._telling: dict[str, asyncio.Task[None]] = {}

    def app(self) -> web.Application:
        """The aiohttp application; its books open when it starts, and calls a crash had left undone are taken up."""
        app = web.Application()
        app.cleanup_ctx.append(self._running)
        app.router.add_post("/api/links", self._signed(self._open_link))
        app.router.add_get("/api/links", self._signed(self._find_link))
        app.router.add_post("/api/links/close", self._signed(self._close_link))
        app.router.add_get("/api/payments", self._signed(self._list_payments))
        app.router.add_post("/api/refunds", self._signed(self._refund))
        app.router.add_get("/api/refunds", self._signed(self._find_refund))
        app.router.add_get("/pay/{token}", self._show)
        app.router.add_post("/pay/{token}", self._act)
        return app

    @property
    def busy(self) -> bool:
        """Whether a callback is under way."""
        return bool(self._telling)

    async def idle(self) -> None:
        """Returns when no callback is under way any more."""
        while self._telling:
            await asyncio.wait(self._telling.values())

    async def _running(self, app: web.Application) -> AsyncIterator[None]:
        self._books = await asyncio.to_thread(Books, self._path)
        self._http = ClientSession(timeout=ClientTimeout(total=10))
        await self._tell_all(None)
        yield
        for task in (calls := list(self._telling.values())):
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._http.close()
        await asyncio.to_thread(self._books.close)

    # The seller's interface -------------------------------------------------------------------------------------------

    def _signed(
        self, answer: Callable[[web.Request, bytes], Awaitable[Any]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """Lets only the seller in: a fresh signature over method, path, key and the exact bytes of the body."""

        async def handle(request: web.Request) -> web.StreamResponse:
            raw, given = await request.read(), request.headers
            time, idempotency = given.get(wire.TIME_HEADER, ""), given.get(wire.IDEMPOTENCY_HEADER, "")
            path = request.rel_url.raw_path_qs
            signature = wire.call_signature(
                self._secret, time=time, method=request.method, path=path, idempotency=idempotency, raw=raw
            )
            known = wire.same(self._key, given.get(wire.KEY_HEADER, ""))
            if not (wire.same(signature, given.get(wire.SIGNATURE_HEADER, "")) and known):
                return _refusal("Not signed by the seller.", 401)
            if not wire.timely(time, self._clock.now()):
                return _refusal("Signed too long ago.", 401)
            try:
                body = await answer(request, raw)
            except msgspec.MsgspecError:
                return _refusal("The body does not follow the manual.", 400)
            except BooksError as error:
                return _refusal(str(error), error.status)
            return web.Response(body=msgspec.json.encode(body), content_type="application/json")

        return handle

    async def _open_link(self, request: web.Request, raw: bytes) -> wire.LinkAnswer:
        wanted = msgspec.json.decode(raw, type=wire.LinkRequest)
        if wanted.amount <= 0 or wanted.until.tzinfo is None:
            raise BooksError("A link needs a price above zero and an instant with its time zone.", 400)
        link = await _thread(self._books.open_link, wanted)
        root = self._public or str(request.url.with_query(None)).removesuffix("/api/links")
        return wire.LinkAnswer(f"{root}/pay/{link.token}", link.token, link.until)

    async def _find_link(self, request: web.Request, raw: bytes) -> wire.LinkState:
        link = await _thread(self._books.link_of, request.query.get("order", ""))
        if link is None:
            raise BooksError("There is no link of this order.", 404)
        return wire.LinkState(link.takes_money(self._clock.now()))

    async def _close_link(self, request: web.Request, raw: bytes) -> dict[str, bool]:
        await _thread(self._books.close_link, msgspec.json.decode(raw, type=wire.CloseRequest).order)
        return {"closed": True}

    async def _list_payments(self, request: web.Request, raw: bytes) -> list[wire.PaymentAnswer]:
        return await _thread(self._books.payments, request.query.get("order", ""))

    async def _refund(self, request: web.Request, raw: bytes) -> wire.RefundAnswer:
        wanted, key = msgspec.json.decode(raw, type=wire.RefundRequest), request.headers.get(wire.IDEMPOTENCY_HEADER)
        if not key:
            raise BooksError("A refund needs an idempotency key.", 400)
        return await _thread(self._books.refund, key, wanted.payment, wanted.amount)

    async def _find_refund(self, request: web.Request, raw: bytes) -> wire.RefundAnswer:
        found = await _thread(self._books.refunded, request.query.get("key", ""))
        if found is None:
            raise BooksError("There is no refund with this key.", 404)
        return found

    # The payer's page -------------------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.Response:
        language = _language(request)
        link = await _thread(self._books.link, request.match_info["token"])
        if link is None:
            return _html(page.missing_page(language), 404)
        return _html(page.payment_page(link, self._seller, language, self._clock.now()))

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """Does what the button says, then shows the page anew, so that a reload repeats nothing."""
        act = (await request.post()).get("act")
        link = await _thread(self._books.link, request.match_info["token"])
        if link is None:
            return _html(page.missing_page(_language(request)), 404)
        if not isinstance(act, str) or act not in page.ACTS:
            return _refusal("There is no such button.", 400)
        kind, amounts, state = _deed(act, link)
        await _thread(self._books.act, link.token, kind, amounts, state, self._clock.now())
        await self._tell_all(link.order)
        raise web.HTTPSeeOther(str(request.rel_url), headers={"Cache-Control": "no-store"})

    # Callbacks --------------------------------------------------------------------------------------------------------

    async def _tell_all(self, order: str | None) -> None:
        for call in await _thread(self._books.pending, order):
            if call.event not in self._telling:
                task = asyncio.create_task(self._tell(call), name=f"sandbox-callback-{call.event}")
                self._telling[call.event] = task
                task.add_done_callback(partial(self._told, call.event))

    def _told(self, event: str, task: asyncio.Task[None]) -> None:
        del self._telling[event]
        if not task.cancelled() and task.exception() is not None:
            _log.error("a callback failed", exc_info=task.exception())

    async def _tell(self, call: Pending) -> None:
        """Posts one callback until the seller answers 200 or the attempts are used up; each attempt is signed anew."""
        raw = msgspec.json.encode(wire.Notice(call.event, call.kind, call.order))
        left = self._repeats[call.attempts :]
        for nth, wait in enumerate(left, start=1):
            await self._clock.until(self._clock.now() + wait)
            heard = await self._post(call.callback, raw)
            await _thread(self._books.told, call.event, done=heard or nth == len(left))
            if heard:
                return
        _log.warning("gave up a callback about order %s", call.order)

    async def _post(self, callback: str, raw: bytes) -> bool:
        time = wire.stamp(self._clock.now())
        headers = {
            "Content-Type": "application/json",
            wire.TIME_HEADER: time,
            wire.SIGNATURE_HEADER: wire.callback_signature(self._secret, time, raw),
        }
        try:
            async with self._http.post(callback, data=raw, headers=headers, allow_redirects=False) as answer:
                return answer.status == 200
        except (ClientError, TimeoutError, ValueError):
            return False


def _deed(act: str, link: Link) -> tuple[Kind, tuple[int, ...], Any]:
    """What a button means in the books: the kind of callback, the payments to enter, the link's new state."""
    price = link.amount
    deeds: dict[str, tuple[Kind, tuple[int, ...], str]] = {
        "pay": ("payment.settled", (price,), "paid"),
        "fail": ("payment.declined", (price,), "open"),
        "twice": ("payment.settled", (price, price), "paid"),
        "wrong": ("payment.settled", (price - 100 if price > 100 else price + 100,), "paid"),
        "expire": ("link.expired", (), "closed"),
    }
    return deeds[act]


def _language(request: web.Request) -> str:
    return page.language_of(request.query.get("lang"), request.headers.get("Accept-Language", ""))


def _html(body: str, status: int = 200) -> web.Response:
    return web.Response(text=body, status=status, content_type="text/html", headers=page.HEADERS)


def _refusal(why: str, status: int) -> web.Response:
    return web.json_response({"error": why}, status=status)


async def _thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    return await asyncio.to_thread(call, *args, **kwargs)
