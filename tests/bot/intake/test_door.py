"""The door: kept whole or not at all, once for each key, and one turn's failure is nobody else's."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.intake.door import Closed, Crowded, Door
from bot.wording.speak import APOLOGY
from flows.core.effects import MailCode, Reply
from flows.core.events import (
    ButtonTapped,
    CodeMailed,
    CommandGiven,
    ContactShared,
    Envelope,
    Event,
    FileSent,
    LetterShredded,
    Person,
    PictureSent,
    TextEdited,
    TextWritten,
)
from flows.core.outgoing import OutgoingMessage
from flows.core.state import Standing, Turn
from flows.words.text import Verbatim, text
from locales import say
from storage.database.engine import StorageError
from storage.queues import jobs
from storage.queues import messages as message_outbox
from storage.queues.messages import HELD
from storage.senders import people as senders
from storage.store.store import Store
from tests.fakes import PATIENCE, FakeClock, Heard, envelope, open_store, plain_logs  # noqa: F401 - a fixture

AYSE, BORA, CEM = (Person("pigeon", roost) for roost in ("elm", "oak", "fig"))
pytestmark = pytest.mark.usefixtures("plain_logs")


class Speaker:
    """Says a reply's words as they are."""

    def messages(self, turn: Turn) -> tuple[OutgoingMessage, ...]:
        replies = [effect for effect in turn.effects if isinstance(effect, Reply)]
        return tuple(OutgoingMessage("say", reply.text.values["words"].words) for reply in replies)

    def apology(self, standing: Standing) -> OutgoingMessage:
        return OutgoingMessage("say", say(APOLOGY, standing.profile.language))


def echo(standing: Standing, event: Event) -> Turn:
    """Counts screens, so that a lost or doubled turn shows, and says the words back."""
    words = text("test", "{words}", words=Verbatim(f"{standing.screen + 1} {getattr(event, 'text', '')}".strip()))
    return Turn(replace(standing, screen=standing.screen + 1), (Reply(words),))


class Machine:
    """`advance`, which fails where it is told to, and notes the size of each batch's part."""

    def __init__(self) -> None:
        self.failing: dict[str, Exception] = {}
        self.advanced: list[str] = []
        self.act: Callable[[Standing, Event], Turn] = echo

    def __call__(self, standing: Standing, arrived: Envelope) -> Turn:
        self.advanced.append(arrived.key)
        if (error := self.failing.get(arrived.key)) is not None:
            raise error
        return self.act(standing, arrived.event)


class House:
    """A door with its neighbours, and gestures to write specifications in."""

    def __init__(self, store: Store, door: Door, machine: Machine, heard: Heard) -> None:
        self.store, self.door, self.machine, self.heard = store, door, machine, heard

    async def at_once(self, *envelopes: Envelope) -> list[bool | BaseException]:
        """All in the queue before the door looks."""
        asked = [asyncio.create_task(self.door.receive(one)) for one in envelopes]
        async with asyncio.timeout(PATIENCE):
            return await asyncio.gather(*asked, return_exceptions=True)

    async def screen(self, person: Person) -> int:
        standing = await self.store.do(senders.standing_of, person)
        return 0 if standing is None else standing.screen


@asynccontextmanager
async def open_house(folder: Path, url: str, *, room: int = 10_000) -> AsyncIterator[House]:
    async with open_store(folder, url) as store:
        machine, heard = Machine(), Heard()
        door = Door(store, machine, Speaker(), FakeClock(), heard, taker="here", room=room)  # type: ignore[arg-type]
        await door.start()
        try:
            yield House(store, door, machine, heard)
        finally:
            async with asyncio.timeout(PATIENCE):
                await door.stop()


@pytest.fixture
async def house(tmp_path: Path, database_url: str) -> AsyncIterator[House]:
    """On SQLite and on a real PostgreSQL."""
    async with open_house(tmp_path, database_url) as found:
        yield found


def wrote(person: Person, words: str, key: str = "") -> Envelope:
    return envelope(person, TextWritten(words, 1), key)


# Once -----------------------------------------------------------------------------------------------------------------


async def test_the_same_envelope_ten_times_at_once_has_one_effect(house: House) -> None:
    same = wrote(AYSE, "Merhaba", "customer:7")
    answers = await house.at_once(*[same] * 10)
    assert answers == [True] * 10  # it was new to all who brought it together
    assert await house.door.receive(same) is False
    assert await house.screen(AYSE) == 1
    assert house.heard.said == ["1 Merhaba"]


async def test_a_key_is_known_after_a_restart(tmp_path: Path, database_url: str) -> None:
    same = wrote(AYSE, "Merhaba", "customer:7")
    for new in (True, False):
        async with open_house(tmp_path, database_url) as house:
            assert await house.door.receive(same) is new
            assert await house.screen(AYSE) == 1


async def test_several_of_one_person_in_one_batch_fold_in_order(house: House) -> None:
    letters = "abcdefgh"
    await house.at_once(*(wrote(AYSE, letter) for letter in letters), wrote(BORA, "x"))
    assert await house.screen(AYSE) == len(letters)
    own = [one.message.text for one in house.heard.messages if one.person == AYSE]
    assert own == [f"{n} {letter}" for n, letter in enumerate(letters, 1)]


async def test_a_person_is_an_address_whatever_the_messenger_tells_besides(house: House) -> None:
    told = [replace(AYSE, tongue=tongue, given_name=name) for tongue, name in (("de", "Ayşe"), ("tr", "A."), ("", ""))]
    await house.at_once(*(wrote(person, "x") for person in told))
    assert await house.screen(AYSE) == 3
    standing = await house.store.do(senders.standing_of, AYSE)
    assert standing is not None and standing.profile.language in ("en", "tr")  # the tongue of the first sight counts
    assert {one.person for one in house.heard.messages} == {AYSE}  # no name travels with what is stored


async def test_what_was_committed_is_told_and_its_work_is_rung_for(house: House) -> None:
    house.machine.act = lambda standing, event: Turn(standing, (MailCode("a@b.c"),))
    await house.door.receive(wrote(AYSE, "x"))
    assert house.heard.effects == [MailCode("a@b.c")]
    assert (
        len(await house.store.do(jobs.take, "w", FakeClock().now(), FakeClock().now() + timedelta(minutes=1), 9)) == 1
    )


async def test_a_listener_that_fails_makes_no_commit_look_failed(house: House) -> None:
    house.heard.failing = RuntimeError("the message sender slipped")
    answers = await house.at_once(wrote(AYSE, "a"), wrote(BORA, "b"))
    assert answers == [True, True]
    assert (await house.screen(AYSE), await house.screen(BORA)) == (1, 1)
    assert sorted(house.heard.said) == ["1 a", "1 b"]  # and nothing was advanced, stored or told again
    assert len(house.machine.advanced) == 2


# Failing --------------------------------------------------------------------------------------------------------------


async def test_a_turn_that_fails_is_apologised_for_once_and_fails_no_neighbour(house: House) -> None:
    bad = wrote(BORA, "the words of a letter", "bad")
    house.machine.failing["bad"] = KeyError("ours")
    answers = await house.at_once(wrote(AYSE, "a"), bad, wrote(CEM, "c"))
    assert answers == [True, True, True]
    assert (await house.screen(AYSE), await house.screen(BORA), await house.screen(CEM)) == (1, 0, 1)
    sorry = say(APOLOGY, "tr")
    assert sorted(house.heard.said) == sorted(["1 a", sorry, "1 c"])
    assert await house.door.receive(bad) is False  # brought again it is known, and silent
    assert house.heard.said.count(sorry) == 1


async def test_the_sender_of_a_failed_turn_stays_where_they_stood(house: House) -> None:
    await house.door.receive(wrote(BORA, "one"))
    before = await house.store.do(senders.standing_of, BORA)
    house.machine.failing["bad"] = ValueError("ours")
    await house.door.receive(wrote(BORA, "two", "bad"))
    assert await house.store.do(senders.standing_of, BORA) == before


async def test_a_failed_tap_stops_waiting_and_hears_the_apology(house: House) -> None:
    house.machine.failing["bad"] = ValueError("ours")
    await house.door.receive(envelope(AYSE, ButtonTapped("done", "", "1", "tap-9"), "bad"))
    toast, sorry = (one.message for one in house.heard.messages)
    assert (toast.kind, toast.tap) == ("toast", "tap-9")
    assert sorry.text == say(APOLOGY, "tr")


ASKED = [
    TextWritten("Merhaba", 1),
    TextEdited("Merhaba!", 1),
    ButtonTapped("done", "", "1", "tap-9"),
    ContactShared("0555 111 22 33", own=True),
    FileSent("voice"),
    PictureSent("photo", "AgAC", "", 1),
    CommandGiven("orders", ""),
]


@pytest.mark.parametrize("event", ASKED, ids=[type(event).__name__ for event in ASKED])
async def test_whoever_waits_for_an_answer_hears_the_apology(house: House, event: Event) -> None:
    house.machine.failing["bad"] = ValueError("ours")
    assert await house.door.receive(envelope(AYSE, event, "bad")) is True
    assert house.heard.said[-1] == say(APOLOGY, "tr")


@pytest.mark.parametrize("event", [LetterShredded("0" * 32), CodeMailed("a@b.c", "salt", "digest")])
async def test_what_nobody_asked_for_is_never_done_with_by_an_apology(house: House, event: Event) -> None:
    """A payment or a finished mail whose turn fails is brought again; were its key used up, it would be lost."""
    house.machine.failing["result"] = RuntimeError("ours")
    found = envelope(AYSE, event, "result")
    with pytest.raises(RuntimeError):
        await house.door.receive(found)
    assert house.heard.said == []
    house.machine.failing.clear()
    assert await house.door.receive(found) is True


async def test_what_fails_is_logged_by_kind_and_never_with_words(house: House, plain_logs: io.StringIO) -> None:  # noqa: F811
    house.machine.failing["bad"] = ValueError("Canım anneannem")
    await house.door.receive(wrote(BORA, "Canım anneannem", "bad"))
    told = plain_logs.getvalue()
    assert "TextWritten" in told and "Traceback" in told
    assert "Canım" not in told


class FullDisk:
    """The store, on a disk that is full while `full` is set."""

    def __init__(self, store: Store) -> None:
        self._store, self.full, self.asked = store, True, 0

    def transaction(self) -> Any:
        self.asked += 1
        if self.full:
            raise StorageError("The disk is full: make room; nothing half-done was kept.")
        return self._store.transaction()


async def test_a_full_disk_is_raised_to_whoever_brought_the_update_and_not_acknowledged(house: House) -> None:
    disk = house.door._store = FullDisk(house.store)  # type: ignore[assignment]
    batch = [wrote(person, "x", f"k{n}") for n, person in enumerate((AYSE, BORA, CEM))]
    answers = await house.at_once(*batch)
    assert [type(answer) for answer in answers] == [StorageError] * 3
    assert disk.asked == 1  # no turn is to blame: they are not tried one by one
    assert house.heard.said == []
    disk.full = False
    assert await house.at_once(*batch) == [True] * 3
    assert house.heard.said == ["1 x"] * 3


async def test_a_commit_that_fails_keeps_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    real = house.store.transaction

    @asynccontextmanager
    async def dies_at_commit() -> AsyncIterator[Any]:
        async with real() as tx:
            yield tx
            raise StorageError("The disk did not take the write")

    monkeypatch.setattr(house.store, "transaction", dies_at_commit)
    with pytest.raises(StorageError):
        await house.door.receive(wrote(AYSE, "x", "k"))
    monkeypatch.undo()
    assert (await house.screen(AYSE), house.heard.said) == (0, [])
    assert await house.door.receive(wrote(AYSE, "x", "k")) is True


async def test_what_is_said_after_a_commit_whose_answer_was_lost_waits_behind_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has heard of the first message; sent at once, the second would be read before it."""
    real = house.store.transaction

    @asynccontextmanager
    async def answer_lost() -> AsyncIterator[Any]:
        async with real() as tx:
            yield tx
        raise StorageError("The connection broke after the commit")

    monkeypatch.setattr(house.store, "transaction", answer_lost)
    with pytest.raises(StorageError):
        await house.door.receive(wrote(AYSE, "first", "k"))
    monkeypatch.undo()
    assert await house.door.receive(wrote(AYSE, "first", "k")) is False  # it had been kept
    await house.door.receive(wrote(AYSE, "second"))
    await house.door.receive(wrote(BORA, "hers"))
    assert house.heard.said == ["1 hers"]  # nobody else waits
    over = FakeClock().now() + HELD
    found = await house.store.do(message_outbox.take, "message sender", over, over + HELD, 9)
    assert [one.message.text for one in found if one.person == AYSE] == ["1 first", "2 second"]


# Coming and going -----------------------------------------------------------------------------------------------------


class Slow:
    """The store behind a gate: `inside` is set when a transaction wants to begin."""

    def __init__(self, store: Store) -> None:
        self._store, self.inside, self.gate = store, asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def _behind(self) -> AsyncIterator[Any]:
        self.inside.set()
        await self.gate.wait()
        async with self._store.transaction() as tx:
            yield tx

    def transaction(self) -> Any:
        return self._behind()


@pytest.mark.parametrize("failing", [False, True])
async def test_a_bringer_who_leaves_neither_loses_nor_doubles_the_envelope(house: House, failing: bool) -> None:
    slow = house.door._store = Slow(house.store)  # type: ignore[assignment]
    if failing:
        house.machine.failing["k"] = RuntimeError("ours")
    brought = asyncio.create_task(house.door.receive(wrote(AYSE, "x", "k")))
    await slow.inside.wait()
    brought.cancel()
    await asyncio.gather(brought, return_exceptions=True)
    slow.gate.set()
    assert await house.door.receive(wrote(BORA, "y")) is True  # the door is alive
    assert await house.door.receive(wrote(AYSE, "x", "k")) is False
    assert await house.screen(AYSE) == (0 if failing else 1)


async def test_a_bringer_of_a_result_who_leaves_does_not_close_the_door(house: House) -> None:
    slow = house.door._store = Slow(house.store)  # type: ignore[assignment]
    house.machine.failing["k"] = RuntimeError("ours")
    brought = asyncio.create_task(house.door.receive(envelope(AYSE, LetterShredded("0" * 32), "k")))
    await slow.inside.wait()
    brought.cancel()
    await asyncio.gather(brought, return_exceptions=True)
    slow.gate.set()
    async with asyncio.timeout(PATIENCE):
        assert await house.door.receive(wrote(BORA, "y")) is True


async def test_stopping_keeps_what_has_come_in_and_refuses_what_comes_later(house: House) -> None:
    slow = house.door._store = Slow(house.store)  # type: ignore[assignment]
    brought = [asyncio.create_task(house.door.receive(wrote(AYSE, str(n)))) for n in range(100)]
    await slow.inside.wait()
    stopping = asyncio.create_task(house.door.stop())
    await asyncio.sleep(0)
    with pytest.raises(Closed):
        await house.door.receive(wrote(BORA, "late"))
    slow.gate.set()
    async with asyncio.timeout(PATIENCE):
        await stopping
        assert await asyncio.gather(*brought) == [True] * 100
    assert await house.screen(AYSE) == 100


async def test_when_too_much_waits_the_next_is_asked_to_come_again(tmp_path: Path, database_url: str) -> None:
    async with open_house(tmp_path, database_url, room=3) as house:
        slow = house.door._store = Slow(house.store)  # type: ignore[assignment]
        brought = [asyncio.create_task(house.door.receive(wrote(AYSE, "first")))]
        await slow.inside.wait()
        brought += [asyncio.create_task(house.door.receive(wrote(AYSE, str(n)))) for n in range(3)]
        await asyncio.sleep(0)
        assert house.door.busy
        with pytest.raises(Crowded):
            await house.door.receive(wrote(BORA, "one too many", "again"))
        slow.gate.set()
        assert await asyncio.gather(*brought) == [True] * 4
        assert await house.door.receive(wrote(BORA, "one too many", "again")) is True
        assert not house.door.busy


async def test_a_hundred_people_are_answered_in_a_few_commits(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    commits = 0
    real = house.store.transaction

    def counted() -> Any:
        nonlocal commits
        commits += 1
        return real()

    monkeypatch.setattr(house.store, "transaction", counted)
    people = [Person("pigeon", f"roost-{n}") for n in range(100)]
    assert await house.at_once(*(envelope(person, CommandGiven("start", "")) for person in people)) == [True] * 100
    assert commits <= 3
