"""What a member of the staff has done in the staff bot: a command, an answer to a ticket, a tapped button, an edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from flows.core.events import Moment, Person
from flows.core.step import Operator
from flows.desk.base.roles import Presence, Role
from flows.order.scans import Answer
from flows.words.text import Text

__all__ = ["CHANNEL", "Asked"]

CHANNEL = "staff"


@dataclass(frozen=True, slots=True)
class Asked:
    """One update of the staff bot. `key` makes it idempotent, as an Envelope's does.

    user, name, language: who, as the messenger tells it. chat, thread, message: where. command: the name after the
    slash, and `words` what follows it; without a command `words` are an answer. replied: the first line of the bot's
    own message that this one replies to. action, value, tap: a button. edited: an older message was changed.
    picture: the messenger's name for one whose caption `words` are; picture_id: the same for as long as the picture is.
    beside: the command stands below a file of another kind. file, size: a document that was sent, with the
    command or without any. answers: what became of the scans that were handed in.
    roles, present, lone, admins, moment, operator: filled in at the door; present says whether they are in the staff
    chat at this moment, lone whether there is no other admin; admins are the handles of all of them; theirs: whether a
    member whom the command is about is in the staff chat, AWAY where there is none.
    """

    key: str
    user: int
    name: str
    language: str
    chat: int
    message: int
    private: bool
    thread: int = 0
    command: str = ""
    words: str = ""
    replied: str = ""
    action: str = ""
    value: str = ""
    tap: str = ""
    edited: bool = False
    file: str = ""
    size: int = 0
    answers: tuple[Answer, ...] = ()
    picture: str = ""
    picture_id: str = ""
    beside: bool = False
    roles: frozenset[Role] = field(default=frozenset())
    present: bool = True
    lone: bool = False
    admins: frozenset[str] = field(default=frozenset())
    theirs: Presence = Presence.AWAY
    moment: Moment | None = None
    operator: Operator | None = None

    @property
    def parted(self) -> tuple[str, str]:
        """The first of its words, and what follows; whatever blank a keyboard has put between them, a no-break space or
        the end of a line."""
        first, rest = (*self.words.split(maxsplit=1), "", "")[:2]
        return first, rest.rstrip()

    @property
    def who(self) -> Person:
        """The member of the staff; also their private chat with the bot."""
        return Person(CHANNEL, str(self.user))

    @property
    def at(self) -> datetime:
        """When; the door has said it."""
        assert self.moment is not None
        return self.moment.at

    @property
    def speak(self) -> Callable[[Text, str], str]:
        """`Operator.words`: a sentence in a language."""
        assert self.operator is not None
        return self.operator.words

    @property
    def said(self) -> str:
        """What follows the command, or what the tapped button brought."""
        return self.value if self.action else self.words

    @property
    def here(self) -> str:
        """The address an answer goes to."""
        return f"{self.chat}/{self.thread}" if self.thread else str(self.chat)

    @property
    def actor(self) -> str:
        """How the access log names them."""
        return f"staff:{self.user}"
