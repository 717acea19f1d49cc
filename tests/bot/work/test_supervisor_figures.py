"""What the supervisor tells the collector: the counts and ages of what the store holds, and nought where nothing is
any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from bot.base.metrics import REGISTRY
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
