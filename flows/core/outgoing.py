"""A message ready to be sent in the reader's own language; the same for every messenger."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Attachment

__all__ = ["Key", "OutgoingMessage"]


@dataclass(frozen=True, slots=True)
class Key:
    """A button as it will be shown: `data` comes back when it is tapped, `url` opens a page."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One message of the outbox. `kind`: "say" (text or attachment with caption), "toast" (answers a tap), "busy"; to a
    staff chat also what is done there in its turn: "close", "reopen", "delete" its topic, "unsay" the messages `gone`,
    "decided" takes the buttons off the message it `answers`.

    text: plain text, never markup. keys: rows of buttons under the message. contact: label of the button that shares
    one's own telephone number; with it `keys` become a keyboard. running: replaces the last running line, if any.
    clears: takes away the keyboard of a contact button that was shown before. relays: the ticket whose sender's or
    agent's own words these are, who is told if they never arrive. instead: said in the place of one that never will.
    answers: the message of the chat that this one replies to. about: the tickets of whose senders it shows something.
    """

    kind: str
    text: str = ""
    keys: tuple[tuple[Key, ...], ...] = ()
    contact: str = ""
    attachment: Attachment | None = None
    running: bool = False
    anew: bool = False
    tap: str = ""
    answers: int = 0
    about: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    clears: bool = False
    relays: int = 0
    instead: bool = False

    @property
    def fleeting(self) -> bool:
        """The sign of a tap or of work under way is worth nothing later."""
        return self.kind in ("toast", "busy")
