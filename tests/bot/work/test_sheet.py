"""The letter of a draft as the drawing room takes it: its words and how they are set."""

from __future__ import annotations

from bot.work.letter_handlers import sheet
from flows.core.events import Person
from flows.core.state import Draft, Standing
from flows.input.manuscript import Manuscript
from flows.words.styles import Kind, Style
from tests.dialogue import operator


def test_formatting_goes_to_paper_with_its_words() -> None:
    words = Manuscript().with_part(1, "Canım").with_part(2, "çok özel", styles=(Style(4, 8, Kind.BOLD),))
    letter = sheet(Standing(Person("telegram", "1"), draft=Draft(letter="a" * 32, manuscript=words)), operator())
    assert (letter.text, letter.styles) == ("Canım\nçok özel", (Style(10, 14, Kind.BOLD),))
