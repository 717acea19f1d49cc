"""What an admin reads and does with /iade: the order table decides in every state, and asks twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.core.events import Moment, PartRefundGranted, RefundGranted
from flows.core.state import Order, Refunded, State, Turn
from flows.desk.admin.access_log import OUTCOMES
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.printing.effects import AwaitRefund, HandMade, RetryRefunds, SettleRefund
from flows.desk.printing.refund_facts import HeldPayment, UnknownCallback
from flows.desk.printing.refund_wording import ANSWERS, REASONS, WHY_NOT, RefundRow, state_of
from flows.desk.printing.refunds import SHOWN, TAP, RefundFacts, Wish, became, meant, refund
from flows.words.text import Kurus, Lines, Text
from locales import say
from tests.dialogue import operator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ID = "1" * 32
PAID = Order(
    ID, State.QUEUED, Kurus(9600), "2" * 32, "ab", 1, 1, "normal", NOW, number="MX000123", payment="sandbox:1",
    paid=Kurus(9600), paid_at=NOW, piece="ready",
)  # fmt: skip
ALL = Refunded("sandbox:1", Kurus(9600))
OPEN = RefundRow("sandbox:1", ID, "MX000123", Kurus(9600), False, NOW)
PERMITTED = {
    State.HELD, State.QUEUED, State.PRINTING, State.STUCK, State.POSTED, State.RETURNED, State.DESTROYING,
    State.DESTROYED, State.LOST,
}  # fmt: skip


def typed(words: str = "") -> Asked:
    return Asked("k", 11, "Deniz", "en", 11, 5, True, command="iade", words=words, moment=Moment(NOW, "f" * 32))


def tapped(value: str) -> Asked:
    return replace(typed(), action=TAP, value=value, tap="t", command="", words="")


def of(order: Order = PAID, *rows: RefundRow, person: str = "row") -> RefundFacts:
    return RefundFacts(rows, order, person)


def said(turn: Turn[None]) -> str:
    shown = [one.text for one in turn.effects if isinstance(one, Say)]
    lines = [part for one in shown for part in (one.parts if isinstance(one, Lines) else (one,))]
    said = "\n".join(say(part, "en") for part in lines if isinstance(part, Text))
    return said.replace("\u00a0", " ")


def buttons(turn: Turn[None]) -> list[str]:
    return [f"{key.action}:{key.value}" for one in turn.effects if isinstance(one, Say) for row in one.buttons
            for key in row]  # fmt: skip


def granted(turn: Turn[None]) -> list[TellSender]:
    return [one for one in turn.effects if isinstance(one, TellSender)]


# Looking ------------------------------------------------------------------------------------------------------------


def test_the_list_says_what_is_open_what_fails_and_what_the_institution_said() -> None:
    failing = replace(OPEN, number="MX000124", tries=3, said="away", next_at=NOW + timedelta(minutes=5))
    refused = replace(OPEN, number="MX000125", tries=1, parked=True, said="refused")
    done = replace(OPEN, number="MX000126", done=True)
    turn = refund(typed(), RefundFacts((OPEN, failing, refused, done)))
    assert said(turn).split("\n") == [
        "Open refunds: 3. Failing: 2.",
        "MX000123 · 96.00 TL · being made · since 23 November 2026, 12:00",
        "MX000124 · 96.00 TL · tried 3 times in vain, next try 23 November 2026, 12:05. The payment institution could"
        " not be reached, or asked for patience. · since 23 November 2026, 12:00",
        "MX000125 · 96.00 TL · failed. The payment institution refused it for good. · since 23 November 2026, 12:00",
        "If the institution's own panel shows a refund that waits for a person as made, by you or before, write:"
        " /refunds MX000125 made",
        "Last made:",
        "MX000126 · 96.00 TL · made · since 23 November 2026, 12:00",
    ]
    assert buttons(turn) == ["refund:retry.124", "refund:retry.125"]
    assert said(refund(typed(), RefundFacts(()))) == "There are no refunds."


def test_an_order_shows_its_refunds_and_how_it_would_be_refunded() -> None:
    turn = refund(typed("MX000123"), of(PAID))
    assert "Price: 96.00 TL. Paid: 96.00 TL." in said(turn) and "/refunds MX000123 lost" in said(turn)
    assert LogAccess("show_refunds", ID, "MX000123") in turn.effects
    assert "/refunds MX000123" in said(refund(typed("Nermin"), RefundFacts(())))


# Giving back --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", State)
def test_the_order_table_says_where_a_refund_is_possible_and_the_desk_says_why_not(state: State) -> None:
    unpaid = state in (State.LINKING, State.AWAITING, State.EXPIRED)
    gone = state in (State.SPOILED, State.CANCELLED)
    order = replace(PAID, state=state, payment="" if unpaid else PAID.payment)
    order = replace(order, refunds=(ALL,) if gone else (), paid=Kurus(0) if unpaid else order.paid)
    turn = refund(typed("MX000123 kayip"), of(order))
    assert granted(turn) == []  # the second look comes first
    sure = refund(tapped("yes.123.lost"), of(order))
    assert DropButtons() in sure.effects
    if state in PERMITTED:
        assert buttons(turn) == ["refund:yes.123.lost"] and "96.00 TL" in said(turn) and "MX000123" in said(turn)
        assert DropButtons() not in turn.effects
        assert granted(sure) == [TellSender("row", RefundGranted(ID, "lost"))]
        assert LogAccess("grant_refund", ID, "MX000123", "lost") in sure.effects
    else:
        assert buttons(turn) == [] and "is not refunded" in said(turn)
        assert LogAccess("grant_refund", ID, "MX000123", "refused") in turn.effects
        assert granted(sure) == []
        assert gone or state in WHY_NOT


def test_what_was_refunded_is_not_refunded_again() -> None:
    turn = refund(tapped("yes.123.lost"), of(replace(PAID, state=State.POSTED, refunds=(ALL,))))
    assert granted(turn) == [] and "refunded already" in said(turn)


def test_what_is_in_a_dispatchers_hand_may_still_win() -> None:
    order = replace(PAID, state=State.PRINTING, piece="submitting", lease_token="t")
    assert "if it has, nothing is refunded" in said(refund(typed("MX000123 hata"), of(order)))
    assert "being stopped already" in said(refund(typed("MX000123 hata"), of(replace(order, stopping=True))))


def test_what_a_colleague_has_just_asked_for_is_not_asked_for_twice() -> None:
    turn = refund(tapped("yes.123.lost"), replace(of(), wanted=True))
    assert granted(turn) == [] and "asked for already" in said(turn)


def test_of_somebody_erased_the_institutions_panel_is_left() -> None:
    turn = refund(tapped("yes.123.lost"), of(replace(PAID, state=State.POSTED), person=""))
    assert granted(turn) == [] and "own panel" in said(turn)


@pytest.mark.parametrize("word", [word for words, _ in REASONS.values() for word in words])
def test_each_reason_in_either_language(word: str) -> None:
    (button,) = buttons(refund(typed(f"MX000123 {word}"), of()))
    assert len(button.encode()) <= 64 and button.split(".")[2] in REASONS


def test_a_reason_in_ones_own_words_is_not_taken() -> None:
    turn = refund(typed("MX000123 Nermin Hanım aradı"), of())
    assert "There is no such reason" in said(turn) and buttons(turn) == []
    assert not any(isinstance(one, LogAccess) for one in turn.effects)


@pytest.mark.parametrize(
    ("state", "why"), [(State.DISPATCHED, "The print room has this letter"), (State.REPOSTING, "wants it posted again")]
)
def test_of_a_refund_that_was_not_made_the_log_claims_no_more_than_that(state: State, why: str) -> None:
    """The print has won, or the sender of a returned letter has meanwhile asked to have it posted again."""
    turn = became(Wish(replace(PAID, state=state), "11", "en", stopping=True))
    assert "was not made" in said(turn) and why in said(turn)
    (signed,) = (one for one in turn.effects if isinstance(one, LogAccess))
    assert say(OUTCOMES[signed.outcome], "en") == "nothing was refunded"


def test_a_refund_that_is_stuck_is_not_said_to_be_given_back() -> None:
    order = replace(PAID, state=State.CANCELLED, refunds=(ALL,))
    stuck, made = of(order, replace(OPEN, parked=True)), of(order, replace(OPEN, done=True))
    for shown in (
        said(refund(typed("MX000123"), stuck)),
        said(refund(typed("MX000123 kayip"), stuck)),
        said(refund(typed("MX000123 5 jest"), stuck)),
    ):
        assert "The refund of MX000123 has been asked for and is not made yet." in shown
        assert "Refunded so far" not in shown and "refunded already" not in shown
    page = said(refund(typed("MX000123"), made))
    assert "Refunded so far: 96.00 TL" in page and "refunded already" in page
    parts = replace(POSTED, refunds=(PARTLY, replace(PARTLY, nth=2, amount=Kurus(1000))))
    rows = (replace(OPEN, amount=Kurus(1000), nth=2), replace(OPEN, amount=Kurus(1250), done=True))
    assert "Refunded so far: 12.50 TL" in said(refund(typed("MX000123"), of(parts, *rows)))


# Trying again -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "tried", "words"),
    [
        (replace(OPEN, parked=True), True, "tried again now"),
        (replace(OPEN, tries=4), True, "tried again now"),
        (replace(OPEN, taken=True), False, "at this moment"),
        (replace(OPEN, lost=True), False, "own panel"),
        (replace(OPEN, done=True), False, "No refund of MX000123 is waiting"),
    ],
)
def test_a_refund_that_waits_is_tried_again(row: RefundRow, tried: bool, words: str) -> None:
    for asked in (typed("MX000123 yeniden"), tapped("retry.123")):
        turn = refund(asked, of(PAID, row))
        assert (RetryRefunds(ID) in turn.effects) is tried
        assert (LogAccess("retry_refund", ID, "MX000123") in turn.effects) is tried
        assert words in said(turn)


# What was made by hand ------------------------------------------------------------------------------------------------

MADE = "refund:made.123.9600.50954fea"
STUCK = {"failed": {"parked": True, "said": "unsure"}, "nobody works on it": {"lost": True}}
WORKING = {
    "being made": {},
    "tried again": {"tries": 4},
    "tried now": {"parked": True, "taken": True},
    "made": {"done": True},
}


@pytest.mark.parametrize("case", STUCK)
@pytest.mark.parametrize("word", ["yapildi", "YAPILDI", "yapıldı", "made", "yapildi.", "yapıldı !", "96 yapildi"])
def test_what_was_made_in_the_institutions_panel_is_said_after_a_second_look(case: str, word: str) -> None:
    row = replace(OPEN, **STUCK[case])
    order = replace(PAID, refunds=(ALL,))
    turn = refund(typed(f"MX000123 {word}"), of(order, row))
    assert buttons(turn) == [MADE] and "96.00 TL" in said(turn)
    assert not any(isinstance(one, SettleRefund) for one in turn.effects)
    sure = refund(tapped(MADE[7:]), of(order, row))
    assert SettleRefund(ID, "row", HandMade("", "sandbox:1", 1, 1)) in sure.effects
    assert LogAccess("refund_by_hand", ID, "MX000123") in sure.effects and DropButtons() in sure.effects


@pytest.mark.parametrize("case", WORKING)
def test_what_is_still_tried_cannot_be_said_to_be_made_by_hand(case: str) -> None:
    row = replace(OPEN, **WORKING[case])
    for asked in (typed("MX000123 yapildi"), tapped(MADE[7:])):
        turn = refund(asked, of(PAID, row))
        assert "No refund of MX000123 waits for a person" in said(turn) and buttons(turn) == []
        assert not any(isinstance(one, SettleRefund | LogAccess) for one in turn.effects)


@pytest.mark.parametrize(
    "value", ["made.123.9500.{}", "made.123.0.{}", "made.123.x.{}", "made.123.", "made.123.9600", "made.123.9600.0"]
)
def test_a_button_of_another_amount_shows_the_present_one(value: str) -> None:
    turn = refund(tapped(value.format(MADE[-8:])), of(PAID, replace(OPEN, parked=True)))
    assert buttons(turn) == [MADE]
    assert not any(isinstance(one, SettleRefund) for one in turn.effects)


@pytest.mark.parametrize("row", [replace(OPEN, parked=True), replace(OPEN, lost=True)])
def test_whoever_sees_a_refund_that_waits_for_a_person_reads_what_to_write(row: RefundRow) -> None:
    for shown in (refund(typed(), RefundFacts((row,))), refund(typed("MX000123"), of(PAID, row))):
        assert "/refunds MX000123 made" in said(shown)
    for shown in (refund(typed(), RefundFacts((OPEN,))), refund(typed("MX000123"), of(PAID, OPEN))):
        assert "/refunds MX000123 made" not in said(shown)


TWO = (
    replace(OPEN, parked=True, said="unsure"),
    replace(OPEN, payment="sandbox:2" * 20, nth=2, amount=Kurus(1250), currency="EUR", lost=True),
)


def test_of_two_refunds_that_wait_each_is_said_for_itself() -> None:
    """One was made, the other was not: it still waits."""
    asked = refund(typed("MX000123 yapildi"), of(PAID, *TWO))
    assert "Amount: 96.00 TL. Payment: sandbox:1." in said(asked)
    assert "Amount: 12.50 EUR. Payment: sandbox:2sandbox:2" in said(asked) and "108.50" not in said(asked)
    first, second = buttons(asked)
    assert all(len(one.encode()) <= 64 for one in (first, second))
    labels = [say(row[0].label, "en") for one in asked.effects if isinstance(one, Say) for row in one.buttons]
    assert [label.replace("\u00a0", " ")[:31] for label in labels] == [
        "Was made: 96.00 TL · sandbox:1",
        "Was made: 12.50 EUR · sandbox:2",
    ]
    made = refund(tapped(second[7:]), of(PAID, *TWO))
    assert [one.made for one in made.effects if isinstance(one, SettleRefund)] == [HandMade("", TWO[1].payment, 2, 0)]
    assert "Amount: 12.50 EUR" in said(made) and buttons(made) == [first]
    left = of(PAID, TWO[0], replace(TWO[1], lost=False, done=True))
    assert buttons(refund(tapped(second[7:]), left)) == [first]  # tapped twice
    assert not any(isinstance(one, SettleRefund) for one in refund(tapped(second[7:]), left).effects)


@pytest.mark.parametrize("word", ["yapıldı tamam", "yapılmış", "50"])
def test_a_wrong_word_about_a_refund_that_waits_is_told_the_right_ones(word: str) -> None:
    told = said(refund(typed(f"MX000123 {word}"), of(PAID, replace(OPEN, parked=True))))
    assert "reason" in told and "/refunds MX000123 made" in told and "/refunds MX000123 retry" in told
    told = said(refund(typed(f"MX000123 {word}"), of(PAID, replace(OPEN, lost=True))))
    assert "/refunds MX000123 made" in told and "retry" not in told
    assert "made" not in said(refund(typed(f"MX000123 {word}"), of(PAID, OPEN)))


@pytest.mark.parametrize("amount", ["50", "96,01", "1.250"])
def test_another_amount_than_that_of_the_refund_that_waits_is_told(amount: str) -> None:
    turn = refund(typed(f"MX000123 {amount} yapildi"), of(PAID, replace(OPEN, parked=True)))
    words = f"The refund that waits has another amount. You wrote: {amount}. Waiting: 96.00 TL."
    assert words in said(turn) and buttons(turn) == []


def test_an_amount_picks_the_refund_that_was_made() -> None:
    asked = refund(typed("MX000123 12,50 yapildi"), of(PAID, *TWO))
    assert "12.50 EUR" in said(asked) and "96.00 TL" not in said(asked) and len(buttons(asked)) == 1


def test_of_a_sender_who_was_erased_it_is_said_all_the_same() -> None:
    sure = refund(tapped(MADE[7:]), of(PAID, replace(OPEN, lost=True), person=""))
    assert SettleRefund(ID, "", HandMade("", "sandbox:1", 1, 0)) in sure.effects


@pytest.mark.parametrize("value", ["", "yes", "yes.x.lost", "yes.123", "yes.123.everything", "explode.123.lost", "..."])
def test_a_forged_button_moves_no_money(value: str) -> None:
    found = meant(tapped(value))
    assert granted(refund(tapped(value), of() if found.number else RefundFacts(()))) == []


def test_every_answer_of_a_partner_has_its_words() -> None:
    for name in ANSWERS:
        failed = replace(OPEN, parked=True, said=name)
        assert say(ANSWERS[name], "en") in said(refund(typed(), RefundFacts((failed,))))


@pytest.mark.parametrize("blank", ["\u00a0", "\n", "\t", "  "])
def test_any_blank_ends_a_word(blank: str) -> None:
    found = meant(typed(f"MX000123{blank}lost"))
    assert (found.number, found.word) == (123, "lost")


STATES_OF_A_REFUND = {
    "made": ({"done": True}, "made"),
    "nobody works on it": ({"lost": True}, "open, and nothing is working on it"),
    "just asked for": ({}, "being made"),
    "tried, and not again yet": ({"tries": 2, "taken": True}, "being tried again, tries so far: 2."),
}


@pytest.mark.parametrize("name", STATES_OF_A_REFUND)
def test_the_state_of_a_refund(name: str) -> None:
    changes, said = STATES_OF_A_REFUND[name]
    assert say(state_of(replace(OPEN, **changes)), "en").startswith(said)


def test_a_refund_that_was_made_at_once_is_told_once() -> None:
    """The answer has said so already; only who was told that it is being tried hears how it ended."""
    made = replace(PAID, state=State.CANCELLED, refunds=(ALL,))
    assert became(Wish(made, "11", "en", stopping=False)).effects == ()
    assert said(became(Wish(made, "11", "en", stopping=True))) != ""


def test_a_long_list_says_how_many_are_not_shown() -> None:
    rows = tuple(replace(OPEN, payment=f"sandbox:{nth}") for nth in range(SHOWN + 3))
    assert "Not shown: 3" in said(refund(typed(), RefundFacts(rows)))


# A part ---------------------------------------------------------------------------------------------------------------

PARTLY = Refunded("sandbox:1", Kurus(1250), nth=1)
POSTED = replace(PAID, state=State.POSTED)
IN_PARTS = {
    State.QUEUED, State.PRINTING, State.STUCK, State.DISPATCHED, State.ERASED, State.OVERDUE, State.PRINTED,
    State.POSTED, State.RETURNED, State.REPOSTING, State.DESTROYING, State.DESTROYED, State.LOST,
}  # fmt: skip


@pytest.mark.parametrize("state", State)
def test_the_order_table_says_where_a_part_goes_back(state: State) -> None:
    order = replace(PAID, state=state)
    turn = refund(typed("MX000123 12,50 jest"), of(order))
    sure = refund(tapped("part.123.goodwill.1250.1"), of(order))
    assert granted(turn) == []
    if state in IN_PARTS:
        assert buttons(turn) == ["refund:part.123.goodwill.1250.1"]
        assert "12.50 TL" in said(turn) and "Left afterwards: 83.50 TL" in said(turn)
        assert granted(sure) == [TellSender("row", PartRefundGranted(ID, "goodwill", Kurus(1250), 1))]
        assert AwaitRefund(ID, "11", False, 1) in sure.effects and DropButtons() in sure.effects
        assert LogAccess("grant_part", ID, "MX000123", "goodwill") in sure.effects
    else:
        assert buttons(turn) == [] and granted(sure) == []
        assert LogAccess("grant_part", ID, "MX000123", "refused") in turn.effects


AMOUNTS = {
    "with a comma": ("MX000123 12,50 jest", 1250),
    "with a point": ("MX000123 12.50 goodwill", 1250),
    "in whole lira": ("MX000123 12 jest", 1200),
    "with the currency": ("MX000123 12,50 TL jest", 1250),
    "for a bare number": ("123 12,50 jest", 1250),
    "all that is left, of a posted letter": ("MX000123 96,00 kayip", 9600),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_an_amount_is_asked_about(name: str) -> None:
    words, kurus = AMOUNTS[name]
    (button,) = buttons(refund(typed(words), of(POSTED)))
    assert button.split(".")[3] == str(kurus) and len(button.encode()) <= 64


# what is typed -> the order, what the answer says
NO_PART = {
    "a kuruş more than was paid": ("MX000123 96,01 jest", POSTED, "more than is left"),
    "a kuruş more than is left": ("MX000123 83,51 jest", replace(POSTED, refunds=(PARTLY,)), "Left: 83.50 TL"),
    "all of a letter that is still to be printed": ("MX000123 96 jest", PAID, "something of its price stays"),
    "an amount that may mean another": ("MX000123 1.250 jest", POSTED, "This is not an amount: 1.250"),
    "kuruş with one digit": ("MX000123 12,5 jest", POSTED, "This is not an amount: 12,5"),
    "less than nothing": ("MX000123 -5 jest", POSTED, "This is not an amount: -5"),
    "nothing": ("MX000123 0 jest", POSTED, "This is not an amount: 0"),
    "digits of another script": ("MX000123 ١٢ jest", POSTED, "This is not an amount"),
    "no reason": ("MX000123 12,50", POSTED, "The reason is missing"),
    "a reason in ones own words": ("MX000123 12,50 Nermin Hanım aradı", POSTED, "There is no such reason"),
    "a payment that is held": ("MX000123 12,50 jest", replace(PAID, state=State.HELD), "only be refunded as a whole"),
    "an unpaid order": (
        "MX000123 12,50 jest",
        replace(PAID, state=State.AWAITING, payment="", paid=Kurus(0)),
        "Nothing was paid",
    ),
}


@pytest.mark.parametrize("name", NO_PART)
def test_no_part_is_given_for(name: str) -> None:
    words, order, why = NO_PART[name]
    turn = refund(typed(words), of(order))
    assert why in said(turn) and buttons(turn) == [] and granted(turn) == []


def test_the_button_of_before_another_refund_gives_nothing() -> None:
    """Two admins have looked at the same order, or one taps twice."""
    turn = refund(tapped("part.123.goodwill.1250.1"), of(replace(POSTED, refunds=(PARTLY,))))
    assert granted(turn) == [] and "refunded meanwhile" in said(turn)


@pytest.mark.parametrize(
    "value", ["part", "part.123", "part.123.goodwill", "part.123.goodwill.x.1", "part.123.goodwill.-1.1",
              "part.123.goodwill.99999999999999.1", "part.123.goodwill.1250", "part.123.everything.1250.1"]
)  # fmt: skip
def test_a_forged_button_gives_no_part(value: str) -> None:
    assert granted(refund(tapped(value), of(POSTED))) == []


def test_after_a_part_the_whole_refund_is_what_is_left() -> None:
    turn = refund(typed("MX000123 kayip"), of(replace(POSTED, refunds=(PARTLY,))))
    assert "Amount: 83.50 TL" in said(turn) and "Refunded so far: 12.50 TL" in said(turn)
    page = said(refund(typed("MX000123"), of(replace(POSTED, refunds=(PARTLY,)))))
    assert "Refunded so far: 12.50 TL" in page and "Left: 83.50 TL" in page


def test_an_institution_that_gives_back_whole_payments_only_says_so() -> None:
    asked = replace(typed("MX000123 12,50 jest"), operator=replace(operator(), institutions={"paytr": False}))
    turn = refund(asked, of(replace(POSTED, provider="paytr")))
    assert "whole payments only: paytr" in said(turn) and buttons(turn) == []


def test_what_was_paid_at_an_institution_of_before_is_refunded_there_or_in_its_own_panel() -> None:
    order = replace(POSTED, provider="iyzico")
    here, gone = {"paytr": True, "iyzico": True}, {"paytr": True}
    for words in ("MX000123 kayip", "MX000123 12,50 kayip"):
        for institutions, possible in ((here, True), (gone, False)):
            asked = replace(typed(words), operator=replace(operator(), institutions=institutions))
            turn = refund(asked, of(order))
            assert bool(buttons(turn)) is possible
            assert ("in that institution's own panel" in said(turn)) is not possible


# Held -----------------------------------------------------------------------------------------------------------------

HELD = replace(PAID, state=State.HELD, paid=Kurus(9700), piece="")
WAITS = HeldPayment("MX000123", Kurus(9600), Kurus(9700), "TRY", NOW)


def test_the_list_names_what_is_held_and_what_nobody_knows() -> None:
    unknown = UnknownCallback("iyzico", "token abc", NOW)
    erased = UnknownCallback("paytr", "order MX000002", NOW, "MX000002")
    euros = replace(WAITS, number="MX000124", currency="EUR")
    waits = [
        "Held: MX000123 · paid 97.00 TL · price 96.00 TL · since 23 November 2026, 12:00. To give it back: /refunds"
        " MX000123 mistake",
        "Held: MX000124 · paid 97.00 EUR · price 96.00 TL · since 23 November 2026, 12:00. To give it back: /refunds"
        " MX000124 mistake",
        "Belongs to no order of ours: iyzico · token abc · 23 November 2026, 12:00. Look in that institution's panel;"
        " if somebody has paid, refund it there.",
        "Of a sender who was erased: MX000002 · paytr · 23 November 2026, 12:00. Nobody could ask any more whether it"
        " was paid. Look for this number in that institution's panel; if somebody has paid, refund it there.",
    ]
    alone = refund(typed(), RefundFacts((), held=(WAITS, euros), unknown=(unknown, erased)))
    assert said(alone).split("\n") == waits
    beside = refund(typed(), RefundFacts((OPEN,), held=(WAITS, euros), unknown=(unknown, erased)))
    assert said(beside).split("\n")[:5] == [*waits, "Open refunds: 1. Failing: 0."]


def test_a_held_payment_is_given_back_whole() -> None:
    turn = refund(typed("MX000123 hata"), of(replace(HELD, currency="EUR")))
    assert buttons(turn) == ["refund:yes.123.mistake"] and "97.00 EUR" in said(turn)
