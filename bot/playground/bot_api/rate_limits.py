"""Telegram's sending limits on the playground's clock: bursts are short, then 429 says how long to wait.

core.telegram.org/bots/faq, "My bot is hitting limits": about one message a second in a chat with short bursts,
20 a minute in a group, about 30 a second overall.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from datetime import datetime, timedelta

from bot.base.clock import Clock
from bot.playground.bot_api.refusals import Refusal
from bot.playground.world.model import Chat

__all__ = ["Limits"]

# name: (how many, in how many seconds)
CHAT_BURST = (3, 3.0)  # one a second, three at once
GROUP = (20, 60.0)
OVERALL = (30, 1.0)


class Limits:
    """Sliding windows of sent messages, per bot, per chat and per group."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sent: defaultdict[tuple[str, str], deque[datetime]] = defaultdict(deque)

    def _windows(self, bot: str, chat: Chat) -> list[tuple[tuple[str, str], tuple[int, float]]]:
        windows = [((bot, "*"), OVERALL), ((bot, chat.key), CHAT_BURST)]
        return windows if chat.private else [*windows, ((bot, f"{chat.key}/minute"), GROUP)]

    def check(self, bot: str, chat: Chat, count: int) -> None:
        now = self.clock.now()
        wait = 0.0
        for key, (most, seconds) in self._windows(bot, chat):
            sent, window = self.sent[key], timedelta(seconds=seconds)
            while sent and (sent[0] <= now - window or sent[0] > now):  # gone by, or the clock went back
                sent.popleft()
            if sent and len(sent) + count > most:
                last = sent[min(len(sent), len(sent) + count - most) - 1]
                wait = max(wait, (last + window - now).total_seconds())
        if wait > 0:
            seconds = max(1, math.ceil(wait))
            raise Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    def record(self, bot: str, chat: Chat, count: int) -> None:
        for key, _ in self._windows(bot, chat):
            self.sent[key].extend([self.clock.now()] * count)
