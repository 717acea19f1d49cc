"""What a tariff file says is read to the letter, and each sentence that refuses one is written by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from flows.price.price import POSTING_AHEAD, delivery_window, price, read_posting_date, sheets_of, weight_grams
from flows.price.price import working_days_after as working_days
from flows.price.tariff import PaperWeight, Prices, Product, Tariff, read_tariff
from flows.words.text import Kurus, Text
from locales import say

FILE = """
version = "2026-1"
[paper]
sheet_milligrams = 4990
envelope_milligrams = 5000
duplex = true
[delivery]
normal = [2, 5]
taahhutlu = [1, 1]
alma_haberli = [0, 3]
[[prices]]
valid_from = 2026-01-01
vat_percent = 20
sheet = 350
first_sheet = { normal = 4850, taahhutlu = 9600, alma_haberli = 11800 }
steps = [{ grams = 20, extra = 0 }, { grams = 50, extra = 1200 }]
[holidays]
days = [2026-10-29]
"""
READ = Tariff(
    prices=(
        Prices(
            date(2026, 1, 1),
            {Product.NORMAL: 4850, Product.REGISTERED: 9600, Product.ADVICE: 11800},
            350,
            ((20, 0), (50, 1200)),
            vat_percent=20,
        ),
    ),
    paper=PaperWeight(4990, 5000),
    delivery={Product.NORMAL: (2, 5), Product.REGISTERED: (1, 1), Product.ADVICE: (0, 3)},
    holidays=frozenset({date(2026, 10, 29)}),
    version="2026-1",
)
TODAY = date(2026, 11, 22)


def test_a_tariff_file_is_read_to_the_letter() -> None:
    assert read_tariff(FILE) == READ


# what stands in the file -> what is written instead
ACCEPTED = {
    "the lightest paper": ("sheet_milligrams = 4990", "sheet_milligrams = 1"),
    "an envelope that weighs nothing": ("envelope_milligrams = 5000", "envelope_milligrams = 0"),
    "the lightest step": ("grams = 20", "grams = 1"),
    "the cheapest letter": ("normal = 4850", "normal = 1"),
    "further sheets for nothing": ("sheet = 350", "sheet = 0"),
    "no VAT": ("vat_percent = 20", "vat_percent = 0"),
    "prices that end": ("vat_percent = 20", "vat_percent = 20\nvalid_until = 2026-12-31"),
    "prices of one day": ("vat_percent = 20", "vat_percent = 20\nvalid_until = 2026-01-01"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_tariff_may_have(name: str) -> None:
    stands, instead = ACCEPTED[name]
    assert stands in FILE
    read_tariff(FILE.replace(stands, instead))


WHOLE = "is not a whole number of at least"
PERIOD = "[[prices]] from 2026-01-01"
VERSIONLESS = (
    "The tariff file has no version of 1 to 40 letters, digits, dots and hyphens; write one above all tables, such as"
    ' version = "2026-1".'
)
DATE = "a date without quotes is expected, such as 2026-10-29."

# what stands in the file, what is written instead -> the whole sentence
REFUSED = {
    "no paper": ("[paper]", "[kagit]", "The tariff file has no table paper; see the sample tariff."),
    "no delivery": ("[delivery]", "[kargo]", "The tariff file has no table delivery; see the sample tariff."),
    "no holidays": ("[holidays]", "[tatil]", "The tariff file has no table holidays; see the sample tariff."),
    "no prices": ("[[prices]]", "[[x]]", "The tariff file has no [[prices]] table; write one with valid_from."),
    "prices that are one table": (
        "[[prices]]",
        "[prices]",
        "The tariff file has no [[prices]] table; write one with valid_from.",
    ),
    "paper that weighs nothing": (
        "sheet_milligrams = 4990",
        "sheet_milligrams = 0",
        f"[paper]: sheet_milligrams {WHOLE} 1; amounts are in kuruş.",
    ),
    "an envelope that lifts": (
        "envelope_milligrams = 5000",
        "envelope_milligrams = -1",
        f"[paper]: envelope_milligrams {WHOLE} 0; amounts are in kuruş.",
    ),
    **{
        f"a version that is {what}": ('version = "2026-1"', version, VERSIONLESS)
        for what, version in {
            "missing": "",
            "a number": "version = 2026",
            "empty": 'version = ""',
            "a sentence": 'version = "new prices"',
            "too long": f'version = "{"1" * 41}"',
        }.items()
    },
    "no VAT rate": ("vat_percent = 20", "", f"{PERIOD}: vat_percent is not a whole number from 0 to 100."),
    "a VAT rate with a point": (
        "vat_percent = 20",
        "vat_percent = 0.2",
        f"{PERIOD}: vat_percent is not a whole number from 0 to 100.",
    ),
    "more VAT than price": (
        "vat_percent = 20",
        "vat_percent = 101",
        f"{PERIOD}: vat_percent is not a whole number from 0 to 100.",
    ),
    "prices that end before they start": (
        "vat_percent = 20",
        "vat_percent = 20\nvalid_until = 2025-12-31",
        f"{PERIOD}: valid_until lies before valid_from; write the last day of these prices.",
    ),
    "an end in quotes": (
        "vat_percent = 20",
        'vat_percent = 20\nvalid_until = "2026-12-31"',
        f"valid_until in {PERIOD}: {DATE}",
    ),
    "a misspelt end": (
        "vat_percent = 20",
        "vat_percent = 20\nvalid_untill = 2026-12-31",
        f"{PERIOD}: valid_untill is not known here. Known: valid_from, valid_until, vat_percent, sheet, photo_page,"
        " first_sheet,"
        " steps.",
    ),
    "a product that nobody can choose": (
        "normal = 4850",
        "normal = 4850, kurye = 20000",
        f"{PERIOD}, first_sheet: kurye is not known here. Known: normal, taahhutlu, alma_haberli.",
    ),
    "a table that is not known": (
        "[holidays]",
        "[birtday]\npercent = 10\ndays = 7\n[holidays]",
        "The tariff file: birtday is not known here. Known: version, paper, delivery, prices, holidays, codes,"
        " birthday.",
    ),
    "two steps of one weight": (
        "grams = 50",
        "grams = 20",
        f"{PERIOD}: the steps do not rise; write them from light to heavy, each at least as dear.",
    ),
    "duplex in words": ("duplex = true", 'duplex = "yes"', "[paper]: duplex is neither true nor false."),
    "a day in quotes": ("2026-01-01", '"2026-01-01"', f"valid_from in [[prices]]: {DATE}"),
    "no price of the first sheet": (
        "first_sheet",
        "erste",
        f"{PERIOD} has no table first_sheet; see the sample tariff.",
    ),
    "a letter for nothing": (
        "normal = 4850",
        "normal = 0",
        f"{PERIOD}, first_sheet: normal {WHOLE} 1; amounts are in kuruş.",
    ),
    "a sheet for less than nothing": ("sheet = 350", "sheet = -1", f"{PERIOD}: sheet {WHOLE} 0; amounts are in kuruş."),
    "a step without weight": ("grams = 20", "grams = 0", f"{PERIOD}: grams {WHOLE} 1; amounts are in kuruş."),
    "a step for less than nothing": (
        "extra = 1200",
        "extra = -1",
        f"{PERIOD}: extra {WHOLE} 0; amounts are in kuruş.",
    ),
    **{
        f"steps that are {what}": (
            "steps = [{ grams = 20, extra = 0 }, { grams = 50, extra = 1200 }]",
            f"steps = {steps}",
            f"{PERIOD}: there are no [[prices.steps]]; write grams and extra for each weight step.",
        )
        for what, steps in {"none": "[]", "no list": "7", "no tables": "[20, 50]"}.items()
    },
    "a delivery before it is posted": (
        "normal = [2, 5]",
        "normal = [-1, 5]",
        "[delivery]: normal is not [earliest, latest] in working days, such as [2, 5].",
    ),
    "holidays that are no list": (
        "[2026-10-29]",
        "2026-10-29",
        "[holidays]: days is not a list of dates, such as [2026-10-29].",
    ),
    "a holiday in quotes": ("[2026-10-29]", '["2026-10-29"]', f"days in [holidays]: {DATE}"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_tariff_is_refused_that_has(name: str) -> None:
    stands, instead, sentence = REFUSED[name]
    assert stands in FILE
    with pytest.raises(ValueError) as refused:
        read_tariff(FILE.replace(stands, instead))
    assert str(refused.value) == sentence


def test_two_periods_of_one_day_and_prices_that_are_no_tables_are_refused() -> None:
    start, end = FILE.index("[[prices]]"), FILE.index("[holidays]")
    periods = {
        FILE[:end] + FILE[start:]: "Two [[prices]] tables start on the same day; keep one of them.",
        "prices = [1]" + FILE[:start] + FILE[end:]: (
            "The tariff's prices are no [[prices]] tables; write [[prices]] above each of them."
        ),
    }
    for file, sentence in periods.items():
        with pytest.raises(ValueError) as refused:
            read_tariff(file.replace("[holidays]\ndays = [2026-10-29]\n", "", file.count("[holidays]") - 1))
        assert str(refused.value) == sentence


def test_mistakes_of_ours_say_what_cannot_be() -> None:
    for act, sentence in (
        (lambda: sheets_of(0), "A letter has at least one page."),
        (lambda: price(READ, Product.NORMAL, 0, TODAY), "A letter has at least one sheet."),
        (lambda: working_days(TODAY, -1), "Working days are counted forward."),
    ):
        with pytest.raises(ValueError) as refused:
            act()
        assert str(refused.value) == sentence


# What is worked out from it -------------------------------------------------------------------------------------------


def test_a_letter_is_weighed_with_the_tariffs_own_paper() -> None:
    """Four sheets of the sample stay in the lightest step; of heavy paper two do not."""
    assert weight_grams(1, PaperWeight(1_000_000, 1_000)) == 1001
    assert weight_grams(1, PaperWeight(1_000_000, 1)) == 1001  # rounded up
    heavy = replace(READ, paper=PaperWeight(10_000, 5_000))
    assert price(READ, Product.NORMAL, 2, TODAY) == Kurus(4850 + 350)
    assert price(heavy, Product.NORMAL, 2, TODAY) == Kurus(4850 + 350 + 1200)


# posted -> (earliest, latest); Republic Day is a Thursday
WINDOWS = {
    "over a holiday": (date(2026, 10, 27), (date(2026, 10, 30), date(2026, 11, 4))),
    "posted on the holiday: counted from the next day": (date(2026, 10, 29), (date(2026, 11, 3), date(2026, 11, 6))),
    "the latest day alone lies behind the holiday": (date(2026, 10, 22), (date(2026, 10, 26), date(2026, 10, 30))),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_holidays_are_left_out_of_the_delivery_window(name: str) -> None:
    posted, window = WINDOWS[name]
    assert delivery_window(READ, Product.NORMAL, posted) == window


ASKED_AGAIN = {
    "yarın değil": (
        "We could not read a posting date in this. Could you please write it as day, month, year?"
        " Example: 29 November 2026"
    ),
    "22.11.2026": "This day is too early: 22 November 2026. The first day you can choose is: 23 November 2026",
    "22.5.2027": "This day is too far ahead: 22 May 2027. The last day you can choose is: 21 May 2027",
}


@pytest.mark.parametrize("typed", ASKED_AGAIN)
def test_a_posting_date_is_asked_again(typed: str) -> None:
    asked = read_posting_date(typed, TODAY)
    assert isinstance(asked, Text)
    assert say(asked, "en").replace("\u00a0", " ") == ASKED_AGAIN[typed]
    assert POSTING_AHEAD.days == 180
