"""`mektupx outbox`: one mechanism with the staff bot's /kuyruk, and each act in the access log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from bot.cli import tray
from bot.cli.main import main
from bot.cli.typist import typist
from flows.core.effects import ParkPrint
from flows.core.state import State
from storage.access_log import audit
from storage.keys.vault import Keyring
from storage.printing import queue_view as print_queue
from storage.store.store import Store
from tests.bot.cli.test_main import operator as operator  # noqa: PLC0414 - a fixture
from tests.storage.conftest import House

T = TypeVar("T")


def at_work(folder: Path, act: Callable[[House], Awaitable[T]]) -> T:
    async def run() -> T:
        keyring = Keyring.open(folder / "master.key", folder / "keys.db")
        url = f"sqlite+aiosqlite:///{folder / 'mektupx.db'}"
        house = House(folder, keyring, await Store.open(url, keyring), url)
        try:
            return await act(house)
        finally:
            await house.close()

    return asyncio.run(run())


async def a_stuck_letter(house: House) -> str:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, state=State.STUCK, payment="sandbox:1", paid_at=house.now)
    await house.lease(house.ayse, order, "t1")
    await house.turn(house.ayse, ParkPrint(order.id, "t1"))
    return order.id


async def outcome(house: House) -> tuple[str, list[str], list[str]]:
    """The order's state, the pieces that wait, and the lines of the access log."""
    (order,) = (await house.standing(house.ayse)).orders
    pieces = [row.state for row in await house.store.do(print_queue.listing)]
    signed = [f"{actor} {action} {ticket} {end}" for actor, action, ticket, end in await house.rows(
        "SELECT actor, action, ticket, outcome FROM audit ORDER BY seq")]  # fmt: skip
    assert await house.store.do(audit.verify) == ()
    return order.state, pieces, signed


@pytest.mark.parametrize(
    ("act", "state", "pieces"),
    [
        ("printed", State.DISPATCHED, []),
        ("again", State.STUCK, ["ready"]),
        ("retry", State.STUCK, ["submitting"]),
    ],
)
@pytest.mark.parametrize("by_number", [True, False], ids=["by number", "by id"])
def test_what_waits_for_a_person_is_settled(
    operator: Path, act: str, state: State, pieces: list[str], by_number: bool
) -> None:
    order = at_work(operator, a_stuck_letter)
    assert main(["outbox", act, "MX000001" if by_number else order]) == 0
    assert at_work(operator, outcome) == (state, pieces, [f"{typist({})} queue_{act} MX000001 done"])


@pytest.mark.parametrize("act", ["retry", "printed", "again"])
def test_what_waits_for_nobody_is_left_alone(operator: Path, act: str, capsys: pytest.CaptureFixture[str]) -> None:
    at_work(operator, a_stuck_letter)
    assert main(["outbox", "again", "MX000001"]) == 0
    assert main(["outbox", act, "MX000001"]) == 1
    assert "MX000001 does not wait for a person" in capsys.readouterr().err
    assert at_work(operator, outcome)[1] == ["ready"]


def test_a_piece_is_held_back_once(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at_work(operator, a_stuck_letter)
    assert main(["outbox", "again", "MX000001"]) == 0
    assert main(["outbox", "park", "MX000001"]) == 0
    assert main(["outbox", "park", "MX000001"]) == 1
    assert "waits for a person already" in capsys.readouterr().err
    assert at_work(operator, outcome)[1] == ["needs_human"]


def test_an_unknown_order_is_a_sentence(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for act in ("retry", "park", "printed", "again"):
        assert main(["outbox", act]) == 2
        assert main(["outbox", act, "MX000099"]) == 1
    assert "no row of the outbox" in capsys.readouterr().err


async def a_batch_with_a_gap(house: House) -> None:
    """One letter is in its envelope, the other is not."""
    await house.turn(house.ayse)
    for letter, state in (("a", State.PRINTED), ("b", State.ERASED)):
        order = await house.order(house.ayse, paid=False, letter=letter * 32, state=state, dispatched_at=house.now)
        row = f"'{order.id}', 'folder', 'x', 1, 'f00d', {house.micros()}"
        await house.execute(f"INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, at) VALUES ({row})")


def test_a_batch_is_reconciled_on_the_command_line(
    operator: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(operator, a_batch_with_a_gap)
    assert main(["tray", "reconcile"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Batch: 15 January 2026. It does not add up. Sheets handed over: 2, in envelopes: 1, posted: 0.",
        "This batch is stopped: nothing of it may be posted until the gap is found and the batch is reconciled again.",
        "MX000002: it is in no envelope yet. Scan it as printed once it is, or as spoiled.",
    ]
    assert main(["tray", "printed", str(_file(operator, "MX000002"))]) == 0
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    capsys.readouterr()
    assert main(["tray", "reconcile", str(_file(operator, "MX000001\nMX000002"))]) == 0
    told = "Parti: 15 Ocak 2026. Bütün yapraklar zarfında, parti postaya verilebilir. Mektup: 2, yaprak: 2.\n"
    assert capsys.readouterr() == (told, "")


def test_an_empty_count_is_refused_and_a_large_one_is_not_to_be_divided(
    operator: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work(operator, a_batch_with_a_gap)
    assert main(["tray", "reconcile", str(_file(operator, ""))]) == 1
    assert capsys.readouterr() == (
        "", "The file holds no sheet. Accepted: one mark or order number a line. Example: MX000123\n",
    )  # fmt: skip
    monkeypatch.setattr(tray, "LARGEST", 10)
    assert main(["tray", "reconcile", str(_file(operator, "MX000001\n" * 2))]) == 1
    assert "Do not divide it" in capsys.readouterr().err
    assert main(["tray", "posted", str(_file(operator, "MX000001\n" * 2))]) == 1
    assert "in parts" in capsys.readouterr().err


def _file(folder: Path, content: str) -> Path:
    file = folder / "sheets.csv"
    file.write_text(content, encoding="utf-8")
    return file
