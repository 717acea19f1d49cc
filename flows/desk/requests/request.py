"""A data subject's request as a value: its kind, where it came from, where it stands (KVKK m.11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["UNFINISHED", "Choice", "DataRequest", "Kind", "Origin", "State"]


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
