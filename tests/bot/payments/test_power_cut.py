"""The sandbox institution's books and a power cut: what was answered stays answered."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.payments.sandbox import books as sandbox
from bot.payments.sandbox.books import Books
from bot.payments.sandbox.wire import LinkRequest
from tests.prove.report import Row
from tests.storage.power_cut import Cut, say, survived

pytestmark = pytest.mark.usefixtures("strace")

ORDERS = 3
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def life(folder: str, *weakened: str) -> None:
    """New books: each order gets its link, is paid, and has half of it refunded."""
    sandbox.PRAGMAS = (*sandbox.PRAGMAS, *weakened)
    books = Books(Path(folder, "sandbox.db"))
    for number in range(ORDERS):
        order = f"{number:032x}"
        link = books.open_link(LinkRequest(order, "MX1", 4850, "TRY", NOON + timedelta(days=1), "x", "http://x"))
        say(f"opened {link.token}")
        books.act(link.token, "payment.settled", (4850,), "paid", NOON)
        say(f"paid {order}")
        books.refund(order, books.payments(order)[0].id, 2425)
        say(f"refunded {order}")
    books.close()


def check(place: Path, cut: Cut, row: Row) -> None:
    try:
        with closing(Books(place / "sandbox.db")) as books:
            row.lost += sum(books.link(token) is None for token in cut.said("opened"))
            row.lost += sum(len(books.payments(order)) != 1 for order in cut.said("paid"))
            row.lost += sum(books.refunded(order) is None for order in cut.said("refunded"))
    except sqlite3.Error as error:
        row.loses(f"{cut.moment}: {error}")


def test_a_power_cut_at_any_call_takes_back_nothing_that_the_bank_answered(tmp_path: Path) -> None:
    row = survived(tmp_path, life, check=check)
    assert row.tried > 200
    assert row.acknowledged == 3 * ORDERS
    assert row.good, row


def test_books_whose_folder_is_not_synced_are_found_out(tmp_path: Path) -> None:
    assert survived(tmp_path, life, "synchronous=FULL", check=check).lost
