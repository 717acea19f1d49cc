"""An order is done when it was scanned posted, and when a return has been handled: with the real command."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from tempfile import TemporaryFile

import pytest

from bot.demo.environment import Environment
from flows.core.state import State
from tests import warm
from tests.e2e.conftest import PATIENCE, Sender, piece
from tests.rendering.paper import marks

pytestmark = pytest.mark.asyncio(loop_scope="module")
People = Callable[[], Sender]
RR, RR_AGAIN, RR_OTHER = "RR473124829TR", "RR473124832TR", "RR473124846TR"


async def scans(stage: Environment, kind: str, *lines: str, code: int = 0) -> str:
    """What `mektupx tray` answers to a file on its standard input, in a process of its own beside the service."""
    words = ("tray", kind, *(() if kind == "list" else ("-",)))
    environment = {**os.environ, **stage.environment, "LANG": "tr_TR.UTF-8"}
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write("\n".join(lines).encode())
        given.seek(0)
        process = await warm.start(words, environment, out.fileno(), err.fileno(), given.fileno())
        async with asyncio.timeout(PATIENCE):
            ended = await process.wait()
        out.seek(0)
        err.seek(0)
        said, complained = out.read().decode(), err.read().decode()
    assert ended == code, complained
    return said + complained


async def ordered(sender: People) -> tuple[Sender, str]:
    isil = await sender().comes()
    await isil.page(await isil.orders(), "pay")
    return isil, (await isil.order()).number


async def test_a_letter_goes_from_the_tray_to_the_counter_and_its_sender_hears_of_it(
    sender: People, stage: Environment
) -> None:
    isil, number = await ordered(sender)
    (sheet,) = piece(stage, await isil.order())
    assert number in await scans(stage, "list")
    (mark,) = marks(sheet.read_bytes())
    assert f"{number}: kaydedildi. Durumu: basıldı, zarfında." in await scans(stage, "printed", mark)
    await isil.settle()
    assert not list(stage.tray.glob(f"{number}-*"))  # the readable copy is gone, and its manifest
    await scans(stage, "posted", f"{number};{RR}")
    await isil.settle()
    assert (await isil.order()).state is State.POSTED
    told = (await isil.told())[-1]
    assert told.startswith("Mektubunuz zarfında, postaya verildi.") and RR in told
    assert number not in await scans(stage, "list")
    assert "daha önce kaydedilmiş" in await scans(stage, "posted", f"{number};{RR}")


async def test_a_returned_letter_is_posted_again_and_one_more_is_destroyed_unopened(
    sender: People, stage: Environment
) -> None:
    isil, number = await ordered(sender)
    await scans(stage, "posted", f"{number};{RR_AGAIN}")
    await scans(stage, "returned", f"{number};taşınmış")
    await isil.settle()
    assert "alıcı taşınmış" in (await isil.told())[-1]
    await isil.taps("Yeniden gönderin")
    assert "yeniden postaya verilecek" in await scans(stage, "list")
    await scans(stage, "posted", f"{number};{RR_OTHER}")
    await scans(stage, "returned", number)
    await isil.settle()
    await isil.travels("P29D")
    assert (await isil.order()).state is State.RETURNED
    await isil.travels("P1DT1H")
    assert (await isil.order()).state is State.DESTROYING
    await scans(stage, "destroyed", number)
    await isil.settle()
    assert (await isil.order()).state is State.DESTROYED
    assert "açılmadan imha edildi" in (await isil.told())[-1]


async def test_a_letter_damaged_after_its_copy_is_gone_is_refunded_once(sender: People, stage: Environment) -> None:
    isil, number = await ordered(sender)
    await scans(stage, "printed", number)
    await scans(stage, "spoiled", number)
    await scans(stage, "spoiled", number)
    await isil.settle()
    order = await isil.order()
    assert (order.state, order.left.amount, len(order.refunds)) == (State.SPOILED, 0, 1)
    assert sum("zarar gördü" in said for said in await isil.told()) == 1
    assert sum("İade yapıldı" in said for said in await isil.told()) == 1


async def test_what_lies_in_the_tray_for_a_week_leaves_it(sender: People, stage: Environment) -> None:
    isil, number = await ordered(sender)
    assert list(stage.tray.glob(f"{number}-*.pdf"))
    await isil.travels("P8D")
    async with asyncio.timeout(PATIENCE):
        while (await isil.order()).state is not State.OVERDUE:
            await isil.travels("PT15M")
    await isil.settle()
    assert not list(stage.tray.glob(f"{number}-*"))


async def test_a_clerks_mistakes_are_answered_and_change_nothing(sender: People, stage: Environment) -> None:
    isil, number = await ordered(sender)
    said = await scans(stage, "posted", "MX999999", number, f"{number};RR473124828TR", code=1)
    assert "Satır 1: Böyle bir mektup yok: MX999999" in said
    assert "taahhütlü mektubun takip numarası eksik" in said
    assert "Satır 3: Bu bir takip numarası değil" in said
    assert "Kabul edilmeyen: 3." in said
    assert (await isil.order()).state is State.ERASED
    assert "Kaydedilen: 0." in await scans(stage, "printed", code=1)
