"""The file of requests: one number each, moved once, sealed with its own key; the do-not-write list; idle accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.work.data_requests import Requests
from flows.address.address import Address, read_address
from flows.core import effects as fx
from flows.core.events import (
    AccountIdle,
    Envelope,
    FoundUnprinted,
    Moment,
    Person,
    PrintClaimed,
    PrintStuck,
    PrintWithheld,
    RefundGranted,
)
from flows.core.state import Draft
from flows.core.state import State as OrderState
from flows.desk.base.request import Asked
from flows.desk.requests import commands, on_behalf
from flows.desk.requests.effects import MoveRequest, OpenRequestOnBehalf
from flows.desk.requests.table import Choice, DataRequest, Kind, Origin, State
from storage import retention
from storage.keys.vault import Vault
from storage.printing import outbox as print_outbox
from storage.queues import desk_events, jobs, messages
from storage.rights import idle, objections, request_facts, requests
from storage.rights.requests import Identity
from storage.store import desk_writers
from storage.store.requested import By
from tests.storage.conftest import House
from tests.storage.erasure import door
from tests.storage.rights.test_erasure import Stopped, carried_out, confirmed

OBJECTION = "Nermin Öztürk; Caferağa Mah. Moda Cad. No: 12, 34710 Kadıköy/İstanbul"
MODA = read_address("moda cad. no 12 kadıköy istanbul", "NERMİN ÖZTÜRK").address


async def desk(house: House, act: Any, *given: Any, **named: Any) -> Any:
    """What the desk does in a transaction of its own."""

    def whole(conn: Connection) -> Any:
        return act(conn, house.store.vault, *given, **named)

    return await house.store.database.run(whole)


def asked(house: House, by: str, words: str) -> Asked:
    return Asked("k", int(by), "Deniz", "tr", int(by), 5, True, words=words, moment=Moment(house.now, "f" * 32))


async def the(house: House, number: int) -> DataRequest:
    found = await house.store.do(requests.find, number)
    assert found is not None
    return found


# One number for each --------------------------------------------------------------------------------------------------


async def test_a_second_request_of_a_kind_keeps_the_number_in_every_unfinished_state(house: House) -> None:
    await house.turn(house.ayse)
    first = await confirmed(house, house.ayse)
    number, _, again = await house.store.do(requests.open, 5, house.ayse, "erasure", house.later(days=1))
    assert (number, again) == (first.number, True)
    assert (await house.store.do(requests.open, 6, house.ayse, "correction", house.now))[0] != first.number


async def test_the_last_day_is_one_of_istanbul(house: House) -> None:
    await house.turn(house.ayse)
    night = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # 24 November there
    assert (await house.store.do(requests.open, 5, house.ayse, "erasure", night))[1] == date(2026, 12, 24)


async def test_after_it_is_closed_the_next_one_has_a_number_of_its_own(house: House) -> None:
    await house.turn(house.ayse)
    number, _, _ = await house.store.do(requests.open, 5, house.ayse, "erasure", house.now)
    assert await house.store.do(requests.withdraw, house.ayse, number, house.now)
    assert await house.store.do(requests.open, 5, house.ayse, "erasure", house.now) == (
        number,
        date(2026, 2, 14),
        False,
    )
    assert (await house.store.do(requests.open, 6, house.ayse, "erasure", house.now))[0] == number + 1


async def test_a_later_choice_about_the_letter_counts(house: House) -> None:
    await house.turn(house.ayse)
    number, _, _ = await house.store.do(requests.open, 5, house.ayse, "erasure", house.now, "send")
    await house.store.do(requests.open, 6, house.ayse, "erasure", house.now, "stop")
    assert (await the(house, number)).choice is Choice.STOP


async def test_two_admins_at_once_move_it_once(house: House) -> None:
    await house.turn(house.ayse)
    number, _, _ = await house.store.do(requests.open, 5, house.ayse, "erasure", house.now)
    before = await the(house, number)
    after = replace(before, state=State.PROPOSED, proposed_by="a1", proposed_at=house.now)
    assert await house.store.do(requests.move, before, after)
    assert not await house.store.do(requests.move, before, after)
    assert await the(house, number) == after


# On behalf ------------------------------------------------------------------------------------------------------------


async def test_a_letter_is_sealed_in_the_file_with_a_key_of_its_own(house: House) -> None:
    words = "KANARYA Ali Veli, T.C. 10000000146"
    assert (
        await desk(house, request_facts.open_on_behalf, OpenRequestOnBehalf(Kind.ACCESS, words), by="a1", now=house.now)
        == 1
    )
    sealed = await house.scalar("SELECT identity FROM data_request")
    assert b"KANARYA" not in sealed
    assert await desk(house, requests.identity_of, 1) == Identity(words)
    found = await the(house, 1)
    assert (found.origin, found.opened_by, found.person, found.state) == (Origin.LETTER, "a1", "", State.OPEN)


async def test_an_order_number_finds_the_sender_and_an_unknown_one_is_said(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, paid=False)
    decision = OpenRequestOnBehalf(Kind.ERASURE, "mektup", order="MX000001")
    await desk(house, request_facts.open_on_behalf, decision, by="a1", now=house.now)
    theirs = await house.scalar(f"SELECT person_id FROM orders WHERE id = '{order.id}'")
    assert (await the(house, 1)).person == theirs
    unknown = OpenRequestOnBehalf(Kind.ERASURE, "mektup", order="MX000099")
    with pytest.raises(LookupError):
        await desk(house, request_facts.open_on_behalf, unknown, by="a1", now=house.now)
    assert await desk(house, request_facts.facts_of_new, asked(house, "101", "silme MX000099 mx000001")) == {"MX000001"}
    assert await house.scalar("SELECT count(*) FROM data_request") == 1


async def test_a_stranger_by_letter_is_answered_on_paper_and_the_file_is_closed(house: House) -> None:
    number = await house.store.do(
        requests.open_on_behalf, Kind.ACCESS, Identity("Ali"), order="", by="a1", now=house.now
    )
    await house.execute(f"UPDATE data_request SET state = 'confirmed' WHERE number = {number}")
    await carried_out(house)
    assert (await the(house, number)).state is State.DONE


# The desk's facts -----------------------------------------------------------------------------------------------------


async def test_the_facts_of_a_request_are_its_dry_run_and_whether_it_is_about_the_one_who_asks(house: House) -> None:
    admin = Person("telegram", "4242")
    await house.letter(admin, "sevgili Leyla")
    await house.order(admin)
    await house.store.do(requests.open, 5, admin, "erasure", house.now)
    facts = await desk(house, request_facts.facts_of_one, asked(house, "4242", "1"))
    assert facts.own and facts.waits == (("MX000001", OrderState.QUEUED),)
    assert dict(facts.counts)["orders"] == 1
    other = await desk(house, request_facts.facts_of_one, asked(house, "17", "#1 onay"))
    assert not other.own
    assert await desk(house, request_facts.facts_of_one, asked(house, "17", "99")) is None
    assert await desk(house, request_facts.facts_of_one, asked(house, "17", "")) is None
    assert [one.number for one in await desk(house, request_facts.facts_of_all, asked(house, "17", ""))] == [1]


async def test_from_the_dry_run_to_the_confirmation_by_the_commands_alone(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(requests.open, 5, house.ayse, "erasure", house.now)
    for by, words in (("101", "1"), ("102", "1 onay")):
        facts = await desk(house, request_facts.facts_of_one, asked(house, by, words))
        turn = commands.apply(asked(house, by, words), facts)
        (moved,) = (one for one in turn.effects if isinstance(one, MoveRequest))
        await desk(house, desk_writers.move_request, moved, By("staff:101", "", house.now))
    assert await carried_out(house) == 1
    assert (await the(house, 1)).state is State.DONE


async def test_a_refusal_is_sealed_in_the_file(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(requests.open, 5, house.ayse, "erasure", house.now)
    words = "1 KVKK m.28: KANARYA kararı."
    facts = await desk(house, request_facts.facts_of_one, asked(house, "101", words))
    (moved,) = (
        one for one in commands.refuse(asked(house, "101", words), facts).effects if isinstance(one, MoveRequest)
    )
    await desk(house, desk_writers.move_request, moved, By("staff:101", "", house.now))
    assert (await the(house, 1)).article == "KVKK m.28"
    sealed = await house.scalar("SELECT reason FROM data_request")
    opened = Vault(house.keyring).open(sealed, table="data_request", column="reason", row="1")
    assert opened.decode() == "KANARYA kararı." and b"KANARYA" not in sealed


# A letter in print ----------------------------------------------------------------------------------------------------


async def printing(house: House, choice: str) -> str:
    """A request about somebody whose letter a dispatcher has in hand; the order's id."""
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse, payment="sandbox:P-1", paid_at=house.now)
    claim = PrintClaimed(order.id, "t1", house.later(minutes=2))
    await door(house)(Envelope("claim", house.ayse, claim, Moment(house.now, "f" * 32)))
    await confirmed(house, house.ayse, choice=choice)
    return order.id


async def order_state(house: House) -> str:
    return str(await house.scalar("SELECT state FROM orders"))


async def test_a_letter_in_print_is_stopped_refunded_and_then_all_is_erased(house: House) -> None:
    order = await printing(house, "stop")
    await carried_out(house)
    await carried_out(house)
    assert await house.scalar("SELECT stop FROM print_outbox") == 1
    assert await house.store.do(print_outbox.submitting, [order], "t1") == set()
    withheld = Envelope("withheld", house.ayse, PrintWithheld(order, "t1"), Moment(house.now, "f" * 32))
    await door(house)(withheld)
    assert await order_state(house) == "cancelled"
    for item in await house.store.do(
        jobs.take, "w", house.now, house.later(minutes=5), 100
    ):  # the money goes back first
        await house.store.do(jobs.done, [item.id])
    assert await carried_out(house) == 1
    assert (await the(house, 1)).state is State.DONE


async def test_a_letter_that_is_to_be_sent_first_is_waited_for(house: House) -> None:
    order = await printing(house, "send")
    await carried_out(house)
    assert await house.scalar("SELECT stop FROM print_outbox") == 0
    assert await house.store.do(print_outbox.submitting, [order], "t1") == {order}
    assert (await the(house, 1)).state is State.CONFIRMED


async def test_an_admin_has_it_stopped_although_the_sender_would_have_sent_it(house: House) -> None:
    order = await printing(house, "send")
    await carried_out(house)
    await door(house)(Envelope("stuck", house.ayse, PrintStuck(order, "t1"), Moment(house.now, "f" * 32)))
    facts = await desk(house, request_facts.facts_of_one, asked(house, "101", "1 durdur"))
    (moved,) = (one for one in commands.apply(asked(house, "101", "1 durdur"), facts).effects
                if isinstance(one, MoveRequest))  # fmt: skip
    await desk(house, desk_writers.move_request, moved, By("staff:101", "", house.now))
    await carried_out(house)
    assert await order_state(house) == "stuck"  # somebody looks at the printer first
    await door(house)(Envelope("seen", house.ayse, FoundUnprinted(order), Moment(house.now, "f" * 32)))
    assert await order_state(house) == "cancelled"
    assert await house.scalar("SELECT count(*) FROM refund") == 1


async def test_a_refund_that_an_admin_has_granted_comes_before_the_erasure(house: House) -> None:
    await house.turn(house.ayse)
    order = await house.order(house.ayse, paid=False, state=OrderState.POSTED, payment="sandbox:1", paid_at=house.now)
    await confirmed(house, house.ayse)
    theirs = await house.scalar("SELECT id FROM person")
    await desk(house, desk_events.add, theirs, RefundGranted(order.id, "lost"), house.now)
    await carried_out(house)
    assert (await the(house, 1)).state is State.CONFIRMED
    (errand,) = await house.store.do(desk_events.waiting, 9)
    await door(house)(Envelope(errand.key, errand.person, errand.event, Moment(house.now, "f" * 32)))
    await house.store.do(desk_events.done, errand.id)
    assert await house.scalar("SELECT count(*) FROM refund") == 1
    for item in await house.store.do(jobs.take, "w", house.now, house.later(minutes=5), 100):
        await house.store.do(jobs.done, [item.id])
    assert await carried_out(house) == 1


# The do-not-write list ------------------------------------------------------------------------------------------------


async def objected(house: House) -> int:
    decision, *_ = on_behalf.new(asked(house, "101", f"itiraz {OBJECTION}"), ()).effects
    assert isinstance(decision, OpenRequestOnBehalf)
    await desk(house, request_facts.open_on_behalf, decision, by="a1", now=house.now)
    await house.execute("UPDATE data_request SET state = 'confirmed'")
    return await carried_out(house)


async def test_who_objected_is_known_again_and_cannot_be_read_from_the_list(house: House) -> None:
    assert not await house.store.do(objections.barred, MODA)
    assert await objected(house) == 1
    assert await house.store.do(objections.barred, MODA)
    assert not await house.store.do(objections.barred, replace(MODA, name="Nermin Özgür"))
    assert not await house.store.do(objections.barred, replace(MODA, number="14"))
    rows = await house.rows("SELECT hash, request FROM do_not_write")
    assert len(rows) == 2 and all(len(row[0]) == 32 and row[1] == 1 for row in rows)
    assert (await the(house, 1)).state is State.DONE


async def test_the_hash_is_keyed_by_the_house(house: House, tmp_path: Any) -> None:
    from storage.keys.vault import Keyring

    (tmp_path / "other").mkdir()
    other = Keyring.init(tmp_path / "other" / "m.key", tmp_path / "other" / "k.db")
    assert Vault(other).blind("do_not_write", "x") != house.store.vault.blind("do_not_write", "x")
    other.close()


async def test_of_letters_that_are_done_with_the_objectors_name_goes_and_others_stay(house: House) -> None:
    for person, to in (
        (house.ayse, MODA),
        (house.bora, Address(name="Leyla", il="Ankara", street="Uz Sok.", number="1")),
    ):
        letter = person.handle.rjust(32, "0")
        await house.turn(person, draft=Draft(letter=letter, addressee_name=to.name, addressee=to))
        state = {"state": OrderState.POSTED, "dispatched_at": house.now}
        await house.order(person, letter=letter, paid=False, **state)
    await objected(house)
    kept = await house.rows("SELECT addressee IS NULL FROM orders ORDER BY number")
    assert [bool(row[0]) for row in kept] == [True, False]


# Unused accounts ------------------------------------------------------------------------------------------------------


IDLE, GRACE = datetime(2028, 1, 15, 21, tzinfo=UTC), timedelta(days=30)
"""Twenty-four months after 15 January 2026 that day has ended in Istanbul; a month later the account goes."""


async def test_an_unused_account_is_told_and_a_month_later_erased(house: House) -> None:
    heard: list[Any] = []

    async def receive(envelope: Any) -> Any:
        heard.append(envelope.event)
        return await door(house)(envelope)

    requests_round = Requests(house.store, Stopped(house), receive)
    await house.turn(house.ayse, step="home")
    await house.turn(house.bora, step="home")
    house.now = IDLE - timedelta(seconds=1)
    await requests_round.look_for_idle()
    assert heard == []
    house.now = house.later(seconds=1)
    await house.turn(house.bora, step="letter")  # still here
    await requests_round.look_for_idle()
    await requests_round.look_for_idle()
    assert [type(one) for one in heard] == [AccountIdle]
    house.now += GRACE + timedelta(seconds=1)
    await house.store.do(retention.purge, house.now)  # the notice that nobody could be given is past its week
    assert await requests_round.look_for_idle() == 1
    assert await requests_round.look_for_idle() == 0
    await requests_round.run_once()
    assert [(one.kind, one.origin, one.state) for one in [await the(house, 1)]] == [
        (Kind.ERASURE, Origin.IDLE, State.DONE)
    ]
    assert (await house.standing(house.bora)).profile.name == "Işıl İnci"
    assert await house.scalar("SELECT count(*) FROM person WHERE forgotten_at IS NOT NULL") == 1


async def test_who_comes_back_in_time_keeps_the_account(house: House) -> None:
    await house.turn(house.ayse, step="home", screen=1)
    house.now = IDLE
    await Requests(house.store, Stopped(house), door(house)).look_for_idle()
    assert await house.scalar("SELECT count(*) FROM person WHERE idle_told_at IS NOT NULL") == 1
    house.now = house.later(days=3)
    await house.turn(house.ayse, says=["merhaba"])  # a word is enough, even one that changes nothing
    house.now += GRACE
    await Requests(house.store, Stopped(house), door(house)).look_for_idle()
    assert await house.scalar("SELECT count(*) FROM person WHERE idle_told_at IS NOT NULL") == 0
    assert await house.scalar("SELECT count(*) FROM data_request") == 0


async def test_an_account_with_an_open_order_and_a_staff_chat_are_never_idle(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse)
    await house.turn(Person("staff", "17"), step="home")
    assert await house.store.do(idle.unused, IDLE + timedelta(days=800)) == []


@pytest.mark.parametrize("kind", [Kind.CORRECTION, Kind.ERASURE, Kind.ACCESS])
async def test_each_kind_is_answered_in_the_chat(house: House, kind: Kind) -> None:
    await house.turn(house.ayse)
    await house.store.do(requests.open, 5, house.ayse, str(kind), house.now)
    await house.execute("UPDATE data_request SET state = 'confirmed'")
    assert await carried_out(house) == 1
    told = await house.store.do(messages.take, "p", house.now, house.now, 10)
    assert "1" in told[0].message.text and "m.14" in told[0].message.text
    assert not any(isinstance(one, fx.Work) for one in told)
