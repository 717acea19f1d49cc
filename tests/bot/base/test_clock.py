"""The one clock, shared by processes: journeys add up, and time never runs backwards."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from bot.base.clock import SharedClock

ROOT = Path(__file__).parents[3]
TRAVELLER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from bot.base.clock import SharedClock

SharedClock.TURN = 60.0  # nobody is stopped here, and a busy machine is slow
clock = SharedClock(Path(sys.argv[1]))
for _ in range(100):
    clock.advance(timedelta(hours=1))
    asyncio.run(clock.pause(1.0))
"""


def test_journeys_of_several_processes_at_once_add_up(tmp_path: Path) -> None:
    clock = SharedClock(tmp_path / "clock")
    before = clock.now()
    travellers = [
        subprocess.Popen([sys.executable, "-c", TRAVELLER, str(tmp_path / "clock")], cwd=ROOT) for _ in range(3)
    ]
    latest = before
    while any(one.poll() is None for one in travellers):
        now = clock.now()
        assert now >= latest
        latest = now
    assert [one.returncode for one in travellers] == [0, 0, 0]
    assert timedelta(hours=300) < clock.now() - before < timedelta(hours=301)
