"""What a reply from a template is decided on: the templates, and what an agent may see of a question's sender."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.core.state import Order
from flows.desk.support import ticket as tickets
from flows.desk.support.placeholders import Request
from flows.desk.support.template_store import TemplateStore

__all__ = ["Desk", "TemplateTicket"]


@dataclass(frozen=True, slots=True)
class TemplateTicket:
    """What fills a reply to this question. answers: how many were given, so that two agents (or two taps) do not answer
    twice. last: the label of the templates that the newest of them was made of. invoices: (order's id, number) of those
    that were issued."""

    number: int
    open: bool
    language: str
    first_name: str = ""
    orders: tuple[Order, ...] = ()
    requests: tuple[Request, ...] = ()
    answers: int = 0
    last: str = ""
    invoices: tuple[tuple[str, str], ...] = ()

    def invoice_of(self, order: Order | None) -> str:
        """The number of its invoice, "" while there is none."""
        return dict(self.invoices).get(order.id, "") if order else ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The facts of /t. ticket: the question it is about (None: none was named, or none is); about: the same as an
    answer to it is decided on (None: its sender is not with us any more)."""

    templates: TemplateStore = field(default_factory=TemplateStore)
    ticket: TemplateTicket | None = None
    about: tickets.Ticket | None = None
