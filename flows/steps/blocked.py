"""The kind refusal of a person under 18; the true birthday, or thirty days, opens the door again."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import TextWritten
from flows.core.step import GoTo, Here, Move, Stay, Step
from flows.words.text import text

REFUSAL = text(
    "blocked",
    "You need to be 18 or over to place an order, so we cannot go on for now."
    " If this is a mistake, you can write to us with /support.",
)


def ask(here: Here) -> Reply:
    return Reply(REFUSAL)


def asked_again(here: Here) -> Move:
    """Whatever the sender tries: from the day on, the question is open again."""
    until = here.profile.blocked_until
    if until is not None and here.today < until:
        return Stay(say=REFUSAL)
    return GoTo(step="birth_date", profile=replace(here.profile, blocked_until=None))


STEP = Step(
    name="blocked",
    ask=ask,
    accepts=REFUSAL,
    on={TextWritten: lambda here, said: asked_again(here)},
    needed=lambda here: False,
    settled=True,
)
