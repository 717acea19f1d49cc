"""A question at the desk, its sender and orders, and what an agent writes: for the specifications of replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flows.core.effects import Effect, Outgoing
from flows.core.events import Moment
from flows.core.state import Order, State, Turn
from flows.core.step import Operator
from flows.desk.base.effects import Say
from flows.desk.base.request import Asked
from flows.desk.base.roles import Role
from flows.desk.support.placeholders import Request
from flows.desk.support.template_facts import Desk, TemplateTicket
from flows.desk.support.template_store import TemplateStore
from flows.desk.support.ticket import Ticket as About
from flows.price.price import default_tariff
from flows.words.text import Kurus, Lines, Text, Verbatim
from locales import say

NOON = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday, noon in Istanbul
OPERATOR = Operator(default_tariff(), {}, words=say)
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


def ticket(*orders: Order, language: str = "tr", **changes: Any) -> TemplateTicket:
    made = TemplateTicket(7, True, language, "Işıl", orders or (order(),), REQUESTS)
    return replace(made, **changes)


def desk(*orders: Order, templates: TemplateStore | None = None, **changes: Any) -> Desk:
    seen = ticket(*orders, **changes)
    about = About(seen.number, seen.open, "p" * 32, "", seen.language, seen.first_name, "", None, NOON, NOON)
    return Desk(templates or TemplateStore(), seen, about)


def asked(words: str, **changes: Any) -> Asked:
    """By an admin, in private; with an action it is a tapped button, and the words are its value."""
    values = {"language": "tr", "roles": frozenset({Role.ADMIN})} | changes
    values |= {"value": words, "tap": "tap"} if changes.get("action") else {"words": words}
    return Asked(
        "k", 13, "Ece", chat=13, message=5, private=True, moment=Moment(NOON, "f" * 32), operator=OPERATOR, **values
    )


def spoken(said: Turn[None] | Text | Lines | Verbatim, language: str = "tr") -> str:
    """What the staff member reads."""
    if isinstance(said, Turn):
        return "\n".join(spoken(one.text, language) for one in said.effects if isinstance(one, Say))
    if isinstance(said, Lines):
        return said.by.join(spoken(part, language) for part in said.parts)
    return said.words if isinstance(said, Verbatim) else say(said, language)


def keys(turn: Turn[None], language: str = "tr") -> dict[str, tuple[str, str]]:
    """Buttons by label: (action, value)."""
    rows = [row for one in turn.effects if isinstance(one, Say) for row in one.buttons]
    return {say(key.label, language): (key.action, key.value) for row in rows for key in row}


def done(turn: Turn[None]) -> tuple[Effect, ...]:
    """What is to be done besides speaking."""
    return tuple(one for one in turn.effects if not isinstance(one, Outgoing))
