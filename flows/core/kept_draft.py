"""The draft that storage finds of a cancelled order: its answers and words, as they were when it was ordered."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.events import Event
from flows.core.state import Draft

__all__ = ["DraftBrought"]


@dataclass(frozen=True, slots=True)
class DraftBrought(Event):
    """The draft of a cancelled order; it becomes the draft again where no other one has been begun meanwhile."""

    order: str
    draft: Draft
