"""One person cannot wear out the service: whoever sends faster than a hand can is asked to come again a little
later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.messenger.polling import Slower

__all__ = ["Flood"]


class Flood:
    """A bucket for each chat, looked at before anything else is done with an update; nothing is lost by it.

    burst: updates at once (a long letter is pasted in pieces). rate: updates a second after that.
    """

    SWEEP = 10_000  # buckets kept before the full ones are forgotten

    def __init__(self, now: Callable[[], datetime], burst: int = 40, rate: float = 4.0) -> None:
        self._now = now
        self._step = timedelta(seconds=1 / rate)
        self._room = self._step * burst
        self._full: dict[int, datetime] = {}  # a token bucket as one instant: when it will be full again

    def admit(self, chat: int | None) -> None:
        """Takes a token. Raises Slower with the seconds until there is one; Telegram then brings the update again."""
        if chat is None:
            return
        now = self._now()
        full = max(self._full.get(chat, now), now) + self._step
        if full - now > self._room:
            raise Slower((full - now - self._room).total_seconds())
        if len(self._full) >= self.SWEEP:
            self._full = {known: at for known, at in self._full.items() if at > now}
        self._full[chat] = full
