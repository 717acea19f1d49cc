"""Marks that nobody sees: gone from answers, left where a script needs them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words.invisible import answered, unmarked

ANSWERS: dict[str, tuple[str, str]] = {
    "nothing to drop": ("Işıl İnci", "Işıl İnci"),
    "a zero-width space before and after": ("\u200bIşıl İnci\u200b", "Işıl İnci"),
    "direction marks around a number": ("\u202a0532 123 45 67\u202c", "0532 123 45 67"),
    "left-to-right and right-to-left marks": ("\u200e\u200f34710\u061c", "34710"),
    "isolates": ("\u2066Kadıköy\u2069", "Kadıköy"),
    "a byte order mark": ("\ufeffevet", "evet"),
    "a word joiner and a soft hyphen within": ("cad\u2060de\u00adsi", "caddesi"),
    "marks at the ends of each line": ("Moda Cad.\u200b\n\u200e34710 Kadıköy", "Moda Cad.\n34710 Kadıköy"),
    "a joiner at the end": ("Ayşe\u200d", "Ayşe"),
    "a joiner before a blank": ("Ayşe\u200c Kaya", "Ayşe Kaya"),
    "a joiner beside another mark": ("Ayşe\u200c\u200b Kaya", "Ayşe Kaya"),
    "a letter that looks like nothing": ("\u3164", ""),
    "a Persian name needs its joiner": ("علی\u200cرضا", "علی\u200cرضا"),
    "an Indian word needs its joiner": ("क्\u200dष", "क्\u200dष"),
    "a family of four is one sign": ("👩\u200d👩\u200d👧\u200d👦", "👩\u200d👩\u200d👧\u200d👦"),
    "a red heart stays red": ("❤\ufe0f", "❤\ufe0f"),
    "the i with two dots that İ becomes": ("i\u0307pek", "ipek"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_is_what_its_reader_sees(case: str) -> None:
    typed, meant = ANSWERS[case]
    assert answered(typed) == meant


@pytest.mark.parametrize("typed", ["\u200b", "\u200f\u200e", "\u2060\ufeff\u00ad", "\u3164", ""])
def test_marks_alone_are_nothing(typed: str) -> None:
    assert unmarked(typed) == answered(typed) == ""


@given(st.text(st.characters() | st.sampled_from("a i\u0307\u200b\u200c\u200d\u200e\u00ad\n"), max_size=60))
def test_dropping_twice_drops_nothing_more(typed: str) -> None:
    assert unmarked(unmarked(typed)) == unmarked(typed)
    assert answered(answered(typed)) == answered(typed)
