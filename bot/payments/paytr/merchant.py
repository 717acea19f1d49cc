"""MektupX as a merchant of PayTR: makes and deletes links, checks callbacks, asks for payments, sends money back.

PayTR knows a payment by a number of its own, merchant_oid, which only its callback tells; References keep it.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final

from yarl import URL

from bot.base.locks import NamedLocks
from bot.payments.paytr import wire
from bot.payments.paytr.calls import Calls, Refused
from bot.payments.provider import (
    Access,
    Checkout,
    Forged,
    Hint,
    Link,
    Payment,
    ProviderError,
    Reference,
    SettledRefund,
)
from bot.payments.refund_attempts import UNSURE, RefundAttempts
from bot.payments.unread import ask_each
from flows.words.text import Kurus

__all__ = ["API", "PayTRProvider"]

API: Final = "https://www.paytr.com"

KEPT: Final[Mapping[str, re.Pattern[str]]] = {
    **wire.COVERED,
    "payment_amount": re.compile(r"[0-9]{1,12}"),
    "payment_type": re.compile(r"[a-z_]{1,20}"),
    "currency": re.compile(r"[A-Z]{2,3}"),
    "merchant_id": re.compile(r"[A-Za-z0-9]{1,12}"),
    "test_mode": re.compile(r"[01]"),
}
"""The fields of a callback that are kept, if they look as the manual has them. None is about a card."""

CURRENCIES: Final = {"TL": "TRY", "TRY": "TRY"}
"""PayTR's name of a currency -> ours; another stays as it is, and no order of ours is in it."""

TEST: Final = "XTS"
"""ISO 4217 reserves it for tests: what was paid in test mode is held for a person, and prints no letter."""

NO_PAYMENT: Final = "004"
"""What durum-sorgu says of a merchant_oid without a successful payment."""

PASSING: Final[Mapping[str, frozenset[str]]] = {
    "query": frozenset({"001", "003", NO_PAYMENT}),
    "search": frozenset({"001", "003"}),
    "refund": frozenset({"000", "001", "004", "007", "010"}),
}
"""What for we asked -> refusals that may pass (dev.paytr.com/hata-kodlari): the store or the key is not accepted, which
an operator can mend; a payment that a callback has named is not there yet; refunds are locked during a payout; our OK
has not arrived; the balance is too low."""

_PAGE: Final = re.compile(r"https?://[!-~]{1,400}")
_NOBODYS: Final = "MektupXDeneme"  # a merchant_oid and a link that PayTR never gave
_log = logging.getLogger("mektupx.payments")


class PayTRProvider:
    """The PaymentProvider named "paytr". Usable from the event loop it first speaks in."""

    name: Final = "paytr"

    def __init__(self, access: Access) -> None:
        self._credentials = wire.credentials_of(access.credentials)
        self._live = not access.api
        self._calls = Calls(self._credentials, access.api or API)
        self._callback, self._clock, self._references = access.callback, access.clock, access.references
        self._attempts = RefundAttempts("PayTR", access.references)
        self._locks: NamedLocks[str] = NamedLocks()  # of an order or of a payment

    async def open_link(self, checkout: Checkout) -> Link:
        """A link that was noted is given again while it lives. One whose answer was lost is known to nobody, takes no
        money, and ends with the order's time."""
        if not wire.NAME.fullmatch(checkout.order):
            raise ProviderError("PayTR takes orders named by 1 to 64 letters and digits only.", retry=False)
        async with self._locks.of(checkout.order):
            for page in await self._noted(checkout.order, "page"):
                if page.until and page.until > self._clock.now():
                    return Link(page.url, page.name, page.until)
            made = await self._create(checkout)
            await self._references.note(checkout.order, Reference("page", made.reference, made.url, made.until))
            return made

    async def _create(self, checkout: Checkout) -> Link:
        named = checkout.number in checkout.description
        name = checkout.description if named else f"{checkout.number} {checkout.description}"
        try:
            made = await self._calls.post(
                wire.CREATE,
                name=name.strip()[:200],
                price=str(checkout.amount.amount),
                currency="TL",
                max_installment="1",
                link_type="product",
                lang="en" if checkout.language == "en" else "tr",
                min_count="1",
                max_count="1",  # the link takes one payment
                expiry_date=wire.stamp(checkout.until),
                callback_link=self._callback,
                callback_id=checkout.order,
                debug_on="1",  # else a refusal has no reason
            )
        except Refused as refused:
            mendable = refused.about("paytr_token", "magaza", "yetki")
            raise ProviderError(f"PayTR made no link: {refused}.", retry=mendable) from None
        name, url = _text(made, "id"), _text(made, "link")
        if not (wire.NAME.fullmatch(name) and _PAGE.fullmatch(url)):
            raise ProviderError("PayTR made a link without an address or a name that can be read.", retry=True)
        return Link(url, name, checkout.until.astimezone(UTC))

    def read_callback(self, headers: Mapping[str, str], raw: bytes) -> Hint:
        """Its fields have no separators, and a stranger could move letters between two of them. Each of our orders has
        a name of the same length, so what comes of that is no order of ours. It is posted for successes only; a number
        without money behind it would be asked about in vain, and hide what is paid afterwards."""
        notice = wire.notice_of(raw)
        if notice is None:
            raise Forged
        if not hmac.compare_digest(wire.callback_hash(self._credentials, notice).encode(), notice["hash"].encode()):
            raise Forged
        payment, order = notice["merchant_oid"], notice["callback_id"]
        kept = {name: notice[name] for name, form in KEPT.items() if form.fullmatch(notice.get(name, ""))}
        reference = Reference("payment", payment) if notice["status"] == "success" else None
        return Hint(order, f"{payment}:{notice['status']}", reference, kept)

    def read_return(self, raw: bytes) -> Reference | None:
        return None  # a link leads nowhere back

    async def query(self, order: str) -> tuple[Payment, ...]:
        """Each payment that a callback has named. PayTR signed that it was made: where it does not find it, it will
        soon, and the question is worth another try."""

        async def paid(reference: Reference) -> Payment:
            try:
                said = await self._calls.post(wire.STATUS, merchant_oid=reference.name)
            except Refused as refused:
                raise _refusal("query", refused) from None
            if _text(said, "test_mode") == "1":
                _log.warning("PayTR took payment %s in test mode: no money was moved", reference.name)
            at = wire.instant(_text(said, "payment_date")) or self._clock.now()
            currency = TEST if self._live and _text(said, "test_mode") == "1" else _text(said, "currency")
            return Payment(reference.name, order, _paid(said), CURRENCIES.get(currency, currency), "settled", at)

        return await ask_each(await self._noted(order, "payment"), paid)

    async def refund(self, payment: str, amount: Kurus, key: str) -> SettledRefund:
        """Looks for our reference among the payment's refunds first. PayTR has no idempotency key, and two at once
        would both find none, so a payment is refunded by one call after another."""
        if amount.amount <= 0:
            raise ProviderError("A refund needs an amount above zero.", retry=False)
        async with self._locks.of(payment), self._attempts.in_doubt(payment, key):
            try:
                said = await self._calls.post(wire.STATUS, merchant_oid=payment)
            except Refused as refused:
                raise _refusal("search", refused) from None
            if not _refunded(said, payment, amount, wire.reference_no(key)):
                await self._send_back(payment, amount, key, whole=_paid(said) == amount)
        return SettledRefund(payment, amount)

    async def _send_back(self, payment: str, amount: Kurus, key: str, *, whole: bool) -> None:
        before = await self._attempts.unanswered(payment, key)
        attempt = await self._attempts.begin(payment, key, self._clock.now(), whole=whole)
        fields = {"return_amount": amount.lira, "reference_no": wire.reference_no(key)}
        try:
            said = await self._calls.post(wire.REFUND, merchant_oid=payment, **fields)
        except Refused as refused:
            await self._attempts.refused(payment, attempt)
            refusal = _refusal("refund", refused)
            raise (self._attempts.refused_again() if before and not refusal.retry else refusal) from None
        if _amount(said, "return_amount") != amount:
            raise ProviderError(f"PayTR sent back another amount of {payment} than was asked.", retry=False)

    async def expire(self, order: str) -> None:
        """A refusal that is not about our key is of a link that is paid, deleted or over already."""
        for page in await self._noted(order, "page"):
            try:
                await self._calls.post(wire.DELETE, id=page.name, debug_on="1")
            except Refused as refused:
                if refused.about("paytr_token"):
                    raise ProviderError(f"PayTR deleted no link: {refused}.", retry=True) from None
                _log.info("PayTR did not delete the link of order %s: %s", order, refused)

    async def probe(self) -> None:
        """Asks about a payment and a link that nobody has. Whoever may not ask hears so before that."""
        if self._live and (wrong := _unreachable(self._callback)):
            raise ProviderError(wrong, retry=False)
        try:
            await self._calls.post(wire.STATUS, merchant_oid=_NOBODYS)
        except Refused as refused:
            if refused.code != NO_PAYMENT:
                raise ProviderError(_EXPLAINED.get(refused.code, f"PayTR refused: {refused}."), retry=False) from None
        try:
            await self._calls.post(wire.DELETE, id=_NOBODYS, debug_on="1")
        except Refused as refused:
            if refused.about("yetki", "aktif", "tanimli"):
                raise ProviderError(
                    f"The Link API is not activated for this store ({refused}). Ask PayTR's support for it.",
                    retry=False,
                ) from None
            if refused.about("paytr_token"):
                raise ProviderError(_EXPLAINED["003"], retry=False) from None

    async def close(self) -> None:
        await self._calls.close()

    async def _noted(self, order: str, kind: str) -> tuple[Reference, ...]:
        return tuple(one for one in await self._references.of(order) if one.kind == kind)


_PANEL: Final = "the merchant panel shows it under Destek & Kurulum > Entegrasyon Bilgileri"
_EXPLAINED: Final = {
    "001": f"PayTR does not know this merchant_id, or the store is not active; {_PANEL}.",
    "003": f"PayTR does not accept our signature: merchant_key or merchant_salt is wrong; {_PANEL}.",
}


def _unreachable(callback: str) -> str:
    """Why PayTR would not call back to this address, "" if it would (dev.paytr.com/link-api/link-api-create)."""
    url = URL(callback)
    if (
        url.scheme not in ("http", "https")
        or url.host in ("localhost", None)
        or url.explicit_port
        or len(callback) > 400
    ):
        return (
            "PayTR calls back to public addresses only: http:// or https://, no localhost, no port, 400 characters at"
            f" most. Ours is {callback}. Example: https://mektup.example/payments/paytr"
        )
    return ""


def _refusal(asked: str, refused: Refused) -> ProviderError:
    return ProviderError(f"PayTR refused a {asked}: {refused}.", retry=refused.code in PASSING[asked])


def _refunded(said: Mapping[str, Any], payment: str, amount: Kurus, reference: str) -> bool:
    """Whether PayTR lists the refund already. One of the same amount that has no reference may be this one: whether it
    is, a person has to see."""
    listed = said.get("returns") or []
    if isinstance(listed, dict):  # how PHP writes a list with a gap
        listed = list(listed.values())
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise ProviderError("PayTR's list of refunds cannot be read.", retry=True)
    done = [(_text(one, "reference_no"), _amount(one, "return_amount")) for one in listed]
    if (reference, amount) in done:
        return True
    if any(named == reference for named, _ in done):
        raise ProviderError("PayTR knows this refund key for another amount.", retry=False)
    if ("", amount) in done:
        raise ProviderError(
            f"PayTR lists a refund of the same amount for {payment} without our reference: it may be this one.",
            retry=False,
            said=UNSURE,
        )
    return False


def _paid(said: Mapping[str, Any]) -> Kurus:
    """What PayTR took for the order: payment_amount, the order's own price.

    payment_total may be more where a company's card pays by instalments; the surplus is no price of ours. Were it less,
    less was paid, and that counts.
    """
    total = _amount(said, "payment_total") if "payment_total" in said else None
    price = _amount(said, "payment_amount")
    return price if total is None or total.amount >= price.amount else total


def _amount(said: Mapping[str, Any], field: str) -> Kurus:
    try:
        return wire.kurus(_text(said, field))
    except ValueError:
        raise ProviderError(f"PayTR's {field} cannot be read as an amount in lira.", retry=True) from None


def _text(said: Mapping[str, Any], field: str) -> str:
    value = said.get(field)
    return value if isinstance(value, str) else ""
