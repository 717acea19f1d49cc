"""A sender's own requests as the conversation hears of them: the number, the written answer, and taking one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flows.address.do_not_write import BARRED
from flows.conversation import opened_letter
from flows.conversation.moves import moved, quietly
from flows.core import events as ev
from flows.core.effects import (
    Attachment,
    Button,
    Buttons,
    Effect,
    EraseEverything,
    MailAnswer,
    MailIdle,
    MailRefusal,
    Reply,
    SettleRequest,
    WithdrawRequest,
)
from flows.core.retention_notice import Days
from flows.core.state import Draft, Profile, Standing, Turn
from flows.core.step import GoTo, Here, Stay, lines
from flows.desk.requests.table import Kind
from flows.desk.requests.wording import UNDECIDED, answer, postponed, refusal
from flows.steps import rights
from flows.words.dates import today_in_istanbul
from flows.words.text import Text, text

__all__ = ["HANDLERS", "LASTING", "unused"]


def _opened(here: Here, opened: ev.RequestOpened) -> Turn[Standing]:
    if rights.KINDS.get(here.standing.aside) == opened.kind:
        return moved(here, rights.take_opened(here, opened))
    return Turn(here.standing, (rights.recorded(here, opened),))


def _answered(here: Here, answered: ev.RequestAnswered) -> Turn[Standing]:
    """What was asked for happens in the turn that says so."""
    kind = Kind(answered.kind)
    said = answer(kind, answered.number, answered.kept, _days(here, answered.opened))
    told = _mail(here, answered) or (Reply(said),)
    if kind is Kind.ERASURE:
        return Turn(_nobody(here.standing), (*told, EraseEverything(answered.number, answered.kept)))
    if kind is Kind.ACCESS:
        files = (
            Reply(said, attachment=Attachment("export", "pdf")),
            Reply(JSON, attachment=Attachment("export", "json")),
        )
        return Turn(here.standing, (*files, SettleRequest(answered.number)))
    return Turn(here.standing, (*told, SettleRequest(answered.number)))


JSON: Text = text("rights", "The same for a computer to read.")


def _mail(here: Here, answered: ev.RequestAnswered) -> tuple[Effect, ...]:
    """A chat that cannot be reached has the answer by mail; the files of an access go to the chat only."""
    known = here.profile
    if not (here.standing.unreachable and known.email):
        return ()
    days = _days(here, answered.opened)
    return (MailAnswer(known.email, known.language, answered.number, answered.kind, answered.kept, days),)


def _days(here: Here, opened: date | None) -> Days | None:
    return None if opened is None else Days(opened, today_in_istanbul(here.at))


def _nobody(standing: Standing) -> Standing:
    """As they stood before the first word; only the language is left, for the answer."""
    return replace(
        standing,
        step="notice",
        aside="",
        screen=standing.screen + 1,
        last_tap="",
        profile=Profile(language=standing.profile.language),
        draft=Draft(),
    )


def _waits(here: Here, waits: ev.RequestWaits) -> Turn[Standing]:
    said = text(
        "rights",
        "Your request {number} is accepted. Your open orders come to their end first: {orders}. Then we erase your data"
        " and you have our written answer here.",
        number=waits.number,
        orders=", ".join(waits.orders),
    )
    until = () if waits.until is None else (text("rights", "They end on {day} at the latest.", day=waits.until),)
    return Turn(here.standing, (Reply(lines(said, *until), rights.way_back(waits.number)),))


def _refused(here: Here, refused: ev.RequestRefused) -> Turn[Standing]:
    days = _days(here, refused.opened)
    if here.standing.unreachable and here.profile.email:
        return Turn(here.standing, (MailRefusal(refused.number, refused.reason, refused.article, days),))
    return Turn(here.standing, (Reply(refusal(refused.number, refused.reason, refused.article, days)),))


def _postponed(here: Here, told: ev.RequestPostponed) -> Turn[Standing]:
    return _answered_with(here, told, postponed(told.orders, told.until, told.again), rights.way_back(told.again))


def _undecided(here: Here, told: ev.RequestUndecided) -> Turn[Standing]:
    return _answered_with(here, told, UNDECIDED)


def _answered_with(
    here: Here, told: ev.RequestPostponed | ev.RequestUndecided, reason: Text, buttons: Buttons = ()
) -> Turn[Standing]:
    """A refusal by the thirty days' rule, in the chat or, where that cannot be reached, by mail."""
    days = _days(here, told.opened)
    if here.standing.unreachable and here.profile.email:
        said = here.operator.words(reason, here.profile.language)
        return Turn(here.standing, (MailRefusal(told.number, said, told.article, days),))
    return Turn(here.standing, (Reply(refusal(told.number, reason, told.article, days), buttons),))


def _withdrawn(here: Here, withdrawn: ev.RequestWithdrawn) -> Turn[Standing]:
    done = text("rights", "Your request {number} is taken back. Your data stay as they are.", number=withdrawn.number)
    late = text("rights", "This request is closed or being carried out; it can no longer be taken back.")
    return Turn(here.standing, (Reply(done if withdrawn.done else late),))


def _barred(here: Here, barred: ev.AddressBarred) -> Turn[Standing]:
    """Asked for another addressee. Only about the address as it is now; a saved one is not kept either."""
    draft = here.draft
    if barred.revision != draft.revision or draft.addressee is None:
        return Turn(here.standing)
    saved = tuple(one for one in here.profile.addressees if one != draft.addressee)
    move = GoTo(
        step="addressee",
        say=BARRED,
        draft=draft.changed(addressee=None, addressee_name="", mending="", overruled=()),
        profile=replace(here.profile, addressees=saved),
    )
    return quietly(here, move) if here.standing.aside else moved(here, move)


def _idle(here: Here, idle: ev.AccountIdle) -> Turn[Standing]:
    if here.standing.unreachable and here.profile.email:
        return Turn(here.standing, (MailIdle(idle.until),))
    keep = Button(text("rights", "Keep my account"), "keep", lasting=True)
    said = lines(unused(idle.until), text("rights", "If you would like to keep it, one tap is enough."))
    return Turn(here.standing, (Reply(said, ((keep,),)),))


def unused(until: date) -> Text:
    """Said in the chat, or by mail where it cannot be reached: coming back to the chat keeps the account as well."""
    return text(
        "rights",
        "You have not used MektupX for two years. On {until} we erase your account, as our notice says.",
        until=until,
    )


def _take_back(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """The number is looked up among the person's own; another's changes nothing."""
    if not (tap.value.isascii() and tap.value.isdecimal() and len(tap.value) < 12):
        return moved(here, Stay(ask=True))
    return Turn(here.standing, (WithdrawRequest(int(tap.value)),))


def _keep(here: Here, tap: ev.ButtonTapped) -> Turn[Standing]:
    """A new screen is written down, and with it that somebody was here."""
    return moved(
        here.now(replace(here.standing, screen=here.standing.screen + 1)),
        Stay(say=text("rights", "Your account stays. Thank you.")),
    )


HANDLERS: Mapping[type[ev.Event], Callable[[Here, Any], Turn[Standing]]] = {
    ev.RequestOpened: _opened,
    ev.RequestAnswered: _answered,
    ev.RequestWaits: _waits,
    ev.RequestRefused: _refused,
    ev.RequestPostponed: _postponed,
    ev.RequestUndecided: _undecided,
    ev.RequestWithdrawn: _withdrawn,
    ev.AddressBarred: _barred,
    ev.AccountIdle: _idle,
    ev.LetterOpened: opened_letter.take,
}
LASTING: Mapping[str, Callable[[Here, ev.ButtonTapped], Turn[Standing]]] = {"withdraw": _take_back, "keep": _keep}
