"""Discount codes and the birthday discount as the tariff file says them; each sentence that refuses is by hand."""

from __future__ import annotations

from datetime import date

import pytest

from flows.price.discounts import BirthdayDiscount, Code, Reduction, code_key
from flows.price.price import Product, read_tariff
from tests.flows.price.test_tariff_sentences import FILE

CODE = """
[[codes]]
code = "HOŞGELDİN"
percent = 10
valid_from = 2026-12-01
valid_until = 2026-12-31
uses = 100
per_person = 2
products = ["normal", "taahhutlu"]
"""
BIRTHDAY = """
[birthday]
percent = 10
days = 7
"""
WHOLE = FILE + CODE + BIRTHDAY
BOTH = frozenset({Product.NORMAL, Product.REGISTERED})


def test_codes_and_birthday_are_read_to_the_letter() -> None:
    tariff = read_tariff(WHOLE)
    assert tariff.codes == {
        "HOSGELDIN": Code(
            "HOŞGELDİN", Reduction(percent=10), date(2026, 12, 1), date(2026, 12, 31), uses=100, per_person=2,
            products=BOTH,
        )
    }  # fmt: skip
    assert tariff.birthday == BirthdayDiscount(Reduction(percent=10), 7)


def test_what_is_left_out_of_a_code_is_no_limit_but_one_use_a_person() -> None:
    left_out = "\n".join(line for line in CODE.splitlines() if not line.startswith(("uses", "per_", "products")))
    (code,) = read_tariff(FILE + left_out.replace("percent = 10", "kurus = 500")).codes.values()
    assert (code.uses, code.per_person, code.products) == (None, 1, frozenset(Product))
    assert code.reduction == Reduction(kurus=500)


def test_a_code_is_valid_from_its_first_day_to_its_last() -> None:
    tariff = read_tariff(WHOLE)
    days = (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [len(tariff.codes_on(day)) for day in days] == [0, 1, 1, 0]


WHERE = "[[codes]] HOŞGELDİN"
NO_CODE = '[[codes]]: code is not a word of 3 to 24 letters and digits, such as "MEKTUP10".'
EITHER = "write either percent or kurus, such as percent = 10 or kurus = 500."
DATE = "a date without quotes is expected, such as 2026-10-29."

# what stands in the file, what is written instead -> the whole sentence
REFUSED = {
    **{
        f"a code that is {what}": ('code = "HOŞGELDİN"', code, NO_CODE)
        for what, code in {
            "missing": "", "a number": "code = 10", "short": 'code = "AB"', "long": f'code = "{"A" * 25}"',
            "of another script": 'code = "ПИСЬМО"', "only signs": 'code = "!!!"',
        }.items()
    },
    "no reduction": ("percent = 10\nvalid", "valid", f"{WHERE}: {EITHER}"),
    "two reductions": ("percent = 10\nvalid", "percent = 10\nkurus = 500\nvalid", f"{WHERE}: {EITHER}"),
    "a letter for nothing": (
        "percent = 10\nvalid", "percent = 100\nvalid", f"{WHERE}: percent is not a whole number from 1 to 99.",
    ),
    "kuruş with a point": (
        "percent = 10\nvalid", "kurus = 5.0\nvalid",
        f"{WHERE}: kurus is not a whole number of at least 1; amounts are in kuruş.",
    ),
    "no first day": ("valid_from = 2026-12-01", "", f"valid_from in {WHERE}: {DATE}"),
    "no last day": ("valid_until = 2026-12-31", "", f"valid_until in {WHERE}: {DATE}"),
    "an end before the start": (
        "valid_until = 2026-12-31", "valid_until = 2026-11-30",
        f"{WHERE}: valid_until lies before valid_from; the code would never be valid.",
    ),
    "no use at all": ("uses = 100", "uses = 0", f"{WHERE}: uses is not a whole number from 1 to 1000000."),
    "uses in words": ("uses = 100", 'uses = "many"', f"{WHERE}: uses is not a whole number from 1 to 1000000."),
    "no use for anybody": (
        "per_person = 2", "per_person = 0", f"{WHERE}: per_person is not a whole number from 1 to 1000.",
    ),
    "no product": (
        'products = ["normal", "taahhutlu"]', "products = []",
        f"{WHERE}: products is not a list of products. Known: normal, taahhutlu, alma_haberli.",
    ),
    "an unknown product": (
        'products = ["normal", "taahhutlu"]', 'products = ["kurye"]',
        f"{WHERE}: products is not a list of products. Known: normal, taahhutlu, alma_haberli.",
    ),
    "a misspelt limit": (
        "uses = 100", "usess = 100",
        f"{WHERE}: usess is not known here. Known: code, percent, kurus, valid_from, valid_until, uses, per_person,"
        " products.",
    ),
    "codes that are one table": (
        "[[codes]]", "[codes]", "The tariff's codes are no [[codes]] tables; write [[codes]] above each of them.",
    ),
    "a birthday without a reduction": ("percent = 10\ndays", "days", f"[birthday]: {EITHER}"),
    "a birthday of two months": ("days = 7", "days = 31", "[birthday]: days is not a whole number from 0 to 30."),
    "a birthday with more": (
        "days = 7", "days = 7\nuses = 1", "[birthday]: uses is not known here. Known: percent, kurus, days.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_tariff_is_refused_that_has(name: str) -> None:
    stands, instead, sentence = REFUSED[name]
    assert stands in WHOLE
    with pytest.raises(ValueError) as refused:
        read_tariff(WHOLE.replace(stands, instead))
    assert str(refused.value) == sentence


def test_two_codes_that_are_typed_alike_are_refused() -> None:
    with pytest.raises(ValueError) as refused:
        read_tariff(WHOLE + CODE.replace("HOŞGELDİN", "hos-geldin"))
    assert str(refused.value) == (
        "[[codes]]: hos-geldin and HOŞGELDİN are the same code however they are typed; keep one of them."
    )


@pytest.mark.parametrize(
    "typed",
    [
        "HOŞGELDİN", "hoşgeldin", "HOSGELDIN", "hosgeldin", "Hoşgeldın", "HOŞGELDIN", "hosgeldi\u0307n", "hoş geldin",
        " HOŞ-GELDİN ", "“hoşgeldin”", "hoşgeldin.", "HO\u200bSGELDIN", "ho\u0219geldin",
    ],
)  # fmt: skip
def test_a_code_is_known_however_it_is_typed(typed: str) -> None:
    assert code_key(typed) == "HOSGELDIN"


# born, today, days around -> the birthday that is near enough
NEAR = {
    "on the day": ((1990, 3, 5), (2026, 3, 5), 7, (2026, 3, 5)),
    "the first day of the week before": ((1990, 3, 5), (2026, 2, 26), 7, (2026, 3, 5)),
    "a day too early": ((1990, 3, 5), (2026, 2, 25), 7, None),
    "the last day of the week after": ((1990, 3, 5), (2026, 3, 12), 7, (2026, 3, 5)),
    "a day too late": ((1990, 3, 5), (2026, 3, 13), 7, None),
    "only the day itself": ((1990, 3, 5), (2026, 3, 6), 0, None),
    "next year's, before New Year": ((1990, 1, 2), (2026, 12, 30), 7, (2027, 1, 2)),
    "last year's, after New Year": ((1990, 12, 30), (2027, 1, 3), 7, (2026, 12, 30)),
    "29 February in a leap year": ((1992, 2, 29), (2028, 2, 29), 0, (2028, 2, 29)),
    "29 February in a common year: 1 March": ((1992, 2, 29), (2026, 3, 1), 0, (2026, 3, 1)),
    "29 February in a common year: not the day before": ((1992, 2, 29), (2026, 2, 28), 0, None),
}


@pytest.mark.parametrize("name", NEAR)
def test_a_birthday_is_near(name: str) -> None:
    born, today, days, near = NEAR[name]
    found = BirthdayDiscount(Reduction(percent=10), days).birthday_near(date(*born), date(*today))
    assert found == (date(*near) if near else None)
