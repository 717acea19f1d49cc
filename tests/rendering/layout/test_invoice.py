"""The copy of an invoice: every word of it is on the page, and nothing in it is markup."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wording.invoice_page import invoice_page
from rendering.layout.invoice import html
from rendering.pdf import draw_invoice
from tests.flows.invoice.invoice_examples import COMPANY, LINE, REFUND, SALE
from tests.rendering.layout.test_report import words_of


def test_who_sells_who_buys_what_and_for_how_much() -> None:
    words = words_of(draw_invoice(invoice_page(SALE)))
    for part in (
        *("Fatura numarası MPX2026000000001", f"ETTN {SALE.ettn}", "Tarih 23 Kasım 2026", "Sipariş MX000123"),
        *("Örnek Ltd. Şti.", "Vergi dairesi: Çankaya", "Vergi numarası: 0123456789", "MERSİS: 0123456789000017"),
        *("Işıl İnci", "Moda Cad. No: 12, 34710 Kadıköy/İstanbul", "isil@example.com"),
        *("KDV hariç toplam 80,00 TL", "KDV (%20) 16,00 TL", "KDV dahil toplam 96,00 TL"),
    ):
        assert part in words.replace("\N{NO-BREAK SPACE}", " ")


def test_a_refund_says_what_it_takes_back() -> None:
    words = words_of(draw_invoice(invoice_page(replace(REFUND, buyer=COMPANY))))
    for part in ("İade faturası", "İadeye konu fatura MPX2026000000001", "Deniz A.Ş.", "Vergi dairesi: Kadıköy"):
        assert part in words


@pytest.mark.parametrize(
    "name", ["<b>&amp;</b>", "<img src='file:///etc/passwd'>", "{name}", "a\x00b", "\ud800", "W" * 300]
)
def test_whatever_somebody_is_called_is_words_and_stops_nothing(name: str) -> None:
    page = invoice_page(replace(SALE, buyer=replace(COMPANY, name=name, address=name)))
    assert "<img" not in html(page) and "<b>&amp;" not in html(page).replace("<b>&amp;amp;", "")
    assert draw_invoice(page).startswith(b"%PDF")


def test_many_lines_go_on_to_further_pages_under_their_heading() -> None:
    words = words_of(draw_invoice(invoice_page(replace(SALE, lines=(LINE,) * 25))))
    assert words.count("KDV oranı") > 1 and "2.400,00" in words
