"""A later posting date, up to 180 days ahead."""

from dataclasses import replace
from datetime import date

from flows.core.effects import Reply
from flows.core.events import ButtonTapped, TextWritten
from flows.core.step import BACK, GoTo, Here, Move, Stay, Step, button
from flows.price.price import POSTING_AHEAD, read_posting_date
from flows.words.text import text


def ask(here: Here) -> Reply:
    return Reply(
        text(
            "posting",
            "On which day shall we post your letter? The last day you can choose is: {last}",
            last=here.today + POSTING_AHEAD,
        ),
        ((button("posting", "As soon as possible", "soon"),), (BACK,)),
    )


def take_text(here: Here, said: TextWritten) -> Move:
    day = read_posting_date(said.text, here.today)
    if not isinstance(day, date):
        return Stay(say=day)
    return GoTo(step="delivery", draft=replace(here.draft, posting_date=day))


def take_soon(here: Here, tap: ButtonTapped) -> Move:
    return GoTo(step="delivery", draft=replace(here.draft, posting_date=None))


STEP = Step(
    name="posting",
    ask=ask,
    accepts=text("posting", "Please write a date, or tap “As soon as possible”. Example: 5 March 2027"),
    on={TextWritten: take_text},
    taps={"soon": take_soon},
    needed=lambda here: False,
    back="delivery",
)
