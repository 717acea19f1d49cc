"""The drawing processes of this process: they warm up beside everything else that starts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.base.startup import CannotStart, sentenced
from rendering import faces
from rendering.processes.pool import Pool

__all__ = ["WORKERS", "Drawing", "drawing"]

LONGEST = 8.0  # seconds for one page
WORKERS = min(2, len(os.sched_getaffinity(0)))  # the second is started when somebody has to wait


@dataclass(frozen=True, slots=True)
class Drawing:
    """A pool that may still be warming up."""

    pool: Pool
    warming: asyncio.Future[None]

    async def warm(self) -> None:
        """Returns when the first process can draw. Errors: CannotStart."""
        await sentenced(self.warming, "The drawing process did not start; `mektupx check` says what it lacks.")


@asynccontextmanager
async def drawing(workers: int) -> AsyncIterator[Drawing]:
    """Errors: CannotStart where typefaces are missing."""
    pool = Pool(workers, timeout=LONGEST)
    warming = asyncio.ensure_future(pool.start())
    try:
        if missing := await asyncio.to_thread(faces.missing):
            raise CannotStart(f"Typefaces are missing, letters could not be printed: {'; '.join(missing)}")
        yield Drawing(pool, warming)
    finally:
        warming.cancel()
        await pool.stop()
