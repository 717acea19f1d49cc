"""The mektupx command: what an operator types, and the one sentence that says what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.programs import free_port

SELLER = """
title = "Örnek Ltd. Şti."
mersis = "0123456789000017"
address = "A Mah. B Sok. No: 1, 34110 Fatih/İSTANBUL"
phone = "+90 212 000 00 00"
email = "merhaba@example.com"
"""


@pytest.fixture
def operator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An operator with a whole, right set of settings and keys already made."""
    for name in [name for name in os.environ if name.startswith("MEKTUPX_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seller.toml").write_text(SELLER, encoding="utf-8")
    (tmp_path / "tray").mkdir()
    for name, value in {
        "CUSTOMER_TOKEN": f"1:{'a' * 35}",
        "STAFF_TOKEN": f"2:{'b' * 35}",
        "TELEGRAM_API": "http://127.0.0.1:9",
        "MASTER_KEY_FILE": str(tmp_path / "master.key"),
        "KEY_STORE": str(tmp_path / "keys.db"),
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'mektupx.db'}",
        "SELLER_FILE": str(tmp_path / "seller.toml"),
        "PRINT_SINK": f"folder:{tmp_path / 'tray'}",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "ADMINS": "1",
        "LISTEN": f"127.0.0.1:{free_port()}",
    }.items():
        monkeypatch.setenv(f"MEKTUPX_{name}", value)
    assert main(["keys", "init"]) == 0
    yield tmp_path


def test_keys_are_made_once_and_never_overwritten(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (operator / "master.key").read_bytes(), (operator / "keys.db").read_bytes()
    capsys.readouterr()
    assert main(["keys", "check"]) == 0
    assert "opens with this master key" in capsys.readouterr().out
    assert main(["keys", "init"]) == 1
    assert "nothing was overwritten" in capsys.readouterr().err
    assert ((operator / "master.key").read_bytes(), (operator / "keys.db").read_bytes()) == before


def test_check_finds_everything_in_order_and_says_so(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    said = capsys.readouterr().out
    assert said.count("✓") >= 7
    assert "✗" not in said


def test_check_names_each_trouble_with_its_remedy(
    operator: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (operator / "tray").rmdir()
    (operator / "master.key").write_text("00" * 32)
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert said.count("✗") == 2
    assert said.count("→") == 2
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")
    assert main(["check"]) == 1
    assert "Satıcı" in capsys.readouterr().out


def test_the_database_is_made_and_brought_to_this_version(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert (operator / "mektupx.db").exists()
    assert main(["migrate"]) == 0
    capsys.readouterr()
    assert main(["outbox", "list"]) == 0
    assert capsys.readouterr().out == ""


WRONG = {
    "a missing seller file": ("SELLER_FILE", "nowhere.toml", "MEKTUPX_SELLER_FILE"),
    "a token that is none": ("CUSTOMER_TOKEN", "hello", "MEKTUPX_CUSTOMER_TOKEN"),
    "a misspelt variable": ("TOKN", "1", "MEKTUPX_TOKN"),
    "an unknown payment provider": ("PAYMENT_PROVIDER", "goldsmith", "goldsmith"),
    "a database address that is none": ("DATABASE_URL", "mydb", "MEKTUPX_DATABASE_URL"),
    "a print sink of no known kind": ("PRINT_SINK", "pigeon:home", "pigeon"),
    "a test clock with the real Telegram": ("TELEGRAM_API", "https://api.telegram.org", "MEKTUPX_CLOCK"),
}


@pytest.mark.parametrize(("name", "value", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_setting_stops_the_start_by_its_name(
    operator: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv("MEKTUPX_PAYMENT_CREDENTIALS", "key:secret")
    monkeypatch.setenv("MEKTUPX_PUBLIC_URL", "https://mektupx.example")
    monkeypatch.setenv(f"MEKTUPX_{name}", value)
    monkeypatch.setenv("MEKTUPX_CLOCK", str(operator / "clock"))
    assert main(["run"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_wrong_key_stops_the_start_and_changes_nothing(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (operator / "keys.db").read_bytes()
    (operator / "master.key").write_text("00" * 32)
    assert main(["run"]) == 1
    assert "key" in capsys.readouterr().err.lower()
    assert (operator / "keys.db").read_bytes() == before


def test_a_part_that_does_not_exist_is_named(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "kitchen"]) == 2
    assert "customers, staff, web, worker" in capsys.readouterr().err


def test_outbox_retry_wants_an_order(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", "retry"]) == 2
    assert "needs the order's id" in capsys.readouterr().err
    assert main(["outbox", "retry", "0" * 32]) == 1


def test_the_diagrams_are_drawn(operator: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flows"]) == 0
    assert capsys.readouterr().out.count("```mermaid") == 2


def start() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", "run"], stderr=subprocess.PIPE, text=True, cwd=os.getcwd(), env=ENV()
    )


def ENV() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}


def test_a_busy_port_is_one_sentence(operator: Path) -> None:
    host, port = os.environ["MEKTUPX_LISTEN"].split(":")
    with socket.socket() as taken:
        taken.bind((host, int(port)))
        taken.listen()
        process = start()
        _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "MEKTUPX_LISTEN" in told.splitlines()[-1]
    assert "Traceback" not in told


def test_sigterm_ends_it_gracefully(operator: Path) -> None:
    """Telegram is away the whole time: the service starts all the same and stops when it is asked to."""
    process = start()
    assert process.stderr is not None
    seen: list[str] = []
    for line in process.stderr:
        seen.append(line)
        if '"started"' in line:
            process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert any('"stopped"' in line for line in seen)
