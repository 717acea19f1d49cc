"""The desk's command /kvkk_yeni: a request on behalf of whoever wrote to us; none of it is shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flows.address import do_not_write
from flows.address.address import read_address
from flows.core.state import Turn
from flows.desk.base.effects import LogAccess
from flows.desk.base.request import Asked
from flows.desk.base.turns import does, replies, reply
from flows.desk.requests.effects import OpenRequestOnBehalf
from flows.desk.requests.table import Kind
from flows.order.number import number_first, written
from flows.words.text import text
from flows.words.turkish import fold

__all__ = ["new"]

TYPED: Mapping[str, Kind] = {
    "erisim": Kind.ACCESS, "access": Kind.ACCESS,
    "duzeltme": Kind.CORRECTION, "correction": Kind.CORRECTION,
    "silme": Kind.ERASURE, "erasure": Kind.ERASURE,
    "itiraz": Kind.OBJECTION, "objection": Kind.OBJECTION,
}  # fmt: skip


def new(asked: Asked, orders: Collection[str]) -> Turn[None]:
    """/kvkk_yeni kind …: on behalf of whoever wrote to us. What stands after the kind is sealed and never shown.
    orders: those of the order numbers in it that there are."""
    first, rest = asked.parted
    kind = TYPED.get(fold(first))
    if kind is None or not rest:
        return replies(asked, HOW)
    if kind is Kind.OBJECTION:
        name, semicolon, address = (part.strip() for part in rest.partition(";"))
        if not semicolon or not do_not_write.marks(read_address(address, name).address):
            return replies(asked, HOW_OBJECTION)
        return _opened(asked, OpenRequestOnBehalf(kind, rest, name=name, address=address))
    number, _ = number_first(rest)
    order = written(number) if number else ""
    if order and order not in orders:
        return replies(asked, text("request", "There is no such order."))
    return _opened(asked, OpenRequestOnBehalf(kind, rest, order=order))


def _opened(asked: Asked, request: OpenRequestOnBehalf) -> Turn[None]:
    said = text("request", "The file is open. Its number and its last day stand in the list: /dsr")
    return does(request, reply(asked, said), LogAccess("open_request", asked.actor))


HOW = text(
    "request",
    "Write the kind (access, correction, erasure, objection) and who asks; for a sender, one of their order numbers"
    " first. Example: /dsr_new erasure MX000123 letter of 5 March 2026. It is sealed and shown to nobody.",
)
HOW_OBJECTION = text(
    "request",
    "Write the name and the whole address of the addressee, with a semicolon between. Example: /dsr_new objection"
    " Nermin Öztürk; Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul",
)
