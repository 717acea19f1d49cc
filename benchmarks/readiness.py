"""Seconds from `mektupx run` to /readyz: with byte code present, as on a machine where it ran before, and without any.

Byte code is kept in a folder of the measurement's own, so nothing of the machine counts; the first start of all
compiles every library too, which an installation by pip has done already.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp
import uvloop

from benchmarks import load
from benchmarks.memory import command
from benchmarks.ours import environment

BAR = 6.0
STARTS = 5


async def started(folder: Path, api: int) -> float:
    """Seconds until the first 200 of /readyz."""
    port = load.free_port()
    settings = environment(folder, api, port)
    begun = time.perf_counter()
    with load.ended([load.start(*command(), env=settings)]):
        async with aiohttp.ClientSession() as http:
            await load.reachable(http, port, "/readyz", 300)
            return time.perf_counter() - begun


async def measure(folder: Path) -> list[float]:
    """The first start, then the others."""
    api = load.free_port()
    with load.ended([load.start("-m", "benchmarks.peers.stub_api", str(api))]):
        return [await started(folder, api) for _ in range(STARTS + 1)]


def main() -> int:
    uvloop.install()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as name:
        os.environ["PYTHONPYCACHEPREFIX"] = f"{name}/pycache"
        first, *others = asyncio.run(measure(Path(name)))
    load.line("seconds to /readyz, byte code present, beside the bar", statistics.median(others), BAR, 1)
    load.line("seconds to /readyz, nothing compiled yet, beside the bar", first, BAR, 1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
