"""What the staff reads of refunds: how each of them stands, why one is given, and why another is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.core.state import State
from flows.words.text import Count, Kurus, Text, money, text

__all__ = [
    "ANSWERS",
    "CONSEQUENCES",
    "ELSEWHERE",
    "ERASED_SENDER",
    "HANDED",
    "HELD_WHOLE",
    "MADE",
    "NOT_MADE",
    "NOT_YET",
    "REASONS",
    "STOPPING",
    "UNPAID",
    "WHOLE_ONLY",
    "WHY_NOT",
    "RefundRow",
    "line",
    "lost",
    "spelt",
]


@dataclass(frozen=True, slots=True)
class RefundRow:
    """One payment on its way back. tries, parked, said: of its work; taken: it is being tried at this moment; lost: no
    work is waiting for it. said: a key of ANSWERS."""

    payment: str
    order: str
    number: str
    amount: Kurus
    done: bool
    since: datetime
    tries: int = 0
    parked: bool = False
    taken: bool = False
    lost: bool = False
    said: str = ""
    next_at: datetime | None = None
    provider: str = ""
    currency: str = "TRY"
    nth: int = 1

    @property
    def stuck(self) -> bool:
        """Whether it waits for a person, and nothing tries it."""
        return not self.done and not self.taken and (self.parked or self.lost)


ANSWERS: Mapping[str, Text] = {
    "refused": text("refund", "The payment institution refused it for good."),
    "unsure": text(
        "refund",
        "The payment institution's answer was lost or could not be understood. It may have been made, so it is not sent"
        " again: look in the institution's own panel.",
    ),
    "away": text("refund", "The payment institution could not be reached, or asked for patience."),
    "elsewhere": text(
        "refund",
        "The payment was made at an institution whose credentials are not set here any more: add them to the"
        " file of MEKTUPX_PAYMENT_CREDENTIALS_FILE and try again, or refund it in that institution's own panel.",
    ),
    "ours": text("refund", "An error of our own; the log names it."),
}
"""What a partner last said of a piece of work (work.said)."""

REASONS: Mapping[str, tuple[tuple[str, ...], Text]] = {
    "mistake": (("hata", "mistake"), text("refund", "our mistake")),
    "lost": (("kayip", "lost"), text("refund", "lost in the post")),
    "delay": (("gecikme", "delay"), text("refund", "far too late")),
    "wish": (("istek", "wish"), text("refund", "the sender's wish")),
    "goodwill": (("jest", "goodwill"), text("refund", "goodwill")),
}
"""Why an admin refunds: a word of these and nothing of anybody's own, because it stays in the access log."""


def spelt(language: str, key: str) -> str:
    """A reason as a reader of that language types it."""
    return REASONS[key][0][language == "en"]


ERASED_SENDER = text(
    "refund",
    "The data of the sender of {order} are erased: the refund can only be made in the payment institution's own panel.",
)
ELSEWHERE = text(
    "refund",
    "{order} was paid at an institution whose credentials are not set here: {institution}. Add them to"
    " the file of MEKTUPX_PAYMENT_CREDENTIALS_FILE, or make the refund in that institution's own panel.",
)
WHOLE_ONLY = text(
    "refund",
    "This institution gives back whole payments only: {institution}. A part can only be refunded in its own panel.",
)
HELD_WHOLE = text("refund", "The payment of {order} is held: it can only be refunded as a whole.")

HANDED = text(
    "refund",
    "The print room has this letter, so it is sent. If it was damaged, report that: {command}. Whatever cannot be"
    " printed again is refunded by itself.",
)
UNPAID = text("refund", "Nothing was paid for this order.")
WHY_NOT: Mapping[State, Text] = {
    State.LINKING: UNPAID,
    State.AWAITING: UNPAID,
    State.EXPIRED: UNPAID,
    State.DISPATCHED: HANDED,
    State.ERASED: HANDED,
    State.OVERDUE: HANDED,
    State.PRINTED: HANDED,
    State.REPOSTING: text("refund", "Its sender wants it posted again, so it is not refunded now."),
}
"""Where the order table has no refund; elsewhere it was refunded already."""

STOPPING = text(
    "refund",
    "{order} is being stopped. If the print room does not have it yet, its price is refunded: {amount}. We write the"
    " outcome here.",
)
MADE = text("refund", "The refund of {order} that was asked for is on its way. Amount: {amount}. Its state: {state}.")
NOT_YET = text("refund", "The refund of {order} has been asked for and is not made yet.")
NOT_MADE = text("refund", "The refund of {order} that was asked for was not made. Its state: {state}.")

UNPRINTED = text("refund", "The order is cancelled and the letter is not printed.")
STOPPED = text(
    "refund", "The letter is stopped if the print room does not have it yet; if it has, nothing is refunded."
)
CONSEQUENCES: Mapping[State, Text] = {
    State.HELD: UNPRINTED,
    State.QUEUED: UNPRINTED,
    State.PRINTING: STOPPED,
    State.STUCK: STOPPED,
    State.RETURNED: text("refund", "The returned letter is to be destroyed unopened."),
}
"""What else a refund does, by the state of the order."""


def line(row: RefundRow) -> Text:
    return text(
        "refund",
        "{order} · {amount} · {state} · since {since}",
        order=row.number,
        amount=money(row.amount, row.currency),
        state=state_of(row),
        since=row.since,
    )


def state_of(row: RefundRow) -> Text:
    if row.done:
        return text("refund", "made")
    if row.lost:
        return text("refund", "open, and nothing is working on it")
    if row.parked:
        return text("refund", "failed. {answer}", answer=ANSWERS.get(row.said, ANSWERS["refused"]))
    if not row.tries:
        return text("refund", "being made")
    answer = ANSWERS.get(row.said, ANSWERS["away"])
    if row.next_at is None or row.taken:
        return text("refund", "being tried again, tries so far: {n}. {answer}", n=Count(row.tries), answer=answer)
    return text(
        "refund",
        "tried {n} times in vain, next try {at}. {answer}",
        n=Count(row.tries),
        at=row.next_at,
        answer=answer,
    )


def lost(row: RefundRow) -> Text:
    return text(
        "refund",
        "Nothing is working on the refund of {order}: please make it in the payment institution's own panel.",
        order=row.number,
    )
