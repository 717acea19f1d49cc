"""The numbers that a messenger gives to messages: what a bot knows of them, series by series.

A supergroup counts by itself, and all private chats of a bot count together: every message there is, whoever wrote it,
takes the next number (pyrogram, "Message identifiers"). So a message has a higher number than any that was known when
its sending began.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.store.store import Counted

__all__ = ["Numbers", "chat_of"]


def chat_of(handle: str) -> str:
    """ "<chat>" of a handle "<chat>" or "<chat>/<topic>"."""
    return handle.partition("/")[0]


class Numbers:
    """bot: its name and its own number at the messenger: with a token of another bot all is counted anew. Handles name
    chats; those of groups are negative (Bot API, Chat)."""

    KEPT = 1000  # numbers of a series that are remembered one by one

    def __init__(self, bot: str) -> None:
        self._bot = bot
        self._newest: dict[str, int] = {}
        self._known: dict[str, dict[int, None]] = {}
        self._news: dict[str, int] = {}

    def seen(self, handle: str, number: int) -> None:
        """A message with this number has come, was sent, or was found."""
        series = self.series(handle)
        known = self._known.setdefault(series, {})
        known[number] = None
        if len(known) > self.KEPT:
            del known[next(iter(known))]
        if number > self._newest.get(series, 0):
            self._newest[series] = self._news[series] = number

    def counted(self, handle: str = "") -> Counted:
        """How far the chat's series has gone; without a handle, that of all private chats."""
        series = self.series(handle)
        return Counted(series, self._newest.get(series, 0))

    def newest(self, handle: str) -> int:
        """The highest number that is known in the chat's series; 0 before the first."""
        return self._newest.get(self.series(handle), 0)

    def known(self, handle: str, number: int) -> bool:
        """Whether it is known what this number belongs to."""
        return number in self._known.get(self.series(handle), ())

    def told(self, newest: Mapping[str, int]) -> None:
        """What other processes, or an earlier run, have known."""
        for series, number in newest.items():
            if number > self._newest.get(series, 0):
                self._newest[series] = number

    def news(self) -> dict[str, int]:
        """The newest of each series that has gone on since it was last kept, for the others."""
        return dict(self._news)

    def kept(self, news: Mapping[str, int]) -> None:
        """So much of the news is known to the others by now."""
        self._news = {series: number for series, number in self._news.items() if number > news.get(series, 0)}

    def series(self, handle: str) -> str:
        """The name of the series that the chat's messages belong to."""
        chat = chat_of(handle)
        return f"{self._bot}:{chat}" if chat.startswith("-") else self._bot
