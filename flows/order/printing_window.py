"""When a paid letter goes to the print room and when it is posted: at the cut-off of a working day, or at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from flows.core.state import Order
from flows.core.step import Operator
from flows.price.price import working_days_after
from flows.words.dates import at_istanbul, clock_in_istanbul, today_in_istanbul

__all__ = ["CUT_OFF", "cancellable_until", "posting_day", "print_from"]

CUT_OFF: Final = time(14, 0)
"""What the print room has by this hour (Istanbul) on a working day is posted the same day."""


def posting_day(operator: Operator, wanted: date | None, paid_at: datetime) -> date:
    """The day the letter is expected to be posted: the cut-off and working days decide, or the day asked for."""
    late = clock_in_istanbul(paid_at) >= (operator.cut_off or CUT_OFF)
    first = today_in_istanbul(paid_at) + timedelta(days=late)
    return working_days_after(max(first, wanted or first), 0, operator.tariff.holidays)


def print_from(operator: Operator, wanted: date | None, paid_at: datetime) -> datetime | None:
    """From when a letter paid at that moment may be printed, None: at once.

    The cut-off of the day on which it is posted. Where the operator prints without one, the day asked for begins it.
    """
    if operator.cut_off is not None:
        return at_istanbul(posting_day(operator, wanted, paid_at), operator.cut_off)
    return None if wanted is None else at_istanbul(wanted, time(0))


def cancellable_until(order: Order) -> datetime | None:
    """What its sender was promised on paying; None where printing began at once."""
    if order.print_from is None or order.paid_at is None or order.print_from <= order.paid_at:
        return None
    return order.print_from
