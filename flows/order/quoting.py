"""The price of a draft as it stands: by the tariff of the day, with the better of the discounts its sender may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from flows.core.state import Draft, Profile, Standing, State
from flows.core.step import Operator
from flows.input.age import today_in_istanbul
from flows.price.discounts import Code, Offer
from flows.price.price import Product, sheets_of
from flows.price.quote import Quote, quote

__all__ = ["UNUSED", "code_refused", "noted", "quoted"]

UNUSED = frozenset({State.CANCELLED, State.EXPIRED, State.SPOILED})
"""An order that came to nothing gives its discount back; a letter that we spoiled takes nobody's, either."""

APART = timedelta(days=300)
"""Between two birthday discounts of one person lies nearly a year: a birthday may reach 30 days to both sides."""


def quoted(operator: Operator, standing: Standing, at: datetime) -> Quote:
    """What is paid for this draft if it is ordered now. Errors: NoPrices."""
    draft, today = standing.draft, today_in_istanbul(at)
    offers = _offers(operator, standing, today)
    sheets, photos = sheets_of(_pages(draft)), bool(draft.photos)
    return quote(operator.tariff, _product(draft), sheets, today, offers, photos=photos)


def _product(draft: Draft) -> Product:
    return Product(draft.product) if draft.product else Product.NORMAL


def _pages(draft: Draft) -> int:
    """Of the drawn letter; until then of the measured one."""
    found = draft.preview or draft.measure
    return max(1, found.pages) if found else 1


def _offers(operator: Operator, standing: Standing, today: date) -> Iterator[Offer]:
    """The birthday's first: where both are worth the same, the code is left for another time."""
    tariff = operator.tariff
    if tariff.birthday is not None and _birthday_year(operator, standing, today):
        yield Offer(tariff.birthday.reduction)
    code = tariff.codes.get(standing.draft.discount_code)
    if code is not None and not code_refused(standing, code, today):
        yield Offer(code.reduction, code.key)


def code_refused(standing: Standing, code: Code, today: date) -> str:
    """Why a code does not count for the draft, a key of flows.steps.discount.REFUSED; "" where it does."""
    own = sum(order.discount_code == code.key and order.state not in UNUSED for order in standing.orders)
    others = dict(standing.code_uses).get(code.key, 0)
    if today < code.valid_from:
        return "early"
    if today > code.valid_until:
        return "over"
    if own >= code.per_person:
        return "yours"
    if code.uses is not None and own + others >= code.uses:
        return "used_up"
    return "" if _product(standing.draft) in code.products else "product"


# The birthday, once a year --------------------------------------------------------------------------------------------


def _birthday_year(operator: Operator, standing: Standing, today: date) -> int:
    """The year of the birthday that is near and whose discount no living order has taken; 0 where there is none."""
    profile, discount = standing.profile, operator.tariff.birthday
    if discount is None or profile.birthday_consent is None or profile.birth_date is None:
        return 0
    near = discount.birthday_near(profile.birth_date, today)
    return 0 if near is None or _taken(standing, near.year) or _lately(standing, today) else near.year


def _taken(standing: Standing, year: int) -> bool:
    order = standing.order(standing.profile.birthday_order)
    return standing.profile.birthday_year == year and order is not None and order.state not in UNUSED


def _lately(standing: Standing, today: date) -> bool:
    """Also by an order that is not the last one noted: whoever gives another birth date has no second birthday."""
    return any(
        order.discount.amount
        and not order.discount_code
        and order.state not in UNUSED
        and today - today_in_istanbul(order.created_at) < APART
        for order in standing.orders
    )


def noted(operator: Operator, standing: Standing, found: Quote, order: str) -> Profile:
    """The profile of whoever orders at this price: a birthday discount is remembered for its year."""
    if found.offer is None or found.code:
        return standing.profile
    year = _birthday_year(operator, standing, found.day)
    return replace(standing.profile, birthday_year=year, birthday_order=order)
