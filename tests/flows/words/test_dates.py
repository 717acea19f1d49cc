"""The calendar of Istanbul, also on a machine that knows no time zones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfoNotFoundError

import pytest

from flows.words import dates

# (a moment, the day in Istanbul)
DAYS = {
    "a minute before midnight": (datetime(2026, 11, 23, 20, 59, tzinfo=UTC), date(2026, 11, 23)),
    "midnight": (datetime(2026, 11, 23, 21, 0, tzinfo=UTC), date(2026, 11, 24)),
}


@pytest.mark.parametrize("database", ["with a time zone database", "without one"])
@pytest.mark.parametrize("name", DAYS)
def test_the_day_in_istanbul(monkeypatch: pytest.MonkeyPatch, name: str, database: str) -> None:
    if database == "without one":

        def missing(name: str) -> None:
            raise ZoneInfoNotFoundError(name)

        monkeypatch.setattr(dates, "ZoneInfo", missing)
        monkeypatch.setattr(dates, "ISTANBUL", dates._istanbul())
    moment, day = DAYS[name]
    assert dates.today_in_istanbul(moment) == day


def test_a_moment_without_a_time_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        dates.today_in_istanbul(datetime(2026, 11, 23))
