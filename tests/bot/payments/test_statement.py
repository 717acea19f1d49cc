"""A statement is read column by column; what cannot be read is a sentence with its line, and never repeated."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payments.statement import LARGEST, LONGEST, StatementError, read_statement
from flows.order.books import Entry, Kind
from flows.words.text import Kurus

AT = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)  # 14.05 in Istanbul
NEUTRAL = "payment;kind;amount;currency;at;order\n"
LINE = "22483975;payment;96,00;TRY;2026-11-23 14:05:00;MX000123\n"
PAID = Entry(Kind.PAYMENT, "iyzico", "22483975", Kurus(9600), "TRY", AT, "MX000123")


def read(words: str | bytes, provider: str = "iyzico") -> list[Entry]:
    raw = words if isinstance(words, bytes) else words.encode()
    return list(read_statement(raw, provider))


FILES = {
    "our own columns": NEUTRAL + LINE,
    "with commas between the columns": NEUTRAL.replace(";", ",")
    + '22483975,payment,"96,00",TRY,2026-11-23 14:05,MX000123\n',
    "with tabs": (NEUTRAL + LINE).replace(";", "\t"),
    "as a spreadsheet saves it": "\ufeff" + (NEUTRAL + LINE).replace("\n", "\r\n"),
    "with a zone": NEUTRAL + LINE.replace("2026-11-23 14:05:00", "2026-11-23T11:05:00+00:00"),
    "with Turkish words": NEUTRAL + "22483975;Ödeme;96,00 TL;TL;23.11.2026 14:05;MX000123\n",
    "with empty lines": NEUTRAL + "\n;;;;;\n" + LINE,
    "with columns in another order and more of them": "order;note;at;currency;amount;kind;payment\n"
    "MX000123;x;2026-11-23 14:05;TRY;96,00;payment;22483975\n",
}


@pytest.mark.parametrize("name", FILES)
def test_a_payment_is_read(name: str) -> None:
    assert read(FILES[name]) == [PAID]


def test_a_file_of_a_turkish_code_page_is_read() -> None:
    assert read((NEUTRAL + "1;İade;12,50;TL;23.11.2026;\n").encode("cp1254"))[0].kind is Kind.REFUND


def test_an_export_of_iyzico() -> None:
    words = (
        "transactionType,transactionStatus,transactionDate,paymentId,price,paidPrice,transactionCurrency,cardNumber\n"
        "PAYMENT,SUCCESS,2026-11-23 14:05:00,22483975,96.00000000,96.00000000,TRY,554960******0000\n"
        "PAYMENT,FAILURE,2026-11-23 14:04:00,22483974,96.0,96.0,TRY,554960******0000\n"
        "REFUND,SUCCESS,2026-11-23 14:05:00,22483975,12.5,12.5,TRY,\n"
    )
    assert read(words) == [
        Entry(Kind.PAYMENT, "iyzico", "22483975", Kurus(9600), "TRY", AT),
        Entry(Kind.REFUND, "iyzico", "22483975", Kurus(1250), "TRY", AT),
    ]


def test_an_export_of_paytr() -> None:
    words = (
        "islem_tipi;net_tutar;kesinti_tutari;islem_tutari;odeme_tutari;islem_tarihi;para_birimi;kart_no;siparis_no\n"
        "S;93,02;2,98;96,00;96,00;2026-11-23 14:05:00;TL;5549******0000;PTR123\n"
        "I;-12,50;0;-12,50;12,50;2026-11-23 14:05:00;TL;5549******0000;PTR123\n"
    )
    assert read(words, "paytr") == [
        Entry(Kind.PAYMENT, "paytr", "PTR123", Kurus(9600), "TRY", AT),
        Entry(Kind.REFUND, "paytr", "PTR123", Kurus(1250), "TRY", AT),
    ]


# what is wrong with the file -> what the sentence says
REFUSED = {
    "other columns": ("a;b\n1;2\n", "names other columns"),
    "nothing": ("", "names other columns"),
    "a spreadsheet": (b"PK\x03\x04\0\0", "not as a spreadsheet"),
    "an amount in thousands or in kuruş": (NEUTRAL + LINE.replace("96,00", "1.234"), "Line 2: the amount"),
    "no amount": (NEUTRAL + LINE.replace("96,00", "0"), "Line 2: the amount"),
    "a payment below zero": (NEUTRAL + LINE.replace("96,00", "-96,00"), "Line 2: the amount"),
    "another kind of line": (NEUTRAL + LINE + LINE.replace("payment", "fee"), "Line 3: what it is"),
    "no number of a payment": (NEUTRAL + LINE.replace("22483975", ""), "Line 2: the payment's number"),
    "a card's number as a payment's": (NEUTRAL + LINE.replace("22483975", "5528790000000008"), "Line 2: the payment's"),
    "a name as a payment's number": (NEUTRAL + LINE.replace("22483975", "Nermin Öztürk"), "Line 2: the payment's"),
    "no currency that is one": (NEUTRAL + LINE.replace("TRY", "LIRA"), "Line 2: the currency"),
    "no time": (NEUTRAL + LINE.replace("2026-11-23 14:05:00", "yesterday"), "Line 2: the time"),
    "a month that does not exist": (NEUTRAL + LINE.replace("2026-11-23", "2026-13-23"), "Line 2: the time"),
    "too many bytes": (b"x" * (LARGEST + 1), "more than 20 MB"),
    "an open quotation mark": (NEUTRAL + '"22483975;payment', "near line"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_a_sentence(name: str) -> None:
    words, said = REFUSED[name]
    with pytest.raises(StatementError, match=said) as refusal:
        read(words)
    assert "5528790000000008" not in str(refusal.value) and "Nermin" not in str(refusal.value)


def test_a_file_has_so_many_lines_at_most() -> None:
    with pytest.raises(StatementError, match=f"more than {LONGEST} lines"):
        read(NEUTRAL + "\n" * (LONGEST + 2))


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (NEUTRAL + text).encode("utf-8", "replace")))
def test_whatever_a_file_holds_it_is_read_or_refused_by_a_sentence(raw: bytes) -> None:
    try:
        read(raw)
    except StatementError as refusal:
        assert str(refusal)
