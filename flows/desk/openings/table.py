"""Opening a letter for the policy's two reasons: what can happen to a request, each decision in one table.

Asked by one admin, approved by another within a day, opened once within a quarter of an hour; never by one alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from flows.desk.base.roles import Member

__all__ = [
    "DIES_AFTER",
    "LIVES",
    "TABLE",
    "Intent",
    "Left",
    "Opening",
    "OpeningOrder",
    "Stage",
    "Verdict",
    "Why",
    "verdict",
]

DIES_AFTER: Final = timedelta(hours=24)
"""So long a request waits for another admin."""
LIVES: Final = timedelta(minutes=15)
"""So long the link lives after the approval."""


class Why(StrEnum):
    """The policy names these two, and no more ("Yasal bir zorunluluk veya teknik bir hata giderme durumu")."""

    LEGAL = "legal_order"  # Constitution m.22: a judge's decision, or an authority's order confirmed in time
    TECHNICAL = "technical_fault"


class Stage(StrEnum):
    """Where a request stands. EXPIRED and LAPSED are told by the clock and never written."""

    ASKED = "asked"
    EXPIRED = "expired"  # nobody has decided in time
    APPROVED = "approved"
    LAPSED = "lapsed"  # nobody has opened in time
    REFUSED = "refused"
    OPENED = "opened"


class Intent(StrEnum):
    """What somebody wants to do about it."""

    APPROVE = "approve"
    REFUSE = "refuse"
    OPEN = "open"
    TELL = "tell"


class Verdict(StrEnum):
    """What comes of it; the first four change something."""

    APPROVED = "approved"
    REFUSED = "refused"
    OPENED = "opened"
    TOLD = "told"
    OWN = "own"  # nobody approves what they asked for themselves
    ASKER_GONE = "asker_gone"  # whoever asked is no admin any more
    DECIDER_GONE = "decider_gone"  # whoever approved it is none any more
    AWAY = "away"  # one of the two has left the staff group
    UNKNOWN = "unknown"  # Telegram could not be asked whether they have
    NOTHING_LEFT = "nothing_left"  # printed and erased
    DECIDED = "decided"
    LATE = "late"
    USED = "used"
    CLOSED = "closed"
    NO_NEED = "no_need"  # the sender knows, or nothing was opened


class Left(StrEnum):
    """What is still held of a letter."""

    PAGES = "pages"  # the drawn PDF, sealed
    WORDS = "words"  # the draft only
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class OpeningOrder:
    """What is asked about: the order's row, its number, and what is left of its letter. pending: a request is open."""

    id: str
    number: str
    left: Left
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A request. order: the number, "" once its sender was erased; order_id, letter, person: rows; asked_by: whoever
    asked, None once they left the staff. until: when the link dies. told_at: when the sender was told."""

    id: str
    order: str
    order_id: str
    letter: str
    person: str
    why: Why
    silent: bool
    reference: str
    stage: Stage
    asked_by: Member | None
    asked_row: str
    asked_at: datetime
    decided_by: Member | None = None
    until: datetime | None = None
    opened_at: datetime | None = None
    told_at: datetime | None = None
    left: Left = Left.NOTHING

    @property
    def code(self) -> str:
        """What people and the access log call it."""
        return self.id[:8]

    def at(self, now: datetime) -> Stage:
        """Where it stands by the clock."""
        if self.stage is Stage.ASKED and now >= self.asked_at + DIES_AFTER:
            return Stage.EXPIRED
        if self.stage is Stage.APPROVED and (self.until is None or now >= self.until):
            return Stage.LAPSED
        return self.stage


TABLE: Final[Mapping[Stage, Mapping[Intent, Verdict]]] = {
    Stage.ASKED: {Intent.APPROVE: Verdict.APPROVED, Intent.REFUSE: Verdict.REFUSED, Intent.OPEN: Verdict.CLOSED},
    Stage.EXPIRED: {Intent.APPROVE: Verdict.LATE, Intent.REFUSE: Verdict.LATE, Intent.OPEN: Verdict.CLOSED},
    # an approval can be taken back for as long as nobody has opened
    Stage.APPROVED: {Intent.APPROVE: Verdict.DECIDED, Intent.REFUSE: Verdict.REFUSED, Intent.OPEN: Verdict.OPENED},
    Stage.LAPSED: {Intent.APPROVE: Verdict.DECIDED, Intent.REFUSE: Verdict.DECIDED, Intent.OPEN: Verdict.LATE},
    Stage.REFUSED: {Intent.APPROVE: Verdict.DECIDED, Intent.REFUSE: Verdict.DECIDED, Intent.OPEN: Verdict.CLOSED},
    Stage.OPENED: {
        Intent.APPROVE: Verdict.DECIDED, Intent.REFUSE: Verdict.DECIDED, Intent.OPEN: Verdict.USED,
        Intent.TELL: Verdict.TOLD,
    },
}  # fmt: skip
"""Stage -> act -> verdict; an act that has no row there is not needed."""


def verdict(opening: Opening, act: Intent, by: str, admins: Collection[str], now: datetime) -> Verdict:
    """by: the handle of whoever acts. admins: the handles of all admins at this moment."""
    found = TABLE[opening.at(now)].get(act, Verdict.NO_NEED)
    asker = opening.asked_by.handle if opening.asked_by else ""
    if found is Verdict.APPROVED and by == asker:
        return Verdict.OWN
    if found in (Verdict.APPROVED, Verdict.OPENED):
        if asker not in admins:
            return Verdict.ASKER_GONE
        if found is Verdict.OPENED and (opening.decided_by is None or opening.decided_by.handle not in admins):
            return Verdict.DECIDER_GONE
        if opening.left is Left.NOTHING:
            return Verdict.NOTHING_LEFT
    if found is Verdict.TOLD and (opening.told_at is not None or not opening.person):
        return Verdict.NO_NEED
    return found
