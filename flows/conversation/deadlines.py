"""What has not been confirmed or decided in time: a birth date, a mail address, the fate of a returned letter."""

from __future__ import annotations

from dataclasses import replace

from flows.conversation.moves import order_event
from flows.core import events as ev
from flows.core.state import Standing, Turn
from flows.core.step import Here
from flows.order.order import silence_mark

__all__ = ["run_out"]


def run_out(here: Here, passed: ev.DeadlinePassed) -> Turn[Standing]:
    """What was not confirmed in time is forgotten, and its question simply open again: a birth date, an address."""
    if passed.what == "return":
        return _silent_about_return(here, passed)
    draft = here.draft
    if passed.what == "code" and draft.email and passed.mark == draft.email_mark:
        draft = replace(draft, email="", code_digest="", code_salt="", code_at=None, code_address="", email_mark="")
        step, aside = ("email" if place == "code" else place for place in (here.standing.step, here.standing.aside))
        return Turn(replace(here.standing, step=step, aside=aside, screen=here.standing.screen + 1, draft=draft))
    if passed.what != "birth_date" or draft.birth_date is None or passed.mark != str(draft.birth_message):
        return Turn(here.standing)
    forgotten = replace(draft, birth_date=None, birth_message=0)
    screen = here.standing.screen + (0 if here.standing.aside else 1)
    return Turn(replace(here.standing, step="birth_date", screen=screen, draft=forgotten))


def _silent_about_return(here: Here, passed: ev.DeadlinePassed) -> Turn[Standing]:
    """Only the return that the timer was set for: the letter may have been posted again and have come back again."""
    order = here.standing.order(passed.mark.partition(":")[0])
    if order is None or order.since is None or silence_mark(order, order.since) != passed.mark:
        return Turn(here.standing)
    return order_event(here, ev.DestructionAsked(order.id, because="silence"))
