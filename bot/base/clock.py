"""The one clock: everything that waits asks it, so that a test can travel in time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

__all__ = ["Clock", "SharedClock", "SystemClock"]


class Clock(Protocol):
    """What the rooms may ask of time. All instants are aware and in UTC."""

    def now(self) -> datetime: ...

    async def pause(self, seconds: float) -> None:
        """Waits out a limit (a rate, a retry_after). A test clock may run ahead instead of waiting."""

    async def until(self, instant: datetime) -> None:
        """Waits for a moment in time; returns at once when a test clock has travelled past it."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def pause(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def until(self, instant: datetime) -> None:
        await asyncio.sleep(max(0.0, (instant - self.now()).total_seconds()))


class SharedClock:
    """A test clock that several processes share through one small file: the machine's time plus an offset.

    The file holds the offset as eight bytes of microseconds. Accepted only with a loopback Telegram API (settings).
    """

    POLL = 0.02  # seconds between looks while waiting for an instant that somebody may travel to
    TURN = 0.5  # seconds a change waits for another's at most; one that was stopped holds up nobody for ever

    def __init__(self, path: Path) -> None:
        self._path = path
        if not path.exists():
            self._write(0)

    def _write(self, microseconds: int) -> None:
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        part.write_bytes(struct.pack("<q", microseconds))
        part.replace(self._path)

    def _offset(self) -> timedelta:
        return timedelta(microseconds=struct.unpack("<q", self._path.read_bytes())[0])

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset()

    def travel(self, to: datetime) -> None:
        """Sets the clock to an aware instant, earlier or later."""
        self._write(round((to - datetime.now(UTC)) / timedelta(microseconds=1)))

    def advance(self, by: timedelta) -> None:
        with self._alone():
            self._write(round((self._offset() + by) / timedelta(microseconds=1)))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two processes that read, add and write at once would lose one's journey, and time would run backwards."""
        with self._path.with_name(f"{self._path.name}.lock").open("wb") as lock:
            over = time.monotonic() + self.TURN
            while time.monotonic() < over:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(0.001)
                else:
                    break
            yield

    async def pause(self, seconds: float) -> None:
        """Runs ahead: the limit is honoured on this clock without anybody waiting. Pauses side by side are one."""
        over = self.now() + timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)
        with self._alone():
            if over > self.now():
                self.travel(over)

    async def until(self, instant: datetime) -> None:
        while self.now() < instant:  # noqa: ASYNC110 - the file is written by other processes
            await asyncio.sleep(self.POLL)
