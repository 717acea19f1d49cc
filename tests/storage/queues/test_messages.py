"""The tray of outgoing messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flows.core.effects import Attachment
from flows.core.events import Moment, Person
from flows.core.outgoing import Key, OutgoingMessage
from flows.core.state import Standing, Turn
from storage.monitoring import figures
from storage.queues import message_state, messages
from storage.senders import people
from storage.store.store import Arrival, Begin, Counted, Delivered, GivenBack, KeptTurn, StoredMessage, Undelivered
from tests.storage.conftest import KNOWN, NOON, House


def words(taken: list[StoredMessage]) -> list[str]:
    return [one.message.text for one in taken]


async def take(
    house: House, taker: str = "w", limit: int = 100, *, staff: bool = False, **later: float
) -> list[StoredMessage]:
    now = house.later(**later)
    return await house.store.do(messages.take, taker, now, now + timedelta(minutes=1), limit, staff=staff)


async def back(house: House, given: Undelivered) -> None:
    await house.store.do(message_state.note, back=[given])


async def test_a_message_comes_out_as_it_went_in(house: House) -> None:
    keys = ((Key("Evet", "1:y:"), Key("Site", url="https://e")),)
    message = OutgoingMessage("say", "Işıl ığüşöç 🦉", keys, "Paylaş", Attachment("preview", "a"), running=True)
    async with house.store.transaction() as tx:
        standing = Standing(house.ayse, profile=KNOWN)
        await tx.keep([KeptTurn(None, Turn(standing), (message,), Moment(NOON, "0" * 32))])
    (taken,) = await take(house)
    assert (taken.message, taken.person, taken.attempts) == (message, house.ayse, 0)


async def test_everybody_hears_in_the_order_in_which_it_was_said(house: House) -> None:
    await house.turn(house.ayse, says=["a1", "a2"])
    await house.turn(house.bora, says=["b1"])
    await house.turn(house.ayse, says=["a3"])
    assert words(await take(house)) == ["a1", "a2", "b1", "a3"]


async def test_what_is_taken_is_not_taken_twice(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    assert words(await take(house, "one")) == ["a1"]
    assert words(await take(house, "two")) == []


async def test_what_a_dead_process_took_is_taken_again_after_its_time(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await take(house, "dead")
    assert words(await take(house, "alive", seconds=59)) == []
    assert words(await take(house, "alive", seconds=61)) == ["a1"]


async def test_a_later_message_never_overtakes_one_that_somebody_else_is_sending(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await take(house, "one")
    await house.turn(house.ayse, says=["a2"])
    await house.turn(house.bora, says=["b1"])
    assert words(await take(house, "two")) == ["b1"]


async def test_a_later_message_never_overtakes_one_that_waits_for_its_retry(house: House) -> None:
    await house.turn(house.ayse, says=["a1", "a2"])
    first = (await take(house, limit=1))[0]
    await back(house, GivenBack(first.id, "w", Arrival.NONE, house.later(seconds=30)))
    assert words(await take(house)) == []
    again = await take(house, seconds=30)
    assert words(again) == ["a1", "a2"]
    assert [one.attempts for one in again] == [1, 0]


async def test_who_slept_through_their_time_gives_nothing_back_that_another_is_sending(house: House) -> None:
    await house.turn(house.ayse, says=["a1", "a2"])
    (first, _) = await take(house, "asleep")
    assert words(await take(house, "awake", seconds=61)) == ["a1", "a2"]
    await back(house, GivenBack(first.id, "asleep", Arrival.NONE, house.later(seconds=61)))
    assert words(await take(house, "third", seconds=62)) == []
    await back(house, GivenBack(first.id, "awake", Arrival.NONE, house.later(seconds=62)))
    assert words(await take(house, "third", seconds=62)) == ["a1"]


async def test_a_sent_message_leaves_no_row_and_its_number_is_never_used_again(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    (first,) = await take(house)
    await house.store.do(message_state.note, [Delivered(first.id, 77)])
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 0
    await house.turn(house.ayse, says=["a2"])
    (second,) = await take(house)
    assert second.id > first.id


async def test_the_running_line_is_remembered_until_it_is_replaced(house: House) -> None:
    await house.turn(house.ayse, says=["1 page", "2 pages"])
    assert await house.store.do(people.running_message, house.ayse) is None
    one, two = await take(house)
    await house.store.do(
        message_state.note, [Delivered(one.id, 501, running=True), Delivered(two.id, 502, running=True)]
    )
    assert await house.store.do(people.running_message, house.ayse) == 502


# On their way ---------------------------------------------------------------------------------------------------------


async def begin(house: House, *asked: Begin) -> dict[int, int]:
    return await house.store.do(message_state.note, begins=asked)


async def test_what_a_dead_process_had_begun_to_send_is_known(house: House) -> None:
    await house.turn(house.ayse, says=["a1", "a2"])
    first, second = await take(house, "dead")
    assert await begin(house, Begin(first.id, "dead", Counted("s", 4711))) == {first.id: 4711}
    again = await take(house, "alive", minutes=2)
    assert [(one.id, one.begun, one.language) for one in again] == [(first.id, 4711, "tr"), (second.id, None, "tr")]


async def test_what_another_process_has_sent_there_has_a_lower_number_than_what_begins_after_it(house: House) -> None:
    """Also where this process has not heard of it yet: what was sent first must never be taken for the second."""
    await house.turn(house.ayse, says=["a1", "a2"])
    first, second = await take(house, "another")
    await house.store.do(message_state.note, [Delivered(first.id, 9)], news={"customer": 9, "staff": 99})
    (second,) = await take(house, "me", minutes=2)
    asked = Begin(second.id, "me", Counted("customer", 8))
    assert await house.store.do(message_state.note, begins=[asked]) == {second.id: 9}
    assert [one.begun for one in await take(house, minutes=9)] == [9]
    (second,) = await take(house, "me", minutes=20)
    assert await house.store.do(
        message_state.note, begins=[replace(asked, counted=Counted("customer", 10), line="group")]
    ) == {second.id: 10}


async def test_who_slept_through_their_time_begins_nothing(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    (first,) = await take(house, "asleep")
    await take(house, "awake", minutes=2)
    assert await begin(house, Begin(first.id, "asleep", Counted("s", 1))) == {}
    assert await begin(house, Begin(first.id, "awake", Counted("s", 1))) == {first.id: 1}


async def test_in_a_group_one_message_is_on_its_way_until_it_is_known_what_became_of_it(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await house.turn(house.bora, says=["b1"])
    one, other = await take(house, "me")
    assert await begin(house, Begin(one.id, "me", Counted("s", 1), "group")) == {one.id: 1}
    assert await begin(house, Begin(other.id, "me", Counted("s", 1), "group")) == {}
    assert await begin(house, Begin(one.id, "me", Counted("s", 2), "group")) == {one.id: 2}
    await back(house, GivenBack(one.id, "me", Arrival.TRACEABLE, house.later(minutes=9)))
    assert await begin(house, Begin(other.id, "me", Counted("s", 1), "group")) == {}
    assert await begin(house, Begin(other.id, "me", Counted("s", 1), "another group")) == {other.id: 1}
    again = (await take(house, "third", minutes=9, seconds=1))[0]
    assert (again.id, again.begun) == (one.id, 2)
    await house.store.do(message_state.note, [Delivered(again.id, 3)])
    assert await begin(house, Begin(other.id, "third", Counted("s", 3), "group")) == {other.id: 3}


async def test_what_others_have_noted_counts_too(house: House) -> None:
    """Somebody's earlier message, sent by another process, would be taken for the one that is looked for."""
    await house.store.do(message_state.note, news={"s": 500})
    await house.turn(house.ayse, says=["a1"])
    (first,) = await take(house, "me")
    assert await begin(house, Begin(first.id, "me", Counted("s", 480))) == {first.id: 500}
    assert await begin(house, Begin(first.id, "me", Counted("another", 480))) == {first.id: 480}


async def test_the_first_message_of_a_turn_is_about_to_go_where_nothing_older_waits(house: House) -> None:
    await house.store.do(message_state.note, news={"s": 9})
    said = await house.turn(house.ayse, says=["a1", "a2"], taker="me", counted=Counted("s", 7))
    assert [(one.begun, one.doubt) for one in said] == [(9, False), (None, False)]
    more = await house.turn(house.ayse, says=["a3"], taker="me", counted=Counted("s", 10))
    assert [one.begun for one in more] == [None]
    found = await take(house, "another", minutes=3)
    assert [(one.begun, one.doubt) for one in found] == [(9, True), (None, False), (None, False)]


async def test_what_may_have_arrived_and_cannot_be_looked_for_holds_up_nobody_in_its_group(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await house.turn(house.bora, says=["b1"])
    one, other = await take(house, "me")
    await begin(house, Begin(one.id, "me", Counted("s", 1), "group"))
    await back(house, GivenBack(one.id, "me", Arrival.UNKNOWN, house.later()))
    assert await begin(house, Begin(other.id, "me", Counted("s", 1), "group")) == {other.id: 1}
    assert [again.begun for again in await take(house)] == [0]


async def test_where_a_chat_has_moved_to_nobody_can_look_for_what_was_on_its_way(house: House) -> None:
    topic = Person("staff", "-5/7")
    await house.turn(topic, says=["a1"])
    (first,) = await take(house, staff=True)
    await begin(house, Begin(first.id, "w", Counted("s", 4711), "staff:-5"))
    assert await house.store.do(people.replace_handle, topic, "-5/8")  # a topic made anew: the group counts on
    assert [one.begun for one in await take(house, minutes=9, staff=True)] == [4711]
    assert await house.store.do(people.replace_handle, replace(topic, handle="-5/8"), "-6/8")
    assert [one.begun for one in await take(house, minutes=20, staff=True)] == [0]


async def test_what_was_given_back_without_a_doubt_is_not_looked_for(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    (first,) = await take(house, "me")
    await begin(house, Begin(first.id, "me", Counted("s", 1), "group"))
    await back(house, GivenBack(first.id, "me", Arrival.NONE, house.later()))
    assert [one.begun for one in await take(house)] == [None]


async def test_who_knows_that_a_message_has_not_arrived_goes_on_with_it_and_lets_others_go_first(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await house.turn(house.bora, says=["b1"])
    one, other = await take(house, "me")
    await begin(house, Begin(one.id, "me", Counted("s", 1), "group"))
    await back(house, Undelivered(one.id, "me", Arrival.NONE))
    assert await begin(house, Begin(other.id, "me", Counted("s", 1), "group")) == {other.id: 1}
    assert await take(house, "another", seconds=30) == []


async def test_the_messengers_numbers_only_go_on(house: House) -> None:
    for news in ({"customer": 7, "staff:-100": 2}, {"customer": 5}, {"customer": 9}):
        await house.store.do(message_state.note, news=news)
    assert await house.store.do(message_state.series) == {"customer": 9, "staff:-100": 2}


async def test_messages_can_belong_at_once_to_the_process_that_stored_them(house: House) -> None:
    stored = await house.turn(house.ayse, says=["a1", "a2"], taker="me")
    assert words(stored) == ["a1", "a2"]
    assert words(await take(house, "other")) == []
    assert words(await take(house, "other", minutes=3)) == ["a1", "a2"]


async def test_but_not_while_an_older_one_waits_elsewhere(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    assert await house.turn(house.ayse, says=["a2"], taker="me") == []
    assert words(await take(house, "other")) == ["a1", "a2"]


async def test_without_a_taker_everything_is_left_in_the_tray(house: House) -> None:
    stored = await house.turn(house.ayse, says=["a1"])
    assert words(stored) == words(await take(house)) == ["a1"]


async def test_nothing_is_said_to_a_blocked_chat_until_it_opens_again(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    await house.store.do(people.set_reachable, house.ayse, False)
    assert (await house.standing(house.ayse)).unreachable
    assert words(await take(house)) == []
    assert not await house.store.do(figures.busy, house.now)
    await house.turn(house.ayse, unreachable=False)
    assert words(await take(house)) == ["a1"]


async def test_a_message_to_somebody_forgotten_is_dropped(house: House) -> None:
    await house.turn(house.ayse, says=["a1"])
    house.keyring.destroy([await house.scalar("SELECT key_id FROM person")])
    assert await take(house) == []
    assert await house.scalar("SELECT count(*) FROM message_outbox") == 0
