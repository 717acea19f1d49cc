"""What a sender is told that they did not ask for at this moment: the ruler's findings, the support desk's word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows.conversation.moves import moved, quietly
from flows.core import events as ev
from flows.core.effects import (
    BringDraft,
    EditTicket,
    MailDocuments,
    OpenRequest,
    OpenTicket,
    Refund,
    Reply,
    SendPicture,
)
from flows.core.state import Draft, Standing, Turn
from flows.core.step import GoTo, Here
from flows.letter.running_line import listed
from flows.steps import support
from flows.words.text import Text, Verbatim, text

__all__ = ["TOLD", "from_desk", "given_up", "unfit", "with_ticket"]


def unfit(here: Here, found: ev.AddressUnfit) -> Turn[Standing]:
    """Too wide for the window, or not printable: asked again, never cut. Only about the address as it is now.

    What is wrong with the name is asked of the name, and the address stays.
    """
    draft = here.draft
    printed = draft.own_sender if found.sender else draft.addressee or draft.addressee_name
    if found.revision != here.draft.revision or not printed:
        return Turn(here.standing)
    if found.characters:
        said = text(
            "address",
            "These characters cannot be printed: {characters}. Could you please write it without them?",
            characters=listed(found.characters),
        )
    else:
        said = text(
            "address",
            "Part of this does not fit in the envelope's window. Could you please write it shorter? Too wide: {lines}",
            lines=Verbatim("; ".join(found.parts or found.lines)),
        )
    if found.sender:
        asked = GoTo(step="sender", say=said, draft=here.draft.changed(own_sender=""))
    elif _of_the_name(draft, found):
        waiting = replace(draft.addressee, name="") if draft.addressee else None
        asked = GoTo(step="addressee", say=said, draft=draft.changed(addressee=waiting, addressee_name=""))
    else:
        asked = GoTo(step="address", say=said, draft=draft.changed(addressee=None, mending=""))
    return quietly(here, asked) if here.standing.aside else moved(here, asked)


def _of_the_name(draft: Draft, found: ev.AddressUnfit) -> bool:
    """Whether the name alone is what does not fit or cannot be printed."""
    if draft.addressee is None:
        return True
    if found.characters:
        return all(sign in draft.addressee_name for sign in found.characters)
    return bool(found.lines) and all(line in draft.addressee_name for line in found.lines)


def with_ticket(here: Here, number: int) -> Here:
    """What is written where no question is open joins this ticket; 0: there is none."""
    return here.now(replace(here.standing, profile=replace(here.profile, ticket=number)))


def _unasked(here: Here) -> Here:
    """What was written last was a part of the question: a correction of it is no answer to anything else."""
    if here.draft.last_question != "home":
        return here
    return here.now(replace(here.standing, draft=replace(here.draft, last_message=0, last_question="")))


def from_desk(here: Here, told: ev.FromDesk) -> Turn[Standing]:
    """Said beside whatever question is open, which stays open."""
    if isinstance(told, ev.TicketReopened):
        here = with_ticket(here, told.number)
    if isinstance(told, ev.TicketClosed) and here.profile.ticket == told.number:
        here = _unasked(with_ticket(here, 0))
    return Turn(here.standing, (TOLD[type(told)](here, told),))


TOLD: Mapping[type[ev.FromDesk], Callable[[Here, Any], Reply]] = {
    ev.TicketAnswered: support.answered,
    ev.TicketReminded: support.reminded,
    ev.TicketClosed: support.closed,
    ev.TicketReopened: support.reopened,
    ev.TicketUnshown: support.unshown,
    ev.InvoiceCopied: support.invoice_copy,
}

# Work that was given up: nothing a sender has asked for ends without a word -------------------------------------------

_TO_THE_DESK = text(
    "given_up",
    "We are sorry: your message to the support desk could not be passed on within 30 days. Could you please write it"
    " once more with /support?",
)
GIVEN_UP: Mapping[str, Text] = {
    OpenTicket.__name__: _TO_THE_DESK,
    SendPicture.__name__: _TO_THE_DESK,
    EditTicket.__name__: _TO_THE_DESK,
    OpenRequest.__name__: text(
        "given_up",
        "We are sorry: your request about your data could not be recorded. Could you please make it once more with"
        " /mydata or /erase?",
    ),
    MailDocuments.__name__: text(
        "given_up",
        "The documents of your order could not be sent to your e-mail address within a week. We keep them for you;"
        " if you write /support, we send them to another address.",
    ),
    Refund.__name__: text(
        "given_up",
        "We are sorry: the payment institution has not made your refund within 30 days. It is still owed to you; one"
        " of us makes it by hand. You can ask about it at any time with /support.",
    ),
    BringDraft.__name__: text(
        "given_up", "We are sorry: the letter of your cancelled order could not be brought back as a draft."
    ),
}
"""By the name of the work. Of all else its sender knows nothing, or hears by another way."""


def given_up(here: Here, ended: ev.WorkGivenUp) -> Turn[Standing]:
    """Said beside whatever question is open."""
    said = GIVEN_UP.get(ended.kind)
    return Turn(here.standing, (Reply(said),) if said else ())
