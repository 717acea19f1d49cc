"""What a letter costs and when it arrives: the tariff file read, refused with a reason, and applied by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.price.price import (
    POSTING_AHEAD,
    Product,
    default_tariff,
    delivery_window,
    price,
    read_posting_date,
    read_tariff,
    sheets_of,
    weight_grams,
    working_days_after,
)
from flows.words.text import Kurus, Text

TODAY = date(2026, 11, 22)
TARIFF = default_tariff()
SAMPLE = """
version = "2027-1"
[paper]
sheet_milligrams = 4990
envelope_milligrams = 5000
duplex = true
[delivery]
normal = [2, 5]
taahhutlu = [1, 3]
alma_haberli = [1, 3]
[[prices]]
valid_from = 2027-01-01
vat_percent = 20
sheet = 400
first_sheet = { normal = 6000, taahhutlu = 12000, alma_haberli = 15000 }
steps = [{ grams = 20, extra = 0 }, { grams = 50, extra = 1500 }]
[[prices]]
valid_from = 2026-01-01
vat_percent = 20
sheet = 350
first_sheet = { normal = 4850, taahhutlu = 9600, alma_haberli = 11800 }
steps = [{ grams = 20, extra = 0 }, { grams = 50, extra = 1200 }]
[holidays]
days = [2026-10-29]
"""


@pytest.mark.parametrize(
    ("product", "kurus"),
    [(Product.NORMAL, 4850), (Product.REGISTERED, 9600), (Product.ADVICE, 11800)],
)
def test_one_sheet_costs_what_the_conversation_says(product: Product, kurus: int) -> None:
    """48,50 TL, 96,00 TL and 118,00 TL, as in the model conversation."""
    assert price(TARIFF, product, 1, TODAY) == Kurus(kurus)


@pytest.mark.parametrize(
    ("sheets", "grams", "kurus"),
    [(1, 10, 4850), (2, 15, 5200), (3, 20, 5550), (4, 25, 7100), (5, 30, 7450), (9, 50, 8850), (10, 55, 10400)],
)
def test_more_sheets_cost_printing_and_the_weight_step(sheets: int, grams: int, kurus: int) -> None:
    """Three sheets and the envelope are 19.97 g and still the first step; nine are 49.91 g."""
    assert weight_grams(sheets) == grams
    assert price(TARIFF, Product.NORMAL, sheets, TODAY) == Kurus(kurus)


def test_a_letter_above_the_heaviest_step_has_no_price() -> None:
    """The page limit keeps letters far below; a wrong configuration is told."""
    with pytest.raises(ValueError, match="heaviest step is 250 g"):
        price(TARIFF, Product.NORMAL, 60, TODAY)


@given(st.sampled_from(Product), st.integers(1, 48))
def test_a_longer_letter_is_never_cheaper(product: Product, sheets: int) -> None:
    """Prices rise with sheets, and with the care taken in delivery."""
    assert price(TARIFF, product, sheets, TODAY).amount < price(TARIFF, product, sheets + 1, TODAY).amount
    normal, registered, advice = (price(TARIFF, each, sheets, TODAY).amount for each in Product)
    assert normal < registered < advice


def test_the_prices_of_the_day_count() -> None:
    """The last day of the old prices and the first of the new ones."""
    tariff = read_tariff(SAMPLE)
    assert price(tariff, Product.NORMAL, 1, date(2026, 12, 31)) == Kurus(4850)
    assert price(tariff, Product.NORMAL, 1, date(2027, 1, 1)) == Kurus(6000)
    with pytest.raises(ValueError, match="first ones start on 2026-01-01"):
        price(tariff, Product.NORMAL, 1, date(2025, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "right", "reason"),
    [
        ("sheet = 350", "sheet = 3.50", "sheet is not a whole number"),
        ("sheet = 350", "sheet = true", "sheet is not a whole number"),
        ("sheet = 350", "sheet = -1", "at least 0"),
        ("normal = 4850, ", "", "normal is not a whole number of at least 1"),
        ("2026-01-01", "'2026-01-01'", "a date without quotes"),
        ("2026-01-01", "2027-01-01", "start on the same day"),
        ("extra = 1200", "extra = -5", "at least 0"),
        ("{ grams = 50, extra = 1200 }", "{ grams = 10, extra = 1200 }", "the steps do not rise"),
        ("[2, 5]", "[5, 2]", "normal is not [earliest, latest]"),
        ("[2, 5]", "5", "normal is not [earliest, latest]"),
        ("duplex = true", "duplex = 1", "neither true nor false"),
        ("duplex = true", "duplex = false", "printed on both sides"),
        ("[paper]", "[kagit]", "has no table paper"),
        ("[2026-10-29]", "2026-10-29", "not a list of dates"),
        ("[[prices]]", "[[preise]]", "has no [[prices]] table"),
        ("[paper]", "[paper", "not valid TOML"),
    ],
)
def test_a_wrong_tariff_file_is_refused_naming_the_field(wrong: str, right: str, reason: str) -> None:
    """The operator reads which field and what is expected."""
    assert read_tariff(SAMPLE)
    assert wrong in SAMPLE
    with pytest.raises(ValueError) as refused:
        read_tariff(SAMPLE.replace(wrong, right))
    assert reason in str(refused.value)


def test_a_tariff_need_not_say_that_letters_are_printed_on_both_sides() -> None:
    assert read_tariff(SAMPLE.replace("duplex = true\n", "")) == read_tariff(SAMPLE)


@pytest.mark.parametrize(("pages", "sheets"), [(1, 1), (2, 1), (3, 2), (9, 5), (10, 5)])
def test_two_pages_share_a_sheet(pages: int, sheets: int) -> None:
    """Ten pages are five duplex sheets."""
    assert sheets_of(pages) == sheets


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday -> Monday
        (date(2026, 11, 21), 0, date(2026, 11, 23)),  # Saturday -> Monday
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 10, 28), 1, date(2026, 10, 30)),  # over the Republic Day
        (date(2026, 5, 26), 1, date(2026, 6, 1)),  # over Kurban Bayramı and a weekend
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: date, n: int, expected: date) -> None:
    """Public holidays come from the tariff file."""
    assert working_days_after(day, n, TARIFF.holidays) == expected


@given(st.dates(date(2026, 1, 1), date(2028, 11, 1)), st.integers(1, 12))
def test_a_working_day_is_always_one_and_one_more_is_later(day: date, n: int) -> None:
    """Never a Sunday, never backwards."""
    found = working_days_after(day, n, TARIFF.holidays)
    assert found.weekday() < 5
    assert found not in TARIFF.holidays
    assert day < found < working_days_after(day, n + 1, TARIFF.holidays)


def test_the_delivery_window_of_the_model_conversation() -> None:
    """Registered, posted on Tuesday 24 November: 25-27 November 2026."""
    assert delivery_window(TARIFF, Product.REGISTERED, date(2026, 11, 24)) == (date(2026, 11, 25), date(2026, 11, 27))
    assert delivery_window(TARIFF, Product.NORMAL, date(2026, 11, 21)) == (date(2026, 11, 25), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("typed", "posted"),
    [
        ("23.11.2026", TODAY + timedelta(days=1)),
        ("21 Mayıs 2027", TODAY + POSTING_AHEAD),
        ("1 ocak 2027", date(2027, 1, 1)),
    ],
)
def test_a_posting_date_lies_between_tomorrow_and_180_days(typed: str, posted: date) -> None:
    """Both ends included."""
    assert read_posting_date(typed, TODAY) == posted


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("22.11.2026", "too early"),
        ("1.1.2020", "too early"),
        ("22.5.2027", "too far ahead"),
        ("31.2.2027", "could not read"),
        ("1.1.27", "could not read"),
        ("yarın", "could not read"),
    ],
)
def test_another_posting_date_is_asked_again(typed: str, reason: str) -> None:
    """With the first or last day that can be chosen."""
    answer = read_posting_date(typed, TODAY)
    assert isinstance(answer, Text)
    assert reason in answer.message
    assert answer.context == "delivery"


IMPOSSIBLE = {
    "a letter without a page": (lambda: sheets_of(0), "at least one page"),
    "a letter without a sheet": (lambda: price(TARIFF, Product.NORMAL, 0, TODAY), "at least one sheet"),
    "working days backward": (lambda: working_days_after(TODAY, -1), "counted forward"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_a_mistake_of_ours(name: str) -> None:
    ask, because = IMPOSSIBLE[name]
    with pytest.raises(ValueError, match=because):
        ask()


PRICELESS = {
    "prices that are no table": (
        "prices = [1]\n" + SAMPLE.replace("[[prices]]", "[[other]]"),
        "are no [[prices]] tables",
    ),
    "prices without weight steps": (SAMPLE.replace("steps =", "stops ="), "there are no [[prices.steps]]"),
}


@pytest.mark.parametrize("name", PRICELESS)
def test_a_tariff_is_refused(name: str) -> None:
    file, because = PRICELESS[name]
    with pytest.raises(ValueError) as refused:
        read_tariff(file)
    assert because in str(refused.value)
