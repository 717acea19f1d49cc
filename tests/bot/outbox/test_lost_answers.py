"""A message whose answer was lost is looked for: it comes once, and where that cannot be known, it says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.messenger.message_ids import Numbers
from bot.messenger.protocol import Away, Files, Moved, TooFast, Unreachable
from bot.outbox import acknowledgements
from bot.outbox.lost_answers import FURTHER, LONGEST, Sought, Trace, Tracer
from flows.core.effects import Attachment
from flows.core.events import Person
from flows.core.outgoing import Key, OutgoingMessage
from storage.queues import message_state, messages
from storage.senders import people
from storage.store.store import Begin, Counted
from tests.bot.outbox.test_message_sender import AYSE, PREVIEW, Round, line
from tests.fakes import PATIENCE, AnswerLost, Pigeon, open_store

AGAIN = "\n\n(tekrar olabilir)"
TOPIC, OTHER = (Person(Pigeon.CHANNEL, f"-100/{n}") for n in (1, 2))
QUESTION = OutgoingMessage("say", "Doğru mu?", ((Key("Evet", "yes"),),))


@pytest.fixture
async def round_(tmp_path: Path) -> AsyncIterator[Round]:
    async with open_store(tmp_path) as store:
        found = Round(store)
        await found.message_sender.start()
        yield found
        async with asyncio.timeout(PATIENCE):
            await found.message_sender.stop()


async def killed(round_: Round, person: Person, *said: str | OutgoingMessage, arrived: bool) -> None:
    """A process that dies while the first of these is on its way; its hold is over."""
    stored = await round_.store_for(person, *said, taker="a process that was killed")
    newest = max((flight.number for flight in round_.pigeon.flights), default=7)
    series = "customer:-100" if person.handle.startswith("-") else "customer"
    line_ = f"{person.channel}:-100" if person.handle.startswith("-") else ""
    begun = Begin(stored[0].id, "a process that was killed", Counted(series, newest), line_)
    await round_.store.do(message_state.note, begins=[begun])
    if arrived:
        await round_.pigeon.say(person.handle, stored[0].message, Files(), None)
    round_.clock.travel(minutes=3)


# What comes once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["words", QUESTION, line("16")], ids=["words", "a question with buttons", "a line"])
async def test_a_lost_answer_lets_nothing_come_twice(round_: Round, said: str | OutgoingMessage) -> None:
    round_.pigeon.trouble["elm"] = [AnswerLost("timed out")]
    await round_.say(AYSE, said, "next")
    words = said if isinstance(said, str) else said.text
    assert await round_.told(AYSE, 2) == [words, "next"]
    await round_.empty()
    assert len(round_.pigeon.flights) == 2


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.parametrize("person", [AYSE, TOPIC], ids=["a private chat", "a topic of a group"])
async def test_what_was_on_its_way_when_a_process_was_killed_comes_once(
    round_: Round, person: Person, arrived: bool
) -> None:
    await killed(round_, person, "1", "2", arrived=arrived)
    assert await round_.told(person, 2) == ["1", "2"]
    await round_.empty()
    assert len(round_.pigeon.flights) == 2


async def test_a_line_that_was_found_is_the_one_that_is_replaced(round_: Round) -> None:
    await killed(round_, AYSE, line("16"), arrived=True)
    await round_.empty()
    await round_.say(AYSE, line("104"))
    first, second = await round_.pigeon.delivered(2)
    assert second.replaces == first.number


async def test_in_a_group_nobodys_words_are_taken_for_anothers(round_: Round) -> None:
    """What is said in another topic waits until it is known what became of the one that was on its way."""
    await killed(round_, TOPIC, "theirs", arrived=False)
    await round_.say(OTHER, "another's")
    await round_.pigeon.delivered(2)
    await round_.empty()
    assert [(flight.to, flight.text) for flight in round_.pigeon.flights] == [
        ("-100/1", "theirs"),
        ("-100/2", "another's"),
    ]


async def test_who_is_stopped_in_the_middle_of_a_call_leaves_a_message_that_is_looked_for(round_: Round) -> None:
    round_.pigeon.gate = asyncio.Event()
    await round_.say(AYSE, "1")
    async with asyncio.timeout(PATIENCE):
        while not round_.pigeon.tried:  # noqa: ASYNC110 - counts calls that have begun
            await asyncio.sleep(0)
    for task in [*round_.message_sender._carrying]:  # ten seconds are over
        task.cancel()
    await round_.message_sender.stop()
    round_.pigeon.gate = None
    await round_.pigeon.say("elm", OutgoingMessage("say", "1"), Files(), None)  # the messenger had got it after all
    round_.message_sender = round_.hired()
    await round_.message_sender.start()
    await round_.empty()
    assert round_.pigeon.told("elm") == ["1"]


# What cannot be looked for --------------------------------------------------------------------------------------------

ASKS = OutgoingMessage("say", "Numaranız?", contact="Paylaş")
UNTRACEABLE = {
    "a question with the contact button": ASKS,
    "the answer that takes that button away": OutgoingMessage("say", "Teşekkürler.", clears=True),
}


@pytest.mark.parametrize("message", UNTRACEABLE.values(), ids=UNTRACEABLE.keys())
async def test_what_telegram_lets_nobody_ask_about_says_that_it_may_be_a_repetition(
    round_: Round, message: OutgoingMessage
) -> None:
    await killed(round_, AYSE, message, arrived=True)
    assert await round_.told(AYSE, 2) == [message.text, message.text + AGAIN]
    await round_.empty()


@pytest.mark.parametrize("message", UNTRACEABLE.values(), ids=UNTRACEABLE.keys())
async def test_it_says_so_also_when_it_had_to_wait_once_more(round_: Round, message: OutgoingMessage) -> None:
    """Longer than it is this process's: what the outbox keeps of it is all that is known."""
    round_.pigeon.trouble["elm"] = [None, TooFast(200)]
    await killed(round_, AYSE, message, arrived=True)
    await round_.pigeon.until(lambda: round_.pigeon.tried == 2)
    await round_.rests()
    round_.clock.travel(minutes=4)
    assert await round_.told(AYSE, 2) == [message.text, message.text + AGAIN]
    await round_.empty()


async def test_it_says_so_also_if_who_waits_with_it_is_killed_in_turn(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(round_.clock, "pause", for_ever)
    round_.pigeon.trouble["elm"] = [None, TooFast(30)]
    await killed(round_, AYSE, ASKS, arrived=True)
    await round_.pigeon.until(lambda: round_.pigeon.tried == 2)
    await round_.rested()
    now = round_.clock.now() + timedelta(minutes=3)
    (again,) = await round_.store.do(messages.take, "another", now, now, 1)
    assert again.begun == 0


async def test_it_says_so_also_the_third_time(round_: Round) -> None:
    """What had been too far away may have arrived, although what was sent after that has not."""
    await killed(round_, AYSE, "1", arrived=False)
    round_.pigeon.trouble["elm"] = [*[None] * LONGEST, Away("reset")]
    round_.message_sender._numbers.seen("oak", 8 + LONGEST)
    assert await round_.told(AYSE, 1) == ["1" + AGAIN]
    await round_.empty()


async def test_where_a_chat_has_moved_to_it_says_so(round_: Round) -> None:
    """Another chat has numbers of its own: whatever stands there under these is not the message."""
    round_.pigeon.trouble[TOPIC.handle] = [Moved("-200/1")]
    await killed(round_, TOPIC, "theirs", arrived=False)
    assert await round_.told(Person(Pigeon.CHANNEL, "-200/1"), 1) == ["theirs" + AGAIN]
    await round_.empty()


async def test_a_chat_that_lets_nobody_in_does_not_hold_up_its_group(round_: Round) -> None:
    round_.pigeon.trouble[TOPIC.handle] = [Unreachable("not a member")]
    await killed(round_, TOPIC, "theirs", arrived=False)
    await round_.say(OTHER, "another's")
    assert await round_.told(OTHER, 1) == ["another's"]
    await round_.store.do(people.set_reachable, TOPIC, True)
    round_.clock.travel(minutes=1)
    assert await round_.told(TOPIC, 1) == ["theirs" + AGAIN]
    await round_.empty()


async def test_a_preview_of_several_messages_says_so_too(round_: Round) -> None:
    round_.files["letter"] = Files((b"page",), b"%PDF", "mektup.pdf")
    await killed(round_, AYSE, PREVIEW, arrived=False)
    assert await round_.told(AYSE, 2) == ["", PREVIEW.text + AGAIN]
    await round_.empty()


async def test_the_mark_is_left_out_where_it_does_not_fit(round_: Round) -> None:
    await killed(round_, AYSE, replace(ASKS, text="a" * 4090), arrived=False)
    assert await round_.told(AYSE, 1) == ["a" * 4090]
    await round_.empty()


async def test_a_line_that_is_replaced_is_replaced_once_more(round_: Round) -> None:
    await round_.say(AYSE, line("16"))
    await round_.empty()
    await killed(round_, AYSE, line("104"), arrived=False)
    assert (await round_.told(AYSE, 2))[1] == "104"
    await round_.empty()
    assert round_.pigeon.asked == []


# Which numbers are asked ----------------------------------------------------------------------------------------------


class Shelf:
    """bot.messenger.protocol.Messenger: numbers that hold something of ours; `trouble` is raised by the next
    questions."""

    def __init__(self, *ours: int) -> None:
        self.ours, self.asked, self.trouble = set(ours), list[int](), list[Exception]()

    async def say(self, handle: str, message: OutgoingMessage, files: Files, running: int | None) -> int | None:
        raise AssertionError("nothing is said")

    async def unsay(self, handle: str, number: int) -> None:
        raise AssertionError("nothing is taken back")

    async def stands(self, handle: str, number: int, message: OutgoingMessage) -> bool:
        self.asked.append(number)
        if self.trouble:
            raise self.trouble.pop(0)
        return number in self.ours


async def at_once() -> None:
    """The messenger may be asked."""


async def find(shelf: Shelf, numbers: Numbers, sought: Sought) -> tuple[Trace, int]:
    return await Tracer(shelf, numbers, at_once).find(sought, "elm", OutgoingMessage("say", "x"), Files())


async def test_it_is_asked_upwards_past_what_is_known_and_a_little_further() -> None:
    numbers, shelf = Numbers("customer"), Shelf()
    for known in (12, 14):
        numbers.seen("oak", known)
    assert await find(shelf, numbers, Sought(10)) == (Trace.ABSENT, 0)
    assert shelf.asked == [11, 13, *range(15, 15 + FURTHER)]


async def test_it_is_found_wherever_it_may_stand_and_nothing_is_asked_after_that() -> None:
    numbers, shelf = Numbers("customer"), Shelf(13, 14)
    assert await find(shelf, numbers, Sought(10)) == (Trace.FOUND, 13)
    assert shelf.asked == [11, 12, 13]


async def test_a_question_that_fails_is_where_it_goes_on() -> None:
    numbers, shelf, sought = Numbers("customer"), Shelf(13), Sought(10)
    shelf.trouble = [Away("502")]
    with pytest.raises(Away):
        await find(shelf, numbers, sought)
    shelf.asked.clear()
    assert await find(shelf, numbers, sought) == (Trace.FOUND, 13)
    assert shelf.asked == [11, 12, 13]
    sought, shelf.asked, shelf.trouble = Sought(10), [], []
    numbers.seen("oak", 12)
    shelf.ours = set()
    await find(shelf, numbers, sought)
    shelf.asked.clear()
    shelf.trouble = [TooFast(1)]
    assert await find(shelf, numbers, sought) == (Trace.ABSENT, 0)
    assert shelf.asked == []  # all of them have been asked


async def test_where_no_number_was_known_nothing_is_asked() -> None:
    """Anything of ours that stands in the chat would be taken for it, or be given its buttons."""
    numbers, shelf = Numbers("customer"), Shelf(3)
    numbers.seen("oak", 12)
    assert await find(shelf, numbers, Sought(0)) == (Trace.UNSURE, 0)
    assert shelf.asked == []


async def test_too_many_open_numbers_are_not_all_asked() -> None:
    numbers, shelf = Numbers("customer"), Shelf()
    numbers.seen("oak", 10 + LONGEST)
    assert (await find(shelf, numbers, Sought(10)))[0] is Trace.UNSURE
    assert shelf.asked == [*range(11, 10 + LONGEST)]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        (Files(), True),
        (Files((b"one",)), True),
        (Files(document=b"%PDF"), True),
        (Files((b"1", b"2")), False),
        (Files((b"1",), b"%PDF"), False),
    ],
    ids=["words", "a picture", "a document", "an album", "pages with their document"],
)
async def test_one_message_can_be_looked_for_and_several_cannot(files: Files, asked: bool) -> None:
    shelf = Shelf()
    attached = OutgoingMessage("say", "x", attachment=Attachment("picture", "p"))
    await Tracer(shelf, Numbers("customer"), at_once).find(Sought(7), "elm", attached, files)
    assert bool(shelf.asked) is asked


def test_all_private_chats_count_together_and_a_group_by_itself() -> None:
    numbers = Numbers("staff")
    for handle, number in (("17", 5), ("18", 7), ("-100", 3), ("-100/4", 9)):
        numbers.seen(handle, number)
    assert [numbers.newest(handle) for handle in ("17", "18", "99", "-100/1", "-100")] == [7, 7, 7, 9, 9]
    assert numbers.known("99", 5)
    assert not numbers.known("-100", 5)
    assert numbers.newest("-200") == 0
    assert numbers.news() == {"staff": 7, "staff:-100": 9}


def test_what_others_have_known_is_not_told_to_them_again() -> None:
    numbers = Numbers("customer")
    numbers.told({"customer": 30, "staff": 99})
    assert numbers.newest("elm") == 30
    assert numbers.news() == {}
    numbers.seen("elm", 31)
    numbers.kept({"customer": 30})
    assert numbers.news() == {"customer": 31}
    numbers.kept({"customer": 31})
    assert numbers.news() == {}


async def test_what_others_are_to_know_is_kept_until_a_commit_takes_it_along(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The door's commits take it along with what has arrived, and none of them by which nothing has."""
    monkeypatch.setattr(acknowledgements, "LINGER", 0.0)  # what arrives is not left to a commit of the door's
    notes = round_.message_sender.notes
    notes.numbers.seen(TOPIC.handle, 9)
    with notes.carried() as page:
        async with round_.store.transaction() as tx:
            await tx.do(message_state.note, page().arrived, news=page().news)
    (theirs,) = await round_.store_for(TOPIC, "theirs", taker="another process")
    begin = Begin(theirs.id, "another process", Counted("customer:-100", 7), "pigeon:-100")
    assert await round_.store.do(message_state.note, begins=[begin]) == {theirs.id: 7}
    await round_.say(AYSE, "something that arrives")
    await round_.empty(but=1)
    assert await round_.store.do(message_state.note, begins=[begin]) == {theirs.id: 9}


def test_only_so_many_numbers_are_remembered_one_by_one() -> None:
    numbers = Numbers("customer")
    for number in range(Numbers.KEPT + 1):
        numbers.seen("elm", number)
    assert not numbers.known("elm", 0)
    assert numbers.known("elm", 1)
