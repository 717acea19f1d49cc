"""What an admin reads and does with /kvkk and its five companions; no command shows who it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from flows.core.events import BY_DESK, Moment, RequestRefused, RequestWaits
from flows.core.retention_notice import Retained
from flows.core.state import State as OrderState
from flows.core.state import Turn
from flows.desk.base.effects import DropButtons, LogAccess, Say, TellSender
from flows.desk.base.request import Asked
from flows.desk.requests import commands, on_behalf
from flows.desk.requests.blockers import REMEDIES, WORK
from flows.desk.requests.commands import RequestFacts
from flows.desk.requests.effects import MoveRequest, OpenRequestOnBehalf
from flows.desk.requests.order_endings import ENDING
from flows.desk.requests.table import Choice, DataRequest, Kind, State
from flows.desk.requests.wording import line, time_left
from storage.rights.personal_data import PROMISED
from tests.dialogue import operator
from tests.flows.desk.support.template_examples import spoken

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
ASKED = DataRequest(12, Kind.ERASURE, State.OPEN, NOW, date(2026, 12, 23), person="p" * 32)
FACTS = RequestFacts(
    ASKED, (("tickets", 3), ("invoices", 2), ("work", 0)), (Retained("invoices", 2, date(2036, 12, 31)),),
    (("MX000123", OrderState.QUEUED),),
)  # fmt: skip


def by(who: str, words: str = "12", *, at: datetime = NOW, lone: bool = False) -> Asked:
    moment = Moment(at, "f" * 32)
    return Asked(
        "k", int(who), "Robin", "en", int(who), 5, True, words=words, lone=lone, moment=moment, operator=operator()
    )


def said(turn: Turn[None]) -> str:
    return spoken(turn, "en")


def moved(turn: Turn[None]) -> DataRequest | None:
    return next((one.after for one in turn.effects if isinstance(one, MoveRequest)), None)


def test_the_list_shows_kind_state_and_days_left_and_nobody() -> None:
    assert said(commands.list_(by("101"), [ASKED])) == (
        "Open data-subject requests:\n12 · erasure · open · due 23 December 2026 · days left: 30"
    )
    assert said(commands.list_(by("101"), [])) == "No data-subject request is open."


def test_the_dry_run_names_what_goes_what_is_kept_and_what_ends_first_and_is_signed_for() -> None:
    turn = commands.apply(by("101"), FACTS)
    words = said(turn)
    assert "· support messages: 3, erased" in words
    assert "invoices with name and address, payment references: 2, kept until 31 December 2036" in words
    assert "tasks in the queue" not in words  # there are none
    assert "order MX000123: paid, waiting for printing" in words
    assert moved(turn) == replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW)
    assert turn.effects[-1] == LogAccess("dry_run", ASKED.person, "12")
    assert buttons(turn) == ["12 durdur", "12 onay"]


def buttons(turn: Turn[None]) -> list[str]:
    """What each button brings back, one a row."""
    found = [key for one in turn.effects if isinstance(one, Say) for (key,) in one.buttons]
    assert all(key.action == commands.CONFIRM for key in found)
    return [key.value for key in found]


@pytest.mark.parametrize("state", [OrderState.QUEUED, OrderState.PRINTING, OrderState.STUCK])
def test_an_admin_has_the_letter_stopped_or_sent_until_the_print_room_has_it(state: OrderState) -> None:
    waiting = replace(FACTS, waits=(("MX000123", state),))
    assert "is sent first" in said(commands.apply(by("101"), waiting))
    turn = commands.apply(by("101", "12 durdur"), waiting)
    chosen = moved(turn)
    assert chosen == replace(ASKED, choice=Choice.STOP)
    assert DropButtons() in turn.effects  # the page that follows has them
    assert LogAccess("choose_stop", ASKED.person, "12") in turn.effects
    assert "is stopped and refunded" in said(turn) and "12 gonder" in buttons(turn)
    back = commands.apply(by("101", "12 send"), replace(waiting, request=chosen))
    assert moved(back) == ASKED


@pytest.mark.parametrize("waits", [(), (("MX000123", OrderState.DISPATCHED),)])
def test_where_there_is_no_letter_to_stop_that_is_said(waits: tuple[tuple[str, OrderState], ...]) -> None:
    turn = commands.apply(by("101", "12 durdur"), replace(FACTS, waits=waits))
    assert said(turn) == "This request waits for no letter that could be stopped."
    assert moved(turn) is None
    assert not any("durdur" in value for value in buttons(commands.apply(by("101"), replace(FACTS, waits=waits))))


def test_of_a_closed_request_nothing_is_decided_any_more() -> None:
    turn = commands.apply(by("101", "12 durdur"), replace(FACTS, request=replace(ASKED, state=State.DONE)))
    assert moved(turn) is None and "closed" in said(turn)
    assert DropButtons() in turn.effects


@pytest.mark.parametrize("word", ["onay", "ONAY", "confirm"])
def test_another_admin_confirms_and_the_same_one_does_not(word: str) -> None:
    shown = RequestFacts(replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW))
    turn = commands.apply(by("102", f"12 {word}"), shown)
    confirmed = moved(turn)
    assert confirmed is not None and confirmed.state is State.CONFIRMED
    assert LogAccess("confirm_request", ASKED.person, "12") in turn.effects
    assert DropButtons() in turn.effects
    late = commands.apply(by("103", f"12 {word}"), RequestFacts(confirmed))
    assert moved(late) is None and DropButtons() in late.effects
    same = commands.apply(by("101", f"12 {word}"), shown)
    assert moved(same) is None and "Another admin" in said(same)
    assert DropButtons() not in same.effects  # the other one needs them


def test_a_sender_with_an_open_order_hears_what_ends_first_and_a_stranger_is_answered_by_post() -> None:
    shown = replace(FACTS, request=replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW))
    turn = commands.apply(by("102", "12 onay"), shown)
    assert TellSender(ASKED.person, RequestWaits(12, ("MX000123",))) in turn.effects
    dated = replace(shown, until={"MX000123": date(2027, 1, 4), "Refund": date(2027, 2, 1)})
    turn = commands.apply(by("102", "12 onay"), dated)
    assert TellSender(ASKED.person, RequestWaits(12, ("MX000123",), date(2027, 1, 4))) in turn.effects
    stranger = RequestFacts(replace(shown.request, person=""))
    told = said(commands.apply(by("102", "12 onay"), stranger))
    assert "by post" in told and "nothing that could be linked to you" in told and "m.14" in told
    assert "Date of your request: 23 November 2026. Date of this answer: 23 November 2026." in told
    assert "ilişkilendirilebilecek" in told and "Bu yanıtın tarihi: 23 Kasım 2026." in told


@pytest.mark.parametrize("kind", [Kind.ACCESS, Kind.CORRECTION])
def test_of_what_erases_nothing_it_is_not_said_that_something_is_erased(kind: Kind) -> None:
    words = said(commands.apply(by("101"), replace(FACTS, request=replace(ASKED, kind=kind))))
    assert "support messages: 3" in words and "invoices with name and address, payment references: 2" in words
    assert "3, erased" not in words and "kept until" not in words and "Dry run" not in words


def test_who_wrote_a_request_down_hears_how_it_goes_on_with_one_other_admin() -> None:
    shown = replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW, opened_by="102")
    told = commands.apply(by("102", "12 onay"), RequestFacts(shown))
    assert moved(told) is None and "/dsr_apply" in said(told)
    taken = moved(commands.apply(by("102"), RequestFacts(shown)))
    assert taken is not None
    confirmed = moved(commands.apply(by("101", "12 onay"), RequestFacts(taken)))
    assert confirmed is not None and confirmed.state is State.CONFIRMED


def test_a_lone_admin_a_day_later_is_signed_for_as_such() -> None:
    shown = RequestFacts(replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW))
    turn = commands.apply(by("101", "12 onay", at=NOW + timedelta(hours=24), lone=True), shown)
    assert LogAccess("confirm_request_alone", ASKED.person, "12") in turn.effects


def test_whoever_it_is_about_does_not_confirm_it() -> None:
    shown = RequestFacts(replace(ASKED, state=State.PROPOSED, proposed_by="101", proposed_at=NOW), own=True)
    turn = commands.apply(by("102", "12 onay"), shown)
    assert moved(turn) is None and "about you" in said(turn)


def test_a_refusal_moves_it_and_tells_the_person_reason_and_article() -> None:
    turn = commands.refuse(by("101", "12 KVKK m.28: A court order."), FACTS)
    assert isinstance(turn.effects[0], MoveRequest) and turn.effects[0].reason == "A court order."
    assert TellSender(ASKED.person, RequestRefused(12, "A court order.", "KVKK m.28", TODAY)) in turn.effects
    by_letter = commands.refuse(by("101", "12 KVKK m.28: No."), RequestFacts(replace(ASKED, person="")))
    assert not any(isinstance(one, TellSender) for one in by_letter.effects) and "by post" in said(by_letter)


@pytest.mark.parametrize("words", ["12", "12 KVKK m.28", "12 : because", "12 KVKK m.28:"])
def test_a_refusal_without_reason_or_article_is_an_example(words: str) -> None:
    turn = commands.refuse(by("101", words), FACTS)
    assert moved(turn) is None and "/dsr_refuse 12" in said(turn)


@pytest.mark.parametrize(("length", "taken"), [(2990, True), (3001, False)])
def test_a_refusal_is_one_message_however_much_is_to_be_said(length: int, taken: bool) -> None:
    turn = commands.refuse(by("101", f"12 KVKK m.28: {'a' * length}"), FACTS)
    assert (moved(turn) is not None) == taken
    assert ("too long" in said(turn)) != taken


@pytest.mark.parametrize("take", [commands.show, commands.apply, commands.refuse])
def test_a_number_that_is_none_or_unknown_is_answered_with_the_way(take: object) -> None:
    for words, told in (("", "for example 12"), ("sil", "for example 12"), ("99", "no request with this number")):
        turn = take(by("101", words), None)  # type: ignore[operator]
        assert told in said(turn) and moved(turn) is None


def test_looking_moves_nothing_and_is_signed_for() -> None:
    turn = commands.show(by("101"), FACTS)
    assert moved(turn) is None and LogAccess("show_request", ASKED.person, "12") in turn.effects


def test_the_deadlines_name_what_is_twenty_days_old_and_what_is_overdue() -> None:
    assert said(commands.deadlines(by("101"), [ASKED])) == (
        "No request is twenty days old.\nThe next one is due on 23 December 2026."
    )
    old = said(commands.deadlines(by("101", at=NOW + timedelta(days=20)), [ASKED]))
    assert "days left: 10" in old and "OVERDUE" not in old
    assert "OVERDUE: 12" in said(commands.deadlines(by("101", at=NOW + timedelta(days=31)), [ASKED]))


def test_on_behalf_of_a_sender_an_order_number_links_the_file() -> None:
    opened, answer, signed = on_behalf.new(by("101", "silme MX000123 5 Mart tarihli mektup"), {"MX000123"}).effects
    assert opened == OpenRequestOnBehalf(Kind.ERASURE, "MX000123 5 Mart tarihli mektup", order="MX000123")
    assert isinstance(answer, Say) and signed == LogAccess("open_request", "staff:101")
    stranger, *_ = on_behalf.new(by("101", "Erişim Ali Veli, mektup"), ()).effects
    assert stranger == OpenRequestOnBehalf(Kind.ACCESS, "Ali Veli, mektup")
    unknown = on_behalf.new(by("101", "silme MX000123 5 Mart tarihli mektup"), ())
    assert said(unknown) == "There is no such order." and len(unknown.effects) == 1


@pytest.mark.parametrize("typed", ["mx123", "MX 000123", "MX000123,", "#MX123"])
def test_an_order_number_links_the_file_however_it_is_typed(typed: str) -> None:
    opened, *_ = on_behalf.new(by("101", f"silme {typed} 5 Mart tarihli mektup"), {"MX000123"}).effects
    assert isinstance(opened, OpenRequestOnBehalf) and opened.order == "MX000123"


def test_an_objection_needs_a_name_and_a_door() -> None:
    whole = "itiraz Nermin Öztürk; Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul"
    opened, *_ = on_behalf.new(by("101", whole), ()).effects
    assert isinstance(opened, OpenRequestOnBehalf) and opened.name == "Nermin Öztürk" and opened.kind is Kind.OBJECTION
    for words in ("itiraz", "itiraz Nermin Öztürk", "itiraz Nermin Öztürk; İstanbul", "kahve Nermin"):
        (answer,) = on_behalf.new(by("101", words), ()).effects
        assert isinstance(answer, Say)


def test_the_dry_run_names_work_that_has_to_end_first() -> None:
    """Of work there is no state, only its kind."""
    assert "· work: Refund" in said(commands.apply(by("101"), replace(FACTS, waits=(("Refund", None),))))


@pytest.mark.parametrize("state", [State.DONE, State.REFUSED, State.WITHDRAWN])
def test_of_a_closed_request_nothing_is_shown_or_refused(state: State) -> None:
    closed = replace(FACTS, request=replace(ASKED, state=state))
    for turn in (commands.apply(by("101"), closed), commands.refuse(by("101", "12 KVKK m.28: …"), closed)):
        assert moved(turn) is None
        assert said(turn) == "This request is closed."


TIMES = {
    # a request -> what is said of its time on 23 November
    "has thirty days": (ASKED, "due 23 December 2026 · days left: 30"),
    "is due today": (replace(ASKED, due=date(2026, 11, 23)), "due 23 November 2026 · days left: 0"),
    "is late": (replace(ASKED, due=date(2026, 11, 20)), "was due 20 November 2026 · days late: 3"),
    "is being carried out, late": (
        replace(ASKED, state=State.EXECUTING, due=date(2026, 11, 20)), "was due 20 November 2026 · days late: 3",
    ),
    **{
        f"is closed, {state}": (
            replace(ASKED, state=state, due=date(2026, 11, 20), closed_at=NOW - timedelta(days=1)),
            "closed on 22 November 2026",
        )
        for state in (State.DONE, State.REFUSED, State.WITHDRAWN)
    },
    "was closed before the day was kept": (replace(ASKED, state=State.DONE), "closed"),
}  # fmt: skip


@pytest.mark.parametrize(("one", "said"), TIMES.values(), ids=TIMES)
def test_the_page_and_the_list_say_how_much_time_there_is_for_a_request_that(one: DataRequest, said: str) -> None:
    assert said == spoken(time_left(one, TODAY), "en")
    assert said in spoken(line(one, TODAY), "en")
    assert f"· {said}\n" in spoken(commands.page(by("101"), RequestFacts(one)), "en")


@pytest.mark.parametrize("state", State)
def test_the_page_of_a_request_that_is_closed_waits_for_nothing(state: State) -> None:
    closed = state in (State.DONE, State.REFUSED, State.WITHDRAWN)
    words = spoken(commands.page(by("101"), replace(FACTS, request=replace(ASKED, state=state))), "en")
    assert ("These end first" in words) is not closed


def test_every_blocker_is_named_with_its_remedy_and_its_latest_day() -> None:
    assert set(REMEDIES) == set(ENDING)
    assert set(PROMISED) <= set(WORK) and {kind.__name__ for kind in BY_DESK} <= set(WORK)
    waits = (("MX000123", OrderState.OVERDUE), ("Refund", None))
    until = {"MX000123": date(2027, 1, 4), "Refund": date(2026, 12, 23)}
    shown = RequestFacts(ASKED, (("orders", 1),), (), waits, until=until)
    told = said(commands.show(by("102", "12"), shown)).splitlines()
    assert [row for row in told if "at the latest" in row] == [
        "· order MX000123: removed from the tray without a scan: ask the print room and report what it says: printed,"
        " posted or spoiled (/tray) · at the latest: 4 January 2027",
        "· work: Refund: a refund is not made yet (/refunds) · at the latest: 23 December 2026",
    ]


def test_an_answer_that_nobody_has_posted_is_shown_with_its_request() -> None:
    nobody = replace(ASKED, person="", state=State.REFUSED, article="KVKK m.13/2", closed_at=NOW)
    told = said(commands.show(by("102", "12"), RequestFacts(nobody)))
    assert "by post" in told and "within the 30 days of the law" in told and "özür dileriz" in told
    assert "by post" not in said(commands.show(by("102", "12"), RequestFacts(replace(nobody, person="p"))))
