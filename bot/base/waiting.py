"""Waits for whichever comes first, and leaves nothing waiting behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

__all__ = ["first_of"]


async def first_of(*waiting: Awaitable[Any]) -> set[asyncio.Future[Any]]:
    """Returns those that have ended by the time the first has; the others are cancelled, and are over too."""
    futures: list[asyncio.Future[Any]] = [asyncio.ensure_future(one) for one in waiting]
    try:
        ended, _ = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
        return ended
    finally:
        for future in futures:
            future.cancel()
        await asyncio.gather(*futures, return_exceptions=True)
