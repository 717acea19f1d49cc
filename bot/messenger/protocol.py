"""What a messenger must be able to do, and how it may fail; Telegram is one, the tests bring another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flows.core.outgoing import OutgoingMessage

__all__ = ["Away", "Files", "LineGone", "MessageRefused", "Messenger", "Moved", "SendError", "TooFast", "Unreachable"]


@dataclass(frozen=True, slots=True)
class Files:
    """What goes with a message: pictures (PNG, or a JPEG), and a PDF with its name."""

    pictures: tuple[bytes, ...] = ()
    document: bytes = b""
    name: str = ""


class SendError(Exception):
    """A message was not (surely) delivered."""


class TooFast(SendError):
    """Over the messenger's limits; try again after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


class Unreachable(SendError):
    """The person has blocked us, or is gone."""


class Moved(SendError):
    """The chat has another address now."""

    def __init__(self, handle: str) -> None:
        super().__init__("the chat has moved")
        self.handle = handle


class LineGone(SendError):
    """The running line to replace is not there any more; nothing was said."""


class MessageRefused(SendError):
    """The messenger will never take this message. `reason` is its own word for it, without contents."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Away(SendError):
    """The messenger is down, or its answer was lost: the message may or may not have arrived."""


class Messenger(Protocol):
    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        """Delivers one message; returns the messenger's id of it. `running`: id of the running line to replace.

        Errors: SendError and its kinds.
        """

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        """Whether a message of ours stands in the chat under this number; `message` is the one it may be. Asking
        changes nothing that anybody sees.

        Errors: SendError and its kinds.
        """
