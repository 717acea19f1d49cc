"""The operator has chosen another institution: what is paid on a page of the one before is heard of all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.base.setting_types import Credentials
from bot.payments.provider import Checkout
from bot.service.payments import payments
from flows.core.events import PaymentSettled, Person
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.payments.references import Noted
from storage.senders import orders
from tests.bot.payments.conftest import ORDER, TownClock
from tests.bot.payments.paytr.conftest import CREDENTIALS, PRICE, UNTIL
from tests.fakes import FakeExecutor, Receiver, plain_logs  # noqa: F401
from tests.institutions.paytr import PayTR

AYSE = Person("pigeon", "elm")
pytestmark = pytest.mark.usefixtures("plain_logs")


class Ledger(FakeExecutor):
    """What institutions call one order, by their names."""

    def __init__(self) -> None:
        self.known: dict[str, list[Noted]] = {}

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {
            orders.person_of: lambda order: AYSE if order == ORDER else None,
            callbacks.hear: self._hear,
            callbacks.settled: lambda provider, events, now: None,
            references.note: lambda provider, order, found, now: (
                self.known.setdefault(provider, []).append(found) is None
            ),
            references.of_order: lambda provider, order: tuple(self.known.get(provider, ())),
        }

    def _hear(self, provider: str, posted: Sequence[Posted], now: datetime) -> list[str]:
        for one in posted:
            assert one.reference is not None
            self.known.setdefault(provider, []).append(Noted(*one.reference))
        return [one.order for one in posted]


async def test_a_payment_on_a_page_of_the_institution_before_counts() -> None:
    clock, door = TownClock(), Receiver()
    paytr = PayTR(CREDENTIALS, clock)
    paytr.holding = True
    async with TestServer(paytr.app()) as there:
        known = {
            "iyzico": Credentials("sandbox-key:sandbox-secret"),
            "paytr": Credentials(CREDENTIALS, str(there.make_url("")).rstrip("/")),
        }
        settings = SimpleNamespace(
            payment_provider="iyzico", institutions=frozenset(known), credentials_of=known.get,
            public="https://mektup.example", customer_token="", telegram_api="",
        )  # fmt: skip
        core: Any = SimpleNamespace(settings=settings, clock=clock, store=Ledger(), door=SimpleNamespace(receive=door))
        ours: Any = SimpleNamespace(app=web.Application())
        async with payments(core, ours) as opened, TestClient(TestServer(ours.app)) as institution:
            link = await opened.former["paytr"].open_link(Checkout(ORDER, "MX000123", PRICE, UNTIL, "Mektup"))
            (sale,) = paytr.pay(link.reference, "pay")
            answer = await institution.post("/payments/paytr", data=paytr.interface.notice(sale))
            assert (answer.status, await answer.text()) == (200, "OK")
            for one in opened.callbacks:
                await one.close()
            assert door.events == [PaymentSettled(ORDER, sale.oid, PRICE, "TRY", "paytr")]
            assert sorted(one.provider for one in opened.callbacks) == ["iyzico", "paytr"]
