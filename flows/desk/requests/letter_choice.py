"""Stop and refund, or send and erase: what an admin types about a paid letter that the print room does not have yet."""

from __future__ import annotations

from collections.abc import Mapping

from flows.desk.requests.table import Choice
from flows.words.text import Text, text
from flows.words.turkish import fold

__all__ = ["CHOICES", "SEND", "STOP", "choice_in"]

STOP, SEND = ("durdur", "stop"), ("gonder", "send")
"""How the two are typed after the number of a request."""

CHOICES: Mapping[Choice, Text] = {
    Choice.STOP: text(
        "request",
        "The letter is stopped and refunded, unless the print room has it already. To send it first:"
        " /dsr_apply {number} send",
    ),
    Choice.SEND: text(
        "request",
        "The letter is sent first, then all is erased. To stop it and refund: /dsr_apply {number} stop",
    ),
}


def choice_in(words: str) -> Choice | None:
    """What stands after a request's number; None for another word."""
    typed = [fold(word) for word in words.split()[1:2]]
    if any(word in STOP for word in typed):
        return Choice.STOP
    return Choice.SEND if any(word in SEND for word in typed) else None
