"""One-time codes: nobody's mailbox is flooded and no code is guessed, however often the address is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flows.conversation import machine
from flows.core.effects import MailCode, Reply
from flows.core.events import ButtonTapped, CodeMailed, DeadlinePassed, Envelope, Event, Moment, Person, TextWritten
from flows.core.state import Profile, Standing
from flows.core.step import Operator
from flows.price.price import default_tariff
from flows.steps.email import A_DAY, AN_HOUR

OPERATOR = Operator(default_tariff(), {})
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hand:
    """Somebody at the e-mail question, and the mail that answers them at once."""

    def __init__(self) -> None:
        self.now = NOON
        self.turns = 0
        self.mailed: list[str] = []
        profile = Profile(phone="+905321234567", name="Işıl İnci")
        self.standing = Standing(Person("t", "1"), step="email", profile=profile)

    def does(self, event: Event) -> str:
        self.turns += 1
        self.now += timedelta(seconds=1)
        moment = Moment(self.now, f"{self.turns:032x}")
        turn = machine.advance(OPERATOR, self.standing, Envelope(str(self.turns), self.standing.person, event, moment))
        self.standing = turn.standing
        for effect in turn.effects:
            if isinstance(effect, MailCode):
                self.mailed.append(effect.address)
                self.does(CodeMailed(effect.address, "salt", "digest"))
        return " ".join(
            effect.text.message
            for effect in turn.effects
            if isinstance(effect, Reply) and hasattr(effect.text, "message")
        )

    def writes(self, words: str) -> str:
        return self.does(TextWritten(words, self.turns + 1))

    def taps(self, action: str) -> str:
        return self.does(ButtonTapped(action, "", str(self.standing.screen), "t"))


def test_correcting_the_address_back_and_forth_mails_nothing_new_within_a_minute() -> None:
    hand = Hand()
    hand.writes("a@example.com")
    assert hand.mailed == ["a@example.com"]
    for _ in range(10):
        hand.taps("address")
        assert hand.standing.step == "email"
        hand.writes("a@example.com")
        assert hand.standing.step == "code"
    assert hand.mailed == ["a@example.com"]


def test_a_corrected_typo_is_mailed_to_at_once() -> None:
    hand = Hand()
    hand.writes("isil@example.com")
    hand.taps("address")
    hand.writes("isil@example.org")
    assert hand.mailed == ["isil@example.com", "isil@example.org"]


def test_so_many_codes_an_hour_and_a_day_then_a_sentence_says_so() -> None:
    hand = Hand()
    for number in range(200):
        if hand.standing.step == "code":
            hand.taps("address")
        hand.writes(f"victim{number}@example.com")
    assert len(hand.mailed) == AN_HOUR
    assert "Too many codes" in hand.writes("once.more@example.com")
    for _ in range(24):
        hand.now += timedelta(hours=1)
        for number in range(AN_HOUR + 3):
            if hand.standing.step == "code":
                hand.taps("address")
            hand.writes(f"late{number}@example.com")
        recent = hand.standing.profile.codes
        assert sum(hand.now - at < timedelta(hours=24) for at in recent) <= A_DAY


def test_an_unconfirmed_address_is_forgotten_after_a_day() -> None:
    hand = Hand()
    hand.writes("a@example.com")
    assert hand.standing.draft.email == "a@example.com"
    hand.does(DeadlinePassed("code", "of an older one"))
    assert hand.standing.draft.email == "a@example.com"
    hand.does(DeadlinePassed("code", hand.standing.draft.email_mark))
    assert (hand.standing.draft.email, hand.standing.draft.code_digest, hand.standing.step) == ("", "", "email")
