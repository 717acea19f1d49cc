"""A payment card's number belongs on the institution's page only: a message that holds one is taken nowhere."""

from __future__ import annotations

from typing import Final

from flows.core import events as ev
from flows.input.card_number import has_card_number
from flows.words.text import text

__all__ = ["NOT_TAKEN", "holds_card_number"]

NOT_TAKEN: Final = text(
    "machine",
    "This message seems to hold a card number, so we have kept nothing of it. Please never write card data to us: they"
    " are asked for on the payment institution's page only. It is best to delete the message from this chat as well.",
)


def holds_card_number(event: ev.Event) -> bool:
    """Whether something that a sender has written, a caption and an edit included, holds a card's number."""
    match event:
        case ev.TextWritten() | ev.TextEdited():
            return has_card_number(event.text)
        case ev.PictureSent() | ev.FileSent():
            return has_card_number(event.caption)
        case ev.CommandGiven():
            return has_card_number(event.typed)
        case _:
            return False
