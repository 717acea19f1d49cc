"""A message in hand: whether an earlier try of it may have arrived already, as one state with its transitions.

The Bot API has no key by which a message sent twice is one. So the outbox has a message on record before it
goes, and a call whose answer is lost leaves it in doubt: it is looked for (bot.outbox.lost_answers) before it is sent
again.

    NEW ──────────┐
                  ├─ BEGUN ──> IN_DOUBT ─── SETTLED ──> NEW
    RECORDED ─────┘               └──────── LOST ─────> REPEATED

    REPEATED ─────── BEGUN ──> REPEATED_IN_DOUBT ─── SETTLED or LOST ──> REPEATED
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Final

from bot.messenger.protocol import Files, NotNow, Unexplained
from bot.outbox.lost_answers import Sought
from flows.core.outgoing import OutgoingMessage
from storage.store.store import Arrival, StoredMessage

__all__ = ["TRANSITIONS", "Held", "MessageEvent", "MessageState"]


class MessageState(Enum):
    """What is known of the tries so far."""

    NEW = "No try of it can have arrived."
    RECORDED = "The outbox has it on record as about to go; no try of it can have arrived."
    IN_DOUBT = "Its call has begun, and what came of it is not known: it is looked for before it goes again."
    REPEATED = "An earlier try may have arrived and cannot be looked for: it says so when it goes."
    REPEATED_IN_DOUBT = "As REPEATED, and what came of its repetition is not known: that one is looked for."


class MessageEvent(Enum):
    """What changes that."""

    BEGUN = "Its call begins."
    SETTLED = "It is certain what came of the call: what is still to be said has not arrived by it."
    LOST = "Nobody can find out any more what came of the call."


TRANSITIONS: Final[Mapping[MessageState, Mapping[MessageEvent, MessageState]]] = {
    MessageState.NEW: {
        MessageEvent.BEGUN: MessageState.IN_DOUBT,
        MessageEvent.SETTLED: MessageState.NEW,
        MessageEvent.LOST: MessageState.NEW,
    },
    MessageState.RECORDED: {
        MessageEvent.BEGUN: MessageState.IN_DOUBT,
        MessageEvent.SETTLED: MessageState.RECORDED,
        MessageEvent.LOST: MessageState.RECORDED,
    },
    MessageState.IN_DOUBT: {
        MessageEvent.BEGUN: MessageState.REPEATED_IN_DOUBT,
        MessageEvent.SETTLED: MessageState.NEW,
        MessageEvent.LOST: MessageState.REPEATED,
    },
    MessageState.REPEATED: {
        MessageEvent.BEGUN: MessageState.REPEATED_IN_DOUBT,
        MessageEvent.SETTLED: MessageState.REPEATED,
        MessageEvent.LOST: MessageState.REPEATED,
    },
    MessageState.REPEATED_IN_DOUBT: {
        MessageEvent.BEGUN: MessageState.REPEATED_IN_DOUBT,
        MessageEvent.SETTLED: MessageState.REPEATED,
        MessageEvent.LOST: MessageState.REPEATED,
    },
}
"""Each state has a column for each event. One that says nothing new leaves the state. A call that began while another
is in doubt would leave that one behind, as a repetition does."""

UNEXPLAINED: Final = 5
"""Tries of a message that the messenger refuses with words that nobody knows."""
IN_DOUBT: Final = frozenset({MessageState.IN_DOUBT, MessageState.REPEATED_IN_DOUBT})
REPEATED: Final = frozenset({MessageState.REPEATED, MessageState.REPEATED_IN_DOUBT})


@dataclass(slots=True)
class Held:
    """A message in hand since `at`. No try begins after `until`.

    files: what is still to be shown; None until it is fetched. bare: it goes without its picture. stands: it has
    arrived, under `number`, and whoever waits for that is still to be told. sought: from which number of the
    messenger's it is looked for, and how far that has come; the outbox has that number on record.
    """

    stored: StoredMessage
    at: datetime
    until: datetime
    tries: int
    files: Files | None = None
    bare: bool = False
    stands: bool = False
    number: int | None = None
    state: MessageState = MessageState.NEW
    sought: Sought = field(default_factory=lambda: Sought(0))

    def __post_init__(self) -> None:
        if self.stored.begun is not None:
            self.state = MessageState.IN_DOUBT if self.stored.doubt else MessageState.RECORDED
            self.sought = Sought(self.stored.begun)

    @property
    def in_doubt(self) -> bool:
        return self.state in IN_DOUBT

    @property
    def repeated(self) -> bool:
        return self.state in REPEATED

    @property
    def arrival(self) -> Arrival:
        """What the outbox is told of it. From no number at all nothing can be looked for."""
        if self.in_doubt and self.sought.begun:
            return Arrival.TRACEABLE
        if self.stands:
            return Arrival.UNKNOWN
        return Arrival.UNKNOWN if self.in_doubt or self.repeated else Arrival.NONE

    def note(self, event: MessageEvent) -> None:
        """What an event changes."""
        self.state = TRANSITIONS[self.state][event]

    def begins(self, newest: int) -> None:
        """Its call begins; what comes of it stands above this number."""
        self.note(MessageEvent.BEGUN)
        self.sought = Sought(newest)

    def as_new_line(self) -> None:
        """The running line that it was to replace is gone: it begins one."""
        self.stored = replace(self.stored, message=replace(self.stored.message, anew=True))

    def waits_out(self, error: NotNow) -> bool:
        """Whether it is tried again. Words wait for as long as a chat is closed; what is only done in a chat does not
        keep them waiting, and what nobody can explain is not tried for ever."""
        message = self.stored.message
        patient = message.kind == "say" and not isinstance(error, Unexplained)
        return not message.fleeting and (patient or self.tries < UNEXPLAINED)

    def plainer(self) -> bool:
        """The messenger does not take its picture: it goes one step plainer. False where it cannot."""
        files = (self.files or Files()).plainer()
        if files is None:
            return False
        self.files, self.bare = files, files == Files()
        return True

    def replaced(self, message: OutgoingMessage) -> None:
        """This is said in its place, and has not been tried yet."""
        self.stored = replace(self.stored, message=message, begun=None)
        self.files, self.bare = Files(), False
        self.state, self.sought = MessageState.NEW, Sought(0)

    def without_pictures(self) -> None:
        """Its pictures have arrived: only the document is still to be shown."""
        self.files = replace(self.files or Files(), pictures=())
