"""Our books beside an institution's statement: every difference has its name, and without one both sums agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.order.books import Account, Entry, Kind, Mismatch, books, differences, total
from flows.words.text import Kurus

DAY = datetime(2026, 11, 22, 21, tzinfo=UTC)  # midnight in Istanbul
NOON = DAY + timedelta(hours=12)
END = DAY + timedelta(days=1)


def paid(payment: str = "1", kurus: int = 9600, currency: str = "TRY", at: datetime = NOON, **more: str) -> Entry:
    return Entry(
        Kind.PAYMENT, more.get("provider", "iyzico"), payment, Kurus(kurus), currency, at, more.get("order", "")
    )


def back(payment: str = "1", kurus: int = 9600, at: datetime = NOON, **more: str) -> Entry:
    return Entry(Kind.REFUND, more.get("provider", "iyzico"), payment, Kurus(kurus), "TRY", at, more.get("order", ""))


YESTERDAY = DAY - timedelta(hours=1)
# our entries, those of the statement -> what differs
CASES: dict[str, tuple[list[Entry], list[Entry], list[Mismatch]]] = {
    "nothing anywhere": ([], [], []),
    "the same in both": ([paid(), back(kurus=1250)], [paid(), back(kurus=1250)], []),
    "paid there and unknown here": ([], [paid()], [Mismatch.UNKNOWN_HERE]),
    "paid here and not there": ([paid()], [], [Mismatch.UNKNOWN_THERE]),
    "paid here on another day": ([paid(at=YESTERDAY)], [], []),
    "paid here at the end of the last day": ([paid(at=END)], [], []),
    "noted here a day later than there": ([paid(at=END)], [paid()], []),
    "another amount": ([paid()], [paid(kurus=9601)], [Mismatch.AMOUNT]),
    "another currency": ([paid()], [paid(currency="EUR")], [Mismatch.CURRENCY]),
    "twice in the statement": ([paid()], [paid(), paid()], [Mismatch.TWICE]),
    "twice in the statement and unknown here": ([], [paid(), paid()], [Mismatch.TWICE, Mismatch.UNKNOWN_HERE]),
    "the same number at another institution": (
        [paid(provider="paytr")],
        [paid()],
        [Mismatch.UNKNOWN_HERE, Mismatch.UNKNOWN_THERE],
    ),
    "given back here only": ([paid(), back()], [paid()], [Mismatch.REFUND_HERE]),
    "given back here only, of a payment of another day": (
        [paid(at=YESTERDAY), back()],
        [],
        [Mismatch.REFUND_HERE],
    ),
    "given back there only, in its panel": ([paid()], [paid(), back()], [Mismatch.REFUND_THERE]),
    "given back there, of a payment of another day": ([paid(at=YESTERDAY), back()], [back()], []),
    "another amount given back": ([paid(), back(kurus=1250)], [paid(), back(kurus=1251)], [Mismatch.REFUND_AMOUNT]),
    "two equal parts here, one there": (
        [paid(), back(kurus=100), back(kurus=100)],
        [paid(), back(kurus=100)],
        [Mismatch.REFUND_HERE],
    ),
    "parts in another order": (
        [paid(), back(kurus=100), back(kurus=200)],
        [paid(), back(kurus=200), back(kurus=100)],
        [],
    ),
    "given back twice there": ([paid(), back()], [paid(), back(), back()], [Mismatch.REFUND_THERE]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_differs_has_its_name(name: str) -> None:
    ours, theirs, wanted = CASES[name]
    assert [one.what for one in differences(books(ours), books(theirs), DAY, END)] == wanted


def test_a_difference_names_the_order_where_ours_know_it() -> None:
    (one,) = differences(books([paid(order="MX000123")]), books([paid(kurus=1)]), DAY, END)
    assert (one.order, one.ours and one.ours.amount, one.theirs and one.theirs.amount) == (
        "MX000123",
        Kurus(9600),
        Kurus(1),
    )


def test_an_account_says_what_is_left() -> None:
    (account,) = books([paid(order="MX000123"), back(kurus=1250), back(kurus=100)]).values()
    assert (account.left, account.order) == (8250, "MX000123")
    assert Account().left == 0


def test_the_total_is_told_by_currency() -> None:
    found = total(books([paid(), paid("2", 100, "EUR"), back(kurus=1250)]))
    assert found == {"TRY": 8350, "EUR": 100}


ENTRIES = st.lists(
    st.builds(
        lambda kind, payment, kurus: Entry(kind, "iyzico", payment, Kurus(kurus), "TRY", NOON),
        st.sampled_from(Kind),
        st.sampled_from("123"),
        st.integers(1, 9600),
    ),
    max_size=12,
)


@given(ENTRIES, st.randoms())
def test_the_same_entries_in_any_order_differ_in_nothing_but_what_stands_twice(
    entries: list[Entry], dice: object
) -> None:
    shuffled = list(entries)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert total(books(entries)) == total(books(shuffled))
    once = list({(one.kind, one.payment): one for one in entries}.values())
    assert list(differences(books(once), books(reversed(once)), DAY, END)) == []


@given(ENTRIES, ENTRIES)
def test_where_nothing_differs_the_sums_agree(ours: list[Entry], theirs: list[Entry]) -> None:
    if not list(differences(books(ours), books(theirs), DAY, END)):
        one, other = books(ours), books(theirs)
        paid_once = all(len(account.paid) <= 1 for account in one.values())
        assert not paid_once or total(one) == total(other)
