"""What /t and its buttons name: the question, the templates, the order, and the new day of delivery."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flows.core.state import Order
from flows.desk.base.request import Asked
from flows.desk.support.template_facts import TemplateTicket
from flows.order.number import digits, numbers_apart, order_number
from flows.words.dates import read_date, today_in_istanbul

__all__ = ["Wish", "named_ticket", "picked", "wish"]

TICKET: Final = re.compile(r"(?a)#(\d{1,12})")
BARE: Final = re.compile(r"(?a)\d{1,12}")
VALUE: Final = re.compile(r"^(\d{1,12})\.([a-z0-9+]*)\.(\d{0,12})(?:\.d(\d{8}))?(?:\.([0-9a-f]{8}))?$")
"""Of a button: question, codes, order, the new day of delivery, and the mark of the words it was shown under."""


@dataclass(frozen=True, slots=True)
class Wish:
    """ticket: the one that is named, None where the topic it is asked in must say it."""

    ticket: int | None = None
    codes: tuple[str, ...] = ()
    order: int = 0
    day: date | None = None
    edited: str | None = None
    mark: str = ""


def named_ticket(asked: Asked) -> int | None:
    """The question named in the words or by the button; None where the topic it is asked in must say it."""
    return wish(asked).ticket


def wish(asked: Asked) -> Wish:
    return _of_button(asked.value) if asked.action else _of_words(asked.words, today_in_istanbul(asked.at))


def _of_button(value: str) -> Wish:
    """What a client sends need not be what a button carried."""
    found = VALUE.fullmatch(value)
    if found is None:
        return Wish()
    day = read_date(found[4]) if found[4] else None
    return Wish(
        int(found[1]),
        tuple(found[2].split("+")) if found[2] else (),
        order_number(found[3], bare=True),
        day if isinstance(day, date) else None,
        mark=found[5] or "",
    )


def _of_words(typed: str, today: date) -> Wish:
    """A question is named by its number, which may bear its sign "#" anywhere; without the sign it comes first."""
    head, colon, edited = typed.partition(":")
    orders, head = numbers_apart(head)
    words = head.replace(",", " ").replace("+", " ").split()
    tickets = [int(found[1]) for word in words if (found := TICKET.fullmatch(word))]
    day, rest = _day_among([word for word in words if not TICKET.fullmatch(word)], today)
    if not tickets and rest and BARE.fullmatch(rest[0]):
        tickets, rest = [int(rest[0])], rest[1:]
    ticket = tickets[0] if tickets else None
    return Wish(ticket, rest, orders[-1] if orders else 0, day, edited.strip() if colon else None)


def _day_among(words: Sequence[str], today: date) -> tuple[date | None, tuple[str, ...]]:
    """(the day that is named among these words, the other words); without its year the next such day is meant."""
    for length in (3, 2, 1):
        for start in range(len(words) - length + 1):
            day = _day(" ".join(words[start : start + length]), today)
            if day is not None:
                return day, (*words[:start], *words[start + length :])
    return None, tuple(words)


def _day(typed: str, today: date) -> date | None:
    whole = read_date(typed)
    if isinstance(whole, date):
        return whole
    coming = (read_date(f"{typed} {year}") for year in (today.year, today.year + 1))
    return next((day for day in coming if isinstance(day, date) and day >= today), None)


def picked(ticket: TemplateTicket, codes: Sequence[str], order: Order | None, day: date | None = None) -> str:
    """A button's value, as VALUE reads it."""
    dated = f".d{day:%d%m%Y}" if day else ""
    return f"{ticket.number}.{'+'.join(codes)}.{digits(order.number) if order else ''}{dated}"
