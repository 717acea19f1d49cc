"""What becomes of a data subject's request, whatever happens: one table, from its number to its answer (KVKK m.11, 13).

Rows are the states of a request, columns the events that can reach it; every cell names the act that answers. Nobody
approves what they have asked for themselves, nothing is erased without its dry run, and until the erasure begins the
person can take it back. Whatever is missing on its last day, it is carried out or answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flows.desk.requests.happenings import (
    AlarmDay,
    Begun,
    ChoiceMade,
    Confirmed,
    DryRunShown,
    DueDay,
    Executed,
    Happening,
    LastDay,
    Refused,
    Withdrawn,
)
from flows.desk.requests.request import UNFINISHED, Choice, DataRequest, Kind, Origin, State

__all__ = [
    "ALARM_AFTER",
    "ALONE_AFTER",
    "EVENTS",
    "TABLE",
    "UNDECIDED",
    "UNFINISHED",
    "WITHIN",
    "AlarmDay",
    "Begun",
    "Choice",
    "ChoiceMade",
    "Confirmed",
    "DataRequest",
    "DryRunShown",
    "DueDay",
    "Executed",
    "Happening",
    "Kind",
    "LastDay",
    "Origin",
    "Refused",
    "RequestVerdict",
    "State",
    "Withdrawn",
    "advance",
    "first_state",
]

WITHIN = timedelta(days=30)
"""KVKK m.13: a request is answered within thirty days, free of charge."""
ALARM_AFTER = timedelta(days=20)
ALONE_AFTER = timedelta(hours=24)
"""How long an admin who has no colleague thinks it over."""


def first_state(kind: Kind, origin: Origin) -> State:
    """A copy for the sender's own chat destroys nothing and shows nothing to anybody else: it waits for nobody. An idle
    account was warned, and goes by the rule that the notice promises."""
    at_once = (kind is Kind.ACCESS and origin is Origin.CHAT) or origin is Origin.IDLE
    return State.CONFIRMED if at_once else State.OPEN


# What happens to it ---------------------------------------------------------------------------------------------------


class RequestVerdict(StrEnum):
    """How the event was answered; flows.desk.requests.wording has its sentence."""

    NOTHING = "nothing"
    SHOWN = "shown"
    CHOSEN = "chosen"
    CONFIRMED = "confirmed"
    ALONE = "confirmed alone"
    DRY_RUN_FIRST = "dry run first"
    ANOTHER = "another admin"
    WRITTEN_DOWN = "written down by the same"
    TOO_EARLY = "a day first"
    OWN = "own request"
    BEGUN = "begun"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too late"
    CLOSED = "closed"
    REMIND = "remind"
    OVERDUE = "overdue"


Transition = tuple[DataRequest, RequestVerdict]
Action = Callable[[DataRequest, Any, datetime], Transition]


def nothing(request: DataRequest, event: Happening, at: datetime) -> Transition:
    return request, RequestVerdict.NOTHING


def propose(request: DataRequest, event: DryRunShown, at: datetime) -> Transition:
    return replace(request, state=State.PROPOSED, proposed_by=event.by, proposed_at=at), RequestVerdict.SHOWN


def show(request: DataRequest, event: DryRunShown, at: datetime) -> Transition:
    """Shown again; whoever saw it first stays the one who proposed, and their day goes on."""
    return request, RequestVerdict.SHOWN


def take_over(request: DataRequest, event: DryRunShown, at: datetime) -> Transition:
    """Shown again; but whoever wrote it down becomes the one who proposed: of two admins the other could not confirm
    what they have proposed themselves, nor this one what they wrote down, and the request would wait for ever."""
    if event.by != request.opened_by:
        return show(request, event, at)
    return replace(request, proposed_by=event.by), RequestVerdict.SHOWN


def unseen(request: DataRequest, event: Confirmed, at: datetime) -> Transition:
    return request, RequestVerdict.DRY_RUN_FIRST


def confirm(request: DataRequest, event: Confirmed, at: datetime) -> Transition:
    """Four eyes: neither who it is about, nor who wrote it down, nor who proposed it."""
    if event.own:
        return request, RequestVerdict.OWN
    confirmed = replace(request, state=State.CONFIRMED, confirmed_by=event.by, confirmed_at=at)
    if event.by not in (request.proposed_by, request.opened_by):
        return confirmed, RequestVerdict.CONFIRMED
    if not event.lone:
        return request, RequestVerdict.ANOTHER if event.by == request.proposed_by else RequestVerdict.WRITTEN_DOWN
    if request.proposed_at is None or at - request.proposed_at < ALONE_AFTER:
        return request, RequestVerdict.TOO_EARLY
    return replace(confirmed, alone=True), RequestVerdict.ALONE


def choose(request: DataRequest, event: ChoiceMade, at: datetime) -> Transition:
    """Until it is carried out; a letter that was stopped or sent meanwhile stays so."""
    if request.kind is not Kind.ERASURE:
        return request, RequestVerdict.NOTHING
    return replace(request, choice=event.choice), RequestVerdict.CHOSEN


def begin(request: DataRequest, event: Begun, at: datetime) -> Transition:
    return replace(request, state=State.EXECUTING), RequestVerdict.BEGUN


def finish(request: DataRequest, event: Executed, at: datetime) -> Transition:
    return replace(request, state=State.DONE, closed_at=at), RequestVerdict.DONE


def refuse(request: DataRequest, event: Refused, at: datetime) -> Transition:
    refused = replace(request, state=State.REFUSED, confirmed_by=event.by, article=event.article, closed_at=at)
    return refused, RequestVerdict.REFUSED


def withdraw(request: DataRequest, event: Withdrawn, at: datetime) -> Transition:
    return replace(request, state=State.WITHDRAWN, closed_at=at), RequestVerdict.WITHDRAWN


def too_late(request: DataRequest, event: Happening, at: datetime) -> Transition:
    return request, RequestVerdict.TOO_LATE


def closed(request: DataRequest, event: Happening, at: datetime) -> Transition:
    return request, RequestVerdict.CLOSED


def again(request: DataRequest, event: Withdrawn, at: datetime) -> Transition:
    """Tapped twice."""
    return request, RequestVerdict.WITHDRAWN


def remind(request: DataRequest, event: AlarmDay, at: datetime) -> Transition:
    return request, RequestVerdict.REMIND


def overdue(request: DataRequest, event: DueDay, at: datetime) -> Transition:
    return request, RequestVerdict.OVERDUE


def decide(request: DataRequest, event: LastDay, at: datetime) -> Transition:
    """Nobody waits longer than the law says. What somebody asked for in their own chat, of their own data, is done as
    they asked. All else needs a person to look, and nobody has: that is answered, too."""
    if request.kind is Kind.ERASURE and request.origin is Origin.CHAT:
        return replace(request, state=State.CONFIRMED, confirmed_at=at), RequestVerdict.CONFIRMED
    return replace(request, state=State.REFUSED, article=UNDECIDED, closed_at=at), RequestVerdict.REFUSED


def postpone(request: DataRequest, event: LastDay, at: datetime) -> Transition:
    """Refused with reasons; a new one takes its place (storage/rights/request_ends.py)."""
    return replace(request, state=State.REFUSED, article=event.needed, closed_at=at), RequestVerdict.REFUSED


UNDECIDED = "KVKK m.13/2"
"""The article under which a request that nobody has decided is answered."""

EVENTS = (DryRunShown, Confirmed, Begun, Executed, Refused, Withdrawn, AlarmDay, DueDay, ChoiceMade, LastDay)
# fmt: off
_ROWS: Mapping[State, tuple[Action, ...]] = {
    #                 dry run    another  order    all      by an     by the    20th     30th     stop or  30th, and
    #                 shown      admin    ended    erased   admin     person    day      day      send it  no answer
    State.OPEN:      (propose,   unseen,  nothing, nothing, refuse,   withdraw, remind,  overdue, choose, decide),
    State.PROPOSED:  (take_over, confirm, nothing, nothing, refuse,   withdraw, remind,  overdue, choose, decide),
    State.CONFIRMED: (show,      nothing, begin,   finish,  too_late, withdraw, remind,  overdue, choose, postpone),
    State.EXECUTING: (show,      nothing, nothing, finish,  too_late, too_late, remind,  overdue, choose, postpone),
    State.DONE:      (closed,    closed,  nothing, nothing, closed,   too_late, nothing, nothing, closed, nothing),
    State.REFUSED:   (closed,    closed,  nothing, nothing, closed,   closed,   nothing, nothing, closed, nothing),
    State.WITHDRAWN: (closed,    closed,  nothing, nothing, closed,   again,    nothing, nothing, closed, nothing),
}
# fmt: on

TABLE: Mapping[tuple[State, type[Happening]], Action] = {
    (state, event): act for state in State for event, act in zip(EVENTS, _ROWS[state], strict=True)
}


def advance(request: DataRequest, event: Happening, at: datetime) -> Transition:
    """The request after an event, and how the event was answered."""
    return TABLE[request.state, type(event)](request, event, at)
