"""`mektupx tray manifest DAY`: the post is told name, address and product of each envelope, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.typist import typist
from flows.address.values import Address
from flows.core.state import Draft, Order, State
from flows.order.reconciliation import Stop
from storage.access_log import audit
from tests.bot.cli.test_main import operator as operator  # noqa: PLC0414 - a fixture
from tests.bot.cli.test_print_queue import at_work
from tests.storage.conftest import House

PLACE = Address(
    name="Nermin Öztürk", postcode="34710", il="İstanbul", ilce="Kadıköy", mahalle="Caferağa Mah.", street="Moda Cad.",
    number="12", flat="5",
)  # fmt: skip
TOLD = [
    ["Name", "Address", "Product"],
    ["Nermin Öztürk", "Caferağa Mah. Moda Cad. No: 12 D: 5, 34710 Kadıköy/İSTANBUL", "Registered"],
]
"""The closed list: whatever else a letter has, the post never hears of it."""


async def handed(house: House, state: State = State.PRINTED, letter: str = "a" * 32, **changes: object) -> Order:
    name = str(changes.pop("name", PLACE.name))
    await house.turn(house.ayse, draft=Draft(letter=letter, addressee=PLACE, addressee_name=name))
    order = await house.order(
        house.ayse, paid=False, letter=letter, state=state, dispatched_at=house.now, product="taahhutlu", **changes
    )
    await house.execute(
        "INSERT INTO dispatch (order_id, sink, receipt, pages, sha256, serial, at)"
        f" VALUES ('{order.id}', 'folder', 'x', 1, 'f00d', 7, {house.micros()})"
    )
    return order


async def log(house: House) -> list[str]:
    assert await house.store.do(audit.verify) == ()
    return [" ".join(row) for row in await house.rows("SELECT actor, action, purpose, ticket FROM audit ORDER BY seq")]


def day(folder: Path) -> str:
    async def today(house: House) -> str:
        return house.now.date().isoformat()

    return at_work(folder, today)


def written(capsys: pytest.CaptureFixture[str]) -> tuple[list[list[str]], str]:
    told = capsys.readouterr()
    return list(csv.reader(io.StringIO(told.out))), told.err


def test_the_post_is_told_name_address_and_product_and_the_look_is_on_record(
    operator: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at_work(operator, handed)
    capsys.readouterr()
    assert main(["tray", "manifest", day(operator)]) == 0
    assert written(capsys) == (TOLD, "")
    assert at_work(operator, log) == [f"{typist({})} carrier_manifest delivery {day(operator)}"]


@pytest.mark.parametrize("state", [State.DISPATCHED, State.ERASED, State.OVERDUE])
def test_what_is_in_no_envelope_is_counted_and_not_written(
    operator: Path, capsys: pytest.CaptureFixture[str], state: State
) -> None:
    async def both(house: House) -> None:
        await handed(house)
        await handed(house, state, "b" * 32)

    at_work(operator, both)
    capsys.readouterr()
    assert main(["tray", "manifest", day(operator)]) == 0
    rows, said = written(capsys)
    assert rows == TOLD
    assert "nobody has scanned as “printed”: 1" in said


async def stopped(house: House) -> None:
    await handed(house)
    today = house.now.date().isoformat()
    await house.execute(
        f"INSERT INTO batch (day, gaps, stopped, at) VALUES ('{today}', 1, {int(Stop.SHEETS)}, {house.micros()})"
    )


async def erased(house: House) -> None:
    await handed(house)
    await house.execute("UPDATE orders SET addressee = NULL")


async def posted(house: House) -> None:
    await handed(house, State.POSTED)


@pytest.mark.parametrize(
    ("happened", "said"),
    [
        (stopped, "is stopped, because it does not add up"),
        (erased, "Envelopes whose addressee is erased here: 1"),
        (posted, "There is no envelope to be posted."),
    ],
)
def test_an_envelope_that_is_not_in_the_file_is_not_left_out_without_a_word(
    operator: Path, capsys: pytest.CaptureFixture[str], happened: Callable[[House], Awaitable[None]], said: str
) -> None:
    at_work(operator, happened)
    capsys.readouterr()
    assert main(["tray", "manifest", day(operator)]) == 1
    told = capsys.readouterr()
    assert told.out == "" and said in told.err


def test_of_another_day_nothing_is_told(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at_work(operator, handed)
    capsys.readouterr()
    assert main(["tray", "manifest", "2019-01-01"]) == 1
    assert capsys.readouterr().out == ""


def test_a_name_that_a_spreadsheet_would_calculate_stays_a_name(
    operator: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def sly(house: House) -> None:
        await handed(house, name="=HYPERLINK(1)")

    at_work(operator, sly)
    capsys.readouterr()
    assert main(["tray", "manifest", day(operator)]) == 0
    assert written(capsys)[0][1][0] == "'=HYPERLINK(1)"


def test_an_operator_whose_shell_is_turkish_gets_a_turkish_heading(
    operator: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    at_work(operator, handed)
    capsys.readouterr()
    assert main(["tray", "manifest", day(operator)]) == 0
    rows, _ = written(capsys)
    assert (rows[0], rows[1][2]) == (["Ad", "Adres", "Gönderi türü"], "Taahhütlü")


@pytest.mark.parametrize("typed", [[], ["yarın"], ["2026-13-01"]], ids=str)
def test_what_is_no_day_is_answered_with_an_example(
    operator: Path, capsys: pytest.CaptureFixture[str], typed: list[str]
) -> None:
    assert main(["tray", "manifest", *typed]) == 1
    assert "mektupx tray manifest 2026-11-30" in capsys.readouterr().err
