"""The drawing processes behind the service: warm, watched and replaceable, so that no letter can hold up another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Self

from rendering.drawn import PAGE_LIMIT, Drawn, Fitted, Measured
from rendering.faces import FacesMissing
from rendering.images import photos, pictures
from rendering.images.window import window
from rendering.layout.invoice import InvoicePage
from rendering.layout.page import Letter
from rendering.layout.photos import Photo
from rendering.layout.report import Report
from rendering.processes import worker
from rendering.processes.slot import Slot
from rendering.processes.turns import Turns

__all__ = ["IDLE", "MEMORY_MB", "TIMEOUT", "Pool", "RenderFailed"]

TIMEOUT = 20.0  # seconds of work on one job; ten pages take a quarter of a second
MEMORY_MB = 1024  # address space; a warm worker with all fonts mapped takes about 500
IDLE = 300.0  # seconds without a call, then the workers' 80 MB each are given back until somebody writes again


class RenderFailed(Exception):
    """The job was refused or its worker was lost; `reason` never holds words of the letter.

    final: trying it again would end the same way.
    """

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class Pool:
    """Draws, measures and pictures letters in `workers` processes; further jobs wait for a free one, the senders in
    turns. Whatever stands for a sender may be `sender`; jobs without one are nobody's and wait for nobody else's.

    timeout: seconds of work on one job, then its worker is killed and replaced.
    memory_mb: address space of a worker.  max_pages: letters beyond it are refused.
    idle: seconds without a call until the workers are let go; `wake`, or the next job, starts them again.
    """

    def __init__(
        self,
        workers: int = 1,
        timeout: float = TIMEOUT,
        memory_mb: int = MEMORY_MB,
        max_pages: int = PAGE_LIMIT,
        idle: float = IDLE,
    ) -> None:
        self._workers, self._timeout, self._memory, self._max_pages = workers, timeout, memory_mb, max_pages
        self._idle, self._called = idle, 0.0
        self._turns: Turns[Slot] = Turns()
        self._slots: set[Slot] = set()
        self._busy: set[asyncio.Task[worker.Answer]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._growing: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        """Returns when the first worker is warm; further ones are started when a job has to wait."""
        await self._grow()
        self.wake()

    async def _grow(self) -> None:
        slot = self._open()
        try:
            await slot.warm()
        except BaseException:
            if not self._stopped:  # else `stop` waits for its end, which closing it would hide
                self._close(slot)
            raise
        self._turns.add(slot)

    def wake(self) -> None:
        """Somebody writes and will soon want a page: the workers are there by then. Costs nothing if they are."""
        loop = asyncio.get_running_loop()
        self._called = loop.time()
        if self._timer is None and not self._stopped:
            for slot in self._slots:
                slot.wake()
            self._timer = loop.call_later(self._idle, self._rest)

    def _rest(self) -> None:
        """Lets the workers go if nobody has called for so long; until then the timer goes on."""
        loop = asyncio.get_running_loop()
        left = self._called + self._idle - loop.time()
        if left > 0 or self._busy:
            self._timer = loop.call_later(max(left, self._idle / 10), self._rest)
            return
        self._timer = None
        for slot in self._slots:
            slot.sleep()

    async def stop(self) -> None:
        """Kills the workers; jobs under way or waiting fail."""
        self._stopped = True
        if self._timer is not None:
            self._timer.cancel()
        if self._growing is not None:
            self._growing.cancel()
        await asyncio.gather(*(slot.bury() for slot in set(self._slots)))
        self._slots.clear()
        if self._busy:
            await asyncio.wait(self._busy)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def draw(self, letter: Letter, sender: Hashable = None) -> Drawn:
        """The PDF that passed the gate."""
        drawn: Drawn = await self._do(worker.draw, letter, self._max_pages, sender=sender)
        return drawn

    async def measure(self, letter: Letter, sender: Hashable = None) -> Measured:
        """Layout only."""
        measured: Measured = await self._do(worker.measure, letter, self._max_pages, sender=sender)
        return measured

    async def fitted(self, letter: Letter, sender: Hashable = None) -> Fitted:
        """Of its address only: what does not fit the window. The letter's own words stay in this process."""
        found: Fitted = await self._do(worker.fitted, letter.bare, sender=sender)
        return found

    async def report(self, told: Report, sender: Hashable = None) -> bytes:
        """A page to read, as PDF."""
        drawn: bytes = await self._do(worker.draw_report, told, sender=sender)
        return drawn

    async def invoice(self, page: InvoicePage, sender: Hashable = None) -> bytes:
        """A copy of an invoice, as PDF."""
        drawn: bytes = await self._do(worker.draw_invoice, page, sender=sender)
        return drawn

    async def pictures(
        self, pdf: bytes, width: int = 900, most: int = 10, sender: Hashable = None
    ) -> tuple[bytes, ...]:
        """The pages as PNG."""
        painted: tuple[bytes, ...] = await self._do(pictures.pictures, pdf, width, most, sender=sender)
        return painted

    async def window(self, pdf: bytes, envelope: str, sender: Hashable = None) -> bytes:
        """What the windows of a layout's envelopes show of a letter, as PNG."""
        shown: bytes = await self._do(window, pdf, envelope, sender=sender)
        return shown

    async def photo(self, content: bytes, sender: Hashable = None) -> bytes:
        """A sender's or an agent's photo, drawn anew as a JPEG without anything that is not to be seen."""
        drawn: bytes = await self._do(photos.clean, content, sender=sender)
        return drawn

    async def printed_photo(self, content: bytes, sender: Hashable = None) -> Photo:
        """The same for the photo page of a letter."""
        drawn: Photo = await self._do(photos.for_paper, content, sender=sender)
        return drawn

    async def _do(self, job: Callable[..., Any], *arguments: Any, sender: Hashable = None) -> Any:
        if self._stopped:
            raise RenderFailed("the pool was stopped")
        self.wake()
        sender = object() if sender is None else sender
        if self._busy and len(self._slots) < self._workers and self._growing is None:
            self._growing = asyncio.create_task(self._grow())
            self._growing.add_done_callback(self._grown)
        slot = await self._turns.take(sender)
        # The job owns its slot to the end even if nobody waits for it any more: a caller that is cancelled
        # must not hand a busy worker to the next one.
        task = asyncio.create_task(self._on(slot, sender, job, *arguments))
        self._busy.add(task)
        task.add_done_callback(self._busy.discard)
        answer = await asyncio.shield(task)
        if answer.refused:
            raise RenderFailed(answer.refused, answer.final)
        return answer.result

    def _grown(self, growing: asyncio.Task[None]) -> None:
        """A worker that did not start is missed by nobody: the next job that waits asks for one again."""
        self._growing = None
        if not growing.cancelled():
            growing.exception()

    async def _on(self, slot: Slot, sender: Hashable, job: Callable[..., Any], *arguments: Any) -> worker.Answer:
        try:
            await slot.warm()
            try:
                future = slot.submit(self._timeout, job, *arguments)
            except BrokenProcessPool:  # the kernel's out-of-memory killer, say, found it idle: not this job's fault
                slot = self._replace(slot)
                await slot.warm()
                future = slot.submit(self._timeout, job, *arguments)
            answer = await asyncio.wait_for(asyncio.wrap_future(future), self._timeout)
            if answer.stale:  # a fresh worker reads the new typeface, or says what is wrong with it
                slot = self._replace(slot)
                await slot.warm()
                future = slot.submit(self._timeout, job, *arguments)
                answer = await asyncio.wait_for(asyncio.wrap_future(future), self._timeout)
            if answer.stale:  # typefaces are being installed right now; the caller tries again later
                answer = worker.Answer(refused="a typeface changed while it was being drawn")
            return answer
        except TimeoutError:
            slot = self._replace(slot)
            return worker.Answer(refused=f"longer than {self._timeout:g} seconds")
        # BrokenProcessPool is a RuntimeError; a stopped pool also cancels what its workers had not begun.
        except (RuntimeError, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and not self._stopped:
                raise
            slot = self._replace(slot)
            if isinstance(error, FacesMissing):
                return worker.Answer(refused=str(error))
            return worker.Answer(refused="the pool was stopped" if self._stopped else "its worker was lost")
        finally:
            self._turns.give(slot, sender)

    def _replace(self, slot: Slot) -> Slot:
        self._close(slot)
        return slot if self._stopped else self._open()

    def _open(self) -> Slot:
        slot = Slot(self._memory)
        slot.wake()
        self._slots.add(slot)
        return slot

    def _close(self, slot: Slot) -> None:
        self._slots.discard(slot)
        slot.kill()
