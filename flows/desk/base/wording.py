"""How the staff reads the state of an order and the name of a sender's language: in the reader's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows.core.state import State
from flows.desk.base.request import Asked
from flows.order import notifications
from flows.words.text import Text, text

__all__ = ["LANGUAGES", "STATES", "named"]

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
