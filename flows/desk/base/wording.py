"""How the staff reads the state of an order, a sender's language and a colleague: in the reader's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flows.core.state import State
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member
from flows.order import notifications
from flows.words.text import Text, Verbatim, text

__all__ = ["LANGUAGES", "STATES", "known_as", "named", "which_of"]

LANGUAGES: Final[Mapping[str, Text]] = {"tr": text("ticket", "Turkish"), "en": text("ticket", "English")}
"""As the reader calls them; to a sender each bears its own name (flows.steps.language)."""

STATES: Final[Mapping[State, Text]] = {
    **notifications.STATES,
    State.STUCK: text("desk_state", "not taken by the printer, waiting for an admin"),
    State.OVERDUE: text("desk_state", "removed from the tray without a scan"),
    State.RETURNED: text("desk_state", "came back to us, waiting for the sender's decision"),
}
"""A sender is spoken to ("waiting for your decision"), and is not told whose hands are awaited."""


def named(asked: Asked, turkish: str, english: str) -> str:
    """A command as the asker types it."""
    return f"/{english if asked.language == 'en' else turkish}"


def known_as(member: Member) -> str:
    """A colleague by name, with the id that tells namesakes apart."""
    return member.handle if member.name == member.handle else f"{member.name} ({member.handle})"


def which_of(members: Iterable[Member]) -> Text:
    """Asks which of several namesakes is meant."""
    return text(
        "staff",
        "Several members of the staff are called like this: {them}\nPlease write the id instead of the name.",
        them=Verbatim(", ".join(map(known_as, members))),
    )
