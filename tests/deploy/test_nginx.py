"""The door to the street, with a real nginx: 256-bit suites only, what may pass passes, and the figures stay inside."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector, web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.web.server import HEADER, Web
from tests.fakes import PATIENCE
from tests.programs import free_port, listens, program, until

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy" / "nginx.conf"
NAME = "mektup.example.com"
SECRET = "a-secret_of-webhooks"
LONG = 3_000_000  # bytes: ten pages as pictures

WRAPPED = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""

TALK = """
import socket, ssl, sys
context = ssl._create_unverified_context()
with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as plain:
    with context.wrap_socket(plain, server_hostname="mektup.example.com") as secure:
        print(*secure.cipher())
"""


@dataclass
class Street:
    """What stands at the address: nginx in front of the service's web server."""

    port: int
    plain_port: int
    folder: Path
    fed: list[dict[str, Any]]
    forwarded: list[str]

    def greeted(self, version: ssl.TLSVersion, ciphers: str) -> tuple[str, int]:
        """A handshake of TLS 1.2 with these suites only: the one agreed on, and the bits of its key."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        context.minimum_version = context.maximum_version = version
        context.set_ciphers(ciphers)
        with (
            socket.create_connection(("127.0.0.1", self.port), 10) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as secure,
        ):
            found = secure.cipher()
        assert found is not None
        return found[0], found[2]

    def greeted_in_tls13(self, suites: str) -> subprocess.CompletedProcess[str]:
        """Python sets the suites of TLS 1.3 only from 3.15 on; OpenSSL's own configuration does for a new process."""
        config = self.folder / "openssl.cnf"
        config.write_text(
            "openssl_conf = all\n[all]\nssl_conf = ssl\n[ssl]\nsystem_default = client\n"
            f"[client]\nMinProtocol = TLSv1.3\nCiphersuites = {suites}\n"
        )
        return subprocess.run(
            [sys.executable, "-c", TALK, str(self.port)],
            env={**os.environ, "OPENSSL_CONF": str(config)},
            capture_output=True,
            text=True,
            check=False,
        )

    async def asked(self, method: str, path: str, **more: Any) -> tuple[int, str, Any]:
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        async with ClientSession(connector=TCPConnector(ssl=context)) as session:
            url = f"https://127.0.0.1:{self.port}{path}"
            async with session.request(method, url, server_hostname=NAME, **more) as answer:
                return answer.status, await answer.text(), answer.headers


def certificate(folder: Path) -> None:
    """Self-signed, for the name in the configuration."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "privkey.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def placed(config: str, folder: Path, street: int, plain: int, service: int) -> str:
    """The shipped file with other ports and another certificate; everything else as it is."""
    config = re.sub(r"^\s*listen \[::\].*\n", "", config, flags=re.MULTILINE)
    for was, now in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{street} ssl http2;",
        "server 127.0.0.1:8080;": f"server 127.0.0.1:{service};",
        f"/etc/letsencrypt/live/{NAME}": str(folder),
    }.items():
        assert was in config, was
        config = config.replace(was, now)
    return config


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    fed: list[dict[str, Any]] = []
    forwarded: list[str] = []

    async def ready() -> bool:
        return True

    async def feed(update: dict[str, Any]) -> None:
        fed.append(update)

    async def quarantine(bot: str, key: str, error: str) -> None:
        raise AssertionError("nothing is set aside here")

    async def callback(request: web.Request) -> web.Response:
        forwarded.append(request.headers.get("X-Forwarded-For", ""))
        return web.Response(text="OK")

    async def opened(request: web.Request) -> web.Response:
        return web.Response(text="x" * LONG)

    service = Web(ready)
    service.webhook("customer", SECRET, feed, quarantine)
    service.app.router.add_post("/payments/sandbox", callback)
    service.app.router.add_post("/ac", opened)
    await service.start("127.0.0.1", 0)
    found = Street(free_port(), free_port(), tmp_path, fed, forwarded)
    certificate(tmp_path)
    site = placed(CONFIG.read_text(), tmp_path, found.port, found.plain_port, service.port)
    (tmp_path / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(WRAPPED.format(folder=tmp_path, user=user))
    words = ("-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr")
    run = await asyncio.to_thread(subprocess.Popen, [program("nginx"), *words])
    try:
        await asyncio.to_thread(until, lambda: listens(found.port), run, PATIENCE)
        yield found
    finally:
        run.terminate()
        await asyncio.to_thread(run.wait)
        await service.stop()


# Only 256 bits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suite", ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"])
async def test_tls_12_with_a_256_bit_suite_is_spoken(street: Street, suite: str) -> None:
    assert await asyncio.to_thread(street.greeted, ssl.TLSVersion.TLSv1_2, suite) == (suite, 256)


@pytest.mark.parametrize("suite", ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "AES256-SHA"])
async def test_tls_12_with_less_or_without_forward_secrecy_is_refused(street: Street, suite: str) -> None:
    with pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):  # the server's alert, not the client's own objection
        await asyncio.to_thread(street.greeted, ssl.TLSVersion.TLSv1_2, suite)


@pytest.mark.parametrize("suite", ["TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
async def test_tls_13_with_a_256_bit_suite_is_spoken(street: Street, suite: str) -> None:
    said = await asyncio.to_thread(street.greeted_in_tls13, suite)
    assert said.stdout.split() == [suite, "TLSv1.3", "256"], said.stderr


async def test_tls_13_with_128_bits_is_refused(street: Street) -> None:
    said = await asyncio.to_thread(street.greeted_in_tls13, "TLS_AES_128_GCM_SHA256")
    assert said.returncode != 0
    assert "HANDSHAKE_FAILURE" in said.stderr.upper().replace(" ", "_"), said.stderr


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
async def test_older_protocols_are_refused(street: Street) -> None:
    with pytest.raises(ssl.SSLError, match="ALERT_PROTOCOL_VERSION"):
        await asyncio.to_thread(street.greeted, ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0")


# What passes ----------------------------------------------------------------------------------------------------------


async def test_a_webhook_passes_with_its_secret_and_only_with_it(street: Street) -> None:
    update = {"update_id": 7}
    told, _, _ = await street.asked("POST", "/telegram/customer", json=update, headers={HEADER: SECRET})
    assert (told, street.fed) == (200, [update])
    told, _, _ = await street.asked("POST", "/telegram/customer", json=update)
    assert (told, street.fed) == (403, [update])


async def test_a_payment_callback_passes_and_tells_the_true_address_whatever_the_caller_claims(street: Street) -> None:
    told, said, _ = await street.asked(
        "POST", "/payments/sandbox", data=b"x", headers={"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4"}
    )
    assert (told, said, street.forwarded) == (200, "OK", ["127.0.0.1"])


@pytest.mark.parametrize(("path", "word"), [("/gizlilik", "MektupX"), ("/privacy", "MektupX"), ("/healthz", "healthy")])
async def test_what_anybody_may_read_is_read(street: Street, path: str, word: str) -> None:
    told, said, headers = await street.asked("GET", path)
    assert told == 200
    assert word in said
    assert headers["Strict-Transport-Security"] == "max-age=31536000"


async def test_an_opened_letter_passes_whole_and_into_no_file_of_the_proxy(street: Street) -> None:
    told, said, _ = await street.asked("POST", "/ac", data=b"key=x")
    assert (told, len(said)) == (200, LONG)
    served = (street.folder / "site.conf").read_text()
    assert re.search(r"location = /ac \{[^}]*proxy_buffering off;[^}]*\}", served)


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/gizlilik/../metrics", "/readyz", "/", "/x"])
async def test_what_is_not_for_the_street_is_not_there(street: Street, path: str) -> None:
    told, said, headers = await street.asked("GET", path)
    assert told == 404
    assert "mektupx_" not in said
    assert "Strict-Transport-Security" in headers  # also on a refusal


async def test_the_service_itself_gives_no_figures_to_what_comes_through_the_proxy(street: Street) -> None:
    """A proxy on the same machine comes from loopback: the header is what tells it from the collector."""
    site = street.folder / "site.conf"
    service = re.search(r"server (127\.0\.0\.1:\d+);", site.read_text())
    assert service is not None
    async with ClientSession() as session:
        async with session.get(f"http://{service[1]}/metrics") as direct:
            assert (direct.status, "mektupx_turns_total" in await direct.text()) == (200, True)
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            async with session.get(f"http://{service[1]}/metrics", headers={header: "203.0.113.9"}) as proxied:
                assert proxied.status == 404


async def test_a_body_no_update_ever_has_is_refused_at_the_door(street: Street) -> None:
    told, _, _ = await street.asked(
        "POST", "/telegram/customer", data=b"x" * (1024 * 1024 + 1), headers={HEADER: SECRET}
    )
    assert (told, street.fed) == (413, [])


async def test_who_comes_without_tls_is_sent_to_it(street: Street) -> None:
    async with ClientSession() as session:
        url = f"http://127.0.0.1:{street.plain_port}/gizlilik"
        async with session.get(url, headers={"Host": NAME}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/gizlilik")
