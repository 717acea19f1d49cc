"""The real service behind webhooks, as `mektupx run customers web` starts it, with the postman's limits off.

python -m benchmarks.ours FOLDER API_PORT PORT
"""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from pathlib import Path

import uvloop

from bot import log
from bot.demo import SELLER
from bot.postman import Rates
from bot.settings import read
from bot.wiring import Service
from storage.keyring import Keyring


async def serve(folder: Path, api: int, port: int) -> None:
    (folder / "seller.toml").write_text(SELLER, encoding="utf-8")
    (folder / "tray").mkdir(exist_ok=True)
    settings = read(
        {
            "MEKTUPX_CUSTOMER_TOKEN": f"1:{'a' * 35}",
            "MEKTUPX_STAFF_TOKEN": f"2:{'b' * 35}",
            "MEKTUPX_TELEGRAM_API": f"http://127.0.0.1:{api}",
            "MEKTUPX_DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'bench.db'}",
            "MEKTUPX_MASTER_KEY_FILE": str(folder / "master.key"),
            "MEKTUPX_KEY_STORE": str(folder / "keys.db"),
            "MEKTUPX_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MEKTUPX_LISTEN": f"127.0.0.1:{port}",
            "MEKTUPX_WEBHOOK_SECRET": "bench",
            "MEKTUPX_PRINT_SINK": f"folder:{folder / 'tray'}",
            "MEKTUPX_SMTP_URL": "smtp://127.0.0.1:9",
            "MEKTUPX_ADMINS": "1",
            "MEKTUPX_SELLER_FILE": str(folder / "seller.toml"),
        }
    )
    assert settings.master_key_file is not None
    Keyring.init(settings.master_key_file, settings.key_store).close()
    service = Service(settings, ("customers", "web"), rates=Rates(chat=1e6, burst=1000, overall=1e6))
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await service.start()
    gc.collect()
    gc.freeze()
    await over.wait()
    await service.stop()


if __name__ == "__main__":
    sys.setswitchinterval(0.0005)
    log.configure(Path(sys.argv[1]) / "ours.log")
    uvloop.install()
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
