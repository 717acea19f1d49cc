"""An agent's answer goes at once, or waits for a second yes: within half an hour of a colleague's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.core.events import TicketAnswered
from flows.desk.base.effects import TellSender
from flows.desk.base.roles import Member
from flows.desk.support.effects import KeepAnswer
from flows.desk.support.replies import answer
from flows.desk.support.ticket import Ticket, TicketFacts
from tests.flows.desk.support.shelf import NOON, asked, keys, spoken

ECE, DENIZ = Member("13", "Ece"), Member("11", "Deniz")  # Ece is who answers
ASKED = Ticket(41, True, "p" * 32, "-1001/7", "tr", "Işıl", "MX000123", None, NOON, NOON)

CASES = {
    "nobody has answered yet": (None, None, "sent"),
    "a colleague has just answered": (DENIZ, timedelta(0), "held"),
    "a colleague answered 29 minutes and 59 seconds ago": (DENIZ, timedelta(minutes=29, seconds=59), "held"),
    "a colleague answered half an hour ago": (DENIZ, timedelta(minutes=30), "sent"),
    "I have just answered myself": (ECE, timedelta(0), "sent"),
}


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_sent_or_held(name: str) -> None:
    by, ago, becomes = CASES[name]
    ticket = replace(ASKED, answered_by=by, answered_at=None if ago is None else NOON - ago)
    turn = answer(asked("Yolda."), TicketFacts(41, "Yolda.", ticket), ticket)
    (kept,) = (one for one in turn.effects if isinstance(one, KeepAnswer))
    sent = [one for one in turn.effects if isinstance(one, TellSender)]
    assert kept.words == "Yolda."
    assert kept.held is (becomes == "held")
    if becomes == "held":
        assert sent == []
        assert "Deniz" in spoken(turn) and set(keys(turn)) == {"O da gönderilsin", "Gönderme"}
    else:
        assert sent == [TellSender(ASKED.person, TicketAnswered(41, "Yolda."))]
