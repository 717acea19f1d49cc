"""A letter that cannot be laid out is named once, and measured again when its sender has changed it or says so."""

from __future__ import annotations

from bot.wording.speak import words
from flows.core.effects import MeasureLetter, Reply
from flows.core.events import ButtonTapped, LetterUnmeasured, TextWritten
from flows.core.state import Standing, Turn
from tests.flows.conversation.test_machine import after, standings


def unmeasured(standing: Standing) -> Turn[Standing]:
    return after(standing, LetterUnmeasured(standing.draft.revision))


def told(turn: Turn[Standing]) -> str:
    return "\n".join(words(one.text, "en") for one in turn.effects if isinstance(one, Reply))


def asks_the_ruler(turn: Turn[Standing]) -> bool:
    return any(isinstance(one, MeasureLetter) for one in turn.effects)


def test_what_cannot_be_laid_out_is_said_once_and_the_ruler_is_not_asked_for_ever() -> None:
    written = after(standings()["letter"], TextWritten("Canım anneannem,", 9000)).standing
    for standing in (written, after(written, ButtonTapped("done", "", str(written.screen), "t")).standing):
        turn = unmeasured(standing)
        assert "could not be laid out" in told(turn) and not asks_the_ruler(turn)
        here = turn.standing
        assert (here.step, here.screen, here.draft.finishing) == ("letter", standing.screen, False)
        assert asks_the_ruler(after(here, TextWritten("Sardunyaların açtı.", 9001)))
        assert asks_the_ruler(after(here, ButtonTapped("done", "", str(here.screen), "u")))


def test_from_the_prices_of_the_delivery_it_leads_back_to_the_letter() -> None:
    turn = unmeasured(standings()["delivery"])
    assert (turn.standing.step, turn.standing.draft.finished) == ("letter", False)
    assert "could not be laid out" in told(turn)
