"""Who may open a letter, and when: every act at every stage has an answer, and nobody opens one alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from flows.conversation.opened_letter import REASONS
from flows.core.effects import Toast
from flows.core.events import LetterOpened, Moment
from flows.core.state import Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.base.roles import Member, Presence
from flows.desk.base.turns import does
from flows.desk.openings import commands as acts
from flows.desk.openings import wording as words
from flows.desk.openings.effects import ApproveOpening, AskOpening, MarkOpened, MarkTold, RefuseOpening
from flows.desk.openings.table import (
    DIES_AFTER,
    LIVES,
    TABLE,
    Intent,
    Left,
    Opening,
    OpeningOrder,
    Stage,
    Verdict,
    Why,
    verdict,
)
from locales import LANGUAGES, say
from tests.dialogue import operator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
A, B, C = "11", "12", "13"
ADMINS = frozenset({A, B, C})
ID, TOKEN = "1a2b3c4d" + "0" * 24, "f" * 32
ORDER = OpeningOrder("o" * 32, "MX000123", Left.PAGES)
WAITS = Opening(
    ID, "MX000123", ORDER.id, "l" * 32, "p" * 32, Why.LEGAL, False, "2026/123",
    Stage.ASKED, Member(A, "Deniz"), "row", NOW, left=Left.PAGES,
)  # fmt: skip
LIVE = replace(WAITS, stage=Stage.APPROVED, decided_by=Member(B, "Robin"), until=NOW + LIVES)
USED = replace(LIVE, stage=Stage.OPENED, opened_at=NOW, told_at=NOW)
MUTE = replace(USED, silent=True, told_at=None)


def asks(typed: str = "", by: str = A, *, tap: bool = False, at: datetime = NOW, **more: object) -> Asked:
    values = {
        "key": "k", "user": int(by), "name": "Deniz", "language": "tr", "chat": int(by), "message": 1, "private": True,
        "words": typed, "tap": "t" if tap else "", "admins": ADMINS, "moment": Moment(at, TOKEN),
        "operator": operator(),
    }  # fmt: skip
    return Asked(**(values | more))  # type: ignore[arg-type]


def only(turn: Turn[None], kind: type) -> list:
    return [effect for effect in turn.effects if isinstance(effect, kind)]


def spoken(turn: Turn[None], language: str = "tr") -> str:
    from bot.wording.speak import words as spelled

    said = [*only(turn, Say), *(one for one in only(turn, Toast) if one.text)]
    return "\n".join(spelled(one.text, language) for one in said)


# The table ------------------------------------------------------------------------------------------------------------

CASES = [
    (WAITS, Intent.APPROVE, B, Verdict.APPROVED),
    (WAITS, Intent.APPROVE, A, Verdict.OWN),
    (WAITS, Intent.REFUSE, B, Verdict.REFUSED),
    (WAITS, Intent.REFUSE, A, Verdict.REFUSED),
    (WAITS, Intent.OPEN, A, Verdict.CLOSED),
    (LIVE, Intent.OPEN, A, Verdict.OPENED),
    (LIVE, Intent.APPROVE, C, Verdict.DECIDED),
    (LIVE, Intent.REFUSE, C, Verdict.REFUSED),
    (USED, Intent.OPEN, A, Verdict.USED),
    (USED, Intent.TELL, B, Verdict.NO_NEED),
    (MUTE, Intent.TELL, B, Verdict.TOLD),
    (MUTE, Intent.OPEN, A, Verdict.USED),
    (replace(MUTE, told_at=NOW), Intent.TELL, B, Verdict.NO_NEED),
    (replace(MUTE, person=""), Intent.TELL, B, Verdict.NO_NEED),
    (replace(WAITS, left=Left.NOTHING), Intent.APPROVE, B, Verdict.NOTHING_LEFT),
    (replace(LIVE, left=Left.NOTHING), Intent.OPEN, A, Verdict.NOTHING_LEFT),
    (replace(WAITS, left=Left.WORDS), Intent.APPROVE, B, Verdict.APPROVED),
    (replace(WAITS, asked_by=None), Intent.APPROVE, B, Verdict.ASKER_GONE),
    (replace(LIVE, asked_by=None), Intent.OPEN, A, Verdict.ASKER_GONE),
    (replace(LIVE, decided_by=None), Intent.OPEN, A, Verdict.DECIDER_GONE),
    (replace(WAITS, stage=Stage.REFUSED), Intent.APPROVE, B, Verdict.DECIDED),
    (replace(WAITS, stage=Stage.REFUSED), Intent.OPEN, A, Verdict.CLOSED),
]


@pytest.mark.parametrize(("opening", "act", "by", "expected"), CASES)
def test_what_comes_of_an_act(opening: Opening, act: Intent, by: str, expected: Verdict) -> None:
    assert verdict(opening, act, by, ADMINS, NOW) is expected


@pytest.mark.parametrize(
    ("opening", "act", "after", "expected"),
    [
        (WAITS, Intent.APPROVE, DIES_AFTER - timedelta(seconds=1), Verdict.APPROVED),
        (WAITS, Intent.APPROVE, DIES_AFTER, Verdict.LATE),
        (WAITS, Intent.REFUSE, DIES_AFTER, Verdict.LATE),
        (LIVE, Intent.OPEN, LIVES - timedelta(seconds=1), Verdict.OPENED),
        (LIVE, Intent.OPEN, LIVES, Verdict.LATE),
        (LIVE, Intent.APPROVE, LIVES, Verdict.DECIDED),
        (LIVE, Intent.REFUSE, LIVES, Verdict.DECIDED),
        (replace(LIVE, until=None), Intent.OPEN, timedelta(0), Verdict.LATE),
    ],
)
def test_a_request_dies_after_a_day_and_a_link_after_a_quarter_of_an_hour(
    opening: Opening, act: Intent, after: timedelta, expected: Verdict
) -> None:
    assert verdict(opening, act, B if act is not Intent.OPEN else A, ADMINS, NOW + after) is expected


def test_whoever_asked_must_still_be_an_admin_when_it_is_approved_and_when_it_is_opened() -> None:
    assert verdict(WAITS, Intent.APPROVE, B, {B, C}, NOW) is Verdict.ASKER_GONE
    assert verdict(LIVE, Intent.OPEN, A, {B, C}, NOW) is Verdict.ASKER_GONE
    assert verdict(LIVE, Intent.OPEN, A, {A, C}, NOW) is Verdict.DECIDER_GONE


def test_nothing_is_opened_but_once_from_an_approval_by_another() -> None:
    """Every stage, act and person: the only ways to APPROVED and OPENED are those of the table above."""
    found = {
        (stage, act, by)
        for stage, act, by in product((Stage.ASKED, Stage.APPROVED, Stage.REFUSED, Stage.OPENED), Intent, (A, B))
        if verdict(replace(LIVE, stage=stage), act, by, ADMINS, NOW) in (Verdict.APPROVED, Verdict.OPENED)
    }
    assert found == {
        (Stage.ASKED, Intent.APPROVE, B), (Stage.APPROVED, Intent.OPEN, A), (Stage.APPROVED, Intent.OPEN, B),
    }  # fmt: skip


def test_the_table_knows_every_stage_and_every_verdict_has_its_words() -> None:
    assert set(TABLE) == set(Stage)
    assert all({Intent.APPROVE, Intent.REFUSE, Intent.OPEN} <= set(row) for row in TABLE.values())
    doing = {Verdict.APPROVED, Verdict.REFUSED, Verdict.OPENED, Verdict.TOLD}
    assert set(words.VERDICTS) | set(words.SHUT) | doing == set(Verdict)
    assert set(words.REASONS) == set(REASONS) == set(Why)


# Asking ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why", "silent", "reference"),
    [
        ("MX000123 hukuki 2026/123", Why.LEGAL, False, "2026/123"),
        ("mx000123 HUKUKİ İstanbul 3. SCH 2026/123 D. İş", Why.LEGAL, False, "İstanbul 3. SCH 2026/123 D. İş"),
        ("MX000123 legal silent 2026/123", Why.LEGAL, True, "2026/123"),
        ("MX000123 hukuki gizli 2026/123", Why.LEGAL, True, "2026/123"),
        ("MX000123 teknik yazıcı 41. sayfada takıldı", Why.TECHNICAL, False, "yazıcı 41. sayfada takıldı"),
        ("MX000123 technical E-17", Why.TECHNICAL, False, "E-17"),
    ],
)
def test_what_is_asked_for_is_kept_and_signed_for(typed: str, why: Why, silent: bool, reference: str) -> None:
    turn = acts.ask(asks(typed), acts.OpeningFacts(ORDER))
    (kept,), (signed,) = only(turn, AskOpening), only(turn, LogAccess)
    assert (kept.order, kept.why, kept.reference, kept.silent) == (ORDER.id, why, reference, silent)
    assert (signed.action, signed.subject, signed.purpose) == ("ask_opening", ORDER.id, why)
    assert reference not in repr(signed)


def test_every_other_admin_is_asked_in_private_and_nobody_else() -> None:
    turn = acts.ask(asks("MX000123 hukuki 2026/123"), acts.OpeningFacts(ORDER))
    assert [one.to for one in only(turn, Say)] == ["", B, C]
    mine, *others = only(turn, Say)
    assert [key.action for row in mine.buttons for key in row] == [words.NO]
    for one in others:
        assert [key.action for row in one.buttons for key in row] == [words.YES, words.NO]


REFUSED = [
    "", "MX000123", "MX000123 hukuki", "MX000123 merak 2026/123", "MX000123 hukuki gizli", "123 hukuki 2026/123",
    "hukuki MX000123 2026/123", "MX000123 hukuki " + "x" * 201, "MX" + "9" * 40 + " hukuki x", "MX٣ hukuki x",
]  # fmt: skip


@pytest.mark.parametrize("typed", REFUSED)
def test_without_one_of_the_two_reasons_and_a_reference_nothing_is_asked(typed: str) -> None:
    turn = acts.ask(asks(typed), acts.OpeningFacts(ORDER))
    assert only(turn, AskOpening) == only(turn, LogAccess) == []
    assert "/ac MX000123 hukuki 2026/123" in spoken(turn)


@pytest.mark.parametrize(
    ("asked", "facts", "told"),
    [
        (asks("MX000123 teknik gizli E-17"), acts.OpeningFacts(ORDER), "yalnızca hukuki"),
        (asks("MX000124 hukuki 2026/123"), acts.OpeningFacts(), "Böyle bir sipariş yok"),
        (asks("mx 124 hukuki 2026/123"), acts.OpeningFacts(), "Böyle bir sipariş yok: MX000124"),
        (asks("MX000123 hukuki 2026/123", lone=True), acts.OpeningFacts(ORDER), "tek başına"),
        (asks("MX000123 hukuki x"), acts.OpeningFacts(replace(ORDER, left=Left.NOTHING)), "basıldı ve silindi"),
        (asks("MX000123 hukuki x"), acts.OpeningFacts(replace(ORDER, pending=True)), "zaten var"),
    ],
)
def test_what_cannot_be_asked_is_said_plainly(asked: Asked, facts: acts.OpeningFacts, told: str) -> None:
    turn = acts.ask(asked, facts)
    assert told in spoken(turn)
    assert only(turn, AskOpening) == []


def test_a_lone_admin_is_refused_on_record() -> None:
    turn = acts.ask(asks("MX000123 hukuki 2026/123", lone=True), acts.OpeningFacts(ORDER))
    assert [one.outcome for one in only(turn, LogAccess)] == ["refused"]


def test_without_words_the_open_ones_are_listed_each_with_its_own_buttons() -> None:
    turn = acts.ask(asks("", by=B), acts.OpeningFacts(open=(WAITS, replace(WAITS, asked_by=Member(B, "Robin")), MUTE)))
    listed = [tuple(key.action for row in one.buttons for key in row) for one in only(turn, Say)]
    assert listed == [(), (words.YES, words.NO), (words.NO,), (words.TELL,)]


# Deciding and opening -------------------------------------------------------------------------------------------------


def test_the_link_goes_to_whoever_asked_and_its_secret_is_behind_the_hash_sign() -> None:
    turn = acts.approve(
        asks(by=B, tap=True, operator=replace(operator(), public="https://m.example")), acts.OpeningFacts(None, WAITS)
    )
    (approval,) = only(turn, ApproveOpening)
    assert only(turn, DropButtons) == [DropButtons()]
    assert (approval.id, approval.token, approval.until) == (ID, TOKEN, NOW + LIVES)
    linked = [one for one in only(turn, Say) if TOKEN in spoken(does(one))]
    assert [one.to for one in linked] == [A]
    assert f"https://m.example/ac#{ID}.{TOKEN}\n" in spoken(turn)
    (signed,) = only(turn, LogAccess)
    assert (signed.action, signed.ticket, signed.purpose, TOKEN in repr(signed)) == (
        "approve_opening", WAITS.code, Why.LEGAL, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("act", "by", "opening", "signed", "over"),
    [
        (acts.approve, A, WAITS, ["own"], False),
        (acts.approve, B, replace(WAITS, asked_by=None), ["asker_gone"], False),
        (acts.approve, B, replace(WAITS, left=Left.NOTHING), ["nothing_left"], False),
        (acts.approve, B, LIVE, [], False),  # it can still be taken back
        (acts.approve, B, replace(WAITS, stage=Stage.REFUSED), [], True),
        (acts.approve, B, None, [], True),
        (acts.refuse, B, USED, [], True),
        (acts.tell, B, USED, [], True),
        (acts.tell, B, WAITS, [], False),
    ],
)
def test_a_button_that_changes_nothing_says_why_and_stays_while_it_can_be_of_use(
    act: object, by: str, opening: Opening | None, signed: list, over: bool
) -> None:
    turn = act(asks(by=by, tap=True), acts.OpeningFacts(None, opening))  # type: ignore[operator]
    assert {type(effect) for effect in turn.effects} - {LogAccess} == ({Toast, DropButtons} if over else {Toast})
    assert spoken(turn)
    assert [one.outcome for one in only(turn, LogAccess)] == signed


def test_a_refusal_is_told_to_both_and_an_approval_can_be_taken_back() -> None:
    first = acts.refuse(asks(by=B, tap=True), acts.OpeningFacts(None, WAITS))
    assert only(first, RefuseOpening) == [RefuseOpening(ID)]
    assert [one.to for one in only(first, Say)] == ["", A]
    late = acts.refuse(asks(by=C, tap=True), acts.OpeningFacts(None, LIVE))
    assert [one.to for one in only(late, Say)] == ["", A, B]
    assert only(first, DropButtons) == only(late, DropButtons) == [DropButtons()]


@pytest.mark.parametrize("why", Why)
def test_the_sender_hears_of_an_opening_at_once(why: Why) -> None:
    found, turn = acts.opened(replace(LIVE, why=why), ADMINS, NOW, Presence.THERE)
    assert found is Verdict.OPENED
    assert only(turn, TellSender) == [TellSender(LIVE.person, LetterOpened("MX000123", why, NOW))]
    assert only(turn, MarkOpened) == [MarkOpened(ID, True)]
    assert [(one.action, one.subject, one.purpose, one.outcome) for one in only(turn, LogAccess)] == [
        ("open_letter", LIVE.order_id, why, "done")
    ]


def test_where_the_order_forbids_it_the_sender_is_told_later_by_a_button() -> None:
    _, turn = acts.opened(replace(LIVE, silent=True), ADMINS, NOW, Presence.THERE)
    assert only(turn, TellSender) == []
    assert only(turn, MarkOpened) == [MarkOpened(ID, False)]
    assert {key.action for one in only(turn, Say) for row in one.buttons for key in row} == {words.TELL}
    later = acts.tell(asks(by=C, tap=True, at=NOW + timedelta(days=90)), acts.OpeningFacts(None, MUTE))
    assert only(later, MarkTold) == [MarkTold(ID)]
    assert only(later, TellSender) == [TellSender(MUTE.person, LetterOpened("MX000123", Why.LEGAL, NOW))]


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (USED, Verdict.USED),
        (WAITS, Verdict.CLOSED),
        (replace(LIVE, left=Left.NOTHING), Verdict.NOTHING_LEFT),
        (replace(LIVE, asked_by=None), Verdict.ASKER_GONE),
        (replace(LIVE, until=NOW), Verdict.LATE),
    ],
)
def test_whoever_comes_with_a_link_that_does_not_open_is_on_record(opening: Opening, expected: Verdict) -> None:
    found, turn = acts.opened(opening, ADMINS, NOW, Presence.THERE)
    assert found is expected
    assert [(one.action, one.outcome) for one in only(turn, LogAccess)] == [("open_letter", expected)]
    assert {type(effect) for effect in turn.effects} == {LogAccess}


@pytest.mark.parametrize("presence", [Presence.AWAY, Presence.UNKNOWN])
def test_whoever_is_not_known_to_be_in_the_staff_group_opens_nothing_and_is_on_record(presence: Presence) -> None:
    found, turn = acts.opened(LIVE, ADMINS, NOW, presence)
    assert [(one.action, one.outcome) for one in only(turn, LogAccess)] == [("open_letter", presence.value)]
    assert {type(effect) for effect in turn.effects} == {LogAccess}
    assert found in words.SHUT
    used, _ = acts.opened(USED, ADMINS, NOW, presence)
    assert used is Verdict.USED  # what will never open again says so, whoever comes


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sender_reads_when_why_and_whom_to_turn_to(language: str) -> None:
    from flows.conversation.opened_letter import told

    said = say(told(LetterOpened("MX000123", "legal_order", NOW)), language)
    for part in ("MX000123", "23", "2026", "KVKK m.14", "/destek" if language == "tr" else "/support"):
        assert part in said
