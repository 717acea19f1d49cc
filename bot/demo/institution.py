"""A pretended payment institution beside the demo: one of those that the specifications talk to."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from bot.base.clock import Clock

__all__ = ["PRETENDED", "Beside"]

ROOT: Final = Path(__file__).parents[2]
PRETENDED: Final = {
    "iyzico": ("tests.institutions.iyzico", "FakeIyzico", "sandbox-demo:sandbox-secret"),
    "paytr": ("tests.institutions.paytr", "PayTR", "123456:a1B2c3D4e5F6g7H8:h8G7f6E5d4C3b2A1"),
}
"""By the name of the setting: where the pretended one is in this repository, and what it issues to us."""


class Beside:
    """Serves it on a free port. ValueError for one that is not pretended here, or outside the repository."""

    def __init__(self, name: str, folder: Path, clock: Clock) -> None:
        if name not in PRETENDED:
            raise ValueError(f"The demo has no institution {name!r}; accepted: sandbox, {', '.join(PRETENDED)}.")
        module, kind, self._credentials = PRETENDED[name]
        if not (ROOT / "tests" / "institutions").is_dir():
            raise ValueError(f"The pretended {name} belongs to the repository's tests; run the demo from there.")
        if str(ROOT) not in sys.path:
            sys.path.append(str(ROOT))
        made = getattr(importlib.import_module(module), kind)
        self._name, self._folder = name, folder
        self._fake: Any = made(self._credentials, clock)
        self._runner: web.AppRunner

    async def start(self) -> None:
        self._runner = web.AppRunner(self._fake.app(), access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    def settings(self, listen: str) -> dict[str, str]:
        """What an operator would set for it. listen: where our own web server waits."""
        host, port = self._runner.addresses[0][:2]
        file = self._folder / "institutions.toml"
        file.touch(mode=0o600)
        file.write_text(f'[{self._name}]\ncredentials = "{self._credentials}"\napi = "http://{host}:{port}"\n')
        return {
            "MEKTUPX_PAYMENT_PROVIDER": self._name,
            "MEKTUPX_PAYMENT_CREDENTIALS_FILE": str(file),
            "MEKTUPX_PUBLIC_URL": f"http://{listen}",
        }

    @property
    def busy(self) -> bool:
        """Whether it still has something to tell us."""
        return bool(self._fake.busy)
