"""The birth date read back in words; once confirmed, only "adult, checked on, by which rule" stays."""

from dataclasses import replace

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import Forward, GoTo, Here, Move, Step, button
from flows.input.age import RULE_VERSION, adult_on, blocked_until, is_adult
from flows.steps import birth_date
from flows.words.text import text


def ask(here: Here) -> Reply | None:
    if here.draft.birth_date is None:
        return None
    return Reply(
        text("birth_check", "{birth}. Is that right?", birth=here.draft.birth_date),
        ((button("buttons", "Yes", "yes"), button("buttons", "Correct it", "fix")),),
    )


def take_yes(here: Here, tap: ButtonTapped) -> Move:
    birth = here.draft.birth_date
    forgotten = replace(here.draft, birth_date=None, birth_message=0)
    if birth is None:
        return GoTo(step="birth_date", draft=forgotten)
    if is_adult(birth, here.today):
        return Forward(
            say=text("birth_check", "All right. We did not keep the date; we only noted that you are 18 or over."),
            draft=forgotten,
            profile=replace(here.profile, adult_on=here.today, adult_rule=RULE_VERSION, blocked_until=None),
        )
    until = min(blocked_until(birth, here.today), adult_on(birth))
    return GoTo(step="blocked", draft=forgotten, profile=replace(here.profile, blocked_until=until))


def take_fix(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="birth_date", draft=replace(here.draft, birth_date=None, birth_message=0))


STEP = Step(
    name="birth_check",
    ask=ask,
    accepts=text(
        "birth_check",
        "Please tap “Yes” if the date is right, or write it once more. Example: {example}",
        example=birth_date.EXAMPLE,
    ),
    on={TextWritten: birth_date.take_text},
    taps={"yes": take_yes, "fix": take_fix},
    needed=lambda here: here.profile.adult_on is None,
    back="birth_date",
    detours=("blocked",),
)
