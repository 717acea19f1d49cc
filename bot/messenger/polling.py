"""How a bot without a public address hears of what people write: it asks Telegram, and moves on only after the commit.

One loop for both libraries. It works with raw updates: one that cannot be read is set aside, not asked for for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from bot.base.clock import Clock
from bot.base.log import why
from bot.base.metrics import POLL_ERRORS, QUARANTINED
from bot.base.waiting import first_of
from storage.database.engine import StorageError

__all__ = ["Conflict", "Polling", "Slower", "chat_of"]

Raw = dict[str, Any]
Fetch = Callable[[int | None, int], Awaitable[Any]]
Handle = Callable[[Raw], Awaitable[None]]
Quarantine = Callable[[int | None, str], Awaitable[None]]

log = structlog.stdlib.get_logger("mektupx.polling")


SECOND: Final = (
    "Another process asks Telegram with this token too, and each takes it from the other: run this part once, or set"
    " MEKTUPX_PUBLIC_URL and MEKTUPX_WEBHOOK_SECRET so that several can share it. Trying again."
)


class Conflict(Exception):
    """Somebody else asks with the same token, or a webhook is set: Telegram's 409."""


class Slower(Exception):
    """Telegram asks us to wait: its 429 with `retry_after`. Or we ask it to bring an update again later."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Polling:
    """Fetches batches, handles each chat in order and the chats side by side, then confirms the batch.

    fetch(offset, seconds) answers with Telegram's list as it came. handle(update) returns after its commit.
    quarantine(update_id, error_name) keeps what cannot be handled; where even that fails, or handle raises a
    StorageError, the batch comes again.
    """

    TIMEOUT: Final = 25  # seconds one getUpdates waits for news
    BACKOFF: Final = (1, 2, 4, 8, 16, 30, 60)  # seconds between attempts that go on failing
    CONFLICT: Final = 30  # seconds; the other process needs time to leave

    def __init__(
        self, fetch: Fetch, handle: Handle, quarantine: Quarantine, clock: Clock, *, name: str = "bot"
    ) -> None:
        self._fetch = fetch
        self._handle = handle
        self._quarantine = quarantine
        self._clock = clock
        self._name = name
        self._offset: int | None = None
        self._failures = 0
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(self) -> None:
        """Polls until stop(); the batch at hand is finished and confirmed before it returns."""
        self._ended.clear()
        try:
            while not self._stopping.is_set():
                await self._round()
            await self._confirm()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """Asks for nothing new; returns when the updates at hand are committed and confirmed."""
        self._stopping.set()
        await self._ended.wait()

    # One round --------------------------------------------------------------------------------------------------------

    async def _round(self) -> None:
        try:
            batch = await self._unless_stopping(self._fetch(self._offset, self.TIMEOUT))
            if batch is None:
                return
            if not isinstance(batch, list):
                raise TypeError("getUpdates answered with something that is not a list")
            confirmed = await self._settle(batch)
        except Conflict:
            POLL_ERRORS.labels(self._name, "conflict").inc()
            log.warning(SECOND, bot=self._name)
            await self._pause(self.CONFLICT)
        except Slower as slower:
            POLL_ERRORS.labels(self._name, "slower").inc()
            await self._pause(slower.seconds)
        except Exception as error:
            POLL_ERRORS.labels(self._name, type(error).__name__).inc()
            log.warning("updates could not be fetched or kept; trying again", bot=self._name, error=why(error))
            await self._pause(self._patience())
        else:
            # An empty answer confirms the offset. Without one Telegram starts at the earliest update not yet confirmed,
            # also after a quiet week, when it numbers anew, perhaps lower.
            self._offset = confirmed
            if batch and confirmed is None:
                await self._pause(self._patience())  # nothing but junk: it comes again, and we do not run after it
            else:
                self._failures = 0

    async def _settle(self, batch: list[Any]) -> int | None:
        """Every update of the batch committed or set aside; the offset that confirms them."""
        lanes: dict[object, list[tuple[int, Raw]]] = {}
        known: list[int] = []
        for update in batch:
            number = _number(update)
            if number is None:
                await self._set_aside(None, "Malformed")
                continue
            known.append(number)
            chat = chat_of(update)
            lanes.setdefault(("alone", number) if chat is None else chat, []).append((number, update))
        await _all_of([self._lane(lane) for lane in lanes.values()])
        return max(known) + 1 if known else None

    async def _lane(self, updates: list[tuple[int, Raw]]) -> None:
        for number, update in updates:
            try:
                await self._admitted(update)
            except StorageError:
                raise  # not the update's fault: the whole batch comes again
            except Exception as error:
                log.error("an update could not be handled", bot=self._name, update=number, exc_info=True)
                await self._set_aside(number, type(error).__name__)

    async def _admitted(self, update: Raw) -> None:
        """A sender who is too fast waits here; the other chats go on."""
        while True:
            try:
                return await self._handle(update)
            except Slower as slower:
                await self._clock.pause(slower.seconds)

    async def _set_aside(self, number: int | None, error: str) -> None:
        await self._quarantine(number, error)
        QUARANTINED.labels(self._name).inc()

    async def _confirm(self) -> None:
        """A last call moves the offset past what is committed; what it answers is left for the next start."""
        if self._offset is None:
            return
        try:
            await self._fetch(self._offset, 0)
        except Exception as error:  # the updates come again and the inbox knows them
            log.warning("the last offset could not be confirmed", bot=self._name, error=type(error).__name__)

    # Waiting ----------------------------------------------------------------------------------------------------------

    def _patience(self) -> float:
        pause = self.BACKOFF[min(self._failures, len(self.BACKOFF) - 1)]
        self._failures += 1
        return pause

    async def _pause(self, seconds: float) -> None:
        await self._unless_stopping(self._clock.pause(seconds))

    async def _unless_stopping(self, waiting: Awaitable[Any]) -> Any:
        """The answer; None when stop() came first."""
        answer = asyncio.ensure_future(waiting)
        ended = await first_of(answer, self._stopping.wait())
        return answer.result() if answer in ended else None


async def _all_of(lanes: list[Awaitable[None]]) -> None:
    """Waits for every lane, also where one fails: nothing is still running when the batch is asked for again."""
    for outcome in await asyncio.gather(*lanes, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _number(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def chat_of(update: Raw) -> int | None:
    """The chat an update belongs to, else its person: whatever must stay in order shares this number."""
    for name, body in update.items():
        if name == "update_id" or not isinstance(body, dict):
            continue
        message = body.get("message")
        for owner in (message.get("chat") if isinstance(message, dict) else None, body.get("chat")):
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
        for person in ("from", "user"):
            owner = body.get(person)
            if isinstance(owner, dict) and isinstance(owner.get("id"), int):
                return int(owner["id"])
    return None
