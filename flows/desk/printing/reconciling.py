"""The print room's count as it is handed in to the staff bot (/mutabakat): whether each batch adds up, and its gaps."""

from __future__ import annotations

from typing import Final

from flows.core.state import Turn
from flows.desk.base.effects import LogAccess
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, says
from flows.desk.printing.tray import answered
from flows.order.scans import ScanOutcome
from flows.words.text import text

__all__ = ["NAMES", "content", "reconcile"]

NAMES: Final = ("mutabakat", "reconcile")
"""The command's names; with either in its caption a file of sheets is handed in."""


HOW = text(
    "reconcile",
    "The print room's count is not at hand. Write the command with every printed sheet below it, or send a file with it"
    " as its caption; alone it compares the scans.",
)


def content(asked: Asked) -> str:
    """The lines after the command: a mark or an order number each. None of them: the scans alone are compared."""
    return "\n".join(line.strip() for line in asked.words.splitlines() if line.strip())


def reconcile(asked: Asked, _: None) -> Turn[None]:
    """/mutabakat: what the count of a message, of its file, or of the scans alone has found."""
    if not asked.answers:
        return says(HOW)
    refused = sum(answer.outcome is ScanOutcome.REFUSED for answer in asked.answers)
    logged = LogAccess("tray_reconciled", asked.actor, outcome=f"refused {refused}")
    return does(*answered(asked), logged)
