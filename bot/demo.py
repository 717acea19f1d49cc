"""A whole order on this machine: a Telegram, a bank, a mailbox and a print room of our own, nothing mocked inside."""

from __future__ import annotations

import asyncio
import hashlib
import re
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pypdfium2  # type: ignore[import-untyped]

from bot import log
from bot.stage import SELLER, Stage

__all__ = ["SELLER", "Play", "Stage", "confirm", "demo", "introduce", "order_a_letter", "write"]

SENDER = 1001  # who plays when nobody else is named
TIMEOUT = 30.0  # seconds the play waits for an answer at most


class Play:
    """A person at the playground, over its HTTP interface: what is said is printed as it happens."""

    def __init__(
        self,
        url: str,
        session: aiohttp.ClientSession,
        show: Callable[[str], None],
        sender: int = SENDER,
        mail: str = "isil@example.com",
    ) -> None:
        self.sender = sender
        self.mail = mail
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
        for message in await self.get(f"chats/{self.sender}/messages"):
            known = self._seen.get(message["message_id"])
            self._seen[message["message_id"]] = message.get("text")
            if message["from"]["is_bot"] and known != message.get("text", ""):
                self._show(_shown(message))

    async def says(self, words: str) -> None:
        self._show(f"K: {words}")
        await self.post(f"chats/{self.sender}/send", user=self.sender, text=words)
        await self.settle()

    async def taps(self, label: str) -> Any:
        """The newest message with such a button is tapped."""
        message = await self.with_button(label)
        self._show(f"K: [{label}]")
        tapped = {"user": self.sender, "message_id": message["message_id"], "label": label}
        found = await self.post(f"chats/{self.sender}/tap", **tapped)
        await self.settle()
        return found

    async def with_button(self, label: str) -> Any:
        for message in reversed(await self.get(f"chats/{self.sender}/messages")):
            if any(button["label"] == label for row in message.get("buttons") or [] for button in row):
                return message
        raise RuntimeError(f"no message has the button {label!r}")

    async def code(self) -> str:
        """The six digits of the newest mail."""
        mails = await self.get("mail", to=self.mail)
        return str(re.findall(r"\b\d{6}\b", mails[-1]["text"])[0])

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
    await introduce(play)
    await write(play)
    await play.page(await confirm(play), "pay")
    await play.says("Çok teşekkürler")


async def introduce(play: Play) -> None:
    """From /start to the address, for somebody who is here for the first time."""
    await play.post("users", id=play.sender, first_name="Işıl", last_name="İnci", language_code="tr")
    await play.says("/start")
    await play.taps("Okudum, devam et")
    await play.says("5.3.1990")
    await play.taps("Evet")
    await play.says("Işıl İnci")
    await play.taps("Numaramı paylaş")
    await play.says(play.mail)
    await play.says(await play.code())
    await play.says("Nermin Öztürk")
    await play.says("caferağa mah moda cad no 12 daire 5 34710 kadıköy istanbul")
    await play.taps("Doğru")


async def write(play: Play) -> None:
    """The letter itself, to its preview."""
    await play.says("Canım anneannem,")
    await play.says("Sardunyaların bu sabah açtı. Pencereyi her açtığımda mutfağındaki çay kokusunu arıyorum.")
    await play.taps("Bitti")
    await play.taps("Klasik")
    await play.taps("Taahhütlü · 96,00\u00a0TL")


async def confirm(play: Play) -> str:
    """From the preview to the order; the address of the payment page."""
    await play.taps("Onaylıyorum")
    await play.says("Işıl İnci, Kızılay Mah. Ihlamur Sok. No: 3, 06420 Çankaya, Ankara")
    await play.taps("Okudum, siparişi onaylıyorum")
    paying = await play.taps("96,00\u00a0TL öde")
    return str(paying["url"])


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
