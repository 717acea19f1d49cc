"""What the print room's ruler says about a letter as it is, and how it is asked."""

from __future__ import annotations

from typing import Final

from flows.core.effects import MeasureLetter
from flows.core.state import Draft, Measure
from flows.core.step import Here
from flows.words.text import text

__all__ = ["UNMEASURED", "measured", "ruler"]

UNMEASURED: Final = text(
    "letter",
    "Your letter could not be laid out as it is. What you wrote is kept. Could you please make very long lines or words"
    " shorter by editing a message?",
)


def ruler(here: Here, draft: Draft) -> MeasureLetter:
    return MeasureLetter(draft.revision, here.operator.stationery_of(draft))


def measured(here: Here) -> Measure | None:
    """The ruler's word, if it is about this revision on this stationery."""
    found = here.draft.measure
    if found is None or found.revision != here.draft.revision:
        return None
    return found if found.stationery == here.operator.stationery_of(here.draft) else None
