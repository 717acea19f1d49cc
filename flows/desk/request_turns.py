"""What the commands about data subjects' requests decide, as values; bot/staff/shelves.py makes turns of them.

`MoveRequest` and `OpenOnBehalf` are written by storage/request_desk.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flows.desk.requests import DataRequest, Kind
from flows.events import Event
from flows.text import Lines, Text

__all__ = ["Asked", "Decision", "DeskTurn", "MoveRequest", "OpenOnBehalf", "Say", "Sign", "TellSender"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it was given: by which member of the staff, in which language, the words after it, when.

    lone: there is no other admin.
    """

    by: str
    language: str
    words: str
    at: datetime
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the desk is to do, kept with everything else the command decided."""


@dataclass(frozen=True, slots=True)
class Say(Decision):
    """To the one who asked. buttons: (label, command with its words)."""

    text: Text | Lines
    buttons: tuple[tuple[Text, str], ...] = ()


@dataclass(frozen=True, slots=True)
class TellSender(Decision):
    """An errand to a person's own door."""

    person: str
    event: Event


@dataclass(frozen=True, slots=True)
class Sign(Decision):
    """A line in the visitors' book."""

    action: str
    subject: str
    ticket: str


@dataclass(frozen=True, slots=True)
class MoveRequest(Decision):
    """What the table of requests decided; `reason` is the sealed words of a refusal."""

    before: DataRequest
    after: DataRequest
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenOnBehalf(Decision):
    """A request that came by letter. order: the number of one of the person's orders, "" for no sender of ours."""

    kind: Kind
    words: str
    order: str = ""
    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class DeskTurn:
    effects: tuple[Decision, ...] = ()
