"""Amounts, numbers, days, hours and telephone numbers as each language's readers write them."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from flows.words.text import Count, DateRange, FullDate, Kurus, Phone, Value, Verbatim
from locales.formats import percent, shown
from locales.languages import pick

NB = "\u00a0"

CASES: tuple[tuple[Value, str, str], ...] = (
    # value, Turkish, English
    (Kurus(4850), f"48,50{NB}TL", f"48.50{NB}TL"),
    (Kurus(123450), f"1.234,50{NB}TL", f"1,234.50{NB}TL"),
    (Kurus(100000000), f"1.000.000,00{NB}TL", f"1,000,000.00{NB}TL"),
    (Kurus(0), f"0,00{NB}TL", f"0.00{NB}TL"),
    (Kurus(-5), f"-0,05{NB}TL", f"-0.05{NB}TL"),
    (Kurus(9007199254740993), f"90.071.992.547.409,93{NB}TL", f"90,071,992,547,409.93{NB}TL"),  # no float on the way
    (Count(3), "3", "3"),
    (Count(20000), "20.000", "20,000"),
    (date(1990, 3, 5), "5 Mart 1990", "5 March 1990"),
    (date(2026, 12, 31), "31 Aralık 2026", "31 December 2026"),
    (datetime(2026, 11, 22, 11, 30, tzinfo=UTC), "22 Kasım 2026, 14.30", "22 November 2026, 14:30"),
    (datetime(2026, 11, 22, 21, 5, tzinfo=UTC), "23 Kasım 2026, 00.05", "23 November 2026, 00:05"),  # Istanbul's day
    (
        datetime(2026, 6, 1, 9, 0, tzinfo=timezone(timedelta(hours=2))),
        "1 Haziran 2026, 10.00",
        "1 June 2026, 10:00",
    ),
    (datetime(2026, 6, 1, 9, 0), "1 Haziran 2026, 12.00", "1 June 2026, 12:00"),  # a row without a zone is UTC
    (
        FullDate(datetime(2026, 11, 30, 11, 0, tzinfo=UTC)),
        "30 Kasım 2026 Pazartesi 14.00",
        "Monday, 30 November 2026, 14:00",
    ),
    (FullDate(date(2026, 12, 1)), "1 Aralık 2026 Salı", "Tuesday, 1 December 2026"),
    (DateRange(date(2026, 12, 1), date(2026, 12, 3)), "1–3 Aralık 2026", "1–3 December 2026"),
    (DateRange(date(2026, 11, 30), date(2026, 12, 2)), "30 Kasım – 2 Aralık 2026", "30 November – 2 December 2026"),
    (
        DateRange(date(2026, 12, 30), date(2027, 1, 2)),
        "30 Aralık 2026 – 2 Ocak 2027",
        "30 December 2026 – 2 January 2027",
    ),
    (
        DateRange(date(2026, 12, 1), date(2027, 12, 1)),
        "1 Aralık 2026 – 1 Aralık 2027",
        "1 December 2026 – 1 December 2027",
    ),
    (DateRange(date(2026, 12, 1), date(2026, 12, 1)), "1 Aralık 2026", "1 December 2026"),
    (time(14, 30), "14.30", "14:30"),
    (time(9, 5), "09.05", "09:05"),
    (Phone("+905321234567"), "0532 123 45 67", "+90 532 123 45 67"),
    (Phone("+902122345678"), "(0212) 234 56 78", "+90 212 234 56 78"),
    (Phone("+4915112345678"), "+49 1511 2345678", "+49 1511 2345678"),
    (Phone("not a number"), "not a number", "not a number"),
    (Verbatim("ışıl İNCİ"), "ışıl İNCİ", "ışıl İNCİ"),
    ("MX000123", "MX000123", "MX000123"),
    (2026, "2026", "2026"),
)


@pytest.mark.parametrize(("value", "turkish", "english"), CASES, ids=str)
def test_each_value_is_written_as_its_reader_writes_it(value: Value, turkish: str, english: str) -> None:
    assert shown(value, "tr") == turkish
    assert shown(value, "en") == english


def test_percent_sign_comes_first_in_turkish() -> None:
    assert (percent(20, "tr"), percent(20, "en")) == ("%20", "20%")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("tr", "tr"),
        ("tr-TR", "tr"),
        ("en", "en"),
        ("en-US", "en"),
        ("EN_gb", "en"),
        ("de", "tr"),
        ("", "tr"),
        (None, "tr"),
        ("../../etc", "tr"),
        ("English", "tr"),
    ],
)
def test_a_language_code_of_telegram_picks_a_supported_language(code: str | None, language: str) -> None:
    assert pick(code) == language
