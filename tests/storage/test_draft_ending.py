"""A letter that was left unfinished: its sender hears the day of its erasure a week before, once, however late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.work.data_requests import Requests
from flows.core.events import DraftEnding, Envelope
from flows.core.state import Draft
from flows.input.manuscript import Manuscript
from flows.words.dates import today_in_istanbul
from storage import retention
from storage.retention import drafts
from storage.senders import seen_updates
from tests.storage.conftest import House
from tests.storage.rights.test_requests import Stopped

DAY = timedelta(days=1)


async def told(house: House) -> list[DraftEnding]:
    """What one round tells, through a door that takes each key once."""
    heard: list[DraftEnding] = []

    async def receive(envelope: Envelope) -> None:
        async with house.store.transaction() as tx:
            if await tx.do(seen_updates.first_sight, [envelope.key], house.now):
                assert isinstance(envelope.event, DraftEnding)
                heard.append(envelope.event)

    await Requests(house.store, Stopped(house), receive).look_for_idle()
    return heard


async def written(house: House) -> None:
    await house.turn(house.ayse, step="letter", draft=Draft(letter="a" * 32, manuscript=Manuscript(((1, "merhaba"),))))


async def test_it_is_told_once_a_week_before_and_goes_on_the_day_that_was_told(house: House) -> None:
    begun = house.now
    await written(house)
    house.now = begun + 23 * DAY - timedelta(seconds=1)
    assert await told(house) == []
    house.now = begun + 23 * DAY
    day = today_in_istanbul(begun + 30 * DAY)
    assert await told(house) == [DraftEnding(day)]
    for hours in (1, 24, 46):
        house.now = begun + 23 * DAY + timedelta(hours=hours)
        assert await told(house) == []
    house.now = begun + 30 * DAY - timedelta(hours=1)
    await house.store.do(retention.purge, house.now)
    assert await house.scalar("SELECT count(*) FROM letter") == 1
    house.now = begun + 30 * DAY + timedelta(seconds=1)
    assert today_in_istanbul(house.now) == day
    await house.store.do(retention.purge, house.now)
    assert await house.scalar("SELECT count(*) FROM letter") == 0


@pytest.mark.parametrize("away", [24, 26, 29, 31, 400], ids="{} days old".format)
async def test_a_service_that_was_away_tells_it_a_week_before_all_the_same(house: House, away: int) -> None:
    """Nothing goes untold, and nothing before the day that was told."""
    begun = house.now
    await written(house)
    house.now = begun + away * DAY
    await house.store.do(retention.purge, house.now)  # the round that forgets may be the first one
    assert await told(house) == [DraftEnding(today_in_istanbul(house.now + 7 * DAY))]
    house.now += 7 * DAY
    await house.store.do(retention.purge, house.now)
    assert (await house.standing(house.ayse)).draft.manuscript.parts == ((1, "merhaba"),)
    house.now += timedelta(seconds=1)
    assert await told(house) == []
    await house.store.do(retention.purge, house.now)
    assert await house.scalar("SELECT count(*) FROM letter") == 0
    assert (await house.standing(house.ayse)).draft == Draft()


async def test_whoever_comes_back_is_told_anew_when_they_leave_it_again(house: House) -> None:
    await written(house)
    house.now += 23 * DAY
    assert len(await told(house)) == 1
    house.now += 3 * DAY
    await house.turn(house.ayse, screen=9)
    house.now += 22 * DAY
    assert await told(house) == []
    await house.store.do(retention.purge, house.now)
    house.now += DAY
    assert await told(house) == [DraftEnding(today_in_istanbul(house.now + 7 * DAY))]
    assert await house.scalar("SELECT count(*) FROM letter") == 1


async def test_of_many_letters_each_is_told(house: House) -> None:
    """More than one round tells at a time: the next ones have their turn."""
    await written(house)
    await house.turn(house.bora, step="letter", draft=Draft(letter="b" * 32, manuscript=Manuscript(((1, "selam"),))))
    house.now += 24 * DAY
    rounds = []
    for _ in range(3):
        found = await house.store.do(drafts.ending, house.now, 1)
        rounds.append({one.person for one in found})
        for one in found:
            await house.store.do(drafts.told, one.row, house.now)
    assert rounds[0] | rounds[1] == {house.ayse, house.bora} and rounds[2] == set()


@pytest.mark.parametrize("how", ["came back", "has no words", "has ordered it"])
async def test_it_is_not_told_to_somebody_who(house: House, how: str) -> None:
    begun = house.now
    if how == "has no words":
        await house.turn(house.ayse, step="addressee", draft=Draft(addressee_name="Nermin Öztürk"))
    else:
        await written(house)
    if how == "came back":
        house.now = begun + 20 * DAY
        await house.turn(house.ayse, screen=9)
    if how == "has ordered it":
        await house.letter(house.ayse, "merhaba")
        await house.order(house.ayse)
    house.now = begun + 23 * DAY
    assert await told(house) == []
