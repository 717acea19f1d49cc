"""Whatever an operator types that shows or moves what is somebody's is a line in the access log, under their name."""

from __future__ import annotations

import argparse
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.main import _parser, main
from bot.cli.typist import typist
from storage.access_log import audit
from storage.access_log.audit import Entry, Purpose
from tests.bot.cli.test_main import operator as operator  # noqa: PLC0414 - a fixture
from tests.bot.cli.test_payments import HEADER
from tests.bot.cli.test_print_queue import at_work
from tests.storage.conftest import House

NOTHING = "shows nothing of anybody"
APART = "has its own record, at a station without a database"

DECIDED = {
    "demo": NOTHING,  # invented people
    "run": NOTHING,  # what it serves is logged by the door
    "migrate": NOTHING,
    "check": NOTHING,
    "flows": NOTHING,
    "keys init": NOTHING,
    "keys check": NOTHING,
    "keys backup": "backup_keys",
    "keys restore": "restore_keys",
    "keys rewrap": "rewrap_keys",
    "backup": "backup",
    "restore": "restore_backup",
    "audit verify": "verify_log",
    "audit who": "read_log",
    "audit by": "read_log",
    "outbox list": "list_queue",
    "outbox retry": "queue_retry",
    "outbox park": "queue_park",
    "outbox printed": "queue_printed",
    "outbox again": "queue_again",
    "orders contract": "show_contract",
    "payments reconcile": "list_payments",
    "invoices export": "export_invoices",
    "press key": NOTHING,
    "press print": APART,  # docs/print-room.md, the record of openings
    "tray printed": "tray_printed",
    "tray spoiled": "tray_spoiled",
    "tray posted": "tray_posted",
    "tray returned": "tray_returned",
    "tray destroyed": "tray_destroyed",
    "tray list": "list_tray",
    "tray reconcile": "tray_reconciled",
    "tray manifest": "carrier_manifest",
}
"""Written by hand: each act of each subcommand, and its line. A new one without a decision is red."""


def acts(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    """Every act there is, as it is typed."""
    below = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    chosen = [one.choices for one in parser._actions if one.dest == "act" and one.choices]
    for group in below:
        for name, under in group.choices.items():
            yield from acts(under, f"{before}{name} ")
    for names in chosen:
        yield from (f"{before}{act}" for act in names)
    if not below and not chosen:
        yield before.strip()


def test_every_act_is_decided() -> None:
    assert set(acts(_parser())) == set(DECIDED)


TYPED = {
    "outbox list": (0, ["outbox", "list"]),
    "tray list": (0, ["tray", "list"]),
    "tray reconcile": (0, ["tray", "reconcile"]),
    "tray printed": (1, ["tray", "printed", "scans.txt"]),
    "tray spoiled": (1, ["tray", "spoiled", "scans.txt"]),
    "tray posted": (1, ["tray", "posted", "scans.txt"]),
    "tray returned": (1, ["tray", "returned", "scans.txt"]),
    "tray destroyed": (1, ["tray", "destroyed", "scans.txt"]),
    "tray manifest": (1, ["tray", "manifest", "2026-11-30"]),
    "payments reconcile": (1, ["payments", "reconcile", "statement.csv"]),
    "invoices export": (0, ["invoices", "export", "out", "--from", "2026-11-01", "--to", "2026-11-30"]),
    "backup": (0, ["backup", "copy.mxb"]),
    "keys backup": (0, ["keys", "backup", "copy.keys"]),
    "keys rewrap": (0, ["keys", "rewrap", "new.key"]),
    "audit verify": (0, ["audit", "verify"]),
    "audit who": (0, ["audit", "who", "MX000001"]),
    "audit by": (0, ["audit", "by", "operator"]),
}
"""Acts that need no more than a database: how they end, and how they are typed. The others have their line in the
specifications of their own files."""


async def written(house: House) -> list[tuple[str, str]]:
    assert await house.store.do(audit.verify) == ()
    return [(actor, action) for actor, action in await house.rows("SELECT actor, action FROM audit ORDER BY seq")]


async def an_order(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse, paid=False)


@pytest.fixture
def ready(operator: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (operator / "scans.txt").write_text("MX000042\n")
    (operator / "statement.csv").write_text(HEADER + "P-1;payment;48,50;TRY;2026-01-15 12:00;\n")
    at_work(operator, an_order)
    monkeypatch.delenv("SUDO_USER", raising=False)
    return operator


@pytest.mark.parametrize("act", TYPED)
def test_the_act_is_a_line_under_the_name_of_who_typed_it(ready: Path, act: str) -> None:
    code, words = TYPED[act]
    assert main(words) == code
    me = f"operator:{pwd.getpwuid(os.getuid()).pw_name}"  # nobody types this by sudo
    if act == "keys rewrap":
        (ready / "new.key").replace(ready / "master.key")
    assert at_work(ready, written) == [(me, DECIDED[act])]


@pytest.mark.parametrize(
    ("uid", "sudo", "name"),
    [
        (0, "", "operator:root"),
        (0, "ada", "operator:ada as root"),
        (0, "root", "operator:root"),
        (4_000_000_000, "ada", "operator:4000000000"),
    ],
    ids=["root", "somebody by sudo", "root by sudo", "SUDO_USER said by somebody else"],
)
def test_who_types_is_asked_of_the_kernel(uid: int, sudo: str, name: str) -> None:
    assert typist({"SUDO_USER": sudo, "LOGNAME": "nobody", "USER": "nobody"}, uid) == name


# Who looked, and what somebody did ------------------------------------------------------------------------------------


async def looked_at(house: House) -> None:
    await an_order(house)
    (order,) = (await house.standing(house.ayse)).orders
    for actor, action, subject in (
        ("staff:11", "show_refunds", order.id),
        ("staff:12", "open_letter", order.letter),
        ("staff:11", "answer_ticket", "f" * 32),
        ("operator:ada as root", "show_contract", order.id),
    ):
        entry = Entry(house.now, actor, action, subject, Purpose.SERVICE, "MX000001", "done")
        await house.store.note_access(entry)


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        (["who", "MX000001"], ["looked at the refunds", "opened a letter", "printed an accepted contract"]),
        (["who", "1001"], []),  # the sender, whom no line is about; each is about their order
        (["by", "11"], ["looked at the refunds", "answered a ticket"]),
        (["by", "staff:12"], ["opened a letter"]),
        (["by", "operator"], ["printed an accepted contract"]),
        (["by", "operator:ada"], ["printed an accepted contract"]),
        (["by", "operator:ad"], []),
    ],
    ids=" ".join,
)
def test_who_has_looked_and_what_somebody_has_done(
    operator: Path, capsys: pytest.CaptureFixture[str], typed: list[str], seen: list[str]
) -> None:
    at_work(operator, looked_at)
    capsys.readouterr()
    assert main(["audit", *typed]) == 0
    *lines, count = capsys.readouterr().out.splitlines()
    assert count == f"Lines: {len(seen)}."
    assert len(lines) == len(seen)
    assert all(words in line for words, line in zip(seen, lines, strict=True))
    assert at_work(operator, written)[-1] == (typist(os.environ), "read_log")


def test_nobody_known_is_a_sentence_and_no_line(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at_work(operator, an_order)
    assert main(["audit", "who", "MX000777"]) == 1
    assert "Neither an order nor a sender is known by this: MX000777." in capsys.readouterr().err
    assert at_work(operator, written) == []


def test_each_wrong_line_and_gap_is_told_in_a_sentence(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def changed(house: House) -> None:
        await looked_at(house)
        await house.execute("UPDATE audit SET actor = 'staff:9' WHERE seq = 1")
        await house.execute("DELETE FROM audit WHERE seq IN (2, 3)")

    at_work(operator, changed)
    assert main(["audit", "verify"]) == 1
    told = capsys.readouterr().err
    assert "Line 1 was changed" in told and "Missing: 2–3." in told and "Lines found: 2." in told
