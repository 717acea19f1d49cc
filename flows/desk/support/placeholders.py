"""What a template can name: one row for each placeholder, what fills it, and what an agent does when nothing does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from flows.core.state import Order, State
from flows.core.step import Operator
from flows.input.age import today_in_istanbul
from flows.order.notifications import REASONS, STATES
from flows.order.printing_window import posting_day
from flows.price.price import Product, delivery_window, working_days_after
from flows.words.text import DateRange, Foreign, Kurus, Text, Value, money, text

__all__ = ["NAME", "PLACEHOLDERS", "Placeholder", "Request", "TemplateFacts", "facts_of", "names_in", "spoken"]

NAME: Final = re.compile(r"\{([a-z_]+)\}")
"""A placeholder, as in the catalogs: a name in braces and nothing else."""

INSIDE: Final = frozenset(
    {State.QUEUED, State.PRINTING, State.STUCK, State.DISPATCHED, State.ERASED, State.OVERDUE, State.PRINTED}
)
"""Paid and not posted yet."""


def names_in(words: str) -> frozenset[str]:
    """The placeholders of a template."""
    return frozenset(NAME.findall(words))


@dataclass(frozen=True, slots=True)
class Request:
    """A data subject's open request: access, erasure …, its number, and the last day to answer it."""

    kind: str
    number: int
    due: date


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """All that a reply may say of a sender and of one order: never a letter, an addressee, an address or a phone.

    first_name, language: the sender's. eta: earliest and latest day still expected. posting: the expected day. today:
    in Istanbul. new_day: of delivery, as an agent gives it. amount: what was really paid. price: what the order costs.
    invoice: its number. deadline: until when the payment link is open.
    """

    language: str
    today: date
    first_name: str = ""
    order: str = ""
    state: State | None = None
    tracking: str = ""
    reason: str = ""
    eta: tuple[date, date] | None = None
    new_day: date | None = None
    posting: date | None = None
    amount: Kurus | Foreign | None = None
    price: Kurus | None = None
    invoice: str = ""
    refunded: bool = False
    deadline: datetime | None = None
    requests: tuple[Request, ...] = field(default=())

    def about(self, kind: str) -> TemplateFacts:
        """Only the requests of a kind, "" = all: an answer to an erasure never bears an access request's number."""
        return replace(self, requests=tuple(one for one in self.requests if kind in ("", one.kind)))

    def expecting(self, day: date | None) -> TemplateFacts:
        """With this day of delivery in the place of the estimate, None: with none."""
        return replace(self, eta=None if day is None else (day, day))

    @property
    def request(self) -> Request | None:
        """The newest one."""
        return max(self.requests, key=lambda one: one.number, default=None)


def facts_of(
    language: str,
    first_name: str,
    order: Order | None,
    requests: tuple[Request, ...],
    *,
    operator: Operator,
    at: datetime,
    new_day: date | None = None,
    invoice: str = "",
) -> TemplateFacts:
    """The facts at a moment; an estimate that has passed is none. invoice: the number of the order's."""
    today = today_in_istanbul(at)
    facts = TemplateFacts(language, today, first_name, new_day=new_day, requests=requests)
    if order is None:
        return facts
    posting = _posting(order, operator, today)
    posted = today_in_istanbul(order.since) if order.state is State.POSTED and order.since else posting
    eta = None if posted is None else delivery_window(operator.tariff, Product(order.product), posted)
    return replace(
        facts,
        order=order.number,
        state=order.state,
        tracking=order.tracking,
        reason=order.reason,
        eta=eta if eta and eta[1] >= today else None,
        posting=posting,
        amount=money(order.paid, order.currency) if order.paid.amount else None,
        price=order.amount,
        invoice=invoice,
        refunded=bool(order.refunds),
        deadline=order.url_until if order.url_until and at < order.url_until else None,
    )


def _posting(order: Order, operator: Operator, today: date) -> date | None:
    """The day it is expected to go: the promised one, or the next working day once that has passed."""
    if order.state is State.REPOSTING:
        return working_days_after(today, 1, operator.tariff.holidays)
    if order.state not in INSIDE or order.paid_at is None:
        return None
    promised = posting_day(operator, order.posting_date, order.paid_at)
    if promised >= today:
        return promised
    return working_days_after(today + timedelta(days=1), 0, operator.tariff.holidays)


# The table ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What it is called, what fills it (None: nothing does), and what the agent can do then."""

    what: Text
    value: Callable[[TemplateFacts], Value | Text | None]
    remedy: Text


def _eta(facts: TemplateFacts) -> DateRange | None:
    return None if facts.eta is None else DateRange(*facts.eta)


def _status(facts: TemplateFacts) -> Text | None:
    return None if facts.state is None else STATES[facts.state]


def _refund_time(facts: TemplateFacts) -> Text | None:
    """How long banks take is theirs to say; we say what the news of a refund says."""
    return text("template", "1 to 10 working days, depending on the bank") if facts.refunded else None


CHOOSE: Final = text("template", "Name the order after the code, for example: /use status MX000123")
NO_REQUEST: Final = text("template", "This sender has no open request of that kind; /dsr lists the requests.")

PLACEHOLDERS: Final[Mapping[str, Placeholder]] = {
    "first_name": Placeholder(
        text("template", "the sender's first name"),
        lambda facts: facts.first_name,
        text("template", "The sender has not given a name yet: tap “Edit” and greet without one."),
    ),
    "order": Placeholder(text("template", "the order number"), lambda facts: facts.order, CHOOSE),
    "tracking": Placeholder(
        text("template", "the tracking number"),
        lambda facts: facts.tracking,
        text("template", "Only a posted registered letter has one; for a normal letter there is: /use posted"),
    ),
    "eta": Placeholder(
        text("template", "the expected delivery"),
        _eta,
        text("template", "No day is expected any more, or not yet: ask the post, tap “Edit” and write it yourself."),
    ),
    "posting_date": Placeholder(
        text("template", "the expected posting day"),
        lambda facts: facts.posting,
        text("template", "Only a paid letter that is not posted yet has one; its state is shown by: /use status"),
    ),
    "amount": Placeholder(
        text("template", "the amount paid"),
        lambda facts: facts.amount,
        text("template", "Nothing was paid for this order. Is it the right one? The others: /use"),
    ),
    "price": Placeholder(text("template", "the price of the order"), lambda facts: facts.price, CHOOSE),
    "invoice": Placeholder(
        text("template", "the number of the invoice"),
        lambda facts: facts.invoice,
        text("template", "The invoice is issued when the letter goes to the print room; until then there is none."),
    ),
    "refund_time": Placeholder(
        text("template", "the refund time"),
        _refund_time,
        text("template", "No refund is on its way for this order. The refunds are listed by: /refunds"),
    ),
    "status": Placeholder(text("template", "the state of the order"), _status, CHOOSE),
    "reason": Placeholder(
        text("template", "the reason given by the post"),
        lambda facts: REASONS.get(facts.reason),
        text("template", "Only a letter that came back has one: tap “Edit” and write it yourself."),
    ),
    "deadline": Placeholder(
        text("template", "the end of the payment link"),
        lambda facts: facts.deadline,
        text("template", "No payment link is open for this order; its state is shown by: /use status"),
    ),
    "request": Placeholder(
        text("template", "the request number"),
        lambda facts: str(facts.request.number) if facts.request else None,
        NO_REQUEST,
    ),
    "due_date": Placeholder(
        text("template", "the last day to answer the request"),
        lambda facts: facts.request.due if facts.request else None,
        NO_REQUEST,
    ),
}

_BARE: Final = text("template", "{value}")
_BRACES: Final = str.maketrans("{}", "()")


def spoken(facts: TemplateFacts, words: Callable[[Text, str], str]) -> dict[str, str]:
    """Every placeholder that has a value, as the sender reads it: dates and money in the sender's language.

    A brace in a value (a name can be typed with one) is written as a bracket, so that it never looks like a hole.
    """
    filled = {name: row.value(facts) for name, row in PLACEHOLDERS.items()}
    shown = {
        name: words(replace(_BARE, values={"value": value}), facts.language)
        for name, value in filled.items()
        if value is not None
    }
    return {name: value.translate(_BRACES).strip() for name, value in shown.items() if value.strip()}
