"""The kind refusal of a person under 18; the true birthday, or thirty days, opens the door again."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import GoTo, Here, Move, Stay, Step
from flows.words.text import Text, text

REFUSAL = text(
    "blocked",
    "You need to be 18 or over to place an order, so we cannot go on for now."
    " If this is a mistake, you can write to us with /support.",
)


def ask(here: Here) -> Reply:
    return Reply(refusal(here))


def refusal(here: Here) -> Text:
    """With the day from which the question is open again."""
    until = here.profile.blocked_until
    if until is None:
        return REFUSAL
    return text(
        "blocked",
        "{refusal}\nThe day from which you can give your date of birth again: {day}",
        refusal=REFUSAL,
        day=until,
    )


def asked_again(here: Here) -> Move:
    """Whatever the sender tries: from the day on, the question is open again."""
    until = here.profile.blocked_until
    if until is not None and here.today < until:
        return Stay(say=refusal(here))
    return GoTo(step="birth_date", profile=replace(here.profile, blocked_until=None))


STEP = Step(
    name="blocked",
    ask=ask,
    accepts=REFUSAL,
    on={TextWritten: lambda here, said: asked_again(here)},
    needed=lambda here: False,
    settled=True,
)
