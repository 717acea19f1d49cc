"""E-mail addresses: internationalised ones go where they say, look-alikes and slips are offered, never applied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.email import read_email, readable, suggest_email
from flows.words.text import Text


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("isil@example.com", "isil@example.com"),
        (" Isil.Inci+mektup@EXAMPLE.COM ", "Isil.Inci+mektup@example.com"),
        ("BILGI@ISIK.COM", "BILGI@isik.com"),  # ASCII: capital I is i, never ı
        ("a@şirket.com.tr", "a@xn--irket-idb.com.tr"),
        ("<a@b.co>", "a@b.co"),
        ("mailto:a@b.co", "a@b.co"),
        ("jens@faß.de", "jens@xn--fa-hia.de"),  # IDNA 2008: another domain than fass.de
        ("a@βόλος.com", "a@xn--nxasmm1c.com"),  # a final sigma is a letter of its own
        ("ayse@gmai\u0307l.com", "ayse@gmail.com"),  # the i that a computer makes of İ
        ("i\u0307pek@example.com", "ipek@example.com"),
        ("\u200eisil@example.com\u200b", "isil@example.com"),
        ("isil@exam\u00adple.com", "isil@example.com"),
        ("\ufeffisil@example.com.", "isil@example.com"),
        ("isil＠example.com", "isil@example.com"),
        ("ışıl@example.com", "ışıl@example.com"),  # the mail server says whether it can be mailed (RFC 6531)
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
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
     "a@b.com\r\nBcc: c@d.com", "a@b.c", "a@exa_mple.com", "a@[127.0.0.1]", '"a b"@example.com'],
)  # fmt: skip
def test_what_is_no_email_address_is_asked_again(typed: str) -> None:
    """Among them what would become a second header line, and what a mail server takes and no person has."""
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
        ("a@gmail.com.tr", "a@gmail.com"),
        ("ayse@gmaıl.com", "ayse@gmail.com"),  # a dotless ı
        ("ayse@gmаil.com", "ayse@gmail.com"),  # a Cyrillic а
        ("ayse@ɡmаіӏ.com", "ayse@gmail.com"),  # four letters of other scripts
        ("ayse@оutlооk.com", "ayse@outlook.com"),  # three Cyrillic о
        ("ayse@hotmaıl.con", "ayse@hotmail.com"),
        ("ayse@yahoo.çom", "ayse@yahoo.com"),
        ("ışıl@example.com", "isil@example.com"),
        ("İpek.Gül@gmail.com", "ipek.Gul@gmail.com"),
        ("аyse@example.com", "ayse@example.com"),  # a Cyrillic а before the @ sign
        ("a@örnek.con", "a@örnek.com"),  # its other letters stay its own
    ],
)
def test_a_slip_of_the_finger_is_offered(typed: str, meant: str) -> None:
    """Offered as a question; nothing is applied here."""
    address, wanted = read_email(typed), read_email(meant)
    assert isinstance(address, str)
    assert suggest_email(address) == wanted


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("isil@gmail,com", "isil@gmail.com"),
        ("isil@gmail;com", "isil@gmail.com"),
        ("isil@gmail..com", "isil@gmail.com"),
        ("isil@gmail. com", "isil@gmail.com"),
        ("isil @ gmail com", "isil@gmail.com"),
        ("isil@hotmail,com,tr", "isil@hotmail.com.tr"),
        ("isil@gmial,com", "isil@gmail.com"),
        ("isil@gmail", "isil@gmail.com"),
        ("isil@gmailcom", "isil@gmail.com"),
        ("Isil.Inci@firma,com,tr", "Isil.Inci@firma.com.tr"),
    ],
)
def test_a_dot_that_was_missed_is_offered(typed: str, meant: str) -> None:
    """What cannot be sent to as it stands."""
    assert isinstance(read_email(typed), Text)
    assert suggest_email(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "isil", "isil@", "@gmail,com", "isil@firma", "a b@gmail,com", "a@@gmail,com", "a..b@gmail,com",
              "a@1.2.3.4", "a@b.com\r\nBcc: c@d.com", "a@b.c", "a@exa_mple.com", "@,", "a@,,,"]
)  # fmt: skip
def test_where_nothing_near_can_be_sent_to_nothing_is_offered(typed: str) -> None:
    assert suggest_email(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["a@gmail.com", "a@hotmail.com", "a@ymail.com", "a@mail.com", "a@email.com", "a@me.com", "a@itu.edu.tr",
     "a@firma.co", "a@posteo.de", "a@example.com", "a@mektupx.com.tr", "a@hotmail.com.tr", "jens@faß.de",
     "a@örnek.com.tr", "a@ısparta.bel.tr", "用户@例子.广告"],
)  # fmt: skip
def test_a_real_domain_is_never_doubted(typed: str) -> None:
    """Known ones above all, however close to each other."""
    address = read_email(typed)
    assert isinstance(address, str)
    assert suggest_email(address) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("jens@xn--fa-hia.de", "jens@faß.de"),
        ("isil@example.com", "isil@example.com"),
        ("a@xn--irket-idb.com.tr", "a@şirket.com.tr"),
        ("a@xn--\u00e4.com", "a@xn--\u00e4.com"),  # what nobody can read is shown as it is
    ],
)
def test_a_domain_is_shown_in_its_own_letters(address: str, shown: str) -> None:
    assert readable(address) == shown


signs = st.characters() | st.sampled_from("@.ıİßçа\u0307\u200b")


@given(
    st.text(signs, max_size=80) | st.builds("{}@{}.com".format, st.text(signs, min_size=1), st.text(signs, min_size=1))
)
def test_any_text_is_answered(typed: str) -> None:
    """A value or a sentence, never an exception; a value is stable when typed again, and so is what is shown of it."""
    found = read_email(typed)
    if isinstance(found, Text):
        return
    assert read_email(found) == read_email(readable(found)) == found
    assert found.rpartition("@")[2].isascii()
    meant = suggest_email(found)
    assert meant is None or read_email(meant) == meant != found
