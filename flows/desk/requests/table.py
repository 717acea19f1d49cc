"""What becomes of a data subject's request, whatever happens: one table, from its number to its answer (KVKK m.11, 13).

Rows are the states of a request, columns the events that can reach it; every cell names the act that answers. Nobody
approves what they have asked for themselves, nothing is erased without its dry run, and until the erasure begins the
person can take it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

__all__ = [
    "ALARM_AFTER",
    "ALONE_AFTER",
    "EVENTS",
    "TABLE",
    "UNFINISHED",
    "WITHIN",
    "Choice",
    "DataRequest",
    "Kind",
    "Origin",
    "RequestVerdict",
    "State",
    "advance",
    "first_state",
]

WITHIN = timedelta(days=30)
"""KVKK m.13: a request is answered within thirty days, free of charge."""
ALARM_AFTER = timedelta(days=20)
ALONE_AFTER = timedelta(hours=24)
"""How long an admin who has no colleague thinks it over."""


class Kind(StrEnum):
    ACCESS = "access"  # KVKK m.11/1-b
    CORRECTION = "correction"  # m.11/1-d
    ERASURE = "erasure"  # m.11/1-e
    OBJECTION = "objection"  # of an addressee: nobody writes to this name at this address


class Origin(StrEnum):
    CHAT = "chat"  # the sender's own, in their own chat
    LETTER = "letter"  # on behalf of whoever wrote to us: sealed in the request with its own key
    IDLE = "idle"  # an account that nobody has used for two years


class State(StrEnum):
    OPEN = "open"
    PROPOSED = "proposed"  # an admin has seen the dry run: another one confirms
    CONFIRMED = "confirmed"  # waits for what has to end first
    EXECUTING = "executing"  # an order was ended for it: no way back
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


UNFINISHED = (State.OPEN, State.PROPOSED, State.CONFIRMED, State.EXECUTING)


class Choice(StrEnum):
    """What the person wants of a letter that is paid and not printed yet."""

    STOP = "stop"  # stop it and refund
    SEND = "send"  # send it, then erase


@dataclass(frozen=True, slots=True)
class DataRequest:
    """One request. person: row id, "" for somebody who is no sender. opened_by, …: staff ids, "" for the person."""

    number: int
    kind: Kind
    state: State
    opened_at: datetime
    due: date
    person: str = ""
    origin: Origin = Origin.CHAT
    opened_by: str = ""
    choice: Choice = Choice.SEND
    proposed_by: str = ""
    proposed_at: datetime | None = None
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    alone: bool = False  # confirmed by the only admin there is, a day later
    article: str = ""  # of a refusal
    closed_at: datetime | None = None


def first_state(kind: Kind, origin: Origin) -> State:
    """A copy for the sender's own chat destroys nothing and shows nothing to anybody else: it waits for nobody. An idle
    account was warned, and goes by the rule that the notice promises."""
    at_once = (kind is Kind.ACCESS and origin is Origin.CHAT) or origin is Origin.IDLE
    return State.CONFIRMED if at_once else State.OPEN


# What happens to it ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a request."""


@dataclass(frozen=True, slots=True)
class DryRunShown(Happening):
    by: str


@dataclass(frozen=True, slots=True)
class Confirmed(Happening):
    """lone: there is no other admin. own: the request is about the one who confirms."""

    by: str
    lone: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceMade(Happening):
    """What is to become of a paid letter that the print room does not have yet, as an admin was told."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class Begun(Happening):
    """An open order was ended for it."""


@dataclass(frozen=True, slots=True)
class Executed(Happening):
    pass


@dataclass(frozen=True, slots=True)
class Refused(Happening):
    by: str
    article: str


@dataclass(frozen=True, slots=True)
class Withdrawn(Happening):
    """By the person."""


@dataclass(frozen=True, slots=True)
class AlarmDay(Happening):
    """The twentieth day."""


@dataclass(frozen=True, slots=True)
class DueDay(Happening):
    """The thirtieth day."""


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


EVENTS = (DryRunShown, Confirmed, Begun, Executed, Refused, Withdrawn, AlarmDay, DueDay, ChoiceMade)
# fmt: off
_ROWS: Mapping[State, tuple[Action, ...]] = {
    #                 dry run    another           order    all     by an    by the    20th     30th     stop or
    #                 shown      admin             ended    erased  admin    person    day      day      send it
    State.OPEN:      (propose,   unseen,           nothing, nothing, refuse,   withdraw, remind,  overdue, choose),
    State.PROPOSED:  (take_over, confirm,         nothing, nothing, refuse,   withdraw, remind,  overdue, choose),
    State.CONFIRMED: (show,      nothing,          begin,   finish,  too_late, withdraw, remind,  overdue, choose),
    State.EXECUTING: (show,      nothing,          nothing, finish,  too_late, too_late, remind,  overdue, choose),
    State.DONE:      (closed,    closed,           nothing, nothing, closed,   too_late, nothing, nothing, closed),
    State.REFUSED:   (closed,    closed,           nothing, nothing, closed,   closed,   nothing, nothing, closed),
    State.WITHDRAWN: (closed,    closed,           nothing, nothing, closed,   again,    nothing, nothing, closed),
}
# fmt: on

TABLE: Mapping[tuple[State, type[Happening]], Action] = {
    (state, event): act for state in State for event, act in zip(EVENTS, _ROWS[state], strict=True)
}


def advance(request: DataRequest, event: Happening, at: datetime) -> Transition:
    """The request after an event, and how the event was answered."""
    return TABLE[request.state, type(event)](request, event, at)
