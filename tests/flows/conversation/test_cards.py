"""A card's number, whatever it is written into and wherever somebody stands, is taken nowhere, and they are told."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest

from flows.conversation import machine
from flows.conversation.machine import NOT_TAKEN
from flows.core import effects as fx
from flows.core import events as ev
from flows.core.state import Standing
from tests.dialogue import operator
from tests.flows.conversation.test_machine import standings
from tests.flows.wanderer import START

CARD = "5528 7900 0000 0008"
WRITTEN: dict[str, ev.Event] = {
    "a message": ev.TextWritten(f"Kartım {CARD}", 9001),
    "a message with digits of another script": ev.TextWritten("٤١١١١١١١١١١١١١١١", 9001),
    "an edit": ev.TextEdited(CARD, 9001),
    "a question to the desk": ev.CommandGiven("destek", f"Ödeyemedim: {CARD}", 9001),
    "an unknown command": ev.CommandGiven("kart", CARD, 9001),
    "a picture's caption": ev.PictureSent("photo", "AgAC", CARD, 9001),
    "a file's caption": ev.FileSent("voice", CARD, 9001),
}


def said(standing: Standing, event: ev.Event) -> tuple[Standing, tuple[fx.Effect, ...]]:
    moment = ev.Moment(START, "f" * 32)
    turn = machine.advance(operator(), standing, ev.Envelope("1", standing.person, event, moment))
    return turn.standing, turn.effects


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("step", ["notice", "letter", "invoice", "payment", "home", "support"])
def test_it_is_taken_nowhere_and_its_sender_is_told(step: str, name: str) -> None:
    standing = standings()[step]
    after, effects = said(standing, WRITTEN[name])
    words = json.dumps(msgspec.to_builtins((after, [str(one) for one in effects])), default=str)
    assert "0008" not in words and "1111" not in words and "١١١" not in words
    assert [one.text for one in effects if isinstance(one, fx.Reply)][:1] == [NOT_TAKEN]
    assert replace(after, draft=standing.draft) == standing


def test_an_edit_that_brings_a_card_leaves_the_letter_as_it_was() -> None:
    standing, _ = said(standings()["letter"], ev.TextWritten("Sevgili anneannem", 9001))
    assert standing.draft.manuscript.parts == ((9001, "Sevgili anneannem"),)
    after, effects = said(standing, ev.TextEdited(f"Sevgili anneannem {CARD}", 9001))
    assert after.draft.manuscript.parts == ((9001, "Sevgili anneannem"),)
    assert [one.text for one in effects if isinstance(one, fx.Reply)][:1] == [NOT_TAKEN]


def test_numbers_of_a_letter_are_no_cards() -> None:
    words = "TR33 0006 1005 1978 6457 8413 26, 0532 123 45 67, RR123456789TR"
    after, _ = said(standings()["letter"], ev.TextWritten(words, 9001))
    assert after.draft.manuscript.parts == ((9001, words),)
