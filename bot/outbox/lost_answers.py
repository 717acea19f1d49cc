"""Looks for a message whose answer was lost: whether it stands in its chat, under a number nobody has accounted for.

The Bot API has no key by which a message sent twice is one, and no method that reads a chat. But a message that is
given the keyboard it has already is "not modified", and a number that stands for nothing of ours there is refused: so
asking changes nothing, and tells. What makes the answer certain: a chat has one message on its way at a time, so
whatever of ours stands there with a higher number than was known when its sending began
(bot.outbox.acknowledgements) is that message.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.messenger.message_ids import Numbers
from bot.messenger.protocol import Files, Messenger
from flows.core.outgoing import OutgoingMessage

__all__ = ["Sought", "Trace", "Tracer"]

FURTHER = 40
"""Numbers asked beyond the newest that is known: as many messages of others as can have been on the wire as well."""
LONGEST = 400
"""How far from the number known at the beginning one is looked for: thirteen seconds' asking
(bot.messenger.rate_limits) at most."""


class Trace(StrEnum):
    """What came of looking for a message."""

    FOUND = "found"
    ABSENT = "absent"  # it has never arrived
    UNSURE = "unsure"  # it cannot be looked for, or not so far


@dataclass(slots=True)
class Sought:
    """A message that may have arrived. begun: the newest number known when its sending began, 0 where none was: any of
    ours in the chat could be taken for it then; asked: as far as it was looked for already."""

    begun: int
    asked: int = 0


class Tracer:
    """turn: waits until the messenger may be asked again."""

    def __init__(self, messenger: Messenger, numbers: Numbers, turn: Callable[[], Awaitable[None]]) -> None:
        self._messenger = messenger
        self._numbers = numbers
        self._turn = turn

    async def find(self, sought: Sought, handle: str, message: OutgoingMessage, files: Files) -> tuple[Trace, int]:
        """What came of it, and the number if it was found. Errors: those of `Messenger.stands`; asked again, it goes on
        where it had come to."""
        if not (sought.begun and _traceable(message, files)):
            return Trace.UNSURE, 0
        newest = max(sought.begun, self._numbers.newest(handle))
        last = min(sought.begun + LONGEST, newest + FURTHER)
        for number in range(max(sought.begun, sought.asked) + 1, last + 1):
            if not self._numbers.known(handle, number):
                await self._turn()
                if await self._messenger.stands(handle, number, message):
                    return Trace.FOUND, number
            sought.asked = number  # this one need not be asked again
        return Trace.ABSENT if last > newest else Trace.UNSURE, 0


def _traceable(message: OutgoingMessage, files: Files) -> bool:
    """Whether we may ask: only messages without reply_markup or with inline keyboards can be edited (Bot API, Updating
    messages). Pages with their document are two messages, and one may be there without the other."""
    return not (message.contact or message.clears) and len(files.pictures) + bool(files.document) <= 1
