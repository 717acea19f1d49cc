"""What a messenger must be able to do, and how it may fail; Telegram is one, the tests bring another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final, Protocol

from flows.core.outgoing import OutgoingMessage

__all__ = [
    "Away",
    "ChatClosed",
    "Files",
    "LineGone",
    "MessageRefused",
    "Messenger",
    "Moved",
    "NotNow",
    "PictureRefused",
    "SendError",
    "TooFast",
    "Unexplained",
    "Unreachable",
]

PNG: Final = b"\x89PNG"


@dataclass(frozen=True, slots=True)
class Files:
    """What goes with a message: pictures (PNG, or a JPEG), and a PDF with its name. spare: the document is a picture,
    and the message says something without it too."""

    pictures: tuple[bytes, ...] = ()
    document: bytes = b""
    name: str = ""
    spare: bool = False

    @property
    def picture_names(self) -> tuple[str, ...]:
        """As files they are called so."""
        return tuple(f"{n}.{'png' if one.startswith(PNG) else 'jpg'}" for n, one in enumerate(self.pictures, 1))

    def plainer(self) -> Files | None:
        """One step plainer, where a messenger does not take these: a document without its pages, a picture as a file,
        nothing. None where the document is what is to be said, or there is nothing to leave out."""
        if self.pictures and self.document:
            return replace(self, pictures=())
        if len(self.pictures) == 1:
            return Files(document=self.pictures[0], name=self.picture_names[0], spare=True)
        return Files() if self.pictures or self.spare else None


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


class PictureRefused(MessageRefused):
    """The messenger does not take the picture or the file of this message; its words it may take. doubtful: some were
    seen to arrive all the same."""

    def __init__(self, reason: str, *, doubtful: bool = False) -> None:
        super().__init__(reason)
        self.doubtful = doubtful


class NotNow(SendError):
    """The messenger does not take the message now, and has not taken it; later it will. `reason` as above; `kind` as it
    is counted."""

    kind: ClassVar[str] = "passing"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChatClosed(NotNow):
    """Nobody may write in this chat at present, or we may not."""

    kind = "closed"


class Unexplained(NotNow):
    """Refused with words that nobody knows: perhaps for now, perhaps for good."""

    kind = "unexplained"


class Away(SendError):
    """The messenger is down, or its answer was lost: the message may or may not have arrived."""


class Messenger(Protocol):
    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        """Delivers one message; returns the messenger's id of it. `running`: id of the running line to replace.

        Errors: SendError and its kinds.
        """

    async def unsay(self, handle: str, number: int) -> None:
        """Takes a message of ours out of the chat, or its buttons where that is not allowed any more. One that stays
        all the same is no error: it is untidy, and nothing is lost by it.
        """

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        """Whether a message of ours stands in the chat under this number; `message` is the one it may be. Asking
        changes nothing that anybody sees.

        Errors: SendError and its kinds.
        """
