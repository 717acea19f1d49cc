"""A question at the desk, its sender and orders, and what an agent writes: for the specifications of replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flows.desk.placeholders import Request
from flows.desk.shelf import Shelf
from flows.desk.template_desk import Answer, Asked, Desk, Ticket
from flows.price import default_tariff
from flows.standing import Order, State
from flows.step import House
from flows.text import Kurus, Lines, Text, Verbatim
from locales import say

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, noon in Istanbul
HOUSE = House(default_tariff(), {}, words=say)
REQUESTS = (Request("access", 11, date(2026, 12, 20)), Request("erasure", 12, date(2026, 12, 22)))


def order(state: State = State.POSTED, number: int = 123, **changes: Any) -> Order:
    """A paid registered letter on its way, or what it became."""
    made = Order(
        id=f"{number:032}",
        state=state,
        amount=Kurus(9600),
        letter="a" * 32,
        sha256="f00d",
        pages=1,
        sheets=1,
        product="taahhutlu",
        created_at=NOON - timedelta(days=2),
        number=f"MX{number:06}",
        paid=Kurus(9600),
        paid_at=NOON - timedelta(days=1),
        since=NOON,
        tracking="RR473124829TR",
    )
    return replace(made, **changes)


def ticket(*orders: Order, language: str = "tr", **changes: Any) -> Ticket:
    made = Ticket(7, True, language, "Işıl", orders or (order(),), REQUESTS)
    return replace(made, **changes)


def desk(*orders: Order, shelf: Shelf | None = None, **changes: Any) -> Desk:
    return Desk(shelf or Shelf(), ticket(*orders, **changes))


def asked(words: str, **changes: Any) -> Asked:
    return replace(Asked(words, NOON, HOUSE, admin=True), **changes)


def spoken(said: Answer | Text | Lines | Verbatim, language: str = "tr") -> str:
    """What the staff member reads."""
    if isinstance(said, Answer):
        return spoken(said.say, language)
    if isinstance(said, Lines):
        return said.by.join(spoken(part, language) for part in said.parts)
    return said.words if isinstance(said, Verbatim) else say(said, language)


def keys(answer: Answer, language: str = "tr") -> dict[str, tuple[str, str]]:
    """Buttons by label: (action, value)."""
    return {say(key.label, language): (key.action, key.value) for row in answer.buttons for key in row}
