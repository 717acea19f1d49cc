"""A letter that was left unfinished: its sender hears the day of its erasure a week before, once, and it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.work.data_requests import Requests
from flows.core.events import DraftEnding, Envelope
from flows.core.state import Draft
from flows.input.manuscript import Manuscript
from flows.words.dates import today_in_istanbul
from storage import retention
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


async def test_a_service_that_was_away_for_a_day_tells_it_with_the_same_day(house: House) -> None:
    begun = house.now
    await written(house)
    house.now = begun + 24 * DAY
    assert await told(house) == [DraftEnding(today_in_istanbul(begun + 30 * DAY))]


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
