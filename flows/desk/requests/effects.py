"""What the desk asks to be done about a data subject's request, in the imperative."""

from __future__ import annotations

from dataclasses import dataclass

from flows.core.effects import Effect
from flows.desk.requests.table import DataRequest, Kind

__all__ = [
    "MoveRequest",
    "OpenRequestOnBehalf",
]


@dataclass(frozen=True, slots=True)
class MoveRequest(Effect):
    """What the table of requests decided; `reason` is the sealed words of a refusal."""

    before: DataRequest
    after: DataRequest
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OpenRequestOnBehalf(Effect):
    """One that came by letter. order: the number of one of the person's orders, "" for no sender of ours."""

    kind: Kind
    words: str
    order: str = ""
    name: str = ""
    address: str = ""
