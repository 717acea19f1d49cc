"""What the control interface and the page act on: the world, its faults, its mailbox and what is under way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.base.clock import Clock
from bot.playground.bot_api.faults import Faults
from bot.playground.world.mailbox import Mailbox
from bot.playground.world.state import World

__all__ = ["Context"]


@dataclass
class Context:
    """in_flight: requests of bots under way, by bot and method; long polls are left out.

    busy: whether the application still works, which /idle asks. tray: the folder of the print tray, shown on the page.
    """

    world: World
    faults: Faults
    mailbox: Mailbox
    in_flight: Counter[str]
    busy: Callable[[], Awaitable[bool]] | None = None
    tray: Path | None = None

    @property
    def clock(self) -> Clock:
        return self.world.clock
