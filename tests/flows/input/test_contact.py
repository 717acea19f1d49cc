"""Name, telephone, e-mail and code: what people really type, and what is stored of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.contact import read_code, read_email, read_name, read_phone, suggest_email
from flows.words.text import Text


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ışıl İNCİ", "ışıl İNCİ"),
        ("  Işıl   İnci ", "Işıl İnci"),
        ("Işıl\nİnci", "Işıl İnci"),
        ("I\u0307pek Gu\u0308l", "İpek Gül"),
        ("Ayşe-Nur O’Brien", "Ayşe-Nur O’Brien"),
        ("M. Kemal Çelik", "M. Kemal Çelik"),
        ("Николай Гоголь", "Николай Гоголь"),
        ("محمد علي", "محمد علي"),
        ("Comtesse de La Fère", "Comtesse de La Fère"),
    ],
)
def test_a_name_stays_exactly_as_typed(typed: str, name: str) -> None:
    """Only spaces and the composition of letters are tidied."""
    assert read_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("Ayşe", "both the name and the surname"),
        ("Ayşe .", "both the name and the surname"),
        ("", "both the name and the surname"),
        ("Ayşe 2", "letters only"),
        ("ayse@example.com A", "letters only"),
        ("www.ornek.com Ayşe", "letters only"),
        ("ornek.com tıkla", "letters only"),
        ("Ayşe \u202eKaya", "letters only"),
        ("Ayşe \ud800Kaya", "letters only"),
        ("Ayşe 😀 Kaya", "letters only"),
        ("Ayşe " + "a" * 80, "does not fit"),
    ],
)
def test_what_is_no_name_is_asked_again(typed: str, reason: str) -> None:
    """With the reason and an example."""
    answer = read_name(typed)
    assert isinstance(answer, Text)
    assert reason in answer.message
    assert answer.message.endswith("Example: Işıl İnci")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0532 123 45 67", "+905321234567"),
        ("05321234567", "+905321234567"),
        ("5321234567", "+905321234567"),
        ("(0532) 123-45-67", "+905321234567"),
        ("+90 532 123 45 67", "+905321234567"),
        ("90 532 123 45 67", "+905321234567"),
        ("0090 532 123 45 67", "+905321234567"),
        ("٠٥٣٢١٢٣٤٥٦٧", "+905321234567"),
        ("０５３２１２３４５６７", "+905321234567"),
        ("0212 555 44 33", "+902125554433"),
        ("+49 30 1234567", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+1 (650) 253-0000", "+16502530000"),
    ],
)
def test_a_telephone_number_becomes_e164(typed: str, number: str) -> None:
    """Turkish numbers in every habit, other countries with their plus."""
    assert read_phone(typed) == number


@pytest.mark.parametrize(
    "typed", ["", "123", "0532 123 45", "telefonum yok", "0532 123 45 67 89 10", "0532CALLME1", "1" * 300]
)
def test_what_is_no_number_is_asked_again(typed: str) -> None:
    """The example is the Turkish mobile form."""
    answer = read_phone(typed)
    assert isinstance(answer, Text)
    assert answer.message.endswith("Example: 05XX XXX XX XX")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("isil@example.com", "isil@example.com"),
        (" Isil.Inci+mektup@EXAMPLE.COM ", "Isil.Inci+mektup@example.com"),
        ("BILGI@ISIK.COM", "BILGI@isik.com"),  # ASCII: capital I is i, never ı
        ("a@şirket.com.tr", "a@xn--irket-idb.com.tr"),
        ("<a@b.co>", "a@b.co"),
        ("mailto:a@b.co", "a@b.co"),
        ("l" * 64 + "@example.com", "l" * 64 + "@example.com"),
    ],
)
def test_an_email_address_is_ready_to_send_to(typed: str, address: str) -> None:
    """The part before @ keeps its case, the domain is ASCII and lower-case."""
    assert read_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "isil", "isil@", "@example.com", "a@b", "a b@example.com", "a@@b.com", "a..b@example.com", ".a@example.com",
     "a@-b.com", "a@b..com", "a@1.2.3.4", "l" * 65 + "@example.com", "a@" + "b" * 64 + ".com",
     "a@" + "b." * 130 + "com",
     "a@b.com\r\nBcc: c@d.com", "a@b.c", "ışıl@example.com"],
)  # fmt: skip
def test_what_is_no_email_address_is_asked_again(typed: str) -> None:
    """Among them what would become a second header line."""
    answer = read_email(typed)
    assert isinstance(answer, Text)
    assert answer.message.endswith("Example: isil@example.com")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a@gmail.con", "a@gmail.com"),
        ("a@gmial.com", "a@gmail.com"),
        ("a@gmai.com", "a@gmail.com"),
        ("a@gmail.co", "a@gmail.com"),
        ("a@hotmial.com", "a@hotmail.com"),
        ("a@outlok.com", "a@outlook.com"),
        ("a@yaho.com", "a@yahoo.com"),
        ("a@hotmail.con.tr", "a@hotmail.com.tr"),
        ("a@firma.cmo", "a@firma.com"),
        ("a@firma.con", "a@firma.com"),
    ],
)
def test_a_slip_of_the_finger_is_offered(typed: str, meant: str) -> None:
    """Offered as a question; nothing is applied here."""
    assert suggest_email(typed) == meant


@pytest.mark.parametrize(
    "typed",
    ["a@gmail.com", "a@hotmail.com", "a@ymail.com", "a@mail.com", "a@email.com", "a@me.com", "a@itu.edu.tr",
     "a@firma.co", "a@posteo.de", "a@example.com", "a@mektupx.com.tr"],
)  # fmt: skip
def test_a_real_domain_is_never_doubted(typed: str) -> None:
    """Known ones above all, however close to each other."""
    assert suggest_email(typed) is None


@pytest.mark.parametrize(
    "typed", ["418203", "418 203", "418-203", " 4 1 8 2 0 3 ", "٤١٨٢٠٣", "４１８２０３", "418–203"]
)
def test_a_code_is_six_digits_however_typed(typed: str) -> None:
    """Spaces, dashes and other keyboards do not cost an attempt."""
    assert read_code(typed) == "418203"


@pytest.mark.parametrize("typed", ["", "41820", "4182033", "kod", "41820a", "²²²²²²x"])
def test_what_is_no_code_is_asked_again(typed: str) -> None:
    """With an example."""
    answer = read_code(typed)
    assert isinstance(answer, Text)
    assert answer.message.endswith("Example: 123456")


@given(st.text(max_size=80))
def test_any_text_is_answered(typed: str) -> None:
    """A value or a sentence, never an exception; a value is stable when typed again."""
    for read in (read_name, read_phone, read_email, read_code):
        found = read(typed)
        assert isinstance(found, str | Text)
        if isinstance(found, str):
            assert read(found) == found
