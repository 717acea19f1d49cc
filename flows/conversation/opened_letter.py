"""What a sender hears when their letter had to be opened: when, for which of the two reasons, and whom to turn to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.core.effects import MailOpened, Reply
from flows.core.events import LetterOpened
from flows.core.state import Standing, Turn
from flows.core.step import Here
from flows.desk.openings.table import Why
from flows.words.text import Text, text

__all__ = ["REASONS", "take", "told"]

REASONS: Final[Mapping[Why, Text]] = {
    Why.LEGAL: text("opened", "a legal obligation: a judge or an authority has ordered it"),
    Why.TECHNICAL: text("opened", "a technical fault that could not be mended otherwise"),
}


def take(here: Here, news: LetterOpened) -> Turn[Standing]:
    """Said beside whatever question is open; by mail where the chat cannot be reached."""
    if here.standing.unreachable and here.profile.email:
        return Turn(here.standing, (MailOpened(news.order, news.why, news.at),))
    return Turn(here.standing, (Reply(told(news)),))


def told(news: LetterOpened | MailOpened) -> Text:
    return text(
        "opened",
        "Your letter was opened by our staff, for one of the two reasons that our privacy policy names.\n"
        "Order: {order}\nWhen: {at}\nReason: {why}\n"
        "Two of us decided it, it was opened once, and it is on record. You can ask us about it with /support. If"
        " our answer does not satisfy you, you can complain to the Personal Data Protection Board (KVKK m.14).",
        order=news.order,
        at=news.at,
        why=REASONS[Why(news.why)],
    )
