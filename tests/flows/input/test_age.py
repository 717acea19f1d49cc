"""Who may order: how a birth date is typed, refused, and turned into a majority."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.age import adult_on, blocked_until, is_adult, read_birth_date, today_in_istanbul
from flows.words.text import Text, Verbatim

TODAY = date(2026, 11, 22)
births = st.dates(date(1910, 1, 1), TODAY)


@pytest.mark.parametrize(
    "typed",
    [
        "5.3.1990", "05.03.1990", "05/03/1990", "5-3-1990", "5 3 1990", "05031990", "1990-03-05", "1990/3/5",
        "5 Mart 1990", "5 mart 1990", "5 MART 1990", "5. Mart 1990", "5Mart1990", " 5  mart  1990. ", "March 5, 1990",
        "5 March 1990", "5th March 1990", "5 Mar 1990", "٥.٣.١٩٩٠", "５．３．１９９０".replace("．", "."),
    ],
)  # fmt: skip
def test_a_birth_date_is_read_however_it_is_typed(typed: str) -> None:
    """The fifth of March 1990, day before month as in Türkiye."""
    assert read_birth_date(typed, TODAY) == date(1990, 3, 5)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("1 şubat 1990", 2), ("1 SUBAT 1990", 2), ("1 Mayıs 1990", 5), ("1 MAYIS 1990", 5), ("1 mayis 1990", 5),
        ("1 AĞUSTOS 1990", 8), ("1 agustos 1990", 8), ("1 KASIM 1990", 11), ("1 eylul 1990", 9), ("1 aralık 1990", 12),
        ("1 haziran 1990", 6), ("1 HAZİRAN 1990", 6), ("1 ekim 1990", 10), ("1 nisan 1990", 4), ("1 temmuz 1990", 7),
    ],
)  # fmt: skip
def test_turkish_months_are_read_in_any_case_and_without_accents(typed: str, month: int) -> None:
    """What a Turkish keyboard, an English one and Caps Lock produce."""
    assert read_birth_date(typed, TODAY) == date(1990, month, 1)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("31.2.1990", "no such day"),
        ("29.2.1990", "no such day"),
        ("31 Nisan 1990", "no such day"),
        ("5.13.1990", "no such day"),
        ("0.3.1990", "no such day"),
        ("0000-03-05", "no such day"),
        ("5.3.90", "two digits"),
        ("5 Mart 90", "two digits"),
        ("23.11.2026", "in the future"),
        ("5.3.2990", "in the future"),
        ("21.11.1906", "more than {years} years ago"),
        ("dün", "could not read a date"),
        ("", "could not read a date"),
        ("5 Martt 1990", "could not read a date"),
        ("5.3.1990" * 500, "could not read a date"),
        ("18", "could not read a date"),
        ("²5.3.1990", "could not read a date"),
    ],
)
def test_a_wrong_date_is_asked_again_with_its_reason_and_an_example(typed: str, reason: str) -> None:
    """Errors say what was wrong and show what is accepted."""
    answer = read_birth_date(typed, TODAY)
    assert isinstance(answer, Text)
    assert reason in answer.message
    assert answer.message.endswith("Example: 5 March 1990")
    assert answer.context == "age"


def test_an_impossible_day_is_quoted_as_typed() -> None:
    """The sender sees their own words again, unchanged."""
    answer = read_birth_date(" 31.2.1990 ", TODAY)
    assert isinstance(answer, Text)
    assert answer.values["typed"] == Verbatim("31.2.1990")


def test_somebody_of_120_years_may_write() -> None:
    """The oldest age taken is 120, on the day itself."""
    assert read_birth_date("22.11.1906", TODAY) == date(1906, 11, 22)


@given(births)
def test_every_birth_date_is_read_back_from_its_usual_forms(birth: date) -> None:
    """Day.month.year and ISO are never confused."""
    for typed in (f"{birth.day}.{birth.month}.{birth.year}", birth.isoformat(), f"{birth:%d/%m/%Y}", f"{birth:%d%m%Y}"):
        assert read_birth_date(typed, TODAY) == birth


@given(st.text(max_size=60))
def test_any_text_is_answered(typed: str) -> None:
    """A date or a sentence, never an exception."""
    assert isinstance(read_birth_date(typed, TODAY), date | Text)


@pytest.mark.parametrize(
    ("birth", "adult"),
    [
        (date(2008, 11, 22), date(2026, 11, 22)),
        (date(2008, 2, 29), date(2026, 3, 1)),  # never on 28 February
        (date(2008, 2, 28), date(2026, 2, 28)),
        (date(2008, 12, 31), date(2026, 12, 31)),
    ],
)
def test_majority_begins_on_the_18th_birthday(birth: date, adult: date) -> None:
    """TMK m.11: on completing 18; the day before is a minor's."""
    assert adult_on(birth) == adult
    assert is_adult(birth, adult)
    assert not is_adult(birth, adult - timedelta(days=1))


@given(births, births)
def test_a_block_ends_in_30_days_or_on_the_birthday(birth: date, today: date) -> None:
    """The true birthday opens the door, another date does not open it at once."""
    until = blocked_until(birth, today)
    assert until <= today + timedelta(days=30)
    assert until <= adult_on(birth)
    assert until in (today + timedelta(days=30), adult_on(birth))
    if not is_adult(birth, today):
        assert until > today


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 21, 20, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 21, 21, 0, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 7, 1, 21, 0, tzinfo=UTC), date(2026, 7, 2)),  # no summer time since 2016
    ],
)
def test_the_day_is_the_one_in_istanbul(moment: datetime, day: date) -> None:
    """Midnight in Türkiye is 21:00 UTC, in winter and in summer."""
    assert today_in_istanbul(moment) == day


def test_a_moment_without_time_zone_is_refused() -> None:
    """A naive time is a programming error, told as one."""
    with pytest.raises(ValueError, match="without a time zone"):
        today_in_istanbul(datetime(2026, 11, 22))
