"""An institution's statement as a CSV file: the columns of iyzico, of PayTR and of our own become entries of a book."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flows.input.card_number import has_card_number
from flows.input.lira import lira
from flows.order.books import Entry, Kind
from flows.words.dates import ISTANBUL
from flows.words.turkish import fold

__all__ = ["LARGEST", "LAYOUTS", "LONGEST", "Layout", "StatementError", "read_statement"]

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a statement; a year of a thousand letters a day is less."""

LONGEST: Final = 200_000
"""Lines of one."""


class StatementError(ValueError):
    """A file that cannot be read as a statement: the sentence says where, and what is accepted."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a statement has its columns, and the words for what a line is; all folded. succeeded: the words of
    `status` for money that moved, where there is such a column. order: "" without one."""

    payment: str
    kind: str
    amount: str
    currency: str
    at: str
    payments: frozenset[str]
    refunds: frozenset[str]
    order: str = ""
    status: str = ""
    succeeded: frozenset[str] = frozenset()

    @property
    def needed(self) -> frozenset[str]:
        return frozenset({self.payment, self.kind, self.amount, self.at})


def _words(*words: str) -> frozenset[str]:
    return frozenset(words)


LAYOUTS: Final[Mapping[str, Layout]] = {
    # docs.iyzico.com, reporting service: the fields of its transactions
    "iyzico": Layout(
        "paymentid",
        "transactiontype",
        "paidprice",
        "transactioncurrency",
        "transactiondate",
        _words("payment"),
        _words("refund", "cancel"),
        status="transactionstatus",
        succeeded=_words("success", "1"),
    ),
    # dev.paytr.com, işlem dökümü: S is a sale, I a refund
    "paytr": Layout(
        "siparis_no", "islem_tipi", "islem_tutari", "para_birimi", "islem_tarihi", _words("s", "satis"),
        _words("i", "iade"),
    ),
    "neutral": Layout(
        "payment", "kind", "amount", "currency", "at", _words("payment", "odeme"), _words("refund", "iade"), "order"
    ),
}  # fmt: skip
"""A row for each kind of export; the header of the file tells which it is (docs/operations.md, "Reconciliation")."""

_PAYMENT: Final = re.compile(r"(?a)[\w.:-]{1,64}")
_ORDER: Final = re.compile(r"(?a)MX\d{6,12}")
_TIMES: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
)  # fmt: skip
_CURRENCIES: Final[Mapping[str, str]] = {"": "TRY", "TL": "TRY", "₺": "TRY"}


def read_statement(raw: bytes, provider: str) -> Iterator[Entry]:
    """The entries of a statement of this institution, line by line.

    Errors: StatementError that names the line and never repeats what stands in it.
    """
    if len(raw) > LARGEST:
        raise StatementError(f"The file has more than {LARGEST // 1024 // 1024} MB. Please export fewer days at once.")
    words = _decoded(raw)
    header, _, _ = words.partition("\n")
    delimiter = max(";,\t", key=header.count)
    rows = csv.reader(io.StringIO(words), delimiter=delimiter, strict=True)
    try:
        names = [_name(one) for one in next(rows, [])]
        layout = _layout_of(names)
        for number, row in enumerate(rows, 2):
            if number > LONGEST:
                raise StatementError(f"The file has more than {LONGEST} lines. Please export fewer days at once.")
            if any(cell.strip() for cell in row):
                entry = _entry(layout, dict(zip(names, row, strict=False)), provider, number)
                if entry is not None:
                    yield entry
    except csv.Error as error:
        raise StatementError(f"The file cannot be read as CSV near line {rows.line_num}.") from error


def _decoded(raw: bytes) -> str:
    """UTF-8, or the code page with which a Turkish spreadsheet saves."""
    if b"\0" in raw:
        raise StatementError("The file is no text. Please export it as CSV, not as a spreadsheet.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1254", "replace")


def _name(column: str) -> str:
    return fold(column.strip().strip('"'))


def _layout_of(names: list[str]) -> Layout:
    for layout in LAYOUTS.values():
        if layout.needed <= set(names):
            return layout
    wanted = "; ".join(f"{name}: {', '.join(sorted(layout.needed))}" for name, layout in LAYOUTS.items())
    raise StatementError(f"The first line names other columns than a statement has. Accepted are {wanted}.")


def _entry(layout: Layout, row: Mapping[str, str], provider: str, line: int) -> Entry | None:
    """None for a line of money that did not move."""

    def cell(name: str) -> str:
        return row.get(name, "").strip()

    if layout.status and cell(layout.status) and fold(cell(layout.status)) not in layout.succeeded:
        return None
    word, typed = fold(cell(layout.kind)), cell(layout.amount)
    kind = Kind.PAYMENT if word in layout.payments else Kind.REFUND if word in layout.refunds else None
    if kind is None:
        accepted = ", ".join(sorted(layout.payments | layout.refunds))
        raise StatementError(f"Line {line}: what it is cannot be read. Accepted in column {layout.kind}: {accepted}.")
    amount = lira(typed.removeprefix("-") if kind is Kind.REFUND else typed, exported=True)
    if amount is None or not amount.amount:
        raise StatementError(f"Line {line}: the amount cannot be read. Accepted: 48,50 or 48.50 or 1.248,50.")
    payment, order = cell(layout.payment), cell(layout.order) if layout.order else ""
    if not _PAYMENT.fullmatch(payment) or has_card_number(payment):
        raise StatementError(f"Line {line}: the payment's number cannot be read. Accepted: 1 to 64 letters and digits.")
    currency = cell(layout.currency).upper()
    currency = _CURRENCIES.get(currency, currency)
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise StatementError(f"Line {line}: the currency cannot be read. Example: TRY.")
    return Entry(
        kind,
        provider,
        payment,
        amount,
        currency,
        _time(cell(layout.at), line),
        order if _ORDER.fullmatch(order) else "",
    )


def _time(typed: str, line: int) -> datetime:
    """In UTC; without a zone it is Istanbul's."""
    for read in (datetime.fromisoformat, *(lambda text, form=form: datetime.strptime(text, form) for form in _TIMES)):
        try:
            found: datetime = read(typed)
        except ValueError:
            continue
        return (found if found.tzinfo else found.replace(tzinfo=ISTANBUL)).astimezone(UTC)
    raise StatementError(f"Line {line}: the time cannot be read. Example: 2026-11-23 14:05:00.")
