"""Several processes of each kind on one PostgreSQL: nobody outside can tell them from one."""

from __future__ import annotations

import asyncio
import hashlib
import signal
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.demo.main import confirm, introduce, write
from flows.core.events import Person
from storage.senders import people
from tests.cluster import Cluster, cluster
from tests.e2e.conftest import Sender
from tests.prove import cluster as prove

pytestmark = pytest.mark.timeout(900)  # a dozen processes that start while others use the cores
COMMANDS = ("/yardim", "/gizlilik")
BURST = 8  # commands of each sender while processes go and come


def senders(found: Cluster, session: aiohttp.ClientSession) -> tuple[Sender, Sender]:
    return Sender(found.stage, session), Sender(found.stage, session)


async def order_of(found: Cluster, who: Sender) -> Any:
    standing = await found.store.do(people.standing_of, Person("telegram", str(who.sender)))
    assert standing is not None
    (order,) = standing.orders
    return order


async def test_two_senders_order_while_one_process_of_each_kind_is_stopped_and_started(
    tmp_path: Path, new_url: str
) -> None:
    async with cluster(tmp_path, new_url) as found, aiohttp.ClientSession() as session:
        await found.start()  # eight at once, on a database without tables
        both = senders(found, session)
        await asyncio.gather(*map(introduce, both))
        before = [len(await one.told()) for one in both]

        async def commands(one: Sender) -> None:
            for nth in range(BURST):
                await one.post(f"chats/{one.sender}/send", user=one.sender, text=COMMANDS[nth % 2])

        await asyncio.gather(*map(commands, both))
        leaving = [process for name, process in found.processes.items() if name.endswith("-0")]
        while len(await both[0].told()) < before[0] + 2:  # noqa: ASYNC110 - in the middle of it
            await asyncio.sleep(0.01)
        for process in leaving:
            process.send(signal.SIGTERM)
        assert await asyncio.gather(*(process.over() for process in leaving)) == [0] * len(leaving)
        await asyncio.gather(*(one.settle() for one in both))
        for one, seen in zip(both, before, strict=True):
            answers = (await one.told())[seen:]
            assert len(answers) == BURST
            assert len(set(answers)) == len(COMMANDS)
            assert answers == answers[:2] * (BURST // 2)

        async def back() -> None:
            for process in leaving:
                await process.start()
            for process in leaving:
                await process.serves()

        urls = (await asyncio.gather(back(), *(_letter(one) for one in both)))[1:]
        await asyncio.gather(*(one.page(url, "pay") for one, url in zip(both, urls, strict=True)))
        for one in both:
            order = await order_of(found, one)
            assert order.state not in ("linking", "awaiting", "queued", "printing", "stuck")
            (sheet,) = found.stage.tray.glob(f"{order.number}-*.pdf")
            assert sheet.read_bytes() == await one.preview()
            assert hashlib.sha256(sheet.read_bytes()).hexdigest() == order.sha256
            assert len([words for words in await one.told() if "sildik" in words]) == 1
        assert len(list(found.stage.tray.glob("*.pdf"))) == 2
        served = {process.name for process in found.processes.values() if found.balancer.served.get(process.port)}
        assert {name for name in served if name.startswith(("customers", "web"))} == {
            "customers-0", "customers-1", "web-0", "web-1",
        }  # fmt: skip
        codes = await asyncio.gather(*(process.end() for process in found.processes.values()))
        assert codes == [0] * len(codes)
        assert found.complaints() == []


async def _letter(one: Sender) -> str:
    await write(one)
    return await confirm(one)


# Samples of `python -m tests.prove` -----------------------------------------------------------------------------------


async def test_two_workers_that_are_stopped_and_killed_print_each_of_thirty_letters_once(
    tmp_path: Path, new_url: str
) -> None:
    row = await prove.workers(tmp_path, new_url, letters=30, faults=2, seed=7)
    assert row.acknowledged == 15 * row.tried >= 30
    assert row.struck > 0
    assert row.good, row
    assert row.handed == 0


async def test_ten_orders_go_through_a_database_that_is_restarted_under_them(tmp_path: Path) -> None:
    """Whether a restart falls into somebody's call depends on the machine: another seed, until one does."""
    place = asyncio.get_running_loop().run_in_executor
    async with prove.lasting_server() as (server, lasting):
        for seed in count(7):
            folder = tmp_path / str(seed)
            folder.mkdir()
            url = server.url(await place(lasting, server.new))
            row = await prove.restarts(folder, server, lasting, url, 10, (5, 20), seed)
            assert row.acknowledged == 10
            assert row.good, row
            assert row.handed == 0
            if row.struck:
                break
    assert row.tried > 0
