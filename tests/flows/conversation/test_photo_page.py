"""A picture is asked about whenever it comes; "yes" changes what will be printed, wherever its sender goes next."""

from __future__ import annotations

import pytest

from bot.wording.speak import words
from flows.conversation.pictures import LARGEST
from flows.core.effects import CloseLink, KeepPhoto, MeasureLetter, Reply
from flows.core.events import ButtonTapped, LetterMeasured, PictureSent, TextEdited, TextWritten
from flows.core.state import Standing, State, Turn
from tests.flows.conversation.test_machine import after as advanced
from tests.flows.conversation.test_machine import standings, walked
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


# An album, which comes in one update for each picture -----------------------------------------------------------------

FIRST = {  # what has become of an album's first picture before the second one comes
    "too big": (LARGEST + 1, ()),
    "left out": (0, ("photos_leave",)),
    "to be printed": (0, ("photos_print",)),
}


@pytest.mark.parametrize("case", FIRST)
def test_the_rest_of_an_album_is_asked_about_where_nothing_is_asked_any_more(case: str) -> None:
    size, answers = FIRST[case]
    standing = advanced(standings()["letter"], PictureSent("document", "file 0", "", 9001, size, "a")).standing
    for answer in answers:
        standing = tap(standing, answer).standing
    second = advanced(standing, PictureSent("document", "file 1", "", 9002, album="a"))
    assert "Shall we print these photos" in sentences(second)
    assert sentences(advanced(second.standing, PictureSent("document", "file 2", "", 9003, album="a"))) == ""


# What the page costs --------------------------------------------------------------------------------------------------


def measured(standing: Standing, pages: int) -> Turn[Standing]:
    return advanced(standing, LetterMeasured(standing.draft.revision, "klasik", pages, 0))


def written() -> Standing:
    """A letter whose pages nobody has counted yet. Two of them fill a sheet: a photo page takes another one."""
    return advanced(standings()["letter"], TextWritten("Canım anneannem,", 9000)).standing


PRICE = "18.50"  # the photo page, and a sheet


def test_the_price_of_the_page_is_named_when_the_pages_are_known() -> None:
    sent = advanced(written(), PictureSent("photo", "AgAC", "", 9001))
    assert sentences(sent) == "" and [one for one in sent.effects if isinstance(one, MeasureLetter)]
    another = advanced(sent.standing, PictureSent("photo", "AgAD", "", 9002))
    asked = measured(another.standing, 2)
    assert "Shall we print these photos" in sentences(asked) and PRICE in sentences(asked)
    assert sentences(measured(asked.standing, 2)) == ""  # once, though each picture has asked the ruler


def test_words_below_a_picture_count_for_the_price_of_its_page() -> None:
    writing = walked("letter")
    for event in (TextWritten("Canım anneannem,", 9000), PictureSent("photo", "AgAC", "Böyle geldi", 9001)):
        writing.receive(event)
    writing.receive(ButtonTapped("add", "9001", str(writing.standing.screen), "t"))
    added = writing.last
    assert added is not None
    assert "Shall we print" not in sentences(added)
    assert PRICE in sentences(measured(added.standing, 2))


def test_done_waits_for_that_question_and_it_is_answered_once() -> None:
    sent = advanced(written(), PictureSent("photo", "AgAC", "", 9001)).standing
    done = tap(sent, "done")
    assert sentences(done) == ""
    asked = measured(done.standing, 2)
    assert PRICE in sentences(asked)
    assert measured(tap(asked.standing, "photos_leave").standing, 2).standing.step == "delivery"


def test_a_question_that_is_in_sight_can_be_answered_while_more_is_written() -> None:
    asked = advanced(measured(written(), 2).standing, PictureSent("photo", "AgAC", "", 9001)).standing
    more = advanced(asked, TextWritten("Sardunyaların bu sabah açtı.", 9002)).standing
    assert [one.message for one in tap(more, "photos_print").effects if isinstance(one, KeepPhoto)] == [9001]


# A picture's message that is edited -----------------------------------------------------------------------------------

EDITS = {  # (words, file) of the edited message -> what its sender reads
    "a reaction, of which Telegram tells as of an edit": ("", "AgAC", ""),
    "another picture": ("", "AgAD", "Your photo page still has the photo as you sent it first"),
    "words below it": ("Böyle geldi", "AgAC", "Shall the words under it be added to your letter? “Böyle geldi”"),
}


@pytest.mark.parametrize("answered", [False, True], ids=["asked about", "on the page"])
@pytest.mark.parametrize("case", EDITS)
def test_an_edit_of_a_picture_says_what_becomes_of_it(case: str, answered: bool) -> None:
    typed, file, told = EDITS[case]
    writing = walked("letter")
    writing.receive(PictureSent("photo", "AgAC", "", 9001))
    if answered:
        writing.receive(ButtonTapped("photos_print", "", str(writing.standing.screen), "t"))
    before = writing.standing.draft
    writing.receive(TextEdited(typed, 9001, file))
    assert writing.last is not None
    assert told in sentences(writing.last) if told else not sentences(writing.last)
    assert "no longer changes anything" not in sentences(writing.last)
    after = writing.standing.draft
    assert (after.photos, after.offered) == (before.photos, before.offered)
