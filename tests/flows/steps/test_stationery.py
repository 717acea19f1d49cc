"""The question for the paper: a button for each that the operator offers; the first measures until one is chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from flows.address.address import Address
from flows.conversation import machine
from flows.core.effects import MeasureLetter, Reply
from flows.core.events import ButtonTapped, Envelope, Moment, Person, TextWritten
from flows.core.state import Acceptance, Draft, Measure, Profile, Standing, Turn
from flows.core.step import Here, Operator
from flows.letter import measuring
from flows.price.price import default_tariff
from flows.steps import stationery
from flows.words.text import text
from locales import say

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATOR = Operator(
    default_tariff(),
    {},
    stationeries={"cizgili": text("stationery", "Lined"), "klasik": text("stationery", "Classic")},
)
WHERE = Address(name="Nermin Öztürk", street="Moda Cad.", number="12", ilce="Kadıköy", il="İstanbul")
MEASURED = Draft(
    letter="1",
    revision=7,
    measure=Measure(7, "cizgili", 1, 0, ()),
    addressee_name=WHERE.name,
    addressee=WHERE,
    checked=WHERE,
    finished=True,
)
ADULT = Profile(notice=Acceptance("1", "", NOON), adult_on=NOON.date())
ASKED = Standing(Person("t", "1"), step="stationery", profile=ADULT, draft=MEASURED)


def here(standing: Standing = ASKED, operator: Operator = OPERATOR) -> Here:
    return Here(standing, operator, NOON, "f" * 32)


def buttons(operator: Operator, language: str = "tr") -> list[tuple[str, str, str]]:
    choices, _back = stationery.ask(here(operator=operator)).buttons
    return [(key.action, key.value, operator.words(key.label, language)) for key in choices]


def chosen(name: str) -> Turn:
    tap = ButtonTapped("choose", name, str(ASKED.screen), "tap")
    return machine.advance(OPERATOR, ASKED, Envelope("1", ASKED.person, tap, Moment(NOON, "f" * 32)))


def test_each_paper_the_operator_offers_has_its_button_in_that_order() -> None:
    assert buttons(OPERATOR) == [("choose", "cizgili", "Lined"), ("choose", "klasik", "Classic")]


def test_a_button_speaks_the_language_of_the_sender() -> None:
    speaking = replace(OPERATOR, words=say, stationeries={"klasik": text("stationery", "Classic")})
    assert buttons(speaking, "tr") == [("choose", "klasik", "Klasik")]
    assert buttons(speaking, "en") == [("choose", "klasik", "Classic")]


def test_only_a_paper_on_offer_can_be_chosen() -> None:
    assert chosen("klasik").standing.draft.stationery == "klasik"
    assert chosen("sade").standing.draft.stationery == "", "known elsewhere, not offered here"


def test_until_one_is_chosen_the_letter_is_measured_on_the_first() -> None:
    writing = replace(ASKED, step="letter", draft=Draft())
    said = TextWritten("Merhaba", 1)
    turn = machine.advance(OPERATOR, writing, Envelope("1", writing.person, said, Moment(NOON, "f" * 32)))
    assert [one.stationery for one in turn.effects if isinstance(one, MeasureLetter)] == ["cizgili"]


def test_choosing_the_one_that_has_measured_keeps_what_was_measured() -> None:
    kept, lost = chosen("cizgili").standing, chosen("klasik").standing
    assert measuring.measured(here(kept)) == Measure(7, "cizgili", 1, 0, ())
    assert measuring.measured(here(lost)) is None


LABELS = {
    "klasik": "Classic",
    "modern": "Modern",
    "elyazisi": "Handwriting",
    "bayram": "Festive",
    "buyuk": "Large print",
}
EVERY = replace(OPERATOR, words=say, stationeries={name: text("stationery", label) for name, label in LABELS.items()})
TYPED = {
    # what is typed -> the paper; "" where it is none, or could be two
    "Klasik": "klasik", "bayram": "bayram", "bayramlık!": "bayram", "elyazısı": "elyazisi", "El Yazısı": "elyazisi",
    "el": "elyazisi", "büyük": "buyuk", "BÜYÜK YAZI": "buyuk", "yazı": "", "ba": "", "mavi": "", "?": "", ".": "",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "name"), TYPED.items())
def test_a_paper_is_known_by_the_beginning_of_its_name(typed: str, name: str) -> None:
    said = Envelope("1", ASKED.person, TextWritten(typed, 9), Moment(NOON, "f" * 32))
    turn = machine.advance(EVERY, ASKED, said)
    assert turn.standing.draft.stationery == name
    assert name or [one.text for one in turn.effects if isinstance(one, Reply)] == [stationery.STEP.accepts]


def test_a_beginning_that_two_papers_share_chooses_none() -> None:
    two = {"a": text("stationery", "Classic blue"), "b": text("stationery", "Classic red")}
    for typed, chosen_one in (("classicb", "a"), ("classic", "")):
        said = Envelope("1", ASKED.person, TextWritten(typed, 9), Moment(NOON, "f" * 32))
        turn = machine.advance(replace(OPERATOR, stationeries=two), ASKED, said)
        assert turn.standing.draft.stationery == chosen_one
