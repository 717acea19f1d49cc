"""A picture is asked about whenever it comes; "yes" changes what will be printed, wherever its sender goes next."""

from __future__ import annotations

import pytest

from bot.wording.speak import words
from flows.core.effects import CloseLink, KeepPhoto, Reply
from flows.core.events import ButtonTapped, LetterMeasured, PictureSent, TextWritten
from flows.core.state import Standing, State, Turn
from tests.flows.conversation.test_machine import after as advanced
from tests.flows.conversation.test_machine import standings
from tests.flows.conversation.test_pictures import kept


def tap(standing: Standing, action: str, value: str = "") -> Turn[Standing]:
    return advanced(standing, ButtonTapped(action, value, str(standing.screen), "t"))


def sentences(turn: Turn[Standing]) -> str:
    return "\n".join(words(one.text, "en") for one in turn.effects if isinstance(one, Reply))


def changing(step: str) -> Standing:
    """Back at the letter, from a question behind it."""
    standing = standings()[step]
    for action in (("change",) if step == "payment" else ()) + ("letter",):
        standing = tap(standing, action).standing
    assert (standing.step, standing.draft.finished) == ("letter", True)
    return standing


def back(standing: Standing) -> Turn[Standing]:
    """ "Geri", and that it is no part of the letter."""
    return tap(advanced(standing, TextWritten("geri", 9002)).standing, "leave", "9002")


@pytest.mark.parametrize("step", ["contract", "payment"])
def test_a_letter_that_a_picture_is_added_to_is_neither_ordered_nor_paid_as_it_was(step: str) -> None:
    before = changing(step)
    asked = advanced(before, PictureSent("photo", "AgAC", "", 9001)).standing
    turn = tap(asked, "photos_print")
    (work,) = (one for one in turn.effects if isinstance(one, KeepPhoto))
    assert (turn.standing.draft.preview, turn.standing.draft.finished) == (None, False)
    assert back(turn.standing).standing.step == "letter"
    if step == "payment":
        order = turn.standing.order(before.draft.order)
        assert order is not None and order.state is State.CANCELLED
        assert [one.order for one in turn.effects if isinstance(one, CloseLink)] == [order.id]
    assert advanced(turn.standing, kept(work)).standing.step == "letter"


def test_without_a_picture_the_same_way_leads_back_to_the_order() -> None:
    assert back(changing("contract")).standing.step == "contract"


def test_whoever_was_done_before_they_were_asked_need_not_say_so_again() -> None:
    asked = advanced(standings()["letter"], TextWritten("Canım anneannem,", 9000)).standing
    asked = advanced(asked, PictureSent("photo", "AgAC", "", 9001)).standing
    printed = tap(tap(asked, "done").standing, "photos_print")
    (work,) = (one for one in printed.effects if isinstance(one, KeepPhoto))
    there = advanced(printed.standing, kept(work)).standing
    measured = advanced(there, LetterMeasured(there.draft.revision, "klasik", 2, 0))
    assert measured.standing.step == "delivery"
