"""Each trouble is counted when it has lasted long enough to need a look, and not a moment earlier."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from flows.core.effects import DrawPreview, MailDocuments, Refund
from flows.core.events import TicketClosed
from flows.core.outgoing import OutgoingMessage
from flows.core.state import State
from flows.desk.admin.alarms import LastingAlarm
from flows.words.text import Kurus
from storage.monitoring import alarms
from storage.monitoring.alarms import QUERIES
from storage.payments import callbacks, references
from storage.payments.callbacks import Posted
from storage.payments.references import Noted
from storage.queues import desk_events, jobs
from storage.rights import requests
from storage.senders import people, seen_updates
from storage.support import sender_side, staff
from tests.storage.conftest import House

Arrange = Callable[[House], Awaitable[object]]
MINUTES, DAYS = timedelta(minutes=1), timedelta(days=1)


def standing_at(state: State) -> Arrange:
    async def arrange(house: House) -> None:
        await house.turn(house.ayse)
        await house.order(house.ayse, paid=False, state=state, dispatched_at=house.now, since=house.now)

    return arrange


async def stuck(house: House) -> None:
    await queued(house)
    await house.execute("UPDATE print_outbox SET state = 'needs_human'")


async def gap(house: House) -> None:
    await house.execute("INSERT INTO batch (day, gaps, stopped, at) VALUES ('2026-01-14', 2, 1, 0)")
    await house.execute("INSERT INTO batch (day, gaps, stopped, at) VALUES ('2026-01-15', 1, 0, 0)")  # stayed behind


async def queued(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    await house.order(house.ayse)


async def refund(house: House) -> None:
    await house.turn(house.ayse, Refund("1" * 32, "P1", Kurus(9600)))


async def unheard(house: House) -> None:
    said = [("-1001/7", OutgoingMessage("say", "Soru"))]
    await house.store.do(staff.post, said, at=house.now, taker="")


async def unsent(house: House) -> None:
    await house.turn(house.ayse, says=["merhaba"])


async def work(house: House) -> None:
    await house.turn(house.ayse, MailDocuments("1" * 32))


async def fails(house: House, retry_at: datetime | None) -> None:
    (item,) = await house.store.do(jobs.take, "worker", house.now, house.later(minutes=5), 1)
    await house.store.do(jobs.failed, item.id, retry_at, "worker")


async def parked(house: House) -> None:
    await work(house)
    await fails(house, None)


async def refused_letter(house: House) -> None:
    await house.turn(house.ayse, DrawPreview(1))
    await fails(house, None)


async def refused_refund(house: House) -> None:
    await refund(house)
    await fails(house, None)


async def shred(house: House) -> None:
    await house.letter(house.ayse, "sevgili Leyla")
    order = await house.order(house.ayse)
    await house.lease(house.ayse, order, "t")
    await house.clear(house.ayse, order, "t")


async def request(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(requests.open, 1, house.ayse, "access", house.now)


async def undecided(house: House) -> None:
    await request(house)
    closed = f"closed_at = {house.micros()}, article = 'KVKK m.13/2', state = 'refused'"
    await house.execute(f"UPDATE data_request SET {closed}")


async def question(house: House) -> None:
    await house.turn(house.ayse)
    await house.store.do(sender_side.open_ticket, 1, house.ayse, "merhaba", 1, now=house.now)


async def decision(house: House) -> None:
    await house.turn(house.ayse)
    row = await house.scalar("SELECT id FROM person")
    await house.store.database.run(desk_events.add, house.store.vault, row, TicketClosed(1), house.now)


async def set_aside(house: House) -> None:
    await house.store.do(seen_updates.quarantine, "customer", "1", "ValueError", house.now)


def called_back(trouble: str) -> Arrange:
    async def arrange(house: House) -> None:
        await house.store.do(callbacks.hear, "iyzico", [Posted("1", trouble=trouble)], house.now)

    return arrange


async def unanswered(house: House) -> None:
    """One order has a callback, a page that ends now, and a link that ends now: it is one order."""
    await house.turn(house.ayse)
    made = await house.order(house.ayse, paid=False, url="https://x.example", url_until=house.now)
    page = Noted("page", "tok-1", "https://x.example", house.now)
    await house.store.do(references.note, "iyzico", made.id, page, house.now)
    await house.store.do(callbacks.hear, "iyzico", [Posted("1", made.id)], house.now)


# trouble -> how it comes about, after how long it needs a look
TROUBLES: dict[str, tuple[Arrange, timedelta]] = {
    "prints_stuck": (stuck, timedelta(0)),
    "prints_late": (queued, 30 * MINUTES),
    "tray_unscanned": (standing_at(State.ERASED), 2 * DAYS),
    "letters_lost": (standing_at(State.LOST), timedelta(0)),
    "tray_overdue": (standing_at(State.OVERDUE), timedelta(0)),
    "batches_stopped": (gap, timedelta(0)),
    "returns_late": (standing_at(State.REPOSTING), 7 * DAYS),
    "payments_held": (standing_at(State.HELD), timedelta(0)),
    "payments_unclear": (unanswered, 60 * MINUTES),
    "callbacks_unknown": (called_back(""), timedelta(0)),
    "callbacks_with_cards": (called_back("card"), timedelta(0)),
    "refunds_stuck": (refused_refund, timedelta(0)),
    "refunds_late": (refund, DAYS),
    "messages_late": (unsent, 15 * MINUTES),
    "desk_unheard": (unheard, 5 * MINUTES),
    "letters_refused": (refused_letter, timedelta(0)),
    "work_parked": (parked, timedelta(0)),
    "work_late": (work, 15 * MINUTES),
    "shreds_late": (shred, 60 * MINUTES),
    "requests_due": (request, 20 * DAYS),
    "requests_undecided": (undecided, timedelta(0)),
    "tickets_unanswered": (question, 7 * DAYS),
    "decisions_late": (decision, 60 * MINUTES),
    "updates_quarantined": (set_aside, timedelta(0)),
}


def test_every_trouble_has_a_case_here() -> None:
    assert set(TROUBLES) == set(QUERIES)


@pytest.mark.parametrize("name", TROUBLES)
async def test_a_trouble_is_counted_when_its_time_has_come(house: House, name: str) -> None:
    arrange, patience = TROUBLES[name]
    assert (await house.store.do(alarms.counts, house.now))[name] == 0
    await arrange(house)
    if patience:
        assert (await house.store.do(alarms.counts, house.now + patience - timedelta(microseconds=1)))[name] == 0
    assert (await house.store.do(alarms.counts, house.now + patience + timedelta(microseconds=1)))[name] == 1


@pytest.mark.parametrize("parked", [False, True])
@pytest.mark.parametrize("lost", [False, True])
async def test_a_refund_waits_for_a_person_where_it_was_refused_or_nothing_works_on_it(
    house: House, parked: bool, lost: bool
) -> None:
    """One alarm calls for it: it is no refused work besides."""
    await house.turn(house.ayse, Refund("1" * 32, "P1", Kurus(9600)), Refund("1" * 32, "P1", Kurus(100), nth=2))
    if lost:
        await house.execute("DELETE FROM work WHERE id = (SELECT max(id) FROM work)")
    if parked:
        await fails(house, None)
    counted = await house.store.do(alarms.counts, house.now)
    assert (counted["refunds_stuck"], counted["work_parked"]) == (parked + lost, 0)


async def test_a_letter_that_was_refused_is_one_trouble_for_a_day_whatever_its_sender_does(house: House) -> None:
    """They were told that a colleague knows; another paper within a minute leaves our mistake where it is."""
    await refused_letter(house)
    counted = await house.store.do(alarms.counts, house.now)
    assert (counted["letters_refused"], counted["work_parked"]) == (1, 0)
    assert (await house.store.do(alarms.counts, house.now + DAYS))["letters_refused"] == 0
    await house.turn(house.ayse, DrawPreview(2))
    assert (await house.store.do(alarms.counts, house.now))["letters_refused"] == 1
    await fails(house, None)
    assert (await house.store.do(alarms.counts, house.now))["letters_refused"] == 1


UNANSWERED: dict[str, tuple[tuple[str, ...], int]] = {
    "asked about nothing": ((), 1),
    "only the callback is left": (("page", "link"), 1),
    "only the page is left": (("callback", "link"), 1),
    "only the link is left": (("callback", "page"), 1),
    "all was said": (("callback", "page", "link"), 0),
    "all was said, and money was sent back": (("callback", "page", "link", "refund"), 0),
}


@pytest.mark.parametrize("case", UNANSWERED)
async def test_an_order_is_unclear_as_long_as_one_question_about_it_is_open(house: House, case: str) -> None:
    answered, count = UNANSWERED[case]
    await unanswered(house)
    later = house.later(minutes=61)
    if "callback" in answered:
        await house.store.do(callbacks.settled, "iyzico", ["1"], later)
    if "page" in answered:
        (order,) = await house.store.do(references.ended, "iyzico", later)
        await house.store.do(references.asked, "iyzico", order, later)
    if "link" in answered:
        await house.execute("UPDATE orders SET state = 'expired'")
    if "refund" in answered:  # as bot.payments.refund_attempts notes it, under the payment
        sent = Noted("payment", "refund:P1#1", until=house.now)
        await house.store.do(references.note, "iyzico", "P1", sent, house.now)
    assert (await house.store.do(alarms.counts, later))["payments_unclear"] == count


async def test_a_message_to_a_chat_that_cannot_be_reached_is_no_trouble(house: House) -> None:
    await unsent(house)
    await house.store.do(people.set_reachable, house.ayse, False)
    assert (await house.store.do(alarms.counts, house.later(days=1)))["messages_late"] == 0


async def test_work_that_fails_again_and_again_is_late_though_it_waits_for_its_next_try(house: House) -> None:
    await work(house)
    for _ in range(5):
        await fails(house, house.now)
    assert (await house.store.do(alarms.counts, house.later(minutes=16)))["work_late"] == 1


async def test_an_alarm_is_one_process_s_to_tell_and_is_told_again_after_a_day(house: House) -> None:
    other = await house.next_door()
    claims = [await one.store.do(alarms.claim, "prints_stuck", house.now, DAYS) for one in (house, other)]
    assert claims == [True, False]
    assert await house.store.do(alarms.known) == {"prints_stuck": LastingAlarm(house.now, house.now)}
    later = house.later(days=1)
    assert not await other.store.do(alarms.claim, "prints_stuck", later - timedelta(microseconds=1), DAYS)
    claims = [await one.store.do(alarms.claim, "prints_stuck", later, DAYS) for one in (other, house)]
    assert claims == [True, False]
    assert await house.store.do(alarms.known) == {"prints_stuck": LastingAlarm(house.now, later)}


async def test_an_alarm_nobody_heard_is_told_at_the_next_round(house: House) -> None:
    assert await house.store.do(alarms.claim, "prints_stuck", house.now, DAYS)
    await house.store.do(alarms.unclaim, "prints_stuck")
    assert await house.store.do(alarms.claim, "prints_stuck", house.later(minutes=1), DAYS)


async def test_the_end_of_an_alarm_is_told_once(house: House) -> None:
    assert await house.store.do(alarms.claim, "prints_stuck", house.now, DAYS)
    assert await house.store.do(alarms.claim, "prints_late", house.now, DAYS)
    assert [await house.store.do(alarms.ended, "prints_stuck"), await house.store.do(alarms.ended, "prints_stuck")] == [
        True,
        False,
    ]
    assert set(await house.store.do(alarms.known)) == {"prints_late"}
