"""An address behind words reaches the desk from wherever its sender stands, and is missed on paper with a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.core import events as ev
from flows.core.effects import OpenTicket, Reply
from flows.core.state import Acceptance, Draft, Profile, Standing, Turn
from tests.flows.wanderer import START, Wanderer

URL = "https://example.com/a"
LINKED = ev.TextWritten("bakın buraya", 9, f"bakın buraya ({URL})", (URL,))
PERSON = ev.Person("telegram", "1")
KNOWN = Profile(notice=Acceptance("1", "ab", START), ticket=41)
AT_LETTER = Standing(PERSON, step="letter", screen=3, profile=KNOWN, draft=Draft(letter="a" * 32))
DESK = ev.Quoted("41 numaralı sorunuzun yanıtı:", ("answer:41:",))


def after(standing: Standing, event: ev.Event) -> Turn[Standing]:
    wanderer = Wanderer(standing=standing)
    wanderer.receive(event)
    assert wanderer.last is not None
    return wanderer.last


def asked(turn: Turn[Standing]) -> list[str]:
    return [effect.words for effect in turn.effects if isinstance(effect, OpenTicket)]


@pytest.mark.parametrize(
    ("standing", "event"),
    [
        (replace(AT_LETTER, aside="support"), LINKED),
        (replace(AT_LETTER, step="home", draft=Draft()), LINKED),
        (AT_LETTER, replace(LINKED, quoted=DESK)),
    ],
    ids=["at the question to the desk", "at home, with an open ticket", "a reply to the desk, from within the letter"],
)
def test_the_desk_reads_it_written_out(standing: Standing, event: ev.Event) -> None:
    assert asked(after(standing, event)) == [f"bakın buraya ({URL})"]


def test_on_paper_only_the_words_stand_and_the_address_is_said() -> None:
    turn = after(AT_LETTER, LINKED)
    assert turn.standing.draft.manuscript.words_of(9) == "bakın buraya"
    assert URL in str(next(one.text for one in turn.effects if isinstance(one, Reply)))
    assert asked(turn) == []
