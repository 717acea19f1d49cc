"""What an erasure waits for, as an admin reads it: what it is, what ends it sooner, and its latest day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from flows.core.state import State
from flows.desk.base.wording import STATES
from flows.words.text import Text, text

__all__ = ["REMEDIES", "WORK", "blocker"]

_BY_ITSELF = text("request", "the request itself ends it")
_PRINTS = text("request", "it is printed on its day; to stop it instead, use the button below")
_SCAN = text("request", "ask the print room and report what it says: printed, posted or spoiled (/tray)")

REMEDIES: Mapping[State, Text] = {
    State.LINKING: _BY_ITSELF,
    State.AWAITING: _BY_ITSELF,
    State.HELD: _BY_ITSELF,
    State.QUEUED: _PRINTS,
    State.PRINTING: _PRINTS,
    State.STUCK: text("request", "look at the printer and say whether it was printed (/queue)"),
    State.DISPATCHED: _SCAN,
    State.ERASED: _SCAN,
    State.OVERDUE: _SCAN,
    State.PRINTED: _SCAN,
    State.RETURNED: _BY_ITSELF,
    State.REPOSTING: _SCAN,
    State.DESTROYING: text("request", "ask the print room and report it as destroyed (/tray)"),
}
"""What a person can do about an open order."""

_MAIL = text("request", "an e-mail is on its way: does the mail server answer?")
_DESK = text("request", "a decision of the staff is on its way to its order: is the staff bot running?")
_UNKNOWN = text("request", "is the worker running?")
WORK: Mapping[str, Text] = {
    "Refund": text("request", "a refund is not made yet (/refunds)"),
    "CloseLink": text("request", "a payment page is not closed yet: does the payment institution answer?"),
    "RemoveFromTray": text("request", "a file is still in the print tray: remove it there"),
    "Message": text("request", "a message to the person is on its way: is Telegram reachable?"),
    "MailNews": _MAIL,
    "MailOpened": _MAIL,
    "MailRefusal": _MAIL,
    "FoundPrinted": _DESK,
    "FoundUnprinted": _DESK,
    "RefundGranted": _DESK,
    "PartRefundGranted": _DESK,
}
"""What a person can do about work that was promised, by its kind."""


def blocker(what: str, state: State | None, until: date | None) -> Text:
    """what: the number of an order, or a kind of work (then without a state)."""
    if state is None:
        said = text("request", "· work: {kind}: {remedy}", kind=what, remedy=WORK.get(what, _UNKNOWN))
    else:
        said = text(
            "request", "· order {order}: {state}: {remedy}", order=what, state=STATES[state], remedy=REMEDIES[state]
        )
    return said if until is None else text("request", "{what} · at the latest: {day}", what=said, day=until)
