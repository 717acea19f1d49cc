"""What has not come in time: a confirmed birth date or mail address, a decision, a scan of the print room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flows.conversation.moves import moved, order_event
from flows.core import events as ev
from flows.core.effects import Button, MailDraftEnding, Reply
from flows.core.state import Standing, Turn
from flows.core.step import Forward, Here, Stay, lines
from flows.order.order import silence_mark
from flows.words.text import Text, text

__all__ = ["HANDLERS", "LASTING", "unfinished"]


def _run_out(here: Here, passed: ev.DeadlinePassed) -> Turn[Standing]:
    """What was not confirmed in time is forgotten, and its question simply open again: a birth date, an address."""
    if passed.what in OF_ORDERS:
        return _of_order(here, passed)
    draft = here.draft
    if passed.what == "code" and draft.email and passed.mark == draft.email_mark:
        draft = replace(draft, email="", code_digest="", code_salt="", code_at=None, code_address="", email_mark="")
        draft = replace(draft, heard=())  # the address was one of these answers
        step, aside = ("email" if place == "code" else place for place in (here.standing.step, here.standing.aside))
        return Turn(replace(here.standing, step=step, aside=aside, screen=here.standing.screen + 1, draft=draft))
    if passed.what != "birth_date" or draft.birth_date is None or passed.mark != str(draft.birth_message):
        return Turn(here.standing)
    forgotten = replace(draft, birth_date=None, birth_message=0)
    screen = here.standing.screen + (0 if here.standing.aside else 1)
    return Turn(replace(here.standing, step="birth_date", screen=screen, draft=forgotten))


def _draft_ending(here: Here, ending: ev.DraftEnding) -> Turn[Standing]:
    """A week before a letter that was left unfinished is erased its sender hears the day, beside whatever is open."""
    words = here.draft.manuscript
    if (words.empty and not words.doubts) or here.draft.order:
        return Turn(here.standing)
    if here.standing.unreachable and here.profile.email:
        return Turn(here.standing, (MailDraftEnding(ending.until),))
    said = lines(unfinished(ending.until), text("draft", "If you would like to go on with it, one tap is enough."))
    go_on = Button(text("home", "Go on with the letter"), "go_on", lasting=True)
    return Turn(here.standing, (Reply(said, ((go_on,),)),))


def unfinished(until: date) -> Text:
    """Said in the chat, or by mail where it cannot be reached."""
    return text("draft", "Your unfinished letter is erased on this day, as our notice says: {until}.", until=until)


def _go_on(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """A new screen is written down, and with it that somebody was here."""
    here = here.now(replace(here.standing, screen=here.standing.screen + 1))
    resting = here.standing.step == "home" and not here.standing.aside and not here.draft.blank
    return moved(here, Forward() if resting else Stay(ask=True))


OF_ORDERS: Mapping[str, Callable[[str], ev.OrderEvent]] = {
    "return": lambda order: ev.DestructionAsked(order, because="silence"),
    "unposted": ev.TrayOverdue,
    "lost": ev.LetterLost,
}
"""What a deadline means to an order that still stands where it stood."""


def _of_order(here: Here, passed: ev.DeadlinePassed) -> Turn[Standing]:
    """Only where the timer was set: a letter may have been posted, or be back in the same state from elsewhere."""
    order = here.standing.order(passed.mark.partition(":")[0])
    if order is None or order.since is None or silence_mark(order, order.since) != passed.mark:
        return Turn(here.standing)
    return order_event(here, OF_ORDERS[passed.what](order.id))


HANDLERS: Mapping[type[ev.Event], Callable[[Here, Any], Turn[Standing]]] = {
    ev.DeadlinePassed: _run_out,
    ev.DraftEnding: _draft_ending,
}
LASTING: Mapping[str, Callable[[Here, ev.ButtonTapped], Turn[Standing]]] = {"go_on": _go_on}
