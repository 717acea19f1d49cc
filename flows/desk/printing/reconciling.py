"""The print room's count as it is handed in to the staff bot (/mutabakat): whether each batch adds up, and its gaps."""

from __future__ import annotations

from typing import Final

from flows.core.state import Turn
from flows.desk.base.effects import LogAccess
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, says
from flows.desk.base.wording import named
from flows.desk.printing.tray import LARGEST, MOST, answered, letters
from flows.order.scans import ScanOutcome
from flows.words.text import Text, text

__all__ = ["NAMES", "content", "reconcile"]

NAMES: Final = ("mutabakat", "reconcile")
"""The command's names; with either in its caption a file of sheets is handed in."""


TOO_LARGE = text(
    "batch",
    "The file is too large: {limit} KB at most. Do not divide the count: a part that is missing stops the batch. Hand"
    " it in with the command mektupx tray reconcile.",
    limit=LARGEST // 1000,
)
TOO_LONG = text(
    "batch",
    "The file has too many lines: {limit} at most. Do not divide the count: a part that is missing stops the batch."
    " Hand it in with the command mektupx tray reconcile.",
    limit=MOST,
)


def content(asked: Asked) -> str | None:
    """The words after the command: a mark or an order number each. None without any: the scans alone are compared."""
    return "\n".join(letters(asked.words)) if asked.words.strip() else None


def reconcile(asked: Asked, _: None) -> Turn[None]:
    """/mutabakat: what the count of a message, of its file, or of the scans alone has found."""
    if not asked.answers:
        return says(_how(asked))
    refused = sum(answer.outcome is ScanOutcome.REFUSED for answer in asked.answers)
    logged = LogAccess("tray_reconciled", asked.actor, outcome=f"refused {refused}")
    return does(*answered(asked), logged)


def _how(asked: Asked) -> Text:
    return text(
        "batch",
        "The print room's count is not at hand. Write below the command one sheet a line, or send the file with the"
        " command as its caption. Example: {example}. Alone it compares the scans only.",
        example=f"{named(asked, *NAMES)} MX000123",
    )
