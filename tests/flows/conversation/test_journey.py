"""The journey as a map: every way leads to a question that exists, and nobody is stuck at one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from flows.conversation import journey
from flows.conversation.journey import ASIDES, DETOURS, JOURNEY, LEAVING, STEPS
from flows.core.step import Here
from tests.dialogue import operator
from tests.flows.conversation.test_machine import BESIDE, standings
from tests.flows.wanderer import START

SHARED = {
    "mydata": "rights",
    "erase": "rights",
    "restart": "cancel",
    "cancel_order": "cancel",
    "forget": "settings",
    "forget_invoice": "settings",
}  # in one file


def test_every_question_has_one_name_and_one_file() -> None:
    assert len(STEPS) == len(JOURNEY) + len(DETOURS) + len(ASIDES)
    folder = Path(journey.__file__).parents[1] / "steps"
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert files == {SHARED.get(name, name) for name in STEPS}


def test_the_way_back_leads_to_an_earlier_question() -> None:
    """From beside the way, to the question it was opened from; from the first of a letter home, with the draft kept."""
    order = [step.name for step in JOURNEY]
    for step in JOURNEY:
        if step.name != "addressee":
            assert not step.back or order.index(step.back) < order.index(step.name)
    assert STEPS["addressee"].back == "home"
    for step in DETOURS:
        assert not step.back or step.back in order


def test_going_back_again_and_again_comes_to_an_end() -> None:
    for name in STEPS:
        seen = [name]
        while STEPS[seen[-1]].back:
            seen.append(STEPS[seen[-1]].back)
            assert len(seen) == len(set(seen))


def test_a_new_person_is_asked_for_the_notice_and_somebody_known_for_an_addressee() -> None:
    assert journey.next_open(Here(standings()["notice"], operator(), START, "f" * 32)) == "notice"
    assert journey.next_open(Here(standings()["home"], operator(), START, "f" * 32)) == "addressee"


def test_the_letter_comes_first_and_the_person_last() -> None:
    assert [step.name for step in JOURNEY] == [
        "notice", "birth_date", "birth_check", "addressee", "address", "address_check", "letter", "delivery", "preview",
        "name", "phone", "email", "code", "invoice", "national_id", "contract", "payment", "home",
    ]  # fmt: skip


def test_there_is_a_way_back_from_every_question_but_the_first_and_the_last() -> None:
    without = {step.name for step in JOURNEY if not step.back}
    assert without == {"notice", "payment", "home"}


def test_the_happy_path_goes_through_the_journey_in_its_order() -> None:
    order = [step.name for step in JOURNEY]
    beside = {name for name, _ in BESIDE}
    walked = [name for name in standings() if name in order and name not in beside]
    assert all(order.index(one) < order.index(two) for one, two in pairwise(walked))


def test_special_names_are_names_of_questions() -> None:
    assert {step.name for step in ASIDES} >= LEAVING


def test_each_detour_is_named_by_the_question_that_leads_to_it() -> None:
    leading = {step.name: set(step.detours) for step in STEPS.values() if step.detours}
    assert leading == {
        "birth_check": {"blocked"},
        "delivery": {"stationery", "sender", "posting"},
        "preview": {"mend"},
        "contract": {"mend", "contact", "discount"},
        "payment": {"mend"},
    }
    assert {name for beside in leading.values() for name in beside} == {step.name for step in DETOURS}


def test_an_edit_takes_an_answer_back_but_where_something_has_come_of_it_already() -> None:
    """A used code, a letter that counts its own messages, a sent question, a consent, a refusal: and at home nothing
    is asked."""
    settled = {step.name for step in STEPS.values() if step.settled}
    assert settled == {"code", "letter", "support", "birthday", "blocked", "home"}


def test_a_button_drawn_elsewhere_is_one_the_question_takes() -> None:
    """The running line below a letter carries its buttons, the letter's own screen has none; so does the question about
    a picture above words that are not counted yet, and the sentence that the messenger has not taken a preview."""
    elsewhere = {step.name: set(step.drawn_elsewhere) for step in STEPS.values() if step.drawn_elsewhere}
    of_letter = {"done", "remove", "photo_out", "photos_print", "photos_leave"}
    assert elsewhere == {"letter": of_letter, "preview": {"again", "fix"}}
    assert all(STEPS[name].taps.keys() >= actions for name, actions in elsewhere.items())
