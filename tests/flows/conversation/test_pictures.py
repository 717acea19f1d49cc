"""A sender's picture goes to the desk or is refused by name; an album has one fate, and is told of once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.wording.speak import words
from flows.conversation.pictures import LARGEST, REFUSED
from flows.core.effects import Reply, SendPicture
from flows.core.events import PictureSent
from flows.core.state import Standing, Turn
from flows.words.text import Text
from tests.flows.conversation.test_machine import after as advanced
from tests.flows.conversation.test_machine import standings

BAD = "bak\x00ın"


def at(step: str) -> Standing:
    return standings()[step]


def said(turn: Turn) -> list[str]:
    return [str(one.text.message if isinstance(one.text, Text) else one.text) for one in turn.effects
            if isinstance(one, Reply)]  # fmt: skip


def sent(turn: Turn) -> list[SendPicture]:
    return [one for one in turn.effects if isinstance(one, SendPicture)]


def album(standing: Standing, *captions: str) -> tuple[list[SendPicture], list[str]]:
    """What goes to the desk of pictures that were sent as one, and what their sender is told."""
    pictures, words = list[SendPicture](), list[str]()
    for nth, caption in enumerate(captions):
        turn = advanced(standing, PictureSent("photo", f"file {nth}", caption, 9001 + nth, album="a"))
        standing, pictures, words = turn.standing, pictures + sent(turn), words + said(turn)
    return pictures, words


def test_to_an_open_question_a_picture_goes_with_its_words() -> None:
    turn = advanced(at("support"), PictureSent("photo", "AgAC", "Böyle geldi", 9001))
    assert (sent(turn), said(turn)) == ([SendPicture("AgAC", "Böyle geldi", 9001)], [])


@pytest.mark.parametrize("caption", ["/destek Böyle geldi", "/support Böyle geldi"])
def test_below_the_desks_command_it_goes_there_from_any_question(caption: str) -> None:
    turn = advanced(at("letter"), PictureSent("photo", "AgAC", caption, 9001))
    assert sent(turn) == [SendPicture("AgAC", "Böyle geldi", 9001)]


UNDER = {  # below a picture that cannot be printed: what its sender is told, and what is asked about for the letter
    "nothing": ("", "letter", ["A photo cannot be printed yet.", "Your draft is just as it was."], ()),
    "words": ("Böyle geldi", "letter", ["A photo cannot be printed yet.", "words under it be added"], ("Böyle geldi",)),
    "words that cannot be set": (BAD, "letter", ["A photo cannot be printed yet.", "invisible control character"], ()),
    "words at another question": ("Böyle", "stationery", ["A photo cannot be printed yet.", "were not taken"], ()),
}


@pytest.mark.parametrize("case", UNDER)
def test_it_is_refused_by_name_and_the_words_below_it_are_never_passed_over(case: str) -> None:
    caption, step, told, asked = UNDER[case]
    turn = advanced(at(step), PictureSent("photo", "AgAC", caption, 9001))
    (reply,) = (one for one in turn.effects if isinstance(one, Reply))
    assert sent(turn) == [] and [part for part in told if part not in words(reply.text, "en")] == []
    letter = turn.standing.draft.manuscript
    assert letter.parts == at(step).draft.manuscript.parts
    assert tuple(doubt.words for doubt in letter.doubts) == asked


def test_an_album_is_refused_once_and_goes_to_the_desk_whole() -> None:
    pictures, told = album(at("letter"), "", "", "")
    assert (pictures, len(told)) == ([], 1)
    pictures, told = album(at("letter"), "bakın", "", "ve bu")
    assert (pictures, len(told)) == ([], 2)  # each of the two is asked about
    pictures, told = album(at("support"), "bakın", "", "")
    assert [(one.words, one.quiet) for one in pictures] == [("bakın", False), ("", True), ("", True)]
    assert told == []


def test_of_an_album_whose_words_cannot_be_taken_nothing_goes_and_that_is_said_once() -> None:
    pictures, told = album(at("support"), BAD, "", "")
    assert (pictures, len(told)) == ([], 1)


def test_what_is_too_big_is_said_before_it_is_fetched() -> None:
    turn = advanced(at("support"), PictureSent("document", "BQAC", "", 9001, LARGEST + 1))
    assert (sent(turn), said(turn)) == ([], [REFUSED["big"].message])
    assert sent(advanced(at("support"), PictureSent("document", "BQAC", "", 9001, LARGEST)))


def test_before_the_notice_is_read_nothing_goes_to_the_desk() -> None:
    stranger = replace(at("support"), profile=replace(at("support").profile, notice=None))
    assert sent(advanced(stranger, PictureSent("photo", "AgAC", "/destek bakın", 9001))) == []
