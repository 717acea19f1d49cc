"""A piece of the print outbox as the staff may know it, and what can be done with it in which state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flows.core.events import FoundPrinted, FoundUnprinted, OrderEvent
from flows.order.order import NEEDS_HUMAN
from flows.words.text import Text, text

__all__ = ["IN_HAND", "PIECE_ACTIONS", "STATES", "OutboxRow", "PieceAction", "about", "act_on", "refusal"]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A row of the print outbox as staff may see it. order, person: ids, for the desk's own acts. held: a working
    dispatcher has it in hand at this moment. stopping: its sender has it stopped."""

    order: str
    number: str
    state: str
    pages: int
    sha256: str
    attempts: int
    queued_at: datetime
    not_before: datetime
    lease_until: datetime | None
    piece: str = ""
    person: str = ""
    held: bool = False
    stopping: bool = False


@dataclass(frozen=True, slots=True)
class PieceAction:
    """words: how it is typed. label: on its button. asks: the second look before it, with {order}. done: what is said
    of it. moves: how the piece moves (MovePiece.how), or event: what is said at the order's own door."""

    words: tuple[str, ...]
    label: Text
    done: Text
    moves: str = ""
    event: type[OrderEvent] | None = None
    asks: Text | None = None


PIECE_ACTIONS: Mapping[str, PieceAction] = {
    "retry": PieceAction(
        ("yeniden", "retry"),
        text("queue", "Try again"),
        text("queue", "{order} is tried again: the print room is asked for it first, and gets it if it has it not."),
        moves="retry",
    ),
    "park": PieceAction(
        ("beklet", "park"),
        text("queue", "Hold back"),
        text("queue", "{order} is held back: it waits for a person and is not printed until then."),
        moves="park",
    ),
    "person": PieceAction(
        ("kisiye", "person"),
        text("queue", "To a person"),
        text("queue", "{order} waits for a person, and the staff is asked to look at the printer."),
        moves="park",
    ),
    "printed": PieceAction(
        ("basildi", "printed"),
        text("queue", "It was printed"),
        text("queue", "{order} counts as printed: its bytes and its key are destroyed, and its sender is told."),
        event=FoundPrinted,
        asks=text(
            "queue",
            "Have you seen {order} at the printer or in the tray? If it counts as printed, its bytes and its key are"
            " destroyed: it can never be printed again.",
        ),
    ),
    "again": PieceAction(
        ("basilmadi", "again"),
        text("queue", "It was not printed"),
        text("queue", "{order} is back in the queue and will be printed."),
        event=FoundUnprinted,
        asks=text(
            "queue",
            "Are you sure that {order} is neither at the printer nor in the tray nor in an envelope? It will be printed"
            " now; if it was printed before, its addressee gets it twice.",
        ),
    ),
}
"""What an admin can do with a piece, by the key its buttons carry."""

_GIVEN_UP = replace(
    PIECE_ACTIONS["again"],
    done=text("queue", "{order} was not printed: it is stopped, and its price goes back."),
    asks=text(
        "queue",
        "Are you sure that {order} is neither at the printer nor in the tray nor in an envelope? Its sender has it"
        " stopped: it is not printed any more, and the price goes back.",
    ),
)


def act_on(key: str, row: OutboxRow) -> PieceAction:
    """What the act means for this piece: one that is to be stopped is not printed again."""
    return _GIVEN_UP if key == "again" and row.stopping else PIECE_ACTIONS[key]


STATES: Mapping[str, Text] = {
    "ready": text("queue", "waits to be printed"),
    "leased": text("queue", "taken by a dispatcher"),
    "submitting": text("queue", "on its way into the print room"),
    "submitted": text("queue", "in the print room, being noted"),
    NEEDS_HUMAN: text("queue", "waits for a person"),
}


def refusal(act: str, row: OutboxRow) -> Text | None:
    """Why this cannot be done with the piece as it is, or None."""
    waits = row.state == NEEDS_HUMAN
    if act in ("retry", "printed", "again"):
        return None if waits else about(NOT_WAITING, row)
    if row.held:
        return about(IN_HAND, row)
    if row.stopping and not waits:
        return about(STOPPING, row)
    return about(WAITS_ALREADY, row) if waits and act == "park" else None


IN_HAND = text(
    "queue",
    "A dispatcher has {order} in hand at this moment, so it cannot be pulled. In two minutes at the latest it is done,"
    " or can be held back.",
)
STOPPING = text(
    "queue", "The sender of {order} has it stopped: the dispatcher's next word decides, so it is not held back."
)
WAITS_ALREADY = text("queue", "{order} waits for a person already.")
NOT_WAITING = text("queue", "{order} does not wait for a person, so there is nothing to settle. It is left as it is.")


def about(words: Text, row: OutboxRow) -> Text:
    """A sentence of a piece, with its order's number."""
    return replace(words, values={"order": row.number})
