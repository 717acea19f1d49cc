"""Orders that are paid at PayTR: the whole service against its fake, from the link to the print and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.base import log
from bot.base.clock import SharedClock
from bot.demo.environment import Environment
from flows.core.state import State
from tests.e2e.conftest import PATIENCE, Sender, piece
from tests.institutions.paytr import PayTR, Sale
from tests.process_state import own_log

pytestmark = pytest.mark.asyncio(loop_scope="module")

CREDENTIALS = "123456:a1B2c3D4e5F6g7H8:h8G7f6E5d4C3b2A1"


class PayTRStage(Environment):
    """A service whose institution is the fake beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.paytr = PayTR(CREDENTIALS, SharedClock(folder / "clock"))

    async def start(self) -> None:
        self.institution = TestServer(self.paytr.app())
        await self.institution.start_server()
        await super().start()

    async def stop(self) -> None:
        await super().stop()
        await self.institution.close()

    def _environment(self, tokens: dict[str, str]) -> dict[str, str]:
        file = self.folder / "institutions.toml"
        api = str(self.institution.make_url("")).rstrip("/")
        file.write_text(f'[paytr]\ncredentials = "{CREDENTIALS}"\napi = "{api}"\n', encoding="ascii")
        file.chmod(0o600)
        settings = super()._environment(tokens)
        del settings["MEKTUPX_PAYMENT_CREDENTIALS"]
        public = f"http://{settings['MEKTUPX_LISTEN']}"
        chosen = {"MEKTUPX_PAYMENT_PROVIDER": "paytr", "MEKTUPX_PAYMENT_CREDENTIALS_FILE": str(file)}
        return settings | chosen | {"MEKTUPX_PUBLIC_URL": public}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PayTRStage]:
    folder = tmp_path_factory.mktemp("stage")
    with own_log():
        log.configure(folder / "log")
        found = PayTRStage(folder)
        await found.start()
        yield found
        async with asyncio.timeout(PATIENCE):
            await found.stop()


Payers = Callable[[], "Payer"]


class Payer(Sender):
    """Somebody who pays at PayTR."""

    stage: PayTRStage

    async def pays(self, url: str, act: str, *, anyway: bool = False) -> list[Sale]:
        """Taps a button of the page; returns when PayTR has told us, and we have done what follows."""
        sales = self.stage.paytr.pay(url.rpartition("/")[2], act, anyway=anyway)
        await asyncio.wait_for(self.stage.paytr.idle(), PATIENCE)
        await self.settle()
        return sales


@pytest.fixture
def payer(stage: PayTRStage, session: aiohttp.ClientSession) -> Payers:
    return lambda: Payer(stage, session)


def returned(sales: list[Sale]) -> list[int]:
    return [sum(one.amount for one in sale.returns) for sale in sales]


async def test_an_order_that_is_paid_at_paytr_is_printed_and_a_bank_s_surcharge_is_no_price(
    payer: Payers, stage: PayTRStage
) -> None:
    isil = await payer().comes()
    (sale,) = await isil.pays(await isil.orders(), "instalments")
    order = await isil.order()
    assert (sale.total, order.paid.amount) == (10050, 9600)
    assert (order.state, order.payment) == (State.ERASED, sale.oid)
    assert len(piece(stage, order)) == 1
    assert returned([sale]) == [0]


async def test_of_two_payments_one_is_given_back(payer: Payers, stage: PayTRStage) -> None:
    isil = await payer().comes()
    sales = await isil.pays(await isil.orders(), "twice")
    order = await isil.order()
    assert order.state is State.ERASED
    assert sorted(returned(sales)) == [0, 9600]
    assert returned([sale for sale in sales if sale.oid == order.payment]) == [0]
    assert len(piece(stage, order)) == 1


async def test_money_that_comes_after_a_cancellation_is_given_back_once(payer: Payers, stage: PayTRStage) -> None:
    isil = await payer().comes()
    url = await isil.orders()
    await isil.taps("Siparişi iptal et")
    await isil.taps("Evet, iptal et")
    assert await isil.pays(url, "pay") == []  # the link is deleted at PayTR
    stage.paytr.fail("iade", "lost")
    (sale,) = await isil.pays(url, "doubled", anyway=True)
    await isil.travels("PT10M")
    order = await isil.order()
    assert (order.state, [one.payment for one in order.refunds]) == (State.CANCELLED, [sale.oid])
    assert [one.amount for one in sale.returns] == [9600]
    assert any(said.startswith("İade yapıldı.") for said in await isil.told())  # found again under our reference
    assert piece(stage, order) == []


async def test_a_forged_callback_changes_nothing_and_too_little_money_is_held(payer: Payers, stage: PayTRStage) -> None:
    isil = await payer().comes()
    url = await isil.orders()
    await isil.pays(url, "forged")
    assert (await isil.order()).state is State.AWAITING
    await isil.pays(url, "wrong")
    order = await isil.order()
    assert (order.state, order.paid.amount) == (State.HELD, 9500)
    assert piece(stage, order) == []
