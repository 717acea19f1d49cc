"""Nothing goes to any other host: each setting leads where the list says, and whoever goes elsewhere fails."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.base.settings import VARIABLES
from bot.payments.paytr.merchant import API
from bot.payments.registry import PROVIDERS
from tests.hosts.allowed_hosts import INSTITUTIONS, LEADS_NOWHERE, LEADS_TO, NOTES, allowed, endpoints
from tests.network import no_stray, stray

ELSEWHERE = "192.0.2.1"  # RFC 5737: of documentation only, nobody is there
SERVICE = {
    "MEKTUPX_TELEGRAM_API": "http://127.0.0.1:8001",
    "MEKTUPX_SMTP_URL": "smtp://127.0.0.1:8002",
    "MEKTUPX_DATABASE_URL": "postgresql+asyncpg://mektupx@/m1?host=/tmp/mektupx-pg-1/data",
    "MEKTUPX_PUBLIC_URL": "http://127.0.0.1:8003",
    "MEKTUPX_LISTEN": "127.0.0.1:8004",
}


@pytest.fixture
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of our own, so that what is refused here fails nobody."""
    file = tmp_path / "notes"
    file.touch()
    monkeypatch.setenv(NOTES, str(file))
    yield file
    stray.clear()


def test_it_is_listed_of_every_setting_where_it_leads() -> None:
    assert set(LEADS_TO) | LEADS_NOWHERE == {variable.name for variable in VARIABLES}
    assert set(LEADS_TO) & LEADS_NOWHERE == set()


def test_it_is_listed_of_every_institution_where_it_is_reached() -> None:
    assert set(INSTITUTIONS) == set(PROVIDERS)
    assert not any(allowed(host, 443, endpoints({})) for hosts in INSTITUTIONS.values() for host in hosts)
    assert {urlsplit(API).hostname} == INSTITUTIONS["paytr"]


def test_the_operators_firewall_has_each_setting_and_host_on_its_page() -> None:
    operations = (Path(__file__).parents[1] / "docs/operations.md").read_text("utf-8")
    page = operations.partition("### Where it connects to\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in page.splitlines() if line.startswith("| `")]
    named = re.findall(r"MEKTUPX_\w+", " ".join(setting for setting, _ in rows))
    assert sorted(named) == sorted({*LEADS_TO, "MEKTUPX_PAYMENT_PROVIDER"})
    hosts = set(re.findall(r"`([a-z-]+\.[a-z.]+)`", " ".join(where for _, where in rows)))
    assert hosts == {"api.telegram.org"}.union(*INSTITUTIONS.values())


def test_no_setting_leads_off_this_machine() -> None:
    assert set().union(*LEADS_TO.values()) == {"", "127.0.0.1", "::1", "localhost"}


@pytest.mark.parametrize(
    ("host", "port", "anybody", "service"),
    [
        ("127.0.0.1", 8001, True, True),  # each of the settings
        ("127.0.0.1", 8002, True, True),
        ("localhost", 8003, True, True),
        ("127.0.0.1", 8004, True, True),
        ("127.0.0.1", 8005, True, False),  # this machine, but no setting names it
        ("/tmp/mektupx-pg-1/data/.s.PGSQL.5432", 0, True, True),
        ("/tmp/mektupx-pg-2/data/.s.PGSQL.5432", 0, True, False),  # another's database
        ("/tmp/pymp-k3j9x2/listener-a1b2", 0, True, True),  # who forks its drawing processes
        ("/run/pymp-k3j9x2/listener-a1b2", 0, False, False),
        ("/run/dbus/system_bus_socket", 0, False, False),
        ("localhost", 0, True, True),
        ("api.telegram.org", 443, False, False),
        ("api.iyzipay.com", 443, False, False),
        ("sandbox-api.iyzipay.com", 443, False, False),
        ("www.paytr.com", 443, False, False),
        ("192.0.2.1", 8001, False, False),
        ("127.0.0.1.example.com", 8001, False, False),
    ],
)
def test_anybody_reaches_this_machine_a_service_only_what_its_settings_name(
    host: str, port: int, anybody: bool, service: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    assert allowed(host, port, endpoints({})) is anybody
    assert allowed(host, port, endpoints(SERVICE)) is service


def test_a_setting_that_names_another_host_allows_nothing() -> None:
    outside = endpoints(SERVICE | {"MEKTUPX_TELEGRAM_API": "https://api.telegram.org"})
    assert not allowed("api.telegram.org", 443, outside)


async def test_a_connection_from_here_is_refused_and_noted(notes: Path) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((ELSEWHERE, 9), 1)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(ELSEWHERE, 9)
    with pytest.raises(ConnectionRefusedError):
        await asyncio.get_running_loop().getaddrinfo("mektup.example.com", 443)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain, pytest.raises(ConnectionRefusedError):
        plain.sendto(b"x", (ELSEWHERE, 9))
    assert stray == ["192.0.2.1:9", "192.0.2.1:9", "mektup.example.com", "192.0.2.1:9"]


async def test_of_a_name_that_exists_nowhere_nobody_is_asked(notes: Path) -> None:
    with pytest.raises(socket.gaierror):
        await asyncio.open_connection("mektup.invalid", 443)
    assert stray == []


TRIES = {
    "the standard library": "import socket; socket.create_connection(('{host}', {port}), 1)",
    "asyncio": "import asyncio; asyncio.run(asyncio.open_connection('{host}', {port}))",
    "uvloop": "import asyncio, uvloop, json; uvloop.run(asyncio.open_connection('{host}', {port}))",
    "uvloop, a socket": (
        "import asyncio, socket, uvloop, json\nasync def go():\n plain = socket.socket(); plain.setblocking(False)\n"
        " await asyncio.get_running_loop().sock_connect(plain, ('{host}', {port}))\nuvloop.run(go())"
    ),
}


@pytest.mark.parametrize("library", TRIES)
def test_a_connection_of_a_child_is_refused_and_noted(library: str, notes: Path) -> None:
    def tried(host: str, port: int, **settings: str) -> str:
        command = [sys.executable, "-c", TRIES[library].format(host=host, port=port)]
        run = subprocess.run(command, env=os.environ | settings, capture_output=True, text=True, check=False)
        return run.stderr.strip().splitlines()[-1] if run.returncode else "connected"

    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        assert tried("127.0.0.1", port) == "connected"  # presence first
        assert tried("127.0.0.1", port, MEKTUPX_TELEGRAM_API=f"http://127.0.0.1:{port}") == "connected"
        assert notes.read_text() == ""
        assert "a test connects to 127.0.0.1" in tried("127.0.0.1", port, MEKTUPX_TELEGRAM_API="http://127.0.0.1:9")
    assert "a test connects to 192.0.2.1" in tried(ELSEWHERE, 9)
    first, second = notes.read_text().splitlines()
    assert first == f"127.0.0.1:{port}"
    assert second.startswith(ELSEWHERE)


@pytest.mark.parametrize("child", [False, True], ids=["here", "in a child"])
def test_who_connects_to_another_host_fails(child: bool, notes: Path) -> None:
    with pytest.raises(pytest.fail.Exception) as failure, no_stray("this test", notes):
        if child:
            command = [sys.executable, "-c", TRIES["the standard library"].format(host=ELSEWHERE, port=9)]
            assert subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode
        else:
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((ELSEWHERE, 9), 1)
    assert str(failure.value).startswith("this test connects to another host: 192.0.2.1")
    with no_stray("the next test", notes):
        pass
