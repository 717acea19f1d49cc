"""Counts the living orders that use a discount code: a use is an order, so it comes back when that is called off."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from flows.core.state import Standing
from flows.order.quoting import UNUSED
from storage.database.dialects import alone
from storage.database.tables import orders

__all__ = ["CodeSpent", "hold", "needs_uses", "used_by_others"]


class CodeSpent(Exception):
    """Another order has taken the last use of a discount code since the turn was decided: it is decided again."""


_LIVING = (orders.c.discount_code != "") & orders.c.state.not_in([str(state) for state in UNUSED])
_BY_OTHERS = (
    select(orders.c.discount_code, func.count())
    .where(_LIVING, orders.c.person_id != bindparam("person"))
    .group_by(orders.c.discount_code)
    .order_by(orders.c.discount_code)
)
_IN_ALL = select(func.count()).select_from(orders).where(_LIVING, orders.c.discount_code == bindparam("code"))


def needs_uses(standing: Standing) -> bool:
    """Whether what happens next may depend on them: a code is asked for, or has been typed."""
    return standing.step == "discount" or bool(standing.draft.discount_code)


def used_by_others(conn: Connection, person: str) -> tuple[tuple[str, int], ...]:
    """(code, how often others use it). Until the transaction ends nobody else takes a use."""
    alone(conn, "discounts")
    return tuple((row[0], row[1]) for row in conn.execute(_BY_OTHERS, {"person": person}))


def hold(conn: Connection, code: str, most: int) -> None:
    """Stands behind the new order, whose row is there. Errors: CodeSpent, where two of one batch want the last use."""
    alone(conn, "discounts")
    if (conn.scalar(_IN_ALL, {"code": code}) or 0) > most:
        raise CodeSpent("the last use of a discount code went to another order")
