"""PayTR's books: links, what was paid through them, what went back, and callbacks that nobody has answered yet."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["ACTS", "ISTANBUL", "MINUTE", "Act", "Books", "Notice", "PageLink", "Return", "Sale", "lira"]

ISTANBUL: Final = ZoneInfo("Europe/Istanbul")
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
REPEATS: Final = (timedelta(0), *(MINUTE,) * 10)
"""What PayTR waits before each try of a callback. The manual says that it repeats, and not for how long."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a button of the page does. sales: what is added to the price, once for each payment. surplus: what a
    card's owner pays their bank for instalments. waits: before each try of a callback. after_ok: it comes again.
    forged: a callback that PayTR did not sign comes instead of one. over: the link ends."""

    sales: tuple[int, ...] = (0,)
    surplus: int = 0
    waits: tuple[timedelta, ...] = REPEATS
    after_ok: int = 0
    forged: bool = False
    over: bool = False


ACTS: Final[Mapping[str, Act]] = {
    "pay": Act(),
    "decline": Act(()),
    "twice": Act((0, 0)),
    "wrong": Act((-100,)),
    "instalments": Act(surplus=450),
    "lost": Act(waits=()),
    "late": Act(waits=(HOUR, *REPEATS)),
    "doubled": Act(after_ok=2),
    "forged": Act((), forged=True),
    "end": Act((), over=True),
}
"""The first two are what a real page can do; the others are its misbehaviour."""


@dataclass(slots=True)
class PageLink:
    """A link as its create call wanted it. state: "active", "paid" or "deleted"."""

    id: str
    name: str
    price: int
    language: str
    until: datetime
    callback: str
    order: str
    stock: int
    state: str = "active"
    declined: bool = False

    def takes_money(self, now: datetime) -> bool:
        return self.state == "active" and now < self.until


@dataclass(frozen=True, slots=True)
class Return:
    """Money on its way back to a card. shown: from when durum-sorgu lists it."""

    amount: int
    at: datetime
    reference: str
    shown: datetime


@dataclass(slots=True)
class Sale:
    """A payment. amount: of the order; total: what the payer paid. told: its callback was answered with OK."""

    oid: str
    link: PageLink
    amount: int
    total: int
    at: datetime
    told: bool = False
    returns: list[Return] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.amount - sum(one.amount for one in self.returns)


@dataclass(slots=True)
class Notice:
    """A callback to be made."""

    sale: Sale
    waits: tuple[timedelta, ...] = REPEATS
    after_ok: int = 0


class Books:
    """All of it in memory: the institution outlives the service that a test kills.

    lag: how long durum-sorgu hides a refund that was made.
    """

    def __init__(self) -> None:
        self.lag = timedelta(0)
        self.links: dict[str, PageLink] = {}
        self.sales: dict[str, Sale] = {}

    def pay(self, link: PageLink, act: Act, now: datetime) -> list[Notice]:
        """What a payer does on the page, whether or not the link takes money still."""
        made = [
            Sale(f"PT{secrets.token_hex(6).upper()}", link, price, price + act.surplus, now)
            for price in (link.price + more if link.price + more > 0 else link.price - more for more in act.sales)
        ]
        self.sales |= {sale.oid: sale for sale in made}
        link.declined = not made
        if act.over:
            link.until = now
        sold = sum(one.link is link for one in self.sales.values())
        if link.state == "active" and sold >= link.stock:
            link.state = "paid"  # "Stok adedi kadar ödeme yapıldığında link pasif olur"
        return [Notice(sale, act.waits, act.after_ok) for sale in made]

    def statement(self, day: date) -> list[dict[str, str]]:
        """Sales (S) and refunds (I) of a day in Türkiye, with the fields of dev.paytr.com/islem-dokumu."""
        return [
            {
                "islem_tipi": kind,
                "net_tutar": lira(amount),
                "kesinti_tutari": "0.00",
                "kesinti_orani": "0.00",
                "islem_tutari": lira(amount),
                "odeme_tutari": lira(paid),
                "islem_tarihi": f"{day:%d.%m.%Y}",
                "para_birimi": "TL",
                "taksit": "0",
                "kart_marka": "BONUS",
                "kart_no": "455359AAA6747",
                "siparis_no": sale.oid,
                "odeme_tipi": "KART",
            }
            for sale in self.sales.values()
            for kind, amount, paid, at in (
                ("S", sale.amount, sale.total, sale.at),
                *(("I", one.amount, one.amount, one.at) for one in sale.returns),
            )
            if at.astimezone(ISTANBUL).date() == day
        ]


def lira(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
