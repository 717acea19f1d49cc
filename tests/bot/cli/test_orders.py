"""`mektupx orders contract`: three years later an operator shows what was accepted, and that is on record."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.typist import typist
from flows.core.documents import Document
from flows.core.effects import KeepContract
from flows.core.state import State
from storage.access_log import audit
from storage.payments import contracts
from tests.bot.cli.test_main import operator as operator  # noqa: PLC0414 - a fixture
from tests.bot.cli.test_print_queue import at_work
from tests.storage.conftest import House

CONTRACT = Document(
    "contract",
    "tr",
    "1.1",
    date(2026, 11, 29),
    ("Mesafeli satış sözleşmesi\nTüketici: Işıl İnci\nAlıcı: ", "Nermin Öztürk", "\nToplam: 96,00 TL"),
    ("addressee",),
)


async def accepted(house: House) -> None:
    await house.turn(house.ayse)
    order = await house.order(house.ayse, paid=False, state=State.POSTED, dispatched_at=house.now)
    await house.turn(house.ayse, KeepContract(order.id, (CONTRACT,)))


async def addressee_forgotten(house: House) -> None:
    kept = await house.store.do(contracts.of_number, 1)
    assert kept is not None
    await house.store.database.run(contracts.forget_addressee, kept.order)


async def log(house: House) -> list[str]:
    assert await house.store.do(audit.verify) == ()
    rows = await house.rows("SELECT actor, action, purpose, ticket, outcome FROM audit ORDER BY seq")
    return [" ".join(row) for row in rows]


@pytest.mark.parametrize("typed", ["MX000001", "mx 1", "1"])
def test_it_is_printed_word_for_word_with_its_hash(
    operator: Path, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    at_work(operator, accepted)
    assert main(["orders", "contract", typed]) == 0
    shown = capsys.readouterr().out
    assert CONTRACT.text in shown and CONTRACT.sha256 in shown
    assert "MX000001" in shown and "These are the words that were accepted" in shown
    assert at_work(operator, log) == [f"{typist({})} show_contract legal_claim MX000001 done"]


def test_an_operator_whose_shell_is_turkish_reads_turkish(
    operator: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    at_work(operator, accepted)
    assert main(["orders", "contract", "MX000001"]) == 0
    assert "Kabul edilen metin budur" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "show as […]"),
        (["--addressee", "Nermin Öztürk"], "These are the words that were accepted"),
        (["--addressee", "Leyla"], "These are not the words that were accepted"),
    ],
    ids=["as kept", "put back", "somebody else"],
)
def test_what_was_taken_out_can_be_put_back_and_is_checked(
    operator: Path, capsys: pytest.CaptureFixture[str], typed: list[str], said: str
) -> None:
    at_work(operator, accepted)
    at_work(operator, addressee_forgotten)
    assert main(["orders", "contract", "MX000001", *typed]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [("MX000002", 1, "no contract is kept"), ("Nermin", 2, "Example: MX000123")],
    ids=["nothing is kept", "no number"],
)
def test_nothing_is_shown_and_nothing_logged_of_what_is_not_there(
    operator: Path, capsys: pytest.CaptureFixture[str], typed: str, code: int, said: str
) -> None:
    at_work(operator, accepted)
    assert main(["orders", "contract", typed]) == code
    assert said in capsys.readouterr().err
    assert at_work(operator, log) == []
