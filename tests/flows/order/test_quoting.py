"""What a draft costs when it is ordered now: the better discount, a birthday once a year, a use that comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from flows.core.events import Person
from flows.core.state import Acceptance, Draft, Order, Preview, Profile, Standing, State
from flows.core.step import Operator
from flows.order.quoting import code_refused, noted, quoted
from flows.price.discounts import BirthdayDiscount, Code, Reduction
from flows.price.price import Product, default_tariff
from flows.words.text import Kurus

NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ALL = frozenset(Product)
CODE = Code("HOŞGELDİN", Reduction(percent=20), date(2026, 11, 1), date(2026, 11, 30), 3, 1, ALL)
BIRTHDAY = BirthdayDiscount(Reduction(percent=10), 7)
TARIFF = replace(default_tariff(), codes={CODE.key: CODE}, birthday=BIRTHDAY)
OPERATOR = Operator(TARIFF, {})
CONSENT = Acceptance("1.1", "ab", NOON)
BORN = date(1990, 11, 25)
DRAFT = Draft(product="taahhutlu", preview=Preview(1, 1, "f00d"))
ME = Standing(Person("telegram", "1"), draft=DRAFT)
BORN_NEAR = replace(ME, profile=Profile(birthday_consent=CONSENT, birth_date=BORN))
WITH_CODE = replace(ME, draft=replace(DRAFT, discount_code="HOSGELDIN"))


def ordered(state: State = State.QUEUED, code: str = "", name: str = "a" * 32) -> Order:
    return Order(
        name, state, Kurus(1), "b" * 32, "f00d", 1, 1, "normal", NOON, discount=Kurus(1), discount_code=code
    )  # fmt: skip


def taken(year: int, state: State = State.QUEUED) -> Standing:
    """With an order that has taken the birthday discount of a year."""
    order = replace(ordered(state), created_at=NOON.replace(year=year))
    return replace(
        BORN_NEAR, profile=replace(BORN_NEAR.profile, birthday_year=year, birthday_order=order.id), orders=(order,)
    )


# who -> what a registered letter of one page, 96,00 TL, costs them
TOTALS = {
    "nobody in particular": (ME, 9600),
    "with a code": (WITH_CODE, 7680),
    "with a code that is not in the tariff": (replace(ME, draft=replace(DRAFT, discount_code="ABC")), 9600),
    "near their birthday": (BORN_NEAR, 8640),
    "near their birthday, without consent": (replace(ME, profile=Profile(birth_date=BORN)), 9600),
    "with consent, without a date": (replace(ME, profile=Profile(birthday_consent=CONSENT)), 9600),
    "far from their birthday": (
        replace(ME, profile=Profile(birthday_consent=CONSENT, birth_date=date(1990, 6, 1))), 9600,
    ),
    "with both: the better one": (replace(BORN_NEAR, draft=WITH_CODE.draft), 7680),
    "with this year's taken": (taken(2026), 9600),
    "with last year's taken": (taken(2025), 8640),
    "with this year's taken by an order that was cancelled": (taken(2026, State.CANCELLED), 8640),
    "with this year's taken by an order that expired": (taken(2026, State.EXPIRED), 8640),
    "with this year's taken by an order that waits": (taken(2026, State.AWAITING), 9600),
    "with this year's taken by an order that is no more": (replace(taken(2026), orders=()), 8640),
}  # fmt: skip


@pytest.mark.parametrize("who", TOTALS)
def test_a_letter_costs(who: str) -> None:
    standing, total = TOTALS[who]
    assert quoted(OPERATOR, standing, NOON).total == Kurus(total)


def test_of_two_discounts_that_are_worth_the_same_the_code_is_left_for_another_time() -> None:
    alike = replace(TARIFF, codes={CODE.key: replace(CODE, reduction=Reduction(percent=10))})
    found = quoted(Operator(alike, {}), replace(BORN_NEAR, draft=WITH_CODE.draft), NOON)
    assert (found.total, found.code) == (Kurus(8640), "")


def test_without_a_birthday_discount_in_the_tariff_nobody_has_one() -> None:
    assert quoted(Operator(replace(TARIFF, birthday=None), {}), BORN_NEAR, NOON).total == Kurus(9600)


def own(*states: State) -> Standing:
    """With orders of their own that have used the code."""
    orders = tuple(ordered(state, "HOSGELDIN", f"{nth:032x}") for nth, state in enumerate(states))
    return replace(WITH_CODE, orders=orders)


def others(uses: int, *states: State) -> Standing:
    return replace(own(*states), code_uses=(("ABC", 99), ("HOSGELDIN", uses)))


TWICE = replace(CODE, per_person=2)
NORMAL_ONLY = replace(CODE, products=frozenset({Product.NORMAL}))

# who, code, day -> why it does not count
WHY = {
    "nobody has used it": (WITH_CODE, CODE, TODAY, ""),
    "the eve of its first day": (WITH_CODE, CODE, date(2026, 10, 31), "early"),
    "its first day": (WITH_CODE, CODE, date(2026, 11, 1), ""),
    "its last day": (WITH_CODE, CODE, date(2026, 11, 30), ""),
    "the day after its last": (WITH_CODE, CODE, date(2026, 12, 1), "over"),
    "used once already": (own(State.POSTED), CODE, TODAY, "yours"),
    "used once of twice": (own(State.POSTED), TWICE, TODAY, ""),
    "used twice of twice": (own(State.POSTED, State.AWAITING), TWICE, TODAY, "yours"),
    "cancelled and expired": (own(State.CANCELLED, State.EXPIRED), CODE, TODAY, ""),
    "spoiled in the print room": (own(State.SPOILED), CODE, TODAY, ""),
    "two others of three": (others(2), CODE, TODAY, ""),
    "three others of three": (others(3), CODE, TODAY, "used_up"),
    "two others and oneself of three": (others(2, State.POSTED), TWICE, TODAY, "used_up"),
    "very many of a code without a limit": (others(999), replace(CODE, uses=None), TODAY, ""),
    "another product": (WITH_CODE, NORMAL_ONLY, TODAY, "product"),
}


@pytest.mark.parametrize("name", WHY)
def test_a_code_counts_or_says_why_not(name: str) -> None:
    standing, code, day, why = WHY[name]
    assert code_refused(standing, code, day) == why


def test_whoever_takes_the_birthday_discount_has_it_noted_with_its_year_and_order() -> None:
    after = noted(OPERATOR, BORN_NEAR, quoted(OPERATOR, BORN_NEAR, NOON), "c" * 32)
    assert (after.birthday_year, after.birthday_order) == (2026, "c" * 32)


@pytest.mark.parametrize("standing", [ME, WITH_CODE], ids=["no discount", "a code"])
def test_nothing_is_noted_of_a_birthday_where_none_was_taken(standing: Standing) -> None:
    assert noted(OPERATOR, standing, quoted(OPERATOR, standing, NOON), "c" * 32) is standing.profile


def test_a_birthday_near_new_year_is_one_birthday_on_both_sides() -> None:
    """Born on 2 January: what was taken on 30 December is not given again on 3 January."""
    born = replace(BORN_NEAR, profile=replace(BORN_NEAR.profile, birth_date=date(1990, 1, 2)))
    december, january = (datetime(*day, 9, 0, tzinfo=UTC) for day in ((2026, 12, 30), (2027, 1, 3)))
    found = quoted(OPERATOR, born, december)
    assert found.discount.amount == 960
    order = ordered()
    after = replace(born, profile=noted(OPERATOR, born, found, order.id), orders=(order,))
    assert quoted(OPERATOR, after, january).discount == Kurus(0)


def test_whoever_changes_the_birth_date_to_and_fro_has_one_discount() -> None:
    """Around New Year two dates a few days apart are birthdays of two years; only the last order is noted."""
    new_year = datetime(2026, 12, 30, 9, 0, tzinfo=UTC)
    standing, taken_off = BORN_NEAR, []
    for nth, born in enumerate((date(1990, 12, 29), date(1990, 1, 2)) * 2):
        standing = replace(standing, profile=replace(standing.profile, birth_date=born))
        found = quoted(OPERATOR, standing, new_year)
        order = replace(ordered(name=f"{nth:032x}"), created_at=new_year, discount=found.discount)
        standing = replace(
            standing, profile=noted(OPERATOR, standing, found, order.id), orders=(*standing.orders, order)
        )
        taken_off.append(found.discount.amount)
    assert taken_off == [960, 0, 0, 0]
    later = quoted(OPERATOR, standing, new_year.replace(year=2027))
    assert later.discount == Kurus(960)
