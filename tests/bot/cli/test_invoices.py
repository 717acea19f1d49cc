"""`mektupx invoices export`: what an operator types, what lies in the folder, and what is on record of it."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.base.settings import read
from bot.cli.main import main
from flows.core.effects import IssueInvoice, RecordInvoice
from flows.core.events import Moment, Person
from flows.core.state import Profile, Standing, Turn
from flows.invoice.document import InvoiceKind
from flows.words.text import Kurus
from storage.keys.keyring import Keyring
from storage.store.store import KeptTurn, Store
from tests.bot.cli.test_main import operator
from tests.flows.invoice.invoice_examples import LINE, PERSON, SELLER

__all__ = ["operator"]

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def sell(count: int, seller: object = SELLER) -> None:
    settings = read(os.environ)
    assert settings.master_key_file is not None
    keyring = Keyring.open(settings.master_key_file, settings.key_store)
    store = await Store.open(settings.database_url, keyring)
    for nth in range(count):
        order, person = f"{nth:032}", Person("telegram", str(nth))
        effects = (
            RecordInvoice(order, PERSON, Kurus(9600)),
            IssueInvoice(order, f"MX{nth:06}", InvoiceKind.SALE, (LINE,), seller, "MPX"),  # type: ignore[arg-type]
        )
        standing = Standing(person, profile=Profile(name="Işıl İnci"))
        async with store.transaction() as tx:
            await tx.keep([KeptTurn(None, Turn(standing, effects), (), Moment(NOON, f"{nth:032}"))])
    await store.close()
    keyring.close()


def export(folder: Path, *arguments: str) -> int:
    return main(["invoices", "export", "--from", "2026-11-23", "--to", "2026-11-23", *arguments, str(folder / "out")])


@pytest.mark.parametrize(
    ("form", "files"),
    [
        ("ubl", ["MPX2026000000001.xml", "MPX2026000000002.xml"]),
        ("csv", ["invoices.csv"]),
        ("json", ["invoices.json"]),
    ],
)
def test_the_folder_holds_every_invoice_of_the_days(
    operator: Path, capsys: pytest.CaptureFixture[str], form: str, files: list[str]
) -> None:
    asyncio.run(sell(2))
    assert export(operator, "--format", form) == 0
    written = sorted((operator / "out").iterdir())
    assert [one.name for one in written] == files
    assert all("Işıl" in one.read_text(encoding="utf-8") for one in written)
    told = capsys.readouterr()
    assert "2 invoices of 2026-11-23/2026-11-23" in told.out and "Işıl" not in told.out + told.err
    assert [one.name for one in operator.iterdir() if one.name.startswith(".out")] == []


def test_days_without_invoices_are_an_empty_list(operator: Path) -> None:
    asyncio.run(sell(1))
    days = ["--from", "2026-11-24", "--to", "2026-11-30", "--format", "json", str(operator / "out")]
    assert main(["invoices", "export", *days]) == 0
    assert json.loads((operator / "out" / "invoices.json").read_bytes()) == []


REFUSED = {
    "a folder that is there": (["out"], [], "The folder out is there already"),
    "days in the wrong order": ([], ["--to", "2026-11-01"], "--from 2026-11-23 is later than --to 2026-11-01"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_done_is_said(operator: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    there, arguments, sentence = REFUSED[name]
    for one in there:
        (operator / one).mkdir()
    assert export(operator, *arguments) != 0
    assert sentence in capsys.readouterr().err


def test_a_broken_export_leaves_nothing_behind(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The seller file names no tax number, and none is in its MERSİS number: no UBL can be written."""
    (operator / "seller.toml").write_text(
        (operator / "seller.toml").read_text(encoding="utf-8").replace("0123456789000017", "0999999999900017"),
        encoding="utf-8",
    )
    asyncio.run(sell(1, seller=type(SELLER)()))
    assert export(operator) == 1
    assert "tax_office and tax_number" in capsys.readouterr().err
    assert [one.name for one in operator.iterdir() if "out" in one.name] == []


def test_the_access_log_knows_it(operator: Path) -> None:
    asyncio.run(sell(1))
    assert export(operator) == 0
    assert export(operator) != 0  # the folder is there: nothing was opened

    async def logged() -> list[tuple[str, str, str]]:
        settings = read(os.environ)
        assert settings.master_key_file is not None
        keyring = Keyring.open(settings.master_key_file, settings.key_store)
        store = await Store.open(settings.database_url, keyring)
        rows = await store.database.run(
            lambda conn: [tuple(row) for row in conn.exec_driver_sql("SELECT action, purpose, ticket FROM audit")]
        )
        await store.close()
        keyring.close()
        return rows

    assert asyncio.run(logged()) == [("export_invoices", "tax_law", "2026-11-23/2026-11-23")]
