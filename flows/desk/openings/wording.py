"""What is said about opening a letter: to the admins, and on the page where it is read once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flows.core.effects import Button, Buttons
from flows.desk.openings.table import DIES_AFTER, Opening, Verdict, Why
from flows.words.text import Lines, Text, Verbatim, text

__all__ = ["NO", "REASONS", "SHUT", "TELL", "VERDICTS", "YES", "asked_of", "described", "told_or_not", "used"]

YES, NO, TELL = "openyes", "openno", "opentell"
"""The buttons; their value is the request's id."""

REASONS: Final[Mapping[Why, Text]] = {
    Why.LEGAL: text("opening", "legal order"),
    Why.TECHNICAL: text("opening", "technical fault"),
}

VERDICTS: Final[Mapping[Verdict, Text]] = {
    Verdict.OWN: text("opening", "You have asked for this yourself; another admin has to approve it."),
    Verdict.ASKER_GONE: text("opening", "Whoever asked for this is no admin any more, so nothing can be opened."),
    Verdict.DECIDER_GONE: text("opening", "Whoever approved this is no admin any more, so nothing can be opened."),
    Verdict.NOTHING_LEFT: text("opening", "Nothing is left of this letter: it has been printed and erased."),
    Verdict.DECIDED: text("opening", "This has been decided already."),
    Verdict.LATE: text("opening", "This is older than 24 hours and has ended. It can be asked for anew."),
    Verdict.NO_NEED: text("opening", "There is nothing to tell: the sender knows, or no letter was opened."),
}
"""Said to an admin whose button changes nothing."""

SHUT: Final[Mapping[Verdict, Text]] = {
    Verdict.USED: text(
        "opening", "This letter has been opened with this link already. If that was not you, tell the other admins now."
    ),
    Verdict.LATE: text("opening", "The 15 minutes of this link are over, and nothing was opened with it."),
    Verdict.CLOSED: text("opening", "This link opens nothing."),
    Verdict.ASKER_GONE: VERDICTS[Verdict.ASKER_GONE],
    Verdict.DECIDER_GONE: VERDICTS[Verdict.DECIDER_GONE],
    Verdict.AWAY: text(
        "opening",
        "Whoever asked for this, or whoever approved it, is not in the staff group at this moment, so nothing was"
        " opened and the link is not used up.",
    ),
    Verdict.UNKNOWN: text(
        "opening",
        "Whether both admins are in the staff group could not be looked up, so nothing was opened. Please try again in"
        " a minute.",
    ),
    Verdict.NOTHING_LEFT: VERDICTS[Verdict.NOTHING_LEFT],
}
"""Said on the page where no letter is shown."""

WILL_BE_TOLD: Final = text("opening", "The sender is told when it is opened.")
SILENT: Final = text("opening", "The sender is not told: the order forbids it.")


def told_or_not(opening: Opening) -> Text:
    return SILENT if opening.silent else WILL_BE_TOLD


def described(opening: Opening) -> Lines:
    """What another admin decides on."""
    return Lines(
        (
            text("opening", "Order: {order}", order=opening.order),
            text("opening", "Reason: {why}", why=REASONS[opening.why]),
            text("opening", "Reference: {reference}", reference=Verbatim(opening.reference)),
            told_or_not(opening),
            text("opening", "Code: {code}", code=opening.code),
            text("opening", "Ends: {at}", at=opening.asked_at + DIES_AFTER),
        )
    )


def asked_of(opening: Opening) -> Text:
    name = opening.asked_by.name if opening.asked_by else "…"
    return text(
        "opening",
        "{by} asks to open a letter:\n{request}\nPlease approve only what you have seen the reason of yourself.",
        by=Verbatim(name),
        request=described(opening),
    )


def decide(id: str) -> Buttons:
    return (
        (
            Button(text("opening", "Approve"), YES, id),
            Button(text("opening", "Refuse"), NO, id),
        ),
    )


def take_back(id: str) -> Buttons:
    return ((Button(text("opening", "Take back"), NO, id),),)


def tell_now(id: str) -> Buttons:
    return ((Button(text("opening", "Tell the sender now"), TELL, id),),)


def used(opening: Opening, at: datetime) -> Text:
    """To the two admins whose decision it was."""
    known = (
        text("opening", "The sender was not told, as the order says. When it allows it, press the button.")
        if opening.silent
        else text("opening", "The sender is being told.")
    )
    return text(
        "opening",
        "The letter was opened once.\nOrder: {order}\nWhen: {at}\nCode: {code}\n{known}",
        order=opening.order,
        at=at,
        code=opening.code,
        known=known,
    )
