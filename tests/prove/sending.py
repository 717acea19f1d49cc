"""Lives of whoever hands letters to a print room: the service over IPP and SFTP, and the print room's own station."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, func, select

from bot.base.clock import SystemClock
from bot.cli.main import main
from bot.printer.registry import sink_from
from bot.printer.sink import Access
from bot.printer.station import waiting
from storage.database.tables import print_outbox
from storage.store.store import Store
from tests.prove.printing import prints, round_of

__all__ = ["ROOM", "presses", "sends"]

ROOM: Final = "print_room.json"
"""Where the print room is, and with which keys it is reached."""

LEASE: Final = timedelta(seconds=1)
"""Of a dispatcher: whoever comes after a killed one waits for its end by the machine's own clock, as printers do."""

LIMIT: Final = 600  # rounds of a tenth of a second


async def sends(store: Store, folder: Path, first: int, count: int, last: int) -> None:
    """New letters, and what earlier lives have left. last: until no letter waits any more."""
    told = json.loads((folder / ROOM).read_text())
    files: dict[str, Any] = {name: Path(told[name]) for name in ("ssh_key", "known_hosts") if name in told}
    sink, clock = sink_from(told["address"], Access(tuple(told.get("recipients", ())), **files)), SystemClock()
    dispatcher = await prints(store, sink, clock, first, count, lease=LEASE)
    for _ in range(LIMIT if last else 0):
        if not await store.database.run(_open):
            break
        await round_of(store, dispatcher, clock)
        await clock.pause(0.1)
    await sink.close()


def _open(conn: Connection) -> int:
    state = print_outbox.c.state
    return int(conn.scalar(select(func.count()).where(state.in_(("ready", "leased", "submitting", "submitted")))) or 0)


async def presses(folder: Path, printer: str, first: int, count: int) -> None:
    """`mektupx press print` as a clerk types it, for some of the letters that lie in the tray."""
    letters = map(str, waiting(folder / "tray")[first : first + count])
    options = ["--key", folder / "station.key", "--log", folder / "openings", "--printer", printer]
    words = ["press", "print", *map(str, options), *letters]
    print("ended", await asyncio.to_thread(main, words), flush=True)
