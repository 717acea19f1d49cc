"""A whole order on this machine: a Telegram, a bank, a mailbox and a print room of our own, nothing mocked inside."""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pypdfium2  # type: ignore[import-untyped]

from bot import log
from bot.clock import SharedClock
from bot.playground.server import Playground
from bot.settings import read
from bot.wiring import PARTS, Service
from storage.keyring import Keyring

__all__ = ["Stage", "demo"]

SELLER = """# A sample; yours holds your own company's details.
title = "MektupX Örnek Basım ve Posta Hizmetleri Ltd. Şti."
mersis = "0123456789000017"
address = "Örnek Mah. Posta Sok. No: 1, 34110 Fatih/İSTANBUL"
phone = "+90 212 000 00 00"
email = "merhaba@mektupx.example"
"""
SENDER = 1001
TIMEOUT = 30.0  # seconds the play waits for an answer at most


class Stage:
    """A playground and a service on free loopback ports, everything they write under one folder."""

    def __init__(self, folder: Path, *, port: int = 0, parts: tuple[str, ...] = PARTS) -> None:
        self.folder = folder
        self.tray = folder / "tray"
        self._port = port
        self._parts = parts
        self.playground: Playground
        self.service: Service

    async def start(self) -> None:
        """Keys, seller file and tray are made where they are missing, so that a folder can be used again."""
        for made in (self.folder, self.tray):
            made.mkdir(parents=True, exist_ok=True)
        clock = SharedClock(self.folder / "clock")
        tokens = {"customer": f"7000001:{_letters()}", "staff": f"7000002:{_letters()}"}
        self.playground = Playground(clock, tokens, tray=self.tray)
        await self.playground.start(port=self._port)
        seller = self.folder / "seller.toml"
        if not seller.exists():
            seller.write_text(SELLER, encoding="utf-8")
        environment = {
            "MEKTUPX_CUSTOMER_TOKEN": tokens["customer"],
            "MEKTUPX_STAFF_TOKEN": tokens["staff"],
            "MEKTUPX_TELEGRAM_API": self.playground.url,
            "MEKTUPX_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'mektupx.db'}",
            "MEKTUPX_MASTER_KEY_FILE": str(self.folder / "master.key"),
            "MEKTUPX_KEY_STORE": str(self.folder / "keys.db"),
            "MEKTUPX_LISTEN": f"127.0.0.1:{free_port()}",
            "MEKTUPX_PAYMENT_PROVIDER": "sandbox",
            "MEKTUPX_PAYMENT_CREDENTIALS": _credentials(self.folder / "bank.credentials"),
            "MEKTUPX_PRINT_SINK": f"folder:{self.tray}",
            "MEKTUPX_SMTP_URL": self.playground.smtp_url,
            "MEKTUPX_ADMINS": "2001",
            "MEKTUPX_SELLER_FILE": str(seller),
            "MEKTUPX_CLOCK": str(self.folder / "clock"),
        }
        settings = read(environment)
        if not settings.key_store.exists():
            assert settings.master_key_file is not None
            Keyring.init(settings.master_key_file, settings.key_store).close()
        self.service = Service(settings, self._parts)
        await self.service.start()
        self.playground.busy = self.service.busy

    async def stop(self) -> None:
        await self.service.stop()
        await self.playground.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _letters() -> str:
    """35 characters after the colon, as Telegram's tokens have."""
    return secrets.token_urlsafe(40)[:35].replace("-", "a").replace("_", "b")


def _credentials(file: Path) -> str:
    if not file.exists():
        file.write_text(f"demo:{secrets.token_hex(16)}", encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii")


class Play:
    """A person at the playground, over its HTTP interface: what is said is printed as it happens."""

    def __init__(self, url: str, session: aiohttp.ClientSession, show: Callable[[str], None]) -> None:
        self._api = f"{url}/playground/api"
        self._http = session
        self._show = show
        self._seen: dict[int, str | None] = {}

    async def post(self, path: str, **body: Any) -> Any:
        async with self._http.post(f"{self._api}/{path}", json=body) as answer:
            found = await answer.json()
            if answer.status >= 400:
                raise RuntimeError(f"{path}: {found}")
            return found

    async def get(self, path: str, **query: str) -> Any:
        async with self._http.get(f"{self._api}/{path}", params=query) as answer:
            return await answer.json()

    async def settle(self) -> None:
        """Waits until nothing is in flight and prints what the bot has said."""
        found = await self.get("idle", timeout=str(TIMEOUT))
        if not found.get("idle"):
            raise RuntimeError(f"the service did not come to rest: {found}")
        for message in await self.get(f"chats/{SENDER}/messages"):
            known = self._seen.get(message["message_id"])
            self._seen[message["message_id"]] = message.get("text")
            if message["from"]["is_bot"] and known != message.get("text", ""):
                self._show(_shown(message))

    async def says(self, words: str) -> None:
        self._show(f"K: {words}")
        await self.post(f"chats/{SENDER}/send", user=SENDER, text=words)
        await self.settle()

    async def taps(self, label: str) -> Any:
        """The newest message with such a button is tapped."""
        message = await self.with_button(label)
        self._show(f"K: [{label}]")
        found = await self.post(f"chats/{SENDER}/tap", user=SENDER, message_id=message["message_id"], label=label)
        await self.settle()
        return found

    async def with_button(self, label: str) -> Any:
        for message in reversed(await self.get(f"chats/{SENDER}/messages")):
            if any(button["label"] == label for row in message.get("buttons") or [] for button in row):
                return message
        raise RuntimeError(f"no message has the button {label!r}")

    async def page(self, url: str, act: str) -> None:
        """Opens the payment page and presses one of its buttons, as a browser would."""
        async with self._http.get(url) as answer:
            shown = await answer.text()
            if answer.status != 200 or f'value="{act}"' not in shown:
                raise RuntimeError(f"the payment page has no button {act!r} (status {answer.status})")
        async with self._http.post(url, data={"act": act}) as answer:
            answer.raise_for_status()
        await self.settle()


def _shown(message: dict[str, Any]) -> str:
    buttons = " ".join(f"[{button['label']}]" for row in message.get("buttons") or [] for button in row)
    file = f" ({message['file'].get('name') or message['file'].get('kind')})" if message.get("file") else ""
    return f"B:{file} {message.get('text') or ''} {buttons}".replace("\n", "\n   ").rstrip()


async def order_a_letter(play: Play) -> None:
    """The conversation of the voice: every line a person would type or tap."""
    await play.post("users", id=SENDER, first_name="Işıl", last_name="İnci", language_code="tr")
    await play.says("/start")
    await play.taps("Okudum, devam et")
    await play.says("5.3.1990")
    await play.taps("Evet")
    await play.says("Işıl İnci")
    await play.taps("Numaramı paylaş")
    await play.says("isil@example.com")
    await play.says(await code(play))
    await play.says("Nermin Öztürk")
    await play.says("caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul")
    await play.taps("Doğru")
    await play.says("Canım anneannem,")
    await play.says("Sardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum.")
    await play.taps("Bitti")
    await play.taps("Klasik")
    await play.taps("Taahhütlü · 96,00\u00a0TL")
    await play.taps("Onaylıyorum")
    await play.says("Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara")
    await play.taps("Okudum, siparişi onaylıyorum")
    paying = await play.taps("96,00\u00a0TL öde")
    await play.page(paying["url"], "pay")
    await play.says("Çok teşekkürler")


async def code(play: Play) -> str:
    """The six digits of the newest mail."""
    mails = await play.get("mail", to="isil@example.com")
    found = re.findall(r"\b\d{6}\b", mails[-1]["text"])
    return str(found[0])


async def demo(folder: Path | None, *, once: bool, port: int, show: Callable[[str], None] = print) -> int:
    """Plays the order; with `once` ends, otherwise serves until it is interrupted. 0 if the letter lies in the tray."""
    folder = (folder or Path(tempfile.mkdtemp(prefix="mektupx-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "logs").mkdir(exist_ok=True)
    log.configure(folder / "logs" / "mektupx.log")
    stage = Stage(folder, port=port)
    await stage.start()
    try:
        async with aiohttp.ClientSession() as session:
            play = Play(stage.playground.url, session, lambda words: _say(show, words))
            await order_a_letter(play)
        done = await _account(stage, show)
        if once:
            return done
        show(f"playground: {stage.playground.url}")
        show(f"service: http://127.0.0.1:{stage.service.port}  (Ctrl-C ends both)")
        await _until_interrupted()
        return 0
    finally:
        await stage.stop()


async def _account(stage: Stage, show: Callable[[str], None]) -> int:
    """What lies in the tray and what is left in the outbox."""
    letters = sorted(stage.tray.glob("*.pdf"), key=lambda file: file.stat().st_mtime)
    waiting = [row for row in await stage.service.store.outbox() if row.state != "cleared"]
    for letter in letters[-1:]:
        content = letter.read_bytes()
        pages = len(pypdfium2.PdfDocument(content))
        show(f"tray: {letter} pages={pages} sha256={hashlib.sha256(content).hexdigest()}")
    show(f"outbox: {len(waiting)}")
    return 0 if letters and not waiting else 1


async def _until_interrupted() -> None:
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await over.wait()


def _say(show: Callable[[str], None], words: str) -> None:
    show(words)
    sys.stdout.flush()
