"""A letter paid at iyzico: our own link, its page, its webhook, the payer's way back, and money that goes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.base import log
from bot.base.clock import SharedClock
from bot.demo.driver import write
from bot.demo.environment import Environment
from flows.core.state import State
from tests.e2e.conftest import PATIENCE, Sender
from tests.institutions.iyzico import FakeIyzico
from tests.process_state import own_log

pytestmark = pytest.mark.asyncio(loop_scope="module")

CREDENTIALS = "sandbox-anahtar:sandbox-gizli"
TCKN = "10000000146"


class AtIyzico(Environment):
    """A service whose payment institution is iyzico, at an address of this machine."""

    def __init__(self, folder: Path, api: str) -> None:
        super().__init__(folder, webhooks=True)  # iyzico calls a public address
        self.api = api

    def _environment(self, tokens: dict[str, str]) -> dict[str, str]:
        file = self.folder / "credentials.toml"
        file.write_text(f'[iyzico]\ncredentials = "{CREDENTIALS}"\napi = "{self.api}"\n', encoding="utf-8")
        file.chmod(0o600)
        environment = super()._environment(tokens)
        del environment["MEKTUPX_PAYMENT_CREDENTIALS"]
        named = {"MEKTUPX_PAYMENT_PROVIDER": "iyzico", "MEKTUPX_PAYMENT_CREDENTIALS_FILE": str(file)}
        return environment | named


class Town:
    """The service, its iyzico, and browsers."""

    def __init__(self, stage: AtIyzico, iyzico: FakeIyzico, session: aiohttp.ClientSession) -> None:
        self.stage, self.iyzico, self.session = stage, iyzico, session

    async def orders(self) -> tuple[Sender, str]:
        """From the letter to our own link. iyzico demands a TCKN of the payer, so it is asked for."""
        sender = await Sender(self.stage, self.session).comes()
        await write(sender)
        await sender.taps("Onaylıyorum")
        await sender.says("Işıl İnci")
        await sender.taps("Numaramı paylaş")
        await sender.says(sender.mail)
        await sender.says(await sender.code())
        await sender.says("Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara")
        assert "T.C. kimlik numaranız nedir?" in await sender.asked()
        await sender.says(TCKN)
        await sender.taps("Onaylıyorum, 96,00\u00a0TL ödeyeceğim")
        return sender, str((await sender.taps("96,00\u00a0TL öde"))["url"])

    async def opens(self, own: str) -> str:
        """A browser follows our link; the token of the page it comes to."""
        async with self.session.get(own) as page:
            assert "iyzico ile güvenli ödeme" in await page.text()
            token = page.url.query["token"]
        self.iyzico.webhook = self.iyzico.books.pages[token].callback.removesuffix("/return")
        return token

    async def comes_back(self, token: str) -> str:
        """What the browser reads after it has posted the page's token."""
        async with self.session.post(self.iyzico.books.pages[token].callback, data={"token": token}) as page:
            return await page.text()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory, session: aiohttp.ClientSession) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("iyzico")
    iyzico = FakeIyzico(CREDENTIALS, SharedClock(folder / "clock"))
    with own_log():
        log.configure(folder / "log")
        async with TestServer(iyzico.app()) as server:
            stage = AtIyzico(folder, str(server.make_url("")).rstrip("/"))
            await stage.start()
            yield Town(stage, iyzico, session)
            async with asyncio.timeout(PATIENCE):
                await stage.stop()


async def test_a_payer_comes_back_and_the_webhook_after_it_changes_nothing(town: Town) -> None:
    sender, own = await town.orders()
    token = await town.opens(own)
    assert await town.opens(own) == token  # the same page while it lives
    town.iyzico.act(token, "pay")
    assert "Ödemenizi aldık" in await town.comes_back(token)
    await sender.settle()
    assert (await sender.order()).state is State.ERASED
    told = await sender.told()
    assert await town.iyzico.deliver() == [200]
    await sender.settle()
    assert await sender.told() == told


async def test_what_is_paid_after_a_cancellation_goes_back_though_the_answer_is_lost(town: Town) -> None:
    sender, own = await town.orders()
    token = await town.opens(own)
    await sender.taps("Siparişi iptal et")
    await sender.taps("Evet, iptal et")
    paid = town.iyzico.act(token, "pay")
    assert paid is not None
    town.iyzico.spoil("lost", "refund")
    assert await town.iyzico.deliver() == [200]
    await sender.hears("Bu ödemeye gerek yoktu, tamamı iade ediliyor.")
    asked = [call.name for call in town.iyzico.calls]
    async with asyncio.timeout(PATIENCE):  # the worker tries again after a second, and looks it up first
        while asked.count("report") < 2:
            await asyncio.sleep(0.05)
            asked = [call.name for call in town.iyzico.calls]
    await sender.settle()
    assert asked.count("refund") == 1
    assert [one.amount for one in paid.refunds] == [9600]
    assert (await sender.order()).state is State.CANCELLED


async def test_neither_the_number_of_a_person_nor_a_secret_is_logged(town: Town) -> None:
    words = (town.stage.folder / "log").read_text(encoding="utf-8")
    assert "started" in words
    assert (
        TCKN not in words
        and "sandbox-gizli" not in words
        and not any(token in words for token in town.iyzico.books.pages)
    )
