"""One agent's messages are answered in their order, and nobody waits for somebody else's slow answer."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.base.locks import NamedLocks

__all__ = ["PerChat"]


class PerChat(BaseUpdateProcessor):
    """A lock for each chat, kept only while somebody needs it."""

    def __init__(self, at_once: int = 64) -> None:
        super().__init__(at_once)
        self._lanes: NamedLocks[int] = NamedLocks()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        owner = None
        if isinstance(update, Update):
            owner = update.effective_chat or update.effective_user
        if owner is None:
            await coroutine
            return
        async with self._lanes.of(owner.id):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to allocate."""

    async def shutdown(self) -> None:
        """Nothing to give back: a lane ends with its last update."""
