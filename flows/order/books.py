"""What was paid and given back, payment by payment: our books beside an institution's, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from flows.words.text import Kurus

__all__ = ["Account", "Difference", "Entry", "Kind", "Mismatch", "books", "differences", "total"]

Name = tuple[str, str]
"""(institution, its number for a payment): two institutions may give the same number."""


class Kind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a book: money that came, or a part of it that went back. order: "MX000123" where the book knows it."""

    kind: Kind
    provider: str
    payment: str
    amount: Kurus
    currency: str = "TRY"
    at: datetime | None = None
    order: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """All entries of one payment."""

    paid: tuple[Entry, ...] = ()
    refunded: tuple[Entry, ...] = ()

    @property
    def left(self) -> int:
        """Kuruş that came and have not gone back."""
        return sum(one.amount.amount for one in self.paid) - sum(one.amount.amount for one in self.refunded)

    @property
    def order(self) -> str:
        return next((one.order for one in (*self.paid, *self.refunded) if one.order), "")


Books = Mapping[Name, Account]


@dataclass(slots=True)
class _Page:
    paid: list[Entry] = field(default_factory=list)
    refunded: list[Entry] = field(default_factory=list)


def books(entries: Iterable[Entry]) -> Books:
    """An account for each payment, from entries in any order."""
    pages: dict[Name, _Page] = {}
    for entry in entries:
        page = pages.setdefault((entry.provider, entry.payment), _Page())
        (page.paid if entry.kind is Kind.PAYMENT else page.refunded).append(entry)
    return {name: Account(tuple(page.paid), tuple(page.refunded)) for name, page in pages.items()}


def total(of: Books) -> Mapping[str, int]:
    """Kuruş that are left, by currency: what our books and the institution's must agree upon."""
    sums: Counter[str] = Counter()
    for account in of.values():
        for one in account.paid:
            sums[one.currency] += one.amount.amount
        for one in account.refunded:
            sums[one.currency] -= one.amount.amount
    return sums


class Mismatch(StrEnum):
    """How the two books can differ about a payment or a refund."""

    UNKNOWN_HERE = "unknown_here"  # paid there, and nothing of it here
    UNKNOWN_THERE = "unknown_there"  # paid here, and not in the statement of those days
    AMOUNT = "amount"
    CURRENCY = "currency"
    TWICE = "twice"  # in the statement more than once
    REFUND_HERE = "refund_here"  # given back here only
    REFUND_THERE = "refund_there"  # given back there only
    REFUND_AMOUNT = "refund_amount"


@dataclass(frozen=True, slots=True)
class Difference:
    """One of them: ours and theirs, None where there is none."""

    what: Mismatch
    ours: Entry | None
    theirs: Entry | None

    @property
    def order(self) -> str:
        return (self.ours.order if self.ours else "") or (self.theirs.order if self.theirs else "")


def differences(ours: Books, theirs: Books, first: datetime, last: datetime) -> Iterator[Difference]:
    """Where a statement and our books differ, payment by payment.

    A statement tells of its days only, from `first` until before `last`: what we know of other days is compared where
    the statement speaks of it, and missed nowhere.
    """
    for name, their in sorted(theirs.items()):
        yield from _paid(ours.get(name, Account()), their)
        yield from _refunded(ours.get(name, Account()), their, first, last)
    for name, our in sorted(ours.items()):
        if name in theirs:
            continue
        for one in our.paid:
            if _within(one, first, last):
                yield Difference(Mismatch.UNKNOWN_THERE, one, None)
        yield from _refunded(our, Account(), first, last)


def _paid(our: Account, their: Account) -> Iterator[Difference]:
    if not their.paid:
        return
    one = their.paid[0]
    for again in their.paid[1:]:
        yield Difference(Mismatch.TWICE, our.paid[0] if our.paid else None, again)
    if not our.paid:
        yield Difference(Mismatch.UNKNOWN_HERE, None, one)
    elif our.paid[0].currency != one.currency:
        yield Difference(Mismatch.CURRENCY, our.paid[0], one)
    elif our.paid[0].amount != one.amount:
        yield Difference(Mismatch.AMOUNT, our.paid[0], one)


def _refunded(our: Account, their: Account, first: datetime, last: datetime) -> Iterator[Difference]:
    """Refunds of a payment bear no name that both books know: equal amounts are the same one."""
    unmet = list(our.refunded)
    only_there: list[Entry] = []
    for one in their.refunded:
        same = next((mine for mine in unmet if (mine.amount, mine.currency) == (one.amount, one.currency)), None)
        if same is None:
            only_there.append(one)
        else:
            unmet.remove(same)
    only_here = [one for one in unmet if _within(one, first, last)]
    for here, there in zip(only_here, only_there, strict=False):
        yield Difference(Mismatch.REFUND_AMOUNT, here, there)
    met = min(len(only_here), len(only_there))
    for here in only_here[met:]:
        yield Difference(Mismatch.REFUND_HERE, here, None)
    for there in only_there[met:]:
        known = our.paid[0] if our.paid else None
        yield Difference(Mismatch.REFUND_THERE, known, there)


def _within(entry: Entry, first: datetime, last: datetime) -> bool:
    return entry.at is None or first <= entry.at < last
