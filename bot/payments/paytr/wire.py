"""PayTR's manual: the tokens of its calls, the hash of its callbacks, and how it writes money and time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from flows.words.dates import ISTANBUL
from flows.words.text import Kurus

__all__ = [
    "COVERED",
    "CREATE",
    "DELETE",
    "NAME",
    "REFUND",
    "STATUS",
    "Credentials",
    "callback_hash",
    "credentials_of",
    "instant",
    "kurus",
    "notice_of",
    "reference_no",
    "signed",
    "stamp",
]

CREATE: Final = "/odeme/api/link/create"
DELETE: Final = "/odeme/api/link/delete"
STATUS: Final = "/odeme/durum-sorgu"
REFUND: Final = "/odeme/iade"

SIGNED: Final[Mapping[str, tuple[str, ...]]] = {
    CREATE: ("name", "price", "currency", "max_installment", "link_type", "lang", "min_count"),
    DELETE: ("id", "merchant_id"),
    STATUS: ("merchant_id", "merchant_oid"),
    REFUND: ("merchant_id", "merchant_oid", "return_amount"),
}
"""A call -> the fields that its token covers, joined without a separator (dev.paytr.com, the samples of each call)."""

NAME: Final = re.compile(r"[A-Za-z0-9]{1,64}")
"""A callback_id, a merchant_oid, a reference_no: "alfanumerik, en fazla 64 karakter"."""

COVERED: Final[Mapping[str, re.Pattern[str]]] = {
    "callback_id": NAME,
    "merchant_oid": NAME,
    "status": re.compile(r"[a-z_]{1,20}"),
    "total_amount": re.compile(r"[0-9]{1,12}"),
}
"""A field that the hash of a callback covers -> what it may look like."""
_HASH: Final = re.compile(r"[A-Za-z0-9+/=]{1,100}")

_LIRA: Final = re.compile(
    r"(?P<whole>[0-9]{1,9}|[0-9]{1,3}(?P<group>[.,])[0-9]{3}(?:(?P=group)[0-9]{3}){0,2})"
    r"(?:(?P<point>[.,])(?P<part>[0-9]{1,2})(?P<zeros>0{0,8}))?"
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The three values of the merchant panel. The key signs; the salt is part of what is signed."""

    merchant: str
    key: bytes
    salt: str

    def __repr__(self) -> str:
        return "Credentials(…)"


def credentials_of(given: str) -> Credentials:
    """ "merchant_id:merchant_key:merchant_salt"; a ValueError says what is expected, and never what was given."""
    parts = given.split(":")
    if len(parts) != 3 or not all(part and part.isascii() and part == part.strip() for part in parts):
        raise ValueError(
            "PayTR's credentials must read merchant_id:merchant_key:merchant_salt, the three values of its merchant"
            " panel (Destek & Kurulum > Entegrasyon Bilgileri). Example: 123456:a1B2c3D4e5F6g7H8:h8G7f6E5d4C3b2A1"
        )
    merchant, key, salt = parts
    return Credentials(merchant, key.encode(), salt)


def signed(credentials: Credentials, path: str, form: Mapping[str, str]) -> dict[str, str]:
    """The whole form of a call: who we are, what we want, and the token over it."""
    whole = {"merchant_id": credentials.merchant, **form}
    return whole | {"paytr_token": _sign(credentials, *(whole[name] for name in SIGNED[path]), credentials.salt)}


def callback_hash(credentials: Credentials, notice: Mapping[str, str]) -> str:
    """Other than in a token, the salt stands in the middle."""
    order, payment, status, total = (notice[name] for name in COVERED)
    return _sign(credentials, order, payment, credentials.salt, status, total)


def _sign(credentials: Credentials, *parts: str) -> str:
    """base64(HMAC-SHA256(merchant_key, the parts joined without a separator))"""
    return base64.b64encode(hmac.digest(credentials.key, "".join(parts).encode(), hashlib.sha256)).decode()


def notice_of(raw: bytes) -> dict[str, str] | None:
    """The fields of a callback, a posted form; None for what can be none: a field twice, too many, another alphabet."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=40
        )
    except ValueError:  # UnicodeDecodeError is one
        return None
    found = dict(pairs)
    if len(found) != len(pairs):  # whichever of the two counts, somebody could have added the other
        return None
    if not all(form.fullmatch(found.get(name, "")) for name, form in {**COVERED, "hash": _HASH}.items()):
        return None
    return found


# Money and time -------------------------------------------------------------------------------------------------------


def kurus(written: str) -> Kurus:
    """An amount in lira as PayTR answers it: "10,8", "10.80", "1.234,56"; a ValueError for everything else.

    "1.230" is refused: it may be 1230 lira or 1.23.
    """
    found = _LIRA.fullmatch(written)
    if found is None or found["group"] == (found["point"] or ""):
        raise ValueError("This is no amount in lira.")
    single = found["group"] and found["whole"].count(found["group"]) == 1 and not found["point"]
    thirds = found["point"] and not found["group"] and len(found["part"] + found["zeros"]) == 3
    if single or thirds:
        raise ValueError("This amount in lira can be read in two ways.")
    whole = re.sub(r"[.,]", "", found["whole"])
    return Kurus(int(whole) * 100 + int((found["part"] or "0").ljust(2, "0")))


def stamp(at: datetime) -> str:
    """An instant as PayTR writes it, by the clock of Türkiye."""
    return f"{at.astimezone(ISTANBUL):%Y-%m-%d %H:%M:%S}"


def instant(written: str) -> datetime | None:
    """The instant of "2021-01-01 23:59:59", of a mere day its beginning; None for what is neither."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ISTANBUL).astimezone(UTC)
    except ValueError:
        return None


def reference_no(key: str) -> str:
    """Our key of a refund as PayTR keeps it: letters and digits only, always as many."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]
