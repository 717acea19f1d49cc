"""The real service behind webhooks, as `mektupx run PART …` starts it, with the message sender's limits off.

python -m benchmarks.ours FOLDER API_PORT PORT PART …     (SIGUSR1 begins to draw previews, SIGUSR2 ends it)
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.drawing import Previews
from bot.base import log
from bot.base.settings import read
from bot.demo.main import SELLER
from bot.outbox.message_sender import Rates
from bot.service.service import service
from storage.keys.keyring import Keyring

UNLIMITED = Rates(chat=1e6, burst=1000, overall=1e6)


def environment(folder: Path, api: int, port: int) -> dict[str, str]:
    """What an operator would export, for a service that keeps everything in `folder`; its key store is made."""
    (folder / "seller.toml").write_text(SELLER, encoding="utf-8")
    (folder / "tray").mkdir(exist_ok=True)
    master, keys = folder / "master.key", folder / "keys.db"
    if not keys.exists():
        Keyring.init(master, keys).close()
    return {
        "MEKTUPX_CUSTOMER_TOKEN": f"1:{'a' * 35}",
        "MEKTUPX_STAFF_TOKEN": f"2:{'b' * 35}",
        "MEKTUPX_TELEGRAM_API": f"http://127.0.0.1:{api}",
        "MEKTUPX_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bench.db'}",
        "MEKTUPX_MASTER_KEY_FILE": str(master),
        "MEKTUPX_KEY_STORE": str(keys),
        "MEKTUPX_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MEKTUPX_LISTEN": f"127.0.0.1:{port}",
        "MEKTUPX_WEBHOOK_SECRET": "bench",
        "MEKTUPX_PRINT_SINK": f"folder:{folder / 'tray'}",
        "MEKTUPX_CUT_OFF": "continuous",
        "MEKTUPX_SMTP_URL": "smtp://127.0.0.1:9",
        "MEKTUPX_ADMINS": "1",
        "MEKTUPX_SELLER_FILE": str(folder / "seller.toml"),
    }


async def serve(folder: Path, api: int, port: int, parts: Sequence[str]) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, over.set)
    async with service(read(environment(folder, api, port)), parts, rates=UNLIMITED) as running:
        previews = Previews(running)
        loop.add_signal_handler(signal.SIGUSR1, previews.begin)
        loop.add_signal_handler(signal.SIGUSR2, previews.end)
        gc.freeze()
        await over.wait()


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)  # as bot.cli.main does
    log.configure(Path(sys.argv[1]) / "ours.log")
    uvloop.install()
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
