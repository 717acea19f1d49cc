"""PayTR as a process: its calls over HTTP, the page for a payer, callbacks until they are answered with OK."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Coroutine, Mapping
from datetime import date
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.base.clock import Clock
from tests.institutions.paytr import page
from tests.institutions.paytr.books import ACTS, Books, Notice, PageLink, Sale
from tests.institutions.paytr.interface import Interface

__all__ = ["FAULTS", "PayTR"]

FAULTS: Final = ("lost", "hanging", "truncated", "unavailable", "html", "redirect")
"""How a call ends instead of its answer; the first three were done all the same."""

HEARD: Final = "200 OK"


class PayTR:
    """The institution with one merchant, on the address where its `app` is served.

    credentials: "merchant_id:merchant_key:merchant_salt". public: root of the pages as payers reach them; "" takes it
    from each call. holding: callbacks wait in `waiting` until `deliver`, in whatever order it is asked.
    """

    def __init__(self, credentials: str, clock: Clock, *, seller: str = "MektupX", public: str = "") -> None:
        self._clock, self._seller, self._public = clock, seller, public.rstrip("/")
        self.books = Books()
        self.interface = Interface(credentials, clock, self.books)
        self.holding = False
        self.waiting: list[Notice] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self._faults: defaultdict[str, deque[str]] = defaultdict(deque)
        self._telling: set[asyncio.Task[Any]] = set()
        self._http: ClientSession

    def app(self) -> web.Application:
        app = web.Application()
        app.cleanup_ctx.append(self._running)
        for path in ("/odeme/api/link/create", "/odeme/api/link/delete", "/odeme/durum-sorgu", "/odeme/iade"):
            app.router.add_post(path, self._called)
        app.router.add_get("/bakim", self._called)
        app.router.add_get("/link/{id}", self._show)
        app.router.add_post("/link/{id}", self._act)
        return app

    def statement(self, day: date) -> list[dict[str, str]]:
        """The sales and refunds of a day in Türkiye."""
        return self.books.statement(day)

    def fail(self, call: str, *faults: str) -> None:
        """The next calls ("iade", "link/create" …) end like this; "" lets one through."""
        assert set(faults) <= {*FAULTS, ""}
        self._faults[call].extend(faults)

    # What a payer does, and what comes of it --------------------------------------------------------------------------

    def pay(self, link: str, act: str = "pay", *, anyway: bool = False) -> list[Sale]:
        """A button of the page; `anyway` even where the link takes no money any more."""
        found, now = self.books.links[link], self._clock.now()
        if not (anyway or found.takes_money(now)):
            return []
        notices = self.books.pay(found, ACTS[act], now)
        self.waiting += notices
        for notice in () if self.holding else notices:
            self._start(self._tell(notice))
        if ACTS[act].forged:
            self._start(self.forge(found))
        return [notice.sale for notice in notices]

    @property
    def busy(self) -> bool:
        return bool(self._telling)

    async def idle(self) -> None:
        """Returns when no callback is under way any more."""
        while self._telling:
            await asyncio.wait(self._telling)

    async def deliver(self, *notices: Notice) -> list[str]:
        """Makes these callbacks in this order, all that wait if none is named; what was answered to each."""
        return [await self.knock(notice) for notice in notices or tuple(self.waiting)]

    async def knock(self, notice: Notice) -> str:
        """One try of one callback. Only a status of 200 and exactly the two letters count as heard."""
        answer = await self._post(notice.sale.link, self.interface.notice(notice.sale))
        if answer == HEARD:
            notice.sale.told = True
            self.waiting = [one for one in self.waiting if one is not notice]
        return answer

    async def forge(self, link: PageLink) -> str:
        """Somebody who knows the callback's address, and not the key, says that a link was paid."""
        sale = Sale("PTFORGED", link, link.price, link.price, self._clock.now())
        return await self._post(
            link, self.interface.notice(sale, hash=base64.b64encode(secrets.token_bytes(32)).decode())
        )

    async def _tell(self, notice: Notice) -> None:
        for wait in notice.waits:
            await self._clock.until(self._clock.now() + wait)
            if await self.knock(notice) == HEARD:
                for _ in range(notice.after_ok):
                    await self.knock(notice)
                return

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _post(self, link: PageLink, form: Mapping[str, str]) -> str:
        try:
            async with self._http.post(link.callback, data=form, allow_redirects=False) as answer:
                return f"{answer.status} {await answer.text()}"
        except (ClientError, TimeoutError, ValueError) as error:
            return type(error).__name__

    async def _running(self, app: web.Application) -> AsyncIterator[None]:
        self._http = ClientSession(timeout=ClientTimeout(total=20))
        yield
        for task in (calls := list(self._telling)):
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._http.close()

    # HTTP -------------------------------------------------------------------------------------------------------------

    async def _called(self, request: web.Request) -> web.StreamResponse:
        pairs = [(name, str(value)) for name, value in (await request.post()).items()]
        call = request.path.removeprefix("/odeme/").removeprefix("api/")
        self.asked.append((call, dict(pairs)))
        if call == "/bakim":  # whoever followed a redirect hears that all is well
            return web.json_response({"status": "success"})
        fault = self._faults[call].popleft() if self._faults[call] else ""
        if fault in _BROKEN:
            return web.Response(text="<h1>Bakımdayız</h1>", content_type="text/html", **_BROKEN[fault])
        self.interface.root = self._public or str(request.url.origin())
        # PHP's echo of json_encode: JSON, whatever its type says
        answer = web.json_response(self.interface.answer(call, pairs), content_type="text/html")
        if fault == "hanging":
            await asyncio.Event().wait()
        if fault == "lost" and request.transport is not None:
            request.transport.close()
        return web.Response(text=str(answer.text)[:-9]) if fault == "truncated" else answer

    async def _show(self, request: web.Request) -> web.Response:
        link, language = self.books.links.get(request.match_info["id"]), request.query.get("lang", "")
        words = page.shown(link, self._seller, language, self._clock.now())
        status = 404 if link is None else 200
        return web.Response(text=words, status=status, content_type="text/html", headers=page.HEADERS)

    async def _act(self, request: web.Request) -> web.StreamResponse:
        """Does what the button says, then shows the page anew, so that a reload repeats nothing."""
        act, _, anyway = str((await request.post()).get("act")).partition("-")
        if request.match_info["id"] not in self.books.links or act not in ACTS:
            raise web.HTTPNotFound
        self.pay(request.match_info["id"], act, anyway=bool(anyway))
        raise web.HTTPSeeOther(request.rel_url)


_BROKEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "unavailable": {"status": 503},
    "html": {"status": 200},
    "redirect": {"status": 302, "headers": {"Location": "/bakim"}},
}
