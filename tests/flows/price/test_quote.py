"""A quote adds up to the kuruş: its lines make the total, net and VAT make the total, one discount is taken off."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.price.discounts import Offer, Reduction
from flows.price.price import NoPrices, Product, default_tariff, price, read_tariff
from flows.price.quote import Line, Part, quote
from flows.price.rounding import net_of, share
from flows.words.text import Kurus
from tests.flows.price.test_tariff_sentences import FILE

TODAY = date(2026, 11, 22)
TARIFF = default_tariff()

# sheets -> the lines of a registered letter, by hand from flows/data/tariff.toml
LINES = {
    1: (Line(Part.FIRST_SHEET, Kurus(9600), 1),),
    2: (Line(Part.FIRST_SHEET, Kurus(9600), 1), Line(Part.FURTHER_SHEETS, Kurus(350), 1)),
    5: (
        Line(Part.FIRST_SHEET, Kurus(9600), 1),
        Line(Part.FURTHER_SHEETS, Kurus(1400), 4),
        Line(Part.WEIGHT, Kurus(1200), 50),
    ),
}


@pytest.mark.parametrize("sheets", LINES)
def test_a_quote_names_each_part_of_the_price(sheets: int) -> None:
    found = quote(TARIFF, Product.REGISTERED, sheets, TODAY)
    assert found.lines == LINES[sheets]
    assert (found.tariff, found.day, found.vat_percent, found.offer) == ("2026-1", TODAY, 20, None)


def test_a_photo_page_is_a_line_of_its_own_before_a_discount_and_costs_the_same_on_every_sheet() -> None:
    for sheets, kurus in ((1, 9600 + 1500), (2, 9950 + 1500)):
        found = quote(TARIFF, Product.REGISTERED, sheets, TODAY, photos=True)
        assert found.lines == (*LINES[sheets], Line(Part.PHOTO_PAGE, Kurus(1500), 1))
        assert found.total == price(TARIFF, Product.REGISTERED, sheets, TODAY, photos=True) == Kurus(kurus)


def test_where_the_tariff_has_no_price_for_it_any_more_a_photo_page_that_was_begun_costs_nothing() -> None:
    without = read_tariff(FILE)
    assert without.in_force(TODAY).photo_page is None
    assert quote(without, Product.REGISTERED, 1, TODAY, photos=True) == quote(without, Product.REGISTERED, 1, TODAY)


# price, percent -> the price without its VAT, by hand: 96,00 TL = 80,00 + 16,00
NET = {
    "nothing rounded": (9600, 20, 8000),
    "half a kuruş counts as one": (3, 20, 3),  # 2,5 kuruş
    "less than half is left out": (4, 20, 3),  # 3,33…
    "more than half counts": (2, 20, 2),  # 1,66…
    "forty-eight lira fifty": (4850, 20, 4042),  # 4041,66…
    "the lower rate": (4850, 10, 4409),  # 4409,09…
    "without VAT": (4850, 0, 4850),
    "nothing": (0, 20, 0),
}


@pytest.mark.parametrize("name", NET)
def test_the_price_without_its_vat_is_rounded_half_up(name: str) -> None:
    """Law 5083, m.2: half a kuruş and more is one kuruş, less is not counted."""
    gross, percent, net = NET[name]
    assert net_of(Kurus(gross), percent) == Kurus(net)


AMOUNTS = st.integers(0, 10_000_000)
OFFERS = st.one_of(
    st.integers(1, 99).map(lambda percent: Offer(Reduction(percent=percent))),
    st.integers(1, 20_000).map(lambda kurus: Offer(Reduction(kurus=kurus), "ABC")),
)


@given(AMOUNTS, st.integers(0, 100), st.integers(1, 1000))
def test_a_share_is_the_nearest_kurus(amount: int, part: int, whole: int) -> None:
    away = Fraction(amount * part, whole) - share(amount, part, whole)
    assert Fraction(-1, 2) <= away < Fraction(1, 2)


@given(st.sampled_from(Product), st.integers(1, 48), st.lists(OFFERS, max_size=3))
def test_lines_make_the_total_and_net_and_vat_make_it_too(product: Product, sheets: int, offers: list[Offer]) -> None:
    found = quote(TARIFF, product, sheets, TODAY, offers)
    assert sum(line.amount.amount for line in found.lines) == found.total.amount
    assert found.net.amount + found.vat.amount == found.total.amount
    assert abs(found.net.amount * 20 - found.vat.amount * 100) <= 60  # as integrators check it: within a kuruş
    assert found.total.amount + found.discount.amount == price(TARIFF, product, sheets, TODAY).amount
    assert found.total.amount >= 100
    assert [line.part for line in found.lines].count(Part.DISCOUNT) == (found.discount.amount > 0)


@given(st.sampled_from(Product), st.integers(1, 48), st.lists(OFFERS, min_size=1, max_size=4))
def test_the_best_discount_for_the_sender_is_taken_and_no_other(
    product: Product, sheets: int, offers: list[Offer]
) -> None:
    alone = [quote(TARIFF, product, sheets, TODAY, [offer]).total.amount for offer in offers]
    found = quote(TARIFF, product, sheets, TODAY, offers)
    assert found.total.amount == min(alone)
    assert found.offer == offers[alone.index(min(alone))]


DISCOUNTS = {
    "ten percent": (Reduction(percent=10), 960),
    "a third of a kuruş is left out": (Reduction(percent=33), 3168),
    "five lira": (Reduction(kurus=500), 500),
    "more than the letter costs leaves one lira": (Reduction(kurus=100_000), 9500),
    "ninety-nine percent leaves one lira": (Reduction(percent=99), 9500),
}


@pytest.mark.parametrize("name", DISCOUNTS)
def test_a_discount_takes_off(name: str) -> None:
    reduction, off = DISCOUNTS[name]
    found = quote(TARIFF, Product.REGISTERED, 1, TODAY, [Offer(reduction, "ABC")])
    assert (found.discount, found.total) == (Kurus(off), Kurus(9600 - off))
    assert found.lines[-1] == Line(Part.DISCOUNT, Kurus(-off))
    assert found.code == "ABC"


def test_a_letter_that_costs_a_lira_or_less_has_no_discount() -> None:
    cheap = read_tariff(FILE.replace("normal = 4850", "normal = 100"))
    found = quote(cheap, Product.NORMAL, 1, TODAY, [Offer(Reduction(percent=50), "ABC")])
    assert (found.total, found.discount, found.code) == (Kurus(100), Kurus(0), "")


def test_prices_end_on_the_day_that_the_file_says() -> None:
    ending = read_tariff(FILE.replace("vat_percent = 20", "vat_percent = 20\nvalid_until = 2026-12-31"))
    assert quote(ending, Product.NORMAL, 1, date(2026, 12, 31)).total == Kurus(4850)
    with pytest.raises(NoPrices) as refused:
        quote(ending, Product.NORMAL, 1, date(2027, 1, 1))
    assert str(refused.value) == (
        "The tariff has no prices for 2027-01-01; its last ones ended on 2026-12-31. Add a [[prices]] table."
    )


def following(until: str) -> str:
    """The file with a second period from 2027 on, the first one ending as given."""
    start, end = FILE.index("[[prices]]"), FILE.index("[holidays]")
    second = FILE[start:end].replace("2026-01-01", "2027-01-01")
    return FILE[:end].replace("vat_percent = 20", f"vat_percent = 20\nvalid_until = {until}") + second + FILE[end:]


def test_a_period_may_end_on_the_eve_of_the_next_one() -> None:
    assert len(read_tariff(following("2026-12-31")).prices) == 2


@pytest.mark.parametrize(("until", "what"), [("2026-12-30", "a day left out"), ("2027-01-01", "an overlap")])
def test_periods_leave_no_day_out_and_do_not_overlap(until: str, what: str) -> None:
    with pytest.raises(ValueError) as refused:
        read_tariff(following(until))
    assert str(refused.value) == (
        f"[[prices]] from 2026-01-01: valid_until is {until}, but the next prices start on 2027-01-01."
        " Leave valid_until out, or write 2026-12-31."
    ), what
