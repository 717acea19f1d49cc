"""A ward and a father's name, written beside an address to a prison, stand on its envelope."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.address.address import Address, fits, lines, read_address
from flows.address.inmate import inmate, with_inmate
from flows.core import events as ev
from flows.core.state import Draft, Standing
from flows.steps import address_check
from tests.flows.wanderer import Wanderer

NAME = "Ali Can"
PRISON = "Silivri 5 No'lu Kapalı Ceza İnfaz Kurumu, Semizkumlar Mah. Çanta Cad. No: 1, 34570 Silivri/İstanbul"
KNOWN = read_address(PRISON, NAME).address
AT_CHECK = Standing(
    ev.Person("telegram", "1"),
    step="address_check",
    screen=7,
    draft=Draft(letter="a" * 32, addressee=KNOWN, addressee_name=NAME),
)


def written(*messages: str, known: Address = KNOWN) -> Standing:
    draft = replace(AT_CHECK.draft, addressee=known)
    wanderer = Wanderer(standing=replace(AT_CHECK, draft=draft))
    for nth, words in enumerate(messages, 9):
        wanderer.receive(ev.TextWritten(words, nth))
    return wanderer.standing


SAID: dict[str, tuple[tuple[str, ...], str]] = {
    # messages -> the line below the institution
    "father": (("baba adı Mehmet",), "Baba Adı Mehmet"),
    "with a colon": (("Baba adı: Mehmet",), "Baba Adı Mehmet"),
    "ward": (("C-12 koğuşu",), "C-12 Koğuşu"),
    "both": (("C-12 Koğuşu, baba adı Mehmet",), "C-12 Koğuşu - Baba Adı Mehmet"),
    "one by one": (("Babasının adı Mehmet", "C-12 Koğuşu"), "Babasının Adı Mehmet - C-12 Koğuşu"),
    "corrected": (("C-12 Koğuşu, baba adı Mehmet", "koğuş C-13"), "Baba Adı Mehmet - Koğuş C-13"),
}


@pytest.mark.parametrize(("messages", "line"), SAID.values(), ids=SAID.keys())
def test_a_ward_and_a_fathers_name_stand_below_the_institution(messages: tuple[str, ...], line: str) -> None:
    standing = written(*messages)
    found = standing.draft.addressee
    assert standing.question == "address_check"
    assert found is not None and fits(found)
    assert lines(found) == (*lines(KNOWN)[:3], line, *lines(KNOWN)[3:])


@pytest.mark.parametrize("words", ["baba adını bilmiyorum", "C-12 Koğuşu D: 5", "baba adı Mehmet, kapıcı bilir"])
def test_what_says_more_is_no_addition(words: str) -> None:
    """Nothing of it is left out unsaid."""
    assert written(words).draft.addressee == KNOWN


def test_the_example_of_the_sentence_is_understood() -> None:
    example = address_check.OF_INMATE.message.partition("Example: ")[2]
    found = written(example).draft.addressee
    assert found is not None and found.organisation.endswith(", C-12 Koğuşu - Baba Adı Mehmet")


@pytest.mark.parametrize("home", ["Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul"])
def test_elsewhere_they_are_no_part_of_an_address(home: str) -> None:
    known = read_address(home, NAME).address
    assert inmate(known, ("Baba Adı Mehmet",)) is None
    assert written("baba adı Mehmet", known=known).draft.addressee == known


def test_in_a_whole_address_they_are_understood_too() -> None:
    typed = "Silivri 5 No’lu Kapalı Ceza İnfaz Kurumu C-12 Koğuşu, Baba adı Mehmet, Silivri/İstanbul"
    reading = with_inmate(read_address(typed, NAME))
    assert not reading.blocking
    assert "Baba Adı Mehmet" in lines(reading.address)


def test_what_else_was_not_understood_is_still_asked_about() -> None:
    typed = "Silivri 5 No’lu Kapalı Ceza İnfaz Kurumu, Baba adı Mehmet, xqz vrt, Silivri/İstanbul"
    before = read_address(typed, NAME).address.unread
    after = with_inmate(read_address(typed, NAME)).address.unread
    assert after == tuple(part for part in before if "Baba" not in part) != ()
