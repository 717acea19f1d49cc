"""PayTR's tokens and hashes by the vectors of its manual's formulas; money and time as it writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payments.paytr import wire
from flows.words.text import Kurus

VECTORS = wire.Credentials("id", b"key", "salt")
LINK = {
    "name": "Mektup MX0001",
    "price": "3456",
    "currency": "TL",
    "max_installment": "1",
    "link_type": "product",
    "lang": "tr",
    "min_count": "1",
}
NOTICE = {
    "callback_id": "MX0001",
    "merchant_oid": "PTR123",
    "status": "success",
    "total_amount": "3456",
    "hash": "P0bWlKgqdm6EZkX2Rz0NhDDIoe24nHxMGENOkaYRmjY=",
}


@pytest.mark.parametrize(
    ("path", "form", "token"),
    [
        ("/odeme/api/link/create", LINK, "2jPK8cnpHXElplepnwH9tUohwtoez938eMGGHnoJnNk="),
        (
            "/odeme/iade",
            {"merchant_oid": "transactionId", "return_amount": "9.99"},
            "vcLAJjhDuf7fn5IcKFrx55vuNr82dgFSIXLufQtOLzM=",
        ),
        ("/odeme/durum-sorgu", {"merchant_oid": "transactionId"}, "60n/Ue6d0E2O6MbNiUdLo79i9XibF62J7uuRmRMzuj0="),
    ],
)
def test_a_call_has_the_token_of_the_vector(path: str, form: dict[str, str], token: str) -> None:
    assert wire.signed(VECTORS, path, form) == {"merchant_id": "id", **form, "paytr_token": token}


def test_a_callback_has_the_hash_of_the_vector() -> None:
    assert wire.callback_hash(VECTORS, NOTICE) == NOTICE["hash"]


# Credentials ----------------------------------------------------------------------------------------------------------


def test_credentials_are_three_values_and_never_shown() -> None:
    read = wire.credentials_of("123456:sifre:tuz")
    assert (read.merchant, read.key, read.salt) == ("123456", b"sifre", "tuz")
    assert "sifre" not in repr(read) and "tuz" not in repr(read)


@pytest.mark.parametrize(
    "given",
    ["", "123456", "123456:sifre", "123456:sifre:", ":sifre:tuz", "1:sifre:tuz:x", "1:şifre:tuz", "1: sifre:tuz"],
)
def test_other_credentials_are_refused_without_being_repeated(given: str) -> None:
    with pytest.raises(ValueError, match="merchant_id:merchant_key:merchant_salt") as refused:
        wire.credentials_of(given)
    assert "sifre" not in str(refused.value) and "şifre" not in str(refused.value)


# Money ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kurus"),
    [
        ("10,8", 1080),  # dev.paytr.com/durum-sorgu
        ("10.25", 1025),  # dev.paytr.com/iade-api
        ("0,05", 5),
        ("96", 9600),
        ("1234", 123400),
        ("1.234,56", 123456),
        ("1,234.5", 123450),
        ("1.234.567", 123456700),
        ("1.234.567,8", 123456780),
        ("20.00000000", 2000),  # once read as 0.00
    ],
)
def test_lira_are_read_with_a_dot_a_comma_or_both(written: str, kurus: int) -> None:
    assert wire.kurus(written) == Kurus(kurus)


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "10,", ",5", "-1", "+1", "1e3", "NaN", "10 TL", "10,80 ", "1_0", "١٢", "１０"),
        *("1.234", "1,230", "10.800"),  # thousands, or lira with three decimals
        *("10,855", "10.8001", "1.2.3", "1.23.456", "12.34,5", "1,234,5", "1.234.5", "1.234,567.8", "9" * 10),
    ],
)
def test_what_is_no_amount_or_may_be_two_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="lira"):
        wire.kurus(written)


AMOUNTS = st.integers(0, 99_999_999_99)


@given(AMOUNTS)
def test_what_we_write_as_lira_is_read_as_the_same_kurus(amount: int) -> None:
    assert wire.kurus(Kurus(amount).lira) == Kurus(amount)


@given(AMOUNTS, st.sampled_from([(",", ""), (".", ""), (",", "."), (".", ",")]), st.integers(0, 2))
def test_whatever_separates_them_lira_are_read_as_the_same_kurus(
    amount: int, separators: tuple[str, str], shortened: int
) -> None:
    """Thousands grouped or not, a zero at the end left out or not; and if it could be read otherwise, not at all."""
    point, group = separators
    whole, part = divmod(amount, 100)
    written = f"{whole:,}".replace(",", group) + f"{point}{part:02}"
    for _ in range(shortened):
        written = written.removesuffix("0")
    written = written.removesuffix(point)
    if group and written.count(group) == 1 and point not in written:
        with pytest.raises(ValueError, match="two ways"):
            wire.kurus(written)
    else:
        assert wire.kurus(written) == Kurus(amount)


@given(st.text("0123456789.,-+ eTL٣", max_size=14))
def test_a_text_is_read_as_an_amount_or_refused_and_never_becomes_another(written: str) -> None:
    try:
        read = wire.kurus(written)
    except ValueError:
        return
    digits = written.replace(".", "").replace(",", "")
    assert digits.isascii() and digits.isdigit()
    assert str(read.amount).strip("0") == digits.strip("0")


# Time and names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2021-01-01 23:59:59", datetime(2021, 1, 1, 20, 59, 59, tzinfo=UTC)),
        ("2021-01-01", datetime(2020, 12, 31, 21, tzinfo=UTC)),
        ("", None),
        ("dün", None),
    ],
)
def test_time_is_read_by_the_clock_of_turkiye(written: str, at: datetime | None) -> None:
    assert wire.instant(written) == at


def test_time_is_written_by_the_clock_of_turkiye() -> None:
    assert wire.stamp(datetime(2026, 11, 23, 21, 30, 5, tzinfo=UTC)) == "2026-11-24 00:30:05"


@given(st.text("aş:/ 0", max_size=80))
def test_any_key_of_a_refund_becomes_a_name_that_paytr_keeps(key: str) -> None:
    name = wire.reference_no(key)
    assert len(name) == 32 and name.isalnum() and name.isascii()
    assert wire.reference_no(key) == name != wire.reference_no(key + "x")


# Callbacks ------------------------------------------------------------------------------------------------------------


def test_the_fields_of_a_callback_are_read() -> None:
    assert wire.notice_of(urlencode(NOTICE).encode()) == NOTICE


BODY = urlencode(NOTICE).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        BODY + b"&status=success",  # twice: which of the two is signed?
        BODY + b"&x=%ff",
        BODY + "&x=ş".encode(),
        BODY + b"&x=1" * 50,
        BODY.replace(b"success", b"SUCCESS"),
        BODY.replace(b"3456", b"34.56"),
        BODY.replace(b"3456", b"-3456"),
        BODY.replace(b"3456", b"1" * 13),
        BODY.replace(b"MX0001", b"MX%200001"),
        BODY.replace(b"PTR123", b"%D9%A3"),
        BODY.replace(b"PTR123", b"P" * 65),
        BODY.replace(b"merchant_oid", b"merchant_id"),
        BODY.replace(b"hash", b"mash"),
    ],
)
def test_what_can_be_no_callback_is_not_read(raw: bytes) -> None:
    assert wire.notice_of(raw) is None
