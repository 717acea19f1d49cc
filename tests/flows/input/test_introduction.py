"""Name, e-mail address and telephone number in one message: which part is which, however they are parted."""

from __future__ import annotations

import pytest

from flows.input.introduction import Introduction, introduced

NAME, MAIL, PHONE = "Işıl İnci", "isil@example.com", "0532 123 45 67"

CASES = {
    f"{NAME}, {MAIL}, {PHONE}": Introduction(NAME, MAIL, PHONE),
    f"{PHONE}\n{MAIL}\n{NAME}": Introduction(NAME, MAIL, PHONE),
    f"{MAIL},{NAME}": Introduction(NAME, MAIL),
    f"{MAIL}, Can Er": Introduction("Can Er", MAIL),
    f"{NAME},isil@gmail,com,{PHONE}": Introduction(NAME, "isil@gmail,com", PHONE),
    f"{NAME}, isil@hotmail,com.tr": Introduction(NAME, "isil@hotmail,com.tr"),
    "isil@gmail,com Işıl İnci": Introduction(NAME, "isil@gmail,com"),
    "isil@gmail,Comert Er": Introduction("Comert Er", "isil@gmail"),
    f"{NAME} {MAIL} isil@gmail.com": Introduction(f"{NAME} {MAIL} isil@gmail.com"),
}


@pytest.mark.parametrize("typed", CASES)
def test_the_parts_of_an_introduction(typed: str) -> None:
    assert introduced(typed) == CASES[typed]
