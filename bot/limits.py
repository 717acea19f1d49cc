"""How fast a messenger lets us speak: so many messages in so much time, to one chat and to everybody together."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["RATES", "Limits", "Rates"]


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second: 1 a chat after a short burst, 30 in all (core.telegram.org/bots/faq, "hitting limits")."""

    chat: float = 1.0
    burst: int = 3
    overall: float = 30.0


RATES = Rates()


@dataclass(slots=True)
class _Window:
    """At most `most` messages in any stretch of `length`; `sent` are the latest instants given out, the newest last."""

    most: int
    length: timedelta
    sent: deque[datetime]

    def free(self, now: datetime, count: int) -> datetime:
        """When so many more may go at once. More than the window holds go when it is empty: an album is one call."""
        nth = min(len(self.sent), len(self.sent) + count - self.most) - 1
        return max(now, self.sent[nth] + self.length) if nth >= 0 else now

    def take(self, at: datetime, count: int) -> None:
        self.sent.extend([at] * count)

    def over(self, now: datetime) -> bool:
        return not self.sent or self.sent[-1] + self.length <= now


class Limits:
    """Gives each message its place in the schedule, on whichever clock it is asked."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates
        self._overall = _window(max(1, int(rates.overall)), 1.0)
        self._chats: dict[str, _Window] = {}
        self._sweep_at = 1024

    def wait(self, chat: str, now: datetime, count: int = 1) -> float:
        """Seconds until so many messages may go to this chat; their places are taken."""
        own = self._chats.get(chat)
        if own is None:
            self._sweep(now)
            own = self._chats[chat] = _window(self._rates.burst, self._rates.burst / self._rates.chat)
        at = max(own.free(now, count), self._overall.free(now, count))
        own.take(at, count)
        self._overall.take(at, count)
        return (at - now).total_seconds()

    def _sweep(self, now: datetime) -> None:
        """Forgets chats that have been quiet; seldom enough that its cost is spread over many messages."""
        if len(self._chats) < self._sweep_at:
            return
        self._chats = {chat: window for chat, window in self._chats.items() if not window.over(now)}
        self._sweep_at = max(1024, 2 * len(self._chats))


def _window(most: int, seconds: float) -> _Window:
    return _Window(most, timedelta(seconds=seconds), deque(maxlen=most))
