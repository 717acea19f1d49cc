"""One thread that runs functions one after another: an executor for a connection that belongs to its thread.

A cancelled task leaves its function to be done, and whatever comes next waits behind it. A call takes half of the
processor time of the standard library's ThreadPoolExecutor, whose cancelled calls may also never begin.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

__all__ = ["SingleThread"]

T = TypeVar("T")
_Asked = tuple["asyncio.Future[Any]", Callable[[], Any]]


class SingleThread:
    """Begins with the first function, ends with `close`."""

    def __init__(self, name: str) -> None:
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        # A daemon: a program that forgets to close must not wait for it for ever.
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._closed = False

    async def run(self, act: Callable[[], T]) -> T:
        """Runs a function in the thread; returns its value or raises its error. Errors: RuntimeError once closed."""
        if self._closed:
            raise RuntimeError(f"the thread {self._thread.name} was closed")
        if self._thread.ident is None:
            self._thread.start()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._asked.put((future, act))
        return await future

    def close(self) -> None:
        """Waits until everything that was asked for is done."""
        self._closed = True
        if self._thread.ident is not None:
            self._asked.put(None)
            self._thread.join()

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None:
            future, act = asked
            found, error = _outcome(act)
            with suppress(RuntimeError):  # its loop was closed: nobody waits any more
                future.get_loop().call_soon_threadsafe(_settle, future, found, error)
            del asked, future, act, found, error  # nothing lives on while the thread waits


def _outcome(act: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return act(), None
    except StopIteration as error:  # no future takes it: who waits would wait for ever
        made = RuntimeError("a function raised StopIteration")
        made.__cause__ = error
        return None, made
    except BaseException as error:
        return None, error


def _settle(future: asyncio.Future[Any], found: object, error: BaseException | None) -> None:
    if future.cancelled():
        return
    if error is None:
        future.set_result(found)
    else:
        future.set_exception(error)
