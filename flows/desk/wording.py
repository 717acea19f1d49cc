"""How the staff reads the state of an order and the name of a sender's language: in the reader's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flows import news
from flows.standing import State
from flows.text import Text, text

__all__ = ["LANGUAGES", "STATES"]

LANGUAGES: Final[Mapping[str, Text]] = {"tr": text("ticket", "Turkish"), "en": text("ticket", "English")}
"""As the reader calls them; to a sender each bears its own name (flows.steps.language)."""

STATES: Final[Mapping[State, Text]] = {
    **news.STATES,
    State.STUCK: text("desk_state", "not taken by the printer, waiting for an admin"),
    State.OVERDUE: text("desk_state", "removed from the tray without a scan"),
    State.RETURNED: text("desk_state", "came back to us, waiting for the sender's decision"),
}
"""A sender is spoken to ("waiting for your decision"), and is not told whose hands are awaited."""
