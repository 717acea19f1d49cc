"""Name and code: what people really type, and what is stored of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.input.contact import read_code, read_name
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
        ("علی\u200cرضا کریمی", "علی\u200cرضا کریمی"),  # Persian writes this name with a joiner
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
    "typed",
    ["418203", "418 203", "418-203", " 4 1 8 2 0 3 ", "٤١٨٢٠٣", "４１８２０３", "418–203", "\u200b418\u200b203\u200f"],
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
    for read in (read_name, read_code):
        found = read(typed)
        assert isinstance(found, str | Text)
        if isinstance(found, str):
            assert read(found) == found
