"""What of a draft goes onto paper: marks on every sheet, none on the way to a prison."""

from __future__ import annotations

import pytest

from bot.work.letter_handlers import sheet
from flows.address.address import read_address
from flows.core.events import Person
from flows.core.state import Draft, Standing
from tests.dialogue import operator

# Where the letter goes -> whether its sheets bear marks
MARKED = {
    "Caferağa Mah. Moda Cad. No: 12 D: 5 34710 Kadıköy İstanbul": True,
    "Cezaevi Sok. No: 5 34710 Kadıköy İstanbul": True,
    "Metris Cezaevi C-7 koğuşu Esenler İstanbul": False,
    "silivri 5 nolu l tipi kapalı ceza infaz kurumu silivri istanbul": False,
    "HMP Wandsworth, Heathfield Road, London SW18 3HU, United Kingdom": False,
}


@pytest.mark.parametrize("typed", MARKED)
def test_a_letter_to_a_prison_bears_no_marks(typed: str) -> None:
    address = read_address(typed, "Leyla Ak").address
    draft = Draft(letter="a" * 32, addressee_name="Leyla Ak", addressee=address)
    assert sheet(Standing(Person("telegram", "1"), draft=draft), operator()).marks is MARKED[typed]
