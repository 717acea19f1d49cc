"""When a paid letter goes to the print room and is posted: cut-off, working days, a day of one's own, or at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.core import events as ev
from flows.core.effects import QueueForPrint, Reply
from flows.core.events import Person
from flows.core.state import Order, Standing, State
from flows.core.step import Operator
from flows.order import order
from flows.order.printing_window import cancellable_until, posting_day, print_from
from flows.words.text import FullDate, Kurus, Lines, Text
from tests.dialogue import operator

ISTANBUL = timezone(timedelta(hours=3))
AT_ONCE = replace(operator(), cut_off=None)


def istanbul(day: int, hour: int, minute: int = 0, *, month: int = 11, second: int = 0) -> datetime:
    """A moment of 2026, by the clocks of Istanbul."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=ISTANBUL)


WINDOWS = {
    # paid, the day asked for, printed from, posted on
    "on a Monday morning": (istanbul(23, 9), None, istanbul(23, 14), date(2026, 11, 23)),
    "a second before the cut-off": (istanbul(23, 13, 59, second=59), None, istanbul(23, 14), date(2026, 11, 23)),
    "at the cut-off": (istanbul(23, 14), None, istanbul(24, 14), date(2026, 11, 24)),
    "after midnight in Istanbul, while UTC is still on Sunday": (
        istanbul(23, 1, 30), None, istanbul(23, 14), date(2026, 11, 23),
    ),
    "on a Friday afternoon": (istanbul(27, 15), None, istanbul(30, 14), date(2026, 11, 30)),
    "on a Saturday, as the model of voice has it": (istanbul(28, 11), None, istanbul(30, 14), date(2026, 11, 30)),
    "before a holiday, after the cut-off": (
        istanbul(28, 16, month=10), None, istanbul(30, 14, month=10), date(2026, 10, 30),
    ),
    "for a day of one's own": (istanbul(23, 9), date(2026, 12, 10), istanbul(10, 14, month=12), date(2026, 12, 10)),
    "for a Saturday of one's own": (
        istanbul(23, 9), date(2026, 12, 12), istanbul(14, 14, month=12), date(2026, 12, 14),
    ),
    "for a day of one's own that has come meanwhile, its cut-off over": (
        istanbul(24, 15), date(2026, 11, 24), istanbul(25, 14), date(2026, 11, 25),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("paid", "wanted", "printed", "posted"), WINDOWS.values(), ids=WINDOWS)
def test_a_letter_goes_to_the_print_room_at_the_cut_off_of_the_day_it_is_posted(
    paid: datetime, wanted: date | None, printed: datetime, posted: date
) -> None:
    assert print_from(operator(), wanted, paid) == printed
    assert posting_day(operator(), wanted, paid) == posted


def test_the_hour_is_the_operators() -> None:
    early = replace(operator(), cut_off=time(10, 30))
    assert print_from(early, None, istanbul(23, 10, 29)) == istanbul(23, 10, 30)
    assert print_from(early, None, istanbul(23, 10, 30)) == istanbul(24, 10, 30)
    assert posting_day(early, None, istanbul(23, 12)) == date(2026, 11, 24)


def test_without_a_cut_off_a_letter_is_printed_at_once_or_from_the_first_minute_of_its_day() -> None:
    assert print_from(AT_ONCE, None, istanbul(23, 9)) is None
    assert print_from(AT_ONCE, date(2026, 12, 10), istanbul(23, 9)) == istanbul(10, 0, month=12)
    assert posting_day(AT_ONCE, None, istanbul(23, 13)) == date(2026, 11, 23)
    assert posting_day(AT_ONCE, None, istanbul(23, 14)) == date(2026, 11, 24)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 11, 30), timezones=st.just(UTC)),
    st.none() | st.dates(date(2026, 1, 1), date(2028, 12, 1)),
)
def test_every_letter_has_a_while_in_which_it_can_be_cancelled_and_a_day_that_keeps_its_word(
    paid: datetime, wanted: date | None
) -> None:
    printed, posted = print_from(operator(), wanted, paid), posting_day(operator(), wanted, paid)
    assert printed is not None and printed > paid
    local = printed.astimezone(ISTANBUL)
    assert (local.date(), local.time()) == (posted, time(14, 0))
    assert wanted is None or posted >= wanted
    assert posted.weekday() < 5 and posted not in operator().tariff.holidays


# What is promised and kept --------------------------------------------------------------------------------------------

ID = "1" * 32
PRICE = Kurus(9600)


def paid_order(who: Operator, at: datetime, **more: object) -> tuple[Order, tuple[object, ...]]:
    """(the order, what was done) once it was paid."""
    made = Order(ID, State.AWAITING, PRICE, "2" * 32, "ab" * 32, 1, 1, "taahhutlu", at, number="MX000123")
    standing = Standing(Person("telegram", "1"), orders=(replace(made, **more),))  # type: ignore[arg-type]
    turn = order.advance(who, standing, ev.PaymentSettled(ID, "pay-1", PRICE), at)
    return turn.standing.orders[0], turn.effects


def promised(effects: tuple[object, ...]) -> list[FullDate]:
    """The instants with their weekday that the sender was told."""
    said = [one.text for one in effects if isinstance(one, Reply)]
    texts = [part for one in said if isinstance(one, Lines) for part in one.parts if isinstance(part, Text)]
    return [value for part in texts for value in part.values.values() if isinstance(value, FullDate)]


def test_the_hour_that_the_sender_is_told_is_the_one_the_outbox_waits_for() -> None:
    made, effects = paid_order(operator(), istanbul(28, 11))
    until = istanbul(30, 14)
    assert promised(effects) == [FullDate(until)]
    assert [one.not_before for one in effects if isinstance(one, QueueForPrint)] == [until]
    assert made.print_from == cancellable_until(made) == until


def test_a_day_of_ones_own_and_the_cut_off_are_one_promise() -> None:
    made, effects = paid_order(operator(), istanbul(23, 9), posting_date=date(2026, 12, 10))
    assert promised(effects) == [FullDate(istanbul(10, 14, month=12))]
    assert cancellable_until(made) == istanbul(10, 14, month=12)


def test_printing_at_once_promises_no_hour() -> None:
    made, effects = paid_order(AT_ONCE, istanbul(23, 9))
    assert any(isinstance(one, QueueForPrint) and one.not_before is None for one in effects)
    assert promised(effects) == []
    assert cancellable_until(made) is None
    assert cancellable_until(replace(made, print_from=made.paid_at)) is None  # as the outbox then has it
