"""`mektupx payments reconcile`: the statement of an institution beside our books, and how the command ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import payments
from bot.cli.main import main
from flows.core.effects import AcceptPayment, Refund
from flows.words.text import Kurus
from storage.queues import jobs
from tests.bot.cli.test_main import operator as operator  # noqa: PLC0414 - a fixture
from tests.bot.cli.test_print_queue import at_work
from tests.storage.conftest import House

HEADER = "payment;kind;amount;currency;at;order\n"


async def paid(house: House) -> None:
    await house.turn(house.ayse)
    order = (await house.order(house.ayse, paid=False)).id
    back = Refund(order, "P-1", Kurus(1250), "sandbox")
    await house.turn(house.ayse, AcceptPayment(order, "P-1", Kurus(4850), provider="sandbox"), back)
    (item,) = [one for one in await house.store.do(jobs.take, "w", house.now, house.later(minutes=1), 9)
               if one.effect == back]  # fmt: skip
    await house.store.do(jobs.done, [item.id])


def statement(folder: Path, *lines: str) -> str:
    file = folder / "statement.csv"
    file.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(file)


@pytest.fixture
def books(operator: Path) -> Path:
    at_work(operator, paid)
    return operator


def days(house_day: str) -> tuple[str, str]:
    return f"P-1;payment;48,50;TRY;{house_day} 12:00;", f"P-1;refund;12,50;TRY;{house_day} 12:00;"


def the_day(books: Path) -> str:
    async def read(house: House) -> str:
        return f"{house.now:%Y-%m-%d}"

    return at_work(books, read)


def test_where_both_agree_the_command_ends_well(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", "reconcile", statement(books, *days(the_day(books)))]) == 0
    told = capsys.readouterr()
    assert "Differences: 0." in told.out and "Left in the statement: 36.00\u00a0TL" in told.out and told.err == ""


def test_each_difference_is_a_line_with_numbers_only(
    books: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    day = the_day(books)
    file = statement(books, f"P-1;payment;48,51;TRY;{day} 12:00;", f"P-9;payment;96,00;TRY;{day} 12:00;MX000099")
    assert main(["payments", "reconcile", file, "--provider", "sandbox"]) == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "MX000001\tsandbox P-1\tother amount: 48.50\u00a0TL here, 48.51\u00a0TL there",
        "MX000001\tsandbox P-1\trefunded here only: 12.50\u00a0TL",
        "MX000099\tsandbox P-9\tpaid there, unknown here: 96.00\u00a0TL",
    ]
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    assert main(["payments", "reconcile", file]) == 1
    assert "ödeme ekstrede var, bizde yok: 96,00\u00a0TL" in capsys.readouterr().out


def test_the_books_of_another_institution_are_other_books(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", "reconcile", statement(books, *days(the_day(books))), "--provider", "iyzico"]) == 1
    assert "paid there, unknown here: 48.50\u00a0TL" in capsys.readouterr().out


# what is wrong -> what the sentence says
WRONG = {
    "a line that cannot be read": (["P-1;payment;1.234;TRY;2026-11-23;"], "Line 2: the amount cannot be read"),
    "nothing that moved": ([], "no line of money"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_compared_is_a_sentence(books: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines, said = WRONG[name]
    assert main(["payments", "reconcile", statement(books, *lines)]) == 1
    assert said in capsys.readouterr().err


def test_a_missing_file_is_a_sentence(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", "reconcile", str(books / "nowhere.csv")]) == 1
    assert "nowhere.csv" in capsys.readouterr().err


def test_an_institution_that_nobody_knows_is_named(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["payments", "reconcile", statement(books, "x"), "--provider", "goldsmith"]) == 1
    assert "goldsmith" in capsys.readouterr().err


def test_a_long_file_shows_somebody_who_watches_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    many = payments.LONG + 2 * payments.STEP
    assert list(payments.shown_progress(iter(range(many)), at_terminal=True)) == list(range(many))
    assert f"] {many}" in capsys.readouterr().err
    for number, at_terminal in ((many, False), (10, True), (0, True)):
        assert len(list(payments.shown_progress(iter(range(number)), at_terminal))) == number
        assert capsys.readouterr().err == ""
