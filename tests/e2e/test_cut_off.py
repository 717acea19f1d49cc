"""Until the cut-off a letter can be cancelled, from then on it is printed; a stop holds from the tap on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.base import log
from bot.demo.environment import Environment
from flows.core.state import State
from tests.e2e.conftest import PATIENCE, Sender, piece
from tests.process_state import own_log

STOP = "Mektubumu durdurun, iade edin, silin"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Environment]:
    """A service as it ships: letters go to the print room at the cut-off."""
    folder: Path = tmp_path_factory.mktemp("stage")
    with own_log():
        log.configure(folder / "log")
        found = Environment(folder, cut_off="14:00")
        await found.start()
        yield found
        async with asyncio.timeout(PATIENCE):
            await found.stop()


async def paid(stage: Environment, session: aiohttp.ClientSession) -> Sender:
    isil = await Sender(stage, session).comes()
    await isil.page(await isil.orders(), "pay")
    return isil


async def to_the_cut_off(isil: Sender, less: timedelta = timedelta(0)) -> None:
    """Time travels to the hour that the sender was told, or to a while before it."""
    await isil.travels(await how_long(isil, less))


async def how_long(isil: Sender, less: timedelta = timedelta(0)) -> str:
    until = (await isil.order()).print_from - isil.stage.service.clock.now() - less
    return f"PT{int(until.total_seconds()) + 1}S"


async def test_a_letter_waits_for_its_hour_and_is_then_printed_and_told(
    stage: Environment, session: aiohttp.ClientSession
) -> None:
    isil = await paid(stage, session)
    assert any("Son iptal ve değişiklik zamanı: " in said and " 14.00. " in said for said in await isil.told())
    await to_the_cut_off(isil, timedelta(seconds=90))
    order = await isil.order()
    assert (order.state, piece(stage, order)) == (State.QUEUED, [])
    await isil.travels("PT2M")
    await isil.hears("Mektubunuz baskı odasında.")
    assert len(piece(stage, await isil.order())) == 1


async def test_a_minute_before_its_hour_it_is_cancelled_refunded_and_never_printed(
    stage: Environment, session: aiohttp.ClientSession
) -> None:
    isil = await paid(stage, session)
    await to_the_cut_off(isil, timedelta(seconds=60))
    await isil.taps("Siparişi iptal et")
    await isil.taps("Evet, iptal et")
    order = await isil.order()
    assert (order.state, len(order.refunds)) == (State.CANCELLED, 1)
    await isil.travels("P3D")
    assert piece(stage, await isil.order()) == []
    assert not any("baskı odasında" in said for said in await isil.told())


@pytest.mark.parametrize("claimed", [False, True], ids=["before it is claimed", "after a dispatcher has claimed it"])
async def test_a_stop_for_an_erasure_holds_from_the_tap_though_the_tray_comes_back_before_any_admin_looks(
    stage: Environment, session: aiohttp.ClientSession, claimed: bool
) -> None:
    isil = await paid(stage, session)
    away = stage.tray.rename(stage.folder / "tray-away")
    if claimed:  # with its tray away the service does not come to rest
        await isil.post("clock", advance=await how_long(isil))
        async with asyncio.timeout(PATIENCE):
            while (await isil.order()).state is not State.PRINTING:  # noqa: ASYNC110 - a claim tells nobody
                await asyncio.sleep(0.05)
    await isil.post(f"chats/{isil.sender}/send", user=isil.sender, text="/sil")
    await isil.hears("durdurup ücretini iade ed")
    asked = await isil.with_button(STOP)
    tapped = {"user": isil.sender, "message_id": asked["message_id"], "label": STOP, "wait": 0}
    await isil.post(f"chats/{isil.sender}/tap", **tapped)
    await isil.hears("Mektubunuzu durduruyoruz." if claimed else "Siparişiniz iptal edildi")
    away.rename(stage.tray)
    await isil.travels("P3D")  # beyond the cut-off
    await isil.travels("PT6M")  # beyond the lease, and the longest rest of a dispatcher whose tray was away
    order = await isil.order()
    assert piece(stage, order) == []
    assert (order.state, len(order.refunds)) == (State.CANCELLED, 1)
