"""The message sender: each person's messages in order, within the messenger's limits, until they arrive."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.base import metrics
from bot.messenger.message_ids import Numbers
from bot.messenger.protocol import Away, Files, LineGone, MessageRefused, Moved, TooFast, Unreachable
from bot.outbox.delivery import AT_ONCE, Unmade
from bot.outbox.message_sender import Limits, MessageSender, Rates
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Standing, Turn
from storage.database.engine import StorageError
from storage.monitoring import figures
from storage.queues import message_state
from storage.senders import people
from storage.store.store import Delivered, KeptTurn, Store, StoredMessage
from tests.fakes import PATIENCE, AnswerLost, FakeClock, Pigeon, answering, moment, open_store, plain_logs  # noqa: F401 - a fixture

AYSE, BORA = (Person(Pigeon.CHANNEL, roost) for roost in ("elm", "oak"))
TAKER = "this message sender"
pytestmark = pytest.mark.usefixtures("plain_logs")


class Round:
    """A message sender with an outbox, a pigeon loft and a clock, and the gestures the specifications are written
    in."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = FakeClock()
        self.pigeon = Pigeon(self.clock)
        self.files: dict[str, Files | None] = {}
        self.attaching: list[Exception] = []
        self.blocked: list[Person] = []
        self.acts = 0  # of the store
        self._count_acts()
        self.message_sender = self.hired()

    def _count_acts(self) -> None:
        database = self.store.database
        run, transaction = database.run, database.transaction

        def counted(act: Callable[..., Any]) -> Callable[..., Any]:
            def acts(*arguments: Any, **more: Any) -> Any:
                self.acts += 1
                return act(*arguments, **more)

            return acts

        database.run = counted(run)  # type: ignore[method-assign]
        database.transaction = counted(transaction)  # type: ignore[method-assign]

    def hired(self) -> MessageSender:
        numbers = Numbers("customer")
        numbers.told({"customer": 7, "customer:-100": 7})  # whoever writes to us takes a number of their own
        return MessageSender(
            self.store, self.pigeon, self.clock, self._attach, self._blocked, numbers=numbers, taker=TAKER
        )

    async def _attach(self, person: Person, wanted: Attachment) -> Files | None:
        if self.attaching:
            raise self.attaching.pop(0)
        return self.files.get(wanted.of, Files())

    async def _blocked(self, person: Person) -> None:
        """What the door does with it."""
        self.blocked.append(person)
        await self.store.do(people.set_reachable, person, False)

    async def store_for(self, person: Person, *said: str | OutgoingMessage, taker: str = TAKER) -> list[StoredMessage]:
        """As the door stores a turn's messages."""
        messages = tuple(OutgoingMessage("say", one) if isinstance(one, str) else one for one in said)
        async with self.store.transaction() as tx:
            before = (await tx.standings_of([person])).get((person.channel, person.handle))
            turn = Turn(before or Standing(person))
            return await tx.keep([KeptTurn(before, turn, messages, moment(self.clock.now()))], taker=taker)

    async def say(self, person: Person, *said: str | OutgoingMessage) -> None:
        self.message_sender.take(await self.store_for(person, *said))

    async def told(self, person: Person, count: int) -> list[str]:
        """The first so many messages that have arrived with a person."""
        found: list[str] = await self.pigeon.until(
            lambda: told if len(told := self.pigeon.told(person.handle)) >= count else None
        )
        return found

    async def unsent(self) -> int:
        return (await self.store.do(figures.count))["messages_unsent"]

    async def rested(self) -> None:
        """Returns when nothing more happens by itself, on a fast machine as on a full one.

        All that happens here is steps of tasks, which `sleep(0)` lets go on, and acts of the store, whose one thread
        performs them in order: an act of ours comes after all that were asked before.
        """
        while True:
            before = self.acts
            await self._steps()
            await self.store.database.run(lambda _: None)
            await self._steps()
            if self.acts == before + 1:
                return

    async def _steps(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)

    async def empty(self, *, but: int = 0) -> None:
        """Returns when the outbox has noted everything, `but` so many that others have taken."""
        await self.rests()
        assert await self.unsent() <= but

    async def rests(self) -> None:
        """Returns when the message sender carries nothing, although the outbox may not be empty."""
        async with asyncio.timeout(PATIENCE):
            await self.rested()
            while self.message_sender.busy:  # a note may linger, on the machine's clock, for somebody else's commit
                await self.rested()

    async def tries(self, count: int) -> None:
        """So many calls of the messenger have begun, and no more will."""
        await self.rested()
        assert self.pigeon.tried == count


@pytest.fixture
async def round_(tmp_path: Path) -> AsyncIterator[Round]:
    async with open_store(tmp_path) as store:
        found = Round(store)
        await found.message_sender.start()
        yield found
        async with asyncio.timeout(PATIENCE):
            await found.message_sender.stop()


def failures(reason: str) -> float:
    return metrics.MESSAGES_FAILED.labels("customer", reason)._value.get()


def line(words: str, *, anew: bool = False) -> OutgoingMessage:
    return OutgoingMessage("say", words, running=True, anew=anew)


# Order ----------------------------------------------------------------------------------------------------------------


async def test_each_persons_messages_arrive_in_order_and_leave_the_outbox(round_: Round) -> None:
    await round_.say(AYSE, "1", "2")
    await round_.say(BORA, "a")
    await round_.say(AYSE, "3")
    assert await round_.told(AYSE, 3) == ["1", "2", "3"]
    assert await round_.told(BORA, 1) == ["a"]
    await round_.empty()


async def test_people_are_served_side_by_side(round_: Round) -> None:
    """One chat that hangs keeps nobody else waiting."""
    round_.pigeon.gate = asyncio.Event()
    await round_.say(AYSE, "slow")
    await round_.say(BORA, "also waiting")
    await round_.tries(2)
    round_.pigeon.gate.set()
    await round_.empty()


async def test_messages_of_another_process_are_found_by_looking(round_: Round) -> None:
    await round_.store_for(AYSE, "from the web process", taker="")
    assert round_.pigeon.flights == []
    round_.clock.travel(seconds=1)
    assert await round_.told(AYSE, 1) == ["from the web process"]


async def test_a_message_whose_hold_ran_out_while_we_were_at_it_is_not_sent_twice(round_: Round) -> None:
    round_.pigeon.gate = asyncio.Event()
    await round_.say(AYSE, "slow", "second")
    for _ in range(3):
        round_.clock.travel(minutes=2.1)  # the loop that looks takes both rows again
        await round_.rested()
    round_.pigeon.gate.set()
    for _ in range(20):
        round_.clock.travel(seconds=1)
        await round_.rested()
    await round_.empty()
    assert round_.pigeon.told("elm") == ["slow", "second"]


# Limits ---------------------------------------------------------------------------------------------------------------


async def test_a_chat_gets_three_at_once_and_then_one_a_second(round_: Round) -> None:
    await round_.say(AYSE, *"123456789")
    await round_.told(AYSE, 9)
    begun = round_.pigeon.flights[0].at
    assert [round((one.at - begun).total_seconds()) for one in round_.pigeon.flights] == [0, 0, 0, 3, 3, 3, 6, 6, 6]


async def test_thirty_messages_a_second_leave_for_all_chats_together(round_: Round) -> None:
    for n in range(75):
        await round_.say(Person(Pigeon.CHANNEL, f"roost-{n}"), "x")
    flights = await round_.pigeon.delivered(75)
    for first in flights:
        within = [one for one in flights if first.at <= one.at < first.at + timedelta(seconds=1)]
        assert len(within) <= 30
    assert round((flights[-1].at - flights[0].at).total_seconds()) == 2


def test_the_limits_forget_chats_that_have_been_quiet() -> None:
    limits, clock = Limits(Rates()), FakeClock()
    for n in range(5_000):
        clock.travel(seconds=1)
        assert limits.wait(f"chat-{n}", clock.now()) == 0
    assert len(limits._chats) <= 1024


def test_an_album_waits_for_a_quiet_chat_and_counts_as_many_messages() -> None:
    limits, now = Limits(Rates()), FakeClock().now()
    assert limits.wait("elm", now) == 0
    assert limits.wait("elm", now, 10) == 3.0
    assert limits.wait("elm", now) == 6.0
    assert limits.wait("oak", now) == 0


async def test_taps_are_answered_past_the_limits(round_: Round) -> None:
    await round_.say(AYSE, *"123", OutgoingMessage("toast", tap="t"))
    await round_.pigeon.delivered(4)
    assert round_.clock.pauses == []


async def test_a_429_is_waited_out_on_the_clock_and_the_order_stays(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [TooFast(7), TooFast(2)]
    await round_.say(AYSE, "1", "2")
    assert await round_.told(AYSE, 2) == ["1", "2"]
    assert round_.clock.pauses[:2] == [7, 2]
    await round_.empty()


async def test_what_the_door_stored_under_a_later_name_of_ours_goes_back_too(round_: Round) -> None:
    """After a commit whose answer was lost the door takes messages under a new name; this message sender carries
    them."""
    round_.pigeon.trouble["elm"] = [TooFast(600)]
    round_.message_sender.take(await round_.store_for(AYSE, "merhaba", taker=f"{TAKER}~1"))
    await round_.rests()
    ((taken,),) = await round_.store.database.run(
        lambda conn: [tuple(row) for row in conn.exec_driver_sql("SELECT taken_by FROM message_outbox")]
    )
    assert taken is None


async def test_a_429_longer_than_the_message_is_ours_goes_back_to_the_outbox(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [TooFast(600)]
    await round_.say(AYSE, "1", "2")
    await round_.rests()
    assert await round_.unsent() == 2
    round_.clock.travel(seconds=590)
    await round_.rests()
    assert round_.pigeon.flights == []
    round_.clock.travel(seconds=11)
    assert await round_.told(AYSE, 2) == ["1", "2"]


# Whoever cannot be reached --------------------------------------------------------------------------------------------


async def test_a_block_is_told_once_and_all_waits_until_the_chat_is_opened_again(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [Unreachable("blocked")] * 9
    await round_.say(AYSE, "1", "2", "3")
    await round_.rests()
    assert round_.blocked == [AYSE]
    round_.clock.travel(hours=1)
    await round_.rests()
    assert round_.pigeon.tried == 1  # not knocked at again
    del round_.pigeon.trouble["elm"]
    await round_.store.do(people.set_reachable, AYSE, True)
    await round_.say(AYSE, "4")  # what is said now does not overtake
    round_.clock.travel(seconds=1)
    assert await round_.told(AYSE, 4) == ["1", "2", "3", "4"]
    await round_.empty()


async def test_what_the_door_has_stored_under_a_newer_name_goes_back_as_well(round_: Round) -> None:
    """After a doubtful commit the door takes under another name (bot/intake/door.py); given back, nothing overtakes
    it."""
    round_.pigeon.trouble["elm"] = [Unreachable("blocked")]
    newer = f"{TAKER}~1"
    round_.message_sender.take(await round_.store_for(AYSE, "1", "2", taker=newer))
    await round_.rests()
    await round_.store.do(people.set_reachable, AYSE, True)
    assert await round_.store_for(AYSE, "3", taker=newer) == []  # left in the outbox, behind what was given back
    round_.clock.travel(seconds=1)
    assert await round_.told(AYSE, 3) == ["1", "2", "3"]
    await round_.empty()


async def test_a_chat_that_moved_is_followed_with_everything_still_to_be_said(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [Moved("new-elm")]
    await round_.say(AYSE, "1", "2")
    await round_.say(AYSE, "3")
    assert await round_.told(replace(AYSE, handle="new-elm"), 3) == ["1", "2", "3"]
    assert await round_.store.do(people.standing_of, AYSE) is None
    assert await round_.store.do(people.standing_of, replace(AYSE, handle="new-elm")) is not None
    await round_.empty()


async def test_two_who_come_to_be_one_chat_are_both_told_everything(round_: Round) -> None:
    for topic, words in (("-9/1", "1"), ("-9/2", "a")):
        round_.pigeon.trouble[topic] = [Moved(topic.replace("-9", "-100"))]
        await round_.say(Person(Pigeon.CHANNEL, topic), words, words)
    await round_.pigeon.delivered(4)
    assert [round_.pigeon.told(topic) for topic in ("-100/1", "-100/2")] == [["1", "1"], ["a", "a"]]
    await round_.empty()


async def test_a_chat_that_moves_in_circles_is_not_chased_without_rest(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [Moved("elm")] * 4
    await round_.say(AYSE, "1")
    await round_.told(AYSE, 1)
    assert round_.clock.pauses == [2, 5, 15]


# What goes wrong ------------------------------------------------------------------------------------------------------


async def test_a_refused_message_is_dropped_counted_and_its_words_are_not_logged(
    round_: Round,
    plain_logs: io.StringIO,  # noqa: F811
) -> None:
    before = failures("refused")
    round_.pigeon.trouble["elm"] = [MessageRefused("Bad Request: message is too long")]
    await round_.say(AYSE, "Canım anneannem", "next")
    assert await round_.told(AYSE, 1) == ["next"]
    await round_.empty()
    assert failures("refused") == before + 1
    told = plain_logs.getvalue()
    assert "too long" in told
    assert "Canım" not in told


async def test_a_messenger_that_is_down_is_tried_less_and_less_often(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [Away("502")] * 4
    await round_.say(AYSE, "1", "2")
    assert await round_.told(AYSE, 2) == ["1", "2"]
    assert round_.clock.pauses[:4] == [1, 2, 5, 15]


async def test_a_long_outage_is_sat_out_in_the_outbox_and_nothing_is_lost(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [Away("502")] * 12
    await round_.say(AYSE, "1", "2")
    for _ in range(200):
        if len(round_.pigeon.told("elm")) == 2:
            break
        await round_.rests()
        round_.clock.travel(seconds=60)
    assert await round_.told(AYSE, 2) == ["1", "2"]
    assert round_.pigeon.trouble["elm"] == []


async def test_what_is_said_while_a_message_waits_for_its_retry_stands_behind_it(round_: Round) -> None:
    round_.pigeon.trouble["elm"] = [TooFast(600)]
    await round_.say(AYSE, "1")
    await round_.rests()
    await round_.say(AYSE, "2")
    round_.clock.travel(seconds=30)
    await round_.rested()
    assert round_.pigeon.flights == []
    round_.clock.travel(seconds=600)
    assert await round_.told(AYSE, 2) == ["1", "2"]


async def test_a_mistake_of_ours_does_not_block_a_person_for_ever(round_: Round) -> None:
    round_.attaching = [RuntimeError("ours")] * 99
    await round_.say(AYSE, OutgoingMessage("say", "broken", attachment=Attachment("preview", "x")), "next")
    for _ in range(300):
        if round_.pigeon.told("elm"):
            break
        await round_.rests()
        round_.clock.travel(seconds=60)
    assert await round_.told(AYSE, 1) == ["next"]
    assert 99 - len(round_.attaching) <= 3 * MessageSender.GIVING_UP


@pytest.mark.parametrize(("final", "tries"), [(True, 1), (False, 4)])
async def test_a_file_that_cannot_be_made_soon_makes_way_for_later_messages(
    round_: Round, final: bool, tries: int
) -> None:
    round_.attaching = [Unmade("more than 5,000,000 bytes", final=final) for _ in range(99)]
    before = failures("unmade"), failures("refused")
    await round_.say(AYSE, OutgoingMessage("say", "your data", attachment=Attachment("export", "pdf")), "next")
    assert await round_.told(AYSE, 1) == ["next"]
    assert 99 - len(round_.attaching) == tries and sum(round_.clock.pauses) < 10
    assert (failures("unmade"), failures("refused")) == (before[0] + tries, before[1] + 1)


async def test_a_database_that_is_away_for_long_costs_nobody_a_message(round_: Round) -> None:
    often = 12 * MessageSender.GIVING_UP
    round_.attaching = [StorageError("The database server does not answer.")] * often
    await round_.say(AYSE, OutgoingMessage("say", "preview", attachment=Attachment("preview", "x")), "next")
    for _ in range(300):
        if round_.pigeon.told("elm"):
            break
        await round_.rests()
        round_.clock.travel(seconds=60)
    assert await round_.told(AYSE, 2) == ["preview", "next"]
    assert round_.attaching == []


@pytest.mark.parametrize("kind", ["toast", "busy"])
async def test_a_sign_that_fails_is_not_tried_again_and_holds_up_no_question(round_: Round, kind: str) -> None:
    round_.pigeon.trouble["elm"] = [Away("502")]
    await round_.say(AYSE, OutgoingMessage(kind, tap="t"), "question")
    assert await round_.told(AYSE, 1) == ["question"]
    assert round_.clock.pauses == []
    await round_.empty()


async def test_an_outbox_that_cannot_note_a_delivery_is_told_again_and_the_message_is_not_sent_again(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, refused = round_.store.do, Counter[str]()

    async def full(delivered: Sequence[Delivered], *more: Any) -> set[int]:
        refused["times"] += bool(delivered)
        if delivered:
            raise StorageError("The disk is full")
        return await real(message_state.note, delivered, *more)

    answering(monkeypatch, round_.store, message_state.note, full)
    await round_.say(AYSE, "1")
    await round_.told(AYSE, 1)
    await round_.rested()
    assert refused["times"]
    monkeypatch.setattr(round_.store, "do", real)
    round_.clock.travel(minutes=5)
    await round_.empty()
    assert round_.pigeon.told("elm") == ["1"]


async def test_a_persons_next_message_goes_when_the_one_before_is_noted(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a process that dies has one message of each person at most of which nobody knows whether it arrived."""
    real = round_.store.do

    async def full(delivered: Sequence[Delivered], *more: Any) -> set[int]:
        if delivered:
            raise StorageError("The disk is full")
        return await real(message_state.note, delivered, *more)

    with monkeypatch.context() as patched:
        answering(patched, round_.store, message_state.note, full)
        await round_.say(AYSE, "1", "2")
        await round_.told(AYSE, 1)
        await round_.say(AYSE, "3")
        await round_.rested()
        assert round_.pigeon.told("elm") == ["1"]
    round_.clock.travel(seconds=2)
    assert await round_.told(AYSE, 3) == ["1", "2", "3"]
    await round_.empty()


async def test_no_more_calls_are_on_the_wire_at_once_than_may_arrive_twice(round_: Round) -> None:
    round_.pigeon.gate = asyncio.Event()
    for nth in range(AT_ONCE + 5):
        await round_.say(Person(Pigeon.CHANNEL, f"tree {nth}"), "hello")
    await round_.tries(AT_ONCE)
    round_.pigeon.gate.set()
    await round_.pigeon.delivered(AT_ONCE + 5)
    await round_.empty()


async def test_a_group_hears_one_message_at_a_time_whatever_its_topic(round_: Round) -> None:
    round_.pigeon.gate = asyncio.Event()
    for topic in range(3):
        await round_.say(Person(Pigeon.CHANNEL, f"-100/{topic}"), "hello")
    await round_.rested()
    assert round_.pigeon.tried == 1
    round_.pigeon.gate.set()
    await round_.pigeon.delivered(3)
    await round_.empty()


# The running line -----------------------------------------------------------------------------------------------------


async def test_the_running_line_is_replaced_until_a_new_one_begins(round_: Round) -> None:
    for words in (line("16"), line("104"), line("1", anew=True), line("2")):
        await round_.say(AYSE, words)
    flights = await round_.pigeon.delivered(4)
    first, second, anew, last = flights
    assert first.replaces is None
    assert second.replaces == first.number
    assert anew.replaces is None
    assert last.replaces == anew.number != first.number


async def test_a_line_that_begins_anew_takes_its_predecessor_out_of_the_chat(round_: Round) -> None:
    """One of them stands there at a time, whether the outbox has noted it or not, and over a restart."""
    for words in (line("16", anew=True), line("104"), line("1", anew=True), line("2", anew=True)):
        await round_.say(AYSE, words)
    first, _, second, third = await round_.pigeon.delivered(4)
    await round_.empty()
    assert round_.pigeon.unsaid == [("elm", first.number), ("elm", second.number)]
    await round_.message_sender.stop()
    round_.message_sender = round_.hired()
    await round_.message_sender.start()
    await round_.say(AYSE, line("3", anew=True))
    await round_.empty()
    assert round_.pigeon.unsaid[2:] == [("elm", third.number)]


async def test_the_running_line_is_remembered_over_a_restart(round_: Round) -> None:
    await round_.say(AYSE, line("16"))
    await round_.empty()
    await round_.message_sender.stop()
    round_.message_sender = round_.hired()
    await round_.message_sender.start()
    await round_.say(AYSE, line("104"))
    first, second = await round_.pigeon.delivered(2)
    assert second.replaces == first.number


async def test_where_the_running_line_is_gone_a_new_one_is_sent_and_looked_for_like_any_message(round_: Round) -> None:
    await round_.say(AYSE, line("16"))
    await round_.empty()
    round_.pigeon.trouble["elm"] = [LineGone("deleted"), AnswerLost("timed out")]
    await round_.say(AYSE, line("104"))
    await round_.empty()
    first, second = round_.pigeon.flights
    assert (second.replaces, second.text) == (None, "104")
    await round_.say(AYSE, line("105"))
    assert (await round_.pigeon.delivered(3))[-1].replaces == second.number != first.number


async def test_a_line_is_replaced_even_before_the_outbox_has_noted_it(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody types faster than a disk turns: without this they would see two lines."""

    real = round_.store.do

    async def full(delivered: Sequence[Delivered], *more: Any) -> set[int]:
        if delivered:
            raise StorageError("The disk is full")
        return await real(message_state.note, delivered, *more)

    with monkeypatch.context() as patched:
        answering(patched, round_.store, message_state.note, full)
        await round_.say(AYSE, line("16"))
        await round_.pigeon.delivered(1)
        await round_.say(AYSE, line("104"))
        first, second = await round_.pigeon.delivered(2)
    assert second.replaces == first.number
    round_.clock.travel(seconds=2)
    await round_.empty()


# Files ----------------------------------------------------------------------------------------------------------------

PREVIEW = OutgoingMessage("say", "Onaylıyor musunuz?", attachment=Attachment("preview", "letter"))


async def test_pictures_go_first_and_are_not_repeated_where_only_the_document_failed(round_: Round) -> None:
    round_.files["letter"] = Files((b"page 1", b"page 2"), b"%PDF", "mektup.pdf")
    round_.pigeon.trouble["elm"] = [None, TooFast(4), Away("502")]
    await round_.say(AYSE, PREVIEW)
    pictures, document = await round_.pigeon.delivered(2)
    assert (pictures.files.pictures, pictures.files.document, pictures.text) == ((b"page 1", b"page 2"), b"", "")
    assert (document.files.pictures, document.files.document, document.text) == ((), b"%PDF", PREVIEW.text)
    await round_.empty()
    assert len(round_.pigeon.flights) == 2


async def test_a_preview_whose_letter_is_gone_is_not_announced_any_more(round_: Round) -> None:
    round_.files["letter"] = None
    await round_.say(AYSE, PREVIEW, "next")
    assert await round_.told(AYSE, 1) == ["next"]
    await round_.empty()


# Stopping and starting ------------------------------------------------------------------------------------------------


async def test_stopping_lets_what_is_on_its_way_arrive_and_puts_the_rest_back(round_: Round) -> None:
    round_.pigeon.gate = asyncio.Event()
    await round_.say(AYSE, "1", "2", "3")
    await round_.tries(1)
    stopping = asyncio.create_task(round_.message_sender.stop())
    await asyncio.sleep(0)
    round_.pigeon.gate.set()
    await stopping
    assert round_.pigeon.told("elm") == ["1"]
    assert await round_.unsent() == 2
    round_.message_sender = round_.hired()
    await round_.message_sender.start()  # the next start need not wait for any hold
    assert await round_.told(AYSE, 3) == ["1", "2", "3"]
    await round_.empty()


async def test_stopping_does_not_wait_out_a_long_limit(round_: Round) -> None:
    class Standing_(FakeClock):
        async def pause(self, seconds: float) -> None:
            await asyncio.Event().wait()

    round_.clock = Standing_()
    await round_.message_sender.stop()
    round_.message_sender = round_.hired()
    await round_.message_sender.start()
    round_.pigeon.trouble["elm"] = [TooFast(50)]
    await round_.say(AYSE, "1")
    await round_.tries(1)
    (carrying,) = round_.message_sender._carrying
    await round_.message_sender.stop()
    assert carrying.done() and not carrying.cancelled()  # it left by itself; nobody lost patience with it
    assert await round_.unsent() == 1


async def test_what_a_killed_run_had_taken_is_sent_by_the_next_when_its_hold_is_over(round_: Round) -> None:
    await round_.store_for(AYSE, "1", "2", taker="a process that was killed")
    round_.clock.travel(seconds=5)
    await round_.rested()
    assert round_.pigeon.flights == []  # it might still be alive
    round_.clock.travel(minutes=2)
    assert await round_.told(AYSE, 2) == ["1", "2"]
    assert round_.pigeon.asked == []  # it had not begun to send either
    await round_.empty()
