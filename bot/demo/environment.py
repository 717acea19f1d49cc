"""A stage for the whole service on this machine: a Telegram, a bank, a mailbox and a print room of our own."""

from __future__ import annotations

import secrets
import socket
from contextlib import AsyncExitStack
from pathlib import Path

from bot.base.clock import SharedClock
from bot.base.settings import read
from bot.demo.institution import Beside
from bot.demo.people import ADMINS, GROUP
from bot.playground.server import Playground
from bot.service.service import PARTS, Service, service
from storage.keys.keyring import Keyring

__all__ = ["SELLER", "Environment", "free_port"]

SELLER = """# A sample; yours holds your own company's details.
title = "MektupX Örnek Basım ve Posta Hizmetleri Ltd. Şti."
mersis = "0123456789000017"
address = "Örnek Mah. Posta Sok. No: 1, 34110 Fatih/İSTANBUL"
phone = "+90 212 000 00 00"
email = "merhaba@mektupx.example"
kep = "mektupx.ornek@hs01.kep.tr"
tax_office = "Fatih"
tax_number = "1234567890"
"""


class Environment:
    """A playground and a service on free loopback ports, everything they write under one folder.

    webhooks: the playground calls the service; otherwise the bots ask for updates. Without `parts` the playground
    stands alone: `environment` is what a service of another process needs to play on it. staff: the two admins and the
    group of bot.demo.people are set; who plays on the stage brings them in. cut_off: MEKTUPX_CUT_OFF; by itself a story
    waits for no hour. institution: "sandbox", or one of bot.demo.institution.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        parts: tuple[str, ...] = PARTS,
        webhooks: bool = False,
        limits: bool = True,
        staff: bool = False,
        cut_off: str = "continuous",
        institution: str = "sandbox",
    ) -> None:
        self.folder = folder
        self.tray = folder / "tray"
        self.environment: dict[str, str] = {}
        self._port = port
        self._parts = parts
        self._webhooks = webhooks
        self._limits = limits
        self._staff = staff
        self._cut_off = cut_off
        beside = institution != "sandbox"
        self._institution = Beside(institution, folder, SharedClock(folder / "clock")) if beside else None
        self.playground: Playground
        self.service: Service
        self._serving = AsyncExitStack()

    async def start(self) -> None:
        """Keys, seller file and tray are made where they are missing, so that a folder can be used again."""
        for made in (self.folder, self.tray):
            made.mkdir(parents=True, exist_ok=True)
        clock = SharedClock(self.folder / "clock")
        tokens = {"customer": f"7000001:{_letters()}", "staff": f"7000002:{_letters()}"}
        self.playground = Playground(clock, tokens, tray=self.tray, limits=self._limits)
        await self.playground.start(port=self._port)
        if self._institution:
            await self._institution.start()
        self.environment = self._environment(tokens)
        settings = read(self.environment)
        if not settings.key_store.exists():
            assert settings.master_key_file is not None
            Keyring.init(settings.master_key_file, settings.key_store).close()
        if self._parts:
            await self.serve()

    async def serve(self) -> None:
        """The service, also a second time on the same folder after it was stopped."""
        try:
            self.service = await self._serving.enter_async_context(service(read(self.environment), self._parts))
        except BaseException:
            await self.playground.stop()
            raise
        self.playground.busy = self._busy

    async def _busy(self) -> bool:
        return bool(self._institution and self._institution.busy) or await self.service.busy()

    async def stop(self) -> None:
        await self.end_service()
        if self._institution:
            await self._institution.stop()
        await self.playground.stop()

    async def end_service(self) -> None:
        """The playground stays."""
        await self._serving.aclose()

    def _environment(self, tokens: dict[str, str]) -> dict[str, str]:
        seller = self.folder / "seller.toml"
        if not seller.exists():
            seller.write_text(SELLER, encoding="utf-8")
        listen = f"127.0.0.1:{free_port()}"
        environment = {
            "MEKTUPX_CUSTOMER_TOKEN": tokens["customer"],
            "MEKTUPX_STAFF_TOKEN": tokens["staff"],
            "MEKTUPX_TELEGRAM_API": self.playground.url,
            "MEKTUPX_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'mektupx.db'}",
            "MEKTUPX_MASTER_KEY_FILE": str(self.folder / "master.key"),
            "MEKTUPX_KEY_STORE": str(self.folder / "keys.db"),
            "MEKTUPX_LISTEN": listen,
            "MEKTUPX_PAYMENT_PROVIDER": "sandbox",
            "MEKTUPX_PAYMENT_CREDENTIALS": _credentials(self.folder / "bank.credentials"),
            "MEKTUPX_PRINT_SINK": f"folder:{self.tray}",
            "MEKTUPX_CUT_OFF": self._cut_off,
            "MEKTUPX_SMTP_URL": self.playground.smtp_url,
            "MEKTUPX_ADMINS": str(ADMINS[0].id),
            "MEKTUPX_SELLER_FILE": str(seller),
            "MEKTUPX_CLOCK": str(self.folder / "clock"),
        }
        if self._institution:
            del environment["MEKTUPX_PAYMENT_CREDENTIALS"]
            environment |= self._institution.settings(listen)
        if self._staff:
            environment |= {"MEKTUPX_ADMINS": ",".join(str(one.id) for one in ADMINS), "MEKTUPX_STAFF_CHAT": str(GROUP)}
        if self._webhooks:
            environment |= {"MEKTUPX_PUBLIC_URL": f"http://{listen}", "MEKTUPX_WEBHOOK_SECRET": secrets.token_hex(16)}
        return environment


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
