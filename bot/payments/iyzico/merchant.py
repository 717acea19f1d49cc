"""MektupX as a customer of iyzico: opens pages, hears webhooks, asks for payments, sends money back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs

from yarl import URL

from bot.base.locks import NamedLocks
from bot.payments.iyzico.attempts import Attempt, ask
from bot.payments.iyzico.client import Client
from bot.payments.iyzico.messages import Opened, Report
from bot.payments.iyzico.refunds import Refunds
from bot.payments.iyzico.webhook import SIGNATURE_HEADER, hint_of, is_token
from bot.payments.provider import (
    Access,
    Checkout,
    Forged,
    Hint,
    Link,
    Payer,
    Payment,
    ProviderError,
    Reference,
    SettledRefund,
    split_credentials,
)
from bot.payments.unread import ask_each
from flows.words.dates import today_in_istanbul
from flows.words.text import Kurus

__all__ = ["IyzicoProvider"]

OPEN: Final = "/payment/iyzipos/checkoutform/initialize/auth/ecom"
DAY: Final = "/v2/reporting/payment/transactions"

PAGE_LIFE: Final = timedelta(minutes=30)
"""Where the answer does not say how long a page lives (tokenExpireTime is 1800 in public samples)."""

LONGEST_LIFE: Final = timedelta(hours=24)

LONGEST_ADDRESS: Final = 2_000

WORTHWHILE: Final = timedelta(minutes=5)
"""A page with less time left is not shown again: a card, a bank's SMS and a look at both take that long."""

ASKED_AFTER: Final = timedelta(hours=1)
"""How long after its end a page may still tell of an attempt that was begun on it. Later ones hinder no new page."""

SKEW: Final = timedelta(minutes=5)
"""How far our clock may lie from iyzico's. Nothing of theirs is dated, but our 24 hours are."""

HEARD_UNSIGNED: Final = 8
"""Webhooks without a signature that are believed of one page. iyzico posts each thing three times at most."""

REMEMBERED: Final = 10_000
"""Pages of which unsigned webhooks are counted, the newest of this process."""


class IyzicoProvider:
    """The PaymentProvider named "iyzico". Usable from the event loop it first speaks in."""

    name: Final = "iyzico"

    def __init__(self, access: Access) -> None:
        key, self._secret = split_credentials(access.credentials)
        self._callback, self._clock, self._references = access.callback, access.clock, access.references
        self._client = Client(key, self._secret, access.api)
        self._refunds = Refunds(self._client, access.references)
        self._locks: NamedLocks[str] = NamedLocks()
        self._unsigned: dict[str, int] = {}

    async def open_link(self, checkout: Checkout) -> Link:
        """A new page once the last one has ended or was declined. While money is on its way there is never a second."""
        _ensure_whole(checkout)
        async with self._locks.of(checkout.order):
            now, fresh = self._clock.now(), None
            if now >= checkout.until:
                raise ProviderError("No page is opened at iyzico for an order whose time is over.", retry=False)
            for page in await self._pages(checkout.order):
                if _until(page) < now - ASKED_AFTER:
                    continue
                attempt, alive = await self._ask(checkout.order, page), _until(page) > now
                if attempt is not None and (attempt.taken or (alive and attempt.open)):
                    return _link(page)
                if attempt is None and _until(page) - now >= WORTHWHILE:
                    fresh = page
            return _link(fresh or await self._mint(checkout))

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """A webhook is a reason to ask. iyzico signs them only once its support has switched that on (iyzipay-php 171).

        Until then we would hear of no payment before the next round of questions. So an unsigned one is taken too, if
        it names a page that this process knows, and eight times at most. Nobody can guess a page's name; who is given
        one, the payer, can make us ask a few times what we ask anyway. All else would be rows and alarms for nothing.
        """
        given = {name.lower(): value for name, value in headers.items()}
        hint, signed = hint_of(raw, given.get(SIGNATURE_HEADER), self._secret)
        if not signed:
            left = self._unsigned.get(hint.reference.name, 0) if hint.reference else 0
            if hint.reference is None or left <= 0:
                raise Forged
            self._unsigned[hint.reference.name] = left - 1
        return hint

    def read_return(self, raw: bytes) -> Reference | None:
        """The form that the payer's browser posts: the page's token and nothing else."""
        try:
            tokens = parse_qs(raw.decode("ascii"), max_num_fields=20).get("token", [])
        except ValueError:
            return None
        return Reference("page", tokens[0]) if len(tokens) == 1 and is_token(tokens[0]) else None

    async def query(self, order: str) -> tuple[Payment, ...]:
        async def attempt_on(page: Reference) -> Payment | None:
            attempt = await self._ask(order, page)
            if attempt is None or (attempt.open and _until(page) < self._clock.now() - ASKED_AFTER):
                return None  # who left the bank's page stays there for ever: nothing was taken
            if attempt.payment.status == "settled":  # a refund, which names the payment only, finds the order by this
                await self._references.note(order, Reference("payment", attempt.payment.id))
            return attempt.payment

        return await ask_each(await self._pages(order), attempt_on)

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        async with self._locks.of(f"refund {payment}"):
            return await self._refunds.refund(payment, amount, key, self._clock.now())

    async def expire(self, order: str) -> None:
        """iyzico has no call that closes a page; it ends by itself, half an hour after it was opened.

        What is paid there meanwhile is found by its webhook, by the payer's return or by our questions, and given back.
        """

    async def probe(self) -> None:
        """Asks for the day's report: it needs the key, the secret, and the right that refunds depend on.

        `/payment/test` of the SDK would not do: no document says that it looks at the credentials.
        """
        here = URL(self._callback)
        if here.scheme != "https" and URL(self._client.api).scheme == "https":
            raise ProviderError("iyzico posts to https only; our own public address begins with http.", retry=False)
        now = self._clock.now()
        query = {"transactionDate": f"{today_in_istanbul(now):%Y-%m-%d}", "page": "1"}
        report = await self._client.get(DAY, query, Report)
        if report.system_time is not None:
            apart = abs(report.system_time / 1000 - now.timestamp())
            if apart > SKEW.total_seconds():
                raise ProviderError(f"Our clock and iyzico's are {apart / 60:.0f} minutes apart.", retry=False)

    async def close(self) -> None:
        await self._client.close()

    async def _pages(self, order: str) -> list[Reference]:
        return [one for one in await self._references.of(order) if one.kind == "page"]

    async def _ask(self, order: str, page: Reference) -> Attempt | None:
        self._remember(page.name)
        return await ask(self._client, order, page.name, self._clock.now())

    async def _mint(self, checkout: Checkout) -> Reference:
        """Noted before anybody sees it: a page that a crash leaves without a note was shown to nobody."""
        made = await self._client.post(OPEN, _wanted(checkout, f"{self._callback}/return"), Opened)
        self._client.ensure_signed("a page", made.signature, made.conversation_id, made.token)
        token, url = made.token or "", made.payment_page_url or ""
        scheme = URL(self._client.api).scheme  # https, but on this machine
        if not (is_token(token) and url.startswith(f"{scheme}://") and len(url) <= LONGEST_ADDRESS):
            raise ProviderError("iyzico opened a page without a usable address.", retry=True)
        life = timedelta(seconds=made.token_expire_time or 0)
        life = life if timedelta(0) < life <= LONGEST_LIFE else PAGE_LIFE
        page = Reference("page", token, url, self._clock.now() + life)
        await self._references.note(checkout.order, page)
        self._remember(token)
        return page

    def _remember(self, page: str) -> None:
        self._unsigned.setdefault(page, HEARD_UNSIGNED)
        if len(self._unsigned) > REMEMBERED:
            del self._unsigned[next(iter(self._unsigned))]


def _until(page: Reference) -> datetime:
    assert page.until is not None  # of each page that was noted
    return page.until


def _link(page: Reference) -> Link:
    return Link(page.url, page.name, _until(page))


def _ensure_whole(checkout: Checkout) -> None:
    """iyzico refuses a form without them; so do we, before anything of a person leaves."""
    missing = [one.name for one in fields(Payer) if one.name != "city" and not getattr(checkout.payer, one.name)]
    if missing:
        raise ProviderError(f"iyzico needs to know of the payer: {', '.join(missing)}.", retry=False)
    if checkout.amount.amount <= 0:
        raise ProviderError("iyzico opens no page for a price of nothing.", retry=False)


def _wanted(checkout: Checkout, back: str) -> dict[str, Any]:
    """The form's body. The letter's addressee is no business of iyzico's: both addresses are that of the invoice."""
    payer, price = checkout.payer, checkout.amount.lira
    city = payer.city or "Türkiye"  # an invoice's address in words of its own may name no il; iyzico takes any word
    address = {
        "contactName": f"{payer.name} {payer.surname}",
        "city": city,
        "country": "Turkey",
        "address": payer.address,
    }
    return {
        "locale": "en" if checkout.language == "en" else "tr",
        "conversationId": checkout.order,
        "price": price,
        "paidPrice": price,
        "currency": "TRY",
        "basketId": checkout.order,
        "paymentGroup": "PRODUCT",
        "callbackUrl": back,
        "enabledInstallments": [1],  # with more, paidPrice would exceed the price
        "buyer": {
            "id": checkout.order,  # not the person's: iyzico shall not see that two orders are of one person
            "name": payer.name,
            "surname": payer.surname,
            "identityNumber": payer.national_id,
            "email": payer.email,
            "registrationAddress": payer.address,
            "city": city,
            "country": "Turkey",
            "ip": payer.ip,
        },
        "shippingAddress": address,
        "billingAddress": address,
        "basketItems": [
            {
                "id": checkout.number,
                "name": checkout.description or checkout.number,
                "category1": "Mektup",
                "itemType": "PHYSICAL",
                "price": price,
            }
        ],
    }
