"""The pretended iyzico as an aiohttp application: it answers the seller, shows the payer a page, and posts webhooks."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from bot.base.clock import Clock
from tests.institutions.iyzico import oracle, page
from tests.institutions.iyzico.api import ENDPOINTS, SIGNED, Api
from tests.institutions.iyzico.books import Books, Page, Paid, Refusal
from tests.institutions.iyzico.faults import ACTS, FAULTS, Fault

__all__ = ["Call", "FakeIyzico", "Webhook"]

FIRST: Final = timedelta(seconds=12)
AGAIN: Final = timedelta(minutes=15)
ATTEMPTS: Final = 3
"""https://docs.iyzico.com/en/advanced/webhook: after 10 to 15 seconds, then every 15 minutes, three times in all."""

LATE: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Call:
    """A call of the seller. name: of the endpoint; path: with its query."""

    name: str
    path: str
    headers: dict[str, str]
    raw: bytes


@dataclass
class Webhook:
    """One that is still to be posted; `signature` is None where the merchant's support has not switched it on."""

    body: dict[str, Any]
    signature: str | None
    due: datetime
    attempts: int = 0


class FakeIyzico:
    """One merchant's iyzico.

    webhook: the address in the merchant panel, "" for none. by_itself: webhooks go out when their time has come; else
    they wait in `owed`, to be lost, doubled or reordered, until `deliver`. calls: what the seller has asked.
    """

    def __init__(
        self, credentials: str, clock: Clock, *, webhook: str = "", seller: str = "MektupX", by_itself: bool = False
    ) -> None:
        key, _, secret = credentials.partition(":")
        self._clock, self._seller, self._by_itself = clock, seller, by_itself
        self.webhook, self.signs = webhook, True
        self.books = Books()
        self.api = Api(self.books, key, secret, clock.now)
        self.owed: list[Webhook] = []
        self.calls: list[Call] = []
        self.refusal_status = 200  # the documents say 400, public threads show 200
        self._spoilt: list[tuple[str, str]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._over: asyncio.Event
        self._http: ClientSession

    def app(self) -> web.Application:
        app = web.Application()
        app.cleanup_ctx.append(self._running)
        app.on_shutdown.append(self._shut)
        for method, path in ENDPOINTS:
            app.router.add_route(method, path, self._answer)
        app.router.add_get("/", self._show)
        app.router.add_post("/", self._tapped)
        return app

    async def _running(self, app: web.Application) -> AsyncIterator[None]:
        self._over = asyncio.Event()
        self._http = ClientSession(timeout=ClientTimeout(total=10))
        yield
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self._http.close()

    async def _shut(self, app: web.Application) -> None:
        self._over.set()

    # What a test or a person does with it -----------------------------------------------------------------------------

    def spoil(self, fault: str, endpoint: str = "", times: int = 1) -> None:
        """The next answers of an endpoint ("detail", "refund" …; "" for any) go wrong; see `faults.FAULTS`."""
        assert fault in FAULTS
        self._spoilt += [(fault, endpoint)] * times

    def calm(self) -> None:
        """From here on every answer is as it should be."""
        self._spoilt.clear()

    def act(self, token: str, name: str) -> Paid | None:
        """What a payer's tap does, also on the page; None where nothing was paid or the page takes no money."""
        form, act, now = self.books.pages[token], ACTS[name], self._clock.now()
        if not form.takes_money(now):
            return None
        if name == "end":
            form.until = now
        paid = None
        if act.status:
            amount, currency = form.price + act.more, act.currency or form.currency
            paid = self.books.pay(form, now, act.status, act.fraud, amount, currency)
        for kind in act.webhooks:
            self._owe(form, paid, kind)
        if act.fault:
            self.spoil(act.fault, "detail")
        return paid

    def review(self, number: str, *, approved: bool) -> None:
        """The fraud check of a held payment comes to its end; a webhook says so."""
        paid = self.books.paid[number]
        paid.fraud = 1 if approved else -1
        self._owe(paid.page, paid, "signed")

    async def deliver(self) -> list[int]:
        """Posts all that is owed, in the order it lies there; what was not answered with 2xx is owed again. Status by
        status, 0 for no answer."""
        owed, self.owed = self.owed, []
        return [await self._post(one) for one in owed]

    async def idle(self) -> None:
        """Returns when no webhook is under way by itself any more."""
        while self._telling:
            await asyncio.wait(self._telling)

    @property
    def busy(self) -> bool:
        return bool(self._telling)

    def statement(self, day: date) -> list[dict[str, Any]]:
        return self.books.statement(day)

    # Webhooks ---------------------------------------------------------------------------------------------------------

    def _owe(self, form: Page, paid: Paid | None, kind: str) -> None:
        now = self._clock.now()
        body = {
            "paymentConversationId": form.conversation,
            "merchantId": 123456,
            "token": form.token,
            "status": paid.status if paid else "SUCCESS",
            "iyziReferenceCode": uuid.uuid4().hex,
            "iyziEventType": "CHECKOUT_FORM_AUTH",
            "iyziEventTime": int(now.timestamp() * 1000),
            "iyziPaymentId": int(paid.id) if paid else 24999999,
        }
        fields = ("iyziEventType", "iyziPaymentId", "token", "paymentConversationId", "status")
        genuine = oracle.webhook_signature(self.api.secret, *(str(body[name]) for name in fields))
        signature = {"forged": "f" * 64, "unsigned": None}.get(kind, genuine if self.signs else None)
        owed = Webhook(body, signature, now + (LATE if kind == "late" else FIRST))
        self.owed.append(owed)
        if self._by_itself:
            task = asyncio.create_task(self._tell(owed))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell(self, owed: Webhook) -> None:
        while owed in self.owed:
            await self._clock.until(owed.due)
            self.owed.remove(owed)
            await self._post(owed)

    async def _post(self, owed: Webhook) -> int:
        owed.attempts, owed.due = owed.attempts + 1, self._clock.now() + AGAIN
        headers = {"Content-Type": "application/json"}
        if owed.signature is not None:
            headers["X-IYZ-SIGNATURE-V3"] = owed.signature
        try:
            async with self._http.post(self.webhook, data=json.dumps(owed.body), headers=headers) as answer:
                status = answer.status
        except (ClientError, TimeoutError, ValueError):
            status = 0
        if not 200 <= status < 300 and owed.attempts < ATTEMPTS:
            self.owed.append(owed)
        return status

    # The seller -------------------------------------------------------------------------------------------------------

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        name = ENDPOINTS[request.method, request.path]
        raw = await request.read()
        self.calls.append(Call(name, request.path_qs, dict(request.headers), raw))
        fault, said = self._fault(name), {}
        try:
            self.api.ensure_signed(request.headers, request.path, raw)
            if fault.answer == "limit":
                raise Refusal("50000", "Request Limit Exceeded")
            if fault.acts:
                told = json.loads(raw) if request.method == "POST" else dict(request.query)
                said = getattr(self.api, name)(told, str(request.url.origin()))
        except Refusal as refusal:
            return self._said("failure", refusal, status=self.refusal_status)
        if fault.answer is not None:
            return await self._spoilt_answer(request, fault)
        fault.before(said)
        if name in SIGNED:
            said["signature"] = self.api.signed(name, said)
        fault.after(said)
        return self._said("success", None, **said)

    def _fault(self, name: str) -> Fault:
        for index, (fault, endpoint) in enumerate(self._spoilt):
            if endpoint in ("", name):
                del self._spoilt[index]
                return FAULTS[fault]
        return Fault()

    def _said(self, outcome: str, refusal: Refusal | None, *, status: int = 200, **more: Any) -> web.Response:
        said = {"status": outcome, "locale": "tr", "systemTime": int(self._clock.now().timestamp() * 1000), **more}
        if refusal is not None:
            said |= {"errorCode": refusal.code, "errorMessage": refusal.words}
            said |= {} if refusal.retryable is None else {"retryable": refusal.retryable}
        return web.Response(body=self.api.written(said), status=status, content_type="application/json")

    async def _spoilt_answer(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        match fault.answer:
            case "html":
                return web.Response(text="<html><h1>Bakım çalışması</h1></html>", content_type="text/html")
            case "error":
                return web.Response(text="Internal Server Error", status=500)
            case "redirect":
                raise web.HTTPFound("/elsewhere")
            case "hangs":
                await self._over.wait()
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    # The payer --------------------------------------------------------------------------------------------------------

    async def _show(self, request: web.Request) -> web.Response:
        language = page.language_of(request.query.get("lang"))
        form = self.books.pages.get(request.query.get("token", ""))
        if form is None:
            return _html(page.missing_page(language), status=404)
        open_still = form.takes_money(self._clock.now())
        return _html(page.payment_page(form, self._seller, language, takes_money=open_still))

    async def _tapped(self, request: web.Request) -> web.Response:
        language = page.language_of(request.query.get("lang"))
        form, act = self.books.pages.get(request.query.get("token", "")), (await request.post()).get("act")
        if form is None or act not in ACTS:
            return _html(page.missing_page(language), status=404)
        taken = form.takes_money(self._clock.now())
        self.act(form.token, str(act))
        if taken and ACTS[str(act)].returns:
            return _html(page.back_page(form, self._seller, language), callback=form.callback)
        return _html(page.payment_page(form, self._seller, language, takes_money=form.takes_money(self._clock.now())))


def _html(words: str, status: int = 200, callback: str = "") -> web.Response:
    return web.Response(text=words, status=status, content_type="text/html", headers=page.headers(callback))
