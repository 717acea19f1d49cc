"""One place of the pool for a worker: a process that is started when it is needed, and killed when it must be."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing.context import BaseContext
from typing import Any

from rendering.processes import worker

__all__ = ["Slot"]

CONTEXT: BaseContext = multiprocessing.get_context("spawn")
"""How workers are started. The service runs threads and uvloop, which a fork would copy half-alive."""

START_TIMEOUT = 300.0  # seconds for a worker to warm up: it gives way to everybody on a busy machine


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """A worker needs nothing of the program that starts it; spawn would import all of the service once more (5 s)."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Slot:
    """One place for a worker: an executor of a single process, because that one can be killed alone. Asleep, it has
    none."""

    def __init__(self, memory_mb: int) -> None:
        self._memory = memory_mb
        self._executor: ProcessPoolExecutor | None = None
        self._warm: Future[int] = Future()

    def wake(self) -> ProcessPoolExecutor:
        """Starts the worker if there is none; it warms up beside whatever goes on."""
        if self._executor is None:
            self._executor = ProcessPoolExecutor(1, mp_context=CONTEXT)
            with _without_main():
                self._warm = self._executor.submit(worker.prepare, self._memory)
        return self._executor

    def sleep(self) -> None:
        """Lets a worker go that has nothing to do."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
            self._executor = None

    async def warm(self) -> int:
        """The process id, as soon as the worker is warm."""
        self.wake()
        return await asyncio.wait_for(asyncio.wrap_future(self._warm), START_TIMEOUT)

    def submit(self, timeout: float, job: Callable[..., Any], *arguments: Any) -> Future[worker.Answer]:
        """Raises BrokenProcessPool at once if the worker died while it had nothing to do."""
        return self.wake().submit(worker.perform, job, timeout, *arguments)

    def kill(self) -> None:
        """At once if it is warm; a worker still warming up ends by itself."""
        if self._executor is not None:
            self._strike()
            self._executor.shutdown(wait=False, cancel_futures=True)

    async def bury(self) -> None:
        """Kills it and returns when the process is gone."""
        if self._executor is not None:
            self._strike()
            await asyncio.to_thread(self._executor.shutdown, wait=True, cancel_futures=True)

    def _strike(self) -> None:
        if self._warm.done() and not self._warm.cancelled() and self._warm.exception() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._warm.result(), signal.SIGKILL)
