"""The promise about a data subject's request: every event in every state has an answer, and four eyes look at it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from flows.conversation.machine import advance
from flows.core.effects import MailAnswer, MailRefusal, Reply
from flows.core.events import (
    DestructionAsked,
    Envelope,
    Event,
    Moment,
    OrderCancelled,
    Person,
    RequestAnswered,
    RequestRefused,
    StopAsked,
)
from flows.core.retention_notice import Days, Retained
from flows.core.state import Profile, Standing
from flows.core.state import State as OrderState
from flows.desk.requests import table as flow
from flows.desk.requests.order_endings import CHOOSABLE, ENDING, ending
from flows.desk.requests.table import (
    EVENTS,
    TABLE,
    UNFINISHED,
    Choice,
    DataRequest,
    Kind,
    Origin,
    RequestVerdict,
    State,
    first_state,
)
from flows.desk.requests.wording import answer, dated, kept_lines, refusal
from flows.order.order import OVER
from locales import LANGUAGES, say
from tests.dialogue import operator

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASKED = DataRequest(12, Kind.ERASURE, State.OPEN, NOW, date(2026, 12, 23), person="p")
HAPPENINGS = (
    flow.DryRunShown("a1"), flow.Confirmed("a2"), flow.Begun(), flow.Executed(), flow.Refused("a1", "KVKK m.28"),
    flow.Withdrawn(), flow.AlarmDay(), flow.DueDay(), flow.ChoiceMade(Choice.STOP), flow.LastDay("m.5"),
)  # fmt: skip


def after(
    *happened: flow.Happening, request: DataRequest = ASKED, at: datetime = NOW
) -> tuple[DataRequest, RequestVerdict]:
    verdict = RequestVerdict.NOTHING
    for one in happened:
        request, verdict = flow.advance(request, one, at)
    return request, verdict


SHOWN = after(HAPPENINGS[0])[0]


def test_the_table_is_total() -> None:
    assert set(TABLE) == set(product(State, EVENTS))
    assert {type(one) for one in HAPPENINGS} == set(EVENTS)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("happened", HAPPENINGS, ids=lambda one: type(one).__name__)
def test_a_closed_request_never_changes_and_an_open_one_keeps_its_number(
    state: State, happened: flow.Happening
) -> None:
    before = replace(ASKED, state=state, proposed_by="a1", proposed_at=NOW)
    request, _ = flow.advance(before, happened, NOW)
    assert request.number == 12
    if state not in UNFINISHED:
        assert request == before
    assert (request.closed_at is not None) == (request.state not in UNFINISHED) or request == before


def test_a_dry_run_then_another_admin_then_it_is_carried_out() -> None:
    request, verdict = after(flow.DryRunShown("a1"), flow.Confirmed("a2"))
    assert (request.state, request.proposed_by, request.confirmed_by, verdict) == (
        State.CONFIRMED, "a1", "a2", RequestVerdict.CONFIRMED,
    )  # fmt: skip
    assert after(flow.Begun(), flow.Executed(), request=request) == (
        replace(request, state=State.DONE, closed_at=NOW), RequestVerdict.DONE,
    )  # fmt: skip


def test_nothing_is_confirmed_unseen() -> None:
    assert after(flow.Confirmed("a2")) == (ASKED, RequestVerdict.DRY_RUN_FIRST)


def test_nobody_approves_what_they_proposed_wrote_down_or_asked_for() -> None:
    assert after(flow.Confirmed("a1"), request=SHOWN) == (SHOWN, RequestVerdict.ANOTHER)
    written = replace(SHOWN, opened_by="a2")
    assert after(flow.Confirmed("a2"), request=written) == (written, RequestVerdict.WRITTEN_DOWN)
    assert after(flow.Confirmed("a2", own=True), request=SHOWN) == (SHOWN, RequestVerdict.OWN)
    assert (
        after(flow.Confirmed("a1", lone=True, own=True), request=SHOWN, at=NOW + timedelta(days=9))[1]
        is RequestVerdict.OWN
    )


def test_two_admins_are_enough_whoever_of_them_wrote_it_down_and_whoever_looked_first() -> None:
    written = replace(ASKED, opened_by="a1")
    stuck = after(flow.DryRunShown("a2"), request=written)[0]
    assert after(flow.Confirmed("a2"), request=stuck)[1] is RequestVerdict.ANOTHER
    assert after(flow.Confirmed("a1"), request=stuck)[1] is RequestVerdict.WRITTEN_DOWN  # says how it goes on
    looked, verdict = after(flow.DryRunShown("a1"), request=stuck)
    assert (looked.proposed_by, verdict) == ("a1", RequestVerdict.SHOWN)
    assert after(flow.Confirmed("a1"), request=looked)[1] is RequestVerdict.ANOTHER
    assert after(flow.Confirmed("a2"), request=looked)[1] is RequestVerdict.CONFIRMED
    assert after(flow.DryRunShown("a3"), request=stuck)[0] == stuck  # nobody else takes it over


def test_a_lone_admin_confirms_a_day_later_and_that_is_on_record() -> None:
    alone = flow.Confirmed("a1", lone=True)
    early = NOW + flow.ALONE_AFTER - timedelta(seconds=1)
    assert after(alone, request=SHOWN, at=early) == (SHOWN, RequestVerdict.TOO_EARLY)
    request, verdict = after(alone, request=SHOWN, at=NOW + flow.ALONE_AFTER)
    assert (request.state, request.alone, verdict) == (State.CONFIRMED, True, RequestVerdict.ALONE)
    again = after(flow.DryRunShown("a1"), request=SHOWN, at=early)[0]
    assert again.proposed_at == NOW  # looking again does not begin the day anew


def test_it_can_be_taken_back_until_it_is_begun() -> None:
    confirmed = after(flow.Confirmed("a2"), request=SHOWN)[0]
    assert after(flow.Withdrawn(), request=confirmed)[0].state is State.WITHDRAWN
    begun = after(flow.Begun(), request=confirmed)[0]
    assert after(flow.Withdrawn(), request=begun) == (begun, RequestVerdict.TOO_LATE)


def test_a_refusal_names_who_and_by_which_article_and_comes_before_the_confirmation() -> None:
    request, verdict = after(flow.Refused("a1", "KVKK m.28"), request=SHOWN)
    assert (request.state, request.article, request.confirmed_by, verdict) == (
        State.REFUSED, "KVKK m.28", "a1", RequestVerdict.REFUSED,
    )  # fmt: skip
    confirmed = after(flow.Confirmed("a2"), request=SHOWN)[0]
    assert after(flow.Refused("a1", "KVKK m.28"), request=confirmed)[1] is RequestVerdict.TOO_LATE


def test_what_nobody_decides_by_its_last_day_is_done_as_its_sender_asked_or_answered_with_that() -> None:
    for request in (ASKED, SHOWN):
        done, verdict = after(flow.LastDay(), request=request)
        assert (done.state, done.confirmed_by, done.confirmed_at, verdict) == (
            State.CONFIRMED, "", NOW, RequestVerdict.CONFIRMED,
        )  # fmt: skip
    for kind, origin in product(Kind, (Origin.CHAT, Origin.LETTER)):
        if (kind, origin) == (Kind.ERASURE, Origin.CHAT):
            continue
        answered, verdict = after(flow.LastDay(), request=replace(ASKED, kind=kind, origin=origin))
        assert (answered.state, answered.article, answered.closed_at, verdict) == (
            State.REFUSED, "KVKK m.13/2", NOW, RequestVerdict.REFUSED,
        )  # fmt: skip


def test_what_is_confirmed_is_postponed_with_a_reason() -> None:
    late = flow.LastDay("KVKK m.5/2-c")
    confirmed = after(flow.Confirmed("a2"), request=SHOWN)[0]
    for request in (confirmed, after(flow.Begun(), request=confirmed)[0]):
        answered, verdict = after(late, request=request)
        assert (answered.state, answered.article, verdict) == (
            State.REFUSED, "KVKK m.5/2-c", RequestVerdict.REFUSED,
        )  # fmt: skip


def test_only_a_copy_for_the_own_chat_and_an_unused_account_wait_for_nobody() -> None:
    at_once = {(kind, origin) for kind in Kind for origin in Origin if first_state(kind, origin) is State.CONFIRMED}
    assert at_once == {(Kind.ACCESS, Origin.CHAT)} | {(kind, Origin.IDLE) for kind in Kind}


def test_every_open_order_has_an_ending_and_no_other() -> None:
    assert set(ENDING) == set(OrderState) - OVER
    assert ending(OrderState.QUEUED, Choice.STOP) is OrderCancelled
    assert ending(OrderState.QUEUED, Choice.SEND) is None
    assert ending(OrderState.RETURNED, Choice.SEND) is DestructionAsked
    for printing in (OrderState.PRINTING, OrderState.STUCK):
        assert (ending(printing, Choice.STOP), ending(printing, Choice.SEND)) == (StopAsked, None)
    assert {OrderState.QUEUED, OrderState.PRINTING, OrderState.STUCK} == CHOOSABLE


@pytest.mark.parametrize("state", UNFINISHED)
def test_what_becomes_of_the_letter_can_be_decided_until_all_is_erased(state: State) -> None:
    before = replace(ASKED, state=state)
    assert flow.advance(before, flow.ChoiceMade(Choice.STOP), NOW) == (
        replace(before, choice=Choice.STOP), RequestVerdict.CHOSEN,
    )  # fmt: skip
    access = replace(before, kind=Kind.ACCESS)
    assert flow.advance(access, flow.ChoiceMade(Choice.STOP), NOW) == (access, RequestVerdict.NOTHING)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_every_answer_names_the_request_and_the_way_to_complain(kind: Kind, language: str) -> None:
    kept = (Retained("invoices", 2, date(2036, 12, 31)),)
    days = Days(date(2026, 11, 23), date(2026, 12, 1))
    said = "\n".join(say(part, language) for part in answer(kind, 12, kept, days).parts)
    assert ("23 Kasım 2026" in said and "1 Aralık 2026" in said) == (language == "tr")
    assert "12" in said and "30" in said and "60" in said and "m.14" in said
    assert ("2036" in said) == (kind is Kind.ERASURE)


def test_a_refusal_gives_reason_article_date_and_the_way_to_complain() -> None:
    days = Days(date(2026, 11, 23), date(2026, 12, 1))
    said = "\n".join(say(part, "en") for part in refusal(12, "A court order.", "KVKK m.28", days).parts)
    assert "Date of your request: 23 November 2026. Date of this answer: 1 December 2026." in said
    assert "A court order." in said and "KVKK m.28" in said and "m.14" in said


@pytest.mark.parametrize("unreachable", [False, True])
@pytest.mark.parametrize(
    "event", [RequestRefused(12, "A court order.", "KVKK m.28", date(2026, 11, 3)),
              RequestAnswered(12, "erasure", (), date(2026, 11, 3))],
)  # fmt: skip
def test_the_answer_bears_its_own_day_and_the_requests_in_the_chat_and_by_mail(event: Event, unreachable: bool) -> None:
    person = Person("telegram", "5001")
    known = Standing(person, profile=Profile(email="isil@example.com"), unreachable=unreachable)
    turn = advance(operator(), known, Envelope("k", person, event, Moment(NOW, "f" * 32)))
    days = Days(date(2026, 11, 3), NOW.date())
    mailed = [one.days for one in turn.effects if isinstance(one, MailRefusal | MailAnswer)]
    said = [one.text for one in turn.effects if isinstance(one, Reply)]
    assert mailed == ([days] if unreachable else [])
    assert unreachable or dated(days)[0] in said[0].parts  # type: ignore[union-attr]


def test_what_is_kept_is_named_with_day_and_article() -> None:
    (line,) = kept_lines([Retained("consents", 3, date(2029, 1, 17))])
    assert say(line, "en") == (
        "· proofs of notice and consent: until 17 January 2029 (KVKK m.12: proof of your notice and consent)"
    )
