"""A sender's picture goes to the desk or is refused by name; an album has one fate, and is told of once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.wording.speak import words
from flows.conversation.pictures import LARGEST, REFUSED
from flows.core.effects import DropPhoto, KeepPhoto, MeasureLetter, Reply, SendPicture
from flows.core.events import (
    ButtonTapped,
    LetterMeasured,
    PhotoKept,
    PhotoRefused,
    PictureSent,
    PreviewRefused,
    TextWritten,
)
from flows.core.state import Photo, Standing, Turn
from flows.order.quoting import quoted
from flows.words.text import Text
from tests.dialogue import operator
from tests.flows.conversation.test_machine import after as advanced
from tests.flows.conversation.test_machine import standings, walked
from tests.flows.wanderer import START, Wanderer

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


UNDER = {  # below a picture: what its sender is told, and what is asked about for the letter
    "nothing": ("", "letter", ["print this photo on a page of its own", "costs 15.00"], ()),
    "words": ("Böyle geldi", "letter", ["words under it be added"], ("Böyle geldi",)),
    "words that cannot be set": (BAD, "letter", ["invisible control character"], ()),
    "words at another question": ("Böyle", "stationery", ["while you are writing your letter.", "were not taken"], ()),
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
    pictures, told = album(at("stationery"), "", "", "")
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


# The photo page -------------------------------------------------------------------------------------------------------


def kept(photo: KeepPhoto) -> PhotoKept:
    return PhotoKept(photo.letter, photo.message, photo.file, 1280, 853)


def tap(standing: Standing, action: str) -> Turn:
    return advanced(standing, ButtonTapped(action, "", str(standing.screen), "t"))


def with_photos(count: int) -> tuple[Standing, list[KeepPhoto]]:
    """An album of so many pictures, and "yes"."""
    standing = at("letter")
    for nth in range(count):
        standing = advanced(standing, PictureSent("photo", f"file {nth}", "", 9001 + nth, album="a")).standing
    turn = tap(standing, "photos_print")
    return turn.standing, [one for one in turn.effects if isinstance(one, KeepPhoto)]


def test_an_album_is_asked_about_once_and_its_page_is_paid_once() -> None:
    asked = advanced(at("letter"), PictureSent("photo", "file 0", "", 9001, album="a"))
    follows = advanced(asked.standing, PictureSent("photo", "file 1", "", 9002, album="a"))
    assert (len(said(asked)), said(follows)) == (1, [])
    standing, works = with_photos(3)
    assert [(one.file, one.message) for one in works] == [("file 0", 9001), ("file 1", 9002), ("file 2", 9003)]
    assert {one.letter for one in works} == {standing.draft.letter}
    more = advanced(standing, PictureSent("photo", "file 9", "", 9009))
    assert "costs nothing more" in words(said_first(more), "en")


def said_first(turn: Turn) -> Any:
    return next(one.text for one in turn.effects if isinstance(one, Reply))


def test_a_fifth_picture_is_named_and_not_taken() -> None:
    standing, _ = with_photos(4)
    turn = advanced(standing, PictureSent("photo", "file 9", "", 9009))
    assert "four photos at most" in words(said_first(turn), "en")
    assert (len(turn.standing.draft.photos), turn.standing.draft.offered) == (4, ())


def test_nobody_finishes_before_the_last_picture_is_there_and_the_letter_is_measured_then() -> None:
    standing, works = with_photos(2)
    waiting = tap(advanced(standing, TextWritten("Canım anneannem,", 9010)).standing, "done").standing
    assert (waiting.step, waiting.draft.finishing) == ("letter", True)
    first = advanced(waiting, kept(works[0]))
    assert not [one for one in first.effects if isinstance(one, MeasureLetter)]
    last = advanced(first.standing, kept(works[1]))
    assert [one for one in last.effects if isinstance(one, MeasureLetter)] and last.standing.draft.finishing
    assert [(one.width, one.height) for one in last.standing.draft.photos] == [(1280, 853)] * 2


def test_a_picture_that_cannot_be_had_is_named_wherever_its_sender_is() -> None:
    standing, works = with_photos(1)
    refused = PhotoRefused(works[0].letter, works[0].message, "unreadable")
    for aside in ("", "settings"):
        turn = advanced(replace(standing, aside=aside), refused)
        assert "could not be read as a picture" in words(said_first(turn), "en")
        assert turn.standing.draft.photos == ()


def test_a_picture_of_another_letter_changes_nothing() -> None:
    standing, works = with_photos(1)
    assert advanced(standing, replace(kept(works[0]), letter="f" * 32)).standing.draft == standing.draft


def test_what_is_taken_out_is_dropped_and_costs_nothing_more() -> None:
    standing, works = with_photos(2)
    for work in works:
        standing = advanced(standing, kept(work)).standing
    turn = tap(standing, "photo_out")
    assert [one for one in turn.effects if isinstance(one, DropPhoto)] == [DropPhoto(standing.draft.letter, 9002)]
    assert [one.message for one in turn.standing.draft.photos] == [9001]


def test_no_leaves_it_out() -> None:
    asked = advanced(at("letter"), PictureSent("photo", "AgAC", "", 9001)).standing
    turn = tap(asked, "photos_leave")
    assert (turn.standing.draft.photos, turn.standing.draft.offered) == ((), ())
    assert not [one for one in turn.effects if isinstance(one, KeepPhoto)]


def test_of_an_album_several_are_asked_about_and_of_a_picture_after_it_one() -> None:
    asked = advanced(at("letter"), PictureSent("photo", "file 0", "", 9001, album="a"))
    assert "print these photos" in words(said_first(asked), "en")
    alone = advanced(tap(asked.standing, "photos_leave").standing, PictureSent("photo", "file 9", "", 9009))
    assert "print this photo" in words(said_first(alone), "en")


def test_a_picture_that_is_gone_when_it_is_drawn_leads_back_to_the_letter_which_is_intact() -> None:
    standing, works = with_photos(2)
    for work in works:
        standing = advanced(standing, kept(work)).standing
    draft = replace(at("preview").draft, photos=standing.draft.photos, letter=standing.draft.letter, preview=None)
    drawing = replace(at("preview"), draft=draft)
    turn = advanced(drawing, PreviewRefused(drawing.draft.revision, lost=(9001,)))
    assert "One of your photos is not kept" in words(said_first(turn), "en")
    after = turn.standing
    assert (after.step, [one.message for one in after.draft.photos]) == ("letter", [9002])
    assert after.draft.manuscript == drawing.draft.manuscript and not after.draft.manuscript.empty
    assert [one for one in turn.effects if isinstance(one, DropPhoto)] == [DropPhoto(drawing.draft.letter, 9001)]


def test_a_picture_that_is_taken_out_while_it_is_fetched_is_not_kept() -> None:
    standing, works = with_photos(2)
    out = tap(standing, "photo_out").standing
    turn = advanced(out, kept(works[1]))
    assert [one for one in turn.effects if isinstance(one, DropPhoto)] == [DropPhoto(standing.draft.letter, 9002)]
    again = advanced(advanced(out, kept(works[0])).standing, kept(works[0]))
    assert not [one for one in again.effects if isinstance(one, DropPhoto)]  # told twice, it stays


def test_a_letter_of_which_only_pictures_are_there_is_no_blank_one() -> None:
    standing, _ = with_photos(1)
    assert not replace(standing.draft, addressee_name="").blank
    assert replace(standing.draft, addressee_name="", photos=()).blank


SHARPNESS = {  # dots per inch of the pictures -> what their sender reads in the running line; "" where all are sharp
    (300,): "",
    (299,): "Your photo has 299 dots per inch at its printed size",
    (300, 320, 451): "",
    (310, 198, 120): "Dots per inch of your photos at their printed size: 2: 198, 3: 120. From 300 on",
}


@pytest.mark.parametrize("dpi", SHARPNESS)
def test_pictures_with_too_few_dots_for_their_size_are_named_beside_the_price(dpi: tuple[int, ...]) -> None:
    standing, works = with_photos(len(dpi))
    standing = advanced(standing, TextWritten("Canım anneannem,", 9010)).standing
    for work in works:
        standing = advanced(standing, kept(work)).standing
    turn = advanced(standing, LetterMeasured(standing.draft.revision, "klasik", 2, 0, (), dpi))
    line = words(said_first(turn), "en")
    assert "63.50" in line  # one sheet, and the photo page
    assert SHARPNESS[dpi] in line and ("per inch" in line) is bool(SHARPNESS[dpi])


WHY = {  # because -> what its sender reads
    "big": "at most 10 MB",
    "unreadable": "could not be read as a picture",
    "pixels": "more than 50 million pixels",
    "narrow": "twenty times as long",
    "away": "could not be fetched",
    "many": "four photos at most",
    "often": "many pictures within an hour",
}


@pytest.mark.parametrize("because", WHY)
def test_every_refusal_of_a_photo_has_its_sentence_and_its_place_is_free_again(because: str) -> None:
    standing, works = with_photos(1)
    turn = advanced(standing, PhotoRefused(works[0].letter, works[0].message, because))
    assert WHY[because] in words(said_first(turn), "en")
    assert turn.standing.draft.photos == ()


def test_of_an_album_of_six_four_are_asked_about_and_each_of_the_others_is_named() -> None:
    standing, told = at("letter"), list[str]()
    for nth in range(6):
        turn = advanced(standing, PictureSent("photo", f"file {nth}", "", 9001 + nth, album="a"))
        standing, told = (
            turn.standing,
            [*told, *(words(one.text, "en") for one in turn.effects if isinstance(one, Reply))],
        )
    assert len(standing.draft.offered) == 4
    assert [one[:24] for one in told] == ["Shall we print these pho", *["A photo page holds four "] * 2]


def told_last(writing: Wanderer) -> str:
    assert writing.last is not None
    return words(said_first(writing.last), "en")


def adds(writing: Wanderer, message: int) -> None:
    writing.receive(ButtonTapped("add", str(message), str(writing.standing.screen), "t"))
    writing.receive(LetterMeasured(writing.standing.draft.revision, "klasik", 1, 0))


def test_words_below_a_picture_are_asked_about_first_and_then_the_picture() -> None:
    writing = walked("letter")
    writing.receive(PictureSent("photo", "AgAC", "Böyle geldi", 9001))
    adds(writing, 9001)
    assert "print this photo" in told_last(writing)
    assert (9001, "Böyle geldi") in writing.standing.draft.manuscript.parts
    printed = tap(writing.standing, "photos_print")
    assert [one.message for one in printed.effects if isinstance(one, KeepPhoto)] == [9001]


def test_a_picture_that_comes_while_a_message_is_asked_about_waits_for_its_turn() -> None:
    writing = walked("letter")
    for event in (TextWritten("Canım", 9000), TextWritten("tamam", 9001), PictureSent("photo", "AgAC", "", 9002)):
        writing.receive(event)
    assert "“tamam”" in told_last(writing)  # once more, because it is the question
    adds(writing, 9001)
    assert "print this photo" in told_last(writing)


def test_words_typed_while_a_picture_is_asked_about_are_the_letters_and_the_question_stays() -> None:
    asked = advanced(at("letter"), PictureSent("photo", "AgAC", "", 9001)).standing
    turn = advanced(asked, TextWritten("Sardunyaların bu sabah açtı.", 9002))
    assert turn.standing.draft.manuscript.text == "Sardunyaların bu sabah açtı."
    assert turn.standing.draft.offered == ((9001, "AgAC"),)
    waits = tap(turn.standing, "done").standing
    done = advanced(waits, LetterMeasured(waits.draft.revision, "klasik", 1, 0))
    assert "print this photo" in words(said_first(done), "en") and done.standing.step == "letter"


def test_nobody_finishes_a_letter_that_is_measured_while_its_picture_is_fetched() -> None:
    standing, works = with_photos(1)
    written = advanced(standing, TextWritten("Canım anneannem,", 9010)).standing
    known = advanced(written, LetterMeasured(written.draft.revision, "klasik", 1, 0)).standing
    waiting = tap(known, "done").standing
    assert (waiting.step, waiting.draft.finishing) == ("letter", True)
    there = advanced(waiting, kept(works[0])).standing
    assert advanced(there, LetterMeasured(there.draft.revision, "klasik", 2, 0, (), (300,))).standing.step != "letter"


def test_an_order_costs_its_photo_page_more() -> None:
    plain = at("contract")
    with_page = replace(plain, draft=replace(plain.draft, photos=(Photo(9001, "AgAC", 1280, 853),)))
    cost = [quoted(operator(), one, START).total.amount for one in (plain, with_page)]
    assert cost[1] - cost[0] == 1500
