"""What is bold in the chat is bold in the letter: through edits, questions and captions, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Acceptance, Draft, Profile, Standing
from flows.words.styles import Kind, Style, Styles
from tests.flows.conversation.test_machine import standings
from tests.flows.wanderer import START, Wanderer

B, SLANT = Kind.BOLD, Kind.ITALIC
BOLD: Styles = (Style(4, 8, B),)
SAID = ev.TextWritten("Çok özel bir gün", 9, styles=BOLD)
PERSON = ev.Person("telegram", "1")
KNOWN = Profile(notice=Acceptance("1", "ab", START))
AT_LETTER = Standing(PERSON, step="letter", screen=3, profile=KNOWN, draft=Draft(letter="a" * 32))


def after(*events: ev.Event, standing: Standing = AT_LETTER) -> Wanderer:
    wanderer = Wanderer(standing=standing)
    for event in events:
        wanderer.receive(event)
    return wanderer


def bold(wanderer: Wanderer, kind: Kind = B) -> str:
    """The words of the letter that are set so, stretches parted by a bar."""
    letter = wanderer.standing.draft.manuscript
    return "|".join(letter.text[one.start : one.end] for one in letter.whole.styles if one.kind is kind)


def add(wanderer: Wanderer, action: str = "add") -> Wanderer:
    message = wanderer.standing.draft.manuscript.doubts[0].message
    wanderer.receive(ev.ButtonTapped(action, str(message), str(wanderer.standing.screen), "t"))
    return wanderer


LINES = "bitti\nÇok özel"
OFFERED: dict[str, tuple[ev.Event, str]] = {
    # what is asked about -> what is bold once it is added
    "a word to us": (ev.TextWritten("tamam", 9, styles=(Style(0, 5, B),)), "tamam"),
    "a line of it": (ev.TextWritten(LINES, 9, styles=(Style(0, 14, B),)), LINES),
    "what is forwarded": (replace(SAID, forwarded=True), "özel"),
    "a command that is none": (ev.CommandGiven("şiir", "ah", 9, styles=(Style(1, 5, B),)), "şiir"),
    "words under a photo": (ev.PictureSent("photo", "AgAC", SAID.text, 9, styles=BOLD), "özel"),
    "words under a film": (ev.FileSent("video", SAID.text, 9, BOLD), "özel"),
}


@pytest.mark.parametrize(("event", "words"), OFFERED.values(), ids=OFFERED.keys())
def test_what_is_asked_about_is_added_as_it_is_set(event: ev.Event, words: str) -> None:
    asked = after(event)
    assert bold(asked) == ""
    assert bold(add(asked)) == words


def test_the_rest_of_a_message_keeps_its_place() -> None:
    assert bold(add(after(ev.TextWritten(LINES, 9, styles=(Style(10, 14, B),))), "leave")) == "özel"


def test_a_message_is_cleaned_with_its_styles() -> None:
    assert bold(after(ev.TextWritten("\u202e\tah\r\nu\u0308 bir", 9, styles=(Style(9, 12, B),)))) == "bir"


EDITS: dict[str, tuple[ev.TextEdited, str, str]] = {
    # what an edit of "Çok özel bir gün" brings -> what is bold, and in italics
    "bold elsewhere": (ev.TextEdited(SAID.text, 9, styles=(Style(0, 3, B),)), "Çok", ""),
    "italics as well": (ev.TextEdited(SAID.text, 9, styles=(*BOLD, Style(4, 8, SLANT))), "özel", "özel"),
    "plain": (ev.TextEdited(SAID.text, 9), "", ""),
    "other words": (ev.TextEdited("Ne özel", 9, styles=(Style(3, 7, B),)), "özel", ""),
}


@pytest.mark.parametrize(("edit", "words", "slanted"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_of_the_formatting_alone_changes_the_letter(edit: ev.TextEdited, words: str, slanted: str) -> None:
    sender = after(SAID)
    revision = sender.standing.draft.revision
    sender.receive(edit)
    assert (bold(sender), bold(sender, SLANT)) == (words, slanted)
    assert sender.standing.draft.revision == revision + 1
    assert sender.last is not None and any(isinstance(work, fx.MeasureLetter) for work in sender.last.effects)


def test_a_reaction_is_told_as_an_edit_and_changes_nothing() -> None:
    sender = after(SAID)
    before = sender.standing
    sender.receive(ev.TextEdited(SAID.text, 9, styles=BOLD))
    assert sender.standing == before
    assert sender.last is not None and sender.last.effects == ()


LEFT_OUT: dict[str, ev.Event] = {
    "a word to us": ev.TextWritten("tamam", 9, styles=(Style(0, 5, B),)),
    "what is forwarded": replace(SAID, forwarded=True),
    "words under a photo": ev.PictureSent("photo", "AgAC", SAID.text, 9, styles=BOLD),
}


@pytest.mark.parametrize("event", LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_a_reaction_to_a_message_that_was_left_out_changes_nothing(event: ev.Event) -> None:
    sender = add(after(event), "leave")
    before = sender.standing
    assert isinstance(event, ev.TextWritten | ev.PictureSent)
    words, file = (event.text, "") if isinstance(event, ev.TextWritten) else (event.caption, event.file)
    sender.receive(ev.TextEdited(words, 9, file=file, styles=event.styles))
    assert sender.standing == before
    assert sender.last is not None and sender.last.effects == ()


def test_behind_the_letter_other_formatting_voids_the_preview() -> None:
    at_preview = standings()["contract"]
    message, words = at_preview.draft.manuscript.parts[0]
    sender = after(ev.TextEdited(words, message, styles=(Style(0, 5, B),)), standing=at_preview)
    assert bold(sender) == words[:5]
    assert sender.standing.draft.preview is None and sender.standing.step == "letter"


@pytest.mark.parametrize("step", ["addressee", "name", "invoice"])
def test_an_answer_in_bold_is_the_answer_and_its_formatting_no_correction(step: str) -> None:
    words, bolder = "Nermin Öztürk", (Style(0, 6, B),)
    plain = after(ev.TextWritten(words, 9001), standing=standings()[step])
    set_so = after(ev.TextWritten(words, 9001, styles=bolder), standing=standings()[step])
    assert set_so.standing == plain.standing
    for sender, styles in ((set_so, ()), (plain, bolder)):
        sender.receive(ev.TextEdited(words, 9001, styles=styles))
        assert sender.standing == plain.standing
        assert sender.last is not None and sender.last.effects == ()
