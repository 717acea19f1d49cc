"""A period in months or years ends by the calendar of Istanbul; what is right is written by hand (TBK m.92)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.retention.period import Months, Period, last_day, past, years

MOMENT = timedelta(microseconds=1)
ENDS: dict[str, tuple[datetime, Period, date]] = {
    "three years": (
        datetime(2026, 1, 15, 12, tzinfo=UTC),
        years(3),
        date(2029, 1, 15),
    ),
    "three years over a leap day": (datetime(2027, 3, 1, 12, tzinfo=UTC), years(3), date(2030, 3, 1)),
    "from 29 February to a common year": (datetime(2028, 2, 29, 12, tzinfo=UTC), years(3), date(2031, 2, 28)),
    "from 29 February to a leap year": (datetime(2028, 2, 29, 12, tzinfo=UTC), years(4), date(2032, 2, 29)),
    "from 28 February to a leap year": (datetime(2027, 2, 28, 12, tzinfo=UTC), years(1), date(2028, 2, 28)),
    "two years of the calendar": (datetime(2026, 12, 31, 12, tzinfo=UTC), Months(24), date(2028, 12, 31)),
    "a month from 31 January": (datetime(2026, 1, 31, 12, tzinfo=UTC), Months(1), date(2026, 2, 28)),
    "a month from 31 January of a leap year": (datetime(2028, 1, 31, 12, tzinfo=UTC), Months(1), date(2028, 2, 29)),
    "a month from 31 March": (datetime(2026, 3, 31, 12, tzinfo=UTC), Months(1), date(2026, 4, 30)),
    "a month from 30 April": (datetime(2026, 4, 30, 12, tzinfo=UTC), Months(1), date(2026, 5, 30)),
    "over the end of a year": (datetime(2026, 11, 30, 12, tzinfo=UTC), Months(3), date(2027, 2, 28)),
    "an evening that is the next day in Istanbul": (datetime(2026, 1, 15, 22, tzinfo=UTC), years(1), date(2027, 1, 16)),
    "days are days": (datetime(2028, 2, 1, 12, tzinfo=UTC), timedelta(days=30), date(2028, 3, 2)),
}


@pytest.mark.parametrize("name", ENDS)
def test_a_period_ends_on_its_day_and_is_past_with_it(name: str) -> None:
    since, period, ends = ENDS[name]
    assert last_day(since, period) == ends
    if isinstance(period, Months):
        evening = datetime(ends.year, ends.month, ends.day, 21, tzinfo=UTC)  # midnight in Istanbul
        assert past(evening - MOMENT, period) <= since
        assert since < past(evening, period)
    else:
        assert past(since + period, period) == since


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.integers(1, 130),
)
def test_it_is_past_exactly_from_the_day_after_its_last_day(since: datetime, now: datetime, months: int) -> None:
    today = (now + timedelta(hours=3)).date()
    assert (since < past(now, Months(months))) == (last_day(since, Months(months)) < today)
