"""The age question: a typed birth date, read back before it counts (TMK m.11)."""

from dataclasses import replace
from datetime import date, timedelta

from flows.core.effects import Reply, SetTimer
from flows.core.events import TextWritten
from flows.core.step import GoTo, Here, Move, Stay, Step
from flows.input.age import read_birth_date
from flows.words.text import text

KEPT = timedelta(minutes=30)  # how long an unconfirmed birth date stays in the sealed draft (docs/design.md, "Limits")
EXAMPLE = date(1990, 3, 5)


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "birth_date",
            "What is your date of birth? To order, you need to be 18 or over. Example: {example}",
            example=EXAMPLE,
        )
    )


def take_text(here: Here, said: TextWritten) -> Move:
    birth = read_birth_date(said.text, here.today)
    if not isinstance(birth, date):
        return Stay(say=birth)
    if (birth, said.message) == (here.draft.birth_date, here.draft.birth_message):
        return Stay(silent=True)  # an edit that changes nothing
    return GoTo(
        step="birth_check",
        draft=replace(here.draft, birth_date=birth, birth_message=said.message),
        effects=(SetTimer("birth_date", str(said.message), KEPT),),
    )


STEP = Step(
    name="birth_date",
    ask=ask,
    accepts=text(
        "birth_date", "Please write your date of birth as day, month, year. Example: {example}", example=EXAMPLE
    ),
    on={TextWritten: take_text},
    needed=lambda here: here.profile.adult_on is None,
    back="notice",
)
