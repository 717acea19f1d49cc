"""How fast a messenger lets us speak: so many messages in so much time, to one chat and to everybody together."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["RATES", "Limits", "Rates"]


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages a second: 1 a chat after a short burst, 30 in all (core.telegram.org/bots/faq, "hitting limits").

    group: messages a minute in a group, all its topics together.
    """

    chat: float = 1.0
    burst: int = 3
    overall: float = 30.0
    group: int = 20


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

    def wait(self, address: str, now: datetime, count: int = 1, *, most: float | None = None) -> float:
        """Seconds until so many messages may go to this chat ("<chat>", or "<chat>/<topic>"); their places are taken.

        A wait of more than `most` seconds takes no place: ask again then.
        """
        chat, rates = address.partition("/")[0], self._rates
        windows = [self._overall, self._of(chat, now, rates.burst, rates.burst / rates.chat)]
        if chat.startswith("-"):  # Bot API: only groups and channels have negative ids
            windows.append(self._of(f"{chat}/minute", now, rates.group, 60.0))
        at = max(window.free(now, count) for window in windows)
        wait = (at - now).total_seconds()
        if most is None or wait <= most:
            for window in windows:
                window.take(at, count)
        return wait

    def ask(self, now: datetime) -> float:
        """Seconds until something may be asked that shows nothing in any chat; its place is taken."""
        at = self._overall.free(now, 1)
        self._overall.take(at, 1)
        return (at - now).total_seconds()

    def _of(self, name: str, now: datetime, most: int, seconds: float) -> _Window:
        own = self._chats.get(name)
        if own is None:
            self._sweep(now)
            own = self._chats[name] = _window(most, seconds)
        return own

    def _sweep(self, now: datetime) -> None:
        """Forgets chats that have been quiet; seldom enough that its cost is spread over many messages."""
        if len(self._chats) < self._sweep_at:
            return
        self._chats = {chat: window for chat, window in self._chats.items() if not window.over(now)}
        self._sweep_at = max(1024, 2 * len(self._chats))


def _window(most: int, seconds: float) -> _Window:
    return _Window(most, timedelta(seconds=seconds), deque(maxlen=most))
