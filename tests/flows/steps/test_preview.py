"""Nobody approves pages that have not arrived: what the preview asks before and after they stand in the chat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.core import events as ev
from flows.core.effects import Attachment, MeasureLetter, Reply, Toast
from flows.core.state import Draft, Preview, Standing, Turn
from flows.core.step import Stay
from flows.input.manuscript import Manuscript
from flows.steps import preview
from tests.flows.wanderer import Wanderer

PAGES = Preview(3, 1, "ab")
DRAFT = Draft(letter="a" * 32, revision=3, finished=True, stationery="klasik", product="normal", preview=PAGES)
ON_ITS_WAY = Standing(ev.Person("telegram", "1"), step="preview", screen=7, draft=DRAFT)
THERE = replace(ON_ITS_WAY, draft=replace(DRAFT, preview=replace(PAGES, arrived=True)))


def after(standing: Standing, event: ev.Event) -> Turn[Standing]:
    wanderer = Wanderer(standing=standing)
    wanderer.receive(event)
    assert wanderer.last is not None
    return wanderer.last


def buttons(turn: Turn[Standing]) -> list[str]:
    said = [one for one in turn.effects if isinstance(one, Reply)]
    return [button.action for reply in said for row in reply.buttons for button in row]


def test_pages_are_shown_without_a_button_and_asked_about_when_they_have_arrived() -> None:
    drawn = after(replace(ON_ITS_WAY, draft=replace(DRAFT, preview=None)), ev.PreviewDrawn(3, 1, 0, "ab"))
    (shown,) = [one for one in drawn.effects if isinstance(one, Reply)]
    assert shown.attachment is not None
    assert shown.attachment.sha256 == "ab"
    assert "approve" not in buttons(drawn)
    arrived = after(drawn.standing, ev.PreviewArrived("ab"))
    assert "approve" in buttons(arrived)
    assert after(arrived.standing, approves(arrived.standing)).standing.step != "preview"


def approves(standing: Standing) -> ev.Event:
    return ev.ButtonTapped("approve", "", str(standing.screen), "t")


@pytest.mark.parametrize(
    "event",
    [
        ev.ButtonTapped("approve", "", "7", "t"),
        ev.TextWritten("Onaylıyorum", 9),
        ev.PreviewArrived("another document"),
        ev.PreviewArrived(""),
        ev.PreviewUndelivered("a" * 32),
        ev.PreviewUndelivered("another letter"),
    ],
    ids=["a forged tap", "the button's words", "another document", "no document", "it was refused", "another's was"],
)
def test_nothing_but_their_own_arrival_lets_them_be_approved(event: ev.Event) -> None:
    turn = after(ON_ITS_WAY, event)
    assert turn.standing.draft.preview == PAGES
    assert "approve" not in buttons(turn)
    assert after(turn.standing, approves(turn.standing)).standing.draft.preview == PAGES


def test_an_approval_itself_looks_whether_the_pages_have_arrived() -> None:
    here = Wanderer(standing=ON_ITS_WAY)._here()
    assert preview.STEP.taps["approve"](here, ev.ButtonTapped("approve", "", "7", "t")) == Stay(ask=True)


def test_what_telegram_does_not_take_is_said_and_sent_again_by_a_tap() -> None:
    refused = after(ON_ITS_WAY, ev.PreviewUndelivered("a" * 32))
    assert buttons(refused)[:2] == ["again", "fix"]
    again = after(refused.standing, ev.ButtonTapped("again", "", "7", "t"))
    assert [one.attachment for one in again.effects if isinstance(one, Reply)] != [None]
    assert "approve" not in buttons(again)


def test_pages_that_stand_there_stay_approvable_when_they_cannot_be_shown_once_more() -> None:
    assert "approve" in buttons(after(THERE, ev.PreviewUndelivered("a" * 32)))


def test_changed_pages_have_to_arrive_themselves() -> None:
    changed = THERE.draft.changed(stationery="sade")
    drawn = after(replace(THERE, draft=changed), ev.PreviewDrawn(changed.revision, 1, 0, "cd"))
    assert drawn.standing.draft.preview == Preview(changed.revision, 1, "cd")
    assert after(drawn.standing, ev.PreviewArrived("ab")).standing.draft.preview == Preview(changed.revision, 1, "cd")


def test_too_many_emoji_lead_back_to_the_letter_where_they_are_taken_out() -> None:
    not_drawn = replace(ON_ITS_WAY, draft=replace(DRAFT, preview=None, manuscript=Manuscript(((1, "😀"),))))
    refused = after(not_drawn, ev.PreviewRefused(3, too_large=True))
    assert refused.standing.question == "letter"
    assert refused.standing.draft == replace(not_drawn.draft, finished=False, lowest=refused.standing.draft.lowest)
    assert any(isinstance(work, MeasureLetter) for work in refused.effects)  # its running line comes


WINDOWS = {"din": "What does the envelope’s window show?", "hand": "What can be read from outside?"}


@pytest.mark.parametrize("envelope", WINDOWS)
def test_what_the_envelope_shows_is_pictured_on_wish_and_answered_below_the_picture(envelope: str) -> None:
    """A letter that is enveloped by hand has no window: nobody is told of one."""
    here = Wanderer(standing=THERE)._here()
    here = replace(here, operator=replace(here.operator, envelope=envelope))
    asked = preview.ask(here)
    assert asked is not None
    assert [[key.label.message for key in row] for row in asked.buttons][1:] == [[WINDOWS[envelope]]]
    move = preview.STEP.taps["window"](here, ev.ButtonTapped("window", "", "7", "t"))
    (shown,) = [one for one in move.effects if isinstance(one, Reply)]
    assert shown.attachment == Attachment("window", "a" * 32, "ab")
    assert ("window" in str(shown.text)) == (envelope == "din")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("What does the envelope’s window show?", True),
        ("what does the envelope’s window show", True),
        ("What does the envelope’s window show?!", True),
        ("I approve?", False),  # who asks has not approved
    ],
)
def test_a_question_on_a_button_is_understood_without_its_mark(typed: str, shown: bool) -> None:
    english = replace(THERE, profile=replace(THERE.profile, language="en"))
    turn = after(english, ev.TextWritten(typed, 9))
    assert [one.attachment.kind for one in turn.effects if isinstance(one, Reply) and one.attachment] == (
        ["window"] if shown else []
    )
    assert turn.standing.draft.preview == THERE.draft.preview


def test_the_picture_leaves_the_question_open_and_carries_its_answers() -> None:
    turn = after(THERE, ev.ButtonTapped("window", "", "7", "t"))
    assert (turn.standing.question, turn.standing.draft) == ("preview", THERE.draft)
    assert buttons(turn) == ["approve", "fix"]
    assert after(turn.standing, approves(turn.standing)).standing.step != "preview"


@pytest.mark.parametrize("nth", [0, 1], ids=["above the picture", "below it"])
def test_the_answers_above_the_picture_and_below_it_both_count_once(nth: int) -> None:
    shown = after(THERE, ev.ButtonTapped("window", "", "7", "t"))
    screen = (str(THERE.screen), str(shown.standing.screen))[nth]
    taken = after(shown.standing, ev.ButtonTapped("approve", "", screen, "t"))
    assert taken.standing.step != "preview"
    again = after(taken.standing, ev.ButtonTapped("approve", "", screen, "t2"))
    assert again.standing == taken.standing
    assert again.effects == (Toast("t2"),)


def test_who_asks_for_the_picture_once_more_gets_it() -> None:
    shown = after(THERE, ev.ButtonTapped("window", "", "7", "t"))
    assert buttons(after(shown.standing, ev.ButtonTapped("window", "", "7", "t2"))) == ["approve", "fix"]


def test_pages_that_have_not_arrived_are_not_pictured_in_an_envelope_either() -> None:
    turn = after(ON_ITS_WAY, ev.ButtonTapped("window", "", "7", "t"))
    assert [one.attachment.kind for one in turn.effects if isinstance(one, Reply) and one.attachment] == ["preview"]
