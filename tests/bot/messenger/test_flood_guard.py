"""One person cannot wear out the house, and nothing is lost by keeping them waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.messenger.flood_guard import Flood
from bot.messenger.polling import Slower

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hands:
    def __init__(self) -> None:
        self.now = NOON

    def read(self) -> datetime:
        return self.now


def test_a_burst_goes_through_then_the_rate_holds() -> None:
    clock = Hands()
    flood = Flood(clock.read, burst=3, rate=2.0)
    for _ in range(3):
        flood.admit(1)
    with pytest.raises(Slower) as refused:
        flood.admit(1)
    assert refused.value.seconds == pytest.approx(0.5)
    flood.admit(2)  # somebody else is not kept waiting
    clock.now += timedelta(seconds=0.5)
    flood.admit(1)
    with pytest.raises(Slower):
        flood.admit(1)


def test_being_refused_costs_no_token() -> None:
    clock = Hands()
    flood = Flood(clock.read, burst=1, rate=1.0)
    flood.admit(1)
    waits = []
    for _ in range(5):
        with pytest.raises(Slower) as refused:
            flood.admit(1)
        waits.append(refused.value.seconds)
    assert waits == [pytest.approx(1.0)] * 5


def test_an_update_without_a_chat_is_not_counted() -> None:
    flood = Flood(Hands().read, burst=1, rate=1.0)
    for _ in range(5):
        flood.admit(None)


def test_quiet_people_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Flood, "SWEEP", 10)
    clock = Hands()
    flood = Flood(clock.read, burst=1, rate=1.0)
    for chat in range(10):
        flood.admit(chat)
    assert len(flood._full) == 10
    clock.now += timedelta(seconds=5)
    flood.admit(99)
    assert list(flood._full) == [99]
