"""PayTR's calls without HTTP, in place of `bot.payments.paytr.calls.Calls`: for histories by the thousand."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from bot.payments.paytr import wire
from bot.payments.paytr.calls import answered
from bot.payments.provider import ProviderError
from tests.institutions.paytr.interface import Interface

__all__ = ["Direct"]


class Direct:
    """faults: for the next calls, "lost" (done, and not heard of), "away" (not done) or "" (answered)."""

    def __init__(self, credentials: str, interface: Interface) -> None:
        self._credentials, self._interface = wire.credentials_of(credentials), interface
        self.faults: deque[str] = deque()

    async def post(self, path: str, **form: str) -> dict[str, Any]:
        fault = self.faults.popleft() if self.faults else ""
        if fault == "away":
            raise ProviderError("PayTR cannot be reached.", retry=True)
        call = path.removeprefix("/odeme/").removeprefix("api/")
        said = self._interface.answer(call, list(wire.signed(self._credentials, path, form).items()))
        if fault == "lost":
            raise ProviderError("PayTR's answer was lost.", retry=True)
        return answered(path, 200, json.dumps(said).encode())

    async def close(self) -> None:
        pass
