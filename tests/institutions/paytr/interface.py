"""What PayTR answers to the calls of its merchant; each strictness has its source, dev.paytr.com or a public thread."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from bot.base.clock import Clock
from tests.institutions.paytr.books import ISTANBUL, Books, PageLink, Return, Sale, lira

__all__ = ["Interface"]

Form = Mapping[str, str]

INACTIVE: Final = "Gecersiz istek veya magaza aktif degil"
NO_TOKEN: Final = "paytr_token gonderilmedi veya gecersiz"
NO_RIGHT: Final = "Bu servis icin yetkiniz yok"  # of another service; what an account without Link API hears is unknown
WRONG_FIELD: Final = "Zorunlu alan degeri gecersiz veya gonderilmedi (Link API - create): "
YEAR: Final = timedelta(days=365)
TIME: Final = "%Y-%m-%d %H:%M:%S"

# dev.paytr.com/link-api/link-api-create: what each field may be. "collection" is played by nobody here.
SIGNED: Final[Mapping[str, str]] = {
    "name": r".{4,200}",
    "price": r"[1-9][0-9]{0,9}",
    "currency": r"TL|EUR|USD|GBP|RUB",  # not TRY
    "max_installment": r"[1-9]|1[0-2]",
    "link_type": r"product",
    "lang": r"tr|en",
    "min_count": r"[1-9][0-9]*",
}
OPTIONAL: Final[Mapping[str, str]] = {
    "max_count": r"[1-9][0-9]*",
    "expiry_date": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d",
    "callback_link": r"https?://.{1,392}",
    "callback_id": r"[A-Za-z0-9]{1,64}",
    "get_qr": r"[01]",
    "debug_on": r"[01]",
}


class Refusal(Exception):
    """The fields of the answer."""

    def __init__(self, status: str, **said: str) -> None:
        super().__init__(said)
        self.said = {"status": status, **said}


class Interface:
    """Its four calls, without HTTP.

    link_api: whether the store may use it. hides_untold: durum-sorgu does not find a payment before its callback is
    answered. references: durum-sorgu lists the reference_no of a refund. balance: more than it is not sent back.
    """

    def __init__(self, credentials: str, clock: Clock, books: Books) -> None:
        self.merchant, key, self._salt = credentials.split(":")
        self._key, self._clock, self._books = key.encode(), clock, books
        self.root = ""
        self.link_api = self.references = True
        self.hides_untold = False
        self.balance: int | None = None
        self._calls = {
            "link/create": self._create,
            "link/delete": self._delete,
            "durum-sorgu": self._status,
            "iade": self._refund,
        }

    def answer(self, call: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """What is said to a form. A field twice spoils the token, as one too many does."""
        form = dict(pairs)
        try:
            if form.get("merchant_id") != self.merchant:
                raise Refusal("error", err_no="001", err_msg=INACTIVE, reason=INACTIVE)
            if len(pairs) != len(form):
                raise Refusal("failed", reason=NO_TOKEN)
            return {"status": "success", **self._calls[call](form)}
        except Refusal as refusal:
            return refusal.said

    def hmac(self, words: str) -> str:
        """As in PayTR's samples: b64encode(hmac.new(merchant_key, hash_str.encode(), sha256).digest())."""
        return base64.b64encode(hmac.new(self._key, words.encode(), hashlib.sha256).digest()).decode()

    def notice(self, sale: Sale, **changed: str) -> dict[str, str]:
        """The fields of a callback (dev.paytr.com/link-api/linkle-api-callback), signed; `changed` after signing."""
        form = {
            "merchant_oid": sale.oid,
            "status": "success",
            "total_amount": str(sale.total),
            "payment_amount": str(sale.amount),
            "payment_type": "card",
            "currency": "TL",
            "callback_id": sale.link.order,
            "merchant_id": self.merchant,
            "test_mode": "0",
        }
        hashed = form["callback_id"] + form["merchant_oid"] + self._salt + form["status"] + form["total_amount"]
        return {"hash": self.hmac(hashed), **form, **changed}

    def _create(self, form: Form) -> dict[str, Any]:
        if not self.link_api:
            raise Refusal("error", reason=NO_RIGHT)
        until = datetime.max.replace(tzinfo=UTC)
        for name, shape in (SIGNED | OPTIONAL).items():
            if (name in form or name in SIGNED) and not re.fullmatch(shape, form.get(name, "")):
                raise Refusal("failed", reason=WRONG_FIELD + name)
        self._check(
            form, {*SIGNED, *OPTIONAL}, "".join(form[name] for name in SIGNED), Refusal("failed", reason=NO_TOKEN)
        )
        if "expiry_date" in form:
            until = datetime.strptime(form["expiry_date"], TIME).replace(tzinfo=ISTANBUL).astimezone(UTC)
        if until <= self._clock.now():
            raise Refusal("failed", reason=WRONG_FIELD + "expiry_date")
        callback = urlsplit(form.get("callback_link", ""))
        port = callback.port and callback.hostname != "127.0.0.1"  # the only exception: our tests are there
        if callback.hostname == "localhost" or port:
            raise Refusal("failed", reason=WRONG_FIELD + "callback_link")
        if ("callback_link" in form) != ("callback_id" in form):
            raise Refusal("failed", reason=WRONG_FIELD + "callback_id")
        link = PageLink(
            secrets.token_hex(4).upper(),
            form["name"],
            int(form["price"]),
            form["lang"],
            until,
            form.get("callback_link", ""),
            form.get("callback_id", ""),
            int(form.get("max_count", 1_000_000)),
        )
        self._books.links[link.id] = link
        return {"id": link.id, "link": f"{self.root}/link/{link.id}"}

    def _delete(self, form: Form) -> dict[str, Any]:
        """dev.paytr.com/link-api/link-api-delete. The manual does not say how an unknown link is refused."""
        if not self.link_api:
            raise Refusal("error", reason=NO_RIGHT)
        id_ = form.get("id", "")
        self._check(form, {"id", "debug_on"}, id_ + self.merchant, Refusal("failed", reason=NO_TOKEN))
        link = self._books.links.get(id_)
        if link is None or link.state != "active":
            raise Refusal("failed", reason="Link bulunamadi")
        link.state = "deleted"
        return {}

    def _status(self, form: Form) -> dict[str, Any]:
        """dev.paytr.com/durum-sorgu; amounts as PHP prints them in Turkish: "10,8"."""
        oid = self._oid(form, {"merchant_oid"}, "", "003")
        sale = self._books.sales.get(oid)
        if sale is None or (self.hides_untold and not sale.told):
            raise Refusal("error", err_no="004", err_msg="merchant_oid ile basarili odeme bulunamadi")
        return {
            "payment_amount": _php(sale.amount),
            "payment_total": _php(sale.total),
            "payment_date": f"{sale.at.astimezone(ISTANBUL):{TIME}}",
            "currency": "TL",
            "net_tutar": lira(sale.amount),
            "kesinti_tutari": "0.00",
            "taksit": "0" if sale.total == sale.amount else "3",
            "kart_marka": "BONUS",
            "masked_pan": "455359AAA6747",
            "odeme_tipi": "KART",
            "test_mode": "0",
            "returns": [self._listed(one) for one in sale.returns if one.shown <= self._clock.now()],
        }

    def _listed(self, one: Return) -> dict[str, str]:
        at = f"{one.at.astimezone(ISTANBUL):{TIME}}"
        unset = dict.fromkeys(
            ("return_type", "date_completed", "return_auth_code", "return_ref_num", "return_source"), ""
        )
        reference = {"reference_no": one.reference} if self.references else {}
        return {"return_amount": _php(one.amount), "return_date": at, **unset, **reference}

    def _refund(self, form: Form) -> dict[str, Any]:
        """dev.paytr.com/iade-api; its refusals are those of dev.paytr.com/hata-kodlari."""
        given, reference = form.get("return_amount", ""), form.get("reference_no", "")
        oid = self._oid(form, {"merchant_oid", "return_amount", "reference_no"}, given, "004")
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,2})?", given):  # "Ayraç olarak yalnızca bir nokta (.)"
            raise Refusal("error", err_no="003", err_msg="Gecersiz return_amount")
        if not re.fullmatch(r"[A-Za-z0-9]{0,64}", reference):
            raise Refusal("error", err_no="001", err_msg=INACTIVE)
        whole, _, part = given.partition(".")
        amount, sale, now = int(whole) * 100 + int(part.ljust(2, "0")), self._books.sales.get(oid), self._clock.now()
        if sale is None:
            raise Refusal("error", err_no="005", err_msg="merchant_oid ile basarili odeme bulunamadi")
        if not sale.told:
            raise Refusal("error", err_no="007", err_msg="merchant_oid bulundu ancak odeme henuz siteye bildirilmemis")
        if amount == 0 or amount > sale.left:
            raise Refusal("error", err_no="009", err_msg="Toplam iade tutari odeme tutarindan fazla olamaz")
        if self.balance is not None and amount > self.balance:
            raise Refusal("error", err_no="010", err_msg="Net bakiyeniz yetersiz")
        if now - sale.at > YEAR:
            raise Refusal("error", err_no="011", err_msg="Bir yildan eski islemler icin iade islemi yapilamaz.")
        sale.returns.append(Return(amount, now, reference, now + self._books.lag))
        return {"is_test": 0, "merchant_oid": oid, "return_amount": given, "reference_no": reference}

    def _oid(self, form: Form, fields: set[str], more: str, no_token: str) -> str:
        """The payment that a signed call names."""
        if not (oid := form.get("merchant_oid", "")):
            raise Refusal("error", err_no="002", err_msg="Gecersiz merchant_oid")
        self._check(form, fields, self.merchant + oid + more, Refusal("error", err_no=no_token, err_msg=NO_TOKEN))
        return oid

    def _check(self, form: Form, fields: set[str], covered: str, refusal: Refusal) -> None:
        """More than the manual's fields spoils the token, too (github.com/paytr/paytr-postman, thread 2)."""
        signed = hmac.compare_digest(form.get("paytr_token", "").encode(), self.hmac(covered + self._salt).encode())
        if not signed or set(form) - fields - {"merchant_id", "paytr_token"}:
            raise refusal


def _php(amount: int) -> str:
    """1080 kuruş are "10,8", 1000 are "10"."""
    return lira(amount).rstrip("0").rstrip(".").replace(".", ",")
