"""A card's number that somebody writes wherever they can is afterwards in no table, no file and no log."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from bot.base import log
from bot.demo.driver import write
from bot.demo.environment import Environment
from bot.demo.search import in_files, in_tables
from bot.payments.sandbox import wire
from tests.e2e.conftest import PATIENCE, Sender

pytestmark = pytest.mark.asyncio(loop_scope="module")
CARD, GROUPED = "5528790000000008", "5528 7900 0000 0008"
WANTED = {"card": CARD, "card in groups": GROUPED}
TOLD = "Kart bilgilerinizi lütfen bize yazmayın"


async def call_back(stage: Environment, order: str, session: aiohttp.ClientSession) -> tuple[int, str]:
    """A callback of the sandbox, rightly signed, with a card in it."""
    secret = stage.environment["MEKTUPX_PAYMENT_CREDENTIALS"].partition(":")[2].encode()
    raw = json.dumps({"event": "e1", "kind": "payment.settled", "order": order, "pan": CARD}).encode()
    time = wire.stamp(stage.service.clock.now())
    headers = {wire.TIME_HEADER: time, wire.SIGNATURE_HEADER: wire.callback_signature(secret, time, raw)}
    url = f"http://127.0.0.1:{stage.service.port}/payments/sandbox"
    async with session.post(url, data=raw, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_a_cards_number_is_nowhere_after_it_was_written_everywhere(
    tmp_path: Path, session: aiohttp.ClientSession
) -> None:
    log.configure(tmp_path / "log")
    stage = Environment(tmp_path)
    await stage.start()
    isil = await Sender(stage, session).comes()
    await isil.says(f"Kartım {GROUPED}")
    await isil.says(f"/destek Ödeyemedim, kartım {CARD}")
    await write(isil)
    await isil.says(CARD)
    await isil.taps("Onaylıyorum")
    await isil.says("Işıl İnci")
    await isil.taps("Numaramı paylaş")
    await isil.says(isil.mail)
    await isil.says(await isil.code())
    await isil.says(f"Kızılay Mah. Ihlamur Sok. No: 3, Ankara, kart {GROUPED}")
    told = await isil.told()
    assert sum(TOLD in words for words in told) == 4, told
    await isil.says("Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara")
    await isil.taps("Onaylıyorum, 96,00\u00a0TL ödeyeceğim")
    assert await call_back(stage, (await isil.order()).id, session) == (200, "OK")
    await isil.settle()
    tables = await stage.service.store.do(in_tables, {**WANTED, "addressee": "Nermin Öztürk"})
    async with asyncio.timeout(PATIENCE):
        await stage.stop()

    # Presence first: the search opens what is sealed, and the log has said that a callback held a card.
    assert {"addressee"} in tables.values()
    assert in_files(tmp_path, {"said": "may be a card's number"}) == {"log": {"said"}}
    assert [name for name, hits in tables.items() if hits & WANTED.keys()] == []
    assert in_files(tmp_path, WANTED) == {}
