"""What the supervisor tells the collector: the counts and ages of what the store holds, and nought where nothing is
any more. And of its rounds: a print room that is away is waited for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from bot.base.metrics import REGISTRY
from bot.printer.sink import SinkAway
from bot.work.supervisor import Supervisor
from storage.monitoring import figures
from tests.fakes import NOON, FakeClock, FakeExecutor


class Counts(FakeExecutor):
    """What the figures' round asks the store."""

    def __init__(self) -> None:
        self.counts = {"prints_ready": 3, "orders_held": 1}
        self.asked: list[datetime] = []

    def answers(self) -> Mapping[Any, Callable[..., Any]]:
        return {figures.waiting: lambda: self.counts, figures.ages: self.ages}

    def ages(self, now: datetime) -> dict[str, float]:
        self.asked.append(now)
        return {"prints": 90.0}


def told(name: str, outbox: str) -> float | None:
    return REGISTRY.get_sample_value(f"mektupx_{name}", {"outbox": outbox})


async def test_a_state_that_is_empty_again_does_not_keep_its_last_figure() -> None:
    store = Counts()
    tools: Any = SimpleNamespace(store=store, clock=FakeClock(), sink=SimpleNamespace(name="folder"))
    idle: Any = SimpleNamespace(run_once=None, name="folder")
    supervisor = Supervisor(tools, idle, idle, (), idle)
    await supervisor._watch()
    assert (told("waiting", "prints_ready"), told("waiting", "orders_held")) == (3, 1)
    assert told("oldest_seconds", "prints") == 90
    assert store.asked == [NOON]
    store.counts = {"prints_ready": 0}
    await supervisor._watch()
    assert (told("waiting", "prints_ready"), told("waiting", "orders_held")) == (0, 0)


async def test_a_printer_that_is_off_is_one_warning_and_no_failed_round(monkeypatch: pytest.MonkeyPatch) -> None:
    away: list[Exception] = [SinkAway("off"), SinkAway("off"), SinkAway("off")]

    async def references() -> set[str]:
        if away:
            raise away.pop()
        return set()

    async def nothing(*_: object) -> int:
        return 0

    monkeypatch.setattr("bot.work.supervisor.clear_overdue", nothing)
    sink = SimpleNamespace(name="ipp", references=references)
    tools: Any = SimpleNamespace(store=Counts(), clock=FakeClock(), sink=sink)
    idle: Any = SimpleNamespace(run_once=None, name="ipp")
    supervisor = Supervisor(tools, idle, idle, (), idle)
    with structlog.testing.capture_logs() as said:
        for _ in range(4):
            assert await supervisor._tidy(idle) == 0
        away.append(SinkAway("off again"))
        await supervisor._tidy(idle)
    assert [(line["log_level"], line["why"]) for line in said] == [("warning", "off"), ("warning", "off again")]
